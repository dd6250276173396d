"""Runs the blocks of one document, in order, in a folder of its own.

In: a document. Out: for each block the body it should have (its expected output replaced by what
came), and what is wrong that no update mends. The test compares bodies; the update writes them.
"""

from __future__ import annotations

import difflib
import doctest
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
import traceback
from collections.abc import Callable, Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from textwrap import wrap
from typing import Any
from unittest.mock import patch

from attrs import define, field, frozen

from tests.docs.blocks import ROOT, Block, below, blocks, patched
from tests.docs.pages import PARTS, Page, code_of
from tosdsl.base import limits
from tosdsl.cli.main import main
from tosdsl.facade import PolicyError, load, load_each
from tosdsl.syntax.markdown import format_text
from tosdsl.syntax.parser import parse
from tosdsl.testing import properties
from tosdsl.testing.scenarios import run as run_scenarios

_ANYTHING = "…"
"""A line of expected output that stands for any lines."""

_SHELL = re.compile(r"[|<>;&$*?]")
"""Signs that make a command the shell's; others go to the program in this process."""

_FILES = {"tos", "yaml", "json", "toml", "text", "python"}


@frozen
class Outcome:
    """A block run. ``body`` is what it should say; ``problems`` are what no update mends."""

    block: Block
    body: str
    problems: tuple[str, ...] = ()


def run_document(text: str, folder: Path) -> Iterator[Outcome]:
    """Each block of the document, run in ``folder``."""
    session = _Session(folder, code_of(text))
    with chdir(folder), patch.dict(os.environ, {"NO_COLOR": "1", "COLUMNS": "80"}):
        for block in blocks(text):
            session.problems = []
            try:
                body = session.body(block)
            except Exception:  # whatever a block raises is what is wrong with it
                body = block.body
                session.problems.append(traceback.format_exc(limit=-2))
            yield Outcome(block, body, tuple(session.problems))


