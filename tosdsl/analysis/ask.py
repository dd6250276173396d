"""Questions about one use: which further facts would settle it, and what would make it permitted.

Both are claims about worlds in which the known facts keep their cells, all or all but a few. What is
shown has been put to the documents.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import combinations, islice
from typing import Any

from attrs import define, field, frozen

from tosdsl.analysis import claims as c
from tosdsl.analysis.axes import AxisKey
from tosdsl.analysis.claims import Claim
from tosdsl.analysis.engine import Analysis, Proof, Unknown, Witness
from tosdsl.analysis.nearest import nearest_list
from tosdsl.analysis.ranges import Range
from tosdsl.analysis.tables import Table, World
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Use
from tosdsl.trees.findings import VERDICTS
from tosdsl.values.nearby import can_be_written, moved, steps_between

MOST_SETS = 3
"""Sets of facts that are shown for a verdict, and permitted uses."""
MOST_CHANGED = 3
"""Known facts that a permitted use is looked for with other values of."""
_MOST_TRIED = 300
_MOST_STEPS = 3_000
_MOST_CHOICES = 600
"""Choices of facts to change that are tried."""
_MOST_SEARCHES = 16
"""Questions to a solver, where conditions are no test of one fact."""

_BESIDE = 40
"""Steps from the present value to either side that are tried one by one."""

_TOO_MANY = "there are too many combinations of facts to look through them all"


@frozen
class Settling:
    """Facts that settle the use, and the verdict. ``smallest``: no fewer facts lead to it."""

    verdict: str
    facts: Mapping[str, Any]
    smallest: bool
    ranges: Mapping[str, Range] = field(factory=dict)
    """Facts of which other values do as well, with these."""


@frozen
class Nearest:
    """A permitted use: facts as they are and as they would be, and facts that are learnt besides."""

    changed: Mapping[str, tuple[Any, Any]]
    added: Mapping[str, Any]
    ranges: Mapping[str, Range] = field(factory=dict)


@frozen
class Answer:
    """``never`` is true if it is proved that no use at all is permitted; ``open`` says what was not
    looked through."""

    verdict: str
    settling: tuple[Settling, ...] = ()
    nearest: tuple[Nearest, ...] = ()
    never: bool = False
    open: str = ""


def ask(linked: n.Linked, use: Use) -> Answer:
    """What would settle a use whose facts are weighed, and what would make it permitted."""
    days = [(use.as_of, use.known_at)]
    analysis = Analysis.of(linked, days=days, most=_MOST_STEPS)
    work = _Asking(analysis, dict(use.facts))
    (verdict,) = work.analysis.replay(use.facts)
    settling = tuple(work.settling()) if verdict == "undetermined" else ()
    if verdict == "permitted":
        return Answer(verdict, settling)
    nearest = tuple(work.nearest())
    if nearest:
        return Answer(verdict, settling, nearest, open=work.open)
    any_ = work.analysis.find(work.claim("permitted"), replayed=False)
    return Answer(verdict, settling, never=isinstance(any_, Proof), open=work.open)


@define
class _Asking:
    analysis: Analysis
    facts: dict[str, Any]
    open: str = ""
    _fixed: dict[AxisKey, int] = field(factory=dict)
    _texts: frozenset[AxisKey] = frozenset()
    """The interpretations of which no reading is chosen."""
    _relevant: list[str] = field(factory=list)
    _pinned: set[str] = field(factory=set)
    """Known facts that have cells; lists of records have none."""
    _searches: int = 0

    def __attrs_post_init__(self) -> None:
        axes = self.analysis.axes
        for path in self.analysis.opaque & self.facts.keys():
            # Where facts are compared with each other, a value of its own has a cell of its own.
            if not isinstance(axes.leaves[path].type, v.ListOf):
                self.analysis.space.test("is", path, self.facts[path])
        axes.refresh()
        world = axes.domains_of(self.facts, lambda number, facts: None)
        self._fixed = {key: cell for key, cell in world.items() if key[1] in self.facts}
        # How a text is read is not learnt and not changed: what is not chosen stays open.
        texts = {each.path for each in self.analysis.sides[0].linked.vocabulary.interpretations}
        left = {("leaf", path) for path in texts - self.facts.keys()}
        self._texts = frozenset(left & world.keys())
        self._fixed |= dict.fromkeys(self._texts, 1)
        hang = {key[1] for word in VERDICTS for key in self._support(self.claim(word))}
        hang |= self.analysis.opaque
        self._pinned = {key[1] for key in self._fixed}
        self._relevant = [path for path in self.facts if path in hang - texts]

    def claim(self, word: str) -> Claim:
        return self.analysis.sides[0].verdict(word)

    def _support(self, claim: Claim) -> set[AxisKey]:
        found: set[AxisKey] = set()
        for each in c.parts_of(claim):
            found |= self.analysis.axes.support(each.part) if isinstance(each, c.Is) else {each.axis}
        return found

    def settling(self) -> Iterator[Settling]:
        """For each verdict that can still come, the smallest sets of facts after which it does."""
        for word in VERDICTS:
            sets: dict[frozenset[str], Settling] = {}
            least = 0
            for facts, smallest in self._uses(word, self._fixed):
                added = {path: value for path, value in facts.items() if path not in self.facts}
                least = least or len(added)
                if len(added) > least or len(sets) == MOST_SETS:
                    break
                sets.setdefault(frozenset(added), Settling(word, added, smallest, self._ranges(added)))
            yield from sets.values()

    def nearest(self) -> Iterator[Nearest]:
        """Permitted uses with the fewest known facts changed; of these, those with the fewest added."""
        for count in range(MOST_CHANGED + 1):
            found: list[Nearest] = []
            choices = combinations(self._relevant, count)
            for changed in islice(choices, _MOST_CHOICES):
                facts = next(
                    (each for each, _ in self._uses("permitted", self._without(changed), changed)), None
                )
                if facts is not None:
                    facts = self._without_needless(self._nearer(facts, changed))
                    was = {path: (self.facts[path], facts[path]) for path in changed}
                    added = {path: value for path, value in facts.items() if path not in self.facts}
                    then = {path: facts[path] for path in (*was, *added)}
                    found.append(Nearest(was, added, self._ranges(then)))
            if next(choices, None) is not None:
                self.open = "not every choice of facts to change was looked at"
            if found:
                yield from sorted(found, key=lambda each: len(each.added))[:MOST_SETS]
                return
        if len(self._relevant) > MOST_CHANGED:
            self.open = self.open or f"no more than {MOST_CHANGED} facts were changed at a time"

    def _nearer(self, facts: dict[str, Any], changed: Sequence[str]) -> dict[str, Any]:
        """The same use with values that are nearer to the present ones, where a solver chose them: it
        gives any. The first values beside the present one are tried, and then what lies halfway."""
        for path in changed:
            now, then = self.facts[path], facts[path]
            if isinstance(now, tuple) and isinstance(then, tuple):
                facts = {**facts, path: self._nearest_list(facts, path)}
                continue
            steps = steps_between(now, then) if path in self.analysis.opaque else None
            if steps is None:
                continue

            beside = (by for each in range(1, min(_BESIDE, abs(steps))) for by in (each, -each))
            found = next((made for by in beside if (made := self._moved(facts, path, by))), None)
            near, far = 0, steps
            while found is None and abs(far - near) > 1:
                middle = (near + far) // 2
                there = self._moved(facts, path, middle) is not None
                near, far = (near, middle) if there else (middle, far)
            facts = found or self._moved(facts, path, far) or facts
        return facts

    def _nearest_list(self, facts: Mapping[str, Any], path: str) -> tuple[Any, ...]:
        def good(items: tuple[Any, ...]) -> bool:
            return self._is({**facts, path: items}, "permitted")

        return nearest_list(self.facts[path], facts[path], good)

    def _moved(self, facts: Mapping[str, Any], path: str, by: int) -> dict[str, Any] | None:
        """The use with a known value so many steps further, if that is permitted."""
        value = moved(self.facts[path], by, plain=True)
        made = {**facts, path: value}
        good = value is not None and can_be_written(value) and self._is(made, "permitted")
        return made if good else None

    def _without(self, changed: Sequence[str]) -> dict[AxisKey, int]:
        """The cells that are left where these facts may have any known value."""
        domains = dict(self._fixed)
        for key in self._fixed:
            if key[1] in changed:
                full = self.analysis.axes.of[key].full
                domains[key] = full if key[0] == "item" else full & ~1
        return domains

    def _uses(
        self, word: str, domains: World, changed: Sequence[str] = ()
    ) -> Iterator[tuple[dict[str, Any], bool]]:
        """Uses within the cells for which the documents have this verdict, smallest first."""
        claim = self.claim(word)
        # What every reading agrees on is settled, though no cell but one of a reading shows it.
        free = {key: cell for key, cell in domains.items() if key not in self._texts}
        table = Table.of(self.analysis.axes, claim, free)
        if table is None:
            kept = (c.In(key, cell, self.analysis.axes.of[key].full) for key, cell in domains.items())
            found = self.analysis.find(c.both(claim, *kept), replayed=False)
            if isinstance(found, Unknown):
                found = self.analysis.find(c.both(claim, *kept))
            if not isinstance(found, Proof):
                self.open = self.open or (found.why if isinstance(found, Unknown) else _TOO_MANY)
            if isinstance(found, Witness):
                yield from self._irreducible(self._near(found.facts), word)
            return
        # Every way to fill in the rest gives it, though single conditions may be open.
        side = self.analysis.sides[0]
        worlds = table.settled(side.may_be(other) for other in VERDICTS if other != word)
        opaque = any(key[0] == "beyond" for key in table.keys)
        tried, said = 0, set[str]()
        for world in islice(table.smallest_first(worlds), _MOST_TRIED):
            made = self.analysis.facts_of({**_cells(free), **world})
            unread = {path: value for path, value in made.items() if ("leaf", path) not in self._texts}
            facts = self._near(unread)
            tried += 1
            if self._is(facts, word):
                # What all ways to fill in the rest agree on may need less than the cells show.
                less = self._without_needless(facts, word)
                said |= less.keys() - self.facts.keys()
                yield less, len(less) == len(facts)
        if opaque:
            yield from self._searched(word, domains, said, changed)
        elif tried == _MOST_TRIED:
            self.open = self.open or _TOO_MANY

    def _searched(
        self, word: str, domains: World, said: Set[str], changed: Sequence[str]
    ) -> Iterator[tuple[dict[str, Any], bool]]:
        """A use that says none of the facts of those that were found, by a solver."""
        self._searches += 1
        if self._searches > _MOST_SEARCHES:
            self.open = self.open or _TOO_MANY
            return
        axes = self.analysis.axes.of
        kept = [c.In(key, cell, axes[key].full) for key, cell in domains.items()]
        kept += [c.In(key, 1, axes[key].full) for key in axes if key[0] != "beyond" and key[1] in said]
        found = self.analysis.find(c.both(self.claim(word), *kept))
        if isinstance(found, Witness):
            facts = self._near(found.facts)
            facts |= {path: found.facts.get(path, ()) for path in changed if path not in self._pinned}
            if self._is(facts, word):
                yield facts, found.smallest
                return
        if not isinstance(found, Proof):
            why = found.why if isinstance(found, Unknown) else "lists of records are in the way"
            self.open = self.open or why

    def _irreducible(self, facts: dict[str, Any], word: str) -> Iterator[tuple[dict[str, Any], bool]]:
        """Without every added fact that can be left out."""
        if self._is(facts, word):
            yield self._without_needless(facts, word), False

    def _without_needless(self, facts: dict[str, Any], word: str = "permitted") -> dict[str, Any]:
        for path in [each for each in facts if each not in self.facts]:
            fewer = {other: value for other, value in facts.items() if other != path}
            if self._is(fewer, word):
                facts = fewer
        return facts

    def _ranges(self, facts: Mapping[str, Any]) -> dict[str, Range]:
        ranges = {path: self.analysis.range_of(path, value) for path, value in facts.items()}
        return {path: each for path, each in ranges.items() if each is not None}

    def _is(self, facts: Mapping[str, Any], word: str) -> bool:
        return self.analysis.replay(facts) == (word,)

    def _near(self, found: Mapping[str, Any]) -> dict[str, Any]:
        """A use of the same cells that keeps the known values wherever their cells are kept."""
        made: dict[str, Any] = dict(self.facts)
        axes = self.analysis.axes
        world = axes.domains_of(found, lambda number, facts: None)
        for path, value in found.items():
            if path not in self.facts:
                made[path] = value
                continue
            own = {key: cell for key, cell in self._fixed.items() if key[1] == path}
            if any(world[key] != cell for key, cell in own.items()):
                made[path] = self._changed(path, value)
        return {path: made[path] for path in axes.leaves if path in made}

    def _changed(self, path: str, value: Any) -> Any:
        """Another value; of a list, what is no matter to any test stays in it."""
        if not isinstance(value, tuple):
            several = self.analysis.range_of(path, value)
            nearest = None if several is None else several.nearest(self.facts[path])
            return value if nearest is None else nearest
        kinds = {self.analysis.axes.kind_of(path, item) for item in value}
        kept = [
            item
            for item in self.facts[path]
            if (kind := self.analysis.axes.kind_of(path, item)) is None or kind in kinds
        ]
        had = {self.analysis.axes.kind_of(path, item) for item in kept}
        return (*kept, *(i for i in value if self.analysis.axes.kind_of(path, i) not in had))


def _cells(domains: World) -> dict[AxisKey, int]:
    """The first cell of each domain, for axes that the table leaves out."""
    return {key: (domain & -domain).bit_length() - 1 for key, domain in domains.items()}
