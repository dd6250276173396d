"""What Spark says is what ``decide`` says, and what Python does with values."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import tosdsl
from tests.conftest import ROOT
from tests.differential.forms import TABLES, Form, forms, rows, wanted
from tests.differential.held import conformance
from tests.differential.spark import answered, differences, missing, session
from tests.unit.test_audit import WORLD, policies
from tosdsl.auditing.compared import classes
from tosdsl.auditing.judge import Judge
from tosdsl.auditing.whole import prepared
from tosdsl.backends.sql.columns import Column
from tosdsl.backends.sql.program import Statement
from tosdsl.backends.sql.spark import Spark
from tosdsl.cli.main import main
from tosdsl.trees.facts import Use

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


# --- audits -------------------------------------------------------------------------------------------

USES = pa.table(
    {
        "id": [f"u{at}" for at in range(8)],
        "ok": [True, False, None, True, None, True, False, None],
        "count": [1, 2, None, 10**18, -1, 3, None, 5],
        "name": ["a", "é", "Two Words", None, "two  words", "it's", "", "a"],
        "who": ["acme", "acme", None, "other", "acme ", "other", "aсme", None],
        "colour": ["red", "green", "blue", None, "red", "red", "green", None],
        "colours": [["red"], [], None, ["red", None], ["blue"], ["green"], ["red"], ["green", "red"]],
        "day": pa.array([date.min, date.max, None, date(2024, 2, 29), None] + [date(2025, 1, 1)] * 3),
        "at_time": pa.array([None, *[datetime(2024, 1, 1, tzinfo=UTC)] * 7], pa.timestamp("us", "UTC")),
        "items": pa.array(
            [[], None, [{"colour": "red", "price": "1.50", "seller": None}]] + [[]] * 5,
            pa.list_(
                pa.struct([("colour", pa.string()), ("price", pa.string()), ("seller", pa.string())])
            ),
        ),
    }
)
CONDITIONS = (
    "ok",
    'count > 2 and name starts with "two" ignoring case',
    "who is acme or colour is red",
    "colours includes red",
    "day > 2024-01-01 and at_time < 2025-01-01T00:00Z",
    "some item in items satisfies item.price > 1 USD",
)
MAPPED = {"row": "id"}


def frame_of(spark: Any, table: pa.Table) -> Any:
    return spark.createDataFrame(table).repartition(3)


def by_id(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row.pop("id"): row for row in rows}


@pytest.mark.parametrize("against", [None, policies("count > 1", "not ok")])
def test_a_frame_of_spark_is_told_what_duckdb_tells(spark: Any, against: Any) -> None:
    here = prepared(policies(*CONDITIONS), USES, MAPPED, against)
    there = prepared(policies(*CONDITIONS), frame_of(spark, USES), MAPPED, against)
    rows = [[by_id(here.table().to_pylist())], [by_id(there.frame().toArrow().to_pylist())]]
    kinds = [{key: row.pop("kind") for key, row in each[0].items()} for each in rows]
    for each in rows:
        for row in each[0].values():
            row.pop("row")
    assert rows[0] == rows[1]
    assert len({*zip(kinds[0].values(), map(kinds[1].get, kinds[0]), strict=True)}) == len(
        {*kinds[0].values()}
    )
    assert [code.split()[0] for code in here.run.counts.wrong] != []
    for name in ("rows", "verdicts", "wrong", "months", "changes", "against_wrong", "parties"):
        assert getattr(there.run.counts, name) == getattr(here.run.counts, name)
    moved = [sorted((str(each), rows) for each, rows, _ in classes(each.run)) for each in (here, there)]
    assert moved[0] == moved[1]


@pytest.mark.parametrize("others", [None, "unknown", "as they are"])
def test_texts_that_values_does_not_list_come_to_the_same(spark: Any, others: str | None) -> None:
    told = WORLD.replace("fact who: party\n", "fact who: party\nfact whos: list of party\n")
    asked = tosdsl.loads(
        f"{told}forbid one\n    when who is acme\n\nforbid many\n    when whos includes acme\n"
    )
    who = ["AC", "acme", "acmee", "My own", "ChatGPT", "", None, "ChatGPT"]
    whos = ["acme;b;b", "ChatGPT; own", "b;c", "own;own", "c", "", None, "AC"]
    table = pa.table({"id": [*map(str, range(8))], "who": who, "whos": whos})
    values = {"values": {"AC": "acme", "My own": "own"}}
    values |= {} if others is None else {"others": others}
    several = {"column": "whos", "split": ";", **values}
    mapped = {"row": "id", "facts": {"who": {"column": "who", **values}, "whos": several}}
    here, there = (prepared(asked, of, mapped) for of in (table, frame_of(spark, table)))
    rows = [by_id(here.table().to_pylist()), by_id(there.frame().toArrow().to_pylist())]
    for row in (row for each in rows for row in each.values()):
        del row["row"], row["kind"]
    assert rows[0] == rows[1]
    assert there.run.counts.wrong == here.run.counts.wrong
    assert there.run.counts.parties == here.run.counts.parties
    if others == "as they are":
        assert here.run.counts.parties["who", "ChatGPT"] == 2
        assert here.run.counts.parties["whos", "b"] == 1


def test_days_in_columns_choose_the_version(spark: Any) -> None:
    days = pa.array([date(2025, 6, 1), date(2025, 12, 2), date(2020, 1, 1), None], pa.date32())
    table = pa.table({"id": ["a", "b", "c", "d"], "day": days})
    mapped = {"row": "id", "as_of": "day", "facts": {"output_of": {"is": ["openai"]}}}
    here = by_id(tosdsl.audit("openai.services_agreement", table, mapped).to_pylist())
    there = by_id(
        tosdsl.audit("openai.services_agreement", frame_of(spark, table), mapped).toArrow().to_pylist()
    )
    assert {key: row["needs"] for key, row in here.items()} == {
        key: row["needs"] for key, row in there.items()
    }
    assert {key: row["verdict"] for key, row in here.items()} == {
        key: row["verdict"] for key, row in there.items()
    }


@pytest.mark.parametrize("on_spark", [False, True])
def test_a_row_that_takes_too_many_steps_is_wrong_and_there_once(
    spark: Any, monkeypatch: pytest.MonkeyPatch, on_spark: bool
) -> None:
    def too_many(judge: Judge, use: Use) -> bool:
        return len(use.facts["colours"]) > 250

    monkeypatch.setattr(Judge, "too_many_steps", too_many)
    table = pa.table({"id": ["a", "b", "c"], "colours": [["red"] * size for size in (1, 201, 300)]})
    asked = policies("colours includes red")
    made = tosdsl.audit(asked, frame_of(spark, table) if on_spark else table, MAPPED)
    told = (made.toArrow() if on_spark else made).to_pylist()
    assert sorted((row["id"], row["wrong"] or row["verdict"]) for row in told) == [
        ("a", "forbidden"),
        ("b", "forbidden"),
        ("c", "TOS5027"),
    ]


def test_a_frame_without_rows_gives_one_without(spark: Any) -> None:
    made = tosdsl.audit(policies("ok"), frame_of(spark, USES.slice(0, 0)), MAPPED)
    assert made.toArrow().num_rows == 0


def test_sql_that_says_another_thing_than_python_ends_the_run(
    spark: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Statement, "verdict", lambda statement: "'permitted'")
    with pytest.raises(tosdsl.TosdslError, match="TOS4108"):
        tosdsl.audit(policies("ok"), frame_of(spark, USES), MAPPED)


def test_without_the_ansi_mode_nothing_is_judged(spark: Any) -> None:
    spark.conf.set("spark.sql.ansi.enabled", "false")
    try:
        with pytest.raises(tosdsl.TosdslError, match="TOS4120"):
            tosdsl.audit(policies("ok"), frame_of(spark, USES), MAPPED)
    finally:
        spark.conf.unset("spark.sql.ansi.enabled")


def test_child_tables_are_refused(spark: Any, tmp_path: Path) -> None:
    child = tmp_path / "items.csv"
    child.write_text("use,colour\nu0,red\n", "utf-8")
    mapped = {"row": "id", "tables": {"items": {"file": str(child), "key": "use"}}}
    with pytest.raises(tosdsl.TosdslError, match=r"TOS4120.*\n.*child table"):
        tosdsl.audit(policies("ok"), frame_of(spark, USES.drop_columns("items")), mapped)


def test_an_error_in_the_sql_of_a_mapping_is_told(spark: Any) -> None:
    mapped = {"row": "id", "facts": {"count": {"sql": "CAST(name AS INTEGER)"}}}
    with pytest.raises(tosdsl.TosdslError, match=r"TOS4107.*\n.*Conversion"):
        tosdsl.audit(policies("count > 1"), frame_of(spark, USES.drop_columns("count")), mapped)


def test_the_command_writes_a_folder_and_a_report(
    spark: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    rows, terms, out, report = (
        tmp_path / each for each in ("u.parquet", "t.tos", "v.parquet", "r.html")
    )
    pq.write_table(USES.select(["id", "ok"]), rows)
    terms.write_text(f"{WORLD}forbid f\n    when ok\n", "utf-8")
    command = ["audit", str(terms), "--rows", str(rows), "--engine", "spark", "--to", str(out)]
    assert main([*command, "--report", str(report)]) == 0
    assert "8 rows, 3 kinds of them." in capsys.readouterr().out
    assert pq.read_table(out).num_rows == 8
    assert report.read_text("utf-8").startswith("<!doctype html>")
    assert main(command) == 1
    assert "TOS6010" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_told(spark: Any, tmp_path: Path) -> None:
    from tosdsl.auditing.spark import opened as spark_of

    with pytest.raises(tosdsl.TosdslError, match="TOS4107"):
        spark_of(str(tmp_path / "none.parquet"))
