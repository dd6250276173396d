"""Numbers, money and durations as people write them elsewhere, and how they are written here.

In: the place where a line stopped making sense. Out: the amount around it in the one way in which
the language writes it, if it can be told; what is ambiguous (`1.000`, `3 m`) is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction

from attrs import frozen

from tosdsl.syntax.mistakes.stumble import Refusal, Stumble
from tosdsl.trees.quantities import UNITS

_CURRENCIES = {
    "$": "USD",
    "us$": "USD",
    "dollar": "USD",
    "dollars": "USD",
    "us dollars": "USD",
    "€": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "£": "GBP",
    "pound": "GBP",
    "pounds": "GBP",
    "¥": "JPY",
    "yen": "JPY",
}
_CURRENCIES |= {
    code: code.upper()
    for code in (
        *("usd", "eur", "gbp", "jpy", "chf", "cny", "cad", "aud", "nzd", "inr", "sek", "nok"),
        *("dkk", "pln", "czk", "brl", "mxn", "krw", "sgd", "hkd", "zar"),
    )
}

_SCALES = {
    "k": "thousand",
    "thousand": "thousand",
    "thousands": "thousand",
    "m": "million",
    "mn": "million",
    "mln": "million",
    "mio": "million",
    "million": "million",
    "millions": "million",
    "b": "billion",
    "bn": "billion",
    "bln": "billion",
    "billion": "billion",
    "billions": "billion",
}

_UNITS = {
    **dict.fromkeys(("us", "µs", "μs", "microsecond", "microseconds"), (1, "microsecond")),
    **dict.fromkeys(("ms", "msec", "msecs", "millisecond", "milliseconds"), (1, "millisecond")),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), (1, "second")),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), (1, "minute")),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), (1, "hour")),
    **dict.fromkeys(("d", "day", "days", "calendar day", "calendar days"), (1, "day")),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks"), (1, "week")),
    **dict.fromkeys(("fortnight", "fortnights"), (2, "week")),
    **dict.fromkeys(("mo", "mos", "mth", "mths", "month", "months"), (1, "month")),
    **dict.fromkeys(("calendar month", "calendar months"), (1, "month")),
    **dict.fromkeys(("quarter", "quarters"), (3, "month")),
    **dict.fromkeys(("y", "yr", "yrs", "year", "years"), (1, "year")),
    **dict.fromkeys(("decade", "decades"), (10, "year")),
    **dict.fromkeys(("business day", "business days", "bd"), (1, "business day")),
    **dict.fromkeys(("working day", "working days", "workday", "workdays"), (1, "business day")),
    **dict.fromkeys(("weekday", "weekdays"), (1, "business day")),
}
_IN_WORDS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "fourteen": 14,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "sixty": 60,
    "ninety": 90,
    "hundred": 100,
}
_MOST_DIGITS = 9
_OF_A_GROUP = 3


def _either(words: Iterable[str]) -> str:
    return "|".join(
        re.escape(word).replace(r"\ ", " +") for word in sorted(words, key=len, reverse=True)
    )


_DIGITS = r"(?P<digits>[0-9]{1,3}(?:[,'][0-9]{3})+(?:\.[0-9]+)?|[0-9][0-9_]*(?:\.[0-9]+)?)"
_SCALE = rf"(?: *(?P<scale>{_either(_SCALES)})(?![\w.]))?"
_BEHIND = re.compile(
    rf"(?<![\w.,'-]){_DIGITS}{_SCALE} *(?P<currency>{_either(_CURRENCIES)})(?!\w)", re.IGNORECASE
)
_BEFORE = re.compile(
    rf"(?<!\w)(?P<sign>-)?(?P<currency>{_either(_CURRENCIES)}) *{_DIGITS}{_SCALE}(?![\w%])(?!\.\w)",
    re.IGNORECASE,
)
_SCALED = re.compile(rf"(?<![\w.,'-]){_DIGITS} *(?P<scale>k|mn|mln|mio|bn|bln)(?!\w)", re.IGNORECASE)
_CAPITAL = re.compile(rf"(?<![\w.,'-]){_DIGITS}(?P<scale>[MB])(?!\w)")
_GROUPED = re.compile(
    r"(?<![\w.,'-])(?P<digits>[0-9]{1,3}(?:\.[0-9]{3}){2,}|[0-9]{1,3}(?:[,'][0-9]{3})+)(?![\w,'])"
)
_DECIMAL_COMMA = re.compile(
    r"(?<![\w.,'-])(?P<whole>[0-9]+)(?P<groups>(?:\.[0-9]{3})*),(?P<digits>[0-9]+)(?![\w.,'])"
)
_PERCENT = re.compile(
    r"(?<![\w.,'-])(?P<digits>[0-9]+(?:\.[0-9]+|,[0-9]{1,2})?) *(?:%|percent\b|per +cent\b)",
    re.IGNORECASE,
)
_NO_ZERO = re.compile(r"(?<![\w.)])\.(?P<digits>[0-9]+)(?![\w.])")
_TIME = re.compile(
    r"(?<![\w.,'-])(?:(?P<count>[0-9][0-9_]*)[ -]*"
    rf"|(?P<word>{_either(_IN_WORDS)})(?: *\([0-9]+\) *|[ -]+))"
    rf"(?P<unit>{_either(_UNITS)})(?![\w.])",
    re.IGNORECASE,
)

_PART_OF_TIME = re.compile(
    r"(?<![\w.,'-])(?P<digits>0[.,][0-9]+|[0-9]+[.,](?![0-9]{3}(?![0-9]))[0-9]+)"
    rf" *(?P<unit>{_either(_UNITS)})(?![\w.])",
    re.IGNORECASE,
)
"""Three digits behind a point or a comma may be thousands, unless they follow a 0."""


_AMOUNTS = frozenset(("INTEGER", "NUMBER", "MONEY", "DURATION", "MINUS"))


@frozen
class _Way:
    """A way of writing an amount, and what it becomes; None if it stays as it is."""

    pattern: re.Pattern[str]
    rewrite: Callable[[re.Match[str]], str | None]


def other_amount(here: Stumble) -> Refusal | None:
    """The amount that this place belongs to, written otherwise than here."""
    if here.at_end or here.opens_line:
        return None
    for way in _WAYS:
        for match in here.around(way.pattern):
            new = way.rewrite(match)
            if new in {None, match[0]} or here.column >= match.end() or here.quoted(match.start()):
                continue
            if match.start() == here.column and here.expected.isdisjoint(_AMOUNTS):
                continue  # however it is written
            span = here.span(match.start(), match.end())
            words = {"found": match[0], "instead": f"`{new}`"}
            return here.mend("TOS1008", span, match.start(), len(match[0]), new, **words)
    return None


def _number(digits: str) -> str:
    return re.sub(r"[,']", "_", digits)


def _money(match: re.Match[str]) -> str:
    scale = match["scale"]
    scaled = f" {_SCALES[scale.lower()]}" if scale else ""
    currency = _CURRENCIES[re.sub(" +", " ", match["currency"].lower())]
    sign = match.groupdict().get("sign") or ""
    return f"{sign}{_number(match['digits'])}{scaled} {currency}"


def _scaled(match: re.Match[str]) -> str:
    return f"{_number(match['digits'])} {_SCALES[match['scale'].lower()]}"


def _grouped(match: re.Match[str]) -> str:
    return re.sub(r"[.,']", "_", match["digits"])


def _decimal_comma(match: re.Match[str]) -> str | None:
    """``0,5``, ``1.000,50``; three digits behind one comma are thousands, unless they follow a 0."""
    if match["groups"]:
        return f"{match['whole']}{match['groups'].replace('.', '_')}.{match['digits']}"
    if len(match["digits"]) == _OF_A_GROUP and match["whole"].strip("0"):
        return None
    return f"{match['whole']}.{match['digits']}"


_NAMED = re.compile(r" +(?!(?:after|before|from|and|or|by|then|else|excluding|rounded)\b)[A-Za-z_]")


def _percent(match: re.Match[str]) -> str:
    return f"{(Decimal(match['digits'].replace(',', '.')) / 100).normalize():f}"


def _no_zero(match: re.Match[str]) -> str:
    return f"0.{match['digits']}"


def _time(match: re.Match[str]) -> str | None:
    written = match["count"] or ""
    if len(written) > _MOST_DIGITS:
        return None
    if match["word"] and match["unit"].lower() == "second" and _NAMED.match(match.string, match.end()):
        return None  # a second offer, and not a second of time
    times, unit = _UNITS[re.sub(" +", " ", match["unit"].lower())]
    number = times * (int(written) if written else _IN_WORDS[match["word"].lower()])
    return f"{number} {unit}{'' if number == 1 else 's'}"


def _part_of_time(match: re.Match[str]) -> str | None:
    """``1.5 hours``, in the largest unit of its kind in which it is a whole number."""
    if len(match["digits"]) > _MOST_DIGITS:
        return None
    times, unit = _UNITS[re.sub(" +", " ", match["unit"].lower())]
    counted, size = UNITS[unit]
    count = times * size * Fraction(match["digits"].replace(",", "."))
    for name, (kind, of) in sorted(UNITS.items(), key=lambda each: -each[1][1]):
        if kind == counted and (count / of).denominator == 1:
            number = int(count / of)
            return f"{number} {name}{'' if number == 1 else 's'}"
    return None


_WAYS = (
    _Way(_BEFORE, _money),
    _Way(_BEHIND, _money),
    _Way(_PART_OF_TIME, _part_of_time),
    _Way(_TIME, _time),
    _Way(_PERCENT, _percent),
    _Way(_SCALED, _scaled),
    _Way(_CAPITAL, _scaled),
    _Way(_DECIMAL_COMMA, _decimal_comma),
    _Way(_GROUPED, _grouped),
    _Way(_NO_ZERO, _no_zero),
)
