"""SQL tells of every row what ``decide`` tells of the use: verdict, clauses, each condition."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

import tosdsl
from tests.conftest import ROOT, either
from tests.differential import forms
from tests.differential.forms import TABLES
from tests.differential.tables import table
from tests.properties.worlds import World, worlds
from tosdsl.auditing import arrow, judge
from tosdsl.backends.sql.duckdb import DuckDB
from tosdsl.backends.sql.rules import LEAVES, NO_SQL, RULES
from tosdsl.trees import core

SHIPPED = sorted(
    str(file)
    for pattern in ("*/*.tos", "*/*.tos.md")
    for file in (ROOT / "policies").glob(pattern)
    if re.search("(?m)^policy ", file.read_text("utf-8"))
)


@pytest.mark.parametrize("where", SHIPPED, ids=lambda where: Path(where).name)
def test_a_shipped_policy_says_the_same_in_sql(where: str) -> None:
    for answers in tosdsl.load(where).predicates.answers(None, None):
        assert table(answers, 80, 1).differences()[:3] == []


@given(worlds(), st.integers(0, 2**30), st.booleans())
@settings(max_examples=either(10, 20))
def test_a_generated_policy_says_the_same_in_sql(world: World, seed: int, zoned: bool) -> None:
    for answers in world.policies.predicates.answers(None, None):
        assert table(answers, 80, seed, zoned=zoned).differences()[:3] == []


@pytest.mark.parametrize("where", SHIPPED, ids=lambda where: Path(where).name)
def test_rows_of_one_kind_get_one_decision(where: str) -> None:
    for answers in tosdsl.load(where).predicates.answers(None, None):
        assert table(answers, 50, 2).kinds()[:3] == []


@given(worlds(), st.integers(0, 2**30), st.booleans())
@settings(max_examples=either(10, 20))
def test_rows_of_one_kind_get_one_decision_by_any_policy(world: World, seed: int, zoned: bool) -> None:
    for answers in world.policies.predicates.answers(None, None):
        assert table(answers, 150, seed, zoned=zoned).kinds()[:3] == []


BY_CASES = """
vocabulary words

type Kind is one of
    one
    two
    three

fact a: Kind
fact b: Kind
fact c: boolean
fact due: instant
fact later: instant
fact done: boolean

policy p
    default permit

use words

"""


@pytest.mark.parametrize(
    "body",
    [
        "forbid x\n    when a is (if a is b then two else three)",
        "define d as a is b\n\nforbid x\n    when a is (if d then two else three)",
        "forbid x\n    when if a is b then c else a is two",
        "forbid x\n    when if c then a is b else a is not three\n\npermit y\n    when a is two and c\n"
        "    notwithstanding x",
        "forbid x\n    when (if a is b then c else yes) is c",
        "forbid x\n    when a in {b, two}\n\nforbid y\n    when a is (if b is a then one else two)",
        "require r\n    must done\n    before due\n\nrequire q\n    must done\n    before later\n\n"
        "forbid x\n    when q is breached and r is pending",
    ],
)
def test_rows_of_one_kind_get_one_decision_by_values_in_cases(body: str) -> None:
    """What is known inside a value by cases decides what its open condition can come to."""
    for answers in tosdsl.loads(f"{BY_CASES}{body}\n").predicates.answers(None, None):
        assert table(answers, 600, 3).kinds()[:3] == []


@given(worlds(), st.integers(0, 2**30), st.booleans())
@settings(max_examples=either(10, 20))
def test_rows_that_are_alike_are_judged_once_and_each_is_told(
    world: World, seed: int, zoned: bool
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judge, "_LARGE", 0)
        patch.setattr(judge, "_REPEATED", 1)
        for answers in world.policies.predicates.answers(None, None):
            made = table(answers, 60, seed, zoned=zoned)
            twice = [*made.uses, *reversed(made.uses)]
            assert evolve(made, uses=twice).kinds()[:3] == []


@pytest.mark.parametrize("form", [*forms.forms()], ids=lambda form: form[0])
def test_a_form_gives_the_value_that_python_gives(form: forms.Form) -> None:
    name, table, sql, _ = form
    columns = TABLES[table][0].values()
    numbered = [{"row": at, **row} for at, row in enumerate(forms.rows(table))]
    with duckdb.connect() as connection:
        connection.register("uses", arrow.table(columns, numbered))
        found = connection.execute(f"SELECT {sql(DuckDB())} FROM uses ORDER BY row").fetchall()
    assert [value for (value,) in found] == forms.wanted(form), name


def test_every_kind_of_node_has_sql_or_is_known_to_have_none() -> None:
    """The kinds are those of the table in the core's own text."""
    text = core.__doc__ or ""
    lines = [line for line in text.splitlines() if line.startswith("``(")]
    kinds = {kind for line in lines for kind in _kinds(line)}
    assert kinds == set(RULES) | NO_SQL
    assert kinds > LEAVES


def _kinds(line: str) -> list[str]:
    """The kinds that a line of the table is about."""
    return [each.split('"')[1] for each in line.split("``") if each.startswith(('("', '"'))]
