"""Texts of policies whose conditions change between values that are next to each other.

For laws about what is printed: each condition holds of a narrow range of values, near the ends of the
calendar, of limits and of what a unit can say, so that only a value which is just right will do.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, timedelta
from fractions import Fraction

from attrs import evolve, frozen
from hypothesis import strategies as st

from tosdsl.base import limits
from tosdsl.trees.moments import Moment
from tosdsl.trees.quantities import Money, decimal_words
from tosdsl.trees.uses import quoted
from tosdsl.trees.wording import value_words
from tosdsl.values.nearby import later

VOCABULARY = """\
vocabulary words

type Stage is one of
    none
    all
    unknown
    policy
    ended

type Row has
    paid: money in USD
    on: date
    note: text
    kept: optional date

party acme
party someone

fact held: duration in hours
fact notice: duration in days
fact term: duration in months
fact grace: duration in business days
fact began: instant
fact ended: instant
fact signed: date
fact left: optional date
fact price: money in USD
fact share: number
fact users: integer
fact said: text
fact stage: Stage
fact stages: list of Stage
fact buyer: party
fact buyers: list of party
fact rows: list of Row
fact sure: boolean
"""

_UNITS = {
    "held": ("milliseconds", "seconds", "minutes", "hours"),
    "notice": ("days", "weeks"),
    "term": ("months", "years"),
    "grace": ("business days",),
}
_COUNTS = (-72, -1, 0, 1, 2, 72, 73, 16_667, limits.MAX_DURATION // 12, limits.MAX_DURATION - 1)
_MOMENTS = (
    Moment(1, 1, 1, tzinfo=UTC),
    Moment(2024, 2, 29, 23, 59, tzinfo=UTC),
    Moment(2024, 2, 29, 23, 59, 59, 500_000, tzinfo=UTC),
    Moment(9999, 12, 31, 23, 58, tzinfo=UTC),
)
_GAPS = tuple(timedelta(seconds=each) for each in (0, 0.000_002, 1, 2, 60, 120, 86_400))
_DAYS = (date(1, 1, 1), date(2024, 2, 28), date(9999, 12, 29))
_NUMBERS = (
    *(Fraction(each) for each in (-1, 0, 1, 12_500, 10**9)),
    *(Fraction(1, 10**40), Fraction(1, 4), Fraction(10**60)),
)
_STEPS = (Fraction(1, 10**6), Fraction(1, 100), Fraction(1))
_TEXTS = ('said "so"', "a\\b", "two\nlines", "a\u202eb", "tab\there", "\u0085", "|`<b>`", "none", "yes")
_NAMES = ("acme", "someone", "anybody", "Müller & Co", 'The "Inn"', "all")


@frozen
class Thresholds:
    """A policy's text in parts: ``condition`` is what its prohibition asks, a line each."""

    stance: str
    condition: tuple[str, ...]
    excepted: str | None = None

    @property
    def text(self) -> str:
        """The vocabulary and the policy."""
        lines = [
            "policy law.p",
            f"    default {self.stance}",
            "",
            "use words",
            "",
            "define narrow as",
            "    all of",
            *(f"        {each}" for each in self.condition),
            "",
            f"{'forbid' if self.stance == 'permit' else 'permit'} clause",
            "    when narrow",
        ]
        if self.excepted is not None:
            lines += ["    except spared", f"        when {self.excepted}"]
        return f"{VOCABULARY}\n\n" + "\n".join(lines) + "\n"


def _signed(count: int, unit: str) -> str:
    return f"{count} {unit}"


@st.composite
def thresholds(draw: st.DrawFn) -> Thresholds:
    """A policy with one clause."""
    several = draw(st.lists(_conditions(), min_size=1, max_size=2))
    excepted = draw(st.none() | _conditions().map(lambda each: each[0]))
    stance = draw(st.sampled_from(("permit", "forbid")))
    return Thresholds(stance, tuple(line for each in several for line in each), excepted)


def moved(draw: Callable[[st.SearchStrategy[int]], int], of: Thresholds) -> Thresholds:
    """The policy with one line less, or with the other stance, or without its exception."""
    lines = of.condition
    if len(lines) > 1:
        at = draw(st.integers(0, len(lines) - 1))
        return evolve(of, condition=lines[:at] + lines[at + 1 :])
    if of.excepted is not None:
        return evolve(of, excepted=None)
    return evolve(of, stance="forbid" if of.stance == "permit" else "permit")


def _conditions() -> st.SearchStrategy[tuple[str, ...]]:
    return st.one_of(
        _of_durations(), _of_moments(), _of_days(), _of_numbers(), _of_words(), _of_two(), _of_rows()
    )


def _range(draw: st.DrawFn, fact: str, low: str, high: str) -> tuple[str, ...]:
    """What a fact is above, below, or both."""
    above = f"{fact} {draw(st.sampled_from(('>', '>=')))} {low}"
    below = f"{fact} {draw(st.sampled_from(('<', '<=')))} {high}"
    return draw(st.sampled_from(((above, below), (above, below), (above,), (below,))))


