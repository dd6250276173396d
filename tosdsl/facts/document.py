"""A facts document as nodes with places. YAML is read as text; types decide later what it means.

So ``no`` is a boolean where one is expected and a country where a text is, and ``1.0`` stays a
version. JSON is read the same way, its quoted strings and literals by JSON's own rules.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tosdsl import limits
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.trees.facts import Entries, Entry, Items, Node, Scalar
from tosdsl.trees.span import NOWHERE, Span


def read_text(text: str, file: str, problems: list[Diagnostic]) -> Node | None:
    """The document's root node, or None with a diagnostic."""
    size = len(text.encode("utf-8", "surrogatepass"))
    top = Span(file, 1, 1, 1, 2)
    if size > limits.MAX_FACTS_BYTES:
        problems.append(mistake("TOS5005", top, size=size, limit=limits.MAX_FACTS_BYTES))
        return None
    try:
        import yaml
    except ImportError:
        return _from_json(text, file, problems)
    return _from_yaml(text, file, problems, yaml)


def _from_json(text: str, file: str, problems: list[Diagnostic]) -> Node | None:
    """Without PyYAML: JSON alone, its values without places."""
    try:
        pairs = json.loads(text, object_pairs_hook=_Pairs)
    except json.JSONDecodeError as error:
        span = Span(file, error.lineno, error.colno, error.lineno, error.colno + 1)
        if text.lstrip().startswith("{"):
            problems.append(mistake("TOS4001", span, format="JSON", problem=error.msg))
        else:
            problems.append(
                mistake("TOS6007", Span(file, 1, 1, 1, 2), what="Reading YAML", package="pyyaml", extra="cli")
            )
        return None
    except RecursionError:
        problems.append(mistake("TOS5006", Span(file, 1, 1, 1, 2), limit=limits.MAX_FACTS_NESTING))
        return None
    return from_python(pairs, problems, Span(file, 0, 0, 0, 0))


class _Pairs(list[tuple[str, Any]]):
    """A JSON object with its keys as given, so that one given twice is seen."""


def _from_yaml(text: str, file: str, problems: list[Diagnostic], yaml: Any) -> Node | None:
    is_json = text.lstrip("\ufeff \t\r\n").startswith("{")
    try:
        events = yaml.parse(text.replace("\t", " ") if is_json else text, Loader=yaml.SafeLoader)
        return _Composer(file, yaml, problems, is_json).document(events)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        span = Span(file, line, column, line, column + 1)
        what = getattr(error, "problem", None) or str(error).split("\n")[0]
        problems.append(mistake("TOS4001", span, format="YAML", problem=what))
    except ValueError:  # PyYAML lets chr() of an impossible \U escape through
        problems.append(
            mistake("TOS4001", Span(file, 1, 1, 1, 2), format="YAML", problem="an impossible escape")
        )
    except _TooDeep as error:
        problems.append(mistake("TOS5006", error.span, limit=limits.MAX_FACTS_NESTING))
    return None


class _TooDeep(Exception):
    def __init__(self, span: Span) -> None:
        super().__init__(span)
        self.span = span


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
                root = self._node(event, events, 0)
        return root

    def _span(self, event: Any) -> Span:
        start, end = event.start_mark, event.end_mark
        if end.line > start.line and end.column == 0:
            return Span(self._file, start.line + 1, start.column + 1, start.line + 1, start.column + 2)
        return Span(self._file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        yaml, span = self._yaml, self._span(event)
        if depth > limits.MAX_FACTS_NESTING:
            raise _TooDeep(span)
        if isinstance(event, yaml.AliasEvent) or event.anchor or getattr(event, "tag", None):
            self._problems.append(mistake("TOS4011", span))
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            while not isinstance(inner := next(events), yaml.SequenceEndEvent):
                items.append(self._node(inner, events, depth + 1))
            return Items(tuple(items), span=span)
        if isinstance(event, yaml.MappingStartEvent):
            entries = []
            while not isinstance(key := next(events), yaml.MappingEndEvent):
                name = self._node(key, events, depth + 1)
                value = self._node(next(events), events, depth + 1)
                text = str(name.value) if isinstance(name, Scalar) else "?"
                entries.append(Entry(text, value, span=self._span(key)))
            return Entries(tuple(entries), span=span)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, span)
        return Scalar(None, span=span)

    def _scalar(self, event: Any, span: Span) -> Scalar:
        text = event.value
        if not event.implicit[0]:  # quoted, or a block: text whatever it looks like
            if any("\ud800" <= character <= "\udfff" for character in text):
                text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            return Scalar(text, span=span)
        if text in {"", "~", "null", "Null", "NULL"}:
            return Scalar(None, span=span)
        return Scalar(text, plain=True, span=span)


def from_python(value: object, problems: list[Diagnostic], span: Span = NOWHERE) -> Node | None:
    """Python values as nodes: mappings, lists, tuples, sets, scalars; None if they nest too deep."""
    try:
        return _from_python(value, span, 0)
    except _TooDeep:
        problems.append(mistake("TOS5006", span, limit=limits.MAX_FACTS_NESTING))
        return None


def _from_python(value: object, span: Span, depth: int) -> Node:
    if depth > limits.MAX_FACTS_NESTING:
        raise _TooDeep(span)
    if isinstance(value, _Pairs):
        return Entries(
            tuple(Entry(key, _from_python(inner, span, depth + 1), span=span) for key, inner in value),
            span=span,
        )
    if isinstance(value, Mapping):
        made = (Entry(str(key), _from_python(inner, span, depth + 1), span=span) for key, inner in value.items())
        return Entries(tuple(made), span=span)
    if isinstance(value, list | tuple | set | frozenset):
        ordered = sorted(value, key=repr) if isinstance(value, set | frozenset) else value
        return Items(tuple(_from_python(inner, span, depth + 1) for inner in ordered), span=span)
    return Scalar(value, span=span)
