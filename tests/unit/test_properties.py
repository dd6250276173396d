"""Properties searched: what is found, what is said of it, and the scenario that it prints as."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.unit.conftest import Run
from tosdsl import PolicyError, loads
from tosdsl.testing import properties, scenarios
from tosdsl.testing.properties import Result

POLICY = """\
policy acme.photos
    default permit

use shop

define news as occasion is press

forbid sale at "3"
    when paid
    except press at "3(a)"
        when news
        provided credit

require notice
    when amount > 100 USD
    must told_on <= sold_on + 30 days
    within 40 days after sold_on

permit gift
    when buyer is acme or texts includes "free"
"""

VOCABULARY = """


vocabulary shop

type Occasion is one of
    press
    private

type Row has
    of: party
    count: integer
    until: optional date

fact paid: boolean
fact occasion: Occasion
fact credit: boolean
fact amount: money in USD
fact told_on: date
fact sold_on: date
fact buyer: party
fact texts: list of text
fact rows: list of Row
fact share: number
fact wait: duration in hours
fact asked: instant

party acme
"""


def tried(text: str, **options: Any) -> Result:
    """The one property of the policy with this text in it."""
    (result,) = properties.run([loads(f"{POLICY}\n{text}{VOCABULARY}")], **options)
    return result


def of(where: str, *claims: str) -> str:
    lines = [f"    where {where}"] if where else []
    return "\n".join(['property "p"', *lines, *(f"    expect {claim}" for claim in claims)])


@pytest.mark.parametrize(
    ("where", "claim"),
    [
        ("paid and news and credit", "sale never in force"),
        ("paid and news and credit", "sale.press always in force"),
        ("paid and news and credit", "never forbidden"),
        ("paid and news and credit", "always permitted"),
        ("paid and occasion is private", "sale never undetermined"),
        ("paid and occasion is private", "sale never not in force"),
        ("not paid", "never forbidden"),
        ("amount <= 100 USD", "duty notice always not triggered"),
        ("told_on <= sold_on", "duty notice never breached"),
        ("buyer is acme", "gift always in force"),
        ("", "never not_applicable"),
    ],
)
def test_what_holds_is_searched_and_nothing_found(where: str, claim: str) -> None:
    result = tried(of(where, claim))
    assert (result.outcome, result.held, result.counterexample) == ("searched", True, None)
    assert result.met > 20
    assert result.summary == f"searched {result.met} uses, none found"


REFUTED = [
    ("news", "never forbidden", "forbidden"),
    ("news and credit", "always forbidden", "permitted"),
    ("paid", "always forbidden", "undetermined"),
    ("paid", "sale always in force", "undetermined"),
    ("paid", "sale never not in force", "not in force"),
    ("paid", "sale never undetermined", "undetermined"),
    ("paid", "sale.press never in force", "in force"),
    ("not paid", "never permitted", "permitted"),
    ("amount > 100 USD", "duty notice never undetermined", "undetermined"),
    ("amount > 1 million USD", "duty notice never fulfilled", "fulfilled"),
    ("paid or credit", "gift never in force", "in force"),
    ("some row in rows satisfies row.count > 3", "gift never in force", "in force"),
    ("count(row in rows where row.until is none) >= 2", "never forbidden", "forbidden"),
    ("share > 0.25 and share < 1.25", "always permitted", "undetermined"),
    ("wait >= 90 minutes and asked > 2024-02-01T10:30Z", "always permitted", "undetermined"),
    ('buyer is not acme and texts includes "a b"', "gift never in force", "in force"),
]


@pytest.mark.parametrize(("where", "claim", "came"), REFUTED)
def test_what_does_not_hold_is_refuted_by_a_scenario_that_holds(
    where: str, claim: str, came: str
) -> None:
    text = of(where, claim)
    result = tried(text)
    assert result.outcome == "refuted"
    found = result.counterexample
    assert found is not None
    assert found.came == came
    pasted = f"{POLICY}\n{text}\n\n{found.scenario}{VOCABULARY}"
    (again,) = scenarios.run([loads(pasted)])
    assert again.held, again.failures


def test_a_counterexample_holds_no_fact_that_it_could_do_without() -> None:
    found = tried(of("paid", "never forbidden")).counterexample
    assert found is not None
    without = [{k: v for k, v in found.use.facts.items() if k != path} for path in found.use.facts]
    policies = loads(POLICY + VOCABULARY)
    assert {policies.verdict(facts).value for facts in without} <= {"undetermined", "permitted"}


def test_days_and_evidence_of_the_days_are_those_of_the_property() -> None:
    text = of("amount > 100 USD", "duty notice never breached")
    dated = text.replace("    where", "    as of 2024-05-01\n    known at 2024-05-02\n    where")
    found = tried(dated).counterexample
    assert found is not None
    assert "    as of 2024-05-01\n    known at 2024-05-02\n    given\n" in found.scenario
    assert tried(text).outcome == "searched"  # without a day nothing is late


def test_every_claim_counts_and_the_first_that_fails_is_told() -> None:
    found = tried(of("paid", "never not_applicable", "sale never in force", "never forbidden"))
    assert found.counterexample is not None
    assert properties.claim_words(found.counterexample.claim, "acme.photos") == "sale never in force"


@pytest.mark.parametrize("where", ["paid and not paid", "amount > 5 USD and amount < 4 USD"])
def test_a_where_that_no_use_fits_fails(where: str) -> None:
    result = tried(of(where, "never forbidden"), examples=50)
    assert (result.outcome, result.held, result.met) == ("unmet", False, 0)


def test_the_same_seed_tries_the_same_uses() -> None:
    text = of("paid or credit", "gift never in force")
    assert tried(text, seed=3) == tried(text, seed=3)
    many = {tried(text, seed=seed).uses for seed in range(6)}
    assert len(many) > 1


def test_a_search_is_bounded() -> None:
    assert tried(of("", "never not_applicable"), examples=7).uses <= 7


def test_the_strictness_of_where() -> None:
    """A use of which the condition is unknown is none of those that it is about."""
    found = tried(of("not (news and credit) and paid", "never undetermined"))
    assert found.outcome == "searched"


@pytest.mark.parametrize(
    ("proof", "outcome"),
    [
        (True, "proved"),
        (None, "searched"),
        ({"paid": True, "occasion": "private"}, "refuted"),
        ({"paid": False}, "searched"),
        ({"credit": True}, "searched"),
    ],
)
def test_a_provers_word_is_taken_and_its_facts_are_looked_at(
    proof: bool | Mapping[str, Any] | None, outcome: str
) -> None:
    claim = of("paid and not news" if outcome == "refuted" else "not paid", "never forbidden")
    assert tried(claim, prover=lambda linked, item: proof).outcome == outcome


def test_without_hypothesis(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in sys.modules if each.startswith("tosdsl.testing.strategies")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with pytest.raises(PolicyError) as caught:
        tried(of("paid", "never forbidden"))
    assert [each.code for each in caught.value.diagnostics] == ["TOS6007"]
    assert "tosdsl[testing]" in str(caught.value)


# --- the command line -----------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "photos.tos"
    text = (
        of("paid", "never forbidden") + "\n\n" + of("not paid", "never forbidden").replace('"p"', '"q"')
    )
    made.write_text(f"{POLICY}\n{text}{VOCABULARY}", encoding="utf-8")
    return made


def test_a_property_that_fails_is_3_with_the_scenario(run: Run, file: Path) -> None:
    ran = run("test", file)
    assert ran.status == 3
    assert "  ✗ p  " in ran.out
    assert "      refuted\n" in ran.out
    assert '      scenario "counterexample: p"\n          given\n' in ran.out
    assert "2 properties in 1 policy: 1 failed" in ran.out


def test_as_json_and_junit(run: Run, file: Path) -> None:
    first, second = json.loads(run("test", file, "--format", "json").out)["results"]
    assert (first["kind"], first["outcome"], second["outcome"]) == ("property", "failed", "passed")
    (failure,) = first["failures"]
    assert failure["expected"] == "never forbidden"
    assert failure["actual"] == first["verdict"] == "forbidden"
    assert 'scenario "counterexample: p"' in first["because"]
    assert second["message"] == "proved for every use"
    root = ElementTree.fromstring(run("test", file, "--format", "junit").out)
    assert (root.get("tests"), root.get("failures")) == ("2", "1")


def test_how_many_and_which(run: Run, file: Path) -> None:
    (_, found) = json.loads(
        run("test", file, "--format", "json", "--no-proof", "--examples", "5", "--seed", "2").out
    )["results"]
    assert int(found["message"].split()[1]) <= 5
    assert run("test", file, "--examples", "0").status == 2
