"""The passes of texts in their order, and the only place that knows it.

    text -> syntax -> surface -> elaborate -> norms -> versions, link -> Choices

One ``Compilation`` serves one question: it reads each file once, and gathers every mistake.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence, Set
from datetime import date
from functools import partial
from itertools import islice, product
from pathlib import Path
from typing import Any

from attrs import define, evolve, field

from tosdsl.base import limits
from tosdsl.base.recent import Recent
from tosdsl.base.span import NOWHERE, Span
from tosdsl.diagnostics.model import Diagnostic, Severity, in_order, mistake
from tosdsl.diagnostics.render import sentences
from tosdsl.elaborate.expectations import check_expectations
from tosdsl.elaborate.link import Choose, link, whole_vocabulary
from tosdsl.elaborate.memory import Provisions
from tosdsl.elaborate.mistaken import not_over_a_document
from tosdsl.elaborate.policy import elaborate_policy
from tosdsl.elaborate.routes import check_routes, check_ways_back
from tosdsl.elaborate.uses import Known, Vocabularies
from tosdsl.elaborate.vocabulary import merge
from tosdsl.facts.mistaken import no_facts
from tosdsl.facts.read import read_facts
from tosdsl.facts.use import read_said
from tosdsl.library.files import Head, Heads, declared, discreet, read
from tosdsl.library.search import Search
from tosdsl.syntax.parser import Items, Parsed, parse
from tosdsl.trees import norms as n
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Entries, Entry, Use
from tosdsl.trees.lazy import only
from tosdsl.trees.versions import choose, chosen, periods, unordered_pair

UnitKey = tuple[str, str, str | None] | int
"""A unit's kind, id and version, or the line of its name."""


_MOST_USES = 10_000
"""Scenarios of which a memory keeps the use."""

_FEW = 10
"""Vocabularies of whole questions that a memory compares with."""

_MOST = 1_000
"""Files, policies and vocabularies of which a memory keeps what was made."""


@define
class Memory:
    """What earlier compilations have made of texts that were much the same. One thread at a time.

    What comes of texts does not depend on it; how long that takes does.
    """

    heads: Heads = field(factory=lambda: Recent(_MOST))
    items: Recent[str, Items] = field(factory=lambda: Recent(_MOST))
    """By file."""
    provisions: Recent[tuple[str, int], Provisions] = field(factory=lambda: Recent(_MOST))
    """By file and the number of the policy in it."""
    vocabularies: Recent[tuple[Any, ...], Known] = field(factory=lambda: Recent(_MOST))
    merged: Recent[tuple[int, ...], tuple[tuple[v.Vocabulary, ...], v.Vocabulary]] = field(
        factory=lambda: Recent(_MOST)
    )
    """Vocabularies read together without a mistake, by their identities."""
    uses: Recent[tuple[int, int], tuple[n.Scenario, v.Vocabulary, Use]] = field(
        factory=lambda: Recent(_MOST_USES)
    )
    """Of scenarios without a mistake, by the identities of the scenario and of the vocabulary."""
    _equal: list[v.Vocabulary] = field(factory=list)

    def first_equal(self, vocabulary: v.Vocabulary) -> v.Vocabulary:
        """One object for all vocabularies of late that are equal to this one."""
        for each in self._equal:
            if each == vocabulary:
                return each
        self._equal = [vocabulary, *self._equal[:_FEW]]
        return vocabulary


