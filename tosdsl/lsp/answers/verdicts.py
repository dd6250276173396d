"""What scenarios come to, beside the text: code lenses and inlay hints."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types as t

from tosdsl.base.visible import visible
from tosdsl.language.outline import Part
from tosdsl.language.symbols import Symbol
from tosdsl.lsp.answers.places import first_line
from tosdsl.lsp.desk import Look
from tosdsl.testing.model import TestResult

RUN, WHY = "tosdsl.run", "tosdsl.why"
REACHED, USE = "tosdsl.reached", "tosdsl.use"


def mark(result: TestResult) -> str:
    """✓ or ✗."""
    return "✓" if result.held else "✗"


def verdict(result: TestResult) -> str:
    """The verdict in words."""
    return (result.verdict or result.outcome).replace("_", " ")


def lenses(look: Look, uri: str) -> list[t.CodeLens]:
    """A lens for each scenario, clause and exception of a text that has no mistake."""
    if look.checked.policies is None:
        return []
    return [
        lens for unit in look.parts if unit.kind == "document" for lens in _of_unit(look, unit, uri)
    ]


def _of_unit(look: Look, unit: Part, uri: str) -> Iterator[t.CodeLens]:
    for part, symbol in symbols(unit):
        place = first_line(look.text, part.span)
        if symbol.kind == "scenario":
            found = look.tested.of(symbol.name, symbol.owner)
            if found is not None:
                title = visible(f"{mark(found[0])} {verdict(found[0])}: run")
                yield _lens(place, title, RUN, [uri, symbol.name])
                yield _lens(place, "why?", WHY, [uri, symbol.name])
        elif symbol.kind in ("clause", "exception"):
            count = len(look.tested.reached.get(symbol, ()))
            scenarios = "1 scenario reaches" if count == 1 else f"{count or 'no'} scenarios reach"
            id_ = f"{symbol.owner}#{symbol.name}"
            yield _lens(place, f"{scenarios} this {symbol.kind}", REACHED, [uri, id_])
            verb = "decides" if symbol.kind == "exception" else "is in force"
            yield _lens(place, f"show a use in which it {verb}", USE, [uri, id_])


def symbols(unit: Part) -> Iterator[tuple[Part, Symbol]]:
    """The clauses, exceptions and scenarios of a policy, with what they are called everywhere."""
    yield from _symbols(unit.name, unit.parts, "")


def _symbols(owner: str, parts: tuple[Part, ...], prefix: str) -> Iterator[tuple[Part, Symbol]]:
    for part in parts:
        if part.kind == "definition":
            continue  # its exceptions decide no clause by themselves
        name = f"{prefix}{part.name}"
        if part.kind != "section":
            yield part, Symbol(part.kind, owner, name)
        inner = "" if part.kind == "section" else f"{name}."
        yield from _symbols(owner, part.parts, inner)


def _lens(place: t.Range, title: str, command: str, arguments: list[str]) -> t.CodeLens:
    return t.CodeLens(place, t.Command(title=title, command=command, arguments=arguments))


def inlays(look: Look, asked: t.Range) -> list[t.InlayHint]:
    """Beside each scenario its verdict; beside what it expects in vain, what came."""
    made = []
    for result in look.tested.results:
        if result.span.file != look.name:
            continue
        for failure in result.failures:
            made.append(_inlay(look, failure.span.line, f"✗ came {failure.actual}"))
        made.append(_inlay(look, result.span.line, f"{mark(result)} {verdict(result)}"))
    inside = (each for each in made if asked.start.line <= each.position.line <= asked.end.line)
    return sorted(inside, key=lambda each: each.position.line)


def _inlay(look: Look, line: int, label: str) -> t.InlayHint:
    end = look.text.position(line, len(look.text.raw) + 1)
    return t.InlayHint(t.Position(*end), visible(label), padding_left=True)
