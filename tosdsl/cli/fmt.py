"""``tosdsl fmt``: the one canonical layout, written back or checked."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from codecs import BOM_UTF8
from pathlib import Path

from tosdsl.base import limits
from tosdsl.base.span import Span
from tosdsl.cli.stdin import STDIN, StandardInput
from tosdsl.cli.terminal import FORBIDDEN, OK, print_line
from tosdsl.cli.written import rewrite
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.errors import PolicyError
from tosdsl.library.files import discreet, folder, read
from tosdsl.library.literate import is_literate
from tosdsl.library.reading import TextFile, leads_out, read_file
from tosdsl.syntax.markdown import format_text
from tosdsl.syntax.parser import parse


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
    for file, folder_ in _files(options.path, problems).items():
        found: list[Diagnostic] = []
        text = read(TextFile(file), file, found)
        new = None if text is None else _formatted(text, file, found)
        told = discreet(file, found)
        problems += told
        if text is None or new is None:
            if text is not None and told is found:
                sources[file] = text
        elif new != text and (target := leads_out(file, folder_)):
            problems.append(mistake("TOS6017", _whole(file), name=file, target=target))
        elif new != text and (options.check or _write(file, text, new, problems)):
            changed = True
            print_line(f"{'would change' if options.check else 'formatted'} {file}")
    return FORBIDDEN if options.check and changed else OK


def _files(names: list[str], problems: list[Diagnostic]) -> dict[str, str | None]:
    """The files to be laid out, each with the folder that was named, if it was found in one."""
    found: dict[str, str | None] = {}
    for name in names:
        path = Path(name)
        if os.path.isdir(path):
            inside = folder(path, problems)
            if not inside:
                problems.append(mistake("TOS6004", None, name=f"`{name}`"))
            for file in inside:
                found.setdefault(file, name)
        elif os.path.lexists(path):
            found.setdefault(str(path), None)
        else:
            problems.append(mistake("TOS6009", None, name=name))
    return found


def _formatted(text: str, file: str, problems: list[Diagnostic]) -> str | None:
    parsed = parse(text, file)
    if parsed.diagnostics:
        problems += parsed.diagnostics
        return None
    return format_text(text, parsed, file)


def _write(file: str, old: str, new: str, problems: list[Diagnostic]) -> bool:
    """Whether the new text could be put in the place of the old one."""
    try:
        target = os.path.realpath(file)
        raw = read_file(target, limits.MAX_FILE_BYTES)
        if raw.decode("utf-8-sig", "replace") != old:
            raise OSError(errno.EAGAIN, "it has changed while it was laid out", target)
        marked = is_literate(file) and raw.startswith(BOM_UTF8)
        rewrite(target, new.encode("utf-8-sig" if marked else "utf-8"))
    except OSError as error:
        problem = error.strerror or str(error)
        problems.append(mistake("TOS6010", _whole(file), name=file, problem=problem))
        return False
    return True


def _whole(file: str) -> Span:
    return Span(file, 0, 0, 0, 0)
