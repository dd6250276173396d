"""What is asked of a world: claims about how parts of formulas come out.

A part comes out true, false or unknown; a claim says which of these it may, for one part or several.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias, assert_never

from attrs import frozen

from tosdsl.formulas.space import FALSE, TRUE, UNKNOWN

T, F, U = 1, 2, 4
"""The outcomes of a part, as bits of a mask."""
ANY = T | F | U

MASKS: dict[bool | None, int] = {True: T, False: F, None: U}


@frozen
class Is:
    """The part comes out as one of ``mask``."""

    part: int
    mask: int


@frozen
class All:
    """All of these hold."""

    items: tuple[Claim, ...]


@frozen
class Some:
    """One of these holds at least."""

    items: tuple[Claim, ...]


@frozen
class In:
    """The world is in one of these cells (as bits) of an axis."""

    axis: tuple[Any, ...]
    cells: int
    full: int


Claim: TypeAlias = Is | In | All | Some

ALWAYS = All(())
NEVER = Some(())


_SETTLED = {FALSE: F, TRUE: T, UNKNOWN: U}


def among(part: int, mask: int) -> Claim:
    """The part comes out as one of ``mask``; settled where that is."""
    if part in _SETTLED:
        return ALWAYS if _SETTLED[part] & mask else NEVER
    return ALWAYS if mask == ANY else Is(part, mask) if mask else NEVER


def is_true(part: int) -> Claim:
    return among(part, T)


def is_false(part: int) -> Claim:
    return among(part, F)


def is_not_true(part: int) -> Claim:
    return among(part, F | U)


def is_not_false(part: int) -> Claim:
    return among(part, T | U)


def both(*claims: Claim) -> Claim:
    """All of them; what is always so is left out."""
    return every(claims)


def every(claims: Iterable[Claim]) -> Claim:
    flat: dict[Claim, None] = {}
    for each in claims:
        if each == NEVER:
            return NEVER
        flat |= dict.fromkeys(each.items) if isinstance(each, All) else {each: None}
    return next(iter(flat)) if len(flat) == 1 else All(tuple(flat))


def either(*claims: Claim) -> Claim:
    """One of them at least."""
    return some(claims)


def some(claims: Iterable[Claim]) -> Claim:
    flat: dict[Claim, None] = {}
    for each in claims:
        if each == ALWAYS:
            return ALWAYS
        flat |= dict.fromkeys(each.items) if isinstance(each, Some) else {each: None}
    return next(iter(flat)) if len(flat) == 1 else Some(tuple(flat))


def negation(claim: Claim) -> Claim:
    """What holds in just those worlds in which the claim does not."""
    match claim:
        case Is(part=part, mask=mask):
            return among(part, ANY & ~mask)
        case In(axis=axis, cells=cells, full=full):
            return In(axis, full & ~cells, full)
        case All(items=items):
            return some(map(negation, items))
        case Some(items=items):
            return every(map(negation, items))
    assert_never(claim)


def differs(one: int, other: int) -> Claim:
    """Two parts come out differently."""
    if one == other:
        return NEVER
    return some(both(among(one, mask), among(other, ANY & ~mask)) for mask in (T, F, U))


def parts_of(claim: Claim) -> Iterator[Is | In]:
    """The single claims that one is made of."""
    stack: list[Claim] = [claim]
    while stack:
        each = stack.pop()
        if isinstance(each, Is | In):
            yield each
        else:
            stack += each.items
