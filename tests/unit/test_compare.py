"""One use against many documents: what each is told, what it says, and how it is shown."""

from __future__ import annotations

import json
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import tosdsl
from tests.conftest import ROOT
from tests.unit.conftest import Run
from tosdsl.comparing.html import page
from tosdsl.comparing.report import as_json, lines

USES = ROOT / "policies" / "uses"

PHOTOS = """\
vocabulary photos

type Purpose is one of
    print
    screen

type Maker has
    name: text
    fair: boolean judged "Is the maker fair?"

fact sold: boolean "Is it sold?"
fact purpose: Purpose
fact size: integer "How wide is it?"
fact maker: Maker

policy photos.terms
    title "Photo Terms"
    version "1"
    effective from 2024-01-01
    source "https://example.org/photos"
    default permit

use photos

forbid sale at "3"
    "No photo is sold."
    when sold and purpose is print

forbid unfair at "4"
    when not maker.fair
"""
MUSIC = """\
vocabulary music

type Purpose is one of
    print
    concert

fact sold: text
fact purpose: Purpose
fact size: integer

policy music.terms
    version "1"
    effective from 2023-01-01 until 2024-06-30
    default permit

use music

forbid large at "9"
    when size > 3

policy music.terms
    version "2"
    effective from 2024-07-01
    default permit

use music

forbid concerts at "9"
    when purpose is concert
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("photos.tos").write_text(PHOTOS, encoding="utf-8")
    Path("music.tos").write_text(MUSIC, encoding="utf-8")


def compared(facts: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The comparison as JSON, with the documents by id."""
    days = {key: more.pop(key) for key in ("as_of", "known_at", "standard") if key in more}
    data = as_json(tosdsl.compare({"facts": facts, **more}, "photos.tos", "music.tos", **days))
    return {**data, "documents": {each["id"]: each for each in data["documents"]}}


def codes(raised: pytest.ExceptionInfo[tosdsl.TosdslError]) -> list[str]:
    return [each.code for each in raised.value.diagnostics]


# --- what is told -------------------------------------------------------------------------------------


def test_each_document_is_told_the_facts_that_it_has_and_that_fit() -> None:
    found = compared({"sold": True, "purpose": "screen", "size": 9}, as_of=date(2024, 3, 1))
    photos, music = (found["documents"][each] for each in ("photos.terms", "music.terms"))
    assert (photos["known"], photos["unknown"], photos["unfit"]) == (
        ["sold", "purpose", "size"],
        [],
        [],
    )
    assert music["known"] == ["size"]
    assert [each["fact"] for each in music["unfit"]] == ["sold", "purpose"]
    assert "`sold` must be" in music["unfit"][0]["why"]
    assert music["verdict"] == "forbidden"
    assert music["decision"]["basis"][0]["at"] == "9"


def test_what_a_document_does_not_know_stays_unknown_to_it() -> None:
    """So it never permits what a fact that it was not told could forbid."""
    found = compared({"maker": {"name": "Ann", "fair": True}}, as_of=date(2024, 8, 1))
    music = found["documents"]["music.terms"]
    assert music["unknown"] == ["maker.name", "maker.fair"]
    assert (music["verdict"], music["version"]) == ("undetermined", "2")
    assert [each["fact"] for each in music["decision"]["needs"]] == ["purpose"]
    assert found["documents"]["photos.terms"]["known"] == ["maker.name", "maker.fair"]


def test_facts_that_cannot_matter_to_a_document_are_told_apart() -> None:
    found = compared({"size": 9}, as_of=date(2024, 8, 1))
    assert {id_: each["matters"] for id_, each in found["documents"].items()} == {
        "photos.terms": [],
        "music.terms": [],
    }
    assert compared({"size": 9}, as_of=date(2024, 3, 1))["documents"]["music.terms"]["matters"] == [
        "size"
    ]


def test_each_verdict_is_that_of_the_document_alone() -> None:
    facts = {"sold": True, "purpose": "print", "size": 2, "maker.fair": True}
    found = compared(facts, as_of=date(2024, 3, 1))
    alone = tosdsl.load("photos.tos").decide(facts, as_of=date(2024, 3, 1))
    assert found["documents"]["photos.terms"]["decision"] == alone.to_json(explain=False)


