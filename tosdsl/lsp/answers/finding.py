"""Where things are declared and used, everything by its name, and a name changed wherever it stands."""

from __future__ import annotations

import os
from collections.abc import Iterable

from attrs import evolve
from lsprotocol import types as t

from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Edit
from tosdsl.language.edits import applied
from tosdsl.language.everywhere import Read, everywhere, harm, new_name_problem
from tosdsl.language.symbols import Kind, Occurrence
from tosdsl.lsp.answers.places import ToUri, location, range_of
from tosdsl.lsp.answers.problems import typed
from tosdsl.lsp.desk import Desk, Look
from tosdsl.lsp.documents import View
from tosdsl.lsp.texts import Text

MOST_SYMBOLS = 500
"""Symbols of all files that one question is answered with."""

KINDS: dict[Kind, t.SymbolKind] = {
    "document": t.SymbolKind.Module,
    "vocabulary": t.SymbolKind.Package,
    "type": t.SymbolKind.Class,
    "member": t.SymbolKind.EnumMember,
    "fact": t.SymbolKind.Variable,
    "field": t.SymbolKind.Field,
    "party": t.SymbolKind.Constant,
    "interpretation": t.SymbolKind.Enum,
    "definition": t.SymbolKind.Function,
    "parameter": t.SymbolKind.Variable,
    "item": t.SymbolKind.Variable,
    "clause": t.SymbolKind.Method,
    "section": t.SymbolKind.Namespace,
    "exception": t.SymbolKind.Event,
    "scenario": t.SymbolKind.String,
    "property": t.SymbolKind.Boolean,
}


class RefusedError(Exception):
    """What was asked for cannot be done; its text says why, in a sentence for a person."""


def definition(look: Look, position: t.Position, uri: ToUri) -> list[t.Location]:
    """Where what stands at a place is declared, in each version that was read."""
    found = look.symbol_at(position.line, position.character)
    if found is None:
        return []
    declared = (each for each in look.occurrences if _declares(each, found))
    return [place for each in declared if (place := location(look, each.span, uri)) is not None]


def _declares(each: Occurrence, found: Occurrence) -> bool:
    return each.symbol == found.symbol and each.role == "declaration"


def references(
    desk: Desk, look: Look, position: t.Position, with_declaration: bool, uri: ToUri
) -> list[t.Location]:
    """Every place of what stands at a place, in all files of the open folders."""
    found = look.symbol_at(position.line, position.character)
    if found is None:
        return []
    places = [
        each for each in _places(desk, look, found) if with_declaration or each[1].role == "reference"
    ]
    made = (location(of, each.span, uri) for of, each in places)
    return [each for each in made if each is not None]


def _places(desk: Desk, look: Look, found: Occurrence) -> list[tuple[Look, Occurrence]]:
    """Every place of a symbol, each with a look that has read the text."""
    reads, every = _reads(desk, look, found)
    looks = {file: desk.look(look.view, name) for name, read in reads for file in read.checked.sources}
    return [(looks[each.span.file], each) for each in every]


def _reads(
    desk: Desk, look: Look, found: Occurrence
) -> tuple[list[tuple[str, Read]], tuple[Occurrence, ...]]:
    own = Read(look.checked, look.occurrences)
    declared = own.declarations(found.symbol)
    if not declared:  # nothing that was read declares it
        return [(look.name, own)], tuple(e for e in look.occurrences if e.symbol == found.symbol)
    several = [(look.name, own)]
    several += [
        (name, read) for name, read in desk.with_word(look.view, found.symbol.word) if name != look.name
    ]
    return several, everywhere([read for _, read in several], found.symbol, declared)


# --- another name -----------------------------------------------------------------------------------


def prepared(look: Look, position: t.Position) -> t.PrepareRenamePlaceholder:
    """What would be renamed. Raises RefusedError."""
    found = _to_rename(look, position)
    return t.PrepareRenamePlaceholder(range_of(look.text, found.span), found.symbol.word)


def _to_rename(look: Look, position: t.Position) -> Occurrence:
    found = look.symbol_at(position.line, position.character)
    if found is None:
        raise RefusedError("Nothing that has a name stands here, or its line has a mistake.")
    if not any(_declares(each, found) for each in look.occurrences):
        raise RefusedError(f"No text that was read declares `{found.symbol.word}`.")
    return found


def rename(desk: Desk, look: Look, position: t.Position, new: str, uri: ToUri) -> t.WorkspaceEdit:
    """The name of what stands at a place, changed wherever it stands. Raises RefusedError.

    It is tried first. Nothing is renamed where a text would get a mistake by it, or where a name would
    come to stand for something else.
    """
    found = _to_rename(look, position)
    if new == found.symbol.word:
        return t.WorkspaceEdit(changes={})
    if problem := new_name_problem(found.symbol, new):
        raise RefusedError(problem)
    reads, every = _reads(desk, look, found)
    texts: dict[str, str] = {}
    edits: list[Edit] = []
    paths: dict[str, str] = {}
    for each in every:
        file = each.span.file
        if file not in paths:
            of = next(
                desk.look(look.view, name) for name, read in reads if file in read.checked.sources
            )
            path = of.path(file)
            if path is None or not _may_be_changed(look, path):
                raise RefusedError(
                    f"`{found.symbol.word}` stands in {path or file}, which is in no open folder."
                )
            paths[file], texts[path] = path, of.checked.sources[file]
        span = each.span if paths[file] == file else _in(each, paths[file])
        edits.append(Edit(span, new))
    changed = applied(texts, edits)
    after = desk.with_texts(look.view, changed, [name for name, _ in reads])
    if problem := harm([read for _, read in reads], after, edits, new):
        raise RefusedError(f"`{found.symbol.word}` cannot be called `{new}`: {problem}")
    return _edit_of(look, texts, edits, uri)


def _in(each: Occurrence, path: str) -> Span:
    return evolve(each.span, file=path)


def _may_be_changed(look: Look, path: str) -> bool:
    view = look.view
    inside = (path.startswith(os.path.join(os.path.abspath(each), "")) for each in view.folders)
    beside = os.path.dirname(path) == os.path.dirname(look.name)
    return path in view.texts or any(inside) or (not view.folders and beside)


def _edit_of(look: Look, texts: dict[str, str], edits: Iterable[Edit], uri: ToUri) -> t.WorkspaceEdit:
    view = look.view
    changes: dict[str, list[t.TextEdit]] = {}
    for each in edits:
        path = each.span.file
        text = view.texts.get(path) or Text(texts[path], view.encoding)
        changes.setdefault(uri(path), []).append(t.TextEdit(range_of(text, each.span), each.new))
    return t.WorkspaceEdit(changes=typed(changes))


# --- all files --------------------------------------------------------------------------------------


def everything(desk: Desk, view: View, query: str, uri: ToUri) -> list[t.WorkspaceSymbol]:
    """What is declared in any file, by a name that has the letters of the question in their order."""
    made: list[t.WorkspaceSymbol] = []
    for name, text, parts in desk.outlines(view):
        for unit in parts:
            for part in unit.walk():
                if len(made) == MOST_SYMBOLS:
                    return made
                if _has_letters(part.name, query):
                    place = t.Location(uri(name), range_of(text, part.named))
                    within = unit.name if part is not unit else None
                    made.append(
                        t.WorkspaceSymbol(place, part.name, KINDS[part.kind], container_name=within)
                    )
    return made


def _has_letters(name: str, query: str) -> bool:
    left = iter(name.casefold())
    return all(each in left for each in query.casefold())
