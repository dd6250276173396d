"""``python -m benchmarks.gate.parts``: where the time of a gate's request goes, without a network.

Requests go through the parts of a gate in groups, in one process: a group through one part, then
through the next. A figure is the processor's time of a part, divided by the requests: the median of the
groups. No two requests have the same facts.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from copy import copy
from pathlib import Path
from statistics import median
from time import thread_time
from typing import Any

from benchmarks.gate.__main__ import POLICIES, gate_of, uses
from benchmarks.story import nested
from tosdsl.decision.model import Decision
from tosdsl.gate.doors.answers import of_outcome
from tosdsl.gate.line import Lines
from tosdsl.gate.live import Live
from tosdsl.gate.log import written
from tosdsl.gate.model import Outcome, Request
from tosdsl.gate.server.app import App

_HEAD = [(b"host", b"127.0.0.1"), (b"content-type", b"application/json")]
_PATH = "/envoy/check/v1"


def _scope(body: bytes) -> dict[str, Any]:
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": _PATH,
        "raw_path": _PATH.encode(),
        "query_string": b"",
        "headers": [*_HEAD, (b"content-length", b"%d" % len(body))],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
    }


async def _asked(app: App, bodies: Sequence[bytes], answers: list[Any]) -> None:
    for body in bodies:
        message = {"type": "http.request", "body": body, "more_body": False}

        async def receive(message: dict[str, Any] = message) -> dict[str, Any]:
            return message

        async def send(message: dict[str, Any]) -> None:
            answers.append(message)

        await app(_scope(body), receive, send)


class _Stub(Live):
    """A gate that has decided before it is asked: what is left is the server's part."""

    outcome: Outcome

    def ask(self, request: Request, door: str) -> Outcome:
        return self.outcome


class _AtHand:
    """Policies that have decided: what is left is the outcome around a decision."""

    decisions: list[Decision]

    def decide(self, *_: Any, **__: Any) -> Decision:
        return self.decisions.pop()


def measured(name: str, many: int, group: int, seed: int, folder: Path) -> dict[str, float]:
    """Microseconds a request, by part."""
    bodies = [json.dumps({"facts": nested(each)}).encode() for each in uses(name, many, seed)]
    file = gate_of(name, folder)
    live, stub = Live(file), _Stub(file)
    app, bare = App(live), App(stub)
    deciding, log = live.decider, live.log
    assert log is not None
    decide, at_hand, around = deciding.policies.decide, _AtHand(), copy(deciding)
    around.policies = at_hand  # type: ignore[assignment]  # it decides, and nothing else is asked of it
    taken: dict[str, list[float]] = {}

    def part(key: str, work: Callable[[Any], Any], several: Sequence[Any]) -> list[Any]:
        began = thread_time()
        made = [work(each) for each in several]
        taken.setdefault(key, []).append((thread_time() - began) / len(several))
        return made

    several_lines, more = Lines(log.plan, log.salt), {"method": "POST", "path": "/v1"}

    headers = tuple((key.decode(), value.decode()) for key, value in _HEAD)
    warm = len(bodies) // 5
    asyncio.run(_asked(app, bodies[:warm], []))
    stub.outcome = deciding.decide(Request("POST", _PATH, headers=headers, body=bodies[0]))
    for at in range(warm, len(bodies) - 2 * group + 1, 2 * group):
        several = bodies[at : at + group]
        requests = [Request("POST", _PATH, headers=headers, body=body) for body in several]
        found = part("finding facts", deciding.compiled.use, requests)
        made = part("the decision", lambda use: decide(use.facts, as_of=use.as_of), found)
        at_hand.decisions = made[::-1]
        outcomes = part("the outcome", lambda use: around.of_use("0" * 36, use), found)
        lines = part("the line", lambda each: several_lines.of(each, "x", more), outcomes)
        part("the line as bytes", lambda line: written([line]), lines)
        part("the answer", lambda each: of_outcome(each).pairs(), outcomes)
        part("counting", lambda each: live.metrics.count(each, "x"), outcomes)
        began = thread_time()
        asyncio.run(_asked(bare, several, []))
        taken.setdefault("the server's part", []).append((thread_time() - began) / group)
        began = thread_time()
        asyncio.run(_asked(app, bodies[at + group : at + 2 * group], []))
        taken.setdefault("all of it, but for writing", []).append((thread_time() - began) / group)
    live.stop()
    return {key: median(several) * 1e6 for key, several in taken.items()}


def main() -> int:
    words = argparse.ArgumentParser(
        prog="python -m benchmarks.gate.parts", description=(__doc__ or "").partition("\n")[0]
    )
    words.add_argument("--uses", type=int, default=20_000, help="different uses of a policy, at most")
    words.add_argument("--group", type=int, default=100)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--only", choices=POLICIES, action="append")
    options = words.parse_args()
    columns = {}
    for name in options.only or POLICIES:
        with tempfile.TemporaryDirectory() as folder:
            columns[name] = measured(name, options.uses, options.group, options.seed, Path(folder))
    print("| µs a request | " + " | ".join(f"`{name}`" for name in columns) + " |")
    print("|---|" + "---:|" * len(columns))
    for key in next(iter(columns.values())):
        print(f"| {key} | " + " | ".join(f"{each[key]:,.1f}" for each in columns.values()) + " |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
