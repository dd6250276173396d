"""What the text shows by itself: names that nobody uses, days, months, facts without a question, what
is late by nobody's judgement, tests that are dated outside the days of their document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.elaborate import dated
from tosdsl.lint.model import Finding
from tosdsl.lint.written import expressions
from tosdsl.trees import expressions as ex
from tosdsl.trees import items
from tosdsl.trees import norms as n
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v
from tosdsl.trees.bounds import recorded_before
from tosdsl.trees.quantities import Duration
from tosdsl.trees.walk import parts

_SURE = 28
"""The last day that every month has."""


def of_policy(policy: n.Policy, unit: s.Policy, whole: n.Linked) -> Iterator[Finding]:
    """What one policy shows; ``whole`` has the documents that it incorporates as well."""
    several = (
        *_unused(policy),
        *_presumed(policy, whole),
        *_days(unit),
        *_months(policy),
        *_late(policy, whole),
        *dated.diagnostics(policy),
    )
    for problem, subject in several:
        yield Finding(problem, f"{policy.id}#{subject}")


def of_vocabularies(
    vocabularies: Sequence[s.Vocabulary], policies: Iterable[n.Policy], units: Iterable[s.Policy]
) -> Iterator[Finding]:
    """Facts and definitions that no policy reads, where one uses their vocabulary; facts judged for no
    question."""
    for one in vocabularies:
        for fact in one.items:
            if isinstance(fact, s.Fact | s.RecordType):
                yield from _unasked(one, fact)
    used = _used_vocabularies(vocabularies, units)
    several = tuple(policies)
    read = {path.partition(".")[0] for policy in several for path in _read(policy)}
    counted = {name for policy in several for name in _counted(policy)}
    for one in vocabularies:
        for item in one.items if one.name.text in used else ():
            if isinstance(item, s.Fact) and item.decl.name.text not in read:
                code, name = "TOS7012", item.decl.name
            elif isinstance(item, s.Define) and item.name.text not in counted:
                code, name = "TOS7011", item.name
            else:
                continue
            yield Finding(mistake(code, name.span, name=name.text), f"{one.name.text}#{name.text}")


def _unasked(one: s.Vocabulary, item: s.Fact | s.RecordType) -> Iterator[Finding]:
    of = f"{item.name.text}." if isinstance(item, s.RecordType) else ""
    for decl in item.fields if isinstance(item, s.RecordType) else (item.decl,):
        if decl.judged and decl.question is None:
            name = of + decl.name.text
            problem = mistake("TOS7013", decl.name.span, name=name)
            yield Finding(problem, f"{one.name.text}#{name}")


def _used_vocabularies(
    vocabularies: Iterable[s.Vocabulary], units: Iterable[s.Policy]
) -> frozenset[str]:
    """The names of those that a policy uses, or a vocabulary that it uses."""
    inner = {each.name.text: set(_uses(each)) for each in vocabularies}
    used: set[str] = set()
    todo = [name for unit in units for name in _uses(unit)]
    while todo:
        name = todo.pop()
        if name not in used:
            used.add(name)
            todo += inner.get(name, ())
    return frozenset(used)


def _uses(unit: s.Policy | s.Vocabulary) -> Iterator[str]:
    return (each.name.text for each in unit.items if isinstance(each, s.Use))


def _read(policy: n.Policy) -> Iterator[str]:
    """The paths of facts that a policy's text reads, its properties left out."""
    for written in expressions(policy):
        for each in parts(written.expr):
            if isinstance(each, ex.FactRef):
                yield each.path


def _unused(policy: n.Policy) -> Iterator[tuple[Diagnostic, str]]:
    """Definitions of a policy's own that count nowhere. (Of an exception that no clause uses,
    elaboration tells.)"""
    counted = _counted(policy)
    for definition in policy.written:
        if definition.name not in counted and definition.vocabulary is None:
            yield mistake("TOS7011", definition.span, name=definition.name), definition.name


