"""What stands in no file, what stands in every module, and a map that matches the country."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

SHIPPED = (
    "tosdsl",
    "grammars",
    "policies",
    "docs",
    "tests",
    "benchmarks",
    "editors",
    "studio",
    "website",
    "action",
    "deploy",
    "examples",
    ".ci",
)
TEXTS = {".py", ".md", ".tos", ".lark", ".yaml", ".yml", ".json", ".jsonl", ".toml", ".typed", ""}
TEXTS |= {".css", ".el", ".html", ".js", ".lua", ".mjs", ".ts", ".vim"}
FORBIDDEN = [
    "TO" + "DO",
    "FIX" + "ME",
    "X" + "XX",
    "/wo" + "rk/",
    "/ro" + "ot/",
    "/ho" + "me/",
]
MADE = {"__pycache__", "node_modules", "dist", "package-lock.json"}
"""What is made or installed beside the texts."""

LONGEST = 600
"""Lines of one module; past it, it is split by family of nodes."""

MODULES = sorted((ROOT / "tosdsl").rglob("*.py"))
MAP = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def texts() -> Iterator[Path]:
    """Every text of the checkout; what git keeps of itself beside them is none of it."""
    top = (file for file in ROOT.iterdir() if file.name != ".git")
    yield from (file for file in top if file.is_file() and file.suffix in TEXTS)
    for folder in SHIPPED:
        for file in (ROOT / folder).rglob("*"):
            if file.is_file() and file.suffix in TEXTS and not MADE.intersection(file.parts):
                yield file


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_no_file_has_words_that_do_not_belong_in_it() -> None:
    found = {
        f"{name(file)}:{number}": word
        for file in texts()
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        for word in FORBIDDEN
        if word in line
    }
    assert found == {}


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_a_module_says_what_it_is_for_and_is_not_long(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text))
    assert len(text.splitlines()) <= LONGEST


@pytest.mark.parametrize(
    "package",
    [file.parent for file in MODULES if file.name == "__init__.py" and file.parent != ROOT / "tosdsl"],
    ids=name,
)
def test_each_package_is_on_the_map(package: Path) -> None:
    assert f"`{name(package)}/`" in MAP


@pytest.mark.parametrize(
    "module", [file for file in MODULES if not file.name.startswith("__")], ids=name
)
def test_each_module_is_on_the_map(module: Path) -> None:
    """By its path, in the row of its folder, or as one of many that need no names of their own."""
    of_folder = [row for row in MAP.splitlines() if f"`{name(module.parent)}/`" in row]
    told = (f"`{module.name}`", "one module for each", "one file for each")
    assert f"`{name(module)}`" in MAP or any(each in row for row in of_folder for each in told)


@pytest.mark.parametrize(
    "folder", sorted({file.parent for file in (ROOT / "tests").glob("*/test_*.py")}), ids=name
)
def test_each_folder_of_tests_is_on_the_map_and_in_its_readme(folder: Path) -> None:
    assert f"`{name(folder)}/`" in MAP
    assert f"`{folder.name}/`" in (ROOT / "tests" / "README.md").read_text(encoding="utf-8")
