"""Results as lines: each test, what was expected and what came, why in short, and the counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from tosdsl.decision.text import Line
from tosdsl.testing.model import TestResult
from tosdsl.testing.reports import counts

LISTED = 60
"""Tests of one policy or table up to which those that passed are listed."""

_MARKS = {
    "passed": ("  ✓ ", "true"),
    "failed": ("  ✗ ", "false"),
    "error": ("  ! ", "false"),
    "unknown": ("  ? ", "unknown"),
}
_WORDS = {"failed": "failed", "error": "could not be run", "unknown": "settled nothing"}
_STYLES = {"failed": "bad", "error": "bad", "unknown": "undetermined"}


def result_lines(
    results: Sequence[TestResult], seconds: float, verbose: bool = False
) -> Iterator[Line]:
    """The whole report. ``verbose`` lists all that passed, and explains failures in full."""
    for (policy, table), group in groupby(results, key=_heading):
        mine = list(group)
        yield Line(((policy, "document"), (f"  {table}" if table else "", "note")))
        listed = verbose or len(mine) <= LISTED
        passed = sum(each.held for each in mine)
        if not listed and passed:
            yield Line((_MARKS["passed"], (f"{passed:,} of {len(mine):,}", "")))
        for result in mine:
            if listed or not result.held:
                yield from _test(result, verbose)
        yield Line(())
    yield from _counted(results, seconds)


def _heading(result: TestResult) -> tuple[str, str]:
    return result.policy, result.span.file if result.kind == "case" else ""


def _test(result: TestResult, verbose: bool) -> Iterator[Line]:
    place = "" if result.held else f"  {result.span.file}:{result.span.line}"
    note = f"  {result.message}" if result.held and result.message else place
    yield Line((_MARKS[result.outcome], (result.title, ""), (note, "note")))
    if not result.held:
        yield from failure_lines(result, verbose)


def failure_lines(result: TestResult, verbose: bool = False) -> Iterator[Line]:
    """What a test that did not pass has to say, below its title."""
    for failure in result.failures:
        where = f"  line {failure.span.line}" if failure.span.line != result.span.line else ""
        yield Line((("      expected  ", "note"), (failure.expected, "good"), (where, "note")))
        yield Line((("      came      ", "note"), (failure.actual, "bad")))
    if result.message:
        yield Line((("      ", ""), (result.message, "")))
    if verbose and result.explanation:
        for text in result.explanation.split("\n"):
            yield Line((("      ", ""), (text, "note")))
        return
    for line in result.because:
        yield Line((("      ", ""), *line.parts))


def _counted(results: Sequence[TestResult], seconds: float) -> Iterator[Line]:
    kinds = [_plural(count, kind) for kind, count in _kinds(results)]
    policies = _plural(len({result.policy for result in results}), "policy")
    found = counts(results)
    said = [
        (f"{found[outcome]:,} {words}", _STYLES[outcome])
        for outcome, words in _WORDS.items()
        if found[outcome]
    ]
    said = [part for each in said for part in ((", ", ""), each)][1:] or [("all held", "good")]
    took = (f" ({seconds:.1f} s)", "note") if seconds >= 1 else ("", "")
    yield Line(((f"{' and '.join(kinds)} in {policies}: ", ""), *said, took))


def _kinds(results: Sequence[TestResult]) -> Iterator[tuple[str, int]]:
    for kind in dict.fromkeys(result.kind for result in results):
        yield kind, sum(result.kind == kind for result in results)


def _plural(count: int, word: str) -> str:
    if count == 1:
        return f"1 {word}"
    return f"{count:,} {word.removesuffix('y')}ies" if word.endswith("y") else f"{count:,} {word}s"
