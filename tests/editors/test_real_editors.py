"""Neovim and Emacs themselves, with the files of ``editors/`` as somebody would install them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.editors.test_answers import POLICY, VOCABULARY

EDITORS = ROOT / "editors"

TEXT = POLICY.replace("size is large", "size is lagre")
OTHER = TEXT.replace("shop.terms", "shop.other").replace("size is lagre", "sise is large")
LITERATE = f"# Terms\n\nWhat is *carried*.\n\n```tos\n{OTHER}```\n"


def environment(folder: Path) -> dict[str, str]:
    (folder / "vocabulary.tos").write_text(VOCABULARY, encoding="utf-8")
    text, literate = folder / "terms.tos", folder / "other.tos.md"
    text.write_text(TEXT, encoding="utf-8")
    literate.write_text(LITERATE, encoding="utf-8")
    return {
        **os.environ,
        "HOME": str(folder),
        "TOSDSL_PYTHON": sys.executable,
        "TOSDSL_TEXT": str(text),
        "TOSDSL_LITERATE": str(literate),
    }


def ran(command: list[str], folder: Path) -> tuple[int, list[str]]:
    done = subprocess.run(
        command,
        env=environment(folder),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout.split("\n")


@pytest.mark.skipif(shutil.which("nvim") is None, reason="Neovim is not installed")
def test_neovim(tmp_path: Path) -> None:
    command = ["nvim", "--headless", "--clean", "-n", "--cmd", f"set rtp+={EDITORS / 'neovim'}"]
    check = Path(__file__).with_name("neovim_check.lua")
    status, seen = ran([*command, "-c", f"luafile {check}"], tmp_path)
    assert seen[:-1] == [
        "filetype: tos",
        "diagnostic: TOS2009 at 11:18",
        "fix: Write `large`.",
        "hover: **forbid** `carrying` ",
        "definition: vocabulary.tos:10",
        "renamed:     when bulk is large",
        "in the vocabulary: fact bulk",
        "completion: small",
        "lens: 1 scenario reaches this clause",
        "formatted:     when bulk is large",
        "run: 2 of 2 hold",
        "filetype: markdown",
        "diagnostic: TOS2001 at 16:10",
    ], seen
    assert status == 0


@pytest.mark.skipif(shutil.which("emacs") is None, reason="Emacs is not installed")
def test_emacs(tmp_path: Path) -> None:
    command = ["emacs", "--batch", "-L", str(EDITORS / "emacs")]
    check = Path(__file__).with_name("emacs_check.el")
    status, seen = ran([*command, "-l", str(check)], tmp_path)
    wanted = [
        "mode: tos-mode",
        "diagnostic: TOS2009",
        "hover: forbid carrying at 1.2",
        "definition: vocabulary.tos",
        "renamed: when bulk is large",
        "formatted: when bulk is large",
        "run: 2 of 2 hold",
        "why: FORBIDDEN  a large box",
        "face: font-lock-keyword-face",
        "mode: tos-markdown-mode",
        "diagnostic: TOS2001",
    ]
    words = tuple(each.partition(":")[0] + ":" for each in wanted)
    assert [each for each in seen if each.startswith((*words, "waited"))] == wanted, seen
    assert status == 0
