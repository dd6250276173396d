"""The tree of a text as it was written: names unresolved, layout gone.

Children are tuples, nodes are frozen, and spans take no part in equality, so that
``parse(format(tree)) == tree`` is plain equality. Optional parts are ``None``; what may be
repeated is a tuple in the order of the text.

INVARIANT: no node nests deeper than ``limits.MAX_NESTING``; the parser refuses such a text.
"""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

from attrs import frozen

from tosdsl.trees.span import Span, place

# --- names and literals -------------------------------------------------------------------


@frozen
class Name:
    """A name or a dotted path (``model.purpose``, ``openai.business_terms``)."""

    text: str
    span: Span = place()


@frozen
class Ref:
    """A reference that may leave the document: ``policy@version#clause``, parts optional."""

    policy: str | None
    version: str | None
    clause: str | None
    span: Span = place()


@frozen
class EverythingElse:
    """The words ``everything else`` as the target of ``subject to`` or ``notwithstanding``."""

    span: Span = place()


Target: TypeAlias = Ref | EverythingElse


@frozen
class Text:
    value: str
    span: Span = place()


@frozen
class BooleanLiteral:
    value: bool
    span: Span = place()


@frozen
class IntegerLiteral:
    value: int
    span: Span = place()


@frozen
class DateLiteral:
    value: date
    span: Span = place()


# --- conditions and values ----------------------------------------------------------------


@frozen
class SetOf:
    """``{a, b, c}``"""

    items: tuple[Expr, ...]
    span: Span = place()


@frozen
class Compare:
    """``left op right``; ``op`` is one of ``OPERATORS``."""

    op: str
    left: Expr
    right: Expr
    span: Span = place()


OPERATORS = ("is", "is not", "in", "not in", "includes", "overlaps", "<", "<=", ">", ">=")


@frozen
class Not:
    item: Expr
    span: Span = place()


@frozen
class And:
    """``a and b and c``: two items or more."""

    items: tuple[Expr, ...]
    span: Span = place()


@frozen
class Or:
    """``a or b or c``: two items or more."""

    items: tuple[Expr, ...]
    span: Span = place()


@frozen
class Block:
    """``all of``, ``any of``, ``none of`` over an indented list; ``kind`` is the first word."""

    kind: str
    items: tuple[Expr, ...]
    span: Span = place()


Expr: TypeAlias = (
    Name
    | Text
    | BooleanLiteral
    | IntegerLiteral
    | DateLiteral
    | SetOf
    | Compare
    | Not
    | And
    | Or
    | Block
)

# --- vocabularies -------------------------------------------------------------------------


@frozen
class TypeExpr:
    """``list of`` (``lists`` times) a named type."""

    name: str
    lists: int = 0
    span: Span = place()


@frozen
class Member:
    name: Name
    text: str | None = None


@frozen
class EnumType:
    name: Name
    members: tuple[Member, ...]
    span: Span = place()


@frozen
class FieldDecl:
    """A field of a record, or a fact (a fact is a field of the whole description)."""

    name: Name
    type: TypeExpr
    judged: bool = False
    question: str | None = None
    span: Span = place()


@frozen
class RecordType:
    name: Name
    fields: tuple[FieldDecl, ...]
    span: Span = place()


@frozen
class Fact:
    decl: FieldDecl
    span: Span = place()


@frozen
class Party:
    name: Name
    text: str | None = None
    span: Span = place()


@frozen
class Use:
    name: Name
    span: Span = place()


VocabularyItem: TypeAlias = Use | EnumType | RecordType | Fact | Party


@frozen
class Vocabulary:
    name: Name
    description: str | None = None
    items: tuple[VocabularyItem, ...] = ()
    span: Span = place()


# --- policies -----------------------------------------------------------------------------


@frozen
class Header:
    """What stands under ``policy NAME``; the order of its lines does not matter."""

    title: Text | None = None
    provider: Name | None = None
    version: Text | None = None
    effective_from: DateLiteral | None = None
    effective_until: DateLiteral | None = None
    recorded: DateLiteral | None = None
    source: Text | None = None
    default: Stance | None = None
    notes: tuple[Text, ...] = ()


@frozen
class Stance:
    """``default permit`` or ``default forbid``."""

    value: str
    span: Span = place()


@frozen
class Define:
    name: Name
    body: Expr
    description: str | None = None
    span: Span = place()


@frozen
class ExceptionRef:
    """``except NAME`` with nothing under it: an exception declared on its own, attached here."""

    name: Name
    span: Span = place()


