"""Which version of a document answers: a function of the day of the use and the day of knowledge.

``choose`` is the rule. ``periods`` gives days enough to meet every choice that there is, as the rule
only looks at whether a day is before another. What a version says plays no part.

Where nothing tells two versions apart it is open which of them governs, and each of them is an answer:
``alternatives``. What has to have one takes the first.

Of a moment of use, its day counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import product

from tosdsl.trees import norms as n
from tosdsl.trees.moments import day_of

Day = date | None
_EVER = date.min


def choose(versions: Sequence[n.Policy], as_of: Day, known_at: Day) -> n.Policy:
    """The version that governs on these days; if none does, the newest of those that could be read.

    Of what could be read by ``known_at``, the last text of each printed version; of these, what is
    in force on ``as_of``; of these, the one that began last. In the last step no ``as_of`` rules
    nothing out. INVARIANT: what is chosen governs on these days, or no version does.
    """
    return alternatives(versions, as_of, known_at)[0]


def alternatives(versions: Sequence[n.Policy], as_of: Day, known_at: Day) -> tuple[n.Policy, ...]:
    """The versions of which one governs on these days, and nothing says which.

    Of those that begin together, one that says when it was recorded gives way to a later one. One that
    does not say it may be later than any: it gives way to none, and none gives way to it.
    """
    day = day_of(as_of)
    texts = _texts(each for each in versions if _readable(each, known_at))
    in_force = [each for each in texts if day is None or _in_force(each, day)]
    newest = max(in_force or texts or versions, key=_newness)
    others = [each for each in in_force if each is not newest and _unordered(each, newest)]
    return (newest, *others)


def governs(policy: n.Policy, as_of: Day, known_at: Day) -> bool:
    """Whether this version is in force on the day of the use, and could be read by the asker."""
    day = day_of(as_of)
    return _readable(policy, known_at) and (day is None or _in_force(policy, day))


def in_force(linked: n.Linked, as_of: Day, known_at: Day) -> tuple[bool, ...]:
    """For each document, whether it governs on these days, as do all on the path by which it came."""
    found: list[bool] = []
    for document in linked.documents:
        around = document.within is None or found[document.within]
        found.append(around and governs(document.policy, as_of, known_at))
    return tuple(found)


def chosen(
    histories: Sequence[Sequence[n.Policy]], as_of: Day, known_at: Day
) -> tuple[tuple[int, ...], ...]:
    """The indexes of the versions that answer, one for each document: once for each alternative."""
    several = [
        [_index(versions, each) for each in alternatives(versions, as_of, known_at)]
        for versions in histories
    ]
    return tuple(product(*several))


def _index(versions: Sequence[n.Policy], policy: n.Policy) -> int:
    return next(index for index, each in enumerate(versions) if each is policy)


def _texts(versions: Iterable[n.Policy]) -> list[n.Policy]:
    """The text recorded last of each printed version."""
    last: dict[str | None, n.Policy] = {}
    for each in versions:
        other = last.setdefault(each.version, each)
        if (other.recorded or _EVER) < (each.recorded or _EVER):
            last[each.version] = each
    return list(last.values())


def _readable(policy: n.Policy, known_at: Day) -> bool:
    return known_at is None or policy.recorded is None or policy.recorded <= known_at


def _in_force(policy: n.Policy, as_of: date) -> bool:
    begun = policy.effective_from is None or policy.effective_from <= as_of
    return begun and (policy.effective_until is None or as_of <= policy.effective_until)


def _newness(policy: n.Policy) -> tuple[date, date, str]:
    """By the first day; of those that begin together, by the day of recording, then by name."""
    return _began(policy), policy.recorded or _EVER, policy.version or ""


def _began(policy: n.Policy) -> date:
    return policy.effective_from or _EVER


def _unordered(one: n.Policy, other: n.Policy) -> bool:
    """Whether no day puts one of two versions before the other; an unknown one does not."""
    return _began(one) == _began(other) and (
        one.recorded is None or other.recorded is None or one.recorded == other.recorded
    )


def periods(histories: Iterable[Sequence[n.Policy]]) -> tuple[list[Day], list[Day]]:
    """Days of use and days of knowledge of which one stands for each day there is, and for none said.

    A choice changes on the first day of a version, after its last, and on the day of its recording,
    and on no other.
    """
    uses: set[date] = {_EVER}
    knowledge: set[date] = {_EVER}
    for policy in (each for versions in histories if len(versions) > 1 for each in versions):
        uses |= {policy.effective_from or _EVER, _after(policy.effective_until)}
        knowledge.add(policy.recorded or _EVER)
    return [None, *sorted(uses)], [None, *sorted(knowledge)]


def unordered_pair(versions: Sequence[n.Policy]) -> tuple[n.Policy, n.Policy] | None:
    """Two versions that nothing but their names puts in order, if there are any.

    Of two texts of one version, the one that says when it was recorded is kept, so these are in order.
    """
    begun: dict[date, list[n.Policy]] = {}
    for each in versions:
        before = begun.setdefault(_began(each), [])
        for other in before:
            if other.version != each.version and _unordered(other, each):
                return other, each
        before.append(each)
    return None


def _after(day: Day) -> date:
    return _EVER if day is None or day == date.max else day + timedelta(1)
