"""What somebody types as the value of a fact, as a node of a facts document.

A text needs no quotation marks, and a list of texts no brackets: ``train, evaluate``. Whether it is a
value of the fact is left to whoever reads the node.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Entries, Entry, Items, Node, Scalar

_BRACKETS = re.compile(r"\s*\[(.*)\]\s*\Z", re.DOTALL)
_SHORT = {"y": "yes", "n": "no"}


def node_of(answer: object, kind: v.Type) -> Node:
    """The node of an answer: a text, a sequence of answers, a mapping from fields to answers, or None
    for what is not known."""
    plain = v.bare(kind)
    if isinstance(answer, Mapping):
        types = _types(plain)
        return Entries(
            tuple(
                Entry(str(name), node_of(each, types.get(str(name), v.Text())))
                for name, each in answer.items()
            )
        )
    if isinstance(answer, str):
        return _typed(answer, plain, may_be_none=plain != kind)
    if isinstance(answer, Sequence):
        item = plain.item if isinstance(plain, v.ListOf) else plain
        return Items(tuple(node_of(each, item) for each in answer))
    return Scalar(answer)


def _types(kind: v.Type) -> dict[str, v.Type]:
    fields = kind.fields if isinstance(kind, v.Record) else ()
    return {leaf.path: leaf.type for leaf in v.Vocabulary("", facts=fields).leaves()}


def _typed(text: str, kind: v.Type, *, may_be_none: bool) -> Node:
    text = text.strip()
    if isinstance(kind, v.ListOf):
        brackets = _BRACKETS.match(text)
        inner = brackets[1] if brackets else text
        several = [each.strip() for each in inner.split(",")] if inner.strip() else []
        return Items(tuple(node_of(each, kind.item) for each in several))
    if len(text) > 1 and text[0] == text[-1] == '"':
        return Scalar(text[1:-1])
    if isinstance(kind, v.Boolean):
        return Scalar(_SHORT.get(text.lower(), text.lower()), plain=True)
    said = isinstance(kind, v.Text | v.Party) and not (may_be_none and text == "none")
    return Scalar(text, plain=not said)
