"""Leaves in generated code: how one is tested, and how it is seen that its value can be taken.

A test that comes out true says that the value is a good one, so far as it was looked at; before one
that comes out false is believed, the value is checked: a misspelt member is none of those tested for.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Any

from attrs import define, field

from tosdsl.backends.code.names import Names, literal
from tosdsl.backends.code.nodes import assign, both, call, compare, method, name, when
from tosdsl.runtime import checks
from tosdsl.trees import vocabulary as v

Test = tuple[str, str, Any]
"""How a leaf is tested, which, and against what."""

_ORDER: dict[str, ast.cmpop] = {"<": ast.Lt(), "<=": ast.LtE(), ">": ast.Gt(), ">=": ast.GtE()}
_TEXT = {"starts with": "startswith", "ends with": "endswith"}


@define
class Leaves:
    """The leaves of one vocabulary, for one module."""

    vocabulary: v.Vocabulary
    names: Names
    parties: checks.Parties
    types: dict[str, v.Type] = field(factory=dict)
    records: dict[str, tuple[v.Field, ...]] = field(factory=dict)
    """The fields of each record among the facts, by its path; those of the whole under ``""``."""

    def __attrs_post_init__(self) -> None:
        self._add("", self.vocabulary.facts)

    def _add(self, prefix: str, fields: tuple[v.Field, ...]) -> None:
        self.records[prefix.removesuffix(".")] = fields
        for each in fields:
            path = f"{prefix}{each.name}"
            if isinstance(each.type, v.Record):
                self._add(f"{path}.", each.type.fields)
            else:
                self.types[path] = each.type

    def keys(self, record: str) -> ast.expr:
        """The names of the fields of a record, as a set."""
        wish = f"{record or 'facts'}_names"
        return self.names.one_of(wish, (each.name for each in self.records[record]))

    # --- values ---------------------------------------------------------------------------------

    def taken(self, word: str, kind: v.Type) -> list[ast.stmt]:
        """Statements that make a value, which is not None, one that can be tested; or raise Odd."""
        match kind:
            case v.Integer():
                return self._converted(word, "int", checks.whole)
            case v.Date():
                return self._converted(word, "date", checks.day)
            case v.ListOf():
                made = call(name(self.names.give("as_list", checks.listed)), name(word))
                # The quickest way to see that something is a sequence, and no text.
                cases = [
                    (ast.MatchSequence([ast.MatchStar()]), ast.Pass()),
                    (ast.MatchAs(), assign(word, made)),
                ]
                return [ast.Match(name(word), [ast.match_case(to, None, [do]) for to, do in cases])]
            case _:
                return []

    def _converted(self, word: str, kind: str, convert: Callable[[object], object]) -> list[ast.stmt]:
        given = ast.Attribute(name(word), "__class__", ast.Load())
        made = call(name(self.names.give(f"as_{kind}", convert)), name(word))
        return [when(compare(given, ast.IsNot(), name(kind)), [assign(word, made)])]

    def odd(self) -> ast.Raise:
        """Leaves the question to the full reading."""
        return ast.Raise(name(self.names.give("Odd", checks.Odd)), None)

    def good(self, word: str, kind: v.Type) -> ast.expr | None:
        """Whether a value that was taken is one of its type; None if nothing is left to ask."""
        match kind:
            case v.Integer():
                ends = [ast.Constant(each) for each in (-checks.LARGEST, checks.LARGEST)]
                return ast.Compare(ends[0], [ast.Lt(), ast.Lt()], [name(word), ends[1]])
            case v.Enum(name=wish, members=members):
                return compare(name(word), ast.In(), self.names.one_of(wish, members))
            case v.Party():
                plain: ast.expr = compare(name(word), ast.In(), self._plain())
                other = call(ast.Attribute(self._parties(), "one", ast.Load()), name(word))
                return ast.BoolOp(ast.Or(), [plain, other])
            case v.Text():
                return call(name(self.names.give("is_text", checks.text)), name(word))
            case v.ListOf(item=v.Enum(name=wish, members=members)):
                return method(self.names.one_of(wish, members), "issuperset", name(word))
            case v.ListOf(item=v.Party()):
                plain = method(self._plain(), "issuperset", name(word))
                other = call(ast.Attribute(self._parties(), "all", ast.Load()), name(word))
                return ast.BoolOp(ast.Or(), [plain, other])
            case v.ListOf(item=v.Text()):
                return call(name(self.names.give("are_texts", checks.texts)), name(word))
            case _:
                return None

    def _plain(self) -> ast.expr:
        return self.names.one_of("parties", self.parties.plain)

    def _parties(self) -> ast.expr:
        return name(self.names.give("known_parties", self.parties))

    def unless_good(self, word: str, kind: v.Type, *, some: bool = False) -> list[ast.stmt]:
        """Leaves the question to the full reading if the value is not one of its type.

        ``some``: one item of the list is known to be.
        """
        good = self.good(word, kind)
        if good is None:
            return []
        wrong = [_contrary(each) for each in (good.values if isinstance(good, ast.BoolOp) else [good])]
        if some:  # seen at once of the one list that most uses have: that of one item
            wrong.insert(0, compare(call(name("len"), name(word)), ast.NotEq(), ast.Constant(1)))
        return [when(both(wrong), [self.odd()])]

    # --- tests ----------------------------------------------------------------------------------

    def test(self, op: str, word: str, constant: ast.expr) -> ast.expr:
        """A test of a value that was taken; true or false."""
        value = name(word)
        match op:
            case "is":
                return compare(value, ast.Eq(), constant)
            case "in":
                return compare(value, ast.In(), constant)
            case "includes":
                return compare(constant, ast.In(), value)
            case "overlaps":
                return ast.UnaryOp(ast.Not(), method(constant, "isdisjoint", value))
            case "starts with" | "ends with":
                return method(value, _TEXT[op], constant)
            case _:
                return compare(value, _ORDER[op], constant)

    def constant(self, op: str, path: str, value: Any) -> ast.expr:
        """A constant that a leaf is tested against."""
        if isinstance(value, frozenset):
            return self.names.one_of(f"{path}_tested", value)
        return literal(value)


def _contrary(test: ast.expr) -> ast.expr:
    if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.In):
        return ast.Compare(test.left, [ast.NotIn()], test.comparators)
    return ast.UnaryOp(ast.Not(), test)


def inside(path: str, record: str) -> bool:
    """Whether a leaf is in a record."""
    return path.startswith(f"{record}.")


def around(path: str) -> Iterable[str]:
    """The records around a leaf, the outermost first."""
    steps = path.split(".")
    return (".".join(steps[:count]) for count in range(1, len(steps)))
