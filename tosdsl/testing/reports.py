"""Results of scenarios as JSON-ready data and as JUnit XML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree

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


def as_junit(results: Sequence[Result]) -> str:
    """JUnit XML, one suite a policy."""
    root = ElementTree.Element("testsuites", name="tosdsl", tests=str(len(results)))
    root.set("failures", str(sum(not result.held for result in results)))
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
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True)


def _clean(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(each for each in text if each in "\n\t" or each >= " ")
