"""Scenarios as tests: what they come to, and, if they fail, why in short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from time import perf_counter

from attrs import evolve, frozen

from tosdsl.facade import PolicySet
from tosdsl.testing.because import because
from tosdsl.testing.model import TestResult
from tosdsl.testing.scenarios import asked, judge, label
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Use
from tosdsl.trees.span import Span


@frozen
class ScenarioTest:
    """A scenario, or a row of a table, with the policies that it is put to."""

    kind: str
    policy: str
    policies: PolicySet
    scenario: n.Scenario
    use: Use

    @property
    def title(self) -> str:
        return self.scenario.title

    @property
    def span(self) -> Span:
        return self.scenario.span

    def run(self) -> TestResult:
        """What the reference makes of it. An exception is an outcome too: the others still run."""
        started = perf_counter()
        what = TestResult(self.kind, self.policy, self.title, span=self.span, outcome="passed")
        try:
            judged = judge(self.policies, self.policy, self.scenario, self.use)
            decision = judged.decision
            what = evolve(what, verdict=decision.verdict.value)
            if not judged.held:
                what = evolve(
                    what,
                    outcome="failed",
                    failures=judged.failures,
                    because=tuple(because(self.policies, self.use, self.scenario, judged)),
                    explanation=decision.explain(),
                )
        except Exception as error:  # whatever a test dies of, the run goes on and tells it
            what = evolve(what, outcome="error", message=f"{type(error).__name__}: {error}")
        return evolve(what, seconds=perf_counter() - started)


def scenario_tests(
    sets: Iterable[PolicySet], as_of: date | None = None, kind: str = "scenario"
) -> list[ScenarioTest]:
    """The scenarios of sets. ``as_of`` is the day of those that say none."""
    several = list(sets)
    names = Counter(policy.name for each in several for policy in asked(each))
    return [
        ScenarioTest(
            kind,
            label(policy, scenario, each, names),
            each,
            scenario,
            evolve(use, as_of=as_of) if use.as_of is None else use,
        )
        for each in several
        for policy, scenario, use in each.scenarios()
    ]
