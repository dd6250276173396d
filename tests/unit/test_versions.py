"""Which version of a document answers, and what a decision says of it."""

from __future__ import annotations

import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import tosdsl
from tests.conftest import ROOT
from tests.unit.conftest import Run
from tosdsl.testing import scenarios
from tosdsl.trees.norms import Policy
from tosdsl.trees.versions import choose

TERMS = "openai.terms_of_use"
FOLDER = ROOT / "policies" / "openai"
MARCH, ANNOUNCED, MOVED = (
    ("2023-03-14", date(2023, 3, 14)),
    ("2023-11-14", date(2023, 12, 14)),
    ("2023-11-14", date(2024, 1, 31)),
)
"""The texts of OpenAI's Terms of Use: the printed version, and its first day."""


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def history(policies: tosdsl.PolicySet) -> tuple[Policy, ...]:
    return policies.choices.asked[0]


@pytest.fixture(scope="module")
def terms() -> tosdsl.PolicySet:
    return tosdsl.load(TERMS)


# --- the rule ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("as_of", "known_at", "expected"),
    [
        (None, None, MOVED),
        (None, "2023-12-01", ANNOUNCED),
        (None, "2023-11-13", MARCH),
        ("2023-03-14", None, MARCH),
        ("2023-12-13", "2023-11-20", MARCH),
        ("2023-12-14", "2023-11-20", ANNOUNCED),
        ("2023-12-20", "2023-11-13", MARCH),
        ("2023-12-20", "2023-11-14", ANNOUNCED),
        ("2023-12-20", "2023-11-20", ANNOUNCED),
        ("2023-12-20", "2023-12-01", ANNOUNCED),
        ("2023-12-20", "2023-12-02", MARCH),
        ("2023-12-20", "2023-12-05", MARCH),
        ("2023-12-20", None, MARCH),
        ("2024-01-30", None, MARCH),
        ("2024-01-31", "2023-11-20", ANNOUNCED),
        ("2024-01-31", None, MOVED),
        ("9999-12-31", None, MOVED),
    ],
)
def test_the_days_choose(
    terms: tosdsl.PolicySet, as_of: str | None, known_at: str | None, expected: tuple[str, date]
) -> None:
    chosen = choose(history(terms), day(as_of), day(known_at))
    assert (chosen.version, chosen.effective_from) == expected
    decision = terms.decide({}, as_of=day(as_of), known_at=day(known_at))
    assert [each.version for each in decision.policies] == [chosen.version]
    assert [each.digest for each in decision.policies] == [chosen.digest]
    assert not decision.warnings


@pytest.mark.parametrize(
    ("as_of", "known_at"), [("2023-03-13", None), ("2023-12-20", "2023-10-15"), (None, "2023-10-15")]
)
def test_where_no_version_fits_nothing_applies_and_it_says_when_they_would(
    terms: tosdsl.PolicySet, as_of: str | None, known_at: str | None
) -> None:
    decision = terms.decide({"extraction.automated": True}, as_of=day(as_of), known_at=day(known_at))
    assert decision.verdict is tosdsl.Verdict.NOT_APPLICABLE
    assert decision.governs == ()
    (said,) = decision.warnings
    assert "in any version" in said
    for first_day in ("from 2023-03-14", "from 2023-12-14", "from 2024-01-31"):
        assert first_day in said


def test_of_many_versions_the_first_and_the_last_are_named() -> None:
    version = 'policy p\n    version "{0}"\n    effective from 20{0}-01-01\n    default permit\n'
    policies = tosdsl.loads("".join(version.format(number) for number in range(10, 40)))
    (said,) = policies.decide({}, as_of=date(2000, 1, 1)).warnings
    assert "from 2010-01-01" in said
    assert "from 2039-01-01" in said
    assert "24 more" in said


# --- what a word asks for ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "versions"),
    [
        (TERMS, 3),
        (f"{TERMS}@2023-11-14", 2),
        (f"{TERMS}@2023-03-14", 1),
        (FOLDER / "terms_of_use-2023-03-14.tos", 1),
        (FOLDER / "terms_of_use-2023-11-14.tos", 1),
    ],
)
def test_an_id_is_the_document_and_a_file_is_its_version(where: str | Path, versions: int) -> None:
    assert len(history(tosdsl.load(where))) == versions


def test_a_folder_holds_documents_and_not_versions_side_by_side() -> None:
    policies = tosdsl.load(FOLDER)
    decision = policies.decide({}, as_of=date(2023, 12, 20))
    used = [(each.id, each.version) for each in decision.policies]
    assert used.count((TERMS, "2023-03-14")) == 1
    assert [version for id_, version in used if id_ == TERMS] == ["2023-03-14"]


