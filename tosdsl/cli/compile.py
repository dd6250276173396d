"""``tosdsl compile``: the code that answers for policies, to be read."""

from __future__ import annotations

import argparse

from tosdsl.cli.terminal import OK, print_text
from tosdsl.facade import load


def run(options: argparse.Namespace) -> int:
    policies = load(*options.policy)
    print_text(policies.predicates.listing(options.as_of, options.known_at))
    return OK
