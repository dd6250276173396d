"""What the meaning finds in a question: truths of norms and exceptions, and the verdict.

A truth is True, False or None for unknown. The decision is made of this.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from typing import Literal as OneOf

from attrs import field

from tosdsl.base.node import frozen
from tosdsl.trees.facts import Use
from tosdsl.trees.norms import Linked, NormKey, Rung

VerdictWord = OneOf["permitted", "forbidden", "not_applicable"]
"""A settled verdict. Undetermined is more than one of them."""

VERDICTS: tuple[VerdictWord, ...] = ("permitted", "forbidden", "not_applicable")
"""In the order in which they are listed."""


@frozen
class ExceptionFinding:
    """``applies`` is the exception's ``when``, ``provisos`` its provisos, ``force`` what remains."""

    applies: bool | None
    provisos: tuple[bool | None, ...]
    force: bool | None
    exceptions: tuple[ExceptionFinding, ...]


@frozen
class NormFinding:
    """``defeated`` is the disjunction over exceptions and over the norms that prevail.

    ``scope`` is that of its document and sections taken together; ``force`` does not include it.
    """

    scope: bool | None

    applies: bool | None
    provisos: tuple[bool | None, ...]
    defeated: bool | None
    force: bool | None
    exceptions: tuple[ExceptionFinding, ...]
    above: tuple[tuple[NormKey, bool | None], ...]


@frozen
class DutyFinding:
    """``state`` is not_triggered, fulfilled, pending, breached or undetermined.

    ``due`` is the last good day (or moment), if it is known; ``late`` whether it has passed.
    """

    state: str
    done: bool | None
    due: date | datetime | None
    late: bool | None


@frozen
class SectionFinding:
    """One row of the verdict's table. ``scope`` is the section's own, not its parents'.

    ``default`` is None where a clause came in alone: it brings no default with it.
    """

    document: int
    section: str
    scope: bool | None
    forbids: bool | None
    permits: bool | None
    default: str | None
    sections: tuple[SectionFinding, ...]


@frozen
class OpenRung:
    """A rung of a document's ladder whose finding is there. ``document`` is its index."""

    document: int
    rung: Rung


@frozen
class Findings:
    """Everything found. ``needs`` are the paths of the unknown facts that can change the verdict."""

    linked: Linked
    use: Use
    norms: Mapping[NormKey, NormFinding]
    tables: tuple[SectionFinding, ...]
    """One a document, its root section, in the order of ``linked.documents``."""
    in_force: tuple[bool, ...] = field(kw_only=True)
    """For each document, whether this version of it governs on the days of the use."""
    possible: frozenset[VerdictWord]
    needs: tuple[str, ...]
    duties: Mapping[NormKey, DutyFinding] = field(factory=dict)
    """Of every obligation."""
    definitions: Mapping[tuple[int, str], tuple[ExceptionFinding, ...]] = field(factory=dict)
    """The exceptions of definitions that take no values, by document and name."""
    truths: tuple[Callable[..., Any], ...] = field(default=(), eq=False, repr=False)
    """For each document, what evaluates one of its expressions under the use's facts; a second argument
    has the values of the items at hand and the parameters, by name, and a third their types."""
    ladder: tuple[OpenRung, ...] = ()
