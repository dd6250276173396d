"""Findings to a decision: entries that were made once are picked, by the state of each clause.

    values of a program's nodes, the use -> Decision

What all ways to fill in the unknown facts agree on is looked for only where something is open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import islice, product
from typing import Any, Protocol

from attrs import define, field

from tosdsl.base import limits
from tosdsl.base.verdict import Verdict
from tosdsl.decision.evidence import evidence
from tosdsl.decision.explain import explain
from tosdsl.decision.items import of_items
from tosdsl.decision.layout import Attached, Clause, Layout, Row
from tosdsl.decision.layout import layout as layout_of
from tosdsl.decision.model import (
    Basis,
    Condition,
    Conflict,
    Contested,
    Decision,
    Defeated,
    Duty,
    Evidence,
    Governs,
    Judgement,
    Measure,
    Need,
    OpenMeasure,
)
from tosdsl.decision.resting import Bits, Resting
from tosdsl.decision.told import Inside, findings
from tosdsl.runtime.tables import FORBIDDEN, NOT_APPLICABLE, PERMITTED
from tosdsl.trees import core, items
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Use
from tosdsl.trees.findings import Findings, OpenRung
from tosdsl.trees.wording import value_words
from tosdsl.values import deadlines

Values = tuple[Any, ...]


class Settled(Protocol):
    """What something open can come to when more is learnt, on which facts that hangs, and whether that
    is exact; see ``engine.completions``."""

    @property
    def truth(self) -> bool | None: ...
    @property
    def possible(self) -> int: ...
    @property
    def facts(self) -> frozenset[str]: ...
    @property
    def exact(self) -> bool: ...


class Completed(Protocol):
    """One question, with everything that may be filled in."""

    def of(self, at: core.Index) -> Settled: ...
    def compliant(self, table: core.Index, states: Sequence[core.Index]) -> Settled: ...


Complete = Callable[[Values, Use, Sequence[core.Index]], Completed]
"""Completes the open nodes of a question."""

_POSSIBLE = tuple(
    tuple(
        verdict
        for verdict, bit in (
            (Verdict.PERMITTED, PERMITTED),
            (Verdict.FORBIDDEN, FORBIDDEN),
            (Verdict.NOT_APPLICABLE, NOT_APPLICABLE),
        )
        if mask & bit
    )
    for mask in range(8)
)
_OPEN_STATES = frozenset(("undetermined", "pending"))
_EFFECTS = {Verdict.FORBIDDEN: "forbid", Verdict.PERMITTED: "permit"}


@define(eq=False)
class Assembly:
    """Makes decisions on one program."""

    program: core.Program
    complete: Complete
    inside: Inside | None = None
    layout: Layout = field(init=False)
    _leaves: dict[str, v.Leaf] = field(init=False)
    _judged: list[tuple[v.Leaf, tuple[tuple[str, v.Leaf], ...]]] = field(init=False)
    """The facts that are judged, or have fields that are, with these."""
    _bits: Bits | None = None

    def __attrs_post_init__(self) -> None:
        self.layout = layout_of(self.program)
        self._leaves = {leaf.path: leaf for leaf in self.program.linked.vocabulary.leaves()}
        fields = self.layout.reads.judged_fields.items()
        several = (
            (leaf, tuple(pair for pair in fields if items.in_fact(leaf.path, pair[0])))
            for leaf in self._leaves.values()
        )
        self._judged = [(leaf, inner) for leaf, inner in several if leaf.judged or inner]

    @property
    def bits(self) -> Bits:
        if self._bits is None:
            self._bits = Bits(self.layout)
        return self._bits

    def decision(self, values: Values, use: Use, ladder: tuple[OpenRung, ...] = ()) -> Decision:
        """The decision on a use, of the values of the program's nodes."""
        return self.asked(values, use, ladder).decision()

    def asked(self, values: Values, use: Use, ladder: tuple[OpenRung, ...] = ()) -> Deciding:
        """A question, of which a decision and findings can be made."""
        return Deciding(self, self.layout, values, use, ladder)


