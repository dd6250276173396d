"""``tosdsl compile``: the code that answers for policies, to be read."""

from __future__ import annotations

import argparse
import sys

from tosdsl.cli.terminal import OK
from tosdsl.facade import load


def run(options: argparse.Namespace) -> int:
    policies = load(*options.policy)
    sys.stdout.write(policies.predicates.listing(options.as_of, options.known_at))
    return OK
