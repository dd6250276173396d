"""``tosdsl ask`` on shipped policies and uses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tosdsl.analysis.solver.door import solver_at_hand

_TERMS = "openai.business_terms@2023-11-14"


def test_an_open_question_names_what_would_settle_it(run: Any) -> None:
    done = run("ask", _TERMS, "--facts", "published_classifier", "--format", "json")
    assert done.status == 4
    found = json.loads(done.out)
    sets = {each["verdict"]: each["facts"] for each in found["settling"]}
    assert sets["forbidden"] == {"model.competes_with": ["openai"]}
    assert all(each["smallest"] for each in found["settling"])


def test_a_forbidden_use_has_permitted_neighbours(run: Any) -> None:
    done = run("ask", _TERMS, "--facts", "project_seed")
    assert done.status == 3
    assert "model.competes_with: [openai] → []" in done.out
    assert "What would settle it" not in done.out


def test_where_nothing_is_permitted_it_is_proved(run: Any, tmp_path: Any) -> None:
    policy, facts = tmp_path / "p.tos", tmp_path / "f.yaml"
    body = "    default forbid\n\nuse v\n\nforbid x\n    when a\n"
    policy.write_text(f"policy p\n{body}\n\nvocabulary v\n\nfact a: boolean\n", "utf-8")
    facts.write_text("facts: {a: true}\n")
    done = run("ask", policy, "--facts", facts)
    assert done.status == 3
    assert "proved" in done.out


def test_what_is_open_besides_the_verdict_is_said(run: Any, tmp_path: Any) -> None:
    policy, facts = tmp_path / "p.tos", tmp_path / "f.yaml"
    body = "    default permit\n\nuse v\n\nrequire x\n    when a\n    must b\n"
    policy.write_text(
        f"policy p\n{body}\n\nvocabulary v\n\nfact a: boolean\nfact b: boolean\n", "utf-8"
    )
    facts.write_text("facts: {a: true}\n")
    assert "Compliance is open: it depends on p#x." in run("ask", policy, "--facts", facts).out
    facts.write_text("facts: {a: true, b: false}\n")
    assert "Not compliant: breached p#x." in run("ask", policy, "--facts", facts).out


def test_the_nearest_value_is_the_end_of_what_is_permitted(run: Any, tmp_path: Any) -> None:
    policy, facts = tmp_path / "p.tos", tmp_path / "f.yaml"
    body = "    default permit\n\nuse v\n\nforbid x\n    when users > 1000\n"
    policy.write_text(f"policy p\n{body}\n\nvocabulary v\n\nfact users: integer\n", "utf-8")
    facts.write_text("facts: {users: 1500}\n")
    (near,) = json.loads(run("ask", policy, "--facts", facts, "--format", "json").out)["nearest"]
    assert near["changed"] == {"users": {"now": 1500, "then": 1000}}
    assert near["ranges"] == {"users": {"to": "1000"}}


COMPARED = """\
vocabulary v

type Paper has
    free: boolean

fact d1: date
fact d2: date
fact p: boolean
fact papers: list of Paper

policy p
    default permit

use v

forbid late
    when d1 > d2
    except q
        when p

forbid closed
    when some x in papers satisfies not x.free
"""


def _asked(run: Any, folder: Any, facts: str) -> Any:
    policy, use = folder / "p.tos", folder / "f.yaml"
    policy.write_text(COMPARED, "utf-8")
    use.write_text(facts)
    return json.loads(run("ask", policy, "--facts", use, "--format", "json").out)


@pytest.mark.skipif(not solver_at_hand(), reason="z3-solver is not installed")
def test_where_facts_are_compared_a_known_one_is_kept(run: Any, tmp_path: Any) -> None:
    found = _asked(run, tmp_path, "facts: {d1: 2024-01-05, p: no, papers: []}")
    settling = {each["verdict"]: each["facts"] for each in found["settling"]}
    assert settling["permitted"].keys() == settling["forbidden"].keys() == {"d2"}
    assert settling["forbidden"]["d2"] < "2024-01-05" <= settling["permitted"]["d2"]


@pytest.mark.skipif(not solver_at_hand(), reason="z3-solver is not installed")
def test_each_side_of_a_comparison_can_be_what_changes(run: Any, tmp_path: Any) -> None:
    found = _asked(run, tmp_path, "facts: {d1: 2024-01-05, d2: 2023-01-05, p: no, papers: []}")
    assert [[*each["changed"]] for each in found["nearest"]] == [["d1"], ["d2"], ["p"]]


@pytest.mark.skipif(not solver_at_hand(), reason="z3-solver is not installed")
def test_a_list_of_records_can_be_what_changes(run: Any, tmp_path: Any) -> None:
    found = _asked(run, tmp_path, "facts: {p: yes, papers: [{free: no}]}")
    assert [[*each["changed"]] for each in found["nearest"]] == [["papers"]]


def test_without_a_solver_nothing_is_said_not_to_be(
    run: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tosdsl.analysis.engine.solver_at_hand", lambda: False)
    found = _asked(run, tmp_path, "facts: {d1: 2024-01-05, p: no, papers: []}")
    assert "z3-solver" in found["open"]


_COMPARED = """
vocabulary v

fact sent: date
fact back: date
fact users: integer
fact seats: integer

policy p
    default permit

use v

