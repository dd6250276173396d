"""The laws of the meaning. Each takes a library and descriptions of a use, and asserts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from attrs import frozen
from hypothesis import strategies as st

from tests.generators.facts import DAYS, MOMENTS, PARTIES, completed, leaf_values, values
from tests.properties.worlds import World, worlds
from tosdsl.reference.completions import Completions
from tosdsl.reference.decide import verdicts
from tosdsl.reference.duties import duties
from tosdsl.reference.evaluate import evaluate_definitions, worked_out
from tosdsl.reference.force import forces
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Use
from tosdsl.trees.findings import DutyFinding, VerdictWord
from tosdsl.trees.moments import Moment
from tosdsl.trees.norms import NormKey
from tosdsl.trees.quantities import ABSENT, Money
from tosdsl.trees.versions import in_force
from tosdsl.values.truth import conjunction, negation

Facts = Mapping[str, Any]

ABOUT = (
    *(*DAYS, DAYS[0] - timedelta(40), DAYS[-1] + timedelta(4), DAYS[-1] + timedelta(400)),
    *MOMENTS,
)
"""Days and moments of a use: among the constants, and well before and after them."""

DUTY_STATES = {"not_triggered", "fulfilled", "pending", "breached", "undetermined"}
TABLE = {
    (True, True): "fulfilled",
    (True, False): "fulfilled",
    (True, None): "fulfilled",
    (False, True): "breached",
    (False, False): "pending",
    (False, None): "undetermined",
    (None, True): "undetermined",
    (None, False): "pending",
    (None, None): "undetermined",
}
"""The state of an obligation in force: by what must be, and by whether it is too late."""


@frozen
class Case:
    """A library; what is known of a use; the same with less and with more known; one value a leaf."""

    world: World
    facts: dict[str, Any]
    less: dict[str, Any]
    more: dict[str, Any]
    all: dict[str, Any]
    as_of: date | None

    def bare(self, facts: Facts) -> Use:
        """A use of no day, unless a condition reads it."""
        return Use(facts, as_of=self.world.day)

    def use(self, facts: Facts) -> Use:
        return Use(facts, as_of=self.as_of)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    world = draw(worlds())
    facts = draw(leaf_values(world.leaves))
    leaves = world.leaves
    everything = {path: draw(values(kind)) for path, kind in leaves.items()} | facts
    less = {path: value for path, value in facts.items() if draw(st.booleans())}
    more = {path: value for path, value in everything.items() if path in facts or draw(st.booleans())}
    more = {path: draw(completed(leaves[path], value)) for path, value in more.items()}
    whole = {path: full(leaves[path], value, more.get(path)) for path, value in everything.items()}
    as_of = draw(st.none() | st.sampled_from(ABOUT)) or world.day
    if len(world.policies.alternatives(as_of, None)) > 1:  # ``tests/differential`` has such days
        as_of = world.day
    return Case(world, facts, less, more, whole, as_of)


def full(kind: v.Type, value: Any, told: Any) -> Any:
    """The value with every field of its records known: as ``told``, or the first there is."""
    value = value if told is None else told
    match kind:
        case v.ListOf(item=item):
            return tuple(full(item, each, None) for each in value)
        case v.Record(fields=fields):
            return {each.name: value.get(each.name, first(each.type)) for each in fields}
        case _:
            return value


def first(kind: v.Type) -> Any:
    """A value of the type, none if it may be absent."""
    match kind:
        case v.OptionalOf():
            return ABSENT
        case v.Boolean():
            return True
        case v.Enum(members=members):
            return members[0]
        case v.Money(currency=currency):
            return Money(Fraction(1), currency)
        case v.Date():
            return DAYS[0]
        case v.Instant():
            return MOMENTS[0]
        case v.Party():
            return PARTIES[0]
        case _:
            return 1


def remaining(world: World, facts: Facts, as_of: date | None = None) -> frozenset[VerdictWord]:
    """The possible verdicts."""
    return verdicts(world.linked, Use(facts, as_of=as_of or world.day))


def told_more(before: Any, after: Any) -> bool:
    """Whether a value is the same, but for what was not known of it."""
    match before:
        case None:
            return True
        case tuple():
            return len(before) == len(after) and all(map(told_more, before, after))
        case Mapping():
            return all(told_more(value, after.get(name)) for name, value in before.items())
        case _:
            return bool(before == after)


def learning_never_widens_what_is_possible(case: Case) -> None:
    """So it never flips a settled verdict."""
    assert remaining(case.world, case.more) <= remaining(case.world, case.facts)


def learning_never_flips_a_settled_force(case: Case) -> None:
    before, after = (
        forces(case.world.linked, case.bare(case.facts)),
        forces(case.world.linked, case.bare(case.more)),
    )
    for key, found in before.items():
        assert found.force in {None, after[key].force}


def learning_never_flips_a_settled_value(case: Case) -> None:
    for document in case.world.linked.documents:
        definitions = document.policy.definitions
        before, after = (
            evaluate_definitions(definitions, facts, case.world.day)
            for facts in (case.facts, case.more)
        )
        for definition in definitions:
            name = definition.name
            assert definition.parameters or told_more(before[name], after[name]), name


def duties_of(case: Case, facts: Facts) -> dict[NormKey, DutyFinding]:
    use = case.use(facts)
    return duties(case.world.linked, use, forces(case.world.linked, use))


def learning_never_flips_a_settled_duty(case: Case) -> None:
    """What is pending may be found fulfilled; nothing but what is undetermined changes otherwise."""
    before, after = duties_of(case, case.facts), duties_of(case, case.more)
    for key, found in before.items():
        became = after[key]
        allowed = {"pending": {"pending", "fulfilled"}, "undetermined": DUTY_STATES}
        assert became.state in allowed.get(found.state, {found.state})
        assert found.due in {None, became.due}
        assert found.late in {None, became.late}
        assert (found.state, became.state, found.done) != ("pending", "fulfilled", False)


def learning_the_moment_never_flips_whether_it_is_late(case: Case) -> None:
    """A day alone is one of the zone that a deadline is written in: a moment of it tells more."""
    if not isinstance(case.as_of, Moment):
        return
    linked, found = case.world.linked, duties_of(case, case.facts)
    for key, duty in found.items():
        zone = duty.due.tzinfo if isinstance(duty.due, datetime) else case.as_of.tzinfo
        use = Use(case.facts, as_of=case.as_of.astimezone(zone).date())
        if case.world.day is None:  # no condition reads the day
            before = duties(linked, use, forces(linked, use))[key]
            assert before.late in {None, duty.late}


def a_duty_is_in_the_state_of_the_table(case: Case) -> None:
    linked, use = case.world.linked, case.use(case.facts)
    found = forces(linked, use)
    for key, duty in duties(linked, use, found).items():
        force = {True: True, False: False, None: None}[found[key].force]
        if False in {found[key].scope, force}:
            assert duty.state == "not_triggered"
        elif None in {found[key].scope, force}:
            assert duty.state == "undetermined"
        else:
            assert duty.state == TABLE[duty.done, duty.late]


def a_state_as_a_condition_is_that_of_the_duty(case: Case) -> None:
    """In Kleene's logic, of whether it is owed, done and late. Of a document that came in, it is told
    within that document: where that does not apply, nothing is asked."""
    linked, use = case.world.linked, case.use(case.facts)
    found = forces(linked, use)
    due = duties(linked, use, found)
    for index, document in enumerate(linked.documents):
        values = worked_out(document.policy.definitions, use)
        around = [found[key].scope for key in found if key[0] == index]
        alone = document.within is None and in_force(linked, use.as_of, use.known_at)[index]
        if not alone and True not in around:
            continue
        for each in document.policy.definitions:
            duty, _, state = each.name.partition(" is ")
            if each.duty is None or state == "in force":
                continue
            its, norm = due[index, duty], found[index, duty]
            owed = conjunction((norm.scope, norm.force))
            wanted = {
                "triggered": owed,
                "fulfilled": conjunction((owed, its.done)),
                "pending": conjunction((owed, negation(its.done), negation(its.late))),
                "breached": conjunction((owed, negation(its.done), its.late)),
            }
            assert values[each.name] == wanted[state], each.name


def all_known_is_settled(case: Case) -> None:
    assert len(remaining(case.world, case.all)) == 1
    for duty in duties_of(case, case.all).values():
        within_the_day = isinstance(duty.due, datetime) and duty.due.date() == case.as_of
        assert duty.state != "undetermined" or case.as_of is None or within_the_day
    for document in case.world.linked.documents:
        definitions = document.policy.definitions
        values = evaluate_definitions(definitions, case.all, case.world.day)
        assert None not in values.values()


def forgetting_never_permits_what_is_forbidden(case: Case) -> None:
    if remaining(case.world, case.facts) == {"forbidden"}:
        assert "forbidden" in remaining(case.world, case.less)


def needs(case: Case) -> frozenset[str]:
    """The facts that can change the verdict."""
    whole = Completions(case.world.linked, case.bare(case.facts)).verdicts()
    return whole.facts if len(whole.possible) > 1 else frozenset()


def what_is_not_needed_never_changes_the_verdict(case: Case) -> None:
    before = remaining(case.world, case.facts)
    needed = needs(case)
    idle = {path: value for path, value in case.all.items() if path not in needed}
    after = remaining(case.world, {**case.facts, **idle})
    assert (len(before) == 1) == (len(after) == 1)
    assert len(before) > 1 or after == before


def known(kind: v.Type, value: Any) -> bool:
    """Whether all of a value is known."""
    match kind:
        case v.ListOf(item=item):
            return value is not None and all(known(item, each) for each in value)
        case v.Record(fields=fields):
            return all(known(each.type, value.get(each.name)) for each in fields)
        case _:
            return value is not None


def needs_are_unknown_facts_of_an_open_verdict(case: Case) -> None:
    needed = needs(case)
    leaves = case.world.leaves
    assert all(told_more(case.facts.get(path), case.all[path]) for path in needed)
    assert needed <= {path for path in leaves if not known(leaves[path], case.facts.get(path))}
    assert bool(needed) == (len(remaining(case.world, case.facts)) > 1)


def nested_exceptions_reinstate(case: Case) -> None:
    """An exception that is itself defeated displaces nothing; with none left, the norm is in force."""
    for found in forces(case.world.linked, case.bare(case.facts)).values():
        for exception in found.exceptions:
            if True in [inner.force for inner in exception.exceptions]:
                assert exception.force is False
        displaced = [each.force for each in found.exceptions] + [force for _, force in found.above]
        if found.applies is True and set(found.provisos) <= {True}:
            if all(force is False for force in displaced):
                assert found.force is True
            elif True in displaced:
                assert found.force is False


def what_a_duty_does_not_need_never_changes_its_state(case: Case) -> None:
    decision = case.world.policies.decide_use(case.use(case.facts))
    for duty in decision.duties:
        others = {path: value for path, value in case.all.items() if path not in duty.needs}
        more = case.world.policies.decide_use(case.use(others | case.facts))
        states = {each.clause: each.state for each in more.duties if each.path == duty.path}
        assert states.get(duty.clause, "not_triggered") == duty.state, duty


def a_duty_that_is_open_asks_for_something(case: Case) -> None:
    """Where all facts are known, for the moment within the last day."""
    decision = case.world.policies.decide_use(case.use(case.all))
    for duty in decision.duties:
        if duty.state == "undetermined" and case.as_of is not None:
            assert duty.needs == (v.MOMENT_OF_USE,)
            assert not isinstance(case.as_of, Moment)
            assert isinstance(duty.due, Moment)
            states = set()
            for by in (timedelta(0), timedelta(microseconds=1), timedelta(seconds=1.5)):
                use = Use(case.all, as_of=duty.due.later(by))
                several = case.world.policies.decide_use(use).duties
                states |= {each.state for each in several if each.clause == duty.clause}
            assert states == {"pending", "breached"}


def a_decision_tells_what_the_meaning_finds(case: Case) -> None:
    policies = case.world.policies
    decision = policies.decide(case.facts, as_of=case.world.day)
    words = {verdict.value for verdict in decision.possible}
    assert words == remaining(case.world, case.facts)
    assert (decision.verdict.value in words) == (len(words) == 1)
    breached = any(duty.state == "breached" for duty in decision.duties)
    wrong = breached or words == {"forbidden"}
    if not decision.duties:
        assert decision.compliant is (None if len(words) > 1 and "forbidden" in words else not wrong)
    assert decision.compliant is not True or not (wrong or "forbidden" in words)
    assert decision.compliant is False or not wrong
    assert decision.verdict is policies.verdict(case.facts, as_of=case.world.day)
    assert (decision.basis == ()) == (decision.verdict.value == "not_applicable")
    assert {need.fact for need in decision.needs} == set(needs(case))
    assert all(need.clauses for need in decision.needs)
    assert decision.explain()
    assert decision == policies.decide(case.facts, as_of=case.world.day)


LAWS: tuple[Callable[[Case], None], ...] = (
    learning_never_widens_what_is_possible,
    learning_never_flips_a_settled_force,
    learning_never_flips_a_settled_value,
    learning_never_flips_a_settled_duty,
    learning_the_moment_never_flips_whether_it_is_late,
    a_duty_is_in_the_state_of_the_table,
    a_state_as_a_condition_is_that_of_the_duty,
    all_known_is_settled,
    forgetting_never_permits_what_is_forbidden,
    what_is_not_needed_never_changes_the_verdict,
    needs_are_unknown_facts_of_an_open_verdict,
    nested_exceptions_reinstate,
    what_a_duty_does_not_need_never_changes_its_state,
    a_duty_that_is_open_asks_for_something,
    a_decision_tells_what_the_meaning_finds,
)
