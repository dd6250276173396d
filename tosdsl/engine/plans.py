"""Plans: the code of one choice of versions, with the same documents in force.

    norms.Linked -> lower.rules -> backends.python -> verdict(facts), keys of decisions

A plan makes code at the first question that needs it, and keeps it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from attrs import define, field

from tosdsl.backends.python.indexed import Bodies as Shapes
from tosdsl.backends.python.indexed import index, values_of_files
from tosdsl.backends.python.keeping import plain
from tosdsl.backends.python.module import Engine, Generated, TooLarge, key_module, verdict_module
from tosdsl.base.growing import growing
from tosdsl.diagnostics.model import Diagnostic
from tosdsl.engine.many import Many
from tosdsl.engine.memo import Memo
from tosdsl.engine.opaque import Opaque
from tosdsl.engine.owner import Day, Owner, Slow
from tosdsl.errors import PolicyError
from tosdsl.facts.plain import Plain
from tosdsl.runtime.checks import Odd
from tosdsl.runtime.indexed import Indexed
from tosdsl.trees import norms as n
from tosdsl.trees.rules import Rules

if TYPE_CHECKING:
    from tosdsl.backends.wire.keys import Key
    from tosdsl.backends.wire.types import Types

FEW = 4
"""Clauses that go into one decision tree."""


@define(eq=False)
class Plan:
    """The code of one choice of versions, with the same documents in force."""

    owner: Owner
    linked: n.Linked
    governing: tuple[bool, ...]
    rules: Rules
    keep: Callable[[dict[str, Any]], object] | None = None
    slow: Diagnostic | None = None
    """Why there is no code of verdicts, and the core answers: the clauses are too large when written
    out, or it is open which version governs."""
    day: Day = None
    """The day of the use, where a condition reads it: the code is of this day alone."""
    plain: Plain = field(init=False)
    paths: tuple[str, ...] = ()
    _verdicts: Generated | None = None
    _keys: Callable[[Any], tuple[int, tuple[Any, ...], bool]] | None = None
    small: bool = field(init=False)
    """Whether a decision is logic over single facts, of a few clauses."""
    _many: Many | None = None
    _opaque: Opaque | None = None
    _index: tuple[Generated, Indexed, Shapes] | None = None
    memo: Memo = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.plain = Plain(self.rules.vocabulary)
        self.memo = Memo(self.linked.vocabulary, self.owner.lock)
        self.small = (
            self.slow is None
            and len(self.rules.clauses) <= FEW
            and not self.rules.beyond
            and all(norm.deadline is None for _, norm in self.linked.norms())
        )

    def engine(self, odd: Slow) -> Engine:
        """What the code is given. ``odd`` answers where a fact has to be read with care."""
        return self.owner.engine(self.plain, odd, self.condition)

    def condition(self, number: int) -> Callable[[object], bool | None]:
        """An opaque condition, as a function of the facts as given."""
        if self._opaque is None:
            self._opaque = Opaque(self.rules, self.plain)
        return self._opaque.condition(number)

    def generated(self) -> Generated:
        """The code of verdicts: one tree for a few clauses, an index for more.

        Raises PolicyError where there is none.
        """
        if self.slow is not None:
            raise PolicyError((self.slow,), {})
        if self._verdicts is None:
            engine = self.engine(self.owner.slow_verdict)
            try:
                if len(self.rules.clauses) > FEW:
                    raise TooLarge
                self._verdicts = verdict_module(self.rules, engine)
            except TooLarge:
                self._verdicts, indexed, bodies = self.index()
                bodies.compiled = lambda: self._keep(indexed, bodies)
                self._keep(indexed, bodies)
            else:
                self._keep(None, None)
        return self._verdicts

    def _keep(self, indexed: Indexed | None, bodies: Shapes | None) -> None:
        """Puts the code into the cache, if it is what answers where no day is said."""
        if self.keep is not None and self._verdicts is not None:
            self.keep(plain(self._verdicts, self.plain.parties, indexed, bodies))

    def index(self) -> tuple[Generated, Indexed, Shapes]:
        """The code that looks clauses up, and what it looks them up in."""
        if self._index is None:
            with growing():
                self._index = index(self.rules, self.engine(self.owner.slow_verdict))
        return self._index

    def many(self) -> Many | None:
        """What looks clauses up; None where they are too large when written out."""
        if self._many is None and self.slow is None:
            indexed = self.index()[1]
            engine = self.engine(_left)
            values = values_of_files(self.rules, engine, indexed)
            whole = cache(lambda: self.owner.answering(self.linked, self.governing))
            self._many = Many(self.linked, self.governing, self.rules, indexed, whole, values)
        return self._many

    def wire_key(self, types: Types) -> Key | None:
        """What ``keys`` tells, for what JSON is decoded to; None if that cannot tell enough."""
        from tosdsl.backends.wire.keys import key

        if not self.small:
            return None
        return key(self.rules.vocabulary, self.rules.tests, self.plain.careful_parties, types)

    def keys(self) -> Callable[[Any], tuple[int, tuple[Any, ...], bool]]:
        """The function that tells how the tests come out."""
        if self._keys is None:
            made = key_module(self.rules, self.engine(_left))
            self.paths = made.paths
            self._keys = made.functions()["key"]
        return self._keys


def _left(*_: Any, **__: Any) -> Any:
    """What generated code asks for a fact that has to be read with care, where the caller reads it."""
    raise Odd
