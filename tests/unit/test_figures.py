"""The figures: uses that were never asked, each line in a tiny mode, the report. No time is judged."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

import tosdsl
from benchmarks import bodies, chain, figures, lines, unasked
from benchmarks.lines import common
from benchmarks.lines.clauses import Chain
from benchmarks.lines.documents import Bodies
from benchmarks.story import nested
from tosdsl.trees import vocabulary as v

POLICY = "openai.business_terms"


@pytest.fixture(scope="module")
def pools() -> dict[str, Any]:
    """Uses of two policies; other policies are not asked."""
    made: dict[str, Any] = {unasked.STORY: unasked.story_rounds(1, 1)}
    for policy in (POLICY, "elastic.license"):
        policies = tosdsl.load(policy)
        made[unasked.named(policies)] = unasked.said_of(policies, 12, Random(1))
    return made


@pytest.fixture(scope="module")
def pool(pools: dict[str, Any]) -> dict[str, Any]:
    return next(pool for name, pool in pools.items() if name.startswith(POLICY))


# --- uses -----------------------------------------------------------------------------------------


def test_no_two_uses_of_a_policy_have_the_same_decision(pool: dict[str, Any]) -> None:
    policies = tosdsl.load(POLICY)
    decisions = [policies.decide(nested(facts)) for facts in pool["uses"]]
    assert len(decisions) == 12
    assert all(one != other for one, other in itertools.combinations(decisions, 2))


def test_uses_are_json_and_the_same_each_time(pool: dict[str, Any]) -> None:
    assert json.loads(json.dumps(pool)) == pool
    assert unasked.pool(tosdsl.load(POLICY), 12, Random(1)) == pool["uses"]
    assert unasked.pool(tosdsl.load(POLICY), 12, Random(2)) != pool["uses"]


def test_a_use_of_a_scenario_means_the_same_as_json() -> None:
    policies = tosdsl.load("anthropic.commercial_terms")
    leaves = {leaf.path: leaf for leaf in policies.vocabulary.leaves()}
    for _, _, use in policies.scenarios():
        document = json.dumps({"facts": nested(unasked.facts_of(use, leaves))})
        assert policies.read_use(document)[0].facts == use.facts


def test_variants_differ_and_fit() -> None:
    policies = tosdsl.load("elastic.license")
    leaves = {leaf.path: leaf for leaf in policies.vocabulary.leaves()}
    given = [unasked.facts_of(use, leaves) for _, _, use in policies.scenarios()]
    several = list(itertools.islice(unasked.variants(given, leaves, [], Random(1)), 100))
    assert sum(facts not in given for facts in several) > 50
    for facts in several:
        policies.decide(nested(facts))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (v.Boolean(), True),
        (v.Integer(), 40),
        (v.Date(), "2024-03-01"),
        (v.Text(), "words"),
        (v.Party(), "nobody"),
        (v.Enum("Colour", ("red", "green")), "blue"),
        (v.ListOf(v.Boolean()), [True]),
        (v.Record("Pair", (v.Field("one", v.Integer()),)), {"one": 40}),
    ],
    ids=str,
)
def test_a_value_nearby_is_another(kind: v.Type, value: Any) -> None:
    assert unasked.near(value, kind, (), Random(1)) != value


def test_what_nothing_reads_changes_nothing(pool: dict[str, Any]) -> None:
    policies = tosdsl.load(POLICY)
    assert pool["unread"]
    for facts in pool["uses"]:
        plain = bodies.plain(facts, pool, 0)
        more = bodies.with_unread(facts, pool, 0)
        assert plain is not None
        assert more is not None
        assert more[0] != plain[0]
        assert policies.decide(more[0]) == policies.decide(plain[0])


# --- forms ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", bodies.FORMS)
def test_a_form_says_the_same_to_both(form: str, pool: dict[str, Any]) -> None:
    policies = tosdsl.load(POLICY)
    said = [bodies.FORMS[form](facts, pool, number) for number, facts in enumerate(pool["uses"])]
    found = [each for each in said if each is not None]
    assert found
    for each in found:
        made = json.loads(policies.decide_json(bodies.encoded(each)))
        meant = policies.decide(each[0], **each[1]).to_json(explain=False)
        assert {**made, "explanation": None} == {**json.loads(json.dumps(meant)), "explanation": None}


def test_forms_are_what_their_names_say(pool: dict[str, Any]) -> None:
    policies, facts = tosdsl.load(POLICY), {"output_of": ["openai"], "model.distributed": True}
    near = bodies.nearly_spelt(facts, pool, 0)
    assert near is not None
    assert policies.decide(near[0]).warnings
    assert bodies.dotted(facts, pool, 0) == (facts, {})
    assert bodies.dotted({"output_of": ["openai"]}, pool, 0) is None
    days = {str(bodies.on_a_new_day(facts, pool, number)) for number in range(5)}
    assert len(days) == 5
    asserted = bodies.with_assertion(facts, pool, 0)
    assert asserted is not None
    assert asserted[0] == {"output_of": ["openai"]}
    assert asserted[1]["assertions"][0]["fact"] == "model.distributed"


def test_a_wrong_body_is_refused(pool: dict[str, Any]) -> None:
    policies = tosdsl.load(POLICY)
    for facts in ({}, *pool["uses"]):
        with pytest.raises(tosdsl.FactError):
            policies.decide_json(bodies.wrong(facts))


# --- a chain --------------------------------------------------------------------------------------


def test_a_chain_means_what_its_first_clauses_say() -> None:
    policies = tosdsl.loads(chain.text(6))
    nothing = {f"f{number}": False for number in range(6)}
    assert policies.verdict({**nothing, "f0": True}) is tosdsl.Verdict.FORBIDDEN
    assert policies.verdict({**nothing, "f0": True, "f1": True}) is tosdsl.Verdict.PERMITTED
    asked = {str(policies.verdict(chain.facts(6, number))) for number in range(9)}
    assert "Verdict.UNDETERMINED" not in asked


# --- lines ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in lines.LINES if name not in {"together", "chain"}])
def test_a_line_has_a_round_and_figures(name: str, pools: dict[str, Any]) -> None:
    line = lines.LINES[name](pools, 1)
    assert line.name == name
    line.round(0, 1e-7)
    made = line.figures()
    assert made
    assert all(figure.line == name and figure.never_asked is not None for figure in made)
    assert line.policies
    call, question = next(iter(line.questions()))
    call(question)


def test_what_is_never_asked_is_asked_once(pools: dict[str, Any]) -> None:
    for each in common.dealt(pools):
        asked = [facts for number in range(3) for facts in each.of_round(number, 3)]
        asked += [facts for facts, _ in each.first]
        texts = [json.dumps(facts, sort_keys=True) for facts in asked]
        assert len(set(texts)) == len(texts) == len(each.uses) + len(each.first)


def test_each_form_has_a_row(pools: dict[str, Any]) -> None:
    line = Bodies(pools, 1)
    line.round(0, 1e-7)
    whats = " ".join(figure.what for figure in line.figures())
    for form in ("plain", "a day of its own", "a standard"):
        assert form in whats


def test_a_chain_is_compared_with_one_half_as_long() -> None:
    line = Chain({}, 1, (4, 8))
    line.round(0, 1e-7)
    whats = [figure.what for figure in line.figures() if figure.unit == "times"]
    assert whats == ["8 clauses over 4, to first verdict", "8 clauses over 4, a verdict after"]


@pytest.mark.parametrize(("share", "value"), [(0.5, 2), (0.99, 4), (1.0, 4), (0.1, 1)])
def test_percentiles(share: float, value: float) -> None:
    assert common.percentile([4, 1, 3, 2], share) == value


# --- the report -----------------------------------------------------------------------------------


class Counting:
    """What stands for policies that count which way questions went."""

    def stats(self) -> dict[str, int]:
        return {"fast": 7, "reference": 2}


class Given:
    name = "given"

    def __init__(self, *policies: Any) -> None:
        self.policies = list(policies)
        self.rounds: list[int] = []

    def round(self, number: int, h: float) -> None:
        assert h > 0
        self.rounds.append(number)

    def figures(self) -> list[lines.Figure]:
        return [lines.Figure("given", "one thing", "h", 1234.5, 2.0, "300", "named")]

    def questions(self) -> Iterator[tuple[Any, Any]]:
        yield sorted, [3, 1, 2]


def test_what_went_to_the_reference_is_counted_where_it_is() -> None:
    assert figures.handed([Given(Counting(), Counting())]).never_asked == 4
    assert figures.handed([Given(object())]) == lines.Figure(
        "reference", "handed to the reference", "", None, None, "0", "not counted"
    )


def test_every_line_has_every_round() -> None:
    given = Given(), Given()
    units = figures.measured(given, 3, 1, [{"output_of": []}])
    assert [line.rounds for line in given] == [[0, 1, 2]] * 2
    assert len(units) == 6


def test_the_report_is_aligned_and_says_what_a_figure_is_of() -> None:
    made = figures.machine([1e-7, 2e-7, 3e-7], 3, 0.5)
    text = figures.lines_of(made, [*Given().figures(), figures.handed([])])
    assert text[1] == "h is the story's clause by hand: 0.2 µs (0.1 to 0.3)."
    assert text[3:] == [
        "line       what                     unit  never asked  again  goal",
        "-" * 66,
        "given      one thing [1]            h           1,234      2   300",
        "reference  handed to the reference        not counted      –     0",
        "",
        "[1] named",
    ]


def test_a_profile_says_where_time_goes() -> None:
    text = "\n".join(figures.profiled(Given()))
    assert "given: " in text
    assert "1 never-asked uses" in text
    assert "Python and libraries" in text


def test_the_command_prints_json(
    pools: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TOSDSL_CACHE", "off")
    monkeypatch.setattr(figures, "asked_before_by_nobody", lambda *numbers: pools)
    monkeypatch.setattr(figures, "_UNIT", 0.001)
    assert figures.main(["--only", "verdict", "--rounds", "1", "--json"]) == 0
    printed = capsys.readouterr()
    made = json.loads(printed.out)
    assert made["h_microseconds"] > 0
    assert [each["line"] for each in made["figures"]] == ["verdict", "verdict", "reference"]
    assert "round 1 of 1: verdict" in printed.err
