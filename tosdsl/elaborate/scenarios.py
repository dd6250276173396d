"""Scenarios: what they give as a document of facts, what they expect by full clause ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never, cast

from attrs import evolve

from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.elaborate.brief import brief
from tosdsl.elaborate.expressions import Typer
from tosdsl.elaborate.given import as_node
from tosdsl.trees import expressions as ex
from tosdsl.trees import facts as f
from tosdsl.trees import norms as n
from tosdsl.trees import surface as s
from tosdsl.trees.wording import value_words

_FORCE_OF = (
    "`{name} in force`, `{name} not in force` or `{name} undetermined`; a definition has a value"
)
_FORCES = {"in force": "true", "not in force": "false", "undetermined": "unknown"}


def elaborate_scenario(
    item: s.Scenario,
    policy: str,
    kinds: Mapping[str, str],
    typer: Typer,
    problems: list[Diagnostic],
) -> n.Scenario:
    """The scenario. ``kinds`` tells what each clause id of the document names."""
    lost = typer.lost
    if not item.expectations and not lost:
        problems.append(mistake("TOS3012", item.title.span, title=f'"{item.title.value}"'))
    names = Names(policy, kinds, typer, problems)
    readings = tuple(
        f.Entry(each.name.text, _entries(each.facts, each.span), span=each.name.span)
        for each in item.readings
    )
    expected = (names.expectation(each) for each in item.expectations)
    return n.Scenario(
        item.title.value,
        item.description,
        item.as_of.value if item.as_of else None,
        _entries(item.given, item.title.span),
        tuple(each for each in expected if each is not None),
        tuple(
            n.Said(cast(f.Status, each.status), each.source.value, _entries(each.facts, each.span))
            for each in item.said
        ),
        cast(f.Standard, item.standard.value) if item.standard else "confirmed",
        f.Entries(readings, span=item.title.span) if readings else None,
        span=item.title.span,
        known_at=item.known_at.value if item.known_at else None,
        about=names.part(item.about) if item.about else None,
    )


def _entries(given: tuple[s.Given, ...], span: Span) -> f.Entries:
    made = (f.Entry(e.path.text, as_node(e.value), span=e.path.span) for e in given)
    return f.Entries(tuple(made), span=span)


def _expected(
    kind: str, refs: tuple[s.Ref, ...], one: str | None, other: str | None, span: Span
) -> n.Expectation | None:
    """An expectation of two words, or None if one of them names nothing."""
    if not (one and other):
        return None
    return n.Expectation(kind, (one, other), span=span, spans=tuple(ref.span for ref in refs))


def _fits(kind: str, wanted: str) -> bool:
    """Whether something of this kind is meant by `a clause`."""
    return kind != "exception" and "a clause" in wanted


def _as_expr(value: s.Value) -> s.Expr:
    """A scenario's value as an expression, so that it is typed as one."""
    match value:
        case s.ListValue(items=items):
            return s.SetOf(tuple(map(_as_expr, items)), span=value.span)
        case s.RecordValue():
            return s.SetOf((), span=value.span)
        case _:
            return value


def constant(expr: ex.Expr) -> Any:
    """The value of a typed literal, or of a set of them."""
    if isinstance(expr, ex.SetOf):
        return tuple(map(constant, expr.items))
    return expr.value if isinstance(expr, ex.Literal) else None


