"""A whole use, from the bytes of its JSON or from the parts that a program gives, compiled and strict.

A name that stands twice is found by counting colons: there is one for each name, and those in texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from tosdsl.base import limits
from tosdsl.facts.typed import values
from tosdsl.facts.typed.decoded import STANDARD, Json, by_standard_library, with_msgspec
from tosdsl.facts.typed.reading import Facts, Typed, is_deep
from tosdsl.facts.typed.said import Said, Warned, recorded, words
from tosdsl.runtime.checks import Odd
from tosdsl.trees.facts import PARTS, STANDARDS, Assertion, Reading, Standard, Use
from tosdsl.trees.moments import Moment

_MARK = b"\xef\xbb\xbf"
_KEYS = frozenset(PARTS) - {"assume", "reading"}  # which the full reading takes
_ASSERTION_KEYS = frozenset(("fact", "value", "status", "source", "said_on", "said_by"))


class Body(NamedTuple):
    """A whole use as it is read: typed facts by leaf path, and what is said besides."""

    facts: Facts
    warnings: tuple[str, ...]
    as_of: date | Moment | None
    known_at: date | Moment | None
    title: str | None
    standard: Standard
    assertions: tuple[Assertion, ...]
    readings: tuple[Reading, ...]

    def use(self) -> Use:
        """The same as the full reading gives it."""
        return Use(
            self.facts,
            self.title,
            self.as_of,
            self.known_at,
            self.warnings,
            self.assertions,
            self.standard,
            self.readings,
        )


class Bodies:
    """The reading of whole uses for one vocabulary. Safe to share between threads.

    ``json`` is what JSON is decoded by: msgspec if it is there, else the standard library.
    """

    def __init__(self, typed: Typed, json: Json | None = None) -> None:
        self.typed = typed
        self._given = json
        self._deep = typed.depth + 3 > limits.MAX_FACTS_NESTING

    @cached_property
    def _json(self) -> Json:
        """What reads JSON, which is imported with the first document."""
        return self._given or with_msgspec() or STANDARD

    def read(self, data: bytes) -> Body:
        """A use from a document that has to be JSON. Raises Odd where the full reading has to look."""
        if type(data) is not bytes or len(data) > limits.MAX_FACTS_BYTES:
            raise Odd
        if data.startswith(_MARK):
            data = data[3:].removeprefix(_MARK)
        try:
            use = self._json.decode(data)
        except (ValueError, RecursionError):
            raise Odd from None
        if type(use) is not dict or not (use.keys() <= _KEYS):
            raise Odd
        if "facts" not in use and "assertions" not in use and "readings" not in use:
            raise Odd
        if self._deep and is_deep(use, 0):
            raise Odd
        said = Said()
        said.keys = len(use)
        body = self._parts(use, said, placed=True)
        if self._json.encode is not None and data.count(b":") != said.keys:
            self._each_once(data, use)
        return body

    def parts(self, given: Mapping[str, Any]) -> Body:
        """A use of the parts that a program gives, by key as in a document. Raises Odd."""
        if not given.keys() <= _KEYS or (self._deep and is_deep(dict(given), 0)):
            raise Odd
        return self._parts(given, Said(), placed=False)

    # --- parts ------------------------------------------------------------------------------------

    def _parts(self, use: Mapping[str, Any], said: Said, *, placed: bool) -> Body:
        get = use.get
        facts = self.typed.leaves(get("facts"), said)
        among = [len(said.warned)]
        assertions: tuple[Assertion, ...] = ()
        readings: tuple[Reading, ...] = ()
        if (given := get("assertions")) is not None:
            assertions = tuple(self._assertions(given, said))
        among.append(len(said.warned))
        if (given := get("readings")) is not None:
            readings = tuple(self._readings(given, facts, assertions, said))
        if said.items + said.keys > limits.MAX_FACTS_VALUES:
            raise Odd
        title, first, second = get("use"), get("as_of"), get("known_at")
        return Body(
            facts,
            self._warnings(use, said.warned, among, placed=placed) if said.warned else (),
            None if first is None else _when(first, said),
            None if second is None else _when(second, said),
            None if title is None else values.a_text(title, said),
            _standard(get("standard")) or "confirmed",
            assertions,
            readings,
        )

    def _warnings(
        self, use: Mapping[str, Any], warned: list[Warned], among: list[int], *, placed: bool
    ) -> tuple[str, ...]:
        """The warnings; those of a document in its order."""
        if len(warned) > limits.MAX_ERRORS:
            warned = recorded(warned)
        if not placed:
            return words([*dict.fromkeys(warned)])
        parts = {"facts": warned[: among[0]], "assertions": warned[among[0] : among[1]]}
        parts["readings"] = warned[among[1] :]
        return words([each for key in use if key in parts for each in parts[key]])

    def _assertions(self, given: Any, said: Said) -> Iterable[Assertion]:
        for each in values.items(given, said):
            if type(each) is not dict:
                raise Odd
            for key in each:
                if type(key) is not str or key not in _ASSERTION_KEYS:
                    raise Odd
            said.keys += len(each)
            get = each.get
            status, by, on = _standard(get("status")), get("said_by"), get("said_on")
            fact, source = values.a_text(get("fact"), said), values.a_text(get("source"), said)
            by = None if by is None else values.a_text(by, said)
            on = None if on is None else values.a_date(on, said)
            known = self._asserted(fact, get("value"), said)
            if status is None or not known:
                raise Odd
            for leaf, value in known.items():
                yield Assertion(leaf, value, status, source, on, by)

    def _asserted(self, fact: str, value: Any, said: Said) -> Facts:
        said.keys -= 1  # no mapping of the use has this entry
        return self.typed.leaves({fact: value}, said)

    def _readings(
        self, given: Any, facts: Facts, assertions: tuple[Assertion, ...], said: Said
    ) -> Iterable[Reading]:
        if type(given) is not dict or len(given) > limits.MAX_READINGS:
            raise Odd
        said.keys += len(given)
        settled = {*facts, *(each.fact for each in assertions)}
        for name, judged in given.items():
            values.a_text(name, said)
            known = self.typed.leaves(judged, said)
            if not known.keys() <= self.typed.judged or not settled.isdisjoint(known):
                raise Odd
            yield Reading(name, known)

    # --- names that stand twice -------------------------------------------------------------------

    def _each_once(self, data: bytes, use: Any) -> None:
        """Raises Odd if a name stands twice in a mapping: there are more colons then."""
        if b"\\u003" in data:  # a colon, perhaps, that is not written as one
            try:
                by_standard_library(data)
            except (ValueError, RecursionError):
                raise Odd from None
        elif self._json.encode is None or data.count(b":") != self._json.encode(use).count(b":"):
            raise Odd


def _when(value: Any, said: Said) -> date | Moment:
    """A day or a moment."""
    is_moment = isinstance(value, datetime) or (type(value) is str and "T" in value)
    return values.instant(value, said) if is_moment else values.a_date(value, said)


def _standard(word: Any) -> Standard | None:
    if word is None:
        return None
    if type(word) is not str:
        raise Odd
    for each in STANDARDS:
        if word == each:
            return each
    raise Odd
