"""A vocabulary's surface tree to its types, facts and parties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from attrs import evolve

from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v
from tosdsl.trees.span import Span

_T = TypeVar("_T")


def elaborate_vocabulary(
    unit: s.Vocabulary,
    used: Mapping[str, v.Vocabulary],
    lost: frozenset[str],
    problems: list[Diagnostic],
) -> v.Vocabulary:
    """The vocabulary with what it uses read in. ``used`` holds the ones named by its ``use`` lines."""
    declared: dict[str, Span] = {}
    decls: dict[str, s.EnumType | s.RecordType] = {}
    facts: list[s.FieldDecl] = []
    parties: dict[str, v.KnownParty] = {}
    names = [item.name.text for item in unit.items if isinstance(item, s.Use)]
    base = merge((used[name] for name in names if name in used), problems, unit.span)
    for item in unit.items:
        match item:
            case s.EnumType(name=name) | s.RecordType(name=name):
                if name.text in v.BUILT_IN:
                    problems.append(mistake("TOS1019", name.span, found=name.text))
                elif _new(f"type {name.text}", name, declared, problems):
                    decls[name.text] = item
            case s.Fact(decl=decl):
                if _new(f"fact {decl.name.text}", decl.name, declared, problems):
                    facts.append(decl)
            case s.Party(name=name, text=text):
                if _new(f"party {name.text}", name, declared, problems):
                    parties[name.text] = v.KnownParty(name.text, text, span=name.span)
            case s.Use():
                pass
    types = _Types(decls, {kind.name: kind for kind in base.types}, lost, problems)
    own = v.Vocabulary(
        unit.name.text,
        unit.description,
        tuple(kind for name in decls if isinstance(kind := types.named(name), v.Enum | v.Record)),
        tuple(field for decl in facts if (field := types.field(decl))),
        tuple(parties.values()),
    )
    return evolve(merge((base, own), problems, unit.span), name=own.name, description=own.description)


def _new(key: str, name: s.Name, declared: dict[str, Span], problems: list[Diagnostic]) -> bool:
    if (first := declared.get(key)) is not None:
        found = mistake("TOS2004", name.span, name=name.text, line=first.line, file="")
        problems.append(found)
        return False
    declared[key] = name.span
    return True


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

    def named(self, name: str) -> v.Type | None:
        """The type declared under this name here."""
        if name in self._done:
            return self._done[name]
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
            return v.Enum(decl.name.text, names, tuple(member.text for member in members))
        fields = [f for f in decl.fields if _new(f.name.text, f.name, seen, self._problems)]
        return v.Record(decl.name.text, tuple(made for f in fields if (made := self.field(f))))

    def field(self, decl: s.FieldDecl) -> v.Field | None:
        """The field or fact, or None if its type is not to be had."""
        kind = self._resolve(decl.type)
        if kind is None:
            return None
        return v.Field(decl.name.text, kind, decl.judged, decl.question, span=decl.name.span)

    def _resolve(self, expr: s.TypeExpr) -> v.Type | None:
        kind: v.Type | None
        if expr.name in self._decls:
            kind = self.named(expr.name)
        else:
            kind = v.BUILT_IN.get(expr.name) or self._known.get(expr.name)
            if kind is None and expr.name not in self._lost:
                names = [*v.BUILT_IN, *self._decls, *self._known]
                self._problems.append(
                    mistake("TOS2003", expr.span, (expr.name, names), name=expr.name)
                )
        for _ in range(expr.lists):
            kind = v.ListOf(kind) if kind else None
        return kind


def merge(
    vocabularies: Iterable[v.Vocabulary], problems: list[Diagnostic], span: Span
) -> v.Vocabulary:
    """Several vocabularies read together. What two of them declare alike is one thing."""
    several = list(vocabularies)
    types: dict[str, v.Enum | v.Record] = {}
    facts: dict[str, v.Field] = {}
    parties: dict[str, v.KnownParty] = {}
    owner: dict[str, str] = {}
    for vocabulary in several:
        for kind in vocabulary.types:
            _merge_one(types, kind.name, kind, owner, vocabulary.name, problems, span)
        for fact in vocabulary.facts:
            _merge_one(facts, fact.name, fact, owner, vocabulary.name, problems, span)
        for party in vocabulary.parties:
            parties.setdefault(party.name, party)
    name = " + ".join(dict.fromkeys(each.name for each in several if each.name))
    return v.Vocabulary(name, None, tuple(types.values()), tuple(facts.values()), tuple(parties.values()))


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
