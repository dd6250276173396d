"""What a change of documents changes: each class of change once, with a use that shows it.

A use belongs to a class for every clause that bears on its change. Class: the verdicts on both sides,
the clause, its force on both sides, and ``by``: an exception, or a clause that prevails, whose own
force moved the other way and defeats the clause where it is weaker: for certain where the clause has
no force, perhaps where it perhaps has (None where there is none). A clause bears on a verdict that it
decides: a prohibition in force on *forbidden*, a permission in force on *permitted*, one whose force
is unknown on *undetermined*. Where the verdict changes and no clause bears on it, the clause is None:
what changed is a default or a scope. Sides change places, and classes are mirrored.

A verdict that single conditions leave open, and every way to fill in the unknown facts agrees on, makes
no class: where more is known, such a use belongs to a class of settled verdicts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import product
from typing import Any

from attrs import define, evolve, field

from tosdsl.analysis import claims as c
from tosdsl.analysis.besides import besides, enforcement, leads, presumed, renamed_clauses
from tosdsl.analysis.changes import KINDS, Change, Class, Difference
from tosdsl.analysis.claims import Claim, F, T, U
from tosdsl.analysis.engine import Analysis, Proof, Unknown, Witness
from tosdsl.analysis.facts import BEFORE, declared_otherwise, fact_names
from tosdsl.analysis.pairs import Pair, paired
from tosdsl.analysis.sides import Side
from tosdsl.lower.nodes import Node, Table
from tosdsl.trees import norms as n
from tosdsl.trees.duties import deadline_words
from tosdsl.trees.versions import in_force
from tosdsl.trees.wording import words

VERDICTS = ("permitted", "forbidden", "undetermined", "not_applicable")
WORDS = {T: "true", F: "false", U: "unknown"}
RANK = {F: 0, U: 1, T: 2}
DEFEATS = {F: T, U: U}
"""By the force of a clause, that of what defeats it."""
_MOVES = tuple((one, other) for one, other in product((T, F, U), repeat=2) if one != other)


def diff(
    old: n.Linked,
    new: n.Linked,
    *,
    days: tuple[date | None, date | None] = (None, None),
    renamed: Mapping[str, str] | None = None,
    **options: Any,
) -> Difference:
    """What changes from ``old`` to ``new``. ``renamed``: facts by old names, with the new."""
    names = fact_names(old.vocabulary, new.vocabulary, renamed or {})
    analysis = Analysis.of(old, new, days=(days, days), renamed=(names, {}), **options)
    return evolve(difference(analysis, names), as_of=days[0], known_at=days[1])


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
        # A document that came in twice has its clauses twice; a class is told of once.
        once: dict[Class, Change] = {}
        for change in sorted(self.changes, key=lambda each: each.witness.known):
            once.setdefault(change.of, change)
        self.changes = list(once.values())
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
            (*besides(self.old.linked, self.new.linked, self.names), *renamed_clauses(pairs)),
            tuple(enforcement(self.old.linked, self.new.linked)),
            leads=tuple(leads(self.old.linked, self.new.linked)),
            presumed=tuple(presumed(self.old, self.new, self.names)),
            declared=tuple(
                declared_otherwise(self.old.linked.vocabulary, self.new.linked.vocabulary, self.names)
            ),
            facts={path: leaf.type for path, leaf in self.analysis.axes.leaves.items()},
            renamed={one: other for one, other in self.names.items() if not other.endswith(BEFORE)},
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
                if not (bears(pair, one, before) or bears(pair, other, after)):
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
            rises = RANK[one] > RANK[other]
            defeats = DEFEATS[other if rises else one]
            claim = c.some(
                c.both(c.among(each.old_force, was), c.among(each.new_force, is_))
                for was, is_ in _MOVES
                if (RANK[is_] > RANK[was]) == rises and (is_ if rises else was) == defeats
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
                if bears(pair, one, before) or bears(pair, other, after)
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
        claim = asks_otherwise(self.analysis, pair, T | U)
        plain = asks_otherwise(self.analysis, pair, T)
        if self._possible(plain):  # a use for which it is due for certain says more
            claim = plain
        both = zip(terms_of(self.old, was), terms_of(self.new, is_), strict=True)
        terms = tuple((one, other) for one, other in both if one != other)
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
        words = (made.before, made.after)
        answer = self.analysis.find(claim, told=None if made.duty else lambda told: told == words)
        if isinstance(answer, Witness):
            self.changes.append(Change(made, answer))
        elif isinstance(answer, Unknown):
            self.unsettled.append((made, answer.why))


def bears(pair: Pair, force: int, verdict: str) -> bool:
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
        and one.stance == other.stance == "permit"
        and _alike(one.tables, other.tables)
        for one, other in zip(ones, others, strict=True)
    )


def asks_otherwise(analysis: Analysis, pair: Pair, force: int) -> Claim:
    """That a duty of such force on both sides asks for something else."""
    was, is_ = pair.old, pair.new
    assert was is not None
    assert is_ is not None
    assert was.must is not None
    assert is_.must is not None
    old, new = analysis.sides
    otherwise = c.ALWAYS if due(old, was) != due(new, is_) else c.differs(was.must, is_.must)
    return c.every((c.among(pair.old_force, force), c.among(pair.new_force, force), otherwise))


def due(side: Side, node: Node) -> object:
    """Who has to act until when."""
    norm = node.written
    assert isinstance(norm, n.Norm)
    if norm.deadline is None:
        return norm.bearer, None
    several = [side.value(node, each) for each in norm.deadline.written]
    return norm.bearer, norm.deadline.kind, *several


def terms_of(side: Side, node: Node) -> tuple[str, str, str]:
    """What is asked for, in words, definitions worked in."""
    norm = node.written
    assert isinstance(norm, n.Norm)
    assert norm.must is not None
    asked = norm.asked or norm.must
    must = side.worked(node, asked) or asked
    due = "no deadline"
    if norm.deadline is not None:
        due = deadline_words(
            norm.deadline, *(side.worked(node, each) for each in norm.deadline.written)
        )
    return f"must {words(must)}", due, f"bearer {norm.bearer}"


def _governs(side: Side) -> bool:
    return any(in_force(side.linked, side.as_of, side.known_at))
