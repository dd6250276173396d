"""A whole use: facts, days, and where there is doubt, who asserts what and which readings there are.

In: the nodes of a document (or of what a program gives), and a vocabulary. Out: a ``Use`` as given;
what of it counts is worked out by ``evidence``. Mistakes have places and are not raised.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from attrs import define, evolve, field

from tosdsl.base import limits
from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, in_order, mistake
from tosdsl.facts.interpreted import chosen, parted
from tosdsl.facts.read import Reader, found_words
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import (
    PARTS,
    STANDARDS,
    Assertion,
    Entries,
    Entry,
    Facts,
    Items,
    Node,
    Reading,
    Scalar,
    Standard,
    Status,
    Use,
)
from tosdsl.trees.quantities import is_instant

_ASSERTION_KEYS = ("fact", "value", "status", "source", "said_on", "said_by")
_DAY_OR_MOMENT = "a date such as 2023-12-15, or a moment with its zone such as 2023-12-15T10:00Z"
_NEEDED = ("fact", "value", "status", "source")


def read_use(root: Node | None, vocabulary: v.Vocabulary, problems: list[Diagnostic]) -> Use:
    """A whole use, from a document: its keys are those of ``tosdsl schema``."""
    if root is None:  # it could not be read, which is reported
        return Use()
    found: list[Diagnostic] = []
    use = _read_use(root, vocabulary, found)
    problems += found
    problems[:] = in_order(problems)
    return use


def read_parts(given: Mapping[str, Node], vocabulary: v.Vocabulary, problems: list[Diagnostic]) -> Use:
    """A use of its parts, each a node under the name that it has in a document."""
    found: list[Diagnostic] = []
    use = _Parts(given, Reader(vocabulary, found)).use()
    problems += in_order(found)
    return use


def read_said(
    given: Node,
    said: Iterable[tuple[Status, str, Node]],
    readings: Node | None,
    vocabulary: v.Vocabulary,
    problems: list[Diagnostic],
) -> Use:
    """A use of facts, of blocks of facts that a source alleges or confirms, and of readings."""
    found: list[Diagnostic] = []
    reader = Reader(vocabulary, found)
    assertions = tuple(
        Assertion(fact, value, status, source)
        for status, source, facts in said
        for fact, value in reader.facts(facts).items()
    )
    reader.unknown = set()
    facts = reader.facts(given)
    use = Use(facts, assertions=assertions, unknown=frozenset(reader.unknown))
    parts = _Parts({} if readings is None else {"readings": readings}, reader)
    use = evolve(use, readings=parts.readings(use))
    problems += in_order(found)
    return use


_SAYS_SOMETHING = frozenset(("facts", "assertions", "readings", "assume"))
"""One of these a use must have; where all is in dispute or presumed there are no plain facts."""


def _read_use(root: Node, vocabulary: v.Vocabulary, problems: list[Diagnostic]) -> Use:
    if not isinstance(root, Entries):
        problems.append(mistake("TOS4006", root.span, found=found_words(root)))
        return Use()
    given = _by_key(root.entries, PARTS, "TOS4007", problems)
    if _SAYS_SOMETHING.isdisjoint(given) and not any("facts" in each.near for each in problems):
        known = {fact.name for fact in vocabulary.facts}
        bare = {entry.span for entry in root.entries if entry.key.split(".")[0] in known}
        problems[:] = [each for each in problems if each.span not in bare]
        problems.append(mistake("TOS4006", root.span, found="a mapping without it"))
    return _Parts(given, Reader(vocabulary, problems)).use()


def _by_key(
    entries: Iterable[Entry], keys: tuple[str, ...], unknown: str, problems: list[Diagnostic]
) -> dict[str, Node]:
    """The values by key; a key that is not one of ``keys`` or stands twice is reported."""
    given: dict[str, Node] = {}
    for entry in entries:
        if entry.key not in keys:
            near, words = (entry.key, keys), ", ".join(keys)
            problems.append(mistake(unknown, entry.span, near, key=entry.key, keys=words))
        elif entry.key in given:
            problems.append(mistake("TOS4005", entry.span, path=entry.key))
        else:
            given[entry.key] = entry.value
    return given


def _is_null(node: Node | None) -> bool:
    return node is None or (isinstance(node, Scalar) and node.value is None)


@define
class _Parts:
    """Reads the parts of one use."""

    given: Mapping[str, Node]
    reader: Reader
    problems: list[Diagnostic] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.problems = self.reader.problems

    def use(self) -> Use:
        facts = self.reader.facts(self.given["facts"]) if "facts" in self.given else {}
        unknown, self.reader.unknown = frozenset(self.reader.unknown), set()
        assertions = self._assertions()
        use = Use(
            facts,
            self._value("use", v.Text()),
            self._when("as_of"),
            self._when("known_at"),
            assertions=assertions,
            standard=self._word("standard", self.given.get("standard")) or "confirmed",
            unknown=unknown,
            assumed=self._assumed(),
        )
        use = evolve(use, readings=self.readings(use))
        return evolve(use, facts={**use.facts, **self._chosen()})

    def _when(self, name: str) -> date | None:
        made: date | None = None
        if name in self.given:
            made = day_or_moment(self.given[name], self.reader, name)
        return made

    def _chosen(self) -> Facts:
        """How texts are read, by the full ids of their interpretations."""
        node = self.given.get("reading")
        if node is None or _is_null(node):
            return {}
        if not isinstance(node, Entries):
            self._no_mapping("reading", "a mapping from interpretations to readings", node)
            return {}
        return chosen(node, self.reader)

    def _assumed(self) -> Mapping[str, Any]:
        """What the asker presumes, by leaf; None where that is taken back."""
        node = self.given.get("assume")
        if node is None or _is_null(node):
            return {}
        if not isinstance(node, Entries):
            self._no_mapping("assume", "a mapping from facts to values", node)
            return {}
        self.reader.unknown = set()
        facts = self.reader.facts(node)
        return {**facts, **dict.fromkeys(self.reader.unknown)}

    def _value(self, key: str, kind: v.Type) -> Any:
        return self._read(key, self.given[key], kind) if key in self.given else None

    def _read(self, path: str, node: Node, kind: v.Type) -> Any:
        """A value that is no fact's. A title or a source may be any text, also ``unknown``."""
        if isinstance(kind, v.Text) and isinstance(node, Scalar):
            node = evolve(node, plain=False)
        return self.reader.value(path, node, kind)

    def _word(self, path: str, node: Node | None) -> Standard | None:
        """``alleged`` or ``confirmed``; None if nothing is given, or something else (reported)."""
        if node is None or _is_null(node):
            return None
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            words = {"expected": "alleged or confirmed", "found": found_words(node)}
            self.problems.append(mistake("TOS4003", node.span, None, path=path, **words))
        elif node.value not in STANDARDS:
            near, words = (node.value, STANDARDS), {"path": path, "members": ", ".join(STANDARDS)}
            self.problems.append(mistake("TOS4004", node.span, near, found=node.value, **words))
        else:
            return node.value
        return None

    # --- assertions -----------------------------------------------------------------------------

    def _assertions(self) -> tuple[Assertion, ...]:
        node = self.given.get("assertions")
        if node is None or _is_null(node):
            return ()
        if not isinstance(node, Items):
            words = {"path": "assertions", "expected": "a list", "found": found_words(node)}
            self.problems.append(mistake("TOS4003", node.span, None, **words))
            return ()
        if len(node.items) > limits.MAX_LIST:
            words = {"path": "assertions", "size": str(len(node.items))}
            self.problems.append(mistake("TOS5007", node.span, None, limit=limits.MAX_LIST, **words))
            return ()
        made = (self._assertion(f"assertions[{at}]", each) for at, each in enumerate(node.items))
        return tuple(each for several in made for each in several)

    def _assertion(self, path: str, node: Node) -> list[Assertion]:
        """An assertion for each leaf that it gives a value; none if it is wrong (reported)."""
        if not isinstance(node, Entries):
            self.problems.append(mistake("TOS4015", node.span, found=found_words(node)))
            return []
        before = len(self.problems)
        given = _by_key(node.entries, _ASSERTION_KEYS, "TOS4016", self.problems)
        meant = {near for each in self.problems[before:] for near in each.near}
        missing = [
            key
            for key in _NEEDED
            if key not in meant and (key not in given or (key != "value" and _is_null(given[key])))
        ]
        if missing:
            keys = " and no ".join(f"`{key}`" for key in missing)
            self.problems.append(mistake("TOS4017", node.span, keys=keys, first=missing[0]))
        status = self._word(f"{path}.status", given.get("status"))
        fact, source, said_on, said_by = (
            self._read(f"{path}.{key}", given[key], kind) if key in given else None
            for key, kind in _ABOUT.items()
        )
        facts = self._asserted(fact, given)
        if status is None or source is None:
            return []
        return [
            Assertion(leaf, value, status, source, said_on, said_by) for leaf, value in facts.items()
        ]

    def _asserted(self, fact: str | None, given: Mapping[str, Node]) -> Facts:
        """The leaves to which a fact and its value come: several for a record."""
        if fact is None or "value" not in given:
            return {}
        before = len(self.problems)
        read = self.reader.facts(Entries((Entry(fact, given["value"], span=given["fact"].span),)))
        if not read and len(self.problems) == before:
            self.problems.append(mistake("TOS4018", given["value"].span, path=fact))
        return read

    # --- readings -------------------------------------------------------------------------------

    def readings(self, use: Use) -> tuple[Reading, ...]:
        node = self.given.get("readings")
        if node is None or _is_null(node):
            return ()
        if not isinstance(node, Entries):
            self._no_mapping("readings", "a mapping from names to judged facts", node)
            return ()
        if len(node.entries) > limits.MAX_READINGS:
            words = {"size": len(node.entries), "limit": limits.MAX_READINGS}
            self.problems.append(mistake("TOS4021", node.span, None, **words))
            return ()
        made: dict[str, Reading] = {}
        for entry in node.entries:
            path = f"readings.{entry.key}"
            if self.reader.value(path, Scalar(entry.key, span=entry.span), v.Text()) is None:
                continue  # it is no text, which is reported
            if entry.key in made:
                self.problems.append(mistake("TOS4005", entry.span, path=path))
            else:
                made[entry.key] = Reading(entry.key, self._reading(entry, use))
        return tuple(made.values())

    def _reading(self, reading: Entry, use: Use) -> Facts:
        node = reading.value
        if _is_null(node):
            return {}
        if not isinstance(node, Entries):
            self._no_mapping(f"readings.{reading.key}", "a mapping from judged facts to values", node)
            return {}
        node, read = parted(node, self.reader)
        facts = self.reader.facts(node)
        judged = {leaf.path for leaf in self.reader.vocabulary.leaves() if leaf.judged}
        asserted = {each.fact for each in use.assertions}
        places = _places(node, "")
        for path in facts:
            if path not in judged:
                self.problems.append(mistake("TOS4019", places[path], path=path))
            elif path in use.facts or path in asserted:
                where = "stands under `facts`" if path in use.facts else "is asserted"
                words = {"reading": reading.key, "path": path, "where": where}
                self.problems.append(mistake("TOS4020", places[path], None, **words))
        return {**facts, **read}

    def _no_mapping(self, path: str, expected: str, node: Node) -> None:
        words = {"path": path, "expected": expected, "found": found_words(node)}
        self.problems.append(mistake("TOS4003", node.span, None, **words))


