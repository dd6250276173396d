"""A text of which a few clauses were edited: those are read again, the others are as they were kept.

In: the entry of an earlier load, of which one file has changed. Out: the image of the texts as they
are now, equal to that of a whole load, or nothing: then a whole load it is. That is so whenever the
edit could touch more than the insides of clauses: what there is to refer to, what refers to something
else, which line anything stands on; and whenever something is wrong with the text.
"""

from __future__ import annotations

import hashlib
import itertools
import marshal
from collections.abc import Iterable
from typing import Any

from attrs import evolve, fields, has

from tosdsl.base import limits
from tosdsl.base.span import NOWHERE, Span
from tosdsl.cache import nodes
from tosdsl.cache.codec import Reader, Unwritable, Writer, written
from tosdsl.cache.image import Image
from tosdsl.cache.lazy import Stored
from tosdsl.cache.loads import BLOCKS, DIGESTED, Entry, is_shipped
from tosdsl.diagnostics.model import Diagnostic
from tosdsl.elaborate.policy import elaborate_policy
from tosdsl.library import literate
from tosdsl.syntax.parser import parse
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import surface as s
from tosdsl.trees.walk import named_in
from tosdsl.unicode.shown import has_odd_characters
from tosdsl.workspace.blocks import Blocks, cut, edited, reduced

MOST = 4
"""One clause in so many, and a whole load is no slower."""

_PLACED = frozenset({n.__name__, ex.__name__})
"""Whose trees have places."""

_OF_THE_REST = frozenset({"TOS3003", "TOS3010"})
"""What is found of a document of which clauses are left out: unused exceptions, no permission."""


def mend(entry: Entry) -> None:
    """Make the entry's image, if its old one and the edited clauses make it."""
    if entry.old is None or len(entry.edited) != 1:
        return
    file = entry.edited[0]
    text = _text(entry.texts[file], file)
    old = (entry.old.section(BLOCKS) or {}).get(file)
    if text is None or old is None:
        return
    blocks = cut(text)
    changed = edited(blocks, old)
    if not changed or len(changed) * MOST > len(blocks.bounds):
        return
    try:
        image = _Mending(entry, entry.old, file, text, blocks).image(changed)
    except Unwritable:
        return
    if image is not None:
        entry.mended(image)


def _text(raw: bytes, file: str) -> str | None:
    """The text, if its lines are those that the parser sees."""
    if len(raw) > limits.MAX_FILE_BYTES or literate.is_literate(file):
        return None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    odd = "\t" in text or not text.endswith("\n") or has_odd_characters(text)
    return None if odd else text


