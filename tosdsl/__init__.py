"""Terms of service as code: clauses written once, then executed, explained, tested and proved."""

from tosdsl.decision.model import Decision, Verdict
from tosdsl.diagnostics.model import Diagnostic, Severity
from tosdsl.facade import FactError, PolicyError, PolicySet, TosdslError, load, load_each, loads
from tosdsl.trees.facts import Use

__all__ = [
    "Decision",
    "Diagnostic",
    "FactError",
    "PolicyError",
    "PolicySet",
    "Severity",
    "TosdslError",
    "Use",
    "Verdict",
    "load",
    "load_each",
    "loads",
]
