"""Which facts policies read, all of them or one clause or section, and who asks for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from datetime import date

from attrs import define, field, frozen

from tosdsl.diagnostics.model import mistake
from tosdsl.errors import PolicyError
from tosdsl.facade import PolicySet
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.parts import names
from tosdsl.trees.walk import fields, paths, reads


@frozen
class Asked:
    """A fact that is read. ``clauses`` are the full ids of what reads it, in the order of the texts;
    ``fields`` those of the fields that are read of the items of lists."""

    leaf: v.Leaf
    clauses: tuple[str, ...]
    fields: frozenset[str]


def facts_read(
    policies: PolicySet,
    part: str | None = None,
    *,
    as_of: date | None = None,
    known_at: date | None = None,
) -> tuple[Asked, ...]:
    """The facts that policies read, in the order of their vocabulary.

    ``part`` is the id of a clause or of a section, alone or behind its document (``policy#clause``);
    what prevails over it counts. Raises PolicyError if there is none of the name. Where it is open
    which version governs on the days, those that any of them reads.
    """
    work = _Reading()
    several = policies.alternatives(as_of, known_at)
    for linked in several:
        work.add(linked, part)
    if part is not None and not work.met:
        known = {
            each
            for linked in several
            for document in linked.documents
            for each in names(document.policy)
        }
        problem = mistake("TOS6028", None, (part.rpartition("#")[2], sorted(known)), name=part)
        raise PolicyError((problem,), policies.sources)
    return tuple(
        Asked(leaf, tuple(work.clauses[leaf.path]), frozenset(work.fields))
        for leaf in policies.vocabulary.leaves()
        if leaf.path in work.clauses
    )


@define
class _Document:
    """What one document reads."""

    whole: _Reading
    document: n.Document
    _known: dict[str, frozenset[str]] = field(init=False)
    _bodies: dict[str, ex.Expr] = field(init=False)

    def __attrs_post_init__(self) -> None:
        definitions = self.document.policy.definitions
        self._known = reads(definitions)
        self._bodies = {each.name: each.body for each in definitions}

    def read(self, norms: Set[str], sections: Set[str]) -> None:
        """What these norms read, and the scopes of these sections."""
        for section in self.document.policy.root.walk():
            if section.scope is not None and section.id in sections:
                self.note(section.id, (section.scope,))
            for norm in section.norms:
                if norm.id in norms:
                    self.note(norm.id, _of(norm))
                    for each in _exceptions(norm.exceptions):
                        self.note(each.id, (each.when, *each.provisos))

    def note(self, id_: str, several: Iterable[ex.Expr]) -> None:
        """That a clause, by its id, reads what its expressions read."""
        name = self.document.qualified(id_)
        for expr in several:
            self.whole.fields.update(fields(expr, self._bodies))
            for path in sorted(paths(expr, self._known)):
                self.whole.clauses.setdefault(path, {})[name] = None


@define
class _Reading:
    clauses: dict[str, dict[str, None]] = field(factory=dict)
    """For each fact, what reads it."""
    fields: set[str] = field(factory=set)
    met: bool = False
    """Whether there is a clause or a section of the name that is asked about."""

    def add(self, linked: n.Linked, part: str | None) -> None:
        keys = self._asked(linked, part)
        todo, seen = list(keys), set(keys)
        while todo:  # what prevails over a clause, over that, and so on
            for other in linked.above.get(todo.pop(), ()):
                if other not in seen:
                    seen.add(other)
                    todo.append(other)
        around = {*_around(linked, seen), *self._sections(linked, part)}
        for index, document in enumerate(linked.documents):
            work = _Document(self, document)
            work.read(
                {id_ for at, id_ in seen if at == index}, {id_ for at, id_ in around if at == index}
            )
            if part is None and document.part is None:
                work.note("", (each.when for each in document.policy.routes))
            incorporated = linked.incorporated_when(index)
            if incorporated is not None and (index, "") in around:
                outer, when = incorporated
                _Document(self, linked.documents[outer]).note("", (when,))

    def _asked(self, linked: n.Linked, part: str | None) -> list[n.NormKey]:
        """The norms that are asked about."""
        found = []
        for index, document in enumerate(linked.documents):
            bound = n.of_part(document.policy, document.part)
            if part is not None:
                policy, _, name = part.rpartition("#")
                if policy not in {"", document.policy.id, document.policy.name}:
                    continue
                bound &= n.of_part(document.policy, name)
                self.met = self.met or name in names(document.policy)  # a section may have no clause
            found += [(index, id_) for id_ in bound]
        return found

    def _sections(self, linked: n.Linked, part: str | None) -> Iterator[tuple[int, str]]:
        """The sections that are asked about, with clauses in them or not: their scopes count."""
        for index, document in enumerate(linked.documents):
            policy, _, name = (part or "").rpartition("#")
            if policy in {"", document.policy.id, document.policy.name}:
                wanted = document.part if part is None else name
                yield from ((index, id_) for id_ in _named(document.policy.root, wanted))


def _named(root: n.Section, name: str | None) -> Iterator[str]:
    """The sections of a name, with those around them and in them; all, if none is said."""
    for section in root.walk():
        inside = [inner.id for inner in section.walk()]
        if name is None or section.id == name:
            yield from inside
        elif name in inside:
            yield section.id


def _around(linked: n.Linked, keys: Iterable[n.NormKey]) -> Iterator[tuple[int, str]]:
    """The sections that stand around norms, and the roots of the documents by which these came in."""
    wanted: dict[int, set[str]] = {}
    for index, id_ in keys:
        wanted.setdefault(index, set()).add(id_)
    for index, ids in wanted.items():
        for section in linked.documents[index].policy.root.walk():
            if any(norm.id in ids for norm in section.all_norms()):
                yield index, section.id
        within = linked.documents[index].within
        while within is not None:
            yield within, ""
            within = linked.documents[within].within


def _of(norm: n.Norm) -> Iterator[ex.Expr]:
    yield from (each for each in (norm.when, *norm.provisos, *norm.owed) if each is not None)


def _exceptions(several: Iterable[n.ExceptionNode]) -> Iterator[n.ExceptionNode]:
    for each in several:
        yield each
        yield from _exceptions(each.exceptions)
