"""What stands beside the pages: every page of the site in its place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from tests.docs.blocks import ROOT
from website.pages import title_of

Nav = list[Any]
_CHAPTER = re.compile(r"\[([^]]+)\]\(([\w/.-]+\.md)\)")


def navigation(shelves: Nav, modules: Nav) -> Nav:
    """The whole of it: lists of mappings from a title to a page or to a list."""
    return [
        {"Home": "index.md"},
        {"Book": _book()},
        {"Language": _language()},
        {"Library": shelves},
        {"Python": modules},
        {"Mistakes": _codes()},
        {"Project": _project()},
    ]


def _book() -> Nav:
    """The chapters in the order of ``docs/index.md``, but for the language, which has its own place."""
    text = (ROOT / "docs" / "index.md").read_text(encoding="utf-8").partition("Beside the book:")[0]
    chapters: dict[str, str] = {page: title for title, page in _CHAPTER.findall(text)}
    listed: Nav = ["book/index.md"]
    for page, title in chapters.items():
        if page != "language.md":
            listed.append({_short(title): f"book/{page}"})
        folder = page.rpartition("/")[0]
        rest = sorted((ROOT / "docs" / folder).glob("*.md")) if page.endswith("/index.md") else []
        for each in rest:
            name = f"{folder}/{each.name}"
            if name not in chapters:
                listed.append({_short(title_of(each)): f"book/{name}"})
    return listed


def _short(title: str) -> str:
    plain = re.sub(r"[`*]", "", title.replace("\n", " "))
    return plain[0].upper() + plain[1:]


def _language() -> Nav:
    """The families in the order in which ``docs/language.md`` leads to them."""
    text = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
    order = dict.fromkeys(re.findall(r"\]\(language/([\w-]+\.md)", text))
    pages = {each.name: each for each in sorted((ROOT / "docs" / "language").glob("*.md"))}
    names = [*(name for name in order if name in pages), *(name for name in pages if name not in order)]
    listed: Nav = ["book/language.md"]
    return [*listed, *({_short(title_of(pages[name])): f"book/language/{name}"} for name in names)]


def _codes() -> Nav:
    pages = [each.stem for each in sorted((ROOT / "docs" / "codes").glob("TOS*.md"))]
    listed: Nav = ["book/codes/index.md"]
    for hundred, several in groupby(pages, lambda code: code[3:5]):
        listed.append({f"TOS{hundred}xx": [{code: f"book/codes/{code}.md"} for code in several]})
    return listed


def _project() -> Nav:
    records = sorted((ROOT / "docs" / "adr").glob("*.md"))
    return [
        {"Architecture": "project/architecture.md"},
        {"Changes": "project/changes.md"},
        {"Decisions": _decisions(records)},
    ]


def _decisions(records: Iterable[Any]) -> Nav:
    listed: Nav = ["project/decisions/index.md"]
    return [*listed, *({_short(title_of(each)): f"project/decisions/{each.name}"} for each in records)]
