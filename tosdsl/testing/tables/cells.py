"""A CSV text (RFC 4180) as cells with their places, which the standard reader does not tell."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, mistake


@frozen
class Cell:
    """What a cell holds, without its quotes and the spaces around it; whether it stood in quotes."""

    text: str
    quoted: bool
    span: Span


def read_cells(text: str, file: str, problems: list[Diagnostic]) -> Iterator[list[Cell]]:
    """The rows of a table. Empty lines, and those that begin with ``#``, are left out."""
    work = _Reader(text, file, problems)
    while work.at < len(work.text):
        row = work.row()
        if work.broken:  # the rest of the text is in one cell
            return
        if len(row) > 1 or row[0].quoted or (row[0].text and not row[0].text.startswith("#")):
            yield row


class _Reader:
    def __init__(self, text: str, file: str, problems: list[Diagnostic]) -> None:
        self.text = text
        self.at = 0
        self.broken = False
        self._file = file
        self._problems = problems
        self._line = 1
        self._begin = 0
        """Where the line at hand begins."""

    def row(self) -> list[Cell]:
        if self.text.startswith("#", self.at):  # a comment, whatever it holds
            stop = self._line_end(self.at)
            cell = self._plain(stop)
            self._next_line(stop)
            return [cell]
        cells = []
        while True:
            cells.append(self._cell())
            if not self.text.startswith(",", self.at):
                self._next_line(self.at)
                return cells
            self.at += 1

    def _line_end(self, start: int) -> int:
        stop = self.text.find("\n", start)
        return len(self.text) if stop < 0 else stop

    def _next_line(self, stop: int) -> None:
        self.at = self._begin = stop + 1
        self._line += 1

    def _cell(self) -> Cell:
        end = self._line_end(self.at)
        start = self.at
        while start < end and self.text[start] in " \t":
            start += 1
        if self.text.startswith('"', start):
            return self._quoted(start)
        comma = self.text.find(",", self.at, end)
        return self._plain(end if comma < 0 else comma)

    def _plain(self, stop: int) -> Cell:
        raw = self.text[self.at : stop]
        text = raw.strip()
        start = self.at + (len(raw) - len(raw.lstrip()) if text else 0)
        self.at = stop
        return Cell(text, False, self._span(start, max(1, len(text))))

    def _quoted(self, start: int) -> Cell:
        """A cell in quotes: commas and line ends stand for themselves, two quotes are one."""
        span = self._span(start, 1)
        parts, at = [], start + 1
        while True:
            stop = self.text.find('"', at)
            if stop < 0:
                self._problems.append(mistake("TOS4031", span, problem="its quote is never closed"))
                parts.append(self.text[at:])
                self.at = len(self.text)
                self.broken = True
                break
            parts.append(self.text[at:stop])
            if not self.text.startswith('""', stop):
                self.at = stop + 1
                break
            parts.append('"')
            at = stop + 2
        text = "".join(parts)
        here = self._begin
        if broken := self.text.count("\n", start, self.at):
            self._line += broken
            self._begin = self.text.rfind("\n", start, self.at) + 1
        else:
            span = Span(self._file, span.line, span.column, span.line, self.at - here + 1)
        self._after_quote()
        return Cell(text, True, span)

    def _after_quote(self) -> None:
        """Up to the comma or the end of the line; something else there is a mistake."""
        end = self._line_end(self.at)
        comma = self.text.find(",", self.at, end)
        stop = end if comma < 0 else comma
        rest = self.text[self.at : stop]
        if rest.strip():
            start = self.at + len(rest) - len(rest.lstrip())
            problem = "something follows its closing quote; a quote inside is written twice"
            self._problems.append(
                mistake("TOS4031", self._span(start, len(rest.strip())), problem=problem)
            )
        self.at = stop

    def _span(self, start: int, length: int) -> Span:
        column = start - self._begin + 1
        return Span(self._file, self._line, column, self._line, column + length)
