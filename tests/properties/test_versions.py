"""The choice of a version, against its rule stated by trying; and what a choice is enough for."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

import tosdsl
from tosdsl.trees.norms import Policy
from tosdsl.trees.versions import alternatives, choose, chosen, periods

START = date(2023, 1, 1)
Texts = list[tuple[str, int | None, int | None, int | None]]
"""Of each text: its printed version, and as days after the start its first, its last, its recording."""

_days = st.none() | st.integers(1, 9)


def _day(number: int | None) -> date | None:
    return None if number is None else START + timedelta(number)


@st.composite
def _texts(draw: st.DrawFn) -> Texts:
    """Texts of one document; of one version, each recorded on another day."""
    drawn = draw(
        st.lists(
            st.tuples(st.sampled_from("123"), _days, _days, _days),
            min_size=1,
            max_size=6,
            unique_by=lambda text: (text[0], text[3]),
        )
    )
    made: Texts = []
    for version, start, end, recorded in drawn:
        within = None if start is None or end is None else max(start, end)
        made.append((version, start, within, recorded))
    return made


def _written(texts: Texts) -> tuple[str, ...]:
    made = []
    for version, start, end, recorded in texts:
        until = f" until {_day(end)}" if end else ""
        effective = f"    effective from {_day(start)}{until}\n" if start else ""
        record = f"    recorded {_day(recorded)}\n" if recorded else ""
        made.append(f'policy p\n    version "{version}"\n{effective}{record}    default permit\n')
    return tuple(made)


def _versions(texts: Texts) -> tuple[Policy, ...]:
    return tosdsl.loads(*_written(texts)).choices.asked[0]


def _read(policy: Policy, known_at: date | None) -> bool:
    return policy.recorded is None or known_at is None or policy.recorded <= known_at


def _governing(versions: tuple[Policy, ...], as_of: date | None, known_at: date | None) -> list[Policy]:
    """Every version of which the rule, said one by one, leaves no better."""
    found = []
    for one in versions:
        others = [each for each in versions if each is not one and _read(each, known_at)]
        replaced = any(
            each.version == one.version and (each.recorded or date.min) > (one.recorded or date.min)
            for each in others
        )
        if _read(one, known_at) and not replaced and _lasts(one, as_of):
            found.append(one)
    return [
        one
        for one in found
        if all((each.effective_from or date.min) <= (one.effective_from or date.min) for each in found)
    ]


def _lasts(policy: Policy, as_of: date | None) -> bool:
    if as_of is None:
        return True
    if policy.effective_from is not None and as_of < policy.effective_from:
        return False
    return policy.effective_until is None or as_of <= policy.effective_until


@given(_texts(), st.none() | st.integers(0, 10), st.none() | st.integers(0, 10))
def test_the_version_chosen_is_that_which_the_rule_leaves(
    texts: Texts, as_of: int | None, known_at: int | None
) -> None:
    versions = _versions(texts)
    days = _day(as_of), _day(known_at)
    made = choose(versions, *days)
    governing = _governing(versions, *days)
    if governing:
        assert any(made is each for each in governing)
    else:
        assert made in versions
    policies = tosdsl.loads(*_written(texts))
    decision = policies.decide({}, as_of=days[0], known_at=days[1])
    among = alternatives(versions, *days)
    assert made is among[0]
    assert all(any(each is other for other in governing) for each in among) or not governing
    assert len({each.effective_from for each in among}) == 1
    assert len({each.recorded for each in among if each.recorded}) <= 1
    if governing:  # one that does not say when it was recorded gives way to none that began with it
        first = max(each.effective_from or date.min for each in governing)
        silent = [each for each in governing if (each.effective_from or date.min) == first]
        assert all(any(each is one for one in among) for each in silent if each.recorded is None)
    if len(among) == 1:
        assert bool(decision.governs) is bool(governing)
        assert decision.governs == () or decision.governs[0].version == made.version
    else:
        assert decision.governs == ()
        assert {each.version for each in among} == {each.version for each in decision.policies}


@given(_texts(), st.integers(-2, 12), st.integers(-2, 12))
def test_the_days_that_are_tried_meet_every_choice(texts: Texts, as_of: int, known_at: int) -> None:
    histories = [_versions(texts)]
    uses, knowledge = periods(histories)
    tried = {chosen(histories, use, known) for use in uses for known in knowledge}
    assert chosen(histories, _day(as_of), _day(known_at)) in tried
    assert chosen(histories, _day(as_of), None) in tried
    assert chosen(histories, None, _day(known_at)) in tried