class Names:
    """Makes expectations of what is written, with full ids; names that are not there are reported."""

    def __init__(
        self, policy: str, kinds: Mapping[str, str], typer: Typer, problems: list[Diagnostic]
    ) -> None:
        self._policy = policy
        self._kinds = kinds
        self._typer = typer
        self._lost = typer.lost
        self._problems = problems

    def expectation(self, each: s.Expectation) -> n.Expectation | None:
        """The expectation with full ids, or None if a name in it is not there."""
        match each:
            case s.ExpectVerdict(verdict=verdict):
                return n.Expectation("verdict", (verdict,), span=each.span)
            case s.ExpectNeeds(facts=facts, duty=duty):  # the day of the use is one of them
                paths = tuple(fact.text for fact in facts)
                spans = tuple(fact.span for fact in facts)
                if duty is not None:
                    return self._needs_of(duty, paths, spans, each.span)
                return n.Expectation("needs", paths, span=each.span, spans=spans)
            case s.ExpectForce(clause=clause, force=force):
                one = self._clause(clause, "a clause or an exception")
                return _expected("force", (clause,), one, _FORCES[force], each.span)
            case s.ExpectDefeated(clause=clause, by=by):
                one = self._clause(clause, "a clause or an exception")
                return _expected("defeated", (clause, by), one, self._defeater(clause, by), each.span)
            case s.ExpectConflict(first=first, second=second):
                one, other = self._clause(first, "a clause"), self._clause(second, "a clause")
                return _expected("conflict", (first, second), one, other, each.span)
            case s.ExpectGoverns(document=ref):
                return self._governs(ref, each.span)
            case s.ExpectDuty(clause=clause, state=state):
                one = self._clause(clause, "an obligation")
                return _expected("duty", (clause,), one, state.replace(" ", "_"), each.span)
            case s.ExpectDue(clause=clause, due=due):
                one = self._clause(clause, "an obligation")
                found = _expected("due", (clause,), one, value_words(due.value), each.span)
                return found and evolve(found, value=due.value)
            case s.ExpectCompliant(truth=truth):
                return n.Expectation("compliant", (str(truth).lower(),), span=each.span)
            case s.ExpectValue(definition=definition, value=value):
                return self._value(definition, value, each.span)
            case s.ExpectMeasures(measures=measures):
                return n.Expectation("measures", measures, span=each.span)
            case s.ExpectWithout(verdict=verdict):
                return n.Expectation("without", (verdict,), span=each.span)
            case s.ExpectPresumed(names=several):
                return self._presumed(several, each.span)
            case s.ExpectReadings(outcome=outcome):
                return n.Expectation("readings", (outcome,), span=each.span)
        assert_never(each)

    def _needs_of(
        self, duty: s.Ref, paths: tuple[str, ...], spans: tuple[Span, ...], span: Span
    ) -> n.Expectation | None:
        """What a duty is expected to need."""
        one = self._clause(duty, "an obligation")
        if one is None:
            return None
        words, spans = (one, *paths), (duty.span, *spans)
        return n.Expectation("duty_needs", words, span=span, spans=spans)

    def _value(self, ref: s.Ref, value: s.Value | None, span: Span) -> n.Expectation | None:
        """What a definition of this document is expected to come to."""
        name = ref.clause or ""
        kind = self._typer.definitions.get(name)
        if ref.policy not in {None, self._policy} or name in self._typer.parameters or kind is None:
            if name not in self._typer.definitions and self._lost.isdisjoint(name.split(".")):
                if name in self._kinds:
                    written = "undetermined" if value is None else brief(_as_expr(value))
                    words = {"found": f"{name} is {written}", "instead": _FORCE_OF.format(name=name)}
                    self._problems.append(mistake("TOS1008", ref.span.to(span), None, **words))
                    return None
                near = (name, self._typer.definitions)
                words = {"kind": "definition", "name": name, "policy": self._policy}
                self._problems.append(mistake("TOS3001", ref.span, near, **words))
            elif kind is not None or ref.policy not in {None, self._policy}:
                actual = "a definition that takes values"
                self._wrong(ref.span, name, actual, "a definition of this document")
            return None
        if value is None:
            return n.Expectation("value", (name,), span=span)
        made = self._typer.check(_as_expr(value), kind, name)
        if made is None:
            return None
        wanted = constant(made)
        return n.Expectation("value", (name,), span=span, value=wanted)

    def _presumed(self, several: tuple[s.Name | s.Ref, ...], span: Span) -> n.Expectation | None:
        """Facts by their paths, and clauses or exceptions with a burden by their full ids."""
        ids = []
        for each in several:
            id_: str | None
            if isinstance(each, s.Ref):
                id_ = self._clause(each, "a clause or an exception")
            else:
                id_ = f"{self._policy}#{each.text}" if each.text in self._kinds else each.text
            if id_ is None:
                return None
            ids.append(id_)
        spans = tuple(each.span for each in several)
        return n.Expectation("presumed", tuple(ids), span=span, spans=spans)

    def _governs(self, ref: s.Ref, span: Span) -> n.Expectation | None:
        """A whole document: a name alone, or a policy without a clause."""
        if ref.policy is not None and ref.clause is not None:
            self._wrong(ref.span, f"{ref.policy}#{ref.clause}", "a clause", "a document")
            return None
        id_ = ref.policy or ref.clause or ""
        words = (id_, ref.version) if ref.version else (id_,)
        return n.Expectation("governs", words, span=span, spans=(ref.span,))

    def part(self, ref: s.Ref) -> str | None:
        """The full id of a clause or a section, or None if there is none of the name."""
        name = ref.clause or ""
        if ref.policy not in {None, self._policy}:
            self._wrong(
                ref.span, f"{ref.policy}", "another document", "a clause or section of this one"
            )
            return None
        kind = self._kinds.get(name)
        if kind is None:
            self._missing(ref.span, name)
            return None
        if kind in {"definition", "exception"}:
            self._wrong(
                ref.span, name, f"a{'n' if kind[0] == 'e' else ''} {kind}", "a clause or section"
            )
            return None
        return f"{self._policy}#{name}"

    def _clause(self, ref: s.Ref, wanted: str) -> str | None:
        """The full id of a clause; ``wanted`` says what it has to be."""
        name = ref.clause or ""
        if ref.policy not in {None, self._policy}:
            if not name:
                self._wrong(ref.span, f"{ref.policy}", "a document", wanted)
                return None
            return f"{ref.policy}#{name}"
        kind = self._kinds.get(name)
        if kind is None:
            self._missing(ref.span, name)
            return None
        if name.split(".")[0] in self._typer.parameters:
            self._wrong(ref.span, name, "an exception of a definition that takes values", wanted)
            return None
        if kind in {"section", "definition"} or (kind not in wanted and not _fits(kind, wanted)):
            self._wrong(ref.span, name, f"a{'n' if kind[0] in 'eo' else ''} {kind}", wanted)
            return None
        return f"{self._policy}#{name}"

    def _defeater(self, clause: s.Ref, by: s.Ref) -> str | None:
        """An exception of the clause by its short name, or anything by its id."""
        owner, name = clause.clause or "", by.clause or ""
        if by.policy is None and clause.policy is None and f"{owner}.{name}" in self._kinds:
            return f"{self._policy}#{owner}.{name}"
        if by.policy is None and clause.policy not in {None, self._policy} and name not in self._kinds:
            return f"{clause.policy}#{owner}.{name}"
        return self._clause(by, "a clause or an exception")

    def _missing(self, span: Span, name: str) -> None:
        if self._lost.isdisjoint(name.split(".")):
            near = (name, self._kinds)
            self._problems.append(
                mistake("TOS3001", span, near, kind="clause", name=name, policy=self._policy)
            )

    def _wrong(self, span: Span, name: str, actual: str, wanted: str) -> None:
        self._problems.append(mistake("TOS3013", span, name=name, actual=actual, wanted=wanted))
