"""After any edits, a workspace answers as a load of the texts as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tosdsl
from benchmarks import generated
from tests.conftest import ROOT, either
from tests.properties.test_cache import differ
from tests.properties.worlds import World, worlds
from tosdsl.facade import load_texts
from tosdsl.library.files import Memory as Text
from tosdsl.library.search import Search
from tosdsl.pipeline import Compilation, Memory
from tosdsl.trees.norms import Choices, Policy
from tosdsl.workspace.memory import Workspace

SHIPPED = sorted(
    file
    for file in (ROOT / "policies").rglob("*.tos*")
    if "\npolicy " in f"\n{file.read_text(encoding='utf-8')}"
)
WORDS = (
    *("is", "is not", "<", ">=", "includes", "and", "or", "not", "true", "1", "2", "when", "except"),
    *("forbid", "permit", "require", "default forbid", "subject to", "use", "\t", '"', "(", "{", "é"),
)
LINES = (
    *("", "# a remark", "    # a remark that is indented", "default permit", "    when all of"),
    *("forbid new_one", "    except new_one", "exception new_one\n    when yes", "section new_one"),
    *("policy another", "vocabulary another", "use another", "fact another: boolean"),
    "    subject to another",
    *('    note "x"', "define another as yes", "\tforbid tabbed", '    "A text."', "            when"),
)


def edited(text: str, random: Random) -> str:
    """The text with one edit somewhere."""
    lines = text.split("\n")
    at = random.randrange(len(lines))
    match random.randrange(8):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, random.choice(LINES))
        case 2:
            lines.insert(at, lines[random.randrange(len(lines))])
        case 3:
            words = lines[at].split(" ")
            words[random.randrange(len(words))] = random.choice(WORDS)
            lines[at] = " ".join(words)
        case 4:
            lines[at] = re.sub(r"\d+", lambda found: str(int(found[0]) + 1), lines[at])
        case 5:
            other = random.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        case 6:
            lines[at] = lines[at][: random.randrange(len(lines[at]) + 1)]
        case _:
            lines[at] = re.sub(r"\bwhen (?!all|any|none)", "when not ", lines[at])
    return "\n".join(lines)


def edits(text: str, random: Random, count: int) -> Iterator[str]:
    """Texts one after the other; every third is one that was there before, mended."""
    before = [text]
    for number in range(count):
        text = random.choice(before) if number % 3 == 2 else edited(text, random)
        before.append(text)
        yield text


def compiled(texts: Mapping[str, str], memory: Memory | None) -> tuple[Compilation, Choices | None]:
    work = Compilation(Search({name: Text(text) for name, text in texts.items()}), memory=memory)
    roots = work.file_roots(texts)
    documents: dict[str, dict[int, Policy]] = {}
    for root in roots:
        documents.setdefault(root.id, {})[id(root)] = root
    return work, work.choices(tuple(each.values()) for each in documents.values()) if roots else None


def hold(texts: Mapping[str, str], memory: Memory) -> bool:
    """Fails unless both come to the same; whether the texts are without mistakes."""
    work, choices = compiled(texts, memory)
    whole, expected = compiled(texts, None)
    assert differ(tuple(whole.diagnostics()), tuple(work.diagnostics())) is None
    assert differ(expected, choices) is None
    assert whole.sources == work.sources
    for file in whole.sources:
        assert differ(whole.units_in(file), work.units_in(file)) is None
    return expected is not None and not work.has_errors()


@pytest.mark.parametrize("file", SHIPPED[::6], ids=lambda file: file.stem)
def test_edits_of_shipped_policies(file: Path) -> None:
    memory, random = Memory(), Random(file.stem)
    text = file.read_text(encoding="utf-8")
    assert hold({file.name: text}, memory)
    for now in edits(text, random, 12):
        hold({file.name: now}, memory)
    assert hold({file.name: text}, memory)


@settings(deadline=None, max_examples=max(either(10, 25), settings.default.max_examples // 4))
@given(worlds(), st.randoms(use_true_random=False))
def test_edits_of_generated_libraries(world: World, random: Random) -> None:
    memory = Memory()
    texts = {f"<text {number}>": text for number, text in enumerate(world.texts)}
    hold(texts, memory)
    for _ in range(4):
        name = random.choice(list(texts))
        [texts[name]] = edits(texts[name], random, 1)
        hold(texts, memory)


# --- answers ----------------------------------------------------------------------------------------

MANY, SHAPES = 120, 12


def loaded(
    texts: Mapping[str, str], roots: list[str], workspace: Workspace | None
) -> tosdsl.PolicySet | str:
    try:
        return load_texts(texts, roots, workspace=workspace)
    except tosdsl.PolicyError as error:
        return str(error)


@pytest.mark.parametrize("seed", range(either(2, 4)))
def test_verdicts_of_many_clauses_after_edits(seed: int) -> None:
    """Where there are many clauses, those that were edited are filed anew in the code of before."""
    workspace, random, filed = Workspace(), Random(seed), 0
    text = generated.policy(MANY, SHAPES)
    for number in range(12):
        match random.randrange(5):
            case 0:
                now = edited(text, random)
            case 1:
                now = text.replace("section part_2", "\n# Lower.\nsection part_2")
            case _:
                now = generated.edited(text, random.randrange(1, 4), number)
        made = loaded({"many.tos": now}, ["many.tos"], workspace)
        expected = loaded({"many.tos": now}, ["many.tos"], None)
        if isinstance(made, str) or isinstance(expected, str):
            assert made == expected
            continue
        asked = generated.uses(MANY, SHAPES, 60, number, unknown=0.3)
        for facts in asked[::3]:  # clauses are filed under these
            del facts[random.choice(("activity", "product"))]
        verdicts = [expected.verdict(use) for use in asked]
        # An open verdict is settled by more than that code.
        settled = [at for at, word in enumerate(verdicts) if word is not tosdsl.Verdict.UNDETERMINED]
        assert [made.verdict(asked[at]) for at in settled] == [verdicts[at] for at in settled]
        filed += "_predicates" not in vars(made) or made.predicates._plans == {}
        assert [made.verdict(use) for use in asked] == verdicts
        for use in asked[:3]:
            assert made.decide(use).to_json() == expected.decide(use).to_json()
    assert filed > 3


@pytest.mark.parametrize("file", SHIPPED[::6], ids=lambda file: file.stem)
def test_decisions_after_edits(file: Path) -> None:
    workspace, random = Workspace(), Random(file.stem)
    text = file.read_text(encoding="utf-8")
    before: list[tuple[tosdsl.PolicySet, list[object]]] = []
    for now in edits(text, random, 9):
        made = loaded({file.name: now}, [file.name], workspace)
        expected = loaded({file.name: now}, [file.name], None)
        if isinstance(made, str) or isinstance(expected, str):
            assert made == expected
            continue
        assert answers(made) == answers(expected)
        before.append((made, answers(expected)))
    for policies, said in before:  # what was loaded before an edit is as it was
        assert answers(policies) == said


def answers(policies: tosdsl.PolicySet) -> list[object]:
    """Decisions with their explanations, which have places, on some uses; and the verdicts."""
    uses = [tosdsl.Use({}), *(use for _, _, use in policies.scenarios()[:4])]
    found: list[object] = [policies.decide_use(use).to_json() for use in uses]
    return [*found, *(policies.verdict(dict(use.facts), as_of=use.as_of) for use in uses)]


def test_a_kept_policy_is_not_touched_by_a_later_edit() -> None:
    """Code that is made late is of the policies that it is made for, whatever was loaded since."""
    workspace = Workspace()
    text = generated.policy(MANY, SHAPES)
    other = generated.edited(text, 30, 1)
    uses = generated.uses(MANY, SHAPES, 40, 1, unknown=0.0)
    first = load_texts({"many.tos": text}, ["many.tos"], workspace=workspace)
    right = [tosdsl.loads(text).verdict(use) for use in uses]
    second = load_texts({"many.tos": other}, ["many.tos"], workspace=workspace)
    expected = [tosdsl.loads(other).verdict(use) for use in uses]
    assert right != expected
    assert [second.verdict(use) for use in uses] == expected
    assert [first.verdict(use) for use in uses] == right


# --- what clauses lean on ---------------------------------------------------------------------------

LEANING = """\
vocabulary words
fact users: integer
fact paid: boolean

