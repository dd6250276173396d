"""A text that is being written: its mistakes with their mends, its scenarios, its canonical layout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic
from tosdsl.language.check import findings
from tosdsl.language.data import coverage_data
from tosdsl.language.edits import mends
from tosdsl.language.expected import expected_at
from tosdsl.language.tested import sets_of
from tosdsl.studio.desk import Desk, Look
from tosdsl.studio.reading import scenario
from tosdsl.syntax.markdown import format_text
from tosdsl.syntax.parser import parse
from tosdsl.testing.model import TestResult


class Places:
    """Places of a text as a browser counts them: from its start, in units of UTF-16."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + _units(line) + 1)

    def at(self, line: int, column: int) -> int:
        """A place of the language, which counts lines and characters from 1."""
        if line < 1:
            return 0
        if line > len(self._lines):
            return self._starts[-1] - 1
        return self._starts[line - 1] + _units(self._lines[line - 1][: max(column - 1, 0)])

    def span(self, span: Span) -> dict[str, int]:
        """The two ends of a stretch."""
        start = self.at(span.line, span.column)
        return {"from": start, "to": max(start, self.at(span.end_line, span.end_column))}

    def place(self, units: int) -> tuple[int, int]:
        """The line and the column of a place that a browser has counted."""
        line = 1
        while line < len(self._lines) and self._starts[line] <= units:
            line += 1
        left, column = units - self._starts[line - 1], 1
        for sign in self._lines[line - 1]:
            if left <= 0:
                break
            left -= _units(sign)
            column += 1
        return line, column


def _units(text: str) -> int:
    return len(text) + sum(sign > "\uffff" for sign in text)


def checked(look: Look) -> dict[str, Any]:
    """Mistakes of a text, and what its scenarios come to where there are none that keep it from use."""
    places = Places(look.text) if look.name in look.checked.sources else Places("")
    diagnostics = [_diagnostic(look, each, places) for each in look.checked.diagnostics]
    ready = look.checked.policies is not None
    results = [_tested(each, places) for each in look.tested.results] if ready else []
    return {
        "ready": ready,
        "diagnostics": diagnostics,
        "scenarios": results,
        "documents": [each.title or each.id for each in look.checked.roots],
    }


def _tested(result: TestResult, places: Places) -> dict[str, Any]:
    """What a scenario came to, and where each expectation stands that does not hold."""
    told = scenario(result)
    for failure, each in zip(result.failures, told["failures"], strict=True):
        each.update(places.span(failure.span))
    return told


def _diagnostic(look: Look, problem: Diagnostic, places: Places) -> dict[str, Any]:
    here = problem.span.file in ("", look.name)
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "message": problem.message,
        "mend": problem.mend,
        "line": problem.span.line if here else 0,
        "file": None if here else problem.span.file,
        **(places.span(problem.span) if here else {"from": 0, "to": 0}),
        "mends": [*_mends(look, problem, places)] if here else [],
    }


def _mends(look: Look, problem: Diagnostic, places: Places) -> Iterator[dict[str, Any]]:
    for mend in mends(problem, look.text):
        if all(each.span.file in ("", look.name) for each in mend.edits):
            edits = [{**places.span(each.span), "new": each.new} for each in mend.edits]
            yield {"title": mend.title, "edits": sorted(edits, key=lambda each: each["from"])}


def looked_over(desk: Desk, look: Look) -> dict[str, Any]:
    """What takes longer: the linter's findings, and what scenarios have shown of the clauses."""
    look.policies  # noqa: B018 # raises where there is nothing to look over
    places = Places(look.text)
    known = set(look.checked.diagnostics)
    found = findings({look.name: look.text}, [look.name], desk.workspace).findings
    mine = [each.problem for each in found if each.problem.span.file == look.name]
    return {
        "findings": [_diagnostic(look, each, places) for each in mine if each not in known],
        "coverage": coverage_data(sets_of(look.checked)),
    }


def formatted(look: Look) -> str | None:
    """The text in its canonical layout; None if it cannot be read."""
    parsed = parse(look.text, look.name)
    return None if parsed.diagnostics else format_text(look.text, parsed, look.name)


def completed(look: Look, units: int) -> dict[str, Any]:
    """What may stand at a place, and from where it would be written."""
    line, column = Places(look.text).place(units)
    found = expected_at(look.checked, look.name, line, column)
    return {"from": units - _units(found.prefix), "options": [*_options(found.candidates)]}


def _options(several: Iterable[Any]) -> Iterator[dict[str, str]]:
    for each in several:
        yield {"label": each.text, "kind": each.kind, "detail": each.detail}
