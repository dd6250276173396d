"""The parse tables that are shipped are those of the grammar, and nothing else is taken for them."""

from __future__ import annotations

import json
import subprocess
import sys
from threading import local

import pytest

from tests.conftest import ROOT
from tests.house.tables import FILE, computed
from tosdsl.syntax import parser, prebuilt

POLICY = (ROOT / "policies" / "openai" / "business_terms-2023-11-14.tos").read_text(encoding="utf-8")


def read(monkeypatch: pytest.MonkeyPatch, text: str) -> parser.Parsed:
    """A policy as a thread reads it that has not read any."""
    monkeypatch.setattr(parser, "_local", local())
    return parser.parse(text)


def test_the_tables_are_those_of_the_grammar() -> None:
    assert FILE.read_text(encoding="utf-8") == computed(), "run python -m tests.house.tables"


def test_they_are_the_same_in_every_run() -> None:
    code = "from tests.house.tables import computed; print(computed(), end='')"
    for seed in ("1", "2"):
        ran = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        assert ran.stdout == FILE.read_text(encoding="utf-8")


def test_with_them_lark_computes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = read(monkeypatch, POLICY)
    monkeypatch.setattr(prebuilt, "Lark", _NeverBuilt)
    assert read(monkeypatch, POLICY) == wanted


class _NeverBuilt(prebuilt.Lark):
    def __init__(self, *_: object, **__: object) -> None:
        raise AssertionError


@pytest.mark.parametrize(
    "damaged",
    [
        None,
        "",
        "[]",
        '{"made_for": 1}',
        json.dumps({**json.loads(FILE.read_text(encoding="utf-8")), "made_for": "lark 0, sha256:0"}),
    ],
    ids=["missing", "empty", "a list", "without tables", "of another grammar"],
)
def test_without_them_it_computes_them(
    monkeypatch: pytest.MonkeyPatch, damaged: str | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    wanted = read(monkeypatch, POLICY)
    file = tmp_path_factory.mktemp("grammars") / prebuilt.TABLES
    if damaged is not None:
        file.write_text(damaged, encoding="utf-8")
    right = prebuilt._file
    monkeypatch.setattr(
        prebuilt, "_file", lambda name: file if name == prebuilt.TABLES else right(name)
    )
    prebuilt.kept.cache_clear()
    built: list[str] = []

    class Counted(prebuilt.Lark):
        def __init__(self, grammar: str, **options: object) -> None:
            built.append(grammar)
            super().__init__(grammar, **options)

    monkeypatch.setattr(prebuilt, "Lark", Counted)
    try:
        assert read(monkeypatch, POLICY) == wanted
    finally:
        prebuilt.kept.cache_clear()
    assert built == [prebuilt.grammar()]
