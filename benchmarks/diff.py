"""``python -m benchmarks.diff``: how long it takes to say what an edit of a large policy changes.

For each size: a generated policy, the same with some of its clauses edited, every class of change with
its use. Seconds are the processor's; reading the texts is not counted.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from time import process_time

import tosdsl
from benchmarks.generated import edited, policy
from tosdsl.analysis.diff import diff

SIZES = (100, 1_000, 10_000)
EDITED = 20


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table: a line a size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=list(SIZES))
    parser.add_argument("--edited", type=int, default=EDITED, help="clauses that are edited")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    print("| clauses | edited | seconds | classes | not known | questions |")
    print("|---:|---:|---:|---:|---:|---:|")
    for size in options.sizes:
        text = policy(size, min(size, 50), options.seed)
        old = tosdsl.loads(text).linked
        new = tosdsl.loads(edited(text, min(options.edited, size), options.seed)).linked
        start = process_time()
        found = diff(old, new)
        took = process_time() - start
        cells = (
            size,
            options.edited,
            f"{took:.2f}",
            len(found.changes),
            len(found.unsettled),
            found.asked,
        )
        print(f"| {' | '.join(map(str, cells))} |", flush=True)


if __name__ == "__main__":
    main()
