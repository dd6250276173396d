"""What Spark says is what ``decide`` says, and what Python does with values."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import tosdsl
from tests.conftest import ROOT
from tests.differential.forms import TABLES, Form, forms, rows, wanted
from tests.differential.held import conformance
from tests.differential.spark import answered, differences, missing, session
from tosdsl.backends.sql.columns import Column
from tosdsl.backends.sql.spark import Spark

pytestmark = [
    pytest.mark.skipif(bool(missing()), reason=missing() or "everything is there"),
    # Sockets to its own processes that Spark's library leaves open until Python collects them.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
ROWS = 20
FILES = [*conformance(), *(ROOT / "policies" / "openai").glob("*.tos")]


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    with session() as made:
        yield made


@pytest.mark.parametrize("form", [*forms()], ids=lambda form: form[0])
def test_a_form_gives_the_value_that_python_gives(spark: Any, form: Form) -> None:
    name, table, sql, _ = form
    numbered = [{"row": at, **row} for at, row in enumerate(rows(table))]
    statement = f"SELECT {sql(Spark())} AS value FROM uses ORDER BY row"
    found = answered(spark, [*TABLES[table][0].values()], numbered, statement)
    assert [each["value"] for each in found] == wanted(form), name


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_policy_says_the_same_in_spark(spark: Any, file: Path) -> None:
    if "\npolicy " in f"\n{file.read_text('utf-8')}":
        assert [*differences(tosdsl.load(str(file)), ROWS, 1, spark=spark)][:3] == []


@pytest.mark.parametrize(
    "text",
    ["plain", "it's", "''", "a\\nb", "\\", "${spark.master}", "$", "ré", "𝔘", "`", '"', "{}", "\n", ""],
)
def test_a_text_stands_for_itself_whatever_is_set(spark: Any, text: str) -> None:
    sql = Spark().text(text)
    for name in (
        "spark.sql.parser.escapedStringLiterals",
        "spark.sql.legacy.consecutiveStringLiterals.enabled",
    ):
        for value in ("true", "false"):
            spark.conf.set(name, value)
            found = answered(
                spark, [Column("t", "text")], [{"row": 0, "t": text}], f"SELECT {sql}, t FROM uses"
            )
            assert [*found[0].values()] == [text, text]
        spark.conf.unset(name)


@pytest.mark.parametrize("name", ["a b", "a`b", "a.b", "ä", "item 1 at hand", "select", "n__none"])
def test_a_name_stands_for_itself(spark: Any, name: str) -> None:
    sql = f"SELECT {Spark().ident(name)} AS v FROM uses"
    assert answered(spark, [Column(name, "whole")], [{"row": 0, name: 7}], sql) == [{"v": 7}]


def test_what_is_too_large_is_an_error_and_never_unknown(spark: Any) -> None:
    for sql in (f"{Spark().whole(2**63 - 1, False)} + row", f"{Spark().whole(10**38 - 1, True)} + row"):
        with pytest.raises(Exception, match=r"OVERFLOW|OUT_OF_RANGE"):
            answered(spark, [], [{"row": 1}], f"SELECT {sql} AS v FROM uses")
