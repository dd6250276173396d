"""Tables of uses: mapping, wrong rows, what comes out, resuming, the report."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import tosdsl
from tests.unit.conftest import Run

WORLD = """vocabulary shop

party acme "Acme"

type Colour is one of
    red
    green

type Item has
    colour: Colour
    price: money in USD
    sent_on: optional date
    seller: party

fact ok: boolean
fact count: integer
fact size: number
fact price: money in USD
fact term: duration in days
fact wait: duration in hours
fact name: text
fact who: party
fact colour: Colour
fact colours: list of Colour
fact day: date
fact paid_on: optional date
fact at_time: instant
fact items: list of Item


policy shop.terms
    default permit

use shop

"""


def policies(*conditions: str) -> tosdsl.PolicySet:
    """A prohibition for each condition."""
    clauses = (f"forbid c{at}\n    when {each}\n" for at, each in enumerate(conditions))
    return tosdsl.loads(WORLD + "\n".join(clauses))


def verdicts(table: Any, mapping: dict[str, Any] | Path, *conditions: str) -> list[Any]:
    """The verdict of each row, or what is wrong with it."""
    made = tosdsl.audit(policies(*conditions), table, mapping).to_pylist()
    return [row["wrong"] or row["verdict"] for row in made]


def column(values: list[Any], kind: pa.DataType | None = None) -> pa.Table:
    return pa.table({"c": pa.array(values, kind)})


P, F, U = "permitted", "forbidden", "undetermined"
DEC = pa.decimal128(38, 2)
TEXT = pa.string()


@pytest.mark.parametrize(
    ("table", "mapped", "condition", "wanted"),
    [
        (column([True, False, None]), {"ok": "c"}, "ok", [F, P, U]),
        (column(["yes", "FALSE", "maybe", None]), {"ok": "c"}, "ok", [F, P, "TOS4003 ok", U]),
        (column([1, 2, 10**18 + 1]), {"count": "c"}, "count > 1", [P, F, "TOS4110 count"]),
        (
            column(["1", "2", "2.5", " 2"]),
            {"count": "c"},
            "count > 1",
            [P, F, "TOS4003 count", "TOS4003 count"],
        ),
        (
            column(["0.1", "0.3", "1e3", "0.00001"]),
            {"size": "c"},
            "size > 0.2",
            [P, F, "TOS4003 size", "TOS4110 size"],
        ),
        (column([Decimal("0.10"), Decimal("0.30")], DEC), {"size": "c"}, "size > 0.2", [P, F]),
        (column([Decimal(10) ** 30], DEC), {"size": "c"}, "size > 0.2", ["TOS4110 size"]),
        (
            column([0.1 + 0.2, float("nan"), float("inf"), 1e300]),
            {"size": {"column": "c", "decimals": 2}},
            "size is 0.3",
            [F, "TOS4003 size", "TOS4003 size", "TOS4110 size"],
        ),
        (
            column(["5 USD", "5", "5 EUR", "6.50 USD"]),
            {"price": "c"},
            "price > 5 USD",
            [P, P, "TOS4003 price", F],
        ),
        (column([30, 31, 2_000_000]), {"term": "c"}, "term > 30 days", [P, F, "TOS4003 term"]),
        (
            column(["30 days", "5 weeks", "1 month"]),
            {"term": "c"},
            "term > 30 days",
            [P, F, "TOS4003 term"],
        ),
        (column([1, 3]), {"wait": "c"}, "wait > 2 hours", [P, F]),
        (
            column(["30 seconds", "30001 milliseconds", "30000000 microseconds", "1 minute", "9 sec"]),
            {"wait": "c"},
            "wait > 30 seconds",
            [P, F, P, F, "TOS4003 wait"],
        ),
        (
            column(["3600000000000000 microseconds", "-1000000 hours", "1000001 hours"]),
            {"wait": "c"},
            "wait > 30 seconds",
            [F, P, "TOS4003 wait"],
        ),
        (column(["", "ä", "a\u0308", None]), {"name": "c"}, 'name is "ä"', [P, F, F, U]),
        (
            column(["acme", "ACME", "other", "", "acmé"]),
            {"who": "c"},
            "who is acme",
            [F, "TOS4013 who", P, "TOS4003 who", "TOS4009 who"],
        ),
        (
            column(["red", "Red", "", None]),
            {"colour": "c"},
            "colour is red",
            [F, "TOS4004 colour", "TOS4004 colour", U],
        ),
        (
            column(["R", "green"]),
            {"colour": {"column": "c", "values": {"R": "red"}}},
            "colour is red",
            [F, P],
        ),
        (
            column([["red"], [], None, ["red", None], ["blue"]]),
            {"colours": "c"},
            "colours includes red",
            [F, P, U, "TOS4008 colours", "TOS4004 colours"],
        ),
        (
            column(["red; green", "", None]),
            {"colours": {"column": "c", "split": ";"}},
            "colours includes green",
            [F, U, U],
        ),
        (column([date(2024, 1, 2), date(2023, 1, 1)]), {"day": "c"}, "day > 2024-01-01", [F, P]),
        (
            column(["2024-01-02", "2024-02-30", "02.01.2024", "0000-01-01"]),
            {"day": "c"},
            "day > 2024-01-01",
            [F, *["TOS4003 day"] * 3],
        ),
        (
            column([date(2024, 1, 2), None]),
            {"paid_on": {"column": "c", "missing": "none"}},
            "paid_on is none",
            [P, F],
        ),
        (
            column([date(2024, 1, 2), None]),
            {"paid_on": {"column": "c", "missing": "unknown"}},
            "paid_on is none",
            [P, U],
        ),
        (
            column(["2024-01-02", "none", None]),
            {"paid_on": {"column": "c", "missing": "unknown"}},
            "paid_on is none",
            [P, F, U],
        ),
        (
            column([datetime(2024, 1, 2, tzinfo=UTC)]),
            {"at_time": "c"},
            "at_time > 2024-01-01T23:00Z",
            [F],
        ),
        (
            column([datetime(2024, 1, 2)]),
            {"at_time": {"column": "c", "zone": "+02:00"}},
            "at_time > 2024-01-01T22:30Z",
            [P],
        ),
        (
            column(["2024-01-31T01:00+02:00", "2024-01-31T01:00Z", "2024-01-31T01:00"]),
            {"at_time": "c"},
            "at_time + 1 month > 2024-02-28T23:30Z",
            [P, F, "TOS4003 at_time"],
        ),
        (column([1]), {"ok": {"is": True}}, "ok", [F]),
        (column(["yes", None]), {"ok": {"column": "c", "missing": True}}, "ok", [F, F]),
        (
            column(["n/a", "no", None]),
            {"ok": {"column": "c", "missing": False, "values": {"n/a": "unknown"}}},
            "ok",
            [U, P, P],
        ),
        (
            column([Decimal("0.10"), None], DEC),
            {"size": {"column": "c", "missing": 7}},
            "size > 5",
            [P, F],
        ),
        (
            column(["red", None]),
            {"colours": {"column": "c", "split": ";", "missing": []}},
            "colours includes red",
            [F, P],
        ),
        (
            column([None, "2024-01-02", "none"]),
            {"paid_on": {"column": "c", "missing": "2024-01-31"}},
            "paid_on is none or paid_on > 2024-01-10",
            [F, P, F],
        ),
        (column([1, 5]), {"ok": {"sql": "c > 3"}}, "ok", [P, F]),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_column_is_read_as_its_fact(
    table: pa.Table, mapped: dict[str, Any], condition: str, wanted: list[str]
) -> None:
    assert verdicts(table, {"facts": mapped}, condition) == wanted


@pytest.mark.parametrize(
    ("table", "mapped", "code"),
    [
        (column([0.5]), {"size": "c"}, "TOS4105"),
        (column([0.5]), {"price": "c"}, "TOS4105"),
        (column([datetime(2024, 1, 2)]), {"at_time": "c"}, "TOS4105"),
        (column([datetime(2024, 1, 2)]), {"day": "c"}, "TOS4105"),
        (column(["red"]), {"colours": "c"}, "TOS4105"),
        (column([1]), {"name": "c"}, "TOS4105"),
        (column([1]), {"count": "cc"}, "TOS4103"),
        (column([1]), {"paid_on": "c"}, "TOS4104"),
        (column([1]), {"cuont": "c"}, "TOS4002"),
        (column([1]), {"count": {"colum": "c"}}, "TOS4102"),
        (column([1]), {"count": 5}, "TOS4101"),
        (column([1]), {"at_time": {"column": "c", "zone": "Berlin"}}, "TOS4101"),
        (column([1]), {"count": {"sql": "c +"}}, "TOS4122"),
        (column(["no"]), {"ok": {"sql": "coalesce(c, false)"}}, "TOS4122"),
        (column(["no"]), {"ok": {"column": "c", "missing": "none"}}, "TOS4101"),
        (column(["no"]), {"ok": {"column": "c", "missing": "maybe"}}, "TOS4003"),
        (column(["x"]), {"at_time": {"column": "c", "missing": "2024-01-31T10:00Z"}}, "TOS4101"),
        (column([1]), {}, "TOS4106"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_mapping_that_does_not_fit_is_refused(
    table: pa.Table, mapped: dict[str, Any], code: str
) -> None:
    with pytest.raises(tosdsl.TosdslError) as caught:
        tosdsl.audit(policies("ok"), table, {"facts": mapped})
    assert [each.code for each in caught.value.diagnostics][:1] == [code]


@pytest.mark.parametrize(
    ("fact", "values", "condition", "wanted"),
    [
        ("ok", [1, 0, None, 2], "ok", [F, P, U, "TOS4003 ok"]),
        ("ok", [1.0, 0.0, None, 0.5], "ok", [F, P, U, "TOS4003 ok"]),
        ("price", [5.004, 1.0], "price > 4 USD", [F, P]),
        ("size", [0.75, 0.25], "size > 0.5", [F, P]),
        ("name", [1, 2], 'name is "1"', [F, P]),
        ("colours", ["red", "green"], "colours includes red", [F, P]),
        ("day", [datetime(2024, 1, 2, 9), datetime(2023, 1, 2)], "day > 2024-01-01", [F, P]),
        (
            "at_time",
            [datetime(2024, 1, 2), datetime(1999, 1, 2)],
            "at_time > 2000-01-01T00:00Z",
            [F, P],
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_an_entry_that_does_what_is_told_of_a_misfit_reads_the_column(
    tmp_path: Path, fact: str, values: list[Any], condition: str, wanted: list[str]
) -> None:
    table, mapping = pa.table({fact: values}), tmp_path / "map.yaml"
    with pytest.raises(tosdsl.TosdslError) as caught:
        tosdsl.audit(policies(condition), table)
    [entry] = re.findall(r"write `(.*)` under `facts`", str(caught.value))
    mapping.write_text(f"facts:\n  {entry}\n", "utf-8")
    assert verdicts(table, mapping, condition) == wanted


ITEM = {"colour": "red", "price": Decimal("2.50"), "sent_on": None, "seller": "acme"}
SUM = "sum(i.price for i in items where i.sent_on is none) > 4 USD"


def test_lists_of_records_are_read() -> None:
    two = pa.table({"items": [[ITEM, ITEM], [ITEM], [], None, [{**ITEM, "colour": "x"}]]})
    fields = {"sent_on": {"field": "sent_on", "missing": "none"}}
    mapped = {"items": {"column": "items", "fields": fields}}
    assert verdicts(two, {"facts": mapped}, SUM) == [F, P, P, U, "TOS4004 items"]


def test_a_child_table_is_a_list(tmp_path: Path) -> None:
    table = pa.table({"id": ["a", "b", "c"]})
    child = pa.Table.from_pylist([{"use": "a", **ITEM}, {"use": "a", **ITEM}, {"use": "b", **ITEM}])
    pq.write_table(child, tmp_path / "items.parquet")
    mapped = tmp_path / "map.yaml"
    mapped.write_text(
        "row: id\ntables:\n  items: {file: items.parquet, key: use}\n"
        "facts:\n  items: {column: items, fields: {sent_on: {field: sent_on, missing: none}}}\n",
        "utf-8",
    )
    made = tosdsl.audit(policies(SUM), table, mapped).to_pylist()
    assert [row["verdict"] for row in made] == [F, P, P]


NAMES = """vocabulary shop

