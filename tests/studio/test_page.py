"""The page in a browser: the six things, offline, by the keyboard, for a screen reader, on a telephone.

``STUDIO=1 python -m pytest tests/studio`` builds it and uses it (a minute).
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.studio.test_answers import BUSINESS, SHIPPED, TERMS, source_of
from tosdsl.comparing.compare import compare
from tosdsl.comparing.report import groups
from tosdsl.facade import load_each
from tosdsl.studio.building import Built
from tosdsl.testing.suite import scenario_tests

Seen = dict[str, Any]
VIEWS = [
    "read",
    "ask",
    "said",
    "write-begin",
    "write-mistake",
    "change",
    "share",
    "compare-empty",
    "compare",
]
VIEWS += ["offer", "drafts"]
ENTERED = """\
forbid resale
    when all of
        credit
        harmful
    except small # why
        when credit
        provided not harmful

    except other
        when harmful
section s"""


def test_nothing_failed_on_the_way(seen: Seen) -> None:
    assert seen["failed"] == {}


def test_the_console_has_no_error_and_nothing_is_asked_of_anybody_else(seen: Seen) -> None:
    assert (seen["errors"], seen["outside"]) == ([], [])


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_screen_reader_stumbles_over_nothing(seen: Seen, view: str, colours: str) -> None:
    assert seen["axe"][f"{view} {colours}"] == []


@pytest.mark.parametrize("view", VIEWS)
def test_it_fits_a_telephone(seen: Seen, view: str) -> None:
    assert seen["wide"][view] <= 400


def test_read(seen: Seen) -> None:
    found = seen["read"]
    assert seen["start"] == {
        "heading": "OpenAI Business Terms",
        "library": len({source_of(each)["id"] for each in SHIPPED.values()}),
    }
    assert found["headings"] == ["What it forbids", "Exceptions", "Scenarios that reach it"]
    assert found["exceptions"] == ["classifiers", "fine tuning"]
    assert "forbid competing_models" in found["code"]
    assert any("an in-house ticket classifier" in each for each in found["scenarios"])
    assert found["meaning"] == "Is it distributed to third parties, free or not?"
    assert "expect forbidden" in found["shown"]
    assert found["other"] > 1


def test_ask(seen: Seen) -> None:
    found = seen["ask"]
    assert found["begin"] == "undetermined"
    assert found["questions"] == 7
    assert found["hidden"] == 2, "what cannot change the answer any more is put away"
    assert "Whose products does the model compete with?" in found["hangs"]
    assert [each.split()[1] for each in found["ways"]] == ["permitted", "forbidden"]
    assert (found["after"], found["forbidden"]) == ("permitted", "forbidden")
    assert found["tree"] > 3
    assert found["meaning"] == "What is the model primarily intended for?"
    (saved,) = found["saved"]
    assert "✓" in saved
    assert "“published, and it competes”" in found["note"]
    assert found["keyboard"] == {"checked": True, "focused": "annotate", "next": "ask"}


def test_an_answer_can_be_somebodys_word(seen: Seen) -> None:
    found = seen["said"]
    assert (found["known"], found["alleged"]) == ("forbidden", "undetermined")
    assert found["head"] == "Alleged: a press report (does not count yet)"
    assert "Whose products does the model compete with? openai" in found["note"]
    assert "does not count" in found["note"]
    assert (found["counted"], found["again"]) == ("forbidden", "forbidden"), "a link holds it"
    (saved,) = found["saved"]
    assert "✓" in saved
    assert found["cleared"] == {}


def test_write(seen: Seen) -> None:
    found = seen["write"]
    assert len(found["scenarios"]) == 3
    assert "Write credit." in found["problem"]
    assert found["mended"] == "✓ All 3 scenarios hold"
    assert len(found["failed"]) == 1
    assert "expected permitted, came forbidden" in found["failed"][0]
    assert found["meant"] == "✓ All 3 scenarios hold", "a change that was meant is taken over"
    assert found["formatted"] == TERMS
    assert any(each.startswith("purpose") for each in found["completion"])


def test_compare(seen: Seen) -> None:
    found = seen["compare"]
    assert "There is no use to compare yet." in found["empty"]
    title = "C01-d: the same classifier, its weights published on a model hub, free of charge"
    ((_, use),) = [
        (each.title, each.use)
        for each in scenario_tests(load_each("openai.business_terms"))
        if each.title == title
    ]
    told = compare(use.to_json())
    assert found["groups"] == [
        [heading, [each.policy.id for each in several]] for _, heading, several in groups(told)
    ]
    assert found["page"].startswith("<!doctype html>")


def test_change(seen: Seen) -> None:
    found = seen["change"]
    assert found["conclusion"] == "3 classes of uses with another verdict; there is no other, proved."
    assert len(found["classes"]) == 3
    assert [each.split(":")[1].strip() for each in found["gone"]] == ["provided not harmful"]


def test_share(seen: Seen) -> None:
    found = seen["share"]
    assert found["version"] == "#1"
    assert found["same"], "whoever opens the link has the same text"
    assert found["conclusion"] == seen["change"]["conclusion"]
    assert found["file"] == "my_draft.tos"
    assert "This link is damaged." in found["damaged"]


def test_a_draft_outlives_its_tab_and_nothing_takes_its_place(seen: Seen) -> None:
    found = seen["drafts"]
    assert found["offer"] == "Your draft “Acme Terms” is still here."
    assert found["reloaded"]
    assert found["link"].startswith("This text came with a link. Your own drafts are as they were.")
    assert found["untouched"] == ["# mine"]
    assert found["both"] == ["# mine", "# theirs"]
    assert found["tabs"] == ["# another tab", "# mine", "# this tab"]
    assert found["back"] == "# later"
    assert found["deleted"] == []


def test_enter_goes_in_after_what_opens_a_block_and_stays_after_an_item(seen: Seen) -> None:
    assert seen["enter"] == ENTERED


def test_a_scenario_that_was_changed_is_asked_as_it_is_now(seen: Seen) -> None:
    assert seen["stale"] == {"before": "forbidden", "after": "undetermined"}


def test_a_list_of_things_is_filled_in_one_by_one(seen: Seen) -> None:
    found = seen["records"]
    assert found == {"answer": [{"open_access": "no"}], "wrong": [], "after": [], "none": []}


def test_what_takes_long_can_be_stopped_and_the_page_goes_on(seen: Seen) -> None:
    assert seen["stop"] == {"told": "stopped", "after": "undetermined"}


def test_it_works_without_a_network_after_the_first_visit(seen: Seen) -> None:
    assert seen["offline"] == "undetermined"


def test_the_browser_decides_as_the_command_line_does(seen: Seen) -> None:
    (policies,) = [each for each in SHIPPED.values() if source_of(each) == BUSINESS]
    tests = scenario_tests([policies])
    assert seen["scenarios"].keys() == {each.title for each in tests}
    for test in tests:
        assert seen["scenarios"][test.title] == as_decided(test), test.title


def as_decided(test: Any) -> Any:
    """The decision on a scenario's use, as the command line prints it."""
    about = test.scenario.about
    policies = test.policies.about(about) if about else test.policies
    return json.loads(json.dumps(policies.decide_use(test.use).to_json()))


def test_it_is_no_bigger_than_its_prototype(built: Built, seen: Seen) -> None:
    assert built.compressed < 7_400_000
    assert seen["figures"]["memory of the engine, MiB"] < 96


def test_the_solver_is_fetched_when_a_question_needs_it(built: Built, seen: dict[str, Any]) -> None:
    if not built.solver:
        pytest.skip("pip could not give z3 for the page")
    assert seen["solver"] == {"before": 0, "equal": True, "proved": True, "unsettled": []}
