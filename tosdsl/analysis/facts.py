"""The facts of two vocabularies: which are the same, and what a value of both can be.

A fact of one name is one fact if every value of either type can be looked at as a value of one type:
members that an enumeration has got or lost, whole numbers and others, values that may be absent.
Otherwise there are two facts, and that of the old side has ``BEFORE`` behind its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import evolve

from tosdsl.trees import vocabulary as v

BEFORE = " (before)"


def joined(one: v.Type, other: v.Type) -> v.Type | None:
    """The type of the values of both; None if there is none. What texts say is no matter."""
    match one, other:
        case (v.OptionalOf(), _) | (_, v.OptionalOf()):
            inner = joined(v.bare(one), v.bare(other))
            return None if inner is None else v.OptionalOf(inner)
        case v.Enum(rising=False), v.Enum(rising=False):
            more = (each for each in one.members if each not in other.members)
            return evolve(other, members=(*other.members, *more), texts=())
        case v.Enum(), v.Enum():
            same = (one.members, one.rising) == (other.members, other.rising)
            return other if same else None
        case (v.Integer() | v.Number(), v.Integer() | v.Number()) if one != other:
            return v.Number()
        case v.ListOf(item=v.Record() as first), v.ListOf(item=v.Record() as second):
            return other if _shape(first) == _shape(second) else None
        case v.ListOf(item=first), v.ListOf(item=second):
            item = joined(first, second)
            return None if item is None else v.ListOf(item)
    return other if one == other else None


def _shape(kind: v.Type) -> object:
    """A type without what its texts say."""
    match kind:
        case v.Record(fields=fields):
            return tuple((each.name, _shape(each.type)) for each in fields)
        case v.Enum(members=members, rising=rising):
            return members, rising
        case v.ListOf(item=item) | v.OptionalOf(item=item):
            return type(kind), _shape(item)
    return kind


def fact_names(old: v.Vocabulary, new: v.Vocabulary, given: Mapping[str, str]) -> dict[str, str]:
    """Facts of the old side that have another name in the question: those that are given, those that
    have the same type and the same question as just one other, and those that no value is common to."""
    ones = {leaf.path: leaf for leaf in old.leaves()}
    others = {leaf.path: leaf for leaf in new.leaves()}
    names = dict(given)
    gone = [leaf for path, leaf in ones.items() if path not in others and path not in names]
    come = [leaf for path, leaf in others.items() if path not in ones and path not in names.values()]
    for leaf in gone:
        alike = [each for each in come if (each.type, each.question) == (leaf.type, leaf.question)]
        rivals = [each for each in gone if (each.type, each.question) == (leaf.type, leaf.question)]
        if len(alike) == 1 and len(rivals) == 1:
            names[leaf.path] = alike[0].path
    taken = set(names.values())
    for path, leaf in ones.items():
        meant = others.get(path)
        apart = meant is not None and joined(leaf.type, meant.type) is None
        if path not in names and (apart or path in taken):
            names[path] = f"{path}{BEFORE}"
    return names


def declared_otherwise(old: v.Vocabulary, new: v.Vocabulary, names: Mapping[str, str]) -> Iterator[str]:
    """How facts are declared otherwise, a sentence each."""
    others = {leaf.path: leaf for leaf in new.leaves()}
    fresh = dict(others)
    for leaf in old.leaves():
        name = names.get(leaf.path, leaf.path).removesuffix(BEFORE)
        other = others.get(name)
        fresh.pop(name, None)
        if other is None:
            yield f"{name}: gone"
            continue
        if _shape(leaf.type) != _shape(other.type):
            yield f"{name}: {_told(leaf.type, other.type)}"
        if leaf.judged != other.judged:
            yield f"{name}: {'a judgement' if other.judged else 'no judgement any more'}"
        if leaf.question != other.question:
            yield f"{name}: asks “{other.question or ''}”, and asked “{leaf.question or ''}”"
    yield from (f"{name}: new" for name in fresh)


def _told(one: v.Type, other: v.Type) -> str:
    first, second = (v.bare(each) for each in (one, other))
    if isinstance(first, v.Enum) and isinstance(second, v.Enum) and first.members != second.members:
        come = [each for each in second.members if each not in first.members]
        gone = [each for each in first.members if each not in second.members]
        told = [f"it can be {', '.join(come)} now"] if come else []
        told += [f"it can be {', '.join(gone)} no longer"] if gone else []
        return "; ".join(told) or "its members have another order"
    if str(one) == str(other):
        return f"{one} is declared otherwise"
    return f"{one} → {other}"
