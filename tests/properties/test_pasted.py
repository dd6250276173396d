"""What is printed as a use can be pasted, and does there what it is printed for."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from tests.conftest import either
from tests.generators.thresholds import Thresholds, moved, thresholds
from tosdsl.cli.main import main

FEWER = settings(max_examples=max(either(8, 25), settings.default.max_examples // 6))


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder; its files are written anew for each example."""
    return tmp_path_factory.mktemp("pasted")


def ran(*words: object) -> tuple[int, str]:
    """The command line in process: its status and what it prints."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = main([str(word) for word in words])
    return status, out.getvalue() + err.getvalue()


def scenarios(printed: str) -> list[str]:
    """The scenarios in what was printed, each as it would be copied."""
    found: list[list[str]] = []
    margin: str | None = None
    for line in printed.split("\n"):
        if opener := re.match(r'( *)scenario "', line):
            margin = opener[1]
            found.append([line.removeprefix(margin)])
        elif found and margin is not None and line.startswith(f"{margin}    "):
            found[-1].append(line.removeprefix(margin))
        else:
            margin = None
    return ["\n".join(each) + "\n" for each in found]


def holds(file: Path, policy: str, *pasted: str) -> None:
    """Every pasted scenario holds."""
    if not pasted:
        return
    file.write_text("\n\n".join((policy, *pasted)), encoding="utf-8")
    status, printed = ran("test", file)
    assert status == 0, f"{printed}\n{file.read_text(encoding='utf-8')}"


@FEWER
@given(thresholds())
def test_counterexamples_of_properties(here: Path, of: Thresholds) -> None:
    file = here / "counterexample.tos"
    other = "forbidden" if of.stance == "permit" else "permitted"
    claim = f'property "never"\n    where narrow\n    expect never {other}\n'
    file.write_text(f"{of.text}\n\n{claim}", encoding="utf-8")
    status, printed = ran("test", file)
    found = scenarios(printed)
    event(f"status {status}, {len(found)} shown")
    assert len(found) == ("refuted" in printed), printed
    holds(file, of.text, *(f"{each}    expect narrow is yes\n" for each in found))


@FEWER
@given(thresholds(), st.data())
def test_differences(here: Path, of: Thresholds, data: st.DataObject) -> None:
    old, new, emitted = (here / name for name in ("old.tos", "new.tos", "emitted.tos"))
    other = moved(data.draw, of)
    old.write_text(of.text, encoding="utf-8")
    new.write_text(other.text, encoding="utf-8")
    emitted.unlink(missing_ok=True)
    _, printed = ran("diff", old, new, "--emit-scenarios", emitted)
    found = scenarios(emitted.read_text(encoding="utf-8"))
    holds(new, other.text, *found)
    was = [re.sub(r"expect .*", f"expect {_was(each)}", each) for each in found]
    holds(old, of.text, *was)
    uses = [scenario(facts) for facts in blocks(printed)]
    assert len(uses) >= len(found), printed
    assert not found or all(given_of(each) in map(given_of, uses) for each in found), printed


def _was(text: str) -> str:
    found = re.search('"Was (.*)[.]"', text)
    assert found
    return found[1].replace(" ", "_")


def blocks(printed: str) -> Iterator[list[str]]:
    """The facts of each use that is shown by its facts alone, without what other values would do."""
    facts: list[str] = []
    for line in [*printed.split("\n"), ""]:
        if line.startswith("      "):
            facts.append(re.sub(r"  \(any [^()]*\)\Z", "", line.strip()))
        elif facts:
            yield facts
            facts = []


def scenario(facts: list[str]) -> str:
    return "\n".join(['scenario "a use"', "    given", *(f"        {each}" for each in facts)]) + "\n"


def given_of(text: str) -> list[str]:
    """What is under ``given``."""
    lines = text.split("\n")
    return [line for line in lines if line.startswith("        ")]


@settings(
    max_examples=max(either(4, 7), settings.default.max_examples // 20)
)  # each runs dozens of mutants
@given(thresholds())
def test_what_would_notice_a_mutant(here: Path, of: Thresholds) -> None:
    file = here / "mutated.tos"
    file.write_text(of.text, encoding="utf-8")
    _, printed = ran("mutate", file, "--jobs", 1)
    found = list(dict.fromkeys(scenarios(printed)))
    event(f"{len(found)} shown")
    holds(file, of.text, *found)
    _, again = ran("mutate", file, "--jobs", 1)
    assert "✗" not in again, again


@FEWER
@given(thresholds())
def test_uses_that_show_what_the_linter_found(here: Path, of: Thresholds) -> None:
    file = here / "linted.tos"
    file.write_text(of.text, encoding="utf-8")
    _, printed = ran("lint", file)
    found = scenarios(printed)
    event(f"{len(found)} shown")
    holds(file, of.text, *found)


@FEWER
@given(thresholds(), st.data())
def test_what_would_settle_a_use_and_what_would_permit_it(
    here: Path, of: Thresholds, data: st.DataObject
) -> None:
    file, facts = here / "asked.tos", here / "asked.yaml"
    file.write_text(of.text, encoding="utf-8")
    known = data.draw(st.sampled_from(KNOWN))
    write_facts(facts, known)
    _, printed = ran("ask", file, "--facts", facts)
    shown = list(answers(printed))
    event(f"{len(shown)} shown")
    for verdict, said in shown:
        write_facts(facts, {**known, **said})
        _, came = ran("check", file, "--facts", facts)
        assert came.startswith(verdict.upper()), f"{came}\n{printed}\n{facts.read_text()}\n{of.text}"
        pasted = [f"{path}: {value}" for path, value in {**known, **said}.items()]
        word = verdict.replace(" ", "_")
        holds(file, of.text, f"{scenario(pasted)}    expect {word}\n" if pasted else "")


# --- as data ----------------------------------------------------------------------------------------


def data(*words: object) -> Any:
    """What a command prints as JSON, its numbers with all their decimals."""
    _, printed = ran(*words, "--format", "json")
    return json.loads(printed, parse_float=Decimal)


def decided(file: Path, facts: dict[str, Any]) -> str:
    """The verdict on facts that are put into a document just as they were printed."""
    given = file.with_name("pasted.json")
    given.write_text(as_text({"facts": facts}), encoding="utf-8")
    return str(data("check", file, "--facts", given)["verdict"])


def as_text(value: Any) -> str:
    """JSON with all decimals of its numbers."""
    match value:
        case Decimal():
            return f"{value:f}"
        case dict():
            inner = (f"{json.dumps(key)}: {as_text(each)}" for key, each in value.items())
            return f"{{{', '.join(inner)}}}"
        case list():
            return f"[{', '.join(map(as_text, value))}]"
    return json.dumps(value)


@FEWER
@given(thresholds(), st.data())
def test_uses_in_json_are_facts_in_json(here: Path, of: Thresholds, draw: st.DataObject) -> None:
    old, new = here / "one.tos", here / "two.tos"
    other = moved(draw.draw, of)
    old.write_text(of.text, encoding="utf-8")
    new.write_text(other.text, encoding="utf-8")
    changes = data("diff", old, new)["changes"]
    for each in changes:
        for file, verdict in ((old, each["before"]), (new, each["after"])):
            assert verdict in (None, decided(file, each["use"]["facts"])), each
    report = data("lint", old)
    uses = [each["use"] for each in report["findings"] + report["allowed"] if each["use"]]
    for use in uses:
        assert decided(old, use["facts"]) == use["verdict"], use
    event(f"{len(changes)} differences, {len(uses)} findings")


@FEWER
@given(thresholds(), st.data())
def test_answers_in_json_are_facts_in_json(here: Path, of: Thresholds, draw: st.DataObject) -> None:
    file, facts = here / "data.tos", here / "data.yaml"
    file.write_text(of.text, encoding="utf-8")
    known = draw.draw(st.sampled_from(KNOWN))
    write_facts(facts, known)
    answer = data("ask", file, "--facts", facts)
    event(f"{len(answer['settling'])} settle, {len(answer['nearest'])} near")
    if not known:
        for each in answer["settling"]:
            assert decided(file, each["facts"]) == each["verdict"], each
    for near in answer["nearest"]:
        changed = {path: each["then"] for path, each in near["changed"].items()}
        if known.keys() <= changed.keys():
            assert decided(file, {**changed, **near["added"]}) == "permitted", near


def test_every_kind_of_value_in_json(here: Path) -> None:
    file, facts = here / "kinds.tos", here / "kinds.yaml"
    file.write_text(KINDS, encoding="utf-8")
    facts.write_text("facts:\n  share: 0.1\n", encoding="utf-8")
    (found,) = data("ask", file, "--facts", facts)["nearest"]
    shown = {path: each["then"] for path, each in found["changed"].items()} | found["added"]
    assert decided(file, shown) == "permitted"
    assert {path: type(value) for path, value in shown.items()} == {
        "share": Decimal,
        "open": bool,
        "users": int,
        "price": str,
        "colours": list,
        "ended": str,
    }
    assert str(shown["share"]) == "0.1234567890123456789012345678901"


KINDS = """
vocabulary kinds

