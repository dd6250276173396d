"""The benchmarks compare what they say, refuse what differs, and count right."""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

import tosdsl
from benchmarks import alone, corpus, crowd, generated, growth, hand, peers, start, story, timing
from benchmarks.reference import reference, reference_decision
from tests.conftest import either

EVERY = list(story.combinations(unknown=True))
SETTLED = list(story.combinations(unknown=False))
ONCE = argparse.Namespace(rounds=1, seed=1)


@pytest.fixture(scope="module")
def policies() -> tosdsl.PolicySet:
    return tosdsl.load(peers.POLICY)


# --- the story ------------------------------------------------------------------------------------


def test_the_combinations_are_all_different_and_all_there() -> None:
    assert len({json.dumps(facts) for facts in EVERY}) == 3**5 * 6 * 7 == 10_206
    assert len(SETTLED) == 2**5 * 5 * 6 == 960


def test_by_hand_the_clause_means_what_the_reference_means(policies: tosdsl.PolicySet) -> None:
    ask, asked = reference(policies), EVERY[:: either(5, 1)]  # as in tests/differential/test_story.py
    assert [hand.verdict_with_gaps(facts) for facts in asked] == [ask(facts).value for facts in asked]


def test_both_forms_by_hand_are_one() -> None:
    words = [hand.verdict_with_gaps(facts) for facts in EVERY]
    assert [hand.verdict(facts) for facts in EVERY] == words
    assert set(words) == {"permitted", "forbidden", "undetermined"}
    assert "undetermined" not in map(hand.verdict, SETTLED)


def test_the_reference_asked_directly_is_the_answer_of_the_program(policies: tosdsl.PolicySet) -> None:
    ask = reference_decision(policies)
    for facts in (SETTLED[0], EVERY[-1], EVERY[77]):
        assert ask(facts) == policies.decide(facts)


def test_requests_are_the_same_each_time_and_leave_out_what_they_should() -> None:
    assert story.requests(50, 3, 0.5) == story.requests(50, 3, 0.5) != story.requests(50, 4, 0.5)
    assert all(len(facts) == 3 and len(facts["model"]) == 5 for facts in story.requests(50, 1))
    assert story.requests(5, 1, 1.0) == [{}] * 5
    share = Counter(hand.verdict(facts) for facts in story.requests(1_000, 1))["forbidden"]
    assert 300 < share < 700


def liar() -> peers.Engine:
    return peers.Engine("a liar", lambda facts: "permitted", lambda word: word)


def nobody() -> peers.Engine:
    raise ImportError("No module named 'nobody'", name="nobody")


def test_an_engine_that_differs_is_not_timed() -> None:
    with pytest.raises(
        story.Disagreement, match="a liar says permitted, hand-written Python forbidden"
    ):
        story.part("Lies", (peers.by_hand, liar), SETTLED, [], ONCE)


def test_an_engine_that_is_not_installed_is_left_out_and_said_to_be() -> None:
    lines = "\n".join(story.part("Two", (peers.by_hand, nobody), SETTLED, EVERY[::7], ONCE))
    assert "Left out: `nobody`, as nobody is not installed." in lines
    assert "on 1,458 combinations of facts and on the 960 requests" in lines
    assert "| Python, by hand |" in lines


@pytest.mark.parametrize(
    ("module", "prepare"),
    [
        ("zen", peers.zen),
        ("cel", peers.cel_rust),
        ("cel_expr_python", peers.cel_cpp),
        ("cedarpy", peers.cedar),
        ("opa_bindings", peers.opa),
    ],
)
def test_engines_that_are_installed_agree_and_others_are_an_import_error(
    module: str, prepare: Callable[[], peers.Engine]
) -> None:
    if importlib.util.find_spec(module) is None:
        with pytest.raises(ImportError):
            prepare()
    else:
        words = [hand.verdict(facts) for facts in SETTLED]
        assert story.wrong(prepare(), SETTLED, words) is None


