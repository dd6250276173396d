"""The states of obligations as conditions: ``report is breached``.

Each one that a policy reads is a definition of the policy, which nobody wrote. So whatever knows
definitions knows it: the facts that it reads, the order in which it is worked out, its circles.

With owed for the force of the obligation in the scopes around it: it is triggered if owed, fulfilled
if owed and done, pending if owed and neither done nor late, breached if owed, not done and late.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter

from attrs import define, evolve, field

from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.walk import named, parts

STATES = ("triggered", "fulfilled", "pending", "breached")
"""The states, by the words behind `is`."""

_TRUTH = v.Boolean()


def state_name(duty: str, state: str) -> str:
    """What the state of an obligation is called as a definition. No name that is written is alike."""
    return f"{duty} is {state}"


def read_states(policy: n.Policy) -> frozenset[str]:
    """The states that a policy reads, as definitions are called: not what they hang on."""
    hidden = (each.name for each in policy.definitions if each.duty is not None)
    return frozenset(name for name in hidden if name.partition(" is ")[2] in STATES)


def with_states(policy: n.Policy, read: Collection[str]) -> n.Policy:
    """The policy with the states that are read, among its definitions. Raises CycleError where one
    hangs on itself."""
    if not read and all(each.duty is None for each in policy.definitions):
        return policy
    return evolve(policy, definitions=ordered((*policy.written, *states_of(policy, read))))


def states_of(policy: n.Policy, read: Collection[str]) -> tuple[n.Definition, ...]:
    """The states that are read, and of each obligation among them whether it is owed."""
    return tuple(_Duties(policy).definitions(read))


def renewed(policy: n.Policy) -> n.Policy:
    """A policy of which clauses were changed: the states that it reads are those of the new ones.

    Where one would hang on itself, it stays as it was.
    """
    read = read_states(policy)
    if not read:
        return policy
    with suppress(CycleError):
        return with_states(policy, read | _read_anew(policy))
    return policy


def _read_anew(policy: n.Policy) -> frozenset[str]:
    """The states that conditions read."""
    duties = {norm.id for norm in policy.root.all_norms() if norm.modality == "require"}
    names = {state_name(duty, state) for duty in duties for state in STATES}
    return frozenset(names & named(policy))


def uses(definitions: Iterable[n.Definition]) -> dict[str, dict[str, None]]:
    """By name, the definitions that each uses."""
    by_name = {each.name: each for each in definitions}
    return {
        name: {
            part.name: None
            for part in parts(each.body)
            if isinstance(part, ex.DefinitionRef | ex.Call) and part.name in by_name
        }
        for name, each in by_name.items()
    }


def ordered(definitions: Iterable[n.Definition]) -> tuple[n.Definition, ...]:
    """Each behind those that it uses. Raises CycleError."""
    by_name = {each.name: each for each in definitions}
    return tuple(by_name[name] for name in TopologicalSorter(uses(by_name.values())).static_order())


@define
class _Duties:
    """Makes the definitions of the states of one policy's obligations."""

    policy: n.Policy
    _norms: dict[str, tuple[n.Norm, tuple[ex.Expr, ...]]] = field(init=False)
    """By id, each clause with the scopes around it."""
    _inside: dict[str, tuple[str, ...]] = field(factory=dict)
    """By id of a section, the clauses in it."""
    _above: dict[str, dict[str, None]] = field(factory=dict)
    """By id, the clauses of the document that prevail over one."""

    def __attrs_post_init__(self) -> None:
        self._norms = {norm.id: (norm, scopes) for norm, scopes in self._walk(self.policy.root, ())}
        for each in self.policy.precedences:
            for other in self._targets(each):
                winner, loser = (each.norm, other) if each.wins else (other, each.norm)
                self._above.setdefault(loser, {})[winner] = None

    def _walk(
        self, section: n.Section, around: tuple[ex.Expr, ...]
    ) -> Iterator[tuple[n.Norm, tuple[ex.Expr, ...]]]:
        scopes = around if section.scope is None else (*around, section.scope)
        self._inside[section.id] = tuple(norm.id for norm in section.all_norms())
        yield from ((norm, scopes) for norm in section.norms)
        for inner in section.sections:
            yield from self._walk(inner, scopes)

    # --- who prevails -------------------------------------------------------------------------------

    def _named(self, target: n.Target) -> tuple[str, ...]:
        """The clauses of the document that a clause names: one, or those of a section."""
        if target.clause is None or target.policy not in {None, self.policy.id}:
            return ()
        return self._inside.get(target.clause, (target.clause,))

    def _targets(self, item: n.Precedence) -> Iterator[str]:
        """The clauses of the document that one is ordered against, as in ``Linked.above``."""
        if item.norm not in self._norms:
            return
        several: Iterable[str] = self._named(item.target)
        if item.target.clause is None and item.target.policy is None:
            others = (each for each in self.policy.precedences if each.norm == item.norm)
            named = {each for other in others for each in self._named(other.target)}
            several = (each for each in self._norms if each not in named)
        own = self._norms[item.norm][0].modality
        for name in several:
            if name not in self._norms:
                continue
            other = self._norms[name][0].modality
            # A permission lifts the obligations that are named, and none that merely stand in its way.
            permission, duty = (own, other) if item.wins else (other, own)
            lifts = (permission, duty) == ("permit", "require")
            lifts = lifts and (not item.wins or name == item.target.clause)
            if lifts or {own, other} == n.RIVALS:
                yield name

    # --- definitions --------------------------------------------------------------------------------

    def definitions(self, read: Collection[str]) -> Iterator[n.Definition]:
        """The states that are read; of each obligation among them, whether it is owed, and what that
        hangs on of the clauses that prevail over it."""
        duties = dict.fromkeys(name.split(" is ")[0] for name in sorted(read))
        for duty in duties:
            norm, _ = self._norms[duty]
            for state in STATES:
                name = state_name(duty, state)
                if state == "triggered" or name in read:
                    yield self._definition(name, self._state(norm, state), norm)
        todo, seen = [*duties], set(duties)
        while todo:
            for name in self._above.get(todo.pop(), ()):
                if name not in seen:
                    seen.add(name)
                    todo.append(name)
                    norm, _ = self._norms[name]
                    yield self._definition(_in_force(name), self._force(norm), norm)

    def _definition(self, name: str, body: ex.Expr, norm: n.Norm) -> n.Definition:
        return n.Definition(name, body, _TRUTH, span=norm.span, duty=norm.id)

    def _state(self, norm: n.Norm, state: str) -> ex.Expr:
        if state == "triggered":
            return self._force(norm)
        owed = ex.DefinitionRef(state_name(norm.id, "triggered"), _TRUTH, span=norm.span)
        done = _literal(True) if norm.must is None else norm.must
        if state == "fulfilled":
            return _every((owed, done))
        if norm.deadline is None:  # what is not so now is too late
            return _literal(False) if state == "pending" else _every((owed, ex.Not(done)))
        past = _late(norm.deadline)
        return _every((owed, ex.Not(done), past if state == "breached" else ex.Not(past)))

    def _force(self, norm: n.Norm) -> ex.Expr:
        """Whether a clause has force in its scopes."""
        when = () if norm.when is None else (norm.when,)
        above = (ex.DefinitionRef(_in_force(each), _TRUTH) for each in self._above.get(norm.id, ()))
        against = (*map(_exception, norm.exceptions), *above)
        force = _every((*when, *norm.provisos, *_none(against)))
        return _every((*self._norms[norm.id][1], ex.Shown(force) if norm.shown else force))


