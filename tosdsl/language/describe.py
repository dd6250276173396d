"""What there is to say of a symbol: its text, its question, its type, where it is used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from attrs import frozen

from tosdsl.base.span import Span
from tosdsl.language.check import Checked
from tosdsl.language.symbols import Declared, Occurrence, Symbol, name_of
from tosdsl.trees import norms as n
from tosdsl.trees import surface as s


@frozen
class Described:
    """``type`` is a fact's or a field's, or a clause's modality. ``text`` is its description, in the
    words of the text, and ``at`` where the document has it. ``defeats`` and ``defeated_by`` are full
    ids of clauses. ``declared`` is None for what no text that was read declares."""

    symbol: Symbol
    type: str = ""
    text: str = ""
    question: str = ""
    at: str = ""
    judged: bool = False
    defeats: tuple[str, ...] = ()
    defeated_by: tuple[str, ...] = ()
    declared: Span | None = None
    used: tuple[Span, ...] = ()


_OF_NODES = ("section", "clause", "definition", "exception")


def describe(checked: Checked, found: Iterable[Occurrence], symbol: Symbol) -> Described:
    """What the texts say of a symbol. ``found`` are the occurrences of these texts."""
    places = [each for each in found if each.symbol == symbol]
    declared = next((each.span for each in places if each.role == "declaration"), None)
    used = tuple(each.span for each in places if each.role == "reference")
    return Described(symbol, declared=declared, used=used, **_said(checked, symbol))


def _said(checked: Checked, symbol: Symbol) -> dict[str, Any]:
    texts = Declared.of(checked.work)
    vocabulary = texts.vocabularies.get(symbol.owner or symbol.name)
    if vocabulary is not None and symbol.kind not in ("document", "clause"):
        shared = checked.work.vocabulary_of(vocabulary).definitions
        own = (each for each in shared if each.vocabulary == vocabulary.name.text)
        return _said_of(_defined(own), symbol) or _in_vocabulary(vocabulary, symbol)
    name = symbol.owner or symbol.name
    for unit in texts.policies.get(name, ()):
        policy = checked.work.elaborated(unit)
        if policy is not None and (said := _in_policy(policy, symbol)) is not None:
            if symbol.kind == "clause":
                said |= _order(checked, symbol)
            return said
    return {}


def _in_vocabulary(unit: s.Vocabulary, symbol: Symbol) -> dict[str, Any]:
    if symbol.kind == "vocabulary":
        return {"text": unit.description or ""}
    first, _, rest = symbol.name.partition(".")
    for item in unit.items:
        if isinstance(item, s.Use) or name_of(item) != first:
            continue
        match item:
            case s.Fact(decl=decl) if symbol.kind == "fact":
                return _field(decl)
            case s.RecordType(fields=fields) if symbol.kind in ("type", "field"):
                inner = {each.name.text: each for each in fields}
                return _field(inner[rest]) if rest in inner else {"text": ", ".join(inner)}
            case s.EnumType(members=members) if symbol.kind in ("type", "member"):
                texts = {each.name.text: each.text or "" for each in members}
                return {"text": texts.get(rest, "")} if rest else {"text": ", ".join(texts)}
            case s.Party(text=text) if symbol.kind == "party":
                return {"text": text or ""}
    return {}


def _field(decl: s.FieldDecl) -> dict[str, Any]:
    written = decl.type
    kind = "list of " * written.lists + "optional " * written.optional + written.name
    kind += f" in {written.unit}" if written.unit else ""
    return {"type": kind, "question": decl.question or "", "judged": decl.judged}


def _in_policy(policy: n.Policy, symbol: Symbol) -> dict[str, Any] | None:
    if symbol.kind == "document":
        return {"text": policy.title or "", "at": policy.source or ""}
    for each in policy.vocabulary.interpretations:
        if symbol.name.partition(".")[0] == each.name:
            said = {"type": " or ".join(each.readings), "text": each.description or ""}
            return {**said, "question": each.leaf().question, "at": each.at or ""}
    return _said_of(_nodes(policy), symbol)


def _said_of(
    nodes: Iterable[n.Section | n.Norm | n.Definition | n.ExceptionNode], symbol: Symbol
) -> dict[str, Any] | None:
    if symbol.kind not in _OF_NODES:
        return None
    for node in nodes:
        name = node.name if isinstance(node, n.Definition) else node.id
        if name == symbol.name:
            kind: str = node.modality if isinstance(node, n.Norm) else ""
            kind = str(node.type) if isinstance(node, n.Definition) else kind
            return {"type": kind, "text": node.description or "", "at": node.at or ""}
    return None


def _nodes(policy: n.Policy) -> Iterator[n.Section | n.Norm | n.Definition | n.ExceptionNode]:
    for section in policy.root.walk():
        yield section
        for norm in section.norms:
            yield norm
            yield from _exceptions(norm.exceptions)
    yield from _defined(each for each in policy.written if each.vocabulary is None)


def _defined(definitions: Iterable[n.Definition]) -> Iterator[n.Definition | n.ExceptionNode]:
    for definition in definitions:
        yield definition
        yield from _exceptions(definition.exceptions)


def _exceptions(exceptions: Iterable[n.ExceptionNode]) -> Iterator[n.ExceptionNode]:
    for each in exceptions:
        yield each
        yield from _exceptions(each.exceptions)


def _order(checked: Checked, symbol: Symbol) -> dict[str, Any]:
    """What a clause prevails over, and what prevails over it, where no day is said."""
    if checked.policies is None:
        return {}
    linked = checked.policies.alternatives(None, None)[0]
    pairs = [
        (_qualified(linked, loser), _qualified(linked, winner))
        for loser, winners in linked.above.items()
        for winner in winners
    ]
    own = f"{symbol.owner}#{symbol.name}"
    return {
        "defeats": tuple(dict.fromkeys(loser for loser, winner in pairs if winner == own)),
        "defeated_by": tuple(dict.fromkeys(winner for loser, winner in pairs if loser == own)),
    }


def _qualified(linked: n.Linked, key: n.NormKey) -> str:
    return linked.documents[key[0]].qualified(key[1])
