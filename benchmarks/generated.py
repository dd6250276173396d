"""Large policies as text, and uses to ask them about: the same numbers make the same words.

``policy`` is a vocabulary and a document of many prohibitions. The first two conditions of each name
an activity and a product, a pair that one to three clauses share. What follows them has one of
``shapes`` shapes: which facts are read, by which operators, under which exception. Constants vary
within a shape. Without ``numbers``, no clause reads the fact that is a number, and all facts that are
read have finitely many values. ``uses`` are facts aimed at a clause, so that something is at stake in
most of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from random import Random
from typing import Any

ACTIVITIES = (
    *("train", "annotate", "distill", "fine_tune", "evaluate", "promote", "translate", "summarise"),
    *("index", "cluster", "rank", "screen", "moderate", "score", "forecast", "profile", "advise"),
    *("diagnose", "price", "underwrite", "recruit", "grade", "tutor", "transcribe", "dub", "narrate"),
    *("illustrate", "compose", "design", "review", "audit", "monitor", "scrape", "mirror", "resell"),
    *("embed", "cache", "benchmark", "publish", "archive"),
)
REGIONS = ("eea", "united_kingdom", "switzerland", "north_america", "asia", "elsewhere")
PURPOSES = ("generate", "classify", "categorize", "organize", "predict")
PARTIES = ("northwind", "contoso", "fabrikam", "tailspin", "litware", "proseware", "adatum", "wingtip")
FLAGS = ("distributed", "commercially_available", "competes", "resold")
IN_SECTION = 50
"""Clauses of one section."""

_RANKS = ("<", "<=", ">", ">=")
_LISTS = {"purposes": PURPOSES, "parties": PARTIES}
_DRAWS = 40
_HOW_MANY = (2, 2, 2, 3, 3, 4)
"""How many conditions follow the activity and the product."""


# --- conditions -----------------------------------------------------------------------------------

Form = tuple[str, str]
"""A fact and the operator that it is read with; the constants apart."""

Constants = tuple[Any, ...]


@dataclass(frozen=True)
class Shape:
    """Forms of the conditions, of the exception, of its proviso and of the exception to it."""

    conditions: tuple[Form, ...]
    exception: Form
    proviso: Form | None
    nested: Form | None


@dataclass(frozen=True)
class Clause:
    """A prohibition: its shape, and the constants of each form of it, in the order of the shape."""

    number: int
    activity: str
    product: str
    shape: Shape
    constants: tuple[Constants, ...]


def _forms(numbers: bool) -> tuple[tuple[Form, ...], ...]:
    """The forms that conditions can have, fact by fact."""
    return (
        *((tuple(("users", operator) for operator in _RANKS),) if numbers else ()),
        tuple(("region", operator) for operator in ("is", "is not", "in", "not in")),
        *(((flag, ""), (flag, "not")) for flag in FLAGS),
        *(((fact, "includes"), (fact, "overlaps")) for fact in _LISTS),
    )


def _constants(form: Form, random: Random) -> Constants:
    fact, operator = form
    if fact == "users":
        return (random.randrange(1, 1_000) * 100,)
    if fact in FLAGS:
        return ()
    domain = REGIONS if fact == "region" else _LISTS[fact]
    return tuple(random.sample(domain, 2 if operator in {"in", "not in", "overlaps"} else 1))


def _written(form: Form, constants: Constants) -> str:
    fact, operator = form
    if fact in FLAGS:
        return f"{operator} {fact}".strip()
    many = len(constants) > 1
    return (
        f"{fact} {operator} {'{' if many else ''}{', '.join(map(str, constants))}{'}' if many else ''}"
    )


_HOLDS: dict[str, Callable[[Any, Constants], bool]] = {
    "": lambda value, constants: value,
    "not": lambda value, constants: not value,
    "<": lambda value, constants: value < constants[0],
    "<=": lambda value, constants: value <= constants[0],
    ">": lambda value, constants: value > constants[0],
    ">=": lambda value, constants: value >= constants[0],
    "is": lambda value, constants: value in constants,
    "in": lambda value, constants: value in constants,
    "is not": lambda value, constants: value not in constants,
    "not in": lambda value, constants: value not in constants,
    "includes": lambda value, constants: constants[0] in value,
    "overlaps": lambda value, constants: not set(value).isdisjoint(constants),
}


def _value(fact: str, random: Random) -> Any:
    if fact == "users":
        return random.randrange(100_000)
    if fact in FLAGS:
        return random.random() < 1 / 2
    if fact == "region":
        return random.choice(REGIONS)
    return random.sample(_LISTS[fact], random.randrange(len(_LISTS[fact])))


# --- clauses --------------------------------------------------------------------------------------


def _shapes(number: int, numbers: bool) -> list[Shape]:
    """Shapes that differ, even for a reader to whom the order of conditions is nothing."""
    random, forms = Random(number), _forms(numbers)
    found: dict[Shape, None] = {}
    while len(found) < number:
        facts = random.sample(range(len(forms)), random.choice(_HOW_MANY))
        conditions = tuple(random.choice(forms[fact]) for fact in sorted(facts))
        others = [forms[fact] for fact in range(len(forms)) if fact not in facts]
        first, second, third = map(random.choice, random.sample(others, 3))
        found[
            Shape(
                conditions,
                first,
                second if random.random() < 1 / 3 else None,
                third if random.random() < 1 / 6 else None,
            )
        ] = None
    return list(found)


def _parts(shape: Shape) -> Iterator[Form]:
    """All forms of a shape, in the order of the text."""
    yield from shape.conditions
    yield from (form for form in (shape.exception, shape.proviso, shape.nested) if form)


@lru_cache(maxsize=4)
def drawn(clauses: int, shapes: int, seed: int = 1, numbers: bool = True) -> tuple[Clause, ...]:
    """The clauses of a policy, as data. Each shape occurs if there are as many clauses as shapes."""
    if not 1 <= shapes <= clauses:
        raise ValueError("there must be a shape, and no more shapes than clauses")
    random, made = Random(seed), _shapes(shapes, numbers)
    products = products_of(clauses)
    pairs: set[tuple[str, str]] = set()
    found: list[Clause] = []
    while len(found) < clauses:
        pair = random.choice(ACTIVITIES), random.choice(products)
        if pair in pairs:
            continue
        pairs.add(pair)
        for number in range(len(found), min(clauses, len(found) + random.randrange(1, 4))):
            shape = made[number % shapes]
            constants = tuple(_constants(form, random) for form in _parts(shape))
            found.append(Clause(number, *pair, shape, constants))
    return tuple(found)


def products_of(clauses: int) -> tuple[str, ...]:
    """The members of ``Product``: one for four clauses."""
    return tuple(f"p{number:04d}" for number in range(max(1, clauses // 4)))


# --- texts ----------------------------------------------------------------------------------------


def policy(clauses: int, shapes: int, seed: int = 1, *, numbers: bool = True) -> str:
    """A vocabulary and a policy of so many prohibitions, in so many shapes. About 300 bytes a clause.

    Raises ValueError if there are more shapes than clauses.
    """
    lines = [*_vocabulary(clauses), *_HEADER]
    for clause in drawn(clauses, shapes, seed, numbers):
        section, place = divmod(clause.number, IN_SECTION)
        if not place:
            lines += ["", f'section part_{section + 1} at "{section + 1}"']
        lines += ["", *_clause(clause, f"{section + 1}.{place + 1}")]
    return "\n".join(lines) + "\n"


def _clause(clause: Clause, at: str) -> Iterator[str]:
    shape, written = clause.shape, map(_written, _parts(clause.shape), clause.constants)
    yield f'    forbid c{clause.number:05d} at "{at}"'
    yield f'        "Not to {clause.activity}: Schedule {at}."'
    yield "        when all of"
    yield f"            activity is {clause.activity}"
    yield f"            product is {clause.product}"
    for _ in shape.conditions:
        yield f"            {next(written)}"
    yield f'        except leave at "{at}(a)"'
    yield f"            when {next(written)}"
    if shape.proviso:
        yield f"            provided {next(written)}"
    if shape.nested:
        yield f'            except revoked at "{at}(b)"'
        yield f"                when {next(written)}"


def _vocabulary(clauses: int) -> Iterator[str]:
    yield "vocabulary generated_words"
    yield '    "What the generated policy asks about a use."'
    yield ""
    yield from (f'party {party} "A company"' for party in PARTIES)
    enumerations = {"Activity": ACTIVITIES, "Region": REGIONS, "Purpose": PURPOSES}
    for name, members in {**enumerations, "Product": products_of(clauses)}.items():
        yield from ("", f"type {name} is one of", *(f"    {member}" for member in members))
    yield ""
    yield 'fact activity: Activity "What is done?"'
    yield 'fact product: Product "With which product?"'
    yield 'fact region: Region "Where?"'
    yield from (f"fact {flag}: boolean" for flag in FLAGS)
    yield 'fact users: integer "How many users are there?"'
    yield 'fact purposes: list of Purpose "What for?"'
    yield 'fact parties: list of party "With whom?"'


_HEADER = (
    "",
    "policy generated",
    '    "A document that nobody wrote, to measure by."',
    '    title "Generated Terms"',
    "    provider northwind",
    '    version "2024-01-01"',
    "    effective from 2024-01-01",
    "    default permit",
    "",
    "use generated_words",
)


def edited(text: str, clauses: int, seed: int = 1) -> str:
    """The policy with another activity in so many of its clauses, the lines where they were."""
    places = list(re.finditer(r"(?<=activity is )\w+", text))
    chosen = sorted(Random(seed).sample(range(len(places)), clauses), reverse=True)
    for index in chosen:
        place = places[index]
        another = ACTIVITIES[(ACTIVITIES.index(place[0]) + 1) % len(ACTIVITIES)]
        text = text[: place.start()] + another + text[place.end() :]
    return text


# --- uses -----------------------------------------------------------------------------------------


def uses(
    clauses: int,
    shapes: int,
    number: int,
    seed: int = 1,
    *,
    of: int = 1,
    unknown: float = 0.1,
) -> list[dict[str, Any]]:
    """So many uses of the policy of these numbers, whose seed is ``of``.

    Each is about the activity and the product of some clause, and most conditions of that clause
    hold in it. Each other fact is left out with the probability ``unknown``.
    """
    random = Random(seed)
    made = drawn(clauses, shapes, of)
    return [_use(random.choice(made), random, unknown) for _ in range(number)]


def _use(clause: Clause, random: Random, unknown: float) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for fact in ("region", *FLAGS, "users", *_LISTS):
        facts[fact] = _value(fact, random)
    for (fact, operator), constants in zip(clause.shape.conditions, clause.constants, strict=False):
        if random.random() < 0.9:  # or else hardly any clause with four conditions ever holds
            values = (_value(fact, random) for _ in count())
            tries = (next(values) for _ in range(_DRAWS))
            facts[fact] = next((v for v in tries if _HOLDS[operator](v, constants)), facts[fact])
    kept = {fact: value for fact, value in facts.items() if random.random() >= unknown}
    return {"activity": clause.activity, "product": clause.product, **kept}
