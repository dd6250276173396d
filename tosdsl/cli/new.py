"""``tosdsl new``: a policy to begin with, and a use of it to fill in."""

from __future__ import annotations

import argparse
from pathlib import Path, PurePosixPath

from tosdsl.cli.terminal import OK, print_line
from tosdsl.cli.written import write_new
from tosdsl.diagnostics.model import mistake
from tosdsl.errors import PolicyError
from tosdsl.facade import load, loads
from tosdsl.interview.starter import first_policy, is_id
from tosdsl.interview.template import template


def run(options: argparse.Namespace) -> int:
    """Write the files into the folder, and say what to do next. Raises PolicyError."""
    if options.copy:
        return _copied(options)
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
    _tell_what_next(str(policy), facts)
    return OK


def _copied(options: argparse.Namespace) -> int:
    """The texts of a document, each in a file of its name, and the facts that it asks for."""
    policies = load(options.policy)
    asked = [each for versions in policies.choices.asked for each in versions]
    texts = dict.fromkeys(each.span.file for each in asked)
    folder = Path(options.folder)
    files = {file: folder / PurePosixPath(file.replace("\\", "/")).name for file in texts}
    facts = folder / f"{asked[0].id.replace('.', '_')}.yaml"
    for file, path in files.items():
        write_new(str(path), policies.sources[file], *_THERE)
    write_new(str(facts), template(policies), *_THERE)
    for policy in asked:
        version = f" in its version {policy.version}" if policy.version else ""
        print_line(f"{files[policy.span.file]} is a copy of {policy.id}{version}.")
    print_line(f"{facts} has the facts that it asks for, all unknown.")
    print_line("For files of this folder, the copy is in the place of the library's document.")
    several = len(files) > 1
    _tell_what_next(options.folder if several else str(next(iter(files.values()))), facts)
    return OK


def _tell_what_next(policy: str, facts: Path) -> None:
    print_line("Change them, and then:")
    print_line(f"  tosdsl test {policy}")
    print_line(f"  tosdsl check {policy} --facts {facts}")
    print_line(f"  tosdsl interview {policy}")


_THERE = ("what one begins with takes the place of no file", ", or another folder with `--folder`")
"""Why a file that is there is left alone, and what else to do about it."""