def day_or_moment(node: Node, reader: Reader, name: str) -> Any:
    """What ``as_of`` or ``known_at`` says, whichever ``name`` is: a date or a ``Moment``; None if
    unknown, or wrong (reported)."""
    is_moment = isinstance(node, Scalar) and (
        isinstance(node.value, datetime) or (isinstance(node.value, str) and is_instant(node.value))
    )
    problems = reader.problems
    before = len(problems)
    value = reader.value(name, node, v.Instant() if is_moment else v.Date())
    for at, each in enumerate(problems[before:], before):
        if each.code == "TOS4003":
            words = {"path": name, "expected": _DAY_OR_MOMENT, "found": found_words(node)}
            problems[at] = mistake("TOS4003", each.span, None, **words)
    return value


_ABOUT: Mapping[str, v.Type] = {
    "fact": v.Text(),
    "source": v.Text(),
    "said_on": v.Date(),
    "said_by": v.Text(),
}
"""The keys that say something about an assertion, with their types."""


def _places(node: Entries, prefix: str) -> dict[str, Span]:
    """Where each path of a mapping stands."""
    found: dict[str, Span] = {}
    for entry in node.entries:
        path = f"{prefix}{entry.key}"
        found.setdefault(path, entry.span)
        if isinstance(entry.value, Entries):
            found |= _places(entry.value, f"{path}.")
    return found
