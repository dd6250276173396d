"""Versions that begin, end and are recorded at moments: all ways tell what the reference tells."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from hypothesis import given, note
from hypothesis import strategies as st

import tosdsl
from tests.differential.both import differences
from tosdsl.trees.bounds import is_empty
from tosdsl.trees.moments import Moment, moment_in

_WORDS = "vocabulary w\n\nfact paid: boolean\nfact told: boolean\nfact asked_on: date\n"
_DAYS = [date(2024, 1, day) for day in (1, 2, 3, 4)]
_ZONES = (UTC, timezone(timedelta(hours=9)), timezone(timedelta(hours=-8)))
_MOMENTS = [
    moment_in(datetime(2024, 1, day, hour, tzinfo=UTC), zone)
    for day in (2, 3)
    for hour in (0, 9, 18)
    for zone in _ZONES
]
_CLAUSES = (
    *("", "forbid sale\n    when paid\n", "forbid sale\n    when paid and not told\n"),
    *("permit sale\n    when told\n", "require tell\n    when paid\n    must told\n"),
    *("forbid late\n    when day of use > 2024-01-02\n",),
    "require tell\n    when paid\n    must told\n    within 2 days after asked_on\n",
)
_said = st.none() | st.sampled_from(_DAYS) | st.sampled_from(_MOMENTS)
_versions = st.lists(
    st.tuples(st.sampled_from("123"), _said, _said, _said, st.sampled_from(_CLAUSES)),
    min_size=1,
    max_size=4,
    unique_by=lambda text: (text[0], str(text[3])),
)
_facts = st.fixed_dictionaries(
    {},
    optional={"paid": st.booleans(), "told": st.booleans(), "asked_on": st.sampled_from(_DAYS)},
)


def _written(id_: str, several: list[tuple[Any, ...]], default: str) -> list[str]:
    made = []
    for name, first, last, recorded, clause in several:
        lines = [f"policy {id_}", f'    version "{name}"']
        if first is not None:
            until = f" until {last}" if last is not None and not is_empty(first, last) else ""
            lines.append(f"    effective from {first}{until}")
        if recorded is not None:
            lines.append(f"    recorded {recorded}")
        made.append("\n".join([*lines, f"    default {default}", "", "use w", "", clause]))
    return made


@st.composite
def _sets(draw: st.DrawFn) -> tosdsl.PolicySet:
    """A document with versions; perhaps a second, which incorporates it."""
    texts = _written("acme.one", draw(_versions), draw(st.sampled_from(("permit", "forbid"))))
    if draw(st.booleans()):
        outer = draw(st.lists(_versions.map(lambda found: found[0]), min_size=1, max_size=1))
        [text] = _written("acme.two", outer, "permit")
        texts.append(f"{text}\n\nincorporate acme.one\n")
    note("\n\n".join(texts))
    return tosdsl.loads(_WORDS, *texts)


@given(_sets(), st.lists(st.tuples(_facts, _said, _said), min_size=3, max_size=6))
def test_each_way_tells_what_the_reference_tells(
    policies: tosdsl.PolicySet, several: list[tuple[Any, ...]]
) -> None:
    for facts, as_of, known_at in several:
        days = {"as_of": as_of, "known_at": known_at}
        note(f"{facts} {as_of} {known_at}")
        assert differences(policies, facts, **days) == []
        said = {key: str(day) for key, day in days.items() if day is not None}
        body = json.dumps({"facts": facts, **said}, default=str).encode()
        try:
            decision = policies.decide(facts, **days)
        except tosdsl.FactError as error:
            assert [each.code for each in error.diagnostics] == ["TOS4140"]
            continue
        given_ = json.dumps({"facts": facts}, default=str).encode()
        for _ in range(2):
            for told in (policies.decide_json(body), policies.decide_json(given_, **days)):
                assert json.loads(told) == decision.to_json(explain=False)
        assert tosdsl.Decision.from_json(decision.to_json()) == decision


@given(_sets(), _facts, st.sampled_from(_DAYS), st.sampled_from(_MOMENTS), _said)
def test_a_moment_of_the_day_turns_no_answer_around(
    policies: tosdsl.PolicySet, facts: Any, day: date, moment: Moment, known_at: date | None
) -> None:
    bounds = [
        each
        for policy in policies.choices.policies()
        for each in (policy.effective_from, policy.effective_until)
        if isinstance(each, Moment)
    ]
    try:
        before = policies.decide(facts, as_of=day, known_at=known_at)
    except tosdsl.FactError:
        return
    zones = {each.utcoffset() for each in bounds} or {moment.utcoffset()}
    for offset in zones if len(zones) == 1 else ():
        local = datetime.combine(day, moment.time(), timezone(offset or timedelta(0)))
        after = policies.decide(facts, as_of=local, known_at=known_at)
        assert set(after.possible) <= set(before.possible)
        assert before.compliant in {None, after.compliant}
        if "moment of use" not in {need.fact for need in before.needs}:
            assert after.verdict is before.verdict
