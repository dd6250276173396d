"""A use as the page has one, and what it means.

``answers`` are facts with what was answered: a text, a list of texts, for a list of records a list of
mappings from fields to texts. ``said`` tells which of them are somebody's word: its ``status`` and
``source``, perhaps ``said_by`` and ``said_on``; ``standard`` says what of that counts. ``open`` are
facts that nobody knows. Then the days ``as_of`` and ``known_at``, ``about``, the clause or section that
is asked about by itself, and ``title``. ``scenario`` is one whose readings count as well, and its
assertions where two are of one fact.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from attrs import evolve

from tosdsl.errors import FactError
from tosdsl.facade import PolicySet
from tosdsl.interview.asking import Interview
from tosdsl.studio.desk import Look
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Assertion, Use
from tosdsl.trees.quantities import ABSENT
from tosdsl.trees.uses import value_text
from tosdsl.trees.wording import value_words

NOT_TOLD = "not told by whom"
"""The source of an assertion that has none yet."""

Refused = dict[str, str]


def interview(look: Look, said: Mapping[str, Any]) -> tuple[Interview, Refused]:
    """What was answered so far, and of each answer that is no value of its fact, why. Raises FactError
    if the day is none."""
    policies = _policies(look, said)
    use = evolve(_begun(look, said.get("scenario")), title=said.get("title"))
    if "as_of" in said:
        use = evolve(use, as_of=_day(policies, "as_of", said["as_of"]).as_of)
    if "known_at" in said:
        use = evolve(use, known_at=_day(policies, "known_at", said["known_at"]).known_at)
    if said.get("standard"):
        use = evolve(use, standard="alleged" if said["standard"] == "alleged" else "confirmed")
    found = Interview.begin(policies, use)
    known = {leaf.path for leaf in policies.vocabulary.leaves()}
    refused: Refused = {}
    for fact, answer in said.get("answers", {}).items():
        if fact not in known:
            refused[fact] = "This document has no such fact."
            continue
        try:
            found = found.answered(fact, answer)
        except FactError as error:
            refused[fact] = " ".join(
                dict.fromkeys(f"{each.message} {each.mend}" for each in error.diagnostics)
            )
    for fact in said.get("open", ()):
        if fact in known:
            found = found.not_known(fact)
    unknown = frozenset((*found.open, *refused)) & known
    use = _as_said(found.use, said.get("said", {}))
    return evolve(found, use=evolve(use, unknown=unknown)), refused


def _as_said(use: Use, said: Mapping[str, Mapping[str, str]]) -> Use:
    """The use, with those of its facts that are somebody's word as assertions."""
    made = [
        Assertion(
            path,
            use.facts[path],
            "alleged" if each.get("status") == "alleged" else "confirmed",
            each.get("source") or NOT_TOLD,
            _day_of(each.get("said_on")),
            each.get("said_by"),
        )
        for path, each in said.items()
        if path in use.facts
    ]
    plain = {path: value for path, value in use.facts.items() if path not in said}
    return evolve(use, facts=plain, assertions=(*use.assertions, *made))


def _day_of(text: str | None) -> date | None:
    """A day; None for what is none, as a link may hold anything."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _policies(look: Look, said: Mapping[str, Any]) -> PolicySet:
    about = said.get("about")
    return look.policies.about(about) if about else look.policies


def _begun(look: Look, title: str | None) -> Use:
    """A scenario's use without its plain facts, which the page has as answers."""
    if title is None:
        return Use()
    return evolve(_scenario(look, title), facts={}, unknown=frozenset())


def _scenario(look: Look, title: str) -> Use:
    for _, scenario, use in look.policies.scenarios():
        if scenario.title == title:
            return use
    return Use()


def _day(policies: PolicySet, name: str, text: str | None) -> Use:
    """A use with one of its days. Raises FactError if it is none."""
    return policies.read_use(json.dumps({name: text or None, "facts": {}}))[0]


def from_scenario(look: Look, title: str) -> dict[str, Any]:
    """A scenario's use, as the page has one."""
    use = _scenario(look, title)
    every = (each for _, each, _ in look.policies.scenarios())
    about = next((each.about for each in every if each.title == title), None)
    form, whole = as_form(look.policies, use)
    return {**form, "scenario": None if whole else title, "about": about, "title": title}


def as_form(policies: PolicySet, use: Use) -> tuple[dict[str, Any], bool]:
    """A use as the page has one, and whether that is all of it: readings are not in it, nor assertions
    of which several are of one fact."""
    types = {leaf.path: leaf.type for leaf in policies.vocabulary.leaves()}
    paths = [each.fact for each in use.assertions]
    single = len({*paths, *use.facts}) == len(paths) + len(use.facts)
    asserted = use.assertions if single and not use.readings else ()
    values = {**use.facts, **{each.fact: each.value for each in asserted}}
    form = {
        "answers": {path: answer_of(value, types[path]) for path, value in values.items()},
        "said": {each.fact: _word_of(each) for each in asserted},
        "standard": use.standard if use.standard != "confirmed" else None,
        "open": sorted(use.unknown),
        "as_of": value_words(use.as_of) if use.as_of else None,
        "known_at": value_words(use.known_at) if use.known_at else None,
        "title": use.title,
    }
    return form, len(asserted) == len(use.assertions) and not use.readings


def _word_of(said: Assertion) -> dict[str, str]:
    made = {"status": said.status, "source": said.source}
    if said.said_by is not None:
        made["said_by"] = said.said_by
    if said.said_on is not None:
        made["said_on"] = said.said_on.isoformat()
    return made


def answer_of(value: Any, kind: v.Type) -> Any:
    """A value as somebody would answer it."""
    kind = v.bare(kind)
    match value:
        case str() if value is not ABSENT:
            return value
        case tuple():
            item = kind.item if isinstance(kind, v.ListOf) else kind
            return [answer_of(each, item) for each in value]
        case Mapping():
            fields = kind.fields if isinstance(kind, v.Record) else ()
            leaves = v.Vocabulary("", facts=fields).leaves()
            return {
                each.path: answer_of(value[each.path], each.type)
                for each in leaves
                if each.path in value
            }
    return value_text(value, kind)
