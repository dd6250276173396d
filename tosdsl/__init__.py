"""Terms of service as code: clauses written once, then executed, explained, tested and proved."""

from tosdsl.decision.model import (
    Basis,
    Condition,
    Conflict,
    Decision,
    Defeated,
    Judgement,
    Need,
    PolicyUsed,
    Verdict,
    Why,
)
from tosdsl.diagnostics.model import Diagnostic, Severity
from tosdsl.facade import FactError, PolicyError, PolicySet, TosdslError, load, load_each, loads
from tosdsl.trees.facts import Use
from tosdsl.trees.span import Span

__all__ = [
    "Basis",
    "Condition",
    "Conflict",
    "Decision",
    "Defeated",
    "Diagnostic",
    "FactError",
    "Judgement",
    "Need",
    "PolicyError",
    "PolicySet",
    "PolicyUsed",
    "Severity",
    "Span",
    "TosdslError",
    "Use",
    "Verdict",
    "Why",
    "load",
    "load_each",
    "loads",
]
