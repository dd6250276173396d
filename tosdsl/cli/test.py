"""``tosdsl test``: scenarios and properties of every policy found, and tables of cases beside them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from time import perf_counter
from typing import TYPE_CHECKING

from tosdsl.cli.terminal import (
    FORBIDDEN,
    OK,
    UNDETERMINED,
    Counter,
    print_diagnostics,
    print_json,
    print_line,
    print_lines,
    print_text,
)
from tosdsl.testing.collect import Collection, collect, selected
from tosdsl.testing.model import TestResult
from tosdsl.testing.reports import as_json, as_junit, github_annotations
from tosdsl.testing.runner import run_tests
from tosdsl.testing.text import result_lines

if TYPE_CHECKING:
    from tosdsl.workspace.memory import Workspace


def run(options: argparse.Namespace) -> int:
    """Run what is found, once or after each change."""
    if options.watch:
        from tosdsl.cli.watch import watch
        from tosdsl.workspace.memory import Workspace

        workspace = Workspace()
        return watch(options.path, lambda: _once(options, workspace))
    return _once(options, None)


def _once(options: argparse.Namespace, workspace: Workspace | None) -> int:
    started = perf_counter()
    names = " and ".join(f"`{path}`" for path in options.path)
    found = collect(
        options.path,
        as_of=options.as_of,
        examples=options.examples,
        seed=options.seed,
        proof=options.proof,
        work=None if workspace is None else workspace.compilation(),
    )
    tests = selected(found.tests, options.k, names)
    with Counter() as counter:
        results = run_tests(tests, options.jobs, counter.show)
    _print(options, found, results, perf_counter() - started)
    if options.annotations == "github":
        for line in github_annotations(results):
            print_line(line, error=True)
    return status_of(results)


def _print(
    options: argparse.Namespace, found: Collection, results: Sequence[TestResult], seconds: float
) -> None:
    if options.format == "json":
        warnings = [each.to_json() for each in found.warnings]
        print_json({**as_json(results, seconds), "diagnostics": warnings})
        return
    print_diagnostics(found.warnings, found.sources)
    if options.format == "junit":
        print_text(f"{as_junit(results, seconds)}\n")
    else:
        print_lines(result_lines(results, seconds, options.verbose))


def status_of(results: Sequence[TestResult]) -> int:
    """The exit status: a failure counts for more than something that was not settled."""
    outcomes = {result.outcome for result in results}
    if outcomes & {"failed", "error"}:
        return FORBIDDEN
    return UNDETERMINED if "unknown" in outcomes else OK