type Colour is one of
    red
    green

fact share: number
fact open: boolean
fact users: integer
fact price: money in USD
fact colours: list of Colour
fact ended: optional date

policy kinds.policy
    default forbid

use kinds

permit a
    when all of
        share is 0.1234567890123456789012345678901
        open
        users > 3
        price is 0.5 USD
        colours includes red
        ended is none
"""

KNOWN: tuple[dict[str, str], ...] = (
    {},
    {"sure": "yes", "held": "73 hours", "notice": "-1 days"},
    {"began": "2024-02-29T23:59Z", "signed": "9999-12-31", "left": "none"},
    {"said": '"said \\"so\\""', "stages": "[all, none]", "buyer": "someone", "buyers": "[acme]"},
    {"price": "0.01 USD", "share": "0.25", "users": "-1", "rows": "[]"},
)
"""Facts as they are given; in the same words they stand in a scenario."""


def write_facts(file: Path, facts: dict[str, str]) -> None:
    lines = [f"  {path}: {value}\n" for path, value in facts.items()]
    file.write_text("".join(["facts:\n", *lines]) if facts else "facts: {}\n", encoding="utf-8")


def answers(printed: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each verdict that facts would lead to, with these."""
    verdict, facts = "", dict[str, str]()
    for line in [*printed.split("\n"), "  end"]:
        if line.startswith("      "):
            path, _, value = re.sub(r"  \(any [^()]*\)\Z", "", line.strip()).partition(": ")
            facts[path] = value.rpartition(" → ")[2]
        else:
            if verdict and facts:
                yield verdict, facts
            opener = re.match(r"  (?:[0-9]+\.|(permitted|forbidden|not applicable))", line)
            verdict, facts = (opener[1] or "permitted") if opener else "", {}
