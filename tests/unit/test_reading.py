"""What is called like a policy, a table or a use, and is no file, or no file that is read whole."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.conftest import SHOP, Run
from tosdsl.base import limits

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have names on POSIX alone")

SECRET = "hunter2 is the pass phrase of root\nuse hunter2\n"
TOGETHER = 2 << 30
"""Bytes of memory that a command gets: more than it needs, less than a file without end."""


def ran(here: Path, *words: str, stdin: bytes = b"") -> tuple[int, str]:
    """A process that cannot wait for ever: its status, and what it prints."""
    resource = pytest.importorskip("resource")
    done = subprocess.run(
        [sys.executable, "-m", "tosdsl", *words],
        cwd=here,
        input=stdin,
        capture_output=True,
        timeout=60,
        check=False,
        env={**os.environ, "TOSDSL_CACHE": "off"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (TOGETHER, TOGETHER)),
    )
    return done.returncode, (done.stdout + done.stderr).decode()


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "shop.tos").write_text(SHOP, encoding="utf-8")
    (tmp_path / "use.yaml").write_text("facts: {sold: no}\n", encoding="utf-8")
    return tmp_path


POLICIES = ("check {} --facts use.yaml", "test {}", "lint {}", "fmt {}", "fmt --check {}", "schema {}")


def commands(file: str) -> list[list[str]]:
    """Every way in which a file is named."""
    several = [each.format(file) for each in POLICIES]
    several += [f"check shop.tos --facts {file}", f"ask shop.tos --facts {file}"]
    several += [f"coverage shop.tos --uses {file}", f"coverage {file}", f"mutate {file}"]
    several += [f"compile {file}", f"diff {file} shop.tos"]
    return [each.split() for each in several]


@pytest.mark.parametrize("words", commands("odd.tos"), ids=" ".join)
@pytest.mark.parametrize("kind", ["a named pipe", "a device", "larger than a text"])
def test_nothing_is_waited_for_and_nothing_read_without_end(
    here: Path, kind: str, words: list[str]
) -> None:
    odd = here / "odd.tos"
    if kind == "a named pipe":
        os.mkfifo(odd)
    elif kind == "a device":
        odd.symlink_to("/dev/zero")
    else:
        with odd.open("wb") as stream:
            stream.truncate(8 << 30)
    status, told = ran(here, *words)
    assert status == 1
    assert "Traceback" not in told
    if kind == "larger than a text":
        of_facts = words[words.index("odd.tos") - 1] in {"--facts", "--uses"}
        limit = "MAX_FACTS_BYTES" if of_facts else "MAX_FILE_BYTES"
        assert limit in told
        assert str(getattr(limits, limit)) in told
    else:
        assert f"error[TOS6002] odd.tos:1:1\n  `odd.tos` cannot be read: it is {kind}" in told


@pytest.mark.parametrize("name", ["shop.cases.csv", "shop.cases.yaml", "beside.tos", "beside.tos.md"])
@pytest.mark.parametrize("kind", ["a pipe", "a socket", "large"])
def test_what_stands_beside_a_policy_is_not_waited_for_either(here: Path, name: str, kind: str) -> None:
    """A table of a policy, or a text that may declare what a policy uses."""
    odd = here / name
    (here / "shop.tos").write_text(SHOP + "\nincorporate from.elsewhere\n", encoding="utf-8")
    if kind == "a pipe":
        os.mkfifo(odd)
    elif kind == "a socket":
        made = socket.socket(socket.AF_UNIX)
        made.bind(os.path.relpath(odd))
        made.close()
    else:
        with odd.open("wb") as stream:
            stream.truncate(8 << 30)
    assert ran(here, "test", "shop.tos")[0] == 1


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: os.symlink("gone.tos", path)])
def test_a_folder_is_not_judged_by_a_part_of_it(run: Run, here: Path, make: object) -> None:
    """A link that leads nowhere may have led to the clause that forbids."""
    assert callable(make)
    make(here / "strict.tos")
    done = run("check", here, "--facts", here / "use.yaml")
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("error[TOS6002]")


def test_a_folder_that_is_called_like_a_policy_is_a_folder(run: Run, here: Path) -> None:
    (here / "terms.tos").mkdir()
    (here / "shop.tos").rename(here / "terms.tos" / "shop.tos")
    assert run("check", here / "terms.tos", "--facts", here / "use.yaml").status == 0
    assert run("test", here).status == 0


@pytest.mark.parametrize("name", ["/dev/stdin", "-"])
def test_facts_can_come_from_what_the_shell_has_opened(here: Path, name: str) -> None:
    status, _ = ran(here, "check", "shop.tos", "--facts", name, stdin=b"facts: {sold: yes}")
    assert status == 3


def test_facts_without_end_from_standard_input_are_refused(here: Path) -> None:
    with open("/dev/zero", "rb") as endless:
        done = subprocess.run(
            [sys.executable, "-m", "tosdsl", "check", "shop.tos", "--facts", "/dev/stdin"],
            cwd=here,
            stdin=endless,
            capture_output=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1


# --- links --------------------------------------------------------------------------------------------


@pytest.fixture
def outside(here: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of the machine that is no policy, in another folder."""
    file = tmp_path_factory.mktemp("machine") / "secret"
    file.write_text(SECRET, encoding="utf-8")
    return file


@pytest.mark.parametrize("name", ["leak.tos", "leak.tos.md", "shop.cases.csv", "shop.cases.yaml"])
@pytest.mark.parametrize("command", ["test", "lint", "fmt", "fmt --check", "coverage", "mutate"])
def test_of_a_file_that_a_link_leads_out_to_nothing_is_shown(
    run: Run, here: Path, outside: Path, name: str, command: str
) -> None:
    (here / name).symlink_to(outside)
    for words in (here, here / name):
        done = run(*command.split(), words)
        assert "hunter2" not in done.out + done.err
        assert "pass phrase" not in done.out + done.err


def test_the_mistakes_are_shown_where_the_message_says(run: Run, here: Path, outside: Path) -> None:
    (here / "leak.tos").symlink_to(outside)
    done = run("check", here / "leak.tos", "--facts", here / "use.yaml")
    assert done.err.startswith(f"error[TOS6014] {here / 'leak.tos'}\n")
    assert f"name the file itself: `{outside}`" in done.err
    assert "hunter2" in run("check", outside, "--facts", here / "use.yaml").err


def test_facts_that_a_link_leads_out_to_are_not_shown(run: Run, here: Path, outside: Path) -> None:
    outside.write_text("hunter2: 1\n", encoding="utf-8")
    (here / "leak.yaml").symlink_to(outside)
    for words in (("check", here / "shop.tos", "--facts"), ("coverage", here / "shop.tos", "--uses")):
        done = run(*words, here / "leak.yaml")
        assert (done.status, "hunter2" in done.out + done.err) == (1, False)


def test_a_right_policy_is_read_by_any_link(run: Run, here: Path, outside: Path) -> None:
    outside.write_text(SHOP, encoding="utf-8")
    (here / "shop.tos").unlink()
    (here / "shop.tos").symlink_to(outside)
    assert run("test", here).status == 0


def test_a_link_that_stays_in_its_folder_shows_mistakes(run: Run, here: Path) -> None:
    (here / "text").write_text(SECRET, encoding="utf-8")
    (here / "link.tos").symlink_to("text")
    assert "hunter2" in run("lint", here / "link.tos").err
