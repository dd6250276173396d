"""What an audit with ``--against`` found, in lines for a terminal and in sentences for the report."""

from __future__ import annotations

from collections.abc import Iterator

from tosdsl.analysis.changes import KINDS, Class
from tosdsl.analysis.report import move, sentence
from tosdsl.auditing.counts import Counts, ranked
from tosdsl.auditing.naming import called, sides
from tosdsl.auditing.run import Run
from tosdsl.auditing.wording import MOST, are, counted, line, share
from tosdsl.decision.text import Line

NO_CLASSES = "Classes of change are told of policies that presume nothing and are read in one way."


def comparison(run: Run) -> Iterator[Line]:
    """What would change, in lines: nothing if the rows were not compared."""
    if run.against is None:
        return
    yield line(f"Compared, {sides(run)}")
    for said in changed_words(run):
        yield line(f"  {said}")
    for (old, new), rows in sorted(run.counts.changes.items()):
        mark = "  " if old == new else "! "
        yield line(f"  {mark}{rows:>13,}  {old.replace('_', ' ')} → {new.replace('_', ' ')}")
    for said, rows in ranked(run.counts.against_wrong, MOST):
        code, _, fact = said.partition(" ")
        other = called(run, run.against)
        yield line(f"warning[{code}] {fact}: {are(rows)} wrong for {other} (before)")
    yield from _classes(run)


def changed_words(run: Run) -> Iterator[str]:
    """How many rows change, and how many of those as a document is not in force."""
    assert run.against is not None
    counts = run.counts
    whole = sum(counts.changes.values())
    if not whole:
        yield "No row could be judged by both."
        return
    changed = sum(rows for (old, new), rows in counts.changes.items() if old != new)
    if not changed:
        yield f"No row changes: {_by_both(whole)}."
        return
    gets = "gets" if changed == 1 else "get"
    yield f"{changed:,} of {counted(whole)} {gets} another verdict now ({share(changed, whole)})."
    for when, side in (("before", run.against), ("now", run.side)):
        rows = counts.silent[when]
        if rows:
            yield (
                f"{rows:,} of these because, on the day of the row, no version of {side.title} "
                f"({when}) is in force."
            )
    if counts.silent:
        yield "To compare the texts themselves, leave `as_of` out of the mapping."


def _by_both(whole: int) -> str:
    return (
        "the one row gets the same verdict by both"
        if whole == 1
        else (f"all {whole:,} get the same verdict by both")
    )


def _classes(run: Run) -> Iterator[Line]:
    if run.moves is None:
        yield line(NO_CLASSES)
    found = classes(run)
    if not found:
        return
    yield line("Classes of change, as `tosdsl diff` tells them (a row can be in several):")
    for kind in KINDS:
        several = [each for each in found if each[0].kind == kind]
        for made, rows, first in several[:MOST]:
            said = f"{kind}: {class_words(made)} (such as row {first:,})"
            yield line(f"  {rows:>15,}  {said}")
        if len(several) > MOST:
            yield line(f"  {'':15}  {kind}: {len(several) - MOST:,} more")
    agreed = agreed_upon(run.counts)
    if agreed:
        yield line(
            f"  {agreed:>15,}  in none by their verdict: single conditions leave one open that all "
            "ways to fill in the unknown facts agree on"
        )


def classes(run: Run) -> list[tuple[Class, int, int]]:
    """The classes of change, each with its rows and the first of them."""
    return [] if run.moves is None else run.moves.counted(run.counts.moves, run.counts.firsts)


def class_words(made: Class) -> str:
    before = move(made)
    return f"{before}: {sentence(made)}" if before else sentence(made)


def agreed_upon(counts: Counts) -> int:
    """Rows that no class tells the verdict of."""
    return sum(rows for (_, _, old, new), rows in counts.moves.items() if old is None or new is None)
