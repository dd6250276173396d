"""The values of definitions for one use: those that no clause reads as well."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from attrs import evolve, frozen

from tosdsl.decision.text import Line
from tosdsl.facade import PolicySet
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Use
from tosdsl.trees.findings import Findings
from tosdsl.trees.hanging import Hanging
from tosdsl.trees.quantities import decimal_places
from tosdsl.trees.uses import value_json
from tosdsl.trees.walk import parts
from tosdsl.trees.wording import value_words


@frozen
class Valued:
    """A definition that takes no values, with its value; None is not known. ``needs`` are the facts
    that it hangs on then."""

    document: str
    definition: n.Definition
    value: Any
    needs: tuple[str, ...] = ()


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
    return [evolve(each, value=agreed(each)) for each in first]


def _of(findings: Findings) -> Iterator[Valued]:
    told: set[str] = set()
    linked = findings.linked

    def value_in(index: int, expr: ex.Expr) -> Any:
        return findings.truths[index](expr)

    for index, (document, truth) in enumerate(zip(linked.documents, findings.truths, strict=True)):
        if document.policy.name not in told:
            told.add(document.policy.name)
            for each in sorted(document.policy.written, key=_line):
                if not each.parameters:
                    reference = ex.DefinitionRef(each.name, each.type)
                    hanging = Hanging(linked, False, (), lambda _: None, value_in)
                    needs = {*_facts(hanging.walked(index, reference), index, value_in)}
                    yield Valued(document.policy.name, each, truth(reference), tuple(sorted(needs)))


def _facts(open_: Iterator[ex.Expr], index: int, value: Callable[[int, ex.Expr], Any]) -> Iterator[str]:
    """The facts among what is not known. Of a list of which items do not say all, the list."""
    for each in open_:
        match each:
            case ex.FactRef(path=path):
                yield v.name_in_text(path) or path
            case ex.DayOfUse():
                yield v.DAY_OF_USE
            case ex.Quantified(over=over) | ex.Aggregate(over=over) if value(index, over) is not None:
                yield from (part.path for part in parts(over) if isinstance(part, ex.FactRef))


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
        needs = f": it needs {', '.join(each.needs)}" if each.needs and each.value is None else ""
        at = f' at "{each.definition.at}"' if each.definition.at else ""
        vocabulary = each.definition.vocabulary
        at += f" (vocabulary {vocabulary})" if vocabulary else ""
        lines.append(
            Line(((f"  {each.definition.name}", "path"), (f" {known}", ""), (f"{at}{needs}", "note")))
        )
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
            **({"needs": list(each.needs)} if each.needs and each.value is None else {}),
            "text": None if each.value is None else value_words(each.value),
        }
        for each in found
    ]


def _plain(each: Valued) -> Any:
    """A value as JSON has it; a fraction that has no end as a decimal number is a text: ``1/3``."""
    made = None if each.value is None else value_json(each.value, each.definition.type)
    endless = isinstance(made, Fraction) and decimal_places(made.denominator) is None
    return str(made) if endless else made
