"""The wheel, installed far from the checkout: it has everything, and does what the README says."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from attrs import frozen

from tests.conftest import ROOT

COMPETING = "openai.business_terms#competing_models"


@frozen
class Installed:
    """A virtual environment with the wheel in it, and an empty folder to stand in."""

    environment: Path
    folder: Path

    def run(self, command: str, *words: object) -> subprocess.CompletedProcess[str]:
        """A program of the environment, from a folder that is not the checkout."""
        program = self.environment / ("Scripts" if os.name == "nt" else "bin") / command
        return started(program, *words, cwd=self.folder)

    def install(self, *words: object) -> None:
        done(self.run("python", "-m", "pip", "install", "-q", *words))


def started(*words: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    elsewhere = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    return subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env={key: value for key, value in os.environ.items() if key not in elsewhere},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def done(ran: subprocess.CompletedProcess[str]) -> None:
    assert ran.returncode == 0, ran.stdout + ran.stderr


def built(source: Path, target: Path) -> Path:
    """The wheel, built from the source distribution, so that both are complete."""
    done(
        started(sys.executable, "-m", "build", "--no-isolation", "--outdir", target, source, cwd=target)
    )
    (wheel,) = target.glob("*.whl")
    return wheel


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(ROOT, tmp_path_factory.mktemp("dist"))


def environment(folder: Path) -> Installed:
    done(started(sys.executable, "-m", "venv", folder / "venv", cwd=folder))
    (folder / "elsewhere").mkdir()
    return Installed(folder / "venv", folder / "elsewhere")


@pytest.fixture(scope="session")
def bare(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel without its extras."""
    made = environment(tmp_path_factory.mktemp("bare"))
    made.install(wheel)
    return made


@pytest.fixture(scope="session")
def full(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel with what the command line likes to have."""
    made = environment(tmp_path_factory.mktemp("full"))
    made.install(f"{wheel}[cli]")
    return made


def commands() -> list[str]:
    """The commands of the README, in their order."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^```sh[^\n]*\n(.*?)\n```$", text, re.MULTILINE | re.DOTALL)


def first() -> list[str]:
    """The words of the first command's last part, after the program."""
    program, *words = shlex.split(commands()[0].rpartition("&&")[2])
    assert program.endswith("bin/tosdsl")
    return words


# --- what is in it ------------------------------------------------------------------------------


def test_the_readme_begins_with_an_answer_and_the_tests() -> None:
    answer, tests = commands()[:2]
    for command in (answer, tests):
        assert command.startswith("python3 -m venv .venv && .venv/bin/pip install -q ")
    assert "'.[cli]'" in answer
    assert first() == ["check", "azure.openai_service", "--facts", "project_seed"]
    assert tests.endswith("-e '.[dev]' && .venv/bin/python -m pytest -n auto --dist worksteal")


def test_the_wheel_has_every_file(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    sources = below("grammars") | below("policies") | below("docs/codes") | below("studio/src")
    sources |= {"studio/package.json", "studio/compile.mjs"}
    shipped = {f"tosdsl/_shipped/{path.removeprefix('docs/')}" for path in sources}
    modules = {path for path in below("tosdsl") if not path.startswith("tosdsl/_shipped")}
    assert {"tosdsl/py.typed", "tosdsl/_shipped/grammars/tos.lark"} <= shipped | modules
    assert any(path.startswith("tosdsl/_shipped/policies/uses/") for path in shipped)
    rest = {path for path in inside if ".dist-info/" not in path}
    assert rest == shipped | modules


def below(folder: str) -> set[str]:
    files = (file for file in (ROOT / folder).rglob("*") if file.is_file())
    shown = (file.relative_to(ROOT) for file in files if "__pycache__" not in file.parts)
    return {path.as_posix() for path in shown if not path.name.startswith(".")}


# --- what it does -------------------------------------------------------------------------------


def test_the_first_command_of_the_readme(full: Installed) -> None:
    ran = full.run("tosdsl", *first())
    assert (ran.returncode, ran.stderr) == (3, "")
    for words in (
        "FORBIDDEN",
        COMPETING,
        "2(e)",
        "azure.openai_service → openai.business_terms",
        "exception classifiers",
        "exception fine_tuning",
    ):
        assert words in ran.stdout


def test_the_same_as_json(full: Installed) -> None:
    ran = full.run("tosdsl", *first(), "--format", "json")
    assert (ran.returncode, ran.stderr) == (3, "")
    made = json.loads(ran.stdout)
    (basis,) = made.pop("basis")
    assert {key: basis[key] for key in ("clause", "at", "effect", "force", "path")} == {
        "clause": COMPETING,
        "at": "2(e)",
        "effect": "forbid",
        "force": "true",
        "path": ["azure.openai_service", "openai.business_terms"],
    }
    (judgement,) = made.pop("judgements")
    assert judgement["fact"] == "model.competes_with"
    policies = made.pop("policies")
    assert [(each["id"], each["version"]) for each in policies] == [
        ("azure.openai_service", "second-hand-2023-12"),
        ("openai.business_terms", "2023-11-14"),
    ]
    assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each["digest"]) for each in policies)
    (governs,) = made.pop("governs")
    assert (governs["document"], governs["version"]) == ("azure.openai_service", "second-hand-2023-12")
    clauses = set(named(made.pop("explanation")))
    assert {COMPETING, f"{COMPETING}.classifiers", f"{COMPETING}.fine_tuning"} <= clauses
    assert made == {
        "schema": "tosdsl.decision/1",
        "verdict": "forbidden",
        "possible": ["forbidden"],
        "compliant": False,
        "defeated": [],
        "conditions": [],
        "duties": [],
        "needs": [],
        "conflicts": [],
        "as_of": "2023-12-15",
        "known_at": None,
        "warnings": [],
        "standard": "confirmed",
        "evidence": [],
        "allegations": [],
        "contested": [],
        "enforcement": [],
        "readings": [],
        "agree": None,
        "exact": True,
        "presumed": [],
        "without": None,
        "interpretations": [],
    }


