"""What decisions on one program are picked from: entries that are made once.

For each clause, exception and section: which nodes of the program tell its state, and what a decision
says of it in each state. ``basis`` picks, for ``assemble``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import field, frozen

from tosdsl.decision.explain import term
from tosdsl.decision.model import Basis, Condition, Defeated, Governs, PolicyUsed
from tosdsl.decision.reads import Reads
from tosdsl.trees import core
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.wording import words


@frozen(eq=False)
class Proviso:
    """A proviso's node, and the conditions that it makes: where it holds, and where that is open."""

    node: int
    holds: Condition
    open: Condition


@frozen(eq=False)
class Attached:
    """An exception: ``defeats`` says that it defeated what it is attached to."""

    nodes: core.ExceptionNodes
    defeats: Defeated
    provisos: tuple[Proviso, ...]
    exceptions: tuple[Attached, ...]


@frozen(eq=False)
class Clause:
    """A norm. ``basis`` is what it says where it decides, by its force; ``above`` has, for each norm
    that prevails over it, the node of whether that one is in force, and that it defeated this one."""

    number: int
    key: n.NormKey
    norm: n.Norm
    nodes: core.NormNodes
    duty: core.DutyNodes | None
    full: str
    basis_true: Basis
    basis_open: Basis
    provisos: tuple[Proviso, ...]
    exceptions: tuple[Attached, ...]
    above: tuple[tuple[int, Defeated], ...]
    must: str
    path: tuple[str, ...]


@frozen(eq=False)
class Asking:
    """A norm or an exception as it asks for facts: its full id, its conditions as nodes, each with the
    facts that it reads, and its exceptions, each with the node of its force."""

    full: str
    conditions: tuple[tuple[int, frozenset[str]], ...]
    exceptions: tuple[tuple[int, Asking], ...]


@frozen(eq=False)
class Scope:
    """A condition of a section's scope: the full id of what says it, its node, the facts it reads."""

    full: str
    node: int
    reads: frozenset[str]


@frozen(eq=False)
class Row:
    """A section with its table; ``clauses`` are those that bind. ``inside`` has a bit for each norm
    that stands in it or below; of a whole document, for those too that came in by it."""

    document: int
    section: n.Section
    nodes: core.SectionNodes
    clauses: tuple[Clause, ...]
    default_true: Basis | None
    default_open: Basis | None
    empty: bool
    """It has no norms of its own: its default counts only where no other does."""
    inside: int
    scopes: tuple[Scope, ...]
    """The conditions of its own scope."""


@frozen(eq=False)
class Route:
    """A document that governs where a condition holds."""

    node: int
    governs: Governs


@frozen(eq=False)
class Entered:
    """A document that was asked about: it governs where it is in scope, or its routes lead on."""

    scope: int
    governs: Governs
    routes: tuple[Route, ...]


@frozen(eq=False)
class Layout:
    """Everything that decisions on one program have in common."""

    program: core.Program
    rows: tuple[Row, ...]
    clauses: dict[n.NormKey, Clause]
    policies: tuple[PolicyUsed, ...]
    entered: tuple[Entered, ...]
    warnings: tuple[str, ...]
    """Of every decision: texts that are read in the place of others, documents that are not in
    force."""
    questions: dict[str, str]
    """By path, the question of a fact."""
    reads: Reads
    _asking: dict[n.NormKey, Asking] = field(factory=dict, init=False, repr=False)
    """Those that a question has met."""

    def asking(self, clause: Clause) -> Asking:
        """A norm as it asks for facts."""
        found = self._asking.get(clause.key)
        if found is None:
            found = self._asking[clause.key] = self._asks(clause.key[0], clause.norm, clause.nodes)
        return found

    def _asks(
        self,
        index: int,
        node: n.Norm | n.ExceptionNode,
        nodes: core.NormNodes | core.ExceptionNodes,
    ) -> Asking:
        tested = zip((node.when, *node.provisos), (nodes.when, *nodes.provisos), strict=True)
        inner = zip(node.exceptions, nodes.exceptions, strict=True)
        return Asking(
            self.program.linked.documents[index].qualified(node.id),
            tuple((at, self.reads.of(index, (expr,))) for expr, at in tested),
            tuple((its.force, self._asks(index, each, its)) for each, its in inner),
        )


def layout(program: core.Program) -> Layout:
    """The entries of a program."""
    return _Making(program).layout()


