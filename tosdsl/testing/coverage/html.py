"""A ``Coverage`` as one page without scripts: the text of each policy, line by line, as it was seen.

What is said by colour is said by a sign and in words too. The page holds all that it needs.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby

from tosdsl.base.span import Span
from tosdsl.base.visible import visible
from tosdsl.testing.coverage.goals import KINDS, Goal
from tosdsl.testing.coverage.measure import Coverage, Document
from tosdsl.testing.coverage.report import percent

_STATES = {
    "all": ("●", "all seen"),
    "part": ("◐", "seen in part"),
    "none": ("○", "never seen"),
}

_STYLE = """
:root { color-scheme: light dark; --page: #fcfcfb; --ink: #1d2226; --quiet: #5c666e; --rule: #dfe2e4;
  --all: #1a6b3c; --all-wash: #e7f4eb; --part: #7a5200; --part-wash: #fdf2d6;
  --none: #a3231b; --none-wash: #fce8e6; }
@media (prefers-color-scheme: dark) { :root { --page: #15181a; --ink: #e4e7e9; --quiet: #9aa5ad;
  --rule: #2e3439; --all: #7fd6a0; --all-wash: #14291d; --part: #edc067; --part-wash: #2e2510;
  --none: #ff9d94; --none-wash: #3a1a18; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.5rem 4rem; max-width: 92rem; background: var(--page);
  color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.2rem; margin: 3rem 0 .25rem; }
p { margin: .25rem 0 1rem; color: var(--quiet); } a { color: inherit; }
.legend { display: flex; flex-wrap: wrap; gap: .4rem 1.5rem; margin: 1rem 0; padding: 0;
  list-style: none; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; }
.totals { font-variant-numeric: tabular-nums; }
.totals th, .totals td { padding: .25rem .8rem; text-align: right; border-bottom: 1px solid var(--rule);
  white-space: nowrap; }
.totals th:first-child { text-align: left; font-weight: normal; padding-left: 0; }
.totals thead th { color: var(--quiet); font-weight: normal; }
.totals tfoot th, .totals tfoot td { font-weight: 600; }
.text { width: 100%; font: .82rem/1.55 ui-monospace, "DejaVu Sans Mono", Menlo, monospace; }
.text td { padding: 0 .6rem; vertical-align: top; }
.text .n { width: 3.5rem; text-align: right; color: var(--quiet); user-select: none; }
.text .s { width: 1.5rem; padding: 0; text-align: center; }
.text .c { white-space: pre-wrap; overflow-wrap: anywhere; min-width: 24rem; }
.text .w { width: 38%; font: .82rem/1.55 system-ui, sans-serif; }
.text .w ul { margin: 0; padding: 0; list-style: none; }
.text code { font: .95em ui-monospace, "DejaVu Sans Mono", Menlo, monospace; }
.text .q { color: var(--quiet); }
.all .s, .cell-all { color: var(--all); } .part .s, .cell-part { color: var(--part); }
.none .s, .cell-none { color: var(--none); }
.all .c { background: var(--all-wash); } .part .c { background: var(--part-wash); }
.none .c { background: var(--none-wash); }
details summary { cursor: pointer; color: var(--quiet); }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media (max-width: 60rem) { .text .w { display: block; width: auto; } .text tr { display: block; }
  .text .c { min-width: 0; } }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } h2 { break-before: page; }
  tr { break-inside: avoid; } * { print-color-adjust: exact; } }
