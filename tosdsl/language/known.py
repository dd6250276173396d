"""One use put to documents of several vocabularies: each decides on the facts that it knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from tosdsl.decision.model import Decision
from tosdsl.errors import FactError
from tosdsl.facade import PolicySet


@frozen
class Known:
    """``decision`` on the facts that the policies know; ``unknown`` are the paths of those that they do
    not, or of which they do not know the value. These count as not known, so they permit nothing."""

    decision: Decision
    unknown: tuple[str, ...]


def decide_known(policies: PolicySet, facts: Mapping[str, Any], *, as_of: str | None = None) -> Known:
    """The decision on a use that was described in the words of any vocabulary.

    ``facts`` are nested mappings or dotted keys, as for ``decide``. Raises FactError if something is
    wrong that is not about one fact, such as the day.
    """
    paths = {leaf.path for leaf in policies.vocabulary.leaves()}
    left, unknown = dict(_flat(facts, paths)), dict[str, None]()
    for path in [each for each in left if each not in paths]:
        del left[path]
        unknown[path] = None
    while True:
        try:
            return Known(policies.decide(left, as_of=as_of), tuple(unknown))
        except FactError as error:
            wrong = {path for each in error.diagnostics for path in left if _is_about(each.path, path)}
            if not wrong:
                raise
            for path in sorted(wrong):
                del left[path]
                unknown[path] = None


def _flat(facts: Mapping[str, Any], paths: set[str], before: str = "") -> Iterator[tuple[str, Any]]:
    """The facts by their whole paths."""
    for name, value in facts.items():
        path = f"{before}{name}"
        if isinstance(value, Mapping) and path not in paths:
            yield from _flat(value, paths, f"{path}.")
        else:
            yield path, value


def _is_about(said: str | None, path: str) -> bool:
    """Whether a mistake is about a fact, or about something in it."""
    return said is not None and (said == path or said.startswith((f"{path}.", f"{path}[")))
