"""Mutants put to the tests of their policy: killed by the first that notices, or told apart, or equal.

Deterministic: the same texts give the same mutants in the same order with the same uses, for any number
of processes.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Literal as OneOf

from attrs import define, evolve, field, frozen

from tosdsl.analysis.proving import Proofs
from tosdsl.base.span import Span
from tosdsl.facade import PolicySet, load_each
from tosdsl.testing.collect import collect
from tosdsl.testing.mutation.apart import Apart, Unsettled, apart
from tosdsl.testing.mutation.mutants import Mutant, mutants
from tosdsl.testing.mutation.swap import same, swapped
from tosdsl.testing.scenarios import asked, judge
from tosdsl.testing.suite import PropertyTest, ScenarioTest
from tosdsl.trees import norms as n
from tosdsl.trees.uses import quoted

MANY = 200
"""Mutants from which on several processes are worth their start."""

Outcome = OneOf["killed", "survived", "equivalent", "unsettled"]
"""``unsettled``: no test notices, and it is not known whether any could."""

Progress = Callable[[int, int, int], None]
"""Called with the mutants done, all mutants, and those that survived."""


@frozen
class Result:
    """What became of one mutant. ``by`` is the test that noticed; ``apart`` the use that would have."""

    policy: str
    clause: str
    kind: str
    what: str
    outcome: Outcome
    by: str = ""
    apart: Apart | None = None
    why: str = ""
    span: Span = field(kw_only=True)


@define
class Subject:
    """A policy with the set that it is asked in, its tests and its mutants."""

    policy: n.Policy
    policies: PolicySet
    scenarios: list[ScenarioTest]
    properties: list[PropertyTest]
    mutants: list[Mutant]


def subjects(words: Sequence[str]) -> list[Subject]:
    """The policies that paths and ids name, and what tests them. Raises PolicyError."""
    found = collect(words)
    made = []
    for policies in load_each(*words):
        for policy in asked(policies):
            tests = [each for each in found.tests if _is_about(each, policy)]
            made.append(
                Subject(
                    policy,
                    policies,
                    [each for each in tests if isinstance(each, ScenarioTest)],
                    [each for each in tests if isinstance(each, PropertyTest)],
                    list(mutants(policy)),
                )
            )
    return made


def _is_about(test: object, policy: n.Policy) -> bool:
    if isinstance(test, ScenarioTest):
        return any(same(each, policy) for each in asked(test.policies))
    return isinstance(test, PropertyTest) and same(test.of.policy, policy)


def failing_tests(several: Iterable[Subject]) -> list[ScenarioTest | PropertyTest]:
    """The tests that fail without a mutant: they would notice each, and that would say nothing."""
    found: list[ScenarioTest | PropertyTest] = []
    for each in several:
        found += [test for test in each.scenarios if not test.run().held]
        found += [test for test in each.properties if not test.run().held]
    return found


def run(
    several: Sequence[Subject], jobs: int | None = None, progress: Progress | None = None
) -> list[Result]:
    """Every mutant of every subject, in their order. ``jobs``: processes; None: as many as pay."""
    work = [(at, number) for at, each in enumerate(several) for number in range(len(each.mutants))]
    if jobs is None:
        jobs = (os.cpu_count() or 1) if len(work) >= MANY else 1
    done: list[Result] = []
    left = 0
    for result in _parallel(several, work, jobs) if jobs > 1 else _serial(several, work):
        left += result.outcome == "survived"
        done.append(result)
        if progress is not None:
            progress(len(done), len(work), left)
    return _titled(several, done)


def _titled(several: Sequence[Subject], results: Iterable[Result]) -> list[Result]:
    """The results, with titles of scenarios that are no other's, so that all can stand in one file."""
    taken = {quoted(test.title) for each in several for test in each.scenarios}
    texts: dict[str, str] = {}  # each text once, by its title
    made = []
    for each in results:
        if each.apart is not None:
            opener, end, body = each.apart.scenario.partition("\n")
            title = wanted = opener.removeprefix("scenario ")
            number = 1
            while title in taken or texts.setdefault(title, body) != body:
                number += 1
                title = f'{wanted[:-1]} ({number})"'
            each = evolve(each, apart=evolve(each.apart, scenario=f"scenario {title}{end}{body}"))
        made.append(each)
    return made


def _serial(several: Sequence[Subject], work: Iterable[tuple[int, int]]) -> Iterator[Result]:
    return (of_mutant(several[at], several[at].mutants[number]) for at, number in work)


def _parallel(
    several: Sequence[Subject], work: Sequence[tuple[int, int]], jobs: int
) -> Iterator[Result]:
    if "fork" not in multiprocessing.get_all_start_methods():
        yield from _serial(several, work)
        return
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(jobs, context, initializer=_take, initargs=(several,)) as pool:
        try:
            yield from pool.map(_one, work, chunksize=8)
        except BaseException:  # stopped from the keyboard, say: what has not begun is not begun
            pool.shutdown(wait=False, cancel_futures=True)
            raise


_taken: list[Sequence[Subject]] = []
"""In a process that runs mutants: the subjects."""


def _take(several: Sequence[Subject]) -> None:
    _taken[:] = [several]


def _one(item: tuple[int, int]) -> Result:
    subject = _taken[0][item[0]]
    return of_mutant(subject, subject.mutants[item[1]])


def of_mutant(subject: Subject, mutant: Mutant) -> Result:
    """What becomes of one mutant."""

    def result(outcome: Outcome, by: str = "", apart: Apart | None = None, why: str = "") -> Result:
        return Result(
            subject.policy.name,
            mutant.clause,
            mutant.kind,
            mutant.what,
            outcome,
            by,
            apart,
            why,
            span=mutant.span,
        )

    sets: dict[int, PolicySet | None] = {}
    for test in _likely_first(subject, mutant):
        key = id(test.policies)
        if key not in sets:
            sets[key] = swapped(test.policies, subject.policy, mutant)
        changed = sets[key]
        if changed is None:
            return result("killed", "the documents no longer fit together")
        if not judge(changed, test.policy, test.scenario, test.use).held:
            return result("killed", test.title)
    new = swapped(subject.policies, subject.policy, mutant)
    if new is None:
        return result("killed", "the documents no longer fit together")
    prove = Proofs()
    for each in subject.properties:
        item = each.of.item
        said = prove(new.at(item.as_of, item.known_at), item)
        if said is False or isinstance(said, Mapping):
            return result("killed", each.title)
    uses = [test.use for test in subject.scenarios]
    found = apart(subject.policies, new, subject.policy, mutant, uses)
    if found is None:
        return result("equivalent")
    if isinstance(found, Unsettled):
        return result("unsettled", why=found.why)
    return result("survived", apart=found)


def _likely_first(subject: Subject, mutant: Mutant) -> list[ScenarioTest]:
    """The scenarios that expect something of the mutant's clause before the others."""
    full = f"{subject.policy.id}#{mutant.clause}"

    def names(test: ScenarioTest) -> bool:
        return any(full in each.words for each in test.scenario.expectations)

    return sorted(subject.scenarios, key=lambda test: not names(test))
