"""What a change of documents changes: each class of change once, with a use that shows it.

A use belongs to a class for every clause that bears on its change. Class: the verdicts on both sides,
the clause, its force on both sides, and ``by``: an exception, or a clause that prevails, whose own
force moved the other way and defeats the clause where it is weaker: for certain where the clause has
no force, perhaps where it perhaps has (None where there is none). A clause bears on a verdict that it
decides: a prohibition in force on *forbidden*, a permission in force on *permitted*, one whose force
is unknown on *undetermined*. Where the verdict changes and no clause bears on it, the clause is None:
what changed is a default or a scope. Sides change places, and classes are mirrored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import product
from typing import Any

from attrs import define, evolve, field, frozen

from tosdsl.analysis import claims as c
from tosdsl.analysis.claims import Claim, F, T, U
from tosdsl.analysis.engine import Analysis, Proof, Unknown, Witness
from tosdsl.analysis.pairs import Pair, paired, renamed_facts
from tosdsl.analysis.sides import Side
from tosdsl.lower.nodes import Table
from tosdsl.reference.scope import in_force
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Use
from tosdsl.trees.wording import words

VERDICTS = ("permitted", "forbidden", "undetermined", "not_applicable")
KINDS = (
    "loosened",
    "tightened",
    "newly undetermined",
    "newly settled",
    "reason changed",
    "duties changed",
    "enforcement changed",
)
VERDICT_KINDS = KINDS[:4]
WORDS = {T: "true", F: "false", U: "unknown"}
_RANK = {F: 0, U: 1, T: 2}
_DEFEATS = {F: T, U: U}
"""By the force of a clause, that of what defeats it."""
_OPEN = {"permitted": 0, "not_applicable": 1, "forbidden": 2}
_MOVES = tuple((one, other) for one, other in product((T, F, U), repeat=2) if one != other)


@frozen
class Class:
    """``before`` and ``after`` are verdicts; ``clause`` has its name on both sides (None: it is not
    there), or is None."""

    before: str
    after: str
    clause: tuple[str | None, str | None] | None
    old: str | None = None
    new: str | None = None
    by: tuple[str | None, str | None] | None = None
    duty: bool = False
    terms: tuple[tuple[str, str], ...] = ()
    """What a duty asks for, where it asks for something else: in words, on both sides."""

    @property
    def kind(self) -> str:
        if self.duty:
            return "duties changed"
        if self.before == self.after:
            return "reason changed"
        if self.after == "undetermined":
            return "newly undetermined"
        if self.before == "undetermined":
            return "newly settled"
        return "tightened" if _OPEN[self.after] > _OPEN[self.before] else "loosened"

    @property
    def mirrored(self) -> Class:
        """The class of the same uses where the sides change places."""

        def turned(pair: tuple[str | None, str | None] | None) -> tuple[str | None, str | None] | None:
            return None if pair is None else (pair[1], pair[0])

        return Class(
            self.after,
            self.before,
            turned(self.clause),
            self.new,
            self.old,
            turned(self.by),
            self.duty,
            tuple((new, old) for old, new in self.terms),
        )


@frozen
class Change:
    """A class and a use of it."""

    of: Class
    witness: Witness


@frozen
class Difference:
    """``changes`` lists every class; ``unsettled`` those of which it is not known whether a use is in
    them, each with the reason. ``besides`` is what else the documents differ in, in sentences."""

    changes: tuple[Change, ...]
    unsettled: tuple[tuple[Class, str], ...] = ()
    besides: tuple[str, ...] = ()
    enforcement: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(factory=dict, repr=False)
    renamed: Mapping[str, str] = field(factory=dict)
    as_of: date | None = None
    governs: tuple[bool, bool] = (True, True)
    """Whether each side is in force at all on the day that is asked about."""
    asked: int = 0
    """Questions that were put to the analysis."""

    @property
    def equal(self) -> bool:
        """Proved: no use is decided otherwise, or for another reason."""
        return not self.changes and not self.unsettled and not self.enforcement

    @property
    def verdicts(self) -> bool:
        """Whether a verdict changes for some use."""
        return any(each.of.kind in VERDICT_KINDS for each in self.changes)


def diff(
    old: n.Linked,
    new: n.Linked,
    *,
    days: tuple[date | None, date | None] = (None, None),
    renamed: Mapping[str, str] | None = None,
    **options: Any,
) -> Difference:
    """What changes from ``old`` to ``new``. ``renamed``: facts by old names, with the new."""
    names = renamed_facts(old.vocabulary, new.vocabulary, renamed or {})
    analysis = Analysis.of(old, new, days=(days, days), renamed=(names, {}), **options)
    return evolve(difference(analysis, names), as_of=days[0])


def difference(analysis: Analysis, names: Mapping[str, str]) -> Difference:
    """What changes between the two sides of an analysis. ``names``: facts that have another name."""
    return _Diff(analysis, names).difference()


@define
class _Diff:
    analysis: Analysis
    names: Mapping[str, str]
    changes: list[Change] = field(factory=list)
    unsettled: list[tuple[Class, str]] = field(factory=list)
    asked: int = 0
    _verdicts: dict[tuple[int, str], Claim] = field(factory=dict)

    @property
    def old(self) -> Side:
        return self.analysis.sides[0]

    @property
    def new(self) -> Side:
        return self.analysis.sides[1]

    def difference(self) -> Difference:
        for at, word in product((0, 1), VERDICTS):
            self._verdicts[at, word] = self.analysis.sides[at].verdict(word)
        pairs = paired(self.old, self.new)
        changed = [pair for pair in pairs if pair.old_force != pair.new_force]
        self.analysis.sample(
            c.both(c.among(pair.old_force, one), c.among(pair.new_force, other))
            for pair in changed
            for one, other in _MOVES
        )
        for pair in changed:
            if pair.kind == "require":
                self._duty(pair)
            else:
                self._clause(pair)
        for pair in pairs:
            if pair.kind == "require" and pair.old_force == pair.new_force:
                self._duty(pair)
        self._rest(changed)
        order = {pair.ids: at for at, pair in enumerate(pairs)}
        self.changes.sort(
            key=lambda each: (
                *(KINDS.index(each.of.kind), order.get(each.of.clause or ("", "")) or 0),
                each.witness.known,
            )
        )
        return Difference(
            tuple(self.changes),
            tuple(self.unsettled),
            (*_besides(self.old.linked, self.new.linked), *_renamed(pairs)),
            tuple(_enforcement(self.old.linked, self.new.linked)),
            renamed=self.names,
            governs=(_governs(self.old), _governs(self.new)),
            asked=self.asked,
        )

    # --- classes --------------------------------------------------------------------------------

    def _clause(self, pair: Pair) -> None:
        """The classes of one clause: what is empty as a whole is not asked in its parts."""
        for one, other in _MOVES:
            moved = c.both(c.among(pair.old_force, one), c.among(pair.new_force, other))
            if not self._possible(moved):
                continue
            for before, after in product(VERDICTS, repeat=2):
                if not (_bears(pair, one, before) or _bears(pair, other, after)):
                    continue
                if not (_fits(pair, one, before) and _fits(pair, other, after)):
                    continue
                here = c.both(moved, self._verdicts[0, before], self._verdicts[1, after])
                if not self._possible(here):
                    continue
                self._by(
                    pair, one, other, Class(before, after, pair.ids, WORDS[one], WORDS[other]), here
                )

    def _by(self, pair: Pair, one: int, other: int, made: Class, here: Claim) -> None:
        moved = []
        for each in pair.defeaters:
            if each.old_force == each.new_force:
                continue
            rises = _RANK[one] > _RANK[other]
            defeats = _DEFEATS[other if rises else one]
            claim = c.some(
                c.both(c.among(each.old_force, was), c.among(each.new_force, is_))
                for was, is_ in _MOVES
                if (_RANK[is_] > _RANK[was]) == rises and (is_ if rises else was) == defeats
            )
            moved.append(claim)
            self._found(
                Class(made.before, made.after, made.clause, made.old, made.new, each.ids),
                c.both(here, claim),
            )
        self._found(made, c.every((here, *map(c.negation, moved))))

    def _rest(self, changed: Iterable[Pair]) -> None:
        """Verdicts that change though no clause bears on it."""
        if _alike(self.old.nodes.tables, self.new.nodes.tables):
            return
        several = [pair for pair in changed if pair.kind != "require"]
        for before, after in product(VERDICTS, repeat=2):
            if before == after:
                continue
            here = c.both(self._verdicts[0, before], self._verdicts[1, after])
            if not self._possible(here):
                continue
            bearing = [
                c.both(c.among(pair.old_force, one), c.among(pair.new_force, other))
                for pair in several
                for one, other in _MOVES
                if _bears(pair, one, before) or _bears(pair, other, after)
            ]
            self._found(Class(before, after, None), c.every((here, *map(c.negation, bearing))))

    def _duty(self, pair: Pair) -> None:
        """An obligation that is triggered otherwise, or asks for something else where it is."""
        for one, other in _MOVES:
            moved = c.both(c.among(pair.old_force, one), c.among(pair.new_force, other))
            made = Class("", "", pair.ids, WORDS[one], WORDS[other], duty=True)
            self._found(made, moved)
        was, is_ = pair.old, pair.new
        if was is None or is_ is None or was.must is None or is_.must is None:
            return
        otherwise = c.differs(was.must, is_.must)
        if _deadline(was.written) != _deadline(is_.written):
            otherwise = c.ALWAYS
        claim = c.every((c.is_not_false(pair.old_force), c.is_not_false(pair.new_force), otherwise))
        plain = c.every((c.is_true(pair.old_force), c.is_true(pair.new_force), otherwise))
        if self._possible(plain):  # a use for which it is due for certain says more
            claim = plain
        terms = tuple(
            (one, other)
            for one, other in zip(_terms(was.written), _terms(is_.written), strict=True)
            if one != other
        )
        self._found(Class("", "", pair.ids, "triggered", "triggered", duty=True, terms=terms), claim)

    # --- questions ------------------------------------------------------------------------------

    def _possible(self, claim: Claim) -> bool:
        if claim == c.NEVER:
            return False
        self.asked += 1
        return not isinstance(self.analysis.find(claim, replayed=False), Proof)

    def _found(self, made: Class, claim: Claim) -> None:
        if claim == c.NEVER:
            return
        self.asked += 1
        answer = self.analysis.find(claim)
        if isinstance(answer, Witness):
            self.changes.append(Change(made, answer))
        elif isinstance(answer, Unknown):
            self.unsettled.append((made, answer.why))


def _bears(pair: Pair, force: int, verdict: str) -> bool:
    """Whether a clause of such force decides such a verdict."""
    match verdict:
        case "forbidden":
            return pair.kind == "forbid" and force == T
        case "permitted":
            return pair.kind == "permit" and force == T
        case "undetermined":
            return force == U
    return False


def _fits(pair: Pair, force: int, verdict: str) -> bool:
    """Whether a prohibition can have such force where the verdict is this: one in force forbids, and
    one that may be in force leaves no other verdict settled. (False positives cost a question.)"""
    if pair.kind != "forbid":
        return True
    if force == T:
        return verdict == "forbidden"
    return force == F or verdict in {"forbidden", "undetermined"}


def _alike(ones: tuple[Table, ...], others: tuple[Table, ...]) -> bool:
    """Whether the tables differ in forces alone, and permit by default. Then a verdict changes by a
    prohibition that decides it on one side: what forbids is in force there and not here, and what
    leaves it open there does not here."""
    return len(ones) == len(others) and all(
        one.scope == other.scope
        and one.default == other.default == "permit"
        and _alike(one.tables, other.tables)
        for one, other in zip(ones, others, strict=True)
    )


def _deadline(norm: object) -> object:
    return (norm.deadline, norm.bearer) if isinstance(norm, n.Norm) else None


def _terms(norm: n.Norm | n.ExceptionNode) -> tuple[str, str, str]:
    assert isinstance(norm, n.Norm)
    assert norm.must is not None
    due = f"{norm.deadline.kind} {words(norm.deadline.moment)}" if norm.deadline else "no deadline"
    return f"must {words(norm.must)}", due, f"bearer {norm.bearer}"


def _governs(side: Side) -> bool:
    return any(in_force(side.linked, Use(as_of=side.as_of, known_at=side.known_at)))


def _renamed(pairs: Iterable[Pair]) -> Iterator[str]:
    """Clauses, and exceptions of theirs, that go by another name."""
    for pair in pairs:
        for one, other in (pair.ids, *(each.ids for each in pair.defeaters if each.kind == "except")):
            was, is_ = ((each or "").partition("#")[2] for each in (one, other))
            if was and is_ and was != is_:
                yield f"name: {was} → {is_}"


def _enforcement(old: n.Linked, new: n.Linked) -> Iterator[str]:
    one = [rung for document in old.documents for rung in document.policy.ladder]
    other = [rung for document in new.documents for rung in document.policy.ladder]
    for rung in one:
        if rung not in other:
            yield f"no longer: {_rung(rung)}"
    for rung in other:
        if rung not in one:
            yield f"now: {_rung(rung)}"


def _rung(rung: n.Rung) -> str:
    measures = ", else ".join(
        " ".join(filter(None, (each.kind, each.within and f"within {each.within}", each.text)))
        for each in rung.measures
    )
    of = f" of {rung.of}" if rung.of else ""
    return f"on {rung.finding}{of}: {measures}"


_HEADER = (
    ("title", "title"),
    ("version", "version"),
    ("provider", "provider"),
    ("effective_from", "first day"),
    ("effective_until", "last day"),
    ("recorded", "day of recording"),
    ("source", "source"),
)


def _besides(old: n.Linked, new: n.Linked) -> Iterator[str]:
    """What the documents differ in that no use can tell."""
    for one, other in zip(old.documents, new.documents, strict=False):
        if one.policy.id != other.policy.id:
            yield f"document: {one.policy.id} → {other.policy.id}"
        for name, title in _HEADER:
            was, is_ = getattr(one.policy, name), getattr(other.policy, name)
            if was != is_:
                yield f"{title}: {was or 'none'} → {is_ or 'none'}"
        texts = {norm.id: norm for norm in one.policy.root.all_norms()}
        for norm in other.policy.root.all_norms():
            before = texts.get(norm.id)
            if before is not None and before.at != norm.at:
                yield f"place of {norm.id}: {before.at or 'none'} → {norm.at or 'none'}"
            if before is not None and before.description != norm.description:
                yield f"text of {norm.id}"
