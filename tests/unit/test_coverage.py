"""Coverage of law: what uses show of a policy, by the goals that they meet; and the report."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.unit.conftest import Run
from tosdsl import loads
from tosdsl.facade import load_each
from tosdsl.testing.coverage.html import page
from tosdsl.testing.coverage.measure import Coverage, measure
from tosdsl.testing.coverage.report import as_json

POLICY = """\
policy acme.photos
    default permit

use shop

define news as
    occasion is press
    except old_news
        when age_in_days > 30

section selling
    applies when not internal

    forbid sale at "3"
        when paid and amount > 100
        except press at "3(a)"
            when news
            provided credit
            provided not altered
            except stolen
                when stolen

    permit gift
        notwithstanding sale
        when given_away

forbid whatever

require notice
    when sold
    must told
    by told_by
"""

VOCABULARY = """


vocabulary shop

type Occasion is one of
    press
    private

fact paid: boolean
fact internal: boolean
fact occasion: Occasion
fact credit: boolean
fact altered: boolean
fact stolen: boolean
fact given_away: boolean
fact amount: integer
fact age_in_days: integer
fact sold: boolean
fact told: boolean
fact told_by: date
"""

REACHED = "internal: no, paid: yes, amount: 200, given_away: no"
EXCEPTED = f"{REACHED}, occasion: press, age_in_days: 3, credit: yes, altered: no, stolen: no"


def covered(*uses: str) -> Coverage:
    """``uses`` are facts, perhaps after a day and a bar."""
    text = POLICY
    for at, use in enumerate(uses):
        day, _, facts = use.rpartition("|")
        as_of = f"    as of {day}\n" if day else ""
        given = "".join(f"        {fact}\n" for fact in facts.split(", "))
        text += f'\nscenario "use {at}"\n{as_of}    given\n{given}    expect needs nothing\n'
    text = text.replace("    expect needs nothing\n", "    expect compliant\n")
    return measure([loads(text + VOCABULARY)])


def seen(*uses: str) -> set[tuple[str, str, str]]:
    (document,) = covered(*uses).documents
    return {(goal.kind, goal.subject, goal.seen) for goal in document.goals if document.met(goal)}


def test_what_there_is_to_be_seen() -> None:
    (document,) = covered("paid: yes").documents
    goals = {(goal.kind, goal.subject, goal.seen) for goal in document.goals}
    assert {each for each in goals if each[0] == "clauses"} == {
        ("clauses", clause, truth)
        for clause in ("sale", "gift", "notice")
        for truth in ("in force", "not in force", "undetermined")
    } | {("clauses", "whatever", "in force")}  # it has no condition: it is in force, and nothing else
    assert {each[1:] for each in goals if each[0] == "exceptions"} == {
        (node, how)
        for node in ("sale.press", "sale.press.stolen", "news.old_news")
        for how in ("deciding", "not helping")
    }
    assert {each[1] for each in goals if each[0] == "provisos"} == {
        "sale.press provided credit",
        "sale.press provided not altered",
    }
    assert {each[1] for each in goals if each[0] == "conditions"} == {
        *("occasion is press", "age_in_days > 30", "internal", "paid", "amount > 100", "news"),
        *("credit", "altered", "stolen", "given_away", "sold", "told"),
    }
    assert {each[1] for each in goals if each[0] == "thresholds"} == {
        *("age_in_days > 30", "amount > 100", "deadline of notice"),
    }
    assert {each[1:] for each in goals if each[0] in {"sections", "duties"}} == {
        *(("selling", "in scope"), ("selling", "out of scope")),
        *(("notice", "triggered"), ("notice", "fulfilled"), ("notice", "breached")),
    }


@pytest.mark.parametrize(
    ("use", "shown", "not_shown"),
    [
        (REACHED, [], [("clauses", "sale", "in force"), ("exceptions", "sale.press", "not helping")]),
        (
            f"{REACHED}, occasion: private",
            [
                ("clauses", "sale", "in force"),
                ("exceptions", "sale.press", "not helping"),
                ("sections", "selling", "in scope"),
            ],
            [("exceptions", "sale.press.stolen", "not helping"), ("clauses", "sale", "undetermined")],
        ),
        (
            EXCEPTED,
            [
                ("clauses", "sale", "not in force"),
                ("exceptions", "sale.press", "deciding"),
                ("exceptions", "sale.press.stolen", "not helping"),
                ("exceptions", "news.old_news", "not helping"),
            ],
            [("provisos", "sale.press provided credit", "failing")],
        ),
        (
            EXCEPTED.replace("credit: yes", "credit: no"),
            [("provisos", "sale.press provided credit", "failing"), ("clauses", "sale", "in force")],
            [("provisos", "sale.press provided not altered", "failing")],
        ),
        (  # two fail: neither is shown to matter
            EXCEPTED.replace("credit: yes, altered: no", "credit: no, altered: yes"),
            [("exceptions", "sale.press", "not helping")],
            [
                ("provisos", "sale.press provided credit", "failing"),
                ("provisos", "sale.press provided not altered", "failing"),
            ],
        ),
        (  # the exception that it qualifies is lost anyway
            EXCEPTED.replace("credit: yes", "credit: no").replace("stolen: no", "stolen: yes"),
            [],
            [("provisos", "sale.press provided credit", "failing")],
        ),
        (
            EXCEPTED.replace("stolen: no", "stolen: yes"),
            [("exceptions", "sale.press.stolen", "deciding"), ("clauses", "sale", "in force")],
            [("exceptions", "sale.press", "deciding")],
        ),
        (  # where the clause does not reach, its exception decides nothing
            EXCEPTED.replace("paid: yes", "paid: no"),
            [("conditions", "paid", "false")],
            [("exceptions", "sale.press", "deciding")],
        ),
        (
            EXCEPTED.replace("internal: no", "internal: yes"),
            [("sections", "selling", "out of scope"), ("clauses", "sale", "not in force")],
            [("exceptions", "sale.press", "deciding")],
        ),
        (
            "occasion: press, age_in_days: 31",
            [
                ("exceptions", "news.old_news", "deciding"),
                ("thresholds", "age_in_days > 30", "just met"),
            ],
            [("thresholds", "age_in_days > 30", "just missed")],
        ),
        (
            "age_in_days: 30, amount: 99",
            [
                ("thresholds", "age_in_days > 30", "just missed"),
                ("thresholds", "amount > 100", "just missed"),
            ],
            [("thresholds", "amount > 100", "just met")],
        ),
        (
            "amount: 400",
            [("conditions", "amount > 100", "true")],
            [("thresholds", "amount > 100", "just met")],
        ),
        (
            "2024-03-01|sold: yes, told: no, told_by: 2024-03-01",
            [("duties", "notice", "triggered"), ("thresholds", "deadline of notice", "just met")],
            [("duties", "notice", "breached"), ("duties", "notice", "fulfilled")],
        ),
        (
            "2024-03-02|sold: yes, told: no, told_by: 2024-03-01",
            [("duties", "notice", "breached"), ("thresholds", "deadline of notice", "just missed")],
            [("duties", "notice", "fulfilled")],
        ),
        ("sold: yes, told: yes", [("duties", "notice", "fulfilled")], []),
        ("sold: no", [("clauses", "notice", "not in force")], [("duties", "notice", "triggered")]),
    ],
)
def test_what_a_use_shows(
    use: str, shown: list[tuple[str, str, str]], not_shown: list[tuple[str, str, str]]
) -> None:
    found = seen(use)
    assert [each for each in shown if each not in found] == []
    assert [each for each in not_shown if each in found] == []


def test_uses_add_up_and_the_first_that_shows_it_is_named() -> None:
    coverage = covered("paid: yes", "paid: no", "paid: yes")
    (document,) = coverage.documents
    by = {document.seen[goal.key] for goal in document.goals if goal.subject == "paid"}
    assert by == {"use 0", "use 1"}
    met, all_ = coverage.total()
    assert 0 < met < all_
    assert (met, all_) == (
        sum(each for each, _ in coverage.totals().values()),
        sum(each for _, each in coverage.totals().values()),
    )


def test_as_json_has_every_goal_with_who_met_it() -> None:
    found = as_json(covered(EXCEPTED))
    (policy,) = found["policies"]
    assert (found["schema"], found["goals"]) == ("tosdsl.coverage/1", len(policy["seen"]))
    assert sum(goal["met"] for goal in policy["seen"]) == found["met"] == policy["met"]
    assert {goal["by"] for goal in policy["seen"] if goal["met"]} == {"use 0"}
    assert {goal["by"] for goal in policy["seen"] if not goal["met"]} == {None}
    json.dumps(found)


class Page(HTMLParser):
    """What a page holds, and whether its elements close in their order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += attrs
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_the_page_holds_the_text_and_needs_nothing_else() -> None:
    text = POLICY.replace('at "3"', 'at "<b>&3"')
    made = page(measure([loads(text + '\nscenario "<i>"\n    expect forbidden\n' + VOCABULARY)]))
    read = Page(made)
    assert read.open == []
    assert '    forbid sale at "<b>&3"' in read.text
    assert "<b>&3" not in made
    names = {name for name, _ in read.attributes}
    assert not names & {"src", "onclick", "onload"}
    assert all(
        value is None or value.startswith("#") for name, value in read.attributes if name == "href"
    )
    assert "url(" not in made
    assert "@import" not in made
    signs = [each for each in read.text if "never seen: 0 of" in each]
    assert signs  # said in words too


