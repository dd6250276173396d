"""A decision as the bytes of its JSON: ``Decision.to_json``, written out.

Decisions on one program share their entries (a clause that decides, a document that takes part), so the
text of each is made once.
"""

from __future__ import annotations

import json
from functools import cache
from threading import Lock
from typing import Any

from attrs import asdict, fields, has

from tosdsl.decision.model import (
    SCHEMA,
    Basis,
    Condition,
    Decision,
    Defeated,
    Governs,
    PolicyUsed,
    plain,
    whole,
)

_HEAD = f'{{"schema":"{SCHEMA}",'
_NOT_EXPLAINED = ',"explanation":null}'
_NOTHING = {(): "[]", None: "null", True: "true", False: "false"}

_SHARED = frozenset((Basis, Condition, Defeated, Governs, PolicyUsed))
"""Entries that decisions on one program share."""

_MOST = 10_000
"""Entries whose text is kept; past it, those that were kept first give way."""


class Writer:
    """Writes decisions of one set of policies. Safe to share between threads."""

    __slots__ = ("_kept", "_lock")

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[int, tuple[object, str]] = {}
        """By identity of an entry, its text; kept with it, so that no other takes its place."""

    def written(self, decision: Decision, *, explain: bool = False) -> bytes:
        """The decision's JSON. Half a character, which UTF-8 has no bytes for, is an escape there."""
        if explain:
            text = _dumped(decision.to_json())
        else:
            fields = [f'"{name}":{self._value(value)}' for name, value in whole(decision).items()]
            text = f"{_HEAD}{','.join(fields)}{_NOT_EXPLAINED}"
        return text.encode("utf-8", "backslashreplace")

    def _value(self, value: Any) -> str:
        if value is None or value is True or value is False or value == ():
            return _NOTHING[value]
        kind: Any = type(value)
        if kind is str:
            return _quoted(value)
        if kind is tuple:
            return f"[{','.join([self._value(each) for each in value])}]"
        if kind in _SHARED:
            return self._shared(value)
        pairs = _pairs(kind)
        if pairs is None:
            return _dumped(plain(value))
        fields = [f"{key}{self._value(getattr(value, name))}" for name, key in pairs]
        return f"{{{','.join(fields)}}}"

    def _shared(self, entry: Any) -> str:
        found = self._kept.get(id(entry))
        if found is None:
            found = entry, _dumped(plain(asdict(entry)))
            with self._lock:
                if len(self._kept) >= _MOST:
                    del self._kept[next(iter(self._kept))]
                self._kept[id(entry)] = found
        return found[1]


@cache
def _pairs(kind: Any) -> tuple[tuple[str, str], ...] | None:
    """Of a class of entries, each field with its key as it is written; None of another type."""
    if not has(kind):
        return None
    names = [each.name for each in fields(kind)]
    return tuple((name, f'"{name.removesuffix("_")}":') for name in names)


_dumped = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_quoted = json.encoder.encode_basestring
