"""What the strongest verdict of many tables can come to, without a diagram of all of them together.

Such a diagram grows with the ways in which the tables combine, and most of it says nothing new: a
verdict is possible if some values of the facts give it, and a fact matters if some values of the others
let it change the verdict. So such values are looked for, table by table. What they show is so; what
they do not show is left to the diagram.

    parts (diagrams with one verdict on each leaf) -> the verdicts, the levels of the names that matter
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from attrs import define, field

from tosdsl.engine.diagrams import Diagram, Diagrams
from tosdsl.runtime.tables import FORBIDDEN, NOT_APPLICABLE, PERMITTED

RANKS = {NOT_APPLICABLE: 0, PERMITTED: 1, FORBIDDEN: 2}
"""Verdicts, the stronger ones higher."""

_VERDICTS = {rank: verdict for verdict, rank in RANKS.items()}
_TOP = 2
_TRIES = 32
"""Orders of the parts that are tried for a weakest verdict."""

_FEW = 8
"""Parts of which a diagram of all is made at once."""

_NODES = 64
"""Nodes of a part from which it is tried to show that a name matters."""

_PAIRS = 6
"""Pairs of values of a name that are tried there."""

_Way = tuple[int, Diagram]

Ends = dict[Diagram, tuple[int, int]]
"""Of each diagram, the lowest and the highest rank of its leaves: as far as they are known."""

Chosen = dict[int, int]
"""By level, the number of the value that a name has."""


@define(eq=False)
class Joined:
    """The strongest verdict of some parts. ``floor`` is the rank below which verdicts count alike."""

    made: Diagrams
    _ends: Ends
    floor: int = 0
    parts: list[Diagram] = field(factory=list)
    _levels: list[frozenset[int]] = field(factory=list)
    _reading: dict[int, list[int]] = field(factory=dict)
    """By level, the parts that depend on its name."""
    _whole: Diagram | None = None
    """All of them together, where they are few, or it takes that to find out."""
    _base: Chosen = field(factory=dict)
    _ranks: list[int] = field(factory=list)
    """Of each part, where every name has its value in ``_base``."""
    _blamed: Counter[tuple[int, int]] = field(factory=Counter)
    """By level and number of a value, how often it made a part too strong."""
    _seen: set[int] = field(factory=set)

    def leaves(self, parts: Sequence[Diagram]) -> frozenset[int]:
        """The verdicts that are possible."""
        self._put(parts)
        if not self.parts:
            return frozenset((_VERDICTS[self.floor],))
        if len(self.parts) > _FEW and self._has_weak() and (self.floor or self._has_middle()):
            highest = max(self._ends_of(part)[1] for part in self.parts)
            self._seen |= {self.floor, highest}  # what one part can come to at most, all can
            return frozenset(_VERDICTS[rank] for rank in self._seen)
        self._whole = self.made.join_of(sorted(self.parts, key=self.made.level))
        return frozenset(self.made.leaves(self._whole))

    def settled(self, parts: Sequence[Diagram]) -> tuple[frozenset[int], frozenset[int]]:
        """The same, with the levels of the names that matter."""
        found = self.leaves(parts)
        if self._whole is not None:
            return found, frozenset(self.made.levels(self._whole))
        if len(found) == 1:
            return found, frozenset()
        several = (level for level in self._reading if self._is_shown(level) or self._matters(level))
        return found, frozenset(several)

    def examples(self, parts: Sequence[Diagram]) -> dict[int, Chosen]:
        """Verdicts that are possible, each with values that lead to it, where these are soon found."""
        several = self.leaves(parts)
        if not self.parts:
            return {verdict: {} for verdict in several}
        whole = self._whole
        if whole is not None:
            ends = (way for way in self._paths(whole) if not self.made.below(way[0]))
            return {self.made.value(end): over for end, over in ends}
        found = {_VERDICTS[self.floor]: self._base}
        for rank in range(self.floor + 1, _TOP + 1):
            ways = (over for part in self.parts for over in self._to(part, rank))
            for over in islice(ways, _TRIES):
                if self._rank_with(over) == rank:
                    found[_VERDICTS[rank]] = {**self._base, **over}
                    break
        return found

    def _put(self, parts: Sequence[Diagram]) -> None:
        ends = {part: self._ends_of(part) for part in parts}
        self.floor = floor = max((self.floor, *(low for low, _ in ends.values())))
        # What lies below the floor is told apart by nothing; what lies on it at most says nothing more.
        several = (
            part if low >= floor else self.made.mapped(_raised, part)
            for part, (low, high) in ends.items()
            if high > floor
        )
        self.parts += dict.fromkeys(several)
        if len(self.parts) > _FEW:
            self._levels = [frozenset(self.made.levels(part)) for part in self.parts]
            for at, levels in enumerate(self._levels):
                for level in levels:
                    self._reading.setdefault(level, []).append(at)

    def _ends_of(self, diagram: Diagram) -> tuple[int, int]:
        return ends_of(self.made, self._ends, diagram)

    # --- one way to fill everything in ----------------------------------------------------------------

    def _has_weak(self) -> bool:
        """Picks a value for each name, so that the verdict is as weak as its parts are alone. Gives
        whether that was possible.

        Part by part, each as weak as those before it allow. A part that comes out too strong is taken
        earlier the next time, and the values that made it so are taken last.
        """
        turned = [0] * len(self.parts)
        for _ in range(_TRIES):
            chosen: Chosen = {}
            order = sorted(range(len(self.parts)), key=lambda at: (-turned[at], len(self._levels[at])))
            for at in order:
                self._down(self.parts[at], chosen)
            self._ranks = [self._rank(part, chosen) for part in self.parts]
            high = [at for at, rank in enumerate(self._ranks) if rank > self.floor]
            if not high:
                self._base = chosen
                return True
            for at in high:
                turned[at] += 1
                self._blame(self.parts[at], chosen)
        return False

    def _ranks_with(self, over: Chosen) -> dict[int, int]:
        """The ranks of the parts that depend on names which have other values than in ``_base``."""
        touched = {at for level in over for at in self._reading.get(level, ())}
        return {at: self._rank(self.parts[at], self._base, over) for at in touched}

    def _blame(self, diagram: Diagram, chosen: Chosen) -> None:
        while below := self.made.below(diagram):
            level = self.made.level(diagram)
            self._blamed[level, chosen[level]] += 1
            diagram = below[chosen[level]]

    def _up(self, diagram: Diagram, chosen: Chosen) -> None:
        """Picks values so that a diagram comes to the highest rank that those that are picked allow."""
        known: dict[Diagram, int] = {}

        def reach(diagram: Diagram) -> int:
            found = known.get(diagram)
            if found is None:
                below = self.made.below(diagram)
                at = chosen.get(self.made.level(diagram))
                if not below:
                    found = self._ends_of(diagram)[1]
                else:
                    found = max(map(reach, below)) if at is None else reach(below[at])
                known[diagram] = found
            return found

        most = reach(diagram)
        while below := self.made.below(diagram):
            level = self.made.level(diagram)
            if level not in chosen:
                able = [at for at, each in enumerate(below) if reach(each) == most]
                kept = self._base.get(level)
                chosen[level] = kept if kept in able else able[0]
            diagram = below[chosen[level]]

    def _down(self, diagram: Diagram, chosen: Chosen) -> None:
        """Picks values so that a diagram comes to a low rank, as far as those that are picked allow.
        Those of ``_base`` are kept where they do as well."""
        while below := self.made.below(diagram):
            level = self.made.level(diagram)
            at = chosen.get(level)
            if at is None:
                ranks = [self._ends_of(each)[0] for each in below]
                best, kept = min(ranks), self._base.get(level)
                if kept is not None and ranks[kept] == best:
                    at = kept
                else:
                    able = [at for at, rank in enumerate(ranks) if rank == best]
                    at = min(able, key=lambda at: self._blamed[level, at])
                chosen[level] = at
            diagram = below[at]

    def _rank(self, diagram: Diagram, chosen: Chosen, over: Chosen | None = None) -> int:
        made, over = self.made, over or {}
        while below := made.below(diagram):
            level = made.level(diagram)
            at = over.get(level)
            diagram = below[chosen.get(level, 0) if at is None else at]
        return self._ends_of(diagram)[0]

    def _rank_with(self, over: Chosen) -> int:
        """The rank of the verdict where these names have other values than in ``_base``."""
        touched = self._ranks_with(over)
        return max(touched.get(at, rank) for at, rank in enumerate(self._ranks))

    # --- what is shown by changing a few values -------------------------------------------------------

    def _has_middle(self) -> bool:
        """Whether it was found out if a permission is possible."""
        able = [part for part in self.parts if 1 in self._leaf_ranks(part)]
        for part in able:
            for over in self._to(part, 1):
                if self._rank_with(over) == 1:
                    self._seen.add(1)
                    return True
        return not able

    def _leaf_ranks(self, part: Diagram) -> set[int]:
        return {RANKS[verdict] for verdict in self.made.leaves(part)}

    def _to(self, part: Diagram, rank: int) -> Iterator[Chosen]:
        """Values with which a part comes to a rank."""
        for node, over in self._paths(part):
            if not self.made.below(node) and self._ends_of(node)[0] == rank:
                yield over

    def _paths(self, part: Diagram) -> Iterator[tuple[Diagram, Chosen]]:
        """The nodes of a part, each with values that lead to it, those of ``_base`` first."""
        todo: list[tuple[Diagram, Chosen]] = [(part, {})]
        met = {part}
        for _ in range(_NODES):
            if not todo:
                return
            node, over = todo.pop()
            yield node, over
            below = self.made.below(node)
            if below:
                level = self.made.level(node)
                first = self._base.get(level, 0)
                for at in (*(at for at in range(len(below)) if at != first), first):
                    if below[at] not in met:
                        met.add(below[at])
                        todo.append((below[at], {**over, level: at}))

    def _is_shown(self, level: int) -> bool:
        """Whether it is shown that a name can change the verdict."""
        several = sorted(self._reading[level], key=lambda at: -self._ends_of(self.parts[at])[1])
        return any(self._changes(self.parts[at], level) for at in several)

    def _changes(self, part: Diagram, level: int) -> bool:
        for node, over in self._paths(part):
            if self.made.level(node) != level:
                continue
            for weak, strong in self._pairs(self.made.below(node)):
                chosen = {**over, level: weak[0]}
                self._down(weak[1], chosen)
                self._up(strong[1], chosen)
                other = {**chosen, level: strong[0]}
                if self._rank_with(chosen) != self._rank_with(other):
                    return True
        return False

    def _pairs(self, below: Sequence[Diagram]) -> Iterator[tuple[_Way, _Way]]:
        """Pairs of different ways on, the weakest with the strongest first; each with its number."""
        ways = {each: at for at, each in reversed([*enumerate(below)])}
        rising = sorted(
            ((at, each) for each, at in ways.items()), key=lambda way: self._ends_of(way[1])
        )
        pairs = ((weak, strong) for weak in rising for strong in reversed(rising) if weak != strong)
        return islice(pairs, _PAIRS)

    # --- what is not shown so -------------------------------------------------------------------------

    def _matters(self, level: int) -> bool:
        """Whether a name can change the verdict: whether it changes that of the parts which depend on
        it, while the others let that be seen."""
        made, reading = self.made, self._reading[level]
        several = [self.parts[at] for at in reading]
        size = next(
            len(made.below(node)) for node in made.under(several[0]) if made.level(node) == level
        )
        come = [made.join_of(made.fixed(part, level, at) for part in several) for at in range(size)]
        first, *others = dict.fromkeys(come)
        rest = [at for at in range(len(self.parts)) if at not in reading]
        return any(
            self._holds(made.joint(_change_forbidden, first, other), rest, PERMITTED)
            or (
                not self.floor
                and self._holds(made.joint(_change_permitted, first, other), rest, NOT_APPLICABLE)
            )
            for other in others
        )

    def _holds(self, diagram: Diagram, rest: Iterable[int], most: int) -> bool:
        """Whether, for some values of which a diagram does not forbid, no part comes to more than
        ``most``.

        Parts are taken in one by one, those first that share names with what is there. Those that share
        none need not be looked at: they are weak for the values in ``_base``.
        """
        left, never = {*rest}, self.made.leaf(FORBIDDEN)
        while diagram != never:
            over: Chosen = {}
            self._down(diagram, over)
            strong = {at for at, rank in self._ranks_with(over).items() if rank > RANKS[most]} & left
            if not strong:
                return True
            levels = self.made.levels(diagram)
            at = min(strong, key=lambda at: (len(self._levels[at] - levels), at))
            left.discard(at)
            part = self.parts[at]
            if most == NOT_APPLICABLE:
                part = self.made.mapped(_if_spoken_of, part)
            diagram = self.made.join_of((part, diagram))
        return False


def ends_of(made: Diagrams, known: Ends, diagram: Diagram) -> tuple[int, int]:
    """The lowest and the highest rank of a diagram's leaves. A leaf that is no single verdict has the
    rank -1."""
    found = known.get(diagram)
    if found is None:
        below = made.below(diagram)
        if below:
            low, high = ends_of(made, known, below[0])
            for each in below[1:]:
                one, other = ends_of(made, known, each)
                if one < low:
                    low = one
                if other > high:
                    high = other
            found = low, high
        else:
            rank = RANKS.get(made.value(diagram), -1)
            found = rank, rank
        known[diagram] = found
    return found


def _change_forbidden(one: int, other: int) -> int:
    """Nothing is forbidden where what is forbidden changes."""
    return NOT_APPLICABLE if (one == FORBIDDEN) != (other == FORBIDDEN) else FORBIDDEN


def _change_permitted(one: int, other: int) -> int:
    """The same where a permission changes, and nothing is forbidden."""
    return FORBIDDEN if one == other or FORBIDDEN in {one, other} else NOT_APPLICABLE


def _if_spoken_of(verdict: int) -> int:
    """What hides whether there is a permission."""
    return NOT_APPLICABLE if verdict == NOT_APPLICABLE else FORBIDDEN


def _raised(verdict: int) -> int:
    """Nothing is weaker than a permission."""
    return PERMITTED if verdict == NOT_APPLICABLE else verdict
