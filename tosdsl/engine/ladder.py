"""Which rungs of an enforcement ladder are open, by the values of a program's nodes.

Whether a document is breached is asked three times: by what is confirmed (c), by what counts when
allegations do (a), and by what would be so if every allegation were (x). Each is true, false or
unknown.

    confirmed breach = c is true
    alleged breach   = c is unknown and a is true
    cleared          = c is false and x is true
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tosdsl.runtime.tables import FORBIDDEN, NOT_APPLICABLE, joined
from tosdsl.trees import core
from tosdsl.trees import norms as n
from tosdsl.trees.findings import OpenRung

Values = tuple[Any, ...]
Truth = bool | None


def rungs(linked: n.Linked) -> list[tuple[int, n.Rung]]:
    """The rungs of the documents that came in whole, each with its document's index."""
    return [
        (index, rung)
        for index, document in enumerate(linked.documents)
        if document.part is None
        for rung in document.policy.ladder
    ]


def open_rungs(
    program: core.Program,
    confirmed: Sequence[Values],
    alleged: Sequence[Values],
    supposed: Sequence[Values],
) -> tuple[OpenRung, ...]:
    """The open rungs. Of each kind of evidence there are the values for each reading of the facts.

    What readings do not agree on is unknown.
    """
    made = []
    for index, rung in rungs(program.linked):
        c, a, x = (
            _agreed([breached(program, values, index, rung.of) for values in kind])
            for kind in (confirmed, alleged, supposed)
        )
        found = {
            "confirmed breach": c is True,
            "alleged breach": c is None and a is True,
            "cleared": c is False and x is True,
        }
        if found[rung.finding]:
            made.append(OpenRung(index, rung))
    return tuple(made)


def _agreed(truths: list[Truth]) -> Truth:
    return truths[0] if len(set(truths)) == 1 else None


def breached(program: core.Program, values: Values, index: int, clause: str | None) -> Truth:
    """Whether a document with what it incorporates is breached, or one clause or section of it."""
    if clause is None:
        tables = _with_incorporated(program, index)
        return _forbidden(joined(values[table.verdicts] for table in tables))
    norm = program.norms.get((index, clause))
    if norm is not None:
        scope, force = values[norm.scope], values[norm.force]
        if scope is False or force is False:
            return False
        return True if scope and force else None
    for section in _sections(program.tables[index]):
        if section.section == clause:
            return _forbidden(_within(section, values))
    return False  # a clause that was left out, as nothing in the use can meet it


def _with_incorporated(program: core.Program, index: int) -> Iterator[core.SectionNodes]:
    """The document's table, and those after it that came in by it."""
    yield program.tables[index]
    documents = program.linked.documents
    for at in range(index + 1, len(documents)):
        if len(documents[at].path) <= len(documents[index].path):
            return
        yield program.tables[at]


def _sections(section: core.SectionNodes) -> Iterator[core.SectionNodes]:
    yield section
    for inner in section.sections:
        yield from _sections(inner)


def _within(section: core.SectionNodes, values: Values) -> int:
    """The verdicts that a section leaves possible, where the scopes around it count as well."""
    whole, own = values[section.whole], values[section.scope]
    if whole is False:
        return NOT_APPLICABLE
    inside: int = values[section.verdicts]
    if whole is None and own is not None:  # its table does not know that it may be out of scope
        inside |= NOT_APPLICABLE
    return inside


def _forbidden(possible: int) -> Truth:
    if not possible & FORBIDDEN:
        return False
    return True if possible == FORBIDDEN else None