type Item has
    p: boolean

fact x0: list of date
fact x1: boolean
fact i1: list of text
fact day: date
fact i0: list of Item


policy shop.terms
    default permit

use shop

forbid f
    when some i in i0 satisfies i.p and x1

forbid g
    when day + 1 business day excluding x0 is 2024-01-05

forbid h
    when some t in i1 satisfies t is "a" and x1
"""


def test_a_fact_can_be_called_as_sql_calls_nothing_of_its_own() -> None:
    """Facts with short names stood in the place of the items of lists."""
    asked, day = tosdsl.loads(NAMES), date(2024, 1, 3)
    uses: list[dict[str, Any]] = [
        {"x1": True, "i0": [{"p": True}]},
        {"x1": False, "i0": [{"p": True}], "i1": ["a"]},
        {"x1": True, "i0": [], "i1": ["b", "a"]},
        {"x1": False, "x0": [date(2024, 1, 4)], "day": day},
        {"x1": False, "x0": [], "day": day},
    ]
    names = ("x0", "x1", "i0", "i1", "day")
    table = pa.Table.from_pylist([{name: use.get(name) for name in names} for use in uses])
    made = tosdsl.audit(asked, table)["verdict"].to_pylist()
    assert made == [asked.verdict(use).value for use in uses]
    assert {*made} > {F, U}


TAKEN = (
    "first",
    "kind",
    "agreed",
    "verdict",
    "wrong",
    "row",
    "state",
    "u",
    "n",
    "k",
    "j",
    "b",
    "o",
    "w",
    "g",
    "p",
)


def test_a_fact_and_a_column_can_have_any_name(tmp_path: Path) -> None:
    facts = "\n".join(f"fact {name}: boolean" for name in TAKEN)
    clauses = "\n\n".join(f"forbid c_{name}\n    when {name}" for name in TAKEN)
    text = f"vocabulary shop\n\n{facts}\n\n\npolicy shop.terms\n    default permit\n\nuse shop\n\n"
    asked = tosdsl.loads(text + clauses)
    uses = [{name: name == at for name in TAKEN} for at in (*TAKEN, None)]
    rows = [{**use, "row number": 7} for use in uses]
    mapped = {"row": "row number", "keep": ["u", "kind", "row"], "by": "b"}
    made = tosdsl.audit(asked, pa.Table.from_pylist(rows), mapped, against=asked).to_pylist()
    assert [row["verdict"] for row in made] == [F] * len(TAKEN) + [P]
    assert [row["against"] for row in made] == [F] * len(TAKEN) + [P]
    assert [row["u"] for row in made] == [use["u"] for use in uses]
    assert {row["row number"] for row in made} == {"7"}


TEXTS = ("Llama", "llama", "İstanbul Llama", "the llama's", "Lla\u00admas", "", "ſt", None)


@pytest.mark.parametrize(
    "condition",
    [
        'name starts with "Llama"',
        'name ends with "LLAMA" ignoring case',
        'name contains word "llama"',
        'name contains word "st" ignoring case',
    ],
)
def test_what_python_is_asked_comes_back(condition: str) -> None:
    asked = policies(condition)
    made = tosdsl.audit(asked, column([*TEXTS]), {"facts": {"name": "c"}}).to_pylist()
    wanted = [asked.verdict({} if each is None else {"name": each}).value for each in TEXTS]
    assert [row["verdict"] for row in made] == wanted


def write_csv(path: Path, table: pa.Table) -> None:
    rows = table.to_pylist()
    lines = [",".join(rows[0]), *(",".join(map(str, row.values())) for row in rows)]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def write_lines(path: Path, table: pa.Table) -> None:
    path.write_text("".join(f"{json.dumps(row, default=str)}\n" for row in table.to_pylist()), "utf-8")


WRITERS: dict[str, Callable[[Path, pa.Table], None]] = {
    "csv": write_csv,
    "jsonl": write_lines,
    "parquet": lambda path, table: pq.write_table(table, path),
}


@pytest.mark.parametrize("kind", WRITERS)
def test_each_kind_of_file_says_the_same(tmp_path: Path, kind: str) -> None:
    table = pa.table({"size": pa.array(["0.1", "0.3"]).cast(DEC), "day": [date(2024, 1, 1)] * 2})
    path = tmp_path / f"uses.{kind}"
    WRITERS[kind](path, table)
    assert verdicts(str(path), {}, "size + 0.2 is 0.3") == [F, P]


@pytest.mark.parametrize("text", ["", "PAR1 and no more", None])
def test_a_broken_file_is_refused(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "uses.parquet"
    if text is not None:
        path.write_text(text, "utf-8")
    with pytest.raises(tosdsl.TosdslError, match="TOS4107"):
        tosdsl.audit(policies("ok"), str(path))


# --- days ---------------------------------------------------------------------------------------------


def test_a_report_has_no_markup_of_a_table(run: Run, tmp_path: Path) -> None:
    rows, report = tmp_path / "uses.jsonl", tmp_path / "report.html"
    write_lines(rows, pa.table({"ok": [True], "who": ["<script>alert(1)</script>"]}))
    mapped = tmp_path / "map.yaml"
    mapped.write_text("by: who\nfacts: {ok: ok, name: who}\n", "utf-8")
    policy = tmp_path / "p.tos"
    policy.write_text(f'{WORLD}forbid c\n    when ok and name is "x"\n', "utf-8")
    run("audit", str(policy), "--rows", str(rows), "--map", str(mapped), "--report", str(report))
    assert "<script" not in report.read_text("utf-8")
    assert "&lt;script&gt;" in report.read_text("utf-8")


@pytest.mark.parametrize("rows", [0, 1])
def test_frames_come_back_as_they_came(rows: int) -> None:
    duckdb = pytest.importorskip("duckdb")
    table = pa.table({"ok": pa.array([True] * rows, pa.bool_())})
    for given in (table, duckdb.from_arrow(table)):
        made = tosdsl.audit(policies("ok"), given)
        assert type(made) is type(given)
        assert len(made) == rows


def test_a_file_that_spark_is_not_given_is_told(run: Run, tmp_path: Path) -> None:
    rows, terms = tmp_path / "uses.csv", tmp_path / "terms.tos"
    rows.write_text("ok\nyes\n")
    terms.write_text(f"{WORLD}forbid f\n    when ok\n")
    status, _, err = run("audit", str(terms), "--rows", str(rows), "--engine", "spark")
    assert (status, "TOS4120" in err) == (1, True)


NAMED = """\
vocabulary words

