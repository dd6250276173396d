"""A gate that runs: what decides now, its shadow, its log, and how it is exchanged.

A reload builds everything anew, tries the policies' own scenarios, and swaps one reference. What is in
flight finishes on the old one. INVARIANT: a reload that fails changes nothing but what health says.
INVARIANT: a file that has changed counts only once two looks have seen the same in it: what is half
written may be right by itself, and forbid less.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Lock, Thread
from typing import Any

from attrs import evolve, frozen

from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, Severity
from tosdsl.errors import PolicyError, TosdslError
from tosdsl.gate.compiled import today
from tosdsl.gate.deciding import Decider, decider, loaded, make
from tosdsl.gate.line import Lines
from tosdsl.gate.log import Log, unwritable
from tosdsl.gate.metrics import Metrics
from tosdsl.gate.model import Outcome, Request
from tosdsl.gate.plan import LogPlan, Plan
from tosdsl.gate.reading import read_plan
from tosdsl.gate.replaying import deciding
from tosdsl.gate.stores.rows import Unreadable
from tosdsl.gate.trying import tried
from tosdsl.gate.watched import Digests, as_read, named, standing

_LOGGER = logging.getLogger("tosdsl.gate")
"""Where an application hears of what is wrong with its gate."""

_MOST_OF_A_PATH = 500
"""Characters of a path that stand in the log."""

_TICK = 1.0
"""Seconds between two looks at registers and files."""


class Live:
    """One gate, for as long as its process runs. Shared by all doors and all threads."""

    def __init__(
        self,
        file: str | Path,
        clock: Callable[[], date] = today,
        keys: Sequence[str] | None = None,
        changed: Callable[[], None] | None = None,
    ) -> None:
        """``keys``: public keys, where the file is a bundle; one of them has to have signed it.
        ``changed`` is called whenever what was built is put to work, by the thread that built it.

        Raises PolicyError: a gate that is wrong does not start.
        """
        self.file = str(file)
        self._clock = clock
        self._keys = keys
        self._version: int | None = None
        self._tried: dict[str, str] = {}
        """What the last attempt to build a gate looked at."""
        made = self._made()
        self.decider, self.shadow = made.decider, made.shadow
        plan = self.decider.plan
        if (
            plan.log is not None and not plan.log.must
        ):  # with it, nothing passes until it can be written
            _hold_log(plan.log, plan, self.file)
        self.log = Log(plan.log, plan.home) if plan.log is not None else None
        self._lines = Lines(self.log.plan, self.log.salt) if self.log is not None else None
        self.metrics = Metrics()
        self.reload_failure: str | None = None
        """Why the last reload changed nothing; None after one that did."""
        self._seen = made.read
        """What was read, or stood there when a reload failed: anything else is a change."""
        self._meant: Plan | None = None
        """The mapping of a reload that failed: what it names may be mended, or come."""
        self._met: Digests | None = None
        """A change that was seen at the last look, and has to stand still for one more."""
        self._hurry = False
        self._told: frozenset[str] = frozenset()
        """What is wrong and was warned of."""
        self._lock = Lock()
        self._stop = Event()
        self._thread: Thread | None = None
        self._changed = changed
        if changed is not None:
            changed()

    # --- asking -------------------------------------------------------------------------------

    @property
    def plan(self) -> Plan:
        return self.decider.plan

    def ask(self, request: Request, door: str) -> Outcome:
        """The outcome of a request, counted and logged. Never raises."""
        deciding, shadow = self.decider, self.shadow
        outcome = deciding.decide(request)
        other = shadow.decide(request) if shadow is not None else None
        more: dict[str, Any] = {"method": request.method, "path": request.path[:_MOST_OF_A_PATH]}
        more |= {"presuming": True} if deciding.plan.presuming else {}
        more |= {"reading": dict(deciding.plan.reading)} if deciding.plan.reading else {}
        if other is not None:
            more["shadow"] = {
                "outcome": other.kind,
                "digest": other.digest,
                "clauses": _clauses(other),
            }
            if other.kind != outcome.kind:
                for clause in _apart(outcome, other):
                    self.metrics.differences.labels(outcome.kind, other.kind, clause).inc()
            if deciding.plan.canary and _share(outcome) < deciding.plan.canary:
                outcome, other = other, outcome
                more |= {"canary": True, "active": {"outcome": other.kind, "digest": other.digest}}
                del more["shadow"]
        if self.log is not None and self._lines is not None:
            outcome = self._logged(deciding, self.log, self._lines, outcome, door, more)
        self.metrics.count(outcome, door)
        return outcome

    @staticmethod
    def _logged(
        deciding: Decider, log: Log, lines: Lines, outcome: Outcome, door: str, more: Mapping[str, Any]
    ) -> Outcome:
        try:
            kept = log.add(lines.of(outcome, door, more))
        except Exception:  # a line that cannot be made is one that is not written
            log.dropped += 1
            kept = False
        if kept or not log.plan.must:
            return outcome
        refused = deciding.failure("The decision could not be logged.")
        refused.seconds = outcome.seconds
        return refused

    def refuse(self, why: str, door: str) -> Outcome:
        """An outcome for a request that was not looked at, such as one that took too long."""
        outcome = self.decider.failure(why)
        self.metrics.count(outcome, door)
        return outcome

    # --- health -------------------------------------------------------------------------------

    def not_ready(self) -> list[str]:
        """Why the gate is not ready; nothing if it is."""
        found = []
        for name, register in self.decider.compiled.registers.items():
            if not register.fresh:
                why = _placed(register.failure) if register.failure else "it is too old"
                found.append(f"register {name}: {why}")
        if self.log is not None and self.log.plan.must and self.log.failure is not None:
            found.append(f"log: {self.log.failure}")
        return found

    def health(self) -> dict[str, Any]:
        """What ``/readyz`` tells."""
        made: dict[str, Any] = {
            "ready": not self.not_ready(),
            "not_ready": self.not_ready(),
            "digest": self.decider.identity,
            "reload_failed": self.reload_failure,
            "wrong_rows": [f"{_place(each.span)}{each.code}" for _, each in self._wrong_rows()],
        }
        if self.log is not None:
            made["log"] = {"dropped": self.log.dropped, "failure": self.log.failure}
        return made

    # --- changes ------------------------------------------------------------------------------

    def start(self) -> None:
        """Look at registers and files from now on, in a thread of its own."""
        self._warn()
        if self._thread is None:
            self._thread = Thread(target=self._watch, name="tosdsl-gate-watch", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop watching, and write what the log still has."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(5)
        if self.log is not None:
            self.log.close()

    def hurry(self) -> None:
        """Reload at the next look, whether a file has changed or not: for signals, which wait for
        nothing."""
        self._hurry = True

    def _watch(self) -> None:
        while not self._stop.wait(_TICK):
            with suppress(Exception):  # the next round tries again; the gate shows what is old
                self.refresh()

    def refresh(self) -> None:
        """Look at registers whose time it is, and reload if a file has changed and stands still."""
        for each in (self.decider, self.shadow):
            if each is not None:
                each.compiled.refresh_due()
        now = self._stands()
        if self._hurry:
            self._hurry = False
            self.reload()
        elif now == self._seen:
            self._met = None
        elif now == self._met or self._keys is not None:  # half of a bundle is never taken for one
            self.reload(now)
        else:
            self._met = now
        self._warn()

    def _warn(self) -> None:
        """Warns of what is wrong now and was not before, and says what is no longer, once each."""
        wrong = dict.fromkeys(self.not_ready())
        for name, each in self._wrong_rows():
            wrong[f"register {name}: {_told(each)}"] = None
        log = self.log
        if log is not None and log.failure is not None and not log.plan.must:  # with it: not ready
            wrong[f"log: {log.failure}; lines are lost"] = None
        if self.reload_failure is not None:
            wrong[f"the last change is not at work: {self.reload_failure}"] = None
        for text in wrong:
            if text not in self._told:
                _LOGGER.warning("%s: %s", self.file, text)
        for text in sorted(self._told - wrong.keys()):
            _LOGGER.info("%s: no longer so: %s", self.file, text)
        self._told = frozenset(wrong)

    def _wrong_rows(self) -> Iterator[tuple[str, Diagnostic]]:
        """What is wrong with rows that are not used, with the name of their register. A row's values
        stand in the message; its place and the code say less."""
        for name, register in self.decider.compiled.registers.items():
            for each in register.problems:
                if each.severity is Severity.ERROR:
                    yield name, each

    def reload(self, stood: Digests | None = None) -> bool:
        """Build everything anew and put it to work. False if something is wrong: nothing changes.

        ``stood``: what the files have to be found to hold still. If they do not, the next look sees it.
        """
        with self._lock:
            self._met, self._tried = None, {}
            before = self._stands()
            try:
                made = self._made()
                if made.decider.plan.log != self.decider.plan.log:
                    raise _Refused("the log cannot change while the gate runs")
            except TosdslError as error:
                self.reload_failure = "; ".join(map(_told, error.diagnostics))
            except _Refused as error:
                self.reload_failure = str(error)
            except Exception as error:  # whatever is wrong with what is new, the old goes on
                self.reload_failure = f"{type(error).__name__}: {error}"
            else:
                if stood is not None and not _still(made.read, stood):
                    return False
                self.decider, self.shadow = made.decider, made.shadow
                self.reload_failure = self._meant = None
                before = made.read
            good = self.reload_failure is None
            self._seen = before if good else {**before, **self._tried}
            if good and self._changed is not None:
                self._changed()
            if good:
                _LOGGER.info("%s: a change is at work, digest %s", self.file, self.decider.identity)
            self.metrics.reloads.labels("done" if good else "failed").inc()
            return good

    def _made(self) -> _Made:
        if self._keys is None:
            return self._of_file(self.file)
        return self._of_bundle(self._keys)

    def _of_file(self, file: str | Path, home: str | None = None, digest: str | None = None) -> _Made:
        """What a mapping makes. ``home``: where its stores are. ``digest``: that of its policies."""
        read = standing([str(file)])
        plan, sources = read_plan(file)
        plan = evolve(plan, home=home or plan.home, digest=digest or plan.digest)
        read |= standing(named(plan))
        if home is None:  # a bundle holds all that it names
            self._meant, self._tried = plan, read
        made = make(plan, sources, self._clock)
        read |= as_read(made.policies.sources)
        shadow = None
        if plan.shadow:
            beside = evolve(plan, digest=None, active=plan.shadow)
            shadow = decider(beside, loaded(beside, plan.shadow), sources, self._clock)
            read |= as_read(shadow.policies.sources)
        tried(plan, plan.active)
        tried(plan, plan.shadow)
        return _Made(made, shadow, read)

    def _of_bundle(self, keys: Sequence[str]) -> _Made:
        """What a bundle holds, once all of it is checked. Raises PolicyError."""
        from tosdsl.gate.bundle import Refused, refused, unpack, verify

        read = standing([self.file])
        try:
            raw = Path(self.file).read_bytes()
            manifest, files = verify(raw, keys, datetime.now(UTC), self._version)
        except (Refused, OSError) as error:
            raise refused(self.file, str(error)) from None
        with TemporaryDirectory(prefix="tosdsl-gate-") as folder:  # all is read before it goes
            home = str(Path(self.file).parent)
            made = self._of_file(unpack(files, Path(folder)), home, manifest.policies)
        self._version = manifest.version
        return evolve(made, read=read)

    def _stands(self) -> Digests:
        """What stands now in every file that the gate was made of, or would be."""
        found = {self.file, *self._seen}
        if self._keys is None:
            found |= {*named(self._meant or self.decider.plan), *named(self.decider.plan)}
        return standing(sorted(found))


@frozen
class _Made:
    """What files made, and what was read of them."""

    decider: Decider
    shadow: Decider | None
    read: Digests


def _hold_log(log: LogPlan, plan: Plan, file: str) -> None:
    """Raises PolicyError where every line would be lost."""
    wrong = unwritable(log, plan.home)
    if wrong is not None:
        text = Path(file).read_bytes().decode("utf-8", "replace")
        raise PolicyError((wrong,), {} if plan.file != file else {file: text})


def _still(read: Digests, stood: Digests) -> bool:
    """Whether files were read as they stood before, and stand so still."""
    as_before = all(stood.get(file, each) == each for file, each in read.items())
    return as_before and standing(read) == read


def _told(problem: Diagnostic) -> str:
    """A mistake in one line: its place, and what is wrong."""
    return f"{_place(problem.span)}{problem.message}"


def _placed(failure: Unreadable) -> str:
    return f"{_place(failure.span)}{failure.why}"


def _place(span: Span) -> str:
    return f"{span.file}:{span.line}:{span.column}: " if span.line else ""


class _Refused(Exception):
    """What is new cannot be put to work."""


def _clauses(outcome: Outcome) -> list[str]:
    return [each.clause for each in outcome.decision.basis] if outcome.decision is not None else []


def _apart(one: Outcome, other: Outcome) -> list[str]:
    """The clauses that the difference is counted under."""
    made = [each.decision for each in (one, other) if each.decision is not None]
    defaults = {each.clause for decision in made for each in decision.basis if each.by_default}
    return deciding(_clauses(one), _clauses(other), defaults) or ["none"]


def _share(outcome: Outcome) -> float:
    """Where a subject stands between 0 and 1: the same for each of its requests."""
    subject = outcome.use.subject if outcome.use is not None else None
    made = sha256((subject or outcome.id).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(made[:8], "big") / 2**64
