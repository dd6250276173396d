"""What is told of a kind: the parts of a decision that its rows share, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from tosdsl.decision.model import Decision, Presumed

LISTS = ("possible", "basis", "needs", "conditions", "defeated", "duties", "judgements")
"""The parts that are lists of texts."""
PRESUMING = ("presumed", "readings")
"""Those of policies that presume something, or can be read in several ways."""
WITHOUT = "without"
"""The verdict that such policies come to with nothing presumed, where that mattered."""


@frozen
class Told:
    """A decision without the values of the one use that was decided."""

    verdict: str
    possible: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    """Clauses and defaults that decide; of an open verdict, those that may, with a question mark."""
    needs: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    defeated: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    """Clause and state."""
    judgements: tuple[str, ...] = ()
    presumed: tuple[str, ...] = ()
    """``FACT: VALUE`` of what is presumed, ``CLAUSE is not shown`` of a burden."""
    readings: tuple[str, ...] = ()
    """Parts of texts that can be read in several ways, on which the answer hangs."""
    without: str | None = None


def restored(saved: Mapping[str, Any]) -> Told:
    """What was told, from its JSON."""
    lists = {each: tuple(saved[each]) for each in (*LISTS, *PRESUMING)}
    return Told(saved["verdict"], **lists, without=saved[WITHOUT])


def told(decision: Decision) -> Told:
    """What a decision says of every use of its kind."""
    open_ = {"true": "", "unknown": "?"}
    return Told(
        decision.verdict.value,
        tuple(each.value for each in decision.possible),
        tuple(f"{each.clause}{open_[each.force]}" for each in decision.basis),
        tuple(each.fact for each in decision.needs),
        tuple(f"{each.clause}: {each.text}{open_[each.holds]}" for each in decision.conditions),
        tuple(f"{each.clause} by {each.by}" for each in decision.defeated),
        tuple(f"{each.clause}: {each.state}" for each in decision.duties),
        tuple(each.fact for each in decision.judgements),
        tuple(map(_presumed, decision.presumed)),
        tuple(each.id for each in decision.interpretations),
        None if decision.without is None else decision.without.verdict.value,
    )


def _presumed(each: Presumed) -> str:
    if each.kind == "burden":
        return f"{each.clause} is not shown"
    return f"{each.fact}: {each.value}"
