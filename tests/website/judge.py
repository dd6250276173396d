"""Whether the studio shows what a page says of an example, wherever it was asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from website.examples import Example


def differs(example: Example, shown: Mapping[str, Any]) -> Iterator[str]:
    """What is not as the page says. ``shown``: what a view of the studio shows (``drive.mjs``)."""
    match example.view:
        case "write":
            codes = set(shown["codes"])
            if codes != example.codes:
                yield f"the page says {_several(example.codes)}, the studio shows {_several(codes)}"
            for code in sorted(example.lint - set(shown["lint"])):
                yield f"the page says {code}, and looking it over does not"
            for title, held in shown["scenarios"]:
                said = True if example.runs is None else example.runs.get(title, held)
                if held != said:
                    yield f"`{title}` {'holds' if held else 'does not hold'}"
        case "ask":
            if shown["verdict"] != example.verdict:
                yield f"the page says {example.verdict}, the studio shows {shown['verdict']}"
        case _:
            clause = example.state.get("c")
            if clause is not None and clause not in shown["clauses"]:
                yield f"there is no clause {clause}"


def _several(codes: Iterator[str] | set[str] | frozenset[str]) -> str:
    return ", ".join(sorted(codes)) or "no code"
