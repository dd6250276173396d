"""The policies that benchmarks generate: clauses and shapes as asked for, answers that vary."""

import re
from collections import Counter

import pytest

import tosdsl
from benchmarks import generated


def bodies(text: str) -> list[str]:
    """The conditions of each clause, with the constants blanked."""
    blanked = re.sub(r'at "[^"]*"| is (?!not\b)\w+', " is K", text)
    blanked = re.sub(r"(?<=is not )\w+|\{.*\}|(?<=includes )\w+|\d+", "K", blanked)
    return [
        re.sub(r"\A.*\n.*\n", "", body) for body in re.split(r"^ {4}forbid ", blanked, flags=re.M)[1:]
    ]


@pytest.mark.parametrize("shapes", [1, 3, 120])
def test_there_are_as_many_clauses_and_shapes_as_asked_for(shapes: int) -> None:
    text = generated.policy(120, shapes)
    found = [body.split("\n\n")[0].rstrip() for body in bodies(text)]
    assert len(found) == 120
    assert len(set(found)) == shapes


def test_the_same_numbers_make_the_same_text() -> None:
    assert generated.policy(60, 5, 2) == generated.policy(60, 5, 2) != generated.policy(60, 5, 3)


@pytest.mark.parametrize("shapes", [3, 200])
def test_a_clause_is_about_300_bytes(shapes: int) -> None:
    assert (
        270
        <= (len(generated.policy(2_000, shapes)) - len(generated.policy(1_000, shapes))) / 1_000
        <= 350
    )


def test_it_loads_and_its_answers_vary() -> None:
    policies = tosdsl.loads(generated.policy(100, 20))
    uses = generated.uses(100, 20, 150)
    verdicts = Counter(policies.verdict(use).value for use in uses)
    assert set(verdicts) == {"forbidden", "permitted", "undetermined"}
    assert min(verdicts.values()) >= 15
    assert uses == generated.uses(100, 20, 150) != generated.uses(100, 20, 150, 2)
    assert all(len(use) == 10 for use in generated.uses(100, 20, 30, unknown=0))


def test_one_to_three_clauses_share_an_activity_and_a_product() -> None:
    shared = Counter((clause.activity, clause.product) for clause in generated.drawn(400, 4))
    assert set(shared.values()) == {1, 2, 3}


def test_an_edit_changes_so_many_lines() -> None:
    before = generated.policy(100, 3)
    after = generated.edited(before, 10)
    pairs = zip(before.splitlines(), after.splitlines(), strict=True)
    assert sum(one != other for one, other in pairs) == 10
    assert tosdsl.loads(after)
