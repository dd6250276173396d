"""How far an audit reaches: which clauses the rows were put to, and that the rest was not asked."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from tosdsl.auditing.clauses import Clause
from tosdsl.auditing.counts import Counts
from tosdsl.auditing.naming import versions
from tosdsl.auditing.run import Run
from tosdsl.auditing.wording import line
from tosdsl.decision.text import Line
from tosdsl.trees import norms as n

LEFT_OUT = "A document can have provisions that are not restated; none of these was asked."


@frozen
class Document:
    """A document that rows are put to, in its newest version that they can be put to. ``versions`` are
    all of these."""

    policy: n.Policy
    versions: tuple[str, ...]
    clauses: tuple[Clause, ...]

    @property
    def name(self) -> str:
        return " ".join((self.policy.id, ", ".join(self.versions))).rstrip()

    @property
    def count(self) -> str:
        """The number of clauses, in words."""
        return clause_count(len(self.clauses))

    @property
    def link(self) -> str | None:
        """Where its words can be read, if that is an address."""
        source = self.policy.source or ""
        return source if source.startswith(("https://", "http://")) else None


def clause_count(count: int) -> str:
    return "1 clause" if count == 1 else f"{count:,} clauses"


def documents(run: Run) -> list[Document]:
    """The documents that rows are put to: first those that were asked about, then what these
    incorporate."""
    side = run.side
    asked = [each for several in versions(run, side) for each in several]
    if run.mapped.as_of is None and run.mapped.known_at is None:
        answers = side.predicates.answers(None, None)
        others = [each.policy for one in answers for each in one.linked.documents]
    else:
        others = list(side.predicates.choices.policies())
    grouped: dict[str, list[n.Policy]] = {}
    for policy in (*asked, *others):
        several = grouped.setdefault(policy.id, [])
        if policy not in several:
            several.append(policy)
    return [_document(several) for several in grouped.values()]


def _document(several: list[n.Policy]) -> Document:
    newest = max(several, key=lambda each: each.version or "")
    named = tuple(sorted({each.version for each in several if each.version}))
    norms = newest.root.all_norms()
    clauses = tuple(Clause(f"{newest.id}#{each.id}", each.at, each.description) for each in norms)
    return Document(newest, named, clauses)


def permitted_words(found: list[Document], counts: Counts) -> str:
    """What it means that a row is permitted; if none is, what rows are put to."""
    count = sum(len(each.clauses) for each in found)
    if not counts.verdicts["permitted"]:
        return f"Rows are put to {clause_count(count)}. {LEFT_OUT}"
    by = "the one clause" if count == 1 else f"any of the {count:,} clauses"
    return f"Permitted means: not forbidden by {by} that the rows were put to. {LEFT_OUT}"


def reach_lines(run: Run) -> Iterator[Line]:
    """The same in lines, with the first note of each document."""
    found = documents(run)
    yield line(permitted_words(found, run.counts))
    for each in found:
        note = f". {each.policy.notes[0]}" if each.policy.notes else ""
        yield line(f"  {each.name}: {each.count}{note}")