@define
class Compilation:
    """Reads, elaborates and links; keeps every source text and every mistake."""

    search: Search = field(factory=Search)
    sources: dict[str, str] = field(factory=dict)
    problems: list[Diagnostic] = field(factory=list)
    memory: Memory | None = None
    _parsed: dict[str, Parsed] = field(factory=dict)
    _units: dict[str, dict[UnitKey, s.Unit]] = field(factory=dict)
    _digests: dict[str, Any] = field(factory=dict)
    _policies: dict[tuple[str, str, int], n.Policy] = field(factory=dict)
    _histories: dict[tuple[str, str | None], n.History] = field(factory=dict)
    _library: dict[str, n.Choices | None] = field(factory=dict)
    """Documents that scenarios expect to govern."""
    _vocabularies: Vocabularies = field(init=False)
    _unsure: set[str] = field(factory=set)
    """Policies of which not all could be read: what seems to be missing may be in the rest."""
    _lost: dict[str, frozenset[str]] = field(factory=dict)
    """For each policy, by id, the words of what could not be read."""
    digested: dict[str, tuple[str, ...]] = field(factory=dict)
    """For each policy, by its digest, the files whose texts the digest is of, in their order."""

    def __attrs_post_init__(self) -> None:
        self._vocabularies = Vocabularies(self._vocabulary, self.problems)
        if self.memory is not None:
            self.search.known = self.memory.heads
            self._vocabularies.known = self.memory.vocabularies

    # --- from words to documents ----------------------------------------------------------------

    def roots(self, words: Iterable[str | Path]) -> list[n.Policy]:
        """The policies that paths and ids name: of an id without a version, every version."""
        asked = [found for word in words if (found := self.search.ask(word)) is not None]
        self._refuse_doubles()
        roots: list[n.Policy] = []
        if not asked and not self.search.problems:
            self.problems.append(mistake("TOS6004", None, name="an empty list of policies"))
        for each in asked:
            if each.policy is not None:
                roots += self.versions(each.policy, each.version, NOWHERE)
            else:
                roots += self.file_roots(each.files)
        return list(dict.fromkeys(roots))

    def file_roots(self, files: Iterable[str]) -> list[n.Policy]:
        """The policies of named files; that there is none at all is a mistake."""
        aliases = next(iter(self.search.layers())).aliases
        several = list(dict.fromkeys(aliases.get(file, file) for file in files))
        roots = [policy for file in several for policy in self._file_policies(file)]
        if not roots and not self.diagnostics():
            names = " and ".join(f"`{file}`" for file in several[:3])
            self.problems.append(mistake("TOS6004", None, name=names))
        return roots

    def _refuse_doubles(self) -> None:
        """The same id and version twice among the files asked about."""
        first: dict[tuple[str, str, str | None, str], Head] = {}
        for head in next(iter(self.search.layers())).heads:
            other = first.setdefault((head.kind, head.id, head.version, head.recorded), head)
            if other is not head:
                self.search.refuse_double(head, other)
                if head.kind == "vocabulary":
                    self._vocabularies.doubled.add(head.id)

    def choices(self, documents: Iterable[n.History], *, scenarios: bool = True) -> n.Choices:
        """Every choice of versions with what they incorporate, linked: so every mistake is met.

        The facts of the scenarios are checked on the way, and what these expect.
        """
        asked = tuple(documents)
        histories = self._histories_of(asked)
        problems: list[Diagnostic] = []
        linked: dict[tuple[int, ...], n.Linked] = {}
        for as_of, known_at in self._days(asked, histories):
            for key in islice(chosen(histories, as_of, known_at), limits.MAX_ALTERNATIVES + 1):
                if key not in linked:
                    choosing = _choosing(histories, key, as_of, known_at)
                    linked[key] = link(asked, self.versions, choosing, problems)
                    policies = [document.policy for document in linked[key].documents]
                    routed = partial(self._routed, policies, choosing)
                    check_routes(policies, routed, problems)
                    check_ways_back(linked[key].documents, routed, problems)
            if len(chosen(histories, as_of, known_at)) > limits.MAX_ALTERNATIVES:
                limit = limits.MAX_ALTERNATIVES
                problems.append(mistake("TOS5041", asked[0][0].span, limit=limit))
                break
        vocabulary = whole_vocabulary(linked.values(), problems)
        self._add(problems)
        made = n.Choices(
            asked,
            histories,
            {key: evolve(each, vocabulary=vocabulary) for key, each in linked.items()},
            vocabulary,
        )
        return self._with_scenarios(made, bool(problems)) if scenarios else made

    def _routed(
        self, policies: Sequence[n.Policy], choose_of_days: Choose, id_: str, version: str | None
    ) -> n.Policy | None:
        """The document that a route leads to: one of these, or one beside them; None without one."""
        for policy in policies:
            if policy.id == id_ and version in {None, policy.version}:
                return policy
        heads = [each for each in self.search.library(id_) if version in {None, each.version}]
        versions = self._read(heads)
        return choose_of_days(versions) if versions else None

    def _histories_of(self, asked: Iterable[n.History]) -> tuple[n.History, ...]:
        """The documents, asked about or coming in, of which there are several versions."""
        found: dict[tuple[str, str | None], n.History] = {}
        followed: set[tuple[str, str | None]] = set()
        todo = [policy for versions in asked for policy in versions]
        while todo:
            for item in todo.pop().incorporations:
                key = (item.policy, item.version)
                found[key] = found.get(key) or self.versions(*key, item.span)
                if key not in followed:
                    followed.add(key)
                    todo += found[key]
        # The same versions are one document, whether it is asked about, comes in, or both: one version
        # of it answers a question.
        several = {_same(each): each for each in reversed([*asked, *found.values()]) if len(each) > 1}
        self.tell_ties(reversed(several.values()))
        return tuple(reversed(several.values()))

    def tell_ties(self, histories: Iterable[n.History]) -> None:
        """Warn of each document with versions that no day puts in order."""
        for first, second in filter(None, map(unordered_pair, histories)):
            one, other = (each.version or "(none)" for each in (first, second))
            begin = "begin on one day" if first.effective_from else "do not say when they begin"
            unknown = [name for name, each in ((one, first), (other, second)) if each.recorded is None]
            recorded = {
                0: " and were recorded on one day",
                1: f", and {''.join(unknown)} does not say when it was recorded",
                2: ", and neither says when it was recorded",
            }[len(unknown)]
            words = {"first": one, "second": other, "name": first.id, "days": begin + recorded}
            self.problems.append(mistake("TOS6011", second.span, None, **words))

    def _days(
        self, asked: Sequence[n.History], histories: Sequence[n.History]
    ) -> Iterable[tuple[date | None, date | None]]:
        """Days enough to meet every choice."""
        uses, knowledge = periods(histories)
        if len(uses) * len(knowledge) <= limits.MAX_PERIODS:
            return product(uses, knowledge)
        longest = max(histories, key=len)[0].id
        place = asked[0][0].span
        self.problems.append(mistake("TOS6012", place, limit=limits.MAX_PERIODS, name=longest))
        return ((None, None),)

    def _with_scenarios(self, made: n.Choices, problems: bool) -> n.Choices:
        """The choices, and what the scenarios of the policies asked about need besides."""
        policies = [policy for versions in made.asked for policy in versions]
        expected: list[Diagnostic] = []
        check_expectations(policies, made.linked.values(), made.vocabulary, expected, self._unsure)
        if problems or self.search.problems or any(self._lost.values()) or self.has_errors():
            # What did not come in, or has a mistake of its own, cannot be expected of.
            expected = [each for each in expected if each.code != "TOS3001"]
        self._add(expected)
        for each in made.policies():
            self._presumptions(each, made)
        library: dict[str, n.Choices] = {}
        for policy in policies:
            for scenario in policy.scenarios:
                if policy.name not in self._unsure:
                    self.scenario_use(scenario, made)
                for one in scenario.expectations:
                    if one.kind == "governs":
                        library |= self._governing(one, policy)
        return evolve(made, library=library)

    def _presumptions(self, policy: n.Policy, choices: n.Choices) -> None:
        """What is wrong with what a policy and its vocabularies presume: each fact once, each value by
        the type of its fact."""
        said = [(each.path, each.value, each.span) for each in policy.presumptions]
        facts = policy.vocabulary.facts
        declared = [(f.name, f.presumed, f.span) for f in facts if f.presumed is not None]
        for several in (said, declared):
            entries = tuple(Entry(path, value, span=span) for path, value, span in several)
            problems: list[Diagnostic] = []
            if entries and not self._lost.get(policy.id):
                read_facts(Entries(entries), choices.vocabulary, problems)
            self.problems += no_facts(problems, choices)

    def _governing(self, expected: n.Expectation, policy: n.Policy) -> dict[str, n.Choices]:
        """The document that a scenario expects to govern, unless the policy itself leads to it.

        That a version of it is not at hand is no mistake: a text can be used without its neighbours.
        """
        name, span = expected.words[0], expected.spans[0]
        if any(route.policy == name for route in policy.routes):
            return {}
        if name not in self._library:
            versions = self._read(self.search.library(name))
            self._library[name] = self.choices([versions], scenarios=False) if versions else None
        found = self._library[name]
        if found is None:
            if not self.search.library(name) and not self._lost.get(policy.id):
                near = (name, [*self.search.ids("policy"), *(route.policy for route in policy.routes)])
                self.problems.append(mistake("TOS3032", span, near, name=name, policy=policy.id))
            return {}
        return {name: found}

    def _add(self, problems: Iterable[Diagnostic]) -> None:
        self.problems += [each for each in problems if not self._is_lost(each)]

    def _is_lost(self, problem: Diagnostic) -> bool:
        """Whether a clause is not found because the text that declares it could not be read."""
        words = dict(problem.words)
        lost = self._lost.get(words.get("policy", "").partition("@")[0], frozenset())
        return problem.code == "TOS3001" and not lost.isdisjoint(words["name"].split("."))

    def scenario_use(self, scenario: n.Scenario, choices: n.Choices) -> Use:
        """The use that a scenario describes, for the policies that it is asked of."""
        vocabulary = choices.vocabulary
        if self.memory is not None:
            vocabulary = self.memory.first_equal(vocabulary)
        key = id(scenario), id(vocabulary)
        known = self.memory.uses.get(key) if self.memory is not None else None
        if known is not None:
            return known[2]
        problems: list[Diagnostic] = []
        use = read_scenario(scenario, choices.vocabulary, problems)
        if self.memory is not None and not problems:
            self.memory.uses.put(key, (scenario, vocabulary, use))
        self.problems += no_facts(problems, choices)
        return use

    def unit_of(self, policy: n.Policy) -> s.Policy:
        """The text of a policy that was read here, as a tree."""
        unit = self._units[policy.span.file][policy.span.line]
        assert isinstance(unit, s.Policy)
        return unit

    def elaborated(self, unit: s.Policy) -> n.Policy | None:
        """A policy of a text that was read here, if it was elaborated."""
        return self._policies.get((unit.name.span.file, unit.name.text, unit.name.span.line))

    def vocabulary_of(self, unit: s.Vocabulary) -> v.Vocabulary:
        """A vocabulary of a text that was read here, with those that it uses; empty if it was not
        elaborated, or another of its name was."""
        return self._vocabularies.made_of(unit)

    def units_in(self, file: str) -> tuple[s.Unit, ...]:
        """The policies and vocabularies of a file that was read here, as trees."""
        return self._parsed[file].file.units if file in self._parsed else ()

    def diagnostics(self) -> list[Diagnostic]:
        """Every mistake so far, once, by file and place."""
        found = [*self.search.problems, *self.problems]
        found += [each for parsed in self._parsed.values() for each in parsed.diagnostics]
        return in_order(found)

    def has_errors(self) -> bool:
        return any(each.severity is Severity.ERROR for each in self.diagnostics())

    # --- units ----------------------------------------------------------------------------------

    def _file_policies(self, file: str) -> list[n.Policy]:
        parsed = self._parse(file)
        if parsed is None:
            return []
        for unit in parsed.file.units:
            if isinstance(unit, s.Vocabulary):
                self._vocabularies.declared(unit, parsed.lost)
        units = [unit for unit in parsed.file.units if isinstance(unit, s.Policy)]
        return [self._elaborate(unit, file, parsed.lost) for unit in units]

    def versions(self, id_: str, version: str | None, span: Span) -> n.History:
        """The versions of a policy, or the texts of one; none, with a diagnostic at ``span``."""
        if not self._histories.get((id_, version)):
            heads = self.search.versions("policy", id_, version, span)
            if not heads and (said := not_over_a_document(id_, span, self.units_in(span.file))):
                self.search.problems[-1] = said
            self._histories[id_, version] = self._read(heads)
        return self._histories[id_, version]

    def _read(self, heads: Iterable[Head]) -> n.History:
        """The policies that headers announced, those that can be read."""
        found = [(head.file, self._unit(head)) for head in heads]
        return tuple(
            self._elaborate(unit[0], file, unit[1])
            for file, unit in found
            if unit is not None and isinstance(unit[0], s.Policy)
        )

    def _vocabulary(self, name: s.Name) -> tuple[s.Vocabulary, frozenset[str]] | None:
        """A vocabulary by the name that uses it, or None with a diagnostic."""
        heads = self.search.versions("vocabulary", name.text, None, name.span)
        found = self._unit(heads[-1]) if heads else None
        if found is None or not isinstance(found[0], s.Vocabulary):
            return None
        return found[0], found[1]

    def _unit(self, head: Head) -> tuple[s.Unit, frozenset[str]] | None:
        """The unit that a header announced, and the words of what could not be read in its file.

        None if it cannot be read (then that is reported).
        """
        parsed = self._parse(head.file)
        if parsed is None:
            return None
        units = self._units[head.file]
        found = units.get(head.span.line) or units.get((head.kind, head.id, head.version))
        return None if found is None else (found, parsed.lost)

    def _elaborate(self, unit: s.Policy, file: str, lost: frozenset[str]) -> n.Policy:
        key = (file, unit.name.text, unit.name.span.line)
        if key not in self._policies:
            used = [item.name for item in only(unit.items, s.Use)]
            read_in = self._vocabularies.used(used, lost)
            place = used[-1].span if used else unit.name.span
            vocabulary = self._merged(read_in.found, place)
            problems: list[Diagnostic] = []
            made = elaborate_policy(unit, vocabulary, lost, problems, self._provisions(unit, file))
            told = [each for each in problems if not read_in.explains(each)]
            self.problems += self._vocabularies_left_out(told, file, {name.text for name in used})
            if not read_in.whole:
                self._unsure.add(made.name)
            self._lost[made.id] = self._lost.get(made.id, frozenset()) | lost
            digest = self._digests[file].copy()
            beside = list(dict.fromkeys(self._vocabularies_of(used).values()))
            for each in beside:
                digest.update(self.sources[each].encode("utf-8", "surrogatepass"))
            said = tuple(map(sentences, self._in_place_of(unit, used)))
            self._policies[key] = evolve(made, digest=f"sha256:{digest.hexdigest()}", in_place_of=said)
            self.digested[self._policies[key].digest] = (file, *beside)
        return self._policies[key]

    def _merged(self, several: tuple[v.Vocabulary, ...], place: Span) -> v.Vocabulary:
        """Vocabularies read together; the same object as before where nothing has changed."""
        key = tuple(map(id, several))
        known = self.memory.merged.get(key) if self.memory is not None else None
        if known is not None:
            return known[1]
        before = len(self.problems)
        made = merge(several, self.problems, place)
        if self.memory is not None and len(self.problems) == before:
            self.memory.merged.put(key, (several, made))
        return made

    def _provisions(self, unit: s.Policy, file: str) -> Provisions | None:
        """What was made of the clauses of a policy before, to be filled anew."""
        if self.memory is None:
            return None
        units = self._parsed[file].file.units
        key = file, next(number for number, each in enumerate(units) if each is unit)
        found = self.memory.provisions.get(key)
        return self.memory.provisions.put(key, Provisions()) if found is None else found

    def _in_place_of(self, unit: s.Policy, used: Iterable[s.Name]) -> list[Diagnostic]:
        """What is to be said of a policy and its vocabularies that are read in the place of others."""
        found: list[Diagnostic] = []
        names = [
            ("policy", unit.name.text),
            *(("vocabulary", each) for each in self._vocabularies_of(used)),
        ]
        for kind, name in names:
            if (replaced := self.search.replaced(kind, name)) is not None:
                head, whose = replaced
                words = {"kind": kind, "name": name, "file": head.file, "whose": whose}
                found.append(mistake("TOS6015", head.span, None, **words))
        self.problems += found
        return found

    def _vocabularies_left_out(
        self, problems: list[Diagnostic], file: str, used: Set[str]
    ) -> Iterator[Diagnostic]:
        """The problems; where names are of a vocabulary of the same file that is not used, that is
        said once, and not of each name."""
        left = {each: None for each in problems if each.code == "TOS2001"}
        for unit in self.units_in(file) if left else ():
            if isinstance(unit, s.Vocabulary) and unit.name.text not in used:
                names = set(_declared(unit))
                of_it = [each for each in left if dict(each.words)["name"].partition(".")[0] in names]
                if of_it:
                    words = {"name": dict(of_it[0].words)["name"], "vocabulary": unit.name.text}
                    yield mistake("TOS3018", of_it[0].span, None, **words)
                for each in of_it:
                    del left[each]
        yield from (each for each in problems if each.code != "TOS2001" or each in left)

    def _vocabularies_of(self, names: Iterable[s.Name]) -> dict[str, str]:
        """Vocabularies and those that they use, each once, and the files that they are read from."""
        files: dict[str, str] = {}
        todo, seen = list(names), set[str]()
        while todo:
            name = todo.pop(0)
            heads = self.search.heads("vocabulary", name.text) if name.text not in seen else ()
            seen.add(name.text)
            if heads and heads[-1].file in self.sources:
                files[name.text] = heads[-1].file
                found = self._unit(heads[-1])
                todo += (
                    [item.name for item in found[0].items if isinstance(item, s.Use)] if found else []
                )
        return files

    def _parse(self, file: str) -> Parsed | None:
        if file not in self._parsed:
            found: list[Diagnostic] = []
            text = read(self.search.source(file), file, found)
            parsed = parse(text, file, self._items(file)) if text is not None else None
            found += parsed.diagnostics if parsed is not None else ()
            told = discreet(file, found)
            if text is None or parsed is None or told is not found:
                self.problems += told
                return None
            self.sources[file] = text
            self._digests[file] = hashlib.sha256(text.encode("utf-8", "surrogatepass"))
            self._parsed[file] = parsed
            self._units[file] = _by_name(parsed.file.units, declared(text, file, self.search.known))
        return self._parsed[file]

    def _items(self, file: str) -> Items | None:
        """The items of an earlier text of a file, to be filled anew."""
        if self.memory is None:
            return None
        found = self.memory.items.get(file)
        return self.memory.items.put(file, Items()) if found is None else found


