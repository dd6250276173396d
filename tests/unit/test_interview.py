"""``tosdsl facts``, ``interview`` and ``new``: what they print, write and refuse."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import tosdsl
from tosdsl.base.verdict import Verdict
from tosdsl.diagnostics.model import Diagnostic
from tosdsl.errors import FactError
from tosdsl.facts.document import read_text
from tosdsl.interview import Interview, facts_read, first_policy
from tosdsl.interview.forms import form
from tosdsl.interview.mapping import map_template
from tosdsl.interview.template import template
from tosdsl.library.search import Search
from tosdsl.mapping.read import read_mapping
from tosdsl.syntax.markdown import format_text
from tosdsl.syntax.parser import parse
from tosdsl.trees import vocabulary as v

SALES = """\
vocabulary sales

type Kind is one of
    book  "printed"
    film

type Sale has
    kind: Kind
    amount: money in USD  "How much?"
    note: text

fact sales: list of Sale  "What was sold?"
fact kinds: list of Kind  "Which kinds?"
fact name: text
fact ended: optional date
fact fair: boolean judged "Is it fair?"

policy shop.sales
    default permit

use sales

forbid films at "1"
    "No films for more than 5 dollars."
    when some s in sales satisfies (s.kind is film and s.amount > 5 USD)

forbid books at "2"
    when kinds includes book and name starts with "Ann"
    except over at "2(a)"
        when ended < 2024-01-01
        provided fair
"""


def begin() -> Interview:
    return Interview.begin(tosdsl.loads(SALES))


def test_what_settles_most_is_asked_first() -> None:
    question = begin().question()
    assert question is not None
    assert question.fact in {"sales", "kinds"}
    kinds = begin().answered("sales", []).question()
    assert kinds is not None
    assert kinds.fact == "kinds"
    assert ("[]", Verdict.PERMITTED) in kinds.settles
    assert kinds.members == (("book", "printed"), ("film", None))


def test_answers_are_read_as_they_are_typed() -> None:
    made = (
        begin().answered("kinds", "book, film").answered("name", "Ann's shop").answered("ended", "none")
    )
    made = made.answered("fair", "Y").answered("sales", [{"kind": "film", "amount": "6 USD"}])
    facts = made.use.facts
    assert facts["kinds"] == ("book", "film")
    assert facts["name"] == "Ann's shop"
    assert facts["fair"] is True
    assert made.decision().verdict is Verdict.FORBIDDEN
    read, _ = made.policies.read_use(made.document())
    assert read.facts == facts


@pytest.mark.parametrize(
    ("fact", "answer"),
    [("kinds", "bok"), ("fair", "maybe"), ("ended", "31.1.2024"), ("sales", [{"x": "1"}])],
)
def test_what_is_no_value_is_refused(fact: str, answer: object) -> None:
    with pytest.raises(FactError):
        begin().answered(fact, answer)


def test_a_fact_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no fact"):
        begin().answered("price", "1")


def test_what_nobody_knows_is_asked_once() -> None:
    made = begin()
    asked = []
    while (question := made.question()) is not None:
        asked.append(question.fact)
        made = made.not_known(question.fact)
    assert sorted(asked) == ["ended", "fair", "kinds", "name", "sales"]
    assert made.decision().verdict is Verdict.UNDETERMINED
    assert "kinds:  # nobody knew" in made.document()


def test_a_list_of_which_an_item_does_not_say_all_stands_once_in_the_answers() -> None:
    policies = tosdsl.loads(SALES)
    use, _ = policies.read_use("facts: {sales: [{kind: film}], kinds: []}")
    made = Interview.begin(policies, use).not_known("sales")
    text = made.document()
    assert text.count("sales:") == 1
    assert policies.read_use(text)[0].facts == use.facts


# --- on the command line ------------------------------------------------------------------------------


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    file = tmp_path / "sales.tos"
    file.write_text(SALES, encoding="utf-8")
    return file


def test_the_file_of_facts_is_a_use(run: Any, shop: Path, tmp_path: Path) -> None:
    done = run("facts", shop)
    assert done.status == 0
    file = tmp_path / "facts.yaml"
    file.write_text(done.out, encoding="utf-8")
    assert run("check", shop, "--facts", file).status == 4
    assert "# - kind:" in done.out
    assert "note:" not in done.out  # no clause reads it


@pytest.mark.parametrize("id_", Search().ids("policy"))
def test_a_mapping_to_begin_with_is_right_once_its_lines_are_taken(id_: str) -> None:
    policies = tosdsl.load(id_)
    text = map_template(policies)
    assert "TEXT" not in re.sub("#.*", "", text)
    entries = re.findall(r"^  # ([\w.]+: \{.*\})$", text, re.MULTILINE)
    read = {each.leaf.path for each in facts_read(policies)}
    assert {each.partition(":")[0] for each in entries} == read
    for kept in ("column", "is"):
        lines = [each for each in entries if each.partition(": {")[2].startswith(kept)]
        head = re.sub("(?m)^# (row|as_of|by|keep):", r"\1:", text.partition("facts:")[0])
        problems: list[Diagnostic] = []
        whole = head + "facts:\n" + "".join(f"  {each}\n" for each in lines)
        mapped, found = read_mapping(read_text(whole, "m.yaml", problems), policies.vocabulary)
        assert problems + found == []
        assert (len(mapped.facts), mapped.row, mapped.keep) == (len(lines), "COLUMN", ("COLUMN",))
    problems = []
    mapped, found = read_mapping(read_text(text, "m.yaml", problems), policies.vocabulary)
    assert [each.code for each in problems + found] == ["TOS4101"], "`facts` has nothing yet"


def test_a_mapping_to_begin_with_is_printed(run: Any, shop: Path) -> None:
    status, out, _ = run("facts", "--as-map", shop)
    assert status == 0
    assert out.startswith("# A mapping for ")
    assert "  # Asked by " in out


def test_a_name_of_a_party_is_written_as_facts_have_it() -> None:
    policies = tosdsl.load("openai.business_terms")
    text = template(policies)
    assert "# One of openai, microsoft" in text
    assert "Openai" not in text
    assert "One of " not in form(v.Party(), ())


def test_facts_of_one_clause(run: Any, shop: Path) -> None:
    done = run("facts", f"{shop}#books")
    assert "kinds:" in done.out
    assert "sales:" not in done.out
    assert "TOS6028" in run("facts", f"{shop}#book").err


def test_a_section_without_clauses_asks_for_its_scope() -> None:
    policies = tosdsl.loads(
        """vocabulary words

