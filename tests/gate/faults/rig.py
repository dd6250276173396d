"""A gate that runs, callers that ask it without pause, and what can be seen of it."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import httpx
from attrs import define, field, frozen

from tests.gate.conftest import GATE, Folder
from tests.gate.rig import client, gate

GOOD = {"authorization": "Bearer acme", "x-sold": "false", "x-media": "api"}
BAD = {**GOOD, "x-sold": "true"}
PATH = "/envoy/check/v1/items"


@frozen
class Seen:
    """What was seen of one fault, in words, and whether it is what must come of it."""

    said: str
    right: bool


@define
class Load:
    """Callers that ask without pause, two uses in turn: one that is permitted and one that is not."""

    base: str
    threads: int = 4
    answers: Counter[str] = field(factory=Counter)
    """How often each status came, under ``wrong`` those that it must not be, by error what broke."""
    ids: list[str] = field(factory=list)
    """The decisions that were answered."""
    _stop: Event = field(factory=Event)
    _running: list[Thread] = field(factory=list)

    def _run(self) -> None:
        with client(self.base) as asked:
            while not self._stop.is_set():
                for headers, expected in ((GOOD, 200), (BAD, 403)):
                    try:
                        answer = asked.get(PATH, headers=headers)
                    except httpx.HTTPError as error:
                        self.answers[type(error).__name__] += 1
                        time.sleep(0.01)
                        continue
                    self.answers[str(answer.status_code)] += 1
                    self.answers["wrong"] += answer.status_code != expected
                    self.ids.append(answer.headers["x-tosdsl-decision-id"])

    def __enter__(self) -> Load:
        self._running = [Thread(target=self._run) for _ in range(self.threads)]
        for each in self._running:
            each.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for each in self._running:
            each.join()

    @property
    def count(self) -> int:
        return len(self.ids)


@contextmanager
def served(
    more: str = "", *, text: str = GATE
) -> Iterator[tuple[Folder, str, subprocess.Popen[bytes]]]:
    """A gate in a folder of its own that runs."""
    with tempfile.TemporaryDirectory() as made:
        folder = Folder(Path(made))
        folder.write("gate.yaml", text + more)
        with gate(folder.path / "gate.yaml") as (base, process):
            yield folder, base, process


def status(base: str, headers: dict[str, str] | None = None, path: str = PATH) -> int:
    with client(base) as asked:
        return asked.get(path, headers=headers or GOOD).status_code


def until(holds: Callable[[], bool], seconds: float = 10) -> float:
    """Seconds until it holds; infinite if it never does."""
    began = time.monotonic()
    while time.monotonic() < began + seconds:
        if holds():
            return time.monotonic() - began
        time.sleep(0.05)
    return float("inf")


def memory(process: subprocess.Popen[bytes], key: str = "VmRSS") -> float:
    """Megabytes of a process: what it holds now, or with ``VmHWM`` the most it ever held."""
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith(f"{key}:"):
            return int(line.split()[1]) / 1024
    raise AssertionError(key)
