"""``python -m benchmarks.refused``: how long a wrong use is refused, beside an answer to a right one.

Right and wrong have the same size, and nobody asked about them before. A wrong one has one mistake,
near its end. Hardly any fact is read by a clause, so that a right answer takes little. Bodies go to
``decide_json``, facts as Python has them to ``decide``. Times are medians of calls made once each.
"""

from __future__ import annotations

import argparse
import copy
import json
from collections.abc import Callable, Iterator
from random import Random
from statistics import median
from typing import Any

import tosdsl
from benchmarks.timing import heading, load, micro, quiet, seconds_each
from tosdsl.errors import FactError

TEXTS = (
    """\
vocabulary trade

type Colour is one of
    red
    green
    blue

type Sale has
    number: integer
    price: money in USD
    on: date
    to: party
    colour: Colour
    note: text

party acme
party globex
party initech

fact signed: date
fact open: boolean
fact colours: list of Colour
fact makers: list of party
fact numbers: list of integer
fact notes: list of text
fact sales: list of Sale
fact last: Sale
""",
    """\
policy acme.trade
    default permit

use trade

forbid selling
    when all of
        open
        colours includes red
    except early
        when signed < 2024-06-01
""",
)
SIZES = (300, 10_000, 1_000_000)
_MOST = 9_000
"""Items of a list."""


def facts(dice: Random, size: int) -> dict[str, Any]:
    """Right facts whose JSON has about so many bytes."""
    made: dict[str, Any] = {
        "signed": f"2024-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}",
        "open": dice.random() < 0.5,
        "colours": ["red", "green"],
    }
    left = size - 180
    for name, make, each in (
        ("sales", _sale, 110),
        ("makers", lambda dice: dice.choice(("acme", "globex", "initech")), 10),
        ("numbers", lambda dice: dice.randrange(10**6), 9),
        ("notes", lambda dice: f"note {dice.randrange(10**6)}" * (1 + size // 1_000_000), 15),
    ):
        share = left if name == "notes" else left // 2
        made[name] = [make(dice) for _ in range(min(_MOST, max(0, share) // each))]
        left -= len(json.dumps(made[name]))
    return made | {"last": _sale(dice)}


def _sale(dice: Random) -> dict[str, Any]:
    return {
        "number": dice.randrange(1000),
        "price": f"{dice.randrange(100)} USD",
        "on": f"2023-{dice.randrange(1, 13):02}-11",
        "to": dice.choice(("acme", "globex")),
        "colour": dice.choice(("red", "green", "blue")),
        "note": "delivered in time",
    }


def _last(made: dict[str, Any]) -> dict[str, Any]:
    """The last sale of the list, if there is one."""
    found: dict[str, Any] = (made["sales"] or [made["last"]])[-1]
    return found


def _put(key: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda made: _last(made).__setitem__(key, value)


MISTAKES: dict[str, Callable[[dict[str, Any]], None]] = {
    "unknown fact": lambda made: made.__setitem__("sihned", True),
    "unknown field": _put("colur", "red"),
    "wrong type": _put("number", "many"),
    "wrong type of a list": lambda made: made["numbers"].append("7x"),
    "near member": _put("colour", "gren"),
    "near member in a list": lambda made: made["colours"].append("gren"),
    "wrong day": _put("on", "2023-02-30"),
}
"""One mistake each, in facts."""

SPOILT: dict[str, Callable[[str], str]] = {
    "no JSON at the end": lambda text: text[:-1],
    "a comma at the end": lambda text: f"{text[:-2]},}}}}",
    "a name twice": lambda text: f'{text[:-2]},"open":true}}}}',
}
"""One mistake each, in a text."""


def bodies(facts: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """The right body, and a wrong one for each mistake."""
    yield "right", _body(facts)
    for name, spoil in MISTAKES.items():
        wrong = copy.deepcopy(facts)
        spoil(wrong)
        yield name, _body(wrong)
    for name, change in SPOILT.items():
        yield name, change(_body(facts).decode()).encode()


def objects(facts: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The same as Python's objects."""
    yield "right", facts
    for name, spoil in MISTAKES.items():
        wrong = copy.deepcopy(facts)
        spoil(wrong)
        yield name, wrong


def _body(made: dict[str, Any]) -> bytes:
    return json.dumps({"facts": made}, separators=(",", ":")).encode()


def asked(ask: Callable[[Any], object]) -> Callable[[Any], bool]:
    """Whether something is refused."""

    def refused(given: Any) -> bool:
        try:
            ask(given)
        except FactError:
            return True
        return False

    return refused


def measured(size: int, calls: int, seed: int) -> Iterator[tuple[str, str, float]]:
    """Seconds of the median by way and mistake."""
    dice = Random(seed)
    policies = tosdsl.loads(*TEXTS)
    several = [facts(dice, size) for _ in range(calls)]
    for way, ask, made in (
        ("decide_json", policies.decide_json, bodies),
        ("decide", policies.decide, objects),
    ):
        by_name: dict[str, list[Any]] = {}
        for each in several:
            for name, given in made(each):
                by_name.setdefault(name, []).append(given)
        for name, questions in by_name.items():
            asked(ask)(questions[0])  # what is made once is made
            with quiet():
                times = seconds_each(asked(ask), questions[1:])
            assert all(refused is (name != "right") for _, refused in times), name
            yield way, name, median(seconds for seconds, _ in times)


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.refused", description="Wrong uses.")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    before = load()
    rows: dict[tuple[str, str], list[str]] = {}
    for size in SIZES:
        right = 0.0
        for way, name, seconds in measured(size, 60 if size < 100_000 else 6, options.seed):
            right = seconds if name == "right" else right
            rows.setdefault((way, name), []).append(f"{micro(seconds)} ({seconds / right:.1f})")
    how = "Microseconds, and how many times a right use of that size."
    print("\n".join(heading("Wrong uses", ("tosdsl", "msgspec"), how, before)))
    print("| asked | what is wrong |" + "".join(f" {size:,} bytes |" for size in SIZES))
    print("|---|---|" + "---:|" * len(SIZES))
    for key, each in rows.items():
        print(f"| {' | '.join((*key, *each))} |")


if __name__ == "__main__":
    main()
