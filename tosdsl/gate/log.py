"""The decision log: JSON Lines, one for each decision, enough to decide it again.

Values of facts stand in it only where the mapping says so; of the others a salted hash, by which equal
values are still seen to be equal. A thread writes. The queue in front of it is bounded: a request never
waits, and what does not fit is counted. With ``log_or_deny`` the line is on the disk before the answer
is given, and a line that cannot be written is a refusal.
"""

from __future__ import annotations

import atexit
import json
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from secrets import token_hex
from threading import Event, Lock, Thread
from time import sleep
from typing import Any

from attrs import frozen

from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.gate.plan import LogPlan
from tosdsl.trees.quantities import read_instant

SCHEMA = "tosdsl.gate.log/1"


_sorted = json.JSONEncoder(sort_keys=True, ensure_ascii=False, default=str).encode
_quoted = json.encoder.encode_basestring
compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""Data as the lines of the log have it."""

_FEW = 16
"""Fields of a record that is written without the encoder."""

_GATHER = 0.003
"""Seconds for which the thread that writes lets lines gather: each write takes turns with requests."""


@cache
def engine() -> str:
    """The version of the program."""
    return version("tosdsl")


def hashed(value: Any, salt: bytes) -> str:
    """A salted hash of JSON-ready data. Who has the salt can try values of which there are few."""
    return hashing(salt, lambda ready: ready)(value)


def simple_text(value: Any) -> str | None:
    """A value as JSON, keys in order: of texts, truths, and flat records of these, as most facts are.
    None of all others. To make the encoder ready takes longer than this."""
    if type(value) is str:
        return _quoted(value)
    if value is True:
        return "true"
    if value is False:
        return "false"
    if type(value) is not dict or len(value) > _FEW:
        return None
    parts = []
    for key, inner in value.items():
        if type(key) is not str:
            return None
        if type(inner) is str:
            parts.append((key, f"{_quoted(key)}: {_quoted(inner)}"))
        elif inner is True or inner is False:
            parts.append((key, f"{_quoted(key)}: {'true' if inner else 'false'}"))
        else:
            return None
    return f"{{{', '.join([text for _, text in sorted(parts)])}}}"


def hashing(salt: bytes, plain: Callable[[Any], Any]) -> Callable[[Any], str]:
    """The same for many values. ``plain`` makes JSON-ready data of those that are none."""
    empty = blake2b(key=salt, digest_size=16)

    def salted(value: Any) -> str:
        text = simple_text(value)
        if text is None:
            text = _sorted(plain(value))
        made = empty.copy()
        made.update(text.encode("utf-8", "surrogatepass"))
        return made.hexdigest()

    return salted


def unwritable(plan: LogPlan, folder: str) -> Diagnostic | None:
    """What is wrong with the place of a log, before anything is written."""
    path = Path(folder, plan.to)
    if path.is_dir():
        problem = "it is a folder"
    elif not path.parent.is_dir():
        problem = "its folder is not there"
    elif not os.access(path if path.exists() else path.parent, os.W_OK):
        problem = "writing is not allowed there"
    else:
        return None
    return mistake("TOS6010", plan.span, name=str(path), problem=problem)


def written(several: Iterable[str]) -> bytes:
    """Lines as they stand in the file."""
    return "".join([f"{each}\n" for each in several]).encode("utf-8", "backslashreplace")


class Log:
    """Writes lines to a file. Safe to share between threads."""

    def __init__(self, plan: LogPlan, folder: str) -> None:
        self.plan = plan
        self.path = Path(folder, plan.to)
        self.salt = plan.salt.encode()[:64] or token_hex(16).encode()
        self.dropped = 0
        self.written = 0
        self.failure: str | None = None
        """Why the last write failed; None after one that did not."""
        self._lines: deque[str] = deque()
        self._wake = Event()
        self._stop = False
        self._lock = Lock()
        self._thread: Thread | None = None

    def add(self, line: str) -> bool:
        """Whether the line is kept: queued, or with ``log_or_deny`` written."""
        if self.plan.must:
            return self._write([line])
        if len(self._lines) >= self.plan.queue:
            self.dropped += 1
            return False
        self._lines.append(line)
        if not self._wake.is_set():
            self._wake.set()
        if self._thread is None:
            self._start()
        return True

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                atexit.register(self.close)  # else what is queued ends with the process
                self._thread = Thread(target=self._run, name="tosdsl-gate-log", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while not self._stop:
            self._wake.wait()
            sleep(_GATHER)
            self._wake.clear()
            self._flush()

    def _flush(self) -> None:
        while self._lines:
            several = [self._lines.popleft() for _ in range(min(len(self._lines), 256))]
            if not self._write(several):
                self.dropped += len(several)

    def _write(self, several: list[str]) -> bool:
        raw = written(several)
        with self._lock if self.plan.must else _Free():
            try:
                self._append(raw)
            except OSError as error:
                self.failure = error.strerror or str(error)
                return False
        self.failure = None
        self.written += len(several)
        return True

    def _append(self, raw: bytes) -> None:
        """All of it, or nothing: what a full disk leaves of a line is taken back."""
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            before = os.fstat(handle).st_size
            if self.plan.rotate and before > self.plan.rotate:
                os.replace(self.path, f"{self.path}.1")
                os.close(handle)
                handle = os.open(
                    self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600
                )
                before = 0
            elif before and _torn(self.path, before):  # a process was killed while it wrote
                os.write(handle, b"\n")
            view = memoryview(raw)
            try:
                while view:
                    view = view[os.write(handle, view) :]
            except OSError:
                os.ftruncate(handle, before)
                raise
        finally:
            os.close(handle)

    def close(self) -> None:
        """Write what is queued, and stop. Takes 5 s at most, if the disk does not answer."""
        self._stop = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(5)
            if self._thread.is_alive():
                return
        self._flush()

    @property
    def waiting(self) -> int:
        """Lines in the queue."""
        return len(self._lines)


class _Free:
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def _torn(path: Path, size: int) -> bool:
    with open(path, "rb") as stream:
        stream.seek(size - 1)
        return stream.read(1) != b"\n"


@frozen
class Torn:
    """A line that is no whole one: its number in the file, from 1."""

    number: int


def read_lines(lines: Iterable[bytes]) -> Iterator[Mapping[str, Any] | Torn]:
    """The lines of a log as data; what was cut off by the end of a process is ``Torn``."""
    for number, raw in enumerate(lines, 1):
        if not raw.strip():
            continue
        try:
            line = json.loads(raw)
        except ValueError:
            line = None
        known = isinstance(line, dict) and line.get("schema") == SCHEMA
        yield line if known else Torn(number)


def day_of(line: Mapping[str, Any]) -> date | None:
    """The day or the moment of the use in a line."""
    text = line.get("as_of")
    if not isinstance(text, str):
        return None
    return read_instant(text) or date.fromisoformat(text)
