"""Questions to a solver (z3, on first use): the one door to it.

Asked where a claim hangs on conditions that are no tests of single leaves, and cells do not settle it.
First *widely*: if the terms that leave nothing out cannot be met, there is no use, and that is a proof.
Then for a use, with plain values first. Each use is put to the reference's evaluation; where a
condition that has no term comes out otherwise there, that is learnt, and another use is looked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from importlib import import_module
from time import monotonic
from typing import Any

from attrs import define, field

from tosdsl.analysis.axes import Axes, ListTest
from tosdsl.analysis.claims import All, Claim, F, In, Is, T, U, parts_of
from tosdsl.analysis.terms import Item, Pair, Rows, Terms, Value, moment_of, places_needed
from tosdsl.formulas.space import FALSE, TRUE, UNKNOWN
from tosdsl.lower.wide import Ranked
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.quantities import ABSENT, COUNTED_IN, Duration, Money

MISSING = "a solver is needed, z3-solver, which is not installed: install tosdsl[proof] (TOS6007)"
_MOST_LEARNT = 60
"""Uses of one question after which no other is tried."""


def solver_at_hand() -> bool:
    """Whether the package z3-solver is there."""
    try:
        import_module("z3")
    except ImportError:
        return False
    return True


@define
class Found:
    """What a question came to. ``facts``: a use; ``smallest``: proved that none says fewer facts.
    ``proved``: there is none. Otherwise ``why`` says what was in the way."""

    facts: dict[str, Any] | None = None
    smallest: bool = False
    proved: bool = False
    why: str = ""


@define(eq=False)
class Smt:
    """The terms of all conditions of one space. ``conditions``: those beyond, by their numbers, None
    where definitions cannot be worked in. ``truth``: how one comes out for facts, by the reference."""

    axes: Axes
    conditions: tuple[n.Expr | None, ...]
    truth: Callable[[int, Mapping[str, Any]], bool | None]
    meets: Callable[[Claim, Mapping[str, Any]], bool]
    z3: Any = field(factory=lambda: import_module("z3"))
    _wide: _Encoded = field(init=False)
    _near: _Encoded = field(init=False)

    def __attrs_post_init__(self) -> None:
        space = self.axes.space
        exprs = [each for each in self.conditions if each is not None]
        read = {each.path for expr in exprs for each in _within(expr) if isinstance(each, n.FactRef)}
        tests: dict[str, list[int]] = {path: [] for path in read}
        for number in range(len(space)):
            node = space[number]
            if node[0] == "test" and node[2] in read:
                tests[node[2]].append(number)
        said: set[Any] = {
            each.value
            for expr in exprs
            for each in _within(expr)
            if isinstance(each, n.Literal) and not isinstance(v.bare(each.type), v.Enum)
        }
        for path, numbers in tests.items():
            kind = v.bare(self.axes.leaves[path].type)
            item = v.bare(kind.item) if isinstance(kind, v.ListOf) else kind
            if isinstance(item, v.Text | v.Party):
                for number in numbers:
                    constant = space[number][4]
                    said |= constant if isinstance(constant, frozenset) else {constant}
        texts = frozenset(each for each in said if isinstance(each, str))
        counts = {path: len(numbers) for path, numbers in tests.items()}
        needed = places_needed(exprs, counts)
        parties = tuple(each.name for each in self.axes.vocabulary.parties)
        self._wide, self._near = (
            _Encoded(
                self.axes,
                self.conditions,
                frozenset(read),
                Terms(self.z3, self.axes.leaves, parties, widely, needed, texts),
            )
            for widely in (True, False)
        )

    def ask(self, claim: Claim, timeout: float, *, use: bool = True) -> Found:
        """A use that meets the claim, or that there is none. Not ``use``: only whether that is so."""
        until = monotonic() + timeout
        wide = self._check(self._wide, [self._wide.claim(claim)], self._wide.paths(claim), until)
        if wide is False:
            return Found(proved=True)
        if not use:
            return Found(why="not settled yet")
        return self._use(claim, until)

    def _use(self, claim: Claim, until: float) -> Found:
        near, z3 = self._near, self.z3
        asked = [near.claim(claim)]
        paths = near.paths(claim)
        known = [near.known(path) for path in paths]
        best: dict[str, Any] | None = None
        tries, timed_out, odd = 0, False, False
        for level in (0, 1, 2):
            plain = [each for path in paths if level < 2 for each in near.plainness(path, level)]
            while True:
                fewer = [] if best is None else [z3.AtMost(*known, len(best) - 1)] if known else []
                if best is not None and not best:
                    return Found(best, True)
                outcome = self._check(near, [*asked, *plain, *fewer], paths, until)
                if not isinstance(outcome, bool) and outcome is not None:
                    facts = near.facts(outcome, paths)
                    if facts is None:
                        odd = True
                        break
                    if self.meets(claim, facts):
                        best = facts
                        continue
                    tries += 1
                    if tries > _MOST_LEARNT or not near.learn(claim, outcome, facts, self.truth):
                        odd = True
                        break
                    continue
                timed_out = timed_out or outcome is None
                break
            if best is not None:
                exact = not (near.inexact or odd or timed_out)
                if exact and level < 2:
                    fewer = [z3.AtMost(*known, len(best) - 1)]
                    exact = self._check(near, [*asked, *fewer], paths, until) is False
                return Found(best, exact)
        if timed_out:
            return Found(why="the solver ran out of time")
        if odd or near.inexact:
            return Found(why="conditions that the solver cannot express are in the way")
        return Found(proved=True)

    def _check(self, encoded: _Encoded, terms: list[Any], paths: list[str], until: float) -> Any:
        """A model; False if there is none; None if it is not known."""
        left = until - monotonic()
        if left <= 0:
            return None
        solver = self.z3.Solver()
        solver.set("timeout", max(1, int(left * 1000)))
        solver.set("random_seed", 0)
        for path in paths:
            solver.add(*encoded.bounds(path))
        solver.add(*terms, *encoded.learnt)
        outcome = solver.check()
        if outcome == self.z3.unsat:
            return False
        return solver.model() if outcome == self.z3.sat else None


@define(eq=False)
class _Encoded:
    """Parts and claims as terms. Leaves that no condition beyond reads are cells; others are values."""

    axes: Axes
    conditions: tuple[n.Expr | None, ...]
    read: frozenset[str]
    terms: Terms
    learnt: list[Any] = field(factory=list)
    _parts: dict[int, Pair] = field(factory=dict)
    _cells: dict[str, Any] = field(factory=dict)
    _open: set[int] = field(factory=set)
    """The tests and conditions of which a part may come out any way."""
    _forgone: bool = False

    @property
    def z3(self) -> Any:
        return self.terms.z3

    @property
    def inexact(self) -> bool:
        return self.terms.inexact or self._forgone

    # --- claims -----------------------------------------------------------------------------------

    def claim(self, claim: Claim) -> Any:
        z3 = self.z3
        match claim:
            case Is(part=part, mask=mask):
                true, false = self.pair(part)
                ways = [true] if mask & T else []
                ways += [false] if mask & F else []
                ways += [z3.Not(z3.Or(true, false))] if mask & U else []
                return z3.Or(ways)
            case In(axis=axis, cells=cells):
                return self._in(axis, cells)
            case All(items=items):
                return z3.And([self.claim(each) for each in items])
            case _:
                return z3.Or([self.claim(each) for each in claim.items])

    def _in(self, key: tuple[Any, ...], cells: int) -> Any:
        z3, axis = self.z3, self.axes.of[key]
        if key[0] == "beyond":
            number = next(iter(axis.masks))
            true, false = self.pair(number)
            ways = [z3.Not(z3.Or(true, false)), true, false]
            return z3.Or([way for at, way in enumerate(ways) if cells >> at & 1])
        if key[0] == "item":
            inside = self._item(key)
            return z3.Or([way for at, way in enumerate((z3.Not(inside), inside)) if cells >> at & 1])
        if key[0] == "list" or cells in {1, axis.full & ~1}:
            known = self.known(key[1])
            return z3.Or([way for way, mask in ((z3.Not(known), 1), (known, ~1)) if cells & mask])
        if key[1] not in self.read:
            cell = self._cell(key)
            return z3.Or([cell == at for at in range(len(axis.values)) if cells >> at & 1])
        return z3.Or([self._like(axis, at) for at in range(len(axis.values)) if cells >> at & 1])

    def _like(self, axis: Any, cell: int) -> Any:
        """The tests of a leaf come out as in a cell."""
        if not cell:
            return self.z3.Not(self.known(axis.key[1]))
        pairs = [(self.pair(number), masks) for number, masks in axis.masks.items()]
        return self.z3.And(
            self.known(axis.key[1]),
            *(pair[0] if masks[0] >> cell & 1 else pair[1] for pair, masks in pairs),
        )

    def paths(self, claim: Claim) -> list[str]:
        """The facts that a claim hangs on."""
        found: dict[str, None] = {}
        for single in parts_of(claim):
            keys = [single.axis] if isinstance(single, In) else self.axes.support(single.part)
            for key in keys:
                if key[0] == "beyond":
                    found |= dict.fromkeys(self._inputs(key[1]))
                else:
                    found[key[1]] = None
        return [path for path in self.axes.leaves if path in found]

    def _inputs(self, number: int) -> Iterator[str]:
        expr = self.conditions[number]
        for each in () if expr is None else _within(expr):
            if isinstance(each, n.FactRef):
                yield each.path

    # --- parts ------------------------------------------------------------------------------------

    def pair(self, part: int) -> Pair:
        stack, space, pairs, z3 = [part], self.axes.space, self._parts, self.z3
        while stack:
            at = stack[-1]
            node = space[at]
            if at in pairs:
                stack.pop()
            elif at <= UNKNOWN:
                pairs[at] = z3.BoolVal(at == TRUE), z3.BoolVal(at == FALSE)
            elif node[0] in {"not", "and", "or"}:
                inner = (node[1],) if node[0] == "not" else node[1]
                open_ = [each for each in inner if each not in pairs]
                if open_:
                    stack += open_
                    continue
                several = [pairs[each] for each in inner]
                if node[0] == "not":
                    pairs[at] = several[0][1], several[0][0]
                else:
                    pairs[at] = (
                        self.terms.every(several) if node[0] == "and" else self.terms.some(several)
                    )
            else:
                pairs[at] = self._leaf(at, node)
        return pairs[part]

    def _leaf(self, number: int, node: tuple[Any, ...]) -> Pair:
        before = self.terms.loose
        if node[0] == "beyond":
            expr = self.conditions[node[1]]
            pair = self.terms.any_way() if expr is None else self.terms.pair(expr)
            if expr is None:
                self._forgone = True
        elif node[2] in self.read:
            pair = self._test(node)
        else:
            return self._by_cells(number, node)
        if self.terms.loose > before:
            self._open.add(number)
        return pair

    def _test(self, node: tuple[Any, ...]) -> Pair:
        """A test of a leaf that has terms."""
        _, op, path, _, constant = node
        scale: tuple[str, ...] = ()
        kind = self.axes.leaves[path].type
        fact = n.FactRef(path, kind)
        if op == "true":
            return self.terms.pair(fact)
        if isinstance(constant, Ranked):
            scale, constant = constant.scale, constant.member
        inner = v.bare(kind.item if isinstance(kind, v.ListOf) else kind)
        other: n.Expr = n.Literal(constant, inner)
        if isinstance(constant, frozenset):
            several = sorted(constant, key=repr)
            other = n.SetOf(tuple(n.Literal(each, inner) for each in several), v.ListOf(inner))
        true, false = self.terms.pair(n.Compare(op, fact, other, scale))
        if op in {"starts with", "ends with"}:  # whatever the text is, that is known with it
            known = self.known(path)
            absent = getattr(self.terms.leaf(path), "absent", self.z3.BoolVal(False))
            there = self.z3.And(known, self.z3.Not(absent))
            self._forgone = True
            return self.z3.And(there, true), self.z3.Or(
                self.z3.And(known, absent), self.z3.And(there, self.z3.Not(true))
            )
        return true, false

    def _by_cells(self, number: int, node: tuple[Any, ...]) -> Pair:
        z3, entry = self.z3, self.axes.test[number]
        if isinstance(entry, ListTest):
            known = self.known(entry.known[1])
            some = z3.Or([self._item(each) for each in entry.items])
            return z3.And(known, some), z3.And(known, z3.Not(some))
        cell = self._cell(entry)
        true, false = self.axes.of[entry].masks[number]
        count = len(self.axes.of[entry].values)
        return (
            z3.Or([cell == at for at in range(count) if true >> at & 1]),
            z3.Or([cell == at for at in range(count) if false >> at & 1]),
        )

    def _cell(self, key: tuple[Any, ...]) -> Any:
        return self._cells.setdefault(key[1], self.z3.Int(f"cell {key[1]}"))

    def _item(self, key: tuple[Any, ...]) -> Any:
        if key[1] not in self.read:
            return self.z3.Bool(f"in {key[1]}: {key[2]!r}")
        item = self.axes.leaves[key[1]].type
        inner = v.bare(item.item) if isinstance(item, v.ListOf) else item
        fact = n.FactRef(key[1], item)
        return self.terms.pair(n.Compare("includes", fact, n.Literal(key[2], inner)))[0]

    def known(self, path: str) -> Any:
        """Whether a fact is known."""
        if path in self.read:
            leaf = self.terms.leaf(path)
            return self.z3.Bool(f"{path}?") if leaf is None else leaf.known
        if ("leaf", path) in self.axes.of:
            return self._cell(("leaf", path)) != 0
        return self.z3.Bool(f"{path}?")

    def bounds(self, path: str) -> list[Any]:
        """What is so of every value of a fact."""
        if path in self.read:
            leaf = self.terms.leaf(path)
            if leaf is None and not self.terms.widely:  # there is no value to show
                return [self.z3.Not(self.known(path))]
            return self.terms.bounds[path]
        if ("leaf", path) in self.axes.of:
            cell = self._cell(("leaf", path))
            return [cell >= 0, cell < len(self.axes.of["leaf", path].values)]
        return []

    def plainness(self, path: str, level: int) -> list[Any]:
        return self.terms.plain[path][level] if path in self.terms.plain else []

    # --- from models to facts ---------------------------------------------------------------------

    def facts(self, model: Any, paths: Iterable[str]) -> dict[str, Any] | None:
        """The facts of a model; None if a value of it cannot be written."""
        found: dict[str, Any] = {}
        for path in paths:
            if not self._is(model, self.known(path)):
                continue
            leaf = self.terms.leaf(path) if path in self.read else None
            if isinstance(leaf, Value):
                found[path] = self._read(model, leaf)
            elif isinstance(leaf, Rows):
                items = (item for present, item in leaf.places if self._is(model, present))
                found[path] = tuple(self._read_item(model, each) for each in items)
            elif ("leaf", path) in self.axes.of:
                cell = model.eval(self._cell(("leaf", path)), model_completion=True).as_long()
                found[path] = self.axes.of["leaf", path].values[cell]
            else:
                keys = [key for key in self.axes.of if key[0] == "item" and key[1] == path]
                inside = [key[2] for key in keys if self._is(model, self._item(key))]
                found[path] = tuple(sorted(inside, key=repr))
        return None if any(_endless(each) for each in found.values()) else found

    def _is(self, model: Any, term: Any) -> bool:
        return bool(self.z3.is_true(model.eval(term, model_completion=True)))

    def _read_item(self, model: Any, item: Item) -> Any:
        if isinstance(item, Value):
            return self._read(model, item)
        return {
            path: self._read(model, value)
            for path, value in item.items()
            if self._is(model, value.known)
        }

    def _read(self, model: Any, value: Value) -> Any:
        if self._is(model, value.absent):
            return ABSENT
        term = model.eval(value.value, model_completion=True)
        match v.bare(value.kind):
            case v.Boolean():
                return bool(self.z3.is_true(term))
            case v.Number():
                return _exact(term)
            case v.Money(currency=currency):
                amount = _exact(term)
                return amount if amount is None else Money(amount, currency)
            case v.Integer():
                return term.as_long()
            case v.Duration(kind=counted):
                return Duration(term.as_long(), COUNTED_IN[counted])
            case v.Date():
                return date.fromordinal(term.as_long())
            case v.Instant():
                return moment_of(term.as_long())
        code = term.as_long()
        if code < 0:
            return _other(-code, self.terms.said | set(self.terms.parties))
        return next(text for text, each in self.terms.codes.items() if each == code)

    # --- what is learnt ---------------------------------------------------------------------------

    def learn(
        self,
        claim: Claim,
        model: Any,
        facts: Mapping[str, Any],
        truth: Callable[[int, Mapping[str, Any]], bool | None],
    ) -> bool:
        """For the values of a model, how loose conditions come out. Whether there was one that did not.

        Raises AssertionError where a condition that is not loose comes out otherwise: a bug.
        """
        learnt = False
        tests = {
            number
            for single in parts_of(claim)
            if isinstance(single, Is)
            for number in self.axes.space.tests(single.part)
        }
        for number in sorted(tests):
            node = self.axes.space[number]
            if node[0] != "beyond" and node[2] not in self.read:
                continue
            true, false = self.pair(number)
            came = True if self._is(model, true) else False if self._is(model, false) else None
            actual = truth(number, facts)
            if came is actual:
                continue
            if number not in self._open:
                raise AssertionError(f"{node}: {came} by the solver, {actual} for {facts}")
            paths = [node[2]] if node[0] != "beyond" else list(dict.fromkeys(self._inputs(node[1])))
            same = [each for path in paths for each in self._as_in(model, path)]
            z3 = self.z3
            outcome = (
                true if actual is True else false if actual is False else z3.Not(z3.Or(true, false))
            )
            self.learnt.append(z3.Implies(z3.And(same), outcome))
            learnt = True
        return learnt

    def _as_in(self, model: Any, path: str) -> Iterator[Any]:
        """A fact has the value that it has in a model."""
        leaf = self.terms.leaf(path)
        yield self.known(path) == self._is(model, self.known(path))
        if isinstance(leaf, Value):
            yield from self._alike(model, leaf)
            if isinstance(v.bare(leaf.kind), v.Text):
                self._forgone = True  # the text stands for many
        elif isinstance(leaf, Rows):
            self._forgone = True  # the list stands for longer ones
            for present, item in leaf.places:
                yield present == self._is(model, present)
                for value in (item,) if isinstance(item, Value) else item.values():
                    yield value.known == self._is(model, value.known)
                    yield from self._alike(model, value)

    def _alike(self, model: Any, value: Value) -> Iterator[Any]:
        yield value.absent == self._is(model, value.absent)
        yield value.value == model.eval(value.value, model_completion=True)


def _within(expr: n.Expr) -> Iterator[n.Expr]:
    stack = [expr]
    while stack:
        each = stack.pop()
        yield each
        stack += n.children(each)


def _exact(term: Any) -> Fraction | None:
    """A number of a model; None where it is no decimal, or no fraction."""
    try:
        value = Fraction(int(term.numerator_as_long()), int(term.denominator_as_long()))
    except AttributeError:  # an algebraic number
        return None
    rest = value.denominator
    for factor in (2, 5):
        while rest % factor == 0:
            rest //= factor
    return value if rest == 1 else None


def _endless(value: Any) -> bool:
    """Whether a value, or one in it, is a number that cannot be written."""
    if isinstance(value, tuple):
        return any(map(_endless, value))
    if isinstance(value, Mapping):
        return any(map(_endless, value.values()))
    return value is None


def _other(number: int, said: Iterable[str]) -> str:
    """A text or a party that nothing mentions."""
    taken = set(said)
    made = "another_party" if number == 1 else f"another_party_{number}"
    while made in taken:
        made += "_"
    return made
