"""Results of scenarios as JSON-ready data and as JUnit XML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree

from tosdsl.testing.properties import Result as Tried
from tosdsl.testing.scenarios import Result


def as_json(results: Sequence[Result]) -> dict[str, Any]:
    """One object: counts, and each scenario with what failed in it."""
    return {
        "schema": "tosdsl.test/1",
        "scenarios": len(results),
        "held": sum(result.held for result in results),
        "results": [
            {
                "policy": result.policy,
                "scenario": result.scenario.title,
                "held": result.held,
                "verdict": result.decision.verdict.value,
                "file": result.scenario.span.file,
                "line": result.scenario.span.line,
                "failures": [
                    {"expected": each.expected, "actual": each.actual, "line": each.span.line}
                    for each in result.failures
                ],
            }
            for result in results
        ],
    }


def as_junit(results: Sequence[Result], tried: Sequence[Tried] = ()) -> str:
    """JUnit XML, one suite a policy; properties are in suites of their own."""
    root = ElementTree.Element("testsuites", name="tosdsl", tests=str(len(results) + len(tried)))
    held = [each.held for each in results] + [each.held for each in tried]
    root.set("failures", str(held.count(False)))
    for policy in dict.fromkeys(result.policy for result in results):
        mine = [result for result in results if result.policy == policy]
        failed = sum(not result.held for result in mine)
        suite = ElementTree.SubElement(
            root, "testsuite", name=policy, tests=str(len(mine)), failures=str(failed)
        )
        for result in mine:
            span = result.scenario.span
            case = ElementTree.SubElement(
                suite,
                "testcase",
                classname=policy,
                name=_clean(result.scenario.title),
                file=span.file,
                line=str(span.line),
            )
            if not result.held:
                lines = [f"expected {each.expected}, came {each.actual}" for each in result.failures]
                failure = ElementTree.SubElement(case, "failure", message=_clean("; ".join(lines)))
                failure.text = _clean(result.decision.explain())
    for policy in dict.fromkeys(result.policy for result in tried):
        _property_suite(root, policy, [result for result in tried if result.policy == policy])
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True)


def _property_suite(root: ElementTree.Element, policy: str, mine: Sequence[Tried]) -> None:
    failed = str(sum(not result.held for result in mine))
    name = f"{policy}: properties"
    suite = ElementTree.SubElement(root, "testsuite", name=name, tests=str(len(mine)), failures=failed)
    for result in mine:
        span = result.item.span
        place = {"file": span.file, "line": str(span.line)}
        title = _clean(result.item.title)
        case = ElementTree.SubElement(suite, "testcase", place, classname=policy, name=title)
        if not result.held:
            failure = ElementTree.SubElement(case, "failure", message=_clean(result.summary))
            failure.text = _clean(result.counterexample.scenario) if result.counterexample else None


def _clean(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(each for each in text if each in "\n\t" or each >= " ")
