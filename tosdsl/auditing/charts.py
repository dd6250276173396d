"""Charts as plain SVG: bars whose parts are verdicts. Colours are those of the page's style."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

from tosdsl.auditing.summary import PARTS
from tosdsl.auditing.wording import share
from tosdsl.base.visible import visible

_WIDTH = 720
_BAR = 14
"""The height of a bar."""
_HIGH = 180
_WIDE = 100
"""A column that is wider than its label."""
_LABELS = 5
"""Labels below columns, at most."""

Parts = Mapping[str, int]
"""Rows by verdict."""


def text(words: str) -> str:
    """Words of a table or a policy, safe in a page."""
    return escape(visible(words))


def breaking(words: str) -> str:
    """The same; a long name may go on in the next line behind its dots and signs."""
    return re.sub(r"([.#/])(?=\w)", r"\1<wbr>", text(words))


def bars(
    rows: Sequence[tuple[str, Parts]], whole: int, title: str, words: Mapping[str, str] | None = None
) -> Iterator[str]:
    """A bar for each row, with its name above it and its numbers at the end. ``words`` are further ones
    to a name."""
    if not rows:
        return
    most = max(sum(parts.values()) for _, parts in rows) or 1
    yield f'<div class="bars" role="group" aria-label="{text(title)}">'
    for name, parts in rows:
        count = sum(parts.values())
        more = (words or {}).get(name, "")
        named = breaking(name) + (f"<br><q>{text(more)}</q>" if more else "")
        yield f'<p class="bar"><span>{named}</span><span class="n">{_numbers(parts, whole)}</span></p>'
        # The words stand beside it in the page: in a drawing they would shrink with its width.
        yield f'<svg viewBox="0 0 {_WIDTH} {_BAR}" height="{_BAR}" preserveAspectRatio="none">'
        yield from _bar(parts, _WIDTH * count / most, name)
        yield "</svg>"
    yield "</div>"


def _numbers(parts: Parts, whole: int) -> str:
    """The rows of a bar, by verdict if they have several."""
    count = sum(parts.values())
    if len([each for each in parts.values() if each]) < 2:
        return f"{count:,} ({share(count, whole)})"
    several = (f"{parts[each]:,} {each.replace('_', ' ')}" for each in PARTS if parts.get(each))
    return f"{count:,}: {', '.join(several)}"


def _bar(parts: Parts, width: float, name: str) -> Iterator[str]:
    """One bar, its parts in the order of the verdicts. Each part says what it is when pointed at."""
    count, left = sum(parts.values()) or 1, 0.0
    for verdict in PARTS:
        if parts.get(verdict):
            wide = width * parts[verdict] / count
            said = f"{name}: {verdict.replace('_', ' ')} {parts[verdict]:,}"
            yield (
                f'<rect class="{verdict}" x="{left:.1f}" y="0" width="{max(wide, 1):.1f}" '
                f'height="{_BAR}"><title>{text(said)}</title></rect>'
            )
            left += wide


def columns(rows: Sequence[tuple[str, Parts]], title: str) -> Iterator[str]:
    """A column for each row, from left to right."""
    if not rows:
        return
    most = max(sum(parts.values()) for _, parts in rows) or 1
    step = _WIDTH / len(rows)
    size = f"0 0 {_WIDTH} {_HIGH + 32}"
    yield f'<svg class="chart" viewBox="{size}" role="img" aria-label="{text(title)}">'
    yield f'<text x="0" y="20" class="n">{most:,}</text>'
    yield f'<line x1="0" y1="{_HIGH}" x2="{_WIDTH}" y2="{_HIGH}"/>'
    every = -(-len(rows) // _LABELS)
    for at, (name, parts) in enumerate(rows):
        bottom = float(_HIGH)
        for verdict in PARTS:
            if parts.get(verdict):
                tall = (_HIGH - 28) * parts[verdict] / most
                bottom -= tall
                said = f"{name}: {verdict.replace('_', ' ')} {parts[verdict]:,}"
                yield (
                    f'<rect class="{verdict}" x="{at * step + step * 0.1:.1f}" y="{bottom:.1f}" '
                    f'width="{step * 0.8:.1f}" height="{tall:.1f}"><title>{text(said)}</title></rect>'
                )
        if at % every == 0:
            middle = at * step + step / 2
            anchor, x = "middle", middle
            if step < _WIDE and at in (0, len(rows) - 1):  # in the middle it would be cut off
                anchor, x = ("start", 0.0) if at == 0 else ("end", float(_WIDTH))
            place = f'x="{x:.1f}" y="{_HIGH + 24}" text-anchor="{anchor}"'
            yield f'<text {place} class="n">{text(name)}</text>'
    yield "</svg>"


def legend(verdicts: Iterable[str]) -> str:
    met = set(verdicts)
    items = (
        f'<li><span class="key {verdict}"></span>{verdict.replace("_", " ")}</li>'
        for verdict in PARTS
        if verdict in met
    )
    return f'<ul class="legend">{"".join(items)}</ul>'
