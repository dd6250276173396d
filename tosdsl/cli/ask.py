"""``tosdsl ask``: what would settle a use, and what would make it permitted."""

from __future__ import annotations

import argparse

from attrs import evolve

from tosdsl.analysis.ask import ask
from tosdsl.analysis.ask_report import ask_json, ask_lines, presumed_by, presuming_lines
from tosdsl.base.verdict import Verdict
from tosdsl.cli.asked import asked
from tosdsl.cli.check import read_as, status_of, use_of
from tosdsl.cli.terminal import print_diagnostics, print_json, print_lines
from tosdsl.decision.text import Line, compliance_lines, interpretation_lines
from tosdsl.facts.evidence import weigh


def run(options: argparse.Namespace) -> int:
    """Print what the use hangs on; the status tells the verdict, as that of ``check`` does."""
    policies = asked(options.policy)
    use, warnings, sources = use_of(policies, options.facts)
    use = evolve(use, as_of=options.as_of or use.as_of, known_at=options.known_at or use.known_at)
    use = read_as(policies, use, options.reading)
    presumed = presumed_by(policies.predicates.presuming_on(use.as_of, use.known_at), use)
    if options.presuming:
        use = evolve(use, facts={**use.facts, **presumed})
    else:
        use = evolve(use, unknown=use.unknown | presumed.keys())
    found = ask(policies.at(use.as_of, use.known_at), weigh(evolve(use, readings=())))
    kinds = {leaf.path: leaf.type for leaf in policies.vocabulary.leaves()}
    decision = policies.decide_use(use)
    if options.format == "json":
        made = ask_json(found, kinds, presumed, options.presuming)
        read = decision.to_json()["interpretations"]
        print_json({**made, "interpretations": read} if read else made)
    else:
        print_diagnostics([*policies.warnings, *warnings], {**policies.sources, **sources})
        verdict, *rest = ask_lines(found, kinds)
        lines = [*compliance_lines(decision), *presuming_lines(presumed, options.presuming), *rest]
        read_as_ = interpretation_lines(decision)
        title = [Line(()), Line((("How the text is read", "title"),))] if read_as_ else []
        print_lines([verdict, *lines, *title, *read_as_])
    return status_of(Verdict(found.verdict))
