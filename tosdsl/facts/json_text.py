"""JSON as nodes with places, by RFC 8259 and nothing besides. Numbers stay as they are written.

What the RFC leaves to readers is settled here: a byte order mark before the text is passed over, a
name that stands twice is kept twice (and refused where it is read), and numbers have no size.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from contextlib import suppress
from json import JSONDecodeError
from json.decoder import scanstring  # type: ignore[attr-defined]  # in C; the stubs leave it out
from typing import TYPE_CHECKING

from tosdsl.base import limits
from tosdsl.base.span import Span
from tosdsl.facts.limited import Limited, Uncounted, inside
from tosdsl.trees.facts import Entries, Entry, Items, Node, Numeral, Scalar

if TYPE_CHECKING:
    from tosdsl.facts.typed.right import Right

_BLANK = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_WORD = re.compile(r"[A-Za-z_]+|.", re.DOTALL)
_WORDS: dict[str, object] = {"true": True, "false": False, "null": None}

_IN_TEXTS = (
    ("Unterminated", "a quotation mark is missing"),
    ("control character", "a character stands in a text that has to be written as an escape"),
    ("escape", "a backslash stands before a character with which it means nothing"),
)
"""What the standard library says of a text in quotes, and what it means."""

_UNCLOSED = "this bracket is never closed"


class NotJson(Exception):
    """The text is no JSON."""

    def __init__(self, problem: str, span: Span) -> None:
        super().__init__(problem, span)
        self.problem = problem
        self.span = span


def read(text: str, file: str, right: Right | None = None) -> Node:
    """The root node. Raises NotJson, or PastLimit where a limit is met first.

    ``right`` takes parts that are right as they stand: they get no nodes of their own.
    """
    text = text.removeprefix("\ufeff")
    if right is not None:
        with suppress(Uncounted):
            return _Reader(text, file).document(right)
    return _Reader(text, file).document(None)


class _Reader:
    def __init__(self, text: str, file: str) -> None:
        self._text = text
        self._file = file
        self._begins = [0, *(match.end() for match in re.finditer("\n", text))]
        self._limited = Limited()

    def document(self, right: Right | None) -> Node:
        at = self._blank(0)
        if at == len(self._text):
            raise self._wrong("it is empty", 0)
        node, at = self._value(at, 0, "", right)
        if at < len(self._text):
            raise self._wrong("something follows where it ends", at)
        return node

    # --- places -----------------------------------------------------------------------------------

    def _span(self, start: int, stop: int) -> Span:
        line = bisect_right(self._begins, start)
        column = start - self._begins[line - 1] + 1
        return Span(self._file, line, column, line, column + max(1, stop - start))

    def _wrong(self, problem: str, at: int) -> NotJson:
        return NotJson(problem, self._span(at, at + 1))

    # --- values -----------------------------------------------------------------------------------

    def _blank(self, at: int) -> int:
        match = _BLANK.match(self._text, at)
        return match.end() if match else at

    def _value(self, at: int, depth: int, path: str, right: Right | None) -> tuple[Node, int]:
        """The value that begins here, and where the next thing begins."""
        text = self._text
        first = text[at : at + 1]
        if depth > limits.MAX_FACTS_NESTING:
            self._limited.deep(depth, self._span(at, at + 1))
        if right is not None and (found := right.taken_json(text, at)):
            self._limited.many(found[1])
            return found[0], self._blank(found[2])
        if first == '"':
            value, stop = self._string(at)
            return Scalar(value, span=self._span(at, stop)), self._blank(stop)
        if first == "{":
            return self._object(at, depth, path, right)
        if first == "[":
            return self._array(at, depth, path, right and right.item)
        if match := _NUMBER.match(text, at):
            return Scalar(Numeral(match[0]), span=self._span(at, match.end())), self._blank(match.end())
        word = match[0] if (match := _WORD.match(text, at)) else ""
        if word in _WORDS:
            stop = at + len(word)
            return Scalar(_WORDS[word], span=self._span(at, stop)), self._blank(stop)
        if not word:
            raise self._wrong("the text ends too soon", at)
        if word.isidentifier():
            raise self._wrong(f"`{word}` is no value; a text stands in quotation marks", at)
        raise self._wrong("a value is missing", at)

    def _string(self, at: int) -> tuple[str, int]:
        try:
            value, stop = scanstring(self._text, at + 1, True)
        except JSONDecodeError as error:
            plain = next((plain for said, plain in _IN_TEXTS if said in error.msg), error.msg)
            raise self._wrong(
                plain, at if error.msg.startswith("Unterminated") else error.pos
            ) from None
        return value, stop

    def _array(self, start: int, depth: int, path: str, right: Right | None) -> tuple[Node, int]:
        span = self._span(start, start + 1)
        items: list[Node] = []
        at = self._blank(start + 1)
        if self._text.startswith("]", at):
            return Items((), span=span), self._blank(at + 1)
        while True:
            self._limited.item(len(items), path, span)
            node, at = self._value(at, depth + 1, path, right)
            items.append(node)
            if self._text.startswith("]", at):
                return Items(tuple(items), span=span), self._blank(at + 1)
            at = self._comma(at, start, "]")

    def _object(self, start: int, depth: int, path: str, right: Right | None) -> tuple[Node, int]:
        span = self._span(start, start + 1)
        entries: list[Entry] = []
        at = self._blank(start + 1)
        if self._text.startswith("}", at):
            return Entries((), span=span), self._blank(at + 1)
        while True:
            if not self._text.startswith('"', at):
                if at == len(self._text):
                    raise self._wrong(_UNCLOSED, start)
                raise self._wrong("a name in quotation marks is missing", at)
            key, stop = self._string(at)
            place = self._span(at, stop)
            self._limited.one(place)
            at = self._blank(stop)
            if not self._text.startswith(":", at):
                raise self._wrong("a colon is missing", min(at, len(self._text) - 1))
            under = None if right is None else right.under(key)
            node, at = self._value(self._blank(at + 1), depth + 1, inside(path, key), under)
            entries.append(Entry(key, node, span=place))
            if self._text.startswith("}", at):
                return Entries(tuple(entries), span=span), self._blank(at + 1)
            at = self._comma(at, start, "}")

    def _comma(self, at: int, start: int, end: str) -> int:
        """Where the next item begins, after its comma."""
        if at == len(self._text):
            raise self._wrong(_UNCLOSED, start)
        if not self._text.startswith(",", at):
            raise self._wrong(f"`,` or `{end}` is missing", at)
        after = self._blank(at + 1)
        if self._text.startswith(end, after):
            raise self._wrong(f"a comma stands before `{end}`", after)
        return after
