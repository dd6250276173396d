"""``parse``: a text into its surface tree, its comments and everything that is wrong with it.

Never raises on what a text holds. A stretch that cannot be read is left out of the tree; its words
are kept in ``Parsed.lost``, so that later passes do not report as missing what could not be read.
"""

from __future__ import annotations

import re
import threading
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from attrs import field, frozen
from lark import Lark

from tosdsl import limits
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.syntax.build import Build, with_items
from tosdsl.syntax.layout import Layout
from tosdsl.syntax.recover import RECOVERABLE, explain_refusal
from tosdsl.syntax.source import Item, block_of, read_source, top_level_items
from tosdsl.trees import surface as s
from tosdsl.trees.span import Span

_WORDS = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@frozen
class Parsed:
    """A file's tree, with what stands beside it."""

    file: s.File
    comments: tuple[s.Comment, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    lost: frozenset[str] = field(default=frozenset())


def parse(text: str, file: str = "<text>") -> Parsed:
    """Read a policy text. ``file`` names it in places."""
    size = len(text.encode("utf-8", "surrogatepass"))
    top = Span(file, 1, 1, 1, 2)
    if size > limits.MAX_FILE_BYTES:
        found = mistake("TOS5001", top, size=size, limit=limits.MAX_FILE_BYTES)
        return Parsed(s.File(), (), (found,))
    source = read_source(text, file)
    problems = list(source.diagnostics)
    lost: set[str] = set()
    units: list[tuple[s.Policy | s.Vocabulary, list[Any]]] = []
    headless = False
    for item in top_level_items(source):
        node = _read_item(item, file, problems, lost)
        if isinstance(node, s.Policy | s.Vocabulary):
            units.append((node, []))
        elif units:
            if node is not None and _belongs(node, units[-1][0], problems):
                units[-1][1].append(node)
        elif not headless and not lost:
            headless = True
            problems.append(mistake("TOS1009", node.span))
    if not units and not problems:
        problems.append(mistake("TOS1016", top))
    tree = s.File(tuple(with_items(unit, items) for unit, items in units))
    return Parsed(tree, source.comments, tuple(_bounded(problems)), frozenset(lost))


def _bounded(problems: list[Diagnostic]) -> list[Diagnostic]:
    once = list(dict.fromkeys(problems))
    once.sort(key=lambda problem: (problem.span.line, problem.span.column))
    if len(once) <= limits.MAX_ERRORS:
        return once
    last = once[limits.MAX_ERRORS - 1]
    return [*once[: limits.MAX_ERRORS], mistake("TOS5004", last.span, limit=limits.MAX_ERRORS)]


_IN_VOCABULARY = (s.Use, s.EnumType, s.RecordType, s.Fact, s.Party)
_IN_POLICY = (
    s.Use,
    s.Define,
    s.Section,
    s.Norm,
    s.Standalone,
    s.Incorporate,
    s.PrevailsOver,
    s.Scenario,
)
_WHAT = {
    s.EnumType: "a type",
    s.RecordType: "a type",
    s.Fact: "a fact",
    s.Party: "a party",
    s.Define: "a definition",
    s.Section: "a section",
    s.Norm: "a clause",
    s.Standalone: "an exception",
    s.Incorporate: "an incorporation",
    s.PrevailsOver: "an order of documents",
    s.Scenario: "a scenario",
}


def _belongs(node: Any, unit: s.Policy | s.Vocabulary, problems: list[Diagnostic]) -> bool:
    in_policy = isinstance(unit, s.Policy)
    if isinstance(node, _IN_POLICY if in_policy else _IN_VOCABULARY):
        return True
    here, other = ("policy", "vocabulary") if in_policy else ("vocabulary", "policy")
    problems.append(mistake("TOS1010", node.span, unit=here, item=_WHAT[type(node)], other=other))
    return False


# --- one item -----------------------------------------------------------------------------------


def _read_item(item: Item, file: str, problems: list[Diagnostic], lost: set[str]) -> Any:
    """The item's node, or None if nothing of it can be read."""
    lines = list(item.lines)
    blanked: set[int] = set()
    budget = limits.MAX_RECOVERY
    while True:
        text = "\n".join(lines) + "\n"
        try:
            node, found = _parse_item(text, file, item.first)
        except RECOVERABLE as error:
            refusal = explain_refusal(error, file, item.first, lines)
            block = block_of(lines, refusal.line)
            if not (refusal.diagnostic.code == "TOS1006" and blanked.intersection(block)):
                problems.append(refusal.diagnostic)
            lost.update(_WORDS.findall("\n".join(lines[block.start : block.stop])) or [""])
            budget -= len(text)
            gone = refusal.line == 0 or block.start == 0 or not any(lines[block.start : block.stop])
            if gone or budget < 0 or len(problems) > limits.MAX_ERRORS:
                lost.update(_WORDS.findall(text))
                return None
            blanked.update(block)
            for index in block:
                lines[index] = ""
        else:
            problems += found
            return node


def _parse_item(text: str, file: str, first: int) -> tuple[Any, list[Diagnostic]]:
    reader = _reader()
    reader.build.start(file, first)
    node = reader.lark.parse(text)
    return node, reader.build.problems


@frozen
class _Reader:
    lark: Lark
    build: Build


_local = threading.local()


def _reader() -> _Reader:
    """This thread's parser: lark's tables are shared by nobody, so nothing needs a lock."""
    reader: _Reader | None = getattr(_local, "reader", None)
    if reader is None:
        build = Build()
        lark = Lark(
            grammar(),
            parser="lalr",
            start="item",
            lexer="contextual",
            postlex=Layout(),
            transformer=build,
            maybe_placeholders=False,
        )
        reader = _local.reader = _Reader(lark, build)
    return reader


@cache
def grammar() -> str:
    """The text of ``tos.lark``: from the wheel, or from the checkout of an editable install."""
    shipped = files("tosdsl") / "_shipped" / "grammars" / "tos.lark"
    if shipped.is_file():
        return shipped.read_text(encoding="utf-8")
    checkout = Path(__file__).parents[2] / "grammars" / "tos.lark"
    return checkout.read_text(encoding="utf-8")
