"""The contracts of ``.importlinter`` hold, cover every package, and break when they should."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

import tosdsl
from tests.conftest import ROOT

PACKAGE = ROOT / "tosdsl"
LINT = "import sys; from importlinter.cli import lint_imports_command as lint; sys.exit(lint())"
FREE = {"cli", "facade", "pipeline", "testing"}
"""Above the passes: they may import what they do not import today."""

CONTRACTS = ConfigParser()
CONTRACTS.read(ROOT / ".importlinter", encoding="utf-8")


def broken(folder: Path) -> set[str]:
    """The names of the contracts that the package in a folder breaks."""
    config = str(ROOT / ".importlinter")
    ran = subprocess.run(
        [sys.executable, "-c", LINT, "--config", config, "--no-cache", "--verbose"],
        cwd=folder,
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


def test_every_contract_holds() -> None:
    assert broken(ROOT) == set()


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("reference/force.py", "import tosdsl.cli", "reference"),
        ("reference/needs.py", "def later(): from tosdsl.cli import main", "reference"),
        ("decision/build.py", "from tosdsl.reference.decide import find", "decision"),
        ("elaborate/policy.py", "import lark", "lark"),
        ("facade.py", "import yaml", "yaml"),
        ("decision/text.py", "from rich.text import Text", "rich"),
        ("wire.py", "import msgspec", "msgspec"),
        ("testing/scenarios.py", "import hypothesis", "hypothesis"),
        ("trees/norms.py", "from tosdsl import errors", "trees"),
        ("pipeline.py", "from tosdsl.facade import load", "pipeline"),
    ],
)
def test_a_planted_import_breaks_its_contract_alone(
    copy: Path, module: str, line: str, contract: str
) -> None:
    with (copy / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    assert broken(copy.parent) == {named(contract)}


def test_two_planted_imports_break_two_contracts(copy: Path) -> None:
    for module, line in [
        ("reference/decide.py", "import tosdsl.cli"),
        ("elaborate/link.py", "import lark"),
    ]:
        with (copy / module).open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
    assert broken(copy.parent) == {named("reference"), named("lark")}


def parts() -> set[str]:
    """The top level of the package: folders and modules."""
    found = {each.stem for each in PACKAGE.iterdir() if each.is_dir() or each.suffix == ".py"}
    return {name for name in found if not name.startswith("_")}


def imported(part: str) -> set[str]:
    """What of the package a part imports, itself left out."""
    path = PACKAGE / part
    files = path.rglob("*.py") if path.is_dir() else [path.with_suffix(".py")]
    lines = "\n".join(file.read_text(encoding="utf-8") for file in files)
    found = set(re.findall(r"^ *(?:from|import) tosdsl\.(\w+)", lines, re.MULTILINE))
    for names in re.findall(r"^ *from tosdsl import (.+)$", lines, re.MULTILINE):
        found |= {name.strip() for name in names.split(",")}
    return found - {part}


@pytest.mark.parametrize("part", sorted(parts() - FREE))
def test_what_a_pass_does_not_import_is_forbidden_to_it(part: str) -> None:
    contract = CONTRACTS[f"importlinter:contract:{part}"]
    forbidden = {name.removeprefix("tosdsl.") for name in contract["forbidden_modules"].split()}
    assert contract["source_modules"] == f"tosdsl.{part}"
    assert forbidden == parts() - imported(part) - {part}


def test_nobody_but_the_entry_points_imports_the_command_line() -> None:
    assert {part for part in parts() if "cli" in imported(part)} == set()
    assert "cli" not in Path(tosdsl.__file__).read_text(encoding="utf-8")


def test_importing_the_library_loads_no_optional_package() -> None:
    code = "import sys, tosdsl; print(*{'yaml', 'rich', 'hypothesis', 'tosdsl.cli'} & set(sys.modules))"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    assert ran.stdout == "\n"
