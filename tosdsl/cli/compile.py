"""``tosdsl compile``: what answers for policies, to be read: generated Python, or the core."""

from __future__ import annotations

import argparse

from tosdsl.cli.terminal import OK, print_text
from tosdsl.facade import load


def run(options: argparse.Namespace) -> int:
    policies = load(*options.policy)
    days = options.as_of, options.known_at
    if options.to == "core":
        from tosdsl.backends.core.listing import listing

        print_text("\n".join(listing(each.program) for each in policies.predicates.answers(*days)))
    else:
        print_text(policies.predicates.listing(*days))
    return OK
