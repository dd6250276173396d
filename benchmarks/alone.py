"""What ``benchmarks.growth`` measures in processes of their own; each prints JSON.

``load ENGINE FILE QUESTION`` loads one file and asks one question. ``decide CLAUSES SHAPES …`` loads
every engine, compares their verdicts, and times them in turns.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import marshal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from benchmarks import crowd
from benchmarks.crowd import Ask
from benchmarks.generated import Clause, drawn, edited, policy, uses
from benchmarks.timing import interleaved, resident, seconds_at_first

PATIENCE = 10.0
"""Seconds that the comparison of one engine's verdicts may take; the requests that it has no time for
are left out, and the report says so."""


@dataclass(frozen=True)
class Engine:
    """How an engine's text is made (untimed), loaded (timed), and its answer read."""

    title: str
    suffix: str
    imports: str
    """What is imported before anything is measured."""
    write: Callable[[Sequence[Clause]], str]
    load: Callable[[Path], Ask]
    read: Callable[[Any], str]
    gaps: bool = False
    """Whether it is asked about uses of which something is unknown."""
    largest: int = 1_000_000


def _forbids(answer: object) -> str:
    return "forbidden" if answer else "permitted"


def _of_text(load: Callable[[str], Ask]) -> Callable[[Path], Ask]:
    return lambda file: load(file.read_text(encoding="utf-8"))


def _load_verdict(file: Path) -> Ask:
    import tosdsl

    return tosdsl.load(file).verdict


def _load_decide(file: Path) -> Ask:
    import tosdsl

    return tosdsl.load(file).decide


def _load_reference(file: Path) -> Ask:
    import tosdsl
    from benchmarks.reference import reference

    return reference(tosdsl.load(file))


def _load_compiled(file: Path) -> Ask:
    """As Python loads a module that it has compiled before. The parent made the file."""
    return crowd.load_module(marshal.loads(file.read_bytes()))


def _policy_text(clauses: Sequence[Clause]) -> str:
    return policy(len(clauses), len({clause.shape for clause in clauses}))


ENGINES: Mapping[str, Engine] = {
    "hand": Engine(
        *("Python, by hand", ".py", "marshal", crowd.hand_written, _of_text(crowd.load_hand)),
        *(lambda word: str(word), True),
    ),
    "compiled": Engine(
        *("Python, by hand, compiled before", ".pyc", "marshal", crowd.hand_written, _load_compiled),
        lambda word: str(word),
    ),
    "tosdsl": Engine(
        *("tosdsl, `verdict`", ".tos", "tosdsl", _policy_text, _load_verdict),
        *(lambda answer: str(answer.value), True),
    ),
    "decide": Engine(
        *("tosdsl, `decide`", ".tos", "tosdsl", _policy_text, _load_decide),
        *(lambda answer: str(answer.verdict.value), True),
    ),
    "reference": Engine(
        *("tosdsl, the reference", ".tos", "tosdsl", _policy_text, _load_reference),
        *(lambda answer: str(answer.value), True, 1_000),
    ),
    "zen": Engine(
        *("zen, one decision table", ".json", "zen", crowd.zen_table, _of_text(crowd.load_zen)),
        lambda answer: _forbids((answer["result"] or {}).get("forbidden")),
    ),
    "opa": Engine(
        *("OPA, a rule a clause", ".rego", "opa_bindings", crowd.rego, _of_text(crowd.load_opa)),
        _forbids,
    ),
    "cedar": Engine(
        *("Cedar, a policy a clause", ".cedar", "cedarpy", crowd.cedar, _of_text(crowd.load_cedar)),
        *(lambda answer: _forbids(not answer.allowed), False, 1_000),
    ),
}


def measure_load(name: str, file: Path, question: Mapping[str, Any]) -> dict[str, Any]:
    """Seconds of the processor and MiB until the first answer is there, and that answer."""
    engine = ENGINES[name]
    importlib.import_module(engine.imports)
    gc.collect()
    before, start = resident(), process_time()
    ask = engine.load(file)
    answer = engine.read(ask(question))
    seconds = process_time() - start
    gc.collect()
    return {"seconds": seconds, "mib": resident() - before, "answer": answer}


def measure_edits(file: Path, question: Mapping[str, Any], clauses: int) -> dict[str, Any]:
    """The same of a text of which so many clauses are edited, in a process that has read it before,
    and one such edit. Leaves the file as it was."""
    text, made = file.read_text(encoding="utf-8"), dict[str, Any]()
    try:
        for seed in (101, 102, 103):
            made = measure_load("tosdsl", file, question)
            file.write_text(edited(text, clauses, seed), encoding="utf-8")
        return made
    finally:
        file.write_text(text, encoding="utf-8")


def measure_decisions(
    clauses: int, shapes: int, names: Sequence[str], requests: int, rounds: int, unknown: float
) -> dict[str, Any]:
    """Every engine on the same requests: how many verdicts were compared, and the rounds."""
    made = drawn(clauses, shapes)
    asked = uses(clauses, shapes, requests, 1, unknown=unknown)
    calls: dict[str, Ask] = {}
    checked: dict[str, int] = {}
    loaded: dict[tuple[str, Any], Ask] = {}
    with TemporaryDirectory() as folder:
        for name in names:
            engine = ENGINES[name]
            file = Path(folder, f"terms{engine.suffix}")
            file.write_text(engine.write(made), encoding="utf-8")
            loaded[name, engine] = engine.load(file)
    words = [str(loaded["hand", ENGINES["hand"]](facts)) for facts in asked]
    for (name, engine), ask in loaded.items():
        start, compared = perf_counter(), 0
        for facts, word in zip(asked, words, strict=True):
            if (given := engine.read(ask(facts))) != word:
                raise SystemExit(f"{engine.title} says {given}, by hand it is {word}: {facts!r}")
            compared += 1
            if perf_counter() - start > PATIENCE:
                break
        calls[name], checked[name] = ask, compared
    numbers = (clauses, shapes, requests)
    return {
        "checked": checked,
        "shares": {word: words.count(word) for word in sorted(set(words))},
        "rounds": interleaved(calls, asked, rounds),
        "first": [_first_time(calls, numbers, seed, unknown) for seed in range(2, rounds + 2)],
    }


def _first_time(
    calls: Mapping[str, Ask], numbers: tuple[int, int, int], seed: int, unknown: float
) -> dict[str, float]:
    """Seconds a decision on requests that nobody has asked before, one pass of each engine."""
    new = uses(*numbers, seed, unknown=unknown)
    gc.collect()
    gc.disable()
    try:
        order = Random(seed).sample(list(calls), len(calls))
        return {name: seconds_at_first(calls[name], new, 0.5) for name in order}
    finally:
        gc.enable()


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.alone", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    load = commands.add_parser("load")
    load.add_argument("engine", choices=sorted(ENGINES))
    load.add_argument("file", type=Path)
    load.add_argument("question", type=json.loads)
    load.add_argument("--edits", type=int, help="so many clauses edited, in one process")
    decide = commands.add_parser("decide")
    for name in ("clauses", "shapes", "requests", "rounds"):
        decide.add_argument(name, type=int)
    decide.add_argument("unknown", type=float)
    decide.add_argument("engines", nargs="+")
    given = parser.parse_args(arguments)
    if given.command == "load":
        if given.edits is None:
            print(json.dumps(measure_load(given.engine, given.file, given.question)))
        else:
            print(json.dumps(measure_edits(given.file, given.question, given.edits)))
    else:
        numbers = (given.requests, given.rounds, given.unknown)
        print(json.dumps(measure_decisions(given.clauses, given.shapes, given.engines, *numbers)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
