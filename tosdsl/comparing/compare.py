"""One use against every document that governs on a day. Raises PolicyError and FactError.

Each document is asked by itself, by its own vocabulary. Of the facts it is told those that it has under
the same name and into whose types the values fit. What it does not know of is left out, and unknown to
it: so a verdict may be open where a person would say that it is not, and is never closed by a guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from attrs import evolve

from tosdsl.asking import document_of
from tosdsl.base.node import frozen
from tosdsl.base.verdict import Verdict
from tosdsl.decision.model import Decision
from tosdsl.diagnostics.model import Diagnostic, Severity, in_order, mistake
from tosdsl.elaborate.types import article
from tosdsl.errors import FactError
from tosdsl.facade import PolicySet, load_documents
from tosdsl.facts.given import from_python
from tosdsl.facts.shared import Shared, Unfit, given_facts, read_shared
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Node, Use
from tosdsl.trees.moments import with_zone
from tosdsl.trees.norms import Policy
from tosdsl.trees.uses import value_text
from tosdsl.trees.versions import alternatives, governs

_ORDER = (Verdict.FORBIDDEN, Verdict.UNDETERMINED, Verdict.PERMITTED, Verdict.NOT_APPLICABLE)
"""What to look at first comes first."""


@frozen
class Compared:
    """What one document says. ``shared`` is what it was told of the facts, and what not; ``matters``
    are those facts that can matter to a verdict of it, in some use or other."""

    policy: Policy
    decision: Decision
    shared: Shared
    matters: tuple[str, ...]

    @property
    def unknown(self) -> tuple[str, ...]:
        """Facts that are given, and that this document does not have."""
        return self.shared.unknown

    @property
    def unfit(self) -> tuple[Unfit, ...]:
        """Facts of which this document has one of the same name, whose type the value does not fit."""
        return self.shared.unfit


@frozen
class Absent:
    """A document that no version governs on that day."""

    versions: tuple[Policy, ...]


@frozen
class Stated:
    """What somebody says of a fact: its value as text, ``alleged`` or ``confirmed``, and where it was
    said. ``counts``: by the standard of the question; what is plainly known is over it."""

    fact: str
    value: str
    status: str
    source: str
    counts: bool


@frozen
class Comparison:
    """What all documents say of one use, those that forbid it first.

    ``facts`` are as the first document that knows each of them reads it: as text, by path. So are
    ``stated``, which are somebody's word.
    """

    title: str | None
    as_of: date | None
    known_at: date | None
    standard: str
    facts: Mapping[str, str]
    stated: tuple[Stated, ...]
    documents: tuple[Compared, ...]
    absent: tuple[Absent, ...]

    def by_verdict(self) -> dict[Verdict, tuple[Compared, ...]]:
        """The documents of each verdict that there is."""
        groups = {
            verdict: tuple(each for each in self.documents if each.decision.verdict is verdict)
            for verdict in _ORDER
        }
        return {verdict: several for verdict, several in groups.items() if several}


def compare(
    use: Mapping[str, Any] | str | bytes,
    *where: str | Path,
    as_of: date | None = None,
    known_at: date | None = None,
    standard: str | None = None,
) -> Comparison:
    """One use against each document that governs it on its day.

    ``use`` is a facts document: its text (YAML or JSON), or its data, with the key ``facts``. ``where``
    names documents as ``load`` does; without it, all that are installed are asked. ``as_of``,
    ``known_at`` and ``standard`` are in place of those of the document. Raises PolicyError; and
    FactError where the document is wrong, or has a fact that none of the documents knows.
    """
    if isinstance(use, str | bytes):
        root, sources = document_of(use, "<facts>")
    else:
        problems: list[Diagnostic] = []
        made = from_python(use, problems)
        if made is None:
            raise FactError(tuple(problems), {})
        root, sources = made, {}
    days = {
        "as_of": with_zone(as_of, "as_of"),
        "known_at": with_zone(known_at, "known_at"),
        "standard": standard,
    }
    return compared(root, sources, load_documents(*where), days)


def compared(
    root: Node,
    sources: Mapping[str, str],
    documents: Sequence[PolicySet],
    instead: Mapping[str, Any],
) -> Comparison:
    """The same of what was read: ``sources`` are for mistakes, ``instead`` for what it says itself."""
    given = {key: value for key, value in instead.items() if value is not None}
    several = [_shared(each, root, sources, {}) for each in documents]
    for at, refused in _of_other_types(documents, several).items():
        several[at] = _shared(documents[at], root, sources, refused)
    known = {path for shared in several for path in (*shared.known, *shared.read)}
    known |= {unfit.fact for shared in several for unfit in shared.unfit}
    _refuse_unknown(root, known, documents, sources)
    several = [evolve(shared, use=evolve(shared.use, **given)) for shared in several]
    rows: list[Compared] = []
    absent: list[Absent] = []
    for policies, shared in zip(documents, several, strict=True):
        (history,) = policies.choices.asked
        days = shared.use.as_of, shared.use.known_at
        policy = next((each for each in alternatives(history, *days) if governs(each, *days)), None)
        if policy is None:
            absent.append(Absent(history))
        else:
            nothing = Use(as_of=shared.use.as_of, known_at=shared.use.known_at)
            asked = {need.fact for need in policies.decide_use(nothing).needs}
            matters = tuple(path for path in shared.known if path in asked)
            rows.append(Compared(policy, policies.decide_use(shared.use), shared, matters))
    rows.sort(key=lambda each: (_ORDER.index(each.decision.verdict), each.policy.id))
    use = several[0].use
    return Comparison(
        use.title,
        use.as_of,
        use.known_at,
        use.standard,
        _facts(documents, several),
        tuple(_stated(documents, several)),
        tuple(rows),
        tuple(sorted(absent, key=lambda each: each.versions[0].id)),
    )


def _of_other_types(
    documents: Sequence[PolicySet], several: Sequence[Shared]
) -> dict[int, dict[str, str]]:
    """For each document, by number, the facts that are of another type in one before it: a word such as
    ``yes`` fits a text as well, and is another fact there."""
    first: dict[str, tuple[str, v.Type]] = {}
    found: dict[int, dict[str, str]] = {}
    for at, (policies, shared) in enumerate(zip(documents, several, strict=True)):
        name = policies.choices.asked[0][0].id
        types = {leaf.path: v.bare(leaf.type) for leaf in policies.vocabulary.leaves()}
        for path in shared.known:
            whose, kind = first.setdefault(path, (name, types[path]))
            if _kind(kind) != _kind(types[path]):
                why = f"it is {article(types[path])} there, and {article(kind)} in {whose}."
                found.setdefault(at, {})[path] = why[:1].upper() + why[1:]
    return found


def _kind(of: v.Type) -> tuple[type, ...]:
    """What tells types apart in which a value means different things; two enumerations are alike."""
    inner = v.bare(of)
    return (type(inner), *_kind(inner.item)) if isinstance(inner, v.ListOf) else (type(inner),)


def _shared(
    policies: PolicySet, root: Node, sources: Mapping[str, str], refused: Mapping[str, str]
) -> Shared:
    problems: list[Diagnostic] = []
    shared = read_shared(root, policies.vocabulary, problems, refused)
    if any(each.severity is Severity.ERROR for each in problems):
        raise FactError(tuple(in_order(problems)), sources)
    return shared


def _refuse_unknown(
    root: Node, known: set[str], documents: Sequence[PolicySet], sources: Mapping[str, str]
) -> None:
    """A fact that nobody knows is a slip of the pen, which would make every verdict look more open."""
    leaves = sorted({leaf.path for each in documents for leaf in each.vocabulary.leaves()})
    wrong = [
        mistake("TOS4065", span, (path, leaves), path=path)
        for path, span in given_facts(root)
        if not any(path == each or path.startswith(f"{each}.") for each in known)
    ]
    if wrong:
        raise FactError(tuple(in_order(wrong)), sources)


def _stated(documents: Sequence[PolicySet], several: Sequence[Shared]) -> Iterator[Stated]:
    told: set[str] = set()
    for policies, shared in zip(documents, several, strict=True):
        types = {leaf.path: leaf.type for leaf in policies.vocabulary.readable()}
        use = shared.use
        better = {*use.facts, *(each.fact for each in use.assertions if each.status == "confirmed")}
        for each in use.assertions:
            if each.fact not in told:
                alleged = each.status == "alleged"
                counts = not alleged or (use.standard == "alleged" and each.fact not in better)
                text = value_text(each.value, types[each.fact])
                yield Stated(each.fact, text, each.status, each.source, counts)
        told |= {each.fact for each in use.assertions}


def _facts(documents: Sequence[PolicySet], several: Sequence[Shared]) -> dict[str, str]:
    found: dict[str, str] = {}
    for policies, shared in zip(documents, several, strict=True):
        types = {leaf.path: leaf.type for leaf in policies.vocabulary.readable()}
        for path, value in shared.use.facts.items():
            found.setdefault(path, value_text(value, types[path]))
    return found
