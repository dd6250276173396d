"""Texts of policies, and what each declares: found by its header lines, without parsing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Protocol

from attrs import define, frozen

from tosdsl import limits
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.trees.span import Span

SUFFIX = ".tos"
GROUP = "tosdsl.policies"
"""The entry-point group under which a package offers a folder of policies: the value is a package."""

_HEADER = re.compile(
    r"^(?P<kind>policy|vocabulary)[ ]+(?P<id>[A-Za-z_][\w.]*)"
    r"|^[ ]+version[ ]+\"(?P<version>[^\"\n]*)\""
    r"|^[ ]+effective[ ]+from[ ]+(?P<start>[0-9-]+)",
    re.MULTILINE,
)


class Source(Protocol):
    """A text's place: a path, a file in a package, or memory."""

    def read_bytes(self) -> bytes:
        """The whole content."""


@frozen
class Memory:
    """A text that is in no file."""

    text: str

    def read_bytes(self) -> bytes:
        """The text as UTF-8."""
        return self.text.encode("utf-8", "surrogatepass")


@frozen
class Head:
    """A unit that a text declares. ``start`` is its day of effect, as written, or empty."""

    kind: str
    id: str
    file: str
    version: str | None = None
    start: str = ""


@define(slots=False)
class Layer:
    """Texts from one place. ``texts`` maps file names, as shown in diagnostics, to their sources."""

    name: str
    sources: dict[str, Source]

    @cached_property
    def heads(self) -> tuple[Head, ...]:
        """Everything that is declared here, in the order of the files' names."""
        return tuple(head for file in sorted(self.sources) for head in heads_of(self._text(file), file))

    def _text(self, file: str) -> str:
        try:
            return self.sources[file].read_bytes().decode("utf-8", "replace")
        except OSError:
            return ""


def heads_of(text: str, file: str) -> list[Head]:
    """The units that a text declares."""
    heads: list[Head] = []
    for match in _HEADER.finditer(text):
        if match["kind"]:
            heads.append(Head(match["kind"], match["id"], file))
        elif heads and match["version"] is not None and heads[-1].version is None:
            last = heads[-1]
            heads[-1] = Head(last.kind, last.id, file, match["version"], last.start)
        elif heads and match["start"] and not heads[-1].start:
            last = heads[-1]
            heads[-1] = Head(last.kind, last.id, file, last.version, match["start"])
    return heads


def read(source: Source, file: str, problems: list[Diagnostic]) -> str | None:
    """The text, or None with a diagnostic."""
    top = Span(file, 1, 1, 1, 2)
    try:
        raw = source.read_bytes()
    except OSError as error:
        problems.append(mistake("TOS6002", top, name=file, problem=error.strerror or str(error)))
        return None
    if len(raw) > limits.MAX_FILE_BYTES:
        problems.append(mistake("TOS5001", top, size=len(raw), limit=limits.MAX_FILE_BYTES))
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        span = Span(file, line, column, line, column + 1)
        problems.append(mistake("TOS1015", span, byte=f"0x{raw[error.start]:02X}", offset=error.start))
        return None


# --- places -----------------------------------------------------------------------------------------


def folder(path: Path, problems: list[Diagnostic]) -> dict[str, Source]:
    """Every policy file at or below a folder; hidden folders are left out."""
    found: dict[str, Source] = {}
    for file in sorted(path.rglob(f"*{SUFFIX}")):
        hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
        if hidden or not file.is_file():
            continue
        if len(found) >= limits.MAX_FILES:
            span = Span(str(path), 0, 0, 0, 0)
            problems.append(mistake("TOS5008", span, limit=limits.MAX_FILES))
            break
        found[str(file)] = file
    return found


def neighbours(path: Path) -> dict[str, Source]:
    """The policy files around one: its folder, those above it as long as they hold policy files, and
    the folders right below these."""
    here = path.parent
    around = [here]
    while here.parent != here and any(here.parent.glob(f"*{SUFFIX}")):
        here = here.parent
        around.append(here)
    found: dict[str, Source] = {}
    for place in around:
        for file in sorted([*place.glob(f"*{SUFFIX}"), *place.glob(f"*/*{SUFFIX}")])[: limits.MAX_FILES]:
            if file.is_file():
                found[str(file)] = file
    return found


def shipped() -> Traversable:
    """The library's folder: in the wheel, or in the checkout of an editable install."""
    inside = files("tosdsl") / "_shipped" / "policies"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "policies"


def below(root: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    """Every policy file of a package's folder, with the name to show for it."""
    for entry in sorted(root.iterdir(), key=lambda each: each.name):
        if entry.is_dir():
            yield from below(entry, f"{prefix}/{entry.name}")
        elif entry.name.endswith(SUFFIX):
            yield f"{prefix}/{entry.name}", entry


def installed(problems: list[Diagnostic]) -> list[Layer]:
    """A layer for each installed package that offers policies, and the shipped library last."""
    layers = []
    for point in sorted(entry_points(group=GROUP), key=lambda each: each.name):
        root = _package_folder(point, problems)
        if root is not None:
            layers.append(Layer(point.name, dict(below(root, point.name))))
    return [*layers, Layer("tosdsl", dict(below(shipped(), "tosdsl")))]


def _package_folder(point: EntryPoint, problems: list[Diagnostic]) -> Traversable | None:
    package, _, inner = point.value.partition(":")
    try:
        root = files(package)
        for part in filter(None, inner.split("/")):
            root = root / part
        if root.is_dir():
            return root
        problem = f"{point.value} is no folder"
    except (ImportError, TypeError, ValueError) as error:
        problem = str(error)
    problems.append(mistake("TOS6006", None, package=point.name, problem=problem))
    return None
