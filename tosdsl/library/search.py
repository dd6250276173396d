"""Which file declares a name: the files asked about, then their neighbours, then what is installed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from tosdsl.base.shipped import shipped
from tosdsl.base.span import NOWHERE, Span
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.diagnostics.wordings import ANY_POLICY, ONE_CLAUSE
from tosdsl.library.files import (
    Buffer,
    Head,
    Heads,
    Layer,
    Memory,
    Source,
    folder,
    installed,
    neighbours,
)
from tosdsl.library.listing import SUFFIXES, shipped_names
from tosdsl.library.reading import TextFile

if TYPE_CHECKING:  # importing it takes longer than what it is for
    from importlib.resources.abc import Traversable

_FEW = 3
"""Files that one sentence names."""

_AT_HAND = 2
"""Layers of named files and of their neighbours, which come before what is installed."""


@frozen
class Asked:
    """What one word of a command or a call asks for: whole files, or a policy by id and version."""

    files: tuple[str, ...] = ()
    policy: str | None = None
    version: str | None = None


@define(slots=False)
class Search:
    """Layers of texts, nearest first. Nothing is read before it is asked for."""

    named: dict[str, Source] = field(factory=dict)
    problems: list[Diagnostic] = field(factory=list)
    paths: list[Path] = field(factory=list)
    """The files among what is asked for, and one in each folder: their neighbours are looked at."""
    seen: dict[str, bytes | None] = field(factory=dict)
    """What was read so far, by file: the digest of the content, None if it failed or has changed."""
    files: set[str] = field(factory=set)
    """The files that were named themselves, and not by a folder."""
    buffers: Mapping[str, str] = field(factory=dict)
    """Texts that are in the place of files, by path. All of them count as neighbours."""
    known: Heads | None = None
    """What files declared, where their texts are read again and again."""
    looked_around: bool = False
    """Whether the neighbours were looked at."""
    _near: Layer | None = None
    _around: Layer | None = None

    def ask(self, word: str | Path) -> Asked | None:
        """A path or an id, or None with a diagnostic."""
        path = Path(word)
        if str(word) in self.buffers:
            return self._named(str(word))
        if self._is_ambiguous(str(word)):
            return None
        try:
            is_dir, is_there = path.is_dir(), os.path.lexists(path)
        except (OSError, ValueError):
            is_dir = is_there = False
        if is_dir:
            found = self._with_buffers(folder(path, self.problems), path)
            if not found:
                self.problems.append(mistake("TOS6004", None, name=f"`{word}`"))
                return None
            self.named |= found
            self.paths.append(path / "*")  # what stands around it is around a file in it
            return Asked(tuple(found))
        if is_there:  # reading it says what it is, if it is no file
            return self._named(str(path))
        text = str(word)
        id_, _, version = text.partition("@")
        if "#" in text or text.endswith(SUFFIXES) or not self.heads("policy", id_):
            self.problems.append(self._unknown(text))
            return None
        return Asked((), id_, version or None)

    def _named(self, file: str) -> Asked:
        """A file that is named itself."""
        overlaid = self._with_buffers({file: TextFile(Path(file))}, None)
        self.named |= overlaid
        self.paths.append(Path(file))
        self.files.add(file)
        return Asked((file,))

    def _with_buffers(self, files: dict[str, Source], below: Path | None) -> dict[str, Source]:
        """Files with what editors have in their places, and the buffers below a folder."""
        if not self.buffers:
            return files
        places = {os.path.abspath(name): Buffer(text) for name, text in self.buffers.items()}
        made = {file: places.get(os.path.abspath(file), source) for file, source in files.items()}
        if below is not None:
            there = {os.path.abspath(file) for file in made}
            folder_ = os.path.join(os.path.abspath(below), "")
            for name, text in self.buffers.items():
                place = os.path.abspath(name)
                if place not in there and place.startswith(folder_) and name.endswith(SUFFIXES):
                    made[name] = Buffer(text)
        return made

    def _unknown(self, text: str) -> Diagnostic:
        """What is said of a word that asks for nothing, and what to ask for, if that can be told."""
        here = declared_here()
        mend = self._meant(text, here)
        if mend:
            return mistake("TOS6001", None, None, name=text, mend=mend)
        near = (text.partition("@")[0], [*self.ids("policy"), *(head.id for head in here)])
        return mistake("TOS6001", None, near, name=text, mend=ANY_POLICY)

    def _meant(self, text: str, here: Iterable[Head]) -> str:
        """How a word is mended that names a clause, a file's policy or its version; empty if none."""
        asked, _, part = text.partition("#")
        id_, version_sign, _ = asked.partition("@")
        files = list(dict.fromkeys(head.file for head in here if head.id == id_))
        by_file = files[0] if files else id_ if _is_file(id_) else ""
        if part:
            meant = by_file or (asked if self.heads("policy", id_) else "")
            return ONE_CLAUSE.format(part=part, meant=meant) if meant else ""
        if len(files) > 1:
            several = "`, `".join(files[:_FEW])
            return f"Several files here declare it: give their folder, or one of `{several}`."
        if files:
            return f"`{by_file}` declares it, and a file is asked for by its path: give `{by_file}`."
        if version_sign and by_file:
            return f"A file is the version that it holds: give `{by_file}`."
        beside = [f"{text}{end}" for end in SUFFIXES if _is_file(f"{text}{end}")]
        return f"Give `{beside[0]}`, if that file is meant." if beside else ""

    def _is_ambiguous(self, word: str) -> bool:
        """Whether a word that is the id of a shipped document names a file or a folder here as well:
        then it is not guessed which of them is meant."""
        id_, _, _ = word.partition("@")
        if word.endswith(SUFFIXES) or ("policy", id_) not in self._shipped_names:
            return False
        if not os.path.lexists(word):
            return False
        self.problems.append(mistake("TOS6016", None, name=word, what="a document of the library"))
        return True

    @cached_property
    def _shipped_names(self) -> Mapping[tuple[str, str], Sequence[str]]:
        """The files of the shipped library that declare a unit, by its kind and id."""
        found = shipped_names()
        if found is not None:
            return found
        by_name = self._installed[-1].by_name
        return {key: [head.file for head in heads] for key, heads in by_name.items()}

    def replaced(self, kind: str, id_: str) -> tuple[Head, str] | None:
        """What stands in the place of a unit of another text: where it is declared, and whose the other
        is. None if there is no other, or the texts are the same.

        What is named or beside it is compared with the shipped library, and what an installed package
        offers with all that is looked into after it. A text that is in no file is what a program says.
        """
        heads = self.heads(kind, id_)
        if not heads or isinstance(self._source(heads[-1].file), Memory):
            return None
        far = self._installed if self.far is not None or (kind, id_) in self._shipped_names else []
        owner = next((at for at, each in enumerate(far) if heads[-1].file in each.sources), None)
        later = far[-1:] if owner is None else far[owner + 1 :]
        texts = {self.seen.get(head.file) for head in heads}
        for layer in later:
            others = self._texts_of(layer, kind, id_)
            is_named = all(head.file in self.files for head in heads)
            if others and texts != others and not (is_named and texts < others):
                whose = "that comes with tosdsl" if layer is far[-1] else f"of the package {layer.name}"
                return heads[-1], whose
        return None

    def _texts_of(self, layer: Layer, kind: str, id_: str) -> set[bytes | None]:
        """The digests of the texts of a layer that declare a unit."""
        if layer is self._installed[-1]:
            files = list(self._shipped_names.get((kind, id_), ()))
            for file in files:
                layer.text(file)
        else:
            files = [head.file for head in layer.by_name.get((kind, id_), ())]
        return {self.seen.get(file) for file in files}

    @cached_property
    def _installed(self) -> list[Layer]:
        several = installed(self.problems)
        return [Layer(each.name, each.sources, self.seen, self.known) for each in several]

    @property
    def far(self) -> list[Layer] | None:
        """What is installed, if it was looked at."""
        return self._installed if "_installed" in self.__dict__ else None

    def layers(self) -> Iterable[Layer]:
        """Nearest first; a later one is looked into only if the earlier ones lack a name."""
        if self._near is None or len(self._near.sources) != len(self.named):  # which only grows
            self._near = Layer("named", dict(self.named), self.seen, self.known)
            self._around = None
        yield self._near
        if self._around is None:
            self.looked_around = True
            around: dict[str, Source] = {}
            for path in self.paths:
                around |= neighbours(path)
            around = self._with_buffers(around, None)
            there = {os.path.abspath(file) for file in (*around, *self.named)} if self.buffers else ()
            around |= {
                name: Buffer(text)
                for name, text in self.buffers.items()
                if os.path.abspath(name) not in there
            }
            beside = {name: source for name, source in around.items() if name not in self.named}
            self._around = Layer("neighbours", beside, self.seen, self.known)
        yield self._around
        yield from self._installed

    def heads(self, kind: str, id_: str) -> Sequence[Head]:
        """Every version of a unit in the nearest layer that has it, the newest last."""
        for layer in self.layers():
            found = layer.by_name.get((kind, id_))
            if found:
                return found
        return ()

    def ids(self, kind: str) -> list[str]:
        """Every name of a kind, anywhere."""
        return sorted({head.id for layer in self.layers() for head in layer.heads if head.kind == kind})

    def _source(self, file: str) -> Source:
        return next(layer.sources[file] for layer in self.layers() if file in layer.sources)

    def source(self, file: str) -> Source:
        """Where a file's text is."""
        return next(layer.source(file) for layer in self.layers() if file in layer.sources)

    def path(self, file: str) -> str | None:
        """Where a file of this name is on the disk, if it is there: what is installed is called by its
        package and its place in that."""
        for layer in self.layers():
            source = layer.sources.get(file)
            if source is not None:
                return str(source) if isinstance(source, TextFile) else None
        return None

    def library(self, id_: str) -> Sequence[Head]:
        """Every version of a policy as a library has it: what stands beside a named file is of it."""
        found: dict[tuple[str | None, str], Head] = {}
        for layer in [*self.layers()][:_AT_HAND]:
            for head in layer.by_name.get(("policy", id_), ()):
                found.setdefault((head.version, head.recorded), head)
        return tuple(found.values()) or self.heads("policy", id_)

    def versions(self, kind: str, id_: str, version: str | None, span: Span) -> Sequence[Head]:
        """The versions of a unit, or the texts of the one named, the newest last; if there is none, a
        diagnostic."""
        heads = self.heads(kind, id_)
        if not heads:
            code = "TOS2005" if kind == "vocabulary" else "TOS3008"
            self.problems.append(mistake(code, span, (id_, self.ids(kind)), name=id_, where=""))
            return ()
        heads = self._without_doubles(heads)
        if version is None:
            return heads
        if texts := [head for head in heads if head.version == version]:
            return texts
        versions = ", ".join(head.version or "(none)" for head in heads)
        place = span if span != NOWHERE else None
        self.problems.append(mistake("TOS6005", place, name=id_, version=version, versions=versions))
        return ()

    def _without_doubles(self, heads: Sequence[Head]) -> list[Head]:
        """Each text once. That two that differ have one name is a mistake: it is not known which is
        meant."""
        first: dict[tuple[str | None, str], Head] = {}
        for head in heads:
            other = first.setdefault((head.version, head.recorded), head)
            if other is not head:
                self.refuse_double(head, other)
        return list(first.values())

    def refuse_double(self, head: Head, other: Head) -> None:
        """Say so, but of copies beside what was named: there it does not matter which one is read."""
        is_copy = self.seen.get(other.file) == self.seen.get(head.file)
        if other.file == head.file or head.file in self.named or not is_copy:
            name = f"{head.id}@{head.version}" if head.version else head.id
            same = other.file == head.file
            where = f"line {other.span.line} of this file" if same else other.file
            self.problems.append(mistake("TOS6003", head.span, name=name, other=where))


def declared_here() -> list[Head]:
    """The policies that files around the current folder declare."""
    found = Layer("here", neighbours(Path("*"))).heads
    return [head for head in found if head.kind == "policy"]


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except (OSError, ValueError):  # a name that the system does not take
        return False


def shipped_use(name: str) -> Traversable | None:
    """A use that comes with the library, by the name of its file, or None."""
    if len(name) > 100 or not name.replace("_", "").isalnum():
        return None
    found = _uses() / f"{name}.yaml"
    return found if found.is_file() else None


def shipped_uses() -> tuple[str, ...]:
    """The names of the uses that come with the library."""
    names = sorted(each.name for each in _uses().iterdir())
    return tuple(each.removesuffix(".yaml") for each in names if each.endswith(".yaml"))


def _uses() -> Traversable:
    return shipped("policies", "policies") / "uses"
