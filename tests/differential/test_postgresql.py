"""What a real server of PostgreSQL says is what ``decide`` says, and what Python does with values."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import tosdsl
from tests.conftest import ROOT
from tests.differential.forms import TABLES, forms, rows, wanted
from tests.differential.postgresql import answered, conformance, differences
from tests.gate.postgresql import database, postgres
from tosdsl.backends.sql.columns import Column
from tosdsl.backends.sql.postgresql import PostgreSQL

pytestmark = pytest.mark.skipif(postgres() is None, reason="PostgreSQL is not installed")
ROWS = 40
FILES = [*conformance(), *(ROOT / "policies" / "openai").glob("*.tos")]


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    psycopg = pytest.importorskip("psycopg")
    folder: Path = tmp_path_factory.mktemp("server")
    with database(folder) as (where, _), psycopg.connect(where) as made:
        yield made


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_policy_says_the_same_in_postgresql(connection: Any, file: Path) -> None:
    if "\npolicy " in f"\n{file.read_text('utf-8')}":
        assert [*differences(tosdsl.load(str(file)), connection, ROWS, 1)][:3] == []


@pytest.mark.parametrize("form", [*forms()], ids=lambda form: form[0])
def test_a_form_gives_the_value_that_python_gives(connection: Any, form: Any) -> None:
    name, table, sql, _ = form
    numbered = [{"row": at, **row} for at, row in enumerate(rows(table))]
    columns = [Column("row", "whole"), *TABLES[table][0].values()]
    statement = f"SELECT {sql(PostgreSQL())} FROM uses ORDER BY row"
    found = [value for (value,) in answered(connection, columns, numbered, statement)]
    assert found == wanted(form), name


def test_a_name_that_is_too_long_has_a_column_of_its_own(connection: Any) -> None:
    """Names of more than 63 bytes are cut off there: two facts would be one column."""
    facts = [f"{'a' * 70}_{each}" for each in ("first", "second")]
    text = "vocabulary shop\n\n" + "\n".join(f"fact {each}: boolean" for each in facts)
    text += "\n\n\npolicy shop.terms\n    default permit\n\nuse shop\n\n"
    text += f"forbid f\n    when {facts[0]} and not {facts[1]}\n"
    assert [*differences(tosdsl.loads(text), connection, ROWS, 1)] == []
