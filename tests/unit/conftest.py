"""A small library in a folder of its own, and the command line run in process."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tosdsl.cli.main import main

SHOP = """\
vocabulary shop

type Medium is one of
    api
    web_page

fact sold: boolean "Is it sold?"
fact amount: integer
fact medium: Medium

policy shop.terms
    version "1"
    effective from 2024-01-01 until 2024-12-31
    recorded 2024-02-01
    default permit

use shop

forbid selling at "1"
    when sold

scenario "kept"
    given
        sold: no
    expect permitted

scenario "sold"
    given
        sold: yes
    expect forbidden
"""


class Ran(NamedTuple):
    """What one run of the command line left behind."""

    status: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``tosdsl`` with words and the bytes of its standard input."""

    def run(*words: object, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            status = main([str(word) for word in words])
        except SystemExit as stopped:
            status = int(stopped.code or 0)
        captured = capsys.readouterr()
        return Ran(status, captured.out, captured.err)

    return run


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A file with one vocabulary, one policy, two scenarios that hold."""
    file = tmp_path / "shop.tos"
    file.write_text(SHOP, encoding="utf-8")
    return file
