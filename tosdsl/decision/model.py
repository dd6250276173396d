"""The decision: typed, frozen, and the same under the same names in JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from enum import Enum
from typing import Any

from attrs import asdict, field, fields, frozen

from tosdsl.trees.wording import value_words

SCHEMA = "tosdsl.decision/1"


class Verdict(Enum):
    """What the documents say of a use."""

    PERMITTED = "permitted"
    FORBIDDEN = "forbidden"
    UNDETERMINED = "undetermined"
    NOT_APPLICABLE = "not_applicable"


@frozen
class Basis:
    """A clause, or a section's default, that decides.

    ``clause`` is its full id, ``at`` its place in the document, ``effect`` ``forbid`` or ``permit``,
    ``force`` ``true`` or ``unknown``, ``by_default`` whether it is a default and no clause. ``path``
    is the chain of documents by which it came in, the document itself last.
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
    or moment, if it is known; ``needs`` are the unknown facts on which the state depends.
    """

    clause: str
    at: str | None
    state: str
    due: date | datetime | None
    must: str
    text: str | None
    bearer: str
    needs: tuple[str, ...]
    path: tuple[str, ...]


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
    must, deadline, rebuttal, default, definition, incorporation, route or others. ``truth`` is
    ``true``, ``false`` or ``unknown``. ``text`` says what is tested or stated;
    ``note`` the facts that made it so, or what it comes to; ``at`` the place.
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
class _Explained:
    """An explanation that is worked out already."""

    why: Why

    def __call__(self) -> Why:
        return self.why


@frozen
class Decision:
    """The answer to one question. Pure data: everything needed to act on it and to replay it."""

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
    as_of: date | None
    known_at: date | None
    warnings: tuple[str, ...]
    """What is odd about the facts, in sentences: a party's name that is nearly a known one's."""
    _explain: Callable[[], Why] = field(eq=False, repr=False)

    @property
    def explanation(self) -> Why:
        """Why, as a tree. Built when asked for."""
        return self._explain()

    def explain(self) -> str:
        """Why, as plain text: what the command line prints when its output is piped."""
        from tosdsl.decision.text import decision_lines

        return "\n".join(line.plain for line in decision_lines(self))

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        """Between processes it travels with its explanation worked out."""
        values = (getattr(self, each.name) for each in fields(Decision) if each.name != "_explain")
        return Decision, (*values, _Explained(self.explanation))

    def to_json(self) -> dict[str, Any]:
        """The decision as JSON-ready data, under the names of its fields."""
        plain = asdict(self, filter=lambda attribute, _: attribute.name != "_explain")
        return {
            "schema": SCHEMA,
            **{name: _plain(value) for name, value in plain.items()},
            "explanation": _plain(asdict(self.explanation)),
        }


def _plain(value: Any) -> Any:
    match value:
        case Verdict():
            return value.value
        case datetime():
            return value_words(value)
        case date():
            return value.isoformat()
        case dict():
            return {key: _plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case _:
            return value
