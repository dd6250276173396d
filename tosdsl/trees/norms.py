"""Provisions, resolved and typed, with their exceptions kept.

One ``Policy`` a document. ``Linked`` holds the documents that a question is put to, each with the
path by which it came in. Names are ids local to the document (``competing_models.classifiers``).

INVARIANT: definitions stand in an order in which each uses only earlier ones; exceptions form no
circle; ``Linked.order`` lists every norm after all norms that prevail over it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Literal as OneOf
from typing import TypeAlias

from attrs import field

from tosdsl.base.node import frozen
from tosdsl.base.span import Span, place
from tosdsl.trees.expressions import And, Expr
from tosdsl.trees.facts import Atomic, Node, Standard, Status
from tosdsl.trees.lazy import unplaced
from tosdsl.trees.vocabulary import Type, Vocabulary

Modality = OneOf["forbid", "permit", "require"]
Stance = OneOf["forbid", "permit", "not_applicable"]

NOUNS = {"forbid": "prohibition", "permit": "permission", "require": "obligation"}
"""What a clause is, by the word with which it begins."""

RIVALS = {"forbid", "permit"}
"""Of clauses of these two kinds, one can displace the other."""


def speaking(default: Stance | None) -> Stance | None:
    """What a default says of a use of which no clause speaks: nothing, if it is ``not_applicable``."""
    return None if default == "not_applicable" else default


# --- provisions -----------------------------------------------------------------------------------


@frozen
class Definition:
    """``body`` is what it means, its exceptions worked in; ``core`` is what stands before them.

    ``vocabulary`` is the name of the vocabulary in which it stands, None of one of the document.
    """

    name: str
    body: Expr
    type: Type
    description: str | None = None
    at: str | None = None
    parameters: tuple[tuple[str, Type], ...] = ()
    core: Expr | None = None
    exceptions: tuple[ExceptionNode, ...] = ()
    span: Span = place()
    vocabulary: str | None = field(default=None, kw_only=True, eq=False)
    duty: str | None = field(default=None, kw_only=True)
    """The obligation whose state it is (``trees/states.py``); None of one that somebody wrote."""


@frozen
class ExceptionNode:
    """``shown``: where it is not known to apply, it does not."""

    id: str
    at: str | None
    description: str | None
    when: Expr
    provisos: tuple[Expr, ...] = ()
    exceptions: tuple[ExceptionNode, ...] = ()
    span: Span = place()
    shown: bool = field(default=False, kw_only=True)


@frozen
class Deadline:
    """The last good day (``within``, ``by``), or the first bad one (``before``). Of ``promptly``, the
    day that it counts from, and ``judged``, the condition under which it is late."""

    kind: str
    moment: Expr
    span: Span = place()
    zone: str | None = None
    """In which its last day ends; None: in that of the moment of the use."""
    judged: Expr | None = None
    missed: Expr | None = None
    """Where ``must`` names a day: that it is after the last good one."""
    first_over: Expr | None = None
    """Of what recurs: that its first period is over. Nothing is late before, whatever is not known."""

    @property
    def written(self) -> tuple[Expr, ...]:
        """The expressions that stand in it."""
        return (self.moment,) if self.judged is None else (self.moment, self.judged)


@frozen
class Norm:
    """A prohibition, a permission or an obligation. No ``when`` means: in every case.

    ``must`` and ``deadline`` are an obligation's. ``bearer`` is a party's name, ``customer`` or
    ``provider``. ``shown`` is a permission's: where it is not known to have force, it has none.
    ``on`` is the day or the moment that ``must`` names, if it does: ``must`` is then the condition that
    this is known and not too late.
    """

    modality: Modality
    id: str
    at: str | None
    description: str | None
    when: Expr | None = None
    provisos: tuple[Expr, ...] = ()
    exceptions: tuple[ExceptionNode, ...] = ()
    must: Expr | None = None
    deadline: Deadline | None = None
    bearer: str = "customer"
    span: Span = place()
    shown: bool = field(default=False, kw_only=True)
    on: Expr | None = field(default=None, kw_only=True)

    @property
    def asked(self) -> Expr | None:
        """What stands behind ``must``."""
        return self.must if self.on is None else self.on

    @property
    def owed(self) -> tuple[Expr, ...]:
        """What an obligation asks, and until when."""
        must = tuple(each for each in (self.must, self.on) if each is not None)
        return must if self.deadline is None else (*must, *self.deadline.written)


@frozen
class Section:
    """``default`` is the stance in force here: its own, or inherited. The root's id is empty."""

    id: str
    at: str | None
    description: str | None
    scope: Expr | None
    default: Stance
    norms: tuple[Norm, ...] = ()
    sections: tuple[Section, ...] = ()
    span: Span = place()

    def walk(self) -> Iterator[Section]:
        """This section and all below it, in the order of the text."""
        yield self
        for section in self.sections:
            yield from section.walk()

    def all_norms(self) -> Iterator[Norm]:
        for section in self.walk():
            yield from section.norms

    def unplaced_norms(self) -> Iterator[Norm]:
        """The same for a reader who looks at no place: after an edit, most may be those of before."""
        for section in self.walk():
            yield from unplaced(section.norms)


