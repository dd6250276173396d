"""Findings, and the report that holds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, Severity


@frozen
class Shown:
    """A use that shows a finding, as the documents have seen it: its facts as a document in JSON has
    them, and a scenario that holds, ready to be pasted into the policy."""

    facts: Mapping[str, Any]
    verdict: str
    scenario: str


@frozen
class Finding:
    """``subject`` says what it is about, in words that stay when lines move."""

    problem: Diagnostic
    subject: str
    use: Shown | None = None

    @property
    def code(self) -> str:
        return self.problem.code

    @property
    def severity(self) -> Severity:
        return self.problem.severity


@frozen
class Allowed:
    """A finding that stands with a reason."""

    finding: Finding
    reason: str


_ASKED = {
    "TOS7001": "whether it can be in force together with a clause that it conflicts with",
    "TOS7002": "whether it can ever be in force",
    "TOS7003": "whether it can ever apply",
    "TOS7004": "whether it changes anything",
    "TOS7005": "whether this proviso changes anything",
    "TOS7006": "whether this scope can ever hold",
    "TOS7007": "whether this default can ever be reached",
    "TOS7008": "whether it can apply where the proviso of another exception fails",
    "TOS7009": "whether this condition can be false",
    "TOS7010": "whether this condition can be true",
    "TOS7021": "whether this division can be by zero",
}
"""What is asked where a finding of a code might be made, of what the question names."""


@frozen
class Open:
    """Whether the finding of this code is to be made was neither shown nor ruled out.

    ``why`` says what was in the way.
    """

    subject: str
    code: str
    span: Span
    why: str = ""

    @property
    def asked(self) -> str:
        """The question, in words."""
        return _ASKED[self.code]


@frozen
class Report:
    """Findings, and what is ``unsettled``, by file and place; ``policies``: how many were looked at."""

    findings: tuple[Finding, ...]
    allowed: tuple[Allowed, ...] = ()
    unsettled: tuple[Open, ...] = ()
    policies: int = 0
    sources: Mapping[str, str] = field(factory=dict, repr=False)
