"""What scenarios and properties expect of clauses and facts: that these are there."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from functools import cache, partial

from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.elaborate.clauses import clause_kinds
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v


def check_expectations(
    policies: Iterable[n.Policy],
    wholes: Iterable[n.Linked],
    vocabulary: v.Vocabulary,
    problems: list[Diagnostic],
    unsure: Container[str] = (),
) -> None:
    """Report what scenarios and properties expect of clauses or facts that are in none of the wholes.

    ``unsure`` are policies whose vocabulary could not be read in full.
    """
    leaves = [leaf.path for leaf in vocabulary.leaves()]
    ids = cache(partial(_ids, list(wholes)))
    for policy in policies:
        expectations = [each for scenario in policy.scenarios for each in scenario.expectations]
        expectations += [claim.of for item in policy.properties for claim in item.claims]
        for expected in expectations:
            if expected.kind not in {"needs", "duty_needs", "presumed"} or policy.name not in unsure:
                _check_expectation(expected, policy.id, leaves, ids, problems)


def _ids(wholes: Iterable[n.Linked]) -> set[str]:
    """The full ids of everything in some wholes that an expectation can name."""
    read = {id(each.policy): each for whole in wholes for each in whole.documents}
    return {
        document.qualified(id_)
        for document in read.values()
        for id_, kind in clause_kinds(document.policy).items()
        if kind != "section"
    }


_OF_NO_CLAUSE = frozenset(
    ("verdict", "without", "compliant", "value", "governs", "measures", "readings")
)


def _check_expectation(
    expected: n.Expectation,
    own: str,
    leaves: list[str],
    ids: Callable[[], set[str]],
    problems: list[Diagnostic],
) -> None:
    if expected.kind in _OF_NO_CLAUSE:
        return  # what names no clause, and what is checked with the text
    of_one = expected.kind in {"force", "duty", "due"}
    words = expected.words[:1] if of_one else expected.words
    spans = expected.spans or [expected.span] * len(words)
    for at, (word, span) in enumerate(zip(words, spans, strict=False)):
        of_duty = expected.kind == "duty_needs" and at > 0
        if expected.kind == "needs" or of_duty or (expected.kind == "presumed" and "#" not in word):
            if word not in leaves and word not in {v.DAY_OF_USE, v.MOMENT_OF_USE}:
                problems.append(mistake("TOS4002", span, (word, leaves), path=word))
        elif not word.startswith(f"{own}#") and word not in ids():  # its own are checked with the text
            policy, _, name = word.partition("#")
            near = (name, [id_.partition("#")[2] for id_ in ids() if id_.startswith(f"{policy}#")])
            problems.append(mistake("TOS3001", span, near, kind="clause", name=name, policy=policy))
