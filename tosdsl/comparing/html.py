"""A comparison as one page without scripts, which needs nothing but itself.

What is said by colour is said by a sign and in words too. On a narrow screen the columns of a document
stand below one another; on paper, what is folded stays folded and the page is black on white.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from tosdsl.base.verdict import Verdict
from tosdsl.base.visible import visible, visible_lines
from tosdsl.comparing.compare import Absent, Compared, Comparison
from tosdsl.comparing.report import (
    clause_of,
    counted,
    day_of,
    effect_of,
    groups,
    recorded_of,
    stated_words,
    term_of,
    verdicts,
)
from tosdsl.decision.model import Basis, Need

_SIGNS = {"forbidden": "✕", "undetermined": "?", "permitted": "✓", "not_applicable": "–"}

TITLE = "One use, compared: "

_STYLE = """
:root { color-scheme: light dark; --page: #fbfaf8; --card: #fff; --ink: #1f2328; --quiet: #5f676f;
  --rule: #e2dfd9; --shade: #f3f1ec; --forbidden: #a3231b; --undetermined: #7a5200;
  --permitted: #1a6b3c; --not_applicable: #47586b; --serif: Charter, "Bitstream Charter", "Noto Serif",
  Cambria, Georgia, serif; --sans: system-ui, "Segoe UI", "Noto Sans", sans-serif;
  --mono: ui-monospace, "DejaVu Sans Mono", Menlo, monospace; }
