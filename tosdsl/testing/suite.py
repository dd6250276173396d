"""Scenarios and properties as tests: what they come to, and, if they fail, why in short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from time import perf_counter

from attrs import evolve, frozen

from tosdsl.base.span import Span
from tosdsl.decision.text import Line
from tosdsl.elaborate.dated import beside_the_point
from tosdsl.facade import PolicyError, PolicySet
from tosdsl.testing import properties
from tosdsl.testing.because import because
from tosdsl.testing.model import Failure, TestResult
from tosdsl.testing.scenarios import asked, judge, label
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Use

_NOTHING = "holds of nothing: {}"


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

    @property
    def vacuous(self) -> str:
        """Why it shows nothing of its document; empty if it does."""
        return beside_the_point(asked(self.policies), self.scenario, self.use.as_of, self.use.known_at)

    def run(self) -> TestResult:
        """What the documents make of it. An exception is an outcome too: the others still run."""
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
            elif self.vacuous:
                what = evolve(what, message=_NOTHING.format(self.vacuous))
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


@frozen
class PropertyTest:
    """A property, with the documents that it is about, and how much it is searched."""

    policy: str
    of: properties.Property
    examples: int
    seed: int
    prover: properties.Prover | None = None
    kind: str = "property"

    @property
    def title(self) -> str:
        return self.of.item.title

    @property
    def span(self) -> Span:
        return self.of.item.span

    @property
    def vacuous(self) -> str:
        """Why it shows nothing of its document; empty if it does."""
        item = self.of.item
        return beside_the_point([self.of.policy], item, item.as_of, item.known_at)

    def run(self) -> TestResult:
        """Proved or refuted, or else searched. Raises PolicyError without hypothesis."""
        started = perf_counter()
        what = TestResult(self.kind, self.policy, self.title, span=self.span, outcome="passed")
        try:
            tried = properties.settle(
                self.of, examples=self.examples, seed=self.seed, prover=self.prover
            )
            what = evolve(what, outcome="passed" if tried.held else "failed", message=tried.summary)
            if tried.held and self.vacuous:
                what = evolve(what, message=_NOTHING.format(self.vacuous))
            if found := tried.counterexample:
                expected = properties.claim_words(found.claim, self.of.policy.id)
                lines = found.scenario.rstrip("\n").split("\n")
                what = evolve(
                    what,
                    verdict=found.decision.verdict.value,
                    failures=(Failure(expected, found.came, found.claim.span),),
                    because=tuple(Line(((each, ""),)) for each in ("", *lines)),
                    explanation=f"{found.scenario}\n{found.decision.explain()}",
                )
        except PolicyError:
            raise
        except Exception as error:  # whatever a test dies of, the run goes on and tells it
            what = evolve(what, outcome="error", message=f"{type(error).__name__}: {error}")
        return evolve(what, seconds=perf_counter() - started)


def property_tests(
    sets: Iterable[PolicySet],
    examples: int = properties.EXAMPLES,
    seed: int = 0,
    prover: properties.Prover | None = None,
) -> list[PropertyTest]:
    """The properties of sets, each to be proved, or else searched with so many uses."""
    found = properties.properties(sets)
    return [PropertyTest(each.name, each, examples, seed, prover) for each in found]
