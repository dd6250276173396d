"""Reads ``cases.yaml``: cases, each with the outcome that is expected of it and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any

import yaml
from attrs import field, frozen

from tosdsl import Verdict

FILE = Path(__file__).parent / "cases.yaml"

STATES = ("not_triggered", "fulfilled", "pending", "breached", "undetermined")
"""Of a duty."""


class Confidence(Enum):
    """How sure it is: careful lawyers agree; an opponent has an argument; lawyers would split."""

    FIRM = "firm"
    ARGUABLE = "arguable"
    DOUBTFUL = "doubtful"


@frozen
class Question:
    """What is open, in words, and the verdict that each answer to it gives."""

    text: str
    yes: Verdict
    no: Verdict


@frozen
class Settled:
    """Values of open facts, by path, and the verdict that they give once they are known."""

    given: Mapping[str, Any]
    verdict: Verdict


@frozen
class Duty:
    """An act that is owed, and the states that are right. ``clause`` is None until a policy has it."""

    act: str
    states: tuple[str, ...]
    clause: str | None = None


@frozen
class Governing:
    """A text that governs. ``document`` is None until a policy names it; ``text`` says which it is."""

    document: str | None
    version: str | None
    text: str = ""


@frozen
class Outcome:
    """What must come out. Each part that is None or empty is not asked for."""

    verdict: Verdict | None = None
    by_provider: bool = False
    asks: Question | None = None
    open: tuple[Settled, ...] = ()
    readings: Mapping[str, Verdict] = field(factory=dict)
    duties: tuple[Duty, ...] = ()
    none_breached: bool = False
    governs: tuple[Governing, ...] = ()
    basis: tuple[str, ...] = ()
    defeated: Mapping[str, str] = field(factory=dict)

    @property
    def open_facts(self) -> frozenset[str]:
        return frozenset(path for each in self.open for path in each.given)


@frozen
class Opposite:
    """The outcome by an opponent's reading, where a policy takes that one, and why it does."""

    outcome: Outcome
    reason: str


@frozen
class Case:
    """One use of one document. ``not_expressible`` says why the language cannot state it yet."""

    id: str
    document: str
    confidence: Confidence
    outcome: Outcome
    why: str
    note: str = ""
    opposite: Opposite | None = None
    not_expressible: str = ""


@frozen
class Document:
    """A document, or a part of one, with its cases."""

    id: str
    title: str
    cases: tuple[Case, ...]


def documents(text: str | None = None) -> tuple[Document, ...]:
    """The documents with their cases, of ``cases.yaml`` unless a text is given. Raises ValueError."""
    whole = FILE.read_text(encoding="utf-8") if text is None else text
    return tuple(_document(each) for each in yaml.safe_load(whole))


def _document(raw: dict[str, Any]) -> Document:
    _only(raw, raw.get("document", "a document"), {"document", "title", "cases"})
    return Document(
        raw["document"], raw["title"], tuple(_case(raw["document"], each) for each in raw["cases"])
    )


def _case(document: str, raw: dict[str, Any]) -> Case:
    id_ = raw.get("id", "")
    if not re.fullmatch(rf"{document}-[a-z]", id_):
        raise ValueError(f"{id_ or 'a case without an id'} is no case of {document}")
    _only(raw, id_, {"id", "confidence", "expect", "why", "note", "opposite", "not_expressible"})
    confidence = Confidence(raw["confidence"])
    outcome = _outcome(id_, raw["expect"])
    opposite = _opposite(id_, raw["opposite"]) if "opposite" in raw else None
    if opposite and (confidence is not Confidence.ARGUABLE or opposite.outcome == outcome):
        raise ValueError(f"{id_}: only an arguable case has an opposite, and that is another outcome")
    if confidence is Confidence.DOUBTFUL and outcome.verdict is not Verdict.UNDETERMINED:
        raise ValueError(f"{id_}: a doubtful case is undetermined")
    return Case(
        id_,
        document,
        confidence,
        outcome,
        raw["why"],
        raw.get("note", ""),
        opposite,
        raw.get("not_expressible", ""),
    )


def _opposite(id_: str, raw: dict[str, Any]) -> Opposite:
    _only(raw, id_, {"expect", "reason"})
    return Opposite(_outcome(id_, raw["expect"]), raw["reason"])


def _outcome(id_: str, raw: dict[str, Any]) -> Outcome:
    keys = "verdict act asks open readings duties none_breached governs basis defeated"
    _only(raw, id_, set(keys.split()))
    outcome = Outcome(
        verdict=Verdict(raw["verdict"]) if "verdict" in raw else None,
        by_provider=raw.get("act") == "provider",
        asks=_question(raw["asks"]) if "asks" in raw else None,
        open=tuple(Settled(each["given"], Verdict(each["verdict"])) for each in raw.get("open", ())),
        readings={name: Verdict(word) for name, word in raw.get("readings", {}).items()},
        duties=tuple(_duty(id_, each) for each in raw.get("duties", ())),
        none_breached=raw.get("none_breached", False),
        governs=tuple(_governing(id_, each) for each in raw.get("governs", ())),
        basis=tuple(raw.get("basis", ())),
        defeated=raw.get("defeated", {}),
    )
    if raw.get("act", "provider") != "provider":
        raise ValueError(f"{id_}: an act is the provider's, or it is not said whose it is")
    if outcome.verdict is None and not (outcome.duties or outcome.governs):
        raise ValueError(f"{id_} expects nothing")
    if bool(outcome.asks) is not (outcome.verdict is Verdict.UNDETERMINED):
        raise ValueError(f"{id_}: what is undetermined asks something, and nothing else does")
    if (outcome.open or outcome.readings) and not outcome.asks:
        raise ValueError(f"{id_}: only what is undetermined has open facts or readings")
    for verdicts in ({each.verdict for each in outcome.open}, set(outcome.readings.values())):
        if outcome.asks and verdicts and not {outcome.asks.yes, outcome.asks.no} <= verdicts:
            raise ValueError(f"{id_}: both answers must come out by some value or reading")
    return outcome


def _question(raw: dict[str, Any]) -> Question:
    return Question(raw["question"], Verdict(raw["yes"]), Verdict(raw["no"]))


def _duty(id_: str, raw: dict[str, Any]) -> Duty:
    _only(raw, id_, {"act", "state", "clause"})
    states = tuple(raw["state"]) if isinstance(raw["state"], list) else (raw["state"],)
    if not states or not set(states) <= set(STATES):
        raise ValueError(f"{id_}: the state of a duty is one of {', '.join(STATES)}")
    return Duty(raw["act"], states, raw.get("clause"))


def _governing(id_: str, raw: dict[str, Any]) -> Governing:
    _only(raw, id_, {"document", "version", "text"})
    if not (raw.keys() & {"document", "text"}):
        raise ValueError(f"{id_}: what governs has a document's id or, until there is one, a text")
    return Governing(raw.get("document"), raw.get("version"), raw.get("text", ""))


def _only(raw: dict[str, Any], where: str, keys: set[str]) -> None:
    if unknown := sorted(raw.keys() - keys):
        raise ValueError(f"{where}: no key is called {', '.join(unknown)}")
