"""The library as a program calls it: ``load`` policies, then ``decide`` uses.

This is the layer that raises: passes below it return diagnostics. It is all that a program imports
before its first question, so each method imports what it needs when it is called. INVARIANT: making a
``PolicySet`` of parts that are made later imports no tree and no pass.
"""

from __future__ import annotations

from _thread import allocate_lock  # what threading calls Lock, without the time that threading takes

from tosdsl.errors import FactError, PolicyError, TosdslError

TYPE_CHECKING = False
if TYPE_CHECKING:  # not from typing: it takes longer to import than all of this
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path
    from typing import Any, NoReturn

    from tosdsl.base.verdict import Verdict
    from tosdsl.cache.loads import Entry
    from tosdsl.compiled import Predicates
    from tosdsl.decision.model import Decision
    from tosdsl.diagnostics.model import Diagnostic
    from tosdsl.library.files import Source
    from tosdsl.pipeline import Compilation
    from tosdsl.trees.facts import Use
    from tosdsl.trees.norms import Choices, Linked, Policy, Scenario
    from tosdsl.trees.vocabulary import Vocabulary
    from tosdsl.workspace.memory import Entry as InMemory
    from tosdsl.workspace.memory import Workspace

__all__ = ["FactError", "PolicyError", "PolicySet", "TosdslError", "load", "load_each", "loads"]


class _Later:
    """A part that is made when it is first asked for: once, whichever threads ask."""

    __slots__ = ("_lock", "_made", "_make")

    def __init__(self, make: Callable[[], object]) -> None:
        self._lock = allocate_lock()
        self._make: Callable[[], object] | None = make
        self._made: object = None

    def get(self) -> object:
        with self._lock:
            if self._make is not None:  # what it raises is raised again when asked again
                self._made = self._make()
                self._make = None
            return self._made


class _Compiled:
    """An attribute that is a generated function, made when it is first asked for and kept."""

    def __init__(self, text: str) -> None:
        self.__doc__ = text

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, policies: PolicySet | None, owner: type) -> Any:
        if policies is None:
            return self
        made = policies._kept_verdict() if self._name == "verdict" else None
        made = made or getattr(policies.predicates, self._name)()
        made.__name__, made.__qualname__ = self._name, f"PolicySet.{self._name}"
        made.__doc__ = self.__doc__
        vars(policies)[self._name] = made
        return made


class _Answers:
    """What stands for what kept code does not hold; see ``runtime.kept``."""

    def __init__(self, policies: PolicySet, shapes: Sequence[Any]) -> None:
        self._policies = policies
        self._shapes = shapes

    def odd(self, facts: Any) -> Any:
        return self._policies.predicates.slow_verdict(facts)

    def dated(self, facts: Any, as_of: date | None, known_at: date | None) -> Any:
        return self._policies.predicates.dated_verdict(facts, as_of, known_at)

    def condition(self, number: int) -> Callable[[Any], bool | None]:
        return self._policies.predicates.condition(number)

    def other_party(self, name: str) -> bool:
        return self._policies.predicates.other_party(name)

    def body(self, number: int) -> Any:
        return self._policies.predicates.body(*self._shapes[number])


_MAKING = allocate_lock()
_MOST_PARTS = 1_000
"""Clauses and sections of which what answers is kept."""


