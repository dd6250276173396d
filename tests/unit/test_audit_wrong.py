"""Tables with something wrong: each has its message, and no row of them is taken for another."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

import tosdsl
from tests.unit.test_audit import F, P, U, column, policies, verdicts
from tosdsl.auditing.interrupts import interrupts

TEXT = pa.string()
FAR = 2**62


def of_days(*days: int) -> pa.Table:
    return (
        column([*days], pa.int32())
        .cast(pa.schema([("c", pa.int32())]))
        .set_column(0, "c", pa.array(days, pa.int32()).view(pa.date32()))
    )


def of_moments(unit: str, zone: str | None, *ticks: int) -> pa.Table:
    return pa.table({"c": pa.array(ticks, pa.int64()).view(pa.timestamp(unit, zone))})


NEW = "at_time > 2000-01-01T00:00Z"
ITEM = {"colour": "red", "price": 2.5, "sent_on": None, "seller": "acme"}
ITEMS = pa.list_(
    pa.struct([("colour", TEXT), ("price", pa.float64()), ("sent_on", pa.date32()), ("seller", TEXT)])
)
FIELDS = {
    "sent_on": {"field": "sent_on", "missing": "none"},
    "price": {"field": "price", "decimals": 2},
}
SUM = "sum(i.price for i in items where i.sent_on is none) > 4 USD"


@pytest.mark.parametrize(
    ("table", "mapped", "condition", "wanted"),
    [
        (
            of_days(2**31 - 1, -(2**31), 2_932_896, 2_932_897, -719_162, -719_163),
            {"day": "c"},
            "day > 2000-01-01",
            ["TOS4003 day", "TOS4003 day", F, "TOS4003 day", P, "TOS4003 day"],
        ),
        *(
            (
                of_moments(unit, None, FAR, -FAR, 0),
                {"at_time": {"column": "c", "zone": "UTC"}},
                NEW,
                ["TOS4003 at_time", "TOS4003 at_time", P],
            )
            for unit in ("s", "ms", "us")
        ),
        (of_moments("us", "UTC", FAR, -FAR, 0), {"at_time": "c"}, NEW, ["TOS4003 at_time"] * 2 + [P]),
        (of_moments("ns", "UTC", FAR, 0), {"at_time": "c"}, NEW, [F, P]),
        *(
            (column(["", " ", None], TEXT), {fact: "c"}, condition, [f"TOS4003 {fact}"] * 2 + [U])
            for fact, condition in (
                ("ok", "ok"),
                ("count", "count > 1"),
                ("size", "size > 1"),
                ("price", "price > 5 USD"),
                ("term", "term > 30 days"),
                ("day", "day > 2024-01-01"),
                ("at_time", NEW),
            )
        ),
        (column(["", " "], TEXT), {"name": "c"}, 'name is ""', [F, P]),
        (
            column([2**64 - 1, 1], pa.uint64()),
            {"count": "c"},
            "count > 1",
            ["TOS4110 count", P],
        ),
        (
            pa.table(
                {
                    "items": pa.array(
                        [
                            [ITEM, ITEM],
                            [{**ITEM, "price": float("nan")}],
                            [{**ITEM, "price": float("inf")}],
                            [{**ITEM, "price": 1e300}],
                            [None],
                            [ITEM, None],
                            [{**ITEM, "seller": ""}],
                            [{**ITEM, "seller": "ACME"}],
                            [{**ITEM, "colour": ""}],
                        ],
                        ITEMS,
                    )
                }
            ),
            {"items": {"column": "items", "fields": FIELDS}},
            SUM,
            [
                F,
                *(
                    f"{code} items"
                    for code in (
                        *("TOS4003", "TOS4003", "TOS4110", "TOS4008", "TOS4008"),
                        *("TOS4003", "TOS4013", "TOS4004"),
                    )
                ),
            ],
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_wrong_value_has_a_code_and_no_verdict(
    table: pa.Table, mapped: dict[str, Any], condition: str, wanted: list[str]
) -> None:
    assert verdicts(table, {"facts": mapped}, condition) == wanted


TWICE = pa.table([pa.array([True]), pa.array([False])], names=["ok", "OK"])


@pytest.mark.parametrize(
    ("table", "mapped", "code", "said"),
    [
        (TWICE, {}, "TOS4107", "two of its columns are called `OK`"),
        (TWICE.rename_columns(["ok", "ok"]), {}, "TOS4107", "two of its columns are called `ok`"),
        (column([1.5], pa.float16()), {"facts": {"size": "c"}}, "TOS4107", "Arrow"),
        (of_moments("s", "UTC", FAR), {"facts": {"at_time": "c"}}, "TOS4107", "Microsecond"),
        (column([FAR]), {"facts": {"count": {"sql": "c * 4"}}}, "TOS4122", "Overflow"),
        (column(["x"]), {"facts": {"count": {"sql": "c::int"}}}, "TOS4122", "'x'"),
        (
            column([1]),
            {"facts": {"count": {"sql": "(SELECT count(*) FROM read_text('/etc/hostname'))"}}},
            "TOS4122",
            "disabled",
        ),
        (column([b"a"]), {"facts": {"name": "c"}}, "TOS4105", "BLOB"),
        (column([True]), {"facts": {"ok": "c"}, "keep": ["cc"]}, "TOS4103", "`cc`"),
        (column([True]), {"facts": {"ok": "c"}, "row": "cc"}, "TOS4103", "`cc`"),
        (column([True]), {"facts": {"ok": "c"}, "as_of": "cc"}, "TOS4103", "`cc`"),
    ],
)
def test_a_table_that_cannot_be_read_ends_the_run(
    table: pa.Table, mapped: dict[str, Any], code: str, said: str
) -> None:
    with pytest.raises(tosdsl.TosdslError, match=code) as caught:
        tosdsl.audit(policies("ok"), table, mapped)
    assert said in str(caught.value)


DAYS = pa.array([datetime(2024, 1, 31, 10)], pa.timestamp("us"))


@pytest.mark.parametrize(
    ("table", "mapping"),
    [
        (pa.table({"a.b": [1]}), "facts: {ok: a.b}"),
        (pa.table({"a b": [1]}), "facts: {ok: a b}"),
        (pa.table({"a": [{"b": 1}]}), "facts: {ok: a.b}"),
        (pa.table({"a": [{"b c": 1}]}), "facts: {ok: a.b c}"),
        (pa.table({"ok": [1]}), "facts: {}"),
        (pa.table({"c": DAYS}), "as_of: c\nfacts: {ok: {is: yes}}"),
    ],
)
@pytest.mark.parametrize("as_file", [True, False])
def test_a_column_that_does_not_fit_does_so_as_it_is_said(
    table: pa.Table, mapping: str, tmp_path: Path, as_file: bool
) -> None:
    """What the mistake says to write is written, and the rows are judged. A mapping in Python has no
    places, so that it says where."""
    made: dict[str, Any] = yaml.load(mapping, yaml.BaseLoader)
    file = tmp_path / "map.yaml"
    file.write_text(mapping, encoding="utf-8")
    with pytest.raises(tosdsl.TosdslError, match="TOS4105") as caught:
        tosdsl.audit(policies("ok"), table, file if as_file else made)
    entry, _, rest = str(caught.value).partition(" write `")[2].partition("`")
    name = "as_of" if "as_of" in mapping else "ok"
    if "in its place" not in rest:
        name, _, entry = entry.partition(": ")
    assert ("in its place" in rest) or ("at the top" in rest) == (name == "as_of")
    (made if name == "as_of" else made["facts"])[name] = yaml.load(entry, yaml.BaseLoader)
    assert verdicts(table, made, "ok") == [F]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("few.csv", b"ok,count\nyes,1\nno\n", "line 3 has 1 field, and the line of names 2"),
        ("many.csv", b"ok,count\nyes,1,2\n", "line 2 has 3 fields, and the line of names 2"),
        ("latin.csv", b"name\n\xe9\n", "UTF-8"),
        ("later.csv", b"name\n" + b"a\n" * 9_000 + b"\xe9\n", "line 9002 is not UTF-8"),
        ("quote.csv", b'name\n"abc\ndef', "mark in line 2 is not closed"),
        ("twice.csv", b"ok,ok\nyes,no\n", "two of its columns"),
        ("empty.csv", b"", "no line"),
        ("empty.jsonl", b"\n", "no line"),
        ("bad.jsonl", b'{"ok": true}\n{"ok": tr\n', "Malformed"),
        ("cut.jsonl", b'{"ok": true}\n{"ok": fal', "Malformed"),
    ],
)
def test_a_file_that_is_cut_off_or_uneven_ends_the_run(
    tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    with pytest.raises(tosdsl.TosdslError, match="TOS4107") as caught:
        tosdsl.audit(policies("ok", 'name is "x"', "count > 1"), str(file))
    assert said.lower() in str(caught.value).lower()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("plain.csv", "ok,count\nyes,1\nno,2\n"),
        ("windows.csv", "\ufeffok;count\r\nyes;1\r\nno;2\r\n"),
        ("tabs.tsv", "ok\tcount\nyes\t1\nno\t2\n"),
        ("quoted.csv", '"ok","count"\n"yes","1"\n"no","2"'),
    ],
)
def test_a_csv_is_parted_by_what_parts_its_first_line(tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / name
    file.write_bytes(text.encode())
    assert verdicts(str(file), {}, "ok and count > 0") == [F, P]


def parquet(file: Path) -> bytes:
    table = pa.table({"count": [*range(200_000)], "ok": [True] * 200_000})
    pq.write_table(table, file, row_group_size=50_000)
    return file.read_bytes()


@pytest.mark.parametrize("part", ["end", "middle"])
def test_a_damaged_parquet_ends_the_run(tmp_path: Path, part: str) -> None:
    file = tmp_path / "uses.parquet"
    data = bytearray(parquet(file))
    if part == "end":
        del data[len(data) // 2 :]
    else:
        data[len(data) // 3 : len(data) // 3 + 2_000] = bytes(2_000)
    file.write_bytes(data)
    with pytest.raises(tosdsl.TosdslError, match="TOS4107"):
        tosdsl.audit(policies("count > 5"), str(file))


def test_files_of_one_folder_have_the_same_columns(tmp_path: Path) -> None:
    pq.write_table(pa.table({"ok": [True]}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"ok": ["yes"]}), tmp_path / "b.parquet")
    with pytest.raises(tosdsl.TosdslError, match="TOS4107"):
        tosdsl.audit(policies("ok"), str(tmp_path))


# --- what ends a process ------------------------------------------------------------------------------


ROWS = 1_000_004
"""Two whole pieces and a small one."""
OKS = (True, None, False, True)


@pytest.fixture
def audit(tmp_path: Path) -> list[str]:
    """A command that takes a while: three pieces."""
    policy = tmp_path / "terms.tos"
    head = "vocabulary shop\n\nfact n: integer\nfact ok: boolean\n\n\npolicy shop.terms\n"
    clauses = "\n\n".join(f"forbid c{at}\n    when n > {at} and ok" for at in range(3))
    policy.write_text(f"{head}    default permit\n\nuse shop\n\n{clauses}\n", "utf-8")
    rows = tmp_path / "uses.parquet"
    table = pa.table({"n": [at % 97 for at in range(ROWS)]})
    table = table.append_column("ok", pa.array([*OKS] * (ROWS // 4)))
    pq.write_table(table, rows, row_group_size=500_000)
    program = [sys.executable, "-m", "tosdsl", "audit", str(policy), "--rows", str(rows)]
    return [*program, "--to", str(tmp_path / "out.parquet")]


def test_ctrl_c_leaves_what_was_done_and_the_same_command_goes_on(
    tmp_path: Path, audit: list[str]
) -> None:
    out, parts = tmp_path / "out.parquet", tmp_path / "out.parquet.parts"
    process = subprocess.Popen(audit, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 60
    while not (parts / "0.parquet").exists() and time.monotonic() < end:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode not in (0, 1)
    assert "Traceback" not in err
    assert "goes on where this one stopped" in err
    assert not out.exists()
    done = len([*parts.glob("*.parquet")])
    assert 1 <= done < 3
    ended = subprocess.run(audit, capture_output=True, text=True, check=True)
    assert ended.stdout.startswith(f"{ROWS:,} rows")
    found = pq.read_table(out, columns=["row", "verdict"])
    assert found["row"].to_pylist() == [*range(1, ROWS + 1)]
    each = {True: F, False: P, None: U}
    wanted = [each[OKS[at % 4]] if at % 97 else P for at in range(ROWS)]
    assert found["verdict"].to_pylist() == wanted


def test_a_full_disk_ends_the_run_and_leaves_what_was_done(tmp_path: Path, audit: list[str]) -> None:
    out = tmp_path / "out.parquet"

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

    full = subprocess.run(audit, capture_output=True, text=True, preexec_fn=small, check=False)
    assert full.returncode == 1
    assert "TOS6010" in full.stderr
    assert "Traceback" not in full.stderr
    assert not out.exists()
    assert not (tmp_path / "out.parquet.new").exists()
    subprocess.run(audit, capture_output=True, check=True)
    assert pq.read_metadata(out).num_rows == ROWS
    assert [each for each in os.listdir(tmp_path) if each.startswith("out")] == ["out.parquet"]


INTERRUPTED = """
import duckdb, os, signal, threading
from tosdsl.auditing.interrupts import interrupts

database = duckdb.connect()
threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
threading.Timer(90, os._exit, (9,)).start()
try:
    with interrupts():
        database.sql("SELECT count(*) FROM range(60000) a, range(60000) b").to_arrow_table()
        sum(range(10))  # where DuckDB was at work all the time, the signal comes here
except KeyboardInterrupt:
    print("interrupted", flush=True)
    os._exit(0)
"""


def test_an_interrupt_of_a_query_is_one_of_the_program() -> None:
    """DuckDB raises an error of its own for it. In a process of its own, whose main thread asks."""
    ran = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, timeout=120, check=False
    )
    assert (ran.returncode, ran.stdout) == (0, "interrupted\n"), ran.stderr
    with pytest.raises(RuntimeError, match="other"), interrupts():
        raise RuntimeError("other")
