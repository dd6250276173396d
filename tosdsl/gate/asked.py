"""One request as sources look at it: headers, query, path and body, each taken apart once.

What a request says twice, or in a way that two readers could read differently, is ``Failed``: its facts
are unknown. So nothing that a caller adds to a request gives a fact a value that the operator's own
reading would not have found.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from functools import cached_property
from typing import Any, NoReturn
from urllib.parse import unquote_to_bytes

from tosdsl.gate.model import UNKNOWN, Failed, Request

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_ESCAPES = re.compile(r"%(?![0-9A-Fa-f]{2})")
_JSON = re.compile(
    r"application/(?:[\w.+-]+\+)?json(?:[ \t]*;[ \t]*charset=\"?utf-8\"?)?[ \t]*", re.IGNORECASE
)

OF_BODIES = ("content-type", "content-encoding")
"""Headers that say how a body is read. A door that does not hand one on hides that another reads the
body otherwise."""

TWICE = Failed("it is given twice")


class _Twice(Exception):
    """A key stands twice in one object."""


class Asked:
    """A request, and what of it was already looked at. ``nesting`` bounds the body's depth."""

    def __init__(self, request: Request, nesting: int = 20) -> None:
        self.request = request
        self.keys: dict[str, Any] = {}
        """Keys of registers that were worked out, by register."""
        self._nesting = nesting

    @cached_property
    def headers(self) -> dict[str, str | Failed]:
        """Values by name in small letters; a name that comes twice has no value."""
        made: dict[str, str | Failed] = {}
        for name, value in self.request.headers:
            made[name] = TWICE if name in made else value
        return made

    def header(self, name: str) -> Any:
        value = self.headers.get(name)
        if not isinstance(value, str):
            return value
        value = value.strip(" \t")
        if value.isascii() and value.isprintable():
            return value or None
        try:  # a door gives bytes as they are: each a character
            value = value.encode("latin-1").decode("utf-8")
        except UnicodeError:
            return Failed("it is not UTF-8")
        return Failed("it has control characters") if _CONTROL.search(value) else value

    def one_header(self, name: str) -> Any:
        """The same of a header that must be one, where a door may have joined several."""
        value = self.header(name)
        joined = self.request.joined and type(value) is str and "," in value
        return Failed("it may be two headers that were joined") if joined else value

    @cached_property
    def query(self) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for part in self.request.query.split("&"):
            if not part:
                continue
            name, _, value = part.partition("=")
            key = _decoded(name.replace("+", " "))
            text = _decoded(value.replace("+", " "))
            if key is None or (";" in part):
                return _Unreadable("the query is not percent-encoded UTF-8")
            found = Failed("it is not percent-encoded UTF-8") if text is None else (text or None)
            made[key] = TWICE if key in made else found
        return made

    @cached_property
    def path(self) -> str | Failed:
        """The path, decoded; where servers may read it in two ways, none."""
        raw = self.request.path
        low = raw.lower()
        if not raw.startswith("/") or "%2f" in low or "%5c" in low or "\\" in raw or "//" in raw:
            return Failed("servers read this path differently")
        decoded = _decoded(raw)
        if decoded is None or "%" in decoded or ";" in decoded:
            return Failed("servers read this path differently")
        if any(step in {".", ".."} for step in decoded.split("/")):
            return Failed("servers read this path differently")
        return decoded

    @cached_property
    def steps(self) -> tuple[str, ...] | Failed:
        """The parts of the path between its slashes."""
        path = self.path
        return path if isinstance(path, Failed) else tuple(path[1:].split("/"))

    @cached_property
    def body(self) -> Any:
        """The body as data: None where there is none, ``Failed`` where it cannot be read in one way."""
        request = self.request
        if request.parsed is not None:
            return request.parsed
        if request.body is None:
            return Failed("the body is cut off")
        if not request.body:
            return None
        kind = self.headers.get("content-type")
        if not isinstance(kind, str) or not _JSON.fullmatch(kind):
            return Failed("the body is not declared as JSON in UTF-8")
        if self.headers.get("content-encoding", "identity") != "identity":
            return Failed("the body is compressed")
        return read_json(request.body, self._nesting)

    def in_body(self, steps: tuple[str, ...]) -> Any:
        """What stands under these keys; a number is the place in a list."""
        here = self.body
        for step in steps:
            if type(here) is dict:
                if step not in here:
                    return None
                here = here[step]
            elif here is None or type(here) is Failed:
                return here
            elif type(here) is list and step.isdecimal() and len(step) < 7:
                if int(step) >= len(here):
                    return None
                here = here[int(step)]
            else:
                return Failed(f"there is no {step} in it")
            if here is None:  # ``null`` says that it is unknown, and a key that is missing says nothing
                return UNKNOWN
        return here


class _Unreadable(dict[str, Any]):
    """In place of a query that cannot be read: whatever is asked for, it is not known."""

    def __init__(self, why: str) -> None:
        super().__init__()
        self._failed = Failed(why)

    def get(self, key: str, default: Any = None) -> Any:
        return self._failed


def _decoded(text: str) -> str | None:
    if _ESCAPES.search(text):
        return None
    try:
        made = unquote_to_bytes(text.encode("latin-1")).decode("utf-8")
    except UnicodeError:
        return None
    return None if _CONTROL.search(made) else made


def read_json(data: bytes, nesting: int) -> Any:
    """JSON by RFC 8259 as Python's data, numbers exact; ``Failed`` if readers could differ on it."""
    if too_deep(data, nesting):
        return Failed(f"the body nests deeper than {nesting}")
    try:
        return _DECODER.decode(data.decode("utf-8"))
    except _Twice as twice:
        return Failed(f"a key stands twice in the body: {twice}")
    except (ValueError, RecursionError, ArithmeticError):
        return Failed("the body is no JSON")


def too_deep(data: bytes, nesting: int) -> bool:
    """Whether brackets may nest deeper. Brackets in texts do not count."""
    if data.count(b"[") + data.count(b"{") <= nesting:
        return False
    depth = deepest = 0
    quoted = escaped = False
    for byte in data:
        if quoted:
            if escaped:
                escaped = False
            elif byte == 92:
                escaped = True
            elif byte == 34:
                quoted = False
        elif byte == 34:
            quoted = True
        elif byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
            if deepest > nesting:
                return True
        elif byte in b"]}":
            depth -= 1
    return False


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _Twice(next(key for key, _ in pairs if sum(key == other for other, _ in pairs) > 1)[:60])
    return made


def _no_constant(word: str) -> NoReturn:
    raise ValueError(word)


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_float=Decimal, parse_constant=_no_constant)
