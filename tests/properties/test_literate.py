"""Laws of literate policies: Markdown around a text changes places and nothing else."""

from __future__ import annotations

import re
from itertools import pairwise

from attrs import evolve
from hypothesis import assume, example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.conftest import fields_of
from tests.generators import surface_files
from tests.properties.test_format import LENIENT, SAMPLE, with_comments
from tosdsl.base.span import NOWHERE, Span
from tosdsl.library.literate import Block, PolicyText, read_blocks
from tosdsl.syntax.format import format_file
from tosdsl.syntax.markdown import format_text
from tosdsl.syntax.parser import parse
from tosdsl.trees import surface as s

FILE = "p.tos.md"

# --- the blocks are those of CommonMark -------------------------------------------------------------

_LINES = st.sampled_from(
    [
        *("", "", "", "prose", "prose", "policy p", "    default permit", "# heading", "---", "==="),
        *[
            "```tos\nx\n    y\n```",
            "~~~tos more\nx\n\n y\n~~~~",
            "````tos\n  x\n````",
            "- ```tos\n  x\n  ```",
        ]
        * 4,
        *["```text\nx\n```", "````text\n```tos\nx\n```\n````", "> ```text\n> x\n> ```"] * 2,
        *("```tos", "```", "````", "~~~", "~~~tos more", "````tos", "``` text"),
        *("```tos-example", "```TOS", "`code` ```tos", "```tos `", "``` `tos`", "~~~ ```"),
        *("- item", "* item", "1. item", "2. item", "10) item", "-", "1.", "- - two", "-     code"),
        *("- ```tos", "+ ~~~", "> quoted", "> ```tos", "> ```", "- > ```tos", "***", "* * *"),
        *("<!-- one -->", "<!--", "-->", "<details>", "</details>", "<b>bold</b> text", "<?x", "?>"),
    ]
)


@st.composite
def _markdown(draw: st.DrawFn) -> str:
    indented = st.tuples(st.sampled_from([0, 0, 0, 0, 0, 0, 1, 2, 2, 2, 3, 3, 4, 6]), _LINES)
    drawn = draw(st.lists(indented, max_size=14))
    return "\n".join(" " * width + line for width, lines in drawn for line in lines.split("\n"))


def _is_disputed(text: str) -> bool:
    """Whether a line that is far in follows one that could be a paragraph of a list item further in.

    By the standard it goes on with the paragraph; markdown-it ends the item there.
    """
    return any(
        re.match(r" {4,}[^ \w]", line) and not _ENDS_A_PARAGRAPH.fullmatch(above)
        for above, line in pairwise(text.split("\n"))
    )


_ENDS_A_PARAGRAPH = re.compile(r" *(?:|x|y|[`~]{3,}[^`]*|# heading)")


def _of_commonmark(text: str) -> list[tuple[int, str, str]]:
    """The blocks of policy text outside quotations: line, word and body."""
    found, quotes = [], 0
    for token in MarkdownIt("commonmark").parse(text):
        quotes += token.nesting if token.type.startswith("blockquote") else 0
        if token.type == "fence" and not quotes and token.map:
            found.append((token.map[0], (token.info.split() or [""])[0], token.content))
    return [each for each in found if each[1] == "tos"]


def _body(block: Block, found: PolicyText) -> str:
    return "".join(f"{line}\n" for line in found.text.split("\n")[block.first : block.last])


@LENIENT
@example("- a\n\n      ```tos\n  ```tos\n  x\n  ```")
@example("-\n\n  ```tos\n  x\n  ```")
@example("> a\n```tos\nx\n```")
@example("text\n2. ```tos\n```tos\nx\n```")
@given(_markdown())
def test_the_blocks_are_those_of_commonmark(text: str) -> None:
    """Where they are not, there is a mistake, so that none is lost in silence."""
    assume(not _is_disputed(text))
    theirs = _of_commonmark(text)
    found = read_blocks(text, FILE)
    ours = [(block.first - 1, block.word, _body(block, found)) for block in found.blocks]
    if {each.code for each in found.diagnostics} <= {"TOS1038"}:
        assert ours == theirs


@given(_markdown())
def test_lines_stay_where_they_are(text: str) -> None:
    found = read_blocks(text, FILE)
    ours, theirs = found.text.split("\n"), text.split("\n")
    assert len(ours) == len(theirs)
    for number, (kept, line) in enumerate(zip(ours, theirs, strict=True), 1):
        assert kept in {"", line[found.taken.get(number, 0) :]}


# --- a text wrapped in Markdown ---------------------------------------------------------------------

