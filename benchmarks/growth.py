"""``python -m benchmarks.growth``: policies of 10 to 10,000 clauses, in few shapes and in many.

How long a decision takes, how long it takes until there can be one (from the text, from the cache in a
new process, and with ten clauses edited), and what memory that needs.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import marshal
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.alone import ENGINES
from benchmarks.generated import drawn, edited, uses
from benchmarks.timing import fresh, heading, in_turns, load, micro, ratios, short

PACKAGES = ("tosdsl", "zen-engine", "opa-golib-python-bindings", "cedarpy")
FEW = 3
MANY = 1_000
UNKNOWN = 0.1
COLD = "tosdsl, from the text"
_FILLING = "tosdsl, from the text, filling the cache"
CACHED = "tosdsl, from the cache"
EDITED = "tosdsl, from the cache, ten clauses edited"
AGAIN = "tosdsl, ten clauses edited, in a process that has read it before"
LOADED = ("hand", "compiled", "tosdsl", "zen", "opa", "cedar")
DECIDING = ("hand", "tosdsl", "decide", "reference", "zen", "opa", "cedar")


@dataclass
class Grid:
    """A table under way: rows of engines, a column for each size."""

    sizes: Sequence[int]
    rows: dict[str, dict[int, str]] = field(default_factory=dict)

    def put(self, title: str, size: int, cell: str) -> None:
        self.rows.setdefault(title, {})[size] = cell

    def lines(self) -> Iterable[str]:
        yield f"| engine | {' | '.join(f'{size:,}' for size in self.sizes)} |"
        yield "|---|" + "---:|" * len(self.sizes)
        for title, cells in self.rows.items():
            yield f"| {title} | {' | '.join(cells.get(size, '–') for size in self.sizes)} |"
        yield ""


def there(names: Sequence[str]) -> list[str]:
    """The engines that are installed."""
    return [name for name in names if importlib.util.find_spec(ENGINES[name].imports)]


def missing(names: Sequence[str]) -> list[str]:
    """A line that says which engines are not installed."""
    absent = {ENGINES[name].title: None for name in names if name not in there(names)}
    return [f"Left out, as not installed: {'; '.join(absent)}.", ""] if absent else []


def decisions(
    sizes: Sequence[int], many: bool, unknown: float, options: argparse.Namespace
) -> list[str]:
    """The tables of decisions; an engine's verdicts are compared before it is timed."""
    again, first, compared = Grid(sizes), Grid(sizes), {}
    for size in sizes:
        names = [
            name
            for name in there(DECIDING)
            if size <= ENGINES[name].largest and (ENGINES[name].gaps or not unknown)
        ]
        numbers = (size, _shapes(size, many), options.requests, options.rounds, unknown)
        made = fresh(
            ["-m", "benchmarks.alone", "decide", *map(str, numbers), *names], {"TOSDSL_CACHE": "off"}
        )
        for name in names:
            title = ENGINES[name].title
            again.put(title, size, _cell(made["rounds"], name))
            first.put(title, size, _cell(made["first"], name))
            if (number := made["checked"][name]) < options.requests:
                compared[f"{title} at {size:,}"] = number
    left = "".join(f" {title}: the first {number:,}." for title, number in compared.items())
    return [
        f"Before timing, all verdicts were compared with those by hand, on {options.requests:,} "
        f"requests a size.{left}",
        "",
        *again.lines(),
        "The same on requests that were not asked before, each once:",
        "",
        *first.lines(),
    ]


def _cell(rounds: Sequence[Mapping[str, float]], name: str) -> str:
    """Microseconds, and the ratio to hand-written Python with its range."""
    ratio, low, high = ratios(rounds, name, "hand")
    middle = median(taken[name] for taken in rounds)
    return f"{micro(middle)} ({short(ratio)}; {short(low)} to {short(high)})"


def _shapes(size: int, many: bool) -> int:
    return min(size, MANY if many else FEW)


