"""The moment of the use, instead of its day: by each way to ask, and in what is told and kept."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

import tosdsl
from tests.unit.conftest import Run
from tosdsl.interview.asking import Interview
from tosdsl.receipts.replay import replay
from tosdsl.testing.collect import collect
from tosdsl.testing.runner import run_tests
from tosdsl.trees.moments import Moment

BREACHES = """vocabulary words

fact aware_at: instant
fact reported: boolean


policy breaches
    version "1"
    effective from 2025-05-01 until 2025-05-07
    default permit

use words

require report at "1"
    must reported
    within 48 hours after aware_at
"""

FACTS: dict[str, Any] = {"aware_at": "2025-05-05T09:00Z", "reported": False}
EAST = timezone(timedelta(hours=2))

MOMENTS = {
    "2025-05-07T09:00Z": "pending",
    "2025-05-07T11:00+02:00": "pending",
    "2025-05-07T09:00:00.5Z": "breached",
    "2025-05-07T11:01+02:00": "breached",
    "2025-05-06T23:59Z": "pending",
}


def in_python(text: str) -> Any:
    return datetime.fromisoformat(text)


def state(decision: tosdsl.Decision) -> str:
    [duty] = decision.duties
    return duty.state


@pytest.mark.parametrize(("text", "wanted"), MOMENTS.items())
def test_every_way_to_ask_takes_a_moment(text: str, wanted: str) -> None:
    policies = tosdsl.loads(BREACHES)
    document = {"as_of": text, "facts": FACTS}
    written = json.dumps(document).encode()
    use, warnings = policies.read_use(f"as_of: {text}\nfacts: {json.dumps(FACTS)}\n")
    assert not warnings
    made = [
        policies.decide(FACTS, as_of=text),
        policies.decide(FACTS, as_of=in_python(text)),
        policies.decide(FACTS, as_of=in_python(text)),
        policies.decide_use(use),
        policies.decide_use(tosdsl.Use.from_json(written, policies)),
    ]
    assert [state(each) for each in made] == [wanted] * len(made)
    assert all(each == made[0] for each in made)
    assert made[0].as_of == in_python(text)
    told = json.loads(policies.decide_json(written))
    assert told == json.loads(
        policies.decide_json(json.dumps({"facts": FACTS}).encode(), as_of=use.as_of)
    )
    assert (told["as_of"], told["duties"][0]["state"]) == (text, wanted)
    assert tosdsl.Decision.from_json(json.dumps(told)).as_of == use.as_of
    assert policies.verdict(FACTS, as_of=in_python(text)) is made[0].verdict


def test_it_comes_back_with_its_zone() -> None:
    policies = tosdsl.loads(BREACHES)
    use = tosdsl.Use({"reported": False}, as_of=Moment(2025, 5, 7, 11, tzinfo=EAST))
    written = json.loads(json.dumps(use.to_json(policies)))
    assert written["as_of"] == "2025-05-07T11:00+02:00"
    assert repr(tosdsl.Use.from_json(written, policies)) == repr(use)
    assert (use.day, use.moment) == (date(2025, 5, 7), use.as_of)
    decision = policies.decide_use(use)
    again = tosdsl.Decision.from_json(decision.to_json())
    assert again == decision
    assert str(again.as_of) == "2025-05-07T11:00+02:00"


def test_the_day_of_its_own_zone_chooses_the_version() -> None:
    policies = tosdsl.loads(BREACHES)
    for text, applies in (("2025-05-08T00:30+02:00", False), ("2025-05-07T22:30Z", True)):
        assert bool(policies.decide(FACTS, as_of=text).duties) is applies


@pytest.mark.parametrize(
    "wrong",
    [
        *("2025-05-07T09:00", "2025-05-07 09:00Z", "2025-05-07T9:00Z", "07.05.2025T09:00Z"),
        datetime(2025, 5, 7, 9),
        *(20250507, True, "2025-05-07T09:00:00.1234567Z"),
    ],
    ids=str,
)
def test_what_is_no_moment_is_told_with_both_forms(wrong: Any) -> None:
    with pytest.raises(tosdsl.FactError) as raised:
        tosdsl.loads(BREACHES).decide(FACTS, as_of=wrong)
    assert [each.code for each in raised.value.diagnostics] == ["TOS4003"]
    assert "a date such as 2023-12-15, or a moment with its zone such as" in str(raised.value)


@pytest.mark.parametrize("wrong", ["2025-02-30T09:00Z", "2025-05-07T25:00Z"])
def test_there_is_no_such_moment(wrong: str) -> None:
    with pytest.raises(tosdsl.FactError) as raised:
        tosdsl.loads(BREACHES).decide(FACTS, as_of=wrong)
    assert [each.code for each in raised.value.diagnostics] == ["TOS1011"]


def test_from_bytes_a_moment_has_a_zone() -> None:
    with pytest.raises(TypeError, match="as_of must be a date, or a datetime with a zone"):
        tosdsl.loads(BREACHES).decide_json(b"{}", as_of=datetime(2025, 5, 7))
    with pytest.raises(TypeError, match="known_at"):
        tosdsl.loads(BREACHES).decide_json(b"{}", known_at=datetime(2025, 5, 7))


def test_on_the_command_line(run: Run, tmp_path: Path) -> None:
    policy, use = tmp_path / "breaches.tos", tmp_path / "use.yaml"
    policy.write_text(BREACHES, encoding="utf-8")
    use.write_text(f"facts: {json.dumps(FACTS)}\n", encoding="utf-8")
    asked = ("check", str(policy), "--facts", str(use), "--as-of")
    for text, wanted in MOMENTS.items():
        ran = run(*asked, text, "--format", "json")
        assert json.loads(ran.out)["duties"][0]["state"] == wanted, ran.err
    assert "February 2025 has 28 days." in run(*asked, "2025-02-30T09:00Z").err
    for word in ("compile", "diff"):
        several = (word, *[str(policy)] * (2 if word == "diff" else 1), "--as-of")
        moment = run(*several, "2025-05-07T09:00Z").out
        assert moment.replace("T09:00Z", "") == run(*several, "2025-05-07").out


def test_a_receipt_is_replayed(tmp_path: Path) -> None:
    (tmp_path / "breaches.tos").write_text(BREACHES, encoding="utf-8")
    policies = tosdsl.load(str(tmp_path / "breaches.tos"))
    use, _ = policies.read_use(f"as_of: 2025-05-07T09:01Z\nfacts: {json.dumps(FACTS)}\n")
    receipt = tosdsl.receipt(policies, use)
    assert receipt.content["use"]["as_of"] == "2025-05-07T09:01Z"
    assert replay(receipt, tmp_path, git=False).same


def test_a_table_of_cases(tmp_path: Path) -> None:
    (tmp_path / "breaches.tos").write_text(BREACHES, encoding="utf-8")
    rows = [f"{text},{text},2025-05-05T09:00Z,no,{wanted}" for text, wanted in MOMENTS.items()]
    head = "case,as_of,aware_at,reported,expect duty report"
    table = tmp_path / "breaches.cases.csv"
    table.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    results = [*run_tests(collect([str(table)]).tests)]
    assert [each.outcome for each in results] == ["passed"] * len(MOMENTS)


# --- where a day alone is known ---------------------------------------------------------------------


def test_a_deadline_within_the_day_asks_for_the_moment() -> None:
    policies = tosdsl.loads(BREACHES)
    made = policies.decide(FACTS, as_of="2025-05-07")
    [duty] = made.duties
    assert (duty.state, duty.needs) == ("undetermined", ("moment of use",))
    assert duty.questions == (
        "At which moment does the use take place? `as_of` says it, with its zone.",
    )
    assert made.exact
    assert made.compliant is None
    told = made.explain()
    assert (
        "it depends on breaches#report, and it is not known at which hour the question is asked" in told
    )
    assert "the last moment is 2025-05-07T09:00Z" in told
    assert json.loads(json.dumps(made.to_json()))["duties"][0]["needs"] == ["moment of use"]


@pytest.mark.parametrize(
    ("facts", "as_of", "needs"),
    [
        (FACTS, None, ()),
        (FACTS, "2025-05-06", ()),
        (FACTS, "2025-05-07T09:00:01Z", ()),
        ({}, "2025-05-07", ("aware_at", "moment of use", "reported")),
        ({}, "2025-05-07T09:00Z", ("aware_at", "reported")),
        ({}, None, ("aware_at", "reported")),
        ({"aware_at": FACTS["aware_at"]}, "2025-05-07", ("moment of use", "reported")),
        ({"aware_at": "9999-12-31T10:00Z", "reported": False}, "2025-05-07", ()),
        ({"reported": True}, "2025-05-07", ()),
    ],
)
def test_nothing_is_asked_that_cannot_matter(
    facts: dict[str, Any], as_of: str | None, needs: tuple[str, ...]
) -> None:
    [duty] = tosdsl.loads(BREACHES).decide(facts, as_of=as_of).duties
    assert duty.needs == needs


def test_two_deadlines_within_a_day_are_told_apart_by_one_moment() -> None:
    two = BREACHES + 'require earlier at "2"\n    must reported\n    within 47 hours after aware_at\n'
    policies = tosdsl.loads(two)
    made = policies.decide(FACTS, as_of="2025-05-07")
    assert [duty.needs for duty in made.duties] == [("moment of use",)] * 2
    assert made.exact


def test_no_fact_says_the_moment_and_no_interview_asks_it() -> None:
    policies = tosdsl.loads(BREACHES)
    with pytest.raises(tosdsl.FactError) as raised:
        policies.decide({"moment of use": "2025-05-07T09:00Z"})
    [found] = raised.value.diagnostics
    assert found.code == "TOS4040"
    assert "the moment that the question is about" in str(raised.value)
    use, _ = policies.read_use(f"as_of: 2025-05-07\nfacts: {json.dumps(FACTS)}\n")
    assert Interview.begin(policies, use).question() is None
