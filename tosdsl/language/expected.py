"""What may stand at a place of a text, broken or not.

The item around the place is read up to it. What the parser would take next says which words of the
language may stand there; where it would take a name, the name's kind is told by what stands before it,
and its type by what that is compared with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

from attrs import frozen

from tosdsl.language.check import Checked
from tosdsl.language.symbols import Declared, ids
from tosdsl.syntax.mistakes.expected import phrases, words_of
from tosdsl.syntax.parser import terminals_after
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v
from tosdsl.trees import zones
from tosdsl.trees.lazy import only
from tosdsl.trees.states import STATES

Kind = Literal[
    "word",
    "type",
    "member",
    "fact",
    "field",
    "party",
    "interpretation",
    "definition",
    "clause",
    "exception",
    "document",
    "vocabulary",
    "value",
]


@frozen
class Candidate:
    """Something that may stand at a place. ``text`` is what to write, ``detail`` its type or text."""

    text: str
    kind: Kind
    detail: str = ""


@frozen
class Expected:
    """``candidates`` in the order of likelihood, all of which begin with ``prefix``: what stands there
    already. ``phrases`` say in words what may stand there, names of kinds without a list included."""

    prefix: str
    candidates: tuple[Candidate, ...]
    phrases: tuple[str, ...]


_PREFIX = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*$")
_OPERATOR = re.compile(
    r"([A-Za-z_][\w.]*)\s+(?:is not|is|not in|in|includes|overlaps|<=|>=|<|>)\s+(?:\{(?:[^{}]*,)?\s*)?$"
)
_GIVEN = re.compile(r"^\s+([A-Za-z_][\w.]*):(?=[\s\[{])")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\w.]+|[^\s\w]')
_AFTER: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"^use\s+$"), "vocabulary"),
    (re.compile(r"\b(?:incorporate|prevails over|governed by|governs)\s+$"), "document"),
    (re.compile(r"^\s*(?:subject to|notwithstanding|on .* of)\s+$"), "clause"),
    (re.compile(r"^\s*expect(?: duty| .* (?:defeated by|conflicts with))?\s+$"), "clause"),
    (re.compile(r"^\s*except\s+$"), "exception"),
    (re.compile(r"^\s*(?:provider|bearer)\s+$"), "party"),
    (re.compile(r":\s+(?:list of\s+)*(?:optional\s+)?$"), "type"),
    (re.compile(r"^\s*expect needs\s+(?:.*,\s*)?$"), "fact"),
)
_BUILT_IN = tuple(sorted((*v.BUILT_IN, *v.WITH_UNIT)))


def expected_at(checked: Checked, file: str, line: int, column: int) -> Expected:
    """What may stand at a place; lines and columns count from 1. The place may be within a word."""
    text = checked.sources.get(file, "")
    lines = text.split("\n")
    if not 0 < line <= len(lines):
        return Expected("", (), ())
    before = lines[line - 1][: column - 1]
    match = _PREFIX.search(before)
    prefix = match[0] if match else ""
    before = before[: len(before) - len(prefix)]
    terminals = terminals_after([*lines[: line - 1], before])
    unit = _unit_at(checked, file, line)
    found = _Names(checked, unit, file).candidates(lines, line, before, prefix, terminals)
    words = [Candidate(word, "word") for word in words_of(terminals)]
    kept = dict.fromkeys(each for each in (*found, *words) if each.text.startswith(prefix))
    return Expected(prefix, tuple(kept), tuple(phrases(terminals)))


def _unit_at(checked: Checked, file: str, line: int) -> s.Unit | None:
    """The vocabulary or policy that begins above a line."""
    units = [each for each in checked.work.units_in(file) if each.name.span.line <= line]
    return units[-1] if units else None


class _Names:
    """The names that a unit knows."""

    def __init__(self, checked: Checked, unit: s.Unit | None, file: str) -> None:
        self.checked = checked
        self.unit = unit
        self.declared = Declared.of(checked.work)
        self.policy = checked.work.elaborated(unit) if isinstance(unit, s.Policy) else None
        self.vocabulary = self.policy.vocabulary if self.policy else v.Vocabulary("")
        if isinstance(unit, s.Vocabulary):
            self.vocabulary = checked.work.vocabulary_of(unit)
        own = self.policy.written if self.policy else ()
        shared = self.vocabulary.definitions
        self.definitions = (*shared, *(each for each in own if each.vocabulary is None))

    def candidates(
        self, lines: list[str], line: int, before: str, prefix: str, terminals: frozenset[str]
    ) -> Iterator[Candidate]:
        given = _GIVEN.match(before) if self.unit is not None and _is_given(lines, line) else None
        if given is not None:
            yield from self._in_value(self._type(given[1]), before[given.end() :])
        elif "ZONE" in terminals:
            yield from (Candidate(each, "value", "time zone") for each in sorted(zones.names()))
        elif not terminals & {"NAME", "REF"}:
            return
        elif compared := _OPERATOR.search(before):
            yield from self._states(compared[1])
            yield from self._values(self._type(compared[1]))
            yield from self._values_of_same_type(self._type(compared[1]))
        elif kind := next((kind for pattern, kind in _AFTER if pattern.search(before)), None):
            yield from self._of_kind(kind)
        elif self.unit is not None and not before.strip() and _is_given(lines, line):
            yield from self._fact()
            for fact in self.vocabulary.facts:
                if isinstance(v.bare(fact.type), v.Record):
                    yield Candidate(fact.name, "fact", str(fact.type))
        elif "NOT" in terminals or (before.strip() and not isinstance(self.unit, s.Vocabulary)):
            yield from self._fact()
            yield from self._definition()
            yield from (Candidate(each, "clause", "obligation") for each in self._obligations())

    def _of_kind(self, kind: Kind) -> Iterator[Candidate]:
        match kind:
            case "vocabulary":
                yield from self._vocabulary()
            case "document":
                yield from self._document()
            case "clause":
                yield from self._clause()
            case "exception":
                yield from self._exception()
            case "party":
                yield from self._party()
            case "type":
                yield from self._types()
            case "fact":
                yield from self._fact()

    def _type(self, path: str) -> v.Type | None:
        """The type of a fact, a field or a definition by its path."""
        first, *rest = path.split(".")
        kind: Any = {each.name: each.type for each in self.definitions}.get(path)
        if kind is not None:
            return kind  # type: ignore[no-any-return]  # types of definitions
        kind = {each.name: each.type for each in self.vocabulary.interpretations}.get(path)
        if kind is not None:
            return kind  # type: ignore[no-any-return]  # readings
        kind = {each.name: each.type for each in self.vocabulary.facts}.get(first)
        for step in rest:
            kind = v.bare(kind) if kind is not None else None
            inner = kind.fields if isinstance(kind, v.Record) else ()
            kind = {each.name: each.type for each in inner}.get(step)
        return kind  # type: ignore[no-any-return]  # found in the vocabulary

    def _in_value(self, kind: v.Type | None, said: str) -> Iterator[Candidate]:
        """What may follow in a value of a fact of which so much is written."""
        around: list[v.Type | None] = []
        here, is_key = kind, False
        word = ""
        for token in _TOKEN.findall(said):
            plain = v.bare(here) if here is not None else None
            if token in "[{":
                around.append(here)
                here = plain.item if token == "[" and isinstance(plain, v.ListOf) else here
                is_key = token == "{"
            elif token in "]}":
                here, is_key = (around.pop() if around else None), False
            elif token == ":":
                here, is_key = self._fields(here).get(word), False
            elif token == "," and around:
                whole = v.bare(around[-1]) if around[-1] is not None else None
                is_key = isinstance(whole, v.Record)
                here = whole.item if isinstance(whole, v.ListOf) else around[-1]
            word = token
        if is_key:
            fields = self._fields(here).items()
            yield from (Candidate(name, "field", str(each)) for name, each in fields)
        else:
            yield from self._values(here)

    def _fields(self, kind: v.Type | None) -> dict[str, v.Type]:
        plain = v.bare(kind) if kind is not None else None
        return {each.name: each.type for each in plain.fields} if isinstance(plain, v.Record) else {}

    def _values(self, kind: v.Type | None) -> Iterator[Candidate]:
        """The values of a type that have names."""
        plain = v.bare(kind) if kind is not None else None
        while isinstance(plain, v.ListOf):
            plain = v.bare(plain.item)
        match plain:
            case v.Enum():
                yield from (Candidate(each, "member", str(plain)) for each in plain.members)
            case v.Party():
                yield from self._party()
            case v.Boolean():
                yield from (Candidate(each, "value", "boolean") for each in ("yes", "no"))
        if kind is not None and kind != v.bare(kind):
            yield Candidate("none", "value", str(kind))

    def _obligations(self) -> Iterator[str]:
        """What a policy requires, by name: in which state each is can be a condition."""
        todo = list(self.unit.items) if isinstance(self.unit, s.Policy) else []
        while todo:
            item = todo.pop(0)
            if isinstance(item, s.Section):
                todo[:0] = item.items
            elif isinstance(item, s.Norm) and item.modality == "require":
                yield item.name.text

    def _states(self, name: str) -> Iterator[Candidate]:
        if name in self._obligations():
            yield from (Candidate(each, "value", f"state of {name}") for each in STATES)

    def _values_of_same_type(self, kind: v.Type | None) -> Iterator[Candidate]:
        if kind is None:
            return
        if v.bare(kind) == v.DAY.type:
            yield Candidate(v.DAY_OF_USE, "value", str(v.DAY.type))
        for leaf in self.vocabulary.leaves():
            if v.bare(leaf.type) == v.bare(kind):
                yield Candidate(leaf.path, "fact", leaf.question)

    def _fact(self) -> Iterator[Candidate]:
        yield from (Candidate(each.path, "fact", str(each.type)) for each in self.vocabulary.leaves())

    def _definition(self) -> Iterator[Candidate]:
        for one in self.vocabulary.interpretations:
            yield Candidate(one.name, "interpretation", one.question or "")
        for each in self.definitions:
            yield Candidate(each.name, "definition", each.description or str(each.type))

    def _party(self) -> Iterator[Candidate]:
        yield from (Candidate(each.name, "party", each.text or "") for each in self.vocabulary.parties)

    def _vocabulary(self) -> Iterator[Candidate]:
        yield from (
            Candidate(each, "vocabulary") for each in self.checked.work.search.ids("vocabulary")
        )

    def _document(self) -> Iterator[Candidate]:
        yield from (Candidate(each, "document") for each in self.checked.work.search.ids("policy"))

    def _clause(self) -> Iterator[Candidate]:
        if isinstance(self.unit, s.Policy):
            for id_, kind, _ in ids(self.unit.items):
                if kind != "definition":
                    yield Candidate(id_, "clause", kind)

    def _exception(self) -> Iterator[Candidate]:
        if isinstance(self.unit, s.Policy):
            for item in only(self.unit.items, s.Standalone):
                yield Candidate(item.node.name.text, "exception", item.node.description or "")

    def _types(self) -> Iterator[Candidate]:
        if self.unit is not None:
            for vocabulary in self.declared.used(self.unit):
                for item in only(vocabulary.items, s.EnumType | s.RecordType):
                    yield Candidate(item.name.text, "type")
        yield from (Candidate(each, "type", "built in") for each in _BUILT_IN)


def _is_given(lines: list[str], line: int) -> bool:
    """Whether a line stands among the facts of a scenario."""
    indent = len(lines[line - 1]) - len(lines[line - 1].lstrip())
    for above in reversed(lines[: line - 1]):
        if above.strip() and len(above) - len(above.lstrip()) < max(indent, 1):
            return above.strip().split(" ")[0] in ("given", "alleged", "confirmed", "reading")
    return False