@frozen
class Target:
    """What a norm is ordered against: a clause or a section, here or in another document.

    ``clause`` None means everything else in the document and in what it incorporates.
    """

    policy: str | None
    version: str | None
    clause: str | None
    span: Span = place()


@frozen
class Precedence:
    """``norm`` prevails over the target (``wins``), or the target prevails over it."""

    norm: str
    target: Target
    wins: bool
    span: Span = place()


@frozen
class Incorporation:
    """``clause`` None incorporates the whole document; without ``when`` it binds in every case."""

    policy: str
    version: str | None
    clause: str | None
    at: str | None = None
    description: str | None = None
    when: Expr | None = None
    span: Span = place()


@frozen
class DocumentOver:
    """The document ``policy``, over which this one prevails, or to which it yields."""

    policy: str
    version: str | None
    at: str | None = None
    yields: bool = field(default=False, kw_only=True)
    span: Span = place()


@frozen
class Route:
    """Where ``when`` holds, the document ``policy`` governs and not this one.

    That document need not be in the library. The root section's scope holds the conditions of all
    routes already, negated.
    """

    policy: str
    version: str | None
    when: Expr
    at: str | None = None
    description: str | None = None
    span: Span = place()


@frozen
class Presumption:
    """What holds of a fact, or of the facts of a record, where a use says nothing of it.

    ``value`` is read by the types of the vocabulary; ``by`` is the policy or vocabulary that says it.
    """

    path: str
    value: Node
    by: str
    at: str | None = None
    description: str | None = None
    span: Span = place()


# --- enforcement ------------------------------------------------------------------------------------


@frozen
class Measure:
    """``kind`` as in the text; ``within`` a number and a unit (``30 days``)."""

    kind: str
    within: str | None = None
    text: str | None = None


@frozen
class Rung:
    """A measure, with those that follow if it does not help, and the finding that opens it.

    ``finding`` is ``alleged breach``, ``confirmed breach`` or ``cleared``; ``of`` the prohibition or
    section that it is about, None for the document. ``at`` and ``description`` are the ladder's.
    """

    finding: str
    of: str | None
    measures: tuple[Measure, ...]
    at: str | None = None
    description: str | None = None
    span: Span = place()


# --- scenarios --------------------------------------------------------------------------------------


