"""``tosdsl bundle``: policies and a mapping as one file, signed and checked."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tosdsl.cli.terminal import OK, print_line
from tosdsl.diagnostics.model import mistake
from tosdsl.errors import PolicyError


def run(options: argparse.Namespace) -> int:
    """Each subcommand is a function of its name."""
    from tosdsl.gate.bundle import Refused, refused

    try:
        made: int = {"build": _build, "sign": _sign, "verify": _verify}[options.bundle](options)
    except Refused as error:
        raise refused(options.file, str(error)) from None
    except ImportError as error:
        words = {"what": "Signing", "package": error.name or "joserfc", "extra": "gate"}
        raise PolicyError((mistake("TOS6007", None, None, **words),), {}) from None
    return made


def _build(options: argparse.Namespace) -> int:
    from tosdsl.gate.bundle import build

    now = datetime.now(UTC)
    end = None if options.days is None else now + timedelta(days=options.days)
    made = build(options.file, options.name, options.number, end, now)
    _write(options.output, made)
    print_line(f"{options.output}: {len(made):,} bytes, version {options.number}")
    return OK


def _sign(options: argparse.Namespace) -> int:
    from tosdsl.gate.bundle import sign

    signed = sign(_read(options.file), _read(options.key).decode("utf-8", "replace"))
    _write(options.output or options.file, signed)
    return OK


def _verify(options: argparse.Namespace) -> int:
    from tosdsl.gate.bundle import unpack, verify

    keys = [_read(each).decode("utf-8", "replace") for each in options.key]
    manifest, files = verify(_read(options.file), keys, datetime.now(UTC), options.above)
    signed = "signed by a key that was given" if keys else "NOT CHECKED for a signature"
    print_line(f"{manifest.name}, version {manifest.version}, files: {len(files)}, {signed}")
    if options.output is not None:
        folder = Path(options.output)
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            from tosdsl.gate.bundle import Refused

            raise Refused(f"the folder {options.output} is not empty")
        unpack(files, folder)
    return OK


def _read(name: str) -> bytes:
    from tosdsl.gate.bundle import LARGEST
    from tosdsl.library.reading import read_file

    try:
        return read_file(name, LARGEST)
    except OSError as error:
        problem = error.strerror or str(error)
        raise PolicyError((mistake("TOS6002", None, name=name, problem=problem),), {}) from None


def _write(name: str, raw: bytes) -> None:
    Path(name).write_bytes(raw)
