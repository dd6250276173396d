"""The hooks of pre-commit and the Action of GitHub, each run as its host would run it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(
    not os.environ.get("HOSTS"), reason="takes a minute: HOSTS=1 python -m pytest tests/hosts"
)

PARTS = ("tosdsl", "grammars", "policies", "docs/codes", "studio", "action")
FILES = ("pyproject.toml", "README.md", "LICENSE", "action.yml", ".pre-commit-hooks.yaml")

_HOLE = re.compile(r"\$\{\{ (.*?) \}\}")
"""What a runner fills in."""

POLICY = """\
policy acme.terms
    default permit

use ai_services

forbid resale
    when model.commercially_available

scenario "resale"
    given
        model.commercially_available: yes
    expect forbidden
"""


def ran(
    command: list[str], folder: Path, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, **(env or {})},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def git(folder: Path, *words: str) -> str:
    name = ["-c", "user.name=somebody", "-c", "user.email=somebody@acme.example"]
    done = ran(["git", *name, *words], folder)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def committed(folder: Path, what: str = "first") -> str:
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet", "--initial-branch", "main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", what)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This project as a repository of its own, as a host would fetch it."""
    folder = tmp_path_factory.mktemp("project")
    for part in PARTS:
        made = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / part, folder / part, ignore=made)
    for file in FILES:
        shutil.copy(ROOT / file, folder / file)
    committed(folder)
    return folder


@pytest.fixture(scope="module")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a runner calls its temporary folder."""
    return tmp_path_factory.mktemp("runner")


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """Somebody's repository of policies."""
    folder = tmp_path / "theirs"
    folder.mkdir()
    (folder / "terms.tos").write_text(POLICY, encoding="utf-8")
    committed(folder)
    return folder


# --- pre-commit ---------------------------------------------------------------------------------------


def test_the_hooks_of_pre_commit(project: Path, theirs: Path, tmp_path: Path) -> None:
    hooks = [{"id": f"tosdsl-{each}"} for each in ("fmt", "lint", "test")]
    told = {"repos": [{"repo": str(project), "rev": git(project, "rev-parse", "HEAD"), "hooks": hooks}]}
    (theirs / ".pre-commit-config.yaml").write_text(yaml.safe_dump(told), encoding="utf-8")
    env = {"PRE_COMMIT_HOME": str(tmp_path / "kept")}
    command = [sys.executable, "-m", "pre_commit", "run", "--all-files", "--color", "never"]

    def outcomes() -> dict[str, str]:
        git(theirs, "add", "--all")
        done = ran(command, theirs, env)
        line = re.compile(r"^(\w.*?)\.{3,}(?:\(.*\))?(Passed|Failed|Skipped)$", re.MULTILINE)
        found = line.findall(done.stdout)
        assert len(found) == 3, done.stdout + done.stderr
        return {name.split()[-1]: outcome for name, outcome in found}

    assert set(outcomes().values()) == {"Passed"}
    (theirs / "terms.tos").write_text(POLICY.replace("when model", "when   model"), encoding="utf-8")
    assert list(outcomes().values()) == ["Failed", "Passed", "Passed"]
    assert (theirs / "terms.tos").read_text(encoding="utf-8") == POLICY
    (theirs / "terms.tos").write_text(POLICY.replace("expect forbidden", "expect permitted"), "utf-8")
    assert list(outcomes().values()) == ["Passed", "Passed", "Failed"]
    idle = POLICY + "\nforbid idle\n    when lawful and not lawful\n"
    (theirs / "terms.tos").write_text(idle, encoding="utf-8")
    assert list(outcomes().values()) == ["Passed", "Failed", "Passed"]


# --- GitHub -------------------------------------------------------------------------------------------


