"""A search for worlds in which claims hold, over axes of finitely many cells: exact and complete.

Each axis has a domain, the cells that are left to it. What a claim forces narrows domains; where it
leaves a choice, each is tried in turn, with those before it ruled out. Whatever a domain still has at
the end will do.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define, field, frozen

from tosdsl.analysis.axes import FLIPPED, Axes, AxisKey, ListTest
from tosdsl.analysis.claims import ANY, All, Claim, F, In, Is, Some, T, U, negation
from tosdsl.analysis.tables import Table

MOST_STEPS = 20_000
"""Choices of one search."""


_FEW_WORLDS = 1 << 12
_FEW_PENDING = 40
"""What is left is put into a table where there are no more worlds, and claims, than these."""


class GaveUp(Exception):
    """The search took too many steps."""


@frozen(eq=False)
class _Pending:
    """Of several claims, one has to hold. ``about`` are the axes that they hang on."""

    items: tuple[Claim, ...]
    about: frozenset[AxisKey]


@define
class _State:
    domains: dict[AxisKey, int]
    pending: list[_Pending]

    def copy(self) -> _State:
        return _State(dict(self.domains), list(self.pending))


class _Fails(Exception):
    """A claim cannot hold any more."""


@define
class Search:
    """One search. ``most`` is the number of choices after which it gives up."""

    axes: Axes
    most: int = MOST_STEPS
    steps: int = 0
    _memo: dict[int, int] = field(factory=dict)
    _trouble: dict[AxisKey, int] = field(factory=dict)
    """How often a claim about an axis could not hold."""

    def solve(self, claim: Claim) -> dict[AxisKey, int] | None:
        """Domains of which every choice of cells meets the claim; None if there is no world that does.

        Raises GaveUp.
        """
        state = _State({}, [])
        trail: list[tuple[_State, list[Claim], list[Claim]]] = []
        todo: list[Claim] = [claim]
        while True:
            try:
                self._add(state, todo)
                few = self._by_table(state) if state.pending else state.domains
            except _Fails:
                if not trail:
                    return None
                before, options, tried = trail.pop()
            else:
                if few is not None:
                    return few
                before, options, tried = state, self._choice(state), []
            self.steps += 1
            if self.steps > self.most:
                raise GaveUp
            option, *rest = options
            todo = [*map(negation, tried), option]
            state = before
            if rest:
                state = before.copy()
                trail.append((before, rest, [*tried, option]))

    # --- what a claim forces --------------------------------------------------------------------

    def _add(self, state: _State, claims: list[Claim]) -> None:
        """Add claims, and all that follows. Raises _Fails."""
        touched: set[AxisKey] = set()
        self._memo.clear()
        for each in claims:
            self._force(state, each, touched)
        while touched:
            self._memo.clear()
            now, touched = touched, set()
            waiting, state.pending = state.pending, []
            for several in waiting:
                if several.about.isdisjoint(now):
                    state.pending.append(several)
                else:
                    self._force(state, Some(several.items), touched)

    def _about(self, claim: Claim) -> frozenset[AxisKey]:
        match claim:
            case Is(part=part):
                return self.axes.support(part)
            case In(axis=axis):
                return frozenset((axis,))
            case _:
                return frozenset().union(*map(self._about, claim.items))

    def _force(self, state: _State, claim: Claim, touched: set[AxisKey]) -> None:
        stack = [claim]
        while stack:
            each = stack.pop()
            match each:
                case In(axis=axis, cells=cells):
                    self._narrow(state, axis, cells, touched)
                case Is(part=part, mask=mask):
                    stack += self._forced(state, part, mask, touched)
                case All(items=items):
                    stack += reversed(items)
                case Some(items=items):
                    left = []
                    for item in items:
                        holds = self._holds(state, item)
                        if holds is True:
                            break
                        if holds is None:
                            left.append(item)
                    else:
                        if not left:
                            for key in self._about(each):
                                self._trouble[key] = self._trouble.get(key, 0) + 1
                            raise _Fails
                        if len(left) == 1:
                            stack += left
                        else:
                            about = frozenset().union(*map(self._about, left))
                            state.pending.append(_Pending(tuple(left), about))

    def _narrow(self, state: _State, key: AxisKey, cells: int, touched: set[AxisKey]) -> None:
        before = state.domains.get(key)
        if before is None:
            before = self.axes.of[key].full
        after = before & cells
        if not after:
            raise _Fails
        if after != before:
            state.domains[key] = after
            touched.add(key)
            self._memo.clear()

    def _forced(self, state: _State, part: int, mask: int, touched: set[AxisKey]) -> list[Claim]:
        """What is left to claim if a part is to come out so."""
        if mask == ANY:
            return []
        node = self.axes.space[part]
        match node[0]:
            case "truth":
                if not mask & {True: T, False: F, None: U}[node[1]]:
                    raise _Fails
                return []
            case "not":
                return [Is(node[1], FLIPPED[mask])]
            case "and" | "or":
                may = self.axes.possible(part, state.domains, self._memo)
                if not may & mask:
                    raise _Fails
                if not may & ~mask:
                    return []
                return _inside(node[0], self.axes.open_items(part, state.domains), mask)
        return [self.test_claim(part, mask)]

    def test_claim(self, number: int, mask: int) -> Claim:
        """A test comes out as one of the mask: said of axes."""
        entry = self.axes.test[number]
        if not isinstance(entry, ListTest):
            axis = self.axes.of[entry]
            true, false = axis.masks[number]
            cells = (true if mask & T else 0) | (false if mask & F else 0)
            cells |= axis.full & ~(true | false) if mask & U else 0
            return In(entry, cells, axis.full)
        options: list[Claim] = []
        if mask & U:
            options.append(In(entry.known, 1, 3))
        if mask & T and mask & F:
            options.append(In(entry.known, 2, 3))
        elif mask & T:
            inner = Some(tuple(In(each, 2, 3) for each in entry.items))
            options.append(All((In(entry.known, 2, 3), inner)))
        elif mask & F:
            none = tuple(In(each, 1, 3) for each in entry.items)
            options.append(All((In(entry.known, 2, 3), *none)))
        return options[0] if len(options) == 1 else Some(tuple(options))

    def _holds(self, state: _State, claim: Claim) -> bool | None:
        """Whether a claim holds all over the domains, or nowhere; None if that is open."""
        match claim:
            case In(axis=axis, cells=cells):
                domain = state.domains.get(axis)
                if domain is None:
                    domain = self.axes.of[axis].full
                return False if not domain & cells else True if not domain & ~cells else None
            case Is(part=part, mask=mask):
                may = self.axes.possible(part, state.domains, self._memo)
                return False if not may & mask else True if not may & ~mask else None
            case All(items=items):
                result: bool | None = True
                for each in items:
                    holds = self._holds(state, each)
                    if holds is False:
                        return False
                    result = None if holds is None else result
                return result
            case Some(items=items):
                result = False
                for each in items:
                    holds = self._holds(state, each)
                    if holds is True:
                        return True
                    result = None if holds is None else result
                return result

    # --- choices --------------------------------------------------------------------------------

    def _choice(self, state: _State) -> list[Claim]:
        """The options of the claim that leaves fewest for the trouble that its axes have made, those
        first that bring in the least."""
        several = min(state.pending, key=self._promise)
        state.pending.remove(several)  # one of its options is what holds from here on
        return sorted(several.items, key=lambda each: self._new(state, each))

    def _promise(self, several: _Pending) -> float:
        trouble = max(self._trouble.get(key, 0) for key in several.about) if self._trouble else 0
        return len(several.items) / (1 + trouble)

    def _by_table(self, state: _State) -> dict[AxisKey, int] | None:
        """A world for what is pending, if few cells are left; None if many. Raises _Fails."""
        if len(state.pending) > _FEW_PENDING:
            return None
        size = 1
        for key in frozenset().union(*(each.about for each in state.pending)):
            domain = state.domains.get(key)
            size *= len(self.axes.of[key].values) if domain is None else domain.bit_count()
            if size > _FEW_WORLDS * 4:  # a table may tell fewer cells apart
                return None
        claim = All(tuple(Some(each.items) for each in state.pending))
        table = Table.of(self.axes, claim, state.domains, _FEW_WORLDS)
        if table is None:
            return None
        worlds = table.worlds()
        if not worlds:
            raise _Fails
        world = next(table.smallest_first(worlds))
        return {**state.domains, **{key: 1 << cell for key, cell in world.items()}}

    def _new(self, state: _State, claim: Claim) -> int:
        return sum(key not in state.domains for key in self._about(claim))


def _inside(kind: str, inner: Sequence[int], mask: int) -> list[Claim]:
    """What a conjunction or a disjunction that is to come out so asks of what is in it,
    or of what of that may be anything but false."""
    wins, loses = (F, T) if kind == "and" else (T, F)
    if mask == loses:
        return [Is(each, loses) for each in inner]
    if mask == loses | U:
        return [Is(each, loses | U) for each in inner]
    if mask == wins:
        return [Some(tuple(Is(each, wins) for each in inner))]
    if mask == wins | U:
        return [Some(tuple(Is(each, wins | U) for each in inner))]
    if mask == U:
        open_ = Some(tuple(Is(each, U) for each in inner))
        return [open_, *(Is(each, loses | U) for each in inner)]
    every = All(tuple(Is(each, loses) for each in inner))
    return [Some((every, *(Is(each, wins) for each in inner)))]
