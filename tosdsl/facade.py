"""The library as a program calls it: ``load`` policies, then ``decide`` uses.

This is the layer that raises: passes below it return diagnostics.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from attrs import asdict, evolve, field, frozen

from tosdsl.answer import answer, answer_verdict
from tosdsl.compiled import Predicates
from tosdsl.decision.model import Decision, Verdict
from tosdsl.diagnostics.model import Diagnostic, Severity, in_order
from tosdsl.diagnostics.render import render_all, sentences
from tosdsl.facts.document import from_python, read_text
from tosdsl.facts.schema import schema_of
from tosdsl.facts.use import read_parts, read_use
from tosdsl.library.files import Memory, decoded
from tosdsl.library.search import Search
from tosdsl.pipeline import Compilation, read_scenario
from tosdsl.trees.facts import Entries, Use
from tosdsl.trees.growing import growing
from tosdsl.trees.norms import Choices, Linked, Policy, Scenario
from tosdsl.trees.versions import chosen
from tosdsl.trees.vocabulary import Vocabulary


class TosdslError(Exception):
    """What is wrong with a policy or with facts. ``diagnostics`` holds all of it."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...], sources: Mapping[str, str]) -> None:
        self.diagnostics = diagnostics
        self.sources = sources
        super().__init__(render_all(diagnostics, sources))

    def __reduce__(self) -> tuple[type[TosdslError], tuple[object, ...]]:
        """Between processes it travels as what it was made of."""
        return type(self), (self.diagnostics, dict(self.sources))


class PolicyError(TosdslError):
    """The policies cannot be used."""


class FactError(TosdslError):
    """The facts do not fit the vocabulary."""


for _public in (TosdslError, PolicyError, FactError):
    _public.__module__ = "tosdsl"  # a traceback names them as they are imported


class _Compiled:
    """An attribute that is a generated function, made when it is first asked for."""

    def __init__(self, make: Callable[[Predicates], Callable[..., Any]]) -> None:
        self._make = make

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, policies: PolicySet | None, owner: type) -> Any:
        if policies is None:
            return self
        made = vars(policies)[self._name] = self._make(policies.predicates)
        return made


