"""How texts are read: what a question chooses of the interpretations that its documents have.

    {paid_services: everything}  ->  {"acme.terms#paid_services": "everything"}

An interpretation goes by its name, or by its full id where several documents have one of the name.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve

from tosdsl.diagnostics.model import mistake
from tosdsl.facts.read import Reader
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Entries, Entry, Facts


def chosen(node: Entries, reader: Reader) -> Facts:
    """The readings of a mapping that holds nothing else."""
    found, others = _read(node.entries, reader)
    several = reader.vocabulary.interpretations
    for each in others:
        near = (each.key, [one.name for one in several])
        reader.problems.append(mistake("TOS4080", each.span, near, name=each.key))
    return found


def parted(node: Entries, reader: Reader) -> tuple[Entries, Facts]:
    """A mapping without the readings in it, and these."""
    if not reader.vocabulary.interpretations:
        return node, {}
    facts = {fact.name for fact in reader.vocabulary.facts}
    mine = [each for each in node.entries if each.key.partition(".")[0] not in facts]
    found, others = _read(mine, reader)
    kept = tuple(each for each in node.entries if each not in mine or each in others)
    return evolve(node, entries=kept), found


def told_apart(facts: Facts) -> tuple[Facts, Facts]:
    """Facts of a use, and how texts are read, of what a question has of both."""
    read = {path: value for path, value in facts.items() if v.name_in_text(path)}
    return {path: value for path, value in facts.items() if path not in read}, read


def _read(entries: Iterable[Entry], reader: Reader) -> tuple[Facts, list[Entry]]:
    """The readings that entries give, by full id, and the entries that name no interpretation."""
    found: dict[str, str] = {}
    others: list[Entry] = []
    for each in entries:
        several = [one for one in reader.vocabulary.interpretations if each.key in {one.path, one.name}]
        if not several:
            others.append(each)
        elif len(several) > 1:
            full = ", ".join(f"`{one.path}`" for one in several)
            words = {"name": each.key, "each": full}
            reader.problems.append(mistake("TOS4081", each.span, None, **words))
        elif several[0].path in found:
            reader.problems.append(mistake("TOS4005", each.span, None, path=each.key))
        else:
            value = reader.value(each.key, each.value, _type(several[0]))
            if value is not None:
                found[several[0].path] = value
    return found, others


def _type(of: v.Interpretation) -> v.Enum:
    """Its type under the name by which mistakes speak of it."""
    return evolve(of.type, name=of.name)
