"""Named zones: what clocks show in one, and what is said of what none shows."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tosdsl
from tests.unit.conftest import Run
from tosdsl.facade import load_texts
from tosdsl.testing.collect import collect
from tosdsl.testing.runner import run_tests
from tosdsl.trees import zones
from tosdsl.trees.moments import Moment
from tosdsl.trees.quantities import instant_or_why, read_instant
from tosdsl.trees.zones import at_clock, clock_of, in_zone, misnamed, moments_at, zone_called
from tosdsl.workspace.memory import Workspace

PLACES = ("Europe/Dublin", "America/Los_Angeles", "Australia/Lord_Howe", "Asia/Kolkata", "UTC")
"""With summer time, its own in Dublin, one of half an hour, and none."""

NEWS = """vocabulary words

fact told_at: instant


policy news
    default permit

use words

forbid early at "1"
    when told_at < 2024-07-01T09:30 Europe/Dublin
"""

moments = st.datetimes(datetime(1975, 1, 1), datetime(2037, 12, 31)).map(
    lambda each: Moment.combine(each.date(), each.time(), UTC)
)
changes = st.sampled_from((date(2024, 3, 31), date(2024, 10, 27), date(2024, 3, 10), date(2024, 11, 3)))
near_changes = st.builds(
    lambda day, minutes: Moment.combine(day, time(), UTC) + timedelta(minutes=minutes),
    changes,
    st.integers(-600, 1440),
).map(lambda each: Moment.combine(each.date(), each.time(), UTC))


@given(moments | near_changes, st.sampled_from(PLACES))
def test_a_moment_is_among_those_at_which_clocks_show_its_time(moment: Moment, name: str) -> None:
    zone = zone_called(name)
    assert zone is not None
    there = in_zone(moment, zone)
    assert there.utc == moment.utc
    found = moments_at(there.replace(tzinfo=None), zone)
    assert there in found
    assert 1 <= len(found) <= 2
    assert [each.utc for each in found] == sorted(each.utc for each in found)
    assert at_clock(there, zone) == there


@given(moments | near_changes, st.sampled_from(PLACES))
def test_what_clocks_show_reads_back(moment: Moment, name: str) -> None:
    zone = zone_called(name)
    assert zone is not None
    there = in_zone(moment, zone)
    twice = len(moments_at(there.replace(tzinfo=None), zone)) > 1
    said = str(there).replace("Z", "+00:00") if twice else clock_of(there)
    assert read_instant(f"{said} {name}") == there
    assert read_instant(f"{there} {name}") == there


@given(near_changes, st.sampled_from(PLACES))
def test_a_skipped_hour_is_counted_as_python_counts(moment: Moment, name: str) -> None:
    zone = zone_called(name)
    assert zone is not None
    clock = moment.replace(tzinfo=None)
    if not moments_at(clock, zone):
        plain = clock.replace(tzinfo=ZoneInfo(name), fold=0).astimezone(UTC)
        assert at_clock(moment, zone).utc == plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2024-07-01T09:30 Europe/Dublin", "2024-07-01T09:30+01:00"),
        ("2024-01-01T09:30:15.5 Europe/Dublin", "2024-01-01T09:30:15.5Z"),
        ("2024-10-27T01:30+00:00 Europe/Dublin", "2024-10-27T01:30Z"),
        ("2024-10-27T01:30Z Europe/Dublin", "2024-10-27T01:30Z"),
        ("2024-07-01T09:30 UTC", "2024-07-01T09:30Z"),
        ("1880-01-01T00:00 America/New_York", "1880-01-01T00:00-04:57"),
    ],
)
def test_written(text: str, shown: str) -> None:
    assert str(read_instant(text)) == shown


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2024-03-31T01:30 Europe/Dublin", "missed"),
        ("2024-03-31T01:30+01:00 Europe/Dublin", "missed"),
        ("2024-10-27T01:30 Europe/Dublin", "twice"),
        ("2024-07-01T09:30Z Europe/Dublin", "elsewhere"),
        ("2024-07-01T09:30 EST", "unknown"),
        ("2024-07-01T09:30 right/Europe/Dublin", "unknown"),
        ("2024-07-01T09:30 ../Dublin", None),
        ("9999-12-31T23:30 America/New_York", None),
        ("2024-07-01T24:30 Europe/Dublin", None),
    ],
)
def test_not_written(text: str, reason: str | None) -> None:
    why = instant_or_why(text)
    assert not isinstance(why, Moment)
    assert (why and why.reason) == reason
    for way in why.instead if why and reason != "unknown" else ():
        assert isinstance(instant_or_why(way), Moment)


def test_the_same_by_each_way_to_ask(tmp_path: Path) -> None:
    (tmp_path / "news.tos").write_text(NEWS)
    policies = tosdsl.load(tmp_path / "news.tos")
    for told, verdict in (("09:29", "forbidden"), ("09:30", "permitted")):
        facts: dict[str, Any] = {"told_at": f"2024-07-01T{told} Europe/Dublin"}
        assert policies.verdict(facts).value == verdict
        assert policies.decide(facts).verdict.value == verdict
        body = f'{{"facts": {{"told_at": "{facts["told_at"]}"}}}}'.encode()
        assert f'"verdict":"{verdict}"'.encode() in policies.decide_json(body)


def test_without_zone_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zones, "names", frozenset)
    monkeypatch.setattr(zones, "zone_called", lambda name: None)
    (tmp_path / "news.tos").write_text(NEWS)
    with pytest.raises(tosdsl.PolicyError) as raised:
        tosdsl.load(tmp_path / "news.tos")
    assert [each.code for each in raised.value.diagnostics] == ["TOS1081"]
    wrong = misnamed("Europe/Dublin")
    assert wrong is not None
    assert wrong.reason == "no data"


DUTIES = """vocabulary words

