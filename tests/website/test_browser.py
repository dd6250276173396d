"""The site in headless Chromium, with ``STUDIO=all``: every example, and the pages themselves."""

from __future__ import annotations

from tests.website.conftest import Used
from tests.website.judge import differs


def test_every_example_shows_in_the_studio_what_its_page_says(used: Used) -> None:
    assert used.seen["missing"] == []
    wrong = []
    for example, shown in zip(used.examples, used.seen["shown"], strict=True):
        why = [shown["failed"]] if "failed" in shown else [*differs(example, shown)]
        wrong += [f"{example.page}:{example.line}: {each}" for each in why]
    assert wrong == []


def test_no_page_has_an_error_or_asks_for_anything_elsewhere(used: Used) -> None:
    assert used.seen["errors"] == []
    assert used.seen["outside"] == []


def test_pages_fit_a_telephone(used: Used) -> None:
    assert {page: width for page, width in used.seen["wide"].items() if width > 400} == {}


def test_everybody_can_read_what_the_pages_say(used: Used) -> None:
    assert used.seen["axe"] == {}


def test_search_finds_without_a_server(used: Used) -> None:
    assert used.seen["search"]
