"""The contracts of ``.importlinter`` hold, place every package, and break when they should."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "tosdsl"
LINT = "import sys; from importlinter.cli import lint_imports_command as lint; sys.exit(lint())"

PLANTED = [
    ("reference/force.py", "import tosdsl.cli", "layers"),
    ("reference/completions.py", "def later(): from tosdsl.cli import main", "layers"),
    ("reference/scope.py", "from tosdsl.runtime import checks", "reference"),
    ("decision/model.py", "from tosdsl.analysis.claims import Claim", "layers"),
    ("testing/properties.py", "from tosdsl.reference.decide import find", "oracle"),
    ("analysis/engine.py", "def later(): from tosdsl.reference import evaluate", "oracle"),
    ("elaborate/policy.py", "from tosdsl.syntax.parser import parse", "layers"),
    ("lint/report.py", "from tosdsl.testing.model import TestResult", "layers"),
    ("mcp/tools.py", "from mcp.server.lowlevel import Server", "doors"),
    ("receipts/write.py", "from rfc8785 import dumps", "doors"),
    ("pipeline.py", "from tosdsl.facade import load", "layers"),
    ("base/limits.py", "from tosdsl.base import span; from tosdsl import unicode", "layers"),
    ("decision/text.py", "from tosdsl.diagnostics.model import Diagnostic", "meaning"),
    ("elaborate/policy.py", "from tosdsl.library.reading import read_file", "passes"),
    ("syntax/parser.py", "from tosdsl.errors import PolicyError", "passes"),
    ("backends/wire/types.py", "from tosdsl.backends.python import module", "backends"),
    ("elaborate/policy.py", "import lark", "doors"),
    ("facade.py", "import yaml", "doors"),
    ("decision/text.py", "from rich.text import Text", "doors"),
    ("wire.py", "import msgspec", "doors"),
    ("analysis/engine.py", "def later(): import z3", "doors"),
    ("backends/sql/values.py", "import pyarrow", "doors"),
    ("testing/scenarios.py", "import hypothesis", "doors"),
    ("testing/runner.py", "import pytest", "doors"),
    ("cli/diff.py", "import subprocess", "doors"),
    ("language/check.py", "from lsprotocol import types", "doors"),
    ("lsp/desk.py", "from tosdsl.cli import terminal", "layers"),
    ("lint/report.py", "from tosdsl.gate.model import Outcome", "layers"),
    ("studio/desk.py", "from tosdsl.lsp.texts import Text", "layers"),
    ("studio/serving.py", "import subprocess", "doors"),
    ("cli/gate.py", "import uvicorn", "doors"),
]
"""A module, a line that it must not have, and the contract that says so."""

LAYERS = "importlinter:contract:layers"
COLUMN = 19
"""Where the names of packages begin in the layers that ARCHITECTURE.md shows."""

CONTRACTS = ConfigParser()
CONTRACTS.read(ROOT / ".importlinter", encoding="utf-8")


def broken(folder: Path) -> set[str]:
    """The names of the contracts that the package in a folder breaks."""
    config = str(ROOT / ".importlinter")
    ran = subprocess.run(
        [sys.executable, "-c", LINT, "--config", config, "--no-cache", "--verbose"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},  # for our own contract, after the folder
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    found = dict(re.findall(r"^(\S.*) (KEPT|BROKEN)\b", ran.stdout, re.MULTILINE))
    names = {section["name"] for section in CONTRACTS.values() if "name" in section}
    assert found.keys() == names, ran.stdout + ran.stderr
    assert ran.returncode == ("BROKEN" in found.values())
    return {name for name, state in found.items() if state == "BROKEN"}


def named(contract: str) -> str:
    return CONTRACTS[f"importlinter:contract:{contract}"]["name"]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package in a folder of its own."""
    ignore = shutil.ignore_patterns("__pycache__")
    return Path(shutil.copytree(PACKAGE, tmp_path / "tosdsl", ignore=ignore))


def plant(package: Path, module: str, line: str) -> None:
    """Add a line to a module of a copy of the package."""
    with (package / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")


def test_every_contract_holds() -> None:
    assert broken(ROOT) == set()


@pytest.mark.parametrize(("module", "line", "contract"), PLANTED)
def test_a_planted_import_breaks_its_contract_alone(
    copy: Path, module: str, line: str, contract: str
) -> None:
    plant(copy, module, line)
    assert broken(copy.parent) == {named(contract)}


def test_two_planted_imports_break_two_contracts(copy: Path) -> None:
    plant(copy, "reference/decide.py", "import tosdsl.cli")
    plant(copy, "elaborate/link.py", "import lark")
    assert broken(copy.parent) == {named("layers"), named("doors")}


def test_each_contract_is_broken_by_some_planted_import() -> None:
    contracts = {each.rpartition(":")[2] for each in CONTRACTS if each.startswith("importlinter:")}
    assert {contract for _, _, contract in PLANTED} == contracts


@pytest.mark.parametrize(("new", "contract"), [("novel.py", "layers"), ("backends/go.py", "backends")])
def test_what_is_new_has_to_be_given_a_place(copy: Path, new: str, contract: str) -> None:
    (copy / new).write_text("", encoding="utf-8")
    assert broken(copy.parent) == {named(contract)}


def test_the_map_shows_the_layers_that_there_are() -> None:
    stated = [re.findall(r"\w+", line) for line in CONTRACTS[LAYERS]["layers"].split("\n")]
    there = [{name for name in line if is_there(name)} for line in stated]
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    block = text.partition("## Layers")[2].partition("```text\n")[2].partition("```")[0]
    shown = [set(re.findall(r"\w+", line[COLUMN:])) for line in block.splitlines()]
    assert shown == [line for line in there if line]


def is_there(name: str) -> bool:
    return (PACKAGE / name / "__init__.py").is_file() or (PACKAGE / f"{name}.py").is_file()


def test_importing_the_library_loads_no_optional_package() -> None:
    code = "import sys, tosdsl; print(*{'yaml', 'rich', 'hypothesis', 'tosdsl.cli'} & set(sys.modules))"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    assert ran.stdout == "\n"
