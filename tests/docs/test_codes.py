"""Every code has a page, and every page does what the README beside this file says of it.

``test_examples.py`` runs the blocks of the pages with those of all documents. What a page must have,
and that a page that does not hold is seen, stands here.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT, blocks, documents
from tests.docs.examples import run_document
from tests.docs.pages import CODES, NOT_ALONE, code_of, index, parts, title, titled
from tosdsl.diagnostics.catalogue import CATALOGUE

PAGES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(CODES.glob("TOS*.md"))}

LONGEST = 50
"""Lines of one page: it is read while something else waits."""


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert list(PAGES) == list(CATALOGUE)
    assert {path.name for path in CODES.iterdir()} == {f"{code}.md" for code in PAGES} | {"index.md"}


def test_the_pages_are_run_with_the_other_documents() -> None:
    assert set(CODES.glob("*.md")) <= set(documents())


def test_the_index_is_that_of_the_catalogue() -> None:
    assert (CODES / "index.md").read_text(encoding="utf-8") == index(), "see tests/docs/README.md"
    assert re.findall(r"^\* \[(TOS\d+)\]\(\1\.md\): ", index(), re.MULTILINE) == list(CATALOGUE)
    assert "](codes/index.md)" in (ROOT / "docs" / "index.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", PAGES)
def test_a_page_has_the_title_of_the_catalogue_and_is_short(code: str) -> None:
    assert PAGES[code].splitlines()[0] == title(CATALOGUE[code])
    assert len(PAGES[code].splitlines()) <= LONGEST


@pytest.mark.parametrize("code", PAGES)
def test_a_page_says_why_and_shows_the_mistake_and_its_mending(code: str) -> None:
    text = PAGES[code]
    assert not text.split("\n", 3)[2].startswith("```")
    assert "\nInstead:\n" in text
    shown = parts(text)
    session = {each.language for each in blocks(text) if "example" in each.attributes} == {"sh"}
    says = [] if session else ["says"]
    assert list(dict.fromkeys(shown)) == ["example", *says, "instead"]


def test_what_comes_after_others_is_a_code() -> None:
    assert NOT_ALONE.keys() <= CATALOGUE.keys()


# --- that a page that does not hold is seen --------------------------------------------------------

GOOD = """\
# TOS1018: …

```tos example
policy acme.terms
    title "a\\b"
    default permit
```

```text says
```

Instead:

```diff instead
-    title "a\\b"
+    title "ab"
```
"""


def problems(text: str, folder: Path) -> list[str]:
    return [problem for each in run_document(text, folder) for problem in each.problems]


def test_a_page_that_holds_has_no_problems(tmp_path: Path) -> None:
    assert problems(GOOD, tmp_path) == []
    says = next(each.body for each in run_document(GOOD, tmp_path) if "says" in each.block.attributes)
    assert says.startswith("error[TOS1018] terms.tos:2:")


@pytest.mark.parametrize(
    ("old", "new", "seen"),
    [
        ("# TOS1018", "# TOS1019", "example says ['TOS1018']"),
        ("    default permit\n", "    default allow\n", "example says ['TOS1008', 'TOS1018']"),
        ('title "a\\b"\n    default', 'title "ab"\n    default', "example says []"),
        ('+    title "ab"', '+    title "a\\c"', "instead says ['TOS1018']"),
        ('+    title "ab"', "+    default permit", "instead says ['TOS1012']"),
        ('-    title "a\\b"\n', '-    title "c"\n', "holds these lines 0 times"),
        ('+    title "ab"', '+    title  "ab"', "lays this out otherwise"),
    ],
)
def test_a_page_that_does_not_hold_is_seen(old: str, new: str, seen: str, tmp_path: Path) -> None:
    assert old in GOOD
    assert seen in "\n".join(problems(GOOD.replace(old, new), tmp_path))


def test_a_warning_counts_as_a_mistake(tmp_path: Path) -> None:
    text = GOOD.replace('-    title "a\\b"', '-    title "a\\b"\n-    default permit')
    text = text.replace('+    title "ab"', "+    default forbid")
    assert "instead says ['TOS3010']" in "\n".join(problems(text, tmp_path))


@pytest.mark.parametrize("stage", ["example", "instead"])
def test_a_session_is_held_too(stage: str, tmp_path: Path) -> None:
    command = {"example": "openai.business_terms", "instead": "nobody.terms"}[stage]
    text = f"# TOS6001: …\n\n```sh {stage}\n$ tosdsl schema {command}\n…\n```\n"
    assert f"{stage} says" in "\n".join(problems(text, tmp_path))


def test_a_title_is_mended() -> None:
    assert titled("# TOS1018: Old\n\nWhy.\n") == f"{title(CATALOGUE['TOS1018'])}\n\nWhy.\n"
    assert titled("# The book\n") == "# The book\n"
    assert code_of("# The book\n") == ""
