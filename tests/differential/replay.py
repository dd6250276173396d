"""Two versions of terms over a million rows: classes of ``diff``, by an audit and one by one.

    python -m tests.differential.replay --rows 1_000_000

The rows are invented near what the conditions of both versions compare with; every tenth is a use that
``diff`` shows of one of its classes, as it is or with something changed. So every class occurs. Then

* an audit with ``--against`` counts verdicts and classes;
* each distinct row is decided by itself on both sides (``PolicySet.verdict``), and the forces of its
  clauses are worked out by generated Python: no SQL, no kinds, no states. The counts must be the same;
* of one row of each combination of forces and verdicts, and of further rows at random, the formulas of
  ``diff`` say themselves which classes they are in.

Whatever differs is printed, and the status is 1.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from random import Random
from time import perf_counter
from typing import Any

import pyarrow as pa
from attrs import define, field

import tosdsl
from tests.conftest import ROOT
from tosdsl.analysis.changes import Class
from tosdsl.analysis.claims import Claim
from tosdsl.analysis.classed import Classed, nodes_of
from tosdsl.analysis.diff import _Diff
from tosdsl.analysis.engine import Witness
from tosdsl.auditing import invented
from tosdsl.auditing.compared import class_words
from tosdsl.auditing.whole import prepared
from tosdsl.backends.python.findings import findings
from tosdsl.runtime.tables import FORBIDDEN, NOT_APPLICABLE, PERMITTED
from tosdsl.trees import vocabulary as v
from tosdsl.trees.quantities import ABSENT

POLICIES = ROOT / "policies"
PAIRS = {
    "services agreement": (
        "openai/services_agreement-2025-05-31.tos",
        "openai/services_agreement-2025-12-01.tos",
        None,
    ),
    "services agreement, before the new one is in force": (
        "openai/services_agreement-2025-05-31.tos",
        "openai/services_agreement-2025-12-01.tos",
        date(2025, 12, 15),
    ),
    "business terms to services agreement": (
        "openai/business_terms-2023-11-14.tos",
        "openai/services_agreement-2025-05-31.tos",
        None,
    ),
    "deepseek": (
        "deepseek/terms_of_use-2025-04-28.tos",
        "deepseek/terms_of_use-2026-03-27.tos.md",
        None,
    ),
}
_NEAR = 10
"""Every so many rows, one is near a use that ``diff`` shows."""


@define
class Recorded(_Diff):
    """``diff``, with the claim that it asked about each class."""

    claims: list[tuple[Class, Claim]] = field(factory=list)

    def _found(self, made: Class, claim: Claim) -> None:
        self.claims.append((made, claim))
        super()._found(made, claim)


@define(eq=False)
class Pair:
    """Two versions on one day, and what ``diff`` finds."""

    old: tosdsl.PolicySet
    new: tosdsl.PolicySet
    day: date | None
    classed: Classed = field(init=False)
    diff: Recorded = field(init=False)
    shown: dict[Class, Witness] = field(init=False)
    programs: list[Any] = field(init=False)
    """Of both sides, the program and what works out its nodes."""
    paths: list[frozenset[str]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        days = (self.day, None)
        old, new = self.old.at(*days), self.new.at(*days)
        self.classed = Classed.of(old, new, (days, days))
        self.diff = Recorded(self.classed.analysis, {})
        found = self.diff.difference()
        assert not found.unsettled
        self.shown = {each.of: each.witness for each in found.changes}
        sides = (self.old, self.new)
        programs = [side.predicates.answers(*days)[0].program for side in sides]
        self.programs = [(each, findings(each)) for each in programs]
        self.paths = [frozenset(leaf.path for leaf in side.vocabulary.leaves()) for side in sides]

    # --- rows -------------------------------------------------------------------------------------

    def leaves(self) -> dict[str, v.Leaf]:
        """The facts that one side reads."""
        several = (*invented._leaves(self.old.predicates), *invented._leaves(self.new.predicates))
        return {leaf.path: leaf for leaf in several}

    def columns(self, rows: int, seed: int) -> dict[str, list[Any]]:
        random = Random(seed)
        constants = [
            each for side in (self.old, self.new) for each in invented._constants(side.predicates)
        ]
        uses = list(self.shown.values())
        made: dict[str, list[Any]] = {}
        for path, leaf in self.leaves().items():
            pool = invented._pool(leaf.type, constants, random)
            pool += [None] * (1 + len(pool) // 9)
            values = random.choices(pool, k=rows)
            for at in range(0, rows if uses else 0, _NEAR):
                number = at // _NEAR
                exact = number < len(uses)  # each is there once as it is
                if exact or random.random() < 0.8:
                    said = uses[number % len(uses)].facts.get(path)
                    values[at] = None if said is None else natural(leaf.type, said)
            made[path] = values
        return made

    def table(self, columns: Mapping[str, Sequence[Any]]) -> pa.Table:
        leaves = self.leaves()
        arrays = {
            path: pa.array(some, invented._type(leaves[path].type)) for path, some in columns.items()
        }
        return pa.table(arrays)

    def mapping(self) -> dict[str, Any]:
        made: dict[str, Any] = {} if self.day is None else {"as_of": self.day.isoformat()}
        optional = [path for path, leaf in self.leaves().items() if isinstance(leaf.type, v.OptionalOf)]
        return {**made, "facts": {path: {"column": path, "missing": "none"} for path in optional}}

    # --- one by one -------------------------------------------------------------------------------

    def one_by_one(self, columns: Mapping[str, Sequence[Any]], more: int = 2_000) -> Told:
        """What each row comes to by itself."""
        leaves = self.leaves()
        told, known = Told(), dict[tuple[Any, ...], Any]()
        random = Random(len(columns))
        met = Counter[Any]()
        for values in zip(*columns.values(), strict=True):
            key = tuple(tuple(each) if isinstance(each, list) else each for each in values)
            found = known.get(key)
            if found is None:
                said = {
                    path: stated(leaves[path].type, each)
                    for path, each in zip(columns, values, strict=True)
                    if each is not None or isinstance(leaves[path].type, v.OptionalOf)
                }
                found = known[key] = self._decided(said, met, random.random() < more / 1e6)
            verdicts, classes = found
            told.verdicts[verdicts] += 1
            told.classes.update(classes)
        told.distinct, told.formulas = len(known), sum(met.values())
        return told

    def _decided(
        self, said: dict[str, Any], met: Counter[Any], also: bool
    ) -> tuple[tuple[str, str] | None, frozenset[Class]]:
        """Both verdicts and the classes of a use; no verdicts if one side refuses it."""
        verdicts, alone, forces, facts = [], [], [], dict[str, Any]()
        for number, side in enumerate((self.old, self.new)):
            mine = {path: value for path, value in said.items() if path in self.paths[number]}
            try:
                use = side.predicates.use_said(mine, {})
            except tosdsl.FactError:
                return None, frozenset()
            facts |= use.facts
            verdicts.append(side.verdict(mine, as_of=self.day).value)
            program, evaluate = self.programs[number]
            outcomes = evaluate(use.facts.get, self.day, [])
            alone.append(_WORDS.get(outcomes[program.possible], "undetermined"))
            forces.append(
                {
                    part: _every(outcomes[node] for node in nodes_of(program, part))
                    for part in self.classed.parts(number)
                }
            )
        both = (verdicts[0], verdicts[1])
        classes = frozenset(self.classed.of_use(both if verdicts == alone else None, *forces))
        key = (both, *alone, *(tuple(each.values()) for each in forces))
        if key not in met or also:
            met[key] += 1
            self._by_formulas(facts, both, classes)
        return both, classes

    def _by_formulas(
        self, facts: Mapping[str, Any], both: tuple[str, str], classes: frozenset[Class]
    ) -> None:
        """That the claims of ``diff`` say the same of a use."""
        analysis = self.classed.analysis
        assert analysis.replay(facts) == both
        held = analysis.met([claim for _, claim in self.diff.claims], facts)
        wanted = {
            made
            for (made, _), holds in zip(self.diff.claims, held, strict=True)
            if holds and (made.duty or both == (made.before, made.after))
        }
        if wanted != classes:
            raise AssertionError(f"{facts}: {classes ^ wanted}")

    # --- and the audit ----------------------------------------------------------------------------

    def audited(self, columns: Mapping[str, Sequence[Any]]) -> Told:
        audit = prepared(self.new, self.table(columns), self.mapping(), self.old)
        for _ in audit.run.pieces():
            pass
        counts, told = audit.run.counts, Told()
        told.verdicts.update(counts.changes)
        wrong = sum(counts.wrong.values()) + sum(counts.against_wrong.values())
        if wrong:
            told.verdicts[None] = wrong
        assert audit.run.moves is not None
        for made, rows, _ in audit.run.moves.counted(counts.moves, counts.firsts):
            told.classes[made] = rows
        told.beyond = counts.beyond
        told.unasked = counts.unasked
        return told


@define(eq=False)
class Told:
    """Rows by both verdicts (None: one side refuses the row), and by class."""

    verdicts: Counter[tuple[str, str] | None] = field(factory=Counter)
    classes: Counter[Class] = field(factory=Counter)
    distinct: int = 0
    formulas: int = 0
    beyond: int = 0
    unasked: int = 0


_WORDS = {PERMITTED: "permitted", FORBIDDEN: "forbidden", NOT_APPLICABLE: "not_applicable"}


def _every(several: Iterator[bool | None]) -> bool | None:
    found = set(several)
    return False if False in found else None if None in found else True


def natural(kind: v.Type, value: Any) -> Any:
    """A value of a fact as the table has it."""
    if isinstance(value, tuple):
        inner = v.bare(kind)
        assert isinstance(inner, v.ListOf)
        return [natural(inner.item, each) for each in value]
    made = invented._natural(v.bare(kind), value)
    assert made is not None or value is ABSENT, value
    return made


def stated(kind: v.Type, value: Any) -> Any:
    """The same as a program says it."""
    match v.bare(kind):
        case _ if value is None:
            return "none"
        case v.Money(currency=currency):
            return f"{value} {currency}"
        case v.Duration(kind=unit):
            return f"{value} {unit}"
    return value


def pair(old: str, new: str, day: date | None) -> Pair:
    return Pair(tosdsl.load(str(POLICIES / old)), tosdsl.load(str(POLICIES / new)), day)


def differences(pair: Pair, one: Told, other: Told) -> list[str]:
    """Where an audit does not say what comes of each row by itself, and classes that did not occur."""
    found = [
        f"{key}: {ones[key]}, and are {others[key]}"
        for ones, others in ((one.verdicts, other.verdicts), (one.classes, other.classes))
        for key in {*ones, *others}
        if ones[key] != others[key]
    ]
    found += [f"{key}: of diff, and not among the rows" for key in pair.shown if not one.classes[key]]
    found += [f"{key}: not of diff" for key in one.classes if key not in pair.shown]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=[*PAIRS], help="one of the pairs")
    options, wrong = parser.parse_args(), 0
    for name in [options.only] if options.only else PAIRS:
        compared = pair(*PAIRS[name])
        columns = compared.columns(options.rows, options.seed)
        began = perf_counter()
        audited = compared.audited(columns)
        between = perf_counter()
        single = compared.one_by_one(columns)
        ended = perf_counter()
        print(f"{name}: {options.rows:,} rows, {len(compared.shown)} classes of diff")
        print(f"  by the audit, in {between - began:.0f} s: {len(audited.classes)} classes", end="")
        print(f", {audited.beyond:,} rows without reasons, {audited.unasked:,} not asked about")
        print(f"  one by one, in {ended - between:.0f} s: {single.distinct:,} distinct rows", end="")
        print(f", {single.formulas:,} of them put to the formulas of diff")
        for made, rows in audited.classes.most_common():
            print(f"  {rows:>10,}  {made.kind}: {class_words(made)}")
        for line in differences(compared, audited, single):
            wrong = 1
            print(f"  DIFFERENT: {line}")
        sys.stdout.flush()
    return wrong


if __name__ == "__main__":
    sys.exit(main())
