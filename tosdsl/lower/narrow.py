"""Documents without the clauses that cannot matter to a use.

A clause that is not there is to a decision as one that has no force, as long as what keeps it out is
no judged fact. A section that had clauses keeps one, as a default without any reads differently. One
that had prohibitions keeps one of them: a decision may rest on what kept prohibitions off, and so on
the scope of their section, which may be judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from attrs import define, evolve, field

from tosdsl.trees import norms as n


@define
class Narrowing:
    """The documents of one question, to be narrowed again and again."""

    linked: n.Linked
    _ids: dict[tuple[int, str], tuple[str, ...]] = field(factory=dict)
    """The ids of each section's clauses, by document and section."""
    _kinds: dict[tuple[int, str], tuple[str, ...]] = field(factory=dict)
    """Their modalities, likewise."""
    _always: frozenset[n.NormKey] = frozenset()
    _rank: dict[n.NormKey, int] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        always: set[n.NormKey] = set()
        for index, document in enumerate(self.linked.documents):
            for section in document.policy.root.walk():
                names = getattr(section.norms, "names", None)  # known of those that are not decoded
                ids = tuple(names or (norm.id for norm in section.norms))
                kinds = getattr(section.norms, "kinds", None)
                kinds = tuple(kinds or (norm.modality for norm in section.norms))
                self._ids[index, section.id] = ids
                self._kinds[index, section.id] = kinds
                always |= {
                    (index, each) for each, kind in zip(ids, kinds, strict=True) if kind == "require"
                }
                always |= {(index, each) for each in ids[:1]}
                forbids = (each for each, kind in zip(ids, kinds, strict=True) if kind == "forbid")
                always |= {(index, each) for each in islice(forbids, 1)}
        self._always = frozenset(always)
        self._rank = {key: at for at, key in enumerate(self.linked.order)}

    def bound(self) -> Iterator[n.NormKey]:
        """The prohibitions and permissions that bind, in the order in which ``lower`` lists them."""
        for index, document in enumerate(self.linked.documents):
            yield from self._bound(index, document.policy.root, document.part, document.part is None)

    def _bound(
        self, index: int, section: n.Section, part: str | None, binds: bool
    ) -> Iterator[n.NormKey]:
        binds = binds or section.id == part
        for name, kind in zip(
            self._ids[index, section.id], self._kinds[index, section.id], strict=True
        ):
            if (binds or name == part) and kind != "require":
                yield index, name
        for each in section.sections:
            yield from self._bound(index, each, part, binds)

    def to(self, keys: Iterable[n.NormKey], *, alone: bool = False) -> n.Linked:
        """The documents with these clauses, all obligations, and whatever can displace one of them.

        ``alone``: without what is there for the sake of a decision only.
        """
        kept: set[n.NormKey] = set()
        todo = [*(() if alone else self._always), *keys]
        while todo:
            key = todo.pop()
            if key not in kept:
                kept.add(key)
                todo += self.linked.above.get(key, ())
        documents = tuple(
            evolve(
                each, policy=evolve(each.policy, root=self._section_of(index, each.policy.root, kept))
            )
            for index, each in enumerate(self.linked.documents)
        )
        order = tuple(sorted(kept, key=self._rank.__getitem__))
        above = {key: self.linked.above[key] for key in order if key in self.linked.above}
        return evolve(self.linked, documents=documents, above=above, order=order)

    def _section_of(self, index: int, section: n.Section, kept: set[n.NormKey]) -> n.Section:
        ids = self._ids[index, section.id]
        norms = tuple(section.norms[at] for at, each in enumerate(ids) if (index, each) in kept)
        inner = tuple(self._section_of(index, each, kept) for each in section.sections)
        return evolve(section, norms=norms, sections=inner)
