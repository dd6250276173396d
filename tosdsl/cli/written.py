"""Files that a command writes, so that nobody loses anything by it.

What is not there is made. What is there is kept: a command takes the place of nothing but what it has
written there before, which it has to know by its beginning.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import tempfile
from pathlib import Path

from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.errors import PolicyError

_BELOW = ", and put what is in it below the policy"
_BEGINNING = 1_000
"""Characters by which a report is known."""


def write_report(name: str, text: str, known: re.Pattern[str]) -> None:
    """A file that was not there before, was empty, or held a report: ``known`` is how one begins. Of
    what is no file, such as a terminal, nothing can be lost. Raises PolicyError."""
    path = Path(name)
    try:
        if path.is_file():
            with path.open(encoding="utf-8", errors="replace") as stream:
                begun = stream.read(_BEGINNING)
            if begun and known.match(begun) is None:
                words = {"why": "it holds something else than such a report", "then": ""}
                raise PolicyError((mistake("TOS6023", None, None, name=name, **words),), {})
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise PolicyError((_cannot_write(name, error),), {}) from None


_SCENARIOS = "scenarios are written into no file that is"


def write_new(name: str, text: str, why: str = _SCENARIOS, then: str = _BELOW) -> None:
    """A file that was not there before: scenarios are mostly asked for beside the policy that they are
    of, and its name is soon written by mistake. ``why`` and ``then`` say of a file that is there why it
    is left alone. Raises PolicyError."""
    path = Path(name)
    try:
        stream = path.open("x", encoding="utf-8", newline="\n")
    except FileExistsError:
        words = {"why": why, "then": then}
        raise PolicyError((mistake("TOS6023", None, None, name=name, **words),), {}) from None
    except OSError as error:
        raise PolicyError((_cannot_write(name, error),), {}) from None
    try:
        with stream:
            stream.write(text)
    except OSError as error:
        path.unlink(missing_ok=True)  # half of it is of no use
        raise PolicyError((_cannot_write(name, error),), {}) from None


def _cannot_write(name: str, error: OSError) -> Diagnostic:
    return mistake("TOS6010", None, name=name, problem=error.strerror or str(error))


def rewrite(file: str, raw: bytes) -> None:
    """Other content in a file that stays what it is: its mode, owner, extended attributes and names.

    A file of one name is replaced at once, so that whatever happens it holds the old content or the
    new. That would part a file of several names (hard links) from the others, and take one of another
    owner away from that owner: there the content is written over, with the old one in a file beside it
    until the new one is on the disk. A file that nobody may write is left alone, also by one who may
    write anything. Raises OSError.
    """
    found = os.lstat(file)
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "it is no longer a file", file)
    if not found.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(file, os.W_OK):
        raise OSError(errno.EACCES, "it may only be read", file)
    beside = _beside(file, raw, like=found) if found.st_nlink == 1 else None
    if beside is None:
        _write_over(file, raw)
        return
    try:
        os.replace(beside, file)
    except OSError:
        os.unlink(beside)
        raise


def _beside(file: str, raw: bytes, like: os.stat_result | None = None) -> str | None:
    """A new file in the same folder, safe on the disk; None if it cannot be what ``file`` is."""
    folder, name = os.path.split(file)
    handle, made = tempfile.mkstemp(dir=folder or ".", prefix=f".{name[:100]}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(raw)
            stream.flush()
            os.fsync(handle)
        if like is not None and not _made_alike(made, file, like):
            os.unlink(made)
            return None
    except BaseException:  # also the stop from the keyboard
        os.unlink(made)
        raise
    return made


def _made_alike(made: str, file: str, like: os.stat_result) -> bool:
    """Whether a file could be given the owner, the mode and the attributes of another."""
    now = os.stat(made)
    try:
        if (now.st_uid, now.st_gid) != (like.st_uid, like.st_gid):
            os.chown(made, like.st_uid, like.st_gid)
        shutil.copystat(file, made)
    except PermissionError:
        return False
    os.utime(made)
    return True


def _write_over(file: str, raw: bytes) -> None:
    with open(file, "rb") as stream:
        old = stream.read()
    kept = _beside(file, old)
    assert kept is not None  # nothing was asked of it
    try:
        _put(file, raw)
    except BaseException:
        try:
            _put(file, old)
        except OSError as error:
            problem = f"{error.strerror or error}; what it held is in `{kept}`"
            raise OSError(error.errno, problem, file) from error
        os.unlink(kept)
        raise
    os.unlink(kept)


def _put(file: str, raw: bytes) -> None:
    """The new content first, and only then the end: what is not yet written over still stands."""
    handle = os.open(file, os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "wb", buffering=0) as stream:
        view = memoryview(raw)
        while view:
            view = view[stream.write(view) :]
        stream.truncate()
        os.fsync(handle)
