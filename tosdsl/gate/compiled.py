"""A checked plan as one function: a request to the facts of its use, each with its trust.

INVARIANT: a source that fails leaves its fact unknown, and no source of lower trust is asked then. So a
caller who makes a better source fail does not become believed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from time import monotonic
from typing import Any

from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.gate.asked import Asked
from tosdsl.gate.model import Failed, Given, Request, Trust, Use
from tosdsl.gate.plan import FactPlan, Plan, RegisterPlan, Source
from tosdsl.gate.reading import SUBJECT
from tosdsl.gate.sources import Look, Store, look_of
from tosdsl.gate.stores.counters import Counter
from tosdsl.gate.stores.registers import Register, in_a_list, not_read, nothing, of_cells, split_cell
from tosdsl.trees import vocabulary as v
from tosdsl.trees.moments import Moment, moment_in
from tosdsl.trees.quantities import read_instant

Today = Callable[[], date]


def today() -> date:
    """The day in UTC."""
    return datetime.now(UTC).date()


def moment() -> Moment:
    """The moment in UTC."""
    return moment_in(datetime.now(UTC), UTC)


class Compiled:
    """The sources of one plan, ready to be asked. ``vocabulary`` is that of its policies."""

    def __init__(self, plan: Plan, vocabulary: v.Vocabulary, clock: Today = today) -> None:
        self.plan = plan
        self.registers = _registers(plan, vocabulary)
        subject = _subject(self.registers, plan)
        self.subject = subject
        self.counters = {each.name: Counter(each, plan.home, subject) for each in plan.counters}
        stores: dict[str, Store] = {**self.registers}
        if self.counters:
            counters = self.counters
            stores["counter"] = lambda asked, name: counters[name](asked)
        self._facts = [
            (fact.path, [(look_of(s, fact.type, stores), s.trust, str(s)) for s in fact.sources])
            for fact in plan.facts
        ]
        self._assumed = [
            Given(path, value, Trust.PRESUMED, "assume") for path, value in plan.assume.items()
        ]
        self._day = _day(plan, stores, clock)
        self._due: dict[str, float] = {}
        self._nesting = int(plan.limits["nesting"])

    @property
    def waits(self) -> bool:
        """Whether finding facts may wait for another machine."""
        return any(each.waits for each in self.counters.values())

    def refresh(self) -> None:
        """Look at every register again."""
        for register in self.registers.values():
            register.refresh()

    def refresh_due(self) -> None:
        """Look at the registers whose time it is, and at those of which a change has to stand still."""
        now = monotonic()
        for register in self.registers.values():
            if now >= self._due.get(register.plan.name, 0.0):
                settled = register.look()
                self._due[register.plan.name] = now + register.plan.refresh if settled else 0.0

    def problems(self) -> list[Diagnostic]:
        """What is wrong with the stores: registers as they were last read, and files of counts."""
        found = []
        for name, counter in self.counters.items():
            if (problem := counter.unreadable()) is not None:
                words = {"what": "counter", "name": name, "problem": problem}
                found.append(mistake("TOS8009", counter.plan.span, None, **words))
        for register in self.registers.values():
            failed = not_read(register, register.plan.span)
            found += [failed] if failed is not None else list(register.problems)
            found += (_nowhere(register, name) for name in register.nowhere)
        return found

    def use(self, request: Request) -> Use:
        """The use that a request describes."""
        asked = Asked(request, self._nesting)
        facts: dict[str, Any] = {}
        given: list[Given] = []
        failures: list[Given] = []
        odd: list[Given] = []
        for path, sources in self._facts:
            for look, trust, name in sources:
                value = look(asked)
                if value is None:
                    continue
                if type(value) is Failed:
                    facts[path] = None  # said to be unknown: nothing is presumed of it
                    failed = Given(path, None, trust, name, value)
                    given.append(failed)
                    (failures if value.ours else odd).append(failed)
                else:
                    facts[path] = value
                    given.append(Given(path, value, trust, name))
                break
        assumed = _presumed(self._assumed, given) if self._assumed else []
        given += assumed
        key = self.subject(asked)
        day = self._day(asked)
        if type(day) is Failed:
            failures.append(Given("as_of", None, Trust.VERIFIED, "as_of", day))
            day = None
        subject = key if type(key) is str else None
        presumed = {each.fact: each.value for each in assumed}
        stranger = self._stranger(key, failures) if self.plan.required else None
        return Use(facts, tuple(given), subject, day, tuple(failures), tuple(odd), presumed, stranger)

    def _stranger(self, key: Any, failures: list[Given]) -> str | None:
        """Why nobody is known by a key. A register that cannot be used is a failure."""
        if type(key) is not str:
            return "The request has no key." if key is None else "The key cannot be read."
        register = self.registers[SUBJECT]
        if not register.fresh:
            why = register.failure.why if register.failure else "it is too old"
            failed = Failed(f"the register cannot be used: {why}", ours=True)
            failures.append(Given(SUBJECT, None, Trust.VERIFIED, SUBJECT, failed))
            return None
        return None if register.knows(key) else "Nobody is known by this key."


def _nowhere(register: Register, name: str) -> Diagnostic:
    """That no row has a name, with those that rows have."""
    near = name, register.names
    return mistake("TOS8016", register.plan.span, near, name=register.plan.shown, key=name)


def _presumed(assumed: list[Given], given: list[Given]) -> list[Given]:
    """What is presumed where no source said anything, also none that failed."""
    spoken = {each.fact for each in given}
    found = []
    for each in assumed:
        parts = each.fact.split(".")
        if not any(".".join(parts[:count]) in spoken for count in range(1, len(parts) + 1)):
            found.append(each)
    return found


def _registers(plan: Plan, vocabulary: v.Vocabulary) -> dict[str, Register]:
    made: dict[str, Register] = {}
    for register in plan.registers:
        wanted = [
            (source.name, fact.path, _stored(source, fact), _before(source, fact, register))
            for fact in plan.facts
            for source in fact.sources
            if source.of == "register" and source.register == register.name
        ]
        if register.kind != "none":
            look = look_of(register.key, v.Text(), {})
            made[register.name] = Register(register, plan.home, vocabulary, wanted, look)
    return made


def _stored(source: Source, fact: FactPlan) -> v.Type:
    """The type of what stands in the rows: text, where a table makes the value of it."""
    if source.table is None:
        return fact.type
    return v.ListOf(v.Text()) if isinstance(v.bare(fact.type), v.ListOf) else v.Text()


def _before(source: Source, fact: FactPlan, register: RegisterPlan) -> Any:
    if source.split:
        return split_cell(source.split)
    if source.list and (source.table is None or register.has_keys):
        return in_a_list
    return nothing if register.has_keys else of_cells(fact.type)


def _subject(registers: Mapping[str, Register], plan: Plan) -> Look:
    if SUBJECT in registers:
        return registers[SUBJECT].key
    named = next((each for each in plan.registers if each.name == SUBJECT), None)
    return look_of(named.key, v.Text(), {}) if named is not None else lambda _: None


def _day(plan: Plan, stores: Mapping[str, Store], clock: Today) -> Look:
    """What says when the use takes place: a day or a moment."""
    said = plan.as_of
    if said is None:
        return lambda _: clock()
    if said == "moment":
        return lambda _: moment()
    if isinstance(said, date):
        return lambda _: said
    look = look_of(said, v.Text(), stores)

    def day(asked: Asked) -> Any:
        value = look(asked)
        try:
            return read_instant(value) or date.fromisoformat(value)
        except (TypeError, ValueError):
            return Failed("the day of the use is not given as a day or a moment", ours=True)

    return day
