"""Shipped policies and uses, damaged at random: whatever comes of it, nothing raises.

    python -m tests.fuzz.mutate --runs 100000 --seed 1

Each run damages one text, and reads it as far as it goes: a policy is parsed, elaborated, linked
and, if it is sound, laid out and parsed again; a use is read against the policy's vocabulary. The
seed and the number of the run are all that is needed to see one again (``--only NUMBER``).
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from math import inf
from pathlib import Path

from attrs import define, field, frozen

from tests.conftest import ROOT
from tests.oracle.answer import answer
from tosdsl.diagnostics.catalogue import CATALOGUE
from tosdsl.diagnostics.model import Diagnostic, Severity
from tosdsl.diagnostics.render import render_all
from tosdsl.facade import PolicySet, load
from tosdsl.facts.document import read_text
from tosdsl.facts.given import from_python
from tosdsl.facts.read import read_facts
from tosdsl.facts.use import read_use
from tosdsl.library.files import Memory
from tosdsl.library.search import Search
from tosdsl.pipeline import Compilation
from tosdsl.syntax.markdown import format_text
from tosdsl.syntax.parser import parse
from tosdsl.trees.facts import Use

HERE = Path(__file__).parent

SLOW = 30.0
"""Seconds that no run takes unless something hangs. The search for what is needed may take a few."""

_ODD = (
    *("\t", "\r", "\0", "\x1b[31m", "\x7f", "\u00a0", "\u200b", "\u202e", "\ufeff", "\u2028"),
    *("\ud800", "é", "转", "𝔘", '"', "'", "“", "”", "\\", '\\"', "#", " #", "//", "--", ";"),
    *("(", ")", "[", "]", "{", "}", "((((", "[[[[", "{{{{", ":", ",", ".", "..", "@", "&", "*", "!"),
    *(
        "+",
        "-",
        "/",
        "/*",
        "€5",
        "30 d",
        "1 000",
        "20 thousand million",
        "0 days",
        "-3 months",
        " as USD at ",
    ),
    *("=", "==", "<", "<=", ">", "|", "$", "%", "~", "`", "?", "- ", "<<: ", "&a ", "*a", "!!int "),
    *("```", "~~~", "```tos\n", "\n```\n", "\n````tos\n", "\n- ", "\n> ", "<!--", "-->", "TOS"),
    *("0", "00", "1_0", "9" * 101, "2023-02-30", "0000-00-00", "9999-12-31", "-1", "1.5", "1e9"),
    *(" and ", " or ", " not ", "\nand ", "\n    or ", " is ", " in ", " at ", "yes", "no", "null"),
)
_WORDS = (
    *("policy", "vocabulary", "use", "title", "provider", "version", "effective", "from", "until"),
    *("recorded", "source", "default", "type", "is", "one", "of", "has", "fact", "list", "judged"),
    *("party", "define", "as", "section", "applies", "when", "forbid", "permit", "exception"),
    *("except", "at", "provided", "subject", "to", "notwithstanding", "everything", "else"),
    *("incorporate", "prevails", "over", "scenario", "given", "expect", "needs", "all", "any"),
    *("governed", "by", "governs", "known"),
    *("none", "or", "and", "not", "in", "includes", "overlaps", "yes", "no", "permitted", "model"),
    *("enforcement", "on", "alleged", "confirmed", "cleared", "breach", "suspend", "within", "warn"),
    *("require", "changes", "30 days", "standard", "reading", "measure", "readings", "split"),
    *("number", "money", "duration", "instant", "optional", "rising", "USD", "EUR", "months", "hours"),
    *("must", "after", "before", "bearer", "excluding", "business", "duty", "compliant", "pending"),
    *(
        "some",
        "every",
        "satisfies",
        "count(",
        "sum(",
        "highest(",
        "for",
        "where",
        "per",
        "min(",
        "max(",
    ),
    *("0.25", "20 million", "20 million USD", "1.5 EUR", "5 business days", "3 months", "36 hours"),
    *("2023-11-14T18:30Z", "starts with", "contains word", "ignoring case", "x", "s", "s.amount"),
    *("shall", "exists", "between", "of each", "dollars", "fortnights", "50%", "$20", "1.000.000"),
    *("p", "ai_services", "openai.business_terms", "competing_models", "boolean", "integer", "date"),
)

# --- damage -----------------------------------------------------------------------------------------


def _some(text: str, dice: random.Random) -> tuple[int, int]:
    """A short stretch of the text."""
    start = dice.randrange(len(text) + 1)
    return start, min(len(text), start + dice.choice((0, 1, 1, 2, 5, 20)))


def _characters(text: str, other: str, dice: random.Random) -> str:
    start, end = _some(text, dice)
    put = dice.choice(("", "", text[start:end] * 2, dice.choice(_ODD), chr(dice.randrange(1, 0xFFFF))))
    return text[:start] + put + text[end:]


def _lines(text: str, other: str, dice: random.Random) -> str:
    lines = text.split("\n")
    one, two = dice.randrange(len(lines)), dice.randrange(len(lines))
    match dice.randrange(5):
        case 0:
            del lines[one]
        case 1:
            lines.insert(two, lines[one])
        case 2:
            lines[one], lines[two] = lines[two], lines[one]
        case 3:
            lines[one:two] = reversed(lines[one:two])
        case _:
            lines[one : one + dice.randrange(1, 8)] = []
    return "\n".join(lines)


def _indentation(text: str, other: str, dice: random.Random) -> str:
    lines = text.split("\n")
    start = dice.randrange(len(lines))
    by = dice.choice((-8, -4, -2, -1, 1, 2, 3, 4, 8))
    for index in range(start, min(len(lines), start + dice.choice((1, 1, 2, 5, 40)))):
        line = lines[index]
        have = len(line) - len(line.lstrip(" "))
        lines[index] = " " * max(0, have + by) + line[have:]
    if dice.random() < 0.2:
        lines[start] = lines[start].replace("    ", "\t")
    return "\n".join(lines)


def _tokens(text: str, other: str, dice: random.Random) -> str:
    lines = text.split("\n")
    at = dice.randrange(len(lines))
    tokens = lines[at].split(" ")
    one, two = dice.randrange(len(tokens)), dice.randrange(len(tokens))
    match dice.randrange(5):
        case 0:
            del tokens[one]
        case 1:
            tokens.insert(two, tokens[one])
        case 2:
            tokens[one], tokens[two] = tokens[two], tokens[one]
        case 3:
            tokens.insert(one, dice.choice(_WORDS))
        case _:
            tokens[one] = dice.choice(_WORDS + _ODD)
    lines[at] = " ".join(tokens)
    return "\n".join(lines)


def _odd(text: str, other: str, dice: random.Random) -> str:
    at = dice.randrange(len(text) + 1)
    return text[:at] + "".join(dice.choices(_ODD, k=dice.choice((1, 1, 2, 5, 40)))) + text[at:]


def _splice(text: str, other: str, dice: random.Random) -> str:
    start, end = sorted((dice.randrange(len(other) + 1), dice.randrange(len(other) + 1)))
    at = dice.randrange(len(text) + 1)
    return text[:at] + other[start:end] + text[at if dice.random() < 0.5 else len(text) :]


def _truncate(text: str, other: str, dice: random.Random) -> str:
    at = dice.randrange(len(text) + 1)
    return text[:at] if dice.random() < 0.5 else text[at:]


def _repeat(text: str, other: str, dice: random.Random) -> str:
    start, end = _some(text, dice)
    return text[:start] + text[start:end] * dice.choice((3, 30, 200)) + text[end:]


_DAMAGE: tuple[Callable[[str, str, random.Random], str], ...] = (
    *(_characters, _characters, _lines, _lines, _tokens, _tokens, _tokens, _indentation),
    *(_odd, _splice, _truncate, _repeat),
)
_LONGEST = 20_000


def damaged(text: str, other: str, dice: random.Random) -> str:
    """The text after one or a few mishaps; ``other`` is one of its kind to splice with."""
    for _ in range(dice.choice((1, 1, 1, 2, 3, 6))):
        text = dice.choice(_DAMAGE)(text, other, dice)[:_LONGEST]
    return text


# --- runs -------------------------------------------------------------------------------------------


@frozen
class Seed:
    """A sound text to begin with."""

    name: str
    text: str
    is_policy: bool


@define
class Report:
    """What came of the runs."""

    runs: int = 0
    sound: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    slowest_run: int = -1
    codes: Counter[str] = field(factory=Counter)


@cache
def seeds() -> tuple[Seed, ...]:
    """The shipped policies, cut so that a run is short, and the shipped uses."""
    found: list[Seed] = []
    for path in sorted((ROOT / "policies").rglob("*.tos*")):
        text = path.read_text(encoding="utf-8")
        cut = _cut(text)
        if path.name.endswith(".md") and cut.count("\n```") % 2:  # a block was cut in two
            cut = cut[: cut.rindex("\n```") + 1]
        found.append(Seed(path.name, cut, True))
    everything = (HERE / "everything.tos").read_text(encoding="utf-8")
    found += [Seed("everything.tos", everything, True)] * max(1, len(found) // 2)
    for path in sorted((ROOT / "policies" / "uses").glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        found += [Seed(path.name, text, False)] * 2
    found.append(Seed("use.json", _JSON, False))
    found += [Seed("quantities.yaml", _QUANTITIES, False)] * 3
    return tuple(found)


_QUANTITIES = """use: every kind of value
facts:
  revenue: 25 million USD
  earlier: 1_000.50 USD
  costs: 5 EUR
  rate: 1.1
  share: 0.25
  users: 12
  signed: 2023-01-31
  ended: none
  asked: 2023-11-14T18:30Z
  notice: 30 days
  term: 2 years
  delay: 5 business days
  holidays: [2023-05-03]
  name: Acme Studio
  sales:
    - {amount: 3 USD, on: 2023-01-01, kind: book, buyer: A, shipped: none}
    - {amount: 1.5 million USD, on: 2023-06-01, kind: film, buyer: B}
  licences: [{ended: none}, {ended: 2023-02-01}]
