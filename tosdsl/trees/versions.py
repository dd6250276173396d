"""Which version of a document answers: a function of when the use was and of what could be read.

``choose`` is the rule. ``periods`` gives days enough to meet every choice that there is, as the rule
only looks at whether a day is before another. What a version says plays no part.

Where a day does not tell on which side of a moment it lies (see ``bounds``), each side has an answer.
Where nothing tells two versions apart it is open which of them governs, and each of them is an answer
too. What has to have one takes the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import product

from attrs import frozen

from tosdsl.trees import bounds
from tosdsl.trees import norms as n
from tosdsl.trees.bounds import Day
from tosdsl.trees.moments import Moment

Key = tuple[int, ...]
"""The indexes of the versions that answer, one for each history."""

Text = tuple[str, str | None, date | None]
"""What tells texts apart: the id, the version, when it was recorded."""


@frozen
class View:
    """One way in which what a question speaks of may have come about."""

    as_of: Day
    known_at: Day
    passed: Moment | None = None
    """The last of the bounds within the day of the use that had come."""
    unread: frozenset[Text] = frozenset()
    """The texts that were recorded on the day of a moment of knowledge, and after it."""


def is_timed(choices: n.Choices) -> bool:
    """Whether a version begins or ends at a moment."""
    return any(map(bounds.is_moment, _bounds(choices.policies())))


def choose(versions: Sequence[n.Policy], as_of: Day, known_at: Day) -> n.Policy:
    """A version that may govern then; if none does, the newest of those that could be read.

    Of what could be read by ``known_at``, the last text of each printed version; of these, what is
    in force on ``as_of``; of these, the one that began last. In the last step no ``as_of`` rules
    nothing out. INVARIANT: what is chosen may govern, or no version does.
    """
    return alternatives(versions, as_of, known_at)[0]


def alternatives(versions: Sequence[n.Policy], as_of: Day, known_at: Day) -> tuple[n.Policy, ...]:
    """The versions that the rule may come to, where nothing says which; see ``choose``.

    Of those that begin together, one that says when it was recorded gives way to a later one. One that
    does not say it may be later than any: it gives way to none, and none gives way to it.
    """
    each_view = views(versions, as_of, known_at)
    found = dict.fromkeys(index for view in each_view for index, _ in options(versions, view))
    return tuple(versions[index] for index in found)


def governs(policy: n.Policy, as_of: Day, known_at: Day) -> bool:
    """Whether this version may be in force then, and may have been read by the asker."""
    known = bounds.is_known(policy.recorded, known_at) is not False
    return known and any(_lasts(policy, view) for view in views([policy], as_of, known_at))


def in_force(linked: n.Linked, as_of: Day, known_at: Day) -> tuple[bool, ...]:
    """For each document, whether it governs then, as do all on the path by which it came.

    Where that is open, an alternative says it for itself.
    """
    if linked.governing is not None:
        return linked.governing
    return in_force_in(linked, View(as_of, known_at))


def in_force_in(linked: n.Linked, view: View) -> tuple[bool, ...]:
    """The same, as one view has it."""
    found: list[bool] = []
    for document in linked.documents:
        around = document.within is None or found[document.within]
        found.append(around and _governs(document.policy, view))
    return tuple(found)


def chosen(histories: Sequence[n.History], as_of: Day, known_at: Day) -> tuple[Key, ...]:
    """The choices of versions that may answer."""
    found: dict[Key, None] = {}
    for view in views([each for versions in histories for each in versions], as_of, known_at):
        several = (dict.fromkeys(at for at, _ in options(each, view)) for each in histories)
        found |= dict.fromkeys(product(*several))
    return tuple(found)


def _bounds(policies: Iterable[n.Policy]) -> Iterator[Day]:
    return (day for each in policies for day in (each.effective_from, each.effective_until))


def views(policies: Iterable[n.Policy], as_of: Day, known_at: Day) -> list[View]:
    """One for each part into which bounds divide the day of the use."""
    within = bounds.within(as_of, _bounds(policies))
    return [View(as_of, known_at, passed) for passed in (None, *within)]


# --- the rule -----------------------------------------------------------------------------------------


def options(versions: Sequence[n.Policy], view: View) -> list[tuple[int, Text | None]]:
    """The indexes of the versions of which one answers, the newest first. A text beside one has to be
    taken as unread for it to be so."""
    dates = (day for each in versions for day in (each.effective_from, each.recorded))
    if bounds.is_moment(view.known_at) or any(map(bounds.is_moment, dates)):
        found = _may_answer(versions, view)
    else:
        found = [(each, None) for each in _by_days(versions, view)]
    return [(_index(versions, each), text) for each, text in found]


def _by_days(versions: Sequence[n.Policy], view: View) -> list[n.Policy]:
    """The rule where versions begin and are recorded by the day, and it is known what could be read."""
    texts = _texts(each for each in versions if readable(each, view))
    in_force_ = [each for each in texts if _lasts(each, view)]
    newest = max(in_force_ or texts or versions, key=_newness)
    return [newest, *(each for each in in_force_ if each is not newest and _unordered(each, newest))]


def _may_answer(versions: Sequence[n.Policy], view: View) -> list[tuple[n.Policy, Text | None]]:
    """The rule, version by version: which may answer, if the others are as good for it as may be."""
    printed: dict[str | None, list[n.Policy]] = {}
    for each in versions:
        if readable(each, view) is not False:
            printed.setdefault(each.version, []).append(each)
    kept = [_may_be_last(several, view) for several in printed.values()]
    in_force_ = [each for several, _ in kept for each in several if _lasts(each, view)]
    found = [
        each
        for several, _ in kept
        for each in several
        if _lasts(each, view)
        and all(_gives_way(others, each, view) for others in kept if others[0] is not several)
    ]
    if all(_gives_way(each, None, view) for each in kept):
        not_ = [each for several, _ in kept for each in several if not _lasts(each, view)]
        left = max(not_ or in_force_ or versions, key=_newness)
        last = [(left, text_of(left) if left in in_force_ else None)]
    else:
        last = []
        found = found or in_force_  # days of several zones, each of which is before the next
    return [(each, None) for each in sorted(found, key=_newness, reverse=True)] + last


def _may_be_last(several: list[n.Policy], view: View) -> tuple[list[n.Policy], bool]:
    """Of the texts of one printed version, those that may be the last, and whether there is one."""
    sure = [each for each in several if readable(each, view)]
    may = [each for each in several if not any(_replaces(other, each) for other in sure)]
    return may, bool(sure)


def _gives_way(kept: tuple[list[n.Policy], bool], policy: n.Policy | None, view: View) -> bool:
    """Whether a printed version may leave the answer to another; or, without one, to none."""
    several, sure = kept
    return not sure or any(
        not _lasts(each, view) or (policy is not None and not _prevails(each, policy))
        for each in several
    )


def _replaces(one: n.Policy, other: n.Policy) -> bool:
    """Whether a text of a printed version was recorded after another; one that does not say, before."""
    if one.recorded is None or other.recorded is None:
        return one.recorded is not None and other.recorded is None
    return bounds.recorded_before(other.recorded, one.recorded)


def _prevails(one: n.Policy, other: n.Policy) -> bool:
    """Whether one of two versions that are in force began after the other for certain."""
    first, second = _began(one), _began(other)
    if bounds.begins_before(first, second) or bounds.begins_before(second, first):
        return bounds.begins_before(second, first)
    return None not in (one.recorded, other.recorded) and _replaces(one, other)


def _index(versions: Sequence[n.Policy], policy: n.Policy) -> int:
    return next(index for index, each in enumerate(versions) if each is policy)


def text_of(policy: n.Policy) -> Text:
    return policy.id, policy.version, policy.recorded


def _texts(versions: Iterable[n.Policy]) -> list[n.Policy]:
    """The text recorded last of each printed version."""
    last: dict[str | None, n.Policy] = {}
    for each in versions:
        other = last.setdefault(each.version, each)
        if (other.recorded or bounds.EVER) < (each.recorded or bounds.EVER):
            last[each.version] = each
    return list(last.values())


def readable(policy: n.Policy, view: View) -> bool | None:
    return bounds.is_known(policy.recorded, view.known_at)


def _governs(policy: n.Policy, view: View) -> bool:
    known = readable(policy, view)
    if known is None:
        known = text_of(policy) not in view.unread
    return known and _lasts(policy, view)


def _lasts(policy: n.Policy, view: View) -> bool:
    """Whether a version is in force; without a day of the use, any is."""
    if view.as_of is None:
        return True
    first, last = policy.effective_from, policy.effective_until
    begun = first is None or bounds.has_come(first, view.as_of, view.passed)
    return begun and (last is None or not bounds.has_ended(last, view.as_of, view.passed))


def _newness(policy: n.Policy) -> tuple[object, ...]:
    """By the first day; of those that begin together, by the day of recording, then by name."""
    return *bounds.order(policy.effective_from), *bounds.order(policy.recorded), policy.version or ""


def _began(policy: n.Policy) -> date:
    return policy.effective_from or bounds.EVER


def _unordered(one: n.Policy, other: n.Policy) -> bool:
    """Whether neither of two versions prevails; with an unknown day of recording, none does."""
    return not _prevails(one, other) and not _prevails(other, one)


# --- all versions -------------------------------------------------------------------------------------


def periods(histories: Iterable[n.History]) -> tuple[list[Day], list[Day]]:
    """Times of use and of knowledge of which one stands for each time there is, and for none said.

    A choice changes where a version begins, after it ends, and where it is recorded, and nowhere else.
    """
    several = [each for versions in histories if len(versions) > 1 for each in versions]
    first = [each.effective_from for each in several]
    last = [each.effective_until for each in several]
    days = {bounds.EVER if each is None else each for each in first if not isinstance(each, Moment)}
    days |= {bounds.first_after(each) for each in last if not isinstance(each, Moment)}
    uses = bounds.samples(days, (each for each in (*first, *last) if isinstance(each, Moment)))
    said = [each.recorded for each in several]
    known = {bounds.EVER, *(each for each in said if each is not None)}
    return [None, *sorted(uses, key=bounds.order)], [None, *sorted(known, key=bounds.order)]


def unordered_pair(versions: Sequence[n.Policy]) -> tuple[n.Policy, n.Policy] | None:
    """Two versions that nothing but their names puts in order, if there are any.

    Of two texts of one version, the one that says when it was recorded is kept, so these are in order.
    """
    begun: dict[date | None, list[n.Policy]] = {}
    for each in versions:
        began = _began(each)
        day = began.utc.date() if isinstance(began, Moment) else began
        beside = [other for by in (-1, 0, 1) for other in begun.get(_moved(day, by), ())]
        for other in beside:
            if other.version != each.version and _unordered(other, each):
                return other, each
        begun.setdefault(day, []).append(each)
    return None


def _moved(day: date, by: int) -> date | None:
    try:
        return day + timedelta(by)
    except OverflowError:
        return None
