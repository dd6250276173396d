"""The rows of the table: what is done, what is asked, and what must come of it at any door."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx
from attrs import define, field

GATE = """\
policies: {active: shop.tos}
subject:
  from: header.x-customer
  register: {file: customers.yaml, max_age: 1 hour, age: seen, refresh: 0 s}
counters: {used: {file: counts.json, refresh: 0 s}}
facts:
  sold: header.x-sold
  amount: counter.used
  media: {from: header.x-media, split: ","}
  model.published: register.published
as_of: {from: header.x-day, trust: verified}
limits: {body: 20000}
"""
"""The day comes from a header here alone, so that one row can ask about a day after the document."""

POLICY_DAYS = '    version "1"\n    effective from 2026-01-01 until 2026-12-31\n'

GOOD = {"x-customer": "acme", "x-sold": "false", "x-media": "web_page", "x-day": "2026-06-01"}
PERMITTED = "permitted"


@define
class Rig:
    """A door that runs, with what a row may do to it. ``ask`` gives the status that a caller sees."""

    name: str
    folder: Path
    base: str
    upstream: Any
    gate: subprocess.Popen[bytes] | None
    """The gate's own process; None where the gate is in the application's."""
    seen: list[str] = field(factory=list)

    def write(self, name: str, text: str) -> None:
        beside = self.folder / f".{name}.new"
        beside.write_text(text, encoding="utf-8")
        os.replace(beside, self.folder / name)

    def ask(self, headers: Any = None, content: bytes = b"", patience: float = 5) -> int | str:
        """What a caller sees: a status; for AuthZEN the status and the decision; or what broke."""
        pairs = (
            list((headers if headers is not None else GOOD).items())
            if isinstance(headers, dict | None)
            else headers
        )
        try:
            with httpx.Client(trust_env=False, timeout=patience) as client:
                if self.name == "AuthZEN":
                    return _authzen(client, self.base, pairs, content)
                kind = [("content-type", "application/json")] if content else []
                answer = client.post(f"{self.base}/items", headers=[*pairs, *kind], content=content)
                return answer.status_code
        except httpx.HTTPError as error:
            return type(error).__name__

    @property
    def passed(self) -> int:
        """How many requests came through."""
        return len(self.upstream.seen)


QUESTION = {
    "subject": {"type": "user", "id": "a"},
    "action": {"name": "use"},
    "resource": {"type": "item", "id": "i"},
}


def _authzen(client: httpx.Client, base: str, pairs: Any, content: bytes) -> str:
    body = json.dumps(QUESTION).encode()
    body = body[:-1] + content if content else body
    headers = [*pairs, ("content-type", "application/json")]
    answer = client.post(f"{base}/access/v1/evaluation", headers=headers, content=body)
    if answer.status_code != 200:
        return str(answer.status_code)
    return f"200 {'true' if answer.json()['decision'] else 'false'}"


Situation = Callable[[Rig], "Cell | None"]


@define
class Cell:
    """What a door answered, and whether the request came through."""

    answer: str
    through: bool | str
    right: bool
    """Whether this is what must come of it."""


def _cell(rig: Rig, headers: Any = None, content: bytes = b"", *, opens: bool = False) -> Cell:
    before = rig.passed
    answer = rig.ask(headers, content)
    through = answer == "200 true" if rig.name == "AuthZEN" else rig.passed > before
    succeeded = answer == "200 true" or (isinstance(answer, int) and answer < 400)
    return Cell(str(answer), through, through == opens and succeeded == opens)


def _eventually(rig: Rig, opens: bool, seconds: float = 6) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = rig.ask()
        if (answer in {200, "200 true"}) == opens:
            return
        time.sleep(0.1)


def allowed(rig: Rig) -> Cell:
    return _cell(rig, opens=True)


def forbidden(rig: Rig) -> Cell:
    return _cell(rig, {**GOOD, "x-sold": "true"})


def undetermined(rig: Rig) -> Cell:
    return _cell(rig, {name: value for name, value in GOOD.items() if name != "x-sold"})


def not_applicable(rig: Rig) -> Cell:
    return _cell(rig, {**GOOD, "x-day": "2027-06-01"})


def facts_wrong(rig: Rig) -> Cell:
    return _cell(rig, {**GOOD, "x-sold": "perhaps"})


def register_down(rig: Rig) -> Cell:
    kept = (rig.folder / "customers.yaml").read_text(encoding="utf-8")
    rig.write("customers.yaml", "{rubbish")
    file = rig.folder / "gate.yaml"
    gate = file.read_text(encoding="utf-8")
    rig.write("gate.yaml", gate.replace("max_age: 1 hour, age: seen, ", ""))
    _eventually(rig, opens=False)
    made = _cell(rig)
    rig.write("customers.yaml", kept)
    rig.write("gate.yaml", gate)
    _eventually(rig, opens=True)
    return made


def register_too_old(rig: Rig) -> Cell:
    return _cell(rig, {**GOOD, "x-customer": "late"})


def counter_down(rig: Rig) -> Cell:
    file = rig.folder / "counts.json"
    kept = file.read_text(encoding="utf-8")
    file.unlink()
    made = _cell(rig)
    rig.write("counts.json", kept)
    return made


def slow(rig: Rig) -> Cell | None:
    if rig.gate is None:
        return None
    rig.gate.send_signal(signal.SIGSTOP)
    try:
        before = rig.passed
        answer = rig.ask(patience=2)
        return Cell(
            str(answer), rig.passed > before, rig.passed == before and answer not in {200, "200 true"}
        )
    finally:
        rig.gate.send_signal(signal.SIGCONT)
        _eventually(rig, opens=True)


def body_too_large(rig: Rig) -> Cell:
    """A fact is read from the body, which permits the use and is larger than anybody takes."""
    file = rig.folder / "gate.yaml"
    gate = file.read_text(encoding="utf-8")
    rig.write("gate.yaml", gate.replace("sold: header.x-sold", "sold: body.sold"))
    time.sleep(2.2)
    body = b'"sold": false, "more": "' + b"a" * 60_000 + b'"}'
    body = b", " + body if rig.name == "AuthZEN" else b"{" + body
    made = _cell(rig, None, body)
    rig.write("gate.yaml", gate)
    _eventually(rig, opens=True)
    return made


def header_twice(rig: Rig) -> Cell:
    return _cell(rig, [*GOOD.items(), ("x-sold", "true")])


def spoofed(rig: Rig) -> Cell:
    """The caller sends what the proxy sets: another address and method, for a forbidden use."""
    more = {
        "x-sold": "true",
        "x-original-uri": "/free",
        "x-forwarded-uri": "/free",
        "x-original-method": "GET",
        "x-forwarded-method": "GET",
        "x-tosdsl-decision": PERMITTED,
        "x-envoy-auth-partial-body": "false",
    }
    return _cell(rig, {**GOOD, **more})


def under_reload(rig: Rig) -> Cell:
    """Two policies in turn, with a caller who is permitted under both and one who is under neither."""
    stop = Event()
    wrong: list[Any] = []
    count = [0]

    def load() -> None:
        while not stop.is_set():
            for headers, opens in ((GOOD, True), ({**GOOD, "x-sold": "true"}, False)):
                answer = rig.ask(headers)
                count[0] += 1
                if (answer in {200, "200 true"}) != opens or answer in {502, 503}:
                    wrong.append(answer)

    several = [Thread(target=load) for _ in range(3)]
    for each in several:
        each.start()
    good = (rig.folder / "shop.tos").read_text(encoding="utf-8")
    for limit in (900, 800, 1000):
        rig.write("shop.tos", good.replace("amount > 1000", f"amount > {limit}"))
        time.sleep(1.4)
    stop.set()
    for each in several:
        each.join()
    return Cell(f"{count[0]} asked, {len(wrong)} wrong", "as it must", not wrong)


def broken_policy(rig: Rig) -> Cell:
    """A text that is wrong is put in place: what decided before goes on."""
    good = (rig.folder / "shop.tos").read_text(encoding="utf-8")
    rig.write("shop.tos", "policy shop.terms\n    default permit\n\nforbid (")
    time.sleep(2.2)
    made = _cell(rig, {**GOOD, "x-sold": "true"})
    rig.write("shop.tos", good)
    time.sleep(1.2)
    return made


def log_disk_full(rig: Rig) -> Cell | None:
    """The log, which has to be written, is on a device that is always full."""
    if not (rig.folder / "full").exists():
        return None
    return _cell(rig)


def gone(rig: Rig) -> Cell | None:
    if rig.gate is None:
        return None
    rig.gate.kill()
    rig.gate.wait()
    before = rig.passed
    answer = rig.ask()
    return Cell(
        str(answer), rig.passed > before, rig.passed == before and answer not in {200, "200 true"}
    )


ROWS: dict[str, Situation] = {
    "allowed": allowed,
    "forbidden": forbidden,
    "undetermined": undetermined,
    "not applicable": not_applicable,
    "facts wrong": facts_wrong,
    "register holds rubbish": register_down,
    "register's row too old": register_too_old,
    "counter gone": counter_down,
    "body too large": body_too_large,
    "header twice": header_twice,
    "proxy's headers spoofed": spoofed,
    "decision point slow": slow,
    "reload under load": under_reload,
    "a wrong policy put in place": broken_policy,
    "decision point gone": gone,
}
