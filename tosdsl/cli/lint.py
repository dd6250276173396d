"""``tosdsl lint``: what policies say and may not mean."""

from __future__ import annotations

import argparse

from tosdsl.cli.terminal import FORBIDDEN, OK, print_json, print_lines
from tosdsl.diagnostics.model import Severity
from tosdsl.lint.check import lint
from tosdsl.lint.report import as_json, lines
from tosdsl.lint.sarif import as_sarif


def run(options: argparse.Namespace) -> int:
    """Print the findings; 3 if there is one that counts."""
    report = lint(*options.path)
    match options.format:
        case "json":
            print_json(as_json(report))
        case "sarif":
            from importlib.metadata import version

            print_json(as_sarif(report, version("tosdsl")))
        case _:
            print_lines(lines(report, unsettled=options.unsettled))
    counts = {Severity.ERROR, Severity.WARNING}
    if options.fail_on == "note":
        counts.add(Severity.NOTE)
    return FORBIDDEN if any(each.severity in counts for each in report.findings) else OK
