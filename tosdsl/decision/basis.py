"""What decides, what was defeated, and what an answer hangs on: picked by the state of each clause.

values of a program's nodes, rows of the layout -> Basis, Defeated, Condition, Conflict
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product
from typing import Any

from attrs import frozen

from tosdsl.base import limits
from tosdsl.base.verdict import Verdict
from tosdsl.decision.layout import Attached, Clause, Row
from tosdsl.decision.model import Basis, Condition, Conflict, Defeated
from tosdsl.trees import core

_EFFECTS = {Verdict.FORBIDDEN: "forbid", Verdict.PERMITTED: "permit"}


@frozen
class Picked:
    """The entries of one question."""

    values: tuple[Any, ...]

    def basis(self, verdict: Verdict, rows: list[Row]) -> tuple[tuple[Basis, ...], list[Clause]]:
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
            if row.default_true is None or effect not in {None, row.nodes.stance}:
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

    def defeated(self, open_: list[Clause]) -> Iterator[Defeated]:
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

    def conditions(
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

    def conflicts(self, rows: list[Row]) -> tuple[Conflict, ...]:
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
        if not forbids or not permits:
            return ()
        pairs = islice(product(forbids, permits), limits.MAX_CONFLICTS + 1)
        return tuple(Conflict(*pair) for pair in pairs)
