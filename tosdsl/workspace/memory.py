"""``Workspace``: what was made of texts, for the next look at them after an edit."""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from attrs import define, field, fields

from tosdsl.base.recent import Recent
from tosdsl.library.search import Search
from tosdsl.pipeline import Compilation, Memory
from tosdsl.trees import norms as n
from tosdsl.trees.lazy import unplaced

_MOST = 20
"""Sets of policies of which the code is kept."""

Plain = dict[str, Any]
Changed = tuple[tuple[str, str], ...]
"""Norms by the policy's id and their own."""


@define
class Workspace:
    """One thread at a time: a server has one for each of its threads that reads texts.

    What a question comes to does not depend on it; how long it takes does. It holds what was made of
    the last text of each file, and of no other.
    """

    memory: Memory = field(factory=Memory)
    _codes: Recent[tuple[str, ...], Code] = field(factory=lambda: Recent(_MOST))

    def compilation(self, search: Search | None = None) -> Compilation:
        """The passes for one question, which take what they know of its texts."""
        return Compilation(Search() if search is None else search, memory=self.memory)

    def entry(self, asked: Iterable[str], choices: n.Choices) -> Entry:
        """Where the code of verdicts of policies is kept. ``asked`` is what they were asked for by."""
        key = tuple(asked)
        code = self._codes.get(key)
        if code is None:
            code = self._codes.put(key, Code())
        return Entry(code, choices)


@define
class Code:
    """Code of verdicts as bytes, and the policies that it is of."""

    choices: n.Choices | None = None
    plain: bytes = b""


class Entry:
    """The code that was kept of some policies, or of the same before an edit; see ``cache.loads``."""

    def __init__(self, code: Code, choices: n.Choices) -> None:
        self._code = code
        self._choices = choices
        self._before = code.plain  # another load may put its own code there
        changed = None if code.choices is None else differences(code.choices, choices)
        self._known = changed is not None
        self.changed: Changed = changed or ()

    def engine(self) -> Plain | None:
        """The code that was kept of these policies as they are, or None."""
        return self._plain() if self._known and not self.changed else None

    def engine_before(self) -> Plain | None:
        """The code that was kept of the policies before ``changed`` were edited, or None."""
        return self._plain() if self.changed else None

    def _plain(self) -> Plain:
        made: Plain = marshal.loads(self._before)
        return made

    def keep_engine(self, plain: Plain) -> bool:
        """Keep code that was made of these policies. Whether it worked."""
        try:
            data = marshal.dumps(plain)
        except ValueError:  # a date is among the constants
            return False
        self._code.choices, self._code.plain = self._choices, data
        self._before, self._known, self.changed = data, True, ()
        return True


# --- what an edit has changed -------------------------------------------------------------------------


def differences(before: n.Choices, after: n.Choices) -> Changed | None:
    """The norms that are not what they were, if nothing else is that a verdict hangs on; else None.

    Norms are compared by what they say. All else that something can refer to or rest on is as it was:
    ids, modalities, sections, definitions, facts, days, who prevails over whom.
    """
    try:
        return tuple(dict.fromkeys(_in_choices(before, after)))
    except _Other:
        return None


class _Other(Exception):
    """More than the insides of norms has changed."""


_UNASKED = frozenset({"root", "digest", "span", "scenarios", "properties", "versions", "policy"})
"""Fields that no verdict hangs on, or that are looked at in another way."""


def _in_choices(before: n.Choices, after: n.Choices) -> Iterator[tuple[str, str]]:
    _same(list(before.linked), list(after.linked))
    _same(before.vocabulary, after.vocabulary)
    for olds, news in ((before.asked, after.asked), (before.histories, after.histories)):
        for old, new in _pairs(olds, news):
            for one, other in _pairs(old, new):
                yield from _in_policy(one, other)
    for key, old_whole in before.linked.items():
        new_whole = after.linked[key]
        _same(old_whole.above, new_whole.above)
        _same(old_whole.order, new_whole.order)
        for one, other in _pairs(old_whole.documents, new_whole.documents):
            _fields(one, other)
            yield from _in_policy(one.policy, other.policy)


def _in_policy(old: n.Policy, new: n.Policy) -> Iterator[tuple[str, str]]:
    if old is new:
        return
    _fields(old, new)
    for one, other in _pairs([*old.root.walk()], [*new.root.walk()]):
        for name in ("id", "scope", "default"):
            _same(getattr(one, name), getattr(other, name))
        _same(len(one.sections), len(other.sections))
        for was, now in _pairs(unplaced(one.norms), unplaced(other.norms)):
            if was is not now and was != now:
                _same((was.modality, was.id), (now.modality, now.id))
                yield new.id, now.id


def _pairs(olds: Sequence[Any], news: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    _same(len(olds), len(news))
    return zip(olds, news, strict=True)


def _fields(old: Any, new: Any) -> None:
    for each in fields(type(old)):
        if each.name not in _UNASKED:
            _same(getattr(old, each.name), getattr(new, each.name))


def _same(old: object, new: object) -> None:
    if old is not new and old != new:
        raise _Other