class Comments(BaseHTTPRequestHandler):
    """The part of GitHub's API that comments are written with, on loopback."""

    kept: list[dict[str, Any]]

    def do_GET(self) -> None:
        first = self.path.endswith("page=1")
        self._answer(self.kept if first else [])

    def do_POST(self) -> None:
        made = {"id": len(self.kept) + 1, **self._body()}
        self.kept.append(made)
        self._answer(made)

    def do_PATCH(self) -> None:
        number = int(self.path.rpartition("/")[2])
        self.kept[number - 1] |= self._body()
        self._answer(self.kept[number - 1])

    def _body(self) -> dict[str, Any]:
        assert self.headers["Authorization"] == "Bearer secret"
        return dict(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _answer(self, data: object) -> None:
        body = json.dumps(data).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def comments() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    kept: list[dict[str, Any]] = [{"id": 1, "body": "a comment of somebody else"}]
    handler = type("Handler", (Comments,), {"kept": kept})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", kept
    server.shutdown()
    thread.join()
    server.server_close()


class Runner:
    """Runs the steps of the Action as a runner of GitHub does: each in bash, with what it fills in."""

    def __init__(self, project: Path, theirs: Path, temporary: Path, api: str, base: str) -> None:
        self.theirs, self.temporary = theirs, temporary
        self.action = yaml.safe_load((project / "action.yml").read_text(encoding="utf-8"))
        self.known = {
            "inputs.path": ".",
            "inputs.lint": "true",
            "inputs.comment": "true",
            "inputs.token": "secret",
            "inputs.base || github.event.pull_request.base.sha": base,
            "github.event.pull_request.number": "7",
        }
        self.env = {
            "RUNNER_TEMP": str(temporary),
            "GITHUB_ACTION_PATH": str(project),
            "GITHUB_OUTPUT": str(temporary / "output"),
            "GITHUB_STEP_SUMMARY": str(temporary / "summary"),
            "GITHUB_API_URL": api,
            "GITHUB_REPOSITORY": "acme/terms",
            "GITHUB_ACTIONS": "true",
        }

    def run(self) -> dict[str, subprocess.CompletedProcess[str]]:
        """What each step came to; a step that fails is the last."""
        found = {}
        for step in self.action["runs"]["steps"]:
            assert step["shell"] == "bash"
            if step["name"] == "install" and (self.temporary / "tosdsl").exists():
                continue  # a runner does it once a run; here several runs share a folder
            given = {key: _HOLE.sub(self._filled, each) for key, each in step.get("env", {}).items()}
            command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
            done = ran(command, self.theirs, {**self.env, **given})
            found[step["name"]] = done
            if done.returncode:
                break
        return found

    def _filled(self, match: re.Match[str]) -> str:
        return self.known[match[1]]


def test_the_action_of_github(
    project: Path, theirs: Path, temporary: Path, comments: tuple[str, list[dict[str, Any]]]
) -> None:
    api, kept = comments
    base = git(theirs, "rev-parse", "HEAD")
    changed = POLICY.replace("commercially_available", "distributed")
    (theirs / "terms.tos").write_text(
        changed + "\nforbid idle\n    when lawful and not lawful\n", "utf-8"
    )
    (theirs / "more.tos").write_text(POLICY.replace("acme.terms", "acme.more"), encoding="utf-8")
    committed(theirs, "second")
    runner = Runner(project, theirs, temporary, api, base)
    steps = runner.run()
    assert {each.returncode for each in steps.values()} == {0}, steps
    sarif = json.loads((temporary / "tosdsl.sarif").read_text(encoding="utf-8"))
    rules = {each["ruleId"] for each in sarif["runs"][0]["results"]}
    assert rules & {"TOS7002", "TOS7010"}
    assert len(kept) == 2
    body = kept[1]["body"]
    assert "### `terms.tos`" in body
    assert "`more.tos` is new." in body
    assert "permitted → forbidden" in body
    assert "forbidden → permitted" in body
    assert steps["test"].stdout.endswith("2 scenarios in 2 policies: all held\n")
    runner.run()
    assert len(kept) == 2  # the comment is rewritten, and not written again

    (theirs / "terms.tos").write_text(changed.replace("expect forbidden", "expect permitted"), "utf-8")
    steps = runner.run()
    assert steps["test"].returncode == 3
    assert "::error file=terms.tos,line=12" in steps["test"].stderr
    (theirs / "terms.tos").write_text("policy acme.terms\n    defualt permit\n", encoding="utf-8")
    steps = runner.run()
    assert list(steps)[-1] == "lint"
    assert "TOS1021" in steps["lint"].stderr + steps["lint"].stdout


def test_nothing_is_said_where_no_policy_has_changed(
    project: Path, theirs: Path, temporary: Path, comments: tuple[str, list[dict[str, Any]]]
) -> None:
    api, kept = comments
    runner = Runner(project, theirs, temporary, api, git(theirs, "rev-parse", "HEAD"))
    (theirs / "README.md").write_text("# Terms\n", encoding="utf-8")
    committed(theirs, "second")
    steps = runner.run()
    assert steps["changes"].returncode == 0, steps["changes"].stderr
    assert len(kept) == 1
