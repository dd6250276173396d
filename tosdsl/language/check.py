"""Texts as an editor has them: checked, linted, their tests collected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import field, frozen

from tosdsl.base.growing import growing
from tosdsl.diagnostics.model import Diagnostic
from tosdsl.facade import PolicySet
from tosdsl.library.search import Search
from tosdsl.lint.check import lint
from tosdsl.lint.model import Report
from tosdsl.pipeline import Compilation
from tosdsl.testing.collect import Collection, collect
from tosdsl.trees import norms as n
from tosdsl.workspace.memory import Workspace

_NO_POLICY = "TOS6004"


@frozen(eq=False)
class Checked:
    """What was understood of some texts.

    ``diagnostics`` are all mistakes, warnings and notes, in order, of every text that was read.
    ``policies`` are None if one of them is an error. ``roots`` are the documents that were asked
    about, as far as they could be read, and ``sources`` the texts that were read, by file.
    """

    diagnostics: tuple[Diagnostic, ...]
    policies: PolicySet | None
    roots: tuple[n.Policy, ...]
    sources: Mapping[str, str]
    work: Compilation = field(repr=False)
    """The passes, which know the trees of the texts."""


def compilation(texts: Mapping[str, str], workspace: Workspace | None = None) -> Compilation:
    """The passes over texts that stand in the place of files of their names.

    A buffer that is not asked about counts as a neighbour of those that are; what neither the buffers
    nor their neighbours declare is looked for in what is installed.
    """
    search = Search(buffers=dict(texts))
    return (Workspace() if workspace is None else workspace).compilation(search)


def check(
    texts: Mapping[str, str], roots: Iterable[str], workspace: Workspace | None = None
) -> Checked:
    """What is understood of the documents that ``roots`` names, by files of ``texts``, paths or ids.

    The same as a load of files with these contents; nothing is raised.
    """
    work = compilation(texts, workspace)
    words = tuple(roots)
    with growing():
        documents: dict[str, dict[int, n.Policy]] = {}
        found = tuple(work.roots(words))
        for root in found:
            documents.setdefault(root.id, {})[id(root)] = root
        made = None
        if found:
            made = work.choices(tuple(each.values()) for each in documents.values())
    diagnostics = tuple(work.diagnostics())
    if any(map(work.units_in, words)):  # vocabularies alone are a text as well
        diagnostics = tuple(each for each in diagnostics if each.code != _NO_POLICY)
    policies = None
    if made is not None and not work.has_errors():
        entry = workspace.entry(words, made) if workspace is not None else None
        policies = PolicySet(made, work.sources, diagnostics, work.digested, entry=entry)
    return Checked(diagnostics, policies, found, work.sources, work)


def findings(
    texts: Mapping[str, str], roots: Iterable[str], workspace: Workspace | None = None
) -> Report:
    """What the linter finds. Raises PolicyError if a text is wrong."""
    return lint(*roots, work=compilation(texts, workspace))


def collected(
    texts: Mapping[str, str], roots: Iterable[str], workspace: Workspace | None = None
) -> Collection:
    """The scenarios and properties of the documents. Raises PolicyError if a text is wrong.

    Tables of cases are files: those beside a path that is asked about are collected as well.
    """
    return collect(roots, work=compilation(texts, workspace))
