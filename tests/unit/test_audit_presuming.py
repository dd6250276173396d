"""Audits of policies that presume something, or can be read in several ways."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import tosdsl
from tests.unit.conftest import Run
from tosdsl.auditing.whole import prepared
from tosdsl.base import limits

SHOP = """\
vocabulary shop

fact sold: boolean
fact lent: boolean
fact allowed: boolean


"""
TERMS = f"""\
{SHOP}policy acme.terms
    default permit

use shop

presume lent is no

forbid sale
    when sold or lent
    except in_writing to be shown
        when allowed
"""
READ = f"""\
{SHOP}policy acme.read
    default permit

use shop

interpretation lending "Does it cover lending?" is one of {{sales_only, all}}

forbid sale
    when sold or (lent and lending is all)
"""
ROWS: list[dict[str, bool | None]] = [
    {"sold": True, "lent": None, "allowed": None},
    {"sold": True, "lent": None, "allowed": True},
    {"sold": False, "lent": None, "allowed": False},
    {"sold": False, "lent": False, "allowed": None},
    {"sold": None, "lent": None, "allowed": False},
    {"sold": False, "lent": True, "allowed": False},
]


def audited(terms: str, rows: list[dict[str, Any]] | None = None, **more: Any) -> list[dict[str, Any]]:
    table = pa.Table.from_pylist(ROWS if rows is None else rows)
    found: list[dict[str, Any]] = tosdsl.audit(tosdsl.loads(terms), table, **more).to_pylist()
    return found


@pytest.mark.parametrize("terms", [TERMS, READ], ids=["presumes", "read in several ways"])
def test_each_row_gets_its_decision(terms: str) -> None:
    policies = tosdsl.loads(terms)
    for row, facts in zip(audited(terms), ROWS, strict=True):
        known = {name: value for name, value in facts.items() if value is not None}
        made = policies.decide(known)
        without = None if made.without is None else made.without.verdict.value
        assert (row["verdict"], row["without"]) == (made.verdict.value, without)
        assert row["needs"] == [each.fact for each in made.needs]
        assert row["readings"] == [each.id for each in made.interpretations]
        assert len(row["presumed"]) == len(made.presumed)


def test_what_is_presumed_is_told() -> None:
    rows = audited(TERMS)
    assert [row["verdict"] for row in rows] == [
        *("forbidden", "permitted", "permitted", "permitted", "undetermined", "forbidden")
    ]
    assert rows[0]["presumed"] == ["acme.terms#sale.in_writing is not shown"]
    assert (rows[2]["presumed"], rows[2]["without"]) == (["lent: no"], "undetermined")
    assert (rows[3]["presumed"], rows[3]["without"]) == ([], None)


def test_other_policies_have_no_such_columns() -> None:
    plain = TERMS.replace("presume lent is no\n\n", "").replace(" to be shown", "")
    assert not {"presumed", "readings", "without"} & set(audited(plain)[0])


@pytest.mark.parametrize("word", ["n/a", "not asked"])
def test_a_cell_that_says_unknown_is_not_presumed(word: str) -> None:
    no = {"sold": "no", "allowed": False}
    rows = [{**no, "lent": word}, {**no, "lent": None}, {**no, "lent": "no"}]
    mapping = {"facts": {"sold": "sold", "lent": {"column": "lent", "values": {word: "unknown"}}}}
    found = audited(TERMS, rows, mapping=mapping)
    assert [row["verdict"] for row in found] == ["undetermined", "permitted", "permitted"]
    assert [row["without"] for row in found] == [None, "undetermined", None]


def test_no_limit_makes_a_permission_of_a_presumption(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_KINDS", 1)
    found = audited(TERMS)
    assert [row["verdict"] for row in found] == [
        *("forbidden", "permitted", "undetermined", "permitted", "undetermined", "forbidden")
    ]
    assert [row["kind"] for row in found] == [0, None, None, None, None, None]


def test_the_report_counts_them_apart(run: Run, tmp_path: Path) -> None:
    terms, rows, report = (tmp_path / each for each in ("terms.tos", "uses.parquet", "report.html"))
    terms.write_text(TERMS, "utf-8")
    pq.write_table(pa.Table.from_pylist(ROWS * 3), rows)
    out = tmp_path / "out.parquet"
    status, text, err = run(
        "audit", str(terms), "--rows", str(rows), "--report", str(report), "--to", str(out)
    )
    assert (status, err) == (0, "")
    counted = [line.split() for line in text.splitlines() if "without it" in line]
    assert counted == [
        ["forbidden,", "undetermined", "without", "it", "3"],
        ["permitted,", "undetermined", "without", "it", "3"],
    ]
    assert "What rests on presumptions" in report.read_text("utf-8")
    assert pq.read_table(out).column("without").null_count == 9


def test_one_row_says_what_is_presumed(run: Run, tmp_path: Path) -> None:
    terms, rows, mapping = (tmp_path / each for each in ("terms.tos", "uses.csv", "map.yaml"))
    terms.write_text(TERMS, "utf-8")
    rows.write_text("sold,lent\nno,\nno,?\n", "utf-8")
    mapping.write_text('facts: {sold: sold, lent: {column: lent, values: {"?": unknown}}}\n', "utf-8")
    given = ("audit", str(terms), "--rows", str(rows), "--map", str(mapping), "--row")
    _, first, _ = run(*given, "1")
    _, second, _ = run(*given, "2")
    assert "PERMITTED" in first
    assert "presume" in first.lower()
    assert "lent: unknown" in second
    assert "UNDETERMINED" in second


def test_verdicts_are_compared_and_classes_are_not_told(run: Run, tmp_path: Path) -> None:
    old, new, rows, report = (
        tmp_path / each for each in ("old.tos", "new.tos", "uses.parquet", "report.html")
    )
    old.write_text(TERMS.replace("presume lent is no\n\n", ""), "utf-8")
    new.write_text(TERMS, "utf-8")
    pq.write_table(pa.Table.from_pylist(ROWS), rows)
    options = ("--rows", str(rows), "--against", str(old), "--report", str(report))
    status, text, err = run("audit", str(new), *options)
    assert (status, err) == (0, "")
    changed = [line.split() for line in text.splitlines() if line.startswith("  !")]
    assert changed == [["!", "1", "undetermined", "→", "permitted"]]
    said = "Classes of change are told of policies that presume nothing"
    assert said in text
    assert said in report.read_text("utf-8")


def test_a_run_goes_on_with_what_is_presumed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tosdsl.auditing import sources

    monkeypatch.setattr(sources, "PIECE", 2)
    policies, table = tosdsl.loads(TERMS), pa.Table.from_pylist(ROWS)
    out = str(tmp_path / "out.parquet")

    def stop(done: int, of: int | None) -> None:
        if done >= 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepared(policies, table).write(out, stop)
    prepared(policies, table).write(out, lambda *_: None)
    assert pq.read_table(out).to_pylist() == prepared(policies, table).table().to_pylist()