fact abroad: boolean


policy p
    default permit

use words

section exports
    applies when abroad
    default forbid
"""
    )
    for part in (None, "p#exports"):
        assert [each.leaf.path for each in facts_read(policies, part)] == ["abroad"]


def test_an_interview_asks_for_no_day() -> None:
    policies = tosdsl.loads(
        """vocabulary words

fact ended_on: date


policy p
    default permit

use words

forbid late
    when ended_on < day of use
"""
    )
    begun = Interview.begin(policies).answered("ended_on", "2024-01-31")
    assert begun.question() is None
    assert [need.fact for need in begun.decision().needs] == ["day of use"]
    dated = Interview.begin(policies, as_of=date(2024, 2, 1)).answered("ended_on", "2024-01-31")
    assert dated.decision().verdict is Verdict.FORBIDDEN


def test_answers_from_standard_input_end_in_the_decision(run: Any, shop: Path, tmp_path: Path) -> None:
    out = tmp_path / "answers.yaml"
    typed = "?\n1\n2\n6 USD\n"
    done = run("interview", shop, "--facts", _given(tmp_path), "--output", out, stdin=typed.encode())
    assert done.status == 3
    assert "No films for more than 5 dollars." in done.out
    assert "FORBIDDEN" in done.out
    assert run("check", shop, "--facts", out).status == 3
    again = run("interview", shop, "--facts", _given(tmp_path), "--output", out, stdin=typed.encode())
    assert "TOS6023" in again.err


def _given(folder: Path) -> Path:
    file = folder / "given.yaml"
    file.write_text("facts: {kinds: []}\n")
    return file


def test_a_terminal_is_asked_goes_back_and_ends(shop: Path) -> None:
    """The program runs on a terminal of its own: what is shown there, and what it ends in."""
    parent, child = pty.openpty()
    words = [sys.executable, "-m", "tosdsl", "interview", str(shop)]
    process = subprocess.Popen(words, stdin=child, stdout=child, stderr=child, close_fds=True)
    os.close(child)
    try:
        shown = _until(parent, "> ")
        assert "why do you ask?" in shown
        for typed, wanted in (
            ("?", "More will be asked, whatever the answer is."),
            ("several", "A number > "),
            ("0", "[] for none of them"),
            ("?", "settles it"),
            ("<", "How many are there?"),
            ("", "[] for none of them"),
            ("perhaps", "TOS4"),
            ("1", "name"),
            ("!", "facts:"),
        ):
            os.write(parent, f"{typed}\n".encode())
            shown = _until(parent, wanted)
        assert process.wait(timeout=60) == 4
    finally:
        process.kill()
        os.close(parent)
    assert "UNDETERMINED" in shown


def _until(terminal: int, wanted: str) -> str:
    """What is shown until some words are, and no more is."""
    shown = ""
    while True:
        ready, _, _ = select.select([terminal], [], [], 0.3 if wanted in shown else 60)
        if not ready:
            break
        try:
            shown += os.read(terminal, 65_536).decode("utf-8", "replace")
        except OSError:  # the program has ended
            break
    assert wanted in shown, shown
    return shown


@pytest.mark.parametrize("id_", ["acme.terms", "acme", "a_b.terms.of_use"])
def test_a_first_policy_is_laid_out_and_its_scenarios_hold(id_: str) -> None:
    text = first_policy(id_)
    assert tosdsl.loads(text).warnings == ()
    assert format_text(text, parse(text, "first.tos"), "first.tos") == text


def test_new_writes_what_can_be_tested_at_once(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("new", "acme.terms").status == 0
    assert run("test", "acme_terms.tos").status == 0
    assert run("lint", ".").status == 0
    assert run("fmt", "--check", ".").status == 0
    assert run("check", "acme_terms.tos", "--facts", "acme_terms.yaml").status == 4
    assert "TOS6023" in run("new", "acme.terms").err
    assert "TOS6027" in run("new", "acme terms").err


@pytest.mark.parametrize("asked", ["openai.usage_policies", "openai.usage_policies@2025-01-29"])
def test_a_copy_of_a_document_says_what_the_document_says(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    monkeypatch.chdir(tmp_path)
    original = tosdsl.load(asked)
    files = {each.span.file for versions in original.choices.asked for each in versions}
    assert run("new", asked, "--copy").status == 0
    texts = [path.read_text("utf-8") for path in sorted(tmp_path.glob("*.tos"))]
    assert texts == [original.sources[file] for file in sorted(files)]
    assert run("test", ".").status == 0
    assert run("check", ".", "--facts", "openai_usage_policies.yaml").status in {0, 4}
    assert "TOS6023" in run("new", asked, "--copy").err
