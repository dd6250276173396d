"""Which clause defeats which, as the protocol's hierarchy of calls: who calls is who defeats.

An exception defeats what it stands under; a clause defeats those over which it prevails.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lsprotocol import types as t

from tosdsl.language.describe import describe
from tosdsl.language.symbols import Occurrence, Symbol
from tosdsl.lsp.answers.finding import KINDS
from tosdsl.lsp.answers.places import ToUri, location
from tosdsl.lsp.desk import Look
from tosdsl.trees import surface as s

_HAVE = ("clause", "exception")


def prepared(look: Look, position: t.Position, uri: ToUri) -> list[t.CallHierarchyItem] | None:
    """The clause or the exception at a place."""
    found = look.symbol_at(position.line, position.character)
    if found is None or found.symbol.kind not in _HAVE:
        return None
    item = _item(look, found.symbol, uri)
    return None if item is None else [item]


def symbol_of(item: t.CallHierarchyItem) -> tuple[str, Symbol] | None:
    """The text that was looked at, and the symbol, of an item that ``prepared`` has made."""
    match item.data:
        case {"text": str(name), "kind": "clause" | "exception" as kind, "id": str(id_)}:
            owner, _, inner = id_.partition("#")
            return name, Symbol(kind, owner, inner)
    return None


def incoming(look: Look, symbol: Symbol, uri: ToUri) -> list[t.CallHierarchyIncomingCall]:
    """What defeats it: its exceptions, and the clauses that prevail over it."""
    own = [each for each in _exceptions(look) if _under(each, symbol)]
    above = describe(look.checked, look.occurrences, symbol).defeated_by
    found = [*own, *map(_clause, above), *_attached(look, symbol)]
    return [
        t.CallHierarchyIncomingCall(item, [item.selection_range]) for item in _items(look, found, uri)
    ]


def outgoing(look: Look, symbol: Symbol, uri: ToUri) -> list[t.CallHierarchyOutgoingCall]:
    """What it defeats: what it stands under, and the clauses over which it prevails."""
    found: list[Symbol] = []
    if symbol.kind == "exception":
        found += [each for each in _all(look) if _under(symbol, each)]
        found += [each for each in _all(look) if symbol in _attached(look, each)]
    found += map(_clause, describe(look.checked, look.occurrences, symbol).defeats)
    here = _item(look, symbol, uri)
    ranges = [here.selection_range] if here is not None else []
    return [t.CallHierarchyOutgoingCall(item, ranges) for item in _items(look, found, uri)]


def _clause(id_: str) -> Symbol:
    owner, _, name = id_.partition("#")
    return Symbol("clause", owner, name)


def _all(look: Look) -> list[Symbol]:
    declared = (each.symbol for each in look.occurrences if each.role == "declaration")
    return list(dict.fromkeys(each for each in declared if each.kind in _HAVE))


def _exceptions(look: Look) -> list[Symbol]:
    return [each for each in _all(look) if each.kind == "exception"]


def _under(one: Symbol, other: Symbol) -> bool:
    """Whether one is written right under the other."""
    return one.owner == other.owner and one.name.rpartition(".")[0] == other.name


def _attached(look: Look, symbol: Symbol) -> list[Symbol]:
    """The exceptions that stand alone and are named under a clause or an exception."""
    found = []
    for file in look.checked.sources:
        for unit in look.checked.work.units_in(file):
            if isinstance(unit, s.Policy) and unit.name.text == symbol.owner:
                for name, inner in _named(unit.items, ""):
                    if name == symbol.name:
                        found.append(Symbol("exception", symbol.owner, inner))
    return list(dict.fromkeys(found))


def _named(items: Iterable[Any], prefix: str) -> Iterator[tuple[str, str]]:
    """What names an exception that stands alone, by its id, with the exception's."""
    for item in items:
        node = item.node if isinstance(item, s.Standalone) else item
        if isinstance(item, s.Section):
            yield from _named(item.items, "")
        elif isinstance(node, s.Norm | s.ExceptionNode):
            id_ = f"{prefix}{node.name.text}"
            for each in node.exceptions:
                if isinstance(each, s.ExceptionRef):
                    yield id_, each.name.text
            yield from _named(node.exceptions, f"{id_}.")


def _items(look: Look, several: Iterable[Symbol], uri: ToUri) -> list[t.CallHierarchyItem]:
    made = (_item(look, each, uri) for each in dict.fromkeys(several))
    return [each for each in made if each is not None]


def _item(look: Look, symbol: Symbol, uri: ToUri) -> t.CallHierarchyItem | None:
    declared: Occurrence | None = next(
        (each for each in look.occurrences if each.symbol == symbol and each.role == "declaration"),
        None,
    )
    place = location(look, declared.span, uri) if declared is not None else None
    if place is None:
        return None
    told = describe(look.checked, look.occurrences, symbol)
    return t.CallHierarchyItem(
        name=symbol.name,
        kind=KINDS[symbol.kind],
        uri=place.uri,
        range=place.range,
        selection_range=place.range,
        detail=" ".join(filter(None, (told.type, told.at))) or symbol.kind,
        data={"text": look.name, "kind": symbol.kind, "id": f"{symbol.owner}#{symbol.name}"},
    )
