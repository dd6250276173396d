"""Many logged decisions, decided again by a policy that was changed.

    python -m tests.gate.replayed --decisions 100000

A gate on OpenAI's business terms decides requests of generated customers and logs them. Then the
exception for classifiers is edited, looser at one place and tighter at another, and ``tosdsl gate
replay`` reads the log. Its classes have to be those of deciding each request anew, and of the same
changes and clauses as ``tosdsl diff`` has. Status 1 if they are not.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

import yaml

import tosdsl
from tests.conftest import ROOT
from tosdsl.gate.live import Live
from tosdsl.gate.model import Request

POLICY = "openai/business_terms-2023-11-14.tos"
DAY = date(2023, 12, 15)
EDITS = (
    ("            provided not model.commercially_available\n", ""),
    (
        "when model.purpose in {classify, categorize, organize}",
        "when model.purpose in {classify, categorize}",
    ),
)
GATE = f"""\
policies: {{active: old/{POLICY}}}
subject: {{from: header.authorization, strip: "Bearer ", register: customers.yaml}}
facts:
  output_of: {{from: body.model, table: {{gpt-4o: openai, "mistral-*": mistral}}, list: true}}
  activities: {{from: header.x-activities, split: ","}}
  model: register.model
as_of: {DAY}
log: {{to: decisions.jsonl, values: ["*"], log_or_deny: true}}
"""
PURPOSES = ("classify", "categorize", "organize", "generate")
ACTIVITIES = ("train", "evaluate", "promote", "fine_tune", "annotate")
Change = tuple[str, str]
"""A verdict before, and after."""


def customer(draw: Random) -> dict[str, Any]:
    """A row of the register, of which much may be unknown."""
    model = {
        "purpose": draw.choice(PURPOSES),
        "competes_with": draw.choice(([], ["openai"], ["mistral"])),
        "distributed": draw.random() < 0.3,
        "commercially_available": draw.random() < 0.3,
    }
    return {"model": {name: value for name, value in model.items() if draw.random() < 0.85}}


def request(draw: Random, customers: int) -> Request:
    headers = [("authorization", f"Bearer {draw.randrange(customers + 10)}")]
    if draw.random() < 0.9:
        chosen = draw.sample(ACTIVITIES, draw.choice((1, 1, 2)))
        headers.append(("x-activities", ",".join(chosen)))
    body = json.dumps({"model": draw.choice(("gpt-4o", "gpt-4o", "mistral-large", "other"))}).encode()
    more = (("content-type", "application/json"), ("content-length", str(len(body))))
    return Request(method="POST", path="/v1/chat/completions", headers=(*headers, *more), body=body)


def edited(folder: Path) -> None:
    """The shipped library twice, the second time with the changes. The document has a name of its own:
    a text in the place of a shipped one comes with a warning, and no gate opens on that."""
    for name, edits in (("old", ()), ("new", EDITS)):
        shutil.copytree(ROOT / "policies", folder / name)
        file = folder / name / POLICY
        text = file.read_text(encoding="utf-8").replace("openai.business_terms", "lab.terms")
        for before, after in edits:
            assert text.count(before) == 1, before
            text = text.replace(before, after)
        file.write_text(text, encoding="utf-8")


def command(folder: Path, *words: str) -> Any:
    """What a command of tosdsl prints as JSON."""
    ran = subprocess.run(
        [sys.executable, "-m", "tosdsl", *words, "--format", "json"],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    if ran.returncode not in {0, 3}:
        raise RuntimeError(ran.stderr.decode())
    return json.loads(ran.stdout)


def run(folder: Path, decisions: int, number: int = 0, customers: int = 3_000) -> dict[str, Any]:
    """The changes that each way finds; ``folder`` is empty."""
    draw = Random(number)
    edited(folder)
    rows = {str(at): customer(draw) for at in range(customers)}
    (folder / "customers.yaml").write_text(json.dumps(rows), encoding="utf-8")
    (folder / "gate.yaml").write_text(GATE, encoding="utf-8")
    live = Live(folder / "gate.yaml")
    changed = tosdsl.load(folder / "new" / POLICY)
    anew: Counter[Change] = Counter()
    clauses: set[str] = set()
    began = perf_counter()
    for _ in range(decisions):
        asked = request(draw, customers)
        live.ask(asked, "test")
        facts = live.decider.compiled.use(asked).facts
        before = live.decider.policies.decide(facts, as_of=DAY)
        after = changed.decide(facts, as_of=DAY)
        if before.verdict is not after.verdict:
            anew[before.verdict.value, after.verdict.value] += 1
    live.stop()
    logged = perf_counter()
    found = command(folder, "gate", "replay", "decisions.jsonl", "--with", f"new/{POLICY}")
    replayed: Counter[Change] = Counter()
    for each in found["classes"]:
        replayed[each["before"], each["after"]] += each["count"]
        clauses.update(each["clauses"])
    compared = command(folder, "diff", f"old/{POLICY}", f"new/{POLICY}")
    changes = {(each["before"], each["after"]) for each in compared["changes"]}
    named = {each["clause"]["new"] for each in compared["changes"]}
    return {
        "decided": found["decided"],
        "same": found["same"],
        "torn": found["torn"],
        "seconds of the replay": round(perf_counter() - logged, 1),
        "seconds before": round(logged - began, 1),
        "by deciding each": {" → ".join(each): count for each, count in sorted(anew.items())},
        "by replay": {" → ".join(each): count for each, count in sorted(replayed.items())},
        "by diff": sorted(" → ".join(each) for each in changes),
        "clauses of replay": sorted(clauses),
        "clauses of diff": sorted(named),
    }


def agrees(found: dict[str, Any], decisions: int) -> bool:
    """Whether all three tell the same."""
    return bool(
        found["decided"] == decisions
        and not found["torn"]
        and found["by replay"] == found["by deciding each"]
        and [*found["by replay"]] == found["by diff"]
        and found["clauses of replay"] == found["clauses of diff"]
    )


def main() -> int:
    words = argparse.ArgumentParser(prog="python -m tests.gate.replayed")
    words.add_argument("--decisions", type=int, default=100_000)
    words.add_argument("--seed", type=int, default=0)
    options = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = run(Path(folder), options.decisions, options.seed)
    print(yaml.safe_dump(found, sort_keys=False, allow_unicode=True), end="")
    return 0 if agrees(found, options.decisions) else 1


if __name__ == "__main__":
    sys.exit(main())