# --- the command line -----------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "photos.tos"
    text = POLICY + '\nscenario "s"\n    given\n        paid: yes\n    expect forbidden\n' + VOCABULARY
    made.write_text(text, encoding="utf-8")
    return made


def test_the_text_names_what_is_missing_with_its_place(run: Run, file: Path) -> None:
    ran = run("coverage", file)
    assert (ran.status, ran.err) == (0, "")
    line = POLICY.splitlines().index("            provided credit") + 1
    assert f"     {line}  sale.press provided credit  failing\n" in ran.out
    assert "a use to which sale.press would apply, and `credit` is false" in ran.out


def test_under_the_mark_is_3(run: Run, file: Path) -> None:
    assert run("coverage", file, "--fail-under", "90").status == 3
    assert run("coverage", file, "--fail-under", "1").status == 0
    assert run("coverage", file, "--fail-under", "101").status == 2


def test_uses_count_as_scenarios_do(run: Run, file: Path, tmp_path: Path) -> None:
    use = tmp_path / "use.yaml"
    use.write_text("use: a gift\nfacts: {given_away: yes, internal: no}\n", encoding="utf-8")
    before = json.loads(run("coverage", file, "--format", "json").out)
    after = json.loads(run("coverage", file, "--format", "json", "--uses", use).out)
    assert after["met"] > before["met"]
    assert "a gift" in {goal["by"] for goal in after["policies"][0]["seen"]}


