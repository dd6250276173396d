"""What an audit tells of single rows: those that are forbidden, by name, and verdicts as CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import tosdsl
from tests.unit.test_audit import WORLD, policies
from tosdsl.auditing import invented, output, sources
from tosdsl.auditing.data import found as as_data
from tosdsl.auditing.database import InDuckDB
from tosdsl.auditing.report import page
from tosdsl.auditing.summary import lines
from tosdsl.auditing.whole import Audit, prepared
from tosdsl.base import limits

TEXT = pa.string()
TERMS = """\
section trade at "3"

    forbid many at "3(a)"
        "Buying by the dozen."
        when count > 5

    forbid red
        when colour is red

    require paid at "4"
        "Paying what was bought."
        when ok
        must paid_on is not none
        within 30 days after day
"""
ROWS = [
    {"id": "u1", "team": "ads <b>", "count": 9, "colour": "red", "ok": False, "day": None},
    {"id": "u2", "team": "search", "count": 1, "colour": "red", "ok": False, "day": None},
    {"id": "u3", "team": "search", "count": 1, "colour": "green", "ok": False, "day": None},
    {"id": "u4", "team": None, "count": 7, "colour": "green", "ok": False, "day": None},
    {"id": "u5", "team": "ops", "count": 1, "colour": "green", "ok": True, "day": date(2024, 1, 1)},
]
MAPPING: dict[str, Any] = {
    "row": "id",
    "as_of": {"is": date(2025, 1, 1)},
    "keep": ["team"],
    "facts": {"paid_on": {"is": "none"}},
}


def told(audit: Audit) -> str:
    return "\n".join(each.plain for each in lines(audit))


def table_of(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows)


LISTED = """\
Rows that are forbidden, and rows that breach a duty:
  forbidden by shop.terms#many at "3(a)"
    “Buying by the dozen.”
  forbidden by shop.terms#red
      row 1 (u1)  team: ads <b>
  forbidden by shop.terms#red
      row 2 (u2)  team: search
  forbidden by shop.terms#many at "3(a)"
    “Buying by the dozen.”
      row 4 (u4)
  breach of shop.terms#paid at "4"
    “Paying what was bought.”
      row 5 (u5)  team: ops
