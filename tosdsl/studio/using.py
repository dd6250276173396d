"""A use as a form: its facts, those that can still matter, the decision, what would settle it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import evolve

from tosdsl.analysis.ask import ask
from tosdsl.analysis.report import range_words
from tosdsl.facade import PolicySet
from tosdsl.facts.evidence import weigh
from tosdsl.interview.asking import Interview
from tosdsl.interview.forms import form, meanings
from tosdsl.interview.reads import Asked, facts_read
from tosdsl.language.data import decision_data
from tosdsl.library.literate import is_literate
from tosdsl.studio.desk import Look
from tosdsl.studio.filled import Refused, answer_of, interview
from tosdsl.syntax.format import format_item
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Facts
from tosdsl.trees.moments import DAY_OF_USE, MOMENT_OF_USE
from tosdsl.trees.uses import given, read_as, value_text, when


def plain_words(text: str) -> str:
    """A value's text for somebody who reads no code: a list without its brackets."""
    if text == "[]":
        return "none of them"
    return text[1:-1] if text.startswith("[") and text.endswith("]") and "[" not in text[1:] else text


def items_of(value: Any, kind: v.Type) -> list[list[dict[str, str]]] | None:
    """A list item by item, each its fields with their questions (none for an item without fields); None
    for what is no list."""
    kind = v.bare(kind)
    if not isinstance(value, tuple) or not isinstance(kind, v.ListOf):
        return None
    item = v.bare(kind.item)
    if not isinstance(item, v.Record):
        return [[{"question": "", "value": plain_words(value_text(each, item))}] for each in value]
    leaves = tuple(v.Vocabulary("", facts=item.fields).leaves())
    return [
        [
            {
                "question": leaf.question,
                "value": plain_words(value_text(each[leaf.path], leaf.type)),
            }
            for leaf in leaves
            if leaf.path in each
        ]
        for each in value
    ]


# --- the form ---------------------------------------------------------------------------------------


def asked(look: Look, said: Mapping[str, Any]) -> dict[str, Any]:
    """The decision on what is known, and every fact that the document reads, each with its control.

    A fact's ``matters`` says whether it can still change the verdict or a duty. Its ``state`` is
    ``answered``, ``open`` (nobody knows it), ``needed`` (it matters, and is to be asked) or ``idle``.
    ``next`` is what to ask first, and what would settle the use. ``time`` says whether the answer or a
    duty hangs on the day of the use, and whether on its hour.
    """
    found, refused = interview(look, said)
    policies, use = found.policies, found.use
    decision = found.decision()
    waiting = {each.fact for each in decision.needs} | {f for d in decision.duties for f in d.needs}
    undecided = [duty for duty in decision.duties if duty.state == "undetermined"]
    read = facts_read(look.policies, said.get("about"), as_of=use.as_of, known_at=use.known_at)
    question = found.question()
    return {
        "decision": decision_data(decision),
        "facts": [_fact(policies, each, found, refused, waiting) for each in read],
        "time": {
            "day": DAY_OF_USE in waiting or (use.day is None and any(d.due for d in undecided)),
            "hour": MOMENT_OF_USE in waiting,
        },
        "other": [path for path in refused if path not in {each.leaf.path for each in read}],
        "next": None
        if question is None
        else {
            "fact": question.fact,
            "clauses": [{"id": id_, "text": text} for id_, text in question.clauses],
            "settles": [
                {"answer": answer, "verdict": verdict.value} for answer, verdict in question.settles
            ],
        },
    }


def _fact(
    policies: PolicySet, asked: Asked, found: Interview, refused: Refused, waiting: set[str]
) -> dict[str, Any]:
    leaf = asked.leaf
    state = "needed" if leaf.path in waiting else "idle"
    if leaf.path in found.given or leaf.path in refused:
        state = "answered"
    elif leaf.path in found.open:
        state = "open"
    return {
        "fact": leaf.path,
        "question": leaf.question,
        "judged": leaf.judged,
        "state": state,
        "matters": leaf.path in waiting,
        "wrong": refused.get(leaf.path),
        "clauses": list(asked.clauses),
        "control": control(leaf.type, policies.vocabulary, asked.fields),
    }


