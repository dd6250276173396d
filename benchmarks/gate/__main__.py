"""``python -m benchmarks.gate``: requests a second of a gate, its log on, each request with new facts.

Beside it an empty handler on the same server, and Cedar and OPA behind it with the story's clause. One
worker each, on the loopback address; the load comes from autocannon, whose folder AUTOCANNON names
(``npm install autocannon``). Rounds are interleaved; a ratio is the median of those within rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import tosdsl
from benchmarks.story import nested
from benchmarks.timing import ROOT
from benchmarks.unasked import Facts, facts_of, variants
from tests.gate.rig import free_port, process
from tosdsl.interview import facts_read

POLICIES = (
    "openai.business_terms",
    "openai.services_agreement@2025-12-01",
    "anthropic.commercial_terms@2025-06-17",
    "deepseek.terms_of_use",
    "elastic.license",
)
STORY = POLICIES[0]
PEERS = ("cedar", "opa")
CONNECTIONS = 32
_LOAD = Path(__file__).with_name("load.js")


def uses(name: str, wanted: int, seed: int) -> list[Facts]:
    """Different uses near those of the policy's scenarios, or as many as there are."""
    policies, draw = tosdsl.load(name), Random(seed)
    leaves = {leaf.path: leaf for leaf in policies.vocabulary.leaves()}
    parties = [party.name for party in policies.vocabulary.parties]
    given = [facts_of(use, leaves) for _, _, use in policies.scenarios()]
    several = variants(given, leaves, parties, draw)
    found: dict[str, Facts] = {}
    for _ in range(20 * wanted):
        facts = next(several)
        found.setdefault(json.dumps(facts, sort_keys=True), facts)
        if len(found) >= wanted:
            break
    return [*found.values()]


def gate_of(name: str, folder: Path) -> Path:
    """A gate that takes each fact that the policy reads from the body, and logs."""
    policies = tosdsl.load(name)
    read = {each.leaf.path.partition(".")[0] for each in facts_read(policies)}
    known = [fact.name for fact in policies.vocabulary.facts if fact.name in read]
    facts = "".join(f"  {each}: body.facts.{each}\n" for each in known)
    file = folder / "gate.yaml"
    day = policies.choices.asked[0][-1].effective_from
    said = "" if day is None else f"as_of: {day}\n"
    file.write_text(
        f"policies: {{active: {name}}}\nfacts:\n{facts}{said}log: {{to: decisions.jsonl}}\n",
        encoding="utf-8",
    )
    return file


@contextmanager
def served(folder: Path, *words: str) -> Iterator[int]:
    """A server of a kind, or a gate: its port."""
    port = free_port()
    more = [*words[:1], str(port)] if len(words) == 1 else [*words, "--port", str(port)]
    module = "benchmarks.gate.server" if len(words) == 1 else "tosdsl"
    with process(
        sys.executable,
        "-m",
        module,
        *more,
        port=port,
        log=folder / f"{port}.log",
        cwd=ROOT,
        patience=60,
    ):
        yield port


def asked(port: int, file: Path, seconds: float, rate: int = 0) -> dict[str, Any]:
    """What came of asking one server."""
    words = [
        "node",
        str(_LOAD),
        f"http://127.0.0.1:{port}/envoy/check/v1",
        str(file),
        str(seconds),
        str(rate),
    ]
    ran = subprocess.run([*words, str(CONNECTIONS)], capture_output=True, check=True)
    told: dict[str, Any] = json.loads(ran.stdout)
    if told["errors"]:
        raise RuntimeError(f"{told['errors']} requests were not answered")
    return told


def measured(name: str, options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """One policy: the gate and the empty handler, and the peers for the story's clause."""
    lines = [json.dumps({"facts": nested(each)}) for each in uses(name, options.uses, options.seed)]
    share = len(lines) // options.rounds
    files = []
    for number in range(options.rounds):  # no round asks what another one asked
        files.append(folder / f"{number}.jsonl")
        files[-1].write_text(
            "\n".join(lines[number * share : (number + 1) * share]) + "\n", encoding="utf-8"
        )
    kinds = {"empty": ("empty",), "gate": ("gate", "serve", str(gate_of(name, folder)))}
    if name == STORY:
        kinds |= {each: (each,) for each in PEERS}
    taken: dict[str, list[dict[str, Any]]] = {kind: [] for kind in kinds}
    with ExitStack() as stack:
        ports = {kind: stack.enter_context(served(folder, *words)) for kind, words in kinds.items()}
        for port in ports.values():  # what is made at the first question is made
            asked(port, files[0], 1)
        draw = Random(options.seed)
        for number, file in enumerate(files):
            for kind in draw.sample([*kinds], len(kinds)):
                taken[kind].append(asked(ports[kind], file, options.seconds))
                print(f"{name}: round {number + 1}, {kind}", file=sys.stderr, flush=True)
        steady = asked(ports["gate"], files[-1], options.seconds, options.rate)
    empty = [each["rate"] for each in taken["empty"]]
    ratios = {
        kind: median(each["rate"] / rate for each, rate in zip(several, empty, strict=True))
        for kind, several in taken.items()
    }
    return {
        "policy": name,
        "different": len(lines),
        "rates": {kind: median(each["rate"] for each in several) for kind, several in taken.items()},
        "ratios": ratios,
        "p99": median(each["p99"] for each in taken["gate"]),
        "steady": {key: steady[key] for key in ("rate", "p50", "p99")},
        "statuses": taken["gate"][-1]["statuses"],
    }


def main() -> int:
    words = argparse.ArgumentParser(
        prog="python -m benchmarks.gate", description=(__doc__ or "").partition("\n")[0]
    )
    words.add_argument("--rounds", type=int, default=5)
    words.add_argument("--seconds", type=float, default=4)
    words.add_argument(
        "--uses", type=int, default=100_000, help="different uses of each policy, at most"
    )
    words.add_argument("--rate", type=int, default=5_000, help="requests a second for the steady line")
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--only", choices=POLICIES)
    options = words.parse_args()
    if "AUTOCANNON" not in os.environ:
        print("AUTOCANNON has to name the folder of the package autocannon.", file=sys.stderr)
        return 2
    print(f"| policy | gate /s | of empty | steady {options.rate:,}/s: p50, p99 ms | different uses |")
    print("|---|---:|---:|---:|---:|")
    beside = {}
    for name in [options.only] if options.only else POLICIES:
        with tempfile.TemporaryDirectory() as folder:
            made = measured(name, options, Path(folder))
        steady = made["steady"]
        print(
            f"| `{name}` | {made['rates']['gate']:,.0f} | {made['ratios']['gate']:.2f} "
            f"| {steady['rate']:,.0f}/s: {steady['p50']}, {steady['p99']} | {made['different']:,} |",
            flush=True,
        )
        if name == STORY:
            beside = made
    for kind in PEERS if beside else ():
        rate, gate = beside["rates"][kind], beside["rates"]["gate"]
        print(f"{kind}: {rate:,.0f}/s; the gate has {gate / rate:.1f} times as many")
    if beside:
        print(f"empty: {beside['rates']['empty']:,.0f}/s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
