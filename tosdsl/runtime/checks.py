"""Whether a value can be taken as it is given, without the full reading of facts.

A check says yes to what the full reading would take as it is, and no to whatever it would have to
look at: to what is wrong, and to some that is not.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:  # they take longer to import than a verdict's code to restore
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    Check = Callable[[object], bool]

LARGEST = 10**18
"""Whole numbers from here on are read with care: there is a limit to their digits."""

LONGEST = 1_000
"""Items of a list that is taken as it is given: there are limits to all facts together."""

_REMEMBERED = 10_000


class Odd(Exception):
    """A value that the full reading has to look at."""


class Parties:
    """Names of parties that may be taken as they are given.

    ``plain`` are the declared ones; ``other`` says whether a name that is not among them may be.
    """

    __slots__ = ("_other", "_seen", "plain")

    def __init__(self, plain: Iterable[str], other: Callable[[str], bool]) -> None:
        self.plain = frozenset(plain)
        self._other = other
        self._seen: set[str] = set()

    def one(self, value: object) -> bool:
        """Whether this is a party's name."""
        if type(value) is not str:
            return False
        if value in self.plain or value in self._seen:
            return True
        if not self._other(value):
            return False
        if len(self._seen) < _REMEMBERED:  # that of another program's making: not without end
            self._seen.add(value)
        return True

    def all(self, values: Iterable[object]) -> bool:
        """Whether all of them are."""
        return self.plain.issuperset(values) or all(map(self.one, values))


def listed(value: object) -> list[object]:
    """The items of a tuple or a set as a list, those of a set in their order; raises Odd."""
    kind = type(value)
    if kind is tuple:
        return list(value)  # type: ignore[call-overload, no-any-return]  # seen above
    if kind is set or kind is frozenset:
        try:
            return sorted(value)  # type: ignore[call-overload, no-any-return]  # seen above
        except TypeError:
            raise Odd from None
    raise Odd


def text(value: object) -> bool:
    """Whether a text is in the form in which texts are compared."""
    return type(value) is str and value.isascii()


def texts(values: Iterable[object]) -> bool:
    return all(map(text, values))


def is_whole(value: object) -> bool:
    """Whether a value is a whole number that can be taken as it is."""
    return type(value) is int and -LARGEST < value < LARGEST


def whole(value: object) -> int:
    """A whole number that is taken as it is; raises Odd."""
    if type(value) is int and -LARGEST < value < LARGEST:
        return value
    raise Odd


def day(value: object) -> date:
    """A date, or one in a text such as ``2023-12-15``; raises Odd."""
    from datetime import date

    if type(value) is date:
        return value
    if type(value) is str and len(value) == 10 and value[4] == "-" == value[7] and value.isascii():
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise Odd from None
    raise Odd


class Rest:
    """Whether a mapping holds nothing but known keys, each with a value that its check takes."""

    __slots__ = ("checks",)

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self.checks = checks

    def __call__(self, given: object) -> bool:
        if type(given) is not dict:
            return False
        checks = self.checks
        for key, value in given.items():
            check = checks.get(key)
            if check is None or not (value is None or check(value)):
                return False
        return True
