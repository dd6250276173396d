"""Results as JSON-ready data, as JUnit XML, and as annotations of a code review."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree import ElementTree

from tosdsl.base.visible import visible, visible_lines
from tosdsl.testing.model import OUTCOMES, TestResult


def counts(results: Sequence[TestResult]) -> dict[str, int]:
    """How many came to each outcome."""
    return {each: sum(result.outcome == each for result in results) for each in OUTCOMES}


def as_json(results: Sequence[TestResult], seconds: float) -> dict[str, Any]:
    """One object: counts, and each test with what failed in it. Seconds are to the millisecond."""
    return {
        "schema": "tosdsl.test/1",
        "tests": len(results),
        "scenarios": sum(result.kind == "scenario" for result in results),
        "held": sum(result.held for result in results),
        **counts(results),
        "seconds": round(seconds, 3),
        "results": [
            {
                "kind": result.kind,
                "policy": result.policy,
                "scenario": result.title,
                "held": result.held,
                "outcome": result.outcome,
                "verdict": result.verdict,
                "file": result.span.file,
                "line": result.span.line,
                "seconds": round(result.seconds, 3),
                "message": result.message or None,
                "failures": [
                    {"expected": each.expected, "actual": each.actual, "line": each.span.line}
                    for each in result.failures
                ],
                "because": [line.plain for line in result.because],
            }
            for result in results
        ],
    }


def summary(result: TestResult) -> str:
    """What is to be said of a test that did not pass, in one line."""
    lines = [f"expected {each.expected}, came {each.actual}" for each in result.failures]
    return "; ".join(lines) or result.message


def as_junit(results: Sequence[TestResult], seconds: float) -> str:
    """JUnit XML: a suite a policy, and one a table. What is unknown counts as skipped."""
    root = ElementTree.Element("testsuites", {"name": "tosdsl", **_counts(results, seconds)})
    for name in dict.fromkeys(result.suite for result in results):
        mine = [result for result in results if result.suite == name]
        took = sum(result.seconds for result in mine)
        suite = ElementTree.SubElement(
            root, "testsuite", {"name": visible_lines(name), **_counts(mine, took)}
        )
        for result in mine:
            case = ElementTree.SubElement(
                suite,
                "testcase",
                classname=visible_lines(name),
                name=visible_lines(result.title),
                time=f"{result.seconds:.3f}",
                file=visible(result.span.file),
                line=str(result.span.line),
            )
            if not result.held:
                message = visible_lines(summary(result))
                kind = {"failed": "failure", "error": "error"}.get(result.outcome, "skipped")
                inner = ElementTree.SubElement(case, kind, message=message)
                if kind != "skipped":
                    inner.set("type", result.kind)
                inner.text = visible_lines(result.explanation or result.message)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True)


def _counts(results: Sequence[TestResult], seconds: float) -> dict[str, str]:
    found = counts(results)
    return {
        "tests": str(len(results)),
        "failures": str(found["failed"]),
        "errors": str(found["error"]),
        "skipped": str(found["unknown"]),
        "time": f"{seconds:.3f}",
    }


def github_annotations(results: Sequence[TestResult]) -> Iterator[str]:
    """A workflow command of GitHub Actions for each failure, at the place of what was expected."""
    for result in results:
        if result.held:
            continue
        level = "warning" if result.outcome == "unknown" else "error"
        title = f"{result.policy}: {result.title}"
        because = "".join(f"\n{line.plain}" for line in result.because)
        for each in result.failures:
            message = f"expected {each.expected}, came {each.actual}{because}"
            yield _command(level, each.span.file, each.span.line, title, message)
        if not result.failures:
            yield _command(level, result.span.file, result.span.line, title, result.message)


def _command(level: str, file: str, line: int, title: str, message: str) -> str:
    place = ",".join(
        f"{key}={_escaped(value, ':,')}" for key, value in (("file", file), ("line", str(line)))
    )
    return visible(f"::{level} {place},title={_escaped(title, ':,')}::{_escaped(message)}")


def _escaped(text: str, more: str = "") -> str:
    """As the runner of workflows reads it: a line end or a ``::`` of a title ends no command."""
    for each in ("%", "\r", "\n", *more):
        text = text.replace(each, f"%{ord(each):02X}")
    return text
