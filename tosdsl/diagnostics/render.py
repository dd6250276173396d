"""A diagnostic as text: place, source line, caret, what is wrong, how to mend it; or as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tosdsl.diagnostics.model import Diagnostic

WIDEST = 110
"""Columns of a source line that are shown; a longer line is cut around the place."""


def render(diagnostic: Diagnostic, sources: Mapping[str, str]) -> str:
    """The diagnostic as lines of plain text. ``sources`` maps file names to their texts."""
    span = diagnostic.span
    head = f"{diagnostic.severity.value}[{diagnostic.code}]"
    body = [f"  {diagnostic.message}", f"  {diagnostic.mend}"]
    if not span.file and not span.line:
        return "\n".join([head, *body])
    where = f"{span.file}:{span.line}:{span.column}" if span.line else span.file
    return "\n".join([f"{head} {where}", *_excerpt(diagnostic, sources), *body])


def _excerpt(diagnostic: Diagnostic, sources: Mapping[str, str]) -> list[str]:
    span = diagnostic.span
    lines = sources.get(span.file, "").split("\n")
    if not 0 < span.line <= len(lines):
        return []
    line = lines[span.line - 1].replace("\t", " ").rstrip("\r")
    start = span.column - 1
    width = span.end_column - span.column if span.end_line == span.line else len(line) - start
    cut = max(0, start - WIDEST // 2) if len(line) > WIDEST else 0
    shown = line[cut : cut + WIDEST]
    width = max(1, min(width, WIDEST - (start - cut), max(1, len(line) - start)))
    gutter = " " * len(str(span.line))
    return [
        f"{gutter} |",
        f"{span.line} | {shown}",
        f"{gutter} | {' ' * (start - cut)}{'^' * width}",
    ]


def render_all(diagnostics: Iterable[Diagnostic], sources: Mapping[str, str]) -> str:
    """All of them, a blank line between two."""
    return "\n\n".join(render(diagnostic, sources) for diagnostic in diagnostics)


def as_json(diagnostic: Diagnostic) -> dict[str, object]:
    """The diagnostic as JSON-ready data; lines and columns count from 1, the end is exclusive."""
    span = diagnostic.span
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "mend": diagnostic.mend,
        "near": list(diagnostic.near),
        "file": span.file or None,
        "line": span.line or None,
        "column": span.column or None,
        "end_line": span.end_line or None,
        "end_column": span.end_column or None,
    }
