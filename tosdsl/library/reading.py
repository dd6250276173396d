"""How a file is read: a regular one, never waited for, and no more of it than is wanted.

A named pipe would be waited for, a device may have no end, and a file may be larger than the memory. So
a file is looked at before it is read. Imports no more than a check of the cache needs.
"""

from __future__ import annotations

import errno
import os
import stat

from tosdsl.base import limits

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing takes longer to import
    from typing import BinaryIO

_KINDS = (
    (stat.S_ISDIR, "it is a folder, not a file"),
    (stat.S_ISFIFO, "it is a named pipe, not a file"),
    (stat.S_ISSOCK, "it is a socket, not a file"),
    (stat.S_ISCHR, "it is a device, not a file"),
    (stat.S_ISBLK, "it is a device, not a file"),
)

_OPENED = (os.devnull, "/dev/stdin", "/dev/fd/", "/proc/self/fd/")
"""Beginnings of the names that a shell gives to what it has opened itself: ``<(command)`` is one."""

_OPEN = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)


class TextFile:
    """A text's place: a path. ``most``: the bytes that it may have."""

    __slots__ = ("most", "path")

    def __init__(self, path: str | os.PathLike[str], most: int | None = None) -> None:
        self.path = os.fspath(path)
        self.most = limits.MAX_FILE_BYTES if most is None else most

    def __fspath__(self) -> str:
        return self.path

    __str__ = __fspath__

    def read_bytes(self) -> bytes:
        """The content, or one byte more than it may have. Raises OSError."""
        return read_file(self.path, self.most)


class OpenedFile(TextFile):
    """What was named as the one text to read: also what the shell has opened, a pipe most often."""

    __slots__ = ()

    def read_bytes(self) -> bytes:
        """As that of a file. Raises OSError."""
        if not self.path.startswith(_OPENED):
            return super().read_bytes()
        with open(self.path, "rb") as stream:
            return stream.read(self.most + 1)


def open_bytes(path: str) -> BinaryIO:
    """A regular file, or what the shell has opened, to be read in parts. Raises OSError."""
    if path.startswith(_OPENED):
        return open(path, "rb")
    _refuse_other_kinds(os.stat(path), path)
    handle = os.open(path, _OPEN | _AT_ONCE)
    try:
        _refuse_other_kinds(os.fstat(handle), path)  # it may have changed places with another
    except OSError:
        os.close(handle)
        raise
    return os.fdopen(handle, "rb")


def read_file(path: str, most: int) -> bytes:
    """The content of a regular file: all of it, or ``most`` bytes and one that shows that there are
    more. Raises OSError, also of what is no regular file."""
    _refuse_other_kinds(os.stat(path), path)  # a device may act on being opened
    handle = os.open(path, _OPEN | _AT_ONCE)
    try:
        found = os.fstat(handle)
        _refuse_other_kinds(found, path)  # it may have changed places with another
        with os.fdopen(handle, "rb", closefd=False) as stream:
            raw = stream.read(min(found.st_size, most) + 1)
            return raw if len(raw) <= found.st_size else raw + stream.read(most + 1 - len(raw))
    finally:
        os.close(handle)


def _refuse_other_kinds(found: os.stat_result, path: str) -> None:
    if not stat.S_ISREG(found.st_mode):
        words = next((words for is_one, words in _KINDS if is_one(found.st_mode)), "it is no file")
        raise OSError(errno.EINVAL, words, path)


def leads_out(file: str, folder: str | None = None) -> str | None:
    """Where a link leads that leads out of a folder, by default that in which it stands; None of all
    that stays inside."""
    try:
        there = os.path.realpath(file)
        inside = os.path.realpath(os.path.dirname(file) if folder is None else folder)
    except (OSError, ValueError):
        return None
    return None if there.startswith(os.path.join(inside, "")) else there
