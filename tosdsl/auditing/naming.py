"""What the policies of an audit are called: each document with the version that rows are put to."""

from __future__ import annotations

from tosdsl.auditing.run import Run, Side
from tosdsl.mapping.model import Mapped
from tosdsl.trees import norms as n

BY_DAY = "by the day of each row"


def versions(run: Run, side: Side) -> list[list[n.Policy]]:
    """Of each document that a side was asked about, the versions that rows can be put to: where the
    mapping says no day, the one that answers then."""
    several = side.predicates.choices.asked
    if run.mapped.as_of is not None or run.mapped.known_at is not None:
        return [[*each] for each in several]
    found: list[list[n.Policy]] = [[] for _ in several]
    for answers in side.predicates.answers(None, None):
        alone = [each.policy for each in answers.linked.documents if each.within is None]
        for at, policy in enumerate(alone):
            if policy not in found[at]:
                found[at].append(policy)
    return found


def called(run: Run, side: Side) -> str:
    """The documents of a side, with their versions: ``acme.terms 2025-01-01``. Where those of both
    sides are the same, the files tell them apart."""
    found = versions(run, side)
    made = " and ".join(map(_name, found))
    other = run.against if side is run.side else run.side
    if other is not None and made == " and ".join(map(_name, versions(run, other))):
        files = dict.fromkeys(each.span.file for several in found for each in several if each.span.file)
        made += f" ({', '.join(files)})" if files else ""
    return made


def sides(run: Run) -> str:
    """Which policies are compared with which."""
    assert run.against is not None
    return f"before: {called(run, run.against)} → now: {called(run, run.side)}"


def _name(several: list[n.Policy]) -> str:
    said = [*dict.fromkeys(each.version for each in several if each.version)]
    listed = " or ".join((", ".join(said[:-1]), said[-1]) if len(said) > 1 else said)
    day = f", {BY_DAY}" if len(said) > 1 else ""
    return f"{several[0].id} {listed}".rstrip() + day


def days_words(mapped: Mapped) -> str:
    """Of which days the rows are asked about."""
    day = mapped.as_of
    if day is None:
        return "No day is given: the newest versions answer."
    if day.constant is not None:
        return f"Each row is judged as of {getattr(day.constant, 'value', '')}."
    where = f"column {day.column}" if day.column else "an expression of the mapping"
    return f"Each row is judged as of its day ({where})."
