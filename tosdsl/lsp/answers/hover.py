"""What there is to say of a name, as Markdown, or plainly for editors that show no Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from attrs import frozen
from lsprotocol import types as t

from tosdsl.analysis.markdown import code, plain
from tosdsl.base.visible import visible
from tosdsl.language.describe import Described, describe
from tosdsl.language.symbols import Symbol
from tosdsl.lsp.answers.places import range_of
from tosdsl.lsp.answers.verdicts import mark, verdict
from tosdsl.lsp.desk import Look

_MOST = 12
"""Names in one line; that there are more is said."""


@frozen
class Words:
    """How a text of a policy, a name and a heading are shown."""

    plain: Callable[[str], str]
    code: Callable[[str], str]
    strong: Callable[[str], str]


_MARKDOWN = Words(plain, code, "**{}**".format)
_PLAIN = Words(visible, visible, str)


def hover(look: Look, position: t.Position, *, markdown: bool) -> t.Hover | None:
    """What stands at a place, and what there is to say of it."""
    found = look.symbol_at(position.line, position.character)
    if found is None:
        return None
    told = describe(look.checked, look.occurrences, found.symbol)
    words = _MARKDOWN if markdown else _PLAIN
    text = "\n\n".join(filter(None, _lines(look, found.symbol, told, words)))
    kind = t.MarkupKind.Markdown if markdown else t.MarkupKind.PlainText
    return t.Hover(t.MarkupContent(kind, text), range_of(look.text, found.span))


def _lines(look: Look, symbol: Symbol, told: Described, w: Words) -> Iterator[str]:
    name = symbol.name.partition("@")[0] if symbol.kind == "item" else symbol.name
    place = f" at {w.code(told.at)}" if told.at and symbol.kind != "document" else ""
    kind = told.type if symbol.kind == "clause" else symbol.kind
    judged = ", for a person to judge" if told.judged else ""
    type_ = f": {w.plain(told.type)}" if told.type and symbol.kind != "clause" else ""
    yield f"{w.strong(kind or symbol.kind)} {w.code(name)}{type_}{judged}{place}"
    yield w.plain(told.question)
    yield w.plain(told.text)
    if symbol.kind == "document" and told.at:
        yield f"Source: {w.plain(told.at)}"
    yield _names("Prevails over", told.defeats, w)
    yield _names("Gives way to", told.defeated_by, w)
    if symbol.kind in ("clause", "exception"):
        yield from _tested(look, symbol, w)
    elif symbol.kind == "scenario":
        yield from _scenario(look, symbol, w)
    else:
        used = len(told.used)
        yield f"Used {used} time{'' if used == 1 else 's'} in the texts that are read here."


def _names(what: str, several: tuple[str, ...], w: Words) -> str:
    if not several:
        return ""
    listed = ", ".join(w.code(each) for each in several[:_MOST])
    more = f" and {len(several) - _MOST} more" if len(several) > _MOST else ""
    return f"{what}: {listed}{more}"


def _tested(look: Look, symbol: Symbol, w: Words) -> Iterator[str]:
    titles = look.tested.reached.get(symbol, ())
    if look.checked.policies is None:
        return
    what = "It decides" if symbol.kind == "exception" else "It is in force"
    if not titles:
        yield f"{what} in no scenario."
        return
    lines = []
    for title in titles[:_MOST]:
        found = look.tested.of(title)
        lines.append(f"* {mark(found[0])} {w.plain(title)}: {verdict(found[0])}" if found else "")
    more = [f"* and {len(titles) - _MOST} more"] if len(titles) > _MOST else []
    yield "\n".join([f"{what} in:", "", *filter(None, lines), *more])


def _scenario(look: Look, symbol: Symbol, w: Words) -> Iterator[str]:
    found = look.tested.of(symbol.name, symbol.owner)
    if found is None:
        return
    result = found[0]
    yield f"{mark(result)} {verdict(result)}"
    for each in result.failures:
        yield f"Expected {w.plain(each.expected)}, came {w.plain(each.actual)}."
    yield w.plain(result.message)
