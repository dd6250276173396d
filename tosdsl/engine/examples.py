"""Verdicts shown by example, so that an open verdict is told without a diagram.

A verdict is open if two ways to fill in the unknown facts lead to two verdicts. To find such ways takes
a diagram; to try one takes a single evaluation. So ways that were found are kept and tried first on the
next question. Whether one still leads to its verdict is worked out each time: what is kept makes an
answer faster and never another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date
from fractions import Fraction
from random import Random
from typing import Any

from attrs import define, field

from tosdsl.backends.python.findings import chosen
from tosdsl.engine.completions import Example
from tosdsl.runtime.tables import FORBIDDEN, NOT_APPLICABLE, PERMITTED
from tosdsl.trees import core
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Facts
from tosdsl.trees.moments import Moment
from tosdsl.trees.quantities import COUNTED_IN, Duration, Money
from tosdsl.values.representatives import to_try

ONE = frozenset((PERMITTED, FORBIDDEN, NOT_APPLICABLE))
"""Sets of one verdict, as bits."""

_KEPT = 4
"""Ways that are kept of each verdict, and tried; the one that helped longest ago is forgotten first."""

_GUESSES = 24
"""Guesses at the facts under opaque conditions."""

_MOST_PASSED = 64
"""Questions from which nothing is learnt after others taught nothing: twice as many each time, up to
this."""

_LONGEST = 200
"""Characters of a text, and items of a list, past which a value is not kept."""

_DAYS = (date(1990, 1, 2), date(2020, 1, 2))
_FAR: tuple[Any, ...] = (
    *(*_DAYS, *(Moment(day.year, day.month, day.day, tzinfo=UTC) for day in _DAYS)),
    *(0, 10**12, Money(Fraction(0), ""), Money(Fraction(10**12), "")),
    *(Duration(count, unit) for unit in COUNTED_IN.values() for count in (0, 10**5)),
)
"""What is guessed lies on these and beside them: far apart, so that most limits lie between."""

Values = tuple[Any, ...]
All = Callable[[Callable[[str], Any], date | None, list[Any]], Values]
"""The values of all nodes of a program."""


@define(eq=False)
class Examples:
    """Ways to fill in facts that led to a verdict. Safe to share between threads."""

    program: core.Program
    everything: All
    _first: Callable[..., Values] = field(init=False)
    """The verdicts that facts leave, as bits, and which burdens are met."""
    _with: Callable[..., Values] = field(init=False)
    """The verdicts, where it is given which burdens are met: what has to be shown is not so as long as
    it is not, whatever a way fills in."""
    _ways: dict[int, tuple[Mapping[str, Any], ...]] = field(factory=dict)
    """By verdict, the last one that helped first. Each is replaced as a whole, never changed."""
    _kinds: dict[str, v.Type] = field(init=False)
    _passed: int = 0
    _to_pass: int = 0

    def __attrs_post_init__(self) -> None:
        block, functions = self.program.body, self.program.functions
        leaves = self.program.linked.vocabulary.inputs()
        self._kinds = {leaf.path: leaf.type for leaf in leaves}
        burdens = [at for at, node in enumerate(block.nodes) if node[0] == "shown"]
        self._first = chosen(block, functions, [self.program.possible, *burdens])
        self._with = chosen(block, functions, [self.program.possible], burdens)

    def verdict(self, facts: Facts, today: date | None) -> int | None:
        """The verdict from these facts, as a bit; two bits where ways that are kept show that it is
        open; None if they do not tell."""
        left, *burdens = self._first(facts.get, today)
        if left in ONE:
            settled: int = left
            return settled
        found = 0
        for verdict in ONE:
            if not verdict & left:
                continue
            for way in self._ways.get(verdict, ()):
                day = today or way.get(v.DAY.path)
                [come] = self._with({**way, **facts}.get, day, *burdens)
                if come in ONE:
                    if come == verdict:
                        self._keep(verdict, way)
                    found |= come
                    break
            if found and found not in ONE:
                return found
        return None

    def learn(self, facts: Facts, today: date | None, several: Iterable[Example]) -> None:
        """Keeps ways to fill in what is unknown beside these facts, if such are found."""
        self._passed += 1
        if self._passed < self._to_pass:
            return
        base = {path: value for path, value in facts.items() if _is_small(value)}
        ways = [(each.verdict, self._found({**base, **each.facts}, today, each)) for each in several]
        found = [(verdict, way) for verdict, way in ways if way is not None]
        for verdict, way in found:
            self._keep(verdict, way)
        self._passed = 0
        self._to_pass = 0 if len(found) > 1 else min(2 * self._to_pass + 1, _MOST_PASSED)

    def _keep(self, verdict: int, way: Mapping[str, Any]) -> None:
        ways = self._ways.get(verdict, ())
        if not ways or ways[0] is not way:
            self._ways[verdict] = (way, *(each for each in ways if each is not way))[:_KEPT]

    def _found(self, known: dict[str, Any], today: date | None, sought: Example) -> Facts | None:
        """Facts that lead to a verdict. Those under an opaque condition are guessed, again and again
        until it comes to what is wanted; those under conditions that do are left as they are."""
        draw = Random(0)
        wanted = sought.opaque
        under = {path for _, facts in wanted.values() for path in facts if path not in sought.facts}
        values = {path: to_try(self._kinds[path], _FAR) for path in sorted(under)}
        way = known | {path: draw.choice(several) for path, several in values.items()}
        for _ in range(_GUESSES):
            come = self.everything(way.get, today or way.get(v.DAY.path), [])
            if come[self.program.possible] == sought.verdict:
                return way
            wrong, right = set[str](), set[str]()
            for at, (truth, facts) in wanted.items():
                (right if come[at] is truth else wrong).update(facts)
            loose = (wrong - right or wrong) & under
            if not loose:
                break
            way |= {path: draw.choice(values[path]) for path in sorted(loose)}
        return None


def _is_small(value: Any) -> bool:
    return not isinstance(value, str | tuple | Mapping) or len(value) <= _LONGEST
