"""A ``Coverage`` as lines of text and as JSON-ready data."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from tosdsl.decision.text import Line
from tosdsl.testing.coverage.goals import KINDS, Goal
from tosdsl.testing.coverage.measure import Coverage, Document

_NUMBER = 6


def lines(coverage: Coverage, *, missing: bool = True) -> Iterator[Line]:
    """A table, a policy a row and a kind a column; below it what is missing, with places."""
    kinds = [kind for kind in KINDS if kind in coverage.totals()]
    width = max([len("all"), *(len(_name(each)) for each in coverage.documents)])
    head = "".join(f"  {kind:>{_wide(kind)}}" for kind in kinds)
    yield Line(((f"{'':{width}}  {'goals':>{_NUMBER}}{head}", "note"),))
    for document in coverage.documents:
        met, all_ = coverage.total(document)
        yield _row(f"{_name(document):{width}}", met, all_, coverage.totals(document), kinds)
    if len(coverage.documents) > 1:
        yield _row(f"{'all':{width}}", *coverage.total(), coverage.totals(), kinds)
    for document in coverage.documents if missing else ():
        yield from _missing(document)
    met, all_ = coverage.total()
    yield Line(())
    style = "good" if met == all_ else "unknown"
    yield Line((("seen: ", ""), (f"{met} of {all_} goals, {percent(met, all_)}", style)))


def _name(document: Document) -> str:
    return document.policy.name


def _wide(kind: str) -> int:
    return max(len(kind), len("100/100"))


def _row(name: str, met: int, all_: int, counts: dict[str, tuple[int, int]], kinds: list[str]) -> Line:
    parts = [(name, "document"), (f"  {percent(met, all_):>{_NUMBER}}", _style(met, all_))]
    for kind in kinds:
        if kind in counts:
            some, every = counts[kind]
            parts.append((f"  {f'{some}/{every}':>{_wide(kind)}}", _style(some, every)))
        else:
            parts.append((f"  {'':>{_wide(kind)}}", ""))
    return Line(tuple(parts))


def _style(met: int, all_: int) -> str:
    return "true" if met == all_ else "false" if not met else "unknown"


def percent(met: int, all_: int) -> str:
    """Whole, and never 100 where something is missing."""
    return f"{int(100 * met / all_)}%" if all_ else "—"


def _missing(document: Document) -> Iterator[Line]:
    goals = document.missing()
    if not goals:
        return
    yield Line(())
    yield Line(((_name(document), "document"), (": not seen", "note")))
    where: str | None = None
    for (vocabulary, line), mine in groupby(goals, key=lambda goal: (goal.vocabulary, goal.span.line)):
        of, where = where, vocabulary
        if of != where:
            yield Line(((f"  in the vocabulary {where}", "note"),))
        for goal in mine:
            place = (f"  {line:>5}  ", "note")
            yield Line((place, (goal.subject, "clause"), (f"  {goal.seen}", "unknown")))
            if goal.kind != "conditions":  # what these want is plain
                yield Line(((f"         {goal.use}", "note"),))


def as_json(coverage: Coverage) -> dict[str, Any]:
    """One object: totals, and each policy with all its goals."""
    met, all_ = coverage.total()
    return {
        "schema": "tosdsl.coverage/1",
        "met": met,
        "goals": all_,
        "kinds": _kinds(coverage.totals()),
        "policies": [
            {
                "policy": document.policy.id,
                "version": document.policy.version,
                "file": document.policy.span.file,
                "uses": document.uses,
                "met": coverage.total(document)[0],
                "goals": coverage.total(document)[1],
                "kinds": _kinds(coverage.totals(document)),
                "seen": [_goal(goal, document) for goal in document.goals],
            }
            for document in coverage.documents
        ],
    }


def _kinds(totals: dict[str, tuple[int, int]]) -> dict[str, dict[str, int]]:
    return {kind: {"met": met, "goals": all_} for kind, (met, all_) in totals.items()}


def _goal(goal: Goal, document: Document) -> dict[str, Any]:
    return {
        "kind": goal.kind,
        "subject": goal.subject,
        "what": goal.seen,
        **({} if goal.vocabulary is None else {"vocabulary": goal.vocabulary}),
        "line": goal.span.line,
        "column": goal.span.column,
        "met": document.met(goal),
        "by": document.seen.get(goal.key),
        "use": goal.use,
    }
