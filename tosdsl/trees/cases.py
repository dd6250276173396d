"""Scenarios and properties as they were written.

A part of ``surface``, through which all of it is used.
"""

from __future__ import annotations

from typing import TypeAlias

from attrs import field

from tosdsl.base.node import frozen
from tosdsl.base.span import Span, place
from tosdsl.trees.written import DateLiteral, Expr, InstantLiteral, Literal, Name, Ref, Text

# --- scenarios ----------------------------------------------------------------------------


@frozen
class ListValue:
    items: tuple[Value, ...]
    span: Span = place()


@frozen
class RecordValue:
    entries: tuple[tuple[Name, Value], ...]
    span: Span = place()


Value: TypeAlias = Name | Literal | ListValue | RecordValue


@frozen
class Given:
    """``path: value``"""

    path: Name
    value: Value
    span: Span = place()


@frozen
class Said:
    """``alleged "source"`` or ``confirmed "source"``, and the facts that are so under it."""

    status: str
    source: Text
    facts: tuple[Given, ...]
    span: Span = place()


@frozen
class Reading:
    """``reading NAME``, and the judged facts under it."""

    name: Name
    facts: tuple[Given, ...]
    span: Span = place()


@frozen
class StandardOf:
    """``standard alleged`` or ``standard confirmed``."""

    value: str
    span: Span = place()


@frozen
class ExpectVerdict:
    verdict: str
    span: Span = place()


@frozen
class ExpectForce:
    """``expect CLAUSE in force``; ``force`` is ``in force``, ``not in force`` or ``undetermined``."""

    clause: Ref
    force: str
    span: Span = place()


@frozen
class ExpectDefeated:
    clause: Ref
    by: Ref
    span: Span = place()


@frozen
class ExpectNeeds:
    """``expect needs a, b``: these facts and no others. With ``duty``, of that obligation."""

    facts: tuple[Name, ...]
    span: Span = place()
    duty: Ref | None = field(default=None, kw_only=True)


@frozen
class ExpectConflict:
    first: Ref
    second: Ref
    span: Span = place()


@frozen
class ExpectGoverns:
    """``expect governs DOCUMENT`` or ``DOCUMENT@VERSION``."""

    document: Ref
    span: Span = place()


@frozen
class ExpectMeasures:
    """``expect measure a, b``: these measures are open and no others; none for ``measure none``."""

    measures: tuple[str, ...]
    span: Span = place()


@frozen
class ExpectReadings:
    """``expect readings agree`` or ``expect readings split``."""

    outcome: str
    span: Span = place()


@frozen
class ExpectPresumed:
    """``expect presumed a, b``: these presumptions and burdens mattered, and no others.

    A name is that of a fact, or of a clause or an exception of the same policy; a reference that of one
    elsewhere.
    """

    names: tuple[Name | Ref, ...]
    span: Span = place()


@frozen
class ExpectWithout:
    """``expect without presumptions VERDICT``"""

    verdict: str
    span: Span = place()


@frozen
class ExpectDuty:
    """``expect duty CLAUSE STATE``"""

    clause: Ref
    state: str
    span: Span = place()


@frozen
class ExpectDue:
    """``expect duty CLAUSE due DAY``: the last day or moment on which it can still be fulfilled."""

    clause: Ref
    due: DateLiteral | InstantLiteral
    span: Span = place()


@frozen
class ExpectCompliant:
    """``expect compliant``, ``expect not compliant``"""

    truth: bool
    span: Span = place()


@frozen
class ExpectValue:
    """``expect DEFINITION is VALUE``; None is ``undetermined``."""

    definition: Ref
    value: Value | None
    span: Span = place()


DUTY_STATES = ("not triggered", "fulfilled", "pending", "breached", "undetermined")

Expectation: TypeAlias = (
    ExpectVerdict
    | ExpectForce
    | ExpectDefeated
    | ExpectNeeds
    | ExpectConflict
    | ExpectDuty
    | ExpectDue
    | ExpectCompliant
    | ExpectValue
    | ExpectGoverns
    | ExpectMeasures
    | ExpectReadings
    | ExpectPresumed
    | ExpectWithout
)


@frozen
class Scenario:
    title: Text
    description: str | None = None
    as_of: DateLiteral | InstantLiteral | None = None
    given: tuple[Given, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    said: tuple[Said, ...] = ()
    standard: StandardOf | None = None
    readings: tuple[Reading, ...] = ()
    span: Span = place()
    known_at: DateLiteral | InstantLiteral | None = field(default=None, kw_only=True)
    about: Ref | None = field(default=None, kw_only=True)
    """The clause or section that is asked about by itself."""


# --- properties ---------------------------------------------------------------------------


@frozen
class Claim:
    """``expect never …`` or ``expect always …``, and what a scenario would expect."""

    always: bool
    of: ExpectVerdict | ExpectForce | ExpectDuty
    span: Span = place()


@frozen
class Property:
    """What holds of every use of which ``where`` is true."""

    title: Text
    description: str | None = None
    as_of: DateLiteral | InstantLiteral | None = None
    where: Expr | None = None
    claims: tuple[Claim, ...] = ()
    span: Span = place()
    known_at: DateLiteral | InstantLiteral | None = field(default=None, kw_only=True)
