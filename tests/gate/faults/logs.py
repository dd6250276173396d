"""A process that is killed while it writes its log, and a disk that is full."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.gate.faults.rig import GOOD, PATH, Load, Seen, served, status, until
from tests.gate.rig import client, gate
from tosdsl.gate.log import Torn, read_lines

SECONDS = 4.0


def _killed(settings: str) -> tuple[int, int, int, bool]:
    """Answered, answered but not in the log, lines that are torn, and whether a new process goes on."""
    with served(f"log: {{to: log.jsonl, values: ['*']{settings}}}\n") as (folder, base, process):
        log = folder.path / "log.jsonl"
        with Load(base) as load:
            time.sleep(SECONDS)
            process.kill()
            process.wait()
        with gate(folder.path / "gate.yaml") as (again, _):
            goes_on = status(again) == 200
            until(lambda: log.read_bytes().endswith(b"\n"))
            time.sleep(0.5)
        with log.open("rb") as stream:
            lines = list(read_lines(stream))
        kept = {each["id"] for each in lines if not isinstance(each, Torn)}
        torn = [each for each in lines if isinstance(each, Torn)]
        lost = len([each for each in load.ids if each not in kept])
        return load.count, lost, len(torn), goes_on and not isinstance(lines[-1], Torn)


def kill_written() -> Seen:
    count, lost, torn, on = _killed(", log_or_deny: true")
    said = (
        f"{count:,} answered, {lost} of them not in the log, {torn} torn lines; a new process goes on"
    )
    return Seen(said, lost == 0 and torn <= 1 and on and count > 100)


def kill_queued() -> Seen:
    count, lost, torn, on = _killed("")
    said = (
        f"{count:,} answered, {lost} of them not in the log, {torn} torn lines; a new process goes on"
    )
    return Seen(said, lost <= 10_000 and torn <= 1 and on and count > 100)


@contextmanager
def small_disk() -> Iterator[Path | None]:
    """A file system of 64 KB; None where this process may not make one."""
    with tempfile.TemporaryDirectory() as made:
        words = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", made]
        ran = subprocess.run(words, capture_output=True, check=False)
        try:
            yield Path(made) if ran.returncode == 0 else None
        finally:
            if ran.returncode == 0:
                subprocess.run(["umount", "-l", made], check=False)


def _full(must: bool) -> Seen:
    with small_disk() as disk:
        to = disk / "log.jsonl" if disk is not None else Path("/dev/full")
        flag = str(must).lower()
        with (
            served(f"log: {{to: {to}, values: ['*'], log_or_deny: {flag}}}\n") as (_, base, _process),
            client(base) as asked,
        ):
            answers: Counter[int] = Counter()
            for _ in range(300):
                answers[asked.get(PATH, headers=GOOD).status_code] += 1
            time.sleep(0.5)
            last = asked.get(PATH, headers=GOOD).status_code
            time.sleep(0.5)
            health = asked.get("/readyz")
            dropped = health.json()["log"]["dropped"]
            right = last == (503 if must else 200) and health.status_code == last
            right = right and (must or dropped > 0) and health.json()["log"]["failure"] is not None
            why = health.json()["log"]["failure"]
            said = f"{dict(answers)}, then {last}; /readyz {health.status_code}: “{why}”"
            said += "" if must else f", {dropped} lines counted as dropped"
            if disk is None:
                return Seen(said + " (/dev/full: no file system could be mounted)", right)
            whole = all(not isinstance(each, Torn) for each in read_lines(to.open("rb")))
            os.truncate(to, 0)
            back = until(lambda: asked.get(PATH, headers=GOOD).status_code == 200)
            time.sleep(0.5)
            grew = to.stat().st_size > 0
            said += f"; only whole lines: {whole}; once there is room: 200, and the log grows: {grew}"
            return Seen(said, right and whole and grew and back < 5)


def disk_full_written() -> Seen:
    return _full(must=True)


def disk_full_queued() -> Seen:
    return _full(must=False)
