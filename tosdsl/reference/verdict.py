"""The verdict: a table a section, and every completion of what is unknown in it.

For one section in scope, F = some prohibition has force, P = some permission has force:
F gives forbidden; not F and P gives permitted; neither gives the default. Out of scope gives
not applicable. Over sections and documents: forbidden if any is forbidden, else permitted if any
is permitted, else not applicable.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tosdsl.reference.evaluate import Values, worked_out
from tosdsl.reference.scope import roots, scope_of
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Facts, Use
from tosdsl.trees.findings import NormFinding, SectionFinding, VerdictWord
from tosdsl.trees.versions import in_force
from tosdsl.values.truth import Truth, disjunction

Possible = frozenset[VerdictWord]


def tables(
    linked: n.Linked, use: Use, found: Mapping[n.NormKey, NormFinding]
) -> tuple[SectionFinding, ...]:
    """One table a document, its sections nested as in the text."""
    made = []
    governing, outer = in_force(linked, use.as_of, use.known_at), roots(linked, use)
    for index, document in enumerate(linked.documents):
        values = worked_out(document.policy.definitions, use)
        whole = document.part is None
        scope = outer[index] if governing[index] else False
        root = document.policy.root
        made.append(_table(index, document, root, use.facts, values, found, scope, whole))
    return tuple(made)


def _table(
    index: int,
    document: n.Document,
    section: n.Section,
    facts: Facts,
    values: Values,
    found: Mapping[n.NormKey, NormFinding],
    scope: Truth,
    binds: bool,
) -> SectionFinding:
    """``scope`` is the section's. ``binds``: the whole section came in. If not, a clause of it may have
    come in alone."""
    binds = binds or section.id == document.part
    norms = [norm for norm in section.norms if binds or norm.id == document.part]

    def some(modality: str) -> Truth:
        chosen = (norm.id for norm in norms if norm.modality == modality)
        return disjunction(found[index, id_].force for id_ in chosen)

    return SectionFinding(
        index,
        section.id,
        scope,
        some("forbid"),
        some("permit"),
        section.default if binds else None,
        tuple(
            _table(index, document, inner, facts, values, found, scope_of(inner, facts, values), binds)
            for inner in section.sections
        ),
    )


def possible(rows: Iterable[SectionFinding]) -> Possible:
    """The verdicts that remain over every completion of the tables' unknown inputs."""
    return join(_possible(row) for row in rows)


def _possible(row: SectionFinding) -> Possible:
    remaining: set[VerdictWord] = set()
    for scope in _completions(row.scope):
        if not scope:
            remaining.add("not_applicable")
            continue
        own: Possible = frozenset(
            _cell(forbids, permits, row.default)
            for forbids in _completions(row.forbids)
            for permits in _completions(row.permits)
        )
        remaining |= join((own, *map(_possible, row.sections)))
    return frozenset(remaining)


def _completions(truth: Truth) -> tuple[bool, ...]:
    return (True, False) if truth is None else (truth,)


def _cell(forbids: bool, permits: bool, default: str | None) -> VerdictWord:
    if forbids:
        return "forbidden"
    if permits or default == "permit":
        return "permitted"
    return "forbidden" if default == "forbid" else "not_applicable"


def join(parts: Iterable[Possible]) -> Possible:
    """Every way to take one verdict of each part, and the strongest of those taken."""
    joined: Possible = frozenset({"not_applicable"})
    for part in parts:
        joined = frozenset(_strongest(one, other) for one in joined for other in part)
    return joined


def _strongest(one: VerdictWord, other: VerdictWord) -> VerdictWord:
    if "forbidden" in {one, other}:
        return "forbidden"
    return "permitted" if "permitted" in {one, other} else "not_applicable"