class PolicySet:
    """Policies ready to be asked. Immutable, and safe to share between threads.

    ``choices``, ``sources``, ``warnings`` and ``digested`` are each a value, or a function without
    arguments that makes it when it is first asked for.
    """

    _parts: dict[str, Any]
    _entry: Entry | InMemory | None
    parts_asked: tuple[str, ...]
    """The clauses or sections that are asked about, each a part of the one before; see ``about``."""

    def __init__(
        self,
        choices: Choices | Callable[[], Choices],
        sources: Mapping[str, str] | Callable[[], Mapping[str, str]],
        warnings: tuple[Diagnostic, ...] | Callable[[], tuple[Diagnostic, ...]] = (),
        digested: Mapping[str, tuple[str, ...]]
        | Callable[[], Mapping[str, tuple[str, ...]]]
        | None = None,
        *,
        entry: Entry | InMemory | None = None,
        parts_asked: tuple[str, ...] = (),
    ) -> None:
        """``entry`` is where the code of the policies is kept: in the cache, or in a workspace.
        ``parts_asked`` are the parts to which ``about`` has narrowed ``choices``, in turn."""
        named: object = {} if digested is None else digested
        given = {"choices": choices, "sources": sources, "warnings": warnings, "digested": named}
        parts = {name: _Later(part) if callable(part) else part for name, part in given.items()}
        vars(self)["_parts"] = parts
        vars(self)["_entry"] = entry
        vars(self)["parts_asked"] = parts_asked

    def _kept_verdict(self) -> Any:
        """The function of verdicts that an earlier process has made of the same policies, or None."""
        entry = self._entry
        plain = entry.engine() if entry is not None else None
        if plain is None and entry is not None and entry.changed:
            from tosdsl.base.growing import growing
            from tosdsl.workspace.code import recompiled

            before = entry.engine_before()
            if before is not None:
                with growing():
                    plain = recompiled(before, self.choices, entry.changed)
            if plain is not None:
                entry.keep_engine(plain)
        if plain is None:
            return None
        from tosdsl.runtime.kept import restored

        return restored(plain, _Answers(self, plain.get("shapes", ())))

    def _part(self, name: str) -> Any:
        part = self._parts[name]
        return part.get() if type(part) is _Later else part

    @property
    def choices(self) -> Choices:
        """The documents in all their versions, and the whole that each choice among them makes."""
        made: Choices = self._part("choices")
        return made

    @property
    def sources(self) -> Mapping[str, str]:
        """The texts that were read, by file."""
        made: Mapping[str, str] = self._part("sources")
        return made

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What is odd in the policies and keeps nobody from asking them."""
        made: tuple[Diagnostic, ...] = self._part("warnings")
        return made

    @property
    def digested(self) -> Mapping[str, tuple[str, ...]]:
        """For each policy, by its digest, the files whose texts the digest is of, in their order."""
        made: Mapping[str, tuple[str, ...]] = self._part("digested")
        return made

    def __setattr__(self, name: str, value: object) -> NoReturn:
        from attrs.exceptions import FrozenInstanceError  # what every other part of an answer raises

        raise FrozenInstanceError

    def __delattr__(self, name: str) -> NoReturn:
        self.__setattr__(name, None)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PolicySet):
            return NotImplemented
        return self.choices == other.choices and self.warnings == other.warnings

    def __repr__(self) -> str:
        asked = [policy.name for versions in self.choices.asked for policy in versions]
        return f"PolicySet({', '.join(asked)})"

    def __reduce__(self) -> tuple[Callable[..., PolicySet], tuple[object, ...]]:
        """Between processes it travels with its parts made."""
        from functools import partial

        made = partial(type(self), parts_asked=self.parts_asked)
        return made, (self.choices, self.sources, self.warnings, self.digested)

    @property
    def linked(self) -> Linked:
        """The documents that answer where no day is given: the newest version of each."""
        return self.at(None, None)

    def at(self, as_of: date | None, known_at: date | None) -> Linked:
        """The documents that answer on these days, each in the version that they choose.

        Raises PolicyError where nothing says which of two versions that is.
        """
        found, *others = self.alternatives(as_of, known_at)
        if others:
            from tosdsl.asking import open_which
            from tosdsl.trees.moments import with_zone

            days = with_zone(as_of, "as_of"), with_zone(known_at, "known_at")
            raise PolicyError((open_which((found, *others), *days),), self.sources)
        return found

    def alternatives(self, as_of: date | None, known_at: date | None) -> tuple[Linked, ...]:
        """The same; where nothing says which of several versions governs, one for each of them.

        Raises FactError where there are too many.
        """
        from attrs import evolve

        from tosdsl.asking import may_answer
        from tosdsl.trees.moments import with_zone
        from tosdsl.trees.versions import is_timed

        choices = self.choices
        as_of, known_at = with_zone(as_of, "as_of"), with_zone(known_at, "known_at")
        linked = choices.linked
        found = may_answer(choices, as_of, known_at, timed=is_timed(choices))
        if len(found) == 1:
            return tuple(linked[key] for key, _ in found)
        return tuple(evolve(linked[key], governing=governing) for key, governing in found)

    @property
    def vocabulary(self) -> Vocabulary:
        """The facts that these policies know, in any version."""
        return self.choices.vocabulary

    def about(self, part: str) -> PolicySet:
        """The same policies, asked about one clause or one section by itself.

        ``part`` is its id, alone or behind its document (``policy#clause``). The verdict, the duties
        and the needs are that part's and nobody else's; the scopes around it count, and so does what
        prevails over it. A clause brings no default with it: where it neither forbids nor permits, it
        is not applicable. Raises PolicyError if there is none of the name.
        """
        with _MAKING:
            kept: dict[str, PolicySet] = vars(self).setdefault("_parts_asked", {})
            made = kept.get(part)
        if made is None:
            from tosdsl.trees.parts import names, narrowed

            choices = narrowed(self.choices, part)
            if choices is None:
                from tosdsl.diagnostics.model import mistake

                known = {each for policy in self.choices.policies() for each in names(policy)}
                near = part.rpartition("#")[2], sorted(known)
                raise PolicyError((mistake("TOS6028", None, near, name=part),), self.sources)
            narrower = (*self.parts_asked, part)
            made = PolicySet(choices, self.sources, self.warnings, self.digested, parts_asked=narrower)
            if len(kept) < _MOST_PARTS:
                kept[part] = made
        return made

    if TYPE_CHECKING:

        def decide(
            self,
            facts: Mapping[str, Any],
            *,
            as_of: date | str | None = None,
            known_at: date | str | None = None,
            use: str | None = None,
            assertions: Sequence[Mapping[str, Any]] = (),
            standard: str = "confirmed",
            readings: Mapping[str, Mapping[str, Any]] | None = None,
            assume: Mapping[str, Any] | None = None,
            reading: Mapping[str, str] | None = None,
        ) -> Decision: ...

        def verdict(
            self,
            facts: Mapping[str, Any],
            *,
            as_of: date | str | None = None,
            known_at: date | str | None = None,
        ) -> Verdict: ...

        def decide_json(
            self,
            data: bytes,
            *,
            explain: bool = False,
            as_of: date | None = None,
            known_at: date | None = None,
            standard: str | None = None,
        ) -> bytes: ...

    else:
        decide = _Compiled(
            """The decision on a use: ``decide(facts, *, as_of=None, known_at=None, use=None,
assertions=(), standard="confirmed", readings=None, assume=None, reading=None)``.

``facts`` maps fact names to values: nested mappings or dotted keys; booleans, integers, strings, dates
(or ISO strings), and lists of these. What is left out, or None, is unknown. ``as_of`` is the day of the
use, or its moment (a ``datetime`` with a zone, or ``2023-12-15T10:00Z``), which settles deadlines that
end at an hour; ``known_at`` is the day, or the moment, up to which the asker could read. They choose
among the versions of a document. Both unsaid: the newest counts as in force.

``assertions`` are mappings with ``fact``, ``value``, ``status`` (``alleged`` or ``confirmed``),
``source``, and perhaps ``said_on`` and ``said_by``; ``standard`` says which of them count. ``readings``
maps names to judged facts: each reading is tried. ``assume`` maps facts to what is presumed of them
where ``facts`` say nothing; a fact that is given as None is said to be unknown, and not presumed.
``reading`` says how texts are read: it maps interpretations to one of their readings. Where it leaves
one out that matters, each reading of it is tried.

Raises FactError if a fact is not declared or has the wrong type. Pure: the same question has the same
answer."""
        )
        verdict = _Compiled(
            """The verdict alone: ``verdict(facts, *, as_of=None, known_at=None)`` is what
``decide(…).verdict`` is, with nothing else worked out. Evidence and readings are for ``decide``.

It looks at facts until the verdict is settled, and at no others: a mistake
in one of those, which ``decide`` would raise, cannot have made another verdict of it."""
        )
        decide_json = _Compiled(
            """The decision on a use, JSON to JSON: ``decide_json(data, *, explain=False,
as_of=None, known_at=None, standard=None)``. A day that is given here is in place of both days of the
document, and the standard in place of its own.

``data`` is a document as ``read_use`` takes it, in JSON (UTF-8) and nothing else. What comes back is
``Decision.to_json()`` as JSON; its ``explanation`` is null unless ``explain``, as it takes much longer.

Raises FactError, whatever the bytes are. With msgspec (``tosdsl[json]``) they are decoded and checked
in C; without it the answers are the same."""
        )

    @property
    def predicates(self) -> Predicates:
        """The generated functions of these policies, and their text."""
        with _MAKING:
            made = vars(self).get("_predicates")
            if made is None:
                from tosdsl.compiled import Predicates

                keep = self._entry.keep_engine if self._entry is not None else None
                made = vars(self)["_predicates"] = Predicates(self.choices, keep)
        return made

    def stats(self) -> dict[str, int]:
        """How often questions took the slower ways, since these policies were loaded, by name.

        ``full_readings``: facts that are odd or wrong, and were left to the full reading.
        """
        from attrs import asdict

        return asdict(self.predicates.counts)

    def decide_use(self, use: Use) -> Decision:
        """The decision on a use that ``read_use`` has read or a program has made. Raises FactError."""
        from tosdsl import asking

        return self.predicates.decide_use(asking.checked_again(self.vocabulary, use))

    def read_use(self, text: str | bytes, file: str = "<facts>") -> tuple[Use, tuple[Diagnostic, ...]]:
        """A use from a YAML or JSON document (bytes are UTF-8), with warnings. Raises FactError."""
        from tosdsl import asking

        return asking.read_document(self.choices, text, file)

    def schema(self) -> dict[str, Any]:
        """The JSON Schema (2020-12) of a use."""
        from tosdsl.facts.schema import schema_of

        return schema_of(self.vocabulary, [versions[0].id for versions in self.choices.asked])

    def scenarios(self) -> tuple[tuple[str, Scenario, Use], ...]:
        """The scenarios of the policies asked about: policy, scenario, and the use it describes."""
        from tosdsl.pipeline import read_scenario

        found = []
        for policy in (each for versions in self.choices.asked for each in versions):
            for scenario in policy.scenarios:
                use = read_scenario(scenario, self.vocabulary, [])
                found.append((policy.name, scenario, use))
        return tuple(found)


def load(*where: str | Path, workspace: Workspace | None = None) -> PolicySet:
    """Policies from files, folders or ids (``openai.business_terms``, ``…@2023-11-14``), read together.

    An id means the document, in all its versions: the days of a question choose one. A file is the
    version that it holds; several versions read together are one document. Raises PolicyError with
    every mistake of every text that was read.

    A ``workspace`` remembers what was made of the texts: where they are edited and loaded again, only
    what has changed is made anew. Then the cache on disk is not looked into.
    """
    if workspace is not None:
        return _load_in(workspace, where)
    from tosdsl.cache.loads import Entry

    entry = Entry.of_words(map(str, where))
    if entry.image is not None:
        return _kept(entry, {})
    from tosdsl.base.growing import growing

    if entry.old is not None:
        from tosdsl.workspace.mending import mend

        with growing():
            mend(entry)
        if entry.image is not None:
            return _kept(entry, {})
    with growing():
        work = _compilation()
        made = _together(work, work.roots(where))
        _keep(entry, work, made)
    return PolicySet(made.choices, made.sources, made.warnings, made.digested, entry=entry)


def _load_in(workspace: Workspace, where: Iterable[str | Path]) -> PolicySet:
    """The same in a workspace."""
    from tosdsl.base.growing import growing

    words = tuple(map(str, where))
    with growing():
        work = workspace.compilation()
        made = _together(work, work.roots(words))
        entry = workspace.entry(words, made.choices)
    return PolicySet(made.choices, made.sources, made.warnings, made.digested, entry=entry)


def _keep(entry: Entry, work: Compilation, made: PolicySet) -> None:
    """Puts a load into the cache."""
    from tosdsl.workspace.blocks import compared

    entry.keep(made.choices, made.warnings, work.search, work.sources, work.digested, compared)


def _kept(entry: Entry, given: Mapping[str, str]) -> PolicySet:
    """What an earlier load has made of the same texts."""
    sources = {**given}

    def texts() -> Mapping[str, str]:
        return sources | entry.sources()

    return PolicySet(entry.choices, texts, entry.warnings, entry.digested, entry=entry)


def _compilation(
    named: Mapping[str, Source] | None = None, workspace: Workspace | None = None
) -> Compilation:
    """The passes, imported with the first text that is to be read."""
    from tosdsl.library.search import Search
    from tosdsl.pipeline import Compilation

    search = Search(dict(named or {}))
    return Compilation(search) if workspace is None else workspace.compilation(search)


def _together(work: Compilation, roots: Iterable[Policy]) -> PolicySet:
    """Policies as one set: those of one id are the versions of one document."""
    documents: dict[str, dict[int, Policy]] = {}
    for root in roots:
        documents.setdefault(root.id, {})[id(root)] = root
    choices = work.choices(tuple(each.values()) for each in documents.values())
    return PolicySet(choices, work.sources, _warnings(work), work.digested)


def _warnings(work: Compilation) -> tuple[Diagnostic, ...]:
    """What is odd in the texts. Raises PolicyError if something is wrong."""
    diagnostics = tuple(work.diagnostics())
    if work.has_errors():
        raise PolicyError(diagnostics, work.sources)
    return diagnostics


def loads(*texts: str) -> PolicySet:
    """Every policy of these texts, read together. What they use stands in them or is installed.

    Raises PolicyError; diagnostics name the texts ``<text 1>``, ``<text 2>``, ….
    """
    from tosdsl.cache.loads import Entry

    given = {f"<text {number}>": text for number, text in enumerate(texts, 1)}
    entry = Entry.of_texts(given)
    if entry.image is not None:
        return _kept(entry, given)
    from tosdsl.base.growing import growing
    from tosdsl.library.files import Memory

    with growing():
        named = {name: Memory(text) for name, text in given.items()}
        work = _compilation(named)
        made = _together(work, work.file_roots(named))
        _keep(entry, work, made)
    return PolicySet(made.choices, made.sources, made.warnings, made.digested, entry=entry)


def load_texts(
    texts: Mapping[str, str], roots: Iterable[str], *, workspace: Workspace | None = None
) -> PolicySet:
    """The policies of those texts that ``roots`` names; the others are there to be used by them.

    Raises PolicyError; diagnostics name the texts as they are named here. ``workspace`` is as for
    ``load``.
    """
    from tosdsl.base.growing import growing
    from tosdsl.library.files import Memory

    words = tuple(roots)
    with growing():
        work = _compilation({name: Memory(text) for name, text in texts.items()}, workspace)
        made = _together(work, work.file_roots(words))
        if workspace is None:
            return made
        entry = workspace.entry(words, made.choices)
    return PolicySet(made.choices, made.sources, made.warnings, made.digested, entry=entry)


def load_documents(*where: str | Path) -> list[PolicySet]:
    """Each document that the words name, in all its versions, as a set of its own; without words, each
    that is installed. Raises PolicyError."""
    from tosdsl.base.growing import growing

    with growing():
        work = _compilation()
        documents: dict[str, dict[int, Policy]] = {}
        for root in work.roots(where or work.search.ids("policy")):
            documents.setdefault(root.id, {})[id(root)] = root
        several = [work.choices([tuple(each.values())]) for each in documents.values()]
        warnings = _warnings(work)
        return [PolicySet(each, work.sources, warnings, work.digested) for each in several]


def load_each(*where: str | Path) -> list[PolicySet]:
    """Each policy that the words name, each version of it, as a set of its own. Raises PolicyError."""
    from tosdsl.base.growing import growing

    with growing():
        work = _compilation()
        roots = work.roots(where)
        several = [work.choices([(root,)]) for root in roots]
        warnings = _warnings(work)
        return [PolicySet(choices, work.sources, warnings, work.digested) for choices in several]
