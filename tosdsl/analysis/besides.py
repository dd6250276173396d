"""What documents differ in that no use can tell: measures, titles, days, places, texts, names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from attrs import evolve

from tosdsl.analysis.pairs import Pair
from tosdsl.analysis.sides import Side
from tosdsl.engine.presuming import said_by
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.versions import in_force
from tosdsl.trees.walk import mapped, of_clauses, used
from tosdsl.trees.wording import value_words, words

_SHORT = 120
"""Characters of two values that are shown side by side."""
_HEADER = (
    ("title", "title"),
    ("version", "version"),
    ("provider", "provider"),
    ("effective_from", "first day"),
    ("effective_until", "last day"),
    ("recorded", "day of recording"),
    ("source", "source"),
)


def besides(old: n.Linked, new: n.Linked, names: Mapping[str, str]) -> Iterator[str]:
    """What the documents differ in that no use can tell. ``names``: facts of the old documents that
    have another name in the question."""
    for one, other in zip(old.documents, new.documents, strict=False):
        if one.policy.id != other.policy.id:
            yield f"document: {one.policy.id} → {other.policy.id}"
        for name, title in _HEADER:
            was, is_ = getattr(one.policy, name), getattr(other.policy, name)
            if was != is_:
                yield f"{title}: {was or 'none'} → {is_ or 'none'}"
        texts = dict(_provisions(one.policy))
        for name, (at, text) in _provisions(other.policy):
            was_at, was_text = texts.get(name, (at, text))
            if was_at != at:
                yield f"place of {name}: {was_at or 'none'} → {at or 'none'}"
            if was_text != text:
                yield f"text of {name}"
        yield from _values(one.policy, other.policy, names)


def _values(old: n.Policy, new: n.Policy, names: Mapping[str, str]) -> Iterator[str]:
    """Values, such as a price, and conditions that no clause reads: no verdict tells of them."""
    ones, others = ({each.name: each for each in policy.written} for policy in (old, new))
    read = _read(old) | _read(new)
    for name in dict.fromkeys((*ones, *others)):
        one, other = ones.get(name), others.get(name)
        told = other or one
        if told is None or (isinstance(told.type, v.Boolean) and name in read):
            continue
        if _meaning(one, names) == _meaning(other, {}):
            continue
        was, is_ = (_said(each) for each in (one, other))
        if was != is_ and len(was) + len(is_) <= _SHORT:
            yield f"value of {name}: {was} → {is_}"
        else:
            yield f"value of {name}"


def _meaning(definition: n.Definition | None, names: Mapping[str, str]) -> tuple[object, ...]:
    """What a definition comes to, without its place and its text."""
    if definition is None:
        return ()
    return _by_names(definition.body, names), definition.type, definition.parameters


def _by_names(expr: ex.Expr, names: Mapping[str, str]) -> ex.Expr:
    """An expression with facts by other names."""
    if isinstance(expr, ex.FactRef):
        return evolve(expr, path=names.get(expr.path, expr.path))
    return mapped(expr, lambda each: _by_names(each, names))


def _said(definition: n.Definition | None) -> str:
    """What a definition says before its exceptions, as text."""
    if definition is None:
        return "none"
    exceptions = " with exceptions" if definition.exceptions else ""
    return f"{words(definition.core or definition.body)}{exceptions}"


def _read(policy: n.Policy) -> set[str]:
    """The names of the definitions on which a clause hangs."""
    known = {each.name: each for each in policy.definitions}
    return {name for expr in of_clauses(policy) for name in used(expr, known)}


def _provisions(policy: n.Policy) -> Iterator[tuple[str, tuple[str | None, str | None]]]:
    """Place and text of all that has a name."""
    nodes: list[n.Norm | n.ExceptionNode] = [*policy.root.all_norms()]
    for section in policy.root.walk():
        if section.id:
            yield section.id, (section.at, section.description)
    while nodes:
        node = nodes.pop(0)
        yield node.id, (node.at, node.description)
        nodes[:0] = node.exceptions
    for each in policy.written:
        yield each.name, (each.at, each.description)
    met: Counter[str] = Counter()
    for item in policy.incorporations:  # one thing may come in several times, under other conditions
        name = f"{item.policy}#{item.clause or ''}".rstrip("#")
        met[name] += 1
        numbered = name if met[name] == 1 else f"{name} ({met[name]})"
        yield numbered, (item.at, item.description)
    for rung in policy.ladder[:1]:
        yield "the ladder", (rung.at, rung.description)


def renamed_clauses(pairs: Iterable[Pair]) -> Iterator[str]:
    """Clauses, and exceptions of theirs, that go by another name."""
    for pair in pairs:
        for one, other in (pair.ids, *(each.ids for each in pair.defeaters if each.kind == "except")):
            was, is_ = ((each or "").partition("#")[2] for each in (one, other))
            if was and is_ and was != is_:
                yield f"name: {was} → {is_}"


def enforcement(old: n.Linked, new: n.Linked) -> Iterator[str]:
    """Measures that are open no longer, and those that are open now."""
    one, other = (
        [_rung(rung) for document in linked.documents for rung in document.policy.ladder]
        for linked in (old, new)
    )
    yield from (f"no longer: {rung}" for rung in one if rung not in other)
    yield from (f"now: {rung}" for rung in other if rung not in one)


def _rung(rung: n.Rung) -> str:
    measures = ", else ".join(
        " ".join(filter(None, (each.kind, each.within and f"within {each.within}", each.text)))
        for each in rung.measures
    )
    of = f" of {rung.of}" if rung.of else ""
    return f"on {rung.finding}{of}: {measures}"


def presumed(old: Side, new: Side, names: Mapping[str, str]) -> Iterator[str]:
    """Facts of which something else is presumed. ``names``: facts of the old side that have another
    name in the question."""
    ones = {names.get(fact, fact): value for fact, value in _presumed(old).items()}
    others = _presumed(new)
    for fact in dict.fromkeys((*ones, *others)):
        was, is_ = ones.get(fact, "nothing"), others.get(fact, "nothing")
        if was != is_:
            yield f"{fact}: {was} → {is_}"


def _presumed(side: Side) -> dict[str, str]:
    governing = in_force(side.linked, side.as_of, side.known_at)
    said = said_by(side.linked, governing)
    return {fact: value_words(each.value) for fact, each in said.items() if each is not None}


def leads(old: n.Linked, new: n.Linked) -> Iterator[str]:
    """What leads to other documents: what governs instead, and what is incorporated."""
    ones, others = ([*_leads(each)] for each in (old, new))
    yield from (f"no longer: {each}" for each in ones if each not in others)
    yield from (f"now: {each}" for each in others if each not in ones)


def _leads(linked: n.Linked) -> Iterator[str]:
    for document in linked.documents:
        for route in document.policy.routes:
            yield f"governed by {_document(route.policy, route.version)}"
        for item in document.policy.incorporations:
            part = f"#{item.clause}" if item.clause else ""
            when = "" if item.when is None else f" when {words(item.when)}"
            yield f"incorporates {_document(item.policy, item.version)}{part}{when}"


def _document(id_: str, version: str | None) -> str:
    return f"{id_}@{version}" if version else id_