def named(node: dict[str, Any]) -> Iterator[str]:
    """The clauses that an explanation names."""
    if node["clause"]:
        yield node["clause"]
    for child in node["children"]:
        yield from named(child)


def test_the_shipped_scenarios_hold_there(full: Installed) -> None:
    ran = full.run("tosdsl", "test", "azure.openai_service", "openai.business_terms")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert " in 2 policies: all held" in ran.stdout


# --- without the extras -------------------------------------------------------------------------


def test_json_needs_no_extra(bare: Installed) -> None:
    use = yaml.safe_load((ROOT / "policies/uses/project_seed.yaml").read_text(encoding="utf-8"))
    (bare.folder / "seed.json").write_text(json.dumps(use, default=str), encoding="utf-8")
    for form in ("json", "text"):
        words = ("check", "azure.openai_service", "--facts", "seed.json", "--format", form)
        ran = bare.run("tosdsl", *words)
        assert (ran.returncode, ran.stderr) == (3, "")
        assert COMPETING in ran.stdout


def test_yaml_without_its_reader_says_how_to_get_it(bare: Installed) -> None:
    ran = bare.run("tosdsl", *first())
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "TOS6007" in ran.stderr
    assert "pip install 'tosdsl[cli]'" in ran.stderr


def test_the_pages_of_the_codes_come_along(bare: Installed) -> None:
    ran = bare.run("tosdsl", "explain", "TOS2006")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("TOS2006: ")
    assert "error[TOS2006]" in ran.stdout


def test_it_is_typed_and_needs_two_packages(bare: Installed) -> None:
    code = "import tosdsl; print(tosdsl.load('openai.business_terms').verdict({}))"
    ran = bare.run("python", "-c", code)
    assert (ran.stdout, ran.stderr) == ("Verdict.UNDETERMINED\n", "")
    ran = bare.run("python", "-m", "pip", "list", "--format", "json")
    names = {package["name"].lower() for package in json.loads(ran.stdout)}
    assert names - {"pip", "setuptools", "wheel"} == {"tosdsl", "attrs", "lark"}


# --- policies of others -------------------------------------------------------------------------

ACME = {
    "pyproject.toml": """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "acme-terms"
version = "1"

[project.entry-points."tosdsl.policies"]
acme = "acme_terms"
""",
    "acme_terms/__init__.py": '"""Terms of a made-up reseller."""\n',
    "acme_terms/chat.tos": """\
policy acme.chat
    title "Acme Chat"
    provider acme
    version "1"
    default permit

use ai_services

incorporate openai.business_terms
""",
}


@pytest.fixture
def acme(full: Installed, tmp_path: Path) -> Iterator[Installed]:
    """The wheel beside a package of somebody else's that offers a policy."""
    for path, text in ACME.items():
        file = tmp_path / "acme" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (tmp_path / "dist").mkdir()
    full.install(built(tmp_path / "acme", tmp_path / "dist"))
    yield full
    done(full.run("python", "-m", "pip", "uninstall", "-q", "-y", "acme-terms"))


def test_policies_of_an_installed_package_are_found_by_id(acme: Installed) -> None:
    ran = acme.run("tosdsl", "check", "acme.chat", "--facts", "project_seed", "--format", "json")
    assert (ran.returncode, ran.stderr) == (3, "")
    (basis,) = json.loads(ran.stdout)["basis"]
    assert basis["clause"] == COMPETING
    assert basis["path"] == ["acme.chat", "openai.business_terms"]
    ran = acme.run("tosdsl", "check", "acme.caht", "--facts", "project_seed")
    assert (ran.returncode, "acme.chat" in ran.stderr) == (1, True)


# --- with pytest ----------------------------------------------------------------------------------


def test_pytest_runs_the_scenarios_of_a_project(wheel: Path, tmp_path: Path) -> None:
    """The plugin comes with the wheel and its extra, in a project that has one policy and no Python."""
    project = environment(tmp_path)
    project.install(f"{wheel}[pytest]")
    policy = (ROOT / "tests/malformed/tables/shop.tos").read_text(encoding="utf-8")
    scenario = 'scenario "a gift"\n    given\n        sold: no\n    expect permitted\n'
    (project.folder / "shop.tos").write_text(f"{policy}\n{scenario}", encoding="utf-8")
    table = "case,sold,expect\na sale,yes,permitted\n"
    (project.folder / "shop.cases.csv").write_text(table, encoding="utf-8")
    ran = project.run("pytest", "-v")
    assert ran.returncode == 1
    assert re.search(r"^shop\.tos::a gift PASSED", ran.stdout, re.MULTILINE), ran.stdout
    assert re.search(r"^shop\.cases\.csv::a sale FAILED", ran.stdout, re.MULTILINE), ran.stdout
    assert "expected permitted, came undetermined" in ran.stdout
    assert project.run("pytest", "-p", "no:tosdsl").returncode == 5
