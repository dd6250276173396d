"""Ten thousand receipts, decided again in another process, after their policies got newer versions.

    python -m tests.unit.many_receipts --receipts 10000 --clock 2031-05-06

In a folder of its own, under git: the shipped library, of which receipts are written on generated uses.
Then each text is edited and given a newer version, and it is committed. Another process, with another
folder at hand, decides the receipts again: it may not find one text anywhere but in git. ``--clock``
is the day on which that process lives (it needs Debian's ``faketime``). Of each receipt, bytes are
altered one at a time, at places that are drawn: none may be read.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

import attrs
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import tosdsl
import tosdsl.testing
from tests.conftest import ROOT
from tosdsl.receipts.write import Writer

_SEPARATE = {"GIT_AUTHOR_NAME": "t", "GIT_COMMITTER_NAME": "t", "GIT_CONFIG_GLOBAL": os.devnull}
_MAIL = {"GIT_AUTHOR_EMAIL": "t@example.org", "GIT_COMMITTER_EMAIL": "t@example.org"}


def main() -> int:
    words = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    words.add_argument("--receipts", type=int, default=10_000)
    words.add_argument("--altered", type=int, default=10, help="bytes of each receipt, one at a time")
    words.add_argument("--seed", type=int, default=0)
    words.add_argument("--clock", metavar="DAY", help="the day on which they are decided again")
    options = words.parse_args()
    if options.clock and shutil.which("faketime") is None:
        words.error("--clock needs Debian's faketime")
    with tempfile.TemporaryDirectory() as folder:
        found = run(Path(folder), options.receipts, options.seed, clock=options.clock)
        log = (Path(folder) / "elsewhere" / "log").read_bytes()
    unseen = sum(not_seen(line, options.altered, Random(options.seed)) for line in log.splitlines())
    found["altered"] = {"bytes": options.receipts * options.altered, "not found": unseen}
    print(json.dumps(found, indent=2))
    return 0 if found["outcomes"] == {"same": options.receipts} and unseen == 0 else 1


def not_seen(raw: bytes, many: int, draw: Random) -> int:
    """How many of so many altered bytes of a receipt leave one that is read."""
    unseen = 0
    for _ in range(many):
        at, bit = draw.randrange(len(raw)), 1 << draw.randrange(8)
        try:
            tosdsl.Receipt.from_bytes(raw[:at] + bytes([raw[at] ^ bit]) + raw[at + 1 :])
        except tosdsl.ReceiptError:
            continue
        unseen += 1
    return unseen


def run(
    folder: Path, many: int, number: int = 0, every: int = 1, clock: str | None = None
) -> dict[str, Any]:
    """Counts of what came of it, and seconds; ``folder`` is empty. Each ``every``-th document is
    asked about. ``clock`` is the day of the other process, if it has another."""
    repository, elsewhere = folder / "repository", folder / "elsewhere"
    shutil.copytree(ROOT / "policies", repository / "policies")
    for file in repository.rglob("*.tos*"):  # so that no text is one of the shipped library
        file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    elsewhere.mkdir()
    git(repository, "init", "-q")
    commit(repository, "first")
    began = perf_counter()
    size = 0
    with (elsewhere / "log").open("wb") as stream:
        for made in receipts(repository, many, number, every):
            size += stream.write(made.to_bytes() + b"\n")
    written = perf_counter()
    for file in sorted(repository.rglob("*.tos*")):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace('version "', 'version "newer-'), encoding="utf-8")
    commit(repository, "newer")
    asked = ["replay", str(elsewhere / "log"), "--format", "json", "--texts", str(repository)]
    moved = [] if clock is None else ["faketime", clock]
    [day] = subprocess.run(
        [*moved, sys.executable, "-c", "import datetime; print(datetime.date.today())"],
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split()
    ran = subprocess.run(
        [*moved, sys.executable, "-m", "tosdsl", *asked],
        cwd=elsewhere,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    ended = perf_counter()
    told = json.loads(ran.stdout)["receipts"]
    return {
        "status": ran.returncode,
        "decided_again_on": day,
        "outcomes": dict(Counter(each["outcome"] for each in told)),
        "verdicts": dict(Counter(each["verdict"] for each in told)),
        "different": len({each["id"] for each in told}),
        "bytes": size,
        "seconds_to_write": round(written - began, 1),
        "seconds_to_replay": round(ended - written, 1),
    }


def receipts(repository: Path, many: int, number: int, every: int) -> Iterator[tosdsl.Receipt]:
    """Receipts on uses that aim at the clauses of each document, all versions of it together."""
    before = Path.cwd()
    os.chdir(repository)
    try:
        several: dict[str, tosdsl.PolicySet] = {}
        for file in sorted(Path("policies").rglob("*.tos*"))[::every]:
            if re.search(r"^policy ", file.read_text(encoding="utf-8"), re.MULTILINE):
                several[str(file)] = tosdsl.load(str(file))
        folders = sorted(Path("policies").glob("*/"))[: 3 if every == 1 else 1]
        several |= {f"{each}/": tosdsl.load(str(each)) for each in folders}
        count = 0
        each_has, more = divmod(many, len(several))
        for at, policies in enumerate(several.values()):
            writer = Writer(policies)
            for use in drawn(policies, each_has + (at < more), number):
                count += 1
                yield writer.written(attrs.evolve(use, title=f"use {count}"))
    finally:
        os.chdir(before)


def drawn(policies: tosdsl.PolicySet, many: int, number: int) -> list[tosdsl.Use]:
    """Uses, with days."""
    found: list[tosdsl.Use] = []

    @seed(number)
    @settings(
        max_examples=max(2 * many, 1),
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(tosdsl.testing.uses(policies), tosdsl.testing.days(policies), st.booleans())
    def draw(facts: dict[str, Any], day: Any, known: bool) -> None:
        if len(found) < many:
            use = tosdsl.Use(facts, as_of=day, known_at=day if known else None)
            found.append(use)

    draw()
    return found


def git(folder: Path, *words: str) -> None:
    environment = {**os.environ, **_SEPARATE, **_MAIL}
    subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, env=environment)


def commit(folder: Path, title: str) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", title)


if __name__ == "__main__":
    sys.exit(main())
