"""Well-typed conditions over a few shared names, and the vocabularies that declare them.

``worlds`` draws a vocabulary; ``Scope`` draws conditions and values over its leaves and over the
definitions that were added to it. Nothing here knows of norms, see ``policies``.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TypeVar, assert_never

from attrs import define
from hypothesis import strategies as st

from tosdsl.testing.strategies.facts import (
    AMOUNTS,
    DAYS,
    INTEGERS,
    MOMENTS,
    NUMBERS,
    PARTIES,
    WORDS,
)
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v

_T = TypeVar("_T")

_PURPOSE = v.Enum("Purpose", ("classify", "generate", "sort", "rank"))
_STEP = v.Enum("Step", ("collect", "label", "ship"))
_SCALARS: tuple[v.Type, ...] = (v.Integer(), v.Date(), v.Text(), v.Party(), _PURPOSE, _STEP)
_LISTS = tuple(v.ListOf(item) for item in (_PURPOSE, _STEP, v.Party(), v.Integer(), v.Text()))
_SELF_EVIDENT: tuple[v.Type, ...] = (v.Boolean(), v.Integer(), v.Date(), v.Text(), v.Party())
"""Types that a constant tells by itself. A member of an enumeration means nothing by itself."""

_KINDS: tuple[v.Type, ...] = (v.Boolean(), v.Boolean(), v.Boolean(), *_SCALARS, *_LISTS)

_PLACES = ("", "", "model.", "model.origin.")
"""Where a leaf is: a fact, a field of a record, a field of a record in it."""


# --- vocabularies ---------------------------------------------------------------------------------


@st.composite
def worlds(draw: st.DrawFn) -> tuple[s.Vocabulary, dict[str, v.Type]]:
    """A vocabulary of three to seven leaves, and the types of these by path."""
    kinds = draw(st.lists(st.sampled_from(_KINDS), min_size=3, max_size=7))
    leaves = {
        f"{draw(st.sampled_from(_PLACES))}{_stem(kind)}_{index}": kind
        for index, kind in enumerate(kinds)
    }
    inner = [_field(draw, path, kind) for path, kind in leaves.items() if path.count(".") == 2]
    outer = [_field(draw, path, kind) for path, kind in leaves.items() if path.count(".") == 1]
    items: list[s.VocabularyItem] = [_enumeration(draw, kind) for kind in (_PURPOSE, _STEP)]
    if inner:
        items.append(s.RecordType(s.Name("Origin"), tuple(inner)))
        outer.append(_record_field(draw, "origin", "Origin"))
    if outer:
        items.append(s.RecordType(s.Name("Model"), tuple(outer)))
        items.append(s.Fact(_record_field(draw, "model", "Model")))
    items += (s.Fact(_field(draw, path, kind)) for path, kind in leaves.items() if "." not in path)
    items += (s.Party(s.Name(name), _text(draw)) for name in PARTIES)
    return s.Vocabulary(s.Name("world"), _text(draw), tuple(draw(st.permutations(items)))), leaves


def _stem(kind: v.Type) -> str:
    return str(kind).lower().replace("list of ", "all_")


def _text(draw: st.DrawFn) -> str | None:
    return draw(st.none() | st.sampled_from(("What is it?", "Which of them?")))


def _field(draw: st.DrawFn, path: str, kind: v.Type) -> s.FieldDecl:
    lists = 1 if isinstance(kind, v.ListOf) else 0
    name = str(kind.item if isinstance(kind, v.ListOf) else kind)
    judged = draw(st.integers(0, 4)) == 0
    return s.FieldDecl(s.Name(path.split(".")[-1]), s.TypeExpr(name, lists), judged, _text(draw))


def _record_field(draw: st.DrawFn, name: str, record: str) -> s.FieldDecl:
    return s.FieldDecl(s.Name(name), s.TypeExpr(record), draw(st.integers(0, 9)) == 0, _text(draw))


def _enumeration(draw: st.DrawFn, kind: v.Enum) -> s.EnumType:
    members = (s.Member(s.Name(member), _text(draw)) for member in kind.members)
    return s.EnumType(s.Name(kind.name), tuple(members))


# --- conditions and values ------------------------------------------------------------------------


@define
class Scope:
    """Names with their types: the leaves, and the definitions so far. ``provider``: one is named."""

    draw: st.DrawFn
    terms: dict[str, v.Type]
    provider: bool = False

    def condition(self) -> s.Expr:
        """One to four comparisons, on a line or as blocks."""
        first, *others = atoms = tuple(self._atom() for _ in range(self.one((1, 1, 1, 2, 2, 3, 4))))
        if not others:
            alone: list[s.Expr] = [first, first, s.Not(first), s.Block("none", atoms)]
            return self.one(alone)
        kind = self.one(("all", "any", "none"))
        rest = others[0] if len(others) == 1 else s.Or(tuple(others))
        below = others[0] if len(others) == 1 else s.Block("any", tuple(others))
        shapes: list[s.Expr] = [s.And(atoms), s.Or(atoms), s.Block(kind, atoms)]
        shapes += s.And((first, rest)), s.Not(s.And((first, rest))), s.Block(kind, (first, below))
        return self.one(shapes)

    def definition(self, name: str) -> s.Define:
        """A condition, or a value: another name for a leaf, a constant, a set. Known from here on."""
        kind: v.Type = v.Boolean()
        body: s.Expr
        match self.one(("condition", "condition", "alias", "constant", "set")):
            case "condition":
                body = self.condition()
            case "alias":
                alias = self.one(tuple(self.terms))
                kind, body = self.terms[alias], s.Name(alias)
            case "constant":
                kind = self.one(_SELF_EVIDENT)
                body = self._constant(kind)
            case _:
                item = self.one(_SCALARS)
                kind, body = v.ListOf(item), self._set(item)
        self.terms[name] = kind
        return s.Define(s.Name(name), body, _text(self.draw))

    def one(self, options: Sequence[_T]) -> _T:
        """One of several."""
        return self.draw(st.sampled_from(options))

    def sometimes(self) -> bool:
        """True one time in three."""
        return self.one((False, False, True))

    # --- comparisons --------------------------------------------------------------------------

    def _atom(self) -> s.Expr:
        path = self.one(tuple(self.terms))
        name, kind = s.Name(path), self.terms[path]
        match kind:
            case v.Boolean():
                compared = s.Compare(self.one(("is", "is not")), name, self._constant(kind))
                shapes: list[s.Expr] = [name, name, name, s.Not(name), compared]
                return self.one(shapes)
            case v.ListOf(item=item):
                return self._of_list(name, item)
            case _:
                return self._of_scalar(name, kind)

    def _of_list(self, name: s.Name, item: v.Type) -> s.Expr:
        one = self._term(item, name) or self._constant(item)
        match self.one(("includes", "includes", "overlaps", "overlaps", "in", "not in")):
            case "includes":
                return s.Compare("includes", name, one)
            case "overlaps":
                return s.Compare("overlaps", name, self._term(v.ListOf(item), name) or self._set(item))
            case op:
                return s.Compare(op, one, name)

    def _of_scalar(self, name: s.Name, kind: v.Type) -> s.Expr:
        ordered = ("<", "<=", ">", ">=") if v.ordered(kind) else ()
        op = self.one(("is", "is", "is not", "in", "not in", *ordered))
        if op in {"in", "not in"}:
            return s.Compare(op, name, self._term(v.ListOf(kind), name) or self._set(kind))
        other = self._term(kind, name) or self._constant(kind)
        if isinstance(kind, v.Party) and self.sometimes():
            return s.Compare(op, name, s.Text(self.one(PARTIES)))
        return self.one((s.Compare(op, name, other), s.Compare(op, other, name)))

    def _term(self, kind: v.Type, but: s.Name) -> s.Expr | None:
        """Sometimes another name of that type."""
        named = [name for name, other in self.terms.items() if other == kind and name != but.text]
        return s.Name(self.one(named)) if named and self.sometimes() else None

    def _set(self, kind: v.Type) -> s.Expr:
        items = st.lists(st.sampled_from(self._constants(kind)), min_size=1, max_size=3, unique_by=str)
        return s.SetOf(tuple(self.draw(items)))

    def _constant(self, kind: v.Type) -> s.Expr:
        return self.one(self._constants(kind))

    def _constants(self, kind: v.Type) -> tuple[s.Expr, ...]:
        match kind:
            case v.Boolean():
                return (s.BooleanLiteral(True), s.BooleanLiteral(False))
            case v.Integer():
                return tuple(map(s.IntegerLiteral, INTEGERS))
            case v.Date():
                return tuple(map(s.DateLiteral, DAYS))
            case v.Text():
                return tuple(map(s.Text, WORDS))
            case v.Party():
                return tuple(map(s.Name, (*PARTIES, "provider") if self.provider else PARTIES))
            case v.Enum(members=members):
                return tuple(map(s.Name, members))
            case v.Number():
                return tuple(map(s.NumberLiteral, NUMBERS))
            case v.Money(currency=currency):
                return tuple(s.MoneyLiteral(Fraction(amount), currency) for amount in AMOUNTS)
            case v.Duration(kind=unit):
                return tuple(s.DurationLiteral(count, unit.removesuffix("s")) for count in INTEGERS)
            case v.Instant():
                return tuple(map(s.InstantLiteral, MOMENTS))
            case v.ListOf() | v.Record() | v.OptionalOf():
                raise ValueError(f"there is no constant for {kind}")
            case _:
                assert_never(kind)
