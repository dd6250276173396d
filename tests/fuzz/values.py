"""Sound facts of every type, drawn by chance, and what can be odd about them.

``sound`` makes facts that a vocabulary takes, as near to a size as its types allow; ``odd_json`` and
``odd_python`` put something in them that hardly any program would send.
"""

from __future__ import annotations

import random
from collections import OrderedDict, UserDict, UserList, deque
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import IntEnum, StrEnum
from fractions import Fraction
from types import MappingProxyType, SimpleNamespace
from typing import Any

from attrs import frozen

from tosdsl.base import limits
from tosdsl.trees import vocabulary as v

_WORDS = ("red", "acme", "two words", "Ünïcode", "openai", "x" * 40, "Studio Press", "a:b")
_UNITS = {"hours": "hours", "days": "days", "months": "months", "business days": "business days"}


@frozen
class Raw:
    """A piece of JSON as it is written."""

    text: str


# --- sound facts --------------------------------------------------------------------------------


def sound(vocabulary: v.Vocabulary, dice: random.Random, size: int) -> dict[str, Any]:
    """Facts that the vocabulary takes, in JSON's types. ``size``: about how many bytes, if they can."""
    chosen = [fact for fact in vocabulary.facts if dice.random() < dice.choice((0.3, 0.9, 1.0))]
    long_ = [each for each in chosen if _grows(each.type)]
    share = size // max(1, len(long_))
    return {each.name: _value(each.type, dice, share if each in long_ else 0) for each in chosen}


def _grows(kind: v.Type) -> bool:
    return isinstance(v.bare(kind), v.ListOf | v.Text)


