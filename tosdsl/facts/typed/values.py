"""One value by its type: for each type of the language a function, made once, that takes right values.

Each takes a value as a program gives it, of the classes that Python ships and of none below them, and
gives it as the full reading does. It raises Odd for whatever it does not know to be right.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from datetime import date, datetime, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tosdsl.base import limits
from tosdsl.facts import exact, given
from tosdsl.facts.typed.parties import Names, text
from tosdsl.facts.typed.said import Said
from tosdsl.runtime.checks import LARGEST, Odd
from tosdsl.trees.facts import Scalar
from tosdsl.trees.moments import Moment
from tosdsl.trees.quantities import (
    ABSENT,
    COUNTED_IN,
    Absent,
    Duration,
    Money,
    duration,
    is_within,
    read_duration,
    read_instant,
    read_money,
)

Make = Callable[[Any, Said], Any]

_NUMBERS = frozenset((int, Fraction, Decimal))
_ORDERED = frozenset(
    (str, bool, int, float, date, datetime, Moment, Decimal, Fraction, Money, Duration, Absent)
)
"""Classes whose values can be the items of a set that is taken."""


# --- single values ------------------------------------------------------------------------------


def boolean(value: Any, said: Said) -> bool:
    if value is True or value is False:
        return bool(value)
    raise Odd


def a_text(value: Any, said: Said) -> str:
    if type(value) is str:
        return value if value.isascii() else text(value)
    raise Odd


def a_date(value: Any, said: Said) -> date:
    if type(value) is date:
        return value
    if type(value) is str and len(value) == 10 and value[4] == "-" == value[7] and value.isascii():
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise Odd from None
    raise Odd


def one_of(members: Iterable[str]) -> Make:
    """A member of an enumeration."""
    known = frozenset(members)

    def member(value: Any, said: Said) -> str:
        if type(value) is str and value in known:
            return value
        raise Odd

    return member


def party(names: Names, label: str) -> Make:
    """A party's name; ``label`` is its path, from the innermost item of a list on that it stands in."""
    plain, near = names.plain, names.near

    def name(value: Any, said: Said) -> str:
        if type(value) is not str:
            raise Odd
        if value in plain:
            return value
        made = value if value.isascii() else text(value)
        if meant := near(made):
            said.warned.append((label, made, meant))
        return made

    return name


def _exactly(value: Any) -> Fraction:
    """An exact number that is not too long."""
    kind = type(value)
    if kind is int and -LARGEST < value < LARGEST:
        return Fraction(value)
    if kind not in _NUMBERS:
        raise Odd
    value = exact.single(value)
    if value is None or not exact.is_number(value) or exact.size(value) > limits.MAX_DIGITS:
        raise Odd
    return Fraction(value)


def number(value: Any, said: Said) -> Fraction:
    return _exactly(value)


def whole(value: Any, said: Said) -> int:
    kind = type(value)
    if kind is int and -LARGEST < value < LARGEST:
        return int(value)
    made = _exactly(value) if kind is int or kind is Fraction else None
    if made is None or made.denominator != 1:
        raise Odd
    return int(made)


def _short(value: str) -> str:
    if len(value) > limits.MAX_DIGITS and sum(each.isdigit() for each in value) > limits.MAX_DIGITS:
        raise Odd
    return value


def money(currency: str) -> Make:
    """An amount in one currency."""

    def amount(value: Any, said: Said) -> Money:
        kind = type(value)
        made = (
            read_money(_short(value)) if kind is str else given.single(value) if kind is Money else None
        )
        if type(made) is not Money or made.currency != currency:
            raise Odd
        return Money(_exactly(made.amount), currency)

    return amount


def lasting(kind: str) -> Make:
    """A duration of one kind."""
    unit = COUNTED_IN[kind]

    def length(value: Any, said: Said) -> Duration:
        made: object = None
        if type(value) is str:
            read = read_duration(_short(value))
            made = None if read is None else duration(*read)
        elif type(value) is Duration:
            made = given.single(value)
        if type(made) is not Duration or made.unit != unit or not is_within(made, limits.MAX_DURATION):
            raise Odd
        return made

    return length


def _is_zone(kind: type) -> bool:
    """Whether a class of zones is one that Python ships; it is not imported for that."""
    return kind is timezone or kind is getattr(sys.modules.get("zoneinfo"), "ZoneInfo", None)


def instant(value: Any, said: Said) -> Moment:
    kind = type(value)
    made: Moment | None = None
    if kind is str:
        made = read_instant(_short(value))
    elif (kind is datetime or kind is Moment) and _is_zone(type(value.tzinfo)):
        made = Moment.of(value)
    if made is None:
        raise Odd
    return made


def optional(make: Make, *, texts: bool) -> Make:
    """A value, or ``none``; a text that says so is itself where texts are."""

    def perhaps(value: Any, said: Said) -> Any:
        if value is ABSENT or (not texts and type(value) is str and value == "none"):
            return ABSENT
        return make(value, said)

    return perhaps


# --- lists --------------------------------------------------------------------------------------

_FEW = 100
"""Items of a list that need not be compared with a limit before they are read."""


def items(value: Any, said: Said) -> Any:
    """The items of a list, in order."""
    kind = type(value)
    if kind is list or kind is tuple:
        said.listed(len(value))
        return value
    if kind is not set and kind is not frozenset:
        raise Odd
    said.listed(len(value))
    kinds = {*map(type, value)}
    if kinds == {str}:
        return sorted(value)
    if not kinds <= _ORDERED:
        raise Odd
    return sorted(value, key=_rank)


def _rank(value: object) -> tuple[int, str, object]:
    return given.rank(Scalar(given.single(value)))


def members(known: Iterable[str]) -> Make:
    """A list of members of an enumeration, or of other texts that can be listed."""
    among = frozenset(known)

    def several(value: Any, said: Said) -> tuple[str, ...]:
        if type(value) is list and len(value) <= _FEW:
            said.items += len(value)
        else:
            value = items(value, said)
        for each in value:
            if type(each) is not str or each not in among:
                raise Odd
        return tuple(value)

    return several


def parties(names: Names, label: str) -> Make:
    """A list of parties' names."""
    plain, near = names.plain, names.near

    def others(value: Iterable[Any], said: Said) -> tuple[str, ...]:
        made = []
        for at, each in enumerate(value):
            if type(each) is not str:
                raise Odd
            if each not in plain:
                each = each if each.isascii() else text(each)
                if meant := near(each):
                    said.warned.append((f"{label}[{at}]", each, meant))
            made.append(each)
        return tuple(made)

    def several(value: Any, said: Said) -> tuple[str, ...]:
        if type(value) is list and len(value) <= _FEW:
            said.items += len(value)
        else:
            value = items(value, said)
        for each in value:
            if type(each) is not str or each not in plain:
                return others(value, said)
        return tuple(value)

    return several


def several_of(make: Make, label: str) -> Make:
    """A list of items that ``make`` takes, which labels what is in them from there on."""

    def several(value: Any, said: Said) -> tuple[Any, ...]:
        warned, made = said.warned, []
        for at, each in enumerate(items(value, said)):
            before = len(warned)
            made.append(make(each, said))
            if len(warned) > before:
                warned[before:] = [
                    (f"{label}[{at}]{path}", name, near) for path, name, near in warned[before:]
                ]
        return tuple(made)

    return several
