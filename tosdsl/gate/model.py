"""What goes into a gate and comes out of it: a request, facts with their trust, an outcome."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import IntEnum
from typing import Any, NamedTuple

from attrs import define, field, frozen

from tosdsl.decision.model import Decision


class Trust(IntEnum):
    """Who stands behind a fact. A lower class never overrides a higher one."""

    PRESUMED = 0
    """Nobody said it: the gate's operator presumes it (``assume``)."""
    INFERRED = 1
    """Worked out from something else."""
    DECLARED = 2
    """The caller says so."""
    STORED = 3
    """Counted or kept by a service of the operator."""
    VERIFIED = 4
    """From a register, or checked by somebody before the request came here."""

    @property
    def word(self) -> str:
        """As ``gate.yaml`` and the log spell it."""
        return self.name.lower()


@frozen
class Request:
    """One request, as a door has it.

    ``path`` is the raw path (percent-encoded), without the query. ``headers`` are pairs in the order in
    which they came, names in small letters. ``body`` is None where the door has not the whole body:
    facts from it are then unknown. ``address`` is the caller's, ``certificate`` the subject of its
    client certificate; None where the door does not know.
    """

    method: str = ""
    path: str = ""
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = b""
    address: str | None = None
    certificate: str | None = None
    joined: bool = False
    """Whether headers that came twice were joined with a comma before they came here."""
    parsed: Any = None
    """A body that the door has parsed and checked itself: a mapping; it stands in place of ``body``."""


@frozen
class Failed:
    """In place of a value: there is one, or may be, and the gate could not get at it.

    ``ours`` tells a failure on this side (a register that is down) from a request that cannot be read.
    """

    why: str
    ours: bool = False


UNKNOWN = Failed("it is said to be unknown")
"""What a source says of a fact with ``null``: that it is not known. Nothing is presumed of it."""


class Given(NamedTuple):
    """One fact as a request and the stores gave it. ``value`` is None where it is not known."""

    fact: str
    value: Any
    trust: Trust
    source: str
    failed: Failed | None = None


@frozen
class Use:
    """The facts of one request; None is a fact that a source failed to give, or says to be unknown.

    ``failures`` are sources of ours that could not be read. ``assumed`` is what the gate presumes.
    """

    facts: Mapping[str, Any]
    given: tuple[Given, ...]
    subject: str | None
    as_of: date | None
    failures: tuple[Given, ...] = ()
    odd: tuple[Given, ...] = ()
    """Sources that the request filled in a way that cannot be read: their facts are unknown."""
    assumed: Mapping[str, Any] = field(factory=dict)
    stranger: str | None = None
    """Why the caller is not known, where only known ones are answered."""


@define(eq=False)
class Outcome:
    """What the gate says of one request.

    ``kind`` is ``permitted``, ``forbidden``, ``undetermined``, ``not_applicable``, ``facts_wrong``,
    ``stranger`` or ``failure``. INVARIANT: ``allow`` only where the kind is ``permitted``. ``status``
    is the HTTP status of a refusal, 200 where it is none. ``problem`` is the body of a refusal, by
    RFC 9457.
    """

    id: str
    kind: str
    allow: bool
    status: int
    problem: Mapping[str, Any] | None
    decision: Decision | None
    use: Use | None
    digest: str
    """Of the policies and the mapping that decided."""
    seconds: float = 0.0
    headers: Mapping[str, str] = field(factory=dict)
    """What every door says of it, where its protocol has headers."""


KINDS = (
    *("permitted", "forbidden", "undetermined", "not_applicable"),
    *("facts_wrong", "stranger", "failure"),
)

CONTENT_TYPE = "application/problem+json"
