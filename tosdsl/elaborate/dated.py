"""Scenarios and properties dated outside the days of their document: they show nothing of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.trees import norms as n
from tosdsl.trees.versions import governs

Test = n.Scenario | n.Property


def beside_the_point(
    policies: Sequence[n.Policy], item: Test, as_of: date | None, known_at: date | None
) -> str:
    """Why a test shows nothing of any of the policies; empty if it may, or expects just that."""
    if not policies or any(governs(each, as_of, known_at) for each in policies) or _expected(item):
        return ""
    asked = f"as of {as_of}" if as_of else ""
    asked += f"{', ' if as_of else ''}known at {known_at}" if known_at else ""
    several = "; ".join(dict.fromkeys(_days(each) for each in policies))
    return f"`{policies[0].id}` is not in force {asked} ({several})"


def diagnostics(policy: n.Policy) -> Iterator[tuple[Diagnostic, str]]:
    """Of the tests that stand in a policy, with their titles."""
    items: Iterable[Test] = (*policy.scenarios, *policy.properties)
    for item in items:
        why = beside_the_point([policy], item, item.as_of, item.known_at)
        if why:
            yield diagnostic(item, why), item.title


def diagnostic(item: Test, why: str) -> Diagnostic:
    """What is said of such a test."""
    kind = "scenario" if isinstance(item, n.Scenario) else "property"
    line = "expect not_applicable" if kind == "scenario" else "expect always not_applicable"
    return mistake("TOS7019", item.span, kind=kind, title=item.title, why=why, line=line)


def _expected(item: Test) -> bool:
    """Whether a test is about the days: it expects that nothing applies, or says which text governs."""
    if isinstance(item, n.Property):
        return any(each.always and each.of.words == ("not_applicable",) for each in item.claims)
    several = item.expectations
    return any(each.kind == "governs" or each.words == ("not_applicable",) for each in several)


def _days(policy: n.Policy) -> str:
    start = f" from {policy.effective_from}" if policy.effective_from else ""
    end = f" until {policy.effective_until}" if policy.effective_until else ""
    known = f"recorded {policy.recorded}" if policy.recorded else ""
    force = f"in force{start}{end}" if start or end else ""
    return ", ".join(filter(None, (force, known)))
