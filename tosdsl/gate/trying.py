"""The policies' own scenarios, run before a gate puts them to work: each policy by itself."""

from __future__ import annotations

from collections.abc import Mapping

from tosdsl.diagnostics.model import Diagnostic, in_order, mistake
from tosdsl.errors import PolicyError
from tosdsl.facade import load_each
from tosdsl.gate.deciding import where
from tosdsl.gate.plan import Plan


def failed(plan: Plan, words: tuple[str, ...]) -> tuple[list[Diagnostic], Mapping[str, str]]:
    """What scenarios do not find as they expect it, and the texts in which they stand."""
    from tosdsl.testing.scenarios import run

    several = load_each(*where(plan, words)) if words else []
    texts = {file: text for each in several for file, text in each.sources.items()}
    found = []
    for result in run(several):
        for failure in result.failures:
            told = {"title": result.scenario.title, "policy": result.policy}
            told |= {"expected": failure.expected, "found": failure.actual}
            found.append(mistake("TOS8019", failure.span, None, **told))
    return found, texts


def tried(plan: Plan, words: tuple[str, ...]) -> None:
    """Raises PolicyError where a scenario does not hold."""
    found, texts = failed(plan, words)
    if found:
        raise PolicyError(tuple(in_order(found)), texts)
