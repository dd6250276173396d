"""Instants: one moment in two zones is one moment, and two values."""

import json
from datetime import UTC, datetime, timedelta, timezone
from itertools import permutations
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import tosdsl
from tests.unit.conftest import Run
from tosdsl.trees.moments import Moment, compared
from tosdsl.trees.quantities import read_instant

TEXT = """\
vocabulary desk

fact noticed: instant judged
fact told: instant
fact done: boolean


policy p
    default permit

use desk

forbid late at "1"
    when told > noticed + 1 month

forbid same at "2"
    when told is noticed

require tell at "3"
    must done
    within 1 month after noticed
"""
PARIS = timezone(timedelta(hours=1))
IN_PARIS = "2024-03-01T00:30+01:00"
IN_UTC = "2024-02-29T23:30Z"
TOLD = "2024-03-31T10:00Z"


def instant(text: str) -> Moment:
    made = read_instant(text)
    assert made is not None
    return made


def test_one_moment_in_two_zones_is_two_values() -> None:
    one, other = instant(IN_PARIS), instant(IN_UTC)
    assert one != other
    assert not one == other  # noqa: SIM201 - both operators have to agree
    assert len({one, other}) == 2
    assert compared(one) == compared(other)
    assert one <= other <= one
    assert one == datetime(2024, 2, 29, 23, 30, tzinfo=UTC) == other


@pytest.mark.parametrize(
    "text",
    [IN_PARIS, IN_UTC, "2024-02-29T20:00:07-08:00", "2024-01-01T00:00+05:30", "0001-01-01T00:00Z"],
)
def test_it_is_written_as_it_was_read(text: str) -> None:
    assert str(instant(text)) == text


def test_another_clock_in_the_same_place_is_the_same_value() -> None:
    assert instant("2024-03-01T00:30+00:00") == instant("2024-03-01T00:30Z")


@pytest.mark.parametrize("text", ["0001-01-01T00:00+01:00", "9999-12-31T23:30-01:00"])
def test_a_moment_that_utc_does_not_have_is_none(text: str) -> None:
    assert read_instant(text) is None


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("raw", [True, False])
def test_what_is_kept_for_one_zone_is_not_taken_for_another(order: tuple[int, ...], raw: bool) -> None:
    """In whichever order one policy is asked about one moment, as a text or as a ``datetime``."""
    policies = tosdsl.loads(TEXT)
    moment = datetime(2024, 2, 29, 23, 30, tzinfo=UTC)
    given = [moment, moment.astimezone(PARIS), moment.astimezone(timezone(timedelta(hours=-8)))]
    told = datetime(2024, 3, 31, 10, tzinfo=UTC)
    wanted = [
        ("forbidden", "2024-03-29T23:30Z", "breached"),
        ("permitted", "2024-04-01T00:30+01:00", "pending"),
        ("forbidden", "2024-03-29T15:30-08:00", "breached"),
    ]
    for _ in range(2):
        for at in order:
            facts = {"noticed": given[at], "told": told, "done": False}
            written = {"noticed": str(Moment.of(given[at])), "told": TOLD, "done": False}
            decision = policies.decide(facts if raw else written, as_of="2024-03-30")
            verdict, due, state = wanted[at]
            assert (
                decision.verdict.value == policies.verdict(facts if raw else written).value == verdict
            )
            body = json.dumps({"facts": written, "as_of": "2024-03-30"}).encode()
            duty, said = decision.to_json()["duties"][0], json.loads(policies.decide_json(body))
            assert said["verdict"] == verdict
            assert (duty["due"], duty["state"]) == (due, state)
            assert said["duties"][0] == duty


def test_a_zone_by_name_is_its_distance_from_utc_at_that_moment() -> None:
    policies = tosdsl.loads(TEXT)
    berlin = datetime(2024, 3, 1, 0, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    facts = {"noticed": berlin, "told": datetime(2024, 3, 31, 10, tzinfo=UTC), "done": False}
    assert policies.verdict(facts).value == "permitted"


def test_a_zone_that_cannot_be_written_is_refused() -> None:
    """Zones had seconds before there was a standard time."""
    old = datetime(2024, 3, 1, tzinfo=timezone(timedelta(minutes=9, seconds=21)))
    with pytest.raises(tosdsl.FactError, match="TOS4003"):
        tosdsl.loads(TEXT).decide({"noticed": old})


REFUTED = (
    TEXT
    + """

property "a month after this moment"
    where noticed is 2024-02-29T23:30Z and told is 2024-03-30T00:00Z
    expect late always in force

property "hours are the same everywhere"
    where noticed is 2024-02-29T23:30Z and told is 2024-02-29T23:30Z
    expect same always in force
"""
)


def test_what_depends_on_the_zone_is_not_proved_for_all_zones(run: Run, tmp_path: Path) -> None:
    """A month of UTC ends in March, and one of the same moment further east in April."""
    file = tmp_path / "p.tos"
    file.write_text(REFUTED, encoding="utf-8")
    status, out, _ = run("test", str(file))
    assert status == 3
    assert "✗ a month after this moment" in out
    assert "noticed: 2024-03-01T13:30+14:00" in out
    assert "✓ hours are the same everywhere" in out


def test_a_moment_is_laid_out_in_the_zone_that_it_is_written_in(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "p.tos"
    scenario = (
        f'\nscenario "in Paris"\n    given\n        noticed: {IN_PARIS}\n    expect same undetermined\n'
    )
    file.write_text(TEXT + scenario, encoding="utf-8")
    assert run("fmt", "--check", str(file))[0] == 0
    assert run("test", str(file))[0] == 0


ONE_OR_THE_OTHER = """\
vocabulary desk

fact moments: list of instant
fact noticed: instant


policy p
    default permit

use desk

forbid in_utc at "1"
    when moments includes 2024-01-01T09:00Z

forbid in_berlin at "2"
    when moments includes 2024-01-01T10:00+01:00

forbid in_india at "3"
    when moments overlaps {2024-01-01T14:30+05:30, 2023-01-01T00:00Z}

forbid never at "4"
    when noticed is 2024-01-01T10:00+01:00 and noticed is not 2024-01-01T09:00Z

property "one moment is one constant"
    where moments includes 2024-01-01T09:00Z and noticed is 2024-01-01T09:00Z
    expect in_berlin always in force
    expect in_india always in force
    expect never always not in force
"""


def test_constants_of_one_moment_are_one(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "p.tos"
    file.write_text(ONE_OR_THE_OTHER, encoding="utf-8")
    status, out, err = run("test", str(file))
    assert (status, err) == (0, "")
    assert "✓ one moment is one constant  proved for every use" in out
