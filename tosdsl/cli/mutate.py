"""``tosdsl mutate``: small changes of policies, and which of them no scenario notices."""

from __future__ import annotations

import argparse

from tosdsl.cli.terminal import FORBIDDEN, OK, Counter, print_json, print_lines
from tosdsl.cli.written import write_new
from tosdsl.diagnostics.model import mistake
from tosdsl.errors import PolicyError
from tosdsl.testing.mutation import report
from tosdsl.testing.mutation.run import failing_tests, subjects
from tosdsl.testing.mutation.run import run as run_mutants


def run(options: argparse.Namespace) -> int:
    """Print what became of the mutants; the status tells whether the score is high enough."""
    found = subjects(options.policy)
    if not any(each.mutants for each in found):
        names = " and ".join(f"`{each}`" for each in options.policy)
        raise PolicyError((mistake("TOS6004", None, name=names),), {})
    failing = failing_tests(found)
    if failing:
        words = {"name": failing[0].policy, "size": len(failing), "title": failing[0].title}
        raise PolicyError((mistake("TOS6022", failing[0].span, None, **words),), {})
    with Counter() as counter:
        results = run_mutants(found, options.jobs, counter.show)
    if options.format == "json":
        print_json(report.as_json(results))
    else:
        print_lines(report.lines(results))
    if options.emit_scenarios:
        write_new(options.emit_scenarios, report.scenarios(results))
    return OK if report.Score.of(results).percent >= options.fail_under else FORBIDDEN
