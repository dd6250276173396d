"""A facts document as nodes with places: in which notation it is, and how large it may be.

A document whose name ends in ``.json`` is JSON, and nothing else is. Any other is JSON if it is JSON by
RFC 8259, which YAML 1.2 reads as JSON does, and YAML if it is not. So one JSON document has one
meaning, whatever it is called and whether PyYAML is installed or not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tosdsl.base import limits
from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.facts import json_text
from tosdsl.facts.limited import PastLimit
from tosdsl.trees.facts import Node

if TYPE_CHECKING:
    from tosdsl.facts.typed.right import Right


def read_text(text: str, file: str, problems: list[Diagnostic]) -> Node | None:
    """The document's root node, or None with a diagnostic."""
    if file.lower().endswith(".json"):
        return read_json(text, file, problems)
    if too_large(len(text.encode("utf-8", "surrogatepass")), file, problems):
        return None
    try:
        if text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
            try:
                return json_text.read(text, file)
            except json_text.NotJson as error:
                return _from_yaml(text, file, problems, error)
        return _from_yaml(text, file, problems, None)
    except PastLimit as past:
        problems.append(past.mistake)
    return None


def read_json(
    text: str, file: str, problems: list[Diagnostic], right: Right | None = None
) -> Node | None:
    """The root node of a document that is JSON and nothing else, or None with a diagnostic. ``right``
    takes parts that are right as they stand."""
    if too_large(len(text.encode("utf-8", "surrogatepass")), file, problems):
        return None
    try:
        return json_text.read(text, file, right)
    except json_text.NotJson as error:
        problems.append(_not_json(error))
    except PastLimit as past:
        problems.append(past.mistake)
    return None


def too_large(size: int, file: str, problems: list[Diagnostic]) -> bool:
    """Whether a document of so many bytes is past its limit, which is reported."""
    if size <= limits.MAX_FACTS_BYTES:
        return False
    top = Span(file, 1, 1, 1, 2)
    problems.append(mistake("TOS5005", top, size=size, limit=limits.MAX_FACTS_BYTES))
    return True


def with_line_feeds(text: str) -> str:
    """The text with each line end as one character: YAML, JSON and CSV all end lines with a carriage
    return as well, and it means the same inside a value."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _not_json(error: json_text.NotJson) -> Diagnostic:
    return mistake("TOS4001", error.span, format="JSON", problem=error.problem)


def _from_yaml(
    text: str, file: str, problems: list[Diagnostic], not_json: json_text.NotJson | None
) -> Node | None:
    try:
        import yaml
    except ImportError:
        if not_json is not None and text.lstrip("\ufeff \t\r\n").startswith("{"):
            problems.append(_not_json(not_json))
        else:
            top = Span(file, 1, 1, 1, 2)
            words = {"what": "Reading YAML", "package": "pyyaml", "extra": "cli"}
            problems.append(mistake("TOS6007", top, None, **words))
        return None
    from tosdsl.facts import yaml_text

    return yaml_text.read(text, file, problems, yaml)
