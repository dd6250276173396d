"""Single rows of a table: what is wrong with them, and what a look at the first rows says."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
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
from tosdsl.auditing.report import page
from tosdsl.auditing.rows import one_row
from tosdsl.auditing.summary import lines
from tosdsl.auditing.whole import prepared
from tosdsl.mapping.model import Mapped, Source

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
            {"day": {"column": "c", "values": {"R": "2024-02-30"}}},
            "day > 2024-01-01",
            ["day: `R`, which `values` makes `2024-02-30`: it must be a date such as 2023-12-15"],
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
        *(
            (
                column([value]),
                {"price": {"column": "c", "decimals": 2}},
                "price > 4 USD",
                [f"price: `{value}`: it must be an amount such as 250 USD"],
            )
            for value in (float("nan"), float("inf"))
        ),
        (
            column([1e300]),
            {"price": {"column": "c", "decimals": 2}},
            "price > 4 USD",
            [
                "price: `1e+300`: more digits than are read, or more decimal places than `decimals` in "
                "the mapping says"
            ],
        ),
        (column(["17.5"]), {"count": "c"}, "count > 1", ["count: `17.5`: it must be a whole number"]),
        (column(["3O"]), {"count": "c"}, "count > 1", ["count: `3O`: it must be a whole number"]),
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


@pytest.mark.parametrize("name", ["uses.csv", "uses.parquet", "no_group.parquet", "uses.arrow"])
def test_a_table_without_rows_has_a_report(run: Run, tmp_path: Path, name: str) -> None:
    import pyarrow.parquet as pq

    file, terms, page = tmp_path / name, tmp_path / "terms.tos", tmp_path / "report.html"
    terms.write_text(f"{WORLD}forbid f\n    when colour is red\n", "utf-8")
    none = pa.table({"colour": pa.array([], pa.string())})
    if name.endswith(".csv"):
        file.write_text("colour\n", "utf-8")
    elif name.endswith(".arrow"):
        with pa.ipc.new_file(file, none.schema) as stream:
            stream.write_table(none)
    elif name == "no_group.parquet":
        pq.ParquetWriter(file, none.schema).close()
    else:
        pq.write_table(none, file)
    out = str(tmp_path / "out.parquet")
    status, said, err = run(
        "audit", str(terms), "--rows", str(file), "--to", out, "--report", str(page)
    )
    assert (status, said.partition("\n")[0]) == (0, "0 rows, 0 kinds of them."), err
    assert "0 rows, 0 kinds" in page.read_text("utf-8")
    nothing = "No row was judged, so none was decided again."
    assert nothing in said
    assert nothing in page.read_text("utf-8")
    assert pq.read_table(out).num_rows == 0


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


@pytest.mark.parametrize(
    ("which", "status", "said"),
    [
        (("--row", "1"), 3, "FORBIDDEN"),
        (("--key", "a"), 3, "FORBIDDEN"),
        (("--key", "b"), 1, "colour: `gren`: did you mean `green`?"),
        (("--row", "4"), 1, "TOS4123"),
        (("--key", "x"), 1, "TOS4123"),
        (("--row", "0"), 2, "from 1 on"),
    ],
    ids=str,
)
def test_one_row_is_explained(
    run: Run, tmp_path: Path, which: tuple[str, str], status: int, said: str
) -> None:
    found, out, err = looked(run, tmp_path, ROWS, *which)
    assert found == status, err
    assert said in out + err
    assert out.startswith("Row ") == (status != 2 and "TOS4123" not in err)


EVERY = {
    "ok": True,
    "count": -5,
    "size": Decimal("0.25"),
    "price": Decimal("12.50"),
    "term": "30 days",
    "wait": "2 hours",
    "name": 'a: "b" # no',
    "who": "acme",
    "colour": "red",
    "colours": ["red", "green"],
    "day": date(2024, 1, 31),
    "paid_on": None,
    "at_time": "2024-01-31T10:00+02:00",
    "items": [{"colour": "red", "price": Decimal("2.50"), "sent_on": None, "seller": "other"}],
}


def test_the_facts_of_a_row_are_a_file_of_facts() -> None:
    fields = {"sent_on": {"field": "sent_on", "missing": "none"}}
    mapped = {
        "paid_on": {"column": "paid_on", "missing": "none"},
        "items": {"column": "items", "fields": fields},
    }
    asked = policies("ok")
    run = prepared(asked, pa.Table.from_pylist([EVERY]), {"as_of": "day", "facts": mapped}).run
    [row] = one_row(run, 1, None)
    assert row.use is not None
    read, warnings = asked.read_use("\n".join(row.facts()))
    assert (read.facts, read.as_of) == (row.use.facts, date(2024, 1, 31))
    assert read.facts.keys() == EVERY.keys()
    assert {each.code for each in warnings} <= {"TOS4009"}


def test_each_document_says_what_it_says_alone(tmp_path: Path) -> None:
    head, _, _ = WORLD.partition("policy shop.terms")
    (tmp_path / "shop.tos").write_text(head, "utf-8")
    for at, (until, condition) in enumerate((("", "count > 5"), (" until 2024-06-30", "count > 3"))):
        text = (
            f'policy shop.p{at}\n    version "1"\n    effective from 2024-01-01{until}\n'
            f"    recorded 2024-01-01\n    default permit\n\nuse shop\n\n"
            f"forbid many\n    when {condition}\n"
        )
        (tmp_path / f"p{at}.tos").write_text(text, "utf-8")
    files = [str(tmp_path / f"p{at}.tos") for at in (0, 1)]
    days = [date(2024, 3, 1), date(2024, 9, 1), date(2023, 1, 1), None]
    rows = [(day, many) for day in days for many in (1, 4, 6, None)]
    table = pa.table({"day": [day for day, _ in rows], "count": [many for _, many in rows]})
    audit = prepared(files, table, {"as_of": "day"})
    told = audit.table()["documents"].to_pylist()
    alone = [tosdsl.load(each) for each in files]
    for (day, many), said in zip(rows, told, strict=True):
        for at, policy in enumerate(alone):
            decision = policy.decide({} if many is None else {"count": many}, as_of=day)
            verdict = decision.verdict.value if decision.governs or not day else "not_in_force"
            assert said[at] == f"shop.p{at}: {verdict}", (day, many)
    assert audit.run.counts.documents["shop.p1", "not_in_force"] == 8
    assert audit.run.counts.lapsed == {"shop.p0": 4, "shop.p1": 8}
    assert "  shop.p1: 2 permitted" in "\n".join(line.plain for line in lines(audit))
    one = prepared(files[1], table, {"as_of": "day"})
    one.table()
    said = "On the day of 8 rows, no version of shop.p1 is in force."
    assert said in [line.plain for line in lines(one)]
    assert said in page(one)


def test_groups_of_a_report_have_headings_that_differ() -> None:
    """Kinds that differ in facts alone were a dozen headings of the same words."""
    new, old = policies("count > 5", "ok"), policies("count > 9", "ok")
    table = pa.table({"count": [6, 7, 8, 9, 6, 6], "ok": [False] * 4 + [None] * 2, "day": [None] * 6})
    audit = prepared(new, table, None, old)
    audit.table()
    made = page(audit)
    headings = re.findall(r"<details><summary>(.*?)</summary>", made, re.DOTALL)
    assert len(headings) == len(set(headings))
    assert "1 rows" not in made


def test_what_is_wrong_with_the_sql_of_a_mapping_points_at_its_entry(tmp_path: Path) -> None:
    names = tmp_path / "map.yaml"
    names.write_text('facts:\n  ok: c\n  count: {sql: "c::int"}\n', "utf-8")
    with pytest.raises(tosdsl.TosdslError) as caught:
        tosdsl.audit(policies("ok", "count > 1"), column(["yes"]), str(names))
    [found] = caught.value.diagnostics
    assert (found.code, found.span.line) == ("TOS4122", 3)


def test_the_documents_of_the_library_are_listed(run: Run) -> None:
    status, out, _ = run("policies")
    assert status == 0
    assert "openai.services_agreement" in out
    assert "2025-05-31, 2025-12-01" in out
    asked = run("audit", "openai.busines_terms", "--rows", "uses.csv")
    assert "`openai.business_terms`" in asked.err
    assert "tosdsl policies" in asked.err
    listed = json.loads(run("policies", "--format", "json").out)["policies"]
    terms = {"id": "openai.business_terms", "clauses": 1, "versions": ["2023-11-14"]}
    assert terms in listed
    for each in listed:
        newest = max(tosdsl.load(each["id"]).choices.asked[0], key=lambda one: one.version or "")
        assert each["clauses"] == len([*newest.root.all_norms()]), each


def test_what_is_found_is_told_as_data(run: Run, tmp_path: Path) -> None:
    status, out, _ = looked(run, tmp_path, ROWS, "--format", "json")
    found = json.loads(out)
    assert (status, found["rows"], found["verdicts"]["forbidden"]) == (0, 3, 1)
    mistake = {"code": "TOS4004", "fact": "colour", "value": "gren", "translated": None}
    near = {"near": ["green"], "expected": "it must be one of red, green"}
    [first, _] = found["wrong"]["examples"]
    assert first == {"row": 2, "name": "b", "mistakes": [mistake | near]}
    checked = json.loads(looked(run, tmp_path, ROWS, "--format", "json", "--check").out)
    assert (checked["rows"], checked["all_rows"], checked["wrong"]) == (3, True, found["wrong"])
    [row] = json.loads(looked(run, tmp_path, ROWS, "--format", "json", "--key", "a").out)["rows"]
    assert (row["row"], row["decision"]["verdict"], row["mistakes"]) == (1, "forbidden", [])


def test_a_look_tells_the_texts_that_do_not_fit_with_their_rows(run: Run, tmp_path: Path) -> None:
    rows = "id,colour\na,red\nb,gren\nc,rot\nd,gren\ne,blau\n"
    done = looked(run, tmp_path, rows, "--check")
    assert (
        "  warning[TOS4004] colour: 4 rows\n    `gren` (2 rows), `blau` (1 row), `rot` (1 row)"
        in done[1]
    )
    data = json.loads(looked(run, tmp_path, rows, "--format", "json", "--check")[1])
    assert data["wrong_texts"] == [
        {"mistake": "TOS4004 colour", "text": text, "rows": rows}
        for text, rows in (("gren", 2), ("blau", 1), ("rot", 1))
    ]


@pytest.mark.parametrize(
    ("fact", "values", "words"),
    [
        ("ok", {"J": "yes", "N": "no"}, "it must be yes, no, true or false; `values` lists J, N"),
        ("colour", {"R": "red"}, "it must be one of red, green; `values` lists R"),
    ],
)
def test_what_is_expected_has_the_words_of_the_mapping(
    fact: str, values: dict[str, str], words: str
) -> None:
    mapping = {"facts": {fact: {"column": "c", "values": values}}}
    audit = prepared(policies("ok"), column(["wxyz"]), mapping)
    audit.table()
    assert f"{fact}: `wxyz`: {words}" in "\n".join(line.plain for line in lines(audit))


def test_a_look_names_the_columns_that_nothing_reads(run: Run, tmp_path: Path) -> None:
    (tmp_path / "shop.tos").write_text(WORLD, encoding="utf-8")
    text = "policy p\n    default permit\n\nuse shop\n\nforbid n\n    when ok\n"
    (tmp_path / "p.tos").write_text(text, encoding="utf-8")
    (tmp_path / "t.csv").write_text("id,okk,sold,day\n1,yes,no,2024-01-01\n", encoding="utf-8")
    (tmp_path / "m.yaml").write_text("row: id\nfacts: {ok: {sql: \"nullif(sold, '')\"}}\n")
    words = ("audit", tmp_path / "p.tos", "--rows", tmp_path / "t.csv", "--map", tmp_path / "m.yaml")
    done = run(*words, "--check")
    assert "Columns of the table that the mapping does not read:\n  okk, day" in done.out
    found = json.loads(run(*words, "--check", "--format", "json").out)
    assert found["not_read"] == ["okk", "day"]


@pytest.mark.parametrize(
    ("sql", "wanted"),
    [
        ("\"Model trained?\" = 'yes'", ["Model", 'he said "x"', "sold"]),
        ("MODEL = 'sold' OR \"Model trained?\" IS NULL", ['he said "x"', "sold"]),
        ('"he said ""x""" = \'it\'\'s sold\'', ["Model", "Model trained?", "sold"]),
        ("sold.model = 'x' AND \"model TRAINED?\" = ''", ['he said "x"']),
    ],
)
def test_a_part_of_a_name_in_sql_is_not_the_name(sql: str, wanted: list[str]) -> None:
    mapped = Mapped({"ok": Source("ok", sql=sql)})
    names = ["Model", "Model trained?", 'he said "x"', "sold"]
    assert [each for each in names if not mapped.reads(each)] == wanted


ROUTED = """\
vocabulary shop

fact away: boolean
fact days: list of date
fact seen: date judged


policy acme.terms
    default permit

use shop

governed by elsewhere
    when away

forbid sale
    when seen is 2024-01-01

section later
    applies when some x in days satisfies x > seen
    default permit
"""


def test_what_a_routed_row_rests_on_hangs_on_what_is_known() -> None:
    """A clause out of scope tells nothing of a fact that a scope reads as well."""
    policies = tosdsl.loads(ROUTED)
    days = [None, date(2024, 1, 2)]
    rows = [{"away": away, "days": [], "seen": seen} for away in (True, False) for seen in days]
    kinds = [("away", pa.bool_()), ("days", pa.list_(pa.date32())), ("seen", pa.date32())]
    table = pa.Table.from_pylist(rows * 2, schema=pa.schema(kinds))
    made = tosdsl.audit(policies, table).to_pylist()
    for row, told in zip(rows * 2, made, strict=True):
        facts = {name: value for name, value in row.items() if value is not None}
        wanted = [each.fact for each in policies.decide(facts).judgements]
        assert told["judgements"] == wanted, row
