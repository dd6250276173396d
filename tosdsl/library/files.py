"""Texts of policies, and what each declares: found by its header lines, without parsing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from os.path import samefile
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from attrs import define, evolve, field, frozen

from tosdsl.base import limits
from tosdsl.base.recent import Recent
from tosdsl.base.shipped import shipped
from tosdsl.base.span import Span, place
from tosdsl.diagnostics.model import Diagnostic, Severity, mistake
from tosdsl.library import literate
from tosdsl.library.digest import digest
from tosdsl.library.listing import SUFFIXES, folder_files, neighbour_files
from tosdsl.library.offered import entry_points
from tosdsl.library.reading import TextFile, leads_out

if TYPE_CHECKING:  # importing them takes longer than what they are for
    from importlib.metadata import EntryPoint
    from importlib.resources.abc import Traversable

GROUP = "tosdsl.policies"
"""The entry-point group under which a package offers a folder of policies: the value is a package."""

_HEADER = re.compile(
    r"^(?P<kind>policy|vocabulary)[ \t]+(?P<id>[A-Za-z_][\w.]*)"
    r"|^[ \t]+version[ \t]+\"(?P<version>(?:[^\"\\\n]|\\.)*)\""
    r"|^[ \t]+effective[ \t]+from[ \t]+(?P<start>[0-9][\w:.+-]*)"
    r"|^[ \t]+recorded[ \t]+(?P<recorded>[0-9][\w:.+-]*)",
    re.MULTILINE,
)


_OF_HEADERS = ("policy", "vocabulary", "version", "effective", "recorded")
"""The words with which such lines begin."""


class Source(Protocol):
    """A text's place: a path, a file in a package, or memory."""

    def read_bytes(self) -> bytes:
        """The whole content, or more than ``limits.MAX_FILE_BYTES`` of it. Raises OSError."""


@frozen
class Memory:
    """A text that is in no file."""

    text: str

    def read_bytes(self) -> bytes:
        """The text as UTF-8."""
        return self.text.encode("utf-8", "surrogatepass")


@frozen
class Buffer:
    """A file's text as an editor has it: it counts as the file's content."""

    text: str

    def read_bytes(self) -> bytes:
        """The text as UTF-8."""
        return self.text.encode("utf-8", "surrogatepass")


@frozen
class Witnessed:
    """A text's place, and a note of what was read there."""

    source: Source
    file: str
    seen: dict[str, bytes | None]

    def read_bytes(self) -> bytes:
        """The content, as the source has it. Raises OSError."""
        try:
            raw = self.source.read_bytes()
        except OSError:
            self.seen[self.file] = None
            raise
        made = digest(raw)
        if self.seen.setdefault(self.file, made) != made:
            self.seen[self.file] = None  # changed while it was being read
        return raw


@frozen
class Head:
    """A unit that a text declares. ``start`` and ``recorded`` are as written, or empty."""

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
    seen: dict[str, bytes | None] = field(factory=dict)
    """What was read, by file: the digest of the content, None if it could not be read or changed."""
    known: Heads | None = None
    """What files declare, where texts are read again and again."""
    aliases: dict[str, str] = field(factory=dict)
    """Files that are others by another path, once the heads were looked at."""

    @cached_property
    def heads(self) -> tuple[Head, ...]:
        """Everything that is declared here, in the order of the files' names. What is declared in one
        file that is found by two paths is declared once."""
        found: dict[tuple[str, str, str | None, str], Head] = {}
        made: list[Head] = []
        for file in sorted(self.sources):
            for head in declared(self.text(file), file, self.known):
                first = found.setdefault((head.kind, head.id, head.version, head.recorded), head)
                if first.file != file and self._same(first.file, file):
                    self.aliases[file] = first.file
                else:
                    made.append(head)
        return tuple(made)

    def _same(self, one: str, other: str) -> bool:
        """Whether two paths lead to one file."""
        paths = self.sources[one], self.sources[other]
        try:
            return all(isinstance(each, TextFile) for each in paths) and samefile(*map(str, paths))
        except OSError:
            return False

    @cached_property
    def by_name(self) -> dict[tuple[str, str], list[Head]]:
        """Every version of a unit by its kind and id, the newest last."""
        found: dict[tuple[str, str], list[Head]] = {}
        for head in self.heads:
            found.setdefault((head.kind, head.id), []).append(head)
        for versions in found.values():
            versions.sort(key=lambda head: (head.start, head.version or ""))
        return found

    def text(self, file: str) -> str:
        """What headers are looked for in: the text, or nothing if it cannot be read."""
        try:
            return self.source(file).read_bytes().decode("utf-8-sig", "replace")
        except OSError:
            return ""

    def source(self, file: str) -> Source:
        """A text's place, of which it is noted what was read there."""
        return Witnessed(self.sources[file], file, self.seen)


