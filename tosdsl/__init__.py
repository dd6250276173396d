"""Terms of service as code: clauses written once, then executed, explained, tested and proved."""

from tosdsl.decision.model import (
    Basis,
    Condition,
    Conflict,
    Contested,
    Decider,
    Decision,
    Defeated,
    Evidence,
    Judgement,
    Measure,
    Need,
    OpenMeasure,
    PolicyUsed,
    ReadingOutcome,
    Supplied,
    Verdict,
    Why,
)
from tosdsl.diagnostics.model import Diagnostic, Severity
from tosdsl.facade import FactError, PolicyError, PolicySet, TosdslError, load, load_each, loads
from tosdsl.trees.facts import Assertion, Reading, Use
from tosdsl.trees.span import Span

__all__ = [
    "Assertion",
    "Basis",
    "Condition",
    "Conflict",
    "Contested",
    "Decider",
    "Decision",
    "Defeated",
    "Diagnostic",
    "Evidence",
    "FactError",
    "Judgement",
    "Measure",
    "Need",
    "OpenMeasure",
    "PolicyError",
    "PolicySet",
    "PolicyUsed",
    "Reading",
    "ReadingOutcome",
    "Severity",
    "Span",
    "Supplied",
    "TosdslError",
    "Use",
    "Verdict",
    "Why",
    "load",
    "load_each",
    "loads",
]
