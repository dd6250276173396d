"""Texts that can be read in several ways: a question is put once for each way that matters.

    Use, the interpretations of its documents -> the same use, with a reading for each way

How a text is read is no fact of a use, so it is never learnt: it is chosen with the question, or gone
through. An interpretation matters where an answer hangs on it, as it does on a fact that is not known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import product
from math import prod

from attrs import evolve

from tosdsl.base import limits
from tosdsl.decision.model import Decision, Interpreted, changed
from tosdsl.diagnostics.model import mistake
from tosdsl.errors import FactError
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Facts, Reading, Use


def interpretations(linked: n.Linked) -> tuple[v.Interpretation, ...]:
    """The interpretations of some documents as these versions have them. Their vocabulary may know
    readings of other versions besides."""
    return v.interpretations(document.policy.vocabulary for document in linked.documents)


def asked_by(made: Decision) -> set[str]:
    """What an answer hangs on: the verdict, and what becomes of duties."""
    several = {need.fact for need in made.needs}
    return several | {fact for duty in made.duties for fact in duty.needs}


def chosen_here(use: Use, interpretations: Sequence[v.Interpretation]) -> Use:
    """The use without choices that these texts do not offer: another version may have offered them."""
    offered = {each.path: each.readings for each in interpretations}

    def kept(facts: Facts) -> Facts:
        return {
            path: value
            for path, value in facts.items()
            if not v.name_in_text(path) or value in offered.get(path, ())
        }

    readings = tuple(evolve(each, facts=kept(each.facts)) for each in use.readings)
    return evolve(use, facts=kept(use.facts), readings=readings)


def each_way(use: Use, interpretations: Sequence[v.Interpretation], asked: Collection[str]) -> Use:
    """The use with a reading for each way to read what is ``asked`` and not chosen. Raises FactError if
    there are too many ways."""
    open_ = [each for each in interpretations if each.path in asked and each.path not in use.facts]
    if not open_:
        return use
    before = use.readings or (Reading("", {}),)
    left = [[each for each in open_ if each.path not in one.facts] for one in before]
    size = sum(prod(len(each.readings) for each in several) for several in left)
    if size > limits.MAX_READINGS:
        names = ", ".join(f"`{each.path}`" for each in open_)
        words = {"size": size, "limit": limits.MAX_READINGS, "names": names}
        raise FactError((mistake("TOS4083", None, None, **words),), {})
    pairs = zip(before, left, strict=True)
    return evolve(use, readings=tuple(each for pair in pairs for each in _ways(*pair)))


def _ways(before: Reading, open_: Sequence[v.Interpretation]) -> Iterator[Reading]:
    """One reading of facts, with each way to read these texts."""
    names = [each.name for each in open_]
    told = [each.path if names.count(each.name) > 1 else each.name for each in open_]
    for way in product(*(each.readings for each in open_)):
        said = [f"{name} is {reading}" for name, reading in zip(told, way, strict=True)]
        facts = {each.path: reading for each, reading in zip(open_, way, strict=True)}
        name = ", ".join([before.name, *said] if before.name else said)
        yield Reading(name, {**before.facts, **facts})


def told(made: Decision, use: Use, interpretations: Sequence[v.Interpretation]) -> Decision:
    """The decision, with how texts are read in place of anything that could be learnt about it. ``use``
    is what was asked, with each way to read what matters."""
    paths = {each.path for each in interpretations}
    needs = tuple(each for each in made.needs if each.fact not in paths)
    duties = tuple(
        evolve(duty, needs=tuple(kept), questions=tuple(kept.values()))
        for duty in made.duties
        for kept in [dict(_facts(duty.needs, duty.questions, paths))]
    )
    tried = {path for each in use.readings for path in each.facts}
    chosen = {
        each.path: str(use.facts[each.path]) for each in interpretations if each.path in use.facts
    }
    several = tuple(
        Interpreted(each.path, each.at, each.leaf().question, each.readings, chosen.get(each.path))
        for each in interpretations
        if each.path in use.facts or each.path in tried
    )
    return changed(made, needs=needs, duties=duties, interpretations=several)


def _facts(
    needs: Sequence[str], questions: Sequence[str], paths: Collection[str]
) -> Iterator[tuple[str, str]]:
    pairs = zip(needs, questions, strict=True)
    return ((fact, question) for fact, question in pairs if fact not in paths)
