"""What the runner, the reports and the pytest plugin know of a test: it has a place, and it runs.

Scenarios and rows of tables are tests (``suite.py``); whatever else has these attributes is one too.
Results are plain data: they travel between processes, and no report asks a policy again.
"""

from __future__ import annotations

from typing import Literal, Protocol

from attrs import field, frozen

from tosdsl.base.span import Span
from tosdsl.decision.text import Line

Outcome = Literal["passed", "failed", "error", "unknown"]
"""``error``: it could not be run. ``unknown``: it was run, and nothing was settled."""

OUTCOMES: tuple[Outcome, ...] = ("passed", "failed", "error", "unknown")


@frozen
class Failure:
    """An expectation that does not hold: what was expected, what came, and where it stands."""

    expected: str
    actual: str
    span: Span


@frozen
class TestResult:
    """What one test came to.

    ``kind`` is ``scenario`` or ``case``, or whatever other tests call theirs; ``verdict`` that of the
    decision, if there is one. ``because`` are the lines that explain a failure in short,
    ``explanation`` the whole as text; ``message`` says it in one sentence where there are no failures.
    """

    kind: str
    policy: str
    title: str
    span: Span = field(kw_only=True)
    outcome: Outcome = field(kw_only=True)
    failures: tuple[Failure, ...] = field(default=(), kw_only=True)
    verdict: str | None = field(default=None, kw_only=True)
    because: tuple[Line, ...] = field(default=(), kw_only=True)
    explanation: str = field(default="", kw_only=True)
    message: str = field(default="", kw_only=True)
    seconds: float = field(default=0.0, eq=False, kw_only=True)

    __test__ = False  # pytest takes classes with such names for tests

    @property
    def held(self) -> bool:
        return self.outcome == "passed"

    @property
    def suite(self) -> str:
        """The policy, and for a row of a table the table."""
        return f"{self.policy} ({self.span.file})" if self.kind == "case" else self.policy


class Test(Protocol):
    """One thing to run. ``span`` is the place that a report names; ``run`` does not raise."""

    @property
    def kind(self) -> str: ...

    @property
    def policy(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def span(self) -> Span: ...

    def run(self) -> TestResult:
        """What it comes to."""
