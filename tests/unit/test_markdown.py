"""Words in Markdown and in reports: what names, questions and values say is never read as markup."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from tosdsl.analysis.markdown import code, plain

WORDS = (
    "`</code><script>alert(1)</script>",
    "a `b` | c",
    "``two`` and `",
    r"\| and \` and \\|",
    "*bold* _slanted_ __very__ ~~gone~~",
    "[a link](https://example.com) ![an image](x.png) <https://example.com>",
    "&lt; and &#60;",
    "# a heading",
    "1. a list",
    "10) a list",
    "- a list",
    "> said",
    "=== ---",
    "@everyone",
    "$x$",
    "two\nlines\r\nand\u2028more",
    "<!-- a comment",
    "model.commercially_available > 5",
)


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text, self.tags = "", list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def seen(markdown: str) -> tuple[str, set[str]]:
    """What a reader of the page sees, and the tags of it."""
    made = _Seen()
    made.feed(
        MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown)
    )
    made.close()
    return made.text, set(made.tags)


def on_a_line(text: str) -> str:
    for end in ("\r", "\n", "\u2028"):
        text = text.replace(end, " ")
    return text


_TABLE = {"table", "thead", "tbody", "tr", "th", "td"}


@pytest.mark.parametrize("words", WORDS)
def test_words_are_shown_as_they_are(words: str) -> None:
    text, tags = seen(f"* {plain(words)}\n")
    assert (text.strip(), tags) == (on_a_line(words), {"ul", "li"})
    text, tags = seen(f"| a | b |\n|---|---|\n| {plain(words)} | {code(words)}<br>{code('x')} |\n")
    cells = [line for line in text.split("\n") if line][2:]
    assert cells == [on_a_line(words), on_a_line(words) + "x"]
    assert tags == _TABLE | {"code", "br"}


_POLICY = """\
vocabulary words
fact said: text
fact asked: boolean "{question}"

policy p
    version "{version}"
    default permit
use words
forbid clause
    when said is "{said}"{more}
"""


def test_a_value_with_a_backquote_stays_code(run: Any, tmp_path: Path) -> None:
    old, new = tmp_path / "old.tos", tmp_path / "new.tos"
    words = {"version": "1", "said": "`|<img src=x onerror=y>", "question": "Is it?"}
    old.write_text(_POLICY.format(**words, more=" and asked"), encoding="utf-8")
    words["question"] = "<b>*Is* it `so`</b>?"
    new.write_text(_POLICY.format(**words, more=""), encoding="utf-8")
    text, tags = seen(run("diff", old, new, "--format", "markdown").out)
    assert not tags & {"img", "b", "em"}
    assert 'said: "`|<img src=x onerror=y>"' in text
    assert "<b>*Is* it `so`</b>?" in text


def test_a_message_of_a_report_has_no_links_of_a_text(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "p.tos"
    file.write_text(
        _POLICY.format(version="1", said="x", question="", more="")
        + '\nscenario "[here](https://example.com)"\n    expect undetermined\n'
        + '\nscenario "[here](https://example.com) "\n    expect undetermined\n',
        encoding="utf-8",
    )
    made = json.loads(run("lint", file, "--format", "sarif").out)
    messages = [each["message"]["text"] for each in made["runs"][0]["results"]]
    assert messages
    assert not any("[here](" in each.replace(r"\[", "") for each in messages)
