"""A facts document as nodes with places. YAML is read as text; types decide later what it means.

So ``no`` is a boolean where one is expected and a country where a text is, and ``1.0`` stays a
version. JSON is read the same way, its quoted strings and literals by JSON's own rules.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tosdsl import limits
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.trees.facts import Entries, Entry, Items, Node, Scalar
from tosdsl.trees.span import NOWHERE, Span


def read_text(text: str, file: str, problems: list[Diagnostic]) -> Node | None:
    """The document's root node, or None with a diagnostic."""
    if _too_large(text, file, problems):
        return None
    try:
        import yaml
    except ImportError:
        return _from_json(text, file, problems)
    return _from_yaml(text, file, problems, yaml)


def read_json(text: str, file: str, problems: list[Diagnostic]) -> Node | None:
    """The root node of a document that is JSON and nothing else, its values without places."""
    return None if _too_large(text, file, problems) else _from_json(text, file, problems, strict=True)


def _too_large(text: str, file: str, problems: list[Diagnostic]) -> bool:
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > limits.MAX_FACTS_BYTES:
        top = Span(file, 1, 1, 1, 2)
        problems.append(mistake("TOS5005", top, size=size, limit=limits.MAX_FACTS_BYTES))
    return size > limits.MAX_FACTS_BYTES


def _from_json(text: str, file: str, problems: list[Diagnostic], strict: bool = False) -> Node | None:
    """Without PyYAML: JSON alone, its values without places. ``strict``: nobody meant YAML."""
    try:
        pairs = json.loads(text, object_pairs_hook=_Pairs, parse_float=Decimal)
    except json.JSONDecodeError as error:
        span = Span(file, error.lineno, error.colno, error.lineno, error.colno + 1)
        if strict or text.lstrip().startswith("{"):
            problems.append(mistake("TOS4001", span, format="JSON", problem=error.msg))
        else:
            top = Span(file, 1, 1, 1, 2)
            words = {"what": "Reading YAML", "package": "pyyaml", "extra": "cli"}
            problems.append(mistake("TOS6007", top, None, **words))
        return None
    except ValueError:  # Python refuses to read a number of thousands of digits
        size = max(map(len, re.findall("[0-9]+", text)))
        top = Span(file, 1, 1, 1, 2)
        problems.append(mistake("TOS5010", top, size=size, limit=limits.MAX_DIGITS))
        return None
    except RecursionError:
        problems.append(mistake("TOS5006", Span(file, 1, 1, 1, 2), limit=limits.MAX_FACTS_NESTING))
        return None
    root = from_python(pairs, problems, Span(file, 0, 0, 0, 0))
    return _whole(root) if root is not None and "\\ud" in text.lower() else root


def _whole(node: Node) -> Node:
    """The node with its texts free of halves of characters, which JSON's escapes can make."""
    match node:
        case Entries(entries=entries):
            several = (Entry(_joined(each.key), _whole(each.value), span=each.span) for each in entries)
            return Entries(tuple(several), span=node.span)
        case Items(items=items):
            return Items(tuple(map(_whole, items)), span=node.span)
        case Scalar(value=str(text)):
            return Scalar(_joined(text), span=node.span)
        case _:
            return node


def _joined(text: str) -> str:
    if any("\ud800" <= character <= "\udfff" for character in text):
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


class _Pairs(list[tuple[str, Any]]):
    """A JSON object with its keys as given, so that one given twice is seen."""


def _from_yaml(text: str, file: str, problems: list[Diagnostic], yaml: Any) -> Node | None:
    is_json = _is_json(text)
    spoken = "JSON" if text.lstrip("\ufeff \t\r\n").startswith("{") else "YAML"
    try:
        events = yaml.parse(text.replace("\t", " ") if is_json else text, Loader=yaml.SafeLoader)
        root = _Composer(file, yaml, problems, is_json).document(events)
        return Scalar(None, span=Span(file, 1, 1, 1, 2)) if root is None else root
    except yaml.reader.ReaderError as error:
        span, what = _at(text, error.position, file), f"U+{error.character:04X} stands in it"
        problems.append(mistake("TOS4001", span, format=spoken, problem=what))
    except yaml.YAMLError as error:
        line, column, what = _explained(error)
        span = Span(file, line, column, line, column + 1)
        problems.append(mistake("TOS4001", span, format=spoken, problem=what))
    except (ValueError, OverflowError):  # PyYAML lets chr() of an impossible \U escape through
        top = Span(file, 1, 1, 1, 2)
        problems.append(mistake("TOS4001", top, format=spoken, problem="an impossible escape"))
    except _TooDeep as error:
        problems.append(mistake("TOS5006", error.span, limit=limits.MAX_FACTS_NESTING))
    except _TooLong as error:
        size, limit = f"more than {limits.MAX_LIST}", limits.MAX_LIST
        problems.append(mistake("TOS5007", error.span, path=error.path, size=size, limit=limit))
    return None


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


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


