"""Scenarios of texts in memory, which clauses they reach, and the shapes in which all that is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ROOT
from tosdsl.analysis.diff import diff
from tosdsl.language.check import Checked, check
from tosdsl.language.data import coverage_data, decision_data, difference_data, scenarios_data
from tosdsl.language.outline import outline
from tosdsl.language.symbols import Symbol
from tosdsl.language.tested import sets_of
from tosdsl.language.tested import tested as results_of
from tosdsl.lint.deciding import deciding

SHIPPED = sorted((ROOT / "policies" / "openai").glob("*.tos"))

TEXT = """\
vocabulary shop
fact big: boolean
fact research: boolean
fact tiny: boolean
fact fragile: boolean

policy shop.terms
    default permit

use shop

exception alone
    when research

forbid carrying
    when big
    except alone
    except tiny
        when tiny
        except fragile
            when fragile

permit looking
    when not big
    except never
        when big

scenario "big"
    given
        big: yes
        research: no
        tiny: no
    expect forbidden

scenario "for research"
    given
        big: yes
        research: yes
        tiny: no
    expect forbidden
"""


def checked(text: str = TEXT) -> Checked:
    return check({"shop.tos": text}, ["shop.tos"])


def test_what_scenarios_come_to_and_reach() -> None:
    found = results_of(checked())
    outcomes = [(each.title, each.held) for each in found.results]
    assert outcomes == [("big", True), ("for research", False)]
    assert dict(found.reached) == {
        Symbol("clause", "shop.terms", "carrying"): ("big",),
        Symbol("exception", "shop.terms", "alone"): ("for research",),
    }
    one = found.of("big", "shop.terms")
    assert one is not None
    assert one[0].verdict == "forbidden"
    assert found.of("big", "shop.other") is None


def test_a_text_with_a_mistake_has_no_results() -> None:
    found = results_of(checked(TEXT.replace("when big", "when bug", 1)))
    assert (found.results, dict(found.reached)) == ((), {})


def test_two_documents_of_one_text_are_each_asked_by_themselves() -> None:
    """As ``tosdsl test`` does: the other would forbid what this one permits."""
    other = TEXT.partition("\n\n")[2].partition("\nscenario")[0].replace("shop.terms", "shop.other")
    facts = "        big: no\n        research: no\n"
    other += f'\nscenario "mine"\n    given\n{facts}    expect permitted\n'
    other = other.replace("forbid carrying\n    when big\n", "permit carrying\n    when not big\n")
    found = results_of(checked(f"{TEXT}\n{other}"))
    assert [each.held for each in found.results] == [True, False, True]


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_every_part_of_a_shipped_text_is_where_its_name_is(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    lines = text.split("\n")
    made = check({str(file): text}, [str(file)])
    parts = [each for unit in outline(made.work.units_in(str(file)), text) for each in unit.walk()]
    assert len(parts) > 4
    for part in parts:
        line = lines[part.named.line - 1]
        assert line[part.named.column - 1 : part.named.end_column - 1] == part.name
        assert part.span.line <= part.named.line <= part.span.end_line
        for inner in part.parts:
            assert part.span.line <= inner.span.line <= inner.span.end_line <= part.span.end_line


@pytest.mark.parametrize(
    "id_", ["carrying", "alone", "looking", "carrying.tiny", "carrying.tiny.fragile"]
)
def test_a_use_is_found_in_which_a_clause_decides(id_: str) -> None:
    made = checked()
    assert made.policies is not None
    found = deciding(made.policies.linked, f"shop.terms#{id_}")
    assert found is not None
    ran = results_of(checked(f"{TEXT}\n{found.scenario}"))
    assert ran.results[-1].held
    assert any(found.scenario.split('"')[1] in titles for titles in ran.reached.values())


def test_no_use_is_found_where_there_is_none() -> None:
    made = checked()
    assert made.policies is not None
    assert deciding(made.policies.linked, "shop.terms#looking.never") is None
    with pytest.raises(KeyError):
        deciding(made.policies.linked, "shop.terms#nothing")


def test_each_shape_bears_its_name() -> None:
    made = checked()
    found = results_of(made)
    assert made.policies is not None
    decision = made.policies.decide_use(found.tests[0].use)
    other = checked(TEXT.replace("when big", "when research", 1)).policies
    assert other is not None
    change = diff(made.policies.linked, other.linked)
    shapes = [
        decision_data(decision),
        scenarios_data(found.results),
        coverage_data(sets_of(made)),
        difference_data(change, ("old", "new")),
    ]
    names = ["tosdsl.decision/1", "tosdsl.test/1", "tosdsl.coverage/1", "tosdsl.diff/1"]
    assert [each["schema"] for each in shapes] == names
    assert shapes[1]["held"] == 1
    assert shapes[3]["equal"] is False
