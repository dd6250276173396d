"""Decisions read back from what ``Decision.to_json`` wrote. Raises DecisionError.

The classes of ``decision.model`` say what must stand there: a decision has their fields and no others,
each of its type. So what is read is equal to what was written, or it is refused.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from attrs import define, fields, has

from tosdsl.base import limits
from tosdsl.base.span import Span
from tosdsl.base.verdict import Verdict
from tosdsl.decision.model import SCHEMA, Decision, Explained, Unwritten, Why
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.errors import DecisionError
from tosdsl.facts.read import found_words
from tosdsl.trees.facts import Entries, Items, Other, Scalar
from tosdsl.trees.quantities import read_instant

_FILE = "<decision>"
_BESIDES = ("schema", "explanation")
"""Keys that are no fields."""

_EXPECTED: Mapping[type, str] = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    date: "a date such as 2023-12-15",
    datetime: "an instant with its zone, such as 2023-11-14T18:30Z",
    type(None): "null",
}


def no_explanation() -> DecisionError:
    """What is raised where a decision is asked for an explanation that was not written."""
    return DecisionError((mistake("TOS4053", None),), {})


def decision_from_json(data: object) -> Decision:
    """The decision; see ``Decision.from_json``."""
    text = data if isinstance(data, str) else ""
    try:
        if isinstance(data, bytes):
            text = _decoded(data)
        if isinstance(data, str | bytes):
            data = _loaded(text)
        return _Reader().decision(data)
    except _Wrong as wrong:
        raise DecisionError((wrong.mistake,), {_FILE: text} if text else {}) from None


class _Wrong(Exception):
    """The first thing that is wrong."""

    def __init__(self, mistake: Diagnostic) -> None:
        super().__init__(mistake)
        self.mistake = mistake


# --- text -------------------------------------------------------------------------------------------


def _decoded(data: bytes) -> str:
    if len(data) > limits.MAX_DECISION_BYTES:
        raise _too_large()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_json(f"the byte at {error.start} is not UTF-8", None) from None


def _loaded(text: str) -> Any:
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    if size > limits.MAX_DECISION_BYTES:
        raise _too_large()
    try:
        return json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        place = Span(_FILE, error.lineno, error.colno, error.lineno, error.colno + 1)
        raise _not_json(error.msg[:1].lower() + error.msg[1:], place) from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError:  # Python makes no number of so many digits
        raise _not_json("a number has too many digits", None) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise _Wrong(mistake("TOS4005", None, path=twice))
    return made


def _not_json(problem: str, place: Span | None) -> _Wrong:
    return _Wrong(mistake("TOS4001", place, format="JSON", problem=problem))


def _too_large() -> _Wrong:
    return _Wrong(mistake("TOS5042", None, limit=limits.MAX_DECISION_BYTES))


def _too_deep() -> _Wrong:
    return _Wrong(mistake("TOS5043", None, limit=limits.MAX_EXPLANATION_NESTING))


# --- data -------------------------------------------------------------------------------------------


@cache
def _parts(kind: type) -> Mapping[str, tuple[str, Any]]:
    """The keys of a class in JSON, each with the name of its argument and its type."""
    types = get_type_hints(kind)
    return {
        each.name.removesuffix("_"): (each.alias, types[each.name])
        for each in fields(kind)
        if each.name != "_explain"
    }


Path = tuple[Any, ...]
"""Where a value stands: the path of what it is in, and the step from there. Empty: the decision."""


def _shown(path: Path) -> str:
    """A path as text, such as ``basis[0].clause``."""
    steps: list[str] = []
    while path:
        path, step = path
        steps.append(f"[{step}]" if isinstance(step, int) else f".{step}")
    return "".join(reversed(steps)).removeprefix(".") or "decision"


@define
class _Reader:
    """Reads the values of one decision, each by its type. ``_size`` is what its JSON has at least."""

    _size: int = 0

    def decision(self, data: object) -> Decision:
        if not isinstance(data, dict):
            raise _wrong((), "a mapping as `Decision.to_json()` writes it", data)
        schema = data.get("schema")
        if schema != SCHEMA:
            raise _Wrong(mistake("TOS4050", None, found=_found(schema), schema=SCHEMA))
        given = self._given(Decision, (), data, _BESIDES)
        why = data["explanation"]
        explain = Unwritten() if why is None else Explained(self._why(why))
        return Decision(**given, explain=explain)

    def _why(self, root: object) -> Why:
        """The explanation, without a step into this program for each step into the tree."""
        todo: list[tuple[Path, Any, int]] = [(((), "explanation"), root, 1)]
        nodes: list[tuple[dict[str, Any], int]] = []
        while todo:
            path, given, deep = todo.pop()
            if deep > limits.MAX_EXPLANATION_NESTING:
                raise _too_deep()
            if not isinstance(given, dict):
                raise _wrong(path, "a mapping", given)
            below, around = given.get("children", []), (path, "children")
            if not isinstance(below, list):
                raise _wrong(around, "a list", below)
            alone = self._given(Why, path, {**given, **_NO_CHILDREN} if below else given)
            nodes.append((alone, len(below)))
            todo += [((around, at), below[at], deep + 1) for at in reversed(range(len(below)))]
        made: list[Why] = []
        for alone, count in reversed(nodes):
            children = made[len(made) - count :]
            del made[len(made) - count :]
            made.append(Why(**{**alone, "children": tuple(reversed(children))}))
        return made[0]

    def _given(
        self, kind: type, path: Path, data: Mapping[Any, Any], more: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """The arguments of a class, from a mapping that has just its keys, and ``more``."""
        parts = _parts(kind)
        for key in (*more, *parts):
            if key not in data:
                raise _Wrong(mistake("TOS4051", None, path=_shown((path, key))))
        if len(data) > len(parts) + len(more):
            odd = next(key for key in data if key not in parts and key not in more)
            name = odd if isinstance(odd, str) else f"<{type(odd).__name__}>"
            near = (name[: limits.MAX_WORD_SHOWN], parts)
            raise _Wrong(mistake("TOS4052", None, near, path=_shown((path, name))))
        return {
            name: self._value(type_, (path, key), data[key]) for key, (name, type_) in parts.items()
        }

    def _value(self, kind: Any, path: Path, given: Any) -> Any:
        self._size += len(given) if isinstance(given, str) else 1
        if self._size > limits.MAX_DECISION_BYTES:
            raise _too_large()
        if get_origin(kind) is tuple:
            if not isinstance(given, list):
                raise _wrong(path, "a list", given)
            item = get_args(kind)[0]
            return tuple([self._value(item, (path, at), each) for at, each in enumerate(given)])
        if has(kind):
            if not isinstance(given, dict):
                raise _wrong(path, "a mapping", given)
            return kind(**self._given(kind, path, given))
        kinds = get_args(kind) if isinstance(kind, UnionType) else (kind,)
        if given is None and type(None) in kinds:
            return None
        whole = next((each for each in kinds if has(each)), None)
        if whole is not None:  # of a part that may be missing
            return self._value(whole, path, given)
        made = next((each for each in (_single(one, given) for one in kinds) if each is not None), None)
        if made is None:
            raise _wrong(path, " or ".join(map(_expected, kinds)), given)
        return made


_NO_CHILDREN: Mapping[str, Any] = {"children": []}


def _wrong(path: Path, expected: str, given: object) -> _Wrong:
    words = {"path": _shown(path), "expected": expected, "found": _found(given)}
    return _Wrong(mistake("TOS4003", None, None, **words))


def _single(kind: type, given: object) -> Any:
    """A value without parts; None if what is given is none of this type."""
    if kind is Verdict:
        return next((each for each in Verdict if type(given) is str and each.value == given), None)
    if kind is date:
        return _date(given) if type(given) is str else None
    if kind is datetime:
        moment = read_instant(given) if type(given) is str else None
        return moment if str(moment) == given else None
    return given if type(given) is kind else None


def _date(text: str) -> date | None:
    """The day, if it is written as a decision writes it: ISO 8601 knows other ways."""
    try:
        made = date.fromisoformat(text)
    except ValueError:
        return None
    return made if made.isoformat() == text else None


def _expected(kind: type) -> str:
    if kind is Verdict:
        return f"a verdict ({', '.join(each.value for each in Verdict)})"
    return _EXPECTED[kind]


def _found(given: object) -> str:
    if isinstance(given, dict):
        return found_words(Entries(()))
    if isinstance(given, list):
        return found_words(Items(()))
    plain = given is None or type(given) in {str, bool, int, float}
    return found_words(Scalar(given if plain else Other(type(given).__name__)))
