"""What goes wrong while a gate runs: ``python -m tests.gate.faults [FAULT…]`` prints what was seen.

Each fault is done to a server in a process of its own, asked over the loopback address. Status 1: one of
them was not met as it must be. Runs on Linux.
"""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx
from attrs import define, field, frozen

from tests.gate.conftest import CUSTOMERS, GATE, POLICY, Folder
from tests.gate.rig import client, gate
from tosdsl.gate.log import Torn, read_lines

SECONDS = 4.0
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


# --- the log ----------------------------------------------------------------------------------------


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
            said = f"{dict(answers)}, then {last}; /readyz {health.status_code}: “{health.json()['log']['failure']}”"
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


# --- registers and reloads --------------------------------------------------------------------------

DEPENDS = GATE.replace("register: customers.yaml", "register: {file: customers.yaml, refresh: 1 s}")


def _register(change: Callable[[Folder], None], more: str = "") -> tuple[float, int, float]:
    """Seconds until a use that hangs on the register is refused, with what, and until it is back."""
    text = DEPENDS.replace("refresh: 1 s", f"refresh: 1 s{more}")
    with served(text=text) as (folder, base, _):
        assert status(base) == 200
        change(folder)
        gone = until(lambda: status(base) != 200, 8)
        answer = status(base)
        still = status(base, BAD)
        assert still == 403, still
        folder.write("customers.yaml", CUSTOMERS)
        back = until(lambda: status(base) == 200, 8)
        return gone, answer, back


def register_gone() -> Seen:
    gone, answer, back = _register(lambda folder: (folder.path / "customers.yaml").unlink())
    said = f"{answer} after {gone:.1f} s; what is forbidden anyway stays 403; back after {back:.1f} s"
    return Seen(said, answer == 503 and gone < 5 and back < 5)


def register_rubbish() -> Seen:
    gone, answer, back = _register(lambda folder: folder.write("customers.yaml", "{a: [\x00 rubbish"))
    said = f"{answer} after {gone:.1f} s; what is forbidden anyway stays 403; back after {back:.1f} s"
    return Seen(said, answer == 503 and gone < 5 and back < 5)


def register_row_rubbish() -> Seen:
    def change(folder: Folder) -> None:
        folder.write("customers.yaml", CUSTOMERS.replace("amount: 10", "amount: many"))

    gone, answer, back = _register(change)
    said = f"{answer} for that row after {gone:.1f} s; back after {back:.1f} s"
    return Seen(said, answer == 503 and gone < 5 and back < 5)


def register_kept() -> Seen:
    change = lambda folder: (folder.path / "customers.yaml").unlink()  # noqa: E731
    gone, answer, back = _register(change, ", max_age: 4 s")
    said = f"kept for {gone:.1f} s, then {answer}; back after {back:.1f} s"
    return Seen(said, answer == 503 and 2.5 < gone < 6.5 and back < 5)


def reload_under_load() -> Seen:
    with served("log: {to: log.jsonl, values: ['*']}\n") as (folder, base, _):
        with client(base) as asked, Load(base) as load:
            digests = set()
            for number in range(8):
                text = POLICY.replace("amount > 1000", f"amount > {900 + number}")
                fresh = folder.path / ".new"
                fresh.write_text(text, encoding="utf-8")
                os.replace(fresh, folder.path / "shop.tos")
                before = asked.get("/readyz").json()["digest"]
                until(lambda before=before: asked.get("/readyz").json()["digest"] != before)
                digests.add(asked.get("/readyz").json()["digest"])
        broken = {key: value for key, value in load.answers.items() if key not in {"200", "403"}}
        said = f"{len(digests)} exchanges, {load.count:,} answers: {load.answers['wrong']} wrong, "
        said += f"{sum(value for key, value in broken.items() if key != 'wrong')} failed"
        return Seen(
            said, len(digests) == 8 and not +load.answers - Counter({"200": 10**9, "403": 10**9})
        )


# --- bundles ----------------------------------------------------------------------------------------


