"""One clause or one section asked about by itself: the rest of the documents takes no part."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from tosdsl.trees import norms as n


def narrowed(choices: n.Choices, part: str) -> n.Choices | None:
    """The choices of which one clause or section binds; None if no version has one of the name.

    ``part`` is its id, alone or behind its document (``policy#clause``). What prevails over it still
    does, and the scopes around it count. Of a version that has no such clause nothing binds.
    """
    policy, _, name = part.rpartition("#")
    met = False
    made = {}
    for key, linked in choices.linked.items():
        documents = []
        for document in linked.documents:
            wanted = policy in {"", document.policy.id, document.policy.name}
            binds = wanted and name in names(document.policy) and _is_within(document, name)
            met = met or binds
            documents.append(evolve(document, part=name if binds else n.NOTHING))
        made[key] = evolve(linked, documents=tuple(documents))
    return evolve(choices, linked=made) if met else None


def names(policy: n.Policy) -> frozenset[str]:
    """The ids of a policy's clauses and sections."""
    return frozenset(_names(policy))


def _names(policy: n.Policy) -> Iterator[str]:
    for section in policy.root.walk():
        if section.id:
            yield section.id
        yield from (norm.id for norm in section.norms)


def _is_within(document: n.Document, name: str) -> bool:
    """Whether a clause or section binds: the whole document does, or a part that it lies in."""
    if document.part is None or document.part == name:
        return True
    return n.of_part(document.policy, name) <= n.of_part(document.policy, document.part)
