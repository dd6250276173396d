"""``gate.yaml`` as read and checked: data, before it is compiled to functions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from attrs import field, frozen

from tosdsl.base.span import Span, place
from tosdsl.gate.model import Trust
from tosdsl.trees.vocabulary import Type

NAMES = ("header", "query", "path", "method", "body", "client", "register", "counter", "const")
"""Where a fact can come from."""

TEXTUAL = frozenset(("header", "query", "path", "method", "client"))
"""Sources whose values are text, whatever they mean."""


@frozen
class Source:
    """One place that a value comes from, and what is done to it.

    ``of`` is a name in NAMES; ``name`` what follows its dot; ``register`` the one that is looked into.
    ``table`` maps texts to values; a key that ends in ``*`` stands for all that begin like it.
    """

    of: str
    name: str = ""
    register: str = ""
    strip: str = ""
    split: str = ""
    table: Mapping[str, Any] | None = None
    list: bool = False
    const: Any = None
    trust: Trust = Trust.DECLARED
    span: Span = place()

    def __str__(self) -> str:
        if self.of == "register":
            return ".".join(each for each in ("register", self.register, self.name) if each)
        return f"{self.of}.{self.name}" if self.name else self.of


@frozen
class FactPlan:
    """Where one fact, or a whole record, comes from; the first source is the most trusted one."""

    path: str
    type: Type
    sources: tuple[Source, ...]
    span: Span = place()


@frozen
class RegisterPlan:
    """Rows by key. ``key`` is where a request has the key. Times are in seconds; None: no bound."""

    name: str
    kind: str
    """``file``, ``sqlite`` or ``postgresql``."""
    where: str
    key: Source
    table: str = ""
    column: str = "id"
    age: str = ""
    """The column or key with the moment at which a row was last confirmed."""
    max_age: float | None = None
    refresh: float = 5.0
    span: Span = place()

    @property
    def has_keys(self) -> bool:
        """Whether each row names what it says, as in YAML and JSON, and can leave something out."""
        return self.kind == "file" and self.where.lower().endswith((".yaml", ".yml", ".json"))

    @property
    def shown(self) -> str:
        """What messages call it: of a database the table, as the address may hold a password."""
        return self.table if self.kind == "postgresql" else self.where


@frozen
class CounterPlan:
    """Integers by the subject's id: from a file, an HTTP answer or Redis."""

    name: str
    kind: str
    where: str
    key: str = ""
    """Of Redis; ``{subject}`` stands for the subject's id. In a URL likewise."""
    timeout: float = 0.25
    refresh: float = 5.0
    span: Span = place()


@frozen
class LogPlan:
    """``values``: facts that are logged as they are; of the others a salted hash. ``must``: a request
    whose line cannot be written is refused."""

    to: str
    values: tuple[str, ...] = ()
    must: bool = False
    salt: str = ""
    rotate: int = 0
    queue: int = 10_000
    span: Span = place()
    at_values: Mapping[str, Span] = field(factory=dict, eq=False)
    """Where each of ``values`` stands."""


@frozen
class Plan:
    """A whole ``gate.yaml``. ``folder`` is what its file names are relative to."""

    file: str
    folder: str
    home: str
    """What registers, counters and the log are relative to: beside a bundle, not in it."""
    active: tuple[str, ...]
    digest: str | None
    shadow: tuple[str, ...]
    canary: float
    facts: tuple[FactPlan, ...]
    registers: tuple[RegisterPlan, ...]
    counters: tuple[CounterPlan, ...]
    as_of: Source | date | Literal["moment"] | None
    """None is the clock."""
    assume: Mapping[str, Any]
    """Presumed facts by leaf, once the plan is checked."""
    assumed: str
    """The file that they stand in; empty if there is none."""
    presuming: bool
    """Whether a use passes that is permitted only with what is presumed."""
    reading: Mapping[str, str]
    """How texts are read, by interpretation: its name, or once the plan is checked its full id."""
    unknown: frozenset[str]
    """Facts that are left unknown on purpose."""
    statuses: Mapping[str, int]
    log: LogPlan | None
    limits: Mapping[str, float]
    required: bool = False
    """Whether only callers with a row in the subject's register are answered."""
    retry_after: int = 1
    explain: bool = True
    """Whether a refusal names clauses and needs."""
    instance: str = field(default="")
    """The digest of the mapping's own text."""
    places: Mapping[str, Span] = field(factory=dict, repr=False, eq=False)
    """Where each part stands, and each name under ``unknown`` and ``reading`` (`unknown.NAME`)."""

    def at(self, part: str) -> Span:
        """Where a part stands; at the beginning of the file, if it is not there."""
        return self.places.get(part) or Span(self.file, 1, 1, 1, 2)
