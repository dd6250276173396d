"""What became of mutants: lines for a terminal, JSON, and the scenarios that would notice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from attrs import frozen

from tosdsl.base.visible import visible
from tosdsl.decision.text import Line
from tosdsl.testing.mutation.run import Outcome, Result
from tosdsl.trees.uses import quoted

OUTCOMES: tuple[Outcome, ...] = ("killed", "survived", "equivalent", "unsettled")


@frozen
class Score:
    """How many mutants there are of each outcome. Equivalent ones do not count."""

    killed: int
    survived: int
    equivalent: int
    unsettled: int

    @classmethod
    def of(cls, results: Sequence[Result]) -> Score:
        outcomes = [each.outcome for each in results]
        return cls(*(outcomes.count(each) for each in OUTCOMES))

    @property
    def percent(self) -> float:
        counted = self.killed + self.survived + self.unsettled
        return 100.0 * self.killed / counted if counted else 100.0


def by_policy(results: Sequence[Result]) -> Iterator[tuple[str, list[Result]]]:
    """The results of each text, in their order."""
    for (name, file), several in groupby(results, key=lambda each: (each.policy, each.span.file)):
        yield f"{name}  {visible(file)}", list(several)


def lines(results: Sequence[Result]) -> Iterator[Line]:
    """The score of each policy, and each mutant that nothing notices, with a scenario that would."""
    for name, several in by_policy(results):
        score = Score.of(several)
        yield Line(((name, "document"),))
        yield Line((("  ", ""), (_score(score), "good" if score.percent == 100 else "bad")))
        for each in several:
            if each.outcome in {"survived", "unsettled"}:
                yield from _mutant(each)
        yield Line(())
    score = Score.of(results)
    yield Line(((f"{_score(score)}", "good" if score.percent == 100 else "bad"),))


def _score(score: Score) -> str:
    counted = score.killed + score.survived + score.unsettled
    said = f"{score.percent:.0f} % noticed: {score.killed} of {counted} mutants"
    if score.equivalent:
        said += f"; {score.equivalent} more change nothing, proved"
    if score.unsettled:
        said += f"; of {score.unsettled} it is not known whether they change anything"
    return said


def _mutant(result: Result) -> Iterator[Line]:
    mark = ("  ✗ ", "false") if result.outcome == "survived" else ("  ? ", "unknown")
    what = f"{result.clause}: {result.what}" if result.clause else result.what
    place = f"  {result.span.file}:{result.span.line}"
    yield Line((mark, (what, ""), (place, "note")))
    if result.apart is None:
        yield Line((("      not settled: ", "note"), (result.why, "")))
        return
    yield Line(
        (
            ("      ", ""),
            (result.apart.before, "good"),
            (" would become ", "note"),
            (result.apart.after, "bad"),
        )
    )
    for each in result.apart.scenario.rstrip("\n").split("\n"):
        yield Line((("      ", ""), (each, "path")))


def as_json(results: Sequence[Result]) -> dict[str, Any]:
    """One object; every mutant is in it."""
    score = Score.of(results)
    return {
        "schema": "tosdsl.mutation/1",
        "score": round(score.percent, 1),
        **{name: getattr(score, name) for name in OUTCOMES},
        "mutants": [
            {
                "policy": each.policy,
                "file": each.span.file,
                "line": each.span.line,
                "clause": each.clause,
                "kind": each.kind,
                "change": each.what,
                "outcome": each.outcome,
                "killed_by": each.by or None,
                "why": each.why or None,
                "apart": None
                if each.apart is None
                else {
                    "before": each.apart.before,
                    "after": each.apart.after,
                    "scenario": each.apart.scenario,
                },
            }
            for each in results
        ],
    }


def scenarios(results: Sequence[Result]) -> str:
    """The scenarios that would notice, each once, under the policy that they belong in."""
    parts = []
    for name, several in by_policy(results):
        found = dict.fromkeys(each.apart.scenario for each in several if each.apart is not None)
        if found:
            parts.append(f"# {quoted(name)[1:-1]}\n\n" + "\n".join(found))
    return "\n".join(parts)
