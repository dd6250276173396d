"""The run that holds a database to ``decide``: conformance, shipped and generated policies."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from time import perf_counter

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import tosdsl
from tests.conftest import ROOT
from tests.differential import constructs
from tests.properties.worlds import World, worlds


def conformance() -> list[Path]:
    """The policies of the conformance suite, of which each construct is in one; without those that can
    be read in several ways: they have no SQL, and ``tosdsl audit`` refuses them."""
    found = sorted((ROOT / "tests" / "conformance").glob("*/good/*.tos"))
    return [each for each in found if "\ninterpretation " not in each.read_text("utf-8")]


def read_options(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """How much is asked for."""
    parser.add_argument("--rows", type=int, default=1_000)
    parser.add_argument("--worlds", type=int, default=100, help="generated policies")
    parser.add_argument("--world-rows", type=int, default=100, help="rows of each of these")
    return parser.parse_args()


def held(options: argparse.Namespace, differences: Callable[..., Iterator[str]]) -> int:
    """Prints where a database and ``decide`` do not say the same. 1 if they differ, else 0.

    ``differences(policies, count, seed, zoned=…)`` gives them for one set of policies.
    """
    wrong, drawn, began = 0, set[str](), perf_counter()

    def told(name: str, found: Iterable[str]) -> None:
        nonlocal wrong
        several = list(found)
        wrong += len(several)
        for each in several[:3]:
            print(f"{name}: {each[:600]}")
        sys.stdout.flush()

    shipped = [*(ROOT / "policies").glob("*/*.tos"), *(ROOT / "policies").glob("*/*.tos.md")]
    files = [*conformance(), *sorted(shipped)]
    files = [each for each in files if "\npolicy " in f"\n{each.read_text('utf-8')}"]
    for file in files:
        policies = tosdsl.load(str(file))
        drawn |= constructs.of(policies)
        told(file.name, differences(policies, options.rows, 1))
    print(f"{len(files)} policies with {len(drawn)} constructs, {options.rows:,} rows each")
    sys.stdout.flush()

    @given(worlds(), st.integers(0, 2**30), st.booleans())
    @settings(
        max_examples=max(options.worlds, 1),
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def generated(world: World, seed: int, zoned: bool) -> None:
        found = [*differences(world.policies, options.world_rows, seed, zoned=zoned)]
        told("generated", found)
        if found:
            print(f"of seed {seed}, zoned {zoned}:", *world.texts, sep="\n\n", flush=True)

    if options.worlds:
        generated()
    print(f"{options.worlds} generated policies, {options.world_rows:,} rows each")
    print(f"{wrong} differences, in {perf_counter() - began:.0f} s")
    return 1 if wrong else 0
