"""The day of the use as a value: by each way to ask, on many days, and in what is told."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import tosdsl
from tosdsl.compiled import MOST_OWN_DAYS

SHOP = """vocabulary words

type Notice has
    on: date
    read: boolean

fact ended_on: date
fact notices: list of Notice


policy shop
    default permit

use words

define old(day: date) as
    day + 30 days < day of use

forbid late at "1"
    when ended_on < day of use

forbid unread at "2"
    when some notice in notices satisfies (old(notice.on) and not notice.read)
"""

ENDED = date(2024, 3, 1)


def test_every_way_to_ask_reads_the_day() -> None:
    policies = tosdsl.loads(SHOP)
    facts = {"ended_on": ENDED, "notices": []}
    for by in (-1, 0, 1, 400):
        day = ENDED + timedelta(by)
        wanted = "forbidden" if by > 0 else "permitted"
        body = {"as_of": str(day), "facts": {"ended_on": str(ENDED), "notices": []}}
        for _ in range(2):
            assert policies.verdict(facts, as_of=day).value == wanted
            assert policies.decide(facts, as_of=day).verdict.value == wanted
            made = json.loads(policies.decide_json(json.dumps(body).encode()))
            assert (made["verdict"], made["as_of"]) == (wanted, str(day))
            assert policies.decide_use(tosdsl.Use(facts, as_of=day)).verdict.value == wanted


def test_without_a_day_it_is_asked_for() -> None:
    policies = tosdsl.loads(SHOP)
    made = policies.decide({"ended_on": ENDED, "notices": []})
    assert made.verdict.value == "undetermined"
    assert [(need.fact, need.clauses) for need in made.needs] == [("day of use", ("shop#late",))]
    assert policies.verdict({"ended_on": ENDED, "notices": []}) is made.verdict


def test_it_is_no_fact_and_the_mend_names_its_place() -> None:
    policies = tosdsl.loads(SHOP)
    with pytest.raises(tosdsl.FactError) as raised:
        policies.decide({"day of use": ENDED})
    assert [each.code for each in raised.value.diagnostics] == ["TOS4040"]
    assert "`as_of`" in raised.value.diagnostics[0].mend


def test_code_of_many_days_is_not_kept_for_good() -> None:
    policies = tosdsl.loads(SHOP)
    facts = {"ended_on": ENDED, "notices": []}
    for by in range(MOST_OWN_DAYS + 20):
        day = ENDED + timedelta(by)
        assert (policies.verdict(facts, as_of=day).value == "forbidden") is (by > 0)
    kept = policies.predicates._dated.values()
    assert len([each for each in kept if each.plan.day is not None]) <= MOST_OWN_DAYS


def test_an_item_of_a_list_is_told_with_the_day() -> None:
    policies = tosdsl.loads(SHOP)
    notices = [{"on": date(2024, 1, 1), "read": False}]
    made = policies.decide({"ended_on": date(2025, 1, 1), "notices": notices}, as_of=date(2024, 3, 1))
    assert [each.clause for each in made.basis] == ["shop#unread"]
    assert "day of use is 2024-03-01" in made.explain()
    assert "? day + 30 days < day of use" not in made.explain()


def test_a_change_that_hangs_on_the_day_is_settled_where_one_is_said(run: Any, tmp_path: Path) -> None:
    old, new = tmp_path / "old.tos", tmp_path / "new.tos"
    old.write_text(SHOP, encoding="utf-8")
    new.write_text(SHOP.replace("ended_on <", "ended_on <="), encoding="utf-8")
    undated = run("diff", str(old), str(new))
    assert undated.status == 3
    assert "conditions read the day of the use, and none is said: give one" in undated.out
    dated = run("diff", str(old), str(new), "--as-of", "2024-03-01")
    assert dated.status == 3
    assert "ended_on: 2024-03-01" in dated.out
    assert "there is no other, proved" in dated.out
    assert run("diff", str(old), str(old)).status == 0


def test_no_property_about_the_day_is_proved_by_leaving_the_day_out(run: Any, tmp_path: Path) -> None:
    properties = """

property "late uses are forbidden, on one day"
    as of 2024-03-02
    where ended_on <= 2024-03-01
    expect always forbidden

property "what ended is never forbidden"
    where ended_on < 2024-03-01
    expect never forbidden

property "what is not over is no reason"
    where ended_on >= day of use
    expect late never in force
"""
    file = tmp_path / "shop.tos"
    file.write_text(SHOP + properties, encoding="utf-8")
    out = run("test", str(file)).out
    assert "✓ late uses are forbidden, on one day  proved" in out
    assert "what ended is never forbidden  proved" not in out
    assert "✓ what is not over is no reason  proved" in out
