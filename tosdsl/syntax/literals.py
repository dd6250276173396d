"""Tokens of numbers, money, durations, dates and instants into the surface tree's literals.

In: a token's text and its place. Out: a literal; what cannot be is reported, and read as something
near it, so that the rest is still checked.
"""

from __future__ import annotations

from datetime import UTC, date
from fractions import Fraction

from tosdsl.base import limits
from tosdsl.base.span import Span
from tosdsl.diagnostics.days import written_right
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.diagnostics.zones import misread_in_zone
from tosdsl.trees import surface as s
from tosdsl.trees.moments import Moment
from tosdsl.trees.quantities import (
    GROUPED,
    instant_or_why,
    is_within,
    read_duration,
    read_number,
    zone_written,
)
from tosdsl.trees.quantities import duration as length_of
from tosdsl.trees.zones import Misread

_CURRENCY = 3


def number(text: str, sign: int, span: Span, problems: list[Diagnostic]) -> Fraction:
    """``700 million``, ``1_000_000``, ``0.25``, and the number before a currency."""
    size = sum(each.isdigit() for each in text)
    if size > limits.MAX_DIGITS:
        problems.append(mistake("TOS5010", span, size=size, limit=limits.MAX_DIGITS))
        return Fraction(0)
    if GROUPED.match(text):
        problems.append(mistake("TOS1029", span, None, found=text))
    return sign * (read_number(text) or Fraction(0))


def number_literal(
    text: str, sign: int, span: Span, problems: list[Diagnostic]
) -> s.IntegerLiteral | s.NumberLiteral:
    """Whole, unless it is written with decimals and no ``million`` makes it whole."""
    if text.isdecimal() and len(text) <= limits.MAX_DIGITS:  # most are, and need no fraction
        return s.IntegerLiteral(sign * int(text), span=span)
    value = number(text, sign, span, problems)
    if value.denominator == 1 and ("." not in text or " " in text):
        return s.IntegerLiteral(int(value), span=span)
    return s.NumberLiteral(value, span=span)


def money(text: str, sign: int, span: Span, problems: list[Diagnostic]) -> s.MoneyLiteral:
    """``20 million USD``"""
    amount, currency = text[:-_CURRENCY].rstrip(), text[-_CURRENCY:]
    return s.MoneyLiteral(number(amount, sign, span, problems), currency, span=span)


def duration(text: str, span: Span, problems: list[Diagnostic], sign: int = 1) -> s.DurationLiteral:
    """``30 days``"""
    digits = sum(each.isdigit() for each in text)
    if digits > limits.MAX_DIGITS:
        problems.append(mistake("TOS5010", span, size=digits, limit=limits.MAX_DIGITS))
        text = f"0 {text.lstrip('+-0123456789_ ')}"
    count, unit = read_duration(text) or (0, "day")
    if not is_within(length_of(count, unit), limits.MAX_DURATION):
        problems.append(mistake("TOS5019", span, limit=limits.MAX_DURATION))
        count = 0
    return s.DurationLiteral(sign * count, unit, span=span)


def day(text: str, span: Span, problems: list[Diagnostic]) -> s.DateLiteral:
    """``2023-11-14``"""
    try:
        value = date.fromisoformat(text)
    except ValueError:
        problems.append(mistake("TOS1011", span, None, found=text, mend=written_right(text)))
        value = date(1, 1, 1)
    return s.DateLiteral(value, span=span)


def instant(text: str, span: Span, problems: list[Diagnostic]) -> s.InstantLiteral:
    """``2023-11-14T18:30Z``"""
    value = instant_or_why(text)
    if isinstance(value, Misread):
        problems.append(
            misread_in_zone(value.reason, span, value.zone, value.clock, value.instead, value.near)
        )
    elif value is None:
        problems.append(mistake("TOS1011", span, None, found=text, mend=written_right(text)))
    if not isinstance(value, Moment):
        return s.InstantLiteral(Moment(1, 1, 1, tzinfo=UTC), span=span)
    return s.InstantLiteral(value, *zone_written(text), span=span)
