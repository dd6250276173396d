"""``python -m benchmarks.start``: what a process pays before it has an answer.

Each command runs in processes of its own, in turns with the others. What is kept on disk between
processes (bytecode, the cache of policies, in a folder made for this) is filled by one run before.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.peers import PACKAGES, POLICY
from benchmarks.timing import ROOT, environment, heading, load, short

BARE = "`python -c pass`"
USE = "policies/uses/project_seed.yaml"
FORBIDDEN = 3
"""The exit status of ``tosdsl check`` for the story."""

_HOW = (
    "Each figure is the median of {} processes, run in turns; milliseconds are those on the wall, in "
    "the last column those of the processor."
)

_ASK = (
    f"import tosdsl; policies = tosdsl.load({POLICY!r}); answer = policies.{{}}({{{{"
    "'activities': ['train'], 'output_of': ['openai'], "
    "'model': {{'purpose': 'generate', 'competes_with': ['openai']}}}})"
)
_VERDICT = _ASK.format("verdict") + "; assert answer is tosdsl.Verdict.FORBIDDEN"
_DECIDE = _ASK.format("decide") + "; assert answer.verdict is tosdsl.Verdict.FORBIDDEN"

OTHERS: Mapping[str, str] = {
    "attrs": "import attrs",
    "lark": "import lark",
    "zen": "import zen",
    "cel": "import cel",
    "cel_expr_python": "from cel_expr_python import cel",
    "cedarpy": "import cedarpy",
    "opa_bindings": "import opa_bindings; opa_bindings.OpaEngine()",
}
"""By module, what is run to have it ready; OPA's library is loaded with its first engine."""


@dataclass(frozen=True)
class Command:
    """What is run, and the exit status that says that it did what it should."""

    arguments: Sequence[str]
    status: int = 0


def commands() -> dict[str, Command]:
    """By what the report calls them; engines that are not installed are left out."""
    python = sys.executable
    script = Path(python).with_name("tosdsl")
    check = [str(script)] if script.exists() else [python, "-m", "tosdsl"]
    return {
        BARE: Command([python, "-c", "pass"]),
        "`import tosdsl`": Command([python, "-c", "import tosdsl"]),
        "import, load, `verdict`": Command([python, "-c", _VERDICT]),
        "import, load, `decide`": Command([python, "-c", _DECIDE]),
        "`tosdsl check`, the story": Command([*check, "check", POLICY, "--facts", USE], FORBIDDEN),
        **{
            f"`{text}`": Command([python, "-c", text])
            for module, text in OTHERS.items()
            if importlib.util.find_spec(module)
        },
    }


def run(command: Command, env: Mapping[str, str]) -> tuple[float, float]:
    """Seconds on the wall and of the processor. Raises RuntimeError if it did not do what it should."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
    ran = subprocess.run(command.arguments, cwd=ROOT, env=env, capture_output=True, check=False)
    wall, after = perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if ran.returncode != command.status:
        raise RuntimeError(f"{command.arguments}: status {ran.returncode}\n{ran.stderr.decode()}")
    return wall, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def measured(rounds: int, seed: int) -> list[dict[str, tuple[float, float]]]:
    """The seconds of each command, round by round, each round in an order of its own."""
    draw, all_ = random.Random(seed), commands()
    with TemporaryDirectory() as cache:
        env = environment({"TOSDSL_CACHE": cache})
        for command in all_.values():
            run(command, env)
        return [
            {title: run(all_[title], env) for title in draw.sample(list(all_), len(all_))}
            for _ in range(rounds)
        ]


def report(rounds: int, seed: int) -> str:
    """The whole of it as Markdown."""
    before = load()
    made = measured(rounds, seed)
    lines = [
        *heading(
            "From nothing to an answer", (*PACKAGES, "attrs", "lark"), _HOW.format(rounds), before
        ),
        "| command | ms | fastest to slowest | times bare Python | ms of the processor |",
        "|---|---:|---:|---:|---:|",
    ]
    for title in commands():
        walls = sorted(taken[title][0] for taken in made)
        ratio = median(taken[title][0] / taken[BARE][0] for taken in made)
        spread = f"{short(walls[0] * 1e3)} to {short(walls[-1] * 1e3)}"
        processor = median(taken[title][1] for taken in made)
        cells = (title, short(median(walls) * 1e3), spread, short(ratio), short(processor * 1e3))
        lines.append(f"| {' | '.join(cells)} |")
    if absent := [module for module in OTHERS if not importlib.util.find_spec(module)]:
        lines += ["", f"Left out, as not installed: {', '.join(absent)}."]
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.start", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20, help="how many processes each")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    print(report(options.rounds, options.seed), end="")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
