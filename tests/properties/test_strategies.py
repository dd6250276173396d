"""What the generators promise: libraries without a mistake, facts that fit, answers of every kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, get_args

import attrs
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.conftest import fields_of
from tests.generators import facts_for, leaf_values, libraries, small_files
from tests.generators.presuming import with_presumptions
from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, Severity
from tosdsl.elaborate.link import link
from tosdsl.elaborate.policy import elaborate_policy, vocabulary_with_definitions
from tosdsl.elaborate.vocabulary import elaborate_vocabulary
from tosdsl.facts.given import from_python
from tosdsl.facts.read import read_facts
from tosdsl.syntax.format import format_file
from tosdsl.syntax.parser import parse
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import quantities, written
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v

LENIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def linked(library: list[s.File], problems: list[Diagnostic]) -> n.Linked:
    units = [unit for file in library for unit in file.units]
    vocabulary = v.Vocabulary("")
    policies: dict[str, n.Policy] = {}
    for unit in units:
        match unit:
            case s.Vocabulary():
                facts = elaborate_vocabulary(unit, {}, frozenset(), problems)
                vocabulary = vocabulary_with_definitions(unit, facts, frozenset(), problems)
            case s.Policy():
                policies[unit.name.text] = elaborate_policy(unit, vocabulary, frozenset(), problems)

    def find(name: str, version: str | None, _: Span) -> n.History:
        found = policies[name]
        assert version in {None, found.version}
        return (found,)

    documents = [(policy,) for policy in policies.values()]
    return link(documents, find, lambda versions: versions[0], problems)


@LENIENT
@given(libraries())
def test_libraries_have_no_mistake(library: list[s.File]) -> None:
    problems: list[Diagnostic] = []
    linked(library, problems)
    assert [found.message for found in problems if found.severity is Severity.ERROR] == []


@LENIENT
@given(libraries())
def test_libraries_can_be_written(library: list[s.File]) -> None:
    for file in library:
        assert parse(format_file(file)).file == file


@LENIENT
@given(st.data())
def test_facts_fit_the_vocabulary(data: st.DataObject) -> None:
    problems: list[Diagnostic] = []
    vocabulary = linked(data.draw(libraries()), problems).vocabulary
    leaves = {leaf.path: leaf.type for leaf in vocabulary.leaves()}
    node = from_python(data.draw(facts_for(leaves)), problems)
    assert node is not None
    read = read_facts(node, vocabulary, problems)
    assert [found.message for found in problems if found.severity is Severity.ERROR] == []
    assert read.keys() <= leaves.keys()
    assert data.draw(leaf_values(leaves)).keys() <= leaves.keys()


# --- nothing is left out ----------------------------------------------------------------------------

MOST_ROUNDS = 720
"""Some fifty suffice: which, depends on the modules that are loaded, as Hypothesis draws from their
constants."""
ROUND = settings(LENIENT, max_examples=10, derandomize=False, database=None, phases=[Phase.generate])
"""After its first ten examples, Hypothesis mostly alters what it has drawn: that shows little new."""


def until_all_is_seen(
    trees: st.SearchStrategy[Any], look: Callable[[Any], None], done: Callable[[], bool]
) -> None:
    """Draw round after round, the same each time, until nothing is missing any more."""
    for number in range(MOST_ROUNDS):
        if not done():
            seed(number)(ROUND(given(trees)(look)))()


def seen_in(node: Any) -> Iterator[str]:
    """The classes of a tree's nodes, and the words in their fields (an operator, a kind, a unit)."""
    inside = fields_of(type(node))
    if inside is not None:
        name = type(node).__name__
        yield name
        for each in inside:
            value = getattr(node, each)
            yield from seen_in(value)
            if isinstance(value, str | bool):
                yield f"{name}.{each} {value}"
            if value is not None and value != ():
                yield f"{name}.{each}"
    elif isinstance(node, tuple):
        for each in node:
            yield from seen_in(each)
    elif isinstance(node, Mapping):
        yield from seen_in(tuple(node.values()))