def bundles() -> Seen:
    from joserfc.jwk import OKPKey

    from tosdsl.gate import bundle as b

    key, other = OKPKey.generate_key("Ed25519"), OKPKey.generate_key("Ed25519")
    now = datetime.now(UTC)

    def built(folder: Folder, number: int, *, end: datetime | None = None, sign: Any = key) -> bytes:
        raw = b.build(str(folder.path / "gate.yaml"), "shop", number, end, now)
        return raw if sign is None else b.sign(raw, sign.as_pem(private=True).decode())

    with tempfile.TemporaryDirectory() as made:
        folder = Folder(Path(made))
        good = built(folder, 5)
        folder.write("shop.tos", POLICY.replace("when sold", "when sold and amount < 0"))  # opens more
        past = datetime.now(UTC) - timedelta(minutes=1)
        newer = built(folder, 6)
        middle = bytearray(newer)
        middle[len(middle) // 2] ^= 1
        cases = {
            "altered": bytes(middle),
            "older": built(folder, 4),
            "ended": built(folder, 6, end=past),
            "unsigned": built(folder, 6, sign=None),
            "signed by another": built(folder, 6, sign=other),
            "cut off": newer[: len(newer) // 2],
            "empty": b"",
        }
        file = folder.path / "shop.bundle"
        file.write_bytes(good)
        pem = folder.write("key.pem", key.as_pem(private=False).decode())
        told = []
        right = True
        with gate(file, "--bundle-key", str(pem)) as (base, _), client(base) as asked:
            right = right and status(base, BAD) == 403
            for name, raw in cases.items():
                before = asked.get("/readyz").json()["reload_failed"]
                file.write_bytes(raw)
                until(lambda before=before: asked.get("/readyz").json()["reload_failed"] != before)
                why = str(asked.get("/readyz").json()["reload_failed"])
                refused = "is refused" in why and status(base, BAD) == 403 and status(base) == 200
                right = right and refused
                told.append(
                    f"{name}: {'refused' if refused else 'TAKEN'} (“{why.partition(': ')[2].rstrip('.')}”)"
                )
            file.write_bytes(newer)
            taken = until(lambda: status(base, BAD) == 200)
            told.append(f"then a newer one, signed: taken after {taken:.1f} s")
        return Seen("the last good one decides on. " + "; ".join(told), right and taken < 5)


# --- callers ----------------------------------------------------------------------------------------


def slow_connections() -> Seen:
    """Connections that send a byte a second. Others have to get their answers meanwhile."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    wanted = min(10_000, hard - 500)
    with served() as (_, base, process):
        port = int(base.rpartition(":")[2])
        before = memory(process)
        ended: list[float] = []
        opened = [0]

        async def one() -> None:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            opened[0] += 1
            began = time.monotonic()
            try:
                for byte in b"GET /envoy/check/v1/items HTTP/1.1\r\nX-A: " + b"a" * 60:
                    writer.write(bytes([byte]))
                    await writer.drain()
                    if await _ended(reader, 1):
                        break
            except OSError:
                pass
            ended.append(time.monotonic() - began)
            writer.close()

        async def _ended(reader: asyncio.StreamReader, seconds: float) -> bool:
            try:
                return await asyncio.wait_for(reader.read(1), seconds) == b""
            except TimeoutError:
                return False

        async def all_of_them() -> None:
            running = []
            for number in range(wanted):
                running.append(asyncio.create_task(one()))
                if number % 200 == 0:
                    await asyncio.sleep(0.01)
            await asyncio.gather(*running, return_exceptions=True)

        asking = Thread(target=lambda: asyncio.run(all_of_them()))
        asking.start()
        times: list[float] = []
        wrong = 0
        with client(base) as asked:
            while asking.is_alive():
                began = time.monotonic()
                wrong += asked.get(PATH, headers=GOOD).status_code != 200
                times.append(time.monotonic() - began)
                time.sleep(0.05)
        asking.join()
        most = memory(process, "VmHWM")
        times.sort()
        said = (
            f"{opened[0]:,} connections, each ended by the gate after {max(ended):.1f} s at most; "
            f"beside them {len(times)} others asked, {wrong} not answered, "
            f"median {times[len(times) // 2] * 1000:.0f} ms, "
            f"slowest {times[-1] * 1000:.0f} ms; memory {before:.0f} → {most:.0f} MB"
        )
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        right = opened[0] == len(ended) == wanted and wrong == 0 and most < before + 400
        return Seen(said, right and max(ended) < 30)


def large_body() -> Seen:
    size = 50 * 1024 * 1024
    told = []
    right = True
    with served() as (_, base, process):
        before = memory(process, "VmHWM")
        for way in ("by its length", "in chunks"):
            pieces = (b"a" * 65536 for _ in range(size // 65536))
            headers = {**GOOD, "content-type": "application/json"}
            if way == "by its length":
                headers["content-length"] = str(size)
            try:
                with client(base) as asked:
                    answer = str(asked.post(PATH, headers=headers, content=pieces).status_code)
            except httpx.HTTPError as error:
                answer = f"the connection ends ({type(error).__name__})"
            right = right and (answer == "413" or "ends" in answer)
            told.append(f"{way}: {answer}")
        most = memory(process, "VmHWM")
        right = right and status(base) == 200 and most < before + 20
    return Seen(
        f"{'; '.join(told)}; memory {before:.0f} → {most:.0f} MB; the next caller gets 200", right
    )


FAULTS: dict[str, tuple[str, Callable[[], Seen]]] = {
    "kill-written": ("`kill -9` under load, `log_or_deny: true`", kill_written),
    "kill-queued": ("`kill -9` under load, the log by its queue", kill_queued),
    "full-written": ("the log's disk is full, `log_or_deny: true`", disk_full_written),
    "full-queued": ("the log's disk is full, the log by its queue", disk_full_queued),
    "register-gone": ("a register disappears and comes back", register_gone),
    "register-rubbish": ("a register holds rubbish", register_rubbish),
    "row-rubbish": ("one row of a register holds rubbish", register_row_rubbish),
    "register-kept": ("a register disappears, `max_age: 4 s`", register_kept),
    "reload": ("policies are exchanged under load", reload_under_load),
    "bundles": ("a bundle that is not right is put in place", bundles),
    "slow": ("connections that send a byte a second", slow_connections),
    "large": ("a body of 50 MB", large_body),
}


def main(names: list[str]) -> int:
    wrong = 0
    print("| what goes wrong | what was seen |\n|---|---|")
    for name in names or list(FAULTS):
        title, fault = FAULTS[name]
        began = time.monotonic()
        try:
            seen = fault()
        except Exception as error:  # one fault that cannot be done leaves the others
            seen = Seen(f"{type(error).__name__}: {error}", right=False)
        wrong += not seen.right
        print(f"| {title} | {seen.said}{'' if seen.right else ' **wrong**'} |", flush=True)
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    print(f"\n{wrong} wrong" if wrong else "\nnone is wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
