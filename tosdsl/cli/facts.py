"""``tosdsl facts``: the facts that policies read, as a file to fill in."""

from __future__ import annotations

import argparse

from tosdsl.cli.asked import parted
from tosdsl.cli.terminal import OK, print_text
from tosdsl.facade import load
from tosdsl.interview.template import template


def run(options: argparse.Namespace) -> int:
    """Print the file."""
    where, part = parted(options.policy)
    print_text(template(load(*where), part, as_of=options.as_of, known_at=options.known_at))
    return OK