def _in_force(clause: str) -> str:
    return f"{clause} is in force"


def _exception(node: n.ExceptionNode) -> ex.Expr:
    """Whether an exception has force."""
    nested = [*map(_exception, node.exceptions)]
    force = _every((node.when, *node.provisos, *_none(nested)))
    return ex.Shown(force) if node.shown else force


def _late(item: n.Deadline) -> ex.Expr:
    """Whether a deadline is missed: the use is past it; of `promptly` a person says so, and of what
    recurs the first period is over."""
    late = _past(item)
    if item.missed is not None:  # it tells where no day of the use is said
        day = ex.DayOfUse()
        said = ex.Shown(ex.Compare("is", day, day))
        late = ex.Or((late, ex.And((ex.Not(said), item.missed))))
    besides = [each for each in (item.judged, item.first_over) if each is not None]
    return ex.And((late, *besides)) if besides else late


def _past(item: n.Deadline) -> ex.Expr:
    """Whether the use is past a deadline."""
    kind = getattr(item.moment, "type", None)
    if kind is not None and isinstance(v.bare(kind), v.Instant):
        return ex.Late(item.kind, item.moment, item.zone)
    today = ex.DayOfUse(zone=item.zone)
    return ex.Compare(">=" if item.kind == "before" else ">", today, item.moment)


def _literal(value: bool) -> ex.Expr:
    return ex.Literal(value, _TRUTH)


def _every(several: Sequence[ex.Expr]) -> ex.Expr:
    if not several:
        return _literal(True)
    return several[0] if len(several) == 1 else ex.And(tuple(several))


def _none(several: Sequence[ex.Expr]) -> tuple[ex.Expr, ...]:
    """That none of them holds."""
    if not several:
        return ()
    return (ex.Not(several[0] if len(several) == 1 else ex.Or(tuple(several))),)
