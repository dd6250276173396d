"""Deadlines as contracts have them: what is written otherwise here, and what cannot be written yet.

A line that is not understood must not become a deadline of another kind: a duty that lasts until a day
is none that is done by it, and a first day is no last day.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from attrs import frozen

from tosdsl.syntax.mistakes.stumble import Refusal, Stumble

_UNIT = r"(?:business +days?|(?:microsecond|millisecond|second|minute|hour|day|week|month|year)s?)"
_LENGTH = rf"(?P<length>[0-9][0-9_]* +{_UNIT})"
_DATE = r"(?P<date>[A-Za-z_0-9][\w.:+-]*(?: +[+-] +\S+(?: +[a-z]+)*)?)"
_EXCLUDING = r"(?P<excluding> +excluding +[\w.]+)?"
_PERIOD = r"(?:day|week|fortnight|month|quarter|year|term|period)"

_PROMPTLY = (
    "`promptly after {date}`, below it `late when too_late`, and declare `fact too_late: boolean "
    'judged "Is it too late?"`. There is no last day in these words: a person says when it is too late'
)
_EVERY = (
    "`every {length} from {date}`, and behind `must` the days on which it was done: `must done_on`, "
    "and declare `fact done_on: list of date`"
)
_CALENDAR = (
    ". Periods of the calendar begin with the last day before them: `every {length} from 2025-12-31`"
)
_WORDS = (
    ("quarter", "3 months"),
    ("month", "1 month"),
    ("fortnight", "2 weeks"),
    ("week", "1 week"),
    ("day", "1 day"),
    ("daily", "1 day"),
)
"""Periods in words; what says none of them is a year."""


@frozen
class _Way:
    """A pattern with a group ``bad``, and what is said of it. ``exact``: that is what it means."""

    pattern: re.Pattern[str]
    instead: Callable[[re.Match[str]], str]
    exact: bool = False


def _later(match: re.Match[str]) -> str:
    word = "before" if match["word"] == "before" else "by"
    return f"{word} {match['date']} + {match['length']}{match['excluding'] or ''}"


def _earlier(match: re.Match[str]) -> str:
    return f"by {match['date']} - {match['length']}{match['excluding'] or ''}"


def _promptly(match: re.Match[str]) -> str:
    after = _SINCE.search(match["bad"])
    return _PROMPTLY.format(date=after["date"].strip() if after else "DATE")


def _every(match: re.Match[str]) -> str:
    bad = match["bad"]
    written, after = re.search(_LENGTH, bad), _SINCE.search(bad)
    length = written["length"] if written else "1 year"
    if not written:
        length = next((said for word, said in _WORDS if word in bad.lower()), length)
    if after:
        return _EVERY.format(length=length, date=after["date"].strip())
    by_calendar = (
        _CALENDAR.format(length=length) if length.endswith(("month", "months", "year")) else ""
    )
    return _EVERY.format(length=length, date="DATE") + by_calendar


def _window(match: re.Match[str]) -> str:
    first = f"{match['date']} - {match['length']}"
    return (
        f"`before {match['date']}`, and the first day into the condition: `must … and done_on >= "
        f"{first}`, "
        "with the fact that says when it was done. A deadline has a last day alone"
    )


def _first_day(match: re.Match[str]) -> str:
    first = " ".join(match["date"].split())
    op = ">" if match["word"].endswith("after") and "on or" not in match["word"] else ">="
    return (
        f"the first day into the condition: `must … and done_on {op} {first}`, with the fact that says "
        "when it was done. A deadline has a last day alone"
    )


def _first_after(match: re.Match[str]) -> str:
    return (
        f"the first day into the condition: `must … and done_on > {match['date']} + "
        f"{match['length']}`, "
        "with the fact that says when it was done. A deadline has a last day alone"
    )


def _until(match: re.Match[str]) -> str:
    day = match["date"].strip()
    return (
        f"`by {day}` if it is to be done by then. A duty that lasts until a day has its end in its "
        f"`when`, "
        f"as in `when used_on <= {day}`, with a fact for the day of the use"
    )


_SINCE = re.compile(rf" (?:after|from|of|following|since|upon) +{_DATE} *\Z")
_BEGINS = r"(?:^ +|(?<=[\w)}\"]) +)"
"""At the beginning of a line, or behind the condition of `must`."""
_RECURS = rf"every +[0-9][0-9_]* +{_UNIT} +from +[A-Za-z0-9]"
"""As it has to be written: what is wrong is where it stands."""

_WAYS = (
    _Way(
        re.compile(
            rf"^ +(?P<bad>(?P<word>before|by) +(?:the +end +of +)?{_LENGTH}{_EXCLUDING}"
            rf" +(?:after|from|of|following|since) +{_DATE}) *\Z"
        ),
        _later,
        exact=True,
    ),
    _Way(
        re.compile(
            rf"^ +(?P<bad>(?:at +least|(?:no|not) +(?:later|less) +than|by) +{_LENGTH}{_EXCLUDING}"
            rf" +(?:before|prior +to) +{_DATE}) *\Z"
        ),
        _earlier,
        exact=True,
    ),
    _Way(
        re.compile(rf"^ +(?P<bad>{_LENGTH}{_EXCLUDING} +(?:before|prior +to) +{_DATE}) *\Z"),
        lambda match: f"`{_earlier(match)}`, if that day is the last one",
    ),
    _Way(
        re.compile(
            rf"^ +(?P<bad>(?:within|in) +{_LENGTH}{_EXCLUDING} +(?:before|prior +to) +{_DATE}) *\Z"
        ),
        _window,
    ),
    _Way(
        re.compile(
            rf"{_BEGINS}(?P<bad>after +{_LENGTH}{_EXCLUDING}"
            rf" +(?:after|from|of|following|since) +{_DATE}) *\Z"
        ),
        _first_after,
    ),
    _Way(
        re.compile(
            r"^ +(?P<bad>(?P<word>(?:not|no) +(?:before|earlier +than|sooner +than)|on +or +after|after"
            r"|only +after|from) +(?P<date>[\w.:+ -]+?)) *\Z"
        ),
        _first_day,
    ),
    _Way(
        re.compile(r"^ +(?P<bad>(?:until|till|up +to|for +as +long +as) +(?P<date>[\w.:+ -]+?)) *\Z"),
        _until,
    ),
    _Way(
        re.compile(r"^ +(?P<bad>promptly +after +.*?,? *(?P<late>\blate +when\b.*)) *\Z"),
        lambda match: f"`{match['late'].strip()}` on a line of its own, below `promptly after`",
    ),
    _Way(
        re.compile(
            rf"{_BEGINS}(?P<bad>(?:promptly(?! +after\b)|immediately|forthwith|expeditiously|timely"
            r"|at +once|without +(?:\w+ +){0,2}delay|as +soon +as +\w+"
            r"|(?:with)?in +(?:an? +)?(?:due|good|timely|reasonable)\b)(?![\w.]).*)",
            re.IGNORECASE,
        ),
        _promptly,
    ),
    _Way(
        re.compile(
            rf"{_BEGINS}(?!{_RECURS})(?P<bad>(?:(?:every|each) +(?:other +)?(?:[0-9][0-9_]* +{_UNIT}"
            rf"|(?:calendar +)?{_PERIOD}s?(?! +in\b))|(?:once|twice) +(?:an?|per|each|every|in) +\w+"
            r"|(?:bi|semi)?-?(?:daily|weekly|monthly|quarterly|annually|yearly)"
            rf"|per +{_PERIOD})(?![\w.]).*)",
            re.IGNORECASE,
        ),
        _every,
    ),
)


def other_deadline(here: Stumble) -> Refusal | None:
    """The deadline that this place belongs to, said otherwise than here."""
    if not _REQUIRE.match(here.lines[0]) and not any(map(_REQUIRE.match, here.lines[: here.line])):
        return None
    if not here.opens_line and not _OF_A_DUTY.match(here.text):
        return None
    if here.opens_line and "WITHIN" not in here.expected:
        return None
    for way in _WAYS:
        for match in here.around(way.pattern):
            start, end = match.span("bad")
            if here.quoted(start) or (start > here.column + 1 and here.opens_line):
                continue
            found = match["bad"].rstrip()
            span, instead = here.span(start, end), way.instead(match)
            if way.exact:
                words = {"found": found, "instead": f"`{instead}`"}
                return here.mend("TOS1008", span, start, end - start, instead, **words)
            words = {"found": found, "mend": f"Write {instead}."}
            return here.mend("TOS1046", span, start, end - start, "", **words)
    return None


_REQUIRE = re.compile(r" *require ")
_OF_A_DUTY = re.compile(r" +(?:must|within|before|by|promptly|every)\b")
