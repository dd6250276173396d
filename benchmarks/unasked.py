"""Uses that nobody has asked before: those of the shipped scenarios, and variants of them.

``python -m benchmarks.unasked`` makes them in a process of its own and prints them as JSON, so that the
process which is timed has seen none of them. Of one policy, no two uses have the same decision: a memo
of decisions, whatever it goes by, has nothing to offer for any of them.

A variant is a use in which up to three facts differ as they would for a program: another value that the
scenarios give, another member, another name, a number or a day nearby, one item more or less, or
nothing known.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

import attrs

import tosdsl
from benchmarks import story
from benchmarks.story import nested
from benchmarks.timing import ROOT
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Use
from tosdsl.trees.quantities import ABSENT, Duration, Money
from tosdsl.trees.uses import as_value, atom

Facts = dict[str, Any]
"""Facts by dotted name, as JSON has them."""

STORY = "story"

TRIES = 12
"""Variants that are looked at for each use that is wanted, at most."""

_CHANGES = (1, 1, 2, 3)
"""How many facts of a variant differ."""

_STEPS = (-30, -1, 1, 2, 30)
_NAMES = ("northwind", "contoso", "fabrikam", "tailspin", "litware", "proseware", "adatum", "wingtip")
"""Parties that no policy knows."""


# --- facts as JSON has them -----------------------------------------------------------------------


def plain(value: Any, kind: v.Type) -> Any:
    """A value as a document in JSON gives it."""
    bare = v.bare(kind)
    match value:
        case _ if value is ABSENT:
            return "none"
        case Mapping():
            fields = (
                {each.name: each.type for each in bare.fields} if isinstance(bare, v.Record) else {}
            )
            return {name: plain(inner, fields[name]) for name, inner in value.items()}
        case tuple():
            item = bare.item if isinstance(bare, v.ListOf) else bare
            return [plain(each, item) for each in value]
        case Money() | Duration():
            return atom(as_value(value, bare, ()))  # type: ignore[arg-type] # no list is one of these
        case Fraction():
            return int(value) if value.denominator == 1 else float(value)
        case date():
            return value.isoformat()
        case _:
            return value


def facts_of(use: Use, leaves: Mapping[str, v.Leaf]) -> Facts:
    """The facts of a use as JSON has them, by dotted name."""
    return {path: plain(value, leaves[path].type) for path, value in use.facts.items()}


def read_paths(policy: n.Policy) -> set[str]:
    """Every fact that something in a policy reads, by dotted name."""
    found: set[str] = set()
    stack: list[Any] = [getattr(policy, each.name) for each in attrs.fields(type(policy))]
    while stack:
        node = stack.pop()
        if isinstance(node, n.Scenario | v.Vocabulary):
            continue
        if isinstance(node, ex.FactRef):
            found.add(node.path)
        if isinstance(node, tuple | list):
            stack += node
        elif isinstance(node, Mapping):
            stack += node.values()
        elif attrs.has(type(node)):
            stack += [getattr(node, each.name, None) for each in attrs.fields(type(node))]
    return found


# --- variants -------------------------------------------------------------------------------------


def variants(
    given: Sequence[Facts], leaves: Mapping[str, v.Leaf], parties: Sequence[str], draw: Random
) -> Iterator[Facts]:
    """Uses near those that are given, without end."""
    seen: dict[str, list[Any]] = {}
    for facts in given:
        for path, value in facts.items():
            if value not in (several := seen.setdefault(path, [])):
                several.append(value)
    while True:
        facts = dict(draw.choice(given))
        for _ in range(draw.choice(_CHANGES)):
            path = draw.choice(sorted(seen))
            if draw.random() < 1 / 6:
                facts.pop(path, None)
            elif path not in facts or draw.random() < 1 / 3:
                facts[path] = draw.choice(seen[path])
            else:
                facts[path] = near(facts[path], v.bare(leaves[path].type), parties, draw)
        yield facts


def near(value: Any, kind: v.Type, parties: Sequence[str], draw: Random) -> Any:
    """Another value of the same type."""
    if value == "none":
        return value
    match kind:
        case v.Boolean():
            return not value
        case v.Enum(members=members):
            return draw.choice(members)
        case v.Party():
            return draw.choice((*parties, *_NAMES))
        case v.Integer():
            return max(0, value + draw.choice(_STEPS))
        case v.Number():
            return value * 2
        case v.Date():
            return (date.fromisoformat(value) + timedelta(draw.choice(_STEPS))).isoformat()
        case v.Text():
            return f"{value} {draw.randrange(1_000)}"
        case v.ListOf(item=item):
            return _near_list(value, item, parties, draw)
        case v.Record(fields=fields):
            known = [each for each in fields if each.name in value]
            if not known:
                return value
            one = draw.choice(known)
            return {**value, one.name: near(value[one.name], v.bare(one.type), parties, draw)}
        case _:
            return value


def _near_list(value: list[Any], item: v.Type, parties: Sequence[str], draw: Random) -> list[Any]:
    """A list with one item less, more, or other."""
    if not value:
        return value
    at = draw.randrange(len(value))
    if draw.random() < 1 / 3:
        return [*value[:at], *value[at + 1 :]]
    other = near(value[at], v.bare(item), parties, draw)
    if other in value:
        return value
    return [*value, other] if draw.random() < 1 / 2 else [*value[:at], other, *value[at + 1 :]]


# --- pools ----------------------------------------------------------------------------------------


def named(policies: tosdsl.PolicySet) -> str:
    """A version of a policy, by a name that no other has."""
    policy = policies.choices.asked[0][0]
    recorded = f", recorded {policy.recorded}" if policy.recorded else ""
    return f"{policy.name}{recorded}"


def pool(policies: tosdsl.PolicySet, wanted: int, draw: Random) -> list[Facts]:
    """So many uses, or as many as are found, of which no two have the same decision. None has that of
    the use of which nothing is known: it is asked to begin with."""
    vocabulary = policies.vocabulary
    leaves = {leaf.path: leaf for leaf in vocabulary.leaves()}
    parties = [party.name for party in vocabulary.parties]
    given = [facts_of(use, leaves) for _, _, use in policies.scenarios()]
    found: dict[str, Facts] = {}

    def look(facts: Facts) -> None:
        try:
            made = policies.decide(nested(facts))
        except tosdsl.FactError:  # what was varied does not go together
            return
        if not made.warnings:
            found.setdefault(json.dumps(made.to_json(explain=False), sort_keys=True), facts)

    for facts in ({}, *given):
        look(facts)
    if given:
        several = variants(given, leaves, parties, draw)
        for _ in range(wanted * TRIES):
            if len(found) > wanted:
                break
            look(next(several))
    made = list(found.values())[1:]
    draw.shuffle(made)
    return made[:wanted]


def spare(policies: tosdsl.PolicySet) -> Facts:
    """Facts that the vocabulary has and nothing in the policy reads, each with a value."""
    values: Mapping[type[Any], Any] = {v.Boolean: True, v.Integer: 3, v.Text: "some words"}
    read = read_paths(policies.choices.asked[0][0])
    unread = [leaf for leaf in policies.vocabulary.leaves() if leaf.path not in read]
    made: Facts = {}
    for leaf in unread:
        if isinstance(leaf.type, v.Enum):
            made[leaf.path] = leaf.type.members[0]
        elif type(leaf.type) in values:
            made[leaf.path] = values[type(leaf.type)]
    return made


def party_paths(policies: tosdsl.PolicySet) -> list[str]:
    """The facts that name parties."""
    leaves = policies.vocabulary.leaves()
    party = v.Party()
    return [leaf.path for leaf in leaves if v.bare(leaf.type) in (party, v.ListOf(party))]


def story_rounds(rounds: int, seed: int) -> list[list[Mapping[str, Any]]]:
    """Uses of the story's clause, all facts known: in a round, one for each decision that there is."""
    return story.one_of_each_decision(story.requests(300 * rounds, seed), rounds)


