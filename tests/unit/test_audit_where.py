"""Rows that a mapping leaves out, that have no day, or name a party that no policy knows."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import tosdsl
from tests.unit.conftest import Run
from tests.unit.test_audit import WORLD, F, P, column, policies
from tosdsl.auditing import sources
from tosdsl.auditing.report import page
from tosdsl.auditing.summary import lines
from tosdsl.auditing.whole import Audit, prepared

ROWS = pa.table(
    {
        "id": ["a", "b", "c", "d", "e"],
        "of": ["acme", "other", None, "acme", "other"],
        "ok": ["yes", "yes", "yes", "no", "perhaps"],
    }
)
ACME = {"row": "id", "where": "of = 'acme'"}


def words(audit: Audit) -> str:
    return "\n".join(line.plain for line in lines(audit))


def test_rows_that_where_leaves_out_are_counted_and_not_judged() -> None:
    audit = prepared(policies("ok"), ROWS, ACME)
    made = audit.table().to_pylist()
    assert [(row["row"], row["id"], row["verdict"]) for row in made] == [(1, "a", F), (4, "d", P)]
    counts = audit.run.counts
    assert (counts.rows, counts.left_out, counts.left_open) == (2, 3, 1)
    assert dict(counts.wrong) == {}
    said = "3 rows are left out by `where` of the mapping; of 1 of them it is not known whether they "
    said += "meet it."
    assert said in words(audit)
    assert said in page(audit)
    assert words(audit).startswith("2 rows,")


def test_nothing_is_said_of_where_in_a_mapping_that_has_none() -> None:
    audit = prepared(policies("ok"), ROWS.slice(0, 2), {"row": "id"})
    audit.table()
    assert "left out" not in words(audit) + page(audit)


def test_rows_keep_their_numbers_over_pieces_and_an_interruption(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "PIECE", 3)
    file, out = tmp_path / "uses.parquet", tmp_path / "out.parquet"
    pq.write_table(ROWS, file, row_group_size=2)
    stopped = prepared(policies("ok"), str(file), ACME)

    def stop(done: int, _: int | None) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped.write(str(out), stop)
    audit = prepared(policies("ok"), str(file), ACME)
    audit.write(str(out), lambda done, size: None)
    found = pq.read_table(out).to_pylist()
    assert [(row["row"], row["id"]) for row in found] == [(1, "a"), (4, "d")]
    assert (audit.run.counts.rows, audit.run.counts.left_out) == (2, 3)


@pytest.mark.parametrize(
    ("where", "code", "said"),
    [
        ("off = 'acme'", "TOS4122", "off"),
        ("of", "TOS4122", "no condition"),
        ("(SELECT count(*) > 0 FROM read_text('/etc/hostname'))", "TOS4122", "disabled"),
        ("of::int > 3", "TOS4122", "acme"),
        ("sum(1) > 0", "TOS4122", ""),
        ([1], "TOS4101", "where"),
    ],
)
def test_a_condition_that_cannot_be_put_to_the_table_is_refused(
    where: Any, code: str, said: str
) -> None:
    with pytest.raises(tosdsl.TosdslError, match=code) as caught:
        tosdsl.audit(policies("ok"), ROWS, {"where": where})
    assert said in str(caught.value)


def written(tmp_path: Path, rows: str, mapping: str) -> tuple[str, ...]:
    (tmp_path / "t.csv").write_text(rows, "utf-8")
    (tmp_path / "m.yaml").write_text(mapping, "utf-8")
    (tmp_path / "terms.tos").write_text(f"{WORLD}forbid f\n    when who is acme\n", "utf-8")
    names = (str(tmp_path / each) for each in ("terms.tos", "t.csv", "m.yaml"))
    return tuple(
        each for pair in zip(("", "--rows", "--map"), names, strict=True) for each in pair if each
    )


OF = "id,of,who,day\n1,a,acme,2024-01-01\n2,b,Acmee & Söhne,2024-01-02\n3,a,ChatGPT,\n4,a,ChatGPT,\n"


def test_a_look_and_one_row_leave_out_the_same(run: Run, tmp_path: Path) -> None:
    asked = written(tmp_path, OF, "row: id\nwhere: of = 'a'\n")
    done = run("audit", *asked, "--check")
    assert done.status == 0
    assert "Read: all of its 4 rows; none is wrong." in done.out
    assert "1 row is left out by `where` of the mapping." in done.out
    assert "  who: ChatGPT (2 rows)" in done.out
    assert "Söhne" not in done.out
    for which in (("--row", "2"), ("--key", "2")):
        found = run("audit", *asked, *which)
        assert (found.status, "TOS4123" in found.err) == (1, True)
    assert run("audit", *asked, "--row", "3").out.startswith("Row 3 (3)")
    data = json.loads(run("audit", *asked, "--format", "json").out)
    assert (data["rows"], data["left_out"]) == (3, {"rows": 1, "not_known": 0})
    assert data["unknown_parties"] == [{"fact": "who", "name": "ChatGPT", "rows": 2}]


def test_rows_without_a_day_are_told(run: Run, tmp_path: Path) -> None:
    said = "2 rows have no day: judged by the newest version."
    asked = written(tmp_path, OF, "as_of: day\n")
    assert said in run("audit", *asked).out
    assert said in run("audit", *asked, "--check").out
    assert json.loads(run("audit", *asked, "--format", "json").out)["without_day"] == 2
    one_day = written(tmp_path, OF, "as_of: 2024-01-01\n")
    assert "no day" not in run("audit", *one_day).out
    assert "no day" not in run("audit", *written(tmp_path, OF, "row: id\n")).out


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"column": "c"}, {("who", "b"): 2, ("who", "own"): 1}),
        ({"column": "c", "values": {"A": "acme", "b": "own"}}, {}),
        (
            {"column": "c", "values": {"A": "acme"}, "others": "as they are"},
            {("who", "b"): 2, ("who", "own"): 1},
        ),
        ({"is": "b"}, {}),
    ],
)
def test_names_that_no_policy_knows_are_counted_but_for_those_of_the_mapping(
    said: dict[str, Any], wanted: dict[tuple[str, str], int]
) -> None:
    audit = prepared(
        policies("who is acme"), column(["acme", "b", "b", "own", None]), {"facts": {"who": said}}
    )
    audit.table()
    assert dict(audit.run.counts.parties) == wanted


def test_names_in_lists_and_items_are_counted_once_a_row() -> None:
    world = WORLD.replace("fact who: party\n", "fact who: party\nfact whos: list of party\n")
    items = [{"colour": "red", "seller": each} for each in ("b", "acme", "b")]
    table = pa.table({"whos": [["b", "acme", "b", "c"], ["b"]], "items": [items, []]})
    fields = {"fields": {"sent_on": {"field": "sent_on", "missing": "none"}}}
    mapping = {"facts": {"items": {"column": "items", **fields}}}
    audit = prepared(tosdsl.loads(world + "forbid c\n    when whos includes acme\n"), table, mapping)
    audit.table()
    assert dict(audit.run.counts.parties) == {
        ("whos", "b"): 2,
        ("whos", "c"): 1,
        ("items.seller", "b"): 1,
    }


def test_a_party_that_one_side_knows_is_known_to_both() -> None:
    new = tosdsl.loads(
        WORLD.replace('party acme "Acme"', 'party acme "Acme"\n\nparty nova "Nova"')
        + "forbid c\n    when who is nova\n"
    )
    mapping = {"facts": {"who": {"column": "c", "values": {"A": "acme"}}}}
    audit = prepared(new, column(["nova"]), mapping, policies("who is acme"))
    assert audit.table().to_pylist()[0]["against"] == P
    assert not audit.run.counts.against_wrong


def test_a_day_is_no_fact() -> None:
    table = pa.table({"day": pa.array([None, date(2024, 1, 1)], pa.date32()), "ok": [True, True]})
    audit = prepared(policies("ok"), table, {"as_of": "day"})
    audit.table()
    assert audit.run.counts.undated == 1
    assert "1 row has no day: judged by the newest version." in words(audit)
