"""The pytest plugin, in processes of its own: what it collects, what it says, what it leaves alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from junitparser import Failure, JUnitXml

from tests.unit.conftest import SHOP

TABLE = "case,sold,expect\nfree,no,permitted\nfor money,yes,permitted\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with a policy, a table of which one case fails, a vocabulary and a test of Python."""
    vocabulary, _, policy = SHOP.partition("policy ")
    policies = tmp_path / "policies"
    policies.mkdir()
    (policies / "words.tos").write_text(vocabulary, encoding="utf-8")
    (policies / "shop.tos").write_text(f"policy {policy}", encoding="utf-8")
    (policies / "shop.cases.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "test_it.py").write_text("def test_it(): pass\n", encoding="utf-8")
    return tmp_path


def run(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """pytest with this plugin and no other, whether tosdsl is installed or not."""
    alone = {
        **os.environ,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "COLUMNS": "200",
        "TOSDSL_CACHE": "off",
    }
    alone.pop("PYTEST_ADDOPTS", None)
    words = ("-p", "tosdsl.testing.plugin", "-p", "no:cacheprovider", *words)
    return subprocess.run(
        [sys.executable, "-m", "pytest", *words],
        cwd=project,
        env=alone,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_scenarios_and_cases_are_items_by_their_titles(project: Path) -> None:
    ran = run(project, "--collect-only", "-q", "policies")
    assert ran.returncode == 0, ran.stdout
    assert ran.stdout.splitlines()[:4] == [
        "policies/shop.cases.csv::free",
        "policies/shop.cases.csv::for money",
        "policies/shop.tos::kept",
        "policies/shop.tos::sold",
    ]


def test_a_failure_says_what_came_and_why_and_everything_else_runs(project: Path) -> None:
    ran = run(project, "--junitxml", "out.xml", "-W", "error")
    assert ran.returncode == 1
    assert "1 failed, 4 passed" in ran.stdout
    assert "expected permitted, came forbidden  (policies/shop.cases.csv:3)" in ran.stdout
    assert 'prohibition selling at "1" is in force' in ran.stdout
    assert "Traceback" not in ran.stdout
    assert "plugin.py" not in ran.stdout
    cases = {case.name: case for suite in JUnitXml.fromfile(str(project / "out.xml")) for case in suite}
    assert cases.keys() == {"free", "for money", "kept", "sold", "test_it"}
    assert [name for name, case in cases.items() if case.result] == ["for money"]
    assert isinstance(cases["for money"].result[0], Failure)


def test_words_choose_and_processes_share(project: Path) -> None:
    ran = run(project, "-p", "xdist.plugin", "-n", "2", "-k", "kept or free", "policies")
    assert ran.returncode == 0, ran.stdout
    assert "2 passed" in ran.stdout


def test_a_day_for_all_that_say_none(project: Path) -> None:
    assert "4 failed" in run(project, "policies", "--tosdsl-as-of", "2030-01-01").stdout
    assert "4 failed" in run(project, "policies", "--tosdsl-as-of", "2030-01-01T10:00Z").stdout
    assert run(project, "policies", "--tosdsl-as-of", "soon").returncode == 4


def test_a_policy_with_mistakes_fails_and_the_others_run(project: Path) -> None:
    (project / "policies" / "bad.tos").write_text("policy bad\n    default permitt\n", encoding="utf-8")
    ran = run(project, "-k", "kept or read")
    assert ran.returncode == 1
    assert "error[TOS1021] policies/bad.tos:2:13" in ran.stdout
    assert "Traceback" not in ran.stdout
    assert "1 passed" in ran.stdout


def test_a_project_without_policies_pays_nothing(project: Path) -> None:
    (project / "test_it.py").write_text(
        "import sys\n\n"
        "def test_it():\n"
        "    loaded = {name for name in sys.modules if name.startswith('tosdsl')}\n"
        "    assert loaded == {'tosdsl', 'tosdsl.testing', 'tosdsl.testing.plugin'}\n"
        "    assert not {'lark', 'attrs', 'yaml', 'hypothesis'} & set(sys.modules)\n",
        encoding="utf-8",
    )
    ran = run(project, "test_it.py")
    assert ran.returncode == 0, ran.stdout