fact id: integer
fact Team: text
fact used_on: date


policy p
    default permit

use words

forbid late
    when id > 3 and used_on > 2024-01-01
    provided Team is "red"
"""


def test_invented_uses_of_facts_called_as_other_columns_are_audited(run: Run, tmp_path: Path) -> None:
    policy, table, names = (str(tmp_path / name) for name in ("p.tos", "u.parquet", "m.yaml"))
    Path(policy).write_text(NAMED, "utf-8")
    assert run("invent", policy, "--rows", "60", "--to", table, "--map", names).status == 0
    found = run("audit", policy, "--rows", table, "--map", names)
    assert "60 rows" in found.out, found


TRANSLATED = """\
vocabulary words

party openai

type Act is one of
    train
    classify

fact output_of: list of party
fact acts: list of Act
fact sold: boolean


policy p
    default permit

use words

forbid competing
    when output_of includes openai and acts includes train and sold
"""


@pytest.mark.parametrize(
    ("out", "acts", "sold", "wanted"),
    [
        ("openai", "training; classification", "yes", "forbidden"),
        ("Azure OpenAI", "training", "yes", "forbidden"),
        ("northwind", "training", "yes", "permitted"),
        ("openai", "classification", "yes", "permitted"),
        ("openai", "n/a", "yes", "undetermined"),
        ("n/a", "training", "yes", "undetermined"),
        ("openai", "training", "n/a", "undetermined"),
        ("openai", "training; n/a", "yes", "TOS4008 acts"),
        ("openai; n/a", "training", "yes", "TOS4008 output_of"),
        ("OpenIA", "training", "yes", "TOS4009 output_of"),
        ("openai", "trainin", "yes", "TOS4004 acts"),
    ],
)
def test_texts_that_stand_for_others_and_names_that_may_be_slips(
    out: str, acts: str, sold: str, wanted: str
) -> None:
    names = {"Azure OpenAI": "openai", "n/a": "unknown"}
    does = {"training": "train", "classification": "classify", "n/a": "unknown"}
    as_they_are = {"others": "as they are"}
    mapping = {
        "facts": {
            "output_of": {"column": "out", "split": ";", "values": names, **as_they_are},
            "acts": {"column": "acts", "split": ";", "values": does},
            "sold": {"column": "sold", "values": {"n/a": "unknown"}},
        }
    }
    table = pa.table({"out": [out], "acts": [acts], "sold": [sold]})
    [row] = tosdsl.audit(tosdsl.loads(TRANSLATED), table, mapping).to_pylist()
    assert (row["verdict"] or row["wrong"]) == wanted


@pytest.mark.parametrize(
    ("out", "wanted"),
    [
        ("", "undetermined"),
        (" ", "undetermined"),
        ("\t", "TOS4003 output_of"),
        ("[]", "permitted"),
        (" [] ", "permitted"),
        ("-", "permitted"),
        ("openai;-", "TOS4003 output_of"),
        ("none", "TOS1008 output_of"),
        ("NaN", "TOS1008 output_of"),
        ("N/A", "TOS1008 output_of"),
        ("n.a.", "TOS1008 output_of"),
        (None, "undetermined"),
    ],
)
def test_a_list_is_empty_where_its_cell_says_so_and_in_no_other_case(
    out: str | None, wanted: str
) -> None:
    mapping = {
        "facts": {
            "output_of": {"column": "out", "split": ";", "values": {"-": []}},
            "acts": {"is": ["train"]},
            "sold": {"is": True},
        }
    }
    table = pa.table({"out": pa.array([out], pa.string())})
    [row] = tosdsl.audit(tosdsl.loads(TRANSLATED), table, mapping).to_pylist()
    assert (row["verdict"] or row["wrong"]) == wanted


@pytest.mark.parametrize(
    ("out", "wanted"),
    [
        (["n/a"], "undetermined"),
        (["openai"], "forbidden"),
        (["northwind"], "permitted"),
        (["northwind", "n/a"], "TOS4008 output_of"),
        ([None], "TOS4008 output_of"),
        ([], "permitted"),
        (None, "undetermined"),
    ],
)
def test_an_item_of_a_list_that_is_not_known_opens_nothing(out: list[Any] | None, wanted: str) -> None:
    """An item that is NULL would be passed over by the database."""
    said = {"column": "out", "values": {"n/a": "unknown"}, "others": "as they are"}
    mapping = {"facts": {"output_of": said}}
    table = pa.table(
        {"out": pa.array([out], pa.list_(pa.string())), "acts": [["train"]], "sold": [True]}
    )
    [row] = tosdsl.audit(tosdsl.loads(TRANSLATED), table, mapping).to_pylist()
    assert (row["verdict"] or row["wrong"]) == wanted
