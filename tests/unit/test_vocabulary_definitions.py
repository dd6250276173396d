"""Definitions of a vocabulary: policies read them as their own, and each view says where one stands."""

from __future__ import annotations

from pathlib import Path

import pytest

import tosdsl
from tosdsl.base.verdict import Verdict
from tosdsl.facade import FactError, PolicyError
from tosdsl.language.check import Checked, check
from tosdsl.language.describe import describe
from tosdsl.language.edits import applied, rename
from tosdsl.language.expected import expected_at
from tosdsl.language.occurrences import occurrences
from tosdsl.language.symbols import Symbol
from tosdsl.lint.check import lint
from tosdsl.lower.core import program
from tosdsl.studio.reading import _definitions
from tosdsl.syntax.parser import parse
from tosdsl.testing.collect import collect
from tosdsl.testing.coverage.html import page
from tosdsl.testing.coverage.measure import measure
from tosdsl.testing.coverage.report import lines
from tosdsl.testing.mutation.mutants import mutants
from tosdsl.workspace.memory import Workspace

WORDS = """\
vocabulary words

fact open: boolean
fact size: integer
fact when: date

define large at "1" as
    "Much of it."
    open and size > 10
    except few
        when size < 20

define late(day: date, by: integer) as
    when < day and size > by

define unread as
    size > 99
"""
FIRST = """\
policy first
    default permit

use words

forbid showing
    when large

forbid waiting
    when late(day of use, 3)

scenario "small"
    given
        open: yes
        size: 3
    expect large is no
    expect large.few not in force
"""
SECOND = """\
policy second
    default permit

use words

define mine as
    large and late(2024-05-01, 3)

forbid selling
    when mine
"""
TEXTS = {"words.tos": WORDS, "first.tos": FIRST, "second.tos": SECOND}


def checked(texts: dict[str, str] = TEXTS) -> Checked:
    return check(texts, ["first.tos", "second.tos"])


def test_it_is_compiled_once_for_all_policies() -> None:
    linked = tosdsl.loads(WORDS, FIRST, SECOND).linked
    made = program(linked, (True, True))
    assert made.values[0, "large"] == made.values[1, "large"]
    assert made.called[0, "late"] == made.called[1, "late"]
    one, two = (document.policy.definitions for document in linked.documents)
    assert [each.name for each in one] == ["large", "late"]
    assert [each.name for each in two] == ["large", "late", "mine"]
    assert one[0] is two[0]


def test_what_a_policy_does_not_read_is_none_of_its_own() -> None:
    policies = tosdsl.loads(WORDS, SECOND)
    names = [each.name for each in policies.linked.documents[0].policy.definitions]
    assert "unread" not in names


def test_the_explanation_says_of_which_vocabulary_it_is() -> None:
    decision = tosdsl.loads(WORDS, FIRST).decide({"open": True, "size": 30, "when": "2024-01-01"})
    assert decision.verdict is Verdict.FORBIDDEN
    assert "large, “Much of it.”:  of the vocabulary words" in decision.explain()


def test_a_fact_cannot_be_given_in_its_place() -> None:
    for name in ("large", "unread"):
        with pytest.raises(FactError) as raised:
            tosdsl.loads(WORDS, FIRST).decide({name: True})
        assert [each.code for each in raised.value.diagnostics] == ["TOS4040"]


def test_a_mend_that_is_obeyed_works() -> None:
    words = """\
vocabulary words

type Day has
    on: date
    n: integer

fact days: list of Day
fact asked: instant
fact done: date
fact who: party

define often as
    highest(d.n for d in days, in any 3 days by d.on) > 3

define late as
    done > day of asked in Europe/Paris + 3 days

define its(who_else: party) as
    who is who_else
"""
    policy = """\
policy p
    provider acme
    default permit

use words

forbid x
    when often or late or its(provider)
"""
    assert tosdsl.loads(words, policy).decide({"who": "acme"}).verdict is Verdict.FORBIDDEN


def mistakes(*texts: str) -> list[tuple[str, str]]:
    """The code of each mistake, and the place that it marks."""
    with pytest.raises(PolicyError) as raised:
        tosdsl.loads(*texts)
    return [(each.code, f"{each.span.file}:{each.span.line}") for each in raised.value.diagnostics]


def test_a_definition_with_a_mistake_is_not_missed_by_those_who_use_it() -> None:
    words = WORDS.replace("open and size > 10", "open > 10")
    assert mistakes(words, FIRST, SECOND) == [("TOS2008", "<text 1>:9")]


def test_a_vocabulary_that_is_not_used_is_named() -> None:
    text = WORDS + "\n\n" + SECOND.replace("use words\n\n", "").replace("late(2024-05-01, 3)", "no")
    assert [code for code, _ in mistakes(text)] == ["TOS3018"]


def test_a_table_of_cases_expects_what_the_policy_reads(tmp_path: Path) -> None:
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text)
    table = tmp_path / "first.cases.csv"
    table.write_text("case,open,size,expect\none,yes,30,large is yes\n")
    titles = [each.title for each in collect([tmp_path / "first.tos"]).tests]
    assert titles == ["small", "one"]
    table.write_text("case,open,size,expect\none,yes,30,unread is no\n")
    with pytest.raises(PolicyError) as raised:
        collect([tmp_path / "first.tos"])
    assert [each.code for each in raised.value.diagnostics] == ["TOS3001"]


# --- views of it ------------------------------------------------------------------------------------


