"""Presumptions and burdens: what a question may say of them, and what an answer tells."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

import tosdsl
from tests.unit.conftest import Run
from tosdsl.decision.model import Decision
from tosdsl.decision.text import decision_lines
from tosdsl.interview import template
from tosdsl.receipts.model import sealed

LENDING = """\
vocabulary lending

fact of_age: boolean presumed yes
fact lent: boolean
fact lawful: boolean

policy library.terms
    default permit

use lending

presume lent is no at "1"
    "Unless it is marked."

forbid children
    when not of_age

forbid passing_on
    when lent
    except law to be shown at "3(a)"
        "Where the law allows it."
        when lawful
"""


@pytest.fixture(scope="module")
def policies() -> tosdsl.PolicySet:
    return tosdsl.loads(LENDING)


def test_what_is_presumed_is_listed_with_who_says_so(policies: tosdsl.PolicySet) -> None:
    made = policies.decide({"lawful": False})
    assert made.verdict is tosdsl.Verdict.PERMITTED
    told = [(each.kind, each.fact, each.value, each.by, each.at, each.text) for each in made.presumed]
    assert told == [
        ("presumption", "of_age", "yes", "lending", None, None),
        ("presumption", "lent", "no", "library.terms", "1", "Unless it is marked."),
    ]
    assert all(each.decides for each in made.presumed)
    assert made.without is not None
    assert made.without.verdict is tosdsl.Verdict.UNDETERMINED
    assert {need.fact for need in made.without.needs} == {"of_age", "lent"}


def test_a_burden_is_listed_with_the_facts_behind_it(policies: tosdsl.PolicySet) -> None:
    made = policies.decide({"of_age": True, "lent": True})
    [burden] = made.presumed
    assert (burden.kind, burden.clause, burden.at) == (
        "burden",
        "library.terms#passing_on.law",
        "3(a)",
    )
    assert (burden.facts, burden.decides) == (("lawful",), True)


SEALED = """\
vocabulary breaches

fact published: boolean
fact unlikely: boolean
fact encrypted: boolean
fact exposed: boolean

policy processor.terms
    default permit

use breaches

forbid publishing
    when published
    except no_risk to be shown
        when unlikely
    except sealed to be shown
        when encrypted
        except key to be shown
            when exposed
"""


@pytest.mark.parametrize(
    ("facts", "verdict", "deciding"),
    [
        ({}, "forbidden", ["no_risk", "sealed"]),
        ({"encrypted": True}, "permitted", ["sealed.key"]),
        ({"encrypted": True, "exposed": True}, "forbidden", ["no_risk"]),
        ({"unlikely": False}, "forbidden", ["sealed"]),
    ],
)
def test_those_burdens_decide_that_would_change_the_verdict(
    facts: dict[str, bool], verdict: str, deciding: list[str]
) -> None:
    made = tosdsl.loads(SEALED).decide({"published": True, **facts})
    assert made.verdict.value == verdict
    clauses = [each.clause for each in made.presumed if each.decides]
    assert clauses == [f"processor.terms#publishing.{name}" for name in deciding]


ONCE_MORE = """
forbid once_more
    when published
    except no_risk to be shown
        when unlikely
"""


def test_burdens_that_change_the_verdict_together_all_decide() -> None:
    made = tosdsl.loads(SEALED + ONCE_MORE).decide({"published": True, "encrypted": False})
    assert [each.clause for each in made.presumed if each.decides] == [
        "processor.terms#publishing.no_risk",
        "processor.terms#once_more.no_risk",
    ]


def test_what_is_shown_may_permit_or_only_open_the_question() -> None:
    """As of a clause that somebody else's exception leaves open, or another burden keeps."""
    text = SEALED.replace("    when published\n", "    when published\n    provided not exposed\n", 1)
    for facts, comes in (
        ({"exposed": False}, ["permitted", "permitted"]),
        ({"exposed": False, "encrypted": True}, ["permitted"]),
    ):
        made = tosdsl.loads(text).decide({"published": True, **facts})
        told = [each.otherwise.value for each in made.presumed if each.otherwise is not None]
        assert told == comes[: len(told)], facts
    made = tosdsl.loads(SEALED + ONCE_MORE).decide({"published": True, "encrypted": False})
    assert [each.otherwise for each in made.presumed] == [tosdsl.Verdict.PERMITTED] * 2


