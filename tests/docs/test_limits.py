"""The page of limits has every one, and what is said where it is met."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT
from tosdsl.base import limits
from tosdsl.diagnostics.catalogue import CATALOGUE

_PAGE = (ROOT / "docs" / "language" / "limits.md").read_text(encoding="utf-8")
_ROWS = dict(re.findall(r"^\| (MAX_[A-Z_]+) \| (.*) \|$", _PAGE, re.MULTILINE))
_NAMES = [name for name in vars(limits) if name.isupper()]


def test_the_table_has_every_limit_in_order() -> None:
    assert list(_ROWS) == _NAMES


@pytest.mark.parametrize("name", _NAMES)
def test_the_table_has_the_codes_whose_sentences_name_the_limit(name: str) -> None:
    codes = [code for code, entry in CATALOGUE.items() if re.search(rf"\b{name}\b", entry.says)]
    assert re.findall(r"\[(TOS\d{4})\]", _ROWS[name]) == codes
    assert codes or len(_ROWS[name].split()) > 3, "what happens instead is said in words"


def test_a_limit_of_the_engine_has_its_name_in_one_place() -> None:
    """A sentence of the catalogue names no limit that is not there."""
    named = {name for entry in CATALOGUE.values() for name in re.findall(r"\bMAX_[A-Z_]+", entry.says)}
    assert named <= set(_NAMES)
