"""The choice of a version at moments: what a day leaves open is what moments of that day come to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product
from unittest import mock

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import tosdsl
from tosdsl.trees import bounds, versions
from tosdsl.trees.moments import Moment
from tosdsl.trees.norms import Policy
from tosdsl.trees.versions import alternatives, governs

[_PLAIN] = tosdsl.loads("policy p\n    default permit\n").choices.asked[0]
_START = date(2023, 1, 1)
_HOURS = (6, 12, 18)
_BESIDE = (0, 3, 6, 9, 12, 15, 18, 21)
"""Hours of which one lies on each side of all of those."""


def _at(number: int, hour: int) -> Moment:
    made = Moment.of(
        datetime.combine(_START, datetime.min.time(), UTC) + timedelta(number, hour * 3600)
    )
    assert made is not None
    return made


_days = st.integers(1, 4).map(lambda number: _START + timedelta(number))
_moments = st.builds(_at, st.integers(1, 4), st.sampled_from(_HOURS))
_said = st.none() | _days | _moments


@st.composite
def _histories(draw: st.DrawFn, said: st.SearchStrategy[date | None] = _said) -> tuple[Policy, ...]:
    drawn = draw(
        st.lists(
            st.tuples(st.sampled_from("123"), said, said, said),
            min_size=1,
            max_size=4,
            unique_by=lambda text: (text[0], str(text[3])),
        )
    )
    return tuple(
        evolve(_PLAIN, version=name, effective_from=first, effective_until=last, recorded=on)
        for name, first, last, on in drawn
    )


def _moments_of(said: date | None) -> list[Moment | None]:
    """What an event may have been, where this is said of it."""
    if said is None or isinstance(said, Moment):
        return [said]
    number = (said - _START).days
    return [_at(number, hour) for hour in _BESIDE]


Found = set[tuple[int, bool]]


def _found(several: tuple[Policy, ...], as_of: date | None, known_at: date | None) -> Found:
    each = alternatives(several, as_of, known_at)
    return {(at, governs(one, as_of, known_at)) for at, one in enumerate(several) if one in each}


@given(_histories(), _said, _said)
def test_a_day_of_the_use_leaves_open_what_its_moments_come_to(
    several: tuple[Policy, ...], as_of: date | None, known_at: date | None
) -> None:
    whole = _found(several, as_of, known_at)
    moments = [_found(several, each, known_at) for each in _moments_of(as_of)]
    assert {at for at, _ in whole} == {at for each in moments for at, _ in each}
    assert {at for at, holds in whole if holds} == {at for each in moments for at, yes in each if yes}


@given(_histories(), _moments, _moments)
def test_a_day_of_recording_leaves_open_what_its_moments_come_to(
    several: tuple[Policy, ...], as_of: Moment, known_at: Moment
) -> None:
    whole = _found(several, as_of, known_at)
    met: set[int] = set()
    for recorded in product(*(_moments_of(each.recorded) for each in several)):
        made = tuple(evolve(one, recorded=on) for one, on in zip(several, recorded, strict=True))
        found = _found(made, as_of, known_at)
        assert {at for at, _ in found} <= {at for at, _ in whole}
        met |= {at for at, holds in found if holds}
    assert {at for at, holds in whole if holds} == met


@given(_histories(st.none() | _days), st.none() | _days, st.none() | _days)
def test_the_rule_for_days_is_that_for_moments(
    several: tuple[Policy, ...], as_of: date | None, known_at: date | None
) -> None:
    plain = alternatives(several, as_of, known_at)
    with mock.patch.object(versions, "_by_days", None), mock.patch.object(bounds, "is_moment", _always):
        assert set(map(id, alternatives(several, as_of, known_at))) == set(map(id, plain))


def _always(day: date | None) -> bool:
    return True
