"""What starting costs, held by what is imported: a clock would say something else on every machine."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

import tosdsl
from tests.conftest import ROOT

HEAVY = {"attr", "attrs", "lark", "yaml", "rich", "hypothesis", "re", "typing", "pathlib", "datetime"}
LIGHT = {"base", "errors", "facade"}
"""What of the package a program has imported before its first question."""

KEPT = """
import sys
import tosdsl
def never():
    raise AssertionError("made")
kept = tosdsl.PolicySet(never, never, never)
try:
    kept.sources
except AssertionError:
    pass
tosdsl.PolicyError, tosdsl.FactError, tosdsl.Verdict.FORBIDDEN, tosdsl.load
"""


def imported(code: str, *arguments: str) -> set[str]:
    """The modules that a program has imported at its end."""
    code += "\nimport sys; print('\\nimported', *sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path += {sys.path!r}\n{code}", *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return set(ran.stdout.rpartition("\nimported ")[2].split())


def parts(modules: set[str]) -> set[str]:
    """The parts of the package among modules."""
    return {name.split(".")[1] for name in modules if name.startswith("tosdsl.")}


def test_importing_the_library_imports_nothing() -> None:
    before, after = imported(""), imported("import tosdsl")
    assert after - before == {"tosdsl"}


def test_a_kept_policy_needs_no_tree_and_no_pass() -> None:
    found = imported(KEPT)
    assert not found & HEAVY
    assert parts(found) <= LIGHT


def test_a_check_into_a_pipe_imports_what_it_uses() -> None:
    run = "from tosdsl.cli.main import main; main()"
    found = imported(run, "check", "openai.business_terms", "--facts", "project_seed")
    assert not found & {"rich", "hypothesis", "importlib.resources"}
    assert not found & {"tosdsl.testing", "tosdsl.syntax.format", "tosdsl.syntax.mistakes.tokens"}
    assert {"tosdsl.engine.answers", "yaml"} <= found
    assert "tosdsl.reference.decide" not in found  # it answers in tests alone


# --- the names that are imported later ----------------------------------------------------------


def test_every_public_name_has_one_home() -> None:
    homes = [name for names in tosdsl._HOMES.values() for name in names.split()]
    assert sorted(homes) == tosdsl.__all__
    for home, names in tosdsl._HOMES.items():
        for name in names.split():
            assert getattr(tosdsl, name) is getattr(import_module(home), name)


def test_public_names_are_listed_and_others_are_refused() -> None:
    assert set(tosdsl.__all__) <= set(dir(tosdsl))
    with pytest.raises(AttributeError, match="module 'tosdsl' has no attribute 'lode'"):
        getattr(tosdsl, "lode")  # noqa: B009 - a type checker would refuse the plain form, as it should
    with pytest.raises(ImportError, match="lode"):
        exec("from tosdsl import lode")