def test_a_file_to_write_to(run: Run, file: Path, tmp_path: Path) -> None:
    for form, begins in (("html", "<!doctype html>"), ("json", "{"), ("text", " ")):
        target = tmp_path / f"report.{form}"
        ran = run("coverage", file, "--format", form, "--output", target)
        assert (ran.status, ran.out) == (0, "")
        assert target.read_text(encoding="utf-8").startswith(begins)
    ran = run("coverage", file, "--output", tmp_path / "no" / "such" / "folder")
    assert ran.status == 1
    assert "TOS6010" in ran.err


@pytest.mark.parametrize("form", ["text", "json", "html"])
def test_nothing_but_a_report_is_written_over(run: Run, file: Path, tmp_path: Path, form: str) -> None:
    """The policy itself, its neighbours, and whatever else somebody keeps."""
    kept = {
        file: file.read_text(encoding="utf-8"),
        tmp_path / "notes.md": " goals of this year\n",
        tmp_path / "other.json": '{"schema": "tosdsl.diff/1"}\n',
        tmp_path / "page.html": '<!doctype html>\n<html lang="en"><head>\n<title>Ours</title>\n',
        tmp_path / "coded.bin": "\0\0",
    }
    for target, text in kept.items():
        target.write_text(text, encoding="utf-8")
        ran = run("coverage", file, "--format", form, "--output", target)
        assert ran.status == 1
        assert "TOS6023" in ran.out + ran.err
        assert target.read_text(encoding="utf-8") == text
    again = tmp_path / "report"
    again.touch()
    for other in ("text", "json", "html", form):
        assert run("coverage", file, "--format", other, "--output", again).status == 0
    assert run("coverage", file, "--format", form, "--output", "/dev/null").status == 0


def test_nothing_to_run_is_1(run: Run, tmp_path: Path) -> None:
    made = tmp_path / "photos.tos"
    made.write_text(POLICY + VOCABULARY, encoding="utf-8")
    ran = run("coverage", made)
    assert ran.status == 1
    assert "TOS6008" in ran.err


def test_the_shipped_scenarios_show_every_clause_exception_proviso_section_and_duty() -> None:
    coverage = measure(load_each(ROOT / "policies"))
    looked_at = {"clauses", "exceptions", "provisos", "sections", "duties"}
    missing = [
        f"{document.policy.name}:{goal.span.line}: {goal.subject} {goal.seen}"
        for document in coverage.documents
        for goal in document.missing()
        if goal.kind in looked_at
    ]
    assert missing == []
    assert looked_at <= coverage.totals().keys()


def test_rows_of_tables_count_as_scenarios_do(run: Run, tmp_path: Path) -> None:
    file, table = tmp_path / "p.tos", tmp_path / "p.cases.csv"
    file.write_text(
        "policy p\n    default permit\n\nuse v\n\nforbid a\n    when p\n\n\n"
        "vocabulary v\n\nfact p: boolean\n"
    )
    table.write_text("case,p,expect\none,yes,forbidden\n")
    before = json.loads(run("coverage", file, table, "--format", "json").out)
    table.write_text("case,p,expect\none,yes,forbidden\ntwo,no,permitted\nthree,,undetermined\n")
    after = json.loads(run("coverage", file, "--format", "json").out)
    assert 0 < before["met"] < after["met"] == after["goals"]
