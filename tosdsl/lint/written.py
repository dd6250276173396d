"""Every condition and value that a policy writes, with what it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import frozen

from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n


@frozen
class Written:
    """``subject`` is a clause, an exception, a section or a definition, by its id; ``kind`` is one of
    ``when proviso scope must deadline late definition route incorporation``."""

    subject: str
    kind: str
    expr: ex.Expr


def expressions(policy: n.Policy) -> Iterator[Written]:
    """Those of definitions, then those of provisions. Of a definition's exceptions each by itself."""
    for each in policy.written:
        yield Written(each.name, "definition", each.body if each.core is None else each.core)
        yield from _excepted(each.exceptions)
    for route in policy.routes:
        yield Written(route.policy, "route", route.when)
    for item in policy.incorporations:
        if item.when is not None:
            yield Written(item.policy, "incorporation", item.when)
    for section in policy.root.walk():
        own = section.scope if section.id else policy.scope
        if own is not None:
            yield Written(section.id, "scope", own)
        for norm in section.norms:
            yield from _of_norm(norm)


def _of_norm(norm: n.Norm) -> Iterator[Written]:
    if norm.when is not None:
        yield Written(norm.id, "when", norm.when)
    yield from (Written(norm.id, "proviso", each) for each in norm.provisos)
    if norm.must is not None:
        yield Written(norm.id, "must", norm.must)
    if norm.deadline is not None:
        yield Written(norm.id, "deadline", norm.deadline.moment)
        if norm.deadline.judged is not None:
            yield Written(norm.id, "late", norm.deadline.judged)
    yield from _excepted(norm.exceptions)


def _excepted(nodes: Iterable[n.ExceptionNode]) -> Iterator[Written]:
    for node in nodes:
        yield Written(node.id, "when", node.when)
        yield from (Written(node.id, "proviso", each) for each in node.provisos)
        yield from _excepted(node.exceptions)