@define
class _Session:
    """What the blocks of one document share: a folder, Python's names, installed packages."""

    folder: Path
    code: str = ""
    page: Page = field(init=False)
    names: dict[str, Any] = field(factory=dict)
    site: Path | None = None
    problems: list[str] = field(factory=list)
    printed: list[str] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        self.page = Page(self.code, self._session, self._canonical)

    def body(self, block: Block) -> str:
        """Run the block; the body that it should have."""
        wanted = block.attributes
        match block.language:
            case _ if self.code and PARTS & wanted.keys():
                self.page.problems = self.problems
                return _kept(block.body, self.page.body(block))
            case _ if "file" in wanted and block.language in _FILES:
                self._write(block, wanted["file"], block.body)
            case "tos" if "append" in wanted:
                before = Path(wanted["append"]).read_text(encoding="utf-8")
                self._write(block, wanted["append"], below(before, block.body))
            case "tos" if "under" in wanted:
                before = _base(wanted["under"]).read_text(encoding="utf-8")
                self._fragment(block, below(before, block.body))
            case _ if "excerpt" in wanted:
                if block.body not in (ROOT / wanted["excerpt"]).read_text(encoding="utf-8"):
                    self.problems.append(f"{wanted['excerpt']} holds no such lines")
            case "diff" if "file" in wanted:
                self._patch(block, Path(wanted["file"]))
            case "text" if "output" in wanted:
                status, output = self._command(wanted["output"])
                if status != int(wanted.get("exit", status)):
                    self.problems.append(f"{wanted['output']}: exit {status}")
                return _kept(block.body, output)
            case "text" if "limits" in wanted:
                return _limits()
            case "sh" if "install" in wanted:
                pass  # run by the test of the wheel
            case "sh":
                return self._shell(block)
            case "python":
                return self._python(block)
            case "text":
                pass
            case _:
                self.problems.append("this block is neither run nor marked `text`")
        return block.body

    # --- files ------------------------------------------------------------------------------------

    def _write(self, block: Block, name: str, text: str) -> None:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        if name.endswith((".tos", ".tos.md")) and "unformatted" not in block.attributes:
            self._canonical(text, name)

    def _canonical(self, text: str, name: str = "") -> None:
        """What the book shows is laid out as ``tosdsl fmt`` lays it out."""
        parsed = parse(text, name)
        if not parsed.diagnostics:
            laid_out = format_text(text, parsed, name)
            lines = difflib.unified_diff(text.splitlines(), laid_out.splitlines(), n=0, lineterm="")
            if laid_out != text:
                self.problems.append("\n".join(["`tosdsl fmt` lays this out otherwise:", *lines]))

    def _patch(self, block: Block, path: Path) -> None:
        """``-`` lines, which stand in the file once and together, give way to the ``+`` lines."""
        text = path.read_text(encoding="utf-8")
        changed, old = patched(text, block)
        if text.count(old) != 1:
            self.problems.append(f"{path} holds these lines {text.count(old)} times:\n{old}")
        self._write(block, str(path), changed)

    def _fragment(self, block: Block, text: str) -> None:
        """A piece of a policy, below the text it belongs to: it has just the diagnostics it states,
        and its scenarios hold."""
        if "unformatted" not in block.attributes:
            self._canonical(text)
        place = self.folder / "fragment" / "fragment.tos"
        place.parent.mkdir(exist_ok=True)
        place.write_text(text, encoding="utf-8")
        stated = set(filter(None, block.attributes.get("says", "").split(",")))
        try:
            policies = load(place)
        except PolicyError as error:
            said = {each.code for each in error.diagnostics}
            if said != stated:
                self.problems.append(str(error))
            return
        said = {each.code for each in policies.warnings}
        if said != stated:
            self.problems.append(f"says {sorted(said)}, and {sorted(stated)} is stated")
        for result in run_scenarios(load_each(place)):
            self.problems += [
                f"{result.scenario.title}: expected {each.expected}, came {each.actual}"
                for each in result.failures
            ]
        tried = properties.run(load_each(place))
        self.problems += [f"{each.item.title}: {each.summary}" for each in tried if not each.held]

    # --- commands ---------------------------------------------------------------------------------

    def _shell(self, block: Block) -> str:
        """Lines that start with ``$`` are commands; below each stands what it prints, and its status
        as ``exit: N`` if that is not 0."""
        lines = block.body.splitlines()
        if not lines or not lines[0].startswith("$ "):
            self.problems.append("the first line of an `sh` block starts with `$ `")
            return block.body
        starts = [index for index, line in enumerate(lines) if line.startswith("$ ")]
        body = ""
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
            below = lines[start + 1 : end]
            gap = "\n" if end < len(lines) and below and not below[-1] else ""
            status, output = self._command(lines[start][2:])
            self.printed.append(output)
            came = [*output.rstrip("\n").split("\n")] if output.strip("\n") else []
            came += [f"exit: {status}"] if status else []
            expected = "\n".join(below).rstrip("\n")
            shown = _kept(f"{expected}\n" if expected else "", "".join(f"{line}\n" for line in came))
            body += f"{lines[start]}\n{shown}{gap}"
        return body

    def _session(self, block: Block) -> tuple[str, str]:
        """The body that the block should have, and all that its commands print."""
        self.printed.clear()
        return self._shell(block), "".join(self.printed)

    def _command(self, command: str) -> tuple[int, str]:
        """The status and what is printed, on both streams together."""
        if command == "pip install .":
            return self._install()
        words = shlex.split(command)
        if words[0] == "tosdsl" and not _SHELL.search(command) and self.site is None:
            return _captured(lambda: main(words[1:]))
        tools = self.folder / ".bin"
        if not tools.exists():
            tools.mkdir()
            script = tools / "tosdsl"
            script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m tosdsl "$@"\n', encoding="utf-8")
            script.chmod(0o755)
        path = f"{tools}{os.pathsep}{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path}
        if self.site is not None:
            environment["PYTHONPATH"] = str(self.site)
        ran = subprocess.run(
            ["sh", "-c", command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
            timeout=60,
        )
        return ran.returncode, ran.stdout

    def _install(self) -> tuple[int, str]:
        """What ``pip install .`` leaves behind, without pip: the package and its entry points."""
        project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
        package = project["name"].replace("-", "_")
        self.site = self.folder / ".site"
        shutil.copytree(package, self.site / package, dirs_exist_ok=True)
        about = self.site / f"{package}-{project['version']}.dist-info"
        about.mkdir(exist_ok=True)
        head = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
        (about / "METADATA").write_text(head, encoding="utf-8")
        points = ""
        for group, entries in project.get("entry-points", {}).items():
            points += f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in entries.items())
        (about / "entry_points.txt").write_text(points, encoding="utf-8")
        return 0, ""

    # --- Python -----------------------------------------------------------------------------------

    def _python(self, block: Block) -> str:
        if ">>> " not in block.body:
            exec(compile(block.body, "<block>", "exec"), self.names)
            return block.body
        body, at = "", 0
        for example in doctest.DocTestParser().get_examples(block.body):
            lines = block.body.splitlines(keepends=True)
            source = example.source.count("\n")
            body += "".join(lines[at : example.lineno + source])
            at = example.lineno + source + example.want.count("\n")
            code = compile(example.source, "<block>", "single")

            def step(code: Any = code, wanted: str = example.want) -> None:
                try:
                    exec(code, self.names)
                except Exception as error:  # whatever the example raises is what it shows
                    if not wanted.startswith("Traceback"):
                        raise
                    name = f"{type(error).__module__}.{type(error).__name__}".removeprefix("builtins.")
                    print(f"Traceback (most recent call last):\n    ...\n{name}: {error}")

            _, output = _captured(step)
            flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE if "..." in example.want else 0
            same = doctest.OutputChecker().check_output(example.want, output, flags)
            body += example.want if same else output
        return body + "".join(block.body.splitlines(keepends=True)[at:])


def _base(name: str) -> Path:
    """A file of the session, or else of the checkout: several pages may stand on one."""
    return Path(name) if Path(name).exists() else ROOT / name


def _limits() -> str:
    """Every limit by name, with its value and what its source says of it."""
    text = (ROOT / "tosdsl" / "base" / "limits.py").read_text(encoding="utf-8")
    noted = re.findall(r'^([A-Z_]+) = [^\n]*\n"""(.*?)"""', text, re.MULTILINE | re.DOTALL)
    assert [name for name, _ in noted] == [name for name in vars(limits) if name.isupper()]
    width = max(len(name) for name, _ in noted)
    made = []
    for name, note in noted:
        first, *more = wrap(" ".join(note.split()), 84)
        made.append(f"{name:<{width}} {getattr(limits, name):>11,}  {first}\n")
        made += [f"{'':<{width + 14}}{line}\n" for line in more]
    return "".join(made)


def _captured(call: Callable[[], object]) -> tuple[int, str]:
    """What a call returns as a status, and what it prints."""
    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(printed):
        try:
            status = call()
        except SystemExit as leaving:
            status = leaving.code
    return (status if isinstance(status, int) else 0), printed.getvalue()


def _kept(expected: str, came: str) -> str:
    """The expected text where it fits what came (``…`` on a line of its own fits any lines)."""
    parts = re.split(rf"^ *{_ANYTHING} *\n", expected, flags=re.MULTILINE)
    pattern = r"(?:.*\n)*?".join(map(re.escape, parts))
    return expected if len(parts) > 1 and re.fullmatch(pattern, came) else came
