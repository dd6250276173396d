"""The condition of an incorporation, where it is told: answers, explanations, tools."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import tosdsl
from tosdsl.facade import PolicySet, load_texts

WORDS = """vocabulary w

fact sold: boolean    "Is it sold on?"
fact abroad: boolean  "Is it used abroad?"
fact rival: boolean judged  "Does it compete?"
fact named: boolean   "Is its maker named?"
"""
MAKER = """policy maker
    title "Maker Terms"
    default permit

use w

forbid unnamed at "1"
    when not named
"""
SHOP = """policy shop
    title "Shop Terms"
    default permit

use w

define resale as
    sold

incorporate maker#unnamed at "4"
    "As resold."
    when {}
"""


def texts(when: str = "resale") -> dict[str, str]:
    return {"w": WORDS, "maker": MAKER, "shop": SHOP.format(when)}


def policies(when: str = "resale") -> PolicySet:
    return load_texts(texts(when), ["shop"])


def test_what_decides_tells_the_conditions_on_its_path() -> None:
    decision = policies().decide({"sold": True, "named": False})
    (basis,) = decision.basis
    assert (basis.path, basis.incorporated_when) == (("shop", "maker"), ("resale",))
    assert decision.to_json()["basis"][0]["incorporated_when"] == ["resale"]
    assert "came in by shop → maker, incorporated when resale" in decision.explain()


def test_conditions_on_a_path_are_told_from_the_outside() -> None:
    outer = "policy outer\n    default permit\n\nuse w\n\nincorporate shop\n    when abroad\n"
    whole = load_texts({**texts(), "outer": outer}, ["outer"])
    (basis,) = whole.decide({"sold": True, "abroad": True, "named": False}).basis
    assert basis.incorporated_when == ("abroad", "resale")


@pytest.mark.parametrize(
    ("sold", "truth", "note"),
    [
        (True, "true", "its condition is met"),
        (False, "false", "its condition is not met, so it does not bind here"),
        (None, "unknown", "its condition may be met: open"),
    ],
)
def test_an_explanation_shows_the_condition(sold: bool | None, truth: str, note: str) -> None:
    decision = policies().decide({"sold": sold, "named": False})
    shop, maker = decision.explanation.children
    (line,) = (each for each in shop.children if each.kind == "incorporation")
    assert (line.truth, line.note, line.at) == (truth, note, "4")
    assert [each.text for each in line.children] == ["resale"]
    assert maker.truth == truth
    assert ("come in" in maker.note) is (sold is not True)


def test_who_asks_for_the_condition_is_the_document_that_writes_it() -> None:
    (need,) = policies().decide({"named": False}).needs
    assert (need.fact, need.clauses) == ("sold", ("shop",))


@pytest.mark.parametrize(("rival", "verdict"), [(True, "forbidden"), (False, "permitted")])
def test_an_answer_rests_on_a_condition_that_is_a_judgement(rival: bool, verdict: str) -> None:
    decision = policies("rival").decide({"rival": rival, "named": False})
    assert decision.verdict.value == verdict
    assert [each.fact for each in decision.judgements] == ["rival"]


def test_what_a_path_rests_on_are_the_scopes_of_all_documents_on_it() -> None:
    outer = "policy outer\n    default permit\n\nuse w\n\nincorporate shop\n    when rival\n"
    whole = load_texts({**texts(), "outer": outer}, ["outer"])
    decision = whole.decide({"sold": True, "rival": True, "named": False})
    assert [each.fact for each in decision.judgements] == ["rival"]


def test_nothing_passes_on_a_presumption_about_it() -> None:
    presumed = SHOP.format("resale").replace("define", "presume sold is no\n\ndefine")
    decision = load_texts({**texts(), "shop": presumed}, ["shop"]).decide({"named": False})
    assert decision.verdict is tosdsl.Verdict.PERMITTED
    assert decision.without is not None
    assert (decision.without.verdict.value, decision.passes) == ("undetermined", False)


def test_the_two_kinds_of_parts_of_one_document_are_explained_apart() -> None:
    more = '\nincorporate maker#unnamed at "5"\n    when abroad\n'
    whole = load_texts({**texts(), "shop": SHOP.format("resale") + more}, ["shop"])
    decision = whole.decide({"sold": False, "abroad": True, "named": False})
    assert decision.verdict is tosdsl.Verdict.FORBIDDEN
    _, one, other = decision.explanation.children
    assert (one.truth, other.truth) == ("false", "true")


# --- documents that lead to each other ----------------------------------------------------------------


@pytest.mark.parametrize(("when", "wrong"), [("not sold", []), ("abroad", ["TOS3041"])])
def test_a_condition_can_keep_apart_what_a_route_leads_to(when: str, wrong: list[str]) -> None:
    routed = MAKER.replace("forbid", "governed by shop\n    when sold\n\nforbid")
    try:
        load_texts({**texts(when), "maker": routed}, ["shop"])
    except tosdsl.PolicyError as error:
        assert [each.code for each in error.diagnostics] == wrong
    else:
        assert wrong == []


# --- tools --------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path / "a", "resale")


def written(folder: Path, when: str) -> Path:
    folder.mkdir()
    for name, text in texts(when).items():
        (folder / f"{name}.tos").write_text(text, encoding="utf-8")
    return folder


def test_a_set_from_the_cache_explains_it_too(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOSDSL_CACHE", str(tmp_path / "cache"))
    several = [tosdsl.load(folder / "shop.tos").decide({"named": False}).explain() for _ in range(2)]
    assert several[0] == several[1]
    assert "its condition may be met: open" in several[0]


def test_a_difference_names_the_condition(folder: Path, tmp_path: Path, run: Any) -> None:
    other = written(tmp_path / "b", "abroad")
    done = run("diff", folder / "shop.tos", other / "shop.tos")
    assert done.status == 3
    assert "no longer: incorporates maker#unnamed when resale" in done.out
    assert "now: incorporates maker#unnamed when abroad" in done.out
    assert "permitted → forbidden" in done.out


def test_lint_finds_a_condition_that_never_holds(tmp_path: Path, run: Any) -> None:
    done = run("lint", written(tmp_path / "b", "sold and not sold") / "shop.tos")
    assert "TOS7010" in done.out


@pytest.mark.parametrize(("around", "found"), [("not sold", True), ("abroad", False)])
def test_lint_finds_one_that_never_holds_where_the_document_applies(
    around: str, found: bool, tmp_path: Path, run: Any
) -> None:
    shop = written(tmp_path / "b", "resale") / "shop.tos"
    text = shop.read_text(encoding="utf-8")
    shop.write_text(text.replace("    default", f"    applies when {around}\n    default"))
    out = run("lint", shop).out
    assert ("The scope of the incorporation of `maker` can never hold" in out) is found


def test_a_definition_that_only_the_condition_uses_is_used(folder: Path, run: Any) -> None:
    assert "TOS7011" not in run("lint", folder / "shop.tos").out


def test_slips_in_the_condition_are_made(folder: Path, run: Any) -> None:
    done = run("mutate", folder / "shop.tos", "--format", "json")
    told = json.dumps(json.loads(done.out))
    assert "incorporation of maker: `resale` turned round" in told


def test_coverage_has_the_parts_of_the_condition(tmp_path: Path, run: Any) -> None:
    shop = written(tmp_path / "b", "abroad or sold") / "shop.tos"
    with shop.open("a", encoding="utf-8") as file:
        file.write('\nscenario "s"\n    given\n        abroad: yes\n    expect undetermined\n')
    done = run("coverage", shop)
    assert "abroad  false" in done.out
    assert "abroad  true" not in done.out


def test_the_facts_of_the_condition_are_asked_for(folder: Path, run: Any) -> None:
    assert "# Asked by shop.\n  sold:" in run("facts", folder / "shop.tos").out


def test_the_listing_of_the_core_has_it_in_the_scope(tmp_path: Path, run: Any) -> None:
    shop = written(tmp_path / "b", "sold or abroad") / "shop.tos"
    assert "section(where: sold or abroad; forbids:" in run("compile", "--to", "core", shop).out


LATE = """\
policy a.one
    version "1"
    default permit

use v

define late(n: integer) as
    n > 0
    except outer
        when day of week of (start of month of day of use) in {wednesday, sunday}

forbid x
    when late(1)
"""


def test_what_a_definition_with_parameters_comes_to_is_one_condition_however_it_came_in() -> None:
    # The clause binds already; that it may come in once more makes no difference, so `b` is not asked.
    again = 'policy a.two\n    default permit\n\nuse v\n\nincorporate a.one@1 at "7"\n    when b\n'
    decision = tosdsl.loads("vocabulary v\n\nfact b: boolean\n", LATE, again).decide({})
    assert decision.verdict.value == "undetermined"
    assert [each.fact for each in decision.needs] == ["day of use"]
