"""``tosdsl schema``: the JSON Schema of the facts that policies know."""

from __future__ import annotations

import argparse

from tosdsl.cli.terminal import OK, print_json
from tosdsl.facade import load


def run(options: argparse.Namespace) -> int:
    print_json(load(*options.policy).schema())
    return OK
