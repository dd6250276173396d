"""The state of an obligation as a condition: by each way to ask, after edits, and in what is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import tosdsl
from tests.properties.laws import Case, a_state_as_a_condition_is_that_of_the_duty
from tests.properties.worlds import World
from tosdsl.language.check import check
from tosdsl.language.occurrences import at, occurrences
from tosdsl.testing.mutation.mutants import mutants
from tosdsl.trees import states
from tosdsl.workspace.memory import Workspace

WORDS = """vocabulary words

fact signed_on: date
fact noticed_at: instant
fact reported: boolean
fact told: boolean
fact small: boolean


"""
DAYS = """policy shop
    default permit

use words

require report at "8"
    must reported
    within 30 days after signed_on
    except few
        when small

forbid use_after at "9"
    when report is breached
"""
HOURS = """policy shop
    default permit

use words

require tell at "8"
    must told
    within 72 hours after noticed_at

forbid use_after at "9"
    when tell is breached
"""
LATE = {"signed_on": "2024-01-01", "reported": False, "small": False}
LEAK = {"noticed_at": "2024-03-01T10:00Z", "told": False}


@pytest.mark.parametrize(
    ("text", "facts", "as_of", "verdict", "needs"),
    [
        (DAYS, LATE, "2024-01-31", "permitted", []),
        (DAYS, LATE, "2024-02-01", "forbidden", []),
        (DAYS, LATE, None, "undetermined", ["day of use"]),
        (DAYS, {**LATE, "small": True}, None, "permitted", []),
        (HOURS, LEAK, "2024-03-03", "permitted", []),
        (HOURS, LEAK, "2024-03-04", "undetermined", ["moment of use"]),
        (HOURS, LEAK, "2024-03-04T09:59Z", "permitted", []),
        (HOURS, LEAK, "2024-03-04T12:01+02:00", "forbidden", []),
        (HOURS, LEAK, "2024-03-05", "forbidden", []),
        (HOURS, LEAK, None, "undetermined", ["day of use"]),
    ],
)
def test_every_way_to_ask_says_the_same(
    text: str, facts: dict[str, Any], as_of: str | None, verdict: str, needs: list[str]
) -> None:
    policies = tosdsl.loads(WORDS + text)
    body = json.dumps({"facts": facts, **({"as_of": as_of} if as_of else {})}).encode()
    for _ in range(2):
        assert policies.verdict(facts, as_of=as_of).value == verdict
        made = policies.decide(facts, as_of=as_of)
        assert (made.verdict.value, [each.fact for each in made.needs]) == (verdict, needs)
        assert json.loads(policies.decide_json(body))["verdict"] == verdict


def test_one_clause_by_itself_brings_the_obligation_along() -> None:
    policies = tosdsl.loads(WORDS + DAYS)
    made = policies.about("use_after").decide(LATE, as_of="2024-02-01")
    assert (made.verdict.value, made.duties) == ("forbidden", ())


def test_an_edit_of_the_obligation_reaches_who_reads_it() -> None:
    workspace = Workspace()
    for length, verdict in (
        ("30 days", "forbidden"),
        ("60 days", "permitted"),
        ("30 days", "forbidden"),
    ):
        text = WORDS + DAYS.replace("30 days", length)
        policies = check({"shop.tos": text}, ["shop.tos"], workspace).policies
        assert policies is not None
        assert policies.verdict(LATE, as_of="2024-02-01").value == verdict


def test_what_reads_it_again_after_an_edit_still_does() -> None:
    """A clause that is not made anew leans on a state all the same, and on what its name stands for."""
    workspace = Workspace()
    moved = WORDS + DAYS.replace(
        'require report at "8"', 'forbid other\n    when told\n\nrequire report at "8"'
    )
    for text in (WORDS + DAYS, moved, WORDS + DAYS.replace("require report", "require notice")):
        found = check({"shop.tos": text}, ["shop.tos"], workspace)
        codes = [each.code for each in found.diagnostics]
        assert codes == (["TOS3001"] if "require notice" in text else [])


def test_the_name_in_a_condition_is_that_of_the_clause() -> None:
    checked = check({"shop.tos": WORDS + DAYS}, ["shop.tos"])
    found = occurrences(checked)
    line = (WORDS + DAYS).split("\n").index("    when report is breached") + 1
    here = at(found, "shop.tos", line, 12)
    assert here is not None
    assert (here.symbol.kind, here.symbol.name, here.role) == ("clause", "report", "reference")


def test_a_slip_in_the_obligation_is_one_of_the_state() -> None:
    [policy] = [each.policy for each in tosdsl.loads(WORDS + DAYS).linked.documents]
    bodies = {each.name: each.body for each in policy.definitions}
    changed = [
        each.what
        for each in mutants(policy)
        if {one.name: one.body for one in each.policy.definitions} != bodies
    ]
    assert any(each.startswith("must: ") for each in changed) or "the clause dropped" in changed
    assert any(each.startswith("deadline: ") for each in changed)


def test_the_explanation_goes_down_to_the_facts() -> None:
    made = tosdsl.loads(WORDS + DAYS).decide(LATE, as_of="2024-02-01")
    text = made.explain()
    for each in ("report is breached, which means:", "due 2024-01-31", "reported is no", "small is no"):
        assert each in text


@pytest.mark.parametrize("name", ["_late", "_exception"])
def test_a_state_without_one_of_its_parts_is_seen(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The law sees a fault in what makes the states, which the meaning reads as well."""
    monkeypatch.setattr(states, name, lambda _: states._literal(name == "_late"))
    world = World(tosdsl.loads(WORDS + DAYS), (WORDS + DAYS,))
    facts = {"reported": False, "small": name == "_exception"}
    case = Case(world, facts, {}, facts, facts, None)
    with pytest.raises(AssertionError):
        a_state_as_a_condition_is_that_of_the_duty(case)


@pytest.mark.parametrize(
    ("old", "new"),
    [("when small", "when told"), ("must reported", "must told"), ("30 days", "31 days")],
)
def test_an_edit_of_the_obligation_is_not_mended_in_the_cache_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str
) -> None:
    monkeypatch.setenv("TOSDSL_CACHE", str(tmp_path / "cache"))
    file = tmp_path / "shop.tos"
    file.write_text(WORDS + DAYS)
    tosdsl.load(file)
    file.write_text(WORDS + DAYS.replace(old, new))
    kept = tosdsl.load(file)
    monkeypatch.setenv("TOSDSL_CACHE", str(tmp_path / "other"))
    anew = tosdsl.load(file)
    assert kept.linked.documents[0].policy.definitions == anew.linked.documents[0].policy.definitions
