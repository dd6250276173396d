"""Versions that begin, end and are recorded at moments: how each way to ask tells of them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

import tosdsl
from tests.differential.both import differences
from tests.unit.conftest import Run
from tosdsl.lint.check import lint

WORDS = 'vocabulary w\n\nfact paid: boolean  "Is it paid?"\nfact told: boolean\n'
HOUR = "moment of use"
PAID = {"paid": True}


def version(name: str, *days: str, clause: str = "", id_: str = "acme.terms") -> str:
    lines = [f"policy {id_}", f'    version "{name}"', *(f"    {each}" for each in days)]
    return "\n".join([*lines, "    default permit", "", "use w", "", clause, ""])


FORBIDS = "forbid sale\n    when paid"
MILD = version("1", "effective from 2023-01-01", "recorded 2022-12-01")
STRICT = version("2", "effective from 2024-01-10T18:00Z", "recorded 2024-01-05T09:00Z", clause=FORBIDS)


@pytest.fixture(name="policies", scope="module")
def _policies() -> tosdsl.PolicySet:
    return tosdsl.loads(WORDS, MILD, STRICT)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in (("w", WORDS), ("mild", MILD), ("strict", STRICT)):
        (tmp_path / f"{name}.tos").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("as_of", "verdict", "versions"),
    [
        ("2024-01-09", "permitted", "1"),
        ("2024-01-10T17:59:59.999999Z", "permitted", "1"),
        ("2024-01-10T18:00Z", "forbidden", "2"),
        ("2024-01-11T02:00+09:00", "permitted", "1"),
        ("2024-01-11", "forbidden", "2"),
        ("2024-01-10", "undetermined", "12"),
        (None, "forbidden", "2"),
    ],
)
def test_the_moment_chooses(
    policies: tosdsl.PolicySet, as_of: str | None, verdict: str, versions: str
) -> None:
    decision = policies.decide(PAID, as_of=as_of)
    assert decision.verdict.value == policies.verdict(PAID, as_of=as_of).value == verdict
    assert "".join(each.version or "" for each in decision.policies) == versions
    assert [each.fact for each in decision.needs] == ([HOUR] if len(versions) > 1 else [])


def test_what_both_agree_on_is_settled_and_nothing_to_mind(policies: tosdsl.PolicySet) -> None:
    decision = policies.decide({"paid": False}, as_of="2024-01-10")
    assert decision.verdict is tosdsl.Verdict.PERMITTED
    assert decision.passes
    assert decision.warnings == decision.needs == ()


def test_what_they_do_not_agree_on_says_what_would_tell(policies: tosdsl.PolicySet) -> None:
    decision = policies.decide(PAID, as_of="2024-01-10")
    assert not decision.passes
    [need] = decision.needs
    assert (need.fact, need.clauses) == (HOUR, ("acme.terms",))
    [warning] = decision.warnings
    assert warning.startswith("acme.terms: it is open which version governs, 1 or 2: that changes")
    assert [each.text for each in decision.explanation.children] == [
        "acme.terms, version 1",
        "acme.terms, version 2",
    ]
    assert [each.fact for each in policies.decide({}, as_of="2024-01-10").needs] == ["paid", HOUR]


def test_a_document_that_begins_within_the_day_is_in_force_or_not() -> None:
    decision = tosdsl.loads(WORDS, STRICT).decide(PAID, as_of="2024-01-10")
    assert [each.value for each in decision.possible] == ["forbidden", "not_applicable"]
    assert decision.governs == ()
    [warning] = decision.warnings
    assert warning.startswith("acme.terms: it is open whether it is in force: that changes")
    texts = [each.text for each in decision.explanation.children]
    assert texts == [
        "acme.terms, if acme.terms is not in force",
        "acme.terms, if acme.terms is in force",
    ]


def test_a_version_of_an_hour_is_not_lost_beside_one_that_begins_later() -> None:
    short = version("1", "effective from 2024-01-10T18:00Z until 2024-01-10T20:00Z", clause=FORBIDS)
    policies = tosdsl.loads(WORDS, short, version("2", "effective from 2024-06-01"))
    assert policies.decide(PAID, as_of="2024-01-10").possible == (
        tosdsl.Verdict.FORBIDDEN,
        tosdsl.Verdict.NOT_APPLICABLE,
    )
    assert policies.verdict(PAID, as_of="2024-01-10T19:00Z") is tosdsl.Verdict.FORBIDDEN
    assert policies.verdict(PAID, as_of="2024-01-10T20:00Z") is tosdsl.Verdict.NOT_APPLICABLE


def test_documents_that_change_together_are_looked_at_together() -> None:
    first = "effective from 2023-01-01", "effective from 2024-01-10T18:00Z"
    one = [version(name, day, id_="acme.one") for name, day in zip("12", first, strict=True)]
    two = [version(name, day, id_="acme.two") for name, day in zip("12", first, strict=True)]
    decision = tosdsl.loads(WORDS, *one, *two).alternatives(date(2024, 1, 10), None)
    found = {tuple(each.policy.version for each in linked.documents) for linked in decision}
    assert found == {("1", "1"), ("2", "2")}


def test_a_duty_of_one_version_hangs_on_the_hour() -> None:
    duty = "require tell\n    when paid\n    must told"
    policies = tosdsl.loads(WORDS, MILD, version("2", "effective from 2024-01-10T18:00Z", clause=duty))
    decision = policies.decide({**PAID, "told": False}, as_of="2024-01-10")
    assert decision.verdict is tosdsl.Verdict.PERMITTED
    [found] = decision.duties
    assert (found.state, found.needs) == ("undetermined", (HOUR,))
    assert "`as_of`" in found.questions[0]


def test_what_is_presumed_is_told_of_both() -> None:
    presumed = FORBIDS + "\n\npresume paid is no"
    texts = WORDS, MILD, version("2", "effective from 2024-01-10T18:00Z", clause=presumed)
    decision = tosdsl.loads(*texts).decide({}, as_of="2024-01-10")
    assert decision.verdict is tosdsl.Verdict.PERMITTED
    assert decision.without is not None
    assert [each.fact for each in decision.without.needs] == ["paid", HOUR]
    assert not decision.passes


def test_a_clause_that_is_asked_about_by_itself() -> None:
    policies = tosdsl.loads(WORDS, STRICT).about("sale")
    for as_of, possible in (
        ("2024-01-10", ["forbidden", "not_applicable"]),
        ("2024-01-10T18:00Z", ["forbidden"]),
        ("2024-01-10T17:00Z", ["not_applicable"]),
    ):
        assert [each.value for each in policies.decide(PAID, as_of=as_of).possible] == possible


# --- what could be read ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known_at", "verdict"),
    [
        ("2024-01-04", "permitted"),
        ("2024-01-05", "forbidden"),  # a day of knowledge is all of it
        ("2024-01-05T08:59Z", "permitted"),
        ("2024-01-05T10:00+01:00", "forbidden"),
    ],
)
def test_what_could_be_read(policies: tosdsl.PolicySet, known_at: str, verdict: str) -> None:
    decision = policies.decide(PAID, as_of="2024-02-01", known_at=known_at)
    assert decision.verdict.value == verdict
    body = {"facts": PAID, "as_of": "2024-02-01", "known_at": known_at}
    told = json.loads(policies.decide_json(json.dumps(body).encode()))
    assert (told["verdict"], told["known_at"]) == (verdict, known_at)
    assert tosdsl.Decision.from_json(told).known_at == decision.known_at
    use = tosdsl.Use.from_json(body, policies)
    assert policies.decide_use(use) == decision
    assert use.to_json(policies)["known_at"] == known_at


def test_a_moment_of_the_day_of_a_recording_leaves_open_whether_it_was_there() -> None:
    days = "effective from 2024-01-01", "recorded 2024-01-05"
    policies = tosdsl.loads(WORDS, MILD, version("2", *days, clause=FORBIDS))
    decision = policies.decide(PAID, as_of="2024-02-01", known_at="2024-01-05T12:00Z")
    assert decision.verdict is tosdsl.Verdict.UNDETERMINED
    [warning] = decision.warnings
    assert "no hour of its recording is said" in warning
    assert decision.needs == ()  # no fact of the asker tells
    with pytest.raises(tosdsl.PolicyError, match="TOS4142"):
        policies.at(date(2024, 2, 1), datetime(2024, 1, 5, 12, tzinfo=UTC))


def test_more_ways_than_there_may_be_are_refused() -> None:
    several = [version("1", "recorded 2024-01-05", id_=f"acme.rules{each}") for each in range(7)]
    policies = tosdsl.loads(WORDS, *several)
    with pytest.raises(tosdsl.FactError, match="TOS4140"):
        policies.decide({}, known_at="2024-01-05T12:00Z")
    assert policies.decide({}, known_at="2024-01-05").verdict is tosdsl.Verdict.PERMITTED


def test_two_texts_of_one_day_and_hour_are_told_apart_by_the_minute() -> None:
    several = [
        version("3", f"effective from 2024-0{month}-01", f"recorded 2023-12-01T{hour}:00Z")
        for month, hour in ((2, 10), (5, 17))
    ]
    policies = tosdsl.loads(WORDS, MILD, *several)
    assert policies.warnings == ()
    for known_at, governs in (("2023-12-01T12:00Z", "3"), ("2023-12-01T17:00Z", "1")):
        decision = policies.decide({}, as_of="2024-03-01", known_at=known_at)
        assert [each.version for each in decision.governs] == [governs]


# --- other ways to ask ------------------------------------------------------------------------------


def test_what_needs_one_text_says_that_a_moment_would_tell(here: Path, run: Run) -> None:
    (here / "use.yaml").write_text("as_of: 2024-01-10\nfacts: {paid: yes}\n")
    both = "mild.tos", "strict.tos"
    assert "TOS4141" in run("ask", *both, "--facts", "use.yaml").err
    moment = "2024-01-10T18:00Z"
    assert run("ask", *both, "--facts", "use.yaml", "--as-of", moment).status == 3
    assert "TOS4141" in run("diff", *both, "--as-of", "2024-01-10").err
    assert "permitted → forbidden" in run("diff", *both, "--as-of", moment).out
    assert "not applicable" in run("diff", *both, "--as-of", "2024-01-10T17:00Z").out
    assert "TOS4141" in run("compile", *both, "--to", "sql", "--as-of", "2024-01-10").err
    assert run("compile", *both, "--to", "sql", "--as-of", moment).status == 0


def test_a_comparison_tells_what_is_open(here: Path, run: Run) -> None:
    (here / "use.yaml").write_text("facts: {paid: yes}\n")
    asked = "compare", "--facts", "use.yaml", "strict.tos", "--format", "json", "--as-of"
    for day, verdicts in (
        ("2024-01-10", ["undetermined"]),
        ("2024-01-10T18:00Z", ["forbidden"]),
        ("2024-01-10T17:00Z", []),
    ):
        told = json.loads(run(*asked, day).out)
        assert [each["verdict"] for each in told["documents"]] == verdicts
    [absent] = told["not_in_force"]
    assert absent["versions"][0]["effective_from"] == "2024-01-10T18:00Z"
    assert absent["versions"][0]["recorded"] == "2024-01-05T09:00Z"


def test_a_receipt_holds_the_texts_of_moments(here: Path, run: Run) -> None:
    (here / "use.yaml").write_text("facts: {paid: yes}\n")
    asked = "check", "mild.tos", "strict.tos", "--facts", "use.yaml", "--receipt", "r.json"
    days = "--as-of", "2024-01-10", "--known-at", "2024-01-05T09:00Z"
    run(*asked, *days)
    ran = run("replay", "r.json")
    assert ran.status == 0, ran.out + ran.err
    assert "THE SAME" in ran.out


def test_a_property_has_to_hold_on_each_side_of_the_hour(here: Path, run: Run) -> None:
    outer = "policy acme.shop\n    default permit\n\nuse w\n\nincorporate acme.terms\n"
    held = '\nproperty "sales are free"\n    as of {day}\n    expect always permitted\n'
    for day, status in (("2024-01-10", 3), ("2024-01-10T17:00Z", 0), ("2024-01-10T18:00Z", 3)):
        (here / "shop.tos").write_text(outer + held.format(day=day), encoding="utf-8")
        assert run("test", "shop.tos").status == status, day


def test_the_linter_goes_by_the_hour(here: Path) -> None:
    text = version(
        "3", "effective from 2024-03-01T09:00Z until 2024-03-01T12:00Z", "recorded 2024-03-01"
    )
    (here / "late.tos").write_text(text, encoding="utf-8")
    assert [each.code for each in lint(here / "late.tos").findings if each.code == "TOS7014"] == []
    (here / "late.tos").write_text(text.replace("recorded 2024-03-01", "recorded 2024-03-01T13:00Z"))
    assert [each.code for each in lint(here / "late.tos").findings if each.code == "TOS7014"]


@pytest.mark.parametrize(
    ("first", "second", "tied"),
    [
        ("2024-01-10T18:00Z", "2024-01-10T20:00+02:00", True),
        ("2024-01-10T18:00Z", "2024-01-10T18:01Z", False),
        ("2024-01-10T00:00Z", "2024-01-10", True),
        ("2024-01-10T18:00Z", "2024-01-10", False),
    ],
)
def test_versions_that_begin_at_one_moment_are_tied(first: str, second: str, tied: bool) -> None:
    several = [version(name, f"effective from {day}") for name, day in (("1", first), ("2", second))]
    found = tosdsl.loads(WORDS, *several).warnings
    assert [each.code for each in found] == (["TOS6011"] if tied else [])


def test_a_gate_decides_as_of_the_moment(here: Path, run: Run) -> None:
    plan = "policies: {active: [mild.tos, strict.tos]}\nfacts: {paid: body.paid}\nunknown: [told]\n"
    (here / "gate.yaml").write_text(plan, encoding="utf-8")
    asked = "gate", "check", "gate.yaml", "--as-of"
    ran = run(*asked, "2024-01-10")
    assert "TOS4143" in ran.out + ran.err
    assert "TOS8007" not in ran.out + ran.err  # the moment of the use is no fact that has a source
    assert "TOS4143" not in run(*asked, "2024-01-11").err
    (here / "gate.yaml").write_text("as_of: moment\n" + plan, encoding="utf-8")
    assert "TOS4143" not in run(*asked, "2024-01-01").err
    skeleton = run("gate", "init", "mild.tos", "strict.tos", "--as-of", "2024-01-10").out
    assert HOUR not in skeleton


def test_rows_of_a_day_that_a_version_divides(here: Path, run: Run) -> None:
    (here / "uses.csv").write_text(
        "id,day,paid\n1,2024-01-09,true\n2,2024-01-10,true\n3,2024-01-11,true\n"
    )
    (here / "map.yaml").write_text("row: id\nas_of: day\nfacts: {paid: paid}\n")
    asked = "audit", "mild.tos", "strict.tos", "--rows", "uses.csv", "--map", "map.yaml"
    ran = run(*asked, "--format", "json")
    assert ran.status in {0, 3, 4}, ran.err
    told: dict[str, Any] = json.loads(ran.out)
    assert {word for word, rows in told["verdicts"].items() if rows} == {
        *("permitted", "forbidden", "undetermined")
    }


def test_days_near_moments_are_drawn() -> None:
    from hypothesis import find

    from tosdsl.testing import days

    policies = tosdsl.loads(WORDS, MILD, STRICT)
    for wanted in ("2024-01-10T18:00Z", "2024-01-10T17:59:59.999999Z", "2024-01-10"):
        assert find(days(policies), lambda day, wanted=wanted: str(day) == wanted) is not None


def test_a_document_that_comes_in_elsewhere_too_is_open_by_its_hour() -> None:
    """It is in force in one place and not in another whatever the hour is."""
    sold = "vocabulary words\n\nfact sold: boolean\n"
    begins = (
        'policy a.first\n    version "1"\n    effective from 2024-01-01T12:00+02:00\n'
        "    default permit\n\nuse words\n\nforbid sale\n    when sold\n"
    )
    fixed = "policy a.second\n    default permit\n\nuse words\n\nincorporate a.first@1#sale\n"
    later = (
        "policy a.third\n    effective from 2024-01-03\n    default permit\n\nuse words\n\n"
        "incorporate a.first@1\n"
    )
    policies = tosdsl.loads(sold, begins, fixed, later)
    day = date(2024, 1, 1)
    assert differences(policies, {}, as_of=day) == []
    assert differences(policies, {"sold": False}, as_of=day) == []
    made = policies.decide({}, as_of=day)
    assert made.verdict is policies.verdict({}, as_of=day)