"""


def test_forbidden_rows_and_breached_duties_are_told_by_name() -> None:
    audit = prepared(tosdsl.loads(WORLD + TERMS), table_of(ROWS), MAPPING)
    audit.table()
    assert LISTED in told(audit)
    made = page(audit)
    assert "ads &lt;b&gt;" in made
    assert "<b>" in made
    assert "ads <b>" not in made
    assert made.index("Rows that are forbidden, and") < made.index("“Buying by the dozen.”")


def test_the_list_is_the_same_after_an_interruption(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "PIECE", 2)
    rows, out = str(tmp_path / "uses.parquet"), str(tmp_path / "out.parquet")
    pq.write_table(table_of(ROWS), rows, row_group_size=2)
    asked = tosdsl.loads(WORLD + TERMS)
    stopped_once(asked, rows, MAPPING, out, after=2)
    with pytest.raises(KeyboardInterrupt):
        prepared(asked, rows, MAPPING).write(out, stopping(4))
    audit = prepared(asked, rows, MAPPING)
    audit.write(out, lambda *_: None)
    assert LISTED in told(audit)


def test_permitted_is_explained_only_where_a_row_is() -> None:
    for count, said in (
        (1, "Permitted means: not forbidden by the one clause"),
        (9, "Rows are put to 1 clause."),
    ):
        audit = prepared(policies("count > 5"), pa.table({"count": [count]}))
        audit.table()
        for shown in (told(audit), page(audit)):
            assert said in shown
            assert ("Permitted means" in shown) == (count == 1)


def test_a_long_list_says_how_many_more_there_are() -> None:
    audit = prepared(policies("count > 5"), pa.table({"count": [6] * 60}))
    audit.table()
    assert "      row 7, row 8, row 9, row 10\n  50 more. `--to verdicts.csv` writes" in told(audit)
    assert "row 11" not in told(audit)
    assert "10 more. --to verdicts.csv" in page(audit)
    audit = prepared(policies("count > 5"), pa.table({"count": [6] * 50}))
    audit.table()
    assert "      row 49, row 50\n" in told(audit)
    assert "--to verdicts.csv" not in told(audit) + page(audit)


def test_rows_of_too_many_kinds_are_listed_without_reasons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_KINDS", 0)
    audit = prepared(policies("count > 5"), pa.table({"count": [1, 6]}))
    audit.table()
    assert "their reasons were not asked for\n      row 2" in told(audit)
    assert "reasons were not asked for" in page(audit)


def test_no_list_where_nothing_is_forbidden() -> None:
    audit = prepared(policies("count > 5"), pa.table({"count": [1]}))
    audit.table()
    assert "Rows that" not in told(audit)
    assert "Rows that are forbidden" not in page(audit)


def test_words_that_changed_between_versions_name_theirs(tmp_path: Path) -> None:
    head, _, policy = WORLD.partition("policy")
    (tmp_path / "shop.tos").write_text(head, "utf-8")
    files = []
    for day, words in (("2025-01-01", "Old words."), ("2026-01-01", "New words.")):
        dated = f'    version "{day}"\n    effective from {day}\n    default'
        file = tmp_path / f"{day}.tos"
        clause = f'forbid many\n    "{words}"\n    when count > 5\n'
        file.write_text("policy" + policy.replace("    default", dated) + clause, "utf-8")
        files.append(str(file))
    audit = prepared(files, pa.table({"count": [9]}))
    audit.table()
    assert "“New words.” (2026-01-01)" in told(audit)


def test_it_is_said_how_little_was_asked() -> None:
    audit = prepared("openai.services_agreement", table_of([{"contents": ["poems"]}]))
    audit.table()
    said = told(audit)
    assert "Rows are put to 6 clauses." in said
    assert "  openai.services_agreement 2025-12-01: 5 clauses. The update" in said
    assert "  openai.usage_policies 2025-10-29: 1 clause. Restated in one point only;" in said
    made = page(audit)
    assert "Rows are put to 6 clauses." in made
    assert "Using the services for gambling with real money." in made
    assert "many others are left out" in made
    alone = prepared("openai.usage_policies@2025-01-29", table_of([{"contents": ["poems"]}]))
    alone.table()
    assert "Rows are put to 1 clause." in told(alone)
    assert '<a href="https://openai.com/policies/usage-policies"' in page(alone)


def test_all_versions_that_days_can_choose_are_named() -> None:
    mapping = {"as_of": {"is": date(2025, 2, 1)}}
    audit = prepared("openai.usage_policies", table_of([{"contents": ["poems"]}]), mapping)
    audit.table()
    assert "  openai.usage_policies 2025-01-29, 2025-10-29: 1 clause." in told(audit)


def test_what_the_mapping_alone_says_is_told() -> None:
    mapped: dict[str, Any] = {
        "ok": {"is": False},
        "count": "count",
        "colours": {"is": ["red", "green"]},
        "name": {"column": "name", "missing": "<b>"},
        "size": {"is": 1},
        "paid_on": {"column": "paid", "missing": "none"},
    }
    table = pa.table({"count": [1], "name": ["x"], "paid": ["2025-01-01"]})
    asked = policies("ok", "colours includes red", 'name is "y" and size > 2', "paid_on is none")
    mapped |= {"at_time": {"is": "2025-01-01T10:00Z"}}  # no clause reads it
    audit = prepared(asked, table, {"as_of": {"is": "2025-01-01"}, "facts": mapped})
    audit.table()
    said = """\
Said of all rows, by the mapping alone:
  as_of: 2025-01-01
  ok: no
  colours: [red, green]
  name: <b>, where the cell is empty
  size: 1
  paid_on: none, where the cell is empty
