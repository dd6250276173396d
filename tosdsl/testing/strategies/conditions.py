"""Well-typed conditions over a few shared names, and the vocabularies that declare them.

``worlds`` draws a vocabulary; ``Scope`` draws conditions and values over its leaves and over the
definitions that were added to it. Nothing here knows of norms, see ``policies``.
"""

from __future__ import annotations

from typing import assert_never

from attrs import define, field
from hypothesis import strategies as st

from tosdsl.testing.strategies.facts import DAYS, INTEGERS, PARTIES, WORDS
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v

_PURPOSE = v.Enum("Purpose", ("classify", "generate", "sort", "rank"))
_STEP = v.Enum("Step", ("collect", "label", "ship"))
_SCALARS: tuple[v.Type, ...] = (v.Integer(), v.Date(), v.Text(), v.Party(), _PURPOSE, _STEP)
_LISTS = tuple(v.ListOf(item) for item in (_PURPOSE, _STEP, v.Party(), v.Integer(), v.Text()))
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
    """Names with their types: the leaves, and the definitions so far."""

    draw: st.DrawFn
    terms: dict[str, v.Type]
    parties: tuple[str, ...] = field(default=PARTIES)

    def condition(self) -> s.Expr:
        """One to four comparisons, as a line or as blocks."""
        atoms = [self._atom() for _ in range(self._one((1, 1, 1, 2, 2, 3, 4)))]
        if len(atoms) == 1:
            return self._one((atoms[0], atoms[0], s.Block("none", (atoms[0],)), s.Not(atoms[0])))
        first, *others = atoms
        several = tuple(atoms)
        rest = others[0] if len(others) == 1 else s.Or(tuple(others))
        below = others[0] if len(others) == 1 else s.Block(self._kind(), tuple(others))
        return self._one(
            (
                s.And(several),
                s.Or(several),
                s.Block(self._kind(), several),
                s.And((first, rest)),
                s.Not(s.And((first, rest))),
                s.Block(self._kind(), (first, below)),
            )
        )

    def definition(self, name: str) -> s.Define:
        """A condition, or a value: a name for a leaf, a constant or a set. Known from here on."""
        kind: v.Type = v.Boolean()
        shape = self._one(("condition", "condition", "alias", "constant", "set"))
        if shape == "condition":
            body = self.condition()
        elif shape == "alias":
            alias = self._one(tuple(self.terms))
            kind, body = self.terms[alias], s.Name(alias)
        elif shape == "constant":
            # A member of an enumeration means nothing where no enumeration is expected.
            kind = self._one((v.Boolean(), v.Integer(), v.Date(), v.Text(), v.Party()))
            body = self._constant(kind)
        else:
            item = self._one(_SCALARS)
            kind, body = v.ListOf(item), self._set(item)
        self.terms[name] = kind
        return s.Define(s.Name(name), body, _text(self.draw))

    # --- comparisons --------------------------------------------------------------------------

    def _atom(self) -> s.Expr:
        path = self._one(tuple(self.terms))
        name, kind = s.Name(path), self.terms[path]
        match kind:
            case v.Boolean():
                flag = s.BooleanLiteral(self.draw(st.booleans()))
                compared = s.Compare(self._one(("is", "is not")), name, flag)
                return self._one((name, name, name, s.Not(name), compared))
            case v.ListOf(item=item):
                return self._of_list(name, kind, item)
            case _:
                return self._of_scalar(name, kind)

    def _of_list(self, name: s.Name, kind: v.ListOf, item: v.Type) -> s.Expr:
        match self._one(("includes", "overlaps", "in")):
            case "includes":
                return s.Compare("includes", name, self._constant(item) or self._other(item))
            case "overlaps":
                sides = (name, self._other(kind) or self._set(item))
                return s.Compare("overlaps", *sides)
            case _:
                return s.Compare(self._one(("in", "not in")), self._constant(item), name)

    def _of_scalar(self, name: s.Name, kind: v.Type) -> s.Expr:
        ...