"""


def page(coverage: Coverage) -> str:
    """The page."""
    met, all_ = coverage.total()
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Coverage of law: {percent(met, all_)}</title>",
        f"<style>{_STYLE}</style></head><body>",
        f"<h1>Coverage of law: {percent(met, all_)}</h1>",
        f"<p>{met} of {all_} goals were met by the uses of these policies.</p>",
        *_legend(),
        *_totals(coverage),
    ]
    for at, document in enumerate(coverage.documents):
        parts += _document(coverage, document, at)
    return "\n".join([*parts, "</body></html>", ""])


def _legend() -> Iterator[str]:
    yield '<ul class="legend">'
    for state, (sign, words) in _STATES.items():
        yield f'<li><span class="cell-{state}">{sign}</span> {words}</li>'
    yield "</ul>"


# --- the table ------------------------------------------------------------------------------------


def _totals(coverage: Coverage) -> Iterator[str]:
    kinds = [kind for kind in KINDS if kind in coverage.totals()]
    heads = "".join(f'<th scope="col">{kind}</th>' for kind in kinds)
    yield '<div class="scroll"><table class="totals">'
    yield f'<thead><tr><th scope="col">policy</th><th scope="col">goals</th>{heads}</tr></thead><tbody>'
    for at, document in enumerate(coverage.documents):
        name = f'<a href="#policy-{at}">{escape(document.policy.name)}</a>'
        counts = coverage.totals(document)
        yield _total(name, coverage.total(document), counts, kinds)
    yield "</tbody>"
    if len(coverage.documents) > 1:
        yield f"<tfoot>{_total('all', coverage.total(), coverage.totals(), kinds)}</tfoot>"
    yield "</table></div>"


def _total(
    name: str, total: tuple[int, int], counts: dict[str, tuple[int, int]], kinds: Sequence[str]
) -> str:
    cells = [f'<td class="cell-{_state(*total)}">{_sign(*total)} {percent(*total)}</td>']
    for kind in kinds:
        if kind in counts:
            met, all_ = counts[kind]
            cells.append(f'<td class="cell-{_state(met, all_)}">{_sign(met, all_)} {met}/{all_}</td>')
        else:
            cells.append("<td></td>")
    return f'<tr><th scope="row">{name}</th>{"".join(cells)}</tr>'


def _state(met: int, all_: int) -> str:
    return "all" if met == all_ else "part" if met else "none"


def _sign(met: int, all_: int) -> str:
    return _STATES[_state(met, all_)][0]


# --- a text ---------------------------------------------------------------------------------------


def _document(coverage: Coverage, document: Document, at: int) -> Iterator[str]:
    policy = document.policy
    uses = "1 use" if document.uses == 1 else f"{document.uses} uses"
    title = f"{escape(policy.title)}, " if policy.title else ""
    yield f'<h2 id="policy-{at}">{escape(policy.name)}</h2>'
    yield f"<p>{title}{escape(visible(_short(policy.span.file)))}; {uses}</p>"
    own = [goal for goal in document.goals if goal.vocabulary is None]
    yield from _text(coverage, document, own, policy.span)
    shared = (goal for goal in document.goals if goal.vocabulary is not None)
    for vocabulary, several in groupby(shared, key=lambda goal: goal.vocabulary):
        mine = list(several)
        yield f"<p>In the vocabulary {escape(str(vocabulary))}:</p>"
        yield from _text(coverage, document, mine, mine[0].span)


def _text(coverage: Coverage, document: Document, goals: Iterable[Goal], start: Span) -> Iterator[str]:
    """The lines from ``start`` to the last that has a goal."""
    by_line: dict[int, list[Goal]] = defaultdict(list)
    for goal in goals:
        by_line[goal.span.line].append(goal)
    lines = coverage.sources.get(start.file, "").split("\n")
    last = max(by_line, default=start.line)
    yield '<table class="text"><thead class="hidden"><tr><th>line</th><th>seen</th><th>text</th>'
    yield "<th>what was not seen</th></tr></thead><tbody>"
    shown = range(start.line, last + 1)
    for number in shown:
        if number <= len(lines):
            yield _line(number, lines[number - 1], by_line.get(number, ()), document)
    yield "</tbody></table>"


def _line(number: int, text: str, goals: Sequence[Goal], document: Document) -> str:
    met = sum(map(document.met, goals))
    if not goals:
        return _cells(number, "", "", text, "")
    state = _state(met, len(goals))
    sign, words = _STATES[state]
    missing = "".join(_missing(goal for goal in goals if not document.met(goal)))
    said = f'<span title="{words}: {met} of {len(goals)}">{sign}</span>'
    said += f'<span class="hidden"> {words}: {met} of {len(goals)}</span>'
    note = f"<ul>{missing}</ul>" if missing else _by(goals, document)
    return _cells(number, state, said, text, note)


def _missing(goals: Iterable[Goal]) -> Iterator[str]:
    """One item for each thing of which something was not seen; what a condition wants is plain."""
    for (kind, subject), mine in groupby(goals, key=lambda goal: (goal.kind, goal.subject)):
        several = list(mine)
        about = "" if kind in {"clauses", "sections", "duties"} else f": {escape(subject)}"
        seen = " and ".join(f"<b>{escape(goal.seen)}</b>" for goal in several)
        uses = [goal.use for goal in several if kind != "conditions"]
        more = "".join(f'<br><span class="q">{_code(use)}</span>' for use in uses)
        yield f"<li>not seen {seen}{about}{more}</li>"


def _code(text: str) -> str:
    """What stands in backquotes, as code."""
    return re.sub("`([^`]*)`", r"<code>\1</code>", escape(text))


def _by(goals: Iterable[Goal], document: Document) -> str:
    """Which uses showed it, folded away."""
    items = "".join(
        f'<li>{escape(goal.seen)} <span class="q">by “{escape(document.seen[goal.key])}”</span></li>'
        for goal in goals
    )
    return f"<details><summary>seen {len(list(goals))} ways</summary><ul>{items}</ul></details>"


def _cells(number: int, state: str, said: str, text: str, note: str) -> str:
    return (
        f'<tr class="{state}"><td class="n">{number}</td><td class="s">{said}</td>'
        f'<td class="c">{escape(text) or " "}</td><td class="w">{note}</td></tr>'
    )


def _short(file: str) -> str:
    """The last two steps of a path."""
    return "/".join(file.replace("\\", "/").split("/")[-2:])
