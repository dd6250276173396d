"""``tosdsl fmt``: the one canonical layout, written back or checked."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from codecs import BOM_UTF8
from pathlib import Path

from tosdsl.cli.stdin import STDIN, StandardInput
from tosdsl.cli.terminal import FORBIDDEN, OK
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.errors import PolicyError
from tosdsl.library.files import folder, read
from tosdsl.literate import is_literate
from tosdsl.syntax.markdown import format_text
from tosdsl.syntax.parser import parse
from tosdsl.trees.span import Span


def run(options: argparse.Namespace) -> int:
    """Format what parses; a file with mistakes is left as it is, and all mistakes are reported."""
    problems: list[Diagnostic] = []
    sources: dict[str, str] = {}
    if options.path == ["-"]:
        status = _stream(options.check, problems, sources)
    else:
        status = _in_place(options, problems, sources)
    if problems:
        raise PolicyError(tuple(problems), sources)
    return status


def _stream(check: bool, problems: list[Diagnostic], sources: dict[str, str]) -> int:
    """From standard input to standard output."""
    text = read(StandardInput(), STDIN, problems)
    new = None if text is None else _formatted(text, STDIN, problems)
    if text is None or new is None:
        sources[STDIN] = text or ""
        return OK
    if check:
        return OK if new == text else FORBIDDEN
    sys.stdout.write(new)
    return OK


def _in_place(options: argparse.Namespace, problems: list[Diagnostic], sources: dict[str, str]) -> int:
    changed = False
    for path in _files(options.path, problems):
        text = read(path, str(path), problems)
        new = None if text is None else _formatted(text, str(path), problems)
        if text is None or new is None:
            sources[str(path)] = text or ""
        elif new != text and (options.check or _write(path, new, problems)):
            changed = True
            print(f"{'would change' if options.check else 'formatted'} {path}")
    return FORBIDDEN if options.check and changed else OK


def _files(names: list[str], problems: list[Diagnostic]) -> list[Path]:
    found: list[Path] = []
    for name in names:
        path = Path(name)
        if os.path.isdir(path):
            inside = [Path(file) for file in folder(path, problems)]
            if not inside:
                problems.append(mistake("TOS6004", None, name=f"`{name}`"))
            found += inside
        elif os.path.lexists(path):
            found.append(path)
        else:
            problems.append(mistake("TOS6009", None, name=name))
    return list(dict.fromkeys(found))


def _formatted(text: str, file: str, problems: list[Diagnostic]) -> str | None:
    parsed = parse(text, file)
    if parsed.diagnostics:
        problems += parsed.diagnostics
        return None
    return format_text(text, parsed, file)


def _write(path: Path, text: str, problems: list[Diagnostic]) -> bool:
    """Replace the file at once, so that a crash leaves the old text or the new one."""
    name = None
    try:
        target = path.resolve()
        marked = is_literate(path.name) and target.read_bytes().startswith(BOM_UTF8)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(handle, "w", encoding="utf-8-sig" if marked else "utf-8", newline="") as file:
            file.write(text)
        os.chmod(name, target.stat().st_mode & 0o7777)
        os.replace(name, target)
        name = None
    except OSError as error:
        problem = error.strerror or str(error)
        problems.append(mistake("TOS6010", Span(str(path), 0, 0, 0, 0), name=path, problem=problem))
        return False
    finally:
        if name is not None:
            Path(name).unlink(missing_ok=True)
    return True