@frozen
class Expectation:
    """``kind`` is verdict, force, defeated, needs, conflict, duty, duty_needs, due, compliant, value,
    governs, measures, readings, presumed or without.

    ``words`` is what it expects. measures: those open. readings: ``agree`` or ``split``. verdict and
    without: the verdict. presumed: facts and clauses. force: clause, truth (``true``, ``false`` or
    ``unknown``). defeated: clause, by. needs: the facts. conflict: two clauses. duty: clause, state.
    duty_needs: clause, and the facts. due: clause, last day in words, and ``value`` that day or
    moment. compliant: ``true``, ``false`` or ``unknown``. value: the definition, and ``value`` what it
    comes to, None for unknown. governs: a document, or a document and its version. Clauses are full
    ids (``policy#clause``).
    """

    kind: str
    words: tuple[str, ...]
    span: Span = place()
    spans: tuple[Span, ...] = field(default=(), eq=False, repr=False, kw_only=True)
    """Where the facts or clauses among the words stand."""
    value: Atomic | tuple[Atomic, ...] | None = field(default=None, kw_only=True)


@frozen
class Said:
    """Facts of a scenario that are ``alleged`` or ``confirmed`` by a source."""

    status: Status
    source: str
    facts: Node


@frozen
class Scenario:
    """``readings`` maps names to mappings of judged facts. ``about`` is the full id of the clause or
    section that is asked about by itself, if one is."""

    title: str
    description: str | None
    as_of: date | None
    given: Node
    expectations: tuple[Expectation, ...]
    said: tuple[Said, ...] = ()
    standard: Standard = "confirmed"
    readings: Node | None = None
    span: Span = place()
    known_at: date | None = field(default=None, kw_only=True)
    about: str | None = field(default=None, kw_only=True)


# --- properties -------------------------------------------------------------------------------------


@frozen
class Claim:
    """What is expected never, or always: ``of`` is a verdict, a force or the state of a duty."""

    always: bool
    of: Expectation
    span: Span = place()


@frozen
class Property:
    """What holds of every use of which ``where`` is true; without ``where``, of every use."""

    title: str
    description: str | None
    as_of: date | None
    where: Expr | None
    claims: tuple[Claim, ...]
    span: Span = place()
    known_at: date | None = field(default=None, kw_only=True)


# --- documents ----------------------------------------------------------------------------------------


