"""Versions of a document that no day puts in order: it is open which of them governs."""

from __future__ import annotations

from pathlib import Path

import pytest

import tosdsl
from tosdsl.facade import load_texts
from tosdsl.lint.check import lint
from tosdsl.trees.versions import unordered_pair

WORDS = "vocabulary w\n\nfact paid: boolean\nfact n: integer\n"


def version(name: str, *days: str, forbids: str = "") -> str:
    lines = ["policy dual", f'    version "{name}"', *(f"    {each}" for each in days)]
    lines += ["    default permit", "", "use w", ""]
    return "\n".join([*lines, *(["forbid sale", f"    when {forbids}", ""] if forbids else [])])


def tied(*texts: str) -> list[str]:
    return [each.message for each in tosdsl.loads(WORDS, *texts).warnings if each.code == "TOS6011"]


# --- an unknown day of recording --------------------------------------------------------------------

FROM = "effective from 2023-01-01"
RECORDED = "recorded 2022-12-01"


@pytest.mark.parametrize("strict_is_recorded", [True, False])
def test_not_to_know_when_one_of_two_was_recorded_settles_nothing(strict_is_recorded: bool) -> None:
    days = [(FROM, RECORDED), (FROM,)]
    strict, mild = days if strict_is_recorded else reversed(days)
    texts = version("1", *strict, forbids="paid"), version("2", *mild)
    decision = tosdsl.loads(WORDS, *texts).decide({"paid": True}, as_of="2023-05-01")
    assert decision.verdict is tosdsl.Verdict.UNDETERMINED
    assert not decision.passes
    unknown = "2" if strict_is_recorded else "1"
    assert tied(*texts) == [
        f"The versions 1 and 2 of `dual` begin on one day, and {unknown} does not say when it was "
        "recorded, so it is open which of them governs."
    ]


def test_of_three_only_those_that_may_be_the_last_are_open() -> None:
    texts = (
        version("1", FROM, "recorded 2022-11-01", forbids="paid"),
        version("2", FROM, RECORDED),
        version("3", FROM),
    )
    policies = tosdsl.loads(WORDS, *texts)
    decision = policies.decide({"paid": True}, as_of="2023-05-01")
    assert {each.version for each in decision.policies} == {"2", "3"}
    assert decision.verdict is tosdsl.Verdict.PERMITTED
    known = policies.decide({"paid": True}, as_of="2023-05-01", known_at="2022-11-15")
    assert {each.version for each in known.policies} == {"1", "3"}
    assert known.verdict is tosdsl.Verdict.UNDETERMINED


def test_what_could_not_yet_be_read_leaves_nothing_open() -> None:
    texts = version("1", FROM, forbids="paid"), version("2", FROM, RECORDED)
    policies = tosdsl.loads(WORDS, *texts)
    before = policies.decide({"paid": True}, as_of="2023-05-01", known_at="2022-11-01")
    assert before.verdict is tosdsl.Verdict.FORBIDDEN
    after = policies.decide({"paid": True}, as_of="2023-05-01", known_at="2022-12-01")
    assert after.verdict is tosdsl.Verdict.UNDETERMINED


def test_of_two_texts_of_one_printed_version_the_recorded_one_is_kept() -> None:
    texts = version("1", FROM, forbids="paid"), version("1", FROM, RECORDED)
    assert tied(*texts) == []
    assert tosdsl.loads(WORDS, *texts).verdict({"paid": True}) is tosdsl.Verdict.PERMITTED


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ((FROM, RECORDED), "begin on one day and were recorded on one day"),
        ((FROM,), "begin on one day, and neither says when it was recorded"),
        ((RECORDED,), "do not say when they begin and were recorded on one day"),
        ((), "do not say when they begin, and neither says when it was recorded"),
    ],
)
def test_a_tie_is_told_by_the_days_that_are_there(days: tuple[str, ...], told: str) -> None:
    (message,) = tied(version("1", *days), version("2", *days))
    assert f"The versions 1 and 2 of `dual` {told}, so it is open" in message


def test_the_library_has_no_tie() -> None:
    (policies,) = [tosdsl.load(Path(tosdsl.__file__).parents[1] / "policies")]
    assert [
        unordered_pair(versions) for versions in policies.choices.histories if unordered_pair(versions)
    ] == []


def test_the_linter_tells_of_a_tie(tmp_path: Path) -> None:
    (tmp_path / "w.tos").write_text(WORDS)
    for name in "12":
        (tmp_path / f"v{name}.tos").write_text(version(name, FROM, forbids="paid"))
    found = lint(tmp_path).findings
    assert [each.code for each in found if each.code == "TOS6011"] == ["TOS6011"]
    alone = lint(tmp_path / "v1.tos").findings
    assert [each.code for each in alone if each.code == "TOS6011"] == []


