"""What was understood of texts: a desk for each thread, as a workspace is for one thread alone."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from attrs import define, evolve, field, frozen

from tosdsl.base import limits
from tosdsl.diagnostics.model import Diagnostic
from tosdsl.language.check import Checked, check, collected, findings
from tosdsl.language.everywhere import Read
from tosdsl.language.occurrences import at, occurrences
from tosdsl.language.outline import Part, outline
from tosdsl.language.symbols import Occurrence
from tosdsl.language.tested import Tested, tested
from tosdsl.library.files import read
from tosdsl.library.listing import folder_files
from tosdsl.library.reading import TextFile
from tosdsl.lsp.documents import View
from tosdsl.lsp.texts import Text
from tosdsl.syntax.parser import parse
from tosdsl.testing.model import TestResult
from tosdsl.testing.suite import PropertyTest
from tosdsl.workspace.memory import Workspace

_MOST = 50
"""Looks that a desk keeps; past them, the oldest goes."""


@frozen
class Slow:
    """What takes longer: the linter's findings, and what properties come to."""

    findings: tuple[Diagnostic, ...] = ()
    properties: tuple[TestResult, ...] = ()


@define(slots=False)
class Look:
    """One text as it was understood, with all that it reads. ``name`` is its own."""

    name: str
    view: View
    checked: Checked

    @cached_property
    def occurrences(self) -> tuple[Occurrence, ...]:
        """What stands in it and in what it reads."""
        return occurrences(self.checked)

    @cached_property
    def own(self) -> tuple[Occurrence, ...]:
        """What stands in the text itself."""
        return tuple(each for each in self.occurrences if each.span.file == self.name)

    @cached_property
    def tested(self) -> Tested:
        """Its scenarios, run."""
        return tested(self.checked)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """What it holds."""
        return outline(self.checked.work.units_in(self.name), self.text.text)

    @cached_property
    def text(self) -> Text:
        """The text."""
        return self.text_of(self.name)

    def text_of(self, file: str) -> Text:
        """A text that was read, by the name that it has in places."""
        known = self.view.texts.get(file)
        if known is None:
            known = Text(self.checked.sources.get(file, ""), self.view.encoding)
        return known

    def path(self, file: str) -> str | None:
        """The path of a file that was read, or its name if it is open; None if it is on no disk."""
        if file in self.view.texts:
            return file
        found = self.checked.work.search.path(file)
        return None if found is None else os.path.abspath(found)

    def symbol_at(self, line: int, units: int) -> Occurrence | None:
        """What stands at a place, or ends there."""
        return at(self.own, self.name, *self.text.place(line, units))


@define
class Desk:
    """One thread's: what it knows is made anew where a text or a file has changed."""

    workspace: Workspace = field(factory=Workspace)
    _looks: dict[str, Look] = field(factory=dict)
    _outlines: dict[str, tuple[str, tuple[Part, ...]]] = field(factory=dict)

    def look(self, view: View, name: str) -> Look:
        """A text, as it is understood in a view."""
        known = self._looks.pop(name, None)
        if known is None or known.view.number != view.number:
            known = Look(name, view, check(view.plain(), [name], self.workspace))
        self._looks[name] = known
        while len(self._looks) > _MOST:
            del self._looks[next(iter(self._looks))]
        return known

    def slow(self, view: View, name: str) -> Slow:
        """What the linter finds, and what the properties come to; nothing if a text has a mistake."""
        look = self.look(view, name)
        if look.checked.policies is None:
            return Slow()
        plain = view.plain()
        found = findings(plain, [name], self.workspace).findings
        told = {each.problem for each in found} - set(look.checked.diagnostics)
        problems = tuple(each.problem for each in found if each.problem in told)
        tests = collected(plain, [name], self.workspace).tests if _has_properties(look) else ()
        results = tuple(each.run() for each in tests if isinstance(each, PropertyTest))
        return Slow(problems, results)

    # --- all files ------------------------------------------------------------------------------

    def files(self, view: View) -> list[str]:
        """Every policy file of the open folders, and every open text; none twice."""
        found: dict[str, None] = dict.fromkeys(view.texts)
        for folder in view.folders:
            paths = map(os.path.abspath, folder_files(folder)[: limits.MAX_FILES])
            found |= dict.fromkeys(paths)
        return list(found)

    def raw(self, view: View, name: str) -> str | None:
        """The text of a name, open or not; None if it cannot be read."""
        if name in view.texts:
            return view.texts[name].text
        return read(TextFile(name), name, [])

    def with_word(self, view: View, word: str) -> Iterator[tuple[str, Read]]:
        """Each text that has a word, by its name, read by itself."""
        pattern = re.compile(rf"(?<![A-Za-z0-9_]){re.escape(word)}(?![A-Za-z0-9_])")
        for name in self.files(view):
            text = self.raw(view, name)
            if text is not None and pattern.search(text):
                look = self.look(view, name)
                yield name, Read(look.checked, look.occurrences)

    def with_texts(self, view: View, texts: Mapping[str, str], names: Iterable[str]) -> list[Read]:
        """Some texts, each read by itself, where others stand in the place of theirs."""
        tried = Desk(self.workspace)
        changed = {name: Text(text, view.encoding) for name, text in texts.items()}
        other = evolve(view, texts={**view.texts, **changed})
        looks = [tried.look(other, name) for name in names]
        return [Read(each.checked, each.occurrences) for each in looks]

    def outlines(self, view: View) -> Iterator[tuple[str, Text, tuple[Part, ...]]]:
        """What every text holds, by its name."""
        for name in self.files(view):
            text = self.raw(view, name)
            if text is None:
                continue
            known = self._outlines.get(name)
            if known is None or known[0] != text:
                known = text, outline(parse(text, name).file.units, text)
                self._outlines[name] = known
            yield name, view.texts.get(name) or Text(text, view.encoding), known[1]


def _has_properties(look: Look) -> bool:
    return any(each.properties for each in look.checked.roots)
