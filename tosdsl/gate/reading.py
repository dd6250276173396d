"""``gate.yaml`` to a ``Plan``: every key known, every source there, every mistake with its place.

What the facts mean is checked by ``checking``, which has the policies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from attrs import define, evolve, field

from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, in_order, mistake
from tosdsl.errors import PolicyError
from tosdsl.facts.document import read_text, with_line_feeds
from tosdsl.facts.read import found_words
from tosdsl.gate import settings
from tosdsl.gate.model import Trust
from tosdsl.gate.plan import (
    NAMES,
    CounterPlan,
    FactPlan,
    LogPlan,
    Plan,
    RegisterPlan,
    Source,
)
from tosdsl.library.files import decoded
from tosdsl.library.reading import TextFile
from tosdsl.trees.facts import Entries, Entry, Items, Node, Scalar
from tosdsl.trees.vocabulary import Text

SUBJECT = "subject"
"""The register that is meant where none is named: that of the one who asks."""

_NAMED = frozenset(("header", "query", "body", "client", "register", "counter"))
"""Sources that say nothing without a name behind their dot."""

_TRUST = {
    "register": Trust.VERIFIED,
    "const": Trust.VERIFIED,
    "counter": Trust.STORED,
}
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""What RFC 9110 lets the name of a header be made of."""
_UNITS = {"ms": 0.001, "s": 1, "second": 1, "minute": 60, "hour": 3600, "day": 86400}
_TIME = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?(ms|s|seconds?|minutes?|hours?|days?)")


def read_plan(file: str | Path) -> tuple[Plan, Mapping[str, str]]:
    """The plan of a file, and its text by its name. Raises PolicyError with every mistake."""
    name = str(file)
    problems: list[Diagnostic] = []
    try:
        text = decoded(TextFile(name).read_bytes(), name, problems)
    except OSError as error:
        problem = error.strerror or str(error)
        raise PolicyError((mistake("TOS6002", None, name=name, problem=problem),), {}) from None
    return plan_of(text or "", name, problems)


def plan_of(
    text: str, file: str, problems: list[Diagnostic] | None = None
) -> tuple[Plan, Mapping[str, str]]:
    """The plan that a text says. Raises PolicyError."""
    found = [] if problems is None else problems
    text = with_line_feeds(text)
    sources = {file: text}
    root = None if found else read_text(text, file, found)
    plan = None if root is None else _Reading(file, found).plan(root)
    if found or plan is None:
        raise PolicyError(tuple(in_order(found)), sources)
    made = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return evolve(plan, instance=f"sha256:{made}"), sources


