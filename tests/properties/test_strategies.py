"""What the generators promise: libraries without a mistake, facts that fit, answers of every kind."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tosdsl.diagnostics.model import Diagnostic, Severity
from tosdsl.elaborate.link import link
from tosdsl.elaborate.policy import elaborate_policy
from tosdsl.elaborate.vocabulary import elaborate_vocabulary
from tosdsl.facts.document import from_python
from tosdsl.facts.read import read_facts
from tosdsl.syntax.format import format_file
from tosdsl.syntax.parser import parse
from tosdsl.testing.strategies import facts_for, leaf_values, libraries
from tosdsl.trees import norms as n
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v
from tosdsl.trees.span import Span

LENIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def linked(library: list[s.File], problems: list[Diagnostic]) -> n.Linked:
    units = [unit for file in library for unit in file.units]
    vocabulary = v.Vocabulary("")
    policies: dict[str, n.Policy] = {}
    for unit in units:
        match unit:
            case s.Vocabulary():
                vocabulary = elaborate_vocabulary(unit, {}, frozenset(), problems)
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