# --- how two versions are explained -----------------------------------------------------------------


@pytest.fixture
def market(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two tied versions, and a document that incorporates what they are versions of."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "w.tos").write_text(WORDS)
    (tmp_path / "v1.tos").write_text(version("1", forbids="paid"))
    (tmp_path / "v2.tos").write_text(version("2", forbids="paid and n > 5"))
    outer = "policy market\n    default permit\n\nuse w\n\nincorporate dual\n"
    (tmp_path / "m.tos").write_text(outer)
    return tmp_path


@pytest.mark.parametrize("words", [["."], ["m.tos"], ["v1.tos", "v2.tos"]])
def test_a_clause_is_explained_below_its_own_version(market: Path, words: list[str]) -> None:
    decision = tosdsl.load(*words).decide({"paid": True, "n": 3})
    assert decision.verdict is tosdsl.Verdict.UNDETERMINED
    trees = [each for each in decision.explanation.children if each.clause == "dual"]
    assert len(trees) == 2
    for tree in trees:
        (clause,) = [each for each in tree.children if each.kind == "prohibition"]
        assert clause.truth == ("true" if "version 1" in tree.text else "false"), tree.text


def test_one_version_of_a_document_answers_a_question_wherever_it_stands(market: Path) -> None:
    several = tosdsl.load(".").alternatives(None, None)
    assert len(several) == 2
    for linked in several:
        assert len({each.policy.version for each in linked.documents if each.policy.id == "dual"}) == 1


def test_what_both_versions_share_is_explained_once(market: Path) -> None:
    trees = tosdsl.load("m.tos").decide({"paid": True, "n": 3}).explanation.children
    assert [each.text for each in trees] == ["market", "dual, version 2", "dual, version 1"]
    assert [each.kind for each in trees[0].children] == ["default", "incorporation"]


def test_a_version_that_was_agreed_is_not_taken_for_one_that_is_open(market: Path) -> None:
    outer = "policy market\n    default permit\n\nuse w\n\nincorporate dual\n\nincorporate dual@1\n"
    (market / "m.tos").write_text(outer)
    trees = tosdsl.load("m.tos").decide({"paid": True, "n": 3}).explanation.children
    for tree in (each for each in trees if each.clause == "dual" and "version" in each.text):
        (clause,) = [each for each in tree.children if each.kind == "prohibition"]
        assert clause.truth == ("true" if "version 1" in tree.text else "false"), tree.text


def test_a_document_of_which_two_versions_say_other_things_says_for_which(market: Path) -> None:
    outer = (
        "policy market\n    default permit\n\nuse w\n\nincorporate dual\n\n"
        "permit gift\n    when paid\n    subject to dual#sale\n"
    )
    (market / "m.tos").write_text(outer)
    decision = tosdsl.load("m.tos").decide({"paid": True, "n": 3})
    texts = [each.text for each in decision.explanation.children]
    assert "market, if dual has version 1" in texts
    assert "market, if dual has version 2" in texts


def test_parts_of_one_document_are_explained_together() -> None:
    home = (
        "policy home\n    default permit\n\nuse w\n\n"
        "forbid tell\n    when paid\n\nforbid grant\n    when n > 5\n"
    )
    parts = "incorporate home#tell\n\nincorporate home#grant\n"
    outer = f"policy market\n    default permit\n\nuse w\n\n{parts}"
    policies = load_texts({"w": WORDS, "home": home, "market": outer}, ["market"])
    trees = policies.decide({"paid": True, "n": 3}).explanation.children
    assert [each.text for each in trees] == ["market", "home"]
    assert [each.text for each in trees[1].children] == ["tell", "grant"]


def test_the_advice_on_an_open_choice_can_be_followed(market: Path) -> None:
    with pytest.raises(tosdsl.PolicyError, match=r"Ask about the file of one of them, `v2.tos`"):
        tosdsl.load("v1.tos", "v2.tos").at(None, None)
    assert tosdsl.load("v2.tos").at(None, None)
    with pytest.raises(tosdsl.PolicyError, match="Name one of them, `incorporate dual@2`"):
        tosdsl.load("m.tos").at(None, None)
    text = (market / "m.tos").read_text().replace("incorporate dual", "incorporate dual@2")
    (market / "m.tos").write_text(text)
    assert tosdsl.load("m.tos").at(None, None)
    (market / "both.tos").write_text((market / "v1.tos").read_text() + (market / "v2.tos").read_text())
    with pytest.raises(tosdsl.PolicyError, match="Put each into a file of its own and ask about one"):
        tosdsl.load("both.tos").at(None, None)
