"""One use against every document, and two versions against each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from tosdsl.analysis.changes import Change
from tosdsl.analysis.diff import diff
from tosdsl.analysis.report import range_words
from tosdsl.comparing.compare import Compared, Comparison, compared
from tosdsl.comparing.html import page
from tosdsl.comparing.report import as_json, clause_of, effect_of, groups
from tosdsl.facade import PolicySet
from tosdsl.facts.given import from_python
from tosdsl.language.data import difference_data
from tosdsl.studio.desk import Desk, Look
from tosdsl.studio.filled import answer_of
from tosdsl.studio.using import items_of, plain_words
from tosdsl.trees.uses import value_text


def comparison(desk: Desk, facts: Mapping[str, Any], ids: list[str], own: Look | None) -> Comparison:
    """A facts document put to documents of the library, and to a text that is being written."""
    several = [desk.document(each) for each in ids]
    if own is not None:
        mine = own.policies
        if len(mine.choices.asked) == 1:
            id_ = mine.choices.asked[0][0].id
            several = [each for each in several if each.choices.asked[0][0].id != id_]
            several.insert(0, mine)
    root = from_python(dict(facts), [])
    assert root is not None, "a document that the studio has written can be read"
    return compared(root, {}, several, {})


def compared_data(found: Comparison, questions: Mapping[str, str]) -> dict[str, Any]:
    """The comparison in groups, each document with what decides in words. ``questions`` are those of
    the facts, by path."""
    data = as_json(found)
    rows = {each["id"]: each for each in data["documents"]}
    return {
        **{key: data[key] for key in ("use", "as_of", "standard", "not_in_force")},
        "facts": [
            {"fact": path, "question": questions.get(path, path), "value": plain_words(text)}
            for path, text in found.facts.items()
        ],
        "stated": [
            {
                "question": questions.get(each.fact, each.fact),
                "value": plain_words(each.value),
                "status": each.status,
                "source": each.source,
                "counts": each.counts,
            }
            for each in found.stated
        ],
        "groups": [
            {
                "verdict": verdict,
                "heading": heading,
                "documents": [_row(each, rows[each.policy.id]) for each in several],
            }
            for verdict, heading, several in groups(found)
        ],
    }


def _row(each: Compared, data: Mapping[str, Any]) -> dict[str, Any]:
    decision = data["decision"]
    return {
        **{
            key: data[key]
            for key in ("id", "title", "provider", "version", "verdict", "unknown", "unfit")
        },
        "recorded": str(each.policy.recorded) if each.policy.recorded else "",
        "basis": [
            {"effect": effect_of(one), "clause": clause_of(one), "text": one.text, "id": one.clause}
            for one in each.decision.basis
        ],
        "needs": decision["needs"],
        "warnings": decision["warnings"],
        "matters": data["matters"],
        "until": str(each.policy.effective_until) if each.policy.effective_until else None,
    }


def compared_page(found: Comparison) -> str:
    """The comparison as one page of HTML."""
    return page(found)


# --- a change ----------------------------------------------------------------------------------------


def change(old: Look, new: Look, names: tuple[str, str]) -> dict[str, Any]:
    """What differs in meaning, each class of uses with its example, and the lines that differ."""
    before, after = old.policies, new.policies
    found = diff(before.at(None, None), after.at(None, None))
    data = difference_data(found, names)
    questions = questions_of(before) | questions_of(after)
    for each, made in zip(found.changes, data["changes"], strict=True):
        made["use"] = [*_example(each, found.facts, questions)]
    return {**data, "lines": [*_lines(old.text, new.text)]}


def questions_of(policies: PolicySet) -> dict[str, str]:
    """What each fact asks, by its path."""
    return {leaf.path: leaf.question for leaf in policies.vocabulary.leaves()}


def _example(
    each: Change, kinds: Mapping[str, Any], questions: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    for path, value in each.witness.facts.items():
        yield {
            "fact": path,
            "question": questions.get(path, path),
            "value": plain_words(value_text(value, kinds[path]))
            + range_words(each.witness.ranges.get(path)),
            "answer": answer_of(value, kinds[path]),
            "items": items_of(value, kinds[path]),
        }


_AROUND = 2
"""Lines that are shown around those that differ."""


def _lines(old: str, new: str) -> Iterator[dict[str, Any]]:
    """Stretches of lines that differ, with a few around them; the lines have their numbers."""
    ones, others = old.split("\n"), new.split("\n")
    matcher = SequenceMatcher(None, ones, others, autojunk=False)
    for group in matcher.get_grouped_opcodes(_AROUND):
        yield {
            "parts": [
                {
                    "same": what == "equal",
                    "old": [[number + 1, ones[number]] for number in range(a, b)],
                    "new": [[number + 1, others[number]] for number in range(c, d)],
                }
                for what, a, b, c, d in group
            ]
        }