def test_of_requests_never_asked_each_has_a_decision_of_its_own(policies: tosdsl.PolicySet) -> None:
    rounds = story.one_of_each_decision(story.requests(400, 2), 2)
    assert len(rounds) == 2
    assert not any(facts in rounds[1] for facts in rounds[0])
    for asked in rounds:
        decisions = [policies.decide(facts) for facts in asked]
        assert len(asked) > 5
        assert all(one != other for one, other in itertools.combinations(decisions, 2))


def test_what_is_never_asked_is_asked_once_of_an_engine_made_for_it() -> None:
    made: list[list[str]] = []

    def one() -> peers.Engine:
        asked: list[str] = []
        made.append(asked)
        return peers.Engine("one", asked.append, lambda word: word)

    taken = story.never_asked((one, nobody), [["a", "b", "c"], ["d", "e"]])
    assert [len(each) for each in taken.values()] == [2]
    first, second = made
    assert (set(first[:-2]), first[-2:]) == ({"a"}, ["b", "c"])
    assert (set(second[:-1]), second[-1:]) == ({"d"}, ["e"])


# --- many clauses ---------------------------------------------------------------------------------


@pytest.mark.parametrize("unknown", [0.0, 0.3])
@pytest.mark.parametrize("shapes", [1, 60])
def test_many_clauses_by_hand_mean_what_their_text_means(shapes: int, unknown: float) -> None:
    text = generated.policy(60, shapes)
    ask = reference(tosdsl.loads(text))
    by_hand = crowd.load_hand(crowd.hand_written(generated.drawn(60, shapes)))
    uses = generated.uses(60, shapes, 150, unknown=unknown)
    words = [ask(facts).value for facts in uses]
    for mine, word in zip(map(by_hand, uses), words, strict=True):
        assert mine in {word, "undetermined"}  # by hand, nobody looks at all ways to go on
        assert unknown or mine == word
    assert len(set(words)) == (3 if unknown else 2)


def test_a_load_is_measured_up_to_an_answer(tmp_path: Path) -> None:
    file = tmp_path / "terms.py"
    file.write_text(crowd.hand_written(generated.drawn(30, 3)), encoding="utf-8")
    question = generated.uses(30, 3, 1, unknown=0.0)[0]
    made = alone.measure_load("hand", file, question)
    assert made["answer"] == crowd.load_hand(file.read_text(encoding="utf-8"))(question)
    assert made["seconds"] > 0


def test_decisions_are_compared_and_timed() -> None:
    made = alone.measure_decisions(20, 3, ("hand", "tosdsl", "reference"), 30, 1, 0.2)
    assert made["checked"] == {"hand": 30, "tosdsl": 30, "reference": 30}
    assert sum(made["shares"].values()) == 30
    assert [set(taken) for taken in made["rounds"]] == [{"hand", "tosdsl", "reference"}]
    assert [set(taken) for taken in made["first"]] == [{"hand", "tosdsl", "reference"}]


def test_an_engine_that_differs_on_many_clauses_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = alone.ENGINES["hand"]
    liar = alone.Engine(
        "a liar",
        ".py",
        "marshal",
        engine.write,
        lambda file: lambda facts: "",
        lambda word: "permitted",
    )
    monkeypatch.setattr(alone, "ENGINES", {"hand": engine, "liar": liar})
    with pytest.raises(SystemExit, match="a liar says permitted, by hand it is forbidden"):
        alone.measure_decisions(20, 3, ("hand", "liar"), 30, 1, 0.0)


def test_what_is_not_there_is_a_dash() -> None:
    grid = growth.Grid((10, 1_000))
    grid.put("fast", 10, "1")
    grid.put("fast", 1_000, "2")
    grid.put("slow", 10, "3")
    assert list(grid.lines()) == [
        "| engine | 10 | 1,000 |",
        "|---|---:|---:|",
        "| fast | 1 | 2 |",
        "| slow | 3 | – |",
        "",
    ]


