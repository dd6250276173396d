"""Findings to a decision: entries that were made once are picked, by the state of each clause.

    values of a program's nodes, the use -> Decision

What all ways to fill in the unknown facts agree on is looked for only where something is open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from threading import RLock
from typing import Any, Protocol

from attrs import define, field

from tosdsl.base import limits
from tosdsl.base.verdict import Verdict
from tosdsl.decision.basis import Picked
from tosdsl.decision.evidence import evidence
from tosdsl.decision.explain import explain
from tosdsl.decision.grounds import Grounds
from tosdsl.decision.layout import Clause, Layout, Row
from tosdsl.decision.layout import layout as layout_of
from tosdsl.decision.model import (
    Contested,
    Decision,
    Duty,
    Governs,
    Measure,
    OpenMeasure,
    Why,
    decided,
)
from tosdsl.decision.needed import Needed
from tosdsl.decision.resting import Bits
from tosdsl.decision.told import Inside, findings
from tosdsl.runtime.tables import FORBIDDEN, NOT_APPLICABLE, PERMITTED
from tosdsl.trees import core, items
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Use
from tosdsl.trees.findings import Findings, OpenRung
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

    @property
    def cut(self) -> bool:
        """Whether there were too many values to try, so that asking for less may settle more."""

    def of(self, at: core.Index) -> Settled: ...
    def truth(self, at: core.Index) -> bool | None: ...
    def compliant(self, table: core.Index, states: Sequence[core.Index]) -> Settled: ...


Complete = Callable[[Values, Use, Sequence[core.Index]], Completed]
"""Completes the open nodes of a question."""

Ladder = Callable[[], tuple[OpenRung, ...]]
"""Finds the open rungs of ladders, when somebody asks for them."""

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
_Asked = tuple[dict[str, Any], list[Row], list[Clause], list[Clause], list[core.DutyNodes]]
"""The fields that are worked out; the rows that may count; of them the clauses that may, those that
decide, and the obligations."""

_OPEN_STATES = frozenset(("undetermined", "pending"))


@define(eq=False)
class Assembly:
    """Makes decisions on one program."""

    program: core.Program
    complete: Complete
    inside: Inside | None = None
    layout: Layout = field(init=False)
    leaves: dict[str, v.Leaf] = field(init=False)
    judged: list[tuple[v.Leaf, tuple[tuple[str, v.Leaf], ...]]] = field(init=False)
    """The facts that are judged, or have fields that are, with these."""
    _bits: Bits | None = None
    lock: RLock = field(factory=RLock)
    """Held while a field of a decision is worked out that others may ask for at once."""

    def __attrs_post_init__(self) -> None:
        self.layout = layout_of(self.program)
        leaves = self.program.linked.vocabulary.inputs()
        self.leaves = {leaf.path: leaf for leaf in leaves}
        fields = self.layout.reads.judged_fields.items()
        several = (
            (leaf, tuple(pair for pair in fields if items.in_fact(leaf.path, pair[0])))
            for leaf in self.leaves.values()
        )
        self.judged = [(leaf, inner) for leaf, inner in several if leaf.judged or inner]

    @property
    def bits(self) -> Bits:
        if self._bits is None:
            self._bits = Bits(self.layout)
        return self._bits

    def decision(self, values: Values, use: Use, ladder: Ladder = tuple) -> Decision:
        """The decision on a use, of the values of the program's nodes."""
        return self.asked(values, use, ladder).decision()

    def asked(self, values: Values, use: Use, ladder: Ladder = tuple) -> Deciding:
        """A question, of which a decision and findings can be made."""
        return Deciding(self, self.layout, values, use, ladder)


