"""Literate policies: which lines of a Markdown file are policy text, and what is left alone."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import EntryPoint
from pathlib import Path
from textwrap import dedent

import pytest

import tosdsl
from tests.conftest import ROOT
from tests.unit.conftest import SHOP, Run
from tosdsl.library import files as library
from tosdsl.library.literate import read_blocks
from tosdsl.syntax.parser import parse

# --- which lines are policy text ------------------------------------------------------------------

BLANKED: Mapping[str, tuple[str, str]] = {
    "a block": ("Prose.\n```tos\na\n    b\n```\nProse.\n", "\n\na\n    b\n\n\n"),
    "two blocks": ("```tos\na\n```\n\n```tos\nb\n```", "\na\n\n\n\nb\n"),
    "tildes": ("~~~tos\na\n```\n~~~", ""),
    "a longer fence": ("`````tos\na\n`````", "\na\n"),
    "closed by a longer one": ("```tos\na\n``````", "\na\n"),
    "closed with spaces around": ("```tos\na\n   ```  ", "\na\n"),
    "a space before the word": ("``` tos\na\n```", "\na\n"),
    "more words": ("```tos title=x\na\n```", "\na\n"),
    "other words": (
        "```text\na\n```\n\n```\nb\n```\n\n```tos-example\nc\n```\n```tos\nd\n```",
        "\n" * 12 + "d\n",
    ),
    "shown in a longer fence": ("````text\n```tos\na\n```\n````\n```tos\nb\n```", "\n" * 6 + "b\n"),
    "shown between tildes": ("~~~text\n```tos\na\n```\n~~~\n```tos\nb\n```", "\n" * 6 + "b\n"),
    "in a line": ("```tos a``` is no block\n```tos\nb\n```", "\n\nb\n"),
    "in a list item": ("* x\n\n  ```tos\n  a\n      b\n  ```", "\n\n\na\n    b\n"),
    "behind a list marker": ("1) ```tos\n   a\n   ```\n", "\na\n\n"),
    "in a nested item": ("- - x\n\n    ```tos\n    a\n    ```", "\n\n\na\n"),
    "far in, in an item": ("10. x\n\n    ```tos\n    a\n    ```", "\n\n\na\n"),
    "a body further out than its fence": ("   ```tos\n a\n     b\n   ```", "\na\n  b\n"),
    "below a paragraph": ("x\n```tos\na\n```", "\n\na\n"),
    "after a comment": ("<!-- x\n\ny -->\n```tos\na\n```", "\n\n\n\na\n"),
    "after HTML and a blank line": ("<details>\n\n```tos\na\n```\n\n</details>", "\n\n\na\n\n\n"),
    "carriage returns": ("x\r\n```tos\r\na\r\n```\r\n", "\n\na\r\n\n"),
}


@pytest.mark.parametrize("name", BLANKED)
def test_lines_outside_the_blocks_are_blanked(name: str) -> None:
    text, expected = BLANKED[name]
    found = read_blocks(text, "p.tos.md")
    if not expected:  # a fence of the other kind: what it holds is no policy text
        assert [each.code for each in found.diagnostics] == ["TOS1037"]
        return
    assert (found.text, found.diagnostics) == (expected, ())


def test_what_is_plain_by_its_name_is_read_as_it_stands() -> None:
    assert [each.code for each in parse("```tos\npolicy p\n```\n", "p.md").diagnostics][:1] == [
        "TOS1002"
    ]
    assert tosdsl.loads("policy p\n    default permit\n").linked.documents


# --- places -----------------------------------------------------------------------------------------

CLAUSES = """\
# Terms

```tos
policy p
    default permit
```

1. No sale.

   ```tos
   # about it
   forbid sale at "1"
       "Nothing is sold."  # beside
       when nothing_known
   ```
