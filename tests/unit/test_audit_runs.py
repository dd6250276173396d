"""Runs of audits: versions by day, kinds beyond the limits, interruptions, comparisons."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import tosdsl
from tests.unit.conftest import Run
from tests.unit.test_audit import WORLD, F, P, U, policies
from tosdsl.auditing import invented, sources
from tosdsl.auditing.compared import classes
from tosdsl.auditing.summary import lines
from tosdsl.auditing.told import told
from tosdsl.auditing.whole import prepared
from tosdsl.backends.sql.program import Statement
from tosdsl.base import limits
from tosdsl.cli.main import main

SERVICES = "openai.services_agreement"


def test_each_row_is_judged_by_the_version_of_its_day() -> None:
    asked = tosdsl.load(SERVICES)
    days = [date(2025, 6, 1), date(2025, 12, 2), date(2020, 1, 1), None]
    table = pa.table({"day": pa.array(days, pa.date32())})
    made = tosdsl.audit(asked, table, {"as_of": "day", "facts": {"output_of": {"is": ["openai"]}}})
    for row, day in zip(made.to_pylist(), days, strict=True):
        decision = asked.decide({"output_of": ["openai"]}, as_of=day)
        assert row["verdict"] == decision.verdict.value
        assert row["needs"] == [each.fact for each in decision.needs]


def test_sql_that_says_another_thing_than_python_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Statement, "verdict", lambda statement: "'permitted'")
    with pytest.raises(tosdsl.TosdslError, match="TOS4108"):
        tosdsl.audit(policies("ok"), pa.table({"ok": [True]}))


AGREED = pa.table({"ok": [True] * 4, "count": [1, 2, None, None], "name": ["a", None, "b", None]})


@pytest.mark.parametrize(
    ("most", "open_", "unasked"), [(20_000, 9, 0), (1, 9, 0), (0, 9, 0), (0, 0, 2)]
)
def test_rows_of_too_many_kinds_have_their_verdict(
    monkeypatch: pytest.MonkeyPatch, most: int, open_: int, unasked: int
) -> None:
    """All ways to fill in the count agree: beyond the kinds, Python is asked so."""
    monkeypatch.setattr(limits, "MAX_KINDS", most)
    monkeypatch.setattr(limits, "MAX_KINDS_OPEN", open_)
    audit = prepared(policies("ok and count > 1", "ok and not count > 1"), AGREED)
    ran = audit.run
    [table] = ran.pieces()
    assert table["verdict"].to_pylist() == [F, F, *[U if unasked else F] * 2]
    assert ran.counts.unasked == unasked
    told = "".join(line.plain for line in lines(audit))
    counted = len(AGREED) - ran.counts.beyond
    assert (f"decide (in {counted} of 4 rows" in told) == (0 < counted < 4)


def test_rows_that_know_their_day_are_of_another_kind_than_rows_that_do_not() -> None:
    """What is worked out of the day is unknown in both: the other part of it is."""
    since = "(if ok then 2024-01-01 else 2024-01-02)"
    table = pa.table({"day": [None, date(2024, 1, 10)]})
    made = tosdsl.audit(policies(f"2 weeks > day of use - {since}"), table, {"as_of": "day"})
    assert [set(each) for each in made["needs"].to_pylist()] == [{"ok", "day of use"}, {"ok"}]


def test_what_a_comparison_of_conditions_rests_on_tells_kinds_apart() -> None:
    """The comparison comes out the same in both rows, but one of them rests on a judgement."""
    world = WORLD.replace("fact ok: boolean\n", "fact ok: boolean\nfact fair: boolean judged\n")
    asked = tosdsl.loads(f"{world}forbid c\n    when (fair or count > 1) is ok\n")
    table = pa.table({"fair": [True, True], "count": [5, 0], "ok": [True, True]})
    made = tosdsl.audit(asked, table)
    assert made["judgements"].to_pylist() == [[], ["fair"]]


def test_a_wrong_verdict_of_one_of_too_many_kinds_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_KINDS", 0)
    monkeypatch.setattr("tosdsl.auditing.judge.verdict_any", lambda *_: tosdsl.Verdict.PERMITTED)
    with pytest.raises(tosdsl.TosdslError, match="TOS4108"):
        tosdsl.audit(policies("ok and count > 1", "ok and not count > 1"), AGREED)


# --- what comes out -----------------------------------------------------------------------------------


def test_a_run_that_stopped_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "PIECE", 10)
    rows, out = tmp_path / "uses.parquet", str(tmp_path / "out.parquet")
    table = pa.table({"count": [*range(45)], "name": ["a", "b", None] * 15})
    pq.write_table(table, rows, row_group_size=10)
    asked = policies("count > 20", 'name is "a"')
    whole = tosdsl.audit(asked, str(rows))
    told: list[int] = []

    def stop(done: int, size: int | None) -> None:
        told.append(done)
        if done == 20:
            raise KeyboardInterrupt

    first = prepared(asked, str(rows))
    with pytest.raises(KeyboardInterrupt):
        first.write(out, stop)
    again = prepared(asked, str(rows))
    again.write(out, lambda done, size: told.append(done))
    assert told == [0, 10, 20, 20, 30, 40, 45]
    made = pq.read_table(out)
    assert made.drop(["kind"]).to_pylist() == whole.drop(["kind"]).to_pylist()
    assert again.run.counts.rows == 45
    assert sum(again.run.counts.kinds.values()) == 45
    assert not (tmp_path / "out.parquet.parts").exists()


def test_a_run_does_not_go_on_with_another(tmp_path: Path) -> None:
    out = str(tmp_path / "out.parquet")
    one = prepared(policies("ok"), pa.table({"ok": [True]}))

    def stop(done: int, size: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        one.write(out, stop)
    with pytest.raises(tosdsl.TosdslError, match="TOS4109"):
        prepared(policies("not ok"), pa.table({"ok": [True]})).write(out, lambda *_: None)


def test_no_other_file_is_written_over(tmp_path: Path) -> None:
    out = tmp_path / "uses.parquet"
    pq.write_table(pa.table({"ok": [True]}), out)
    with pytest.raises(tosdsl.TosdslError, match="TOS6023"):
        prepared(policies("ok"), str(out)).write(str(out), lambda *_: None)


def test_policies_that_are_compared(run: Run, tmp_path: Path) -> None:
    rows, new, old = (tmp_path / each for each in ("uses.csv", "new.tos", "old.tos"))
    rows.write_text("count\n1\n5\n9\n", "utf-8")
    new.write_text(f"{WORLD}forbid many\n    when count > 4\n", "utf-8")
    old.write_text(f"{WORLD}forbid many\n    when count > 8\n", "utf-8")
    report = tmp_path / "report.html"
    options = ("--rows", str(rows), "--against", str(old), "--report", str(report))
    status, out, err = run("audit", str(new), *options)
    assert (status, err) == (0, "")
    verdicts, _, classes = out.partition("Classes of change")
    changes = [line.split() for line in verdicts.splitlines() if line[:1] == " " and "→" in line]
    assert [line.split("  ")[-1] for line in classes.splitlines() if "→" in line] == [
        "tightened: permitted → forbidden: many was not in force, and is in force (such as row 2)"
    ]
    assert changes == [
        ["1", "forbidden", "→", "forbidden"],
        ["!", "1", "permitted", "→", "forbidden"],
        ["1", "permitted", "→", "permitted"],
    ]
    page = report.read_text("utf-8")
    assert f"Compared, before: shop.terms ({old}) → now: shop.terms ({new})\n" in out
    said = "1 of 3 rows gets another verdict now (33.3 %)."
    assert said in out
    assert said in page
    assert "1 rows" not in page + out
    assert "http" not in page.replace("http://www.w3.org", "")
    assert "<script" not in page


def test_a_comparison_names_versions_and_says_that_nothing_changes(run: Run, tmp_path: Path) -> None:
    text = WORLD.replace("    default", '    version "{}"\n    effective from {}\n    default')
    for day in ("2025-01-01", "2026-01-01"):
        made = text.format(day, day) + "forbid many\n    when count > 8\n"
        (tmp_path / f"{day}.tos").write_text(made, "utf-8")
    rows, report = tmp_path / "uses.csv", tmp_path / "report.html"
    rows.write_text("count,day\n1,2025-03-01\n9,2025-04-01\n9,2024-01-01\n", "utf-8")
    new, old = tmp_path / "2026-01-01.tos", tmp_path / "2025-01-01.tos"
    options = ("--rows", str(rows), "--against", str(old), "--report", str(report))
    names = "before: shop.terms 2025-01-01 → now: shop.terms 2026-01-01"
    status, out, err = run("audit", str(new), *options)
    assert (status, err) == (0, "")
    assert f"Compared, {names}\n  No row changes: all 3 get the same verdict by both.\n" in out
    assert "No row changes" in report.read_text("utf-8")
    mapping = tmp_path / "map.yaml"
    mapping.write_text("as_of: day\nfacts:\n  count: count\n", "utf-8")
    status, out, err = run("audit", str(new), *options, "--map", str(mapping))
    assert (status, err) == (0, "")
    assert f"Compared, {names}\n  2 of 3 rows get another verdict now (66.7 %).\n" in out
    assert "  2 of these because, on the day of the row, no version of shop.terms (now) is in" in out
    assert "(before) is in force" not in out
    assert "leave `as_of` out of the mapping" in out
    assert "(now) is in force" in report.read_text("utf-8")
    status, out, err = run("audit", str(old), *options, "--map", str(mapping))
    assert "No row changes" in out, "the same text twice: nobody's day matters"
    options = ("--rows", str(rows), "--against", str(new), "--map", str(mapping))
    status, out, err = run("audit", str(old), *options)
    assert "  2 of these because, on the day of the row, no version of shop.terms (before) is" in out


def versions(tmp_path: Path, *conditions: str) -> list[tosdsl.PolicySet]:
    """Of one document, a text for each condition."""
    made = []
    for at, condition in enumerate(conditions):
        file = tmp_path / f"v{at}.tos"
        file.write_text(f"{WORLD}forbid many\n    when {condition}\n", "utf-8")
        made.append(tosdsl.load(file))
    return made


def test_a_comparison_that_stopped_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "PIECE", 10)
    rows, out = tmp_path / "uses.parquet", str(tmp_path / "out.parquet")
    pq.write_table(pa.table({"count": [*range(45)]}), rows, row_group_size=10)
    old, new = versions(tmp_path, "count > 5", "count > 30 and count < 40")

    def stop(done: int, size: int | None) -> None:
        if done == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepared(new, str(rows), against=old).write(out, stop)
    again = prepared(new, str(rows), against=old)
    again.write(out, lambda *_: None)
    [(made, count, first)] = classes(again.run)
    assert (made.before, made.after, count, first) == ("forbidden", "permitted", 25 + 5, 7)


def test_a_row_that_is_wrong_for_one_side_is_told_and_not_compared(run: Run, tmp_path: Path) -> None:
    rows, new, old = (tmp_path / each for each in ("uses.csv", "new.tos", "old.tos"))
    rows.write_text("colour\nred\ngreen\nblue\n", "utf-8")
    new.write_text(f"{WORLD}forbid many\n    when colour is red\n", "utf-8")
    old.write_text(new.read_text("utf-8").replace("    green\n", ""), "utf-8")
    out = str(tmp_path / "out.parquet")
    status, said, err = run("audit", str(new), "--rows", str(rows), "--against", str(old), "--to", out)
    assert (status, err) == (0, "")
    assert f"warning[TOS4004] colour: 1 row is wrong for shop.terms ({old}) (before)" in said
    assert "→" in said
    told = [
        (row["verdict"], row["against"], row["wrong"], row["against_wrong"]) for row in rows_of(out)
    ]
    assert told == [
        (F, F, None, None),
        (P, None, None, "TOS4004 colour"),
        (None, None, "TOS4004 colour", "TOS4004 colour"),
    ]


def rows_of(file: str) -> list[dict[str, Any]]:
    return list(pq.read_table(file).to_pylist())


VERSION = """policy shop.terms
    version "{year}"
    effective from {year}-01-01{until}
    recorded {year}-01-01
    default permit

