"""Libraries in which what was a fact is how a text is read: an interpretation of each policy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from attrs import evolve
from hypothesis import strategies as st

import tosdsl
from tosdsl.syntax.format import format_file
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v


def could_be_read(files: Sequence[s.File]) -> list[str]:
    """The facts that an interpretation can take the place of: those with a few named values, which no
    definition of the vocabulary reads."""
    vocabulary = files[0].units[0]
    defined = [item for item in vocabulary.items if isinstance(item, s.Define)]
    words = re.findall(r"\w+", format_file(s.File((s.Policy(s.Name("p"), items=tuple(defined)),))))
    policies = tosdsl.loads(*map(format_file, files))
    return [
        fact.name
        for fact in policies.vocabulary.facts
        if isinstance(fact.type, v.Enum) and not fact.type.rising and fact.name not in words
    ]


@st.composite
def with_interpretations(
    draw: st.DrawFn, files: Sequence[s.File], names: Sequence[str]
) -> list[s.File]:
    """The files, of which the first is the vocabulary and each other a policy, with interpretations of
    these ``names`` in place of the facts."""
    policies = tosdsl.loads(*map(format_file, files))
    facts = policies.vocabulary.facts
    members = {fact.name: fact.type.members for fact in facts if isinstance(fact.type, v.Enum)}
    vocabulary: Any
    units: list[Any]
    vocabulary, *units = (file.units[0] for file in files)
    kept = tuple(item for item in vocabulary.items if not _declares(item, names))
    made: list[Any] = [evolve(vocabulary, items=kept)]
    unit: Any
    for unit in units:
        uses = [item for item in unit.items if isinstance(item, s.Use)]
        rest = [item for item in unit.items if not isinstance(item, s.Use)]
        read = [
            s.Interpretation(
                s.Name(name),
                draw(st.sampled_from((None, "What does it mean?"))),
                tuple(map(s.Name, members[name])),
                draw(st.sampled_from((None, "9"))),
            )
            for name in names
        ]
        made.append(evolve(unit, items=(*uses, *read, *rest)))
    return [evolve(file, units=(unit,)) for file, unit in zip(files, made, strict=True)]


def _declares(item: Any, names: Sequence[str]) -> bool:
    return isinstance(item, s.Fact) and item.decl.name.text in names
