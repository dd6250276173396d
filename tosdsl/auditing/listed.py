"""Rows that somebody has to look at: those that are forbidden, and those that breach a duty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from tosdsl.auditing.clauses import Clause, clause, clauses_of
from tosdsl.auditing.counts import LISTED
from tosdsl.auditing.kinds import BREACHED
from tosdsl.auditing.run import Run
from tosdsl.auditing.told import Told
from tosdsl.auditing.wording import MOST, line
from tosdsl.decision.text import Line

_IN_A_LINE = 6
"""Rows in a line, where the mapping keeps nothing of them."""
REST = "`--to verdicts.csv` writes the verdict and the reasons of each row."


@frozen
class Row:
    """A row by its number from 1 and its name, with what the mapping keeps of it."""

    row: int
    name: str | None
    kept: tuple[tuple[str, str], ...]

    @property
    def words(self) -> str:
        named = f"row {self.row:,}" + ("" if self.name is None else f" ({self.name})")
        kept = "; ".join(f"{column}: {value}" for column, value in self.kept)
        return f"{named}  {kept}" if kept else named


@frozen
class Reason:
    """Why a row is listed: what a clause does, and the clause."""

    does: str
    clause: Clause


@frozen
class Group:
    """Rows with the same reasons."""

    reasons: tuple[Reason, ...]
    rows: tuple[Row, ...]


@frozen
class Listed:
    """The first rows that are to be listed, and how many there are beside them."""

    title: str
    groups: tuple[Group, ...]
    more: int


def listed(run: Run, few: int = LISTED) -> Listed | None:
    """The rows, in groups of the same reasons: if there are more than ``LISTED``, the first ``few``."""
    counts = run.counts
    forbidden = counts.verdicts["forbidden"]
    breached = sum(
        rows
        for kind, rows in counts.kinds.items()
        if run.side.kinds.told[kind].verdict != "forbidden" and _breached(run.side.kinds.told[kind])
    )
    whole = forbidden + breached
    if not whole:
        return None
    known = clauses_of(run.side)
    grouped: dict[tuple[Reason, ...], list[Row]] = {}
    shown = counts.listed if whole <= LISTED else counts.listed[:few]
    for number, name, kept, kind in shown:
        told = None if kind is None else run.side.kinds.told[kind]
        told_of = zip(run.mapped.keep, kept, strict=True)
        row = Row(number, name, tuple((column, each) for column, each in told_of if each))
        grouped.setdefault(_reasons(told, known), []).append(row)
    title = "Rows that are forbidden" if forbidden else "Rows that breach a duty"
    if forbidden and breached:
        title += ", and rows that breach a duty"
    groups = (Group(reasons, tuple(rows)) for reasons, rows in grouped.items())
    return Listed(title, tuple(groups), whole - len(shown))


def _breached(told: Told) -> Sequence[str]:
    return [each.removesuffix(BREACHED) for each in told.duties if each.endswith(BREACHED)]


def _reasons(told: Told | None, known: dict[str, Clause]) -> tuple[Reason, ...]:
    """Why a row is listed; nothing is known of that where there are too many kinds."""
    if told is None:
        return ()
    forbidden = told.basis if told.verdict == "forbidden" else ()
    found = [Reason("forbidden by", clause(known, each)) for each in dict.fromkeys(forbidden)]
    found += [Reason("breach of", clause(known, each)) for each in dict.fromkeys(_breached(told))]
    return tuple(found)


def listed_lines(run: Run) -> Iterator[Line]:
    """The same in lines."""
    found = listed(run, MOST)
    if found is None:
        return
    yield line(f"{found.title}:")
    for group in found.groups:
        for reason in group.reasons:
            yield line(f"  {reason.does} {reason.clause.name}")
            if reason.clause.quoted:
                yield line(f"    {reason.clause.quoted}")
        if not group.reasons:
            yield line("  forbidden; of so many kinds that their reasons were not asked for")
        plain = [row.words for row in group.rows if not row.kept]
        for start in range(0, len(plain), _IN_A_LINE):
            yield line(f"      {', '.join(plain[start : start + _IN_A_LINE])}")
        yield from (line(f"      {row.words}") for row in group.rows if row.kept)
    if found.more:
        yield line(f"  {found.more:,} more. {REST}")
