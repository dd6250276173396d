"""The order of the checks: texts to a report."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from attrs import evolve

from tosdsl.errors import PolicyError
from tosdsl.lint.allowed import settle
from tosdsl.lint.meaning import Meaning, stated_defaults
from tosdsl.lint.model import Finding, Open, Report
from tosdsl.lint.texts import of_policy, of_vocabularies
from tosdsl.pipeline import Compilation
from tosdsl.trees import norms as n
from tosdsl.trees import surface as s
from tosdsl.trees.versions import chosen

_WHEREVER = frozenset({"TOS6015"})
"""Codes that are told of whatever text they stand in: a text beside those that were named, and that
takes the place of another, is what nobody has named."""


def lint(*where: str | Path, work: Compilation | None = None) -> Report:
    """What the policies of files, folders or ids say and may not mean, each version by itself.

    Only what stands in the texts of these policies, and in vocabularies beside them that were named as
    well, is told of. Raises PolicyError if a text is wrong. ``work`` reads the texts, where that is not
    to be from their files and for the first time.
    """
    work = Compilation() if work is None else work
    roots = work.roots(where)
    several = [work.choices([(root,)]) for root in roots]
    documents: dict[str, list[n.Policy]] = {}
    for root in roots:
        documents.setdefault(root.id, []).append(root)
    work.tell_ties(map(tuple, documents.values()))
    # Documents that are named together can be asked about together.
    problems = [
        each
        for each in work.diagnostics()
        if each.code != "TOS3042" or dict(each.words)["document"] not in documents
    ]
    if work.has_errors():
        raise PolicyError(tuple(problems), work.sources)
    named = [file for file in work.sources if file in work.search.named]
    files = {root.span.file: None for root in roots} | dict.fromkeys(named)
    told = [each for each in problems if each.span.file in files or each.code in _WHEREVER]
    found = [Finding(each, each.span.file) for each in told]
    unsettled: list[Open] = []
    for root, choices in zip(roots, several, strict=True):
        unit = work.unit_of(root)
        whole = _whole(choices)
        found += of_policy(root, unit, whole)
        meaning = Meaning(whole, stated_defaults(unit))
        found += meaning.run()
        unsettled += (evolve(each, subject=f"{root.id}#{each.subject}") for each in meaning.unsettled)
    units = [each for file in files for each in work.units_in(file)]
    vocabularies = [each for each in units if isinstance(each, s.Vocabulary)]
    policies = {id(each.policy): each.policy for one in several for each in _whole(one).documents}
    found += of_vocabularies(vocabularies, policies.values(), map(work.unit_of, roots))
    sources = {file: work.sources[file] for file in files if file in work.sources}
    left, stand = settle(_once(found), sources, {each.span.file for each in unsettled})
    sources |= {each.span.file: work.sources.get(each.span.file, "") for each in told}
    left.sort(key=_place)
    stand.sort(key=lambda each: _place(each.finding))
    unsettled.sort(key=lambda each: (each.span.file, each.span.line, each.span.column, each.code))
    return Report(tuple(left), tuple(stand), tuple(unsettled), len(roots), sources)


def _whole(choices: n.Choices) -> n.Linked:
    """The documents that answer where no day is given."""
    return choices.linked[chosen(choices.histories, None, None)[0]]


def _once(found: Iterable[Finding]) -> list[Finding]:
    """A stand-alone exception is looked at with every clause that it is attached to."""
    return list({(each.problem, each.problem.span): each for each in reversed(list(found))}.values())


def _place(finding: Finding) -> tuple[str, int, int, str, tuple[tuple[str, str], ...]]:
    span = finding.problem.span
    return span.file, span.line, span.column, finding.code, finding.problem.words
