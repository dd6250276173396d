"""The passes in their order, and the only place that knows it.

    text -> syntax -> surface -> elaborate -> norms -> link -> Linked

One ``Compilation`` serves one question: it reads each file once, and gathers every mistake.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from attrs import define, evolve, field

from tosdsl.diagnostics.model import Diagnostic, Severity, mistake
from tosdsl.elaborate.link import check_expectations, link
from tosdsl.elaborate.policy import elaborate_policy
from tosdsl.elaborate.vocabulary import elaborate_vocabulary, merge
from tosdsl.facts.read import read_facts
from tosdsl.library.files import Head, read
from tosdsl.library.search import Search
from tosdsl.syntax.parser import Parsed, parse
from tosdsl.trees import norms as n
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Use
from tosdsl.trees.span import NOWHERE, Span


@define
class Compilation:
    """Reads, elaborates and links; keeps every source text and every mistake."""

    search: Search = field(factory=Search)
    sources: dict[str, str] = field(factory=dict)
    problems: list[Diagnostic] = field(factory=list)
    _parsed: dict[str, Parsed] = field(factory=dict)
    _policies: dict[tuple[str, str, str | None], n.Policy] = field(factory=dict)
    _vocabularies: dict[str, v.Vocabulary | None] = field(factory=dict)

    # --- from words to documents ----------------------------------------------------------------

    def roots(self, words: Iterable[str | Path]) -> list[n.Policy]:
        """The policies that paths and ids name."""
        asked = [found for word in words if (found := self.search.ask(word)) is not None]
        self._refuse_doubles()
        roots: list[n.Policy] = []
        for each in asked:
            if each.policy is not None:
                chosen = self.policy(each.policy, each.version, NOWHERE)
                roots += [chosen] if chosen else []
            else:
                roots += self.file_roots(each.files)
        return list(dict.fromkeys(roots))

    def file_roots(self, files: Iterable[str]) -> list[n.Policy]:
        """The policies of named files; that there is none at all is a mistake."""
        several = list(files)
        roots = [policy for file in several for policy in self._file_policies(file)]
        if not roots and not self.diagnostics():
            names = " and ".join(f"`{file}`" for file in several[:3])
            self.problems.append(mistake("TOS6004", None, name=names))
        return roots

    def _refuse_doubles(self) -> None:
        """The same id and version twice among the files asked about."""
        first: dict[tuple[str, str, str | None], Head] = {}
        for head in next(iter(self.search.layers())).heads:
            other = first.setdefault((head.kind, head.id, head.version), head)
            if other is not head:
                name = f"{head.id}@{head.version}" if head.version else head.id
                where = "this file" if other.file == head.file else other.file
                self.problems.append(mistake("TOS6003", Span(head.file, 1, 1, 1, 2), name=name, other=where))

    def linked(self, roots: Iterable[n.Policy]) -> n.Linked:
        """The documents with what they incorporate; every scenario's facts are checked on the way."""
        whole = link(roots, self.policy, self.problems)
        check_expectations(whole, self.problems)
        for document in whole.documents:
            if len(document.path) == 1:
                for scenario in document.policy.scenarios:
                    self.scenario_use(scenario, whole.vocabulary)
        return whole

    def scenario_use(self, scenario: n.Scenario, vocabulary: v.Vocabulary) -> Use:
        """The use that a scenario describes."""
        facts = read_facts(scenario.given, vocabulary, self.problems)
        return Use(facts, scenario.title, scenario.as_of)

    def diagnostics(self) -> list[Diagnostic]:
        """Every mistake so far, once, by file and place."""
        found = [*self.search.problems, *self.problems]
        found += [each for parsed in self._parsed.values() for each in parsed.diagnostics]
        once = dict.fromkeys(found)
        return sorted(once, key=lambda each: (each.span.file, each.span.line, each.span.column))

    def has_errors(self) -> bool:
        return any(each.severity is Severity.ERROR for each in self.diagnostics())

    # --- units ----------------------------------------------------------------------------------

    def _file_policies(self, file: str) -> list[n.Policy]:
        parsed = self._parse(file)
        if parsed is None:
            return []
        for unit in parsed.file.units:
            if isinstance(unit, s.Vocabulary):
                self._vocabulary(unit.name)
        units = [unit for unit in parsed.file.units if isinstance(unit, s.Policy)]
        return [self._elaborate(unit, file, parsed.lost) for unit in units]

    def policy(self, id_: str, version: str | None, span: Span) -> n.Policy | None:
        """A policy by id and version, or None with a diagnostic at ``span``."""
        head = self.search.choose("policy", id_, version, span)
        found = self._unit(head) if head else None
        if head is None or not isinstance(found, s.Policy):
            return None
        return self._elaborate(found, head.file, self._parsed[head.file].lost)

    def _unit(self, head: Head) -> s.Unit | None:
        """The unit that a header line announced; None if it cannot be read (then that is reported)."""
        parsed = self._parse(head.file)
        kind = s.Policy if head.kind == "policy" else s.Vocabulary
        for unit in parsed.file.units if parsed else ():
            if not isinstance(unit, kind) or unit.name.text != head.id:
                continue
            version = unit.header.version if isinstance(unit, s.Policy) else None
            if not isinstance(unit, s.Policy) or (version.value if version else None) == head.version:
                return unit
        return None

    def _elaborate(self, unit: s.Policy, file: str, lost: frozenset[str]) -> n.Policy:
        version = unit.header.version.value if unit.header.version else None
        key = (file, unit.name.text, version)
        if key not in self._policies:
            used = [item.name for item in unit.items if isinstance(item, s.Use)]
            read_in = [found for name in used if (found := self._vocabulary(name)) is not None]
            missing = len(read_in) < len(used)
            vocabulary = merge(read_in, self.problems, unit.name.span)
            problems: list[Diagnostic] = []
            made = elaborate_policy(unit, vocabulary, lost, problems)
            # Without its vocabulary, no name of a policy can be judged: the missing one is what to mend.
            self.problems += [each for each in problems if not (missing and each.code[3] == "2")]
            digest = hashlib.sha256(self.sources[file].encode())
            for name in used:
                digest.update(self._text_of(name).encode())
            self._policies[key] = evolve(made, digest=f"sha256:{digest.hexdigest()}")
        return self._policies[key]

    def _text_of(self, vocabulary: s.Name) -> str:
        heads = self.search.heads("vocabulary", vocabulary.text)
        return self.sources.get(heads[-1].file, "") if heads else ""

    def _vocabulary(self, name: s.Name) -> v.Vocabulary | None:
        if name.text in self._vocabularies:
            return self._vocabularies[name.text]
        self._vocabularies[name.text] = None  # a vocabulary that uses itself sees nothing of itself
        head = self.search.choose("vocabulary", name.text, None, name.span)
        unit = self._unit(head) if head else None
        if head is None or not isinstance(unit, s.Vocabulary):
            return None
        names = [item.name for item in unit.items if isinstance(item, s.Use)]
        used = {each.text: found for each in names if (found := self._vocabulary(each)) is not None}
        lost = self._parsed[head.file].lost
        made = elaborate_vocabulary(unit, used, lost, self.problems)
        self._vocabularies[name.text] = made
        return made

    def _parse(self, file: str) -> Parsed | None:
        if file not in self._parsed:
            text = read(self.search.source(file), file, self.problems)
            if text is None:
                return None
            self.sources[file] = text
            self._parsed[file] = parse(text, file)
        return self._parsed[file]