"""


def test_places_are_those_of_the_markdown_file() -> None:
    parsed = parse(CLAUSES, "p.tos.md")
    (unit,) = parsed.file.units
    (norm,) = unit.items
    places = [(each.span.line, each.span.column) for each in (unit, norm, *parsed.comments)]
    assert places == [(4, 1), (12, 4), (11, 4), (13, 28)]


def test_a_diagnostic_shows_the_line_of_the_markdown_file(tmp_path: Path) -> None:
    file = tmp_path / "p.tos.md"
    file.write_text(CLAUSES, encoding="utf-8")
    with pytest.raises(tosdsl.PolicyError) as raised:
        tosdsl.load(file)
    assert str(raised.value).split("\n")[:4] == [
        f"error[TOS2001] {file}:14:13",
        "   |",
        "14 |        when nothing_known",
        "   |             ^^^^^^^^^^^^^",
    ]


def test_one_policy_twice_is_placed_in_its_block(tmp_path: Path) -> None:
    text = "- x\n\n  ```tos\n  policy p\n      default permit\n  ```\n"
    for name in ("a.tos.md", "b.tos.md"):
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(tosdsl.PolicyError) as raised:
        tosdsl.load(tmp_path)
    (found,) = raised.value.diagnostics
    assert (found.code, found.span.line, found.span.column) == ("TOS6003", 4, 10)


# --- where policies are looked for ------------------------------------------------------------------

VOCABULARY, POLICY = SHOP.split("\npolicy ")
LITERATE = f"# Shop\n\n```tos\n{VOCABULARY}```\n\nThe terms:\n\n```tos\npolicy {POLICY}```\n"


@pytest.fixture
def literate(tmp_path: Path) -> Path:
    """The small shop as Markdown: a vocabulary in one block, a policy in another."""
    file = tmp_path / "shop.tos.md"
    file.write_text(LITERATE, encoding="utf-8")
    return file


def test_the_commands_work_on_it(run: Run, literate: Path) -> None:
    facts = literate.parent / "facts.yaml"
    facts.write_text("{facts: {sold: yes}}", encoding="utf-8")
    for where in (literate, literate.parent):
        assert run("test", where).out.endswith("2 scenarios in 1 policy: all held\n")
        assert run("check", where, "--facts", facts).status == 3
        assert '"medium"' in run("schema", where).out
        assert run("fmt", "--check", where).status == 3  # the fact's text is one space too near


def test_neighbours_are_found_by_id(tmp_path: Path, literate: Path) -> None:
    other = tmp_path / "other.tos"
    other.write_text("policy other\n    default permit\n\nincorporate shop.terms\n", encoding="utf-8")
    assert len(tosdsl.load(other).linked.documents) == 2
    below = tmp_path / "below" / "other.tos.md"
    below.parent.mkdir()
    below.write_text(f"```tos\n{other.read_text(encoding='utf-8')}```\n", encoding="utf-8")
    assert len(tosdsl.load(below).linked.documents) == 2


def test_installed_packages_may_bring_it(
    literate: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "site" / "their_terms").mkdir(parents=True)
    literate.rename(tmp_path / "site" / "their_terms" / "shop.tos.md")
    monkeypatch.syspath_prepend(tmp_path / "site")
    point = EntryPoint(name="theirs", value="their_terms", group=library.GROUP)
    monkeypatch.setattr(library, "entry_points", lambda group: [point])
    assert tosdsl.load("shop.terms").linked.documents[0].policy.id == "shop.terms"


def test_a_name_that_ends_so_is_a_path(run: Run) -> None:
    assert run("check", "gone.tos.md", "--facts", "x.yaml").err.startswith("error[TOS6001]")


def test_other_markdown_is_no_policy(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(LITERATE, encoding="utf-8")
    (tmp_path / "notes.tos.md.txt").write_text(LITERATE, encoding="utf-8")
    assert library.folder(tmp_path, []) == {}


def test_the_shipped_library_has_one() -> None:
    assert (ROOT / "policies" / "azure" / "openai_service.tos.md").is_file()
    (document, *_) = tosdsl.load("azure.openai_service").linked.documents
    assert document.policy.span.file.endswith("azure/openai_service.tos.md")


# --- layout -----------------------------------------------------------------------------------------

UNTIDY = """\
#  Terms   \n
```tos
# The licence.

policy  p   # why
  default   permit
use  a
```

*  No sale.\t

   ~~~  tos   more
   section s

     forbid sale
       when x
       # about the sale
   # at the end
   ~~~
*  Nothing of the kind.
     ```tos

     use b
     # Two of them.
     use c
     ```
    ```tos-example
    forbid   sale
    ```

```tos
```
no line end"""

TIDY = """\
#  Terms   \n
```tos
# The licence.

policy p  # why
    default permit

use a
```

*  No sale.\t

   ~~~  tos   more
   section s

       forbid sale
           when x
           # about the sale

   # at the end
   ~~~
*  Nothing of the kind.
     ```tos
     use b
     # Two of them.
     use c
     ```
    ```tos-example
    forbid   sale
    ```

```tos
```
no line end"""


def test_the_blocks_are_laid_out_and_nothing_else(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "p.tos.md"
    file.write_text(UNTIDY, encoding="utf-8")
    assert run("fmt", "--check", file) == (3, f"would change {file}\n", "")
    assert file.read_text(encoding="utf-8") == UNTIDY
    assert run("fmt", file) == (0, f"formatted {file}\n", "")
    assert file.read_text(encoding="utf-8") == TIDY
    assert run("fmt", "--check", tmp_path) == (0, "", "")


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_a_byte_order_mark_are_kept(run: Run, tmp_path: Path, mark: str) -> None:
    file = tmp_path / "p.tos.md"
    file.write_bytes((mark + UNTIDY.replace("\n", "\r\n")).encode())
    assert run("fmt", file).status == 0
    assert file.read_bytes() == (mark + TIDY.replace("\n", "\r\n")).encode()


@pytest.mark.parametrize("line", ["- " * 200_000 + "x", "> " * 200_000, "1. " * 100_000, "`" * 400_000])
def test_however_deep_a_line_of_prose_nests_the_block_above_it_is_read(line: str) -> None:
    found = read_blocks(f"```tos\na\n```\n\n{line}\n", "p.tos.md")
    assert len(found.blocks) == 1


def test_several_units_in_the_blocks(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "p.tos.md"
    text = dedent(
        """\
        ```tos
        policy p
            default permit
        ```
        ```tos
        use a
        policy q
            default forbid
        policy r
            default forbid
        ```
        """
    )
    file.write_text(text, encoding="utf-8")
    assert run("fmt", file).status == 0
    laid_out = text.replace("use a\n", "use a\n\n\n").replace("forbid\npolicy", "forbid\n\n\npolicy")
    assert file.read_text(encoding="utf-8") == laid_out


def test_a_file_with_a_mistake_is_left_alone(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "p.tos.md"
    file.write_text(UNTIDY + "\n```tos", encoding="utf-8")
    ran = run("fmt", file)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith(f"error[TOS1037] {file}:35:1")
    assert file.read_text(encoding="utf-8") == UNTIDY + "\n```tos"


def test_standard_input_is_plain(run: Run) -> None:
    assert run("fmt", "-", stdin=LITERATE.encode()).status == 1
