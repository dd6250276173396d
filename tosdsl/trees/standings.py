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


@frozen
class Standings:
    """All that may answer a question."""

    several: tuple[Standing, ...]
    by_hour: tuple[str, ...] = ()
    """The documents of which the moment of the use tells more than its day."""
    by_recording: tuple[str, ...] = ()
    """Those of which it is open whether a text could be read at the moment of knowledge."""


def standings(choices: n.Choices, as_of: Day, known_at: Day) -> Standings:
    """All that may answer where the use was then, and this could be read. Raises TooOpen."""
    found: dict[Standing, None] = {}
    met: list[dict[str, set[tuple[Text, bool]]]] = []
    unread: dict[str, None] = {}
    for view in views(choices.policies(), as_of, known_at):
        states: dict[str, set[tuple[Text, bool]]] = {}
        met.append(states)
        each_option = [options(versions, view) for versions in choices.histories]
        for several in product(*each_option):
            key = tuple(index for index, _ in several)
            without = frozenset(text for _, text in several if text is not None)
            linked = choices.linked.get(key)
            if linked is None:  # no days make this choice
                raise TooOpen(versions[0].id for versions in choices.histories)
            for those in _unread_alone(linked, choices.histories, view):
                unread |= {text[0]: None for text in without | those}
                governing = in_force_in(linked, evolve(view, unread=without | those))
                found[key, governing] = None
                for document, governs_ in zip(linked.documents, governing, strict=True):
                    policy = document.policy
                    states.setdefault(policy.id, set()).add((text_of(policy), governs_))
                if len(found) > limits.MAX_ALTERNATIVES:
                    raise TooOpen(states)
    ids = {id_: None for states in met for id_ in states}
    by_hour = [id_ for id_ in ids if any(each.get(id_) != met[0].get(id_) for each in met)]
    return Standings(tuple(found), tuple(by_hour), tuple(unread) if len(found) > 1 else ())


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