OPENS = """\
vocabulary lending

fact agreed: boolean
fact marked: boolean

policy library.terms
    default permit

use lending

forbid passing_on
    except consent to be shown
        when agreed

forbid marked_ones
    when marked
"""


def _told(made: Decision) -> str:
    return "\n".join(line.plain for line in decision_lines(made))


def test_what_would_only_open_the_question_says_so() -> None:
    made = tosdsl.loads(OPENS).decide({})
    assert made.verdict is tosdsl.Verdict.FORBIDDEN
    assert [each.otherwise for each in made.presumed] == [tosdsl.Verdict.UNDETERMINED]
    assert "Unless it is shown that library.terms#passing_on.consent applies (then open)." in _told(
        made
    )
    made = tosdsl.loads(OPENS).decide({"marked": False})
    assert [each.otherwise for each in made.presumed] == [tosdsl.Verdict.PERMITTED]
    assert "applies (then permitted)." in _told(made)


def test_what_is_known_by_showing_counts_elsewhere_too() -> None:
    """Whoever shows that the library agreed has shown it wherever it is asked."""
    text = OPENS.replace("when marked", "when marked\n    provided not agreed")
    made = tosdsl.loads(text).decide({})
    assert [each.otherwise for each in made.presumed] == [tosdsl.Verdict.PERMITTED]
    assert tosdsl.Decision.from_json(made.to_json()) == made


def test_the_contrary_of_a_presumption_has_its_verdict_too() -> None:
    text = OPENS.replace("fact marked: boolean", "fact marked: boolean presumed yes")
    made = tosdsl.loads(text).decide({"agreed": True})
    assert [each.otherwise for each in made.presumed] == [tosdsl.Verdict.PERMITTED]


def test_a_gate_opens_on_no_presumption(policies: tosdsl.PolicySet) -> None:
    presumed = policies.decide({})
    assert presumed.verdict is tosdsl.Verdict.PERMITTED
    assert not presumed.passes
    assert presumed.passes_presuming
    given = policies.decide({"of_age": True, "lent": False})
    assert given.passes
    assert given.without is None


@pytest.mark.parametrize(
    "facts", [{}, {"lawful": False}, {"of_age": True, "lent": True}, {"lent": None}]
)
def test_every_way_in_has_one_answer(policies: tosdsl.PolicySet, facts: dict[str, Any]) -> None:
    made = policies.decide(facts)
    use = tosdsl.Use.from_json({"facts": facts}, policies)
    assert policies.decide_use(use) == made
    assert policies.verdict(facts) is made.verdict
    data = json.loads(policies.decide_json(json.dumps({"facts": facts}).encode()))
    assert data == made.to_json(explain=False)
    assert Decision.from_json(made.to_json()) == made
    again = tosdsl.Use.from_json(use.to_json(policies), policies)
    assert policies.decide_use(again) == made
    text, _ = policies.read_use(json.dumps({"facts": facts}))
    assert policies.decide_use(text) == made


def test_the_asker_presumes_as_well_and_takes_back(policies: tosdsl.PolicySet) -> None:
    made = policies.decide({}, assume={"of_age": False})
    assert made.verdict is tosdsl.Verdict.FORBIDDEN
    assert [each.by for each in made.presumed if each.fact == "of_age"] == ["asker"]
    open_ = policies.decide({}, assume={"of_age": None})
    assert [need.fact for need in open_.needs] == ["of_age"]


def test_of_policies_that_presume_nothing_the_asker_may() -> None:
    plain = tosdsl.loads(
        "vocabulary v\n\nfact a: boolean\n\npolicy p\n    default permit\n\nuse v\n\n"
        "forbid n\n    when a\n"
    )
    made = plain.decide({}, assume={"a": False})
    assert made.verdict is tosdsl.Verdict.PERMITTED
    assert not made.passes
    assert plain.decide({}).verdict is tosdsl.Verdict.UNDETERMINED
    body = b'{"facts": {}, "assume": {"a": false}}'
    assert json.loads(plain.decide_json(body))["verdict"] == "permitted"


