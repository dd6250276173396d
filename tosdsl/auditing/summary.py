"""What an audit found, in lines for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tosdsl.auditing.assumed import assumed_lines, facts_read
from tosdsl.auditing.compared import comparison
from tosdsl.auditing.counts import Counts, ranked
from tosdsl.auditing.listed import listed_lines
from tosdsl.auditing.looking import Looked
from tosdsl.auditing.mistakes import Mistakes, WrongRow
from tosdsl.auditing.naming import called
from tosdsl.auditing.reliance import reach_lines
from tosdsl.auditing.run import NOT_IN_FORCE, Run, Side
from tosdsl.auditing.whole import Audit
from tosdsl.auditing.wording import are, counted, line, of_judged, share, shown_of
from tosdsl.decision.text import Line

VERDICTS = ("permitted", "forbidden", "undetermined", "not_applicable")
PARTS = (*VERDICTS, NOT_IN_FORCE)
"""What a document by itself says of a row."""


def lines(audit: Audit) -> Iterator[Line]:
    """The lines of an audit that was run."""
    run = audit.run
    yield from _verdicts(run.side, run.counts)
    yield from _documents(run)
    yield from assumed_lines(run)
    yield from listed_lines(run)
    of = f" ({asked(run.counts)})" if run.counts.beyond else ""
    yield from _several(f"Clauses and defaults that decide{of}", clauses(run.side, run.counts))
    yield from _several(f"Facts that would settle open rows{of}", needs(run.side, run.counts))
    wrong = sum(run.counts.wrong.values())
    yield from _wrong(f"{are(wrong)} wrong, and not judged:", run.side, run.counts)
    yield from comparison(run)
    yield from _strangers(run.counts)
    yield from _unmapped(audit)
    yield from reach_lines(run)


def looked_lines(audit: Audit, looked: Looked) -> Iterator[Line]:
    """The lines of an audit of which the first rows were read, and none was judged."""
    run, wrong = audit.run, sum(looked.counts.wrong.values())
    if looked.whole:
        read = f"all of its {counted(looked.rows)}" if looked.rows != 1 else "its one row"
    else:
        read = f"its first {counted(looked.rows)}"
    if not looked.rows:
        yield line(f"The mapping fits the columns of {run.table.name}, which has no rows.")
    elif not wrong:
        yield line(f"The mapping fits {run.table.name}. Read: {read}; none is wrong.")
    else:
        yield line(f"The mapping fits the columns of {run.table.name}. Read: {read}.")
        yield from _wrong(f"{are(wrong)} wrong:", run.side, looked.counts, "  ")
    for said in aside_words(looked.counts):
        yield line(said)
    if looked.against is not None:
        assert run.against is not None
        there = sum(looked.against.wrong.values())
        said = f"{are(there)} wrong for {called(run, run.against)} (before):"
        yield from _wrong(said, run.against, looked.against, "  ")
    yield from _strangers(looked.counts)
    yield from _unmapped(audit)
    if unread := unread_columns(audit):
        yield line("Columns of the table that the mapping does not read:")
        yield line(f"  {', '.join(unread)}")


def _unmapped(audit: Audit) -> Iterator[Line]:
    unmapped = unmapped_facts(audit)
    if unmapped:
        yield line("Facts that the policies read and the table does not have (not known in any row):")
        yield line(f"  {', '.join(unmapped)}")


def _strangers(counts: Counts) -> Iterator[Line]:
    """Names of parties that no condition is about."""
    by_fact: dict[str, list[str]] = {}
    for (fact, name), rows in ranked(counts.parties):
        by_fact.setdefault(fact, []).append(f"{name} ({counted(rows)})")
    if by_fact:
        yield line("Names of parties that no policy knows:")
    for fact, names in by_fact.items():
        shown = shown_of(len(names))
        more = f", {len(names) - shown:,} more" if len(names) > shown else ""
        yield line(f"  {fact}: {', '.join(names[:shown])}{more}")


def aside_words(counts: Counts) -> Iterator[str]:
    """Rows that the mapping leaves out, and rows without a day."""
    if counts.left_out:
        several = f"{are(counts.left_out)} left out by `where` of the mapping"
        open_ = f"; of {counts.left_open:,} of them it is not known whether they meet it"
        yield f"{several}{open_ if counts.left_open else ''}."
    if counts.undated:
        have = "has" if counts.undated == 1 else "have"
        yield f"{counted(counts.undated)} {have} no day: judged by the newest version."


def unread_columns(audit: Audit) -> list[str]:
    """Columns of the table from which nothing is taken."""
    return [name for name in audit.run.table.schema.names if not audit.run.mapped.reads(name)]


def unmapped_facts(audit: Audit) -> list[str]:
    """Facts that the policies read, and no column says."""
    side = audit.run.side
    assert side.fitted is not None
    read = facts_read(side)
    return [path for path in side.fitted.unmapped if path in read]


def asked(counts: Counts) -> str:
    """Which rows are counted by clause and by fact, where that is not all of them."""
    whole = sum(counts.verdicts.values())
    return f"in {whole - counts.beyond:,} of {counted(whole)}; the others are of too many kinds"


def clauses(side: Side, counts: Counts) -> Counter[tuple[str, str]]:
    """Rows by what decides and the verdict."""
    found: Counter[tuple[str, str]] = Counter()
    for kind, rows in counts.kinds.items():
        told = side.kinds.told[kind]
        for each in dict.fromkeys(told.basis):  # a clause can come in by two documents
            found[each, told.verdict] += rows
    return found


def needs(side: Side, counts: Counts) -> Counter[tuple[str, str]]:
    """Open rows by the facts that may settle them."""
    found: Counter[tuple[str, str]] = Counter()
    for kind, rows in counts.kinds.items():
        for each in side.kinds.told[kind].needs:
            found[each, "undetermined"] += rows
    return found


def presumed(side: Side, counts: Counts) -> Counter[tuple[str, str]]:
    """Rows that rest on what is presumed, by the verdict and the one without it."""
    found: Counter[tuple[str, str]] = Counter()
    for kind, rows in counts.kinds.items():
        told = side.kinds.told[kind]
        if told.without not in (None, told.verdict):
            found[told.verdict, told.without or ""] += rows
    return found


def presumed_words(verdict: str, without: str) -> str:
    """How a verdict that rests on what is presumed is told."""
    return f"{verdict}, {without} without it".replace("_", " ")


def beyond_words(side: Side, counts: Counts) -> Iterator[str]:
    """What is not told of rows of too many kinds."""
    if not counts.beyond:
        return
    yield f"{are(counts.beyond)} of so many kinds that their reasons were not asked for."
    if side.kinds.presuming:
        yield "Those of them that rest on what is presumed stay undetermined."
    if counts.unasked and side.kinds.presuming:
        yield f"{counts.unasked:,} of them are undetermined because they were not looked at."
    elif counts.unasked:
        yield (
            f"{counts.unasked:,} of them are undetermined as far as SQL can tell; all ways to fill "
            "in what is unknown may agree all the same."
        )


def _verdicts(side: Side, counts: Counts) -> Iterator[Line]:
    yield line(f"{counted(counts.rows)}, {kinds_of(counts)} of them.")
    right = counts.rows - sum(counts.wrong.values())
    for verdict in VERDICTS:
        count = counts.verdicts[verdict]
        yield line(f"  {verdict.replace('_', ' '):15}{count:>15,}   {share(count, right)}")
    if right < counts.rows:
        yield line(f"  {'wrong':15}{counts.rows - right:>15,}   not judged, see below")
    if 0 < right < counts.rows:
        yield line(f"  {of_judged(right)}")
    resting = presumed(side, counts)
    if resting:
        yield line("  These rest on what is presumed:")
    for (made, bare), rows in sorted(resting.items()):
        yield line(f"    {presumed_words(made, bare):42}{rows:>12,}")
    for said in (*beyond_words(side, counts), *aside_words(counts)):
        yield line(f"  {said}")
    yield line(f"{again(counts)}")


def _documents(run: Run) -> Iterator[Line]:
    """What each document says by itself, and in how many rows it is not in force."""
    if run.documents:
        yield line("Each document by itself:")
    for side in run.documents:
        parts = (
            f"{run.counts.documents[side.title, verdict]:,} {verdict.replace('_', ' ')}"
            for verdict in PARTS
            if run.counts.documents[side.title, verdict]
        )
        yield line(f"  {side.title}: {', '.join(parts) or 'no rows'}")
    if not run.documents:
        for document, rows in sorted(run.counts.lapsed.items()):
            yield line(f"On the day of {counted(rows)}, no version of {document} is in force.")


def kinds_of(counts: Counts) -> str:
    """A number of kinds, in words."""
    return "1 kind" if len(counts.kinds) == 1 else f"{len(counts.kinds):,} kinds"


def again(counts: Counts) -> str:
    """What the check of single rows came to."""
    if not counts.checked:
        return "No row was judged, so none was decided again."
    if counts.checked == 1:
        return "1 row was decided again by itself: the same."
    return f"{counts.checked:,} rows, chosen at random, were decided again one by one: all the same."


def _several(title: str, found: Counter[tuple[str, str]]) -> Iterator[Line]:
    if not found:
        return
    yield line(f"{title}:")
    shown = shown_of(len(found))
    for (name, verdict), rows in ranked(found, shown):
        yield line(f"  {rows:>15,}  {name}  ({verdict.replace('_', ' ')})")
    if len(found) > shown:
        yield line(f"  {len(found) - shown:,} more")


def _wrong(title: str, side: Side, counts: Counts, before: str = "") -> Iterator[Line]:
    """Mistakes by their numbers of rows, each with words before it, and some rows."""
    if not counts.wrong:
        return
    yield line(title)
    most = shown_of(len(counts.mistakes))
    for said, rows in ranked(counts.mistakes, most):
        code, _, fact = said.partition(" ")
        about = f"{fact}: " if fact else ""
        yield line(f"{before}warning[{code}] {about}{counted(rows)}")
        texts = mistaken_texts(counts, said)
        if texts:
            shown_here = shown_of(len(texts))
            several = [f"`{text}` ({counted(count)})" for text, count in texts[:shown_here]]
            several += [f"{len(texts) - shown_here:,} more"] if len(texts) > shown_here else []
            yield line(f"{before}  {', '.join(several)}")
    if len(counts.mistakes) > most:
        yield line(f"  {len(counts.mistakes) - most:,} more")
    shown = wrong_rows(side, counts)
    some = len(shown) < sum(counts.wrong.values())
    yield line("Some of them, with all their mistakes:" if some else "With all their mistakes:")
    for row in shown:
        yield line(f"  {row.title}")
        for each in row.mistakes:
            yield line(f"    {each.fact or each.code}: {each.words}")


def mistaken_texts(counts: Counts, said: str) -> list[tuple[str, int]]:
    """The texts that have a mistake of a fact, with their rows. Those of a field of its items too."""
    found: Counter[str] = Counter()
    for full, rows in counts.texts.items():
        head, colon, text = full.partition(": ")
        if colon and (head == said or head.startswith(f"{said}.")):
            found[text] += rows
    return ranked(found)


def wrong_rows(side: Side, counts: Counts) -> list[WrongRow]:
    """Some rows that are wrong, each with all its mistakes."""
    assert side.fitted is not None
    return Mistakes(side.vocabulary, side.fitted.sources).rows(counts)
