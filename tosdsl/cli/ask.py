"""``tosdsl ask``: what would settle a use, and what would make it permitted."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from attrs import evolve

from tosdsl.analysis.ask import ask
from tosdsl.analysis.ask_report import ask_json, ask_lines
from tosdsl.base.verdict import Verdict
from tosdsl.cli.asked import asked
from tosdsl.cli.check import status_of, use_of
from tosdsl.cli.terminal import print_diagnostics, print_json, print_lines
from tosdsl.decision.text import Line, compliance_lines
from tosdsl.facade import PolicySet
from tosdsl.facts.evidence import weigh
from tosdsl.trees.facts import Use
from tosdsl.trees.uses import value_json
from tosdsl.trees.wording import value_words


def run(options: argparse.Namespace) -> int:
    """Print what the use hangs on; the status tells the verdict, as that of ``check`` does."""
    policies = asked(options.policy)
    use, warnings, sources = use_of(policies, options.facts)
    use = evolve(use, as_of=options.as_of or use.as_of, known_at=options.known_at or use.known_at)
    presumed = _presumed(policies, use)
    if options.presuming:
        use = evolve(use, facts={**use.facts, **presumed})
    else:
        use = evolve(use, unknown=use.unknown | presumed.keys())
    found = ask(policies.at(use.day, use.known_at), weigh(evolve(use, readings=())))
    kinds = {leaf.path: leaf.type for leaf in policies.vocabulary.leaves()}
    if options.format == "json":
        values = {path: value_json(value, kinds[path]) for path, value in presumed.items()}
        told = {"presuming": options.presuming, "presumptions": values}
        print_json({**ask_json(found, kinds), **told})
    else:
        print_diagnostics([*policies.warnings, *warnings], {**policies.sources, **sources})
        verdict, *rest = ask_lines(found, kinds)
        presuming = _presuming(presumed, options.presuming)
        print_lines([verdict, *compliance_lines(policies.decide_use(use)), *presuming, *rest])
    return status_of(Verdict(found.verdict))


def _presumed(policies: PolicySet, use: Use) -> dict[str, Any]:
    """What every text that may govern presumes of a use, by fact."""
    several = [
        {each.fact: each.value for each in one.presumed(use)}
        for one in policies.predicates.presuming_on(use.day, use.known_at)
    ]
    first = several[0] if several else {}
    return {
        fact: value
        for fact, value in first.items()
        if all(fact in each and each[fact] == value for each in several)
    }


def _presuming(presumed: dict[str, Any], does: bool) -> Iterator[Line]:
    """What is presumed, or would be and is not."""
    if presumed:
        words = ", ".join(f"{path} is {value_words(value)}" for path, value in presumed.items())
        said = f"  Presumed: {words}." if does else f"  Not presumed, as --presuming would: {words}."
        yield Line(((said, "note"),))