def test_a_document_that_no_version_governs_is_listed_apart() -> None:
    found = compared({"size": 1}, as_of=date(2023, 5, 1))
    assert list(found["documents"]) == ["music.terms"]
    (absent,) = found["not_in_force"]
    assert (absent["id"], absent["versions"][0]["effective_from"]) == ("photos.terms", "2024-01-01")


def test_without_a_day_the_newest_version_answers() -> None:
    found = compared({"size": 9})
    assert found["documents"]["music.terms"]["version"] == "2"
    assert found["not_in_force"] == []


def test_assertions_and_readings_are_told_as_far_as_they_are_known() -> None:
    said = {"status": "confirmed", "source": "a letter"}
    found = compared(
        {},
        as_of=date(2024, 3, 1),
        assertions=[
            {"fact": "maker", "value": {"name": "Ann", "fair": False}, **said},
            {"fact": "size", "value": 7, **said},
        ],
    )
    photos, music = (found["documents"][each] for each in ("photos.terms", "music.terms"))
    assert (photos["verdict"], music["verdict"]) == ("forbidden", "forbidden")
    assert music["unknown"] == ["maker.name", "maker.fair"]
    assert [each["fact"] for each in photos["decision"]["evidence"]] == ["maker.fair"]
    found = compared({"size": 1}, as_of=date(2024, 3, 1), readings={"strict": {"maker.fair": False}})
    assert [each["name"] for each in found["documents"]["photos.terms"]["decision"]["readings"]] == [
        "strict"
    ]
    assert found["documents"]["music.terms"]["decision"]["readings"] == []


def test_alleged_facts_count_where_that_is_the_standard() -> None:
    said = [{"fact": "size", "value": 7, "status": "alleged", "source": "a letter"}]
    verdicts = [
        compared({}, as_of=date(2024, 3, 1), assertions=said, standard=each)["documents"][
            "music.terms"
        ]["verdict"]
        for each in ("confirmed", "alleged")
    ]
    assert verdicts == ["undetermined", "forbidden"]


# --- mistakes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("use", "code"),
    [
        ("facts: {sald: yes}", "TOS4065"),
        ("facts: {maker: {nam: Ann}}", "TOS4065"),
        ("facts: {size: 1, size: 2}", "TOS4005"),
        (
            "facts: {size: 1}\nassertions: [{fact: nothing, value: 1, status: confirmed, source: me}]",
            "TOS4065",
        ),
        ("facts: {size: 1}\nas_of: soon", "TOS4003"),
        ("facts: {size: 1}\nwhen: 2024-01-01", "TOS4007"),
        ("size: 1", "TOS4006"),
        ("[]", "TOS4006"),
        ("facts: {size: [", "TOS4001"),
    ],
)
def test_what_is_wrong_with_a_use_is_told_with_its_place(run: Run, use: str, code: str) -> None:
    ran = run("compare", "photos.tos", "music.tos", "--facts", "-", stdin=use.encode())
    assert ran.status == 1
    assert f"error[{code}] <stdin>:" in ran.err


def test_a_slip_of_the_pen_is_mended_by_the_names_of_all_documents() -> None:
    with pytest.raises(tosdsl.FactError) as raised:
        tosdsl.compare({"facts": {"purpos": "print"}}, "photos.tos", "music.tos")
    assert codes(raised) == ["TOS4065"]
    assert "Did you mean `purpose`?" in str(raised.value)


def test_a_document_that_is_wrong_is_a_mistake(run: Run) -> None:
    Path("music.tos").write_text("policy music.terms\n    default perm\n", encoding="utf-8")
    assert run("compare", ".", "--facts", "-", stdin=b"facts: {}").status == 1


# --- how it is shown ----------------------------------------------------------------------------------