def test_a_file_is_asked_about_by_its_own_dates() -> None:
    march = tosdsl.load(FOLDER / "terms_of_use-2023-03-14.tos")
    assert march.decide({}, as_of=date(2024, 6, 1)).policies[0].version == "2023-03-14"
    moved = tosdsl.load(FOLDER / "terms_of_use-2023-11-14-recorded-2023-12-02.tos")
    facts = {"extraction.automated": True, "product": "chatgpt", "residence": "elsewhere"}
    verdicts = {
        (as_of, known_at): moved.verdict(facts, as_of=day(as_of), known_at=day(known_at)).value
        for as_of, known_at in (
            ("2024-01-30", None),
            ("2024-01-31", None),
            ("2024-01-31", "2023-12-01"),
            (None, None),
        )
    }
    assert list(verdicts.values()) == ["not_applicable", "forbidden", "not_applicable", "forbidden"]


def test_two_texts_of_one_version_differ_in_the_day_of_recording(tmp_path: Path) -> None:
    text = 'policy p\n    version "1"\n{0}    default permit\n'
    (tmp_path / "a.tos").write_text(text.format("    recorded 2023-01-01\n"), encoding="utf-8")
    (tmp_path / "b.tos").write_text(text.format("    recorded 2023-01-02\n"), encoding="utf-8")
    assert len(history(tosdsl.load(tmp_path))) == 2
    (tmp_path / "b.tos").write_text(text.format(""), encoding="utf-8")
    assert len(history(tosdsl.load(tmp_path))) == 2
    (tmp_path / "a.tos").write_text(text.format(""), encoding="utf-8")
    with pytest.raises(tosdsl.PolicyError, match="TOS6003"):
        tosdsl.load(tmp_path)


def test_a_mistake_in_any_version_is_reported(tmp_path: Path) -> None:
    text = 'policy p\n    version "{0}"\n    effective from {0}-01-01\n    default permit\n'
    (tmp_path / "a.tos").write_text(text.format(2020) + "forbid x\n    when odd\n", encoding="utf-8")
    (tmp_path / "b.tos").write_text(text.format(2021), encoding="utf-8")
    (tmp_path / "q.tos").write_text("policy q\n    default permit\nincorporate p\n", encoding="utf-8")
    with pytest.raises(tosdsl.PolicyError, match="TOS2001"):
        tosdsl.load(tmp_path / "q.tos")
    (tmp_path / "q.tos").write_text(
        "policy q\n    default permit\nincorporate p@2021\n", encoding="utf-8"
    )
    assert tosdsl.load(tmp_path / "q.tos").linked.documents[1].policy.version == "2021"


def test_the_vocabulary_is_that_of_all_versions() -> None:
    texts = [
        f"vocabulary {name}\nfact {name}: boolean\n"
        f'policy p\n    version "{name}"\n    effective from {year}-01-01\n    default permit\n'
        f"use {name}\nforbid x\n    when {name}\n"
        for name, year in (("old", 2020), ("new", 2021))
    ]
    policies = tosdsl.loads(*texts)
    assert {leaf.path for leaf in policies.vocabulary.leaves()} == {"old", "new"}
    facts = {"old": True, "new": False}
    assert policies.verdict(facts, as_of=date(2020, 6, 1)) is tosdsl.Verdict.FORBIDDEN
    assert policies.verdict(facts, as_of=date(2021, 6, 1)) is tosdsl.Verdict.PERMITTED
    assert policies.decide({}, as_of=date(2020, 6, 1)).needs[0].fact == "old"


def test_a_set_with_versions_is_shared_between_threads_and_processes(terms: tosdsl.PolicySet) -> None:
    days = [date(2023, 6, 1), date(2024, 6, 1)] * 16
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda each: terms.decide({}, as_of=each), days))
    assert answers == [terms.decide({}, as_of=each) for each in days]
    again = pickle.loads(pickle.dumps(terms))
    assert again.decide({}, as_of=days[0]) == answers[0]


# --- governs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"product": "chatgpt", "residence": "elsewhere"}, [(TERMS, "2023-11-14", None)]),
        ({"product": "chatgpt", "residence": "eea"}, [("openai.terms_of_use_europe", None, TERMS)]),
        ({"product": "api"}, [("openai.business_terms", None, TERMS)]),
        (
            {"product": "api", "residence": "eea"},
            [("openai.terms_of_use_europe", None, TERMS), ("openai.business_terms", None, TERMS)],
        ),
        ({"product": "chatgpt"}, []),
        ({}, []),
    ],
)
def test_what_governs_for_certain(
    terms: tosdsl.PolicySet, facts: dict[str, Any], expected: list[tuple[str, str | None, str | None]]
) -> None:
    governs = terms.decide(facts, as_of=date(2024, 3, 1)).governs
    assert [
        (each.document, each.version, each.path[-2] if len(each.path) > 1 else None) for each in governs
    ] == expected
    assert all((each.at == "opening paragraphs") == (len(each.path) > 1) for each in governs)