def _value(kind: v.Type, dice: random.Random, size: int) -> Any:
    match kind:
        case v.OptionalOf(item=item):
            return "none" if dice.random() < 0.3 else _value(item, dice, size)
        case v.Boolean():
            return dice.random() < 0.5
        case v.Integer():
            return dice.choice((0, 1, 12, 400, -3, dice.randrange(10**9)))
        case v.Number():
            return Decimal(dice.randrange(-(10**6), 10**6)).scaleb(-dice.randrange(5))
        case v.Money(currency=currency):
            return f"{dice.choice((0, 5, 1_000, dice.randrange(10**8)))}.50 {currency}"
        case v.Duration(kind=counted):
            return f"{dice.randrange(400)} {_UNITS[counted]}"
        case v.Date():
            return (date(2015, 1, 1) + timedelta(dice.randrange(5_000))).isoformat()
        case v.Instant():
            day = date(2015, 1, 1) + timedelta(dice.randrange(5_000))
            return f"{day}T{dice.randrange(24):02}:30Z"
        case v.Enum(members=members):
            return dice.choice(members)
        case v.Party() | v.Text():
            text = dice.choice(_WORDS)
            return text * max(1, size // len(text)) if isinstance(kind, v.Text) else text
        case v.Record(fields=fields):
            return {each.name: _value(each.type, dice, 0) for each in fields if dice.random() < 0.95}
        case v.ListOf(item=item):
            return list(_items(item, dice, size))
    raise AssertionError(kind)


def _items(kind: v.Type, dice: random.Random, size: int) -> Iterator[Any]:
    left = max(size, dice.choice((0, 10, 60)))
    for _ in range(min(limits.MAX_LIST, 1 + left)):
        if left <= 0:
            return
        made = _value(kind, dice, 0)
        left -= len(str(made)) + 2
        yield made


# --- what is odd in both ------------------------------------------------------------------------


def _changed(facts: Any, dice: random.Random, put: Callable[[Any], Any]) -> Any:
    """The facts with one part of them, whatever it is, in another shape."""
    if isinstance(facts, dict) and facts and dice.random() < 0.85:
        key = dice.choice(list(facts))
        return {**facts, key: _changed(facts[key], dice, put)}
    if isinstance(facts, list) and facts and dice.random() < 0.7:
        at = dice.randrange(len(facts))
        return [*facts[:at], _changed(facts[at], dice, put), *facts[at + 1 :]]
    return put(facts)


def _keyed(facts: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """A key written nearly as another, or both as one with dots and as a mapping."""
    names = [key for key in facts if type(key) is str]
    if not names:
        return {dice.choice(("", ".", "a.b", " ", "\x00")): 1}
    key = dice.choice(names)
    near = (key.upper(), key + " ", key[:-1], f"{key}.", f".{key}", f"{key}.x", key * 2, key + "\u200b")
    near += (key.replace("a", "\u0430"), key.replace("e", "e\u0301"), f"\ufeff{key}", key + "\ud800")
    return {**facts, dice.choice(near): dice.choice((facts[key], None, 1, {}, []))}


# --- JSON ---------------------------------------------------------------------------------------

_NUMBERS = (
    *("1e999999999", "-1e-999999999", "1E400", "0.1e1", "-0", "-0.0", "9" * 101, "9" * 5_000),
    *("0." + "1" * 200, "1" + "0" * 99, "NaN", "Infinity", "-Infinity", "01", "+1", "1.", ".5", "0x1"),
)
_TEXTS = (
    *('"\\ud800"', '"\\udc00\\ud800"', '"\\ud83d\\ude00"', '"\\u0000"', '"\\x41"', '"\\u12"', '"'),
    *('"\ud800"', '"tab\there"', '"line\nbreak"', '"\u202e"', '""', '" "', '"none"', '"null"', "'a'"),
    *('"2023-02-30"', '"9999-12-31"', '"0001-01-01"', '"9999-12-31T23:59:59Z"', '"1 USD"', '"1e5 USD"'),
    *('"999999999999 days"', '"-1000000 months"', '"' + "9" * 200 + ' EUR"', '"' + "a" * 5_000 + '"'),
)
_OTHERS = (
    "null",
    "true",
    "false",
    "{}",
    "[]",
    "[[]]",
    "{}{}",
    "[,]",
    "{,}",
    "tru",
    "",
    ",",
    ":",
    "//x",
)


def odd_json(facts: Any, dice: random.Random) -> Any:
    """The facts with something odd in them, for ``written``."""
    match dice.randrange(8):
        case 0:
            return _keyed(facts, dice) if isinstance(facts, dict) else facts
        case 1:
            deep = dice.choice((3, 19, 20, 21, 21, 200, 200, 200, 200, 20_000))
            opened, closed = dice.choice((("[", "]"), ('{"a":', "}")))
            return _changed(facts, dice, lambda _: Raw(opened * deep + "1" + closed * deep))
        case 2:
            many = dice.choice((2, 100, 2_000))
            return _changed(facts, dice, lambda old: [old] * many)
        case 3:
            return _changed(facts, dice, lambda old: {dice.choice(("x", "facts", "")): old})
        case 4:
            return _changed(facts, dice, lambda old: Raw(f"{written(old)},{written(old)}"))
        case 5:
            return _changed(facts, dice, lambda _: Raw(dice.choice(_NUMBERS)))
        case 6:
            return _changed(facts, dice, lambda _: Raw(dice.choice(_TEXTS)))
        case _:
            return _changed(facts, dice, lambda _: Raw(dice.choice(_OTHERS)))


def written(value: Any) -> str:
    """JSON, with pieces of it as they are, and decimals as numbers."""
    match value:
        case Raw(text=text):
            return text
        case dict():
            return (
                "{" + ",".join(f"{_quoted(key)}:{written(each)}" for key, each in value.items()) + "}"
            )
        case list():
            return "[" + ",".join(map(written, value)) + "]"
        case str():
            return _quoted(value)
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case _:
            return str(value)


def _quoted(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(each if each >= " " else f"\\u{ord(each):04x}" for each in plain) + '"'


# --- Python -------------------------------------------------------------------------------------


class _Text(str):
    """A text that is equal to nothing, and hashes as nothing does."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return False

    def __hash__(self) -> int:
        return 7


class _Number(int):
    """A number that says of itself whatever it likes."""

    def __lt__(self, other: object) -> bool:
        return True

    def __str__(self) -> str:
        return "many"


class _Member(StrEnum):
    TRAIN = "train"
    NONE = "none"


class _Level(IntEnum):
    LOW = 1


class _Mute:
    """An object that answers nothing."""

    def __repr__(self) -> str:
        raise RuntimeError("nobody asks for this")

    __str__ = __repr__
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("nobody asks for this")

    def __bool__(self) -> bool:
        raise RuntimeError("nobody asks for this")


def _circle() -> Any:
    made: dict[str, Any] = {}
    made["a"] = [made]
    return made


def _wide() -> Any:
    """A small object that stands for millions of values."""
    made: Any = ["train"] * 300
    for _ in range(3):
        made = [made] * 300
    return made


_VALUES: tuple[Callable[[], Any], ...] = (
    *(lambda: 10**5_000, lambda: -(10**5_000), lambda: 10**99, lambda: float("nan"), lambda: 1.5),
    *(lambda: float("inf"), lambda: -0.0, lambda: 1j, lambda: Decimal("NaN"), lambda: Decimal("sNaN")),
    *(lambda: Decimal("Infinity"), lambda: Decimal("1E+999999"), lambda: Decimal("1E-999999")),
    *(
        lambda: Decimal(10) ** 99,
        lambda: Decimal("-0"),
        lambda: Fraction(1, 3),
        lambda: Fraction(10**200),
    ),
    *(
        lambda: Fraction(1, 10**5_000),
        lambda: b"train",
        lambda: bytearray(b"x"),
        lambda: memoryview(b"x"),
    ),
    *(
        lambda: "\ud800",
        lambda: "\udc00\ud800",
        lambda: "\x00",
        lambda: "\u202e",
        lambda: "",
        lambda: " ",
    ),
    *(lambda: "a" * 100_000, lambda: "9" * 6_000, lambda: "9" * 101 + " USD", lambda: "1_000_0.5"),
    *(lambda: _Text("train"), lambda: _Number(3), lambda: _Member.TRAIN, lambda: _Member.NONE),
    *(lambda: _Level.LOW, lambda: True, lambda: None, lambda: object, object, _Mute, _circle, _wide),
    *(lambda: date.max, lambda: date.min, lambda: datetime.max, lambda: datetime.min),
    *(lambda: datetime(2024, 1, 1, tzinfo=UTC), lambda: datetime(2024, 1, 1), lambda: time(1)),
    *(lambda: timedelta.max, lambda: range(10**12), lambda: range(3), lambda: (each for each in "ab")),
    *(
        lambda: iter(()),
        lambda: {1, "train", None},
        lambda: frozenset({("a",)}),
        lambda: deque(["train"]),
    ),
    *(lambda: UserList(["train"]), lambda: UserDict(a=1), lambda: OrderedDict(a=1), lambda: {}.keys()),
    *(
        lambda: MappingProxyType({"a": 1}),
        lambda: SimpleNamespace(a=1),
        lambda: {None: 1},
        lambda: {1: 1},
    ),
    *(lambda: {b"a": 1}, lambda: {("a",): 1}, lambda: {_Text("a"): 1}, lambda: {10**5_000: 1}),
    *(lambda: {float("nan"): 1}, lambda: {_Mute(): 1}, lambda: "9999-12-31", lambda: "0000-01-01"),
    *(lambda: "1000000 days", lambda: "99999999 days", lambda: "-1000000 months", lambda: lambda: 1),
)


def odd_python(facts: Any, dice: random.Random) -> Any:
    """The facts with something odd in them, as Python has it."""
    match dice.randrange(6):
        case 0:
            return _keyed(facts, dice) if isinstance(facts, dict) else facts
        case 1:
            deep = dice.choice((3, 19, 20, 21, 200, 20_000))
            wrap = dice.choice((lambda it: [it], lambda it: (it,), lambda it: {"a": it}))
            return _changed(facts, dice, lambda old: _wrapped(old, deep, wrap))
        case 2:
            many = dice.choice((2, 100, 2_000))
            return _changed(facts, dice, lambda old: dice.choice((list, tuple))([old] * many))
        case 3:
            shape = dice.choice(
                (tuple, UserList, UserDict, MappingProxyType, deque, iter, dict, list, str)
            )
            return _changed(facts, dice, lambda old: _shaped(old, shape))
        case _:
            return _changed(facts, dice, lambda _: dice.choice(_VALUES)())


def _wrapped(value: Any, deep: int, wrap: Callable[[Any], Any]) -> Any:
    for _ in range(deep):
        value = wrap(value)
    return value


def _shaped(value: Any, shape: Callable[[Any], Any]) -> Any:
    try:
        return shape(value)
    except (TypeError, ValueError, RecursionError, RuntimeError):  # the last is of _Mute
        return [value]


# --- bytes --------------------------------------------------------------------------------------


def damaged(data: bytes, dice: random.Random) -> bytes:
    """A document that came to harm on the way."""
    at = dice.randrange(len(data) + 1)
    match dice.randrange(9):
        case 0:
            return data[:at]
        case 1:
            return data[at:]
        case 2:
            return data[:at] + bytes((dice.randrange(256),)) + data[at + 1 :]
        case 3:
            return (
                data[:at]
                + dice.choice((b"\xff\xfe", b"\x00", b"\xed\xa0\x80", b"\xc0\x80", b"\xf8"))
                + data[at:]
            )
        case 4:
            return data.decode("utf-8", "replace").encode(
                dice.choice(("utf-16", "utf-32", "utf-16-le"))
            )
        case 5:
            return b"\xef\xbb\xbf" * dice.choice((1, 2)) + data
        case 6:
            return data + dice.choice((b"x", b"\n" * 1_000, data[:50], b"}", b"\x1a", b"// end"))
        case 7:
            return data.replace(b":", dice.choice((b": ", b" :\t", b"::", b"=")), dice.choice((1, -1)))
        case _:
            return data.replace(b'"', dice.choice((b"'", b'\\"', b'"" ')), dice.choice((1, 3)))
