"""What stands on one line whatever its length: names, places, types, expectations, measures."""

from __future__ import annotations

from typing import assert_never

from tosdsl.syntax.pieces import joined, value_pieces
from tosdsl.trees import surface as s
from tosdsl.trees.uses import atom, quoted


def expected(item: s.Expectation) -> str:
    match item:
        case s.ExpectVerdict(verdict):
            return verdict
        case s.ExpectForce(clause, force):
            return f"{reference(clause)} {force}"
        case s.ExpectDefeated(clause, by):
            return f"{reference(clause)} defeated by {reference(by)}"
        case s.ExpectConflict(first, second):
            return f"{reference(first)} conflicts with {reference(second)}"
        case s.ExpectNeeds(facts, duty=duty):
            of = "" if duty is None else f"duty {reference(duty)} "
            return f"{of}needs {', '.join(fact.text for fact in facts) or 'none'}"
        case s.ExpectDuty(clause, state):
            return f"duty {reference(clause)} {state}"
        case s.ExpectDue(clause, due):
            return f"duty {reference(clause)} due {joined(value_pieces(due))}"
        case s.ExpectCompliant(truth):
            return "compliant" if truth else "not compliant"
        case s.ExpectValue(definition, value):
            shown = "undetermined" if value is None else joined(value_pieces(value))
            return f"{reference(definition)} is {shown}"
        case s.ExpectGoverns(document):
            return f"governs {reference(document)}"
        case s.ExpectMeasures(measures):
            return f"measure {', '.join(measures) or 'none'}"
        case s.ExpectReadings(outcome):
            return f"readings {outcome}"
        case s.ExpectPresumed(names):
            several = (each.text if isinstance(each, s.Name) else reference(each) for each in names)
            return f"presumed {', '.join(several) or 'none'}"
        case s.ExpectWithout(verdict):
            return f"without presumptions {verdict}"
        case _:
            assert_never(item)


def claimed(claim: s.Claim) -> str:
    how = "always" if claim.always else "never"
    match claim.of:
        case s.ExpectVerdict(verdict):
            return f"{how} {verdict}"
        case s.ExpectForce(clause, force):
            return f"{reference(clause)} {how} {force}"
        case s.ExpectDuty(clause, state):
            return f"duty {reference(clause)} {how} {state}"
        case _:
            assert_never(claim.of)


def reference(ref: s.Ref) -> str:
    if ref.policy is None:
        return ref.clause or ""
    version = f"@{ref.version}" if ref.version is not None else ""
    clause = f"#{ref.clause}" if ref.clause is not None else ""
    return f"{ref.policy}{version}{clause}"


def target_text(target: s.Target) -> str:
    match target:
        case s.Ref():
            return reference(target)
        case s.EverythingElse():
            return "everything else"
        case _:
            assert_never(target)


def named(word: str, name: s.Name, at: str | None, shown: bool = False) -> str:
    return f"{word} {name.text}{' to be shown' if shown else ''}{at_place(at)}"


def at_place(at: str | None) -> str:
    return f" at {quoted(at)}" if at is not None else ""


def opened_by(rung: s.Rung) -> str:
    of = f" of {reference(rung.of)}" if rung.of is not None else ""
    return f"on {rung.finding}{of}"


def measure_text(measure: s.Measure) -> str:
    within = f" within {atom(measure.within)}" if measure.within is not None else ""
    text = f" {quoted(measure.text)}" if measure.text is not None else ""
    return f"{measure.kind}{within}{text}"


def declared(decl: s.FieldDecl) -> str:
    judged = " judged" if decl.judged else ""
    value = decl.presumed
    presumed = "" if value is None else f" presumed {joined(value_pieces(value))}"
    return f"{decl.name.text}: {type_text(decl.type)}{judged}{presumed}"


def type_text(kind: s.TypeExpr) -> str:
    unit = f" in {kind.unit}" if kind.unit else ""
    return f"{'list of ' * kind.lists}{'optional ' if kind.optional else ''}{kind.name}{unit}"
