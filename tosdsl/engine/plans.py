"""Plans: the code of one choice of versions, with the same documents in force.

    norms.Linked -> lower.rules -> backends.python -> verdict(facts), keys of decisions

A plan makes code at the first question that needs it, and keeps it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from attrs import define, field

from tosdsl.backends.python.findings import Truth, conditions
from tosdsl.backends.python.indexed import Bodies as Shapes
from tosdsl.backends.python.indexed import index
from tosdsl.backends.python.keeping import plain
from tosdsl.backends.python.module import Engine, Generated, TooLarge, key_module, verdict_module
from tosdsl.backends.python.signatures import values_of_files
from tosdsl.base.growing import growing
from tosdsl.diagnostics.model import Diagnostic
from tosdsl.engine.many import Many
from tosdsl.engine.memo import Memo
from tosdsl.engine.owner import Owner, Slow
from tosdsl.errors import PolicyError
from tosdsl.facts.plain import Plain
from tosdsl.lower.core import Conditions
from tosdsl.reference.steps import Counter
from tosdsl.runtime.checks import Odd
from tosdsl.runtime.indexed import Indexed
from tosdsl.trees import norms as n
from tosdsl.trees.rules import Rules
from tosdsl.trees.walk import paths, reads, used

if TYPE_CHECKING:
    from tosdsl.backends.wire.keys import Key
    from tosdsl.backends.wire.types import Types

FEW = 4
"""Clauses that go into one decision tree."""

_FEW_STEPS = 20_000
"""Steps that the code of verdicts takes. A condition that takes more may be asked for by many clauses:
the core answers then, which works each out once."""


@define(eq=False)
class Plan:
    """The code of one choice of versions, with the same documents in force."""

    owner: Owner
    linked: n.Linked
    governing: tuple[bool, ...]
    rules: Rules
    keep: Callable[[dict[str, Any]], object] | None = None
    slow: Diagnostic | None = None
    """Why there is no code, and the reference answers: the clauses are too large when written out, or
    it is open which version governs."""
    plain: Plain = field(init=False)
    paths: tuple[str, ...] = ()
    _verdicts: Generated | None = None
    _keys: Callable[[Any], tuple[int, tuple[Any, ...], bool]] | None = None
    small: bool = field(init=False)
    """Whether a decision is logic over single facts, of a few clauses."""
    _many: Many | None = None
    _beyond: list[Truth] | None = None
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
        """A condition that rules have no form for, as a function of the facts as given."""
        index, expr = self.rules.beyond[number]
        definitions = self.rules.definitions[index]
        read = self.plain.reader(sorted(set(paths(expr, reads(definitions.values())))))
        truth = self._truths()[number]
        names = used(expr, definitions)
        several = [each for name, each in definitions.items() if name in names]
        exprs = [expr, *(each.body for each in several if not each.parameters)]
        counter = Counter([(definitions, exprs)])

        def condition(facts: object) -> bool | None:
            if counter and _takes_many(counter, facts):
                raise Odd
            return truth(read(facts).get)

        return condition

    def _truths(self) -> list[Truth]:
        """The functions of all conditions beyond, of facts that are typed."""
        if self._beyond is None:
            lowered = Conditions(self.linked)
            nodes = [lowered.of(index, expr) for index, expr in self.rules.beyond]
            self._beyond = conditions(*lowered.done(), nodes)
        return self._beyond

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


def got(facts: Any, path: str) -> Any:
    """What stands at a path of facts as they are given; None if nothing does."""
    for name in path.split("."):
        facts = None if facts is None else facts.get(name)
    return facts


def _takes_many(counter: Counter, facts: Any) -> bool:
    """Whether facts as they are given take more steps than generated code should, or may."""
    try:
        return counter.steps(lambda path: got(facts, path)) > _FEW_STEPS
    except Exception:  # facts that have to be read with care: their class may raise anything
        return True