use shop

forbid many
    when {condition}
"""


def test_rows_of_each_version_have_the_classes_of_theirs(tmp_path: Path) -> None:
    head, _, _ = WORLD.partition("policy shop.terms")
    new = tmp_path / "new"
    new.mkdir()
    (new / "shop.tos").write_text(head, "utf-8")
    for year, until, condition in (
        (2024, " until 2024-12-31", "count > 5"),
        (2025, "", "count > 9"),
    ):
        text = VERSION.format(year=year, until=until, condition=condition)
        (new / f"terms-{year}.tos").write_text(text, "utf-8")
    [old] = versions(tmp_path, "count > 7")
    days = [date(2024, 6, 1), date(2025, 6, 1)] * 2 + [date(2024, 6, 1)]
    table = pa.table({"day": days, "count": [6, 8, 8, 6, None]})
    asked = tosdsl.load(new)
    ran = prepared(asked, table, {"as_of": "day"}, old).run
    assert [row["verdict"] for piece in ran.pieces() for row in piece.to_pylist()] == [F, P, F, P, U]
    told = {(each.before, each.after, each.old, each.new): rows for each, rows, _ in classes(ran)}
    assert told == {(P, F, "false", "true"): 1, (F, P, "true", "false"): 1}


def test_each_kind_is_told_as_its_decision_tells_it(tmp_path: Path) -> None:
    """Kinds are decided without the ladder, of which no row is told; lines of facts are made late."""
    terms = tosdsl.load("openai.business_terms")
    file = str(tmp_path / "uses.parquet")
    invented.write(terms.predicates, 200, file, 0.3, 0)
    audit = prepared(terms, file)
    rows = audit.table()
    kinds = audit.run.side.kinds
    assert len(kinds.told) > 20
    for number, use in kinds.uses.items():
        made = terms.predicates.decide_use(use)
        assert kinds.told[number] == told(made)
        assert len(kinds.facts(number)) == len(use.facts) + 1, "with `facts:` above"
    assert rows.column_names[:4] == ["row", "verdict", "possible", "basis"]
    for row in rows.to_pylist():
        assert row["needs"] == [*kinds.told[row["kind"]].needs]


def test_duckdb_draws_no_bar_into_what_an_audit_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    real = duckdb.connect

    def impatient() -> duckdb.DuckDBPyConnection:
        """A database that draws a bar after 20 milliseconds, and not only after two seconds."""
        made = real()
        made.execute("SET progress_bar_time = 20")
        return made

    rows, policy = tmp_path / "uses.csv", tmp_path / "shop.tos"
    rows.write_text("n\n" + "\n".join(str(at) for at in range(300_000)) + "\n", "utf-8")
    policy.write_text(
        "vocabulary shop\n\nfact n: integer\n\n\npolicy shop.terms\n    default permit\n\nuse shop\n\n"
        "forbid many\n    when n > 5\n",
        "utf-8",
    )
    monkeypatch.setattr(duckdb, "connect", impatient)
    duckdb.connect().execute("SELECT sum(hash(a.range)) FROM range(3000) a, range(10000) b")
    assert "%" in capfd.readouterr().out  # DuckDB by itself
    main(["audit", str(policy), "--rows", str(rows), "--format", "json"])
    assert json.loads(capfd.readouterr().out)["rows"] == 300_000


def test_the_report_is_written_though_nobody_reads_what_is_printed(run: Run, tmp_path: Path) -> None:
    policy, rows, report = tmp_path / "shop.tos", tmp_path / "uses.csv", tmp_path / "report.html"
    policy.write_text(f"{WORLD}forbid c\n    when count > 5\n", "utf-8")
    rows.write_text("count\n1\n", "utf-8")
    asked = ["audit", str(policy), "--rows", str(rows), "--report", str(report)]
    process = subprocess.Popen([sys.executable, "-m", "tosdsl", *asked], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()  # as `head` does when it has its lines
    process.wait(60)
    assert report.read_text("utf-8").startswith("<!doctype html>")
    report.write_text("a letter\n", "utf-8")
    told_ = run(*asked)  # it is not written over; what was found is still told
    assert "TOS6023" in told_.err
    assert told_.out.startswith("1 row")
