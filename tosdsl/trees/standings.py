"""All that may answer a question: the versions of its documents, and which of these are in force.

There is one, unless a day does not tell on which side of a moment it lies, or nothing tells two
versions apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from attrs import evolve, frozen

from tosdsl.base import limits
from tosdsl.trees import bounds
from tosdsl.trees import norms as n
from tosdsl.trees.bounds import Day
from tosdsl.trees.versions import Key, Text, View, in_force_in, options, readable, text_of, views

Standing = tuple[Key, tuple[bool, ...]]
"""A choice of versions, and for each document of the whole that it makes, whether it is in force."""


class TooOpen(Exception):
    """It is open in too many ways which versions govern. ``ids`` are documents of which it is."""

    def __init__(self, ids: Iterable[str]) -> None:
        self.ids = tuple(ids)
        super().__init__(self.ids)


def standings(choices: n.Choices, as_of: Day, known_at: Day) -> tuple[Standing, ...]:
    """All that may answer where the use was then, and this could be read. Raises TooOpen."""
    found: dict[Standing, None] = {}
    for view in views(choices.policies(), as_of, known_at):
        each_option = [options(versions, view) for versions in choices.histories]
        for several in product(*each_option):
            key = tuple(index for index, _ in several)
            without = frozenset(text for _, text in several if text is not None)
            linked = choices.linked.get(key)
            if linked is None:  # no days make this choice
                raise TooOpen(versions[0].id for versions in choices.histories)
            for those in _unread_alone(linked, choices.histories, view):
                found[key, in_force_in(linked, evolve(view, unread=without | those))] = None
                if len(found) > limits.MAX_ALTERNATIVES:
                    raise TooOpen(document.policy.id for document in linked.documents)
    return tuple(found)


@frozen
class Open:
    """The documents of which it is open which version is in force, by what would tell."""

    by_hour: tuple[str, ...] = ()
    """The moment of the use would, and only its day is said."""
    by_recording: tuple[str, ...] = ()
    """The moment would at which a text was recorded, and it says the day."""


def what_is_open(
    several: Sequence[tuple[n.Linked, tuple[bool, ...]]], as_of: Day, known_at: Day
) -> Open:
    """Of all that may answer, each whole with which documents are in force: why there are several."""
    each_state: list[dict[str, list[object]]] = []
    by_hour: dict[str, None] = {}
    by_recording: dict[str, None] = {}
    for linked, governing in several if len(several) > 1 else ():
        each_state.append({})
        for document, governs in zip(linked.documents, governing, strict=True):
            policy, versions = document.policy, (document.policy, *document.versions)
            each_state[-1].setdefault(policy.id, []).append((text_of(policy), governs))
            if len(views(versions, as_of, known_at)) > 1:
                by_hour[policy.id] = None
            if any(bounds.is_known(each.recorded, known_at) is None for each in versions):
                by_recording[policy.id] = None
    ids = {id_ for states in each_state for id_ in states}
    differing = {id_ for id_ in ids if any(s.get(id_) != each_state[0].get(id_) for s in each_state)}
    return Open(
        tuple(each for each in by_hour if each in differing),
        tuple(each for each in by_recording if each in differing),
    )


def _unread_alone(
    linked: n.Linked, histories: Sequence[n.History], view: View
) -> Iterator[frozenset[Text]]:
    """Of the texts that nothing is chosen among, each set of those that may not have been there."""
    texts: set[Text] = set()
    if bounds.is_moment(view.known_at):
        several = {text_of(each) for versions in histories for each in versions}
        policies = (document.policy for document in linked.documents)
        texts = {text_of(each) for each in policies if readable(each, view) is None} - several
    if 2 ** len(texts) > limits.MAX_ALTERNATIVES:
        raise TooOpen(sorted(text[0] for text in texts))
    for among in product(*((None, text) for text in sorted(texts, key=str))):
        yield frozenset(text for text in among if text is not None)
