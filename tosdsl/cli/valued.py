"""The values of definitions for one use: those that no clause reads as well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from attrs import frozen

from tosdsl.decision.text import Line
from tosdsl.facade import PolicySet
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Use
from tosdsl.trees.findings import Findings
from tosdsl.trees.quantities import decimal_places
from tosdsl.trees.uses import value_json
from tosdsl.trees.wording import value_words


@frozen
class Valued:
    """A definition that takes no values, with its value; None is not known."""

    document: str
    definition: n.Definition
    value: Any


def valued(policies: PolicySet, use: Use) -> list[Valued]:
    """The definitions of every document that takes part, with what is presumed of the use. Where it
    is open which version of a document governs, a value is known if all of them come to it."""
    presuming = policies.predicates.presuming_on(use.as_of, use.known_at)
    found = [[*_of(one.whole.answer(one.filled(use))[1])] for one in presuming]
    others = [
        {(each.document, each.definition.name): each.value for each in more} for more in found[1:]
    ]

    def agreed(each: Valued) -> Any:
        key = each.document, each.definition.name
        return each.value if all(key in more and more[key] == each.value for more in others) else None

    first = found[0] if found else []
    return [Valued(each.document, each.definition, agreed(each)) for each in first]


def _of(findings: Findings) -> Iterator[Valued]:
    told: set[str] = set()
    for document, truth in zip(findings.linked.documents, findings.truths, strict=True):
        if document.policy.name not in told:
            told.add(document.policy.name)
            for each in sorted(document.policy.written, key=_line):
                if not each.parameters:
                    value = truth(ex.DefinitionRef(each.name, each.type))
                    yield Valued(document.policy.name, each, value)


def _line(each: n.Definition) -> tuple[str, int, int]:
    """In the order of the text: a policy has them in the order in which they are worked out. Those of
    vocabularies come last."""
    return each.vocabulary or "", each.span.line, each.span.column


def valued_lines(found: Sequence[Valued]) -> list[Line]:
    """What stands below a decision; nothing if there are no definitions."""
    if not found:
        return []
    lines = [Line(()), Line((("Values", "title"),))]
    last = None
    for each in found:
        if each.document != last and len({one.document for one in found}) > 1:
            lines.append(Line(((f"  {each.document}", ""),)))
        last = each.document
        known = "is not known" if each.value is None else f"is {value_words(each.value)}"
        at = f' at "{each.definition.at}"' if each.definition.at else ""
        vocabulary = each.definition.vocabulary
        at += f" (vocabulary {vocabulary})" if vocabulary else ""
        lines.append(Line(((f"  {each.definition.name}", "path"), (f" {known}", ""), (at, "note"))))
    return lines


def valued_json(found: Sequence[Valued]) -> list[dict[str, Any]]:
    """The same as data: ``value`` is null where it is not known, and ``text`` words it."""
    return [
        {
            "document": each.document,
            "definition": each.definition.name,
            "at": each.definition.at,
            **({"vocabulary": each.definition.vocabulary} if each.definition.vocabulary else {}),
            "value": _plain(each),
            "text": None if each.value is None else value_words(each.value),
        }
        for each in found
    ]


def _plain(each: Valued) -> Any:
    """A value as JSON has it; a fraction that has no end as a decimal number is a text: ``1/3``."""
    made = None if each.value is None else value_json(each.value, each.definition.type)
    endless = isinstance(made, Fraction) and decimal_places(made.denominator) is None
    return str(made) if endless else made
