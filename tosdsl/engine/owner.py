"""What code that is made for a set of policies asks of the set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from threading import RLock
from typing import Any, Protocol

from tosdsl.backends.python.module import Engine
from tosdsl.base.verdict import Verdict
from tosdsl.decision.model import Decision
from tosdsl.engine.alternatives import Answering
from tosdsl.engine.answers import Answers
from tosdsl.facts.plain import Plain
from tosdsl.facts.typed import Bodies
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Use

Day = date | None
Slow = Callable[..., Any]
Condition = Callable[[int], Callable[[object], bool | None]]


class Owner(Protocol):
    """What plans ask of the set of policies that they are of."""

    @property
    def lock(self) -> RLock: ...
    @property
    def bodies(self) -> Bodies: ...
    def engine(self, plain: Plain, odd: Slow, condition: Condition) -> Engine: ...
    def answering(self, linked: n.Linked, governing: tuple[bool, ...]) -> Answers: ...
    def deciding(self, as_of: Day, known_at: Day) -> Sequence[Answering]: ...
    def slow_verdict(self, facts: Any, **more: Any) -> Verdict: ...
    def dated_verdict(self, facts: Any, as_of: Any = None, known_at: Any = None) -> Verdict: ...
    def dated_decide(self, facts: Any, more: dict[str, Any]) -> Any: ...
    def decide_use(self, use: Use) -> Decision: ...
    def use_read(self, facts: Any, said: dict[str, Any]) -> Use: ...
