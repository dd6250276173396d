"""``tosdsl diff``: what a change of a policy changes, with uses that show it, or a proof."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from datetime import date

from attrs import evolve

from tosdsl.analysis import report
from tosdsl.analysis.changes import Difference
from tosdsl.analysis.diff import diff
from tosdsl.analysis.facts import joined
from tosdsl.cli.terminal import FORBIDDEN, OK, print_json, print_lines, print_text
from tosdsl.cli.written import write_new
from tosdsl.diagnostics.model import mistake
from tosdsl.elaborate.types import article
from tosdsl.errors import PolicyError
from tosdsl.facade import PolicySet, load, load_texts
from tosdsl.library.git import texts_in
from tosdsl.trees.norms import Policy


def run(options: argparse.Namespace) -> int:
    """Print the difference; the status tells whether a verdict changes."""
    old, new = _side(options.old), _side(options.new)
    days = (options.as_of, options.known_at)
    _check_renames(options.rename, old, new)
    found = diff(old.at(*days), new.at(*days), days=days, renamed=dict(options.rename))
    together = max(len(old.choices.asked), len(new.choices.asked))
    found = evolve(found, omitted=tuple(_omitted(old, new, days)), together=together)
    kinds = found.facts
    names = options.old, options.new
    match options.format:
        case "json":
            print_json(report.diff_json(found, kinds, names))
        case "markdown":
            print_text(report.diff_markdown(found, kinds, names))
        case _:
            print_lines(report.diff_lines(found, kinds, names))
    if options.emit_scenarios:
        write_new(options.emit_scenarios, report.scenarios(found, kinds, new.choices.asked[0][0].name))
    return _status(found, options.fail_on)


def _status(found: Difference, fail_on: list[str] | None) -> int:
    if fail_on is None:
        changed = found.verdicts or found.presumed
        return FORBIDDEN if changed or found.unsettled or found.omitted else OK
    seen = {each.of.kind for each in found.changes} | {each.kind for each, _ in found.unsettled}
    seen |= {"enforcement changed"} if found.enforcement else set()
    seen |= {"presumptions changed"} if found.presumed else set()
    return FORBIDDEN if seen.intersection(fail_on) else OK


_Days = tuple[date | None, date | None]


def _omitted(old: PolicySet, new: PolicySet, days: _Days) -> Iterator[str]:
    """Versions of documents of both sides that differ, and that do not answer on these days."""
    ones, others = _versions(old), _versions(new)
    answers = {_version(each.policy) for one in (old, new) for each in one.at(*days).documents}
    common = {id_ for id_, _, _ in ones} & {id_ for id_, _, _ in others}
    for key in dict.fromkeys((*ones, *others)):
        if key[0] in common and key not in answers and ones.get(key) != others.get(key):
            yield f"{key[0]}@{key[1] or '(none)'}"


def _versions(policies: PolicySet) -> dict[tuple[str, str | None, date | None], str]:
    several = (each for history in policies.choices.histories for each in history)
    return {_version(each): each.digest for each in several}


def _version(policy: Policy) -> tuple[str, str | None, date | None]:
    return policy.id, policy.version, policy.recorded


def _check_renames(renames: list[tuple[str, str]], old: PolicySet, new: PolicySet) -> None:
    leaves = [{leaf.path: leaf.type for leaf in each.vocabulary.leaves()} for each in (old, new)]
    for before, after in renames:
        for name, policies in ((before, old), (after, new)):
            known = [leaf.path for leaf in policies.vocabulary.leaves()]
            if name not in known:
                raise PolicyError((mistake("TOS4002", None, (name, known), path=name),), {})
        problem = None
        if joined(leaves[0][before], leaves[1][after]) is None:
            problem = f"one is {article(leaves[0][before])}, the other {article(leaves[1][after])}"
        elif [one for one, _ in renames].count(before) + [two for _, two in renames].count(after) > 2:
            problem = "one of them is another fact already"
        if problem:
            words = {"before": before, "after": after, "problem": problem}
            raise PolicyError((mistake("TOS6024", None, None, **words),), {})


def _side(word: str) -> PolicySet:
    """A file, a folder, an id, or ``REV:PATH`` of git."""
    revision, colon, path = word.partition(":")
    if not colon or os.path.lexists(word) or _is_drive(revision):
        return load(word)
    found = texts_in(word, revision, path)
    if found.problems:
        raise PolicyError(found.problems, {})
    return load_texts(found.texts, found.asked)


def _is_drive(revision: str) -> bool:
    """Whether what stands before a colon is the letter of a drive, of Windows."""
    return len(revision) == 1 and revision.isalpha()
