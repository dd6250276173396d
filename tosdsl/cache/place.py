"""Where the cache is, and which program it is for.

``TOSDSL_CACHE`` names a folder, or is ``off``; else it is ``tosdsl`` in ``XDG_CACHE_HOME``, else in
``~/.cache``. Only what this user alone can write is trusted: reading runs code from the cache.
"""

from __future__ import annotations

import os
import stat
import sys

from tosdsl.library.digest import started

VARIABLE = "TOSDSL_CACHE"
OFF = ("off", "0", "no", "false")
FORMAT = 1
"""Raised when the layout of an entry changes."""

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_PARTS = (".py", ".lark")


def folder() -> str | None:
    """The folder of the cache, whether or not it exists; None if there is to be none."""
    said = os.environ.get(VARIABLE, "")
    if said.lower() in OFF:
        return None
    if said:
        return os.path.abspath(said)
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):  # the standard has relative ones ignored
        home = os.path.expanduser("~")
        if not os.path.isabs(home):
            return None
        base = os.path.join(home, ".cache")
    return os.path.join(base, "tosdsl")


def user() -> int | None:
    """The user as whom this process acts; None where that cannot be known, or is not one user."""
    if not hasattr(os, "geteuid") or not hasattr(os, "O_NOFOLLOW") or os.open not in os.supports_dir_fd:
        return None
    acting = os.geteuid()
    return acting if acting == os.getuid() else None


def private(found: os.stat_result, owner: int) -> bool:
    """Whether a file or folder is this user's and nobody else can write it."""
    return found.st_uid == owner and not found.st_mode & _OTHERS_WRITE


def make(path: str, owner: int) -> bool:
    """Make the folder for this user alone. Not in a home that belongs to somebody else."""
    above = os.path.dirname(path)
    try:
        while not os.path.exists(above):
            above = os.path.dirname(above)
        sticky = os.stat(above)
        if sticky.st_uid != owner and not sticky.st_mode & stat.S_ISVTX:
            return False
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        os.mkdir(path, mode=0o700)
    except FileExistsError:
        return True
    except (OSError, ValueError):
        return False
    return True


def program() -> bytes:
    """What an entry is for: this program as it is installed, this Python, this format.

    The version alone would do for releases; the files' sizes and times tell a checkout's changes.
    """
    known = _KNOWN.get(_PACKAGE)
    if known is None:
        known = _KNOWN[_PACKAGE] = _program()
    return known


_KNOWN: dict[str, bytes] = {}


_ANY = ("utf-8", "surrogatepass")
"""The names of folders need not be UTF-8."""


def _program() -> bytes:
    made = started(repr((FORMAT, sys.version, sys.implementation.cache_tag, sys.byteorder)).encode())
    todo = [_PACKAGE, os.path.join(os.path.dirname(_PACKAGE), "grammars")]
    while todo:
        above = todo.pop(0)
        try:
            with os.scandir(above) as entries:
                found = sorted(entries, key=lambda each: each.name)
        except OSError:
            continue
        for entry in found:
            if entry.name.endswith(_PARTS):
                state = entry.stat()
                made.update(f"{entry.path}\0{state.st_size}\0{state.st_mtime_ns}\n".encode(*_ANY))
            elif entry.is_dir() and not entry.name.startswith(("__pycache__", ".")):
                todo.append(entry.path)
    digest: bytes = made.digest()
    return digest
