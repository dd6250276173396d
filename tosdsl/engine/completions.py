"""Answers under every way to fill in the unknown facts.

Kleene's logic leaves ``(urgent and told) or (not urgent and told)`` open where only ``told`` is known,
though every way to fill in ``urgent`` gives the same. Here all ways are gone through at once: each open
condition is a diagram (``diagrams``) over the unknown facts, which take values that tell conditions
apart. What a diagram can come to is what is possible; the names in it are the facts that matter.

An opaque condition is a name of its own, which is true or false whatever the facts are (or unknown, if
it divides by what may be zero): so nothing that
is possible is left out. But something may be listed that no facts make, and then the answer is not
``exact``. Nor is it where there was too much to do (``limits.MAX_NEEDS_WORK``): then everything stays
open that Kleene's logic leaves open.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from math import prod
from typing import Any, TypeVar

from attrs import define, field, frozen

from tosdsl.base import limits
from tosdsl.engine.diagrams import Diagram, Diagrams, SpentError
from tosdsl.engine.joined import RANKS, Ends, Joined, ends_of
from tosdsl.engine.open import INNER, OPAQUE, TABLES, Atom, Reading
from tosdsl.runtime.tables import FORBIDDEN, NOT_APPLICABLE, PERMITTED
from tosdsl.trees import core
from tosdsl.trees.core import parts
from tosdsl.trees.facts import Facts
from tosdsl.values import deadlines
from tosdsl.values.representatives import stand_for_all, to_try

Values = tuple[Any, ...]
Truth = bool | None
_T = TypeVar("_T")

_JOINED = frozenset(("table", "join"))
"""Those that come to verdicts."""

_SETTLED = (PERMITTED, FORBIDDEN, NOT_APPLICABLE, "not_triggered", "fulfilled", "breached")
"""Values of tables and of obligations that nothing more changes."""

_TOGETHER = 4_096
"""Values of the facts that one condition reads, of which so many combinations are tried. A condition
that has more is opaque."""

_ALL = 200_000
"""The same of all conditions together."""


@frozen
class Settled:
    """What something can come to, on which facts that hangs, and whether this is exact."""

    leaves: frozenset[Any]
    facts: frozenset[str] = frozenset()
    exact: bool = True

    @property
    def truth(self) -> Truth:
        """Of a condition."""
        return next(iter(self.leaves)) if len(self.leaves) == 1 else None

    @property
    def possible(self) -> int:
        """Of a table: the verdicts, as bits."""
        bits = 0
        for each in self.leaves:
            bits |= each
        return bits


@frozen
class Example:
    """What leads to a verdict: facts, and what each opaque condition has to come to, with the facts
    under it that may be learnt."""

    verdict: int
    facts: Facts
    opaque: Mapping[core.Index, tuple[bool, tuple[str, ...]]]


@define(eq=False)
class Completions:
    """Completes questions on one program. Safe to share between threads."""

    program: core.Readable
    names: Mapping[str, str] = field(factory=dict)
    """Facts by their names in the documents, with those that they have here where these are others."""
    _reading: Reading = field(init=False)
    _lists: tuple[core.Index, ...] = field(init=False)
    """The lists that are written out."""

    def __attrs_post_init__(self) -> None:
        self._reading = Reading(self.program, self.names)
        nodes = enumerate(self.program.body.nodes)
        self._lists = tuple(at for at, node in nodes if node[0] == "list")

    def of(self, values: Values, facts: Facts, targets: Iterable[core.Index]) -> Completed:
        """What may become of ``targets`` and of what they are made of. ``values`` are those of the
        program's nodes under the facts that are known."""
        return Completed(self._reading, self._without_open_lists(values), facts, tuple(targets))

    def _without_open_lists(self, values: Values) -> Values:
        """The values, without those of lists of which an item is not known: it may be learnt."""
        several = [at for at in self._lists if values[at] is not None and None in values[at]]
        if not several:
            return values
        made = [*values]
        for at in several:
            made[at] = None
        return tuple(made)


