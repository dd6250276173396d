"""The parts of clauses and sections that a decision tells of, and in which rows it does.

A clause out of scope is not told of, unless it prevails over one in scope. The provisos and exceptions
of a clause are not told of where its condition is false, but for the judgements in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import define, field, frozen

from tosdsl.backends.sql.program import Statement
from tosdsl.trees import core, items
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v

_SCOPES = 20
"""Scopes of clauses that one prevails over; one with more is told of in every row."""


@frozen
class Role:
    """A part, by its node. ``mask`` is SQL that is true in rows in which it is told of; ``judged`` says
    that judged facts stand in it."""

    node: core.Index
    mask: str
    judged: bool


def is_judged(leaf: v.Leaf) -> bool:
    """Whether a fact is judged, or has fields that are."""
    return leaf.judged or bool(items.judged(v.Vocabulary("", facts=(_as_field(leaf),))))


def _as_field(leaf: v.Leaf) -> v.Field:
    return v.Field(leaf.path, leaf.type, leaf.judged)


@define(eq=False)
class Roles:
    """The parts of a program."""

    statement: Statement
    roles: list[Role] = field(factory=list)
    _judged: frozenset[str] = field(init=False)
    _scopes: dict[n.NormKey, dict[str, None]] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        program = self.statement.program
        leaves = program.linked.vocabulary.leaves()
        self._judged = frozenset(leaf.path for leaf in leaves if is_judged(leaf))
        self._find_scopes()
        found: dict[tuple[core.Index, str], Role] = {}
        for node, mask in self._parts():
            if program.body.nodes[node][0] not in {"literal", "state", "table", "join"}:
                judged = bool(self.statement.definitions.facts(node) & self._judged)
                found[node, mask] = Role(node, mask, judged)
        self.roles = [*found.values()]

    def _sql(self, at: core.Index) -> str:
        return self.statement.definitions.term(at).sql

    def _find_scopes(self) -> None:
        """For each norm, its scope and those of the norms that it prevails over, as tests."""
        norms = self.statement.program.norms
        below: dict[n.NormKey, list[n.NormKey]] = {}
        for key, norm in norms.items():
            for other, _ in norm.above:
                below.setdefault(other, []).append(key)
        for key in reversed([*norms]):  # one that prevails comes before those that it prevails over
            scope = self._sql(norms[key].scope)
            found = {"TRUE" if scope == "TRUE" else f"{scope} IS NOT FALSE": None}
            for other in below.get(key, ()):
                found |= self._scopes[other]
            self._scopes[key] = {"TRUE": None} if len(found) > _SCOPES or "TRUE" in found else found

    def _parts(self) -> Iterator[tuple[core.Index, str]]:
        program = self.statement.program
        for key, norm in program.norms.items():
            several = " OR ".join(self._scopes[key])
            seen = several if several == "TRUE" else f"({several})"
            yield from ((at, seen) for at in (norm.scope, norm.when, norm.force))
            yield from ((at, seen) for _, at in norm.above)
            inner = [*norm.provisos, *_of(norm.exceptions)]
            duty = program.duties.get(key)
            if duty is not None:
                inner += [duty.done, duty.late]
            facts = self.statement.definitions.facts
            judged = any(facts(at) & self._judged for at in (norm.when, *inner))
            when = self._sql(norm.when)
            mask = seen if judged or when == "TRUE" else f"({seen} AND {when} IS NOT FALSE)"
            yield from ((at, mask) for at in inner)
        yield from ((at, "TRUE") for at in _of_sections(program.tables))
        yield from ((at, "TRUE") for at in program.routes.values())
        yield from ((at, "TRUE") for at in program.incorporated.values())


def _of(exceptions: Iterable[core.ExceptionNodes]) -> Iterator[core.Index]:
    for each in exceptions:
        yield from (each.when, *each.provisos, each.force)
        yield from _of(each.exceptions)


def _of_sections(sections: Iterable[core.SectionNodes]) -> Iterator[core.Index]:
    """Scopes; what is in force in a section follows from its clauses."""
    for each in sections:
        yield from (each.scope, each.whole)
        yield from _of_sections(each.sections)
