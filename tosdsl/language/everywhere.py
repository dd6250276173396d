"""A symbol in many texts, each of which was read by itself: where it stands, and by another name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from attrs import define, field

from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, Edit, Severity
from tosdsl.language.check import Checked
from tosdsl.language.symbols import Occurrence, Symbol

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DOTTED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
_TITLE = re.compile(r'[^"\\\n\r]+')


@define
class Read:
    """A text that was read by itself, with its neighbours as it sees them, and what stands in it."""

    checked: Checked
    occurrences: Sequence[Occurrence]
    _declared: dict[Symbol, set[Span]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._declared = {}
        for each in self.occurrences:
            if each.role == "declaration":
                self._declared.setdefault(each.symbol, set()).add(each.span)

    def declarations(self, symbol: Symbol) -> set[Span]:
        """Where a symbol is declared, in all versions that were read."""
        return self._declared.get(symbol, set())


def everywhere(reads: Iterable[Read], symbol: Symbol, at: Iterable[Span]) -> tuple[Occurrence, ...]:
    """Every place of a symbol that is declared at some of the places, by file and place.

    Texts of one name need not be one text. What a text means by the symbol counts if it is declared
    where the symbol is, or where a text that means the same has it declared as well.
    """
    left, declared = list(reads), set(at)
    found: dict[Span, Occurrence] = {}
    while True:
        more = [each for each in left if not declared.isdisjoint(each.declarations(symbol))]
        if not more:
            return tuple(sorted(found.values(), key=lambda each: _place(each.span)))
        for each in more:
            declared |= each.declarations(symbol)
            found |= {one.span: one for one in each.occurrences if one.symbol == symbol}
        left = [each for each in left if each not in more]


def _place(span: Span) -> tuple[str, int, int]:
    return span.file, span.line, span.column


def new_name_problem(symbol: Symbol, new: str) -> str:
    """Why a name cannot be a symbol's, by its letters; empty if it can."""
    if symbol.kind in ("scenario", "property"):
        fits = _TITLE.fullmatch(new)
        return "" if fits else "A title is a line without quotation marks and backslashes."
    if symbol.kind in ("document", "vocabulary"):
        fits = _DOTTED.fullmatch(new)
        return "" if fits else "An id is names of letters, digits and `_` with dots between them."
    return (
        "" if _NAME.fullmatch(new) else "A name is letters, digits and `_`, and begins with no digit."
    )


def harm(before: Iterable[Read], after: Iterable[Read], edits: Sequence[Edit], new: str) -> str:
    """What a change of a name has done that it should not; empty if nothing.

    ``before`` and ``after`` are the same texts, read before and after ``edits``. What the edits have
    made has to be one symbol, with as many places as there were, and no text may have a new mistake.
    """
    old = {
        _told(problem)
        for each in before
        for problem in each.checked.diagnostics
        if problem.severity is Severity.ERROR
    }
    wrong = {file for _, file, _ in old}
    several = list(after)
    for each in several:
        for problem in each.checked.diagnostics:
            if problem.severity is Severity.ERROR and _told(problem) not in old:
                where = f"{problem.span.file}, line {problem.span.line}"
                if problem.span.file in wrong:
                    return f"that text has a mistake, so not all of its names are known: {where}."
                return f"{problem.message} ({where})"
    meant: dict[Span, set[Symbol]] = {}
    for each in several:
        for one in each.occurrences:
            meant.setdefault(one.span, set()).add(one.symbol)
    moved = _moved(edits)
    symbols = {symbol for span in moved for symbol in meant.get(span, {None})}
    if len(symbols) != 1 or None in symbols:
        return f"`{new}` means something else in one of the places."
    only = symbols.pop()
    if {span for span, found in meant.items() if only in found} - set(moved):
        return f"`{new}` is the name of something else already."
    return ""


def _told(problem: Diagnostic) -> tuple[str, str, int]:
    """What a mistake is told by: a name of another length moves it within its line."""
    return problem.code, problem.span.file, problem.span.line


def _moved(edits: Sequence[Edit]) -> list[Span]:
    """Where what the edits wrote stands afterwards; each is within one line."""
    made = []
    shift: dict[tuple[str, int], int] = {}
    for edit in sorted(edits, key=lambda each: _place(each.span)):
        span, key = edit.span, (edit.span.file, edit.span.line)
        start = span.column + shift.get(key, 0)
        made.append(Span(span.file, span.line, start, span.line, start + len(edit.new)))
        shift[key] = shift.get(key, 0) + len(edit.new) - (span.end_column - span.column)
    return made
