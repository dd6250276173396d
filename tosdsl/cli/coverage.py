"""``tosdsl coverage``: what scenarios have shown of the clauses of policies, and what not."""

from __future__ import annotations

import argparse
import re

from tosdsl.base.visible import visible_lines
from tosdsl.cli.check import use_of
from tosdsl.cli.terminal import (
    FORBIDDEN,
    OK,
    json_text,
    print_diagnostics,
    print_json,
    print_lines,
    print_text,
)
from tosdsl.cli.written import write_report
from tosdsl.diagnostics.model import mistake
from tosdsl.errors import PolicyError
from tosdsl.facade import PolicySet, load_each
from tosdsl.testing.collect import collect
from tosdsl.testing.coverage.html import page
from tosdsl.testing.coverage.measure import Coverage, measure
from tosdsl.testing.coverage.report import as_json, lines
from tosdsl.testing.scenarios import asked
from tosdsl.testing.suite import ScenarioTest
from tosdsl.testing.tables.places import is_table
from tosdsl.trees.facts import Use


def run(options: argparse.Namespace) -> int:
    """Print or write the report; 3 if less was seen than is asked for."""
    found = collect(options.policy)
    cases = [
        (policy.id, test.use)
        for test in found.tests
        if isinstance(test, ScenarioTest) and test.kind == "case"
        for policy in asked(test.policies)
    ]
    sets = load_each(*(each for each in options.policy if not is_table(each)))
    uses = [use for name in options.uses for use in _uses(name, sets)]
    coverage = measure(sets, uses, cases)
    if not any(document.uses for document in coverage.documents):
        names = " and ".join(f"`{name}`" for name in options.policy)
        raise PolicyError((mistake("TOS6008", None, name=names),), {})
    print_diagnostics(sets[0].warnings, sets[0].sources)
    if options.output is not None:
        write_report(options.output, _text(coverage, options.format), _REPORT)
    elif options.format == "json":
        print_json(as_json(coverage))
    elif options.format == "html":
        print_text(page(coverage))
    else:
        print_lines(lines(coverage))
    return OK if coverage.percent >= options.fail_under else FORBIDDEN


def _uses(name: str, sets: list[PolicySet]) -> list[Use]:
    """A use from a file; its facts are checked against the first policy."""
    use, warnings, sources = use_of(sets[0], name)
    print_diagnostics(warnings, sources)
    return [use]


def _text(coverage: Coverage, format_: str) -> str:
    if format_ == "json":
        return f"{json_text(as_json(coverage))}\n"
    if format_ == "html":
        return visible_lines(page(coverage))
    return "".join(f"{line.plain}\n" for line in lines(coverage))


_REPORT = re.compile(
    r" +goals(?:  +[a-z ]+)?\n"
    r'|\{\s*"schema": "tosdsl\.coverage/'
    r"|<!doctype html>\n<html[^\n]*\n<meta[^\n]*\n<title>Coverage of law: "
)
"""How a report begins, in each format."""
