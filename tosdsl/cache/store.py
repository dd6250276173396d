"""Entries on disk by key. In: bytes to keep. Out: the same bytes, or None.

An entry is written beside its place and renamed, so that it is there whole or not at all, however many
processes write. Its header has the length and the digest of what follows: a torn, foreign or damaged
file is a miss. What this user did not write, or others could have written, is not read.
"""

from __future__ import annotations

import os
import stat
import time

from tosdsl.base.limits import MAX_CACHE_BYTES, MAX_CACHE_ENTRY
from tosdsl.cache import place
from tosdsl.library.digest import SIZE, digest, started

_MAGIC = b"tosdsl cache\n"
_LENGTH = 8
_HEADER = len(_MAGIC) + _LENGTH + SIZE
_SUFFIX = ".image"
_UNDER_WAY = ".part"
_STALE = 3600
"""Seconds after which a file under way is one that a process left behind."""
_DAY = 86400
_READ = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)


class Store:
    """The entries in one folder, for one user. Nothing here raises OSError."""

    def __init__(self, path: str, owner: int, limit: int = MAX_CACHE_BYTES) -> None:
        self.path = path
        self.owner = owner
        self.limit = limit

    def get(self, key: str) -> memoryview | None:
        """What was put under the key, if it is there, whole, and nobody else could have written it."""
        try:
            held = self._folder()
            if held is None:
                return None
            try:
                data = self._read(held, key + _SUFFIX)
            finally:
                os.close(held)
        except (OSError, ValueError, MemoryError):
            return None
        if data is None or data[: len(_MAGIC)] != _MAGIC:
            return None
        body = memoryview(data)[_HEADER:]
        length = int.from_bytes(data[len(_MAGIC) : len(_MAGIC) + _LENGTH], "little")
        said = data[_HEADER - SIZE : _HEADER]
        return body if length == len(body) and digest(body) == said else None

    def put(self, key: str, body: bytes) -> bool:
        """Keep the bytes under the key. Whether it worked."""
        if len(body) > min(MAX_CACHE_ENTRY, self.limit) or not place.make(self.path, self.owner):
            return False
        part = f"{key}.{os.getpid()}.{os.urandom(6).hex()}{_UNDER_WAY}"
        try:
            held = self._folder()
            if held is None:
                return False
            try:
                self._write(held, part, body)
                os.rename(part, key + _SUFFIX, src_dir_fd=held, dst_dir_fd=held)
                self._sweep(held)
            except BaseException:
                self._remove(held, part)
                raise
            finally:
                os.close(held)
        except (OSError, ValueError):
            return False
        return True

    def _folder(self) -> int | None:
        """The folder, open: what is checked here is what is read, whatever its name leads to later."""
        held = os.open(self.path, _READ | os.O_DIRECTORY)
        found = os.fstat(held)
        if place.private(found, self.owner):
            return held
        os.close(held)
        return None

    def _read(self, held: int, name: str) -> bytes | None:
        file = os.open(name, _READ | getattr(os, "O_NONBLOCK", 0), dir_fd=held)
        try:
            found = os.fstat(file)
            fits = _HEADER <= found.st_size <= MAX_CACHE_ENTRY + _HEADER
            if not stat.S_ISREG(found.st_mode) or not place.private(found, self.owner) or not fits:
                return None
            if time.time() - found.st_mtime > _DAY:
                self._used(file)
            with os.fdopen(file, "rb", closefd=False) as stream:
                return stream.read()
        finally:
            os.close(file)

    @staticmethod
    def _used(file: int) -> None:
        """An entry in use is not the oldest."""
        try:
            os.utime(file)
        except OSError:  # a disk that cannot be written
            return

    @staticmethod
    def _write(held: int, name: str, body: bytes) -> None:
        header = _MAGIC + len(body).to_bytes(_LENGTH, "little") + digest(body)
        file = os.open(name, _WRITE, 0o600, dir_fd=held)
        with os.fdopen(file, "wb") as stream:
            stream.write(header)
            stream.write(body)

    def _sweep(self, held: int) -> None:
        """Remove what was left behind, and the oldest entries past the limit."""
        now = time.time()
        entries: list[tuple[float, int, str]] = []
        with os.scandir(held) as found:
            for each in found:
                try:
                    state = each.stat(follow_symlinks=False)
                except FileNotFoundError:  # another process has renamed or removed it
                    continue
                if each.name.endswith(_SUFFIX):
                    entries.append((state.st_mtime, state.st_size, each.name))
                elif each.name.endswith(_UNDER_WAY) and now - state.st_mtime > _STALE:
                    self._remove(held, each.name)
        total = sum(size for _, size, _ in entries)
        for _, size, name in sorted(entries)[:-1]:
            if total <= self.limit:
                break
            self._remove(held, name)
            total -= size

    @staticmethod
    def _remove(held: int, name: str) -> None:
        try:
            os.unlink(name, dir_fd=held)
        except OSError:  # another process was first, or the disk cannot be written
            return


def open_store() -> Store | None:
    """The cache of this user; None where there is none, or files do not tell whose they are."""
    owner = place.user()
    path = place.folder() if owner is not None else None
    return None if path is None or owner is None else Store(path, owner)


def key_of(kind: str, *parts: str) -> str:
    """The name of an entry: what was asked for, by which program."""
    made = started(place.program())
    for part in (kind, *parts):
        raw = part.encode("utf-8", "surrogatepass")
        made.update(len(raw).to_bytes(8, "little"))
        made.update(raw)
    return str(made.hexdigest())
