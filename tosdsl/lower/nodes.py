"""Documents to the formulas of every node: norms, exceptions, definitions, and the sections' tables.

What ``rules`` compiles away is kept here: an analysis asks of an exception whether it can ever have
force. All formulas are parts of one space, so what two documents have in common is one number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import field, frozen

from tosdsl.lower.rules import Lowering
from tosdsl.lower.wide import WideConditions
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v


@frozen
class Node:
    """A norm or an exception: parts of the space. ``when`` is the part TRUE where nothing is said.

    ``scope`` is that of its sections and its document (for an exception, of its norm); ``force`` does
    not include it. ``binds``: it came in, and not only a clause beside it.
    """

    id: str
    key: n.NormKey
    kind: str
    """``forbid``, ``permit``, ``require`` or ``except``."""
    written: n.Norm | n.ExceptionNode
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
    default: str | None
    forbids: tuple[n.NormKey, ...]
    permits: tuple[n.NormKey, ...]
    tables: tuple[Table, ...] = ()

    def walk(self) -> Iterator[Table]:
        yield self
        for each in self.tables:
            yield from each.walk()


@frozen
class Nodes:
    """One whole, lowered."""

    linked: n.Linked
    norms: Mapping[n.NormKey, Node]
    tables: tuple[Table, ...]
    definitions: Mapping[tuple[int, str], int]
    """The conditions that definitions without parameters come to."""
    routes: tuple[tuple[int, n.Route, int], ...] = ()
    parts: object = field(default=None, repr=False, eq=False)
    """Makes parts of further conditions of a document: ``parts(index, expr)``."""


def keep(linked: n.Linked, in_force: Sequence[bool], conditions: WideConditions) -> Nodes:
    """Every node of the documents, in the space of ``conditions``.

    ``in_force``: for each document, whether it is, with all on the path by which it came in.
    """
    work = Lowering(linked, tuple(in_force), conditions.space, conditions)
    for index in range(len(linked.documents)):
        work.document(index)
    bound = {key for key, _, _ in work.bound}
    norms = {key: _norm(work, key, norm, key in bound) for key, norm in linked.norms()}
    scopes = iter(work.scopes)
    tables = []
    for index, document in enumerate(linked.documents):
        root = document.policy.root
        tables.append(_table(work, index, root, document.part is None, document.part, scopes))
    definitions = {
        (index, each.name): work.part(index, each.body)
        for index, document in enumerate(linked.documents)
        for each in document.policy.definitions
        if not each.parameters and each.type == v.Boolean()
    }
    routes = tuple(
        (index, route, work.part(index, route.when))
        for index, document in enumerate(linked.documents)
        for route in document.policy.routes
    )
    return Nodes(linked, norms, tuple(tables), definitions, routes, work.part)


def _norm(work: Lowering, key: n.NormKey, norm: n.Norm, binds: bool) -> Node:
    index = key[0]
    document = work.linked.documents[index]
    scope = work.around[key]
    when = work.space.every(()) if norm.when is None else work.part(index, norm.when)
    provisos = tuple(work.part(index, each) for each in norm.provisos)
    above = tuple(
        (other, work.space.every((work.around[other], work.force(other))))
        for other in work.linked.above.get(key, ())
    )
    return Node(
        document.qualified(norm.id),
        key,
        norm.modality,
        norm,
        scope,
        when,
        provisos,
        work.force(key),
        tuple(_exception(work, key, each, scope) for each in norm.exceptions),
        above,
        binds or (norm.modality == "require" and document.part in {None, norm.id}),
        None if norm.must is None else work.part(index, norm.must),
    )


def _exception(work: Lowering, key: n.NormKey, node: n.ExceptionNode, scope: int) -> Node:
    index = key[0]
    return Node(
        work.linked.documents[index].qualified(node.id),
        key,
        "except",
        node,
        scope,
        work.part(index, node.when),
        tuple(work.part(index, each) for each in node.provisos),
        work.exception(index, node),
        tuple(_exception(work, key, each, scope) for each in node.exceptions),
    )


def _table(
    work: Lowering,
    index: int,
    section: n.Section,
    binds: bool,
    part: str | None,
    scopes: Iterator[int],
) -> Table:
    """The rows were made in the same order: each section before those in it."""
    binds = binds or section.id == part
    scope = next(scopes)
    chosen = [norm for norm in section.norms if binds or norm.id == part]
    return Table(
        index,
        section,
        scope,
        section.default if binds else None,
        tuple((index, norm.id) for norm in chosen if norm.modality == "forbid"),
        tuple((index, norm.id) for norm in chosen if norm.modality == "permit"),
        tuple(_table(work, index, each, binds, part, scopes) for each in section.sections),
    )
