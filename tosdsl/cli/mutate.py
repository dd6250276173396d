"""``tosdsl mutate``: small changes of policies, and which of them no scenario notices."""

from __future__ import annotations

import argparse
from pathlib import Path

from tosdsl.cli.terminal import FORBIDDEN, OK, Counter, print_json, print_lines
from tosdsl.diagnostics.model import mistake
from tosdsl.errors import PolicyError
from tosdsl.testing.mutation import report
from tosdsl.testing.mutation.run import run as run_mutants
from tosdsl.testing.mutation.run import subjects


def run(options: argparse.Namespace) -> int:
    """Print what became of the mutants; the status tells whether the score is high enough."""
    found = subjects(options.policy)
    if not any(each.mutants for each in found):
        names = " and ".join(f"`{each}`" for each in options.policy)
        raise PolicyError((mistake("TOS6004", None, name=names),), {})
    with Counter() as counter:
        results = run_mutants(found, options.jobs, counter.show)
    if options.format == "json":
        print_json(report.as_json(results))
    else:
        print_lines(report.lines(results))
    if options.emit_scenarios:
        _write(options.emit_scenarios, report.scenarios(results))
    return OK if report.Score.of(results).percent >= options.fail_under else FORBIDDEN


def _write(file: str, text: str) -> None:
    try:
        Path(file).write_text(text, encoding="utf-8")
    except OSError as error:
        problem = error.strerror or str(error)
        raise PolicyError((mistake("TOS6010", None, name=file, problem=problem),), {}) from None
