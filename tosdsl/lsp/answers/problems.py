"""Mistakes, findings and failed scenarios as diagnostics, and the mends as quick fixes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping

from lsprotocol import types as t

from tosdsl.base.shipped import shipped
from tosdsl.base.visible import visible
from tosdsl.diagnostics.model import Diagnostic, Edit, Severity
from tosdsl.language.edits import mends
from tosdsl.lsp.answers.places import ToUri, range_of
from tosdsl.lsp.desk import Look, Slow
from tosdsl.lsp.documents import uri_of
from tosdsl.testing.model import TestResult
from tosdsl.testing.reports import summary

SOURCE = "tosdsl"

_SEVERITY = {
    Severity.ERROR: t.DiagnosticSeverity.Error,
    Severity.WARNING: t.DiagnosticSeverity.Warning,
    Severity.NOTE: t.DiagnosticSeverity.Information,
}


def by_file(look: Look) -> dict[str, list[t.Diagnostic]]:
    """What is wrong with a text and with those that it reads, by the path of each."""
    found: dict[str, list[t.Diagnostic]] = {look.name: []}
    for each in look.checked.diagnostics:
        file = each.span.file or look.name
        path = look.path(file)
        if path is not None:
            found.setdefault(path, []).append(_diagnostic(look, each))
    return found


def later(look: Look, slow: Slow) -> list[t.Diagnostic]:
    """What scenarios, properties and the linter say of a text."""
    own = (each for each in slow.findings if each.span.file == look.name)
    results = [*look.tested.results, *slow.properties]
    mine = (each for each in results if each.span.file == look.name and not each.held)
    return [*(_diagnostic(look, each) for each in own), *_failed(look, mine)]


def _diagnostic(look: Look, problem: Diagnostic) -> t.Diagnostic:
    where = problem.span.file or look.name
    return t.Diagnostic(
        range_of(look.text_of(where), problem.span),
        f"{problem.message}\n{problem.mend}",
        severity=_SEVERITY[problem.severity],
        code=problem.code,
        code_description=_page(problem.code),
        source=SOURCE,
    )


def _page(code: str) -> t.CodeDescription | None:
    """Where what the code means is explained: the page that comes with the program."""
    path = str(shipped("codes", "docs/codes") / f"{code}.md")
    return t.CodeDescription(uri_of(path)) if os.path.isabs(path) else None


def _failed(look: Look, results: Iterable[TestResult]) -> Iterator[t.Diagnostic]:
    for result in results:
        severity = t.DiagnosticSeverity.Warning
        because = "".join(f"\n{visible(line.plain)}" for line in result.because)
        for each in result.failures:
            message = visible(f"Expected {each.expected}, came {each.actual}.")
            place = range_of(look.text, each.span)
            yield t.Diagnostic(place, message + because, severity=severity, source=SOURCE)
        if not result.failures:
            place = range_of(look.text, result.span)
            yield t.Diagnostic(place, visible(summary(result)), severity=severity, source=SOURCE)


# --- quick fixes ----------------------------------------------------------------------------------


def quick_fixes(look: Look, slow: Slow, asked: t.Range, uri: ToUri) -> list[t.CodeAction]:
    """The mends of what is wrong in a stretch of a text that leave nothing to decide."""
    made = []
    for problem in (*look.checked.diagnostics, *slow.findings):
        if problem.span.file != look.name or not problem.span.line:
            continue
        shown = _diagnostic(look, problem)
        if not _touch(shown.range, asked):
            continue
        for number, mend in enumerate(mends(problem, look.text.text)):
            edit = workspace_edit(look, mend.edits, uri)
            if edit is not None:
                made.append(
                    t.CodeAction(
                        mend.title,
                        kind=t.CodeActionKind.QuickFix,
                        diagnostics=[shown],
                        is_preferred=number == 0,
                        edit=edit,
                    )
                )
    return made


def _touch(one: t.Range, other: t.Range) -> bool:
    return _key(one.start) <= _key(other.end) and _key(other.start) <= _key(one.end)


def _key(place: t.Position) -> tuple[int, int]:
    return place.line, place.character


def workspace_edit(look: Look, edits: Iterable[Edit], uri: ToUri) -> t.WorkspaceEdit | None:
    """Edits of texts that a look has read; None if one of them cannot be edited."""
    changes: dict[str, list[t.TextEdit]] = {}
    for each in edits:
        path = look.path(each.span.file)
        if path is None:
            return None
        place = range_of(look.text_of(each.span.file), each.span)
        changes.setdefault(uri(path), []).append(t.TextEdit(place, each.new))
    return t.WorkspaceEdit(changes=typed(changes))


def typed(changes: Mapping[str, list[t.TextEdit]]) -> dict[str, list[t.TextEdit]]:
    """In the order of the texts, each from its start to its end."""
    return {
        key: sorted(changes[key], key=lambda each: _key(each.range.start)) for key in sorted(changes)
    }