@define(eq=False)
class Completed:
    """One question, with everything that may be filled in."""

    reading: Reading
    values: Values
    facts: Facts
    targets: tuple[core.Index, ...]
    _atoms: dict[core.Index, Atom] = field(factory=dict)
    _tried: dict[str, list[Any]] = field(factory=dict)
    _levels: dict[str, int] = field(factory=dict)
    _names: list[str] = field(factory=list)
    _diagrams: Diagrams = field(init=False)
    _made: dict[core.Index, Diagram] = field(factory=dict)
    _ends: Ends = field(factory=dict)
    """The weakest and the strongest verdict of a diagram; see ``joined``."""
    _parted: dict[core.Index, list[Diagram]] = field(factory=dict)
    """Tables as the diagrams of which each is the strongest."""
    _spent: bool = False
    cut: bool = False
    """Whether a condition is opaque because there are too many values to try. Fewer conditions that are
    asked about together may need fewer values."""

    def __attrs_post_init__(self) -> None:
        plain: dict[core.Index, bool] = {}
        for at in self._met():
            self._atoms[at] = self.reading.atom(at, self.values, self.facts, plain)
        self._choose_values()
        for atom in self._atoms.values():
            for name in atom.reads:
                if name not in self._levels:
                    self._levels[name] = len(self._names)
                    self._names.append(name)
        self._diagrams = Diagrams(limits.MAX_NEEDS_WORK)

    # --- what is asked ------------------------------------------------------------------------------

    def of(self, at: core.Index) -> Settled:
        """What a condition or a table can come to."""
        if self._nodes[at][0] in _JOINED:
            found = self._joined(at)
            if found is not None:
                return found
        return self._settled((at,), lambda made, several: several[0])

    def truth(self, at: core.Index) -> Truth:
        """The truth of a condition; the facts that it hangs on are not told."""
        if not self._spent:
            try:
                several = self._diagrams.leaves(self._diagram(at))
            except SpentError:
                self._spent = True
            else:
                return next(iter(several)) if len(several) == 1 else None
        return self.of(at).truth

    def possible(self, at: core.Index) -> int:
        """The verdicts that a table can come to, as bits; nothing else is worked out."""
        found = self._of_parts(lambda joined, parts: joined.leaves(parts), at)
        return self.of(at).possible if found is None else sum(found)

    def examples(self, at: core.Index) -> list[Example]:
        """For verdicts that a table can come to, what leads there."""
        found = self._of_parts(lambda joined, parts: joined.examples(parts), at) or {}
        return [self._example(verdict, chosen) for verdict, chosen in found.items()]

    def _example(self, verdict: int, chosen: Mapping[int, int]) -> Example:
        named = ((self._names[level], at) for level, at in chosen.items())
        values = {name: self._tried[name][at] for name, at in named}
        opaque = {
            at: (values[atom.reads[0]], atom.unknown)
            for at, atom in self._atoms.items()
            if atom.is_opaque and atom.reads[0] in values
        }
        plain = {name: value for name, value in values.items() if not _is_opaque(name)}
        return Example(verdict, plain, opaque)

    def all_of(self, several: Sequence[core.Index]) -> Settled:
        """The same of several conditions, all of which have to hold."""
        return self._settled(several, lambda made, each: made.all_of(each))

    def verdicts(self, tables: Sequence[core.Index]) -> Settled:
        """The strongest verdict of several tables."""
        return self._settled(tables, lambda made, each: made.join_of(each))

    def where(self, conditions: Sequence[core.Index], table: core.Index) -> int:
        """The verdicts that a table can come to where all of some conditions hold, as bits."""

        def made_of(made: Diagrams, each: Sequence[Diagram]) -> Diagram:
            *first, last = each
            return made.joint(_pair, made.all_of(first), last)

        bits = 0
        for holds, verdicts in self._settled((*conditions, table), made_of).leaves:
            bits |= verdicts if holds is not False else 0
        return bits

    def within(self, scope: core.Index, table: core.Index) -> Settled:
        """A table where a scope around it counts as well."""
        return self._settled((scope, table), lambda made, each: made.within(*each))

    def compliant(self, table: core.Index, states: Sequence[core.Index]) -> Settled:
        """Whether nothing is forbidden, and no obligation breached."""
        found = self._of_parts(
            lambda joined, parts: joined.leaves(parts), table, states, RANKS[PERMITTED]
        )
        if found is not None:
            return Settled(frozenset(verdict != FORBIDDEN for verdict in found))
        if any(self.values[state] == "breached" for state in states):
            return Settled(frozenset((False,)))

        def made_of(made: Diagrams, each: Sequence[Diagram]) -> Diagram:
            first, *parts = each
            breaches = (_breached(made, *parts[at : at + 3]) for at in range(0, len(parts), 3))
            return made.all_of((made.mapped(_is_allowed, first), *map(made.opposite, breaches)))

        several = [part for state in states for part in self._parts_of_state(state)]
        return self._settled((table, *several), made_of)

    def _parts_of_state(self, state: core.Index) -> Sequence[core.Index]:
        """Of an obligation that is open: whether it is owed, done, and late."""
        return parts(self._nodes[state]) if self._is_open(state) else ()

    def _joined(self, table: core.Index) -> Settled | None:
        """What a table can come to, by its parts; None if that does not tell."""
        found = self._of_parts(lambda joined, parts: joined.settled(parts), table)
        if found is None:
            return None
        names = [self._names[level] for level in found[1]]
        return Settled(found[0], self._asked(names), not any(map(_is_opaque, names)))

    def _of_parts(
        self,
        of: Callable[[Joined, list[Diagram]], _T],
        table: core.Index,
        states: Sequence[core.Index] = (),
        floor: int = 0,
    ) -> _T | None:
        """What is told of the diagrams of which a table is the strongest, and of obligations that are
        breached. None if one may stay open whatever is learnt, or it takes too much work."""
        if self._spent:
            return None
        made = self._diagrams
        try:
            if table not in self._parted:
                self._parted[table] = [*dict.fromkeys(self._parts(table))]
            several = [*self._parted[table]]
            several += [made.mapped(_as_verdict, self._breach(state)) for state in states]
            if all(ends_of(made, self._ends, part)[0] >= 0 for part in several):
                return of(Joined(made, self._ends, floor), several)
        except SpentError:
            self._spent = True
        return None

    def _breach(self, state: core.Index) -> Diagram:
        """Whether an obligation is breached."""
        several = self._parts_of_state(state)
        if not several:
            return self._diagrams.leaf(self.values[state] == "breached")
        return _breached(self._diagrams, *map(self._diagram, several))

    def _parts(self, table: core.Index) -> Iterator[Diagram]:
        """The strongest of these is what a table comes to. A scope that may stay open is the exception:
        then one of them has a leaf of several verdicts."""
        made, node = self._diagrams, self._nodes[table]
        if not self._is_open(table):
            yield made.leaf(self.values[table])
        elif node[0] == "join":
            for inner in node[1]:
                yield from self._parts(inner)
        else:
            _, scope, forbids, permits, default, tables = node
            within = self._diagram(scope)
            for each in self._some_of(forbids):
                yield made.within(within, made.forbidding(self._diagram(each)))
            yield made.within(within, made.permitting(self._diagram(permits), default))
            for inner in tables:
                for part in self._parts(inner):
                    yield made.within(within, part)

    def _some_of(self, condition: core.Index) -> Sequence[core.Index]:
        """The conditions of which one has to hold, without those that do not."""
        node = self._nodes[condition]
        if node[0] == "or" and self._is_open(condition):
            return [each for each in node[1] if self.values[each] is not False]
        return (condition,)

    @property
    def _nodes(self) -> Sequence[core.Node]:
        return self.reading.program.body.nodes

    def _settled(self, several: Sequence[core.Index], of: Any) -> Settled:
        if not self._spent:
            try:
                made = of(self._diagrams, [self._diagram(at) for at in several])
            except SpentError:
                self._spent = True
            else:
                names = [self._names[level] for level in self._diagrams.levels(made)]
                leaves = frozenset(self._diagrams.leaves(made))
                return Settled(leaves, self._asked(names), not any(map(_is_opaque, names)))
        return self._open(several, of)

    def _open(self, several: Sequence[core.Index], of: Any) -> Settled:
        """What Kleene's logic leaves open, with every fact that is under it."""
        made = Diagrams(1_000_000)
        leaves = made.leaves(of(made, [made.leaf(self.values[at]) for at in several]))
        names = {name for at in self._reached(several) for name in self._read(at)}
        return Settled(frozenset(leaves), self._asked(names), False)

    def _asked(self, names: Iterable[str]) -> frozenset[str]:
        """The facts to ask for, where names matter."""
        wanted = set(names)
        return frozenset(
            path
            for atom in self._atoms.values()
            for name in atom.reads
            if name in wanted
            for path in (atom.unknown if atom.is_opaque else (name,))
        )

    def _read(self, at: core.Index) -> tuple[str, ...]:
        return self._atoms[at].reads if at in self._atoms else ()

    # --- what is open -------------------------------------------------------------------------------

    def _is_open(self, at: core.Index) -> bool:
        value = self.values[at]
        return value is None or (self._nodes[at][0] in TABLES and value not in _SETTLED)

    def _reached(
        self, targets: Iterable[core.Index], but: Container[core.Index] = ()
    ) -> list[core.Index]:
        """The open nodes that targets are made of, in the order of the text, parts after wholes. Left
        out are those of ``but``, and what these alone are made of."""
        inner, values = self.reading.inner, self.values
        todo, found = [*reversed([*targets])], dict[core.Index, None]()
        while todo:
            at = todo.pop()
            known = values[at]  # most are
            if known is True or known is False or at in found or at in but:
                continue
            if known is not None and not self._is_open(at):
                continue
            found[at] = None
            todo += inner(at)
        return [*found]

    def _met(self) -> list[core.Index]:
        nodes = self._nodes
        return [at for at in self._reached(self.targets) if nodes[at][0] not in INNER]

    # --- which values are tried ---------------------------------------------------------------------

    def _choose_values(self) -> None:
        """Picks values for each name; what cannot be told apart by values becomes opaque."""
        while opaque := self._try():
            self.cut = True
            for at in opaque:
                self._atoms[at] = self._atoms[at].opaque()

    def _try(self) -> list[core.Index]:
        """Chooses the values. Gives the conditions that have to be opaque."""
        by_name: dict[str, list[core.Index]] = {}
        for at, atom in self._atoms.items():
            for name in atom.reads:
                by_name.setdefault(name, []).append(at)
        groups = _together(self._atoms.values())
        opaque: dict[core.Index, None] = {}
        for name, several in by_name.items():
            if _is_opaque(name):
                atom = self._atoms[several[0]]
                self._tried[name] = [True, False, *([None] if atom.may_stay else [])]
                continue
            known = self.reading.told_apart.get((name, *several))
            if known is not None:
                self._tried[name] = known
                continue
            group = groups.get(name, {name})
            together = [at for each in group for at in by_name[each]]
            key = (name, frozenset(group), frozenset(together))
            known = self.reading.told_apart.get(key)
            if known is not None:
                self._tried[name] = known
                continue
            constants = self._constants(together)
            kind = self.reading.types[name]
            if not stand_for_all(kind, constants, len(group)):
                opaque |= dict.fromkeys(several)
                continue
            values = to_try(kind, constants, len(group))
            alone = len(group) == 1
            if alone and len(values) * len(several) <= limits.MAX_OUTCOMES_TRIED:
                values = self._told_apart(name, several, values)
            if all(self.reading.facts(at) == {*self._atoms[at].reads} for at in together):
                self.reading.keep((name, *several) if alone else key, values)
            self._tried[name] = values
        if not opaque:
            most = min(_TOGETHER, _ALL // max(1, len(self._atoms)))
            for at, atom in self._atoms.items():
                if prod(len(self._tried[name]) for name in atom.reads) > most:
                    opaque[at] = None
        return [*opaque]

    def _constants(self, several: Iterable[core.Index]) -> set[Any]:
        return {value for at in several for value in self.reading.constants(at, self.values)}

    def _told_apart(self, name: str, atoms: Sequence[core.Index], values: list[Any]) -> list[Any]:
        """One value for each way in which the conditions come out."""
        distinct: dict[tuple[Any, ...], Any] = {}
        columns = [self._outcomes(at, (name,), (values,)) for at in atoms]
        for value, *came in zip(values, *columns, strict=True):
            distinct.setdefault(tuple(came), value)
        return [*distinct.values()]

    def _outcomes(
        self, at: core.Index, names: Sequence[str], tried: Sequence[Sequence[Any]]
    ) -> Sequence[Any]:
        """What a condition comes to for each way in which these names have values that are tried."""
        if self._atoms[at].is_opaque:
            return tried[0]
        return self.reading.outcomes(at, self.values, names, tried)

    # --- diagrams -----------------------------------------------------------------------------------

    def _diagram(self, at: core.Index) -> Diagram:
        found = self._made.get(at)
        if found is not None:
            return found
        if at in self._atoms:
            self._made[at] = self._atom_diagram(at)
        else:
            # Parts come before what is made of them. Of a node that is made, all parts are.
            for each in sorted(self._reached((at,), self._made)):
                self._made[each] = self._node(each)
            if at not in self._made:
                self._made[at] = self._diagrams.leaf(self.values[at])
        return self._made[at]

    def _node(self, at: core.Index) -> Diagram:
        if at in self._atoms:
            return self._atom_diagram(at)
        made, known, values = self._diagrams, self._made, self.values

        def of(at: core.Index) -> Diagram:
            found = known.get(at)
            return made.leaf(values[at]) if found is None else found

        match self._nodes[at]:
            case ("and", items):
                return made.all_of(map(of, items))
            case ("or", items):
                return made.any_of(map(of, items))
            case ("not", item):
                return made.opposite(of(item))
            case ("table", scope, forbids, permits, default, tables):
                return made.table(of(scope), of(forbids), of(permits), default, map(of, tables))
            case ("join", tables):
                return made.join_of(map(of, tables))
            case ("state", owed, done, late):
                both = made.joint(_pair, of(owed), of(done))
                return made.joint(_state, both, of(late))
        raise AssertionError(at)

    def _atom_diagram(self, at: core.Index) -> Diagram:
        atom, made = self._atoms[at], self._diagrams
        names = sorted(atom.reads, key=self._levels.__getitem__)
        if not names:  # nothing that can be learnt settles it
            return made.leaf(None)
        tried = [self._tried[name] for name in names]
        outcomes = [*map(made.leaf, self._outcomes(at, names, tried))]
        for name in reversed(names):
            size = len(self._tried[name])
            outcomes = [
                made.node(self._levels[name], tuple(outcomes[start : start + size]))
                for start in range(0, len(outcomes), size)
            ]
        return outcomes[0]


def _is_opaque(name: str) -> bool:
    return name.startswith(OPAQUE)


def _together(atoms: Iterable[Atom]) -> dict[str, set[str]]:
    """The names that a name is compared with, by conditions that read several, with itself."""
    group: dict[str, set[str]] = {}
    for atom in atoms:
        if len(atom.reads) > 1:
            whole = set(atom.reads).union(*(group.get(name, ()) for name in atom.reads))
            group |= dict.fromkeys(whole, whole)
    return group


def _pair(one: Any, other: Any) -> tuple[Any, Any]:
    return one, other


def _state(both: tuple[Any, Any], late: Any) -> str:
    return deadlines.state(*both, late)


def _breached(made: Diagrams, owed: Diagram, done: Diagram, late: Diagram) -> Diagram:
    """Whether an obligation is owed, not done, and late: though one of these stays unknown, another may
    rule it out."""
    return made.all_of((owed, made.opposite(done), late))


def _as_verdict(breached: Truth) -> int | None:
    """An obligation as a part of a table: a breach is as a prohibition."""
    if breached is None:
        return None
    return FORBIDDEN if breached else NOT_APPLICABLE


def _is_allowed(verdicts: int) -> Truth:
    if not verdicts & FORBIDDEN:
        return True
    return False if verdicts == FORBIDDEN else None
