"""``tosdsl diff``: what a change of a policy changes, with uses that show it, or a proof."""

from __future__ import annotations

import argparse
import os
import subprocess
from collections.abc import Iterator
from datetime import date
from posixpath import dirname, join, normpath
from typing import NamedTuple

from attrs import evolve

from tosdsl.analysis import report
from tosdsl.analysis.changes import KINDS, Difference
from tosdsl.analysis.diff import diff
from tosdsl.analysis.facts import joined
from tosdsl.base import limits
from tosdsl.base.span import Span
from tosdsl.cli.terminal import FORBIDDEN, OK, print_json, print_lines, print_text
from tosdsl.cli.written import write_new
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.elaborate.types import article
from tosdsl.errors import PolicyError
from tosdsl.facade import PolicySet, load, load_texts
from tosdsl.library.files import decoded
from tosdsl.library.listing import SUFFIXES, is_hidden, neighbours_in
from tosdsl.trees.norms import Policy


def run(options: argparse.Namespace) -> int:
    """Print the difference; the status tells whether a verdict changes."""
    old, new = _side(options.old), _side(options.new)
    days = (options.as_of, options.known_at)
    _check_renames(options.rename, old, new)
    found = diff(old.at(*days), new.at(*days), days=days, renamed=dict(options.rename))
    found = evolve(found, omitted=tuple(_omitted(old, new, days)))
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
        return FORBIDDEN if found.verdicts or found.unsettled or found.omitted else OK
    seen = {each.of.kind for each in found.changes} | {each.kind for each, _ in found.unsettled}
    seen |= {KINDS[-1]} if found.enforcement else set()
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
    return _of_revision(word, revision, path)


def _is_drive(revision: str) -> bool:
    """Whether what stands before a colon is the letter of a drive, of Windows."""
    return len(revision) == 1 and revision.isalpha()


def _of_revision(word: str, revision: str, path: str) -> PolicySet:
    """The policies of a file or a folder in a revision of git, with what stood around it."""
    tree = _tree(word, revision)
    listed = _listed(word, tree)
    texts = [each for each in listed if each.endswith(SUFFIXES)]
    here = os.fsdecode(_git(word, "rev-parse", "--show-prefix")).removesuffix("\n")
    folder = ""
    # From here, as a shell completes it; or else from the top, as git itself reads it.
    for start in (here,) if path.startswith(".") else (here, ""):
        place = normpath(join(start, path))
        folder = "" if place == "." else f"{place}/"
        wanted = [each for each in texts if each == place or _is_below(each, folder)]
        if wanted:
            break
    else:
        if any(each.startswith(folder) for each in listed):
            raise PolicyError((mistake("TOS6004", None, name=f"`{word}`"),), {})
        problem = f"there is no such file in {revision}"
        raise PolicyError((mistake("TOS6002", None, name=word, problem=problem),), {})
    around = neighbours_in(texts, dirname(place) if place in texts else folder.rstrip("/"))
    names = {each: f"{revision}:{each}" for each in (*wanted, *around)}
    read: dict[str, str] = {}
    for each, name in names.items():
        problems: list[Diagnostic] = []
        text = _text(word, name, listed[each], problems)
        if text is not None:
            read[name] = text
        elif each in wanted:  # of what stands around it, nothing may be needed
            raise PolicyError(tuple(problems), {})
    return load_texts(read, [names[each] for each in wanted])


def _tree(word: str, revision: str) -> str:
    """The name that git gives to what a revision holds: from here on, no word of a caller's is told to
    git. A word that begins with a hyphen would be an option to it."""
    if not revision or revision.startswith("-"):
        problem = "no revision is named" if not revision else "no revision begins with a hyphen"
        raise PolicyError((mistake("TOS6013", None, name=word, problem=problem),), {})
    found = _git(word, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{tree}}")
    return found.decode("ascii").strip()


class _Blob(NamedTuple):
    """A file in a revision."""

    name: str
    size: int
    is_link: bool


def _listed(word: str, tree: str) -> dict[str, _Blob]:
    """Every file of a revision, by its path from the top."""
    found: dict[str, _Blob] = {}
    for each in _git(word, "ls-tree", "-r", "-l", "-z", "--full-tree", tree).split(b"\0"):
        about, _, path = each.partition(b"\t")
        mode, kind, name, size = about.decode("ascii").split() if about else ("", "", "", "")
        if kind == "blob":
            found[os.fsdecode(path)] = _Blob(name, int(size), mode == "120000")
    return found


def _is_below(file: str, folder: str) -> bool:
    """Whether a file is in a folder and not hidden there."""
    return file.startswith(folder) and not is_hidden(file[len(folder) :])


def _text(word: str, name: str, blob: _Blob, problems: list[Diagnostic]) -> str | None:
    """The text of a file in a revision, which is looked at before it is read, or None with a
    diagnostic. Raises PolicyError, if git does not give it."""
    top = Span(name, 1, 1, 1, 2)
    if blob.is_link:
        problem = "it is a link, and no file, in this revision"
        problems.append(mistake("TOS6002", top, name=name, problem=problem))
    elif blob.size > limits.MAX_FILE_BYTES:
        problems.append(mistake("TOS5001", top, limit=limits.MAX_FILE_BYTES))
    else:
        return decoded(_git(word, "cat-file", "blob", blob.name), name, problems)
    return None


_QUIET = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}
"""What is asked of git changes nothing, fetches nothing and waits for nobody."""


def _git(word: str, *arguments: str) -> bytes:
    """What git prints. Which repository it is, git finds as it does for a person in this folder, with
    ``GIT_DIR`` and the like: in a hook, git itself sets them."""
    try:
        done = subprocess.run(
            ["git", "--no-pager", *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            env={**os.environ, **_QUIET},
        )
    except FileNotFoundError:
        problem = "the program git is not installed"
    except subprocess.CalledProcessError as error:
        lines = os.fsdecode(error.stderr).strip().splitlines()
        problem = (lines or ["git refuses it"])[0].removeprefix("fatal: ")
    else:
        return done.stdout
    raise PolicyError((mistake("TOS6013", None, name=word, problem=problem),), {})
