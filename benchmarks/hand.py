"""The story's clause as a programmer writes it who knows Python well, and this one clause.

It is what every figure is a ratio to, so it does nothing that the answer does not need: it checks
no type and no name, keeps no reason, and knows no other clause. What is not known is left out, and
the answer is the Kleene one all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

Word = Literal["permitted", "forbidden", "undetermined"]
"""A verdict, as every engine's answer is read."""

PERMITTED: Word = "permitted"
FORBIDDEN: Word = "forbidden"
UNDETERMINED: Word = "undetermined"

_DEVELOPING = frozenset({"train", "annotate", "distill", "fine_tune", "evaluate"})
_SORTING = frozenset({"classify", "categorize", "organize"})
_NOTHING: Mapping[str, Any] = {}


def verdict(facts: Mapping[str, Any]) -> Word:
    """The verdict on a use; reads just what it needs, and falls back where a fact is not there."""
    try:
        if "openai" not in facts["output_of"]:
            return PERMITTED
        activities = facts["activities"]
        if _DEVELOPING.isdisjoint(activities):
            return PERMITTED
        model = facts["model"]
        if "openai" not in model["competes_with"]:
            return PERMITTED
        if (
            model["purpose"] in _SORTING
            and not model["distributed"]
            and not model["commercially_available"]
        ):
            return PERMITTED
        if "fine_tune" in activities and model["base_offered_by"] == "openai":
            return PERMITTED
        return FORBIDDEN
    except KeyError:
        return verdict_with_gaps(facts)


def verdict_with_gaps(facts: Mapping[str, Any]) -> Word:
    """The same for a use of which something is not known: one false is enough, one unknown is not."""
    open_ = False
    if (output_of := facts.get("output_of")) is None:
        open_ = True
    elif "openai" not in output_of:
        return PERMITTED
    if (activities := facts.get("activities")) is None:
        open_ = True
    elif _DEVELOPING.isdisjoint(activities):
        return PERMITTED
    model = facts.get("model", _NOTHING)
    if (competes_with := model.get("competes_with")) is None:
        open_ = True
    elif "openai" not in competes_with:
        return PERMITTED
    purpose = model.get("purpose")
    if purpose is None or purpose in _SORTING:
        distributed = model.get("distributed")
        if distributed is not True:
            available = model.get("commercially_available")
            if available is not True:
                if purpose is not None and distributed is False and available is False:
                    return PERMITTED
                open_ = True
    if activities is None or "fine_tune" in activities:
        base = model.get("base_offered_by")
        if base is None:
            open_ = True
        elif base == "openai":
            if activities is not None:
                return PERMITTED
            open_ = True
    return UNDETERMINED if open_ else FORBIDDEN