_PROSE = [
    "# Terms",
    "Prose.",
    "- a list",
    "```yaml\na: 1\n```",
    "<!-- a comment -->",
    "> quoted",
    "````\n```tos\n````",
]
_AROUND = st.lists(st.sampled_from(_PROSE), max_size=3).map(
    lambda parts: "".join(f"{part}\n\n" for part in parts)
)


@st.composite
def _wrapped(draw: st.DrawFn, text: str) -> tuple[str, dict[int, tuple[int, int]]]:
    """The text in blocks, and for each of its lines the line and the columns to add in Markdown."""
    lines = text.split("\n")[:-1]
    starts = [index for index, line in enumerate(lines) if line and line[0] not in " #"]
    cuts = [index for index in starts[1:] if draw(st.integers(0, 2)) == 0 and _above(lines[index - 1])]
    made: list[str] = []
    places: dict[int, tuple[int, int]] = {}
    for start, end in zip([0, *cuts], [*cuts, len(lines)], strict=True):
        made += draw(_AROUND).split("\n")[:-1]
        marker = draw(st.sampled_from(["", "- ", "1. ", "10) "]))
        indent = " " * (len(marker) + draw(st.integers(0, 3)))
        fence = draw(st.sampled_from(["```", "~~~", "`````"]))
        made += [f"{marker}an item", ""] if marker else []
        made.append(f"{indent}{fence}{draw(st.sampled_from(['tos', ' tos', 'tos more']))}")
        for number in range(start, end):
            places[number + 1] = len(made) + 1, len(indent)
            made.append(indent + lines[number] if lines[number] else "")
        made += [indent + fence, ""]
    return "\n".join([*made, draw(_AROUND)]), places


def _above(line: str) -> bool:
    """Whether a block may end here: a comment in between would belong to either side."""
    return not line.lstrip().startswith("#")


def _moved(span: Span, places: dict[int, tuple[int, int]]) -> Span:
    line, columns = places[span.line]
    end, more = places[span.end_line]
    return Span(FILE, line, span.column + columns, end, span.end_column + more)


def _spans(node: object) -> list[Span]:
    """Every span in a tree, from the top."""
    if isinstance(node, tuple):
        return [span for each in node for span in _spans(each)]
    if isinstance(node, Span):
        return [] if node == NOWHERE else [node]
    return [span for name in fields_of(type(node)) or () for span in _spans(getattr(node, name))]


@LENIENT
@given(st.data())
def test_a_text_in_blocks_has_the_same_tree(data: st.DataObject) -> None:
    tree = data.draw(surface_files())
    text = data.draw(with_comments(format_file(tree)))
    assume(tree.units)
    wrapped, places = data.draw(_wrapped(text))
    plain, found = parse(text), parse(wrapped, FILE)
    assert found.file == plain.file
    assert found.diagnostics == tuple(
        evolve(each, span=_moved(each.span, places)) for each in plain.diagnostics
    )
    assert _spans(found.file) == [_moved(span, places) for span in _spans(plain.file)]
    assert found.comments == tuple(
        evolve(each, span=_moved(each.span, places)) for each in plain.comments
    )
    assert [each.span for each in found.comments] == [
        _moved(each.span, places) for each in plain.comments
    ]


# --- layout -----------------------------------------------------------------------------------------


def _outside(text: str) -> list[str]:
    """The lines outside the blocks, and one mark for each block."""
    lines: list[str] = text.split("\n")
    for block in reversed(read_blocks(text, FILE).blocks):
        lines[block.first : block.last] = ["(a block)"]
    return lines


@LENIENT
@given(st.data())
def test_the_layout_touches_no_prose(data: st.DataObject) -> None:
    tree = data.draw(st.one_of(surface_files(), st.just(parse(SAMPLE).file)))
    text = data.draw(with_comments(format_file(tree)))
    assume(tree.units)
    wrapped, _ = data.draw(_wrapped(text))
    before = parse(wrapped, FILE)
    once = format_text(wrapped, before, FILE)
    after = parse(once, FILE)
    assert after.file == before.file
    assert [each.code for each in after.diagnostics] == [each.code for each in before.diagnostics]
    assert sorted(each.text for each in after.comments) == sorted(each.text for each in before.comments)
    assert _outside(once) == _outside(wrapped)
    assert format_text(once, after, FILE) == once


def test_the_sample_in_one_block_is_laid_out_already() -> None:
    text = f"1. The policy:\n\n   ```tos\n{_indented(SAMPLE)}   ```\n"
    assert format_text(text, parse(text, FILE), FILE) == text
    assert parse(text, FILE).file == parse(SAMPLE).file
    assert isinstance(parse(text, FILE).file.units[0], s.Vocabulary)


def _indented(text: str) -> str:
    return "".join(f"   {line}" if line.strip() else line for line in text.splitlines(keepends=True))