def _choosing(
    histories: Sequence[n.History], key: Sequence[int], as_of: date | None, known_at: date | None
) -> Choose:
    """Chooses the versions of this key; of what has only one version, that one."""
    known = {_same(versions): versions[at] for versions, at in zip(histories, key, strict=True)}
    return lambda versions: known.get(_same(versions)) or choose(versions, as_of, known_at)


def _same(versions: n.History) -> frozenset[int]:
    """What tells whether two histories are of the same texts, in whatever order."""
    return frozenset(map(id, versions))


def read_scenario(scenario: n.Scenario, vocabulary: v.Vocabulary, problems: list[Diagnostic]) -> Use:
    """The use that a scenario describes."""
    said = [(each.status, each.source, each.facts) for each in scenario.said]
    use = read_said(scenario.given, said, scenario.readings, vocabulary, problems)
    return evolve(
        use,
        title=scenario.title,
        as_of=scenario.as_of,
        known_at=scenario.known_at,
        standard=scenario.standard,
    )


def _declared(unit: s.Vocabulary) -> Iterator[str]:
    """The names that a vocabulary gives to conditions."""
    for item in unit.items:
        match item:
            case s.Fact(decl=decl):
                yield decl.name.text
            case s.EnumType(members=members):
                yield from (member.name.text for member in members)
            case s.Party(name=name) | s.Define(name=name):
                yield name.text


def _by_name(units: Sequence[s.Unit], heads: Sequence[Head]) -> dict[UnitKey, s.Unit]:
    """Each unit by kind, id and version; also as its header reads without being parsed; by its line."""
    made: dict[UnitKey, s.Unit] = {}
    for unit in units:
        made[unit.name.span.line] = unit
        kind = "policy" if isinstance(unit, s.Policy) else "vocabulary"
        version = unit.header.version if isinstance(unit, s.Policy) else None
        made.setdefault((kind, unit.name.text, version.value if version else None), unit)
    by_line = {unit.name.span.line: unit for unit in units}
    for head in heads:
        if head.span.line in by_line:
            made.setdefault((head.kind, head.id, head.version), by_line[head.span.line])
    return made