@define(eq=False)
class Deciding:
    """One question. Makes the decision, and after it the findings that it is made of."""

    assembly: Assembly
    layout: Layout
    values: Values
    use: Use
    find_rungs: Ladder
    completed: Completed | None = None
    """What may become of what is open; None if nothing is that matters."""
    exact: bool = True
    possible: int = 0
    needed: tuple[str, ...] = ()
    states: dict[n.NormKey, str] = field(factory=dict)
    """Of obligations on whose state all ways to fill in what is unknown agree."""
    completing: dict[str, Any] = field(factory=dict)
    """Fields of the decision for which what is open was asked about once more."""
    _rungs: tuple[OpenRung, ...] | None = None
    _why: Why | None = None

    def decision(self) -> Decision:
        layout, values, use = self.layout, self.values, self.use
        picked = Picked(values)
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
            if self.completed.cut and not settled.exact and len(open_nodes) > 1:
                # What else is told leaves no verdict open: it is asked alone, as ``verdict`` asks.
                settled = self.assembly.complete(values, use, (top,)).of(top)
            self.possible, asked = settled.possible, settled.facts
            self.exact = settled.exact or len(_POSSIBLE[self.possible]) == 1
        possible = _POSSIBLE[self.possible]
        verdict = possible[0] if len(possible) == 1 else Verdict.UNDETERMINED
        basis, deciding = picked.basis(verdict, rows)
        duties = tuple(self._duties(open_))
        conflicts = picked.conflicts(rows)
        needs = tuple(self._needed.needs(asked, rows)) if verdict is Verdict.UNDETERMINED else ()
        self.needed = tuple(need.fact for need in needs)
        weighed = use.weighed
        warnings = (*use.warnings, *layout.warnings)
        if len(conflicts) > limits.MAX_CONFLICTS:
            most = limits.MAX_CONFLICTS
            said = f"There are more than {most:,} conflicts; the others are not listed."
            warnings, conflicts = (*warnings, said), conflicts[:most]
        fields = {
            "verdict": verdict,
            "possible": possible,
            "basis": basis,
            "duties": duties,
            "needs": needs,
            "conflicts": conflicts,
            "policies": layout.policies,
            "as_of": use.as_of,
            "known_at": use.known_at,
            "warnings": warnings,
            "standard": use.standard,
            "allegations": tuple(map(evidence, weighed.open)),
            "contested": self._contested() if weighed.contested else (),
            "readings": (),  # what comes of several is put together elsewhere
            "agree": None,
            "exact": self.exact,
            "presumed": (),
            "without": None,
            "interpretations": (),
        }
        return decided(fields, self._rest, (fields, rows, open_, deciding, owing))

    def _rest(self, name: str, told: _Asked) -> Any:
        """A field that was not worked out with the decision.

        INVARIANT: whatever is read first, what may become of open nodes is asked in one order, as all
        answers share one measure of work: whether a use is compliant, then what governs.
        """
        with self.assembly.lock:
            return self._made(name, *told)

    def _made(
        self,
        name: str,
        fields: dict[str, Any],
        rows: list[Row],
        open_: list[Clause],
        deciding: list[Clause],
        owing: list[core.DutyNodes],
    ) -> Any:
        verdict, picked = fields["verdict"], Picked(self.values)
        match name:
            case "_explain":
                if self._why is None:
                    self._why = explain(self.findings(), verdict)
                return self._why
            case "compliant" | "governs":
                if name not in self.completing:
                    compliant = self._compliant(verdict, fields["duties"], owing)
                    self.completing = {"compliant": compliant, "governs": tuple(self._governs())}
                return self.completing[name]
            case "defeated":
                return tuple(dict.fromkeys(picked.defeated(open_)))
            case "conditions":
                return tuple(dict.fromkeys(picked.conditions(open_, verdict, deciding)))
            case "judgements":
                grounds = Grounds(self.assembly, self.values, self.use)
                return tuple(grounds.judgements(verdict, deciding, rows))
            case "evidence":
                if not self.use.weighed.counted:
                    return ()
                grounds = Grounds(self.assembly, self.values, self.use)
                return tuple(grounds.evidence(verdict, deciding, rows))
            case "enforcement":
                return tuple(self._enforcement())
        raise AssertionError(name)

    @property
    def _needed(self) -> Needed:
        return Needed(self.layout, self.assembly.leaves, self.values, self.use)

    def findings(self) -> Findings:
        """What was found, once the decision is made."""
        program = self.layout.program
        more = (self.needed, self._ladder(), self.possible, self.states, self.assembly.inside)
        return findings(program, self.values, self.use, *more)

    def _ladder(self) -> tuple[OpenRung, ...]:
        if self._rungs is None:
            self._rungs = self.find_rungs()
        return self._rungs

    def _contested(self) -> tuple[Contested, ...]:
        return tuple(Grounds(self.assembly, self.values, self.use).contested())

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
        return known if known is not None or self.completed is None else self.completed.truth(at)

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
            needs = dict(self._needed.questions(sorted(asked)))
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

    def _enforcement(self) -> Iterator[OpenMeasure]:
        documents = self.layout.program.linked.documents
        for each in self._ladder():
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
