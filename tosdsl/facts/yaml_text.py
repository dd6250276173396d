"""YAML as nodes with places. Scalars without quotes keep their text: types decide later what it means.

So ``no`` is a boolean where one is expected and a country where a text is, and ``1.0`` stays a
version. Anchors, aliases and tags are refused. Lines end where YAML 1.2 says: U+0085, U+2028 and U+2029
are characters like others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.facts.limited import Limited, inside
from tosdsl.trees.facts import NULLS, Entries, Entry, Items, Node, Scalar

_PRIVATE = range(0xE000, 0xF900)
"""Characters of which Unicode says that they never mean anything."""

_NO_LINE_ENDS = "\u0085\u2028\u2029"
"""Line ends in YAML 1.1, which PyYAML reads, and not in YAML 1.2."""


def read(text: str, file: str, problems: list[Diagnostic], yaml: Any) -> Node | None:
    """The root node, or None with a diagnostic. Raises PastLimit."""
    meant = _stand_ins(text)
    if meant is None:
        at = next(at for at, each in enumerate(text) if each in _NO_LINE_ENDS)
        what = f"U+{ord(text[at]):04X} stands in it"
        problems.append(mistake("TOS4001", _at(text, at, file), format="YAML", problem=what))
        return None
    shown = text.translate({ord(each): stand_in for stand_in, each in meant.items()})
    try:
        root = _Composer(file, yaml, problems, meant).document(
            yaml.parse(shown, Loader=yaml.SafeLoader)
        )
        return Scalar(None, span=Span(file, 1, 1, 1, 2)) if root is None else root
    except yaml.reader.ReaderError as error:
        span, what = _at(text, error.position, file), f"U+{error.character:04X} stands in it"
        problems.append(mistake("TOS4001", span, format="YAML", problem=what))
    except yaml.YAMLError as error:
        line, column, what = _question(shown, error) or _explained(error)
        span = Span(file, line, column, line, column + 1)
        problems.append(mistake("TOS4001", span, format="YAML", problem=what.translate(meant)))
    except (ValueError, OverflowError):  # PyYAML lets chr() of an impossible \U escape through
        top = Span(file, 1, 1, 1, 2)
        problems.append(mistake("TOS4001", top, format="YAML", problem="an impossible escape"))
    return None


def _stand_ins(text: str) -> dict[int, str] | None:
    """Characters that the text does not have, for those in it that PyYAML takes for line ends.

    No escape in it can make them either. None if all are taken, as they are in no text by chance.
    """
    needed = [each for each in _NO_LINE_ENDS if each in text]
    if not needed:
        return {}
    low = text.lower()
    free = (code for code in _PRIVATE if chr(code) not in text and f"{code:x}" not in low)
    made = dict(zip(free, needed, strict=False))
    return made if len(made) == len(needed) else None


def _at(text: str, position: int, file: str) -> Span:
    line = text.count("\n", 0, position) + 1
    column = position - text.rfind("\n", 0, position)
    return Span(file, line, column, line, column + 1)


_PLAIN_WORDS = (
    ("mapping values are not allowed", "a colon stands where none can; a text with one needs quotes"),
    ("could not find expected ':'", "a colon is missing"),
    ("cannot start any token", "a character stands here that begins nothing; a tab cannot indent"),
    ("expected <block end>", "this line is indented otherwise than those that it belongs beside"),
    ("expected ',' or ']'", "`,` or `]` is missing"),
    ("expected ',' or '}'", "`,` or `}` is missing"),
    ("unexpected end of stream", "a quotation mark is missing"),
    ("found undefined alias", "`*` begins an alias; a text with it needs quotes"),
    ("unknown escape character", "a backslash stands before a character with which it means nothing"),
    ("found duplicate anchor", "`&` begins an anchor; a text with it needs quotes"),
    ("sequence entries are not allowed here", "a list cannot begin in the line of its key"),
    ("did not find expected", "something is missing"),
    ("the stream end", "the text ends too soon"),
)
"""What PyYAML says, and what it means to somebody who does not write parsers."""


_AT_THE_START = ("could not find expected ':'", "unexpected end of stream", "document separator")
"""What PyYAML finds out far below the place where it began."""


_PARTS = re.compile(r"[\[{,]\s*|:\s+")
"""What a text inside brackets stands behind."""
_ENDS = re.compile(r"\s*(?:[,\]}]|:\s|$)")
"""What it stands before."""


def _question(text: str, error: Any) -> tuple[int, int, str] | None:
    """Line, column and the way out, where a question mark ends a text that has no quotes."""
    mark = getattr(error, "problem_mark", None)
    if mark is None or "expected ','" not in (getattr(error, "problem", None) or ""):
        return None
    line = text.split("\n")[mark.line]
    if line[mark.column : mark.column + 1] != "?":
        return None
    begins = max((each.end() for each in _PARTS.finditer(line, 0, mark.column)), default=0)
    ends = _ENDS.search(line, mark.column)
    whole = line[begins : ends.start() if ends else len(line)]
    return mark.line + 1, begins + 1, f"a `?` ends a text in brackets. Put quotes round `{whole}`"


def _explained(error: Any) -> tuple[int, int, str]:
    """Line, column and what is wrong there, in plain words."""
    said = getattr(error, "problem", None) or str(error).split("\n")[0]
    mark, start = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    plain = next((plain for words, plain in _PLAIN_WORDS if words in said), said)
    begins_above = start is not None and mark is not None and start.line < mark.line
    if begins_above and "expected ','" in said:
        mark, plain = start, "this bracket is never closed"
    elif start is not None and any(words in said for words in _AT_THE_START):
        mark = start
    mark = mark or start
    return (mark.line + 1, mark.column + 1, plain) if mark else (1, 1, plain)


class _Composer:
    """PyYAML's events into nodes."""

    def __init__(self, file: str, yaml: Any, problems: list[Diagnostic], meant: dict[int, str]) -> None:
        self._file = file
        self._yaml = yaml
        self._problems = problems
        self._meant = meant
        self._limited = Limited()

    def document(self, events: Iterator[Any]) -> Node | None:
        root: Node | None = None
        count = 0
        for event in events:
            if isinstance(event, self._yaml.DocumentStartEvent):
                count += 1
                if count > 1:
                    span = self._span(event)
                    self._problems.append(
                        mistake("TOS4001", span, format="YAML", problem="a second document begins here")
                    )
                    return root
            elif isinstance(event, self._yaml.NodeEvent):
                root = self._node(event, events, 0, "")
        return root

    def _span(self, event: Any) -> Span:
        start, end = event.start_mark, event.end_mark
        if end.line > start.line and end.column == 0:
            return Span(self._file, start.line + 1, start.column + 1, start.line + 1, start.column + 2)
        stop = end.column + 1 if end.line > start.line else max(end.column, start.column + 1) + 1
        return Span(self._file, start.line + 1, start.column + 1, end.line + 1, stop)

    def _node(self, event: Any, events: Iterator[Any], depth: int, path: str) -> Node:
        yaml, span = self._yaml, self._span(event)
        self._limited.deep(depth, span)
        if isinstance(event, yaml.AliasEvent) or event.anchor or getattr(event, "tag", None):
            self._problems.append(mistake("TOS4011", span))
            if isinstance(event, yaml.ScalarEvent):
                return Scalar(None, span=span)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Node] = []
            while not isinstance(inner := next(events), yaml.SequenceEndEvent):
                self._limited.item(len(items), path, span)
                items.append(self._node(inner, events, depth + 1, path))
            return Items(tuple(items), span=span)
        if isinstance(event, yaml.MappingStartEvent):
            entries = []
            while not isinstance(key := next(events), yaml.MappingEndEvent):
                entries += self._entry(key, events, depth + 1, path)
            return Entries(tuple(entries), span=span)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, span)
        return Scalar(None, span=span)

    def _entry(self, key: Any, events: Iterator[Any], depth: int, path: str) -> list[Entry]:
        """The entry, or none if its key is no name: then that is reported."""
        before = len(self._problems)
        span = self._span(key)
        self._limited.one(span)
        name = self._node(key, events, depth, path)
        text = name.value if isinstance(name, Scalar) and isinstance(name.value, str) else None
        value = self._node(next(events), events, depth, inside(path, str(text)))
        if text == "<<" and isinstance(name, Scalar) and name.plain:
            self._problems[before:] = [mistake("TOS4011", span)]
            return []
        if text is None:
            found = "nothing" if isinstance(name, Scalar) else "a list or a mapping"
            self._problems.append(mistake("TOS4012", span, found=found))
            return []
        return [Entry(text, value, span=span)]

    def _scalar(self, event: Any, span: Span) -> Scalar:
        text = event.value.translate(self._meant) if self._meant else event.value
        if not event.implicit[0]:  # quoted, or a block: text whatever it looks like
            return Scalar(_joined(text), span=span)
        if not text or text in NULLS:
            return Scalar(None, span=span)
        return Scalar(text, plain=True, span=span)


def _joined(text: str) -> str:
    """The text with the two halves of a character that JSON's escapes make as that character."""
    if text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
