"""Decisions, scenarios, coverage and differences as JSON-ready data: one shape each, whoever shows it.

An editor, the studio and a site get what the command line prints with ``--format json``. Each shape
bears its name under ``schema``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tosdsl.analysis.changes import Difference
from tosdsl.analysis.report import diff_json
from tosdsl.decision.model import Decision
from tosdsl.facade import PolicySet
from tosdsl.testing import reports
from tosdsl.testing.coverage import report
from tosdsl.testing.coverage.measure import Coverage, measure
from tosdsl.testing.model import TestResult


def decision_data(decision: Decision, *, explain: bool = True) -> Mapping[str, Any]:
    """A decision (``tosdsl.decision/1``), with its explanation if that is wanted."""
    return decision.to_json(explain=explain)


def scenarios_data(results: Sequence[TestResult]) -> Mapping[str, Any]:
    """What scenarios, properties and cases came to (``tosdsl.test/1``)."""
    return reports.as_json(results, sum(each.seconds for each in results))


def coverage_data(found: Coverage | Iterable[PolicySet]) -> Mapping[str, Any]:
    """What scenarios have shown (``tosdsl.coverage/1``), of policies by their own scenarios."""
    return report.as_json(found if isinstance(found, Coverage) else measure(list(found)))


def difference_data(found: Difference, names: tuple[str, str]) -> Mapping[str, Any]:
    """What a change changes (``tosdsl.diff/1``). ``names`` are what to call the sides."""
    return diff_json(found, found.facts, names)
