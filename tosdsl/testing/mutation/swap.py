"""A mutant in the place of its policy: the same set of documents, with one text in it changed."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve

from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic
from tosdsl.elaborate.link import link
from tosdsl.facade import PolicySet
from tosdsl.testing.mutation.mutants import Mutant
from tosdsl.trees import norms as n


def swapped(policies: PolicySet, old: n.Policy, mutant: Mutant) -> PolicySet | None:
    """The set with the mutant for the policy, or None if the documents no longer fit together."""
    made = _choices(policies.choices, old, mutant)
    return None if made is None else PolicySet(made, policies.sources)


def same(one: n.Policy, other: n.Policy) -> bool:
    """Whether these are one text, though they may have been read twice."""
    return (one.name, one.recorded, one.digest) == (other.name, other.recorded, other.digest)


def _choices(choices: n.Choices, old: n.Policy, mutant: Mutant) -> n.Choices | None:
    made: dict[int, n.Policy] = {}

    def policy(each: n.Policy) -> n.Policy:
        """One object for one text: versions are told apart by being what they are."""
        return made.setdefault(id(each), mutant.policy if same(each, old) else each)

    def history(versions: n.History) -> n.History:
        return tuple(map(policy, versions))

    linked = {}
    for key, whole in choices.linked.items():
        documents = tuple(
            evolve(each, policy=policy(each.policy), versions=history(each.versions))
            for each in whole.documents
        )
        swapped_ = evolve(whole, documents=documents)
        if mutant.relinks:
            again = _relinked(swapped_, tuple(map(history, choices.asked)))
            if again is None:
                return None
            swapped_ = again
        linked[key] = swapped_
    library: Mapping[str, n.Choices] = choices.library
    if mutant.day is not None:
        found = {name: _choices(each, old, mutant) for name, each in library.items()}
        library = {name: each for name, each in found.items() if each is not None}
    return evolve(
        choices,
        asked=tuple(map(history, choices.asked)),
        histories=tuple(map(history, choices.histories)),
        linked=linked,
        library=library,
    )


def _relinked(whole: n.Linked, asked: tuple[n.History, ...]) -> n.Linked | None:
    """The order of precedence worked out again, for the versions that this whole has."""
    present = [each.policy for each in whole.documents]

    def find(id_: str, version: str | None, _: Span) -> n.History:
        return tuple(p for p in present if p.id == id_ and version in {None, p.version})[:1]

    def choose(versions: n.History) -> n.Policy:
        return next((p for p in versions if any(p is each for each in present)), versions[-1])

    problems: list[Diagnostic] = []
    made = link(asked, find, choose, problems)
    if problems:
        return None
    return evolve(whole, documents=made.documents, above=made.above, order=made.order)
