"""States of obligations in the conditions of policies that were drawn: ``n3 is breached``.

A reading that closes a circle is left out again, and so is one of a state that hangs on another
document: which those are, elaboration says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from attrs import evolve
from hypothesis import strategies as st

from tests.generators.drawing import one_of
from tosdsl.diagnostics.model import Diagnostic
from tosdsl.elaborate.policy import elaborate_policy, vocabulary_with_definitions
from tosdsl.elaborate.vocabulary import elaborate_vocabulary
from tosdsl.trees import surface as s
from tosdsl.trees.states import STATES

_TIMES = (0, 0, 1, 1, 2, 3)
"""How often a policy with obligations reads the state of one."""


def reading_states(
    draw: st.DrawFn, vocabulary: s.Vocabulary, policies: Sequence[s.Policy]
) -> list[s.Policy]:
    """The policies, some with conditions that read the states of their own obligations."""
    return [_reading(draw, vocabulary, each, len(policies) == 1) for each in policies]


def _reading(draw: st.DrawFn, vocabulary: s.Vocabulary, policy: s.Policy, alone: bool) -> s.Policy:
    # What lifts an obligation may give way to a clause of another document.
    norms = [each for each in _clauses(policy.items) if each.modality == "require"]
    duties = [each.name.text for each in norms if alone or not each.subject_to]
    if not duties:
        return policy
    whole = elaborate_vocabulary(vocabulary, (), frozenset(), [])
    whole = vocabulary_with_definitions(vocabulary, whole, frozenset(), [])
    for number in range(one_of(draw, _TIMES)):
        made = _with_one(draw, policy, one_of(draw, duties), number)
        problems: list[Diagnostic] = []
        elaborate_policy(made, whole, frozenset(), problems)
        if all(each.code != "TOS3063" for each in problems):
            policy = made
    return policy


def _clauses(items: Sequence[s.PolicyItem]) -> Iterator[s.Norm]:
    for item in items:
        if isinstance(item, s.Norm):
            yield item
        elif isinstance(item, s.Section):
            yield from _clauses(item.items)


def _with_one(draw: st.DrawFn, policy: s.Policy, duty: str, number: int) -> s.Policy:
    """The policy with one more condition that reads a state, or a definition that does."""
    state: s.Expr = s.Compare(
        one_of(draw, ("is", "is", "is not")),
        s.Name(duty),
        s.Name(one_of(draw, (*STATES, "breached", "breached"))),
    )
    if one_of(draw, (False, False, True)):
        define = s.Define(s.Name(f"state{number}"), state)
        policy = evolve(policy, items=(*policy.items, define))
        state = s.Name(define.name.text)

    def joined(written: s.Expr | None) -> s.Expr:
        if written is None or isinstance(written, s.Block | s.Quantified):
            return state
        how: Any = one_of(draw, (s.And, s.Or))
        single = s.Not(written) if isinstance(written, s.And | s.Or | s.Conditional) else written
        made: s.Expr = how((single, state))
        return made

    places = [at for at, item in enumerate(policy.items) if _place(item)]
    if not places:
        return policy
    at = one_of(draw, places)
    items = [*policy.items]
    items[at] = _changed(draw, items[at], joined)
    return evolve(policy, items=tuple(items))


def _place(item: Any) -> bool:
    return isinstance(item, s.Norm | s.Section | s.Incorporate | s.Standalone)


def _changed(draw: st.DrawFn, item: Any, joined: Callable[[s.Expr | None], s.Expr]) -> Any:
    """The item with a condition in it changed."""
    match item:
        case s.Section(items=items, scope=scope):
            inner = [at for at, each in enumerate(items) if _place(each)]
            at = one_of(draw, [None, *inner, *inner])
            if at is None:
                return evolve(item, scope=joined(scope))
            made = (*items[:at], _changed(draw, items[at], joined), *items[at + 1 :])
            return evolve(item, items=made)
        case s.Standalone(node=node):
            return evolve(item, node=_changed(draw, node, joined))
        case (
            s.Norm(provisos=provisos, exceptions=exceptions)
            | s.ExceptionNode(provisos=provisos, exceptions=exceptions)
        ):
            own = [at for at, each in enumerate(exceptions) if isinstance(each, s.ExceptionNode)]
            where: Any = one_of(draw, ["when", "when", "provided", *own])
            if where == "provided":
                return evolve(item, provisos=(*provisos, joined(None)))
            if where != "when":
                inner = _changed(draw, exceptions[where], joined)
                return evolve(item, exceptions=(*exceptions[:where], inner, *exceptions[where + 1 :]))
    return evolve(item, when=joined(item.when))
