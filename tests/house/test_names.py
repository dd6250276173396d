"""The list of what the shipped library declares is that of its files."""

from __future__ import annotations

from tests.house.names import FILE, computed
from tosdsl.library.files import installed
from tosdsl.library.listing import shipped_names


def test_the_list_is_that_of_the_files() -> None:
    assert FILE.read_text(encoding="utf-8") == computed(), "run python -m tests.house.names"


def test_it_leads_to_what_reading_every_file_finds() -> None:
    found: dict[tuple[str, str], set[str]] = {}
    for head in installed([])[-1].heads:
        found.setdefault((head.kind, head.id), set()).add(head.file)
    assert {key: set(files) for key, files in (shipped_names() or {}).items()} == found
