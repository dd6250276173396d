"""Whether a text gets just the diagnostics that it must get, each with a place and a way out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from tests.malformed import corpus
from tosdsl.diagnostics.catalogue import CATALOGUE
from tosdsl.diagnostics.model import Diagnostic
from tosdsl.diagnostics.render import render
from tosdsl.facade import PolicyError, load


def check_policies(*several: corpus.Text) -> tuple[Diagnostic, ...]:
    """What is said of these texts, put into the current folder: of one by itself, of more together."""
    texts = {text.name: text for text in several}
    for text in several:
        Path(text.name).write_bytes(text.text.encode())
    found = _of_policies(*texts) if len(texts) == 1 else _of_policies(".")
    sources = {file: text.text for file, text in texts.items()}
    for file, text in texts.items():
        check(text, [each for each in found if each.span.file in {file, ""}], sources)
    assert {each.span.file for each in found} <= texts.keys() | {""}
    return found


def _of_policies(*where: str) -> tuple[Diagnostic, ...]:
    try:
        return load(*where).warnings
    except PolicyError as error:
        return error.diagnostics


def check(text: corpus.Text, found: Iterable[Diagnostic], sources: dict[str, str]) -> None:
    """That just these diagnostics are expected of the text, and that each of them is whole."""
    got = list(found)
    assert [_brief(each) for each in got] == [f"{e.code} {e.place}" for e in text.expected]
    for each, expected in zip(got, text.expected, strict=True):
        shown = render(each, sources)
        assert expected.words in shown
        _is_whole(each, shown)


def _brief(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    return f"{diagnostic.code} {span.line}:{span.column}" if span.line else f"{diagnostic.code} -"


def _is_whole(diagnostic: Diagnostic, shown: str) -> None:
    """Two sentences, a caret under what is wrong, and nothing left to fill in."""
    for sentence in (diagnostic.message, diagnostic.mend):
        assert sentence[:1] not in {"", " "}
        assert sentence.rstrip()[-1:] in {".", "?"}
        assert not re.search(r"\{(?:" + "|".join(_PLACEHOLDERS) + r")\}", sentence)
    if diagnostic.span.line:
        assert re.search(r"^ +\| *\^+$", shown, re.MULTILINE), shown
        assert diagnostic.span.end_line > diagnostic.span.line or (
            diagnostic.span.end_column > diagnostic.span.column
        )
    assert diagnostic.to_json()["code"] == diagnostic.code


_PLACEHOLDERS = sorted(
    {name for entry in CATALOGUE.values() for name in re.findall(r"\{(\w+)\}", entry.says + entry.mend)}
)
