"""A vocabulary's surface tree to its types, facts and parties. (Its definitions are typed later.)"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import TypeVar

from attrs import evolve

from tosdsl.base import limits
from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, enough, mistake
from tosdsl.elaborate.given import as_node
from tosdsl.elaborate.types import with_unit
from tosdsl.trees import norms as n
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v
from tosdsl.unicode.names import NOT_KNOWN

_T = TypeVar("_T")

_AROUND = 2
"""Levels around a fact in a description of a use: the use, and its facts."""

_IN_OTHER_LANGUAGES = {
    "bool": "boolean",
    "int": "integer",
    "string": "text",
    "str": "text",
    "datetime": "instant",
    "decimal": "number",
    "float": "number",
    "interval": "duration in days",
    "timedelta": "duration in days",
    "nullable": "optional TYPE",
    "enum": "type NAME is one of",
    "array": "list of TYPE",
}
"""Types as they are called elsewhere."""


def elaborate_vocabulary(
    unit: s.Vocabulary,
    used: Iterable[v.Vocabulary],
    lost: frozenset[str],
    problems: list[Diagnostic],
) -> v.Vocabulary:
    """The vocabulary with what it uses read in. ``used`` are those of its ``use`` lines."""
    declared: dict[str, Span] = {}
    decls: dict[str, s.EnumType | s.RecordType] = {}
    facts: list[s.FieldDecl] = []
    parties: dict[str, v.KnownParty] = {}
    base = merge(used, problems, unit.span)
    for item in unit.items:
        match item:
            case s.EnumType(name=name) | s.RecordType(name=name):
                if name.text in v.BUILT_IN or name.text in v.WITH_UNIT:
                    problems.append(mistake("TOS1019", name.span, found=name.text))
                elif _new(f"type {name.text}", name, declared, problems):
                    decls[name.text] = item
            case s.Fact(decl=decl):
                if _new(f"fact {decl.name.text}", decl.name, declared, problems):
                    _not_both(decl.name, "party", declared, problems)
                    facts.append(decl)
            case s.Party(name=name, text=text):
                if name.text.casefold() in NOT_KNOWN:
                    problems.append(mistake("TOS1019", name.span, found=name.text))
                elif _new(f"party {name.text}", name, declared, problems):
                    _not_both(name, "fact", declared, problems)
                    parties[name.text] = v.KnownParty(name.text, text, span=name.span)
            case s.Use() | s.Define():
                pass
    types = _Types(decls, {kind.name: kind for kind in base.types}, lost, problems)
    own = v.Vocabulary(
        unit.name.text,
        unit.description,
        tuple(kind for name in decls if isinstance(kind := types.named(name), v.Enum | v.Record)),
        tuple(field for decl in facts if (field := types.field(decl))),
        tuple(parties.values()),
    )
    if sum(map(_Sizes().of, own.facts)) > limits.MAX_FACTS:
        problems.append(mistake("TOS5015", unit.name.span, limit=limits.MAX_FACTS))
        own = evolve(own, types=(), facts=())  # to list their fields would take forever
    return evolve(merge((base, own), problems, unit.span), name=own.name, description=own.description)


def _new(key: str, name: s.Name, declared: dict[str, Span], problems: list[Diagnostic]) -> bool:
    if (first := declared.get(key)) is not None:
        found = mistake("TOS2004", name.span, name=name.text, line=first.line, file="")
        problems.append(found)
        return False
    declared[key] = name.span
    return True


class _Sizes:
    """How many facts a fact is, counted with the fields of its records; each record is counted once."""

    def __init__(self) -> None:
        self._records: dict[str, int] = {}

    def of(self, field: v.Field) -> int:
        kind = field.type
        while isinstance(kind, v.ListOf | v.OptionalOf):
            kind = kind.item
        if not isinstance(kind, v.Record):
            return 1
        if kind.name not in self._records:
            self._records[kind.name] = 1 + sum(map(self.of, kind.fields))
        return self._records[kind.name]


def _not_both(name: s.Name, other: str, declared: dict[str, Span], problems: list[Diagnostic]) -> None:
    if f"{other} {name.text}" in declared:
        problems.append(mistake("TOS2017", name.span, name=name.text))


class _Types:
    """Resolves type names; a type that contains itself is reported once and left out."""

    def __init__(
        self,
        decls: Mapping[str, s.EnumType | s.RecordType],
        known: Mapping[str, v.Type],
        lost: frozenset[str],
        problems: list[Diagnostic],
    ) -> None:
        self._decls = decls
        self._known = known
        self._lost = lost
        self._problems = problems
        self._done: dict[str, v.Type | None] = {}
        self._open: list[str] = []
        self._depths: dict[str, int] = {}
        self._reported = False

    def named(self, name: str) -> v.Type | None:
        """The type declared under this name here."""
        if name in self._done:
            return self._done[name]
        if len(self._open) > limits.MAX_FACTS_NESTING:
            self._too_deep(self._decls[name].name)
            return None
        if name in self._open:
            cycle = [*self._open[self._open.index(name) :], name]
            span = self._decls[name].name.span
            self._problems.append(mistake("TOS2012", span, cycle=" → ".join(cycle)))
            return None
        self._open.append(name)
        self._done[name] = self._declared(self._decls[name])
        self._open.pop()
        return self._done[name]

    def _declared(self, decl: s.EnumType | s.RecordType) -> v.Type:
        seen: dict[str, Span] = {}
        if isinstance(decl, s.EnumType):
            members = [m for m in decl.members if _new(m.name.text, m.name, seen, self._problems)]
            names = tuple(member.name.text for member in members)
            texts = tuple(member.text for member in members)
            return v.Enum(decl.name.text, names, texts, decl.rising)
        fields = [f for f in decl.fields if _new(f.name.text, f.name, seen, self._problems)]
        return v.Record(decl.name.text, tuple(made for f in fields if (made := self.field(f))))

    def field(self, decl: s.FieldDecl) -> v.Field | None:
        """The field or fact, or None if its type is not to be had."""
        kind = self._resolve(decl.type)
        if kind is None:
            return None
        if self._depth(kind) > limits.MAX_FACTS_NESTING - _AROUND:
            self._too_deep(decl.name)
            return None
        return v.Field(
            decl.name.text,
            kind,
            decl.judged,
            decl.question,
            span=decl.name.span,
            presumed=None if decl.presumed is None else as_node(decl.presumed),
        )

    def _too_deep(self, name: s.Name) -> None:
        """Reported once: in a long chain of types, each is too deep for those above it."""
        if not self._reported:
            limit = limits.MAX_FACTS_NESTING
            self._problems.append(mistake("TOS5014", name.span, name=name.text, limit=limit))
        self._reported = True

    def _depth(self, kind: v.Type) -> int:
        """How many records and lists stand inside one another in a value of the type."""
        match kind:
            case v.OptionalOf(item=item):
                return self._depth(item)
            case v.ListOf(item=item):
                return 1 + self._depth(item)
            case v.Record(fields=fields):
                if kind.name not in self._depths:
                    inner = (self._depth(field.type) for field in fields)
                    self._depths[kind.name] = 1 + max(inner, default=0)
                return self._depths[kind.name]
            case _:
                return 0

    def _resolve(self, expr: s.TypeExpr) -> v.Type | None:
        kind: v.Type | None
        if expr.name in v.WITH_UNIT:
            kind = with_unit(expr, self._problems)
        elif expr.unit is not None:
            hint = "Only money and durations are said with a unit."
            words = {"name": expr.name, "unit": expr.unit, "hint": hint}
            self._problems.append(mistake("TOS2025", expr.span, None, **words))
            return None
        elif expr.name in self._decls:
            kind = self.named(expr.name)
        else:
            kind = v.BUILT_IN.get(expr.name) or self._known.get(expr.name)
            if kind is None and expr.name not in self._lost:
                self._no_type(expr)
        if expr.lists > limits.MAX_FACTS_NESTING:
            self._too_deep(s.Name(f"list of {expr.name}", span=expr.span))
            return None
        if expr.optional and isinstance(kind, v.Record):
            self._problems.append(mistake("TOS2037", expr.span, None, name=expr.name))
            return None
        if expr.optional and kind:
            kind = v.OptionalOf(kind)
        for _ in range(expr.lists):
            kind = v.ListOf(kind) if kind else None
        return kind

    def _no_type(self, expr: s.TypeExpr) -> None:
        start = expr.span.end_column - len(expr.name)
        place = evolve(expr.span, column=start) if expr.span.line == expr.span.end_line else expr.span
        instead = _IN_OTHER_LANGUAGES.get(expr.name.lower())
        if instead:
            words = {"found": expr.name, "instead": f"`{instead}`"}
            self._problems.append(mistake("TOS1008", place, None, **words))
            return
        names = chain(v.BUILT_IN, v.WITH_UNIT, self._decls, self._known)
        near = None if enough(self._problems) else (expr.name, names)
        self._problems.append(mistake("TOS2003", place, near, name=expr.name))


def named_type(
    expr: s.TypeExpr, vocabulary: v.Vocabulary, lost: frozenset[str], problems: list[Diagnostic]
) -> v.Type | None:
    """A type as a definition's parameter names it, or None with a report."""
    types = _Types({}, {kind.name: kind for kind in vocabulary.types}, lost, problems)
    made = types.field(s.FieldDecl(s.Name(expr.name, span=expr.span), expr, span=expr.span))
    return made.type if made else None


