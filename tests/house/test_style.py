"""The linter, the formatter and the type checker have nothing to say."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.mark.parametrize(
    "tool",
    [("ruff", "check"), ("ruff", "format", "--check"), ("mypy",)],
    ids=" ".join,
)
def test_style(tool: tuple[str, ...]) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", *tool], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_exemption_has_a_reason_beside_it() -> None:
    exempt = re.compile(r"#\s*(?:noqa|type:\s*ignore|pragma:|fmt:|ruff:)")
    with_reason = re.compile(r"#\s*(?:noqa: [A-Z0-9, ]+|type: ignore\[[\w, -]+\]) +(?:- |# )\S+")
    bare = [
        f"{file.relative_to(ROOT)}:{number}"
        for folder in ("tosdsl", "tests", "benchmarks", "website")
        for file in (ROOT / folder).rglob("*.py")
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if exempt.search(line) and not with_reason.search(line) and "re.compile" not in line
    ]
    assert bare == []
    table = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    ignores = re.findall(r'^(?:"[^"]+" = \[.*|    (?:"[A-Z]+[0-9]*", ?)+.*)$', table, re.MULTILINE)
    assert [line for line in ignores if "#" not in line and "select" not in line] == []