Heads = Recent[str, tuple[str, list[Head]]]
"""By file the last text, and what it declares."""


def declared(text: str, file: str, known: Heads | None) -> list[Head]:
    """The units that a text declares, looked for once as long as the text is the same."""
    if known is None:
        return heads_of(text, file)
    found = known.get(file)
    if found is None or found[0] != text:
        found = known.put(file, (text, heads_of(text, file)))
    return found[1]


def heads_of(text: str, file: str) -> list[Head]:
    """The units that a text declares."""
    taken: Mapping[int, int] = {}
    if literate.is_literate(file):
        blocks = literate.read_blocks(text, file)
        text, taken = blocks.text, blocks.taken
    heads: list[Head] = []
    line, at = 1, 0
    for match in _headers(text):
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


def _headers(text: str) -> Iterator[re.Match[str]]:
    """The lines that say what there is. Most lines have none of the words, and are not looked at."""
    starts: set[int] = set()
    for word in _OF_HEADERS:
        at = text.find(word)
        while at >= 0:
            starts.add(text.rfind("\n", 0, at) + 1)
            at = text.find(word, at + len(word))
    for start in sorted(starts):
        if match := _HEADER.match(text, start):
            yield match


def read(source: Source, file: str, problems: list[Diagnostic]) -> str | None:
    """The text, or None with a diagnostic."""
    top = Span(file, 1, 1, 1, 2)
    try:
        raw = source.read_bytes()
    except OSError as error:
        problems.append(mistake("TOS6002", top, name=file, problem=error.strerror or str(error)))
        return None
    if len(raw) > limits.MAX_FILE_BYTES:
        problems.append(mistake("TOS5001", top, limit=limits.MAX_FILE_BYTES))
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


_UNREAD = ("TOS5001", "TOS6002")
"""Codes of texts that were not read: there is nothing in them to be repeated."""


def discreet(file: str, found: list[Diagnostic]) -> list[Diagnostic]:
    """Mistakes of a text as they may be shown.

    A link in a folder of policies can lead to any file of the machine. Where a link leads out of the
    folder in which it stands, and what is there is no right text, nothing of that is repeated.
    """
    told = any(each.severity is Severity.ERROR and each.code not in _UNREAD for each in found)
    if told and (target := leads_out(file)):
        return [mistake("TOS6014", Span(file, 0, 0, 0, 0), name=file, target=target)]
    return found


# --- places -----------------------------------------------------------------------------------------


def folder(path: Path, problems: list[Diagnostic]) -> dict[str, Source]:
    """Every policy file at or below a folder; hidden folders are left out."""
    files_ = folder_files(str(path))
    if len(files_) > limits.MAX_FILES:
        span = Span(str(path), 0, 0, 0, 0)
        problems.append(mistake("TOS5008", span, limit=limits.MAX_FILES))
    return {file: TextFile(file) for file in files_[: limits.MAX_FILES]}


def neighbours(path: Path) -> dict[str, Source]:
    """The policy files around one: its folder, those above it as long as they hold policy files, and
    the folders right below these."""
    return {file: TextFile(file) for file in neighbour_files(str(path), limits.MAX_FILES)}


def below(root: Traversable, prefix: str) -> Iterator[tuple[str, Source]]:
    """Every policy file of a package's folder, but for hidden ones, with the name to show for it."""
    for entry in sorted(root.iterdir(), key=lambda each: each.name):
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from below(entry, f"{prefix}/{entry.name}")
        elif entry.name.endswith(SUFFIXES):
            yield f"{prefix}/{entry.name}", TextFile(entry) if isinstance(entry, Path) else entry


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
