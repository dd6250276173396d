"""The tree of a text as it was written: names unresolved, layout gone.

Children are tuples, nodes are frozen, and spans take no part in equality, so that
``parse(format(tree)) == tree`` is plain equality. Optional parts are ``None``; what may be
repeated is a tuple in the order of the text.

INVARIANT: no node nests deeper than ``limits.MAX_NESTING``; the parser refuses such a text.
"""

from __future__ import annotations

from typing import TypeAlias

from attrs import field

from tosdsl.base.node import frozen
from tosdsl.base.span import Span, place
from tosdsl.trees.cases import (
    DUTY_STATES as DUTY_STATES,
)
from tosdsl.trees.cases import (
    Claim as Claim,
)
from tosdsl.trees.cases import (
    Expectation as Expectation,
)
from tosdsl.trees.cases import (
    ExpectCompliant as ExpectCompliant,
)
from tosdsl.trees.cases import (
    ExpectConflict as ExpectConflict,
)
from tosdsl.trees.cases import (
    ExpectDefeated as ExpectDefeated,
)
from tosdsl.trees.cases import (
    ExpectDue as ExpectDue,
)
from tosdsl.trees.cases import (
    ExpectDuty as ExpectDuty,
)
from tosdsl.trees.cases import (
    ExpectForce as ExpectForce,
)
from tosdsl.trees.cases import (
    ExpectGoverns as ExpectGoverns,
)
from tosdsl.trees.cases import (
    ExpectMeasures as ExpectMeasures,
)
from tosdsl.trees.cases import (
    ExpectNeeds as ExpectNeeds,
)
from tosdsl.trees.cases import (
    ExpectPresumed as ExpectPresumed,
)
from tosdsl.trees.cases import (
    ExpectReadings as ExpectReadings,
)
from tosdsl.trees.cases import (
    ExpectValue as ExpectValue,
)
from tosdsl.trees.cases import (
    ExpectVerdict as ExpectVerdict,
)
from tosdsl.trees.cases import (
    ExpectWithout as ExpectWithout,
)
from tosdsl.trees.cases import (
    Given as Given,
)
from tosdsl.trees.cases import (
    ListValue as ListValue,
)
from tosdsl.trees.cases import (
    Property as Property,
)
from tosdsl.trees.cases import (
    Reading as Reading,
)
from tosdsl.trees.cases import (
    RecordValue as RecordValue,
)
from tosdsl.trees.cases import (
    Said as Said,
)
from tosdsl.trees.cases import (
    Scenario as Scenario,
)
from tosdsl.trees.cases import (
    StandardOf as StandardOf,
)
from tosdsl.trees.cases import (
    Value as Value,
)
from tosdsl.trees.written import (
    IGNORING_CASE as IGNORING_CASE,
)
from tosdsl.trees.written import (
    LITERALS as LITERALS,
)
from tosdsl.trees.written import (
    OPERATORS as OPERATORS,
)
from tosdsl.trees.written import (
    PARTS_OF_DAYS as PARTS_OF_DAYS,
)
from tosdsl.trees.written import (
    PARTS_OF_MOMENTS as PARTS_OF_MOMENTS,
)
from tosdsl.trees.written import (
    TEXT_TESTS as TEXT_TESTS,
)
from tosdsl.trees.written import (
    WAYS as WAYS,
)
from tosdsl.trees.written import (
    Aggregate as Aggregate,
)
from tosdsl.trees.written import (
    And as And,
)
from tosdsl.trees.written import (
    Arithmetic as Arithmetic,
)
from tosdsl.trees.written import (
    Block as Block,
)
from tosdsl.trees.written import (
    BooleanLiteral as BooleanLiteral,
)
from tosdsl.trees.written import (
    Call as Call,
)
from tosdsl.trees.written import (
    Compare as Compare,
)
from tosdsl.trees.written import (
    Conditional as Conditional,
)
from tosdsl.trees.written import (
    Convert as Convert,
)
from tosdsl.trees.written import (
    DateLiteral as DateLiteral,
)
from tosdsl.trees.written import (
    DayOfUse as DayOfUse,
)
from tosdsl.trees.written import (
    DurationLiteral as DurationLiteral,
)
from tosdsl.trees.written import (
    EverythingElse as EverythingElse,
)
from tosdsl.trees.written import (
    Expr as Expr,
)
from tosdsl.trees.written import (
    InstantLiteral as InstantLiteral,
)
from tosdsl.trees.written import (
    IntegerLiteral as IntegerLiteral,
)
from tosdsl.trees.written import (
    Literal as Literal,
)
from tosdsl.trees.written import (
    MoneyLiteral as MoneyLiteral,
)
from tosdsl.trees.written import (
    Name as Name,
)
from tosdsl.trees.written import (
    Not as Not,
)
from tosdsl.trees.written import (
    NumberLiteral as NumberLiteral,
)
from tosdsl.trees.written import (
    Or as Or,
)
from tosdsl.trees.written import (
    PartOfDay as PartOfDay,
)
from tosdsl.trees.written import (
    PartOfMoment as PartOfMoment,
)
from tosdsl.trees.written import (
    Quantified as Quantified,
)
from tosdsl.trees.written import (
    Ref as Ref,
)
from tosdsl.trees.written import (
    Rounded as Rounded,
)
from tosdsl.trees.written import (
    SetOf as SetOf,
)
from tosdsl.trees.written import (
    Shown as Shown,
)
from tosdsl.trees.written import (
    Target as Target,
)
from tosdsl.trees.written import (
    Text as Text,
)
from tosdsl.trees.written import (
    Window as Window,
)
from tosdsl.trees.written import (
    children as children,
)

