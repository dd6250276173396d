"""The command line as a process: terminals, pipes, streams that are closed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import version

import pytest

TOSDSL = (sys.executable, "-m", "tosdsl")
SEED = ("check", "azure.openai_service", "--facts", "project_seed")
ESCAPE = "\x1b["


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*TOSDSL, *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, **environment},
        check=False,
    )


def on_a_terminal(*words: str, **environment: str) -> tuple[int, str]:
    pty = pytest.importorskip("pty", reason="terminals are opened by POSIX alone")
    ours, theirs = pty.openpty()
    plain = {key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "FORCE_COLOR"}}
    env = {**plain, "TERM": "xterm", "COLUMNS": "200", **environment}
    process = subprocess.Popen([*TOSDSL, *words], stdin=theirs, stdout=theirs, stderr=theirs, env=env)
    os.close(theirs)
    shown = b""
    try:
        while more := os.read(ours, 65536):
            shown += more
    except OSError:  # how Linux tells that the other end is closed
        pass
    os.close(ours)
    return process.wait(), shown.decode()


def test_version() -> None:
    ran = run("--version")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"tosdsl {version('tosdsl')}\n", "")


def test_help_names_every_command() -> None:
    ran = run("--help")
    assert ran.returncode == 0
    commands = ("check", "test", "fmt", "schema", "explain")
    assert all(f"    {command} " in ran.stdout for command in commands)


def test_a_pipe_gets_plain_text() -> None:
    ran = run(*SEED, FORCE_COLOR="1", TERM="xterm")
    assert (ran.returncode, ran.stderr) == (3, "")
    assert ESCAPE not in ran.stdout


def test_a_terminal_gets_colour_unless_it_is_declined() -> None:
    status, shown = on_a_terminal(*SEED)
    assert status == 3
    assert ESCAPE in shown
    status, plain = on_a_terminal(*SEED, NO_COLOR="1")
    assert status == 3
    assert ESCAPE not in plain
    assert plain.replace("\r", "") == run(*SEED).stdout
    assert ESCAPE not in on_a_terminal(*SEED, TERM="dumb")[1]


def test_diagnostics_have_colour_on_a_terminal_only() -> None:
    words = ("check", "no.such", "--facts", "project_seed")
    assert ESCAPE not in run(*words).stderr
    assert on_a_terminal(*words)[1].startswith(f"{ESCAPE}1;31merror")
    assert on_a_terminal(*words, NO_COLOR="1")[1].startswith("error")


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    ran = subprocess.run([*TOSDSL, *SEED], stdout=theirs, stderr=subprocess.PIPE, check=False)
    os.close(theirs)
    assert (ran.returncode, ran.stderr) == (1, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a full device exists on Linux alone")
def test_a_full_disk_is_said() -> None:
    with open("/dev/full", "wb") as full:
        ran = subprocess.run([*TOSDSL, *SEED], stdout=full, stderr=subprocess.PIPE, check=False)
    assert ran.returncode == 1
    assert ran.stderr.startswith(b"tosdsl: ")
    assert b"Traceback" not in ran.stderr


@pytest.mark.parametrize("redirection", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_closed_streams_do_not_change_the_verdict(redirection: str) -> None:
    command = f'"$0" -m tosdsl {" ".join(SEED)} {redirection}'
    ran = subprocess.run(["sh", "-c", command, sys.executable], capture_output=True, check=False)
    assert ran.returncode == 3
    assert b"Traceback" not in ran.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_any_encoding_of_the_output_will_do(encoding: str) -> None:
    words = [*TOSDSL, *SEED]
    env = {**os.environ, "PYTHONIOENCODING": encoding}
    text = subprocess.run(words, capture_output=True, env=env, check=False)
    assert (text.returncode, text.stderr) == (3, b"")
    data = subprocess.run([*words, "--format", "json"], capture_output=True, env=env, check=False)
    assert json.loads(data.stdout.decode(encoding))["basis"][0]["path"][-1] == "openai.business_terms"


def test_a_decision_starts_neither_the_formatter_nor_the_schema() -> None:
    code = (
        "import sys; from tosdsl.cli.main import main; main(sys.argv[1:]); "
        "print(*(set(sys.modules) & {'rich', 'hypothesis', 'tosdsl.syntax.format', 'tosdsl.testing'}))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, *SEED], capture_output=True, encoding="utf-8", check=True
    )
    assert ran.stdout.endswith("\n\n")
