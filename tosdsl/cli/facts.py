"""``tosdsl facts``: the facts that policies read, as a file to fill in."""

from __future__ import annotations

import argparse
import os

from tosdsl.cli.terminal import OK, print_text
from tosdsl.facade import load
from tosdsl.interview.template import template


def run(options: argparse.Namespace) -> int:
    """Print the file."""
    where, part = [], None
    for each in options.policy:
        name, hash_, clause = each.partition("#")
        if hash_ and not os.path.lexists(each):
            part = clause
            where.append(name)
        else:
            where.append(each)
    print_text(template(load(*where), part, as_of=options.as_of, known_at=options.known_at))
    return OK
