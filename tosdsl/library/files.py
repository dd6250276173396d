"""Texts of policies, and what each declares: found by its header lines, without parsing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from attrs import define, evolve, frozen

from tosdsl import limits, literate
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.library.offered import entry_points
from tosdsl.shipped import shipped
from tosdsl.trees.span import Span, place

if TYPE_CHECKING:  # importing them takes longer than what they are for
    from importlib.metadata import EntryPoint
    from importlib.resources.abc import Traversable

SUFFIXES = (".tos", literate.SUFFIX)
GROUP = "tosdsl.policies"
"""The entry-point group under which a package offers a folder of policies: the value is a package."""

_HEADER = re.compile(
    r"^(?P<kind>policy|vocabulary)[ \t]+(?P<id>[A-Za-z_][\w.]*)"
    r"|^[ \t]+version[ \t]+\"(?P<version>(?:[^\"\\\n]|\\.)*)\""
    r"|^[ \t]+effective[ \t]+from[ \t]+(?P<start>[0-9-]+)"
    r"|^[ \t]+recorded[ \t]+(?P<recorded>[0-9-]+)",
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
    """A unit that a text declares. ``start`` and ``recorded`` are days as written, or empty."""

    kind: str
    id: str
    file: str
    version: str | None = None
    start: str = ""
    recorded: str = ""
    span: Span = place()


@define(slots=False)
class Layer:
    """Texts from one place. ``texts`` maps file names, as shown in diagnostics, to their sources."""

    name: str
    sources: dict[str, Source]

    @cached_property
    def heads(self) -> tuple[Head, ...]:
        """Everything that is declared here, in the order of the files' names."""
        return tuple(head for file in sorted(self.sources) for head in heads_of(self._text(file), file))

    @cached_property
    def by_name(self) -> dict[tuple[str, str], list[Head]]:
        """Every version of a unit by its kind and id, the newest last."""
        found: dict[tuple[str, str], list[Head]] = {}
        for head in self.heads:
            found.setdefault((head.kind, head.id), []).append(head)
        for versions in found.values():
            versions.sort(key=lambda head: (head.start, head.version or ""))
        return found

    def _text(self, file: str) -> str:
        try:
            return self.sources[file].read_bytes().decode("utf-8-sig", "replace")
        except OSError:
            return ""


def heads_of(text: str, file: str) -> list[Head]:
    """The units that a text declares."""
    taken: Mapping[int, int] = {}
    if literate.is_literate(file):
        blocks = literate.read_blocks(text, file)
        text, taken = blocks.text, blocks.taken
    heads: list[Head] = []
    line, at = 1, 0
    for match in _HEADER.finditer(text):
        if match["kind"]:
            line, at = line + text.count("\n", at, match.start()), match.start()
            column = match.start("id") - match.start() + 1 + taken.get(line, 0)
            span = Span(file, line, column, line, column + len(match["id"]))
            heads.append(Head(match["kind"], match["id"], file, span=span))
        elif heads and match["version"] is not None and heads[-1].version is None:
            heads[-1] = evolve(heads[-1], version=match["version"])
        elif heads and match["start"] and not heads[-1].start:
            heads[-1] = evolve(heads[-1], start=match["start"])
        elif heads and match["recorded"] and not heads[-1].recorded:
            heads[-1] = evolve(heads[-1], recorded=match["recorded"])
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
    return decoded(raw, file, problems)


def decoded(raw: bytes, file: str, problems: list[Diagnostic]) -> str | None:
    """Bytes as text, or None with a diagnostic at the first that is not UTF-8."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        begins = raw.rfind(b"\n", 0, error.start) + 1
        column = len(raw[begins : error.start].decode("utf-8", "replace")) + 1
        span = Span(file, line, column, line, column + 1)
        problems.append(mistake("TOS1015", span, byte=f"0x{raw[error.start]:02X}", offset=error.start))
        return None


# --- places -----------------------------------------------------------------------------------------


def _policies(found: Iterable[Path]) -> list[Path]:
    """Those that are policy files by their names, in order."""
    return sorted(file for file in found if file.name.endswith(SUFFIXES))


def folder(path: Path, problems: list[Diagnostic]) -> dict[str, Source]:
    """Every policy file at or below a folder; hidden folders are left out."""
    found: dict[str, Source] = {}
    for file in _policies(path.rglob("*.tos*")):
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
    while here.parent != here and _policies(here.parent.glob("*.tos*")):
        here = here.parent
        around.append(here)
    found: dict[str, Source] = {}
    for each in around:
        beside = _policies([*each.glob("*.tos*"), *each.glob("*/*.tos*")])
        for file in beside[: limits.MAX_FILES]:
            if file.is_file():
                found[str(file)] = file
    return found


def below(root: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    """Every policy file of a package's folder, with the name to show for it."""
    for entry in sorted(root.iterdir(), key=lambda each: each.name):
        if entry.is_dir():
            yield from below(entry, f"{prefix}/{entry.name}")
        elif entry.name.endswith(SUFFIXES):
            yield f"{prefix}/{entry.name}", entry


def installed(problems: list[Diagnostic]) -> list[Layer]:
    """A layer for each installed package that offers policies, and the shipped library last."""
    layers = []
    for point in sorted(entry_points(group=GROUP), key=lambda each: each.name):
        root = _package_folder(point, problems)
        if root is not None:
            layers.append(Layer(point.name, dict(below(root, point.name))))
    return [*layers, Layer("tosdsl", dict(below(shipped("policies", "policies"), "tosdsl")))]


def _package_folder(point: EntryPoint, problems: list[Diagnostic]) -> Traversable | None:
    """The folder that an entry point names: ``package.folder`` or ``package:folder``.

    The package is found, not imported: data needs no code to run.
    """
    from importlib.util import find_spec  # few programs have such a package

    top, *inner = point.value.replace(":", ".").replace("/", ".").split(".")
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        spec = None
    for folder_ in spec.submodule_search_locations or () if spec else ():
        root = Path(folder_, *inner)
        if root.is_dir():
            return root
    problem = f"there is no folder {point.value}" if spec else f"there is no package {top}"
    problems.append(mistake("TOS6006", None, package=point.name, problem=problem))
    return None
