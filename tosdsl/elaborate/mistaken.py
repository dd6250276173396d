"""What a newcomer takes one thing for another in: a clause for a document, a member for a condition."""

from __future__ import annotations

from collections.abc import Iterable

from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v

CLOCK = frozenset(
    (
        *("today", "now", "current_date", "current_time", "todays_date", "the_current_date"),
        *("as_of", "day_of_use", "date_of_use", "day_of_the_use", "date_of_the_use", "use_date"),
        *("known_at",),
    )
)
"""Names that look like the day of a use."""

_AS_SET = {
    ("is", s.Or): "in",
    ("is not", s.Or): "not in",
    ("is not", s.And): "not in",
    ("includes", s.Or): "overlaps",
}
"""How a fact is compared with several members at once; `is not a or b` means neither."""


def not_over_a_document(name: str, span: Span, units: Iterable[s.Unit]) -> Diagnostic | None:
    """``prevails over`` a clause or a section of the policy itself."""
    for unit in units:
        over = (item for item in unit.items if isinstance(item, s.PrevailsOver))
        item = next((each for each in over if each.target.span == span), None)
        if item is not None and name in _clauses(unit.items):
            how = f"`subject to {name}` under the clause that is to yield"
            if not item.yields:
                how = f"`notwithstanding {name}` under the clause that is to prevail"
            instead = f"the name of a document; for a clause or a section, {how}"
            return mistake("TOS1008", span, None, found=name, instead=instead)
    return None


def _clauses(items: Iterable[object]) -> set[str]:
    """The names of clauses and sections, at any depth."""
    names = set()
    for item in items:
        if isinstance(item, s.Norm | s.Section):
            names.add(item.name.text)
        if isinstance(item, s.Section):
            names |= _clauses(item.items)
    return names


def members_alone(
    joined: s.And | s.Or, types: Iterable[v.Enum | v.Record], known: set[str]
) -> Diagnostic | None:
    """``purpose is routing or research``: a member where a condition is needed."""
    enums = [set(kind.members) for kind in types if isinstance(kind, v.Enum)]
    for index, before in enumerate(joined.items, 1):
        said = before.items[-1] if isinstance(before, s.And) else before
        names = _names(said, joined.items[index:], known)
        if len(names) > 1 and any(members.issuperset(names) for members in enums):
            assert isinstance(said, s.Compare)
            assert isinstance(said.left, s.Name)
            word = " or " if isinstance(joined, s.Or) else " and "
            left = f"{said.left.text} {said.op}"
            instead = word.join(f"{left} {name}" for name in names)
            if (said.op, type(joined)) in _AS_SET:
                op = _AS_SET[said.op, type(joined)]
                instead = f"{said.left.text} {op} {{{', '.join(names)}}}"
            words = {"found": f"{left} {word.join(names)}", "instead": f"`{instead}`"}
            return mistake("TOS1008", joined.items[index].span, None, **words)
    return None


def _names(said: s.Expr, following: Iterable[s.Expr], known: set[str]) -> list[str]:
    """What a fact is compared with, and the names after it that are none of a fact or a definition."""
    if not isinstance(said, s.Compare) or not isinstance(said.left, s.Name):
        return []
    found = []
    for item in (said.right, *following):
        if not isinstance(item, s.Name) or (item is not said.right and item.text in known):
            break
        found.append(item.text)
    return found
