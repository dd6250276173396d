"""What may be written at a place, and what kind of name each name is."""

from __future__ import annotations

from collections.abc import Mapping

from lsprotocol import types as t

from tosdsl.language.expected import Candidate, expected_at
from tosdsl.language.symbols import Kind
from tosdsl.lsp.answers.places import range_of
from tosdsl.lsp.desk import Look

_KINDS: Mapping[str, t.CompletionItemKind] = {
    "word": t.CompletionItemKind.Keyword,
    "type": t.CompletionItemKind.Class,
    "member": t.CompletionItemKind.EnumMember,
    "fact": t.CompletionItemKind.Variable,
    "field": t.CompletionItemKind.Field,
    "party": t.CompletionItemKind.Constant,
    "interpretation": t.CompletionItemKind.Enum,
    "definition": t.CompletionItemKind.Function,
    "clause": t.CompletionItemKind.Method,
    "exception": t.CompletionItemKind.Event,
    "document": t.CompletionItemKind.File,
    "vocabulary": t.CompletionItemKind.Module,
    "value": t.CompletionItemKind.Value,
}


def completion(look: Look, position: t.Position) -> t.CompletionList:
    """What may stand at a place, the likeliest first. What is written already is given way to."""
    line, column = look.text.place(position.line, position.character)
    found = expected_at(look.checked, look.name, line, column)
    start = look.text.position(line, column - len(found.prefix))
    place = t.Range(t.Position(*start), position)
    items = [
        t.CompletionItem(
            label=each.text,
            kind=_KINDS[each.kind],
            detail=each.detail or None,
            documentation=_question(look, each),
            sort_text=f"{number:05}",
            text_edit=t.TextEdit(place, each.text),
        )
        for number, each in enumerate(found.candidates)
    ]
    return t.CompletionList(is_incomplete=False, items=items)


def _question(look: Look, candidate: Candidate) -> str | None:
    """What a fact asks."""
    if candidate.kind != "fact":
        return None
    for root in look.checked.roots:
        for leaf in root.vocabulary.leaves():
            if leaf.path == candidate.text:
                return leaf.question or None
    return None


# --- colours of names ------------------------------------------------------------------------------

_TOKENS: Mapping[Kind, str] = {
    "document": "namespace",
    "vocabulary": "namespace",
    "section": "namespace",
    "type": "type",
    "member": "enumMember",
    "fact": "variable",
    "item": "variable",
    "field": "property",
    "party": "class",
    "interpretation": "variable",
    "definition": "function",
    "parameter": "parameter",
    "clause": "method",
    "exception": "event",
}
"""Titles of scenarios and properties are left to be texts."""

LEGEND = t.SemanticTokensLegend(
    token_types=sorted(set(_TOKENS.values())), token_modifiers=["declaration"]
)


def tokens(look: Look) -> t.SemanticTokens:
    """What kind of name each name of a text is; numbers as the protocol packs them."""
    data: list[int] = []
    before = (0, 0)
    for each in look.own:
        kind = _TOKENS.get(each.symbol.kind)
        place = range_of(look.text, each.span)
        if kind is None or place.start.line != place.end.line:
            continue
        line, start = place.start.line, place.start.character
        data += [
            line - before[0],
            start - before[1] if line == before[0] else start,
            place.end.character - start,
            LEGEND.token_types.index(kind),
            int(each.role == "declaration"),
        ]
        before = line, start
    return t.SemanticTokens(data=data)
