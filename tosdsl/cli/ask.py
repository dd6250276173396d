"""``tosdsl ask``: what would settle a use, and what would make it permitted."""

from __future__ import annotations

import argparse

from attrs import evolve

from tosdsl.analysis.ask import ask
from tosdsl.analysis.ask_report import ask_json, ask_lines, presumed_by, presuming_lines
from tosdsl.base.verdict import Verdict
from tosdsl.cli.asked import asked
from tosdsl.cli.check import status_of, use_of
from tosdsl.cli.terminal import print_diagnostics, print_json, print_lines
from tosdsl.decision.text import compliance_lines
from tosdsl.facts.evidence import weigh


def run(options: argparse.Namespace) -> int:
    """Print what the use hangs on; the status tells the verdict, as that of ``check`` does."""
    policies = asked(options.policy)
    use, warnings, sources = use_of(policies, options.facts)
    use = evolve(use, as_of=options.as_of or use.as_of, known_at=options.known_at or use.known_at)
    presumed = presumed_by(policies.predicates.presuming_on(use.as_of, use.known_at), use)
    if options.presuming:
        use = evolve(use, facts={**use.facts, **presumed})
    else:
        use = evolve(use, unknown=use.unknown | presumed.keys())
    found = ask(policies.at(use.as_of, use.known_at), weigh(evolve(use, readings=())))
    kinds = {leaf.path: leaf.type for leaf in policies.vocabulary.leaves()}
    if options.format == "json":
        print_json(ask_json(found, kinds, presumed, options.presuming))
    else:
        print_diagnostics([*policies.warnings, *warnings], {**policies.sources, **sources})
        verdict, *rest = ask_lines(found, kinds)
        compliance = compliance_lines(policies.decide_use(use))
        print_lines([verdict, *compliance, *presuming_lines(presumed, options.presuming), *rest])
    return status_of(Verdict(found.verdict))
