"""A text edited clause by clause is what a whole load makes of it."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings

import tosdsl
from benchmarks import generated
from tests.conftest import ROOT, either
from tests.properties.test_cache import differ
from tests.properties.worlds import World, worlds
from tosdsl.cache.loads import Entry
from tosdsl.lower.narrow import Narrowing
from tosdsl.lower.rules import lower
from tosdsl.trees.versions import in_force
from tosdsl.workspace.mending import mend

SHIPPED = sorted(
    file
    for file in (ROOT / "policies").rglob("*.tos")
    if "\npolicy " in f"\n{file.read_text(encoding='utf-8')}"
)
WORDS = ("is", "is not", "<", "<=", ">", ">=", "includes", "overlaps", "and", "or", "true", "1", "2")


def edited(text: str, random: Random) -> str:
    """The text with one small change somewhere: a word, a number, a line, a description."""
    lines = text.split("\n")
    at = random.choice([index for index, line in enumerate(lines) if line.strip()])
    match random.randrange(6):
        case 0:
            lines[at] = re.sub(r'"([^"]*)"', lambda found: f'"{found[1]}!"', lines[at])
        case 1:
            lines[at] = re.sub(r"\d+", lambda found: str(int(found[0]) + 1), lines[at])
        case 2:
            words = lines[at].split(" ")
            words[-1] = random.choice(WORDS)
            lines[at] = " ".join(words)
        case 3:
            lines[at] = re.sub(r"\bwhen (?!all|any|none)", "when not ", lines[at])
        case 4:
            del lines[at]
        case _:
            lines.insert(at, lines[at])
    return "\n".join(lines)


def whole(file: Path, monkeypatch: pytest.MonkeyPatch) -> tosdsl.PolicySet | str:
    with monkeypatch.context() as off:
        off.setenv("TOSDSL_CACHE", "off")
        return attempt(file)


def attempt(file: Path) -> tosdsl.PolicySet | str:
    try:
        return tosdsl.load(file)
    except tosdsl.PolicyError as error:
        return str(error)


@pytest.mark.parametrize("shipped", SHIPPED[::4], ids=lambda file: file.stem)
def test_edits_of_shipped_policies(
    shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOSDSL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("tosdsl.workspace.mending.MOST", 1)
    file = tmp_path / shipped.name
    text = shipped.read_text(encoding="utf-8")
    random = Random(shipped.stem)
    for _ in range(12):
        file.write_text(text, encoding="utf-8")
        tosdsl.load(file)
        file.write_text(edited(text, random), encoding="utf-8")
        made, expected = attempt(file), whole(file, monkeypatch)
        if isinstance(expected, str) or isinstance(made, str):
            assert made == expected
        else:
            assert differ(expected.choices, made.choices) is None
            assert differ(expected.warnings, made.warnings) is None
            assert made.sources == expected.sources


CLAUSES = "".join(
    f"\nforbid c{number}\n    when users > {number}\n    except e\n        when users > 1{number}\n"
    f"    except shared\n"
    for number in range(20)
)
TEXT = f"""\
vocabulary words
fact users: integer

policy shop.terms
    version "1"
    default permit

use words

exception shared
    when users is 7
{CLAUSES}
permit few
    when users < 3

scenario "few"
    given
        users: 2
    expect permitted
"""


@pytest.mark.parametrize(
    ("old", "new", "mends"),
    [
        ("when users > 4\n", "when users > 400\n", True),
        ("when users > 4\n", "when users > 4 and users < 9\n", True),
        ("forbid c4\n", 'forbid c4 at "4"\n', True),
        ("when users > 119\n", "when users >= 119\n", True),
        ("when users > 4\n", "when user > 4\n", False),
        ("when users > 4\n", "when users >\n", False),
        ("forbid c4\n", "forbid d4\n", False),
        ("forbid c4\n", "permit c4\n", False),
        ("when users is 7\n", "when users is 8\n", False),
        ("fact users: integer", "fact users: number", False),
        ("when users > 4\n", "when users > 4\n    subject to few\n", False),
        ("    except shared\n\nforbid c5", "\nforbid c5", False),
        ("    except shared\n\nforbid c5", "    # gone\n\nforbid c5", False),
        ("when users < 3\n", "when\n        users < 3\n", False),
        ("when users < 3\n", "when  users < 3\n", True),
        ("\npermit few\n    when users < 3\n\n", "\n", False),
    ],
)
def test_what_is_mended_and_what_is_read_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, mends: bool
) -> None:
    monkeypatch.setenv("TOSDSL_CACHE", str(tmp_path / "cache"))
    file = tmp_path / "shop.tos"
    file.write_text(TEXT)
    tosdsl.load(file)
    assert TEXT.count(old) == 1
    file.write_text(TEXT.replace(old, new))
    entry = Entry.of_words([str(file)])
    assert entry.edited == [str(file)]
    mend(entry)
    assert (entry.image is not None) == mends
    made, expected = attempt(file), whole(file, monkeypatch)
    if isinstance(made, str) or isinstance(expected, str):
        assert made == expected
    else:
        assert differ(expected.choices, made.choices) is None
        assert made.choices == expected.choices


# --- the code of edited policies ------------------------------------------------------------------

MANY, SHAPES = 60, 12


def condition_edited(text: str, random: Random) -> str:
    """The text with a condition of a clause negated, with other numbers, or a clause without any."""
    lines = text.split("\n")
    lines_of = [at for at, line in enumerate(lines) if line.startswith("        ")]
    at = random.choice(lines_of)
    match random.randrange(3):
        case 0:
            lines[at] = re.sub(r"\d+", lambda found: str(int(found[0]) * 3 + 1), lines[at])
        case 1:
            lines[at] = f"        not ({lines[at].strip()})"
        case _:
            lines[at] = "        yes"
    return "\n".join(lines)


def test_code_of_a_few_edited_clauses_is_that_of_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOSDSL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("tosdsl.workspace.mending.MOST", 1)
    file = tmp_path / "many.tos"
    text = generated.policy(MANY, SHAPES)
    random = Random(1)
    mended = 0
    for number in range(either(6, 12)):
        file.write_text(text, encoding="utf-8")
        tosdsl.load(file).verdict({})
        after = generated.edited(text, random.randrange(1, 4), number)
        if random.random() < 0.7:
            after = condition_edited(after, random)
        file.write_text(after, encoding="utf-8")
        made, expected = attempt(file), whole(file, monkeypatch)
        if isinstance(made, str) or isinstance(expected, str):
            assert made == expected
            continue
        asked = generated.uses(MANY, SHAPES, 60, number, unknown=0.3)
        for facts in asked[::3]:  # clauses are filed under these
            del facts[random.choice(("activity", "product"))]
        right = [expected.verdict(facts) for facts in asked]
        # Where a condition is open, more than that code answers.
        for facts in generated.uses(MANY, SHAPES, 20, number, unknown=0):
            assert made.verdict(facts) is expected.verdict(facts)
        from_kept = "_predicates" not in vars(made) or made.predicates._plans == {}
        assert [made.verdict(facts) for facts in asked] == right
        if made._entry is not None and made._entry.changed:
            mended += from_kept
            assert [tosdsl.load(file).verdict(facts) for facts in asked] == right
    assert mended > 2


@settings(deadline=None)
@given(worlds())
def test_clauses_are_numbered_as_they_are_lowered(world: World) -> None:
    linked = world.linked
    rules = lower(linked, in_force(linked, None, None), world.policies.vocabulary)
    assert list(Narrowing(linked).bound()) == [clause.key for clause in rules.clauses]
