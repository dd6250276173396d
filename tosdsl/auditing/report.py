"""The report of an audit: one page that holds all it needs, without scripts."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tosdsl.auditing.assumed import TITLE, assumed, assumed_words
from tosdsl.auditing.charts import Parts, bars, breaking, columns, legend, text
from tosdsl.auditing.clauses import Clause, clause, clauses_of
from tosdsl.auditing.compared import NO_CLASSES, changed_words, class_words, classes
from tosdsl.auditing.counts import Counts, ranked
from tosdsl.auditing.listed import REST, listed
from tosdsl.auditing.mistakes import Mistakes
from tosdsl.auditing.naming import BY_DAY, days_words, sides
from tosdsl.auditing.reliance import documents, permitted_words
from tosdsl.auditing.run import Run, Side
from tosdsl.auditing.summary import (
    VERDICTS,
    again,
    aside_words,
    asked,
    beyond_words,
    clauses,
    kinds_of,
    needs,
    presumed,
    unmapped_facts,
    wrong_rows,
)
from tosdsl.auditing.told import Told
from tosdsl.auditing.whole import Audit
from tosdsl.auditing.wording import are, counted, of_judged, share
from tosdsl.decision.text import decision_lines

_MOST_BARS = 20
_MOST_KINDS = 12
_MOST_PAIRS = 12

_STYLE = """
:root { color-scheme: light dark; --page: #fcfcfb; --ink: #1d2226; --quiet: #59636b; --rule: #dfe2e4;
  --permitted: #2f7d5b; --forbidden: #b3392f; --undetermined: #b98217; --not_applicable: #8b959d;
  --not_in_force: #ccd2d6; }
@media (prefers-color-scheme: dark) { :root { --page: #15181a; --ink: #e4e7e9; --quiet: #9aa5ad;
  --rule: #2e3439; --permitted: #57b98c; --forbidden: #ef7d72; --undetermined: #e3b04b;
  --not_applicable: #75808a; --not_in_force: #434b52; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 52rem; background: var(--page);
  color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; }
p { margin: .25rem 0 1rem; color: var(--quiet); } code { font: .9em ui-monospace, monospace; }
p.rows { color: var(--ink); font-size: .9rem; }
.numbers { display: flex; flex-wrap: wrap; gap: .75rem;
  margin: 1.25rem 0; padding: 0; list-style: none; }
.numbers li { flex: 1 1 9rem; border-left: 4px solid var(--rule); padding: .1rem .75rem; }
.numbers b { display: block; font-size: 1.5rem; font-variant-numeric: tabular-nums; }
.numbers span { color: var(--quiet); }
.numbers i { font-style: normal; white-space: nowrap; }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.25rem; margin: .5rem 0 1rem; padding: 0;
  list-style: none; color: var(--quiet); }
.key { display: inline-block; width: .8rem; height: .8rem; margin-right: .4rem; border-radius: 2px; }
.chart { width: 100%; height: auto; display: block; font-size: 13px; }
.bars svg { width: 100%; display: block; border-radius: 2px; }
.bar { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem;
  margin: .6rem 0 .15rem; color: var(--ink); font-size: .875rem; overflow-wrap: anywhere; }
.bar .n { color: var(--quiet); margin-left: auto; font-variant-numeric: tabular-nums; }
.bar q { quotes: none; color: var(--quiet); font-size: .95em; } .asked { margin: 0; }
a { color: inherit; text-decoration-color: var(--quiet); text-underline-offset: .18em; }
.lines { margin: .5rem 0 1rem; padding: 0; list-style: none; }
.lines li { padding: .35rem 0; border-bottom: 1px solid var(--rule); overflow-wrap: anywhere; }
.lines b { font-variant-numeric: tabular-nums; }
.lines span, summary span { color: var(--quiet); }
.chart text { fill: var(--ink); } .chart .n { fill: var(--quiet); } .chart line { stroke: var(--rule); }
rect.permitted { fill: var(--permitted); } rect.forbidden { fill: var(--forbidden); }
rect.undetermined { fill: var(--undetermined); } rect.not_applicable { fill: var(--not_applicable); }
rect.not_in_force { fill: var(--not_in_force); } .key.not_in_force { background: var(--not_in_force); }
.key.permitted { background: var(--permitted); } .key.forbidden { background: var(--forbidden); }
.key.undetermined { background: var(--undetermined); }
.key.not_applicable { background: var(--not_applicable); }
li.permitted { border-color: var(--permitted); } li.forbidden { border-color: var(--forbidden); }
li.undetermined { border-color: var(--undetermined); }
li.not_applicable { border-color: var(--not_applicable); }
.why { margin: 1.25rem 0 .25rem; overflow-wrap: anywhere; } .why b { color: var(--ink); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .9rem .3rem 0; text-align: left; border-bottom: 1px solid var(--rule);
  vertical-align: top; }
th { color: var(--quiet); font-weight: normal; } .r { text-align: right; } td.r { white-space: nowrap; }
td code { overflow-wrap: anywhere; }
details { border-bottom: 1px solid var(--rule); padding: .4rem 0; }
summary { cursor: pointer; overflow-wrap: anywhere; }
pre { overflow-x: auto; font: .82rem/1.5 ui-monospace, "DejaVu Sans Mono", monospace; }
@media (max-width: 34rem) { .chart { font-size: 23px; } body { padding: 1rem .75rem 3rem; }
  h1 { font-size: 1.3rem; } th, td { padding-right: .6rem; } table { font-size: .9rem; } }
@media print { body { max-width: none; padding: 0; } * { print-color-adjust: exact; } }
"""


def page(audit: Audit) -> str:
    """The page."""
    side, counts = audit.run.side, audit.run.counts
    title = f"Audit: {side.title}"
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{text(title)}</title><style>{_STYLE}</style></head><body>",
        *_head(audit.run),
        *(f"<p>{said}</p>" for said in aside_words(counts)),
        *_totals(counts),
        *_presumed(side, counts),
        *_documents(audit),
        *_assumed(audit.run),
        *_listed(audit),
        *_changes(audit),
        *_clauses(side, counts),
        *_months(counts),
        *_names(counts, audit.run.mapped.by),
        *_needs(side, counts),
        *_unmapped(audit),
        *_kinds(audit),
        *_wrong(side, counts),
        "<h2>How far to rely on it</h2>",
        f"<p>{again(counts)} "
        "Rows of one kind differ in nothing that a decision tells; one row of each kind was "
        "decided, and its reasons stand for all.</p>",
    ]
    parts += [f"<p>{said}</p>" for said in beyond_words(side, counts)]
    parts += _reach(audit.run)
    return "\n".join([*parts, "</body></html>", ""])


def _head(run: Run) -> Iterator[str]:
    """What was asked: the documents with their versions, the table, and of which days."""
    asked = documents(run)[: len(run.side.predicates.choices.asked)]
    titles = " and ".join(each.policy.title or each.policy.id for each in asked)
    yield f"<h1>Audit: {breaking(titles)}</h1>"
    for each in asked:
        name = breaking(each.name)
        if each.link:
            name = f'<a href="{text(each.link)}" rel="noreferrer">{name}</a>'
        yield f'<p class="asked">{name}{f", {BY_DAY}" if len(each.versions) > 1 else ""}</p>'
    yield f"<p>{breaking(run.table.name)}: {counted(run.counts.rows)}, {kinds_of(run.counts)}. "
    yield f"{text(days_words(run.mapped))}</p>"


def _totals(counts: Counts) -> Iterator[str]:
    right = sum(counts.verdicts.values())
    wrong = sum(counts.wrong.values())
    yield '<ul class="numbers">'
    for verdict in VERDICTS:
        count = counts.verdicts[verdict]
        words = f"{verdict.replace('_', ' ')}, <i>{share(count, right)}</i>"
        yield f'<li class="{verdict}"><b>{count:,}</b><span>{words}</span></li>'
    yield f"<li><b>{wrong:,}</b><span>wrong, not judged</span></li></ul>"
    if wrong and right:
        yield f"<p>{of_judged(right)}</p>"
    if right:
        yield from bars([("all rows that were judged", counts.verdicts)], right, "Verdicts")


def _presumed(side: Side, counts: Counts) -> Iterator[str]:
    """The rows whose verdict is another one with nothing presumed."""
    found = presumed(side, counts)
    if not found:
        return
    yield "<h2>What rests on presumptions</h2><p>Rows with another verdict where nothing is presumed "
    yield f"and nothing has to be shown.{_of(counts)}</p>"
    yield '<div class="scroll"><table><tr><th>verdict</th><th>without it</th>'
    yield '<th class="r">rows</th></tr>'
    for (made, bare), rows in sorted(found.items()):
        said = f"<td>{made.replace('_', ' ')}</td><td>{bare.replace('_', ' ')}</td>"
        yield f'<tr>{said}<td class="r">{rows:,}</td></tr>'
    yield "</table></div>"


def _grouped(found: Iterable[tuple[tuple[str, str], int]]) -> dict[str, Counter[str]]:
    grouped: dict[str, Counter[str]] = defaultdict(Counter)
    for (name, verdict), rows in found:
        grouped[name][verdict] += rows
    return grouped


def _largest(grouped: dict[str, Counter[str]]) -> Sequence[tuple[str, Parts]]:
    return sorted(grouped.items(), key=lambda each: (-sum(each[1].values()), each[0]))[:_MOST_BARS]


def _section(
    title: str,
    words: str,
    grouped: dict[str, Counter[str]],
    whole: int,
    said: Mapping[str, str] | None = None,
) -> Iterator[str]:
    if not grouped:
        return
    yield f"<h2>{title}</h2><p>{words}</p>"
    yield legend(verdict for parts in grouped.values() for verdict in parts)
    yield from bars(_largest(grouped), whole, title, said)
    if len(grouped) > _MOST_BARS:
        yield f"<p>{len(grouped) - _MOST_BARS:,} more are not shown.</p>"


def _of(counts: Counts) -> str:
    """Where not all rows are counted so, which are."""
    return f" Counted {asked(counts)}." if counts.beyond else ""


def _clauses(side: Side, counts: Counts) -> Iterator[str]:
    words = "Clauses and defaults that decide. A question mark: it may be in force."
    words += _of(counts)
    whole = sum(counts.verdicts.values())
    grouped, known = _grouped(clauses(side, counts).items()), clauses_of(side)
    said = {each: _place_and_words(clause(known, each)) for each in grouped}
    yield from _section("By clause", words, grouped, whole, said)


def _place_and_words(found: Clause) -> str:
    return " ".join(filter(None, (f"{found.at}:" if found.at and found.text else "", found.quoted)))


def _documents(audit: Audit) -> Iterator[str]:
    """What each document says by itself, and in how many rows it is not in force."""
    counts = audit.run.counts
    words = "What each document says by itself. The verdict above is that of all together."
    whole = sum(counts.verdicts.values())
    yield from _section("By document", words, _grouped(counts.documents.items()), whole)
    if not counts.documents:
        for document, rows in sorted(counts.lapsed.items()):
            said = f"On the day of {counted(rows)}, no version of {document} is in force."
            yield f"<p>{text(said)}</p>"


def _assumed(run: Run) -> Iterator[str]:
    """What no column says, and the mapping does."""
    found = assumed(run)
    if not found:
        return
    yield f"<h2>{TITLE}</h2><p>No column of the table says so. Verdicts rest on it all the same.</p>"
    yield '<ul class="lines">'
    for path, value, empty in found:
        yield f"<li><code>{breaking(path)}</code>: {text(assumed_words(value, empty))}</li>"
    yield "</ul>"


def _listed(audit: Audit) -> Iterator[str]:
    """The rows that are forbidden or breach a duty, by their names."""
    found, mapped = listed(audit.run), audit.run.mapped
    if found is None:
        return
    yield f"<h2>{found.title}</h2>"
    names = [mapped.row, *mapped.keep] if mapped.row is not None else [*mapped.keep]
    heads = "".join(f"<th>{text(each)}</th>" for each in names)
    for group in found.groups:
        for reason in group.reasons:
            said = f"<b>{breaking(reason.clause.name)}</b><br>{text(reason.clause.quoted)}"
            yield f'<p class="why">{reason.does} {said}</p>'
        if not group.reasons:
            yield "<p>Of so many kinds that their reasons were not asked for.</p>"
        if not mapped.keep:
            yield f'<p class="rows">{", ".join(breaking(row.words) for row in group.rows)}</p>'
            continue
        yield f'<div class="scroll"><table><tr><th class="r">row</th>{heads}</tr>'
        for row in group.rows:
            kept = dict(row.kept)
            cells = [] if mapped.row is None else [row.name or ""]
            cells += [kept.get(each, "") for each in mapped.keep]
            said = "".join(f"<td>{breaking(each)}</td>" for each in cells)
            yield f'<tr><td class="r">{row.row:,}</td>{said}</tr>'
        yield "</table></div>"
    if found.more:
        yield f"<p>{found.more:,} more. {REST.replace('`', '')}</p>"


def _months(counts: Counts) -> Iterator[str]:
    grouped = _grouped(counts.months.items())
    if len(grouped) < 2:
        return
    yield "<h2>Over time</h2><p>Rows by the month of the use.</p>"
    yield legend(verdict for parts in grouped.values() for verdict in parts)
    yield from columns(sorted(grouped.items()), "Rows by month")


def _names(counts: Counts, by: str | None) -> Iterator[str]:
    if by is not None:
        whole = sum(counts.verdicts.values())
        words = "The names with the most rows."
        yield from _section(f"By {text(by)}", words, _grouped(counts.by.items()), whole)


def _needs(side: Side, counts: Counts) -> Iterator[str]:
    found = needs(side, counts)
    if not found:
        return
    alone: Counter[str] = Counter()
    for kind, rows in counts.kinds.items():
        wanted = side.kinds.told[kind].needs
        if len(wanted) == 1:
            alone[wanted[0]] += rows
    open_ = counts.verdicts["undetermined"]
    questions = {each.path: f"<br>{text(each.question)}" for each in side.vocabulary.leaves()}
    yield "<h2>What is not known</h2>"
    words = "Facts that open rows wait for, and the rows in which nothing else is needed."
    yield f"<p>{words}{_of(counts)}</p>"
    yield '<div class="scroll"><table><tr><th>fact</th><th class="r">open rows that need it</th>'
    yield '<th class="r">of all open rows</th><th class="r">need it alone</th></tr>'
    for (name, _), rows in ranked(found, _MOST_BARS):
        yield (
            f"<tr><td><code>{breaking(name)}</code>{questions.get(name, '')}</td>"
            f'<td class="r">{rows:,}</td>'
            f'<td class="r">{share(rows, open_)}</td><td class="r">{alone[name]:,}</td></tr>'
        )
    yield "</table></div>"


def _unmapped(audit: Audit) -> Iterator[str]:
    facts = unmapped_facts(audit)
    if facts:
        yield "<p>The policies read these facts too, and the table does not have them: "
        yield f"{', '.join(f'<code>{text(each)}</code>' for each in facts)}.</p>"


# --- kinds --------------------------------------------------------------------------------------------


def _kinds(audit: Audit) -> Iterator[str]:
    side, counts = audit.run.side, audit.run.counts
    if not counts.kinds:
        return
    alike: dict[Told, list[int]] = defaultdict(list)
    for kind, _ in ranked(counts.kinds):
        alike[side.kinds.told[kind]].append(kind)
    ordered = sorted(alike.items(), key=lambda each: -sum(counts.kinds[k] for k in each[1]))
    yield "<h2>Examples</h2><p>One row of each of the largest groups that got the same answer.</p>"
    for told, kinds in ordered[:_MOST_KINDS]:
        yield from _example(side, told, kinds[0], sum(counts.kinds[each] for each in kinds))
    if len(ordered) > _MOST_KINDS:
        yield f"<p>{len(ordered) - _MOST_KINDS:,} more groups are not shown.</p>"


def _example(side: Side, told: Told, kind: int, rows: int) -> Iterator[str]:
    clauses_ = _deciding(told)
    row = side.kinds.rows[kind] + 1
    yield f"<details><summary>{counted(rows)}: <b>{told.verdict.replace('_', ' ')}</b>, "
    yield f"{breaking(clauses_)} <span>(row {row:,})</span></summary>"
    facts = "\n".join(text(each) for each in side.kinds.facts(kind))
    yield f"<pre>{facts}</pre>"
    use = side.kinds.uses.get(kind)
    if use is not None:
        decision = side.predicates.decide_use(use)
        explained = "\n".join(text(line.plain) for line in decision_lines(decision))
        yield f"<pre>{explained}</pre>"
    yield "</details>"


def _wrong(side: Side, counts: Counts) -> Iterator[str]:
    if not counts.wrong:
        return
    yield f"<h2>Rows that are wrong</h2><p>{are(sum(counts.wrong.values()))} wrong, and not judged. "
    yield "None counts as permitted. A row can have several mistakes.</p>"
    yield '<div class="scroll"><table><tr><th>code</th><th>fact</th><th>such as</th>'
    yield '<th class="r">rows</th></tr>'
    assert side.fitted is not None
    known = Mistakes(side.vocabulary, side.fitted.sources)
    for said, rows in ranked(counts.mistakes, _MOST_BARS):
        code, _, fact = said.partition(" ")
        yield (
            f"<tr><td>{text(code)}</td><td><code>{breaking(fact)}</code></td>"
            f"<td>{text(known.example(counts, said).words)}</td>"
            f'<td class="r">{rows:,}</td></tr>'
        )
    yield '</table></div><p>Some of them, each with all its mistakes:</p><ul class="lines">'
    for row in wrong_rows(side, counts):
        several = (
            f"<br><code>{breaking(each.fact or each.code)}</code>: {text(each.words)}"
            for each in row.mistakes
        )
        yield f"<li><b>{text(row.title)}</b>{''.join(several)}</li>"
    yield "</ul>"


def _reach(run: Run) -> Iterator[str]:
    """What permitted means, and the clauses of each document."""
    found = documents(run)
    yield f"<p>{permitted_words(found, run.counts)}</p>"
    for each in found:
        title = each.policy.title or each.policy.id
        said = f"<span>{breaking(each.name)}: {each.count}</span>"
        yield f"<details><summary>{text(title)} {said}</summary>"
        for note in each.policy.notes:
            yield f"<p>{text(note)}</p>"
        source = text(each.policy.source or "")
        if source:
            linked = f'<a href="{source}" rel="noreferrer">{source}</a>' if each.link else source
            yield f"<p>Source: {linked}</p>"
        yield '<ul class="lines">'
        for one in each.clauses:
            yield f"<li><code>{breaking(one.name)}</code> {text(one.quoted)}</li>"
        yield "</ul></details>"


# --- changes ------------------------------------------------------------------------------------------


def _changes(audit: Audit) -> Iterator[str]:
    counts, against = audit.run.counts, audit.run.against
    if against is None:
        return
    yield f"<h2>What changes</h2><p>{breaking(sides(audit.run))}</p>"
    yield f"<p>{' '.join(map(_coded, changed_words(audit.run)))}</p>"
    yield '<div class="scroll"><table><tr><th>before</th><th>now</th><th class="r">rows</th></tr>'
    for (old, new), rows in sorted(
        counts.changes.items(), key=lambda each: (each[0][0] == each[0][1], -each[1], each[0])
    ):
        one, other = old.replace("_", " "), new.replace("_", " ")
        said = f"<td>{one}</td><td>{other if old == new else f'<b>{other}</b>'}</td>"
        yield f'<tr>{said}<td class="r">{rows:,}</td></tr>'
    yield "</table></div>"
    yield from _classes(audit)
    yield from _pairs(audit.run.side, against, counts)


def _coded(words: str) -> str:
    """Words for the page; what stands between backticks is code."""
    return re.sub("`([^`]*)`", r"<code>\1</code>", text(words))


def _pairs(side: Side, against: Side, counts: Counts) -> Iterator[str]:
    """What decided before and now, for the largest groups of rows with another verdict."""
    alike: dict[tuple[str, ...], list[tuple[int, int]]] = defaultdict(list)
    for (old_kind, kind), rows in ranked(counts.pairs):
        before, now = against.kinds.told[old_kind], side.kinds.told[kind]
        told = (before.verdict, now.verdict, *map(_deciding, (before, now)))
        alike[told].append((kind, rows))
    if not alike:
        return
    ordered = sorted(alike.items(), key=lambda each: -sum(rows for _, rows in each[1]))
    yield "<h3>What decided before, and now</h3><p>With the facts of one row of each group.</p>"
    for (old, new, before_by, now_by), several in ordered[:_MOST_PAIRS]:
        facts = "\n".join(text(each) for each in side.kinds.facts(several[0][0]))
        yield f"<details><summary>{counted(sum(rows for _, rows in several))}: "
        yield f"<b>{old.replace('_', ' ')} → {new.replace('_', ' ')}</b>"
        yield f"<br><span>before:</span> {breaking(before_by)}<br><span>now:</span> {breaking(now_by)}"
        yield f"</summary><pre>{facts}</pre></details>"
    if len(ordered) > _MOST_PAIRS:
        yield f"<p>{len(ordered) - _MOST_PAIRS:,} more groups are not shown.</p>"


def _deciding(told: Told) -> str:
    return ", ".join(dict.fromkeys(told.basis)) or "nothing that applies"


def _classes(audit: Audit) -> Iterator[str]:
    if audit.run.moves is None:
        yield f"<p>{NO_CLASSES}</p>"
    found = classes(audit.run)
    if not found:
        return
    yield "<p>Classes of change, as <code>tosdsl diff</code> tells them; a row can be in several.</p>"
    yield '<ul class="lines">'
    for made, rows, first in found:
        yield f"<li><b>{counted(rows)}</b>, {text(made.kind)}: {breaking(class_words(made))} "
        yield f"<span>(such as row {first:,})</span></li>"
    yield "</ul>"
