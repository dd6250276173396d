"""Decisions that are kept by what a use comes to: uses with one signature share a decision.

    values of a program's nodes, the use -> signature -> Decision

A decision tells the truth of conditions, and not the values that they compare. So a number that a use
gives counts in two places only: where a condition that reads it is open, and what is asked depends on
the number; and where the decision quotes it, as it does with what is judged.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from operator import itemgetter
from threading import Lock
from typing import Any

from attrs import define, field

from tosdsl.decision.model import Decision, Rest, decided, settled
from tosdsl.trees import core, items
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Use
from tosdsl.trees.wording import value_words

Values = tuple[Any, ...]
Picking = Callable[[Values], tuple[Any, ...]]

MOST = 2_000
"""Decisions that are kept of one program: some 2 kB each. The oldest gives way."""

_MADE_OF_OTHERS = frozenset(
    {"literal", "fact", "as of", "moment of use", "and", "or", "not", "shown", "state", "table", "join"}
)
"""Nodes that say nothing by themselves: facts, logic, and what stands on it."""


_SINGLE = (v.Boolean, v.Enum, v.Party, v.Text, v.Integer, v.Number, v.Date, v.Money, v.Duration)
"""Types of single values, which are known or not, as a whole."""

_OF_DAYS = {core.DAY: v.DAY_OF_USE, core.MOMENT: v.MOMENT_OF_USE}


@define(eq=False)
class _Condition:
    """A condition that is no logic over others, and everything that it reads: values of nodes, and
    facts of which there is no node."""

    node: core.Index
    values: Picking
    paths: tuple[str, ...]
    fact: core.Index | None
    """The one fact that it reads, if it compares one with what is written. It is open where that is
    unknown, and then there is nothing more to tell; or where a part of it is."""
    single: bool
    """Whether that fact has no parts."""


@define(eq=False)
class Signatures:
    """The decisions that are kept of one program. Safe to share between threads."""

    program: core.Program
    _truths: Picking = field(init=False)
    """Truths, states, tables and last days of deadlines: what a decision tells."""
    _conditions: tuple[_Condition, ...] = field(init=False)
    _judged: tuple[str, ...] = field(init=False)
    """Facts that are judged."""
    _judged_inside: tuple[str, ...] = field(init=False)
    """Lists of which the items have fields that are judged."""
    _kept: dict[Hashable, dict[str, Any]] = field(factory=dict)
    _lock: Lock = field(factory=Lock)

    def __attrs_post_init__(self) -> None:
        body, vocabulary = self.program.body, self.program.linked.vocabulary
        own = (at for at in range(len(body.nodes)) if not body.free[at])
        told = [at for at in own if _is_told(body, at)]
        self._truths = _picking(told)
        conditions = (at for at in told if body.nodes[at][0] not in _MADE_OF_OTHERS)
        made = map(self._condition, conditions)
        self._conditions = tuple(each for each in made if not each.single)
        leaves, fields = [*vocabulary.inputs()], items.judged(vocabulary)
        self._judged = tuple(leaf.path for leaf in leaves if leaf.judged)
        self._judged_inside = tuple(
            leaf.path for leaf in leaves if any(items.in_fact(leaf.path, each) for each in fields)
        )

    def _compared(self, at: core.Index) -> core.Index | None:
        """The node of the fact that a condition compares with what is written, if it does that."""
        nodes = self.program.body.nodes
        match nodes[at]:
            case ("compare", _, left, right, _):
                sides: dict[str, core.Index] = {nodes[side][0]: side for side in (left, right)}
                return sides["fact"] if sides.keys() == {"fact", "literal"} else None
        return None

    def _condition(self, at: core.Index) -> _Condition:
        body, read, paths = self.program.body, set[core.Index](), set[str]()
        for where, inner, node in core.met(body, self.program.functions, at):
            if where == core.OWN:
                if not body.free[inner]:
                    read.add(inner)
            elif node[0] == "fact":
                paths.add(node[1])
            elif node in _OF_DAYS:
                paths.add(_OF_DAYS[node])
        fact = self._compared(at)
        single = fact is not None and isinstance(body.types[fact], _SINGLE)
        return _Condition(at, _picking(sorted(read)), tuple(sorted(paths)), fact, single)

    def of(self, values: Values, use: Use) -> Hashable | None:
        """The signature of a use; None where no decision is kept of such a one: it has evidence,
        several readings or something odd."""
        if use.warnings or use.assertions or use.readings:
            return None
        facts, more = use.facts, list[Any]()
        for path in self._judged_inside:
            if path in facts:
                return None
        open_ = [
            each
            for each in self._conditions
            if values[each.node] is None and (each.fact is None or values[each.fact] is not None)
        ]
        if open_:
            readable = use.readable
            for condition in open_:
                more += condition.values(values)
                more += map(readable.get, condition.paths)
        for path in self._judged:
            if (said := facts.get(path)) is not None:
                more += path, said if said is True or said is False else value_words(said)
        return use.standard, self._truths(values), tuple(more)

    def get(self, signature: Hashable, use: Use, rest: Rest) -> Decision | None:
        """The decision that is kept under a signature, with the days of this use. ``rest`` makes of
        what is kept and of the use what is missing there, when it is asked for."""
        try:
            fields = self._kept.get(signature)
        except TypeError:  # a list of records, which has no hash
            return None
        if fields is None:
            return None
        return decided({**fields, "as_of": use.as_of, "known_at": use.known_at}, rest, (fields, use))

    def keep(self, signature: Hashable, made: Decision) -> None:
        """Keeps a decision under its signature, as far as it is worked out. Its explanation tells the
        values and is not kept."""
        fields = settled(made)
        with self._lock, suppress(TypeError):  # a list of records, which has no hash
            self._kept[signature] = fields
            if len(self._kept) > MOST:
                del self._kept[next(iter(self._kept))]


def _is_told(body: core.Block, at: core.Index) -> bool:
    """Whether a decision tells a node: a truth, a state, a table, the end of a deadline."""
    kind = body.types[at]
    return kind is None or isinstance(kind, v.Boolean) or body.nodes[at][0] == "due"


def _picking(several: Sequence[core.Index]) -> Picking:
    """What gives the values of some nodes, as a tuple."""
    if len(several) > 1:
        return itemgetter(*several)
    return lambda values: tuple([values[at] for at in several])
