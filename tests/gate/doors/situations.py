"""The rows of the table: what is done, what is asked, and what must come of it at any door."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx
from attrs import define, field

from tests.gate.doors.answered import Cell
from tests.gate.doors.calls import CHAT, GOOD, MODELS, ask_each, told

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

TEXT = 'sold: {from: body.metadata.x-sold, table: {"true": true, "false": false}}'
"""Portkey's metadata are texts."""

IN_BODY = {"MCP": "body.arguments.sold", "Portkey": "body.request.json.sold"}
"""Where a fact of a body stands that is wrapped in another; elsewhere ``body.sold``."""


def mapping(name: str) -> str:
    """The gate of a door. Portkey tells no headers but its metadata."""
    if name != "Portkey":
        return GATE
    return GATE.replace("sold: header.x-sold", TEXT).replace("header.", "body.metadata.")


POLICY_DAYS = '    version "1"\n    effective from 2026-01-01 until 2026-12-31\n'

PERMITTED = "permitted"

PUT_TO_WORK = 3.5
"""Seconds within which a change of a file counts: two looks, and the time of loading."""


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
                if self.name == "MCP":
                    return _mcp(self.base, pairs, content, patience)
                if self.name in MODELS:
                    return _chat(client, self, pairs, content)
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


def _mcp(base: str, pairs: Any, content: bytes, patience: float) -> int | str:
    """A call of a tool by the SDK's own client: 200, or the status in the error's data."""
    import asyncio

    import httpx2
    from mcp import Client, MCPError
    from mcp.client.streamable_http import streamable_http_client

    async def call() -> int | str:
        arguments = json.loads(content) if content else {}
        async with (
            httpx2.AsyncClient(headers=pairs, trust_env=False, timeout=patience) as http,
            Client(streamable_http_client(f"{base}/mcp", http_client=http)) as asked,
        ):
            try:
                made = await asked.call_tool("items", arguments)
            except MCPError as error:
                data = error.error.data
                return int(data["status"]) if isinstance(data, dict) else f"MCP {error.error.code}"
            return "the tool failed" if made.is_error else 200

    return asyncio.run(call())


def _chat(client: httpx.Client, rig: Rig, pairs: Any, content: bytes) -> int:
    """A call of a model by chat. ``content``: more of its body."""
    from tests.gate.doors.rigs import LITELLM_KEY

    body = json.dumps(CHAT).encode()[:-1] + (b", " + content[1:] if content else b"}")
    headers = [*told(rig, pairs, LITELLM_KEY), ("content-type", "application/json")]
    return client.post(f"{rig.base}/v1/chat/completions", headers=headers, content=body).status_code


Situation = Callable[[Rig], "Cell | None"]


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


def _of_body(rig: Rig, headers: Any, body: bytes) -> Cell:
    """A fact is read from the body. ``body``: what follows its first bracket."""
    file = rig.folder / "gate.yaml"
    gate = file.read_text(encoding="utf-8")
    given = TEXT if rig.name == "Portkey" else "sold: header.x-sold"
    rig.write("gate.yaml", gate.replace(given, f"sold: {IN_BODY.get(rig.name, 'body.sold')}"))
    time.sleep(PUT_TO_WORK)
    first = b", " if rig.name == "AuthZEN" else b"{"
    made = _cell(rig, headers, first + body)
    rig.write("gate.yaml", gate)
    time.sleep(PUT_TO_WORK)
    _eventually(rig, opens=True)
    return made


def body_too_large(rig: Rig) -> Cell:
    """The body permits the use and is larger than anybody takes."""
    return _of_body(rig, None, b'"sold": false, "more": "' + b"a" * 60_000 + b'"}')


def said_to_be_compressed(rig: Rig) -> Cell | None:
    """The body permits the use, and a header says that it is compressed: what is guarded may read it
    otherwise than the gate. What comes to the others is a body that somebody wrote for them."""
    if rig.name in {"AuthZEN", "MCP"} or rig.name in MODELS:
        return None
    headers = [*GOOD.items(), ("content-encoding", "gzip")]
    return _of_body(rig, headers, b'"sold": false}')


def malformed(rig: Rig) -> Cell | None:
    """The body has the fact, and is no JSON. Gateways for models and servers of tools read it first."""
    if rig.name == "MCP" or rig.name in MODELS:
        return None
    return _of_body(rig, None, b'"sold": false, "more": ')


def header_twice(rig: Rig) -> Cell:
    """LiteLLM hands on the last of them alone: there the last has to be what counts."""
    if not rig.name.startswith("LiteLLM"):
        return _cell(rig, [*GOOD.items(), ("x-sold", "true")])
    last = _cell(rig, [*GOOD.items(), ("x-sold", "true")])
    rest = [(name, value) for name, value in GOOD.items() if name != "x-sold"]
    other = _cell(rig, [("x-sold", "true"), *rest, ("x-sold", "false")], opens=True)
    return Cell(
        f"the last counts: {last.answer}, {other.answer}", "as it must", last.right and other.right
    )


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
        time.sleep(PUT_TO_WORK)
    stop.set()
    for each in several:
        each.join()
    print(f"{rig.name}, reload: {count[0]} asked", file=sys.stderr)
    return Cell(f"{len(wrong)} wrong", "as it must", not wrong)


def broken_policy(rig: Rig) -> Cell:
    """A text that is wrong is put in place: what decided before goes on."""
    good = (rig.folder / "shop.tos").read_text(encoding="utf-8")
    rig.write("shop.tos", "policy shop.terms\n    default permit\n\nforbid (")
    time.sleep(PUT_TO_WORK)
    made = _cell(rig, {**GOOD, "x-sold": "true"})
    rig.write("shop.tos", good)
    time.sleep(PUT_TO_WORK)
    return made


def shut(rig: Rig) -> Cell:
    """A use that the terms permit, where something else has to refuse it."""
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


def calls_of_a_model(rig: Rig) -> Cell | None:
    """Calls of a model, for a forbidden use: which of them go through."""
    from tests.gate.doors.rigs import LITELLM_KEY

    return ask_each(rig, LITELLM_KEY)


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
    "body said to be compressed": said_to_be_compressed,
    "malformed JSON": malformed,
    "header twice": header_twice,
    "proxy's headers spoofed": spoofed,
    "calls of a model": calls_of_a_model,
    "decision point slow": slow,
    "reload under load": under_reload,
    "a wrong policy put in place": broken_policy,
    "decision point gone": gone,
}
