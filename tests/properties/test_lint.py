"""What the linter proves is not refuted by any use, and what uses show, it finds."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.generators import leaf_values
from tests.oracle.answer import answer
from tests.properties.worlds import World, worlds
from tosdsl.base.span import Span
from tosdsl.library.files import Memory
from tosdsl.library.search import Search
from tosdsl.lint.meaning import Meaning
from tosdsl.lint.written import expressions
from tosdsl.pipeline import Compilation
from tosdsl.reference.evaluate import evaluate, evaluate_definitions
from tosdsl.reference.force import forces
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees.facts import Facts, Use
from tosdsl.trees.findings import ExceptionFinding
from tosdsl.trees.versions import chosen
from tosdsl.trees.walk import parts

EXAMPLES = 10
"""A library is linted as a whole for each, which takes hundreds of questions."""

DRAWN = 6
"""Uses that are put to each set of findings."""


def linted(world: World) -> Meaning:
    meaning = Meaning(world.linked)
    meaning.run()
    return meaning


@settings(max_examples=EXAMPLES)
@given(worlds(simple=True), st.data())
def test_what_is_never_so_is_so_for_no_use(world: World, data: st.DataObject) -> None:
    meaning = linted(world)
    never = {each.problem.span: each.code for each in meaning.found}
    policy = meaning.policy
    conditions: dict[Span, ex.Expr] = {}  # the outermost at each place: `is not` is a whole
    for each in expressions(policy):
        for inner in parts(each.expr):
            if never.get(inner.span) in {"TOS7009", "TOS7010"} and not _has_scope_before(inner):
                conditions.setdefault(inner.span, inner)
    for _ in range(DRAWN):
        facts = data.draw(leaf_values(world.leaves))
        for key, finding in forces(world.linked, Use(facts)).items():
            if key[0] == 0:
                written = next(norm for at, norm in world.linked.norms() if at == key)
                if never.get(written.span) == "TOS7002":
                    assert finding.force is not True or not _in_scope(world.linked, key[1], facts)
                for node, its in _exceptions(written.exceptions, finding.exceptions):
                    if _is_told(meaning, "TOS7003", node.id):
                        assert its.force is not True or not _in_scope(world.linked, key[1], facts)
        values = evaluate_definitions(policy.definitions, facts)
        for span, condition in conditions.items():
            assert evaluate(condition, facts, values) is not (never[span] == "TOS7010")


def _has_scope_before(expr: ex.Expr) -> bool:
    """Whether it is the condition of an exception behind the scope of the section that this stands in:
    it has the place of the condition, of which alone the linter speaks."""
    return isinstance(expr, ex.And) and any(each.span == expr.span for each in expr.items)


def _in_scope(linked: n.Linked, clause: str, facts: Facts) -> bool:
    """Whether the sections around a clause of the first document apply for certain."""
    policy = linked.documents[0].policy
    values = evaluate_definitions(policy.definitions, facts)
    return all(
        section.scope is None or evaluate(section.scope, facts, values) is True
        for section in policy.root.walk()
        if any(norm.id == clause for norm in section.all_norms())
    )


def _exceptions(
    nodes: Iterable[n.ExceptionNode], findings: Iterable[ExceptionFinding]
) -> list[tuple[n.ExceptionNode, ExceptionFinding]]:
    made = []
    for node, finding in zip(nodes, findings, strict=True):
        made += [(node, finding), *_exceptions(node.exceptions, finding.exceptions)]
    return made


def _is_told(meaning: Meaning, code: str, id_: str) -> bool:
    return any(each.code == code and each.subject.endswith(f"#{id_}") for each in meaning.found)


@settings(max_examples=EXAMPLES)
@given(worlds(simple=True), st.data())
def test_what_changes_nothing_can_be_left_out(world: World, data: st.DataObject) -> None:
    meaning = linted(world)
    linked = world.linked
    told = [each for each in meaning.found if each.code in {"TOS7004", "TOS7005"}]
    facts = [data.draw(leaf_values(world.leaves)) for _ in range(DRAWN if told else 0)]
    for each in told:
        less = _without(linked, each.subject.partition("#")[2], each.code, each.problem.span)
        assert less != linked
        words = dict(each.problem.words)
        clause = words["clause" if each.code == "TOS7004" else "name"]  # what stands alone has several
        for known in facts:
            with_, without = (forces(one, Use(known)) for one in (linked, less))
            for key, finding in with_.items():
                if key == (0, clause) and _may_apply(linked, clause, known):
                    assert without[key].force == finding.force


def _may_apply(linked: n.Linked, clause: str, facts: Facts) -> bool:
    return _in_scope(linked, clause, facts)


def _without(linked: n.Linked, id_: str, code: str, span: object) -> n.Linked:
    """The documents without an exception, or without a proviso of a clause or exception."""

    def less(node: n.Norm | n.ExceptionNode) -> n.Norm | n.ExceptionNode:
        kept = [each for each in node.exceptions if code != "TOS7004" or each.id != id_]
        provisos = node.provisos
        if code == "TOS7005" and node.id == id_:
            provisos = tuple(each for each in provisos if each.span != span)
        return evolve(node, provisos=provisos, exceptions=tuple(map(less, kept)))

    def section(one: n.Section) -> n.Section:
        return evolve(
            one, norms=tuple(map(less, one.norms)), sections=tuple(map(section, one.sections))
        )

    first, *rest = linked.documents
    policy = evolve(first.policy, root=section(first.policy.root))
    return evolve(linked, documents=(evolve(first, policy=policy), *rest))


def last_alone(world: World) -> n.Linked:
    """The last policy with what it incorporates, as it is linted: asked about together with others, one
    may conflict with clauses that came in with these."""
    files = {f"{at}.tos": Memory(text) for at, text in enumerate(world.texts)}
    work = Compilation(Search(files))
    choices = work.choices([(work.file_roots(files)[-1],)])
    return choices.linked[chosen(choices.histories, None, None)[0]]


@settings(max_examples=EXAMPLES)
@given(worlds(simple=True), st.data())
def test_every_conflict_that_a_use_shows_is_told_of(world: World, data: st.DataObject) -> None:
    linked = last_alone(world)
    meaning = Meaning(linked)
    meaning.run()
    assert not meaning.unsettled
    own = meaning.policy.id
    told = {each.subject.partition("#")[2] for each in meaning.found if each.code == "TOS7001"}
    for _ in range(DRAWN):
        decision, _ = answer(linked, Use(data.draw(leaf_values(world.leaves))))
        for each in decision.conflicts:
            if f"{own}#" in f"{each.permission} {each.prohibition}":
                assert f"{each.permission} {each.prohibition}" in told
