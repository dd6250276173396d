"""What the text of a policy may mean: its interpretations, each with the ways to read it.

interpretation NAME "QUESTION" is one of {READING, …}  ->  vocabulary.Interpretation
"""

from __future__ import annotations

from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v
from tosdsl.trees.lazy import only

_TWO = 2
"""Readings that an interpretation has at least."""


def interpretations_of(
    unit: s.Policy, vocabulary: v.Vocabulary, problems: list[Diagnostic]
) -> tuple[v.Interpretation, ...]:
    """The interpretations of a policy. One that cannot be told from something else is reported."""
    taken = {party.name: "a party" for party in vocabulary.parties} | {"provider": "a party"}
    taken |= {fact.name: "a fact" for fact in vocabulary.facts}
    taken |= {item.name.text: "a definition" for item in only(unit.items, s.Define | s.Table)}
    taken |= {each.name: "a definition" for each in vocabulary.definitions}
    found: dict[str, v.Interpretation] = {}
    for item in only(unit.items, s.Interpretation):
        name = item.name.text
        readings = tuple(dict.fromkeys(each.text for each in item.readings))
        if name in found:
            words = {"name": name, "line": found[name].span.line, "file": ""}
            problems.append(mistake("TOS2004", item.name.span, None, **words))
        elif name in taken:
            problems.append(mistake("TOS2050", item.name.span, None, name=name, known=taken[name]))
        else:
            if len(readings) < _TWO or len(readings) != len(item.readings):
                problems.append(mistake("TOS2051", item.name.span, None, name=name))
            path = f"{unit.name.text}#{name}"
            said = (item.question, item.at, item.description)
            found[name] = v.Interpretation(path, readings, *said, span=item.name.span)
    return tuple(found.values())
