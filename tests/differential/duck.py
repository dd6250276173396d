"""SQL for DuckDB, in a long run: every construct, with NULLs and the ends of every type.

    python -m tests.differential.duck --rows 10000 --worlds 300 --world-rows 1000

Every policy of the conformance suite, every shipped one and generated ones are put to so many rows
each. What DuckDB says of verdicts, clauses and conditions must be what ``decide`` says, and rows of one
kind must have one decision.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

import tosdsl
from tests.differential.held import held, read_options
from tests.differential.tables import table


def differences(
    policies: tosdsl.PolicySet, count: int, seed: int, *, zoned: bool = False
) -> Iterator[str]:
    for answers in policies.predicates.answers(None, None):
        rows = table(answers, count, seed, zoned=zoned)
        yield from rows.differences()
        yield from rows.kinds()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    return held(read_options(parser), differences)


if __name__ == "__main__":
    sys.exit(main())