policy shop.terms
    default permit

use words

define large as
    users > 100

exception shared
    when users is 7
    except inner

exception inner
    when paid

section part
    applies when paid
    exception within
        when users is 8

forbid one
    when large
    except shared

forbid two
    when users > 3
    except within

forbid four
    when users > 4
    except shared

permit three
    when users > 2
    notwithstanding one

scenario "a use"
    given
        users: 7
    expect one not in force
"""
CHANGES = (
    ("users is 7", "users is 9"),
    ("when paid\n\nsection", "when not paid\n\nsection"),
    ("users is 8", "users > 8"),
    ("applies when paid", "applies when not paid"),
    ("users > 100", "users > 5"),
    ("define large as\n    users > 100", "define large as\n    users"),
    ("exception inner", "exception other"),
    ("    except inner\n", ""),
    ("forbid one", "permit one"),
    ("forbid one", "forbid ones"),
    ("exception shared", "forbid shared"),
    ("section part", "section shared"),
    ("fact paid: boolean", "fact paid: integer"),
    ("use words", "use word"),
    ("use words", "use words\n\nforbid broken\n    when users users one shared"),
    ("    expect one not in force\n", ""),
    ("default permit", "default forbid"),
    ("policy shop.terms", "# A remark.\n\npolicy shop.terms"),
    ("exception inner", "# A remark.\n\nexception inner"),
    ("forbid two", "# A remark.\n\nforbid two"),
    ("policy shop.terms", 'policy shop.terms\n    version "1"'),
)
"""What is put in the place of what: each changes something that a clause elsewhere leans on."""


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize("first", range(0, len(CHANGES), 2))
def test_what_clauses_lean_on_may_change(first: int, apart: bool) -> None:
    """One change, then every third other one on top of it, and back each time; the vocabulary in the
    file of the policy, or in its own."""

    def texts(text: str) -> dict[str, str]:
        words, header, rest = text.partition("policy shop.terms")
        return {"words.tos": words, "shop.tos": header + rest} if apart else {"shop.tos": text}

    memory = Memory()
    hold(texts(LEANING), memory)
    once = LEANING.replace(*CHANGES[first])
    assert once != LEANING
    for second in CHANGES[first % 3 :: 3]:
        for text in (once, once.replace(*second), LEANING.replace(*second), LEANING):
            hold(texts(text), memory)
