"""Single rows of a table: what is wrong with them, and what a look at the first rows says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

import tosdsl
from tests.unit.conftest import Run
from tests.unit.test_audit import WORLD, column, policies
from tosdsl.auditing.looking import FIRST_ROWS
from tosdsl.auditing.mistakes import Mistakes
from tosdsl.auditing.whole import prepared

LONG = "x" * 100


@pytest.mark.parametrize(
    ("table", "mapped", "condition", "wanted"),
    [
        (column(["gren"]), {"colour": "c"}, "colour is red", ["colour: `gren`: did you mean `green`?"]),
        (
            column(["blau"]),
            {"colour": "c"},
            "colour is red",
            ["colour: `blau`: it must be one of red, green"],
        ),
        (
            column(["R"]),
            {"colour": {"column": "c", "values": {"R": "rod"}}},
            "colour is red",
            ["colour: `R`, which `values` makes `rod`: did you mean `red`?"],
        ),
        (
            column(["rott"]),
            {"colour": {"column": "c", "values": {"rot": "red"}}},
            "colour is red",
            ["colour: `rott`: did you mean `rot`?"],
        ),
        (
            column(["red; gren"]),
            {"colours": {"column": "c", "split": ";"}},
            "colours includes red",
            ["colours: `gren`: did you mean `green`?"],
        ),
        (column(["acmee"]), {"who": "c"}, "who is acme", ["who: `acmee`: did you mean `acme`?"]),
        (column(["ACME"]), {"who": "c"}, "who is acme", ["who: `ACME`: did you mean `acme`?"]),
        (
            column(["maybe"]),
            {"ok": "c"},
            "ok",
            ["ok: `maybe`: it must be yes, no, true or false"],
        ),
        (
            column([LONG]),
            {"day": "c"},
            "day > 2024-01-01",
            [f"day: `{LONG[:59]}…`: it must be a date such as 2023-12-15"],
        ),
        (
            pa.table({"a": ["gren"], "b": ["2024-02-30"], "c": ["acmee"]}),
            {"colour": "a", "day": "b", "who": "c"},
            "colour is red and day > 2024-01-01 and who is acme",
            [
                "colour: `gren`: did you mean `green`?",
                "day: `2024-02-30`: it must be a date such as 2023-12-15",
                "who: `acmee`: did you mean `acme`?",
            ],
        ),
        (
            pa.table(
                {"items": [[{"colour": "red", "seller": "acme"}, {"colour": "rde", "seller": "acmee"}]]}
            ),
            {},
            "some i in items satisfies (i.colour is red and i.seller is acme)",
            [
                "items.colour: `rde`: did you mean `red`?",
                "items.seller: `acmee`: did you mean `acme`?",
            ],
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_all_mistakes_of_a_row_are_told_with_their_values(
    table: pa.Table, mapped: dict[str, Any], condition: str, wanted: list[str]
) -> None:
    run = prepared(policies(condition), table, {"facts": mapped}).run
    [made] = run.pieces()
    assert run.side.fitted is not None
    [row] = Mistakes(run.side.vocabulary, run.side.fitted.sources).rows(run.counts)
    assert [f"{each.fact}: {each.words}" for each in row.mistakes] == wanted
    assert made["verdict"].to_pylist() == [None]
    assert len(made["mistakes"].to_pylist()[0]) == len(wanted)


def test_thousands_of_names_that_may_be_slips_are_marked_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = [f"acme{at}" for at in range(3_000)]
    ran: list[str] = []
    plain = duckdb.DuckDBPyConnection.execute

    class Counting:
        def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
            self.connection = connection

        def execute(self, sql: str) -> Any:
            ran.append(sql)
            return plain(self.connection, sql)

        def __getattr__(self, name: str) -> Any:
            return getattr(self.connection, name)

    run = prepared(policies("who is acme"), column([*names, "acme"]), {"facts": {"who": "c"}}).run
    run.reading.connection = Counting(run.reading.connection)  # type: ignore[assignment]  # it counts
    [made] = run.pieces()
    assert [row["verdict"] for row in made.to_pylist()[-1:]] == ["forbidden"]
    assert sum(run.counts.wrong.values()) > 2_900
    assert sum(sql.startswith("UPDATE") for sql in ran) == 1


ROWS = """id,colour
a,red
b,gren
c,rde
"""


def looked(run: Run, tmp_path: Path, rows: str, *more: str) -> tuple[int, str, str]:
    table, terms, names = (tmp_path / each for each in ("uses.csv", "terms.tos", "map.yaml"))
    table.write_text(rows, "utf-8")
    terms.write_text(f"{WORLD}forbid f\n    when colour is red\n", "utf-8")
    names.write_text("row: id\n", "utf-8")
    return run("audit", str(terms), "--rows", str(table), "--map", str(names), *more)


@pytest.mark.parametrize(
    ("rows", "status", "said"),
    [
        (ROWS, 0, ["2 rows are wrong:", "warning[TOS4004] colour: 2 rows", "row 2 (b)", "`green`"]),
        ("id,colour\nb,gren\n", 1, ["its one row", "1 row is wrong:", "row 1 (b)"]),
        ("id,colour\na,red\n", 0, ["its one row; none is wrong"]),
        ("id,colour\n", 0, ["which has no rows"]),
        (
            "id,colour\n" + "a,red\n" * FIRST_ROWS + "b,gren\n",
            0,
            [f"its first {FIRST_ROWS:,} rows; none is wrong"],
        ),
    ],
    ids=["some", "all", "none", "empty", "first"],
)
def test_a_look_at_the_first_rows_says_what_is_wrong_with_them(
    run: Run, tmp_path: Path, rows: str, status: int, said: list[str]
) -> None:
    found, out, err = looked(run, tmp_path, rows, "--check")
    assert (found, "TOS4121" in err) == (status, status == 1)
    assert [each for each in said if each not in out] == []


@pytest.mark.parametrize("kind", ["table", "parquet", "lines"])
def test_the_first_rows_of_each_kind_of_table_are_read(tmp_path: Path, kind: str) -> None:
    import pyarrow.parquet as pq

    from tosdsl.auditing.sources import opened

    table = pa.table({"n": [*range(50)]})
    source: Any = table
    if kind == "parquet":
        pq.write_table(table, tmp_path / "a.parquet", row_group_size=10)
        pq.write_table(table, tmp_path / "b.parquet")
        source = str(tmp_path)
    elif kind == "lines":
        source = str(tmp_path / "a.jsonl")
        Path(source).write_text("".join(f'{{"n": {at}}}\n' for at in range(50)), "utf-8")
    assert opened(source).first(7)["n"].cast(pa.int64()).to_pylist() == [*range(7)]
    assert opened(source).first(60).num_rows in (50, 60)


def test_what_is_wrong_with_the_sql_of_a_mapping_points_at_its_entry(tmp_path: Path) -> None:
    names = tmp_path / "map.yaml"
    names.write_text('facts:\n  ok: c\n  count: {sql: "c::int"}\n', "utf-8")
    with pytest.raises(tosdsl.TosdslError) as caught:
        tosdsl.audit(policies("ok", "count > 1"), column(["yes"]), str(names))
    [found] = caught.value.diagnostics
    assert (found.code, found.span.line) == ("TOS4122", 3)
