"""Uses by the hundred for one policy, drawn at random: as ``strategies.facts``, and much faster.

``uses`` draws most as programs give them: nested, an unknown left out or None. Of the rest, some have
keys with dots, and some are spoilt.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from fractions import Fraction
from random import Random
from typing import Any, assert_never

from attrs import frozen

from tests.generators import facts as near
from tosdsl.trees import vocabulary as v
from tosdsl.trees.quantities import ABSENT, COUNTED_IN, Duration, Money

PARTIES = (*near.PARTIES, *near.PARTIES, *near.PARTIES, "delta", "somebody", "ALPHA", "alphb")
DAYS = (None, None, date(2023, 6, 1), *near.DAYS, date(2026, 1, 1))
FORMS = ("nested",) * 8 + ("dotted", "spoilt")


@frozen
class Asked:
    """One question: facts as a program gives them, and its days."""

    facts: dict[str, Any]
    form: str
    days: dict[str, date | None]


def uses(leaves: Mapping[str, v.Type], read: Collection[str], random: Random) -> Iterator[Asked]:
    """Without end. Three of four say nothing but what conditions ``read``."""
    dated = random.random() < 0.4
    while True:
        unknown = random.choice((0.05, 0.15, 0.3, 0.5))
        form = random.choice(FORMS)
        said = {path: leaves[path] for path in leaves if path in read}
        among = random.choice((said, said, said, leaves))
        facts = facts_of(among, random, unknown, dotted=form == "dotted")
        if form == "spoilt":
            facts = spoilt(facts, leaves, random)
        days = (
            {
                "as_of": random.choice((*DAYS, *near.MOMENTS)),
                "known_at": random.choice((*DAYS, *DAYS, *near.MOMENTS)),
            }
            if dated
            else {}
        )
        yield Asked(facts, form, days)


def facts_of(
    leaves: Mapping[str, v.Type], random: Random, unknown: float, *, dotted: bool = False
) -> dict[str, Any]:
    """Facts of which each is unknown with this probability."""
    facts: dict[str, Any] = {}
    paths = list(leaves)
    random.shuffle(paths)
    for path in paths:
        given: object = None
        if random.random() >= unknown:
            given = value(leaves[path], random)
        elif random.random() < 0.7:
            continue
        put(facts, path, given, dotted and random.random() < 0.5)
    return facts


def put(facts: dict[str, Any], path: str, given: object, dotted: bool) -> None:
    """A fact under its path: as one key, or nested."""
    if dotted:
        facts[path] = given
        return
    *around, last = path.split(".")
    for step in around:
        facts = facts.setdefault(step, {})
    facts[last] = given


def value(kind: v.Type, random: Random) -> Any:
    """A value of a type as a program gives it, near the constants of generated conditions."""
    match kind:
        case v.Boolean():
            return random.random() < 0.5
        case v.Integer():
            return random.choice((*near.INTEGERS, -1, 7))
        case v.Number():
            return random.choice(near.NUMBERS)
        case v.Money():
            return Money(Fraction(random.choice(near.AMOUNTS)), kind.currency)
        case v.Duration():
            return Duration(random.choice(near.INTEGERS), COUNTED_IN[kind.kind])
        case v.Instant():
            return random.choice(near.MOMENTS)
        case v.OptionalOf(item=item):
            return ABSENT if random.random() < 0.5 else value(item, random)
        case v.Text():
            return random.choice((*near.WORDS, "", "two", "RED"))
        case v.Date():
            day = random.choice(near.DAYS)
            return day if random.random() < 0.7 else day.isoformat()
        case v.Party():
            return random.choice(PARTIES)
        case v.Enum(members=members):
            return random.choice(members)
        case v.ListOf(item=item):
            items = [value(item, random) for _ in range(random.choice((0, 1, 1, 2, 3, 4)))]
            return items if random.random() < 0.8 else tuple(items)
        case v.Record(fields=fields):
            known = random.choice((0.7, 1.0))
            return {each.name: value(each.type, random) for each in fields if random.random() < known}
        case _:
            assert_never(kind)


def spoilt(facts: dict[str, Any], leaves: Mapping[str, v.Type], random: Random) -> dict[str, Any]:
    """The same with something changed: seldom for the better."""
    steps = sorted({step for path in leaves for step in (path, *path.split("."))})
    for _ in range(random.randint(1, 3)):
        here: dict[Any, Any] = facts
        inner = [each for each in here.values() if isinstance(each, dict)]
        if inner and random.random() < 0.5:
            here = random.choice(inner)
        key: Any = random.choice((*steps, *steps, near.OwnText(random.choice(steps)), "modle", 1))
        match random.choice(("value", "value", "good value", "drop", "own mapping", "item")):
            case "value":
                here[key] = random.choice(near.ODD_VALUES)
            case "good value":
                here[key] = value(leaves.get(str(key)) or random.choice(list(leaves.values())), random)
            case "drop":
                here.pop(key, None)
            case "own mapping":
                facts = near.OwnMapping(facts)
            case _:
                for each in here.values():
                    if isinstance(each, list):
                        each.append(random.choice(near.ODD_VALUES))
    return facts