@frozen
class ExceptionNode:
    """An exception: written inside a norm (``except``) or on its own (``exception``)."""

    name: Name
    at: str | None = None
    description: str | None = None
    when: Expr | None = None
    provisos: tuple[Expr, ...] = ()
    exceptions: tuple[ExceptionNode | ExceptionRef, ...] = ()
    span: Span = place()


@frozen
class Norm:
    """``forbid`` or ``permit``."""

    modality: str
    name: Name
    at: str | None = None
    description: str | None = None
    when: Expr | None = None
    provisos: tuple[Expr, ...] = ()
    subject_to: tuple[Target, ...] = ()
    notwithstanding: tuple[Target, ...] = ()
    exceptions: tuple[ExceptionNode | ExceptionRef, ...] = ()
    span: Span = place()


@frozen
class Standalone:
    """``exception NAME …`` as an item of its own."""

    node: ExceptionNode
    span: Span = place()


@frozen
class Section:
    name: Name
    at: str | None = None
    description: str | None = None
    scope: Expr | None = None
    default: Stance | None = None
    items: tuple[Norm | Standalone | Section, ...] = ()
    span: Span = place()


@frozen
class Incorporate:
    target: Ref
    at: str | None = None
    description: str | None = None
    span: Span = place()


@frozen
class PrevailsOver:
    target: Ref
    at: str | None = None
    span: Span = place()


# --- enforcement --------------------------------------------------------------------------


@frozen
class Term:
    """``30 days``: a number and a unit, the unit in the singular."""

    number: int
    unit: str
    span: Span = place()


@frozen
class Measure:
    """``kind`` is one of ``MEASURES``; ``within`` stands with ``require changes`` alone."""

    kind: str
    within: Term | None = None
    text: str | None = None
    span: Span = place()


MEASURES = ("warn", "suspend", "require changes", "terminate", "reinstate")


@frozen
class Rung:
    """``on FINDING of CLAUSE MEASURE, else MEASURE``; ``finding`` is one of ``FINDINGS``."""

    finding: str
    of: Ref | None
    measures: tuple[Measure, ...]
    span: Span = place()


FINDINGS = ("alleged breach", "confirmed breach", "cleared")


@frozen
class Enforcement:
    """A ladder: which measure which finding opens."""

    at: str | None = None
    description: str | None = None
    rungs: tuple[Rung, ...] = ()
    span: Span = place()


# --- scenarios ----------------------------------------------------------------------------


@frozen
class ListValue:
    items: tuple[Value, ...]
    span: Span = place()


@frozen
class RecordValue:
    entries: tuple[tuple[Name, Value], ...]
    span: Span = place()


Value: TypeAlias = Name | Text | BooleanLiteral | IntegerLiteral | DateLiteral | ListValue | RecordValue


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
    """``expect needs a, b``: these facts and no others."""

    facts: tuple[Name, ...]
    span: Span = place()


@frozen
class ExpectConflict:
    first: Ref
    second: Ref
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


Expectation: TypeAlias = (
    ExpectVerdict
    | ExpectForce
    | ExpectDefeated
    | ExpectNeeds
    | ExpectConflict
    | ExpectMeasures
    | ExpectReadings
)


@frozen
class Scenario:
    title: Text
    description: str | None = None
    as_of: DateLiteral | None = None
    given: tuple[Given, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    said: tuple[Said, ...] = ()
    standard: StandardOf | None = None
    readings: tuple[Reading, ...] = ()
    span: Span = place()


PolicyItem: TypeAlias = (
    Use | Define | Section | Norm | Standalone | Incorporate | PrevailsOver | Enforcement | Scenario
)


@frozen
class Policy:
    name: Name
    header: Header = Header()
    items: tuple[PolicyItem, ...] = ()
    span: Span = place()


Unit: TypeAlias = Vocabulary | Policy


LOST_USE = "use …"
"""Among the words that were lost: so was a ``use`` line, and any name may be of its vocabulary."""


@frozen
class Comment:
    """A comment, ``#`` and all. ``own_line`` is false when it follows code on its line."""

    text: str
    own_line: bool
    span: Span = place()


@frozen
class File:
    """One source text: the units it holds, in order.

    ``comments`` stand beside the tree and take no part in equality. ``lost`` holds the words of
    every stretch that could not be parsed: a name among them is not reported as missing.
    """

    units: tuple[Unit, ...] = ()
    span: Span = place()
