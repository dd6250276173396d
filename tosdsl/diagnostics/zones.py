"""What is wrong with a moment in a named zone, or with the zone's name."""

from __future__ import annotations

from collections.abc import Iterable

from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, mistake

_CODES = {
    "unknown": "TOS1080",
    "no data": "TOS1081",
    "missed": "TOS1082",
    "twice": "TOS1083",
    "elsewhere": "TOS1084",
}
_BY_PLACE = "Name a zone as the IANA database does, by area and place: `Europe/Dublin`."


def misread_in_zone(
    reason: str,
    span: Span,
    zone: str,
    clock: str,
    instead: tuple[str, ...],
    near: Iterable[str],
    **words: object,
) -> Diagnostic:
    """The diagnostic of a ``zones.Misread``, whose parts these are."""
    ways = " or ".join(f"`{each}`" for each in instead)
    names: tuple[str, Iterable[str]] | None = None
    mend = f"Write {ways}."
    if reason == "unknown":
        mend = f"If it is the zone that is meant, write {ways}." if instead else _BY_PLACE
        names = None if instead else (zone, near)
    return mistake(_CODES[reason], span, names, zone=zone, found=clock, mend=mend, **words)