def loading(sizes: Sequence[int], many: bool, options: argparse.Namespace) -> list[str]:
    """The tables of loading: seconds and MiB, until the first answer is there."""
    seconds, memory = Grid(sizes), Grid(sizes)
    cached = False
    for size in sizes:
        shapes = _shapes(size, many)
        question = json.dumps(uses(size, shapes, 1, unknown=0.0)[0])
        for name in there(LOADED):
            if size > ENGINES[name].largest:
                continue
            found = loads_of(name, size, shapes, question, options.loads)
            for how, taken in found.items():
                cached = cached or how == CACHED
                spent = median(each["seconds"] for each in taken)
                share = ""
                if how in {CACHED, EDITED, AGAIN}:
                    cold = median(each["seconds"] for each in found[COLD])
                    share = f" (1/{short(cold / spent)})"
                seconds.put(how, size, f"{short(spent * 1e3)}{share}")
                memory.put(how, size, short(median(each["mib"] for each in taken)))
    note = [] if cached else ["This version keeps no cache on disk: each process reads the text.", ""]
    return [
        *(
            "### ms until the first answer, in a new process (as a share of that from the text)",
            "",
            *seconds.lines(),
            *note,
        ),
        *("### MiB of memory that this adds", "", *memory.lines()),
    ]


def loads_of(
    name: str, size: int, shapes: int, question: str, times: int
) -> Mapping[str, list[dict[str, Any]]]:
    """What processes of their own say, by how the engine was loaded."""
    engine = ENGINES[name]
    with TemporaryDirectory() as folder:
        file = Path(folder, f"terms{engine.suffix}")
        text = engine.write(drawn(size, shapes))
        if name == "compiled":
            file.write_bytes(marshal.dumps(compile(text, "<by hand>", "exec")))
        else:
            file.write_text(text, encoding="utf-8")
        found: dict[str, list[dict[str, Any]]] = {}

        def measure(how: str, cache: str, *more: str) -> None:
            command = ["-m", "benchmarks.alone", "load", name, str(file), question, *more]
            found.setdefault(how, []).append(fresh(command, {"TOSDSL_CACHE": cache}))

        title = COLD if name == "tosdsl" else engine.title
        for _ in range(times):
            measure(title, "off")
        if name == "tosdsl":
            _cached(measure, file, text, Path(folder, "cache"), times)
        if CACHED not in found:
            found.pop(_FILLING, None)
        return found


def _cached(measure: Callable[..., None], file: Path, text: str, cache: Path, times: int) -> None:
    """With a cache: filled by one process, used by others; then ten clauses differ each time."""
    for attempt in range(times):
        folder = cache / str(attempt)
        folder.mkdir(parents=True, mode=0o700)
        measure(_FILLING, str(folder))
        if not any(folder.iterdir()):
            return
        measure(CACHED, str(folder))
        number = min(10, text.count("forbid "))
        changed = edited(text, number, attempt + 1)
        file.write_text(changed, encoding="utf-8")
        measure(EDITED, str(folder))
        file.write_text(text, encoding="utf-8")
        measure(AGAIN, str(folder), "--edits", str(number))


def report(options: argparse.Namespace) -> str:
    """The whole of it as Markdown."""
    before, parts = load(), list[str]()
    for many in (False, True):
        shapes = f"{MANY:,} shapes, or as many as clauses" if many else f"{FEW} shapes"
        parts += [f"## {shapes}", "", "### µs a decision (times by hand), all facts known", ""]
        parts += decisions(options.sizes, many, 0.0, options)
        parts += [f"### µs a decision (times by hand), each fact unknown with {UNKNOWN:.0%}", ""]
        parts += decisions(options.sizes, many, UNKNOWN, options)
        parts += loading(options.sizes, many, options)
    parts += missing((*LOADED, *DECIDING))
    head = heading("Policies of many clauses", PACKAGES, in_turns(options.rounds), before)
    return "\n".join([*head, *parts]).rstrip() + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    sizes = [10, 100, 1_000, 10_000]
    parser.add_argument("--sizes", type=int, nargs="+", default=sizes, help="numbers of clauses")
    parser.add_argument("--rounds", type=int, default=9, help="how often each engine is timed")
    parser.add_argument("--requests", type=int, default=1_000, help="how many requests there are")
    parser.add_argument("--loads", type=int, default=3, help="how often each policy is loaded")
    print(report(parser.parse_args(arguments)), end="")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
