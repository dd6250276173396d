"""Numbers of rows in words, and lines of text, for whatever says what an audit found."""

from __future__ import annotations

from tosdsl.decision.text import Line

MOST = 10
"""Entries of a list that the text shows."""


def shown_of(whole: int) -> int:
    """How many entries of so many are shown: what is left out is never one alone."""
    return MOST + 1 if whole == MOST + 1 else MOST


def line(text: str) -> Line:
    return Line(((text, ""),))


def counted(rows: int) -> str:
    """A number of rows, in words."""
    return "1 row" if rows == 1 else f"{rows:,} rows"


def are(rows: int) -> str:
    """A number of rows as the subject of a sentence."""
    return f"{counted(rows)} {'is' if rows == 1 else 'are'}"


def share(count: int, whole: int) -> str:
    return f"{100 * count / whole:.1f} %" if whole else "0 %"


def of_judged(rows: int) -> str:
    """Of which rows shares are told, where some are wrong."""
    return f"Percentages are of the {counted(rows)} judged."
