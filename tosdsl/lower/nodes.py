"""Programs of the core as formulas of every node: norms, exceptions, and the sections' tables.

An analysis asks of an exception whether it can ever have force. All formulas are parts of one space, so
what two documents have in common is one number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from tosdsl.lower.parts import Parts
from tosdsl.trees import core
from tosdsl.trees import norms as n


@frozen
class Node:
    """A norm or an exception: parts of the space. ``when`` is the part TRUE where nothing is said.

    ``scope`` is that of its sections and its document (for an exception, of its norm); ``force`` does
    not include it. ``binds``: it came in, and not only a clause beside it. ``nodes`` has those of
    the core.
    """

    id: str
    key: n.NormKey
    kind: str
    """``forbid``, ``permit``, ``require`` or ``except``."""
    written: n.Norm | n.ExceptionNode
    nodes: core.NormNodes | core.ExceptionNodes
    scope: int
    when: int
    provisos: tuple[int, ...]
    force: int
    exceptions: tuple[Node, ...] = ()
    above: tuple[tuple[n.NormKey, int], ...] = ()
    """What prevails over a norm, each with its force in scope."""
    binds: bool = True
    must: int | None = None

    def walk(self) -> Iterator[Node]:
        yield self
        for each in self.exceptions:
            yield from each.walk()


@frozen
class Table:
    """A section: its own scope, and the keys of the norms that count in it."""

    document: int
    section: n.Section
    scope: int
    stance: str | None
    forbids: tuple[n.NormKey, ...]
    permits: tuple[n.NormKey, ...]
    tables: tuple[Table, ...] = ()

    def walk(self) -> Iterator[Table]:
        yield self
        for each in self.tables:
            yield from each.walk()


@frozen
class Nodes:
    """One program, as parts."""

    linked: n.Linked
    norms: Mapping[n.NormKey, Node]
    tables: tuple[Table, ...]


def keep(program: core.Program, parts: Parts) -> Nodes:
    """Every norm and exception of a program, and its tables."""
    linked = program.linked
    tables = tuple(
        _table(parts, document.policy.root, nodes)
        for document, nodes in zip(linked.documents, program.tables, strict=True)
    )
    bound = {key for table in tables for each in table.walk() for key in (*each.forbids, *each.permits)}
    norms = {key: _norm(program, parts, key, norm, key in bound) for key, norm in linked.norms()}
    return Nodes(linked, norms, tables)


def _norm(program: core.Program, parts: Parts, key: n.NormKey, norm: n.Norm, binds: bool) -> Node:
    document, nodes = program.linked.documents[key[0]], program.norms[key]
    scope = parts.of(nodes.scope)
    when = parts.of(nodes.when)
    provisos = tuple(map(parts.of, nodes.provisos))
    above = tuple((other, parts.of(node)) for other, node in nodes.above)
    return Node(
        document.qualified(norm.id),
        key,
        norm.modality,
        norm,
        nodes,
        scope,
        when,
        provisos,
        parts.of(nodes.force),
        tuple(_exceptions(document, parts, key, norm, nodes, scope)),
        above,
        binds or (norm.modality == "require" and document.part in {None, norm.id}),
        None if norm.must is None else parts.of(program.duties[key].done),
    )


def _exceptions(
    document: n.Document,
    parts: Parts,
    key: n.NormKey,
    around: n.Norm | n.ExceptionNode,
    nodes: core.NormNodes | core.ExceptionNodes,
    scope: int,
) -> Iterator[Node]:
    for each, its in zip(around.exceptions, nodes.exceptions, strict=True):
        yield Node(
            document.qualified(each.id),
            key,
            "except",
            each,
            its,
            scope,
            parts.of(its.when),
            tuple(map(parts.of, its.provisos)),
            parts.of(its.force),
            tuple(_exceptions(document, parts, key, each, its, scope)),
        )


def _table(parts: Parts, section: n.Section, nodes: core.SectionNodes) -> Table:
    return Table(
        nodes.document,
        section,
        parts.of(nodes.scope),
        nodes.stance,
        nodes.forbidding,
        nodes.permitting,
        tuple(
            _table(parts, inner, its)
            for inner, its in zip(section.sections, nodes.sections, strict=True)
        ),
    )