def test_coverage_tells_its_lines_from_those_of_the_policy() -> None:
    several = [tosdsl.loads(WORDS, each) for each in (FIRST, SECOND)]
    coverage = measure(several)
    document = coverage.documents[0]
    own = {goal.subject for goal in document.goals if goal.vocabulary is None}
    shared = {goal.subject for goal in document.goals if goal.vocabulary == "words"}
    assert own == {"showing", "waiting", "large", "late(day of use, 3)"}
    assert shared == {"open", "size > 10", "large.few", "size < 20"}
    met = {(goal.subject, goal.seen) for goal in document.goals if document.met(goal)}
    assert ("size > 10", "false") in met
    assert ("size > 10", "true") not in met
    assert any("in the vocabulary words" in each.plain for each in lines(coverage))
    assert "<p>In the vocabulary words:</p>" in page(coverage)


def test_mutants_of_a_policy_are_also_those_of_what_it_reads() -> None:
    (document,) = tosdsl.loads(WORDS, FIRST).linked.documents
    assert {"large", "late"} <= {each.clause for each in mutants(document.policy)}


def test_the_linter_reports_what_no_policy_reads(tmp_path: Path) -> None:
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text)
    tested = FIRST + '\nproperty "big"\n    where unread\n    expect never permitted\n'
    (tmp_path / "first.tos").write_text(tested)  # what a property is about counts nowhere
    report = lint(tmp_path)
    found = [each for each in report.findings if each.code == "TOS7011"]
    assert [(each.problem.span.line, each.subject) for each in found] == [(16, "words#unread")]


def test_the_studio_says_of_which_vocabulary_it_is() -> None:
    (document,) = tosdsl.loads(WORDS, FIRST).linked.documents
    rows = {each["id"]: each for each in _definitions(document.policy, {})}
    assert rows["large"]["text"] == "Much of it. (Of the vocabulary words.)"


# --- texts that are edited --------------------------------------------------------------------------


def test_an_edit_of_it_is_seen_by_all_that_use_it() -> None:
    workspace, facts = Workspace(), {"open": True, "size": 12, "when": "2024-01-01"}
    for edge, wanted in (("20", "permitted"), ("11", "forbidden"), ("20", "permitted")):
        texts = {**TEXTS, "words.tos": WORDS.replace("size < 20", f"size < {edge}")}
        found = check(texts, ["first.tos", "second.tos"], workspace)
        assert found.policies is not None, found.diagnostics
        decision = found.policies.decide({**facts, "size": 12}, as_of="2023-01-01")
        assert decision.verdict.value == wanted


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("when large", "when open and unread"),
        ("when large", "when open"),
        ("late(day of use, 3)", "late(day of use, 4)"),
    ],
)
def test_an_edit_of_a_clause_is_mended_in_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str
) -> None:
    monkeypatch.setenv("TOSDSL_CACHE", str(tmp_path / "cache"))
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text)
    file = tmp_path / "first.tos"
    tosdsl.load(file)
    assert tosdsl.load(file) == tosdsl.load(file)
    file.write_text(FIRST.replace(old, new))
    kept = tosdsl.load(file)
    monkeypatch.setenv("TOSDSL_CACHE", str(tmp_path / "other"))
    anew = tosdsl.load(file)
    assert kept == anew
    assert kept.linked.documents[0].policy.definitions == anew.linked.documents[0].policy.definitions


def test_it_is_renamed_in_every_text() -> None:
    before = checked()
    found = occurrences(before)
    for symbol, files in (
        (Symbol("definition", "words", "large"), {"words.tos", "first.tos", "second.tos"}),
        (Symbol("definition", "words", "late"), {"words.tos", "first.tos", "second.tos"}),
        (Symbol("exception", "words", "large.few"), {"words.tos", "first.tos"}),
        (Symbol("parameter", "words", "late.by"), {"words.tos"}),
        (Symbol("fact", "words", "size"), {"words.tos", "first.tos"}),
    ):
        edits = rename(found, symbol, "other")
        assert {each.span.file for each in edits} == files
        after = checked(applied(TEXTS, edits))
        assert after.policies is not None, after.diagnostics
        assert not after.diagnostics
        again = occurrences(after)
        new = next(each.symbol for each in again if each.symbol.word == "other")
        assert applied(after.sources, rename(again, new, symbol.word)) == TEXTS


def test_what_is_said_of_it() -> None:
    before = checked()
    said = describe(before, occurrences(before), Symbol("definition", "words", "large"))
    assert (said.text, said.at, said.type) == ("Much of it.", "1", "boolean")
    assert said.declared is not None
    assert said.declared.file == "words.tos"
    assert {each.file for each in said.used} == {"first.tos", "second.tos"}


@pytest.mark.parametrize(
    ("file", "line", "prefix"),
    [
        ("first.tos", "    when large", "    when "),
        ("words.tos", "    size > 99", "    "),
    ],
)
def test_it_is_offered_where_a_condition_may_stand(file: str, line: str, prefix: str) -> None:
    number = TEXTS[file].split("\n").index(line) + 1
    found = expected_at(checked(), file, number, len(prefix) + 1)
    assert {"large", "late", "unread", "size"} <= {each.text for each in found.candidates}


def test_no_name_of_a_fact_is_offered_where_one_is_declared() -> None:
    found = expected_at(checked(), "words.tos", 3, len("fact op") + 1)
    assert "open" not in {each.text for each in found.candidates}


@pytest.mark.parametrize("unit", ["vocabulary v", "policy p\n    default permit"])
def test_the_text_of_a_definition_is_not_taken_for_that_of_its_exception(unit: str) -> None:
    lines = [unit, "", "define large as", '    "What is large."', "    (yes)"]
    lines += ["    except small", '        "What is small."', ""]
    assert [each.code for each in parse("\n".join(lines)).diagnostics] == []