def control(
    kind: v.Type, vocabulary: v.Vocabulary, read: frozenset[str] = frozenset(), *, deep: bool = True
) -> dict[str, Any]:
    """How a fact is asked for: ``kind`` says by which control, ``form`` in words."""
    plain = v.bare(kind)
    made: dict[str, Any] = {
        "form": form(kind, [each.name for each in vocabulary.parties]),
        "optional": plain != kind,
        "list": isinstance(plain, v.ListOf),
    }
    item = v.bare(plain.item) if isinstance(plain, v.ListOf) else plain
    match item:
        case v.Enum():
            members = [{"name": name, "text": text} for name, text in meanings(item)]
            return {**made, "kind": "choice", "members": members}
        case v.Party():
            members = [{"name": each.name, "text": each.text} for each in vocabulary.parties]
            return {**made, "kind": "party", "members": members}
        case v.Record(fields=fields) if deep:
            leaves = v.Vocabulary("", facts=fields).leaves()
            wanted = [each for each in leaves if not read or each.path in read] or leaves
            return {
                **made,
                "kind": "records",
                "fields": [
                    {
                        "fact": each.path,
                        "question": each.question,
                        "judged": each.judged,
                        "control": control(each.type, vocabulary, deep=False),
                    }
                    for each in wanted
                ],
            }
        case v.Boolean():
            return {**made, "kind": "boolean"}
        case v.Date():
            return {**made, "kind": "date"}
        case v.Integer() | v.Number():
            return {**made, "kind": "number"}
    return {**made, "kind": "text"}


# --- what would settle it ----------------------------------------------------------------------------


def settling(look: Look, said: Mapping[str, Any]) -> dict[str, Any]:
    """What would settle the use, and the nearest permitted uses, in words and as answers."""
    found, _ = interview(look, said)
    policies, use = found.policies, found.use
    answer = ask(policies.at(use.as_of, use.known_at), weigh(evolve(use, readings=())))
    leaves = {leaf.path: leaf for leaf in policies.vocabulary.leaves()}

    def step(path: str, now: Any, then: Any, ranges: Mapping[str, Any]) -> dict[str, Any]:
        leaf = leaves[path]
        return {
            "fact": path,
            "question": leaf.question,
            "now": None if now is None else plain_words(value_text(now, leaf.type)),
            "then": plain_words(value_text(then, leaf.type)) + range_words(ranges.get(path)),
            "answer": answer_of(then, leaf.type),
            "items": items_of(then, leaf.type),
            "was": None if now is None else items_of(now, leaf.type),
        }

    return {
        "verdict": answer.verdict,
        "settling": [
            {
                "verdict": each.verdict,
                "steps": [step(path, None, value, each.ranges) for path, value in each.facts.items()],
            }
            for each in answer.settling
        ],
        "permitted": [
            [
                *(step(path, now, then, each.ranges) for path, (now, then) in each.changed.items()),
                *(step(path, None, value, each.ranges) for path, value in each.added.items()),
            ]
            for each in answer.nearest
        ],
        "never": answer.never,
        "open": answer.open,
    }


# --- a use as text ------------------------------------------------------------------------------------


def facts_document(look: Look, said: Mapping[str, Any]) -> dict[str, Any]:
    """The use as the facts document that the command line reads. Raises FactError."""
    found, _ = interview(look, said)
    return found.use.to_json(look.policies)


def explained(look: Look, said: Mapping[str, Any]) -> str:
    """The decision with its explanation, as plain text."""
    return interview(look, said)[0].decision().explain()


def saved(look: Look, said: Mapping[str, Any], title: str) -> dict[str, Any]:
    """The text with the use as a scenario at its end, which expects the verdict that comes now."""
    found, _ = interview(look, said)
    use, vocabulary = found.use, look.policies.vocabulary
    provider = look.policies.choices.asked[0][0].provider
    parties = {each.name for each in vocabulary.parties} | {provider}

    def lines(facts: Facts) -> tuple[s.Given, ...]:
        return given(facts, vocabulary, parties)

    clause = said.get("about")
    made = s.Scenario(
        s.Text(title),
        as_of=when(use.as_of),
        given=lines(use.facts),
        said=tuple(
            s.Said(each.status, s.Text(each.source), lines({each.fact: each.value}))
            for each in use.assertions
        ),
        standard=s.StandardOf(use.standard) if use.standard != "confirmed" else None,
        readings=(
            *(s.Reading(s.Name(each.name), lines(each.facts)) for each in use.readings),
            *read_as(use.facts),
        ),
        expectations=(s.ExpectVerdict(found.decision().verdict.value),),
        known_at=when(use.known_at),
        about=s.Ref(None, None, clause.split("#")[-1]) if clause else None,
    )
    item = format_item(made)
    text = look.text.rstrip("\n")
    if is_literate(look.name):
        item = f"```tos\n{item}```\n"
    return {"text": f"{text}\n\n{item}", "scenario": item, "name": _name(look)}


def _name(look: Look) -> str:
    return "terms.tos.md" if is_literate(look.name) else "terms.tos"


def titles(look: Look) -> Iterator[dict[str, Any]]:
    """The scenarios of a source, by which a form can be filled."""
    for policy, scenario, _ in look.policies.scenarios():
        yield {"title": scenario.title, "text": scenario.description, "policy": policy}