class _Mending:
    """One file's clauses, and the image that they are in."""

    def __init__(self, entry: Entry, old: Image, file: str, text: str, blocks: Blocks) -> None:
        self.entry = entry
        self.old = old
        self.file = file
        self.text = text
        self.blocks = blocks
        self.reader = Reader.of(old)
        self.policies = {
            place: each for place, each in self.reader.policies().items() if each.span.file == file
        }

    def image(self, changed: list[int]) -> Image | None:
        """The image, with the changed clauses in their places."""
        if any(is_shipped(each.id) for each in self.policies.values()):
            return None  # whether it is what is shipped, or in the place of that, hangs on the text
        odd = (each for each in self.reader.warnings() if each.span.file == self.file)
        if any(each.code not in _OF_THE_REST for each in odd):  # it may be what was mended
            return None
        norms = self._norms(changed)
        if norms is None or len(norms) != len(changed):
            return None
        self.entry.changed = tuple((policy, norm.id) for policy, _, norm in norms)
        reader, ends = self.reader, self.reader.ends
        items: list[Any] = [reader.items[a:b] for a, b in itertools.pairwise(ends)]
        writer = Writer.after(reader)
        for _, index, norm in norms:
            items[index] = writer.item(norm)
        digested = self._digested(writer.shared)
        if digested is None:
            return None
        image = written(reader.root, writer.shared, items, reader.lines.tobytes())
        cuts = {**self.old.section(BLOCKS), self.file: self.blocks.plain()}
        return image.with_section(BLOCKS, cuts).with_section(DIGESTED, digested)

    def _norms(self, changed: list[int]) -> list[tuple[str, int, n.Norm]] | None:
        """The edited norms, each with its policy's id and its number among the items, if nothing else
        can have changed."""
        text, lines = reduced(self.text, self.blocks, changed)
        parsed = parse(text, self.file)
        if parsed.diagnostics or parsed.lost:
            return None
        places = _Places(self.file, lines)
        by_line = {policy.span.line: policy for policy in self.policies.values()}
        found: list[tuple[str, int, n.Norm]] = []
        for unit in parsed.file.units:
            before = by_line.get(places.line(unit.name.span.line))
            if before is None or not isinstance(unit, s.Policy):
                return None
            if any(each.duty is not None for each in before.definitions):
                return None  # the state of an obligation, which is read elsewhere, may be another
            problems: list[Diagnostic] = []
            made = elaborate_policy(unit, before.vocabulary, frozenset(), problems)
            if made.precedences or any(each.code not in _OF_THE_REST for each in problems):
                return None
            numbers = _Numbers(before, self.reader.lines)
            bound = {each.norm for each in before.precedences}
            for norm in made.root.all_norms():
                now = places.moved(norm)
                was = numbers.get(now.span.line)
                if was is None or now.id in bound or _said_elsewhere(now) != _said_elsewhere(was[1]):
                    return None
                if before.vocabulary.definitions and named_in(now) != named_in(was[1]):
                    return None  # the policy may read other definitions of its vocabularies
                found.append((before.id, was[0], now))
        return found

    def _digested(self, shared: list[bytes]) -> dict[str, tuple[str, ...]] | None:
        """Give the policies that rest on the text the digests that they have now."""
        of = self.old.section(DIGESTED)
        made: dict[str, tuple[str, ...]] = {}
        new: dict[str, str] = {}
        for old, files in of.items():
            if self.file not in files:
                made[old] = files
                continue
            if any(file not in self.entry.texts for file in files):
                return None
            digest = hashlib.sha256()
            for file in files:
                text = self.entry.texts[file].decode("utf-8-sig")
                digest.update(text.encode("utf-8", "surrogatepass"))
            new[old] = f"sha256:{digest.hexdigest()}"
            made[new[old]] = files
        at = nodes.SHAPES[n.Policy].names.index("digest") + 1
        for place in self.reader.root[2]:
            file, line, plain = marshal.loads(shared[place])
            if plain[at] in new:
                plain = (*plain[:at], new[plain[at]], *plain[at + 1 :])
                shared[place] = marshal.dumps((file, line, plain), 2)
        return made


class _Numbers:
    """A policy's norms by the lines of their names; those are decoded that are asked for."""

    def __init__(self, policy: n.Policy, lines: Any) -> None:
        self._at: dict[int, tuple[Stored, int]] = {}
        for section in policy.root.walk():
            if isinstance(norms := section.norms, Stored):
                of = lines[norms.first : norms.first + len(norms)]
                self._at |= {line: (norms, index) for index, line in enumerate(of)}

    def get(self, line: int) -> tuple[int, n.Norm] | None:
        """The number among the items, and the norm."""
        norms, index = self._at.get(line, (None, 0))
        return None if norms is None else (norms.first + index, norms[index])


def _said_elsewhere(norm: n.Norm) -> tuple[Any, ...]:
    """All of a norm that something else in the documents can refer to or rest on."""
    return norm.modality, norm.id, norm.span.line, tuple(_ids(norm.exceptions))


def _ids(exceptions: Iterable[n.ExceptionNode]) -> list[Any]:
    return [(each.id, _ids(each.exceptions)) for each in exceptions]


class _Places:
    """Places in a reduced text as places in the whole one."""

    def __init__(self, file: str, lines: list[int]) -> None:
        self.file = file
        self.lines = lines

    def line(self, line: int) -> int:
        """The line in the whole text."""
        return self.lines[line - 1] if 0 < line <= len(self.lines) else 0

    def moved(self, tree: Any) -> Any:
        """The tree with its places moved; types are the vocabulary's, and stay where they are."""
        if isinstance(tree, tuple):
            return tuple(map(self.moved, tree))
        if isinstance(tree, Span):
            if tree.file != self.file or tree == NOWHERE:
                return tree
            return evolve(tree, line=self.line(tree.line), end_line=self.line(tree.end_line))
        if not has(type(tree)) or type(tree).__module__ not in _PLACED:
            return tree
        parts = {each.alias: self.moved(getattr(tree, each.name)) for each in fields(type(tree))}
        return type(tree)(**parts)