# --- vocabularies -------------------------------------------------------------------------


@frozen
class TypeExpr:
    """``list of`` (``lists`` times), then perhaps ``optional``, a named type, perhaps with a unit."""

    name: str
    lists: int = 0
    optional: bool = False
    unit: str | None = None
    span: Span = place()


@frozen
class Member:
    name: Name
    text: str | None = None


@frozen
class EnumType:
    """``rising``: its members stand in their order, and compare with ``<``."""

    name: Name
    members: tuple[Member, ...]
    rising: bool = False
    span: Span = place()


@frozen
class FieldDecl:
    """A field of a record, or a fact (a fact is a field of the whole description)."""

    name: Name
    type: TypeExpr
    judged: bool = False
    question: str | None = None
    span: Span = place()
    presumed: Value | None = field(default=None, kw_only=True)
    """Of a fact: what holds where a use says nothing of it."""


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


# --- policies -----------------------------------------------------------------------------


@frozen
class Header:
    """What stands under ``policy NAME``; the order of its lines does not matter."""

    title: Text | None = None
    provider: Name | None = None
    version: Text | None = None
    effective_from: DateLiteral | InstantLiteral | None = None
    effective_until: DateLiteral | InstantLiteral | None = None
    recorded: DateLiteral | InstantLiteral | None = None
    source: Text | None = None
    default: Stance | None = None
    notes: tuple[Text, ...] = ()
    scope: Expr | None = None
    zone: Name | None = None


@frozen
class Stance:
    """``default permit``, ``default forbid`` or ``default not_applicable``."""

    value: str
    span: Span = place()


@frozen
class Parameter:
    name: Name
    type: TypeExpr


@frozen
class Define:
    name: Name
    body: Expr
    description: str | None = None
    at: str | None = None
    parameters: tuple[Parameter, ...] = ()
    exceptions: tuple[ExceptionNode | ExceptionRef, ...] = ()
    span: Span = place()


@frozen
class ExceptionRef:
    """``except NAME`` with nothing under it: an exception declared on its own, attached here.

    ``shown``: ``to be shown`` stands after the name, as it may of an exception that is written here.
    """

    name: Name
    span: Span = place()
    shown: bool = field(default=False, kw_only=True)


