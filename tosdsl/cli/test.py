"""``tosdsl test``: the scenarios and properties of every policy found."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from itertools import groupby

from tosdsl.cli.terminal import FORBIDDEN, OK, print_diagnostics, print_json, print_lines
from tosdsl.cli.tried import property_lines
from tosdsl.decision.text import Line
from tosdsl.diagnostics.model import mistake
from tosdsl.errors import PolicyError
from tosdsl.facade import load_each
from tosdsl.testing import properties, scenarios
from tosdsl.testing.reports import as_json, as_junit
from tosdsl.testing.scenarios import Result


def run(options: argparse.Namespace) -> int:
    """Print each scenario with what failed in it."""
    sets = load_each(*options.path)
    results = scenarios.run(sets)
    tried = properties.run(sets, examples=options.examples, seed=options.seed)
    if not results and not tried:
        names = " and ".join(f"`{path}`" for path in options.path)
        raise PolicyError((mistake("TOS6008", None, name=names),), {})
    if options.format == "json":
        found = {"properties": [properties.as_json(each) for each in tried]}
        warnings = [each.to_json() for each in sets[0].warnings]
        print_json({**as_json(results), **found, "diagnostics": warnings})
    else:
        print_diagnostics(sets[0].warnings, sets[0].sources)
        if options.format == "junit":
            print(as_junit(results, tried))
        else:
            if results:
                print_lines(_lines(results, options.verbose))
            if tried:
                print_lines(property_lines(tried))
    held = all(result.held for result in results) and all(result.held for result in tried)
    return OK if held else FORBIDDEN


def _lines(results: Sequence[Result], verbose: bool) -> Iterator[Line]:
    for policy, mine in groupby(results, key=lambda result: result.policy):
        yield Line(((policy, "document"),))
        for result in mine:
            mark = ("  ✓ ", "true") if result.held else ("  ✗ ", "false")
            yield Line((mark, (result.scenario.title, "")))
            for failure in result.failures:
                place = f"{failure.span.file}:{failure.span.line}"
                yield Line((("      expected ", "note"), (failure.expected, "clause")))
                yield Line(
                    (("      came     ", "note"), (failure.actual, "false"), (f"  {place}", "note"))
                )
            if verbose and not result.held:
                for text in result.decision.explain().split("\n"):
                    yield Line((("      " + text, "note"),))
        yield Line(())
    failed = sum(not result.held for result in results)
    policies = len({result.policy for result in results})
    ran = "1 scenario" if len(results) == 1 else f"{len(results)} scenarios"
    count = f"{ran} in {'1 policy' if policies == 1 else f'{policies} policies'}"
    style = ("all held", "good") if not failed else (f"{failed} failed", "bad")
    yield Line(((f"{count}: ", ""), style))
