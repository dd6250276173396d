"""What a gate counts, as Prometheus text. No label says whose request it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tosdsl.gate.live import Live
    from tosdsl.gate.model import Outcome

_BUCKETS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5)


class Metrics:
    """Counters of one process. Numbers that others keep are read when they are asked for."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self.registry = CollectorRegistry()
        every: Any = {"registry": self.registry}
        self._outcomes = Counter(
            "tosdsl_decisions", "Decisions, by outcome", ["door", "outcome"], **every
        )
        self._seconds = Histogram(
            "tosdsl_decision_seconds", "Time of a decision", buckets=_BUCKETS, **every
        )
        self.differences = Counter(
            "tosdsl_shadow_differences",
            "Decisions that the shadow policies make otherwise",
            ["active", "shadow", "clause"],
            **every,
        )
        self.refused = Counter(
            "tosdsl_refused", "Requests refused before a decision", ["limit"], **every
        )
        self.reloads = Counter("tosdsl_reloads", "Reloads, by how they ended", ["result"], **every)
        self._ready = Gauge("tosdsl_ready", "Whether the gate is ready", **every)
        self._stale = Gauge("tosdsl_reload_failed", "Whether the last reload failed", **every)
        self._rows = Gauge("tosdsl_register_rows", "Rows of a register", ["register"], **every)
        self._age = Gauge("tosdsl_register_age_seconds", "Age of a register", ["register"], **every)
        self._log = Gauge("tosdsl_log_lines", "Lines of the decision log", ["state"], **every)
        self._info = Gauge("tosdsl_policies", "What decides", ["digest"], **every)
        self._children: dict[tuple[str, str], Any] = {}

    def count(self, outcome: Outcome, door: str) -> None:
        """One decision."""
        key = (door, outcome.kind)
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = self._outcomes.labels(*key)
        child.inc()
        self._seconds.observe(outcome.seconds)

    def text(self, live: Live) -> bytes:
        """Everything, as a Prometheus server reads it."""
        from prometheus_client import generate_latest

        self._ready.set(not live.not_ready())
        self._stale.set(live.reload_failure is not None)
        self._rows.clear()
        self._age.clear()
        for name, register in live.decider.compiled.registers.items():
            self._rows.labels(name).set(len(register))
            self._age.labels(name).set(register.age)
        if live.log is not None:
            self._log.labels("written").set(live.log.written)
            self._log.labels("dropped").set(live.log.dropped)
            self._log.labels("waiting").set(live.log.waiting)
        self._info.clear()
        self._info.labels(live.decider.identity).set(1)
        text: bytes = generate_latest(self.registry)
        return text
