"""After any edits, a workspace answers as a load of the texts as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tosdsl
from benchmarks import generated
from tests.conftest import ROOT
from tests.properties.test_cache import differ
from tests.properties.worlds import World, worlds
from tosdsl.library.files import Memory as Text
from tosdsl.library.search import Search
from tosdsl.pipeline import Compilation, Memory
from tosdsl.trees.norms import Choices

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
    *("policy another", "vocabulary another", "use another", "fact another: boolean", "    subject to a"),
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


def compiled(texts: Mapping[str, str], memory: Memory | None) -> tuple[Compilation, Choices]:
    work = Compilation(Search({name: Text(text) for name, text in texts.items()}), memory=memory)
    roots = work.file_roots(texts)
    documents: dict[str, dict[int, object]] = {}
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


def answers(policies: tosdsl.PolicySet) -> list[object]:
    uses = [{}, *(dict(use.facts) for _, _, use in policies.scenarios()[:3])]
    return [policies.decide_use(tosdsl.Use(facts)).to_json() for facts in uses]


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_edits_of_shipped_policies(file) -> None:
    memory, random = Memory(), Random(file.stem)
    text = file.read_text(encoding="utf-8")
    assert hold({file.name: text}, memory)
    for now in edits(text, random, 12):
        hold({file.name: now}, memory)
    assert hold({file.name: text}, memory)


@settings(deadline=None)
@given(worlds(), st.randoms(use_true_random=False))
def test_edits_of_generated_libraries(world: World, random: Random) -> None:
    memory = Memory()
    texts = {f"<text {number}>": text for number, text in enumerate(world.texts)}
    hold(texts, memory)
    for _ in range(4):
        name = random.choice(list(texts))
        [texts[name]] = edits(texts[name], random, 1)
        hold(texts, memory)