@define
class _Reading:
    file: str
    problems: list[Diagnostic]
    registers: dict[str, RegisterPlan] = field(factory=dict)
    required: bool = False
    counters: dict[str, CounterPlan] = field(factory=dict)

    # --- values -------------------------------------------------------------------------------

    def _wrong(self, node: Node, path: str, expected: str) -> None:
        words = {"path": path, "expected": expected, "found": found_words(node)}
        self.problems.append(mistake("TOS8002", node.span, None, **words))

    def mapping(self, node: Node, path: str, keys: Iterable[str] | None) -> dict[str, Entry]:
        """The entries of a mapping by key. ``keys`` None: any."""
        if not isinstance(node, Entries):
            self._wrong(node, path, "a mapping")
            return {}
        known = None if keys is None else tuple(keys)
        made: dict[str, Entry] = {}
        for entry in node.entries:
            if known is not None and entry.key not in known:
                words = {"where": path, "key": entry.key, "keys": ", ".join(known)}
                self.problems.append(mistake("TOS8001", entry.span, (entry.key, known), **words))
            elif entry.key in made:
                self.problems.append(mistake("TOS4005", entry.span, path=entry.key))
            else:
                made[entry.key] = entry
        return made

    def text(self, node: Node, path: str) -> str:
        if isinstance(node, Scalar) and isinstance(node.value, str) and node.value:
            return node.value
        self._wrong(node, path, "a text")
        return ""

    def texts(self, node: Node, path: str) -> tuple[str, ...]:
        if isinstance(node, Items):
            return tuple(self.text(each, path) for each in node.items)
        return (self.text(node, path),)

    def boolean(self, node: Node, path: str) -> bool:
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, bool):
            return value
        if isinstance(node, Scalar) and node.plain and value in {"true", "yes", "false", "no"}:
            return value in {"true", "yes"}
        self._wrong(node, path, "true or false")
        return False

    def number(self, node: Node, path: str, least: int, most: int) -> int:
        text = _digits(node)
        if text is not None and least <= int(text) <= most:
            return int(text)
        self._wrong(node, path, f"a whole number from {least} to {most}")
        return least

    def seconds(self, node: Node, path: str) -> float:
        value = node.value if isinstance(node, Scalar) else None
        match = _TIME.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            self._wrong(node, path, "a time such as 250 ms, 30 s, 5 minutes or 1 day")
            return 0.0
        unit = match[2] if match[2] in _UNITS else match[2].rstrip("s")
        return float(match[1]) * _UNITS[unit]

    def percent(self, node: Node, path: str) -> float:
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,3}%", value) and int(value[:-1]) <= 100:
            return int(value[:-1]) / 100
        self._wrong(node, path, "a percentage such as 5%")
        return 0.0

    def missing(self, node: Node, where: str, key: str, write: str) -> None:
        words = {"where": where, "key": key, "write": write}
        self.problems.append(mistake("TOS8003", node.span, None, **words))

    # --- the whole ----------------------------------------------------------------------------

    def plan(self, root: Node) -> Plan | None:
        if not isinstance(root, Entries):
            self.missing(root, "this file", "policies", "policies: {active: …}")
            return None
        top = self.mapping(root, "a gate", settings.KEYS)
        self._registers(top)
        for key, entry in self._part(top, "counters").items():
            self.counters[key] = self._counter(key, entry.value)
        policies = self._policies(root, top.get("policies"))
        log = self._log(top["log"].value) if "log" in top else None
        return Plan(
            file=self.file,
            folder=str(Path(self.file).parent),
            home=str(Path(self.file).parent),
            active=policies["active"],
            digest=policies["digest"],
            shadow=policies["shadow"],
            canary=policies["canary"],
            facts=tuple(self._facts(top)),
            registers=tuple(self.registers.values()),
            counters=tuple(self.counters.values()),
            as_of=self._as_of(top["as_of"].value) if "as_of" in top else None,
            assume={},
            assumed=self.text(top["assume"].value, "assume") if "assume" in top else "",
            presuming=self.boolean(top["presuming"].value, "presuming")
            if "presuming" in top
            else False,
            reading={
                key: self.text(each.value, f"reading.{key}")
                for key, each in self._part(top, "reading").items()
            },
            unknown=frozenset(self.texts(top["unknown"].value, "unknown") if "unknown" in top else ()),
            statuses=self._statuses(top),
            log=log,
            limits=self._limits(top),
            required=self.required,
            retry_after=self.number(top["retry_after"].value, "retry_after", 1, 3600)
            if "retry_after" in top
            else 1,
            explain=self.boolean(top["explain"].value, "explain") if "explain" in top else True,
            places=dict(_places(top)),
        )

    def _part(self, top: Mapping[str, Entry], key: str) -> dict[str, Entry]:
        """A part whose keys are names; one with nothing below it is empty."""
        node = top[key].value if key in top else None
        empty = node is None or (isinstance(node, Scalar) and node.value is None)
        return {} if node is None or empty else self.mapping(node, key, None)

    def _policies(self, root: Node, entry: Entry | None) -> dict[str, Any]:
        made: dict[str, Any] = {"active": (), "digest": None, "shadow": (), "canary": 0.0}
        if entry is None:
            self.missing(root, "a gate", "policies", "policies: {active: …}")
            return made
        if not isinstance(entry.value, Entries):
            said = entry.value.value if isinstance(entry.value, Scalar) else None
            self._wrong(entry.value, "policies", f"a mapping: `{{active: {said or '…'}}}`")
            return made
        parts = self.mapping(entry.value, "policies", made)
        if "active" in parts:
            made["active"] = self.texts(parts["active"].value, "policies.active")
        elif isinstance(entry.value, Entries):
            self.missing(entry.value, "policies", "active", "active: …")
        if "digest" in parts:
            made["digest"] = self.text(parts["digest"].value, "policies.digest")
        if "shadow" in parts:
            made["shadow"] = self.texts(parts["shadow"].value, "policies.shadow")
        if "canary" in parts:
            made["canary"] = self.percent(parts["canary"].value, "policies.canary")
            if "shadow" not in parts:
                self.missing(parts["canary"].value, "policies", "shadow", "shadow: …")
        return made

    def _statuses(self, top: Mapping[str, Entry]) -> dict[str, int]:
        made = dict(settings.STATUSES)
        parts = self.mapping(top["on"].value, "on", made) if "on" in top else {}
        for key, entry in parts.items():
            low, high = (500, 599) if key == "failure" else (400, 499)
            made[key] = self.number(entry.value, f"on.{key}", low, high)
        return made

    def _limits(self, top: Mapping[str, Entry]) -> dict[str, float]:
        made = dict(settings.LIMITS)
        parts = self.mapping(top["limits"].value, "limits", made) if "limits" in top else {}
        for key, entry in parts.items():
            path = f"limits.{key}"
            if key == "deadline":
                made[key] = self.seconds(entry.value, path)
            else:
                made[key] = self.number(entry.value, path, 1, settings.MOST[key])
        return made

    def _log(self, node: Node) -> LogPlan:
        keys = ("to", "values", "rest", "log_or_deny", "salt", "rotate", "queue")
        parts = self.mapping(node, "log", keys)
        if "to" not in parts and isinstance(node, Entries):
            self.missing(node, "log", "to", "to: decisions.jsonl")
        if "rest" in parts and self.text(parts["rest"].value, "log.rest") != "hashed":
            self._wrong(parts["rest"].value, "log.rest", "`hashed`")
        got = {key: parts[key].value for key in parts}
        given = got.get("values")
        items = given.items if isinstance(given, Items) else (given,)
        named = {each.value: each.span for each in items if isinstance(each, Scalar)}
        return LogPlan(
            to=self.text(got["to"], "log.to") if "to" in got else "",
            values=self.texts(got["values"], "log.values") if "values" in got else (),
            must=self.boolean(got["log_or_deny"], "log.log_or_deny") if "log_or_deny" in got else False,
            salt=self.text(got["salt"], "log.salt") if "salt" in got else "",
            rotate=self.number(got["rotate"], "log.rotate", 4096, 2**40) if "rotate" in got else 0,
            queue=self.number(got["queue"], "log.queue", 1, 10**6) if "queue" in got else 10_000,
            span=got["to"].span if "to" in got else node.span,
            at_values={str(each): span for each, span in named.items()},
        )

    def _as_of(self, node: Node) -> Source | date | Literal["moment"] | None:
        if isinstance(node, Scalar):
            if node.value == "clock":
                return None
            if node.value == "moment":
                return "moment"
            try:
                return date.fromisoformat(str(node.value))
            except ValueError:
                pass
            several = "`clock`, `moment`, a day, or a source with `trust: verified`"
            self._wrong(node, "as_of", several)
            return None
        source = self.source(node, "as_of")
        if source is not None and source.trust < Trust.VERIFIED:
            self.problems.append(mistake("TOS8012", node.span, source=source))
        return source

    # --- stores -------------------------------------------------------------------------------

    def _registers(self, top: Mapping[str, Entry]) -> None:
        if SUBJECT in top:
            node = top[SUBJECT].value
            parts = self.mapping(node, SUBJECT, (*settings.SOURCE_KEYS, "register", "required"))
            others = {"register", "required"}
            rest = tuple(each for each in parts.values() if each.key not in others)
            if "required" in parts:
                self.required = self.boolean(parts["required"].value, "subject.required")
                if self.required and "register" not in parts:
                    self.missing(node, SUBJECT, "register", "register: customers.yaml")
            key = self.source(Entries(rest, span=node.span), SUBJECT) if parts else None
            given = parts["register"].value if "register" in parts else None
            if key is None and given is not None:  # said to be wrong; what reads the register is not
                key = Source("const", span=node.span)
            if key is not None:
                self.registers[SUBJECT] = self._register(SUBJECT, given, key, node.span)
        for name, entry in self._part(top, "registers").items():
            got = self.mapping(entry.value, f"registers.{name}", (*settings.REGISTER_KEYS, "key"))
            if "key" not in got:
                self.missing(entry.value, f"registers.{name}", "key", "key: body.…")
                continue
            key = self.source(got["key"].value, f"registers.{name}.key")
            rest = tuple(each for each in got.values() if each.key != "key")
            if key is not None:
                given = Entries(rest, span=entry.value.span)
                self.registers[name] = self._register(name, given, key, entry.span)

    def _register(self, name: str, node: Node | None, key: Source, span: Span) -> RegisterPlan:
        """``node`` None: a subject that is only named, and looked up nowhere."""
        if node is None:
            return RegisterPlan(name, "none", "", key, span=span)
        if isinstance(node, Scalar):
            return RegisterPlan(name, "file", self.text(node, name), key, span=node.span)
        path = f"{name}.register" if name == SUBJECT else f"registers.{name}"
        got = {
            key: each.value for key, each in self.mapping(node, path, settings.REGISTER_KEYS).items()
        }
        kinds = [each for each in ("file", "sqlite", "postgresql") if each in got]
        if len(kinds) > 1:
            self._wrong(node, path, "a mapping with one of `file`, `sqlite` and `postgresql`")
        elif not kinds:
            self.missing(node, path, "file", "file: …, sqlite: … or postgresql: …, one of them")
        if len(kinds) != 1:
            return RegisterPlan(name, "none", "", key, span=span)
        kind = kinds[0]
        if kind != "file" and "table" not in got:
            self.missing(node, path, "table", "table: …")
        return RegisterPlan(
            name,
            kind,
            self.text(got[kind], f"{path}.{kind}"),
            key,
            table=self.text(got["table"], f"{path}.table") if "table" in got else "",
            column=self.text(got["column"], f"{path}.column") if "column" in got else "id",
            age=self.text(got["age"], f"{path}.age") if "age" in got else "",
            max_age=self.seconds(got["max_age"], f"{path}.max_age") if "max_age" in got else None,
            refresh=self.seconds(got["refresh"], f"{path}.refresh") if "refresh" in got else 5.0,
            span=got[kind].span,
        )

    def _counter(self, name: str, node: Node) -> CounterPlan:
        path = f"counters.{name}"
        keys = ("file", "http", "redis", "key", "timeout", "refresh")
        got = {key: each.value for key, each in self.mapping(node, path, keys).items()}
        kinds = [each for each in ("file", "http", "redis") if each in got]
        if len(kinds) > 1:
            self._wrong(node, path, "a mapping with one of `file`, `http` and `redis`")
        elif not kinds:
            self.missing(node, path, "file", "file: …, http: … or redis: …, one of them")
        if len(kinds) != 1:
            return CounterPlan(name, "none", "", span=node.span)
        if kinds == ["redis"] and "key" not in got:
            self.missing(node, path, "key", 'key: "tokens:{subject}"')
        return CounterPlan(
            name,
            kinds[0],
            self.text(got[kinds[0]], f"{path}.{kinds[0]}"),
            key=self.text(got["key"], f"{path}.key") if "key" in got else "",
            timeout=self.seconds(got["timeout"], f"{path}.timeout") if "timeout" in got else 0.25,
            refresh=self.seconds(got["refresh"], f"{path}.refresh") if "refresh" in got else 5.0,
            span=got[kinds[0]].span,
        )

    # --- facts --------------------------------------------------------------------------------

    def _facts(self, top: Mapping[str, Entry]) -> Iterable[FactPlan]:
        for path, entry in self._part(top, "facts").items():
            nodes: Sequence[Node]
            nodes = entry.value.items if isinstance(entry.value, Items) else (entry.value,)
            sources = [self.source(node, path) for node in nodes]
            made = [each for each in sources if each is not None]
            made.sort(key=lambda each: -each.trust)
            if made:  # the type is filled in by what has the vocabulary
                yield FactPlan(path, Text(), tuple(made), span=entry.span)

    def source(self, node: Node, path: str) -> Source | None:
        """One source: ``header.x``, or a mapping with ``from`` or ``const``."""
        if isinstance(node, Scalar):
            made = self._named(node, path)
            return None if made is None else evolve(made, trust=_trust(made.of))
        got = {key: each.value for key, each in self.mapping(node, path, settings.SOURCE_KEYS).items()}
        if "const" in got:
            if beside := [each for each in got if each not in {"const", "trust"}]:
                # whoever means a value for want of another would have it in every case
                one = f"a mapping with either `const` or `{beside[0]}`"
                self._wrong(node, path, f"{one}: a constant is so in every request")
                return None
            made = Source("const", const=got["const"], span=node.span)
        elif "from" in got:
            made = self._named(got["from"], path)
        else:
            if isinstance(node, Entries):
                self.missing(node, f"the source of `{path}`", "from", "from: header.…")
            return None
        if made is None:
            return None
        table = None
        if "table" in got:
            table = {key: e.value for key, e in self.mapping(got["table"], path, None).items()}
        return evolve(
            made,
            strip=self.text(got["strip"], f"{path}.strip") if "strip" in got else "",
            split=self.text(got["split"], f"{path}.split") if "split" in got else "",
            list=self.boolean(got["list"], f"{path}.list") if "list" in got else False,
            table=table,
            trust=self._class(got["trust"], path) if "trust" in got else _trust(made.of),
        )

    def _class(self, node: Node, path: str) -> Trust:
        words = {each.word: each for each in Trust if each is not Trust.PRESUMED}
        word = self.text(node, f"{path}.trust")
        if word and word not in words:
            self._wrong(node, f"{path}.trust", "one of " + ", ".join(reversed(words)))
        return words.get(word, Trust.INFERRED)

    def _named(self, node: Node, path: str) -> Source | None:
        text = self.text(node, path)
        of, _, name = text.partition(".")
        span = node.span
        if not text:
            return None
        if of not in NAMES or of == "const" or (of in _NAMED and not name):
            known = [f"{each}.…" if each in _NAMED else each for each in NAMES if each != "const"]
            near = (of, [each for each in NAMES if each != of])
            const = f", or `{{const: {text}}}` for one value" if "." not in text else ""
            words = {"source": text, "sources": f"{', '.join(known)}{const}"}
            self.problems.append(mistake("TOS8004", span, near, **words))
            return None
        if of == "register":
            return self._in_register(text, name, span)
        if of == "counter" and name not in self.counters:
            return self._no_store(text, "counter", name, self.counters, span)
        if of == "client" and name not in {"address", "certificate"}:
            words = {"source": text, "sources": "client.address, client.certificate"}
            self.problems.append(mistake("TOS8004", span, (name, ("address", "certificate")), **words))
            return None
        if of == "header" and not _HEADER.fullmatch(name):
            words = {"source": text, "sources": "header.NAME, where the name has no blanks"}
            self.problems.append(mistake("TOS8004", span, None, **words))
            return None
        if of == "path" and name and not (name.isdecimal() and int(name)):
            words = {"source": text, "sources": "path, path.1, path.2, …"}
            self.problems.append(mistake("TOS8004", span, None, **words))
            return None
        return Source(of, name.lower() if of == "header" else name, span=span)

    def _in_register(self, text: str, name: str, span: Span) -> Source | None:
        first, _, rest = name.partition(".")
        if first in self.registers and first != SUBJECT and rest:
            return Source("register", rest, register=first, span=span)
        here = self.registers.get(SUBJECT)
        if here is None or here.kind == "none":
            if first in self.registers and first != SUBJECT:
                words = {"source": text, "sources": f"register.{first}.COLUMN"}
                self.problems.append(mistake("TOS8004", span, None, **words))
                return None
            return self._no_store(text, "register", first, self.registers, span)
        return Source("register", name, register=SUBJECT, span=span)

    def _no_store(
        self, text: str, kind: str, name: str, known: Iterable[str], span: Span
    ) -> Source | None:
        how = f"Declare it under `counters`: `{name}: {{file: …}}`"
        if kind == "register":
            how = (
                "Give `subject` a register (`register: customers.yaml`), or declare one under "
                f"`registers` (`{name}: {{file: …, key: header.…}}`) and name its column: "
                f"`register.{name}.COLUMN`"
            )
        words = {"source": text, "kind": kind, "name": name, "how": how}
        self.problems.append(mistake("TOS8010", span, (name, tuple(known)), **words))
        return None


def _trust(of: str) -> Trust:
    return _TRUST.get(of, Trust.DECLARED)


def _digits(node: Node) -> str | None:
    value = node.value if isinstance(node, Scalar) else None
    text = getattr(value, "text", value)
    return text if isinstance(text, str) and re.fullmatch(r"[0-9]{1,15}", text) else None


def _places(top: Mapping[str, Entry]) -> Iterator[tuple[str, Span]]:
    """Where the parts of a mapping stand, and the names in two of them."""
    for key, entry in top.items():
        yield key, entry.span
    unknown = top["unknown"].value if "unknown" in top else None
    for each in unknown.items if isinstance(unknown, Items) else (unknown,):
        if isinstance(each, Scalar):
            yield f"unknown.{each.value}", each.span
    reading = top["reading"].value if "reading" in top else None
    for entry in reading.entries if isinstance(reading, Entries) else ():
        yield f"reading.{entry.key}", entry.span
