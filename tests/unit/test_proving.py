"""Properties of shipped policies are proved; with a proviso gone, refuted."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from time import perf_counter

import pytest

from tests.unit.conftest import Run
from tests.unit.test_properties import POLICY, VOCABULARY, of
from tosdsl import load, loads
from tosdsl.analysis.proving import Proofs
from tosdsl.base import limits
from tosdsl.testing import properties

TERMS = Path("policies/openai/business_terms-2023-11-14.tos")
IN_HOUSE = "classifiers kept in house are never forbidden as competing models"


def test_every_property_of_a_shipped_policy_is_proved() -> None:
    results = properties.run([load(TERMS)], prover=Proofs())
    assert len(results) == 4
    assert {each.outcome for each in results} == {"proved"}


PROVISOS = [
    ("not model.distributed", "model.distributed"),
    ("not model.commercially_available", "model.commercially_available"),
]


@pytest.mark.parametrize(("proviso", "fact"), PROVISOS)
def test_what_a_proviso_keeps_out_refutes_the_property_without_it(proviso: str, fact: str) -> None:
    """A classifier that is distributed, or sold, is then excepted, and the property says it is not."""
    text = TERMS.read_text("utf-8")
    line = f"            provided {proviso}\n"
    assert text.count(line) == 1
    claim = f"""
property "a classifier that is handed out is never excepted"
    where {fact} and model.purpose is classify
    expect competing_models.classifiers never in force
"""
    vocabulary = Path("policies/ai_services.tos").read_text("utf-8")
    usage = [each.read_text("utf-8") for each in Path("policies/openai").glob("usage_policies-*.tos")]
    outcomes = []
    for terms in (text, text.replace(line, "")):
        started = perf_counter()
        policies = loads(terms + claim, vocabulary, *usage)
        found = {each.item.title: each for each in properties.run([policies], prover=Proofs())}
        assert perf_counter() - started < 10  # two seconds where the machine is not shared
        outcomes.append(found["a classifier that is handed out is never excepted"])
        assert found[IN_HOUSE].outcome == "proved"
    assert outcomes[0].outcome == "proved"
    counterexample = outcomes[1].counterexample
    assert counterexample is not None
    assert counterexample.use.facts[fact] is True
    assert f"{fact}: yes" in counterexample.scenario


def one(text: str) -> properties.Result:
    (result,) = properties.run([loads(f"{POLICY}\n{text}{VOCABULARY}")], prover=Proofs())
    return result


def test_claims_about_forces_are_proved_with_definitions_worked_in() -> None:
    assert one(of("news and credit", "sale never in force")).outcome == "proved"
    assert one(of("not paid", "sale always not in force", "never forbidden")).outcome == "proved"


def test_a_where_that_nothing_fits_is_said_to_be_proved() -> None:
    result = one(of("paid and not paid", "never forbidden"))
    assert result.outcome == "unmet"
    assert result.summary == "no use fits `where`, proved"


def test_a_claim_about_a_duty_is_searched_and_said_not_to_be_proved() -> None:
    result = one(of("amount <= 100 USD", "duty notice never breached"))
    assert result.outcome == "searched"
    assert result.summary.endswith("not proved: the states of duties are not proved")


def test_without_proof_a_property_is_searched(run: Run) -> None:
    assert "proved for every use" in run("test", TERMS).out
    searched = run("test", TERMS, "--no-proof", "--examples", "20")
    assert "none found" in searched.out
    assert "proved" not in searched.out


@pytest.mark.parametrize(
    ("condition", "proved"),
    [
        ("n * n * n * n < 0", True),
        ("n * n * n * n * n < 0 and n > 0", False),
        ("n * n * n * n + n < 0 and n > 0", False),
        ("x * x + x < 0 and x > 0", True),
        ("x * x * x + x < 0 and x > 0", False),
        ("min(n * n * n * n * n, n) < 0 and n > 0", False),
        ("(n * n * n) * (n * n) < 0 and n > 0", False),
    ],
)
def test_a_number_of_too_many_digits_is_in_no_proof(condition: str, proved: bool) -> None:
    """Of the largest numbers that can be given, some products are not known."""
    vocabulary = "vocabulary v\n\nfact n: integer\nfact x: number\n"
    policy = f"policy p\n    default permit\n\nuse v\n\nforbid f\n    when {condition}\n\n"
    claim = 'property "all are permitted"\n    where n > 0 and x > 0\n    expect always permitted\n'
    policies = loads(vocabulary, policy + claim)
    [found] = properties.run([policies], prover=Proofs(), examples=50)
    assert (found.outcome == "proved") is proved
    largest = 10 ** (limits.MAX_DIGITS - 1)
    settled = policies.verdict(
        {"n": largest, "x": Fraction(largest * 10 - 1, 10 ** (limits.MAX_DIGITS - 1))}
    )
    assert settled.value == "permitted" or not proved