def classes(*modules: Any) -> set[str]:
    """The classes of nodes that the modules themselves define."""
    found = (each for module in modules for each in vars(module).values())
    own = {module.__name__ for module in modules}
    return {
        each.__name__
        for each in found
        if isinstance(each, type) and attrs.has(each) and each.__module__ in own
    }


def words(name: str, several: Iterable[str]) -> set[str]:
    return {f"{name} {each}" for each in several}


BESIDE_THE_TREE = {"Comment"}
WRITTEN_WORDS = (
    words("Compare.op", s.OPERATORS)
    | words("Arithmetic.op", "+-*/")
    | words("Quantified.kind", ("some", "every"))
    | words("Aggregate.kind", ("count", "sum", "highest"))
    | words("DurationLiteral.unit", quantities.UNITS)
    | words("Norm.modality", ("forbid", "permit", "require"))
    | words("Deadline.kind", ("within", "before", "by"))
    | words("ExpectDuty.state", s.DUTY_STATES)
    | words("Measure.kind", s.MEASURES)
    | words("Rung.finding", s.FINDINGS)
    | words("EnumType.rising", ("True", "False"))
    | words("TypeExpr.optional", ("True", "False"))
)
"""What tells apart nodes of one class."""


def every_field(names: set[str], *modules: Any) -> set[str]:
    """Each field of each class: it is given something, somewhere."""
    return {
        f"{name}.{each.name}"
        for module in modules
        for name in names
        if (found := vars(module).get(name)) is not None
        for each in attrs.fields(found)
        if each.name not in {"span", "spans"}
    }


def test_surface_files_have_every_node_every_word_and_every_field() -> None:
    seen: set[str] = set()

    def draw(tree: s.File) -> None:
        seen.update(seen_in(tree))

    nodes = classes(s, written) - BESIDE_THE_TREE
    wanted = nodes | WRITTEN_WORDS | every_field(nodes - {"File"}, s, written)
    until_all_is_seen(small_files(), draw, lambda: wanted <= seen)
    assert wanted - seen == set()


TYPED_WORDS = (
    words("Compare.op", (*s.OPERATORS[4:], "is", "in"))
    | words("Arithmetic.op", "+-*/")
    | words("Extreme.kind", ("min", "max"))
    | words("Quantified.kind", ("some", "every"))
    | words("Aggregate.kind", ("count", "sum", "highest"))
    | words("Norm.modality", ("forbid", "permit", "require"))
    | words("Deadline.kind", ("within", "before", "by"))
    | words("Duration.kind", quantities.COUNTED_IN)
    | words("Enum.rising", ("True", "False"))
    | words("Norm.bearer", ("customer", "provider", "alpha"))
    | {"Arithmetic.excluding", "Aggregate.per", "Aggregate.where", "Compare.scale"}
    | {"Definition.parameters", "Definition.exceptions", "Definition.core", "Policy.routes"}
)


TYPED = TYPED_WORDS | {each.__name__ for each in (*get_args(ex.Expr), *get_args(v.Type))}


@pytest.fixture(scope="module")
def typed() -> set[str]:
    """What stands in libraries once they are resolved and typed."""
    seen: set[str] = set()

    def draw(library: list[s.File]) -> None:
        seen.update(seen_in(linked(library, [])))

    drawn = st.one_of(libraries(), libraries(), libraries().flatmap(with_presumptions))
    until_all_is_seen(drawn, draw, lambda: seen >= TYPED)
    return seen


def test_libraries_have_every_expression_and_every_type(typed: set[str]) -> None:
    assert TYPED - TYPED_WORDS - typed == set()


def test_libraries_have_every_provision_and_every_word(typed: set[str]) -> None:
    assert TYPED_WORDS - typed == set()
    made_by_questions = {"Choices"}
    tests = {"Scenario", "Said", "Expectation", "Property", "Claim"}  # facts are drawn by themselves
    assert classes(n) - typed - made_by_questions - tests == set()
