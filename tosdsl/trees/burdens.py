"""Burdens: what has to be shown by whoever relies on it, and the same provisions without that."""

from __future__ import annotations

from typing import TypeVar

from attrs import evolve

from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees.states import renewed

_Node = TypeVar("_Node", n.Norm, n.ExceptionNode)


def has_burdens(policy: n.Policy) -> bool:
    """Whether something in a policy has to be shown."""
    return any(map(is_burdened, policy.root.all_norms()))


def unburdened(linked: n.Linked) -> n.Linked:
    """The documents without any burden; the same ones if they have none."""
    if not any(has_burdens(document.policy) for document in linked.documents):
        return linked
    made = (evolve(each, policy=_without(each.policy)) for each in linked.documents)
    return evolve(linked, documents=tuple(made))


def is_burdened(node: n.Norm | n.ExceptionNode) -> bool:
    """Whether it, a proviso of it or an exception in it has to be shown."""
    shown = node.shown or any(isinstance(each, ex.Shown) for each in node.provisos)
    return shown or any(map(is_burdened, node.exceptions))


def _without(policy: n.Policy) -> n.Policy:
    return renewed(evolve(policy, root=_section(policy.root))) if has_burdens(policy) else policy


def _section(section: n.Section) -> n.Section:
    norms = tuple(map(_provision, section.norms))
    return evolve(section, norms=norms, sections=tuple(map(_section, section.sections)))


def _provision(node: _Node) -> _Node:
    provisos = tuple(each.item if isinstance(each, ex.Shown) else each for each in node.provisos)
    exceptions = tuple(map(_provision, node.exceptions))
    return evolve(node, shown=False, provisos=provisos, exceptions=exceptions)