@frozen
class ExceptionNode:
    """An exception: written inside a norm (``except``) or on its own (``exception``).

    ``shown``: whoever relies on it has to show it.
    """

    name: Name
    at: str | None = None
    description: str | None = None
    when: Expr | None = None
    provisos: tuple[Expr, ...] = ()
    exceptions: tuple[ExceptionNode | ExceptionRef, ...] = ()
    span: Span = place()
    shown: bool = field(default=False, kw_only=True)


@frozen
class Deadline:
    """``within DURATION after MOMENT``, ``before …``, ``by …``, ``promptly after MOMENT``; ``kind`` is
    the first word."""

    kind: str
    moment: Expr
    length: Expr | None = None
    excluding: Expr | None = None
    span: Span = place()


@frozen
class Norm:
    """``forbid``, ``permit`` or ``require``; ``must`` and ``deadline`` belong to the last.

    ``shown``, of a permission: whoever relies on it has to show it. ``late``, of what is owed promptly:
    when it is too late.
    """

    modality: str
    name: Name
    at: str | None = None
    description: str | None = None
    when: Expr | None = None
    provisos: tuple[Expr, ...] = ()
    subject_to: tuple[Target, ...] = ()
    notwithstanding: tuple[Target, ...] = ()
    exceptions: tuple[ExceptionNode | ExceptionRef, ...] = ()
    must: Expr | None = None
    deadline: Deadline | None = None
    bearer: Name | None = None
    span: Span = place()
    shown: bool = field(default=False, kw_only=True)
    late: Expr | None = field(default=None, kw_only=True)


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
    bearer: Name | None = None
    span: Span = place()


@frozen
class Incorporate:
    """``incorporate OTHER``: it binds in the cases of ``when``, without one in all."""

    target: Ref
    at: str | None = None
    description: str | None = None
    when: Expr | None = None
    span: Span = place()


@frozen
class PrevailsOver:
    """``prevails over OTHER``, or from the other side, ``yields to OTHER``."""

    target: Ref
    at: str | None = None
    yields: bool = field(default=False, kw_only=True)
    span: Span = place()


@frozen
class GovernedBy:
    """``governed by OTHER``: in the cases of ``when``, this document is not the one that governs."""

    target: Ref
    at: str | None = None
    description: str | None = None
    when: Expr | None = None
    span: Span = place()


@frozen
class Presume:
    """``presume FACT is VALUE``: what holds where a use says nothing of the fact."""

    path: Name
    value: Value
    at: str | None = None
    description: str | None = None
    span: Span = place()


@frozen
class Interpretation:
    """``interpretation NAME "QUESTION" is one of {READING, …}``: what the text itself may mean."""

    name: Name
    question: str | None
    readings: tuple[Name, ...]
    at: str | None = None
    description: str | None = None
    span: Span = place()


@frozen
class Table:
    """``table NAME of RECORD`` with a record in braces a line: constants that conditions read."""

    name: Name
    record: Name
    rows: tuple[RecordValue, ...]
    at: str | None = None
    description: str | None = None
    span: Span = place()


VocabularyItem: TypeAlias = Use | EnumType | RecordType | Fact | Party | Define


@frozen
class Vocabulary:
    name: Name
    description: str | None = None
    items: tuple[VocabularyItem, ...] = ()
    span: Span = place()


# --- enforcement --------------------------------------------------------------------------


@frozen
class Measure:
    """``kind`` is one of ``MEASURES``; ``within`` stands with ``require changes`` alone."""

    kind: str
    within: DurationLiteral | None = None
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


PolicyItem: TypeAlias = (
    Use
    | Define
    | Section
    | Norm
    | Standalone
    | Incorporate
    | PrevailsOver
    | GovernedBy
    | Presume
    | Interpretation
    | Table
    | Enforcement
    | Scenario
    | Property
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