assertions:
  - {fact: blocked, value: no, status: alleged, source: a report}
readings:
  narrow: {consent: none}
  wide: {consent: express}
"""
"""A use of the policy in which every construct stands."""


_JSON = """{"use": "a classifier", "as_of": "2023-12-15", "facts": {
    "activities": ["train"], "output_of": ["openai"],
    "model": {"purpose": "classify", "distributed": false, "competes_with": ["openai", null]},
    "user.age": 12}}
"""


_KNOWN = {
    "activities": ["train", "fine_tune"],
    "output_of": ["openai"],
    "model": {"purpose": "classify", "competes_with": ["openai"], "distributed": False},
    "user.age": 12,
    "extraction.automated": True,
}


def _cut(text: str) -> str:
    """The text with its first three scenarios: more of the same finds nothing more."""
    parts = text.split("\nscenario ")
    return "\nscenario ".join(parts[:4])


@cache
def _policies() -> PolicySet:
    return load("openai.business_terms")


@cache
def _everything() -> PolicySet:
    return load(HERE / "everything.tos")


def run(number: int, seed: int) -> tuple[Seed, str]:
    """The damaged text of a run."""
    dice = random.Random(f"{seed}:{number}")
    chosen = dice.choice(seeds())
    other = dice.choice([each for each in seeds() if each.is_policy == chosen.is_policy])
    return chosen, damaged(chosen.text, other.text, dice)


def judge(chosen: Seed, text: str) -> list[Diagnostic]:
    """Read the text as far as it goes. What comes out must be well-formed diagnostics."""
    found = _policy(chosen, text) if chosen.is_policy else _use(chosen, text)
    for each in found:
        assert each.code in CATALOGUE, each
        assert each.span.line >= 0, each
        each.to_json()
    shown = render_all(found, {chosen.name: text})
    assert all(each.isprintable() or each in "\n\u00a0" for each in shown), shown
    places = [(each.code, each.span, each.words) for each in found]
    assert len(places) == len(set(places)), places
    return found


def _policy(chosen: Seed, text: str) -> list[Diagnostic]:
    work = Compilation(Search({chosen.name: Memory(text)}))
    choices = work.choices((root,) for root in work.file_roots([chosen.name]))
    if not work.has_errors():  # what passes must answer: a type that was let through would raise here
        problems: list[Diagnostic] = []
        uses = [read_use(read_text(_QUANTITIES, "<facts>", problems), choices.vocabulary, problems)]
        for facts in ({}, _KNOWN):
            read = from_python(facts, problems)
            assert read is not None
            uses.append(Use(read_facts(read, choices.vocabulary, problems)))
        for use in uses:
            for linked in choices.linked.values():
                answer(linked, use)[0].explain()
    found = work.diagnostics()
    errors = {each.code for each in found if each.severity is Severity.ERROR}
    if errors <= {"TOS6004"}:  # a vocabulary without a policy is a sound text
        parsed = parse(text, chosen.name)
        laid_out = format_text(text, parsed, chosen.name)
        again = parse(laid_out, chosen.name)
        assert not again.diagnostics, again.diagnostics
        assert again.file == parsed.file
        assert format_text(laid_out, again, chosen.name) == laid_out
    return found


def _use(chosen: Seed, text: str) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    policies = _everything() if chosen.name == "quantities.yaml" else _policies()
    read_use(read_text(text, "<facts>", found), policies.vocabulary, found)
    return found


def fuzz(runs: int, seed: int, first: int = 0, seconds: float = inf) -> Report:
    """So many runs, or as many as time allows; an exception carries the number of the run in a note."""
    report = Report()
    judge(*run(0, seed))  # what is read once and kept is no part of a run's time
    began = time.perf_counter()
    for number in range(first, first + runs):
        chosen, text = run(number, seed)
        start = time.perf_counter()
        if start - began > seconds:
            break
        try:
            found = judge(chosen, text)
        except BaseException as error:
            error.add_note(f"run {number} of seed {seed}, from {chosen.name}:\n{text!r}")
            raise
        taken = time.perf_counter() - start
        if taken > report.slowest:
            report.slowest, report.slowest_run = taken, number
        report.runs += 1
        report.sound += not found
        report.codes.update(each.code for each in found)
    report.seconds = time.perf_counter() - began
    return report


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Damage shipped texts and read them.")
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first run")
    parser.add_argument("--seconds", type=float, default=inf, help="end then, and report")
    parser.add_argument("--only", type=int, help="show this run, and what is found in it")
    options = parser.parse_args(arguments)
    if options.only is not None:
        chosen, text = run(options.only, options.seed)
        sys.stdout.write(text.encode("utf-8", "backslashreplace").decode() + "\n")
        sys.stdout.write(render_all(judge(chosen, text), {chosen.name: text}) + "\n")
        return 0
    report = fuzz(options.runs, options.seed, options.first, options.seconds)
    sys.stdout.write(
        f"{report.runs} runs in {report.seconds:.0f} s, {report.sound} texts sound; "
        f"the slowest took {report.slowest:.2f} s (run {report.slowest_run})\n"
        + "".join(f"{count:8} {code}\n" for code, count in sorted(report.codes.items()))
    )
    return int(report.slowest > SLOW)


if __name__ == "__main__":
    sys.exit(main())
