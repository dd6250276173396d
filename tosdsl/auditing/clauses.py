"""What clauses say: their places and their words, for whoever reads of them by their ids.

a side of an audit -> Clause, by its full id
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve, frozen

from tosdsl.auditing.run import Side
from tosdsl.trees import norms as n

_DEFAULTS = {
    "permit": "By default: what no clause forbids is permitted.",
    "forbid": "By default: what no clause permits is forbidden.",
    "not_applicable": "By default: nothing is said of what no clause speaks of.",
}


@frozen
class Clause:
    """A clause, or the default of a section. ``version`` is that of the document, if it says something
    else in another version."""

    id: str
    at: str | None = None
    text: str | None = None
    version: str | None = None

    @property
    def name(self) -> str:
        """Its id, with its place in the document."""
        return f'{self.id} at "{self.at}"' if self.at else self.id

    @property
    def quoted(self) -> str:
        """Its words, if it has some."""
        if self.text is None:
            return ""
        words = self.text if self.text in _DEFAULTS.values() else f"“{self.text}”"
        return f"{words} ({self.version})" if self.version else words


def clauses_of(side: Side) -> dict[str, Clause]:
    """The clauses and defaults of all documents that can decide, in their newest version."""
    found: dict[str, Clause] = {}
    for policy in sorted(side.predicates.choices.policies(), key=lambda each: each.version or ""):
        for each in _clauses(policy):
            before = found.get(each.id)
            same = before is None or (before.at, before.text) == (each.at, each.text)
            found[each.id] = (
                each
                if same and not (before and before.version)
                else evolve(each, version=policy.version)
            )
    return found


def _clauses(policy: n.Policy) -> Iterator[Clause]:
    for section in policy.root.walk():
        name = f"{policy.id}#{section.id}" if section.id else policy.id
        yield Clause(name, section.at, _DEFAULTS[section.default])
        for norm in section.norms:
            yield Clause(f"{policy.id}#{norm.id}", norm.at, norm.description)


def clause(known: dict[str, Clause], said: str) -> Clause:
    """The clause that a basis names, with a question mark where it may be in force."""
    return known.get(said.removesuffix("?")) or Clause(said.removesuffix("?"))
