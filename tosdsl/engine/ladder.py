"""Which rungs of an enforcement ladder are open, by the values of a program's nodes.

Whether a document is breached is asked three times: by what is confirmed (c), by what counts when
allegations do (a), and by what would be so if every allegation were (x). Each is true, false or
unknown.

    confirmed breach = c is true
    alleged breach   = c is unknown and a is true
    cleared          = c is false and x is true
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from attrs import define

from tosdsl.engine.completions import Completed
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
    confirmed: Sequence[Breaches],
    alleged: Sequence[Breaches] = (),
    supposed: Sequence[Breaches] = (),
) -> tuple[OpenRung, ...]:
    """The open rungs. Of each kind of evidence there are the breaches under each reading of the facts;
    without any that is alleged, all three findings are one, and nothing is alleged or cleared.

    What readings do not agree on is unknown.
    """
    made = []
    for index, rung in rungs(program.linked):
        match rung.finding:
            case "confirmed breach":
                is_open = _found(confirmed, index, rung) is True
            case "alleged breach":
                is_open = bool(alleged) and (
                    _found(confirmed, index, rung) is None and _found(alleged, index, rung) is True
                )
            case _:  # cleared
                is_open = bool(supposed) and (
                    _found(confirmed, index, rung) is False and _found(supposed, index, rung) is True
                )
        if is_open:
            made.append(OpenRung(index, rung))
    return tuple(made)


def _found(several: Sequence[Breaches], index: int, rung: n.Rung) -> Truth:
    """Whether there is a breach: what readings agree on."""
    return _agreed([each.breached(index, rung.of) for each in several])


def _agreed(truths: list[Truth]) -> Truth:
    return truths[0] if len(set(truths)) == 1 else None


@define(eq=False)
class Breaches:
    """What is breached under one description of a use. ``complete`` tells what may become of nodes."""

    program: core.Program
    values: Values
    complete: Callable[[Sequence[core.Index]], Completed]
    _completed: Completed | None = None

    @property
    def completed(self) -> Completed:
        """What may become of all that the rungs ask about."""
        if self._completed is None:
            several = (self._nodes(index, rung.of) for index, rung in rungs(self.program.linked))
            self._completed = self.complete([at for each in several for at in each])
        return self._completed

    def breached(self, index: int, clause: str | None) -> Truth:
        """Whether a document with what it incorporates is breached, or one clause or section of it."""
        values, nodes = self.values, self._nodes(index, clause)
        if not nodes:  # a clause that was left out, as nothing in the use can meet it
            return False
        if clause is None:
            found = _forbidden(joined(values[at] for at in nodes))
            return _forbidden(self.completed.verdicts(nodes).possible) if found is None else found
        one, other = nodes
        if (index, clause) in self.program.norms:
            if values[one] is False or values[other] is False:
                return False
            return True if values[one] and values[other] else self.completed.all_of(nodes).truth
        found = _forbidden(_within(values[one], values[other]))
        return _forbidden(self.completed.within(one, other).possible) if found is None else found

    def _nodes(self, index: int, clause: str | None) -> tuple[core.Index, ...]:
        """The tables of a document; scope and force of a clause; scope and table of a section."""
        if clause is None:
            return tuple(table.verdicts for table in _with_incorporated(self.program, index))
        norm = self.program.norms.get((index, clause))
        if norm is not None:
            return norm.scope, norm.force
        for section in _sections(self.program.tables[index]):
            if section.section == clause:
                return section.whole, section.verdicts
        return ()


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


def _within(whole: Truth, inside: int) -> int:
    """The verdicts that a section leaves possible, where the scopes around it count as well."""
    if whole is False:
        return NOT_APPLICABLE
    return inside if whole else inside | NOT_APPLICABLE


def _forbidden(possible: int) -> Truth:
    if not possible & FORBIDDEN:
        return False
    return True if possible == FORBIDDEN else None
