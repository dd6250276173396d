"""What comes out of the cache is what went in: every field of every node, its places too."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given

import tosdsl
from tests.conftest import ROOT, fields_of
from tests.properties.worlds import World, worlds
from tosdsl.cache.codec import Reader, Writer
from tosdsl.cache.image import Image
from tosdsl.trees.lazy import Lazy

POLICIES = sorted(
    file
    for file in (ROOT / "policies").rglob("*.tos*")
    if "\npolicy " in f"\n{file.read_text(encoding='utf-8')}"
)


@cache
def _has_items(kind: type) -> bool:
    return issubclass(kind, tuple | Lazy)


def differ(one: Any, other: Any) -> str | None:
    """The first place in which two trees differ, spans and types of values counted; None if none."""
    if one is other:
        return None
    kind = type(one)
    if _has_items(kind) and _has_items(type(other)):
        if len(one) != len(other):
            return f": {len(one)} and {len(other)} items"
        for index, (each, its) in enumerate(zip(one, other, strict=True)):
            if found := differ(each, its):
                return f"[{index}]{found}"
        return None
    if kind is not type(other):
        return f": {kind.__name__} and {type(other).__name__}"
    if isinstance(one, dict):
        if list(one) != list(other):
            return ": other keys"
        for key in one:
            if found := differ(one[key], other[key]):
                return f"[{key!r}]{found}"
        return None
    names = fields_of(kind)
    if names is None:
        return None if one == other else f": {one!r} and {other!r}"
    for name in names:
        mine, its = getattr(one, name), getattr(other, name)
        if mine is not its and (found := differ(mine, its)):
            return f".{name}{found}"
    return None


def test_it_tells_where_trees_differ() -> None:
    (one,) = tosdsl.loads("policy p\n    default permit\n").linked.documents
    assert differ([one], (one,)) == ": list and tuple"
    assert differ({"a": (one,)}, {"a": (one, one)}) == "['a']: 1 and 2 items"
    moved = evolve(one, policy=evolve(one.policy, span=evolve(one.policy.span, line=7)))
    assert differ((one,), (moved,)) == "[0].policy.span.line: 1 and 7"


def back(policies: tosdsl.PolicySet) -> tuple[Any, Any]:
    image = Image.read(Writer().write(policies.choices, policies.warnings).write())
    assert image is not None
    reader = Reader.of(image)
    return reader.choices(), reader.warnings()


@given(worlds())
def test_generated_libraries_come_back(world: World) -> None:
    choices, warnings = back(world.policies)
    assert differ(world.policies.choices, choices) is None
    assert differ(world.policies.warnings, warnings) is None
    assert choices == world.policies.choices


@pytest.mark.parametrize("file", POLICIES, ids=lambda file: file.stem)
def test_shipped_policies_come_back(file: Path) -> None:
    policies = tosdsl.load(file)
    choices, warnings = back(policies)
    assert differ(policies.choices, choices) is None
    assert differ(policies.warnings, warnings) is None


def test_documents_that_were_read_together_come_back() -> None:
    policies = tosdsl.load(ROOT / "policies" / "openai")
    assert differ(policies.choices, back(policies)[0]) is None


CONFORMANCE = sorted((ROOT / "tests" / "conformance").glob("*/good/*.tos"))


@pytest.mark.parametrize("file", CONFORMANCE, ids=lambda file: f"{file.parts[-3]}-{file.stem}")
def test_what_comes_from_the_cache_explains_as_before(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is known of a condition goes by its identity: a node must not come back as two."""
    monkeypatch.setenv("TOSDSL_CACHE", str(tmp_path / "cache"))
    (tmp_path / "cache").mkdir(mode=0o700)
    fresh, kept = tosdsl.load(file), tosdsl.load(file)
    in_a_zone = re.search(r"T\d\d:\d\d\S* +[A-Z]\w+/", file.read_text("utf-8"))
    assert any((tmp_path / "cache").iterdir()) or in_a_zone  # what is made of that one is not kept
    for _, scenario, use in fresh.scenarios():
        one, other = (
            each.decide(use.facts, as_of=use.as_of).to_json(explain=True) for each in (fresh, kept)
        )
        assert one == other, scenario.title
