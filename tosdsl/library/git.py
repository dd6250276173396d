"""Texts of policies as a revision of git has them. The one place that runs git.

In: the name of a revision and a path in it. Out: the texts there and around it, under the names
``REV:PATH``, or what is wrong. Or in: a folder. Out: every text of a policy that its history knows.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Container, Iterator, Mapping
from posixpath import dirname, join, normpath
from typing import NamedTuple

from tosdsl.base import limits
from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.library.files import decoded
from tosdsl.library.listing import SUFFIXES, is_hidden, neighbours_in


class Texts(NamedTuple):
    """Texts by name, those of them that were asked for, and what is wrong: then there are none."""

    texts: Mapping[str, str]
    asked: tuple[str, ...]
    problems: tuple[Diagnostic, ...] = ()


class _Refused(Exception):
    """Why there are no texts; it never leaves this module."""

    def __init__(self, *problems: Diagnostic) -> None:
        super().__init__()
        self.problems = problems


def texts_in(word: str, revision: str, path: str) -> Texts:
    """The texts of a file or a folder in a revision, with what stood around it. ``word`` is what the
    caller wrote, for a mistake to quote."""
    try:
        return _texts_in(word, revision, path)
    except _Refused as refused:
        return Texts({}, (), refused.problems)


def _texts_in(word: str, revision: str, path: str) -> Texts:
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
            raise _Refused(mistake("TOS6004", None, name=f"`{word}`"))
        problem = f"there is no such file in {revision}"
        raise _Refused(mistake("TOS6002", None, name=word, problem=problem))
    around = neighbours_in(texts, dirname(place) if place in texts else folder.rstrip("/"))
    names = {each: f"{revision}:{each}" for each in (*wanted, *around)}
    read: dict[str, str] = {}
    for each, name in names.items():
        problems: list[Diagnostic] = []
        text = _text(word, name, listed[each], problems)
        if text is not None:
            read[name] = text
        elif each in wanted:  # of what stands around it, nothing may be needed
            raise _Refused(*problems)
    return Texts(read, tuple(names[each] for each in wanted))


def _tree(word: str, revision: str) -> str:
    """The name that git gives to what a revision holds: from here on, no word of a caller's is told to
    git. A word that begins with a hyphen would be an option to it."""
    if not revision or revision.startswith("-"):
        problem = "no revision is named" if not revision else "no revision begins with a hyphen"
        raise _Refused(mistake("TOS6013", None, name=word, problem=problem))
    found = _git(word, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{tree}}")
    return found.decode("ascii").strip()


class Blob(NamedTuple):
    """A text in the history of the repository around a folder, by the name of its content in git."""

    folder: str
    name: str

    def read_bytes(self) -> bytes:
        """The content. Raises OSError."""
        try:
            return _git(self.name, "cat-file", "blob", self.name, folder=self.folder)
        except _Refused:
            raise FileNotFoundError(self.name) from None


_CHANGED = re.compile(rb":\d{6} \d{6} ([0-9a-f]{40,64}) ([0-9a-f]{40,64}) ")
"""How git writes that a file changed: its modes, and its contents before and after."""

_AT_ONCE = 200
"""Contents that git is asked for together."""


def blobs_of(folder: str, but: Container[str] = ()) -> Iterator[tuple[Blob, bytes]]:
    """Every text that was ever a policy file in the repository of a folder, with its content, but for
    those whose names are known; nothing, if there is no repository, or no git."""
    try:
        paths = [f":(top)*{each}" for each in SUFFIXES]
        every = ("--all", "--reflog", "--full-history", "--", *paths)
        commits = _git(folder, "rev-list", *every, folder=folder)
        changes = ("diff-tree", "--stdin", "-r", "-m", "--root", "--raw", "--no-abbrev", "-z")
        told = _git(folder, *changes, "--", *paths, folder=folder, said=commits)
        found = (each.decode("ascii") for pair in _CHANGED.findall(told) for each in pair)
        names = list(dict.fromkeys(found))
        checked = _git(folder, "cat-file", "--batch-check", folder=folder, said=_lines(names))
        kinds = (each.split() for each in checked.decode("ascii").splitlines())
        small = [
            Blob(folder, name)
            for name, kind, size in (each for each in kinds if len(each) == 3)
            if kind == "blob" and int(size) <= limits.MAX_FILE_BYTES
        ]
        wanted = [each for each in small if each.name not in but]
        for at in range(0, len(wanted), _AT_ONCE):
            several = wanted[at : at + _AT_ONCE]
            names = [each.name for each in several]
            content = _git(folder, "cat-file", "--batch", folder=folder, said=_lines(names))
            yield from zip(several, _batch(content), strict=True)
    except _Refused:
        return


def _lines(names: list[str]) -> bytes:
    return "".join(f"{each}\n" for each in names).encode("ascii")


def _batch(content: bytes) -> Iterator[bytes]:
    """The contents that git has printed: a line that ends in the size, that many bytes, a line feed."""
    at = 0
    while at < len(content):
        begins = content.index(b"\n", at) + 1
        size = int(content[at:begins].split()[-1])
        yield content[begins : begins + size]
        at = begins + size + 1


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
    diagnostic. Raises _Refused, if git does not give it."""
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


def _git(word: str, *arguments: str, folder: str | None = None, said: bytes | None = None) -> bytes:
    """What git prints, run in a folder, or else in that at hand; ``said`` is what it reads. Which
    repository it is, git finds as it does for a person there, with ``GIT_DIR`` and the like: in a hook,
    git itself sets them."""
    try:
        done = subprocess.run(
            ["git", "--no-pager", *arguments],
            input=said or b"",
            capture_output=True,
            check=True,
            cwd=folder,
            env={**os.environ, **_QUIET},
        )
    except FileNotFoundError:
        problem = "the program git is not installed"
    except subprocess.CalledProcessError as error:
        lines = os.fsdecode(error.stderr).strip().splitlines()
        problem = (lines or ["git refuses it"])[0].removeprefix("fatal: ")
    else:
        return done.stdout
    raise _Refused(mistake("TOS6013", None, name=word, problem=problem))
