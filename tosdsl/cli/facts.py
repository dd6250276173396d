"""``tosdsl facts``: the facts that policies read, as a file to fill in, or as a mapping of a table."""

from __future__ import annotations

import argparse

from tosdsl.cli.asked import parted
from tosdsl.cli.terminal import OK, print_text
from tosdsl.facade import load
from tosdsl.interview.mapping import map_template
from tosdsl.interview.template import template


def run(options: argparse.Namespace) -> int:
    """Print the file."""
    where, part = parted(options.policy)
    made = map_template if options.as_map else template
    print_text(made(load(*where), part, as_of=options.as_of, known_at=options.known_at))
    return OK
