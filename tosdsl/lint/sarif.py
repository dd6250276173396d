"""A report as SARIF 2.1.0, the format in which tools for code review take findings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from tosdsl.base.span import Span
from tosdsl.diagnostics.catalogue import CATALOGUE
from tosdsl.lint.model import Finding, Open, Report
from tosdsl.lint.report import fingerprints

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_AS_IN_NAMES = "surrogateescape"
"""How Python has a name's bytes that are not UTF-8 in a text, on every system."""

FINGERPRINT = "tosdslFinding/v1"
_LINK = re.compile(r"\[(?=[^\]]*\]\()")
"""What would begin a link in a message: names in it come from the text."""


def as_sarif(report: Report, version: str) -> dict[str, Any]:
    """One run. What is allowed is there too, as suppressed in the source, with the reason; and what was
    not settled, as notifications of the run."""
    allowed = [each.finding for each in report.allowed]
    reasons = [None] * len(report.findings) + [each.reason for each in report.allowed]
    several = [*report.findings, *allowed]
    codes = sorted({each.code for each in several})
    marks = [*fingerprints(report.findings), *fingerprints(allowed)]
    results = [
        _result(each, codes.index(each.code), mark, reason)
        for each, mark, reason in zip(several, marks, reasons, strict=True)
    ]
    driver = {
        "name": "tosdsl",
        "semanticVersion": version,
        "rules": [_rule(code) for code in codes],
    }
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "artifacts": _artifacts(each.problem.span.file for each in several),
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": list(map(_open, report.unsettled)),
                    }
                ],
                "results": results,
                "properties": {"unsettled": len(report.unsettled), "policies": report.policies},
            }
        ],
    }


def _rule(code: str) -> dict[str, Any]:
    """A code, with its page. (``helpUri`` has to be absolute, and the pages come with the program.)"""
    entry = CATALOGUE[code]
    page = f"codes/{code}.md"
    says = f"`tosdsl explain {code}` says more; so does"
    return {
        "id": code,
        "shortDescription": {"text": f"{entry.title}."},
        "help": {
            "text": f"{says} {page} of the documentation.",
            "markdown": f"{says} [{page}]({page}) of the documentation.",
        },
        "defaultConfiguration": {"level": _level(code)},
        "properties": {"page": page},
    }


def _level(code: str) -> str:
    entry = CATALOGUE[code]
    return "note" if entry.note else "warning" if entry.warning else "error"


def _result(finding: Finding, rule: int, mark: str, reason: str | None) -> dict[str, Any]:
    problem = finding.problem
    made: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": finding.severity.value,
        "message": {"text": _LINK.sub(r"\\[", f"{problem.message} {problem.mend}")},
        "partialFingerprints": {FINGERPRINT: mark},
        "properties": {"subject": finding.subject},
    }
    if problem.span.file:
        made["locations"] = [{"physicalLocation": _place(problem.span)}]
    if finding.use is not None:
        made["properties"]["use"] = dict(finding.use.facts)
        made["properties"]["scenario"] = finding.use.scenario
    if reason is not None:
        made["suppressions"] = [{"kind": "inSource", "justification": reason}]
    return made


def _open(each: Open) -> dict[str, Any]:
    """A question that was not settled."""
    text = f"Neither shown nor ruled out, of `{each.subject}`: {each.asked}. In the way: {each.why}."
    return {
        "level": "note",
        "message": {"text": text},
        "descriptor": {"id": each.code},
        "locations": [{"physicalLocation": _place(each.span)}],
        "properties": {"subject": each.subject, "asked": each.asked, "why": each.why},
    }


def _place(span: Span) -> dict[str, Any]:
    made: dict[str, Any] = {"artifactLocation": {"uri": _uri(span.file)}}
    if span.line:
        made["region"] = {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        }
    return made


def _artifacts(files: Iterable[str]) -> list[dict[str, Any]]:
    once = sorted({file for file in files if file})
    return [{"location": {"uri": _uri(file)}, "sourceLanguage": "tosdsl"} for file in once]


def _uri(file: str) -> str:
    """A relative reference for a relative path, a ``file:`` URI for an absolute one. A byte of a name
    that is not UTF-8 is encoded as it is."""
    path = PurePath(file)
    return Path(file).as_uri() if path.is_absolute() else quote(path.as_posix(), errors=_AS_IN_NAMES)