def _day(policies: tosdsl.PolicySet) -> str:
    """A day on which the policy is in force."""
    start = policies.choices.asked[0][0].effective_from or date(2024, 1, 1)
    return (start + timedelta(10)).isoformat()


def said_of(policies: tosdsl.PolicySet, wanted: int, draw: Random) -> dict[str, Any]:
    """Of one version of a policy: its ``uses``, the facts ``unread``, those that name ``parties``, the
    names ``known``, and a ``day`` on which it is in force."""
    return {
        "uses": pool(policies, wanted, draw),
        "unread": spare(policies),
        "parties": party_paths(policies),
        "known": [party.name for party in policies.vocabulary.parties],
        "day": _day(policies),
    }


def pools(wanted: int, rounds: int, seed: int) -> dict[str, Any]:
    """What is said of each version of each policy, by its name. Under ``story``, its rounds."""
    made: dict[str, Any] = {STORY: story_rounds(rounds, seed)}
    for policies in tosdsl.load_each(ROOT / "policies"):
        name = named(policies)
        made[name] = said_of(policies, wanted, Random(f"{seed} {name}"))
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.unasked", description=__doc__)
    parser.add_argument("--wanted", type=int, default=60, help="uses of each version of a policy")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of the story")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    print(json.dumps(pools(given.wanted, given.rounds, given.seed)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