@define(eq=False)
class Deciding:
    """One question. Makes the decision, and after it the findings that it is made of."""

    assembly: Assembly
    layout: Layout
    values: Values
    use: Use
    ladder: tuple[OpenRung, ...]
    completed: Completed | None = None
    """What may become of what is open; None if nothing is that matters."""
    exact: bool = True
    possible: int = 0
    needed: tuple[str, ...] = ()
    states: dict[n.NormKey, str] = field(factory=dict)
    """Of obligations on whose state all ways to fill in what is unknown agree."""

    def decision(self) -> Decision:
        layout, values, use = self.layout, self.values, self.use
        rows = [row for row in layout.rows if values[row.nodes.whole] is not False]
        open_ = [
            clause for row in rows for clause in row.clauses if values[clause.nodes.when] is not False
        ]
        owing = [clause.duty for clause in open_ if clause.duty is not None]
        if open_nodes := [*self._open_nodes(owing)]:
            self.completed = self.assembly.complete(values, use, open_nodes)
        top = layout.program.possible
        self.possible, asked = values[top], frozenset[str]()
        if self.completed and len(_POSSIBLE[self.possible]) > 1:
            settled = self.completed.of(top)
            self.possible, asked = settled.possible, settled.facts
            self.exact = settled.exact or len(_POSSIBLE[self.possible]) == 1
        possible = _POSSIBLE[self.possible]
        verdict = possible[0] if len(possible) == 1 else Verdict.UNDETERMINED
        basis, deciding = self._basis(verdict, rows)
        duties = tuple(self._duties(open_))
        conflicts = self._conflicts(rows)
        needs = tuple(self._needs(asked, rows)) if verdict is Verdict.UNDETERMINED else ()
        self.needed = tuple(need.fact for need in needs)
        weighed = use.weighed
        warnings = (*use.warnings, *layout.warnings)
        if len(conflicts) > limits.MAX_CONFLICTS:
            most = limits.MAX_CONFLICTS
            said = f"There are more than {most:,} conflicts; the others are not listed."
            warnings, conflicts = (*warnings, said), conflicts[:most]
        return Decision(
            verdict,
            possible,
            self._compliant(verdict, duties, owing),
            basis,
            tuple(dict.fromkeys(self._defeated(open_))),
            tuple(dict.fromkeys(self._conditions(open_, verdict, deciding))),
            duties,
            needs,
            conflicts,
            tuple(self._judgements(verdict, deciding, rows)),
            layout.policies,
            tuple(self._governs()),
            use.as_of,
            use.known_at,
            warnings,
            use.standard,
            tuple(self._evidence(verdict, deciding, rows)) if weighed.counted else (),
            tuple(map(evidence, weighed.open)),
            tuple(self._contested()),
            tuple(self._enforcement()),
            (),
            None,
            self.exact,
            (),
            None,
            cache(lambda: explain(self.findings(), verdict)),
        )

    def findings(self) -> Findings:
        """What was found, once the decision is made."""
        program = self.layout.program
        more = (self.needed, self.ladder, self.possible, self.states, self.assembly.inside)
        return findings(program, self.values, self.use, *more)

    # --- what all ways to fill in the unknown facts agree on ----------------------------------------

    def _open_nodes(self, owing: Iterable[core.DutyNodes]) -> Iterator[core.Index]:
        """The nodes that are open and that the decision tells: of the verdict, of duties, of what
        governs."""
        values, top = self.values, self.layout.program.possible
        if len(_POSSIBLE[values[top]]) > 1:
            yield top
        for nodes in owing:
            if values[nodes.state] in _OPEN_STATES:
                yield nodes.state
        for each in self.layout.entered:
            for at in (each.scope, *(route.node for route in each.routes)):
                if values[at] is None:
                    yield at

    def _truth(self, at: core.Index) -> bool | None:
        """The truth of a condition that is among the open nodes, or known."""
        known: bool | None = self.values[at]
        return known if known is not None or self.completed is None else self.completed.of(at).truth

    def _compliant(
        self, verdict: Verdict, duties: tuple[Duty, ...], owing: Iterable[core.DutyNodes]
    ) -> bool | None:
        """Whether the use is as it should be: permitted or not spoken of, and no duty breached."""
        states = {duty.state for duty in duties}
        if verdict is Verdict.FORBIDDEN or "breached" in states:
            return False
        if verdict is not Verdict.UNDETERMINED and "undetermined" not in states:
            return True
        assert self.completed is not None
        top = self.layout.program.possible
        return self.completed.compliant(top, [nodes.state for nodes in owing]).truth

    def _governs(self) -> Iterator[Governs]:
        """What governs for certain: documents asked about, or those that they lead to."""
        for each in self.layout.entered:
            if self._truth(each.scope) is True:
                yield each.governs
            for route in each.routes:
                if self._truth(route.node) is True:
                    yield route.governs

    # --- basis ------------------------------------------------------------------------------------

    def _basis(self, verdict: Verdict, rows: list[Row]) -> tuple[tuple[Basis, ...], list[Clause]]:
        """What decides: clauses in force; of an open verdict, those that may be. And which clauses.

        A verdict can be settled though nothing is in force for certain (a permission that may be in
        force, in a section that permits by default): then those that may be are what decides.
        """
        if verdict is Verdict.NOT_APPLICABLE:
            return (), []
        if verdict is not Verdict.UNDETERMINED:
            settled = self._entries(verdict, rows, True)
            if settled[0]:
                return settled
        return self._entries(verdict, rows, None)

    def _entries(
        self, verdict: Verdict, rows: list[Row], wanted: bool | None
    ) -> tuple[tuple[Basis, ...], list[Clause]]:
        values, effect = self.values, _EFFECTS.get(verdict)
        norms: list[Basis] = []
        clauses: list[Clause] = []
        defaults: list[Basis] = []
        empty: list[Basis] = []  # defaults of sections without clauses of their own
        for row in rows:
            whole, forbids = values[row.nodes.whole], values[row.nodes.forbids]
            for clause in row.clauses:
                force = values[clause.nodes.force]
                if force is False or (force if whole else None) is not wanted:
                    continue
                modality = clause.norm.modality
                if modality == "require" or (modality == "permit" and forbids is True):
                    continue
                if effect in {None, modality}:
                    norms.append(clause.basis_true if wanted else clause.basis_open)
                    clauses.append(clause)
            if row.default_true is None or effect not in {None, row.nodes.default}:
                continue
            permits = values[row.nodes.permits]
            if forbids is True or permits is True:
                continue
            stance = True if whole and forbids is False and permits is False else None
            if stance is wanted:
                made = row.default_true if wanted else row.default_open
                assert made is not None
                (empty if row.empty else defaults).append(made)
        if wanted is None and verdict is not Verdict.UNDETERMINED:
            found = [*norms, *defaults]
            return (tuple(found), clauses) if found else (tuple(empty), [])
        return (tuple(norms), clauses) if norms else (tuple(defaults or empty), [])

    # --- what was defeated, and what an answer hangs on -----------------------------------------------

    def _defeated(self, open_: list[Clause]) -> Iterator[Defeated]:
        values = self.values
        for clause in open_:
            if clause.exceptions:
                yield from self._undercut(clause.nodes, clause.exceptions)
            if clause.above and self._would_apply(clause.nodes):
                for node, said in clause.above:
                    if values[node] is True:
                        yield said

    def _undercut(
        self, nodes: core.NormNodes | core.ExceptionNodes, exceptions: tuple[Attached, ...]
    ) -> Iterator[Defeated]:
        """What exceptions defeated, at every depth."""
        values = self.values
        would = self._would_apply(nodes)
        below = values[nodes.when] is not False and all(
            values[each] is not False for each in nodes.provisos
        )
        for each in exceptions:
            if would and values[each.nodes.force] is True:
                yield each.defeats
            if below and each.exceptions:
                yield from self._undercut(each.nodes, each.exceptions)

    def _would_apply(self, nodes: core.NormNodes | core.ExceptionNodes) -> bool:
        values = self.values
        return values[nodes.when] is True and all(values[each] is True for each in nodes.provisos)

    def _conditions(
        self, open_: list[Clause], verdict: Verdict, deciding: list[Clause]
    ) -> Iterator[Condition]:
        values = self.values
        relied = verdict is not Verdict.FORBIDDEN
        for clause in open_:
            provisos = clause.provisos
            if provisos and relied and clause.norm.modality == "permit" and clause in deciding:
                yield from self._provisos(clause)
            for each in clause.exceptions:
                if each.provisos and values[each.nodes.force] is not False:
                    yield from self._provisos(each)

    def _provisos(self, node: Clause | Attached) -> Iterator[Condition]:
        for proviso in node.provisos:
            holds = self.values[proviso.node]
            if holds is not False:
                yield proviso.holds if holds else proviso.open

    def _conflicts(self, rows: list[Row]) -> tuple[Conflict, ...]:
        """Pairs in force together, neither of which prevails over the other, in whatever documents."""
        values = self.values
        forbids: dict[str, None] = {}  # by full id: a document that came in twice says nothing twice
        permits: dict[str, None] = {}
        for row in rows:
            if values[row.nodes.whole] is True:
                for clause in row.clauses:
                    modality = clause.norm.modality
                    if modality != "require" and values[clause.nodes.force] is True:
                        (forbids if modality == "forbid" else permits)[clause.full] = None
        pairs = islice(product(forbids, permits), limits.MAX_CONFLICTS + 1)
        return tuple(Conflict(*pair) for pair in pairs)

    # --- duties -----------------------------------------------------------------------------------

    def _duties(self, open_: list[Clause]) -> Iterator[Duty]:
        """The obligations that bind, and are triggered or may be."""
        values = self.values
        for clause in open_:
            nodes = clause.duty
            if nodes is None:
                continue
            state, asked = values[nodes.state], frozenset[str]()
            if state in _OPEN_STATES:
                state, asked = self._state(nodes)
                self.states[clause.key] = state
            if state == "not_triggered":
                continue
            needs = dict(self._questions(sorted(asked)))
            norm = clause.norm
            yield Duty(
                clause.full,
                norm.at,
                state,
                None if nodes.due is None else values[nodes.due],
                clause.must,
                norm.description,
                norm.bearer,
                tuple(needs),
                tuple(needs.values()),
                clause.path,
            )

    def _state(self, nodes: core.DutyNodes) -> tuple[str, frozenset[str]]:
        """The state of an obligation that is open, and the facts that can change it."""
        assert self.completed is not None
        _, *parts = self.layout.program.body.nodes[nodes.state]
        found = self.completed.of(nodes.state)
        state = deadlines.state(*(self._truth(at) for at in parts))
        if state == "undetermined":
            self.exact = self.exact and found.exact
        return state, found.facts

    def _questions(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Of these facts, those that are not known, or not of every item: what to ask."""
        leaves = self.assembly._leaves
        for path in paths:
            known = self.use.facts.get(path)
            if known is None:
                yield path, leaves[path].question
            elif asked := " ".join(of_items(known, leaves[path].type, self.layout.program.linked)):
                yield path, asked

    # --- needs ------------------------------------------------------------------------------------

    def _needs(self, asked: frozenset[str], rows: list[Row]) -> Iterator[Need]:
        """Of each fact, what to ask; those that the first clauses read come first."""
        leaves, linked = self.assembly._leaves, self.layout.program.linked
        open_ = self._open(rows)

        def first(path: str) -> int:
            return next((at for at, (_, reads) in enumerate(open_) if path in reads), len(open_))

        for path in sorted((path for path in leaves if path in asked), key=first):
            leaf, known = leaves[path], self.use.facts.get(path)
            question = leaf.question
            if known is not None:  # what is open is something that its items do not say
                question = " ".join(of_items(known, leaf.type, linked)) or question
            clauses = dict.fromkeys(clause for clause, reads in open_ if path in reads)
            yield Need(path, question, leaf.judged, tuple(clauses))

    def _open(self, rows: list[Row]) -> list[tuple[str, frozenset[str]]]:
        """The full ids of what is open, each with the facts that its own open conditions read.

        Sections and clauses that bind, and those that may displace one of them, wherever they stand.
        """
        asking = [(row.full, row.reads) for row in rows if self.values[row.nodes.scope] is None]
        asking += self._open_norms([clause for row in rows for clause in row.clauses])
        return asking

    def _open_norms(self, clauses: list[Clause]) -> Iterator[tuple[str, frozenset[str]]]:
        """Of these norms and those that may displace one of them, what is open in them."""
        todo = list(clauses)
        seen = {clause.key for clause in todo}
        while todo:
            clause = todo.pop(0)
            if self.values[clause.nodes.force] is not None:
                continue
            yield from self._asking(clause.key[0], clause.norm, clause.nodes)
            for other, node in clause.nodes.above:
                if self.values[node] is None and other not in seen:
                    yield from self._open_scopes(other)
                    seen.add(other)
                    todo.append(self.layout.clauses[other])

    def _asking(
        self,
        index: int,
        node: n.Norm | n.ExceptionNode,
        nodes: core.NormNodes | core.ExceptionNodes,
    ) -> Iterator[tuple[str, frozenset[str]]]:
        """The norm and its exceptions, each with what its own unknown conditions read."""
        tested = zip((node.when, *node.provisos), (nodes.when, *nodes.provisos), strict=True)
        open_ = [expr for expr, at in tested if self.values[at] is None]
        document = self.layout.program.linked.documents[index]
        yield document.qualified(node.id), self.layout.reads.of(index, open_)
        for inner, its in zip(node.exceptions, nodes.exceptions, strict=True):
            if self.values[its.force] is None:
                yield from self._asking(index, inner, its)

    def _open_scopes(self, key: n.NormKey) -> Iterator[tuple[str, frozenset[str]]]:
        """The open scopes around a norm: of its sections, its document, and those around that."""
        program = self.layout.program
        for index, section in self.layout.reads.around(key):
            scope = section.scope
            if scope is not None and self.values[program.conditions[index, id(scope)]] is None:
                name = program.linked.documents[index].qualified(section.id)
                yield name, self.layout.reads.scope(index, section)

    # --- what it rests on ---------------------------------------------------------------------------

    def _judgements(
        self, verdict: Verdict, deciding: list[Clause], rows: list[Row]
    ) -> Iterator[Judgement]:
        """Judged facts, supplied, without which the answer would have other reasons; of items of a
        list, each field that is judged, with the values of all items."""
        facts = self.use.facts
        judged = [
            (leaf, said)
            for fact, inner in self.assembly._judged
            if fact.path in facts
            for leaf, said in self._judged_in(fact, inner)
        ]
        if not judged:
            return
        bits = self.assembly.bits
        used = self._rests_on(verdict, deciding, rows)
        for leaf, said in judged:
            number = bits.numbers.get(leaf.path)
            if number is not None and used >> number & 1:
                yield Judgement(leaf.path, said, leaf.question)

    def _judged_in(
        self, fact: v.Leaf, inner: tuple[tuple[str, v.Leaf], ...]
    ) -> Iterator[tuple[v.Leaf, str]]:
        """The fact, if it is judged, or what is judged of its items; each with its value as text."""
        value = self.use.facts[fact.path]
        if fact.judged:
            yield fact, value_words(value)
            return
        for path, leaf in inner:
            found = items.supplied(value, path.removeprefix(f"{fact.path}."))
            if found:
                yield leaf, value_words(found[0] if len(found) == 1 else found)

    def _rests_on(self, verdict: Verdict, deciding: list[Clause], rows: list[Row]) -> int:
        """The facts under what decides, as bits."""
        clauses = [*deciding]
        if verdict is not Verdict.FORBIDDEN:  # then it rests on what kept each prohibition off as well
            in_scope = (clause for row in rows for clause in row.clauses)
            clauses += [clause for clause in in_scope if clause.norm.modality == "forbid"]
        resting = Resting(self.layout, self.assembly.bits, self.values)
        return resting.on(clauses, self.layout.rows)

    def _evidence(
        self, verdict: Verdict, deciding: list[Clause], rows: list[Row]
    ) -> Iterator[Evidence]:
        bits = self.assembly.bits
        used = self._rests_on(verdict, deciding, rows)
        for row in self.layout.rows:
            used |= bits.of(row.reads)
        for each in self.use.weighed.counted:
            number = bits.numbers.get(each.fact)
            if number is not None and used >> number & 1:
                yield evidence(each)

    def _contested(self) -> Iterator[Contested]:
        for each in self.use.weighed.contested:
            given = None if each.given is None else value_words(each.given)
            said = tuple(map(evidence, each.assertions))
            yield Contested(each.fact, self.assembly._leaves[each.fact].question, given, said)

    def _enforcement(self) -> Iterator[OpenMeasure]:
        documents = self.layout.program.linked.documents
        for each in self.ladder:
            document, rung = documents[each.document], each.rung
            first, *others = rung.measures
            yield OpenMeasure(
                first.kind,
                first.within,
                first.text,
                tuple(Measure(other.kind, other.within, other.text) for other in others),
                rung.finding,
                document.qualified(rung.of) if rung.of else None,
                document.policy.id,
                document.policy.title,
                rung.at,
                rung.description,
                document.path,
            )