def _counted(policy: n.Policy) -> set[str]:
    """The definitions that a clause uses, or whose value a scenario expects: a sum that is due may be
    all that a provision says."""
    definitions = {each.name: each for each in policy.definitions}
    owned = {node.id for each in policy.definitions for node in _nodes(each.exceptions)}
    todo = [
        each.expr
        for each in expressions(policy)
        if each.kind != "definition" and each.subject not in owned
    ]
    expectations = (each for scenario in policy.scenarios for each in scenario.expectations)
    used = {each.words[0] for each in expectations if each.kind == "value"}
    todo += [definitions[name].body for name in used]
    while todo:
        for each in parts(todo.pop()):
            if isinstance(each, ex.DefinitionRef | ex.Call) and each.name not in used:
                used.add(each.name)
                todo.append(definitions[each.name].body)
    return used


def _presumed(policy: n.Policy, whole: n.Linked) -> Iterator[tuple[Diagnostic, str]]:
    """What is presumed of facts that neither this policy reads nor what it takes in."""
    if not policy.presumptions:
        return
    documents = {id(each.policy): each.policy for each in whole.documents}
    read = [*dict.fromkeys(path for each in documents.values() for path in _read(each))]
    for each in policy.presumptions:
        if not any(f"{path}.".startswith(f"{each.path}.") or path == each.path for path in read):
            yield mistake("TOS7020", each.span, name=each.path, policy=policy.id), each.path


def _nodes(nodes: Iterable[n.ExceptionNode]) -> Iterator[n.ExceptionNode]:
    for node in nodes:
        yield node
        yield from _nodes(node.exceptions)


def _days(unit: s.Policy) -> Iterator[tuple[Diagnostic, str]]:
    """A text that could be read only when it was over. (That it ends before it begins is an error.)"""
    last, recorded = unit.header.effective_until, unit.header.recorded
    if last is not None and recorded is not None and recorded_before(last.value, recorded.value):
        days = str(recorded.value), str(last.value)
        yield mistake("TOS7014", recorded.span, recorded=days[0], last=days[1]), "recorded"


def _months(policy: n.Policy) -> Iterator[tuple[Diagnostic, str]]:
    """Where months are added to, or taken from, a day that a later month may not have."""
    for written in expressions(policy):
        for each in parts(written.expr):
            if isinstance(each, ex.Arithmetic) and each.op in "+-" and isinstance(each.type, v.Date):
                moved = (each.left, each.right)
                days = [one for one in moved if not _in_months(one)]
                sure = all(map(_in_every_month, days))
                if any(map(_in_months, moved)) and not sure:
                    yield mistake("TOS7015", each.span), written.subject
            elif isinstance(each, ex.Aggregate) and each.window and each.window.unit == "months":
                yield mistake("TOS7015", each.span), written.subject
            elif isinstance(each, ex.PeriodEnd) and written.kind == "deadline":
                of_months = each.length.unit == "months"  # weeks and days have no such edge
                if of_months and not _in_every_month(each.start):
                    yield mistake("TOS7015", each.span), written.subject


def _late(policy: n.Policy, whole: n.Linked) -> Iterator[tuple[Diagnostic, str]]:
    """Where no person, and no reading of the text, says that it is too late."""
    vocabulary = whole.vocabulary
    judged = [leaf.path for leaf in vocabulary.leaves() if leaf.judged]
    judged += [*items.judged(vocabulary), *(each.path for each in vocabulary.interpretations)]
    for written in expressions(policy):
        if written.kind == "late":
            read = _facts(policy, written.expr)
            if not any(items.in_fact(path, one) for path in read for one in judged):
                yield mistake("TOS7023", written.expr.span), written.subject


def _facts(policy: n.Policy, expr: ex.Expr) -> set[str]:
    """The paths of facts that an expression reads, those of the definitions in it included."""
    bodies = {each.name: each.body for each in policy.definitions}
    todo, met, read = [expr], set[str](), set[str]()
    while todo:
        for each in parts(todo.pop()):
            if isinstance(each, ex.FactRef):
                read.add(each.path)
            elif isinstance(each, ex.DefinitionRef | ex.Call) and each.name not in met:
                met.add(each.name)
                todo.append(bodies[each.name])
    return read


def _in_every_month(expr: ex.Expr) -> bool:
    if not isinstance(expr, ex.Literal) or not isinstance(expr.value, date):
        return False
    return expr.value.day <= _SURE


def _in_months(expr: ex.Expr) -> bool:
    if isinstance(expr, ex.Literal):
        return isinstance(expr.value, Duration) and expr.value.unit == "months"
    kind = v.bare(getattr(expr, "type", v.Boolean()))
    return isinstance(kind, v.Duration) and kind.kind == "months"
