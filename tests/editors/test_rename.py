"""A symbol renamed by the server leaves every scenario holding, and nothing else changed.

CI takes a few symbols; ``SYMBOLS=50 python -m pytest tests/editors/test_rename.py`` takes fifty.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path
from random import Random

import pytest
import pytest_asyncio
from lsprotocol import types as t

from tests.editors.conftest import conversation
from tests.editors.talk import POLICIES, Talk, edited, of
from tosdsl.language import tested as scenarios
from tosdsl.language.check import check
from tosdsl.language.occurrences import occurrences
from tosdsl.language.symbols import Occurrence
from tosdsl.lsp.texts import Text
from tosdsl.workspace.memory import Workspace

COUNT = int(os.environ.get("SYMBOLS", "3"))
NEW = "zz_renamed"
WORKSPACE = Workspace()


@cache
def declared() -> list[Occurrence]:
    """Symbols that are declared in the shipped library, a few of every kind."""
    texts = {str(each): each.read_text(encoding="utf-8") for each in sorted(POLICIES.rglob("*.tos*"))}
    found: dict[object, Occurrence] = {}
    for name in texts:
        for each in occurrences(check(texts, [name], WORKSPACE)):
            if each.role == "declaration" and each.symbol.kind != "item":
                found.setdefault(each.symbol, each)
    several: dict[str, list[Occurrence]] = {}
    for each in found.values():
        several.setdefault(each.symbol.kind, []).append(each)
    random = Random(15)
    picked: list[Occurrence] = []
    while len(picked) < COUNT:
        for kind in sorted(several):
            if several[kind]:
                picked.append(several[kind].pop(random.randrange(len(several[kind]))))
    return picked[:COUNT]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def library(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Talk, Path]]:
    """A copy of the library as somebody's own folder."""
    folder = tmp_path_factory.mktemp("library") / "policies"
    shutil.copytree(POLICIES, folder)
    async for each in conversation([folder]):
        yield each, folder


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("number", range(COUNT))
async def test_a_renamed_symbol_leaves_all_as_it_was(library: tuple[Talk, Path], number: int) -> None:
    talk, folder = library
    found = declared()[number]
    file = folder / Path(found.span.file).relative_to(POLICIES)
    uri = file.as_uri()
    text = file.read_text(encoding="utf-8")
    talk.open(uri, text)
    place = Text(text).position(found.span.line, found.span.column)
    asked = t.RenameParams(text_document=of(uri), position=t.Position(*place), new_name=NEW)
    changes = (await talk.client.text_document_rename_async(asked)).changes
    talk.close(uri)
    assert changes
    after: dict[str, str] = {}
    for changed, edits in changes.items():
        path = changed.removeprefix("file://")
        before = Path(path).read_text(encoding="utf-8")
        after[path] = edited(before, edits)
        # Nothing but the name: with the old one in its places, the text is what it was.
        assert re.sub(rf"\b{NEW}\b", lambda _: found.symbol.word, after[path]) == before
        assert after[path].count(NEW) == len(edits)
    policies = [each for each in after if "\npolicy " in f"\n{after[each]}"]
    for each in policies:
        results = scenarios.tested(check(after, [each], WORKSPACE)).results
        assert results
        assert [one.title for one in results if not one.held] == []
