"""The pytest plugin: ``pytest policies/`` runs the scenarios of policies, and tables of cases.

pytest imports this module in every project in which tosdsl is installed. So it imports nothing of the
program before it meets a file of its own, and leaves alone every other file.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # see above: nothing of the program before it is needed
    from tosdsl.testing.model import Test, TestResult

_POLICIES = (".tos", ".tos.md")
_TABLES = (".cases.csv", ".cases.yaml")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--tosdsl-as-of``, as ``tosdsl test`` has ``--as-of``."""
    group = parser.getgroup("tosdsl", "policies")
    group.addoption(
        "--tosdsl-as-of",
        type=_day,
        metavar="WHEN",
        help="the day (year-month-day) or moment of the scenarios and cases that say none",
    )


def _day(text: str) -> date:
    """A day, or a moment with its zone."""
    from tosdsl.trees.quantities import read_instant

    try:
        return read_instant(text) or date.fromisoformat(text)
    except ValueError:
        from tosdsl.diagnostics.days import written_right

        raise pytest.UsageError(f"{text!r} is not a date. {written_right(text)}") from None


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A collector for a policy or a table, and for nothing else."""
    if file_path.name.endswith((*_POLICIES, *_TABLES)):
        return PolicyFile.from_parent(parent, path=file_path)
    return None


class PolicyFile(pytest.File):
    """A policy file with its scenarios, or a table with its cases."""

    def collect(self) -> Iterator[pytest.Item]:
        """An item each. A text with mistakes is one item, that fails and shows them all."""
        from tosdsl.base.visible import visible
        from tosdsl.errors import PolicyError
        from tosdsl.testing.collect import collect

        if self.path.name.endswith(_POLICIES) and not self._has_policy():
            return
        try:
            day = self.config.getoption("tosdsl_as_of")
            found = collect([_shown(self.path)], as_of=day, tables=False)
        except PolicyError as error:
            yield MistakenItem.from_parent(self, name="can be read", mistakes=str(error))
            return
        several = len({test.policy for test in found.tests}) > 1
        for test in found.tests:
            title = f"{test.policy}: {test.title}" if several else test.title
            yield PolicyItem.from_parent(self, name=visible(title).replace("::", ": :"), test=test)

    def _has_policy(self) -> bool:
        """A file of vocabularies alone has nothing to test, and is no mistake."""
        from tosdsl.library.files import heads_of
        from tosdsl.library.reading import TextFile

        try:
            text = TextFile(self.path).read_bytes().decode("utf-8-sig", "replace")
        except OSError:  # the load says what is wrong
            return True
        heads = heads_of(text, self.path.name)
        return not heads or any(head.kind == "policy" for head in heads)


class MistakenItem(pytest.Item):
    """A text with mistakes: it fails, and other files run all the same."""

    def __init__(self, *, mistakes: str, **more: Any) -> None:
        super().__init__(**more)
        self._mistakes = mistakes

    def runtest(self) -> None:
        raise NotRead(self._mistakes)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The mistakes, each with its place."""
        return str(excinfo.value)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, self.name


class NotRead(Exception):
    """A text has mistakes."""


class PolicyItem(pytest.Item):
    """One scenario, or one row of a table."""

    def __init__(self, *, test: Test, **more: Any) -> None:
        super().__init__(**more)
        self._test = test

    def runtest(self) -> None:
        """Run it. Raises ``NotHeld`` unless all that is expected has come."""
        result = self._test.run()
        if result.outcome == "unknown":
            pytest.skip(f"unknown: {result.message}")
        if not result.held:
            raise NotHeld(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What was expected, what came, and why."""
        if isinstance(excinfo.value, NotHeld):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The line on which the scenario or the row begins."""
        return self.path, self._test.span.line - 1, self.name


class NotHeld(Exception):
    """A scenario came out otherwise than is expected of it."""

    def __init__(self, result: TestResult) -> None:
        from tosdsl.base.visible import visible
        from tosdsl.testing.reports import summary
        from tosdsl.testing.text import failure_lines

        first = visible(f"{summary(result)}  ({result.span.file}:{result.span.line})")
        super().__init__("\n".join([first, *(line.plain for line in failure_lines(result))]))


def _shown(path: Path) -> str:
    """A path as a person would write it: from the folder at hand, if it is below."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