@frozen(slots=False)
class PolicySet:
    """Policies ready to be asked. Immutable, and safe to share between threads."""

    choices: Choices = field(repr=False)
    sources: Mapping[str, str] = field(repr=False, eq=False)
    warnings: tuple[Diagnostic, ...] = ()
    verdict = _Compiled(Predicates.verdict)
    decide = _Compiled(Predicates.decide)

    @cached_property
    def predicates(self) -> Predicates:
        return Predicates(self.choices, self.slow_verdict, self.slow_decide)

    @property
    def linked(self) -> Linked:
        """The documents that answer where no day is given: the newest version of each."""
        return self.at(None, None)

    def at(self, as_of: date | None, known_at: date | None) -> Linked:
        """The documents that answer on these days, each in the version that they choose."""
        choices = self.choices
        return choices.linked[chosen(choices.histories, as_of, known_at)]

    @property
    def vocabulary(self) -> Vocabulary:
        """The facts that these policies know, in any version."""
        return self.choices.vocabulary

    def slow_decide(
        self,
        facts: Mapping[str, Any],
        *,
        as_of: date | None = None,
        known_at: date | None = None,
        use: str | None = None,
        assertions: Sequence[Mapping[str, Any]] = (),
        standard: str = "confirmed",
        readings: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Decision:
        """The decision on a use.

        ``facts`` maps fact names to values: nested mappings or dotted keys; booleans, integers,
        strings, dates (or ISO strings), and lists of these. What is left out, or None, is unknown.
        ``as_of`` is the day of the use, ``known_at`` the day up to which the asker could read: they
        choose among the versions of a document. Both unsaid: the newest counts as in force.

        ``assertions`` are mappings with ``fact``, ``value``, ``status`` (``alleged`` or
        ``confirmed``), ``source``, and perhaps ``said_on`` and ``said_by``; ``standard`` says which
        of them count. ``readings`` maps names to judged facts: each reading is tried.

        Raises FactError if a fact is not declared or has the wrong type. Pure: the same question has
        the same answer.
        """
        given = _given(facts, as_of, known_at, use, assertions, standard, readings)
        return self._decision(self._use(given))

    def decide_use(self, use: Use) -> Decision:
        """The decision on a use that ``read_use`` has read or a program has made. Raises FactError."""
        said = [asdict(each, recurse=False) for each in use.assertions]
        readings = {each.name: each.facts for each in use.readings}
        given = _given(use.facts, use.as_of, use.known_at, use.title, said, use.standard, readings)
        checked = self._use(given)
        odd = tuple(dict.fromkeys((*use.warnings, *checked.warnings)))
        return self._decision(evolve(checked, warnings=odd))

    def _decision(self, use: Use) -> Decision:
        return answer(self.at(use.as_of, use.known_at), use)[0]

    def slow_verdict(
        self,
        facts: Mapping[str, Any],
        *,
        as_of: date | None = None,
        known_at: date | None = None,
        assertions: Sequence[Mapping[str, Any]] = (),
        standard: str = "confirmed",
        readings: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Verdict:
        """The verdict alone: what ``decide(…).verdict`` is, with nothing else worked out."""
        given = _given(facts, as_of, known_at, None, assertions, standard, readings)
        made = self._use(given)
        return answer_verdict(self.at(made.as_of, made.known_at), made)

    def read_use(self, text: str | bytes, file: str = "<facts>") -> tuple[Use, tuple[Diagnostic, ...]]:
        """A use from a YAML or JSON document (bytes are UTF-8), with warnings. Raises FactError."""
        problems: list[Diagnostic] = []
        if isinstance(text, bytes):
            text = decoded(text, file, problems) or ""
            self._checked(problems, {})
        root = read_text(text, file, problems)
        if root is None:
            self._checked(problems, {file: text})
            root = Entries(())  # an empty document
        use = read_use(root, self.vocabulary, problems)
        odd = self._checked(problems, {file: text})
        return evolve(use, warnings=tuple(map(sentences, odd))), odd

    def _use(self, given: Mapping[str, object]) -> Use:
        """A use of what a program gives, by key as in a document; every part of it is checked."""
        problems: list[Diagnostic] = []
        nodes = {key: from_python(value, problems) for key, value in given.items()}
        read = {key: node for key, node in nodes.items() if node is not None}
        use = read_parts(read, self.vocabulary, problems)
        return evolve(use, warnings=tuple(map(sentences, self._checked(problems, {}))))

    @staticmethod
    def _checked(problems: list[Diagnostic], sources: Mapping[str, str]) -> tuple[Diagnostic, ...]:
        if any(problem.severity is Severity.ERROR for problem in problems):
            raise FactError(tuple(in_order(problems)), sources)
        return tuple(problems)

    def schema(self) -> dict[str, Any]:
        """The JSON Schema (2020-12) of a use."""
        named = " and ".join(versions[0].id for versions in self.choices.asked)
        return schema_of(self.vocabulary, named)

    def scenarios(self) -> tuple[tuple[str, Scenario, Use], ...]:
        """The scenarios of the policies asked about: policy, scenario, and the use it describes."""
        found = []
        for policy in (each for versions in self.choices.asked for each in versions):
            for scenario in policy.scenarios:
                use = read_scenario(scenario, self.vocabulary, [])
                found.append((policy.name, scenario, use))
        return tuple(found)


def _given(
    facts: object,
    as_of: object,
    known_at: object,
    use: object,
    assertions: object,
    standard: object,
    readings: object,
) -> dict[str, object]:
    """The parts of a use by the keys of a facts document."""
    return {
        "facts": facts,
        "as_of": as_of,
        "known_at": known_at,
        "use": use,
        "assertions": assertions,
        "standard": standard,
        "readings": readings,
    }


@growing()
def load(*where: str | Path) -> PolicySet:
    """Policies from files, folders or ids (``openai.business_terms``, ``…@2023-11-14``), read together.

    An id means the document, in all its versions: the days of a question choose one. A file is the
    version that it holds; several versions read together are one document. Raises PolicyError with
    every mistake of every text that was read.
    """
    work = Compilation(Search())
    return _together(work, work.roots(where))


def _together(work: Compilation, roots: Iterable[Policy]) -> PolicySet:
    """Policies as one set: those of one id are the versions of one document."""
    documents: dict[str, dict[int, Policy]] = {}
    for root in roots:
        documents.setdefault(root.id, {})[id(root)] = root
    choices = work.choices(tuple(each.values()) for each in documents.values())
    diagnostics = tuple(work.diagnostics())
    if work.has_errors():
        raise PolicyError(diagnostics, work.sources)
    return PolicySet(choices, work.sources, diagnostics)


@growing()
def loads(*texts: str) -> PolicySet:
    """Every policy of these texts, read together. What they use stands in them or is installed.

    Raises PolicyError; diagnostics name the texts ``<text 1>``, ``<text 2>``, ….
    """
    named = {f"<text {number}>": Memory(text) for number, text in enumerate(texts, 1)}
    work = Compilation(Search(dict(named)))
    return _together(work, work.file_roots(named))


@growing()
def load_each(*where: str | Path) -> list[PolicySet]:
    """Each policy that the words name, each version of it, as a set of its own. Raises PolicyError."""
    work = Compilation(Search())
    roots = work.roots(where)
    sets = [PolicySet(work.choices([(root,)]), work.sources) for root in roots]
    diagnostics = tuple(work.diagnostics())
    if work.has_errors():
        raise PolicyError(diagnostics, work.sources)
    return [evolve(each, warnings=diagnostics) for each in sets]