def test_several_files_of_background_and_the_later_one_counts(run: Run, tmp_path: Path) -> None:
    (tmp_path / "terms.tos").write_text(LENDING)
    (tmp_path / "use.yaml").write_text("facts: {lawful: unknown}\n")
    (tmp_path / "one.yaml").write_text("assume: {lent: yes, of_age: yes}\n")
    (tmp_path / "two.yaml").write_text("assume: {lent: unknown}\n")
    asked = ["check", str(tmp_path / "terms.tos"), "--facts", str(tmp_path / "use.yaml")]
    one = [*asked, "--assume", str(tmp_path / "one.yaml"), "--format", "json"]
    assert json.loads(run(*one).out)["verdict"] == "forbidden"
    both = [*one, "--assume", str(tmp_path / "two.yaml")]
    assert json.loads(run(*both).out)["verdict"] == "undetermined"


def test_a_receipt_of_one_clause_is_decided_again_to_the_same_bytes(run: Run, tmp_path: Path) -> None:
    (tmp_path / "terms.tos").write_text(LENDING)
    (tmp_path / "use.yaml").write_text("facts: {lent: yes}\n")
    made = tmp_path / "made.receipts"
    for asked in ("#passing_on", "#children", ""):
        words = ("--facts", tmp_path / "use.yaml", "--receipt", made)
        run("check", f"{tmp_path / 'terms.tos'}{asked}", *words)
    several = [tosdsl.Receipt.from_bytes(line) for line in made.read_bytes().splitlines()]
    assert [each.content.get("part") for each in several] == [["passing_on"], ["children"], None]
    assert len({each.id for each in several}) == 3
    for each in several:
        found = tosdsl.replay(each, tmp_path, git=False)
        assert found.same
        assert found.again.to_bytes() == each.to_bytes()


def test_a_receipt_of_a_part_that_names_none_is_refused(policies: tosdsl.PolicySet) -> None:
    made = tosdsl.receipt(policies.about("passing_on"), tosdsl.Use({"lent": True}))
    content = {key: value for key, value in made.content.items() if key != "id"}
    for part in ([], "passing_on", [1]):
        with pytest.raises(tosdsl.ReceiptError, match=r"its `part` names none"):
            tosdsl.Receipt.from_bytes(sealed({**content, "part": part}).to_bytes())


def test_a_part_of_a_part_has_a_receipt_too(policies: tosdsl.PolicySet, tmp_path: Path) -> None:
    part = policies.about("library.terms#passing_on").about("passing_on")
    made = tosdsl.receipt(part, tosdsl.Use({"lent": True}))
    assert made.content["part"] == ["library.terms#passing_on", "passing_on"]
    (tmp_path / "terms.tos").write_text(LENDING)
    assert tosdsl.replay(made, tmp_path, git=False).same
    assert pickle.loads(pickle.dumps(part)).parts_asked == part.parts_asked


@pytest.mark.parametrize(
    "text", ["facts: {lent: no}", "assume: {}", "assume: {lent: no}\nfacts: {lent: no}"]
)
def test_a_background_says_what_is_presumed_and_nothing_else(
    run: Run, tmp_path: Path, text: str
) -> None:
    (tmp_path / "terms.tos").write_text(LENDING)
    (tmp_path / "use.yaml").write_text("facts: {}\n")
    (tmp_path / "background.yaml").write_text(text + "\n")
    asked = ["check", str(tmp_path / "terms.tos"), "--facts", str(tmp_path / "use.yaml")]
    done = run(*asked, "--assume", str(tmp_path / "background.yaml"))
    assert done.status == 1
    assert "TOS4066" in done.err


def test_a_form_that_is_left_empty_takes_no_presumption_back(policies: tosdsl.PolicySet) -> None:
    use, _ = policies.read_use(template(policies))
    assert use.unknown == {"lawful"}
    assert policies.decide_use(use).verdict is policies.decide({}).verdict


RECORDS = """\
vocabulary lending

type Copy has
    lent: boolean
    sold: boolean

fact copy: Copy

policy library.terms
    default permit

use lending

presume copy is {lent: no, sold: no}

forbid passing_on
    when copy.lent or copy.sold
"""


def test_nor_does_one_of_records() -> None:
    policies = tosdsl.loads(RECORDS)
    use, _ = policies.read_use(template(policies))
    assert use.unknown == frozenset()
    assert policies.decide_use(use).verdict is tosdsl.Verdict.PERMITTED
