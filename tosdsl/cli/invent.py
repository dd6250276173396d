"""``tosdsl invent``: a table of invented uses of policies, and the mapping of its columns."""

from __future__ import annotations

import argparse
from pathlib import Path

from tosdsl.auditing import checked
from tosdsl.cli.terminal import OK, print_line
from tosdsl.cli.written import write_new
from tosdsl.diagnostics.model import mistake
from tosdsl.errors import PolicyError
from tosdsl.facade import load


def run(options: argparse.Namespace) -> int:
    """Nothing is written over."""
    checked()
    from tosdsl.auditing.invented import mapping, write

    predicates = load(*options.policy).predicates
    if Path(options.to).exists():
        words = {"name": options.to, "why": "invented uses take the place of nothing", "then": ""}
        raise PolicyError((mistake("TOS6023", None, None, **words),), {})
    if options.map:
        write_new(options.map, mapping(predicates))
    write(predicates, options.rows, options.to, options.unknown / 100, options.seed)
    print_line(f"{options.rows:,} invented uses are in {options.to}.")
    return OK
