"""Paths and ids to tests: the scenarios and properties of policies, and tables of cases beside them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from attrs import frozen

from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.elaborate.dated import diagnostic
from tosdsl.facade import PolicyError, PolicySet
from tosdsl.library.listing import SUFFIXES, folder_files
from tosdsl.library.search import Search
from tosdsl.pipeline import Compilation
from tosdsl.testing.model import Test
from tosdsl.testing.properties import EXAMPLES, Prover
from tosdsl.testing.scenarios import asked
from tosdsl.testing.suite import PropertyTest, ScenarioTest, property_tests, scenario_tests
from tosdsl.testing.tables.bind import bind
from tosdsl.testing.tables.places import is_table, tables_below, tables_beside


@frozen
class Collection:
    """Tests in their order, what is odd in the texts, and all texts that were read, by file."""

    tests: tuple[Test, ...]
    warnings: tuple[Diagnostic, ...]
    sources: Mapping[str, str]


def collect(
    words: Iterable[str | Path],
    *,
    as_of: date | None = None,
    tables: bool = True,
    examples: int = EXAMPLES,
    seed: int = 0,
    proof: bool = True,
    work: Compilation | None = None,
) -> Collection:
    """Every test that paths and ids name. ``as_of`` is the day of those that say none, ``examples``
    the uses that are tried for a property, drawn by ``seed``, if it is not proved (``proof``: that is
    tried first).

    ``work`` reads the texts, where that is not to be from their files and for the first time.

    A folder stands for all below it, a policy file also for the tables beside it (not without
    ``tables``), a table for itself. Raises PolicyError with every mistake of every text.
    """
    policies, found = _sorted(list(map(str, words)), tables)
    work = Compilation(Search()) if work is None else work
    sets: list[PolicySet] = []
    if policies or not found:
        roots = work.roots(policies)
        sets = [PolicySet(work.choices([(root,)]), work.sources) for root in roots]
    of_tables = [made for file in found if (made := bind(file, work)) is not None]
    diagnostics = tuple(work.diagnostics())
    if work.has_errors():
        raise PolicyError(diagnostics, work.sources)
    tests: list[Test] = []
    scenarios = scenario_tests(sets, as_of)
    prover = _prover() if proof and any(_has_properties(each) for each in sets) else None
    for each in sets:
        tests += [test for test in scenarios if test.policies is each]
        tests += property_tests([each], examples, seed, prover)
    tests += [test for each in of_tables for test in scenario_tests([each], as_of, "case")]
    return Collection(tuple(tests), (*diagnostics, *_vacuous(tests)), work.sources)


def _vacuous(tests: Iterable[Test]) -> Iterator[Diagnostic]:
    """Of tests that show nothing of their document, as it is not in force on their day."""
    for test in tests:
        if isinstance(test, ScenarioTest | PropertyTest) and test.vacuous:
            item = test.scenario if isinstance(test, ScenarioTest) else test.of.item
            yield diagnostic(item, test.vacuous)


def _has_properties(policies: PolicySet) -> bool:
    return any(policy.properties for policy in asked(policies))


def _prover() -> Prover:
    from tosdsl.analysis.proving import Proofs  # with the first property: scenarios need none of it

    return Proofs()


def _sorted(words: Sequence[str], tables: bool) -> tuple[list[str], list[str]]:
    """What names policies, and the tables, each once."""
    policies: list[str] = []
    found: dict[str, None] = {}
    for word in words:
        if os.path.isdir(word):
            below = tables_below(word) if tables else []
            found |= dict.fromkeys(below)
            if folder_files(word) or not below:
                policies.append(word)
        elif is_table(word) and os.path.isfile(word):
            found[word] = None
        else:
            policies.append(word)
            if tables and word.endswith(SUFFIXES):
                found |= dict.fromkeys(tables_beside(word))
    return policies, list(found)


def selected(tests: Sequence[Test], words: str | None, names: str) -> list[Test]:
    """The tests that have all of the words in their names. Raises PolicyError if there is none.

    ``names`` is what the tests were looked for in.
    """
    if not tests:
        raise PolicyError((mistake("TOS6008", None, name=names),), {})
    if not words:
        return list(tests)
    wanted = words.casefold().split()
    kept = [
        each
        for each in tests
        if all(word in f"{each.policy} {each.span.file} {each.title}".casefold() for word in wanted)
    ]
    if not kept:
        shown = " and ".join(f"`{word}`" for word in words.split())
        raise PolicyError((mistake("TOS6021", None, size=len(tests), words=shown),), {})
    return kept
