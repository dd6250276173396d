"""Columns in each encoding, ends of lines, odd characters, and a thousand edits."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from random import Random
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types as t

from tests.editors.conftest import conversation
from tests.editors.talk import SHIPPED, Talk, edited, of
from tosdsl.language.check import check
from tosdsl.lsp.texts import Text

EDITS = int(os.environ.get("EDITS", "200"))
"""How many make a storm."""

SIZES = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


def units(text: str, encoding: str) -> int:
    name, size = SIZES[encoding]
    return len(text.encode(name)) // size


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=list(SIZES))
async def encoded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Talk, str]]:
    folder = tmp_path_factory.mktemp("texts")
    async for each in conversation([folder], (request.param,)):
        yield each, request.param


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
async def test_columns_are_counted_as_was_agreed(encoded: tuple[Talk, str], end: str) -> None:
    talk, encoding = encoded
    lines = [
        *("policy a.b", "    default permit", "", 'forbid x at "😀é😀"', '    "é \u2028 😀"'),
        *('    when "é😀" is absent', ""),
    ]
    uri = f"untitled:{encoding}{len(end)}"
    talk.open(uri, end.join(lines))
    odd, absent = await talk.problems(uri, "TOS1050", "TOS2001")
    column = units('    "é ', encoding)
    assert odd.range == t.Range(
        t.Position(4, column), t.Position(4, column + units("\u2028", encoding))
    )
    column = units('    when "é😀" is ', encoding)
    assert absent.range == t.Range(t.Position(5, column), t.Position(5, column + 6))
    talk.write(uri, end.join(lines).replace("\u2028 ", "").replace('"é😀" is absent', "yes"))
    assert await talk.problems(uri) == []
    edits = await talk.rename(uri, "forbid |x at", "second")
    new = edited(talk.texts[uri], edits[uri], encoding)
    assert new == talk.texts[uri].replace("forbid x", "forbid second")
    asked = t.DocumentFormattingParams(of(uri), t.FormattingOptions(4, True))
    untidy = new.replace("    when yes", "    when   yes")
    talk.write(uri, untidy)
    laid_out = await talk.client.text_document_formatting_async(asked)
    assert edited(untidy, laid_out, encoding) == new
    talk.close(uri)


@pytest.mark.parametrize("encoding", SIZES)
def test_a_place_goes_there_and_back(encoding: str) -> None:
    raw = "\ufeffa😀\r\né\u2028b\rc\x0cd\n\n😀\x85x\ud800y"
    text = Text(raw, encoding)
    lines = text.text.split("\n")
    seen = set()
    for number, line in enumerate(lines, 1):
        for column in range(1, len(line) + 2):
            place = text.position(number, column)
            seen.add(place)
            back = text.place(*place)
            at_the_end = line[column - 1 :] == "" and line.endswith("\r")
            assert back == (number, column) or at_the_end or line[column - 2 : column] == "\r"
    assert {line for line, _ in seen} == {0, 1, 2, 3, 4}
    assert text.end[0] == 4
    assert text.place(99, 99) == (len(lines), len(lines[-1]) + 1)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("partly", [False, True], ids=["whole texts", "by places"])
async def test_a_storm_of_edits_ends_with_the_right_text(
    encoded: tuple[Talk, str], partly: bool
) -> None:
    """Edits as they come from somebody who types without a pause, some of them odd."""
    talk, encoding = encoded
    random = Random(f"{encoding} {partly}")
    right = SHIPPED.read_text(encoding="utf-8")
    uri = f"untitled:storm-{encoding}-{partly}"
    text = right
    talk.open(uri, text)
    count = EDITS if encoding == "utf-16" else EDITS // 20
    pieces = ["x", "😀", "\u2028", "\r\n", "\n", "\r", "é", "    when", '"', "\x0c", "\x85", "# ", ""]
    for number in range(count):
        first = random.randrange(len(text) + 1)
        last = min(len(text), first + random.choice([0, 0, 0, 1, 2, 40]))
        new = random.choice(pieces)
        if text[first - 1 : first + 1] == "\r\n" or text[last - 1 : last + 1] == "\r\n":
            continue  # no editor has a place between the two
        if partly:
            known = Text(text, encoding)
            places = [t.Position(*known._at(each)) for each in (first, last)]
            change: Any = t.TextDocumentContentChangePartial(t.Range(*places), new)
        text = text[:first] + new + text[last:]
        if not partly:
            change = t.TextDocumentContentChangeWholeDocument(text)
        talk.change(uri, change)
        if number % 97 == 0:
            line = t.Position(random.randrange(700), random.randrange(90))
            await talk.client.text_document_hover_async(t.HoverParams(of(uri), line))
    shown = await talk.command("tosdsl.status")
    (known_,) = [each for each in shown["data"]["texts"] if each["uri"] == uri]
    raw = text.encode("utf-8")
    assert (known_["bytes"], known_["sha256"]) == (len(raw), hashlib.sha256(raw).hexdigest())
    expected = check({uri: text}, [uri]).diagnostics
    talk.texts[uri] = text
    found = await talk.problems(uri, *(each.code for each in expected if each.span.file == uri))
    assert len(found) > 3
    talk.write(uri, right)
    assert await talk.problems(uri) == []
    talk.close(uri)
    await asyncio.sleep(0)
