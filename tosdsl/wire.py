"""Bytes to bytes: the JSON of a use to the JSON of the decision, for gateways.

    typed      msgspec decodes and checks, generated code makes a number of it, the bytes are kept
    plain      the standard library decodes, ``decide`` answers, the bytes are kept
    carefully  the full reading, which finds the words for what is wrong, and the reference

Each way leaves to the next what it cannot take as it is, so all of them tell the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from threading import RLock
from typing import Any

from attrs import define, field, frozen

from tosdsl.backends.wire.keys import Key
from tosdsl.backends.wire.types import Types
from tosdsl.base import limits
from tosdsl.decision.model import Decision
from tosdsl.errors import FactError
from tosdsl.runtime.checks import Odd, day
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import STANDARDS, Standard
from tosdsl.trees.items import in_fact

Day = date | None
Judged = tuple[Any, ...]

_SHORT = 16_384
"""Bytes of a document in which no list and no number of values can be past its limit."""

_MOST_BYTES = 64 * 1024 * 1024
"""Bytes of decisions that are kept; past them, they are forgotten."""

_EACH = 400
"""About what it takes to keep one decision besides its bytes."""

_KEYS = frozenset(("facts", "as_of", "known_at", "use", "assertions", "standard", "readings"))
_UNSAID: tuple[tuple[str, tuple[object, ...]], ...] = (
    ("assertions", (None, [])),
    ("standard", (None, "confirmed")),
    ("readings", (None, {})),
)
"""Parts of a use, and what they are where they say nothing."""


@frozen
class Given:
    """What the caller gives in place of what a document says: the days, both if any; the standard."""

    days: tuple[Day, Day] | None
    standard: Standard | None


@frozen
class Kind:
    """What uses of one number share: how many keys they have, and the bytes of their decisions.

    ``told`` gives the values that a decision tells, those of judged facts; ``bodies`` is by these.
    """

    keys: int
    told: Callable[[Any], Judged]
    bodies: dict[Judged, bytes] = field(factory=dict)


@frozen
class _Typed:
    """What answers uses of a pair of days as they are written."""

    key: Key
    of: Callable[[Any], int]
    days: int
    """How many days are written in the document."""
    known: dict[int, Kind] = field(factory=dict)


@define(eq=False)
class Wire:
    """``decide_json`` of one set of policies. Safe to share between threads.

    ``types`` is None where msgspec is not there; ``key_on`` gives the key of uses of a pair of days,
    or None. ``decide_on`` gives what decides on facts; ``carefully`` is the full reading, with
    what the caller gives.
    """

    vocabulary: v.Vocabulary
    types: Types | None
    key_on: Callable[[Day, Day], Key | None]
    decide_on: Callable[[Day, Day], Callable[[Any], Decision]]
    carefully: Callable[..., Decision]
    _lock: RLock = field(factory=RLock)
    _days: dict[tuple[Any, ...], _Typed] = field(factory=dict)
    _untyped: set[tuple[Any, ...]] = field(factory=set)
    _bodies: dict[int, tuple[dict[str, Any], bytes]] = field(factory=dict)
    """By what decisions of one kind share; kept with it, so that no other takes its place."""
    _size: int = 0
    _deep: bool = field(init=False)
    """Whether facts can be right in a program that are nested too deep in a document."""

    def __attrs_post_init__(self) -> None:
        self._deep = _depth(self.vocabulary.facts) + 2 > limits.MAX_FACTS_NESTING

    def decide_json(self) -> Callable[..., bytes]:
        """The function, with all that it looks at at hand."""
        types, answer = self.types, self._answer
        if types is None:

            def decide_plain(
                data: bytes,
                *,
                explain: bool = False,
                as_of: Day = None,
                known_at: Day = None,
                standard: str | None = None,
            ) -> bytes:
                return answer(data, explain, None, _given(as_of, known_at, standard))

            return decide_plain
        decode, days = types.decode, self._days

        def decide_json(
            data: bytes,
            *,
            explain: bool = False,
            as_of: Day = None,
            known_at: Day = None,
            standard: str | None = None,
        ) -> bytes:
            use = given = None
            if as_of is not None or known_at is not None or standard is not None:
                given = _given(as_of, known_at, standard)
            if type(data) is bytes and len(data) < _SHORT and not explain:
                try:
                    use = decode(data)
                    if given is None:
                        typed = days[use.as_of, use.known_at]
                    else:
                        typed = days[as_of, known_at, given.standard]
                    kind = typed.known[typed.of(use)]
                    body = kind.bodies[kind.told(use)]
                    # a colon for each key that there has to be: then none is given twice
                    if data.count(b":") == kind.keys:
                        return body
                except Exception:  # something new, or something to be read with care
                    use = None
            return answer(data, explain, use, given)

        return decide_json

    # --- typed ----------------------------------------------------------------------------------

    def _answer(self, data: bytes, explain: bool, use: Any, given: Given | None) -> bytes:
        if type(data) is not bytes:  # what msgspec takes as well
            data = _bytes(data)
        if explain or len(data) > limits.MAX_FACTS_BYTES:
            return _body(self.carefully(data, given), True)
        place = None
        if self.types is not None and len(data) < _SHORT:
            try:
                use = self.types.decode(data) if use is None else use
                place = self._place(data, use, self.types, given)
            except Exception:  # what is wrong is found out, with its place, by the full reading
                place = None
        if place is None:
            return self._plain(data, given)[1]
        typed, number, use = place
        assert self.types is not None
        kind = typed.known.get(number)
        if kind is not None and (kept := kind.bodies.get(kind.told(use))) is not None:
            return kept
        decision, body = self._plain(data, given)
        if kind is None:
            judged = [each.fact for each in decision.judgements]
            told = self.types.told(
                path for path in typed.key.paths if any(in_fact(path, each) for each in judged)
            )
            kind = Kind(typed.key.given(number) + typed.days, told)
        with self._lock:
            self._spend(len(body))
            typed.known.setdefault(number, kind).bodies[kind.told(use)] = body
        return body

    def _place(
        self, data: bytes, use: Any, types: Types, given: Given | None
    ) -> tuple[_Typed, int, Any] | None:
        """Where the answer is kept; None, or an error, if something has to be read with care."""
        if given is None:
            typed = self._on((use.as_of, use.known_at), types)
        elif given.days is not None and given.standard != "alleged" and use.as_of is types.unset:
            typed = self._on((*given.days, given.standard), types)
        else:
            return None
        if typed is None:
            return None
        number = typed.of(use)
        more = data.count(b":") - typed.key.given(number) - typed.days
        if more and (b"\\" in data or more != self._colons(use, typed.key, types)):
            return None
        return typed, number, use

    def _on(self, days: tuple[Any, ...], types: Types) -> _Typed | None:
        """``days`` as they are written, or as they are given, with a standard."""
        found = self._days.get(days)
        if found is None and days not in self._untyped:
            first, second = (None if each is types.unset else each for each in days[:2])
            key = self.key_on(_day(first), _day(second))
            with self._lock:
                self._spend(0)
                if key is None:
                    self._untyped.add(days)
                else:
                    written = sum(each is not types.unset for each in days) if len(days) == 2 else 0
                    found = self._days[days] = _Typed(key, key.of, written)
        return found

    def _colons(self, use: Any, key: Key, types: Types) -> int:
        """The colons that stand in texts."""
        title = use.use if type(use.use) is str else ""
        texts = [title]
        for path in key.paths:
            value = types.value(use, path)
            texts += value if type(value) is tuple else (value,)
        return sum(each.count(":") for each in texts if type(each) is str)

    def _spend(self, size: int) -> None:
        self._size += size + _EACH
        if self._size > _MOST_BYTES:
            self._days.clear()
            self._untyped.clear()
            self._bodies.clear()
            self._size = 0

    # --- plain ----------------------------------------------------------------------------------

    def _plain(self, data: bytes, given: Given | None) -> tuple[Decision, bytes]:
        """The decision by what the standard library decodes, with what is given in place of its own.

        Raises FactError.
        """
        try:
            facts, days = self._decoded(data)
            if given is not None:
                days = given.days or days
                if given.standard == "alleged":
                    raise Odd
            decision = self.decide_on(*days)(facts)
        except (FactError, Odd, ValueError, TypeError, RecursionError):  # read again, with places
            decision = self.carefully(data, given)
        shared = vars(decision)
        if "_explain" in shared:  # made for this one question
            return decision, _body(decision, False)
        kept = self._bodies.get(id(shared))
        if kept is None or kept[0] is not shared:
            kept = (shared, _body(decision, False))
            with self._lock:
                self._spend(len(kept[1]))
                self._bodies[id(shared)] = kept
        return decision, kept[1]

    def _decoded(self, data: bytes) -> tuple[Any, tuple[Day, Day]]:
        if self._deep or len(data) > limits.MAX_FACTS_VALUES:
            raise Odd
        text = data.decode("utf-8-sig")
        if "\\ud" in text or "\\uD" in text:  # half a character, perhaps
            raise Odd
        use = json.loads(
            text, object_pairs_hook=_once, parse_float=_decimal, parse_int=_whole, parse_constant=_never
        )
        if type(use) is not dict or "facts" not in use or not use.keys() <= _KEYS:
            raise Odd
        if any(use.get(key) not in values for key, values in _UNSAID):
            raise Odd
        title, facts = use.get("use"), use["facts"]
        if not (title is None or type(title) is str):
            raise Odd
        return {} if facts is None else facts, (_day(use.get("as_of")), _day(use.get("known_at")))


def _given(as_of: Any, known_at: Any, standard: Any) -> Given | None:
    """What a caller gives. Raises TypeError."""
    for word, each in (("as_of", as_of), ("known_at", known_at)):
        if each is not None and type(each) is not date:
            raise TypeError(f"{word} must be a datetime.date, and {type(each).__name__} is given")
    if standard is not None and (type(standard) is not str or standard not in STANDARDS):
        raise TypeError(f"standard must be 'confirmed' or 'alleged', and {standard!r} is given")
    days = None if as_of is None is known_at else (as_of, known_at)
    return None if days is None and standard is None else Given(days, standard)


def _bytes(data: Any) -> bytes:
    if isinstance(data, str):
        return str.encode(data, "utf-8", "surrogatepass")
    return bytes(memoryview(data))


def _decimal(text: str) -> Decimal:
    """A number with a point; raises Odd if it is long, or if an exponent may make it so."""
    if len(text) > limits.MAX_DIGITS or "e" in text or "E" in text:
        raise Odd
    return Decimal(text)


def _whole(text: str) -> int:
    if len(text) > limits.MAX_DIGITS:
        raise Odd
    return int(text)


def _never(word: str) -> None:
    """What Python takes for a number of JSON, and JSON does not."""
    raise Odd


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; raises Odd if a key stands in it twice."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise Odd
    return made


def _day(written: object) -> Day:
    return None if written is None else day(written)


def _body(decision: Decision, explain: bool) -> bytes:
    """The decision's JSON. Half a character, which UTF-8 has no bytes for, is an escape there."""
    plain = decision.to_json(explain=explain)
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")


def _depth(fields: Iterable[v.Field]) -> int:
    return max((_deep(each.type) for each in fields), default=0)


def _deep(kind: v.Type) -> int:
    match kind:
        case v.Record(fields=fields):
            return 1 + _depth(fields)
        case v.ListOf(item=item):
            return 1 + _deep(item)
        case v.OptionalOf(item=item):
            return _deep(item)
        case _:
            return 0
