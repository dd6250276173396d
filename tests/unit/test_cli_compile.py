"""``tosdsl compile``: the code of a policy, to be read."""

from __future__ import annotations

import ast
import traceback
from pathlib import Path

import pytest

import tosdsl
from benchmarks import generated
from tests.unit.conftest import Run


def test_the_code_says_which_clauses_it_is_made_of_and_where_they_stand(run: Run) -> None:
    status, out, err = run("compile", "openai.business_terms")
    assert (status, err) == (0, "")
    place = "openai/business_terms-2023-11-14.tos:22"
    docstring = ast.get_docstring(ast.parse(out))
    assert docstring is not None
    assert f"forbid openai.business_terms#competing_models  tosdsl/{place}" in docstring
    assert f"        # openai.business_terms#competing_models, tosdsl/{place}\n" in out


def test_branches_name_the_clause_that_asks(run: Run, tmp_path: Path) -> None:
    policy = tmp_path / "two.tos"
    policy.write_text(
        "vocabulary words\n\nfact one: boolean\n\nfact two: boolean\n\n\n"
        "policy p\n    default permit\n\nuse words\n\n"
        "forbid first\n    when one\n\nforbid second\n    when two\n",
        encoding="utf-8",
    )
    status, out, _ = run("compile", str(policy), "--to", "python", "--as-of", "2024-01-01")
    assert status == 0
    assert f"# p#first, {policy}:13\n" in out
    assert f"# p#second, {policy}:16\n" in out


def test_the_bodies_that_clauses_share_are_printed_with_them(run: Run, tmp_path: Path) -> None:
    policy = tmp_path / "ten.tos"
    policy.write_text(generated.policy(10, 2), encoding="utf-8")
    status, out, _ = run("compile", str(policy))
    assert status == 0
    assert out.count("def body(facts, c):") == 2
    assert out.count("# Shape ") == 2
    assert out.count(f"{policy}:") == 20
    ast.parse(out)


def test_wrong_policies_and_words_end_as_elsewhere(run: Run) -> None:
    status, _, err = run("compile", "nothing.of_that_name")
    assert (status, "error[TOS" in err) == (1, True)
    assert run("compile", "openai.business_terms", "--to", "c")[0] == 2


class _Breaks(dict[str, object]):
    def get(self, *_: object) -> object:
        raise SystemExit("not an Exception: it is not caught")


def test_a_traceback_through_generated_code_shows_the_line_of_the_policy(tmp_path: Path) -> None:
    policy = tmp_path / "one.tos"
    text = "vocabulary words\n\nfact one: boolean\n\n\npolicy p\n    default permit\n\nuse words\n\n"
    policy.write_text(f"{text}forbid clause\n    when one\n", encoding="utf-8")
    with pytest.raises(SystemExit) as caught:
        tosdsl.load(policy).verdict(_Breaks())
    frames = traceback.extract_tb(caught.value.__traceback__)
    assert [(each.lineno, each.line) for each in frames if each.filename == str(policy)] == [
        (11, "forbid clause")
    ]


def test_sql_says_which_columns_it_reads_and_runs_on_them(run: Run) -> None:
    duckdb = pytest.importorskip("duckdb")
    status, out, err = run("compile", "meta.llama_3_1", "--to", "sql")
    assert (status, err) == (0, "")
    comments = [line for line in out.splitlines() if line.startswith("--   ")]
    assert '--   "notices.displayed" VARCHAR[]' in comments
    assert '--   "asked 35" BOOLEAN: made.name starts with "Llama"' in comments
    columns = ", ".join(line.removeprefix("--   ").partition(":")[0] for line in comments)
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE uses ({columns})")
        connection.execute("INSERT INTO uses DEFAULT VALUES")
        [(verdict, clauses)] = connection.execute(out).fetchall()
    assert verdict == tosdsl.load("meta.llama_3_1").verdict({}).value == "undetermined"
    assert all(each.endswith("?") for each in clauses)


def test_sql_for_postgresql_says_its_types(run: Run) -> None:
    status, out, err = run("compile", "meta.llama_3_1", "--to", "sql", "--dialect", "postgresql")
    assert (status, err) == (0, "")
    assert '--   "notices.displayed" TEXT[]' in out.splitlines()


def test_sql_for_spark_says_its_types(run: Run) -> None:
    status, out, err = run("compile", "meta.llama_3_1", "--to", "sql", "--dialect", "spark")
    assert (status, err) == (0, "")
    assert "--   `notices.displayed` ARRAY<STRING>" in out.splitlines()
