"""What is said of an exception, and of what keeps it from helping."""

from __future__ import annotations

from tosdsl.trees import norms as n
from tosdsl.trees.findings import ExceptionFinding, NormFinding
from tosdsl.trees.wording import words

_LONGEST = 80
"""Characters of provisos that failed, beside the clause; longer ones stand below it alone."""


def exception_outcome(node: n.ExceptionNode, found: ExceptionFinding) -> str:
    if found.force is True:
        return "applies"
    if found.force is None:
        return "may apply: open"
    if found.applies is False:
        return "does not help: its condition is not met"
    if False in found.provisos:
        return failing(node, found)
    if not_shown(node, found):
        return "does not help: that it applies has to be shown, and is not"
    defeated = f"defeated by {' and '.join(exceptions_in_force(node, found))}"
    if would_apply(found):
        return f"would apply, but is {defeated}"
    return f"does not help: it would be {defeated}, if it applied"


def not_shown(node: n.Norm | n.ExceptionNode, found: NormFinding | ExceptionFinding) -> bool:
    """Whether nothing but its burden keeps it from being open."""
    above = found.above if isinstance(found, NormFinding) else ()
    against = [*(each.force for each in found.exceptions), *(force for _, force in above)]
    return node.shown and found.force is False and True not in against


def exceptions_in_force(
    node: n.Norm | n.ExceptionNode, found: NormFinding | ExceptionFinding
) -> list[str]:
    """The names of its exceptions that are in force."""
    return [
        inner.id.rsplit(".", 1)[-1]
        for inner, its in zip(node.exceptions, found.exceptions, strict=True)
        if its.force is True
    ]


def would_apply(found: NormFinding | ExceptionFinding) -> bool:
    return found.applies is True and all(each is True for each in found.provisos)


def failing(node: n.Norm | n.ExceptionNode, found: NormFinding | ExceptionFinding) -> str:
    """That a proviso fails, and which, unless it is too long for a line."""
    pairs = zip(node.provisos, found.provisos, strict=True)
    failed = [words(each) for each, holds in pairs if holds is False]
    which = "; ".join(failed)
    said = f": {which}" if len(which) <= _LONGEST else ""
    one = "its proviso fails" if len(failed) == 1 else "its provisos fail"
    return f"{'would' if found.applies is True else 'might'} apply, but {one}{said}"