forbid late
    when {condition}
"""


@pytest.mark.parametrize(
    ("condition", "facts", "nearest"),
    [
        (
            "back > sent + 1 month",
            {"sent": "2024-01-31", "back": "2024-03-05"},
            {"sent": "2024-02-05", "back": "2024-02-29"},
        ),
        (
            "back > sent + 90 days",
            {"sent": "2024-01-01", "back": "2025-01-01"},
            {"sent": "2024-10-03", "back": "2024-03-31"},
        ),
        ("users > 2 * seats", {"users": 1_000, "seats": 10}, {"users": 20, "seats": 500}),
    ],
)
def test_what_is_compared_with_another_fact_is_changed_as_little_as_can_be(
    run: Any, tmp_path: Any, condition: str, facts: dict[str, Any], nearest: dict[str, Any]
) -> None:
    policy, given = tmp_path / "p.tos", tmp_path / "f.json"
    policy.write_text(_COMPARED.format(condition=condition), "utf-8")
    given.write_text(json.dumps({"facts": facts}), "utf-8")
    found = json.loads(run("ask", policy, "--facts", given, "--format", "json").out)["nearest"]
    assert {path: each["then"] for near in found for path, each in near["changed"].items()} == nearest


def test_it_presumes_nothing_and_says_so_or_presumes_as_check_does(run: Any, tmp_path: Any) -> None:
    policy, facts = tmp_path / "p.tos", tmp_path / "f.yaml"
    words = "vocabulary v\n\nfact a: boolean presumed yes\nfact b: boolean\n"
    policy.write_text(
        f"{words}\n\npolicy p\n    default permit\n\nuse v\n\nforbid x\n    when not a\n", "utf-8"
    )
    facts.write_text("facts: {}\n")
    done = run("ask", policy, "--facts", facts)
    assert (done.status, "Not presumed here, as a check would: a is yes." in done.out) == (4, True)
    assert run("check", policy, "--facts", facts).status == 0
    done = run("ask", policy, "--facts", facts, "--presuming")
    assert (done.status, "Presumed: a is yes." in done.out) == (0, True)
    found = json.loads(run("ask", policy, "--facts", facts, "--format", "json").out)
    assert (found["presuming"], found["presumptions"]) == (False, {"a": True})
    for said in ("a: yes", "a: unknown"):
        facts.write_text(f"facts: {{{said}}}\n")
        assert "resumed" not in run("ask", policy, "--facts", facts).out


_SALES = """\
vocabulary v

type Sale has
    amount: number
    ours: boolean

fact sales: list of Sale


policy a.b
    default permit

use v

forbid x at "1"
    when count(s in sales where s.ours and s.amount > 10) > 2
"""


_READ = """policy p
    default permit

use v

interpretation month "What is a month?" is one of {calendar, thirty}

forbid x
    when month is calendar and weeks > 4

forbid y
    when month is thirty and weeks > 3 and not paid


vocabulary v

fact weeks: integer
fact paid: boolean
"""


@pytest.mark.parametrize(
    ("chosen", "settling", "way"),
    [
        ([], [("forbidden", {"paid": False})], None),
        (["--reading", "month=calendar"], [], "calendar"),
        (
            ["--reading", "month=thirty"],
            [("permitted", {"paid": True}), ("forbidden", {"paid": False})],
            "thirty",
        ),
    ],
)
def test_what_settles_a_use_does_so_whichever_way_the_text_is_read(
    run: Any, tmp_path: Any, chosen: list[str], settling: list[Any], way: str | None
) -> None:
    policy, facts = tmp_path / "p.tos", tmp_path / "f.yaml"
    policy.write_text(_READ, "utf-8")
    facts.write_text("facts: {weeks: 5}\n")
    done = run("ask", policy, "--facts", facts, *chosen, "--format", "json")
    found = json.loads(done.out)
    assert [(each["verdict"], each["facts"]) for each in found["settling"]] == settling
    assert [each["chosen"] for each in found["interpretations"]] == [way]
    told = run("ask", policy, "--facts", facts, *chosen).out
    assert ("read as" in told, "--reading month=calendar" in told) == (bool(way), not way)


def test_a_reading_that_is_none_is_a_mistake(run: Any, tmp_path: Any) -> None:
    policy, facts = tmp_path / "p.tos", tmp_path / "f.yaml"
    policy.write_text(_READ, "utf-8")
    facts.write_text("facts: {weeks: 5}\n")
    done = run("ask", policy, "--facts", facts, "--reading", "month=lunar")
    assert (done.status, "It is one of calendar, thirty." in done.err) == (1, True)


def test_of_a_long_list_the_items_that_go_and_come_are_told_and_no_others(
    run: Any, tmp_path: Any
) -> None:
    policy, facts = tmp_path / "p.tos", tmp_path / "f.yaml"
    policy.write_text(_SALES, "utf-8")
    items = [f"{{amount: {amount}, ours: yes}}" for amount in (11, 12, 13, 3, 4)]
    facts.write_text(f"facts: {{sales: [{', '.join(items)}]}}\n")
    lines = run("ask", policy, "--facts", facts).out.splitlines()
    at = lines.index("      sales: 5 items → 4 items")
    assert lines[at + 1] == "          - {amount: 13, ours: yes}"
    assert not lines[at + 2].strip()
