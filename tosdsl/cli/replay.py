"""``tosdsl replay``: receipts decided again."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from typing import Any

from attrs import evolve, frozen

from tosdsl.base.span import Span
from tosdsl.cli.receipts import receipts_in
from tosdsl.cli.terminal import (
    FORBIDDEN,
    OK,
    WRONG,
    print_diagnostics,
    print_json,
    print_line,
    print_lines,
)
from tosdsl.decision.text import Line
from tosdsl.diagnostics.model import Diagnostic, shown
from tosdsl.errors import ReceiptError
from tosdsl.receipts.find import HERE, Texts
from tosdsl.receipts.model import Receipt
from tosdsl.receipts.replay import Difference, Replays

_MOST = 20
"""Differences of one receipt, and mistakes, that are shown as text; JSON has all of them."""


@frozen
class _Outcome:
    """What came of one line: ``same``, ``differs``, or ``wrong`` with a diagnostic.

    ``by`` and ``now`` are the versions that decided, the receipt's own and this one.
    """

    place: Span
    name: str
    id: str | None = None
    verdict: str | None = None
    by: str = ""
    now: str = ""
    differences: tuple[Difference, ...] = ()
    added: tuple[str, ...] = ()
    problem: Diagnostic | None = None


def run(options: argparse.Namespace) -> int:
    """Print what came of each; 1 if one could not be decided again, 3 if one comes out otherwise."""
    replays = Replays(Texts(options.texts or HERE, options.git))
    outcomes = [
        _outcome(replays, place, found)
        for name in options.receipt
        for place, found in receipts_in(name)
    ]
    if options.format == "json":
        print_json({"schema": "tosdsl.replay/1", "receipts": [_json(each) for each in outcomes]})
    else:
        print_lines(_lines(outcomes))
        wrong = [each.problem for each in outcomes if each.problem is not None]
        print_diagnostics(wrong[:_MOST], {})
        if len(wrong) > _MOST:
            print_line(f"and {len(wrong) - _MOST:,} more that were not decided", error=True)
    names = {each.name for each in outcomes}
    return WRONG if "wrong" in names else FORBIDDEN if "differs" in names else OK


def _outcome(replays: Replays, place: Span, found: Receipt | Diagnostic) -> _Outcome:
    if isinstance(found, Diagnostic):
        return _Outcome(place, "wrong", problem=found)
    try:
        made = replays.of(found)
    except ReceiptError as error:
        problem = evolve(error.diagnostics[0], span=place)
        return _Outcome(place, "wrong", found.id, found.verdict.value, problem=problem)
    by, now = (each.content["engine"]["version"] for each in (found, made.again))
    name = "same" if made.same else "differs"
    return _Outcome(place, name, found.id, found.verdict.value, by, now, made.differences, made.added)


_COUNTED = {"same": "the same", "differs": "decided otherwise", "wrong": "not decided"}


def _lines(outcomes: list[_Outcome]) -> Iterator[Line]:
    for each in outcomes:
        if each.name == "differs" or (each.name == "same" and len(outcomes) == 1):
            yield from _single(each)
    if len(outcomes) > 1:
        counts = Counter(each.name for each in outcomes)
        told = ", ".join(
            f"{counts[name]:,} {words}" for name, words in _COUNTED.items() if counts[name]
        )
        yield Line(((f"{len(outcomes):,} receipts: {told}", "title"),))


def _single(each: _Outcome) -> Iterator[Line]:
    style = "permitted" if each.name == "same" else "forbidden"
    where = shown(f"{each.place.file}:{each.place.line}")
    yield Line(
        ((_COUNTED[each.name].upper(), style), (f"  {where}", ""), (f"  {each.id or ''}", "note"))
    )
    verdict = (each.verdict or "").replace("_", " ")
    again = f", again by tosdsl {each.now}" if each.by != each.now else ""
    yield Line(((f"  {verdict}, decided by tosdsl {shown(each.by)}{again}", ""),))
    for one in each.differences[:_MOST]:
        yield Line((("  ✗ ", "forbidden"), (shown(one.path), "path")))
        yield Line(((f"      was {_words(one.was)}, is {_words(one.now)}", ""),))
    if len(each.differences) > _MOST:
        yield Line(((f"      and {len(each.differences) - _MOST} more", "note"),))
    if each.added:
        yield Line(
            ((f"  not known to tosdsl {shown(each.by)}: {shown(', '.join(each.added))}", "note"),)
        )


def _words(value: str) -> str:
    return shown(value) or "not there"


def _json(each: _Outcome) -> dict[str, Any]:
    return {
        "file": each.place.file,
        "line": each.place.line,
        "id": each.id,
        "outcome": each.name,
        "verdict": each.verdict,
        "differences": [{"path": one.path, "was": one.was, "now": one.now} for one in each.differences],
        "added": list(each.added),
        "diagnostics": [] if each.problem is None else [each.problem.to_json()],
    }
