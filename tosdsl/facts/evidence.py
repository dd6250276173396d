"""Evidence weighed: from a use with assertions to the facts that count.

Under the standard *confirmed*, plain facts and confirmed assertions count; under *alleged*,
allegations count too, but not about a leaf that has a plain or a confirmed value. Values that count
and differ make their leaf contested: it is unknown. The meaning then sees facts, and no assertions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import evolve

from tosdsl.trees.facts import Assertion, Contested, Standard, Use, Value, Weighed


def weigh(use: Use, standard: Standard | None = None) -> Use:
    """The use with the facts that count under a standard, unsaid: under its own."""
    standard = standard or use.standard
    if not use.assertions and standard == use.standard:
        return use
    return _weighed(evolve(use, standard=standard), standard == "alleged", False)


def weigh_allegations_first(use: Use) -> Use:
    """The use as it would be if what is alleged were so, whatever is confirmed about it."""
    return _weighed(use, True, True)


def under_each_reading(use: Use) -> tuple[Use, ...]:
    """The use once for each of its readings, with the reading's facts; once if it has none."""
    if not use.readings:
        return (use,)
    return tuple(evolve(use, facts={**use.facts, **each.facts}, readings=()) for each in use.readings)


def _weighed(use: Use, allegations: bool, first: bool) -> Use:
    """``allegations`` count where nothing better is known; ``first``: in place of what is better."""
    if not use.assertions:
        return use
    about: dict[str, list[Assertion]] = {}
    for each in use.assertions:
        about.setdefault(each.fact, []).append(each)
    facts = dict(use.facts)
    counted: list[Assertion] = []
    open_: list[Assertion] = []
    contested: list[Contested] = []
    for fact, several in about.items():
        alleged = [each for each in several if each.status == "alleged"]
        confirmed = [each for each in several if each.status == "confirmed"]
        given = use.facts.get(fact)
        if alleged and allegations and (first or (given is None and not confirmed)):
            given, counting = None, alleged
        else:
            counting = confirmed
        values: dict[Any, Value] = {}
        for value in _values(given, counting):
            values.setdefault(_same(value), value)
        facts.pop(fact, None)
        if len(values) == 1:
            facts[fact] = next(iter(values.values()))
            counted += counting
        elif values:
            contested.append(Contested(fact, given, tuple(counting)))
        else:
            open_ += alleged
    return evolve(use, facts=facts, weighed=Weighed(tuple(counted), tuple(open_), tuple(contested)))


def _values(given: Value | None, assertions: Iterable[Assertion]) -> list[Value]:
    plain = [] if given is None else [given]
    return [*plain, *(each.value for each in assertions)]


def _same(value: Value) -> Any:
    """A key that equal values share. In a list no condition can tell the order of items, and sums and
    counts can tell how often each is there."""
    if isinstance(value, tuple):
        return frozenset(Counter(map(_same, value)).items())
    if isinstance(value, Mapping):
        return frozenset((key, _same(inner)) for key, inner in value.items())
    return value