def test_what_is_incorporated_does_not_govern_by_itself() -> None:
    decision = tosdsl.load("azure.openai_service").decide({}, as_of=date(2023, 12, 15))
    assert [each.document for each in decision.governs] == ["azure.openai_service"]


def test_what_is_incorporated_goes_with_the_document_that_incorporates_it() -> None:
    agreement = tosdsl.load("openai.services_agreement")
    facts = {"contents": ["real_money_gambling"]}
    first, before = date(2025, 5, 31), date(2025, 5, 30)
    assert agreement.verdict(facts, as_of=first) is tosdsl.Verdict.FORBIDDEN
    decision = agreement.decide(facts, as_of=before)
    assert decision.verdict is tosdsl.Verdict.NOT_APPLICABLE
    assert [each.partition(":")[0] for each in decision.warnings] == ["openai.services_agreement"]
    assert "does not come in: the document that incorporates it is not in force" in decision.explain()


def test_a_document_that_leads_elsewhere_says_so_in_a_sentence(terms: tosdsl.PolicySet) -> None:
    text = terms.decide({"product": "api"}, as_of=date(2024, 3, 1)).explain()
    assert f'It falls under openai.business_terms, by {TERMS} at "opening paragraphs".' in text
    assert "prohibition" not in text
    assert "✓ product in {chatgpt_enterprise, api}  product is api" in text


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """Two versions, the first with a scenario that expects a document, to be filled in."""
    version = 'policy p\n    version "{0}"\n    effective from 202{0}-01-01\n    default permit\n\n'
    (tmp_path / "p1.tos").write_text(
        version.format(1) + 'scenario "s"\n    as of 2022-06-01\n    expect governs EXPECTED\n',
        encoding="utf-8",
    )
    (tmp_path / "p2.tos").write_text(version.format(2), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("expected", "held"), [("p", True), ("p@2", True), ("p@1", False), ("p@3", False)]
)
@pytest.mark.parametrize("where", [".", "p1.tos"])
def test_a_scenario_expects_of_the_document_and_not_of_its_own_version(
    two: Path, expected: str, held: bool, where: str
) -> None:
    file = two / "p1.tos"
    file.write_text(file.read_text(encoding="utf-8").replace("EXPECTED", expected), encoding="utf-8")
    (result,) = scenarios.run(tosdsl.load_each(two / where))
    assert result.held is held
    if not held:
        assert [(each.expected, each.actual) for each in result.failures] == [
            (f"governs {expected}", "governs p@2")
        ]


def test_a_route_that_is_not_taken_is_no_expectation_met() -> None:
    text = (
        "policy p\n    default permit\nuse ai_services\n"
        "governed by openai.business_terms\n    when product is api\n"
        'scenario "s"\n    as of 2024-01-01\n    given\n        product: chatgpt\n'
        "    expect governs openai.business_terms\n"
    )
    (result,) = scenarios.run([tosdsl.loads(text)])
    assert [each.actual for each in result.failures] == ["governs p@(none)"]


def test_a_clause_that_the_version_in_force_lacks_is_no_failure_of_the_program() -> None:
    version = 'policy p\n    version "{0}"\n    effective from 202{0}-01-01\n    default permit\n'
    text = (
        f"{version.format(1)}forbid gone\n{version.format(2)}policy q\n    default permit\n"
        'incorporate p\nscenario "s"\n    as of 2022-06-01\n    expect p#gone in force\n'
    )
    (result,) = scenarios.run([tosdsl.loads(text)])
    assert [each.actual for each in result.failures] == ["missing: p#gone"]


# --- the command line -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known_at", "version"), [("2023-11-20", "2023-11-14"), ("2023-12-05", "2023-03-14")]
)
def test_the_day_of_knowledge_decides_which_text_governs(
    run: Run, tmp_path: Path, known_at: str, version: str
) -> None:
    facts = tmp_path / "facts.yaml"
    facts.write_text("facts: {product: chatgpt, residence: elsewhere}\n", encoding="utf-8")
    asked = ("check", TERMS, "--facts", str(facts), "--as-of", "2023-12-20", "--known-at", known_at)
    out = run(*asked).out
    assert f"Governs on 2023-12-20, as known at {known_at}: {TERMS}, version {version}\n" in out
    assert json.loads(run(*asked, "--format", "json").out)["governs"] == [
        {"document": TERMS, "version": version, "at": None, "text": None, "path": [TERMS]}
    ]
