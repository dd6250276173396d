"""The lines of a layout, as they come, and conditions on them: broken where they are too wide.

Each line carries the place its node was read from.
"""

from __future__ import annotations

from collections.abc import Iterable

from tosdsl.base.span import Span
from tosdsl.syntax.pieces import LOOSER, Piece, after, joined, line_pieces, pieces_of
from tosdsl.syntax.weave import Line
from tosdsl.trees import surface as s
from tosdsl.trees.uses import quoted

WIDTH = 100
"""Columns that a line fills before it is broken where it can be."""

INDENT = 4

_WIDEST_COLUMN = 40
"""What is longer than this does not push the texts beside the lines around it."""


def format_expression(expr: s.Expr) -> str:
    """A condition or a value on one line."""
    return joined(pieces_of(expr))


def common_column(lefts: Iterable[str]) -> int:
    """Where the texts beside these begin, less the space between."""
    return max((len(left) for left in lefts if len(left) <= _WIDEST_COLUMN), default=0)


class Lines:
    """Methods bear the names of what they lay out."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def add(self, indent: int, text: str, span: Span | None = None, back: int = 0) -> None:
        """A line. Its node's ``span`` begins ``back`` columns after the line does."""
        place = (span.line, span.column - back) if span else (0, 0)
        self.lines.append(Line(indent, text, *place))

    def blank(self, count: int = 1) -> None:
        self.lines += [Line(0, "")] * count

    def broken(self, indent: int, pieces: list[Piece]) -> None:
        """One line if it fits; if not, one for each ``and``, ``or``, ``then`` and ``else`` that no
        brackets hold."""
        fits = indent + len(joined(pieces)) <= WIDTH and not any(each.apart for each in pieces)
        rows = [pieces] if fits else [pieces[:1]]
        for piece in () if fits else pieces[1:]:
            deeper = indent if len(rows) == 1 else indent + INDENT
            if piece.outer or deeper + len(joined([*rows[-1], piece])) > WIDTH:
                rows.append([piece])
            else:
                rows[-1].append(piece)
        for index, row in enumerate(rows):
            deeper = indent + INDENT if index else indent
            self.lines.append(Line(deeper, joined(row), row[0].line, row[0].column))

    def rows(self, indent: int, rows: Iterable[tuple[str, str | None, Span]]) -> None:
        """Lines whose texts stand in one column."""
        known = list(rows)
        column = common_column(left for left, text, _ in known if text is not None)
        for left, text, span in known:
            shown = left if text is None else f"{left:<{column}}  {quoted(text)}"
            self.add(indent, shown, span)

    def listed(self, indent: int, word: str, items: Iterable[tuple[str, Span]]) -> None:
        """A word and a list. The word is said again where the line is full: the tree holds one list."""
        rows: list[list[tuple[str, Span]]] = []
        width = WIDTH
        for text, span in items:
            width += len(text) + 2
            if width > WIDTH:
                rows.append([])
                width = indent + len(word) + 1 + len(text)
            rows[-1].append((text, span))
        for row in rows:
            listed = ", ".join(text for text, _ in row)
            self.add(indent, f"{word} {listed}", row[0][1], len(word) + 1)

    def description(self, indent: int, text: str | None) -> None:
        if text is not None:
            self.add(indent, quoted(text))

    def condition(self, indent: int, opener: str, expr: s.Expr | None) -> None:
        """A word and its condition: on its line, or as an indented list."""
        if expr is None:
            return
        block = block_of(expr)
        if block is None:
            self.broken(indent, after(f"{opener} ", line_pieces(expr)))
        else:
            self.add(indent, f"{opener} {opening_of(expr)}", expr.span, len(opener) + 1)
            self.conditions(indent + INDENT, block.items)

    def conditions(self, indent: int, items: tuple[s.Expr, ...]) -> None:
        """Conditions one a line."""
        for item in items:
            block = block_of(item)
            if block is not None:
                self.add(indent, opening_of(item), item.span)
                self.conditions(indent + INDENT, block.items)
            else:
                self.broken(indent, line_pieces(item))


def block_of(expr: s.Expr) -> s.Block | None:
    """The block that stands below the line on which the expression begins."""
    while isinstance(expr, s.Quantified):
        expr = expr.body
    return expr if isinstance(expr, s.Block) else None


def opening_of(expr: s.Expr) -> str:
    """What stands on the line above a block."""
    opening = ""
    while isinstance(expr, s.Quantified):
        over = within_line(expr.over, *LOOSER)
        opening += f"{expr.kind} {expr.variable.text} in {over} satisfies "
        expr = expr.body
    assert isinstance(expr, s.Block)  # as `block_of` says
    return f"{opening}{expr.kind} of"


def within_line(expr: s.Expr, *loose: type) -> str:
    """An expression on one line, in brackets if it is of one of these kinds."""
    text = format_expression(expr)
    return f"({text})" if isinstance(expr, (*LOOSER, *loose)) else text
