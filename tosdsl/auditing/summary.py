"""What an audit found, in lines for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tosdsl.analysis.changes import KINDS, Class
from tosdsl.analysis.report import move, sentence
from tosdsl.auditing.counts import Counts
from tosdsl.auditing.run import Run, Side
from tosdsl.auditing.whole import Audit
from tosdsl.decision.text import Line

VERDICTS = ("permitted", "forbidden", "undetermined", "not_applicable")
_MOST = 10


def _line(text: str) -> Line:
    return Line(((text, ""),))


def lines(audit: Audit, *, checked: bool = False) -> Iterator[Line]:
    """The lines. ``checked``: nothing was run, and only the mapping looked at."""
    run = audit.run
    assert run.side.fitted is not None
    if checked:
        yield _line(f"The mapping fits {run.table.name}.")
    else:
        yield from _verdicts(run.counts)
        yield from _several("Clauses and defaults that decide", clauses(run.side, run.counts))
        yield from _several("Facts that would settle open rows", needs(run.side, run.counts))
        yield from _wrong(run.counts)
        yield from _changes(run.counts)
        yield from _classes(run)
    unmapped = unmapped_facts(audit)
    if unmapped:
        yield _line("Facts that the policies read and the table does not have (not known in any row):")
        yield _line(f"  {', '.join(unmapped)}")


def unmapped_facts(audit: Audit) -> list[str]:
    """Facts that the policies read, and no column says."""
    side = audit.run.side
    assert side.fitted is not None
    several = side.predicates.answers(None, None)
    answers = [judge.answers for judge in side.judges.values()] or [several]
    read = {
        node[1]
        for group in answers
        for each in group
        for node in each.program.body.nodes
        if node[0] == "fact"
    }
    return [path for path in side.fitted.unmapped if path in read]


def share(count: int, whole: int) -> str:
    return f"{100 * count / whole:.1f} %" if whole else "0 %"


def clauses(side: Side, counts: Counts) -> Counter[tuple[str, str]]:
    """Rows by what decides and the verdict."""
    found: Counter[tuple[str, str]] = Counter()
    for kind, rows in counts.kinds.items():
        told = side.kinds.told[kind]
        for each in told.basis:
            found[each, told.verdict] += rows
    return found


def needs(side: Side, counts: Counts) -> Counter[tuple[str, str]]:
    """Open rows by the facts that may settle them."""
    found: Counter[tuple[str, str]] = Counter()
    for kind, rows in counts.kinds.items():
        for each in side.kinds.told[kind].needs:
            found[each, "undetermined"] += rows
    return found


def _verdicts(counts: Counts) -> Iterator[Line]:
    yield _line(f"{counts.rows:,} rows, {len(counts.kinds):,} kinds of them.")
    right = counts.rows - sum(counts.wrong.values())
    for verdict in VERDICTS:
        count = counts.verdicts[verdict]
        yield _line(f"  {verdict.replace('_', ' '):15}{count:>15,}   {share(count, right)}")
    if counts.beyond:
        yield _line(
            f"  {counts.beyond:,} rows are of so many kinds that their basis was not asked for."
        )
    if counts.unasked:
        yield _line(
            f"  {counts.unasked:,} of them are undetermined as far as SQL can tell; all ways to fill "
            "in what is unknown may agree all the same."
        )
    yield _line(
        f"{counts.checked:,} rows, chosen at random, were decided again one by one: all the same."
    )


def _several(title: str, found: Counter[tuple[str, str]]) -> Iterator[Line]:
    if not found:
        return
    yield _line(f"{title}:")
    for (name, verdict), rows in found.most_common(_MOST):
        yield _line(f"  {rows:>15,}  {name}  ({verdict.replace('_', ' ')})")
    if len(found) > _MOST:
        yield _line(f"  {len(found) - _MOST:,} more")


def _wrong(counts: Counts) -> Iterator[Line]:
    if not counts.wrong:
        return
    yield _line(f"{sum(counts.wrong.values()):,} rows are wrong, and were not judged:")
    for said, rows in counts.wrong.most_common(_MOST):
        some = ", ".join(f"{each:,}" for each in counts.examples[said])
        code, _, fact = said.partition(" ")
        yield _line(f"warning[{code}] {fact}: {rows:,} rows, such as row {some}")


def _changes(counts: Counts) -> Iterator[Line]:
    if not counts.changes:
        return
    yield _line("Verdict now, by the verdict of the policies compared with:")
    for (old, new), rows in sorted(counts.changes.items()):
        mark = "  " if old == new else "! "
        yield _line(f"  {mark}{rows:>13,}  {old.replace('_', ' ')} → {new.replace('_', ' ')}")
    for said, rows in counts.against_wrong.most_common(_MOST):
        code, _, fact = said.partition(" ")
        yield _line(f"warning[{code}] {fact}: {rows:,} rows are wrong for the policies compared with")


def _classes(run: Run) -> Iterator[Line]:
    found = classes(run)
    if not found:
        return
    yield _line("Classes of change, as `tosdsl diff` tells them (a row can be in several):")
    for kind in KINDS:
        several = [each for each in found if each[0].kind == kind]
        for made, rows, first in several[:_MOST]:
            said = f"{kind}: {class_words(made)} (such as row {first:,})"
            yield _line(f"  {rows:>15,}  {said}")
        if len(several) > _MOST:
            yield _line(f"  {'':15}  {kind}: {len(several) - _MOST:,} more")
    agreed = agreed_upon(run.counts)
    if agreed:
        yield _line(
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