"""
    assert said in told(audit)
    made = page(audit)
    assert "<code>ok</code>: no</li>" in made
    assert "&lt;b&gt;, where the cell is empty" in made
    bare = prepared(policies("ok"), table)
    bare.table()
    assert "Said of all rows" not in told(bare) + page(bare)


def test_a_mistake_in_the_report_has_an_example_and_no_hole() -> None:
    kinds = [("colour", TEXT), ("count", TEXT), ("colours", pa.list_(TEXT))]
    rows = [{"colour": "blau", "count": "many", "colours": ["gren"]}]
    rows += [{"colour": "blau", "count": "2", "colours": ["red"]}] * 9
    table = pa.Table.from_pylist(rows, schema=pa.schema(kinds))
    audit = prepared(policies("count > 1", "colour is red"), table)
    audit.table()
    _, _, made = page(audit).partition("Rows that are wrong")
    table_of_mistakes, _, _ = made.partition("</table>")
    assert "`blau`: it must be one of red, green" in table_of_mistakes
    assert "`many`: it must be a whole number" in table_of_mistakes
    assert "`gren`: did you mean `green`?" in table_of_mistakes
    assert "…" not in table_of_mistakes


def test_the_head_and_the_bars_of_the_report_say_what_was_asked() -> None:
    rows = [
        {"output_of": ["openai"], "used on": day} for day in ("2025-06-01", "2024-01-01", "2019-01-01")
    ]
    table = table_of([*rows, {"output_of": ["openai"], "used on": "soon"}])
    names = ["openai.services_agreement", "openai.business_terms"]
    audit = prepared(names, table, {"as_of": "used on"})
    audit.table()
    made = page(audit)
    head, _, _ = made.partition("By document")
    assert "<h1>Audit: OpenAI Services Agreement and OpenAI Business Terms</h1>" in head
    assert 'href="https://openai.com/policies/business-terms"' in head
    assert "2025-05-31, 2025-12-01, by the day of each row" in head
    assert "Each row is judged as of its day (column used on)." in head
    assert "Percentages are of the 3 rows judged." in head
    assert "Percentages are of the 3 rows judged." in told(audit)
    assert '<span class="n">3: 1 undetermined, 2 not in force</span>' in made
    assert "“Using output to develop AI models that compete with the provider" in made
    question = "Which steps of building the model is the output used in?"
    assert question in made
    assert "<pre>as_of: 2024-01-01\nfacts:\n  output_of: [openai]" in made


def stopping(after: int) -> Any:
    def stop(done: int, size: int | None) -> None:
        if done == after:
            raise KeyboardInterrupt

    return stop


def stopped_once(asked: Any, rows: str, mapping: Any, out: str, after: int) -> None:
    """Begins to write an audit, and is stopped."""
    with pytest.raises(KeyboardInterrupt):
        prepared(asked, rows, mapping).write(out, stopping(after))


def test_verdicts_are_written_as_csv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same as in Parquet; a list is one text, and what is kept is written as it is."""
    monkeypatch.setattr(sources, "PIECE", 10)
    monkeypatch.setattr(output, "_AT_ONCE", 7)
    rows = str(tmp_path / "uses.parquet")
    table = pa.table(
        {
            "count": pa.array([*range(43), None, 7]),
            "id": [f'use "{at}", =1' for at in range(45)],
            "tags": pa.array([["a", "b"], [], None, ["c", None]] * 11 + [["ä"]]),
            "price": pa.array([Decimal("1.50"), None, Decimal("-2.25")] * 15),
            "at": [{"day": date(2024, 1, 31)}] * 45,
            "ok": [True, False, None] * 15,
        }
    )
    pq.write_table(table, rows, row_group_size=10)
    asked = policies("count > 5", "count > 30")
    mapping = {"row": "id", "keep": ["tags", "price", "at", "ok"]}
    out, plain = str(tmp_path / "out.csv"), str(tmp_path / "out.parquet")
    prepared(asked, rows, mapping).write(plain, lambda *_: None)
    stopped_once(asked, rows, mapping, out, after=20)
    prepared(asked, rows, mapping).write(out, lambda *_: None)
    wanted = pq.read_table(plain)
    with Path(out).open(encoding="utf-8") as opened:
        found = list(csv.DictReader(opened))
    assert [*found[0]] == wanted.column_names
    for one, other in zip(found, wanted.to_pylist(), strict=True):
        said = {name: shown(value) for name, value in other.items()}
        assert one | {"kind": ""} == said | {"kind": ""}  # a run that goes on numbers kinds anew
    assert found[9]["basis"] == "shop.terms#c0"
    assert found[40]["basis"] == "shop.terms#c0; shop.terms#c1"
    assert not Path(f"{out}.parts").exists()
    prepared(asked, rows, mapping).write(out, lambda *_: None)  # over its own file


