"""Texts that ``values`` of a mapping does not list: no party comes of one by accident."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

import tosdsl
from tests.unit.test_audit import WORLD, F, P, U, column, verdicts

TEXT = pa.string()
NAMES = WORLD.replace("fact who: party\n", "fact who: party\nfact whos: list of party\n")


def told_of_names(table: pa.Table, said: dict[str, Any]) -> list[dict[str, Any]]:
    """What is told of rows, where a list of names is mapped in this way."""
    asked = tosdsl.loads(NAMES + "forbid c\n    when whos includes acme\n")
    rows: list[dict[str, Any]] = tosdsl.audit(asked, table, {"facts": {"whos": said}}).to_pylist()
    return rows


@pytest.mark.parametrize(
    ("others", "who", "wanted"),
    [
        (None, "AC", F),
        (None, "acme", F),
        (None, "My own", P),
        (None, "own", P),
        (None, "ChatGPT", "TOS4124 who"),
        (None, "acmee", "TOS4009 who"),
        (None, None, U),
        ("as they are", "ChatGPT", P),
        ("as they are", "acmee", "TOS4009 who"),
        ("unknown", "ChatGPT", U),
        ("unknown", "acmee", U),
        ("unknown", "", U),
        ("unknown", "acme", F),
        ("unknown", "AC", F),
        ("unknown", "own", P),
        ("unknown", "My own", P),
    ],
)
def test_a_party_that_values_does_not_list_opens_nothing(
    others: str | None, who: str | None, wanted: str
) -> None:
    said = {"column": "c", "values": {"AC": "acme", "My own": "own"}}
    said |= {} if others is None else {"others": others}
    assert verdicts(column([who], TEXT), {"facts": {"who": said}}, "who is acme") == [wanted]


@pytest.mark.parametrize(
    ("others", "out", "wanted"),
    [
        (None, "acme;ChatGPT", "TOS4124 whos"),
        (None, "own; AC", F),
        (None, "own", P),
        (None, "-", P),
        (None, "ChatGPT", "TOS4124 whos"),
        (None, "n/a", U),
        ("as they are", "ChatGPT; own", P),
        ("unknown", "ChatGPT; own", U),
        ("unknown", "ChatGPT", U),
        ("unknown", "own;own", P),
        ("unknown", "-", P),
        ("unknown", "", U),
    ],
)
@pytest.mark.parametrize("split", [True, False])
def test_nor_does_one_in_a_list(others: str | None, out: str, wanted: str, split: bool) -> None:
    if out in ("-", "") and not split:
        return
    said: dict[str, Any] = {"column": "c", "values": {"AC": "acme", "own": "own", "n/a": "unknown"}}
    said |= {} if others is None else {"others": others}
    cell: Any = out
    if split:
        said["split"], said["values"] = ";", {**said["values"], "-": []}
    else:
        cell = [each.strip() for each in out.split(";")]
    [row] = told_of_names(pa.table({"c": [cell]}), said)
    assert (row["wrong"] or row["verdict"]) == wanted


def test_a_party_of_an_item_that_values_does_not_list_makes_the_row_wrong() -> None:
    fields = {
        "sent_on": {"field": "sent_on", "missing": "none"},
        "seller": {"field": "seller", "values": {"AC": "acme"}},
    }
    items = [{"colour": "red", "sent_on": None, "seller": each} for each in ("AC", "Shop 1")]
    table = pa.table({"items": [items[:1], items]})
    mapping = {"facts": {"items": {"column": "items", "fields": fields}}}
    found = "some i in items satisfies i.seller is acme"
    assert verdicts(table, mapping, found) == [F, "TOS4124 items"]


@pytest.mark.parametrize(
    ("fact", "values", "cells", "condition", "wanted"),
    [
        ("ok", {"Y": "yes"}, ["Y", "no", "perhaps"], "ok", [F, P, U]),
        ("colour", {"R": "red"}, ["R", "green", "gren"], "colour is red", [F, P, U]),
        ("count", {"many": "9"}, ["many", "1", "a few"], "count > 5", [F, P, U]),
        (
            "day",
            {"early": "2001-01-01"},
            ["early", "2024-01-01", "soon"],
            "day > 2024-01-01",
            [P, P, U],
        ),
        ("name", {"A": "a"}, ["A", "b"], 'name is "a"', [F, U]),
        ("colours", {"R": "red"}, ["R;green", "R;blue", "green"], "colours includes red", [F, U, P]),
    ],
)
def test_others_are_not_known_where_the_mapping_says_so(
    fact: str, values: dict[str, str], cells: list[str], condition: str, wanted: list[str]
) -> None:
    said = {"column": "c", "values": values, "others": "unknown"}
    said |= {"split": ";"} if fact == "colours" else {}
    assert verdicts(column(cells), {"facts": {fact: said}}, condition) == wanted


@pytest.mark.parametrize("others", [None, "unknown"])
@pytest.mark.parametrize(("condition", "there"), [("paid_on is none", P), ("paid_on is not none", F)])
def test_a_text_for_what_is_not_known_does_not_say_that_there_is_a_value(
    others: str | None, condition: str, there: str
) -> None:
    said = {"column": "c", "missing": "unknown", "values": {"n/a": "unknown"}}
    said |= {} if others is None else {"others": others}
    table = column(["n/a", "2024-01-01", "none", None])
    absent = P if there == F else F
    assert verdicts(table, {"facts": {"paid_on": said}}, condition) == [U, there, absent, U]
    if others:
        assert verdicts(column(["later"]), {"facts": {"paid_on": said}}, condition) == [U]


@pytest.mark.parametrize(
    ("fact", "said", "words"),
    [
        ("who", {"others": "unknown"}, "beside `values`"),
        ("who", {"values": {"A": "acme"}, "others": "wrong"}, "`unknown` or `as they are`"),
        ("colour", {"values": {"A": "red"}, "others": "as they are"}, "must be `unknown`"),
    ],
)
def test_others_that_cannot_be_are_refused(fact: str, said: dict[str, Any], words: str) -> None:
    with pytest.raises(tosdsl.TosdslError, match="TOS4101") as caught:
        verdicts(column(["A"]), {"facts": {fact: {"column": "c", **said}}}, "ok")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("fact", "said", "code", "words"),
    [
        ("who", "none", "TOS4101", "such as `another`"),
        ("who", "unknown", "TOS4101", "leave the fact out"),
        ("who", "ACME", "TOS4013", "acme"),
        ("who", "acmee", "TOS4101", "`acme`, or a name that is not as near to it"),
        ("colour", "gren", "TOS4004", "green"),
        ("colours", ["red", "gren"], "TOS4004", "green"),
        ("ok", "perhaps", "TOS4003", "ok"),
        ("day", "2024-02-30", "TOS1011", "2024-02-30"),
        ("paid_on", "never", "TOS4003", "paid_on"),
        ("count", "1.5", "TOS4003", "count"),
    ],
)
def test_a_value_for_all_rows_that_is_none_is_one_mistake_of_the_mapping(
    fact: str, said: Any, code: str, words: str
) -> None:
    with pytest.raises(tosdsl.TosdslError, match=code) as caught:
        verdicts(column(["A"] * 3), {"facts": {fact: {"is": said}}}, "ok")
    assert words in str(caught.value)
    assert len(caught.value.diagnostics) == 1


@pytest.mark.parametrize(
    ("fact", "split", "value", "code", "words"),
    [
        ("who", None, "acmee", "TOS4101", "`who.values.A` must be `acme`, or a name"),
        ("who", None, "Acme", "TOS4013", "acme"),
        ("colour", None, "gren", "TOS4004", "green"),
        ("colour", None, "none", "TOS4004", "none"),
        ("colours", ";", "gren", "TOS4004", "green"),
        ("ok", None, "perhaps", "TOS4003", "ok"),
    ],
)
def test_a_translation_into_what_is_no_value_is_one_mistake_of_the_mapping(
    fact: str, split: str | None, value: str, code: str, words: str
) -> None:
    said = {"column": "c", "values": {"A": value}} | ({"split": split} if split else {})
    with pytest.raises(tosdsl.TosdslError, match=code) as caught:
        verdicts(column(["A"] * 3), {"facts": {fact: said}}, "ok")
    assert words in str(caught.value)
    assert len(caught.value.diagnostics) == 1


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"is": ["somebody", "acmee"]}, "whos.is"),
        ({"column": "c", "split": ";", "values": {"A": "acmee"}}, "whos.values.A"),
        ({"column": "c", "split": ";", "missing": ["acmee"]}, "whos.missing"),
    ],
)
def test_so_is_one_in_a_list_of_names(said: dict[str, Any], where: str) -> None:
    with pytest.raises(tosdsl.TosdslError, match="TOS4101") as caught:
        told_of_names(column(["A", None], TEXT), said)
    assert where in str(caught.value)


def test_a_name_in_the_place_of_null_is_not_lost_where_it_is_near_a_known_one() -> None:
    said = {"column": "c", "missing": "acmee"}
    with pytest.raises(tosdsl.TosdslError, match="TOS4101") as caught:
        verdicts(column(["acme", None], TEXT), {"facts": {"who": said}}, "ok")
    assert "who.missing" in str(caught.value)


@pytest.mark.parametrize(
    ("fact", "said", "condition"),
    [
        ("who", "acme", "who is acme"),
        ("who", "somebody", "who is not acme"),
        ("colour", "red", "colour is red"),
        ("colours", ["red"], "colours includes red"),
        ("colours", [], "not (colours includes red)"),
        ("ok", "yes", "ok"),
        ("ok", True, "ok"),
        ("day", "2024-02-29", "day > 2024-01-01"),
        ("paid_on", "none", "paid_on is none"),
        ("paid_on", "2024-02-29", "paid_on is not none"),
        ("count", 5, "count is 5"),
        ("size", "1.5", "size is 1.5"),
        ("price", "2.50 USD", "price is 2.50 USD"),
        ("price", 3, "price is 3 USD"),
        ("term", "30 days", "term is 30 days"),
        ("at_time", "2024-01-31T10:00Z", "at_time > 2000-01-01T00:00Z"),
        ("name", "none", 'name is "none"'),
    ],
)
def test_a_value_for_all_rows_is_of_all_rows(fact: str, said: Any, condition: str) -> None:
    assert verdicts(column(["A", "B"]), {"facts": {fact: {"is": said}}}, condition) == [F, F]
