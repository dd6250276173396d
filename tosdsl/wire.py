"""Bytes to bytes: the JSON of a use to the JSON of the decision, for gateways.

    remembered  msgspec decodes and checks, generated code makes a number of it, the bytes are kept
    anew        the compiled reading, the decision, its JSON
    in full     the same with the full reading, which finds the words for what is wrong

Each way leaves to the next what it cannot take as it is, so all of them tell the same.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import date
from threading import RLock
from typing import Any

from attrs import define, evolve, field, frozen

from tosdsl.backends.wire.keys import Key
from tosdsl.backends.wire.types import Types
from tosdsl.decision.model import Decision
from tosdsl.decision.written import Writer
from tosdsl.facts.typed import Body
from tosdsl.runtime.checks import Odd, day
from tosdsl.trees.facts import STANDARDS, Standard, Use
from tosdsl.trees.items import in_fact
from tosdsl.trees.moments import Moment, with_zone

Day = date | None
Judged = tuple[Any, ...]

_SHORT = 16_384
"""Bytes of a document in which no list and no number of values can be past its limit."""

_MOST_BYTES = 16 * 1024 * 1024
"""Bytes of decisions that are kept; past them, those that were kept first give way."""

_MOST_DAYS = 1_000
"""Pairs of days, as they are written, of which answers are kept."""

_EACH = 400
"""About what it takes to keep one decision besides its bytes."""


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
    or None. ``read`` is the compiled reading of a document, ``read_in_full`` the full one.
    """

    types: Types | None
    key_on: Callable[[Day, Day], Key | None]
    read: Callable[[bytes], Body]
    read_in_full: Callable[[bytes], Use]
    decide_use: Callable[[Use], Decision]
    writer: Writer = field(factory=Writer)
    _lock: RLock = field(factory=RLock)
    _days: dict[tuple[Any, ...], _Typed] = field(factory=dict)
    _untyped: set[tuple[Any, ...]] = field(factory=set)
    _kept: deque[tuple[dict[Judged, bytes], Judged, int]] = field(factory=deque)
    """What is kept, in the order in which it was, with its size."""
    _size: int = 0

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

    def _answer(self, data: bytes, explain: bool, use: Any, given: Given | None) -> bytes:
        if type(data) is not bytes:  # what msgspec takes as well
            data = _bytes(data)
        if explain or self.types is None or len(data) >= _SHORT:
            return self.writer.written(self._decision(data, given), explain=explain)
        place = None
        try:
            use = self.types.decode(data) if use is None else use
            place = self._place(data, use, self.types, given)
        except Exception:  # what is wrong is found out, with its place, by the full reading
            place = None
        if place is None:
            return self.writer.written(self._decision(data, given))
        typed, number, use = place
        kind = typed.known.get(number)
        if kind is not None and (kept := kind.bodies.get(kind.told(use))) is not None:
            return kept
        decision = self._decision(data, given)
        body = self.writer.written(decision)
        if kind is None:
            judged = [each.fact for each in decision.judgements]
            told = self.types.told(
                path for path in typed.key.paths if any(in_fact(path, each) for each in judged)
            )
            kind = Kind(typed.key.given(number) + typed.days, told)
        with self._lock:
            kind = typed.known.setdefault(number, kind)
            self._keep(kind.bodies, kind.told(use), body)
        return body

    def _decision(self, data: bytes, given: Given | None) -> Decision:
        """The decision on a document, with what is given in place of what it says. Raises FactError."""
        try:
            use = self.read(data).use()
        except Odd:
            use = None
        if use is None:  # after it, so that what is wrong is no error within an error
            use = self.read_in_full(data)
        if given is not None:
            as_of, known_at = given.days or (use.as_of, use.known_at)
            standard = given.standard or use.standard
            use = evolve(use, as_of=as_of, known_at=known_at, standard=standard)
        return self.decide_use(use)

    # --- what is remembered -------------------------------------------------------------------------

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
                if len(self._days) + len(self._untyped) >= _MOST_DAYS:
                    self._forget()
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

    def _keep(self, bodies: dict[Judged, bytes], told: Judged, body: bytes) -> None:
        """Keeps an answer, in the place of those that were kept first if there is no room."""
        if told in bodies:
            return
        size = len(body) + _EACH
        while self._kept and self._size + size > _MOST_BYTES:
            others, first, freed = self._kept.popleft()
            others.pop(first, None)
            self._size -= freed
        bodies[told] = body
        self._kept.append((bodies, told, size))
        self._size += size

    def _forget(self) -> None:
        """Forgets everything: questions of a great many days were asked."""
        self._days.clear()
        self._untyped.clear()
        self._kept.clear()
        self._size = 0


def _given(as_of: Any, known_at: Any, standard: Any) -> Given | None:
    """What a caller gives. Raises TypeError."""
    as_of, known_at = with_zone(as_of, "as_of"), with_zone(known_at, "known_at")
    for word, each in (("as_of", as_of), ("known_at", known_at)):
        if each is not None and type(each) not in (date, Moment):
            raise TypeError(f"{word} must be a datetime.date, and {type(each).__name__} is given")
    if standard is not None and (type(standard) is not str or standard not in STANDARDS):
        raise TypeError(f"standard must be 'confirmed' or 'alleged', and {standard!r} is given")
    days = None if as_of is None is known_at else (as_of, known_at)
    return None if days is None and standard is None else Given(days, standard)


def _bytes(data: Any) -> bytes:
    if isinstance(data, str):
        return str.encode(data, "utf-8", "surrogatepass")
    return bytes(memoryview(data))


def _day(written: object) -> Day:
    return None if written is None else day(written)
