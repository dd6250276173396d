"""Counters: one integer for each subject, from a file, an HTTP answer or Redis.

They are asked within the request, with a timeout. What does not answer in time, or with no whole
number, is a failure on this side.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import quote

from tosdsl.gate.asked import Asked, read_json
from tosdsl.gate.model import Failed
from tosdsl.gate.plan import CounterPlan
from tosdsl.library.reading import read_file

_WHOLE = re.compile(rb"[ \t\r\n]*(-?[0-9]{1,30})[ \t\r\n]*")
_LARGEST = 16 * 1024 * 1024
_LONGEST_ANSWER = 4096

Subject = Callable[[Asked], Any]


class Counter:
    """Asks one counter. ``subject`` finds whose it is."""

    def __init__(self, plan: CounterPlan, folder: str, subject: Subject) -> None:
        self.plan = plan
        self._path = str(Path(folder, plan.where))
        self._subject = subject
        self._ask = {"file": _of_file, "http": _of_http, "redis": _of_redis}[plan.kind](plan, folder)

    @property
    def waits(self) -> bool:
        """Whether asking may wait for another machine."""
        return self.plan.kind != "file"

    def unreadable(self) -> str | None:
        """Why its file cannot be read, if it has one and it cannot."""
        if self.plan.kind != "file":
            return None
        try:
            counts = read_json(read_file(self._path, _LARGEST), 4)
        except OSError as error:
            return error.strerror or str(error)
        return None if type(counts) is dict else "it is no JSON object"

    def __call__(self, asked: Asked, name: str = "") -> Any:
        subject = self._subject(asked)
        if type(subject) is Failed:
            return subject
        if type(subject) is not str:
            return Failed("the request does not say whose counter it is about")
        try:
            return self._ask(subject)
        except Exception as error:  # whatever a client of a store raises: the count is not known
            return Failed(f"the counter does not answer: {type(error).__name__}", ours=True)


def _whole(raw: bytes | None) -> Any:
    if raw is None:
        return None
    match = _WHOLE.fullmatch(raw)
    return int(match[1]) if match else Failed("the counter gives no whole number", ours=True)


def _of_file(plan: CounterPlan, folder: str) -> Callable[[str], Any]:
    """A JSON object from subjects to integers, read again when it has changed."""
    path = str(Path(folder, plan.where))
    kept: dict[str, Any] = {"at": None, "stamp": None, "counts": None}

    def ask(subject: str) -> Any:
        now = monotonic()
        if kept["at"] is None or now - kept["at"] > plan.refresh:
            found = Path(path).stat()  # a file that has gone is a failure, whatever was read before
            stamp = (found.st_ino, found.st_size, found.st_mtime_ns)
            if stamp != kept["stamp"]:
                kept["counts"] = read_json(read_file(path, _LARGEST), 4)
            kept["at"], kept["stamp"] = now, stamp
        counts = kept["counts"]
        if type(counts) is not dict:
            return Failed("the counter's file is no JSON object", ours=True)
        value = counts.get(subject)
        right = value is None or type(value) is int
        return value if right else Failed("the counter gives no whole number", ours=True)

    return ask


def _of_http(plan: CounterPlan, folder: str) -> Callable[[str], Any]:
    import httpx

    client = httpx.Client(timeout=plan.timeout, follow_redirects=False, trust_env=False)

    def ask(subject: str) -> Any:
        url = plan.where.replace("{subject}", quote(subject, safe=""))
        with client.stream("GET", url) as answer:
            if answer.status_code == 404:
                return None
            if answer.status_code != 200:
                return Failed(f"the counter answers {answer.status_code}", ours=True)
            raw = b""
            for part in answer.iter_bytes():
                raw += part
                if len(raw) > _LONGEST_ANSWER:
                    return Failed("the counter's answer is too long", ours=True)
        return _whole(raw)

    return ask


def _of_redis(plan: CounterPlan, folder: str) -> Callable[[str], Any]:
    import redis

    client = redis.Redis.from_url(
        plan.where, socket_timeout=plan.timeout, socket_connect_timeout=plan.timeout
    )

    def ask(subject: str) -> Any:
        answer: Any = client.get(plan.key.replace("{subject}", subject))
        return _whole(answer)

    return ask
