"""The table of cases, and below it all that is not right: styled on a terminal, plain elsewhere."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.cases.judge import Judged, Status
from tests.cases.model import Confidence, Document
from tosdsl.cli.terminal import print_lines
from tosdsl.decision.text import Line

MARKS = {
    Status.RIGHT: ("✓", "green"),
    Status.WRONG: ("✗", "bold red"),
    Status.OPPOSITE: ("≠", "yellow"),
    Status.INEXPRESSIBLE: ("–", "yellow"),
    Status.MISSING: ("·", "dim"),
}
IN_PART = ("~", "green")
"""Right as far as it was checked."""

_STYLES = {
    Status.RIGHT: "good",
    Status.WRONG: "bad",
    Status.OPPOSITE: "unknown",
    Status.INEXPRESSIBLE: "unknown",
    Status.MISSING: "note",
}
_LEGEND = "✓ right   ~ right in part   ✗ wrong   ≠ opposite reading   – not expressible   · missing"


def passes(judged: Iterable[Judged]) -> bool:
    """Whether no firm case is wrong or missing, and no arguable one is wrong without a reason."""
    failing = {
        (Status.WRONG, Confidence.FIRM),
        (Status.WRONG, Confidence.ARGUABLE),
        (Status.MISSING, Confidence.FIRM),
    }
    return failing.isdisjoint((each.status, each.case.confidence) for each in judged)


def show(documents: Sequence[Document], judged: Sequence[Judged]) -> None:
    """Prints it all to standard output."""
    if not (sys.stdout.isatty() and _rich_table(documents, judged)):
        print_lines(_plain_table(documents, judged))
    print_lines(below(documents, judged))


# --- the table ----------------------------------------------------------------------------------

_COLUMNS = ("cases", *(status.value for status in Status))


def _rows(
    documents: Sequence[Document], judged: Sequence[Judged]
) -> list[tuple[Document, list[Judged], list[str]]]:
    """For each document its cases and the numbers of its row; none is an empty cell."""
    rows = []
    for document in documents:
        mine = [each for each in judged if each.case.document == document.id]
        rows.append((document, mine, _numbers(mine)))
    return rows


def _numbers(judged: Sequence[Judged]) -> list[str]:
    counts = Counter(each.status for each in judged)
    return [str(len(judged)), *(str(counts[status] or "") for status in Status)]


def mark(judged: Judged) -> tuple[str, str]:
    """One sign for a case, and its style."""
    return IN_PART if judged.status is Status.RIGHT and judged.unchecked else MARKS[judged.status]


def _plain_table(documents: Sequence[Document], judged: Sequence[Judged]) -> list[Line]:
    rows = _rows(documents, judged)
    title = max(len(document.title) for document in documents)
    strip = max(len(document.cases) for document in documents)
    blank = f"{'':5}{'':{title}}  {'':{strip}}"

    def numbers(cells: Iterable[str]) -> str:
        return "".join(f"  {cell:>{len(name)}}" for name, cell in zip(_COLUMNS, cells, strict=True))

    lines = [f"{'':5}{'document':{title}}  {'':{strip}}{numbers(_COLUMNS)}"]
    for document, mine, cells in rows:
        marks = "".join(mark(each)[0] for each in mine)
        lines.append(f"{document.id:5}{document.title:{title}}  {marks:{strip}}{numbers(cells)}")
    lines += [f"{blank}{numbers(_numbers(judged))}", "", _LEGEND]
    return [Line(((line.rstrip(), ""),)) for line in lines]


def _rich_table(documents: Sequence[Document], judged: Sequence[Judged]) -> bool:
    """False if rich is not there."""
    try:
        from rich import box
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text
    except ImportError:
        return False
    table = Table(box=box.SIMPLE_HEAD, show_footer=True, pad_edge=False, collapse_padding=True)
    table.add_column("", style="bold")
    table.add_column("document", overflow="fold")
    table.add_column("")
    for name, total in zip(_COLUMNS, _numbers(judged), strict=True):
        table.add_column(name.replace(" ", "\n"), total, justify="right", no_wrap=True)
    for document, mine, (cases, *counts) in _rows(documents, judged):
        marks = Text.assemble(*map(mark, mine))
        styles = (MARKS[status][1] for status in Status)
        table.add_row(document.id, document.title, marks, cases, *map(Text, counts, styles))
    console = Console(highlight=False)
    console.print(table)
    console.print(_LEGEND, style="dim")
    return True


# --- below it -----------------------------------------------------------------------------------


def below(documents: Sequence[Document], judged: Sequence[Judged]) -> list[Line]:
    """What is not right, group by group, and the count."""
    of = {status: [each for each in judged if each.status is status] for status in Status}
    lines = [
        *_group("Wrong", of[Status.WRONG]),
        *_group("Opposite reading taken, with a reason", of[Status.OPPOSITE]),
        *_group("Not expressible", of[Status.INEXPRESSIBLE]),
        *_missing(documents, of[Status.MISSING]),
        *_in_part([each for each in of[Status.RIGHT] if each.unchecked]),
        Line(()),
    ]
    parts = []
    for confidence in Confidence:
        mine = [each for each in judged if each.case.confidence is confidence]
        right = sum(each.status is Status.RIGHT for each in mine)
        parts.append(f"{right} of {len(mine)} {confidence.value}")
    right = len(of[Status.RIGHT])
    style = "good" if passes(judged) else "bad"
    return [*lines, Line(((f"{right} of {len(judged)} right", style), (f": {', '.join(parts)}", "")))]


def _group(title: str, judged: Sequence[Judged]) -> list[Line]:
    lines = _head(title) if judged else []
    for each in judged:
        case, style = each.case, _STYLES[each.status]
        lines.append(Line((("  ", ""), (case.id, style), (f"  {case.confidence.value}", "note"))))
        for scenario in each.scenarios:
            lines.append(Line((("    ", ""), (f"“{scenario.title}”", ""))))
            lines.append(Line((("    ", ""), (_short(scenario.place), "path"))))
        lines += [Line((("    ", ""), (reason, style))) for reason in each.reasons]
        lines.append(Line((("    ", ""), (f"why: {case.why}", "note"))))
        if case.note:
            lines.append(Line((("    ", ""), (f"note: {case.note}", "note"))))
    return lines


def _missing(documents: Sequence[Document], judged: Sequence[Judged]) -> list[Line]:
    """One line a document: the letters of its cases that no scenario bears."""
    lines = _head("Missing: no scenario's title begins with the id") if judged else []
    for document in documents:
        mine = [each.case for each in judged if each.case.document == document.id]
        if mine:
            letters = " ".join(case.id.rpartition("-")[2] for case in mine)
            firm = sum(case.confidence is Confidence.FIRM for case in mine)
            lines.append(
                Line(
                    ((f"  {document.id}", "clause"), (f"  {letters}", ""), (f"  ({firm} firm)", "note"))
                )
            )
    return lines


def _in_part(judged: Sequence[Judged]) -> list[Line]:
    lines = _head("Right as far as it was checked") if judged else []
    for each in judged:
        for what in each.unchecked:
            lines.append(Line((("  ", ""), (each.case.id, "good"), (f"  ({what})", "note"))))
    return lines


def _head(title: str) -> list[Line]:
    return [Line(()), Line(((title, "title"),))]


def _short(place: str) -> str:
    """A place as seen from the current folder, if that is shorter."""
    file, _, line = place.rpartition(":")
    near = os.path.relpath(file) if Path(file).is_absolute() else file
    return f"{near if len(near) < len(file) else file}:{line}"
