"""Named zones: what clocks show in one, and what is said of what none shows."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tosdsl
from tosdsl.trees import zones
from tosdsl.trees.moments import Moment
from tosdsl.trees.quantities import instant_or_why, read_instant
from tosdsl.trees.zones import at_clock, clock_of, in_zone, misnamed, moments_at, zone_called

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