# --- the shipped policies -------------------------------------------------------------------------


def test_the_facts_of_a_scenario_are_asked_as_they_stand(policies: tosdsl.PolicySet) -> None:
    use = next(
        use
        for _, scenario, use in policies.scenarios()
        if scenario.title == "a rival of another provider only"
    )
    assert corpus.facts_of(use) == {
        "activities": ["train"],
        "output_of": ["openai"],
        "model": {"purpose": "generate", "competes_with": ["anthropic", "microsoft"]},
    }


def test_answers_are_compared_with_the_reference(policies: tosdsl.PolicySet) -> None:
    calls = corpus.engines(policies)
    assert corpus.compare(calls, EVERY[:20], 60) == (20, 20)
    wrong: Mapping[str, Any] = {**calls, corpus.VERDICT: lambda facts: tosdsl.Verdict.NOT_APPLICABLE}
    with pytest.raises(story.Disagreement, match="The reference means"):
        corpus.compare(wrong, EVERY[:20], 60)


# --- time -----------------------------------------------------------------------------------------


def test_questions_are_asked_in_turn_from_where_the_round_begins() -> None:
    asked: list[str] = []
    timing.seconds_a_call(asked.append, ["a", "b", "c"], 0.0, first=4)
    assert asked == ["b"]
    asked.clear()
    timing.seconds_a_call(asked.append, ["a", "b", "c"], 0.002, first=4)
    assert asked[:7] == ["b", "c", "a", "b", "c", "a", "b"]


def test_at_first_each_question_is_asked_once_unless_time_is_over() -> None:
    asked: list[int] = []
    timing.seconds_at_first(asked.append, range(50), 10.0)
    assert asked == list(range(50))
    timing.seconds_at_first(asked.append, range(50), 0.0)
    assert asked[50:] == list(range(16))


def test_each_engine_has_a_slice_in_each_round() -> None:
    calls: dict[str, timing.Call] = {"one": str, "two": repr}
    rounds = timing.interleaved(calls, [1, 2], 3, budget=0.001)
    assert [set(taken) for taken in rounds] == [{"one", "two"}] * 3
    assert all(0 < seconds < 0.001 for taken in rounds for seconds in taken.values())


def test_a_table_has_the_fastest_first_and_ratios_within_rounds() -> None:
    rounds = [{"base": 1e-6, "slow": 4e-6}, {"base": 2e-6, "slow": 4e-6}, {"base": 1e-6, "slow": 3e-6}]
    assert timing.table(rounds, "base")[2:] == [
        "| base | 1 | 1 | 1 to 1 |",
        "| slow | 4 | 3 | 2 to 4 |",
        "",
    ]


def test_a_table_has_what_is_never_asked_beside_what_is_asked_again() -> None:
    rounds = [{"base": 1e-6, "slow": 4e-6}]
    lines = timing.table(rounds, "base", cold={"base": [2e-6], "slow": [9e-6, 8e-6, 5e-6]})
    assert lines[2:] == ["| base | 1 | 1 | 1 to 1 | 2 | 2 |", "| slow | 4 | 4 | 4 to 4 | 8 | 8 |", ""]
    assert {line.count("|") for line in lines[:-1]} == {7}


@pytest.mark.parametrize(("number", "text"), [(0.01234, "0.0123"), (99.95, "100"), (12345.6, "12,346")])
def test_numbers_have_three_digits(number: float, text: str) -> None:
    assert timing.short(number) == text


def test_a_command_that_fails_is_no_measurement() -> None:
    wall, processor = start.run(start.Command([sys.executable, "-c", "pass"]), {})
    assert wall > 0
    assert processor > 0
    with pytest.raises(RuntimeError, match="status 1"):
        start.run(start.Command([sys.executable, "-c", "import nothing_like_it"]), {})
