"""The site, built: its pages, its links, its search."""

from __future__ import annotations

import importlib.util
import json
import re
from html import unescape
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

import tosdsl
from tests.docs.blocks import ROOT
from tests.website.plain import Plain
from tosdsl.library.search import Search

if importlib.util.find_spec("zensical") is None or importlib.util.find_spec("griffe") is None:
    pytest.skip("it needs `pip install 'tosdsl[site]'`", allow_module_level=True)

from website.build import MARK, Built, SiteError, build
from website.links import broken
from website.markdown import fitted
from website.pages import place

OWN = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"]
_LOADED = re.compile(r'<(?:link|script|img|iframe)\b[^>]*\b(?:href|src)="(https?:)?//[^"]*"')


def html_of(site: Path, page: str) -> str:
    name = page.removesuffix(".md")
    file = f"{name}.html" if name.rpartition("/")[2] == "index" else f"{name}/index.html"
    return (site / file).read_text(encoding="utf-8")


def article_of(html: str) -> str:
    """What the page says, without what stands around it."""
    return html[html.index(">", html.index("<article")) + 1 : html.index("</article>")]


def test_the_site_is_whole(tmp_path: Path) -> None:
    """In one test: each process that runs tests would build it anew."""
    built = build(tmp_path / "site", studio=False)
    assert built.broken == ()
    _says_what_markdown_says(built)
    _asks_for_nothing_elsewhere(built)
    _has_every_example(built)
    _has_the_library(built)
    _has_the_python_interface(built)
    _can_be_searched(built)


def _says_what_markdown_says(built: Built) -> None:
    """What CommonMark makes of each page of the book, and what the site shows, are one."""
    reader = MarkdownIt("commonmark").enable("table")
    book = sorted(each.relative_to(ROOT).as_posix() for each in (ROOT / "docs").rglob("*.md"))
    for source in [*OWN[1:], *book]:
        said = Plain(reader.render((ROOT / source).read_text(encoding="utf-8")))
        shown = Plain(article_of(html_of(built.folder, place(source))))
        assert shown.text == said.text, source
        assert +shown.counts == +said.counts, source


def _asks_for_nothing_elsewhere(built: Built) -> None:
    pages = {each: each.read_text(encoding="utf-8") for each in built.folder.rglob("*.html")}
    assert len(pages) > 400
    assert {name: found[0] for name, text in pages.items() if (found := _LOADED.search(text))} == {}


def _has_every_example(built: Built) -> None:
    shown = {
        unescape(link)
        for page in {each.page for each in built.tried}
        for link in re.findall(
            r'class="try" href="[^"#]*studio/(#1[^"]*)"', html_of(built.folder, place(page))
        )
    }
    assert {each.fragment for each in built.tried} <= shown


def _has_the_library(built: Built) -> None:
    shelves = {each.parent.name: each.parent for each in built.folder.glob("library/*/*/index.html")}
    assert shelves.keys() == set(Search().ids("policy"))
    for id_, folder in shelves.items():
        whole = unescape("".join(each.read_text(encoding="utf-8") for each in folder.rglob("*.html")))
        for policies in tosdsl.load_each(id_):
            ((policy,),) = policies.choices.asked
            names = [f'id="{norm.id}"' for norm in policy.root.all_norms()]
            titles = [f"<td>{scenario.title}</td>" for scenario in policy.scenarios]
            assert [each for each in (*names, *titles) if each not in whole] == [], policy.name


def _has_the_python_interface(built: Built) -> None:
    whole = "".join(each.read_text(encoding="utf-8") for each in built.folder.rglob("python/**/*.html"))
    assert [name for name in tosdsl.__all__ if f'id="tosdsl.{name}"' not in whole] == ["limits"]


def _can_be_searched(built: Built) -> None:
    found = json.loads((built.folder / "search.json").read_text(encoding="utf-8"))
    places = {each["location"].partition("#")[0] for each in found["items"]}
    assert {
        "book/language/clauses/",
        "library/openai/openai.business_terms/",
        "python/policies/",
    } <= places
    assert [each for each in places if each.startswith("project/files/")] == []


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("kept", encoding="utf-8")
    with pytest.raises(SiteError, match="something else"):
        build(tmp_path, studio=False)
    assert (tmp_path / "letter.txt").read_text(encoding="utf-8") == "kept"
    assert not (tmp_path / MARK).exists()


def test_what_leads_nowhere_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "index.html").write_text('<h1 id="here">A</h1>', encoding="utf-8")
    right = ["a/", "a/#here", "studio/#1x", "#", "https://example.org/"]
    wrong = ["a/#there", "b/", "../c/", "/a/"]
    page = "".join(f'<a href="{each}">x</a>' for each in (*right, *wrong))
    (tmp_path / "index.html").write_text(page, encoding="utf-8")
    (tmp_path / "studio").mkdir()
    (tmp_path / "studio" / "index.html").write_text("", encoding="utf-8")
    assert [each.target for each in broken(tmp_path)] == wrong


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        ("a\n* b\n* c\n", "a\n\n* b\n* c\n"),
        ("* a\n  b\n\n  c\n", "* a\n    b\n\n    c\n"),
        ("1. a\n   * b\n", "1. a\n    * b\n"),
        ("at\n8080. More\n", "at\n8080\\. More\n"),
        ("a\n| b |\n|---|\n", "a\n\n| b |\n|---|\n"),
        ("* a\n\n  ```tos\n  x\n    y\n  ```\n", "* a\n\n    ``` {.tos}\n    x\n      y\n    ```\n"),
        ("[a](b) `[a](b)` ``[`a](b)``\n", "[a](b!) `[a](b)` ``[`a](b)``\n"),
    ],
)
def test_python_markdown_is_given_what_github_reads(page: str, lines: str) -> None:
    info = dict.fromkeys(range(1, 9), " {.tos}")
    made = fitted(page, info, lambda target: f"{target}!")
    assert re.sub(r"\n\n+", "\n\n", made).strip() == lines.strip()