@frozen
class Policy:
    id: str
    version: str | None
    title: str | None
    provider: str | None
    effective_from: date | None
    effective_until: date | None
    recorded: date | None
    source: str | None
    notes: tuple[str, ...]
    root: Section
    vocabulary: Vocabulary
    definitions: tuple[Definition, ...] = ()
    precedences: tuple[Precedence, ...] = ()
    incorporations: tuple[Incorporation, ...] = ()
    over: tuple[DocumentOver, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    ladder: tuple[Rung, ...] = ()
    digest: str = ""
    span: Span = place()
    routes: tuple[Route, ...] = field(default=(), kw_only=True)
    properties: tuple[Property, ...] = field(default=(), kw_only=True)
    presumptions: tuple[Presumption, ...] = field(default=(), kw_only=True)
    zone: str | None = field(default=None, kw_only=True)
    """The named zone in which its days are counted; None: those of the moments that are given."""
    in_place_of: tuple[str, ...] = field(default=(), kw_only=True)
    """What is to be said of its text, or of a vocabulary that it uses: that it is read in the place of
    another of the same name."""

    @property
    def name(self) -> str:
        """The id, with the version if there is one."""
        return f"{self.id}@{self.version}" if self.version else self.id

    @property
    def written(self) -> tuple[Definition, ...]:
        """The definitions that somebody wrote: without the states of obligations."""
        return tuple(each for each in self.definitions if each.duty is None)

    @property
    def scope(self) -> Expr | None:
        """What the head says under ``applies when``: the scope of the root section, in which the routes
        stand behind it. It is not kept twice, as what is known of a condition goes by its identity."""
        whole = self.root.scope
        if not self.routes:
            return whole
        return whole.items[0] if isinstance(whole, And) else None


NOTHING = "#nothing"
"""As the part of a document that binds: none of it does. It can be no id, as it is no name."""


@frozen
class Document:
    """A policy as it binds in this question. ``part`` is the clause or section that binds, or None.

    ``path`` is the chain of ids by which it came in: the document itself comes last. Where a clause or
    a section comes in, what its own document incorporates comes along with ``NOTHING`` that binds: it
    may prevail over the clause, as it does in that document.
    """

    policy: Policy
    path: tuple[str, ...]
    part: str | None = None
    versions: tuple[Policy, ...] = field(default=(), eq=False, repr=False)
    """Those among which the days of the question chose this one, if there was a choice."""
    within: int | None = None
    """The index of the document that incorporates it, which comes before it: where that one does not
    apply, neither does this."""
    told: tuple[str, ...] = ()
    """What every decision has to tell of it: what it is subject to and what takes no part."""
    by: int | None = None
    """The number of the incorporation by which it came in, among those of the document ``within``."""

    def qualified(self, clause: str) -> str:
        """The full id of a clause, an exception or a section of this document."""
        return f"{self.policy.id}#{clause}" if clause else self.policy.id


def of_part(policy: Policy, part: str | None) -> frozenset[str]:
    """The ids of the norms of a clause or a section; None stands for the whole document."""
    found: set[str] = set()
    for section in policy.root.walk():
        if part is None or section.id == part:
            found |= {norm.id for norm in section.unplaced_norms()}
        else:
            found |= {norm.id for norm in unplaced(section.norms) if norm.id == part}
    return frozenset(found)


History: TypeAlias = tuple[Policy, ...]
"""A document: the versions of it among which a question's days choose."""

NormKey: TypeAlias = tuple[int, str]
"""The index of a document in ``Linked.documents``, and the id of a norm in it."""


@frozen
class Linked:
    """The documents that a question is put to, and which norms prevail over which."""

    documents: tuple[Document, ...]
    vocabulary: Vocabulary
    above: Mapping[NormKey, tuple[NormKey, ...]] = field(factory=dict)
    """For a norm, those of the contrary modality that prevail over it."""
    order: tuple[NormKey, ...] = ()
    governing: tuple[bool, ...] | None = None
    """For each document, whether it is in force, where the days alone do not say so."""

    def scopes(self, index: int, section: Section) -> Iterator[tuple[int, str, Expr]]:
        """The conditions of a section's own scope, each behind who says it: a document, and a full id.

        A whole document has that of its incorporation too, which the other document says.
        """
        incorporated = None if section.id else self.incorporated_when(index)
        if incorporated is not None:
            within, when = incorporated
            yield within, self.documents[within].qualified(""), when
        if section.scope is not None:
            yield index, self.documents[index].qualified(section.id), section.scope

    def incorporated_when(self, index: int) -> tuple[int, Expr] | None:
        """The condition under which a document came in, behind the index of the document that says it;
        None without one. Where it does not hold, what came in does not apply."""
        document = self.documents[index]
        if document.within is None or document.by is None:
            return None
        when = self.documents[document.within].policy.incorporations[document.by].when
        return None if when is None else (document.within, when)

    def around(self, index: int) -> Iterator[int]:
        """A document, and those by which it came in, from the inside."""
        at: int | None = index
        while at is not None:
            yield at
            at = self.documents[at].within

    def norms(self) -> Iterator[tuple[NormKey, Norm]]:
        """Every norm of every document, bound or not, with its key."""
        for index, document in enumerate(self.documents):
            for norm in document.policy.root.all_norms():
                yield (index, norm.id), norm


@frozen
class Choices:
    """A question's documents in all their versions, and the whole that each choice among them makes.

    ``asked`` are the documents asked about, ``histories`` these and all that can come in after them.
    INVARIANT: ``linked`` has a whole for every choice of versions that some days make.
    """

    asked: tuple[History, ...]
    histories: tuple[History, ...]
    linked: Mapping[tuple[int, ...], Linked]
    """By the indexes of the versions chosen, one for each history."""
    vocabulary: Vocabulary
    """The facts of all versions together."""
    library: Mapping[str, Choices] = field(factory=dict)
    """The documents that scenarios expect to govern, each asked about by itself, in all versions."""

    def policies(self) -> tuple[Policy, ...]:
        """Every version of every document that can take part, once."""
        wholes = self.linked.values()
        return tuple({id(d.policy): d.policy for whole in wholes for d in whole.documents}.values())