@media (prefers-color-scheme: dark) { :root { --page: #14171a; --card: #1b1f23; --ink: #e6e8ea;
  --quiet: #a0a9b1; --rule: #30363c; --shade: #22272c; --forbidden: #ff9d94; --undetermined: #edc067;
  --permitted: #7fd6a0; --not_applicable: #a9bdd3; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 3rem 1.5rem 5rem; max-width: 66rem; background: var(--page);
  color: var(--ink); font: 1rem/1.55 var(--sans); overflow-wrap: break-word; }
h1 { font: 600 2rem/1.2 var(--serif); margin: 0 0 .4rem; text-wrap: balance; }
h2 { font: 600 1.25rem/1.3 var(--serif); margin: 0; }
h2::first-letter { text-transform: uppercase; }
h3 { font: 600 1.05rem/1.35 var(--sans); margin: 0; }
p { margin: 0; }
a { color: inherit; text-decoration-color: var(--quiet); text-underline-offset: .18em; }
a:focus-visible, summary:focus-visible { outline: 2px solid currentColor; outline-offset: 3px; }
.quiet { color: var(--quiet); } .small { font-size: .875rem; }
code { font: .875em var(--mono); }
.sums { display: flex; flex-wrap: wrap; gap: .6rem; margin: 1.6rem 0 2rem; padding: 0;
  list-style: none; }
.sums a { display: flex; align-items: baseline; gap: .55rem; padding: .5rem .9rem; border-radius: .4rem;
  border: 1px solid var(--rule); background: var(--card); text-decoration: none; }
.sums a:hover { border-color: currentColor; }
.sums b { font: 600 1.5rem/1 var(--serif); font-variant-numeric: lining-nums; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.5rem; margin: .8rem 0 0;
  padding: 1rem 1.2rem; background: var(--shade); border-radius: .4rem; }
.facts dt { color: var(--quiet); } .facts dd { margin: 0; }
section { margin-top: 3rem; scroll-margin-top: 1rem; }
.head { display: flex; flex-wrap: wrap; align-items: baseline; gap: .1rem .7rem; padding-bottom: .6rem;
  border-bottom: 2px solid currentColor; }
.head .quiet { font-size: .9rem; }
article { display: grid; grid-template-columns: 16rem 1fr; gap: .5rem 2rem; padding: 1.4rem 0;
  border-bottom: 1px solid var(--rule); }
article > div { min-width: 0; }
.clauses, .needs { margin: 0; padding: 0; list-style: none; }
.clauses > li + li, .needs > li + li { margin-top: .6rem; }
.clauses q { font-family: var(--serif); font-size: 1.03rem; quotes: none; display: block; }
.label { font-size: .8rem; font-weight: 600; letter-spacing: .02em; color: var(--quiet);
  margin: 1.1rem 0 .35rem; }
.label:first-child { margin-top: 0; }
.forbidden { color: var(--forbidden); } .undetermined { color: var(--undetermined); }
.permitted { color: var(--permitted); } .not_applicable { color: var(--not_applicable); }
.sign { font-weight: 700; }
details { margin-top: .8rem; } summary { cursor: pointer; color: var(--quiet); font-size: .9rem; }
details > .clauses, details > .needs { margin-top: .6rem; }
pre { margin: .6rem 0 0; padding: .9rem 1rem; background: var(--shade); border-radius: .4rem;
  font: .8rem/1.55 var(--mono); white-space: pre-wrap; overflow-wrap: anywhere; }
.absent { columns: 2; column-gap: 2.5rem; margin: 1rem 0 0; padding: 0; list-style: none; }
.absent li { break-inside: avoid; padding-bottom: .8rem; }
footer { margin-top: 4rem; padding-top: 1rem; border-top: 1px solid var(--rule); }
footer p + p { margin-top: .5rem; }
@media (max-width: 46rem) { body { padding: 1.8rem 1rem 3rem; } h1 { font-size: 1.6rem; }
  article { grid-template-columns: 1fr; } .facts { grid-template-columns: 1fr; gap: 0; }
  .facts dd + dt { margin-top: .5rem; } .absent { columns: 1; } .sums li { flex: 1 1 9rem; } }
@media print { :root { --page: #fff; --card: #fff; --ink: #000; --quiet: #444; --rule: #bbb;
  --shade: #fff; --forbidden: #8c1d16; --undetermined: #664400; --permitted: #125a30;
  --not_applicable: #3a4a5c; } body { max-width: none; padding: 0; font-size: 10pt; }
  article, .facts { break-inside: avoid; } .head { break-after: avoid; }
  .facts { border: 1px solid var(--rule); } details:not([open]) { display: none; } }
"""


def page(found: Comparison) -> str:
    """The page."""
    title = _shown(found.title or "this use")
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{TITLE}{title}</title>",
        f"<style>{_STYLE}</style></head><body>",
        "<header>",
        f"<h1>{title[:1].upper()}{title[1:]}</h1>",
        f'<p class="quiet">{counted(found.documents)} in force {_shown(day_of(found))}</p>',
        *_sums(found),
        *_facts(found),
        "</header><main>",
    ]
    for at, (verdict, heading, several) in enumerate(groups(found)):
        parts.append(f'<section id="group-{at}" aria-labelledby="heading-{at}">')
        parts.append(
            f'<div class="head {verdict}">'
            f'<span class="sign" aria-hidden="true">{_SIGNS[verdict]}</span>'
            f'<h2 id="heading-{at}">{heading}</h2><span class="quiet">{counted(several)}</span></div>'
        )
        for each in several:
            parts += _document(each)
        parts.append("</section>")
    parts += _absent(found)
    parts += ["</main>", *_foot(), "</body></html>", ""]
    return "\n".join(parts)


def _shown(text: str) -> str:
    return escape(visible(text))


def _sums(found: Comparison) -> Iterator[str]:
    """How many documents say what, each a link to the first of them."""
    first: dict[str, int] = {}
    for at, (verdict, _, _) in enumerate(groups(found)):
        first.setdefault(verdict, at)
    counts = {each.value: count for each, count in verdicts(found).items()}
    yield '<ul class="sums">'
    for verdict, at in first.items():
        words = verdict.replace("_", " ")
        yield f'<li><a class="{verdict}" href="#group-{at}"><b>{counts[verdict]}</b> {words}</a></li>'
    if found.absent:
        yield f'<li><a class="quiet" href="#absent"><b>{len(found.absent)}</b> not in force</a></li>'
    yield "</ul>"


def _facts(found: Comparison) -> Iterator[str]:
    yield '<h2 id="use">The use</h2>'
    if not found.facts and not found.stated:
        yield '<p class="quiet">No fact of it is settled.</p>'
        return
    yield '<dl class="facts">'
    for path, value in found.facts.items():
        yield f"<dt><code>{_shown(path)}</code></dt><dd>{_shown(value)}</dd>"
    for each in found.stated:
        told = f'{_shown(each.value)} <span class="quiet">{_shown(stated_words(each))}</span>'
        yield f"<dt><code>{_shown(each.fact)}</code></dt><dd>{told}</dd>"
    yield "</dl>"


# --- a document ---------------------------------------------------------------------------------------


def _document(each: Compared) -> Iterator[str]:
    policy = each.policy
    yield "<article><div>"
    title = _shown(policy.title or policy.id)
    yield f"<h3>{_linked(title, policy.source)}</h3>"
    about = [f"version {policy.version}" if policy.version else "", term_of(policy)]
    said = [policy.effective_from, policy.effective_until]
    yield f'<p class="quiet small">{_shown(about[0])}</p>' if about[0] else ""
    yield f'<p class="quiet small">{_shown(about[1])}</p>' if any(said) else ""
    yield f'<p class="quiet small"><code>{_shown(policy.id)}</code></p>'
    yield "</div><div>"
    yield from _clauses(each)
    yield from _needs(each)
    yield from _notes(each)
    yield "<details><summary>Why, in full</summary>"
    yield f"<pre>{escape(visible_lines(each.decision.explain()))}</pre></details>"
    yield "</div></article>"


def _linked(title: str, source: str | None) -> str:
    if source is None or not source.startswith(("https://", "http://")):
        return title
    return f'<a href="{_shown(source)}" rel="noreferrer">{title}</a>'


_MOST = 4
"""Clauses and questions that are not folded."""


def _clauses(each: Compared) -> Iterator[str]:
    verdict = each.decision.verdict
    basis = [_clause(one, verdict) for one in each.decision.basis]
    if not basis:
        yield '<p class="quiet">No clause of it applies to this use.</p>'
    yield from _folded("clauses", basis, "clause")


def _clause(basis: Basis, verdict: Verdict) -> str:
    of = (
        ""
        if len(basis.path) < 2
        else f' <span class="quiet small">in {_shown(basis.title or basis.document)}</span>'
    )
    head = (
        f'<span class="{verdict.value}"><span class="sign" aria-hidden="true">{_SIGNS[verdict.value]}'
        f"</span> {effect_of(basis)}</span> <b>{_shown(clause_of(basis))}</b>{of}"
    )
    return f"<li>{head}{f'<q>{_shown(basis.text)}</q>' if basis.text else ''}</li>"


def _needs(each: Compared) -> Iterator[str]:
    needs = [_need(one) for one in each.decision.needs]
    if needs:
        words = "What it still needs to know" if each.matters else "What it would need to know"
        yield f'<p class="label">{words}</p>'
        most = _MOST if each.matters else 0
        yield from _folded("needs", needs, "question", most)


def _need(need: Need) -> str:
    judged = " (a judgement)" if need.judged else ""
    return f'<li>{_shown(need.question)}{judged} <code class="quiet">{_shown(need.fact)}</code></li>'


def _folded(kind: str, items: list[str], noun: str, most: int = _MOST) -> Iterator[str]:
    if items[:most]:
        yield f'<ul class="{kind}">{"".join(items[:most])}</ul>'
    if items[most:]:
        noun = f"more {noun}" if most else noun
        yield f"<details><summary>{counted(items[most:], noun)}</summary>"
        yield f'<ul class="{kind}">{"".join(items[most:])}</ul></details>'


def _notes(each: Compared) -> Iterator[str]:
    notes = [_shown(warning) for warning in each.decision.warnings]
    notes += [f"Not told of <code>{_shown(one.fact)}</code>: {_shown(one.why)}" for one in each.unfit]
    if each.unknown and each.matters:
        names = ", ".join(f"<code>{_shown(one)}</code>" for one in each.unknown)
        notes.append(f"It does not ask about {names}.")
    if notes:
        yield '<p class="label">Mind</p>'
        yield "".join(f'<p class="small">{one}</p>' for one in notes)


# --- the end ------------------------------------------------------------------------------------------


def _absent(found: Comparison) -> Iterator[str]:
    if not found.absent:
        return
    yield '<section id="absent" aria-labelledby="heading-absent">'
    yield '<div class="head"><h2 id="heading-absent">Not in force then</h2>'
    yield f'<span class="quiet">{counted(found.absent)}</span></div><ul class="absent">'
    for each in found.absent:
        yield from _one_absent(each)
    yield "</ul></section>"


def _one_absent(each: Absent) -> Iterator[str]:
    terms = "; ".join(f"{term_of(one)}{recorded_of(one)}" for one in each.versions)
    first = each.versions[-1]
    yield f"<li>{_linked(_shown(first.title or first.id), first.source)}"
    yield f'<p class="quiet small">{_shown(terms)}</p></li>'


def _foot() -> Iterator[str]:
    yield '<footer class="quiet small">'
    yield (
        "<p>Each document was asked by itself, by its own words. It was told the facts that it has "
        "under the same name and that fit its types; the others are not known to it.</p>"
    )
    yield "<p>What stands here is how these documents were written down as clauses, and no advice.</p>"
    yield "</footer>"
