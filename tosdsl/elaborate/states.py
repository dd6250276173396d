"""The states of obligations in conditions, ``report is breached``: told from comparisons, and typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from graphlib import CycleError
from typing import TYPE_CHECKING

from attrs import define, evolve, field

from tosdsl.base import limits
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.elaborate.circles import circles
from tosdsl.elaborate.types import BOOLEAN
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v
from tosdsl.trees.states import STATES, ordered, state_name, states_of, uses
from tosdsl.trees.walk import parts

if TYPE_CHECKING:
    from tosdsl.elaborate.expressions import Typer

OBLIGATION = n.NOUNS["require"]


@define
class States:
    """Which states are read, and what the ids of the document name."""

    policy: str = ""
    kinds: Mapping[str, str] = field(factory=dict)
    read: set[str] = field(factory=set)
    """The states that are read, as definitions are called."""
    asked: dict[str, str | None] = field(factory=dict)
    """Of what is being made, the ids that were looked up, and what they name."""
    _kept: dict[object, tuple[set[str], dict[str, str | None]]] = field(factory=dict)

    def kind(self, name: str) -> str | None:
        """What an id names."""
        self.asked[name] = self.kinds.get(name)
        return self.asked[name]

    def obligations(self) -> list[str]:
        return [name for name, kind in self.kinds.items() if kind == OBLIGATION]

    @contextmanager
    def noting(self, key: object) -> Iterator[None]:
        """Keep what is read and asked meanwhile, for what is made once and used again."""
        outer, self.read, self.asked = (self.read, self.asked), set(), {}
        try:
            yield
        finally:
            self._kept[key] = self.read, self.asked
            self.read, self.asked = outer
            self.again(key)

    def again(self, key: object) -> None:
        """Note what was read and asked when this was made."""
        read, asked = self._kept.get(key, (set(), {}))
        self.read |= read
        self.asked |= asked

    def since(self, key: object) -> tuple[frozenset[str], Mapping[str, str | None]]:
        """What was read and asked while this was made."""
        read, asked = self._kept[key]
        return frozenset(read), asked


def speaks_of_state(typer: Typer, expr: s.Compare) -> bool:
    """Whether a comparison is no comparison, but says in which state an obligation is, or means to.

    A fact, a definition or an item at hand is compared as ever, unless an obligation has its name.
    """
    if expr.op not in {"is", "is not"} or not isinstance(expr.left, s.Name):
        return False
    name, right = expr.left.text, expr.right
    kind = typer.states.kind(name)
    if name.split(".")[0] in typer.variables or not isinstance(right, s.Name):
        return False
    if typer.speaks(expr.left) or name in typer.parties:
        return kind == OBLIGATION and right.text in STATES
    if kind == OBLIGATION:
        return True
    if right.text not in STATES or name in typer.lost:
        return False
    enums = (each for each in typer.vocabulary.types if isinstance(each, v.Enum))
    may_be_meant = typer.states.obligations() and not any(right.text in each.members for each in enums)
    return kind is not None or bool(may_be_meant)


def state(typer: Typer, expr: s.Compare) -> ex.Expr | None:
    """The state of an obligation as a condition."""
    left, right = expr.left, expr.right
    assert isinstance(left, s.Name)
    assert isinstance(right, s.Name)
    name, kind = left.text, typer.states.kind(left.text)
    several = typer.states.obligations()
    if kind is None:
        words = {"kind": "clause", "name": name, "policy": typer.states.policy}
        typer.report("TOS3001", left.span, (name, several), **words)
        return None
    if kind != OBLIGATION:
        words = {"name": name, "actual": f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"}
        typer.report("TOS3060", left.span, None, **words)
        return None
    if typer.speaks(left) or name in typer.parties:
        what = typer.taken(name) or "a party"
        typer.report("TOS3062", left.span, None, name=name, what=what)
        return None
    if right.text not in STATES:
        if right.text not in typer.lost:
            near = (right.text, STATES)
            typer.report("TOS3061", right.span, near, name=name, found=right.text)
        return None
    called = state_name(name, right.text)
    typer.states.read.add(called)
    made = ex.DefinitionRef(called, BOOLEAN, span=expr.span)
    return ex.Not(made, span=expr.span) if expr.op == "is not" else made


def with_read(policy: n.Policy, typer: Typer, problems: list[Diagnostic]) -> n.Policy:
    """The policy with the states that are read among its definitions."""
    norms = {norm.id: norm for norm in policy.root.all_norms()} if typer.states.read else {}
    read = {each for each in typer.states.read if _duty(each) in norms}
    if not typer.states.read:
        return policy
    states = states_of(policy, read)
    try:
        made = evolve(policy, definitions=ordered((*policy.definitions, *states)))
    except CycleError:
        for cycle in _circles((*policy.definitions, *states)):
            name = _duty(next(each for each in cycle if each in read))
            words = {"name": name, "cycle": " → ".join(_told(cycle, read))}
            problems.append(mistake("TOS3063", norms[name].span, None, **words))
        return _without(policy, states)
    deep = _too_deep(made)
    if deep is None:
        return made
    problems.append(mistake("TOS5011", deep.span, limit=limits.MAX_DEFINITIONS_DEEP))
    return _without(policy, states)


def _without(policy: n.Policy, states: tuple[n.Definition, ...]) -> n.Policy:
    """A policy with a mistake: nothing is asked of it, but whoever looks at it finds each name."""
    no = ex.Literal(False, BOOLEAN)
    return evolve(
        policy, definitions=(*(evolve(each, body=no) for each in states), *policy.definitions)
    )


def _duty(state: str) -> str:
    return state.split(" ")[0]


def _circles(definitions: tuple[n.Definition, ...]) -> Iterator[list[str]]:
    left = uses(definitions)
    while free := [name for name, used in left.items() if not used.keys() & left.keys()]:
        for name in free:
            del left[name]
    yield from circles(left)


def _told(cycle: list[str], read: set[str]) -> list[str]:
    """A circle of names. That an obligation is owed stands behind each state, and tells nothing."""
    told = [each for each in cycle[:-1] if each in read or not each.endswith(" is triggered")]
    first = next(at for at, each in enumerate(told) if each in read)
    return [*told[first:], *told[: first + 1]]


def _too_deep(policy: n.Policy) -> n.Definition | None:
    """The first definition that leans on too many others, one after the other."""
    depth: dict[str, int] = {}
    for each in policy.definitions:
        refs = (part for part in parts(each.body) if isinstance(part, ex.DefinitionRef | ex.Call))
        depth[each.name] = 1 + max((depth.get(part.name, 0) for part in refs), default=0)
        if depth[each.name] > limits.MAX_DEFINITIONS_DEEP:
            return each
    return None