def shown(value: Any) -> str:
    """A value as a cell has it."""
    if isinstance(value, dict) or (isinstance(value, list) and None in value):
        return json.dumps(value, default=str)
    if isinstance(value, list):
        return "; ".join(value)
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("head", ["row,verdict", "id,verdict,kind,wrong,mistakes", ""])
def test_no_other_csv_is_written_over(tmp_path: Path, head: str) -> None:
    out = tmp_path / "uses.csv"
    out.write_text(f"{head}\n1,2,3,4,5\n", "utf-8")
    with pytest.raises(tosdsl.TosdslError, match="TOS6023"):
        prepared(policies("ok"), pa.table({"ok": [True]})).write(str(out), lambda *_: None)
    assert out.read_text("utf-8").startswith(head)


def test_verdicts_of_no_rows_are_a_line_of_names(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    none = pa.table({"ok": pa.array([], pa.bool_())})
    prepared(policies("ok"), none).write(str(out), lambda *_: None)
    assert out.read_text("utf-8").replace('"', "").startswith("row,verdict,possible,")


def test_what_is_told_does_not_hang_on_the_order_in_which_a_database_gives_groups(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old = tosdsl.load("deepseek.terms_of_use@2025-04-28")
    new = tosdsl.load("deepseek.terms_of_use@2026-03-27")
    file = str(tmp_path / "uses.parquet")
    invented.write(new.predicates, 500, file, 0.1, 0)
    real, found = InDuckDB.rows, set()
    draw = Random(0)

    def shuffled(database: InDuckDB, sql: str) -> Iterator[tuple[Any, ...]]:
        rows = [*real(database, sql)]
        if "ORDER BY" not in sql:
            draw.shuffle(rows)
        return iter(rows)

    monkeypatch.setattr(InDuckDB, "rows", shuffled)
    for _ in range(4):
        audit = prepared(new, file, None, old)
        audit.table()
        found.add((told(audit), page(audit), json.dumps(as_data(audit))))
    assert len(found) == 1


def test_what_is_counted_adds_up_and_data_has_what_the_text_says() -> None:
    rows = [*ROWS, {"id": "u6", "team": None, "count": 1, "colour": "purple", "ok": False, "day": None}]
    audit = prepared(tosdsl.loads(WORLD + TERMS), table_of(rows), {**MAPPING, "by": "team"})
    audit.table()
    counts, made, text = audit.run.counts, as_data(audit), told(audit)
    judged = sum(counts.verdicts.values())
    assert made["wrong"]["rows"] == 1
    assert judged + made["wrong"]["rows"] == counts.rows == len(rows)
    assert sum(counts.by.values()) == judged
    [table] = [each.split() for each in text.splitlines() if each.split()[:1] == ["wrong"]]
    assert table[1] == "1"
    assert "(none)" in page(audit)
    named = [row["name"] for group in made["listed"]["groups"] for row in group["rows"]]
    assert sorted(named) == ["u1", "u2", "u4", "u5"]
    assert all(f"({name})" in text for name in named)
    said = {each["fact"]: each["value"] for each in made["said_of_all_rows"]}
    assert said["paid_on"] == "none"
    json.dumps(made)


@pytest.mark.parametrize("names", [10, 11, 12])
def test_one_alone_is_never_left_out(names: int) -> None:
    table = pa.table({"who": [f"somebody{'x' * number}" for number in range(names)]})
    audit = prepared(policies("who is acme"), table)
    audit.table()
    [line] = [each for each in told(audit).splitlines() if each.startswith("  who: ")]
    assert line.count("(1 row)") == (10 if names == 12 else names)
    assert ("2 more" in line) == (names == 12)
