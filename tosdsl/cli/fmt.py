"""``tosdsl fmt``: the one canonical layout, written back or checked."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tosdsl.cli.terminal import FORBIDDEN, OK
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.facade import PolicyError
from tosdsl.library.files import folder, read
from tosdsl.syntax.format import format_file
from tosdsl.syntax.parser import parse


def run(options: argparse.Namespace) -> int:
    """Format what parses; a file with mistakes is left as it is, and all mistakes are reported."""
    problems: list[Diagnostic] = []
    sources: dict[str, str] = {}
    if options.path == ["-"]:
        text = sys.stdin.read()
        formatted = _formatted(text, "<stdin>", problems)
        _refuse(problems, {"<stdin>": text})
        if options.check:
            return OK if formatted == text else FORBIDDEN
        sys.stdout.write(formatted or "")
        return OK
    changed: list[Path] = []
    for path in _files(options.path, problems):
        source = read(path, str(path), problems)
        if source is None:
            continue
        sources[str(path)] = source
        new = _formatted(source, str(path), problems)
        if new is not None and new != source:
            changed.append(path)
            if not options.check:
                _write(path, new)
    for path in changed:
        print(f"{'would change' if options.check else 'formatted'} {path}")
    _refuse(problems, sources)
    return FORBIDDEN if options.check and changed else OK


def _refuse(problems: list[Diagnostic], sources: dict[str, str]) -> None:
    if problems:
        raise PolicyError(tuple(problems), sources)


def _files(names: list[str], problems: list[Diagnostic]) -> list[Path]:
    found: list[Path] = []
    for name in names:
        path = Path(name)
        if path.is_dir():
            inside = [Path(file) for file in folder(path, problems)]
            if not inside:
                problems.append(mistake("TOS6004", None, name=f"`{name}`"))
            found += inside
        elif path.exists():
            found.append(path)
        else:
            problems.append(mistake("TOS6009", None, name=name))
    return list(dict.fromkeys(found))


def _formatted(text: str, file: str, problems: list[Diagnostic]) -> str | None:
    parsed = parse(text, file)
    if parsed.diagnostics:
        problems += parsed.diagnostics
        return None
    return format_file(parsed.file, parsed.comments)


def _write(path: Path, text: str) -> None:
    """Replace the file at once, so that a crash leaves the old text or the new one."""
    target = path.resolve()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        os.chmod(name, target.stat().st_mode & 0o7777)
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
