"""What the scenarios of texts come to, and which clauses they have reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from tosdsl.facade import PolicySet
from tosdsl.facts.evidence import under_each_reading, weigh
from tosdsl.language.check import Checked
from tosdsl.language.symbols import Kind, Symbol
from tosdsl.testing.coverage.record import shown
from tosdsl.testing.model import TestResult
from tosdsl.testing.suite import ScenarioTest, scenario_tests

_REACHED: Mapping[tuple[str, str], Kind] = {
    ("clauses", "in force"): "clause",
    ("exceptions", "deciding"): "exception",
}


@frozen
class Tested:
    """``results`` in the order of the text. ``reached`` has, for each clause that a scenario puts in
    force and each exception that decides one, the titles of these scenarios."""

    results: tuple[TestResult, ...]
    reached: Mapping[Symbol, tuple[str, ...]]
    tests: tuple[ScenarioTest, ...] = ()

    def of(self, title: str, policy: str = "") -> tuple[TestResult, ScenarioTest] | None:
        """The result of a scenario by its title, and of its policy if that is given."""
        for result, test in zip(self.results, self.tests, strict=True):
            if result.title == title and policy in ("", test.policy.partition("@")[0]):
                return result, test
        return None


NOTHING = Tested((), {})


def sets_of(checked: Checked) -> list[PolicySet]:
    """The documents that were asked about, each by itself, as its own scenarios ask it."""
    if checked.policies is None:
        return []
    if len(checked.roots) == 1:
        return [checked.policies]
    return [PolicySet(checked.work.choices([(each,)]), checked.sources) for each in checked.roots]


def tested(checked: Checked) -> Tested:
    """Every scenario, run. Nothing, where a text has a mistake."""
    tests = scenario_tests(sets_of(checked))
    reached: dict[Symbol, dict[str, None]] = {}
    for test in tests:
        for symbol in _reached(test):
            reached.setdefault(symbol, {})[test.title] = None
    results = tuple(each.run() for each in tests)
    return Tested(results, {key: tuple(each) for key, each in reached.items()}, tuple(tests))


def _reached(test: ScenarioTest) -> Iterator[Symbol]:
    use = test.use
    for presuming in test.policies.predicates.presuming_on(use.as_of, use.known_at):
        for one in under_each_reading(presuming.filled(use)):
            findings = presuming.whole.findings(weigh(one))
            owners = {each.policy.name: each.policy.id for each in findings.linked.documents}
            for key in shown(findings):
                name, _, kind, id_, *rest = key
                word = _REACHED.get((str(kind), str(rest[0]))) if len(rest) == 1 else None
                if word is not None:
                    yield Symbol(word, owners[str(name)], str(id_))
