"""The decision: typed, frozen, and the same under the same names in JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import Any, NoReturn

from attrs import asdict, evolve, field, fields

from tosdsl.base.node import frozen
from tosdsl.base.verdict import Verdict
from tosdsl.trees.wording import value_words

SCHEMA = "tosdsl.decision/1"


@frozen
class Basis:
    """A clause, or a section's default, that decides.

    ``clause`` is its full id, ``at`` its place in the document, ``effect`` ``forbid`` or ``permit``,
    ``force`` ``true`` or ``unknown``, ``by_default`` whether it is a default and no clause. ``path``
    is the chain of documents by which it came in, the document itself last; ``incorporated_when`` are
    the conditions on it: of each incorporation that has one, from the outside.
    """

    clause: str
    at: str | None
    effect: str
    force: str
    by_default: bool
    text: str | None
    document: str
    title: str | None
    version: str | None
    source: str | None
    path: tuple[str, ...]
    incorporated_when: tuple[str, ...] = ()


@frozen
class Defeated:
    """A clause or exception that would have applied, and what defeated it, each with its place."""

    clause: str
    at: str | None
    effect: str
    by: str
    by_at: str | None
    path: tuple[str, ...]


@frozen
class Condition:
    """A proviso of an exception or a permission relied on.

    ``holds`` is ``true`` or ``unknown``; ``questions`` are those of the facts that it reads.
    """

    clause: str
    text: str
    holds: str
    questions: tuple[str, ...]
    path: tuple[str, ...]


@frozen
class Need:
    """An unknown fact that can still change the verdict, and the clauses that ask for it."""

    fact: str
    question: str
    judged: bool
    clauses: tuple[str, ...]


@frozen
class Conflict:
    """A prohibition and a permission in force at equal rank: the prohibition prevails."""

    prohibition: str
    permission: str


@frozen
class Judgement:
    """A judged fact that the decision rests on. ``value`` is as supplied, as text."""

    fact: str
    value: str
    question: str


@frozen
class Duty:
    """An obligation that this use triggers, or may.

    ``state`` is ``fulfilled``, ``pending``, ``breached`` or ``undetermined``; ``due`` the last good day
    or moment, if it is known; ``needs`` are the unknown facts on which the state depends, and
    ``questions`` theirs.
    """

    clause: str
    at: str | None
    state: str
    due: date | datetime | None
    must: str
    text: str | None
    bearer: str
    needs: tuple[str, ...]
    questions: tuple[str, ...]
    path: tuple[str, ...]


@frozen
class Evidence:
    """An assertion: who has it that ``fact`` is ``value`` (as text).

    ``status`` is ``alleged`` or ``confirmed``, ``source`` where it was said; day and speaker may be
    missing.
    """

    fact: str
    value: str
    status: str
    source: str
    said_on: date | None
    said_by: str | None


@frozen
class Contested:
    """A fact about which values that count contradict each other: it is unknown.

    ``given`` is its plain value as text, if it has one; ``assertions`` are those that count.
    """

    fact: str
    question: str
    given: str | None
    assertions: tuple[Evidence, ...]


@frozen
class Measure:
    """``warn``, ``suspend``, ``require changes``, ``terminate`` or ``reinstate``.

    ``within`` is a time such as ``30 days``; ``text`` what the document adds.
    """

    measure: str
    within: str | None
    text: str | None


@frozen
class OpenMeasure:
    """A measure that a document's ladder has open now. Taking it is the caller's.

    ``finding`` is ``alleged breach``, ``confirmed breach`` or ``cleared``; ``clause`` the full id of
    what was found breached or not, if the ladder names one; ``else_`` (in JSON ``else``) what
    follows if the measure does not help. ``at`` and ``description`` are the ladder's.
    """

    measure: str
    within: str | None
    text: str | None
    else_: tuple[Measure, ...]
    finding: str
    clause: str | None
    document: str
    title: str | None
    at: str | None
    description: str | None
    path: tuple[str, ...]


@frozen
class Decider:
    """A clause (or a section's default) that decides under a reading, with its place."""

    clause: str
    at: str | None
    by_default: bool


@frozen
class Supplied:
    """A judged fact as a reading has it; ``value`` is text."""

    fact: str
    value: str


@frozen
class ReadingOutcome:
    """What comes of one reading: ``facts`` are those that it supplies, ``by`` what decides."""

    name: str
    verdict: Verdict
    possible: tuple[Verdict, ...]
    facts: tuple[Supplied, ...]
    by: tuple[Decider, ...]


@frozen
class Presumed:
    """A presumption or a burden that mattered.

    ``kind`` is ``presumption``: ``fact`` counts as ``value`` (as text), as the use does not say it. Or
    ``burden``: ``clause`` (the full id of a permission, an exception or the clause of a proviso) does
    not help, as it is not shown. ``by`` is the policy or vocabulary that says so, or ``asker``; ``at``
    its place there and ``text`` its words; ``facts`` are the unknown facts behind it. ``decides``:
    without this one alone, the verdict would be open or another. Of burdens: if this one alone were
    met; where it takes several, all of them decide. ``otherwise`` is what comes of it then: the verdict
    if the contrary of the presumption were known, or the burden met (all of them, where it takes
    several). None of what does not decide.
    """

    kind: str
    fact: str | None
    value: str | None
    clause: str | None
    by: str
    at: str | None
    text: str | None
    facts: tuple[str, ...]
    decides: bool
    otherwise: Verdict | None


@frozen
class Without:
    """What the decision would be with nothing presumed and nothing to be shown.

    ``needs`` are the facts that settle it for good.
    """

    verdict: Verdict
    possible: tuple[Verdict, ...]
    compliant: bool | None
    needs: tuple[Need, ...]
    exact: bool


@frozen
class Interpreted:
    """A part of a text that can be read in several ways, where that matters.

    ``id`` is its full id, ``at`` its place in the document, ``readings`` the ways to read it.
    ``chosen`` is the one that the question chose; None: each was tried, see ``readings`` there.
    """

    id: str
    at: str | None
    question: str
    readings: tuple[str, ...]
    chosen: str | None


@frozen
class PolicyUsed:
    """A document that took part. ``digest`` covers its text and its vocabularies' texts.

    ``versions`` counts those that there were to choose from.
    """

    id: str
    version: str | None
    title: str | None
    digest: str
    path: tuple[str, ...]
    versions: int


@frozen
class Governs:
    """A document that governs the use: one asked about, or one that it leads to in its own place.

    ``version`` is that in force, or what the route says, if anything; ``at`` and ``text`` are the
    route's place and words, and ``path`` leads from the document asked about.
    """

    document: str
    version: str | None
    at: str | None
    text: str | None
    path: tuple[str, ...]


@frozen
class Why:
    """A node of the explanation.

    ``kind`` is document, section, prohibition, permission, obligation, exception, condition, proviso,
    must, deadline, item (of a list), value (that was worked out), rebuttal, default, definition,
    incorporation, route or others. ``truth`` is ``true``, ``false`` or ``unknown``. ``text`` says what
    is tested or stated; ``note`` the facts that made it so, or what it comes to; ``at`` the place.
    """

    kind: str
    text: str
    truth: str
    note: str = ""
    at: str | None = None
    clause: str | None = None
    description: str | None = None
    children: tuple[Why, ...] = ()


@frozen
class Explained:
    """An explanation that is worked out already."""

    why: Why

    def __call__(self) -> Why:
        return self.why


@frozen
class Unwritten:
    """What a decision has in place of its explanation that was written without it."""

    def __call__(self) -> NoReturn:
        from tosdsl.reread import no_explanation

        raise no_explanation()


class _Told:
    """What a decision of compiled code keeps of its question, from which the rest of it is made."""

    __slots__ = ("_told",)


LATER = frozenset(
    ("compliant", "defeated", "conditions", "judgements", "governs", "evidence", "enforcement")
)
"""Fields that compiled code works out when somebody asks for them: a gate asks for none."""


@frozen(slots=False)
class Decision(_Told):
    """The answer to one question. Pure data: everything needed to act on it and to replay it.

    Decisions of compiled code share what they have in common, so a decision is not to be changed
    behind its back either. Fields in LATER are worked out when they are first read.
    """

    verdict: Verdict
    possible: tuple[Verdict, ...]
    compliant: bool | None
    basis: tuple[Basis, ...]
    defeated: tuple[Defeated, ...]
    conditions: tuple[Condition, ...]
    duties: tuple[Duty, ...]
    needs: tuple[Need, ...]
    conflicts: tuple[Conflict, ...]
    judgements: tuple[Judgement, ...]
    policies: tuple[PolicyUsed, ...]
    governs: tuple[Governs, ...]
    as_of: date | datetime | None
    """When the use took place: a day, or a moment."""
    known_at: date | datetime | None
    warnings: tuple[str, ...]
    """What is odd about the facts, in sentences: a party's name that is nearly a known one's."""
    standard: str
    """What counted: ``confirmed`` or ``alleged``."""
    evidence: tuple[Evidence, ...]
    """Assertions that count, about the facts that the decision rests on."""
    allegations: tuple[Evidence, ...]
    """Allegations that do not count, about facts that are therefore unknown."""
    contested: tuple[Contested, ...]
    enforcement: tuple[OpenMeasure, ...]
    readings: tuple[ReadingOutcome, ...]
    agree: bool | None
    """Whether all readings give this verdict; None if there are none."""
    exact: bool
    """False where the verdict, or a duty's state, is left open though more facts may not change it: a
    condition in the way is not looked into, or that would have taken too much work."""
    presumed: tuple[Presumed, ...]
    """The presumptions and burdens that mattered, if any."""
    without: Without | None
    """What comes without them; None where none mattered."""
    interpretations: tuple[Interpreted, ...]
    """How texts were read: those on which the answer hangs, and those of which a reading was chosen."""
    _explain: Callable[[], Why] = field(eq=False, repr=False)

    @property
    def explanation(self) -> Why:
        """Why, as a tree. Built when asked for.

        Raises DecisionError if the decision was read from JSON that was written without it.
        """
        return self._explain()

    @property
    def passes(self) -> bool:
        """Whether a gate may open: permitted, with nothing in ``warnings``, and not on a presumption
        alone."""
        bare = self.verdict if self.without is None else self.without.verdict
        return self.passes_presuming and bare is Verdict.PERMITTED

    @property
    def passes_presuming(self) -> bool:
        """The same where the caller takes what is presumed for given."""
        return self.verdict is Verdict.PERMITTED and not self.warnings

    def __bool__(self) -> NoReturn:
        """``if decision:`` would let everything pass."""
        raise TypeError("a decision is neither true nor false: ask `passes`, or look at its verdict")

    def explain(self) -> str:
        """Why, as plain text: what the command line prints when its output is piped."""
        from tosdsl.decision.text import decision_lines

        return "\n".join(line.plain for line in decision_lines(self))

    def __getattr__(self, name: str) -> Any:
        """Of what compiled code leaves out: the explanation, and what nobody has asked for."""
        if name != "_explain" and name not in LATER:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        rest, values = self._told
        if name == "_explain":
            return cache(lambda: rest(name, values))
        found = vars(self)[name] = rest(name, values)
        return found

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        """Between processes it travels with its explanation worked out."""
        values = (getattr(self, each.name) for each in fields(Decision) if each.name != "_explain")
        missing = isinstance(self._explain, Unwritten)
        return Decision, (*values, self._explain if missing else Explained(self.explanation))

    def to_json(self, *, explain: bool = True) -> dict[str, Any]:
        """The decision as JSON-ready data, under the names of its fields.

        Without ``explain``, ``explanation`` is None, and is not worked out.
        """
        fields = asdict(self, filter=lambda attribute, _: attribute.name != "_explain")
        return {
            "schema": SCHEMA,
            **{name: plain(value) for name, value in fields.items()},
            "explanation": plain(asdict(self.explanation)) if explain else None,
        }

    @classmethod
    def from_json(cls, data: object) -> Decision:
        """The decision that ``to_json`` wrote: equal to it, with its explanation if that was written.

        ``data`` is its JSON text (a str, or bytes of UTF-8), or what ``json.loads`` makes of it. Raises
        DecisionError, whatever ``data`` is. What was written is taken at its word: whoever could write
        it could write another verdict, so a gate decides again.
        """
        from tosdsl.reread import decision_from_json

        return decision_from_json(data)


def settled(made: Decision) -> dict[str, Any]:
    """The fields of a decision that are worked out, but for its explanation."""
    fields = dict(vars(made))
    fields.pop("_explain", None)
    return fields


def whole(made: Decision) -> dict[str, Any]:
    """All fields of a decision but its explanation, in their order."""
    return {name: getattr(made, name) for name in _NAMES}


_NAMES = tuple(each.name for each in fields(Decision) if each.name != "_explain")

_new = object.__new__
_share: Callable[[Decision, dict[str, Any]], None] = vars(Decision)["__dict__"].__set__
_keep: Callable[[Decision, tuple[Any, Any]], None] = vars(_Told)["_told"].__set__


Rest = Callable[[str, Any], Any]
"""Makes a field of a decision, by its name and of the values that the decision was made of."""


def decided(shared: dict[str, Any], rest: Rest, values: Any) -> Decision:
    """A decision that may have its fields in common with others.

    ``rest`` makes of ``values`` a field that is not among them, when it is asked for: what LATER names,
    and ``_explain``, which is the explanation.
    """
    made = _new(Decision)
    _share(made, shared)
    _keep(made, (rest, values))
    return made


def changed(made: Decision, **fields: Any) -> Decision:
    """The decision with other values of some fields, by their names. What of it is not worked out yet
    is left until somebody asks."""
    told = getattr(made, "_told", None)
    if told is None:  # one that was not made by compiled code has all its fields
        return evolve(made, **{name.removeprefix("_"): value for name, value in fields.items()})
    return decided({**vars(made), **fields}, *told)


def plain(value: Any) -> Any:
    """A value of a decision's field as JSON-ready data."""
    match value:
        case Verdict():
            return value.value
        case datetime():
            return value_words(value)
        case date():
            return value.isoformat()
        case dict():
            return {key.removesuffix("_"): plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [plain(inner) for inner in value]
        case _:
            return value
