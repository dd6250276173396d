"""``tosdsl new``: a policy to begin with, and a use of it to fill in."""

from __future__ import annotations

import argparse
from pathlib import Path

from tosdsl.cli.terminal import OK, print_line
from tosdsl.cli.written import write_new
from tosdsl.diagnostics.model import mistake
from tosdsl.errors import PolicyError
from tosdsl.facade import loads
from tosdsl.interview.starter import first_policy, is_id
from tosdsl.interview.template import template


def run(options: argparse.Namespace) -> int:
    """Write both files into the folder, and say what to do next. Raises PolicyError."""
    if not is_id(options.policy):
        raise PolicyError((mistake("TOS6027", None, None, name=options.policy),), {})
    text = first_policy(options.policy)
    policy = Path(options.folder) / f"{options.policy.replace('.', '_')}.tos"
    facts = policy.with_suffix(".yaml")
    write_new(str(policy), text, *_THERE)
    write_new(str(facts), template(loads(text)), *_THERE)
    print_line(
        f"{policy} has a vocabulary, a policy and its scenarios; {facts} has its facts, all unknown."
    )
    print_line("Change them, and then:")
    print_line(f"  tosdsl test {policy}")
    print_line(f"  tosdsl check {policy} --facts {facts}")
    print_line(f"  tosdsl interview {policy}")
    return OK


_THERE = ("what one begins with takes the place of no file", "")
"""Why a file that is there is left alone, and what else to do about it."""
