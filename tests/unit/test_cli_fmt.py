"""``tosdsl fmt``: what is written, what is left alone."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.unit.conftest import SHOP, Run
from tosdsl.cli import fmt

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


# --- what a file stays --------------------------------------------------------------------------------


def untidy(file: Path) -> Path:
    file.write_text(UNTIDY, encoding="utf-8")
    return file


def only(folder: Path, *names: str) -> bool:
    return sorted(each.name for each in folder.iterdir()) == sorted(names)


@pytest.mark.parametrize("mode", [0o444, 0o440, 0o555, 0o400])
def test_a_file_that_may_only_be_read_is_left_alone(run: Run, tmp_path: Path, mode: int) -> None:
    """Also by one who may write anything."""
    file = untidy(tmp_path / "p.tos")
    file.chmod(mode)
    for word in (file, tmp_path):
        ran = run("fmt", word)
        assert (ran.status, ran.out) == (1, "")
        assert ran.err.startswith(f"error[TOS6010] {file}\n")
        assert "it may only be read" in ran.err
    assert file.read_text(encoding="utf-8") == UNTIDY
    assert only(tmp_path, "p.tos")
    assert run("fmt", "--check", file).status == 3


def test_every_name_of_a_file_keeps_it(run: Run, tmp_path: Path) -> None:
    file, other = untidy(tmp_path / "p.tos"), tmp_path / "other"
    os.link(file, other)
    inode = file.stat().st_ino
    assert run("fmt", file).status == 0
    assert file.stat().st_ino == other.stat().st_ino == inode
    assert other.read_text(encoding="utf-8") == TIDY
    assert only(tmp_path, "p.tos", "other")


def test_a_longer_and_a_shorter_text_end_where_they_end(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "p.tos"
    os.link(untidy(file), tmp_path / "other")
    file.write_text("policy p\n default permit\n", encoding="utf-8")
    assert run("fmt", file).status == 0
    assert file.read_text(encoding="utf-8") == TIDY
    file.write_text(f"policy    p\n\n\n\n    default      permit\n{' ' * 500}\n", encoding="utf-8")
    assert run("fmt", file).status == 0
    assert file.read_text(encoding="utf-8") == TIDY


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="Linux alone has these in Python")
def test_attributes_stay(run: Run, tmp_path: Path) -> None:
    file = untidy(tmp_path / "p.tos")
    try:
        os.setxattr(file, "user.origin", b"counsel")
    except OSError:
        pytest.skip("this file system keeps none")
    assert run("fmt", file).status == 0
    assert os.getxattr(file, "user.origin") == b"counsel"


@pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() != 0, reason="only root gives files away")
def test_the_owner_stays(run: Run, tmp_path: Path) -> None:
    file = untidy(tmp_path / "p.tos")
    os.chown(file, 12345, 23456)
    file.chmod(0o664)
    assert run("fmt", file).status == 0
    found = file.stat()
    assert (found.st_uid, found.st_gid, found.st_mode & 0o777) == (12345, 23456, 0o664)


@pytest.mark.parametrize("fails", ["fsync", "chown", "replace"])
def test_whatever_fails_the_old_text_is_there(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    """A disk that is full, an owner who cannot be kept, a stop midway."""
    file = untidy(tmp_path / "p.tos")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, fails, full)
    ran = run("fmt", file)
    if fails != "chown":  # which is called for another owner alone
        assert (ran.status, "No space left on device" in ran.err) == (1, True)
        assert file.read_text(encoding="utf-8") == UNTIDY
    assert only(tmp_path, "p.tos")


@pytest.mark.parametrize("names", [1, 2])
def test_a_stop_from_the_keyboard_leaves_the_old_text(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: int
) -> None:
    file = untidy(tmp_path / "p.tos")
    others = ["other"] if names == 2 else []
    for other in others:
        os.link(file, tmp_path / other)
    called: list[int] = []

    def stopped(handle: int) -> None:
        called.append(handle)
        if len(called) == names:
            raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", stopped)
    assert run("fmt", file).status == 130
    assert file.read_text(encoding="utf-8") == UNTIDY
    assert only(tmp_path, "p.tos", *others)


def test_what_has_changed_meanwhile_is_not_written_over(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = untidy(tmp_path / "p.tos")
    lay_out = fmt.format_text

    def slow(*words: Any) -> str:
        file.write_text(f"{UNTIDY}# From an editor.\n", encoding="utf-8")
        return lay_out(*words)

    monkeypatch.setattr(fmt, "format_text", slow)
    ran = run("fmt", file)
    assert (ran.status, "it has changed" in ran.err) == (1, True)
    assert "From an editor" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["a link", "a link to a link", "a link in a folder"])
def test_nothing_is_written_through_a_link_that_leads_out(run: Run, tmp_path: Path, kind: str) -> None:
    target = untidy(tmp_path / "away.tos")
    here = tmp_path / "here"
    here.mkdir()
    link = here / "link.tos"
    if kind == "a link to a link":
        (here / "between").symlink_to(target)
        link.symlink_to("between")
    else:
        link.symlink_to(os.path.relpath(target, here))
    for word in (link, here) if kind != "a link in a folder" else (here,):
        for more in ((), ("--check",)):
            ran = run("fmt", word, *more)
            assert ran.err.startswith(f"error[TOS6017] {link}\n")
            assert (ran.status, ran.out) == (1, "")
    assert target.read_text(encoding="utf-8") == UNTIDY
    assert run("fmt", target).status == 0
    assert run("fmt", here) == (0, "", "")  # it has its layout: nothing to be written


def test_a_link_within_the_folder_that_was_named_is_followed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    target = untidy(tmp_path / "b" / "p.tos")
    (tmp_path / "a" / "link.tos").symlink_to("../b/p.tos")
    assert run("fmt", tmp_path).status == 0
    assert target.read_text(encoding="utf-8") == TIDY
    assert (tmp_path / "a" / "link.tos").is_symlink()


@pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() != 0, reason="only root becomes another")
def test_a_file_of_another_owner_stays_theirs() -> None:
    """Who may write a file of another's, but not give a new one to them, writes it over."""
    code = (
        "import os, sys; from tosdsl.cli.written import rewrite;"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534); rewrite(sys.argv[1], b'new')"
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        file = untidy(folder / "p.tos")
        file.chmod(0o666)
        inode = file.stat().st_ino
        subprocess.run([sys.executable, "-c", code, str(file)], check=True, timeout=60)
        found = file.stat()
        assert (found.st_ino, found.st_uid, file.read_bytes()) == (inode, 0, b"new")
        assert only(folder, "p.tos")
        file.chmod(0o644)
        done = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, timeout=60)
        assert b"it may only be read" in done.stderr
