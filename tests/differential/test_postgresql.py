"""What a real server of PostgreSQL says is what ``decide`` says, and what Python does with values."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import tosdsl
from tests.conftest import ROOT
from tests.differential.forms import TABLES, forms, rows, wanted
from tests.differential.held import conformance
from tests.differential.postgresql import answered, differences
from tests.gate.postgresql import database, postgres
from tosdsl.backends.sql.columns import Column
from tosdsl.backends.sql.postgresql import PostgreSQL

pytestmark = pytest.mark.skipif(postgres() is None, reason="PostgreSQL is not installed")
ROWS = 40
FILES = [*conformance(), *(ROOT / "policies" / "openai").glob("*.tos")]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    pytest.importorskip("psycopg")
    folder: Path = tmp_path_factory.mktemp("server")
    with database(folder) as (where, _):
        words = dict(each.split("=") for each in where.split())
        yield "postgresql://{user}@{host}:{port}/{dbname}".format(**words)


@pytest.fixture(scope="module")
def connection(server: str) -> Iterator[Any]:
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(server) as made:
        yield made


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_policy_says_the_same_in_postgresql(connection: Any, file: Path) -> None:
    if "\npolicy " in f"\n{file.read_text('utf-8')}":
        assert [*differences(tosdsl.load(str(file)), ROWS, 1, connection=connection)][:3] == []


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
    assert [*differences(tosdsl.loads(text), ROWS, 1, connection=connection)] == []


WORLD = """vocabulary shop

type Colour is one of
    red
    green

fact ok: boolean
fact n: integer
fact size: number
fact name: text
fact colours: list of Colour
fact day: date
fact told_at: instant


policy shop.terms
    default permit

use shop

"""
COLUMNS = (
    "ok boolean, n smallint, size numeric, name varchar(9), colours text[], day date, "
    "told_at timestamptz"
)
ROWS_THERE = (
    ("true", "1", "0.3", "'x'", "'{red}'", "'2024-01-02'", "'2024-01-02 00:00+00'"),
    ("false", "2", "0.25", "'y'", "'{}'", "'2023-01-02'", "'2023-01-02 00:00+00'"),
    ("NULL",) * 7,
    ("true", "1", "'NaN'", "''", "'{red,NULL}'", "'infinity'", "'-infinity'"),
    ("true", "1", "'Infinity'", "''", "'{blue}'", "'0001-01-01 BC'", "'infinity'"),
)
F, P, U = "forbidden", "permitted", "undetermined"


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        ("ok", [F, P, U, F, F]),
        ("n > 1", [P, F, U, P, P]),
        ("size is 0.3", [F, P, U, "TOS4003 size", "TOS4003 size"]),
        ('name is "x"', [F, P, U, P, P]),
        ("colours includes red", [F, P, U, "TOS4008 colours", "TOS4004 colours"]),
        ("day > 2024-01-01", [F, P, U, "TOS4003 day", "TOS4003 day"]),
        ("told_at > 2024-01-01T00:00Z", [F, P, U, "TOS4003 told_at", "TOS4003 told_at"]),
    ],
)
def test_a_table_of_a_server_is_audited(server: str, condition: str, wanted: list[str]) -> None:
    fact = condition.split()[0]
    import psycopg

    with psycopg.connect(server, autocommit=True) as made:
        made.execute('DROP TABLE IF EXISTS "Uses"')
        made.execute(f'CREATE TABLE "Uses" ({COLUMNS})'.encode())
        for row in ROWS_THERE:
            made.execute(f'INSERT INTO "Uses" VALUES ({", ".join(row)})'.encode())
        made.execute(f'CREATE OR REPLACE VIEW one AS SELECT {fact} FROM "Uses"'.encode())
    asked = tosdsl.loads(f"{WORLD}forbid f\n    when {condition}\n")
    told = tosdsl.audit(asked, f"{server}#public.one").to_pylist()
    with psycopg.connect(server, autocommit=True) as made:
        made.execute("DROP VIEW one")
    assert [row["wrong"] or row["verdict"] for row in told] == wanted


@pytest.mark.parametrize("table", ["", "#nowhere", "#a b; drop"])
def test_a_table_that_a_server_does_not_have_is_told(server: str, table: str) -> None:
    with pytest.raises(tosdsl.TosdslError, match="TOS4107") as caught:
        tosdsl.audit(tosdsl.loads(f"{WORLD}forbid f\n    when ok\n"), f"{server}{table}")
    assert "127.0.0.1" not in str(caught.value)
