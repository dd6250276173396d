"""Puts hostile requests to a gate: ``python -m tests.gate.hostile --requests 200000``.

Each is a request of a caller who may or may not do something, with one to three hostile parts. It
must get no more than the same request without them, and a request that is hidden in it must not be
permitted. Status 1: one got more, the server wrote a traceback, or its memory grew. Runs on Linux, over
the loopback address.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from itertools import product
from pathlib import Path
from random import Random

from attrs import define, evolve, field

from tests.conftest import ROOT
from tests.gate.faults.rig import memory
from tests.gate.hostile.parts import FRAMING, PARTS
from tests.gate.hostile.raw import Connection, Sent
from tests.gate.rig import gate

EXAMPLE = ROOT / "examples" / "ai-proxy"
KEYS = (b"Bearer key-of-sorter", b"Bearer key-of-seed", b"Bearer key-of-nobody", None)
ACTIVITIES = (b"train", b"promote", None)
BODIES = (b'{"model": "gpt-4o"}', b'{"model": "mistral-large"}', b"{}")
DOORS = (b"/envoy/check/v1/chat/completions", b"/forward-auth")
_TWO = frozenset(("lengths", "chunked", "another_behind"))
"""After these, a further request may be hidden in one: it must not be permitted on its own."""

MOST_GROWN = 150
"""Megabytes by which the memory of the server may grow once it is warm."""


@define
class Found:
    """What came of the requests."""

    asked: int = 0
    statuses: Counter[str] = field(factory=Counter)
    by_part: Counter[str] = field(factory=Counter)
    wrong: list[str] = field(factory=list)
    seconds: float = 0.0
    grown: float = 0.0

    def put(self, sent: Sent, base: int, statuses: list[int]) -> None:
        self.asked += 1
        self.by_part.update(sent.hostile)
        self.statuses.update([str(statuses[0]) if statuses else "closed"])
        hidden = statuses[1:] if not _TWO.isdisjoint(sent.hostile) else []
        if any(map(_permits, hidden)) or (not _permits(base) and any(map(_permits, statuses))):
            told = sent.bytes()[:600]
            self.wrong.append(f"{base} → {statuses}: {', '.join(sent.hostile)}: {told!r}")


def _permits(status: int) -> bool:
    return 200 <= status < 300


def bases() -> list[Sent]:
    """Requests without anything hostile: those that are permitted, and those that are not."""
    made = []
    for door, key, activities, body in product(DOORS, KEYS, ACTIVITIES, BODIES):
        headers = [(b"content-type", b"application/json")]
        if key is not None:
            headers.append((b"authorization", key))
        if activities is not None:
            headers.append((b"x-activities", activities))
        made.append(Sent(target=door, headers=tuple(headers), body=body))
    return made


def run(requests: int, seed: int) -> Found:
    draw, found = Random(seed), Found()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("gate.yaml", "customers.yaml"):
            shutil.copy(EXAMPLE / name, folder)
        with gate(Path(folder) / "gate.yaml") as (base, process):
            began = time.monotonic()
            connection = Connection(int(base.rpartition(":")[2]))
            clean = [(sent, connection.ask(sent, alone=False)) for sent in bases()]
            warm = memory(process)
            for number in range(requests):
                sent, right = draw.choice(clean)
                names = draw.sample(sorted(PARTS), draw.choice((1, 1, 2, 3)))
                for name in names:
                    sent = PARTS[name](sent, draw)
                sent = evolve(sent, hostile=tuple(names))
                alone = not FRAMING.isdisjoint(names)
                if alone:
                    connection.close()
                statuses = connection.ask(sent, alone=alone)
                found.put(sent, right[0], statuses)
                if number % 10_000 == 9_999:
                    print(
                        f"{number + 1:,} asked, {len(found.wrong)} wrong", file=sys.stderr, flush=True
                    )
            connection.close()
            found.grown = memory(process) - warm
            found.seconds = time.monotonic() - began
            again = Connection(int(base.rpartition(":")[2]))
            for sent, right in clean:  # whatever was asked before
                if (came := again.ask(sent, alone=False)) != right:
                    found.wrong.append(f"{right} before, {came} after: {sent.bytes()!r}")
            again.close()
        told = (Path(folder) / "serve.log").read_text(encoding="utf-8", errors="replace")
        if "Traceback" in told:
            found.wrong.append(f"a traceback: {told[-2000:]}")
    if found.grown > MOST_GROWN:
        found.wrong.append(f"memory grew by {found.grown:.0f} MB")
    return found


def main() -> int:
    words = argparse.ArgumentParser(
        prog="python -m tests.gate.hostile", description=(__doc__ or "").partition("\n")[0]
    )
    words.add_argument("--requests", type=int, default=200_000)
    words.add_argument("--seed", type=int, default=0)
    options = words.parse_args()
    found = run(options.requests, options.seed)
    print(
        f"{found.asked:,} hostile requests in {found.seconds:.0f} s; "
        f"memory grew by {found.grown:.0f} MB"
    )
    print(
        "answers: "
        + ", ".join(f"{status} {number:,}" for status, number in found.statuses.most_common())
    )
    print("parts: " + ", ".join(f"{name} {number:,}" for name, number in sorted(found.by_part.items())))
    print(f"{len(found.wrong)} wrong")
    for each in found.wrong[:20]:
        print(each)
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
