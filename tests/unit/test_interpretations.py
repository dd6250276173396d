"""How a text is read: chosen by programs and the command line, told in decisions, kept in documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import tosdsl
from tosdsl import Decision, Verdict
from tosdsl.analysis.ask import ask
from tosdsl.cli.main import main
from tosdsl.trees.facts import Use

WORDS = """vocabulary words

fact trains: boolean
fact sells: boolean
"""

TERMS = """policy acme.terms
    version "{version}"
    effective from 202{version}-01-01
    default permit

use words

interpretation reach at "3" "How far?" is one of {{{readings}}}

forbid training
    when trains and reach is wide
"""

FIRST = TERMS.format(version=1, readings="narrow, wide")
SECOND = TERMS.format(version=2, readings="narrow, wide, wider")
OTHER = FIRST.replace("acme.terms", "acme.other").replace("trains", "sells")


def policies(*texts: str) -> tosdsl.PolicySet:
    return tosdsl.loads(WORDS, *(texts or (FIRST,)))


def test_a_split_passes_no_gate_and_names_what_is_read() -> None:
    made = policies().decide({"trains": True})
    assert made.verdict is Verdict.UNDETERMINED
    assert not made.passes
    assert made.agree is False
    assert [(each.id, each.at, each.chosen) for each in made.interpretations] == [
        ("acme.terms#reach", "3", None)
    ]
    assert [(each.name, each.verdict.value) for each in made.readings] == [
        ("reach is narrow", "permitted"),
        ("reach is wide", "forbidden"),
    ]
    assert made.needs == ()
    assert policies().verdict({"trains": True}) is Verdict.UNDETERMINED


@pytest.mark.parametrize("name", ["reach", "acme.terms#reach"])
def test_a_reading_is_chosen_by_name_or_full_id(name: str) -> None:
    made = policies().decide({"trains": True}, reading={name: "wide"})
    assert made.verdict is Verdict.FORBIDDEN
    assert made.interpretations[0].chosen == "wide"
    assert made.readings == ()


@pytest.mark.parametrize(
    ("reading", "code"),
    [
        ({"raech": "wide"}, "TOS4080"),
        ({"reach": "widest"}, "TOS4004"),
        ({"reach": 3}, "TOS4003"),
        ({"reach": "wide", "acme.terms#reach": "wide"}, "TOS4005"),
        ("wide", "TOS4003"),
    ],
)
def test_a_choice_that_reaches_nothing_is_refused(reading: Any, code: str) -> None:
    with pytest.raises(tosdsl.FactError) as raised:
        policies().decide({"trains": True}, reading=reading)
    assert [each.code for each in raised.value.diagnostics] == [code]


def test_documents_that_share_a_name_are_told_apart() -> None:
    both = policies(FIRST, OTHER)
    with pytest.raises(tosdsl.FactError) as raised:
        both.decide({"trains": True}, reading={"reach": "wide"})
    assert [each.code for each in raised.value.diagnostics] == ["TOS4081"]
    read = {"acme.terms#reach": "narrow", "acme.other#reach": "wide"}
    assert both.decide({"trains": True, "sells": False}, reading=read).verdict is Verdict.PERMITTED
    assert both.decide({"trains": False, "sells": True}, reading=read).verdict is Verdict.FORBIDDEN
    open_ = both.decide({"trains": True, "sells": True})
    assert [each.name for each in open_.readings] == [
        f"acme.terms#reach is {one}, acme.other#reach is {other}"
        for one in ("narrow", "wide")
        for other in ("narrow", "wide")
    ]


def test_a_reading_that_a_version_does_not_offer_counts_for_nothing_there() -> None:
    both = policies(FIRST, SECOND)
    facts = {"trains": True}
    assert both.decide(facts, as_of="2022-05-05", reading={"reach": "wider"}).passes
    old = both.decide(facts, as_of="2021-05-05", reading={"reach": "wider"})
    assert old.verdict is Verdict.UNDETERMINED
    assert old.interpretations[0].chosen is None


def test_a_judged_reading_and_a_text_are_gone_through_together() -> None:
    words = WORDS.replace("trains: boolean", "trains: boolean judged")
    terms = tosdsl.loads(words, FIRST)
    made = terms.decide({}, readings={"no": {"trains": False}, "yes": {"trains": True}})
    assert [(each.name, each.verdict.value) for each in made.readings] == [
        ("no, reach is narrow", "permitted"),
        ("no, reach is wide", "permitted"),
        ("yes, reach is narrow", "permitted"),
        ("yes, reach is wide", "forbidden"),
    ]


def test_a_use_and_a_decision_can_be_read_back() -> None:
    terms = policies()
    use, _ = terms.read_use('{"facts": {"trains": true}, "reading": {"reach": "wide"}}')
    data = use.to_json(terms)
    assert data["reading"] == {"acme.terms#reach": "wide"}
    assert Use.from_json(data, terms) == use
    for made in (terms.decide_use(use), terms.decide({"trains": True})):
        assert Decision.from_json(json.dumps(made.to_json())) == made
        assert json.loads(terms.decide_json(json.dumps(data).encode()))["verdict"] == "forbidden"


def test_a_receipt_is_decided_again_to_the_same(tmp_path: Path) -> None:
    words = WORDS.replace("trains: boolean", "trains: boolean judged")
    (tmp_path / "words.tos").write_text(words)
    (tmp_path / "terms.tos").write_text(FIRST)
    terms = tosdsl.load(tmp_path / "terms.tos")
    judged = {"b": {"trains": True}, "a": {"trains": False}}
    for more in ({"reading": {"reach": "wide"}}, {"readings": judged}, {}):
        use, _ = terms.read_use(json.dumps({"facts": {"sells": True}, **more}))
        made = tosdsl.receipt(terms, use)
        assert tosdsl.replay(made, tmp_path, git=False).same


def test_a_comparison_tells_a_document_only_what_it_can_be_read_as(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "words.tos").write_text(WORDS)
    (tmp_path / "terms.tos").write_text(FIRST)
    plain = "policy acme.plain\n    default permit\n\nuse words\n\nforbid sale\n    when sells\n"
    (tmp_path / "plain.tos").write_text(plain)
    use = tmp_path / "use.yaml"
    use.write_text("facts: {trains: yes, sells: no}\nreading: {reach: wide}\n")
    files = [str(tmp_path / name) for name in ("terms.tos", "plain.tos")]
    assert main(["compare", "--facts", str(use), *files, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [each["decision"]["verdict"] for each in found["documents"]] == ["forbidden", "permitted"]
    use.write_text("facts: {trains: yes, sells: no}\nreading: {raech: wide}\n")
    assert main(["compare", "--facts", str(use), *files]) == 1
    assert "raech" in capsys.readouterr().err


def test_it_is_no_fact() -> None:
    terms = policies()
    for facts in ({"reach": "wide"}, {"acme.terms#reach": "wide"}):
        with pytest.raises(tosdsl.FactError) as raised:
            terms.decide(facts)
        assert [each.code for each in raised.value.diagnostics] == ["TOS4082"]
    assert "reach" not in json.dumps(terms.schema()["properties"]["facts"])
    assert set(terms.schema()["properties"]["reading"]["properties"]) == {"reach", "acme.terms#reach"}


def test_ask_changes_facts_and_not_what_the_text_means() -> None:
    terms = policies()
    for facts in ({"trains": True}, {}, {"trains": True, "acme.terms#reach": "wide"}):
        found = ask(terms.linked, Use(facts))
        offered = [fact for each in found.nearest for fact in (*each.changed, *each.added)]
        offered += [fact for each in found.settling for fact in each.facts]
        assert not any("#" in fact for fact in offered), facts
        assert found.nearest or found.verdict == "permitted"


def test_too_many_ways_are_refused_and_choosing_helps() -> None:
    names = [f"way_{number}" for number in range(7)]
    texts = "".join(f"interpretation {each} is one of {{narrow, wide}}\n\n" for each in names)
    clause = f"forbid all_of_it\n    when {' and '.join(f'{each} is wide' for each in names)}\n"
    terms = tosdsl.loads(f"policy acme.many\n    default permit\n\n{texts}{clause}")
    with pytest.raises(tosdsl.FactError) as raised:
        terms.decide({})
    assert [each.code for each in raised.value.diagnostics] == ["TOS4083"]
    assert terms.decide({}, reading={names[0]: "wide"}).verdict is Verdict.UNDETERMINED
    assert terms.decide({}, reading={names[0]: "narrow"}).passes


def test_there_is_no_code_of_verdicts() -> None:
    with pytest.raises(tosdsl.PolicyError) as raised:
        policies().predicates.listing(None, None)
    assert [each.code for each in raised.value.diagnostics] == ["TOS6030"]


def test_the_command_line_chooses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "words.tos").write_text(WORDS)
    (tmp_path / "terms.tos").write_text(FIRST)
    (tmp_path / "use.yaml").write_text("facts: {trains: yes}\n")
    words = ["check", str(tmp_path / "terms.tos"), "--facts", str(tmp_path / "use.yaml")]
    assert main(words) == 4
    assert "Choose with --reading reach=narrow" in capsys.readouterr().out
    assert main([*words, "--reading", "reach=wide"]) == 3
    assert "read as wide" in capsys.readouterr().out
    assert main([*words, "--reading", "reach=wyde"]) == 1
    assert "TOS4004" in capsys.readouterr().err
    assert main([*words, "--reading", "reach"]) == 1