class Page(HTMLParser):
    """The tags of a page, and its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize("use", ["project_seed", "ticket_classifier", "published_classifier"])
def test_the_shipped_documents_are_compared(run: Run, use: str, tmp_path: Path) -> None:
    text = (USES / f"{use}.yaml").read_text(encoding="utf-8")
    found = tosdsl.compare(text)
    ids = {each.policy.id for each in found.documents} | {each.versions[0].id for each in found.absent}
    shipped = (ROOT / "policies" / "names.txt").read_text(encoding="utf-8").split("\n")
    assert ids == {line.split()[1] for line in shipped if line.startswith("policy ")}
    for each in found.documents:
        facts = {path: each.shared.use.facts[path] for path in each.shared.known}
        alone = tosdsl.load(each.policy.id).decide(facts, as_of=found.as_of, use=found.title)
        assert alone.verdict is each.decision.verdict
    ran = run("compare", "--facts", use, "--format", "html", "--output", tmp_path / "page.html")
    assert (ran.status, ran.out) == (0, "")
    made = Page((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert made.open == []
    words = " ".join(made.words)
    for each in found.documents:
        assert (each.policy.title or each.policy.id) in words
    assert (
        run("compare", "--facts", use, "--format", "html", "--output", tmp_path / "page.html").status
        == 0
    )
    assert json.loads(run("compare", "--facts", use, "--format", "json").out) == as_json(found)


def test_the_page_needs_nothing_but_itself() -> None:
    text = page(tosdsl.compare((USES / "project_seed.yaml").read_text(encoding="utf-8")))
    made = Page(text)
    assert {tag for tag, _ in made.tags}.isdisjoint(
        {"script", "img", "link", "iframe", "object", "form"}
    )
    assert not re.search(r"url\(|@import", text)
    ids = [attrs["id"] for _, attrs in made.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    inside = {
        (attrs["href"] or "")[1:]
        for tag, attrs in made.tags
        if tag == "a" and (attrs["href"] or "")[0] == "#"
    }
    assert inside <= set(ids)
    labelled = {attrs["aria-labelledby"] for _, attrs in made.tags if "aria-labelledby" in attrs}
    assert labelled <= set(ids)


def test_no_word_of_a_text_or_a_use_is_markup_or_steers_a_terminal() -> None:
    hostile = '<script>alert(1)</script>\\u001b[2J"'
    text = PHOTOS.replace("Photo Terms", hostile.replace('"', '\\"')).replace(
        "Is it sold?", "<b>sold?</b>"
    )
    text = text.replace("https://example.org/photos", "javascript:alert(1)")
    Path("photos.tos").write_text(text, encoding="utf-8")
    found = tosdsl.compare(
        {"facts": {"size": 1}, "use": "<i>\x1b[31m"}, "photos.tos", as_of=date(2024, 3, 1)
    )
    made = page(found)
    assert {tag for tag, _ in Page(made).tags}.isdisjoint({"script", "b", "i"} - {"b"})
    assert "<b>sold" not in made
    assert "javascript:" not in "".join(str(attrs) for _, attrs in Page(made).tags)
    assert "\x1b" not in made
    assert "\x1b" not in "".join(line.plain for line in lines(found))


def test_a_report_is_written_over_no_other_file(run: Run) -> None:
    before = Path("photos.tos").read_text(encoding="utf-8")
    ran = run(
        "compare", "music.tos", "--facts", "-", "--output", "photos.tos", stdin=b"facts: {size: 1}"
    )
    assert (ran.status, "TOS6023" in ran.err) == (1, True)
    assert Path("photos.tos").read_text(encoding="utf-8") == before


def test_lines_tell_verdicts_clauses_and_what_is_needed(run: Run) -> None:
    use = b"use: a poster\nas_of: 2024-03-01\nfacts: {sold: yes, purpose: print, size: 2}"
    ran = run("compare", "photos.tos", "music.tos", "--facts", "-", stdin=use)
    assert ran.status == 0
    assert ran.out == (
        "a poster  on 2024-03-01\n"
        "  sold: yes\n"
        "  purpose: print\n"
        "  size: 2\n"
        "\n"
        "FORBIDDEN  1 document\n"
        "  Photo Terms, version 1  photos.terms\n"
        "      forbids 3  No photo is sold.\n"
        "\n"
        "PERMITTED  1 document\n"
        "  music.terms, version 1  music.terms\n"
        "      permits by default\n"
        "      not told of sold: It is a text there, and a boolean in photos.terms.\n"
    )