class _Making:
    def __init__(self, program: core.Program) -> None:
        self.program = program
        self.linked = program.linked
        self.reads = Reads(self.linked)
        self.norms = dict(self.linked.norms())
        self.numbers = {key: number for number, key in enumerate(self.norms)}
        self.leaves = {leaf.path: leaf for leaf in self.linked.vocabulary.inputs()}
        self.incorporated_when = [*self._incorporated_when()]
        self.whole = self._whole()
        self.clauses = {key: self._clause(key) for key in self.norms}

    def layout(self) -> Layout:
        roots = [document.policy.root for document in self.linked.documents]
        rows = [
            row
            for nodes, root in zip(self.program.tables, roots, strict=True)
            for row in self._rows(nodes, root)
        ]
        return Layout(
            self.program,
            tuple(rows),
            self.clauses,
            tuple(self._policies()),
            tuple(self._entered()),
            tuple(self._warnings()),
            {path: leaf.question for path, leaf in self.leaves.items()},
            self.reads,
        )

    def _policies(self) -> Iterator[PolicyUsed]:
        for document in self.linked.documents:
            policy, several = document.policy, max(1, len(document.versions))
            yield PolicyUsed(
                policy.id, policy.version, policy.title, policy.digest, document.path, several
            )

    def _warnings(self) -> Iterator[str]:
        documents, found = self.linked.documents, self.program.in_force
        yield from dict.fromkeys(
            said for each in documents for said in (*each.policy.in_place_of, *each.told)
        )
        for document, in_force in zip(documents, found, strict=True):
            if not in_force and (document.within is None or found[document.within]):
                name = " → ".join(document.path)
                yield f"{name}: {term(document)}, so its clauses do not count here."

    def _incorporated_when(self) -> Iterator[tuple[str, ...]]:
        """Of each document, the conditions on the path by which it came in, from the outside."""
        for index in range(len(self.linked.documents)):
            around = map(self.linked.incorporated_when, self.linked.around(index))
            said = [words(when) for _, when in filter(None, around)]
            yield tuple(reversed(said))

    def _entered(self) -> Iterator[Entered]:
        for index, document in enumerate(self.linked.documents):
            policy, path = document.policy, document.path
            if len(path) > 1 or not self.program.in_force[index]:
                continue
            routes = (
                Route(
                    self.program.routes[index, number],
                    Governs(
                        route.policy, route.version, route.at, route.description, (*path, route.policy)
                    ),
                )
                for number, route in enumerate(policy.routes)
            )
            governs = Governs(policy.id, policy.version, None, None, path)
            yield Entered(self.program.tables[index].scope, governs, tuple(routes))

    # --- rows -------------------------------------------------------------------------------------

    def _rows(self, nodes: core.SectionNodes, section: n.Section) -> Iterator[Row]:
        """A section's row, and those of the sections in it."""
        index = nodes.document
        document = self.linked.documents[index]
        bound = [
            norm for norm in section.norms if nodes.default is not None or norm.id == document.part
        ]
        scopes = (
            Scope(full, self.program.conditions[at, id(expr)], self.reads.of(at, (expr,)))
            for at, full, expr in self.linked.scopes(index, section)
        )
        stance = nodes.stance

        def basis(force: str) -> Basis | None:
            if stance is None:
                return None
            return self._basis(index, section.id, section.at, stance, force, True, section.description)

        yield Row(
            index,
            section,
            nodes,
            tuple(self.clauses[index, norm.id] for norm in bound),
            basis("true"),
            basis("unknown"),
            not section.norms,
            self._inside(index, section) if section.id else self.whole[index],
            tuple(scopes),
        )
        for inner, below in zip(nodes.sections, section.sections, strict=True):
            yield from self._rows(inner, below)

    def _inside(self, index: int, section: n.Section) -> int:
        """The norms of a section, as bits."""
        inside = 0
        for norm in section.all_norms():
            inside |= 1 << self.numbers[index, norm.id]
        return inside

    def _whole(self) -> list[int]:
        """Of each document, its norms and those of what came in by it, as bits."""
        found = [0] * len(self.linked.documents)
        for index, document in enumerate(self.linked.documents):
            own = self._inside(index, document.policy.root)
            for at in self.linked.around(index):
                found[at] |= own
        return found

    def _basis(
        self,
        index: int,
        id_: str,
        at: str | None,
        effect: str,
        force: str,
        by_default: bool,
        text: str | None,
    ) -> Basis:
        document = self.linked.documents[index]
        policy = document.policy
        return Basis(
            document.qualified(id_),
            at,
            effect,
            force,
            by_default,
            text,
            policy.id,
            policy.title,
            policy.version,
            policy.source,
            document.path,
            tuple(self.incorporated_when[index]),
        )

    # --- clauses ----------------------------------------------------------------------------------

    def _clause(self, key: n.NormKey) -> Clause:
        norm, index = self.norms[key], key[0]
        document = self.linked.documents[index]
        nodes = self.program.norms[key]
        full = document.qualified(norm.id)
        above = []
        for (at, other), node in nodes.above:
            by, place = self.linked.documents[at].qualified(other), self.norms[at, other].at
            said = Defeated(full, norm.at, norm.modality, by, place, document.path)
            above.append((node, said))

        def basis(force: str) -> Basis:
            return self._basis(index, norm.id, norm.at, norm.modality, force, False, norm.description)

        return Clause(
            self.numbers[key],
            key,
            norm,
            nodes,
            self.program.duties.get(key),
            full,
            basis("true"),
            basis("unknown"),
            self._provisos(index, norm, nodes.provisos),
            self._attached(document, index, norm, norm.modality, nodes.exceptions),
            tuple(above),
            words(norm.asked) if norm.asked else "",
            document.path,
        )

    def _attached(
        self,
        document: n.Document,
        index: int,
        node: n.Norm | n.ExceptionNode,
        effect: str,
        several: Iterable[core.ExceptionNodes],
    ) -> tuple[Attached, ...]:
        """Exceptions; one's own effect is ``except``."""
        return tuple(
            Attached(
                nodes,
                Defeated(
                    document.qualified(node.id),
                    node.at,
                    effect,
                    document.qualified(inner.id),
                    inner.at,
                    document.path,
                ),
                self._provisos(index, inner, nodes.provisos),
                self._attached(document, index, inner, "except", nodes.exceptions),
            )
            for inner, nodes in zip(node.exceptions, several, strict=True)
        )

    def _provisos(
        self, index: int, node: n.Norm | n.ExceptionNode, several: Iterable[int]
    ) -> tuple[Proviso, ...]:
        document = self.linked.documents[index]
        made = []
        for proviso, at in zip(node.provisos, several, strict=True):
            read = self.reads.of(index, (proviso,)) - {v.DAY_OF_USE}
            asked = tuple(self.leaves[path].question for path in sorted(read))
            holds, open_ = (
                Condition(document.qualified(node.id), words(proviso), truth, asked, document.path)
                for truth in ("true", "unknown")
            )
            made.append(Proviso(at, holds, open_))
        return tuple(made)