@st.composite
def _of_durations(draw: st.DrawFn) -> tuple[str, ...]:
    fact = draw(st.sampled_from(tuple(_UNITS)))
    unit = draw(st.sampled_from(_UNITS[fact]))
    count = draw(st.sampled_from(_COUNTS))
    most = limits.MAX_DURATION // {"weeks": 7, "years": 12}.get(unit, 1)
    count = min(count, most - 1)
    low = _signed(count, unit)
    return _range(draw, fact, low, _signed(count + draw(st.sampled_from((0, 1))), unit))


@st.composite
def _of_moments(draw: st.DrawFn) -> tuple[str, ...]:
    low = draw(st.sampled_from(_MOMENTS))
    high = later(low, draw(st.sampled_from(_GAPS))) or low
    return _range(draw, "began", str(low), str(high))


@st.composite
def _of_days(draw: st.DrawFn) -> tuple[str, ...]:
    low = draw(st.sampled_from(_DAYS))
    high = low + timedelta(days=draw(st.integers(0, 2)))
    fact = draw(st.sampled_from(("signed", "left")))
    return _range(draw, fact, low.isoformat(), high.isoformat())


@st.composite
def _of_numbers(draw: st.DrawFn) -> tuple[str, ...]:
    low = draw(st.sampled_from(_NUMBERS))
    high = low + draw(st.sampled_from(_STEPS))
    fact = draw(st.sampled_from(("price", "share", "users")))
    if fact == "users":
        most = 10**limits.MAX_DIGITS - 1
        whole = draw(st.sampled_from((int(low), most, -most)))
        return _range(draw, fact, value_words(whole), value_words(min(whole + 1, most)))
    words = [decimal_words(each) for each in (low, high)]
    if fact == "price":
        words = [str(Money(each, "USD")) for each in (low, high)]
    return _range(draw, fact, *words)


@st.composite
def _of_words(draw: st.DrawFn) -> tuple[str, ...]:
    text = quoted(draw(st.sampled_from(_TEXTS)))
    name = draw(st.sampled_from(_NAMES))
    stage = draw(st.sampled_from(("none", "all", "unknown", "policy", "ended")))
    party = name if name in {"acme", "someone"} else quoted(name)
    op = draw(st.sampled_from(("is", "is not")))
    return draw(
        st.sampled_from(
            (
                (f"said {op} {text}",),
                (f"said starts with {text}", f"said is not {text}"),
                (f"buyer {op} {party}",),
                (f"buyers includes {party}",),
                (f"not buyers includes {party}",),
                (f"stage in {{{stage}, ended}}",),
                (f"stages includes {stage}", f"not stages overlaps {{ended, {stage}, policy}}"),
                (f"stages includes {stage}",),
                ("left is none", "sure"),
            )
        )
    )


@st.composite
def _of_two(draw: st.DrawFn) -> tuple[str, ...]:
    """Conditions that are no test of one fact."""
    hours = draw(st.sampled_from((-1, 0, 72)))
    days = draw(st.sampled_from((-1, 0, 30)))
    third = draw(st.sampled_from(("1", "0.1", "10_000_000_001")))
    return draw(
        st.sampled_from(
            (
                (f"ended - began > {hours} hours", f"ended - began < {hours + 1} hours"),
                (f"held + {hours} hours > 1 minute", f"held + {hours} hours < 3 minutes"),
                (f"held + {hours} hours > 1 second", f"held + {hours} hours < 3 seconds"),
                (f"held + {hours} hours > 1 microsecond", f"held + {hours} hours < 3 microseconds"),
                (f"left - signed is {days} days",),
                (f"notice + notice is {days} days",),
                (f"signed + notice > 9999-12-{30 if days else 29}",),
                (f"share * 3 > {third}", f"share * 3 < {third} + 0.000001"),
                ("price * 3 > 1 USD", "price * 3 < 1.0001 USD"),
                ("share * share > 2", "share * share < 2.0001"),
                (f"began > ended + {hours} hours", "sure"),
            )
        )
    )


@st.composite
def _of_rows(draw: st.DrawFn) -> tuple[str, ...]:
    text, total = quoted(draw(st.sampled_from(_TEXTS))), "sum(row.paid for row in rows)"
    day = draw(st.sampled_from(_DAYS)).isoformat()
    return draw(
        st.sampled_from(
            (
                (f"some row in rows satisfies row.note is {text}",),
                (f"some row in rows satisfies (row.on is {day} and row.kept is none)",),
                (f"some row in rows satisfies (row.on < row.kept and row.kept <= {day})",),
                (f"{total} > 0.01 USD", f"{total} < 0.02 USD"),
                ("count(row in rows where row.paid < 0 USD) is 2",),
            )
        )
    )
