"""A report as lines and as JSON."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tosdsl.decision.text import Line
from tosdsl.diagnostics.model import Severity
from tosdsl.diagnostics.render import excerpt, render
from tosdsl.lint.model import Finding, Open, Report

MOST_NAMED = 10
"""Questions that were not settled and are named in the lines of a report, unless all are asked for."""

_STYLE = {Severity.ERROR: "forbidden", Severity.WARNING: "undetermined", Severity.NOTE: "note"}


def lines(report: Report, *, unsettled: bool = False) -> list[Line]:
    """Each finding as other mistakes are shown, a use below it where there is one; what could not be
    settled, a line each, or all of it and at length if that is wanted; then a summary."""
    made: list[Line] = []
    for finding in report.findings:
        head, *body = render(finding.problem, report.sources).split("\n")
        word, _, place = head.partition(" ")
        made.append(Line(((word, _STYLE[finding.severity]), (f" {place}", ""))))
        made += [Line(((each, ""),)) for each in body]
        if finding.use is not None:
            made.append(Line((("  A use that shows it:", "note"),)))
            scenario = finding.use.scenario.rstrip("\n").split("\n")
            made += [Line((("      ", ""), (each, "path"))) for each in scenario]
        made.append(Line(()))
    if unsettled:
        for each in report.unsettled:
            made += _unsettled(each, report.sources)
    elif report.unsettled:
        made += _named(report)
    good = not report.findings
    return [*made, Line(((summary(report), "good" if good else "bad"),))]


def _named(report: Report) -> Iterator[Line]:
    """The questions that were not settled, a line each."""
    yield Line((("Neither shown nor ruled out:", "undetermined"),))
    for each in report.unsettled[:MOST_NAMED]:
        span = each.span
        place = f"  {span.file}:{span.line}:{span.column} "
        yield Line(((place, ""), (f"`{each.subject}`", "path"), (f": {each.asked} [{each.code}]", "")))
        yield Line(((f"      {each.why}", "note"),))
    more = len(report.unsettled) - MOST_NAMED
    if more > 0:
        yield Line(((f"  and {more} more: `--unsettled` shows them all", ""),))
    yield Line(())


def _unsettled(each: Open, sources: Mapping[str, str]) -> list[Line]:
    span = each.span
    place = f"[{each.code}] {span.file}:{span.line}:{span.column}"
    head = Line((("not settled", "undetermined"), (place, "")))
    says = f"  Neither shown nor ruled out, of `{each.subject}`: {each.asked}. In the way: {each.why}."
    body = [*excerpt(span, sources), says, f"  `tosdsl explain {each.code}` says what would be found."]
    return [head, *(Line(((text, ""),)) for text in body), Line(())]


def summary(report: Report) -> str:
    """How much was found, let stand, and left open."""
    counts = Counter(each.severity for each in report.findings)
    told = " and ".join(_count(counts[each], each.value) for each in Severity if counts[each])
    said = [f"{told or 'Nothing found'} in {_count(report.policies, 'policy', 'policies')}."]
    if report.allowed:
        one = len(report.allowed) == 1
        said.append(f"{_count(len(report.allowed), 'finding')} {'is' if one else 'are'} allowed.")
    if report.unsettled:
        said.append(f"{_count(len(report.unsettled), 'question')} could not be settled.")
    return " ".join(said)


def _count(number: int, one: str, several: str = "") -> str:
    return f"{number} {one if number == 1 else several or f'{one}s'}"


def fingerprints(findings: Iterable[Finding]) -> Iterator[str]:
    """For each finding a word that stays when lines move: made of its code, what it is about and the
    words of its sentence. Equal ones are counted in the order of the text."""
    seen: Counter[str] = Counter()
    for each in findings:
        words = "\n".join(f"{key}={word}" for key, word in each.problem.words)
        whole = f"{each.code}\n{each.subject}\n{words}"
        seen[whole] += 1
        counted = f"{whole}\n{seen[whole]}".encode("utf-8", "surrogatepass")  # names of files are in it
        yield hashlib.sha256(counted).hexdigest()[:32]


def as_json(report: Report) -> dict[str, Any]:
    """One object; of the allowed findings each has its reason."""
    allowed = [each.finding for each in report.allowed]
    return {
        "schema": "tosdsl.lint/1",
        "findings": list(_plain(report.findings)),
        "allowed": [
            {**plain, "reason": each.reason}
            for plain, each in zip(_plain(allowed), report.allowed, strict=True)
        ],
        "unsettled": [_open(each) for each in report.unsettled],
        "policies": report.policies,
        "summary": summary(report),
    }


def _open(each: Open) -> dict[str, Any]:
    span = each.span
    place = {"file": span.file, "line": span.line, "column": span.column}
    words = {"code": each.code, "subject": each.subject, "asked": each.asked, "why": each.why}
    return {**words, **place}


def _plain(findings: Iterable[Finding]) -> Iterator[dict[str, Any]]:
    several = list(findings)
    for each, fingerprint in zip(several, fingerprints(several), strict=True):
        use = each.use
        yield {
            **each.problem.to_json(),
            "subject": each.subject,
            "fingerprint": fingerprint,
            "use": None
            if use is None
            else {"facts": dict(use.facts), "verdict": use.verdict, "scenario": use.scenario},
        }