def merge(vocabularies: Iterable[v.Vocabulary], problems: list[Diagnostic], span: Span) -> v.Vocabulary:
    """Several vocabularies read together. What two of them declare alike is one thing."""
    several = list(vocabularies)
    types: dict[str, v.Enum | v.Record] = {}
    facts: dict[str, v.Field] = {}
    parties: dict[str, v.KnownParty] = {}
    definitions: dict[str, n.Definition] = {}
    owner: dict[str, str] = {}
    defined_in: dict[str, str] = {}
    for vocabulary in several:
        for kind in vocabulary.types:
            _merge_one(types, kind.name, kind, owner, vocabulary.name, problems, span)
        for fact in vocabulary.facts:
            _merge_one(facts, fact.name, fact, owner, vocabulary.name, problems, span)
        for party in vocabulary.parties:
            parties.setdefault(party.name, party)
        for each in vocabulary.definitions:
            here = each.vocabulary or vocabulary.name
            _merge_one(definitions, each.name, each, defined_in, here, problems, span)
    for both in (name for name in facts if name in definitions):
        words = {"name": both, "first": owner[both], "second": defined_in[both]}
        problems.append(mistake("TOS2016", span, None, **words))
        del definitions[both]
    name = " + ".join(dict.fromkeys(each.name for each in several if each.name))
    kinds, known = tuple(types.values()), tuple(parties.values())
    read = v.interpretations(several)
    defined = tuple(definitions.values())
    return v.Vocabulary(name, None, kinds, tuple(facts.values()), known, read, defined)


def _merge_one(
    into: dict[str, _T],
    name: str,
    thing: _T,
    owner: dict[str, str],
    here: str,
    problems: list[Diagnostic],
    span: Span,
) -> None:
    first = into.setdefault(name, thing)
    if first != thing:
        other = owner[name]
        problems.append(mistake("TOS2016", span, name=name, first=other, second=here))
    owner.setdefault(name, here)
