"""What may stand at a place: what does stand there is among it, also where the line breaks off."""

from __future__ import annotations

import re
from random import Random

import pytest

from tests.conftest import ROOT
from tests.language.test_occurrences import TEXT
from tosdsl.language.check import check
from tosdsl.language.expected import Candidate, expected_at
from tosdsl.language.occurrences import occurrences
from tosdsl.workspace.memory import Workspace

MARK = "|"


def candidates(old: str, new: str) -> tuple[str, list[Candidate]]:
    """What may stand at the mark in ``new``, which is put in the place of ``old``."""
    assert TEXT.count(old) >= 1
    marked = TEXT.replace(old, new, 1)
    lines = marked.split("\n")
    line = next(index for index, each in enumerate(lines) if MARK in each)
    column = lines[line].index(MARK) + 1
    checked = check({"shop.tos": marked.replace(MARK, "", 1)}, ["shop.tos"])
    found = expected_at(checked, "shop.tos", line + 1, column)
    return found.prefix, list(found.candidates)


@pytest.mark.parametrize(
    ("old", "new", "wanted", "others"),
    [
        ("first.size is small", "first.size is |", {"small", "large"}, {"northwind", "boxes"}),
        ("first.size is small", "first.size is s|", {"small"}, {"large"}),
        ("first.size is small", "fi|", {"first.size", "first.weight"}, {"research"}),
        ("    notwithstanding boxed", "    notwithstanding |", {"boxed", "one"}, {"research", "heavy"}),
        ("use shop", "use |", {"shop", "ai_services"}, {"shop.terms"}),
        ("fact research: boolean", "fact research: |", {"Size", "boolean"}, {"boxes"}),
        ("fact research: boolean", "fact research: boolean\n|", {"fact", "party", "type"}, {"when"}),
        ("first.size: small", "first.size: |", {"small", "large"}, {"boxes"}),
        ("first.size: small", "re|", {"research"}, {"boxes"}),
        ("{size: small, weight: 2}", "{size: small, |", {"weight", "size"}, {"boxes", "small"}),
        ("{size: small, weight: 2}", "{weight: 2, size: |", {"small", "large"}, {"boxes"}),
        ("    provider northwind", "    pro|", {"provider"}, {"northwind"}),
        ("    provider northwind", "    provider |", {"northwind"}, {"small"}),
        ("    default permit", "    default |", {"permit", "forbid"}, {"boxes"}),
        ("        except alone", "        except |", {"alone"}, {"boxed"}),
        ("        except alone", "        |", {"except", "when", "provided"}, {"fact"}),
        ("expect boxed.tiny not in force", "expect needs |", {"boxes", "first.size"}, {"boxed"}),
        ("expect boxed.tiny not in force", "expect |", {"boxed", "boxed.tiny"}, {"heavy"}),
    ],
)
def test_what_may_stand_there(old: str, new: str, wanted: set[str], others: set[str]) -> None:
    texts = {each.text for each in candidates(old, new)[1]}
    assert wanted <= texts
    assert others.isdisjoint(texts)


def test_the_day_of_the_use_may_stand_beside_a_day() -> None:
    text = """vocabulary words

fact ended_on: date
fact told: boolean


policy p
    default permit

use words

forbid a
    when ended_on < """
    found = expected_at(check({"p.tos": text}, ["p.tos"]), "p.tos", 13, 21).candidates
    assert {"day of use", "ended_on"} <= {each.text for each in found}
    assert "told" not in {each.text for each in found}


@pytest.mark.parametrize(
    ("line", "wanted", "others"),
    [
        ("", {"told", "report"}, {"a", "one", "breached"}),
        ("not rep", {"report"}, {"told"}),
        ("report is ", {"breached", "fulfilled", "pending", "triggered"}, {"told", "report"}),
        ("report is not b", {"breached"}, {"pending"}),
        ("told is ", {"yes", "no"}, {"breached"}),
    ],
)
def test_the_states_of_obligations_may_be_conditions(
    line: str, wanted: set[str], others: set[str]
) -> None:
    text = f"""vocabulary words

fact told: boolean


policy p
    default permit

use words

section one
    require report
        must told

forbid a
    when {line}"""
    checked = check({"p.tos": text}, ["p.tos"])
    at = text.split("\n")
    found = expected_at(checked, "p.tos", len(at), len(at[-1]) + 1).candidates
    assert wanted <= {each.text for each in found}
    assert others.isdisjoint(each.text for each in found)


def test_a_word_comes_once_and_begins_as_what_stands_there() -> None:
    prefix, found = candidates("first.size is small", "first.size is s|")
    assert prefix == "s"
    assert len({each.text for each in found}) == len(found)
    assert all(each.text.startswith("s") for each in found)


@pytest.mark.parametrize(
    "where",
    [
        "openai/suspension_and_termination-2023-11-14.tos",
        "meta/llama_3_2-2024-09-25.tos",
        "anthropic/commercial_terms-2025-06-17.tos",
    ],
)
def test_what_stands_there_is_offered(where: str) -> None:
    """At the beginning of names in conditions, with the rest of the line gone."""
    file, workspace = str(ROOT / "policies" / where), Workspace()
    checked = check({}, [file], workspace)
    text = checked.sources[file]
    lines = text.split("\n")
    places = [
        each
        for each in occurrences(checked)
        if each.span.file == file
        and each.role == "reference"
        and each.symbol.kind in ("member", "fact", "definition")
        and "in {" not in lines[each.span.line - 1]
    ]
    offered = 0
    for each in Random(1).sample(places, 40):
        at, column = each.span.line - 1, each.span.column
        match = re.match(r"[\w.]+", lines[at][column - 1 :])
        assert match
        cut = "\n".join([*lines[:at], lines[at][: column - 1], *lines[at + 1 :]])
        broken = check({file: cut}, [file], workspace)
        found = expected_at(broken, file, at + 1, column)
        offered += match[0] in {each.text for each in found.candidates}
    assert offered >= 36, offered