class _TooDeep(Exception):
    def __init__(self, span: Span) -> None:
        super().__init__(span)
        self.span = span


class _TooLong(Exception):
    def __init__(self, span: Span, path: str) -> None:
        super().__init__(span, path)
        self.span = span
        self.path = path


class _Composer:
    """PyYAML's events into nodes. Scalars keep their text; anchors and tags are refused."""

    def __init__(self, file: str, yaml: Any, problems: list[Diagnostic], is_json: bool) -> None:
        self._file = file
        self._yaml = yaml
        self._problems = problems
        self._json = is_json

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
        if depth > limits.MAX_FACTS_NESTING:
            raise _TooDeep(span)
        if isinstance(event, yaml.AliasEvent) or event.anchor or getattr(event, "tag", None):
            self._problems.append(mistake("TOS4011", span))
            if isinstance(event, yaml.ScalarEvent):
                return Scalar(None, span=span)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Node] = []
            while not isinstance(inner := next(events), yaml.SequenceEndEvent):
                if len(items) > limits.MAX_LIST:
                    raise _TooLong(span, path)
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
        name = self._node(key, events, depth, path)
        text = name.value if isinstance(name, Scalar) else None
        inner = f"{path}.{text}" if path else str(text)
        value = self._node(next(events), events, depth, inner)
        span = self._span(key)
        if text == "<<" and isinstance(name, Scalar) and name.plain:
            self._problems[before:] = [mistake("TOS4011", span)]
            return []
        if text is None or isinstance(text, Decimal | bool):
            none = "nothing" if isinstance(name, Scalar) else "a list or a mapping"
            found = none if text is None else f"`{text}`"
            self._problems.append(mistake("TOS4012", span, found=found))
            return []
        return [Entry(str(text), value, span=span)]

    def _scalar(self, event: Any, span: Span) -> Scalar:
        text = event.value
        if not event.implicit[0]:  # quoted, or a block: text whatever it looks like
            return Scalar(_joined(text), span=span)
        if self._json:
            return Scalar(json.loads(text, parse_float=Decimal), span=span)
        if text in {"", "~", "null", "Null", "NULL"}:
            return Scalar(None, span=span)
        return Scalar(text, plain=True, span=span)


def from_python(value: object, problems: list[Diagnostic], span: Span = NOWHERE) -> Node | None:
    """Python values as nodes: mappings, sequences, sets, scalars; None if they nest too deep."""
    try:
        return _from_python(value, span, 0, _Count())
    except _TooDeep:
        problems.append(mistake("TOS5006", span, limit=limits.MAX_FACTS_NESTING))
    except _TooMany:
        problems.append(mistake("TOS5018", span, limit=limits.MAX_FACTS_VALUES))
    return None


class _TooMany(Exception):
    """The values, counted as often as they occur, are past ``limits.MAX_FACTS_VALUES``."""


class _Count:
    def __init__(self) -> None:
        self._values = 0

    def add(self, number: int) -> None:
        self._values += number
        if self._values > limits.MAX_FACTS_VALUES:
            raise _TooMany


def _from_python(value: object, span: Span, depth: int, count: _Count) -> Node:
    if depth > limits.MAX_FACTS_NESTING:
        raise _TooDeep(span)
    if isinstance(value, str | bytes | bytearray):
        return Scalar(_plain(value), span=span)
    if isinstance(value, Mapping | Sequence | set | frozenset):
        count.add(len(value))
    if isinstance(value, _Pairs):
        pairs = ((key, _from_python(inner, span, depth + 1, count)) for key, inner in value)
        return Entries(tuple(Entry(key, node, span=span) for key, node in pairs), span=span)
    if isinstance(value, Mapping):
        made = (
            Entry(_key(key), _from_python(inner, span, depth + 1, count), span=span)
            for key, inner in value.items()
        )
        return Entries(tuple(made), span=span)
    if isinstance(value, Sequence | set | frozenset):
        ordered = sorted(value, key=_rank) if isinstance(value, set | frozenset) else value
        return Items(tuple(_from_python(inner, span, depth + 1, count) for inner in ordered), span=span)
    return Scalar(_plain(value), span=span)


def _plain(value: object) -> object:
    """A text or a number of a subclass (an enumeration's member, say) as what it is underneath."""
    if isinstance(value, str):
        return str.__str__(value)
    return int.__int__(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _key(key: object) -> str:
    """A key as a name; what is no text is named by its type, and no fact is called so."""
    return str.__str__(key) if isinstance(key, str) else f"<{type(key).__name__}>"


def _rank(item: object) -> tuple[str, str]:
    """Sets have no order: texts and numbers get one, deeper things are not looked into."""
    plain = isinstance(item, str | bool | date) or (isinstance(item, int) and item.bit_length() < 1_000)
    return type(item).__name__, str(item) if plain else ""
