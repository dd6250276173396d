"""Terms of service as code: clauses written once, then executed, explained, tested and proved.

Nothing is imported before its name is used, so that a program which asks a policy it has kept starts
as fast as Python does.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:  # not from typing: it takes longer to import than a question to answer
    from tosdsl.auditing import audit
    from tosdsl.base import limits
    from tosdsl.base.span import Span
    from tosdsl.base.verdict import Verdict
    from tosdsl.comparing.compare import Comparison, compare
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
        Why,
    )
    from tosdsl.diagnostics.model import Diagnostic, Severity
    from tosdsl.errors import DecisionError, FactError, PolicyError, ReceiptError, TosdslError
    from tosdsl.facade import PolicySet, load, load_each, loads
    from tosdsl.receipts.model import Receipt
    from tosdsl.receipts.replay import Replay, replay
    from tosdsl.receipts.write import receipt
    from tosdsl.trees.facts import Assertion, Reading, Use

__all__ = [
    "Assertion",
    "Basis",
    "Comparison",
    "Condition",
    "Conflict",
    "Contested",
    "Decider",
    "Decision",
    "DecisionError",
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
    "Receipt",
    "ReceiptError",
    "Replay",
    "Severity",
    "Span",
    "Supplied",
    "TosdslError",
    "Use",
    "Verdict",
    "Why",
    "audit",
    "compare",
    "limits",
    "load",
    "load_each",
    "loads",
    "receipt",
    "replay",
]

_HOMES = {
    "tosdsl.auditing": "audit",
    "tosdsl.base": "limits",
    "tosdsl.base.span": "Span",
    "tosdsl.base.verdict": "Verdict",
    "tosdsl.comparing.compare": "Comparison compare",
    "tosdsl.decision.model": (
        "Basis Condition Conflict Contested Decider Decision Defeated Evidence Judgement Measure Need "
        "OpenMeasure PolicyUsed ReadingOutcome Supplied Why"
    ),
    "tosdsl.diagnostics.model": "Diagnostic Severity",
    "tosdsl.errors": "DecisionError FactError PolicyError ReceiptError TosdslError",
    "tosdsl.facade": "PolicySet load load_each loads",
    "tosdsl.receipts.model": "Receipt",
    "tosdsl.receipts.replay": "Replay replay",
    "tosdsl.receipts.write": "receipt",
    "tosdsl.trees.facts": "Assertion Reading Use",
}
"""The public names by the modules that define them, as above; a test holds the two together."""

if not TYPE_CHECKING:  # a type checker would take every name that there is not for one that there is

    def __getattr__(name: str) -> object:
        """A public name, imported when it is first used (PEP 562)."""
        for home, names in _HOMES.items():
            if name in names.split():
                found = globals()[name] = getattr(__import__(home, fromlist=[name]), name)
                return found
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
