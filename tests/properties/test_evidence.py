"""The laws of evidence, enforcement and readings, over generated libraries and uses."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import tosdsl
from tests.generators.facts import plain_value, values
from tests.properties.laws import Case, cases

Said = dict[str, Any]


@st.composite
def assertions_of(draw: st.DrawFn, case: Case, most: int = 4) -> list[Said]:
    """Assertions about some leaves: often about one that is known, often two about one."""
    if not case.world.leaves:
        return []
    paths = draw(st.lists(st.sampled_from(sorted(case.world.leaves)), min_size=1, max_size=2))
    return [
        {
            "fact": path,
            "value": plain_value(draw(values(case.world.leaves[path]))),
            "status": draw(st.sampled_from(("alleged", "confirmed"))),
            "source": draw(st.sampled_from(("a letter", "a report"))),
        }
        for path in draw(st.lists(st.sampled_from(paths), max_size=most))
    ]


@given(st.data(), cases())
def test_confirmed_ignores_allegations_and_adding_one_changes_no_verdict(
    data: st.DataObject, case: Case
) -> None:
    policies, said = case.world.policies, data.draw(assertions_of(case))
    more = data.draw(assertions_of(case))
    alleged = [{**each, "status": "alleged"} for each in more]
    confirmed = [each for each in said if each["status"] == "confirmed"]
    before = policies.decide(case.facts, assertions=said)
    assert policies.decide(case.facts, assertions=[*alleged, *said]).possible == before.possible
    assert policies.decide(case.facts, assertions=confirmed).possible == before.possible
    assert policies.decide(case.facts, assertions=said).verdict is before.verdict


@given(st.data(), cases())
def test_without_assertions_the_standard_changes_nothing(data: st.DataObject, case: Case) -> None:
    policies = case.world.policies
    decided = {policies.decide(case.facts, standard=each).possible for each in ("alleged", "confirmed")}
    assert decided == {policies.decide(case.facts).possible}


@given(st.data(), cases())
def test_what_is_settled_by_what_is_confirmed_is_settled_so_under_every_standard(
    data: st.DataObject, case: Case
) -> None:
    policies, said = case.world.policies, data.draw(assertions_of(case))
    confirmed = policies.decide(case.facts, assertions=said)
    alleged = policies.decide(case.facts, assertions=said, standard="alleged")
    assert set(alleged.possible) <= set(confirmed.possible)
    assert alleged.enforcement == confirmed.enforcement


@given(st.data(), cases())
def test_what_is_contested_is_unknown_and_listed(data: st.DataObject, case: Case) -> None:
    policies, said = case.world.policies, data.draw(assertions_of(case))
    standard = data.draw(st.sampled_from(("alleged", "confirmed")))
    decision = policies.decide(case.facts, assertions=said, standard=standard)
    contested = {each.fact for each in decision.contested}
    rest = [each for each in said if each["fact"] not in contested]
    known = {path: value for path, value in case.facts.items() if path not in contested}
    without = policies.decide(known, assertions=rest, standard=standard)
    assert decision.possible == without.possible
    assert [need.fact for need in decision.needs] == [need.fact for need in without.needs]
    assert without.contested == ()
    for each in decision.contested:
        several = {item.value for item in each.assertions} | ({each.given} if each.given else set())
        assert len(several) > 1


@given(st.data(), cases())
def test_the_order_of_assertions_means_nothing(data: st.DataObject, case: Case) -> None:
    policies, said = case.world.policies, data.draw(assertions_of(case))
    mixed = data.draw(st.permutations(said))
    for standard in ("alleged", "confirmed"):
        one = policies.decide(case.facts, assertions=said, standard=standard)
        other = policies.decide(case.facts, assertions=mixed, standard=standard)
        assert one.possible == other.possible
        assert {each.fact for each in one.contested} == {each.fact for each in other.contested}


@given(st.data(), cases())
def test_a_use_that_was_read_is_judged_as_what_it_was_read_from(
    data: st.DataObject, case: Case
) -> None:
    policies, said = case.world.policies, data.draw(assertions_of(case))
    made = policies.decide(case.facts, assertions=said, standard="alleged")
    assert made == policies.decide(case.facts, assertions=said, standard="alleged")
    assert made.explain()
    assert made.to_json()["standard"] == "alleged"


# --- enforcement ------------------------------------------------------------------------------------


@given(st.data(), cases())
def test_of_one_thing_there_is_one_finding_at_most(data: st.DataObject, case: Case) -> None:
    said = data.draw(assertions_of(case))
    decision = case.world.policies.decide(case.facts, assertions=said)
    found: dict[tuple[Any, ...], str] = {}
    for each in decision.enforcement:
        assert found.setdefault((each.path, each.clause), each.finding) == each.finding
        if each.finding != "confirmed breach":
            assert any(one["status"] == "alleged" for one in said)
        if each.clause is None and len(case.world.linked.documents) == 1:
            wanted = {
                "confirmed breach": {tosdsl.Verdict.FORBIDDEN},
                "alleged breach": {tosdsl.Verdict.UNDETERMINED},
                "cleared": {tosdsl.Verdict.PERMITTED, tosdsl.Verdict.NOT_APPLICABLE},
            }
            assert decision.verdict in wanted[each.finding]


# --- readings ---------------------------------------------------------------------------------------


@given(st.data(), cases())
def test_readings_that_agree_give_their_verdict_and_others_none(
    data: st.DataObject, case: Case
) -> None:
    policies = case.world.policies
    judged = {leaf.path: leaf.type for leaf in policies.vocabulary.leaves() if leaf.judged}
    known = {path: value for path, value in case.facts.items() if path not in judged}
    readings = {
        name: {
            path: plain_value(data.draw(values(kind)))
            for path, kind in judged.items()
            if data.draw(st.booleans())
        }
        for name in data.draw(st.sampled_from((("one",), ("one", "two"), ("one", "two", "three"))))
    }
    each = {name: policies.decide({**known, **facts}) for name, facts in readings.items()}
    whole = policies.decide(known, readings=readings)
    assert {one.name: one.verdict for one in whole.readings} == {
        name: one.verdict for name, one in each.items()
    }
    assert set(whole.possible) == {verdict for one in each.values() for verdict in one.possible}
    verdicts = {one.verdict for one in each.values()}
    assert whole.agree is (len(verdicts) == 1)
    assert whole.verdict is (verdicts.pop() if whole.agree else tosdsl.Verdict.UNDETERMINED)
    assert whole.verdict is policies.decide(known, readings=readings).verdict
    if whole.agree is False:
        assert len(whole.possible) > 1
        assert whole.needs
    assert whole.explain()
