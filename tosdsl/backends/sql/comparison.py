"""Comparisons in SQL: as ``tosdsl/values/comparison.py``."""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm

from attrs import evolve, frozen

from tosdsl.backends.sql.dialect import Dialect
from tosdsl.backends.sql.terms import NoSqlError, Term
from tosdsl.trees import vocabulary as v
from tosdsl.trees.quantities import ABSENT

NUMBERS = (v.Integer, v.Number, v.Money, v.Duration)
_MEMBERS = (v.Boolean, v.Integer, v.Text, v.Date, v.Party, v.Enum)
"""Types of which lists are searched: their values stand in columns as they are."""
_ORDER = frozenset(("<", "<=", ">", ">="))


def narrow_or_wide(dialect: Dialect, bound: int) -> bool:
    """Whether a number with such a bound needs the wide type."""
    if bound <= dialect.NARROW:
        return False
    if bound > dialect.WIDE:
        raise NoSqlError("a number that may be too large for the database")
    return True


def scaled(dialect: Dialect, term: Term, den: int) -> Term:
    """The same number over another denominator, a multiple of its own."""
    times = den // term.den
    if times == 1:
        return term
    bound = term.bound * times
    wide = narrow_or_wide(dialect, bound)
    sql = f"({in_type(dialect, term, wide)} * {dialect.whole(times, wide)})"
    return evolve(term, sql=sql, den=den, bound=bound, wide=wide)


def in_type(dialect: Dialect, term: Term, wide: bool) -> str:
    """A number in the narrow or the wide type; a wide one stays so."""
    return dialect.widen(term.sql) if wide and not term.wide else term.sql


def over_one_denominator(dialect: Dialect, several: Sequence[Term]) -> list[Term]:
    """Numbers over one denominator; anything else as it is."""
    if not all(isinstance(each.kind, NUMBERS) for each in several):
        return [*several]
    den = lcm(*(each.den for each in several))
    return [scaled(dialect, each, den) for each in several]


def ranked(term: Term, scale: Sequence[str], dialect: Dialect) -> str:
    """The place of a member in its order."""
    cases = (f"WHEN {dialect.text(member)} THEN {at}" for at, member in enumerate(scale))
    return f"(CASE {term.sql} {' '.join(cases)} END)"


@frozen
class Comparison:
    """Makes the SQL of comparisons."""

    dialect: Dialect

    def sql(self, op: str, left: Term, right: Term, scale: tuple[str, ...]) -> str:
        if op == "is":
            return self._same(left, right)
        if op == "includes":
            op, left, right = "in", right, left
        if op == "in":
            return self._guarded(self._member(left, right), left, right)
        if op == "overlaps":
            return self._guarded(self._overlaps(left, right), left, right)
        if op in _ORDER:
            return self._guarded(self._ordered(op, left, right, scale), left, right)
        return self._guarded(self._text(op, left, right), left, right)

    def _guarded(self, sql: str, *sides: Term) -> str:
        """False if a side is ``none``, whatever the other is."""
        none = [each.none for each in sides if each.none is not None]
        return f"(CASE WHEN {' OR '.join(none)} THEN FALSE ELSE {sql} END)" if none else sql

    # --- equality -------------------------------------------------------------------------------------

    def _same(self, left: Term, right: Term) -> str:
        for one, other in ((left, right), (right, left)):
            if one.constant is ABSENT:
                return self._is_none(other)
        if left.parts is not None or right.parts is not None or not self._single(left, right):
            raise NoSqlError("lists or records that are compared")
        one, other = over_one_denominator(self.dialect, (left, right))
        same = f"({one.sql} = {other.sql})"
        if left.none is None and right.none is None:
            return same
        first, second = self._is_none(left), self._is_none(right)
        both = f"{first} AND {second}"
        apart = f"({first} AND NOT {second}) OR ({second} AND NOT {first})"
        return f"(CASE WHEN {both} THEN TRUE WHEN {apart} THEN FALSE ELSE {same} END)"

    def _single(self, *sides: Term) -> bool:
        kinds = [each.kind for each in sides]
        if any(kind is None or isinstance(kind, v.ListOf | v.Record) for kind in kinds):
            return False
        return len({type(kind) for kind in kinds}) == 1 or all(isinstance(k, NUMBERS) for k in kinds)

    def _is_none(self, term: Term) -> str:
        if term.none is not None:
            return term.none
        if term.parts is not None:
            raise NoSqlError("a list that is compared with `none`")
        return f"(CASE WHEN {term.sql} IS NOT NULL THEN FALSE END)"

    # --- membership -----------------------------------------------------------------------------------

    def _member(self, item: Term, items: Term) -> str:
        if items.none is not None:
            raise NoSqlError("a list that may be `none`")
        if items.parts is not None:
            if not items.parts:
                return f"(CASE WHEN {item.sql} IS NOT NULL THEN FALSE END)"
            if plain := self._texts(items):
                return f"({item.sql} IN ({', '.join(plain)}))"
            return f"({' OR '.join(self._same(item, each) for each in items.parts)})"
        self._searched(items)
        if not isinstance(item.kind, _MEMBERS):
            raise NoSqlError("a list of numbers with decimal places, or of moments")
        found = self.dialect.contains(items.sql, item.sql)
        if item.constant is not None:
            return found
        return f"(CASE WHEN {item.sql} IS NOT NULL THEN {found} END)"

    def _texts(self, items: Term) -> list[str]:
        """The items of a list that is written out, if all of them are texts in the text."""
        parts = items.parts or ()
        return [each.sql for each in parts] if all(isinstance(p.constant, str) for p in parts) else []

    def _searched(self, *lists: Term) -> None:
        for each in lists:
            if not isinstance(each.kind, v.ListOf) or not isinstance(each.kind.item, _MEMBERS):
                raise NoSqlError("a list whose items do not stand in the column as they are")

    def _overlaps(self, left: Term, right: Term) -> str:
        if left.parts is not None:
            left, right = right, left
        if left.parts is not None or left.none is not None or right.none is not None:
            raise NoSqlError("two lists that are written out, or one that may be `none`")
        self._searched(left)
        if right.parts is None:
            self._searched(right)
            return self.dialect.overlaps(left.sql, right.sql)
        if not right.parts:
            return f"(CASE WHEN {left.sql} IS NOT NULL THEN FALSE END)"
        if plain := self._texts(right):
            return self.dialect.overlaps(left.sql, self.dialect.array(plain))
        if any(each.constant is None for each in right.parts):
            raise NoSqlError("a list that is written out and may have an item that is not known")
        members = (self.dialect.contains(left.sql, each.sql) for each in right.parts)
        return f"({' OR '.join(members)})"

    # --- order and texts ------------------------------------------------------------------------------

    def _ordered(self, op: str, left: Term, right: Term, scale: tuple[str, ...]) -> str:
        if scale:
            sides = [ranked(each, scale, self.dialect) for each in (left, right)]
        elif self._single(left, right):
            sides = [each.sql for each in over_one_denominator(self.dialect, (left, right))]
        else:
            raise NoSqlError("an order of what is no number, no day and no moment")
        return f"({sides[0]} {op} {sides[1]})"

    def _text(self, op: str, left: Term, right: Term) -> str:
        raise NoSqlError(f"a text that {op}")
