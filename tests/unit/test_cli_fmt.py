"""``tosdsl fmt``: what is written, what is left alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.unit.conftest import SHOP, Run

UNTIDY = "policy  p\n  default   permit\n"
TIDY = "policy p\n    default permit\n"
BROKEN = "policy p\n  default maybe\n"


def test_a_file_is_laid_out_once(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "p.tos"
    file.write_text(UNTIDY, encoding="utf-8")
    file.chmod(0o640)
    ran = run("fmt", file)
    assert ran == (0, f"formatted {file}\n", "")
    assert file.read_text(encoding="utf-8") == TIDY
    assert file.stat().st_mode & 0o777 == 0o640
    assert run("fmt", file) == (0, "", "")
    assert [each.name for each in tmp_path.iterdir()] == ["p.tos"]


def test_check_changes_nothing_and_is_3_if_something_would_change(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "p.tos"
    file.write_text(UNTIDY, encoding="utf-8")
    assert run("fmt", "--check", tmp_path) == (3, f"would change {file}\n", "")
    assert file.read_text(encoding="utf-8") == UNTIDY
    file.write_text(TIDY, encoding="utf-8")
    assert run("fmt", "--check", tmp_path) == (0, "", "")


@pytest.mark.parametrize("words", [(), ("--check",)])
def test_a_broken_file_is_left_alone_and_the_others_are_not(
    run: Run, tmp_path: Path, words: tuple[str, ...]
) -> None:
    broken, good = tmp_path / "broken.tos", tmp_path / "good.tos"
    broken.write_text(BROKEN, encoding="utf-8")
    good.write_text(UNTIDY, encoding="utf-8")
    ran = run("fmt", tmp_path, *words)
    assert ran.status == 1
    assert ran.err.startswith(f"error[TOS1001] {broken}:2:11")
    assert broken.read_text(encoding="utf-8") == BROKEN
    assert good.read_text(encoding="utf-8") == (UNTIDY if words else TIDY)


def test_a_mistake_of_meaning_does_not_stop_the_layout(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "p.tos"
    file.write_text(UNTIDY + "\nforbid x\n  when nothing_known\n", encoding="utf-8")
    assert run("fmt", file).status == 0


def test_standard_input_goes_to_standard_output(run: Run) -> None:
    assert run("fmt", "-", stdin=UNTIDY.encode()) == (0, TIDY, "")
    assert run("fmt", "-", "--check", stdin=UNTIDY.encode()) == (3, "", "")
    assert run("fmt", "-", "--check", stdin=TIDY.encode()) == (0, "", "")
    ran = run("fmt", "-", stdin=BROKEN.encode())
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith("error[TOS1001] <stdin>:2:11")
    assert run("fmt", "-", stdin=b"\xff").err.startswith("error[TOS1015]")


def test_what_is_not_there_is_1(run: Run, tmp_path: Path) -> None:
    assert run("fmt", tmp_path / "gone.tos").err.startswith("error[TOS6009]")
    assert run("fmt", tmp_path).err.startswith("error[TOS6004]")


def test_the_shape_of_a_file_does_not_change_its_meaning(run: Run, shop: Path) -> None:
    shop.write_text(SHOP.replace("    ", "  ").replace("\n", "\r\n"), encoding="utf-8", newline="")
    assert run("fmt", shop).status == 0
    assert b"\r" not in shop.read_bytes()
    assert run("test", shop).status == 0


def test_a_link_stays_a_link(run: Run, tmp_path: Path) -> None:
    file, link = tmp_path / "p.tos", tmp_path / "link.tos"
    file.write_text(UNTIDY, encoding="utf-8")
    link.symlink_to(file)
    assert run("fmt", link).status == 0
    assert link.is_symlink()
    assert file.read_text(encoding="utf-8") == TIDY


def test_what_cannot_be_written_is_1(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "p.tos"
    file.write_text(UNTIDY, encoding="utf-8")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    ran = run("fmt", file)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith(f"error[TOS6010] {file}")
    assert [each.name for each in tmp_path.iterdir()] == ["p.tos"]