fact noticed_at: instant
fact paid: boolean
fact due_on: date
fact others: list of date


policy duties
    zone America/Los_Angeles
    default permit

use words

forbid old at "1"
    when day of use > due_on

forbid some_old at "1.1"
    when some each in others satisfies each + 1 day < day of use

require tell at "2"
    must paid
    within 1 day after noticed_at

require pay at "3"
    must paid
    by due_on

property "nothing is old before midnight in California"
    as of 2024-03-14T06:59Z
    where due_on is 2024-03-13
    expect old never in force
"""
FACTS: dict[str, Any] = {
    "noticed_at": "2024-03-13T03:00+01:00",
    "paid": False,
    "due_on": "2024-03-13",
    "others": [],
}


@pytest.mark.parametrize(
    ("as_of", "verdict", "pay"),
    [
        ("2024-03-14T06:59Z", "permitted", "pending"),
        ("2024-03-14T07:00Z", "forbidden", "breached"),
        ("2024-03-14T08:59+02:00", "permitted", "pending"),
        ("2024-03-13", "permitted", "pending"),
        ("2024-03-14", "forbidden", "breached"),
    ],
)
def test_a_day_ends_with_that_of_the_zone(tmp_path: Path, as_of: str, verdict: str, pay: str) -> None:
    (tmp_path / "duties.tos").write_text(DUTIES)
    policies = tosdsl.load(tmp_path / "duties.tos")
    said = read_instant(as_of) or date.fromisoformat(as_of)
    for _ in range(2):  # the second time, what is kept of the first may answer
        assert policies.verdict(FACTS, as_of=said).value == verdict
        decision = policies.decide(FACTS, as_of=said)
        assert decision.verdict.value == verdict
        due = {duty.clause: duty for duty in decision.duties}
        assert due["duties#pay"].state == pay
        assert str(due["duties#tell"].due) == "2024-03-13T19:00-07:00"
    body = json.dumps({"facts": FACTS, "as_of": as_of}).encode()
    assert f'"verdict":"{verdict}"'.encode() in policies.decide_json(body)
    few = {key: value for key, value in FACTS.items() if key != "others"}
    assert policies.verdict(few, as_of=said).value in (verdict, "undetermined")
    use, _ = policies.read_use(body.decode(), "use.json")
    assert policies.decide_use(use).verdict.value == verdict


def test_what_is_open_of_one_moment_is_not_told_of_another(tmp_path: Path) -> None:
    """Ways to fill facts in that led to a verdict are tried again, and know no moment."""
    (tmp_path / "duties.tos").write_text(DUTIES)
    policies = tosdsl.load(tmp_path / "duties.tos")
    open_ = {key: value for key, value in FACTS.items() if key != "others"}
    for text, verdict in (("07:00Z", "forbidden"), ("06:59Z", "undetermined"), ("07:00Z", "forbidden")):
        assert policies.verdict(open_, as_of=read_instant(f"2024-03-14T{text}")).value == verdict


def test_items_of_lists_are_told_by_the_day_of_the_zone(tmp_path: Path) -> None:
    (tmp_path / "duties.tos").write_text(DUTIES)
    policies = tosdsl.load(tmp_path / "duties.tos")
    facts = {**FACTS, "others": ["2024-03-12"]}
    told = policies.decide(facts, as_of=read_instant("2024-03-14T06:59Z")).explain()
    assert "day of use in America/Los_Angeles" in told
    assert "day of use is 2024-03-13" in told
    assert "some_old" in told


def test_a_property_about_a_moment(tmp_path: Path) -> None:
    (tmp_path / "duties.tos").write_text(DUTIES)
    results = [*run_tests(collect([str(tmp_path / "duties.tos")]).tests)]
    assert [each.outcome for each in results] == ["passed"]


def test_what_is_asked_about_a_moment(tmp_path: Path, run: Run) -> None:
    """What would make it permitted is looked for on the day of the zone."""
    (tmp_path / "duties.tos").write_text(DUTIES)
    facts = {**FACTS, "due_on": "2024-03-11"}
    (tmp_path / "use.json").write_text(json.dumps({"facts": facts, "as_of": "2024-03-14T06:59Z"}))
    told = run("ask", tmp_path / "duties.tos", "--facts", tmp_path / "use.json")
    assert "due_on: 2024-03-11 → 2024-03-13" in told.out


def test_an_edit_of_the_zone() -> None:
    work = Workspace()
    now = read_instant("2024-03-14T06:59Z")
    for zone, verdict in (("America/Los_Angeles", "permitted"), ("UTC", "forbidden")):
        text = DUTIES.replace("America/Los_Angeles", zone)
        policies = load_texts({"duties.tos": text}, ["duties.tos"], workspace=work)
        assert policies.verdict(FACTS, as_of=now).value == verdict


def test_no_moment_in_a_named_zone_is_kept_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which moment it is hangs on the zone data, which may be another tomorrow."""
    cache = tmp_path / "cache"
    cache.mkdir(mode=0o700)
    monkeypatch.setenv("TOSDSL_CACHE", str(cache))
    (tmp_path / "news.tos").write_text(NEWS)
    tosdsl.load(tmp_path / "news.tos").decide({})
    assert not any(cache.iterdir())
    (tmp_path / "duties.tos").write_text(DUTIES)
    tosdsl.load(tmp_path / "duties.tos").decide({})
    assert any(cache.iterdir())
