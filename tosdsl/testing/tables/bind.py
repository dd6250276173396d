"""Tables to sets of policies whose scenarios are the tables' rows.

What a row expects is read by the parser of policies and elaborated by the names of the policy that it
is put to: each text once, however many rows have it. A mistake stands at its place in the table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import cast

from attrs import define, evolve, field

from tosdsl.base.span import NOWHERE, Span
from tosdsl.diagnostics.model import Diagnostic, Severity, mistake
from tosdsl.elaborate.policy import scenarios_of
from tosdsl.facade import PolicySet
from tosdsl.facts.document import with_line_feeds
from tosdsl.facts.read import Reader
from tosdsl.facts.use import day_or_moment
from tosdsl.library.files import discreet, read
from tosdsl.library.reading import TextFile
from tosdsl.pipeline import Compilation
from tosdsl.syntax.parser import parse
from tosdsl.testing.tables.places import policies_beside
from tosdsl.testing.tables.rows import Row, Table, Wanted, read_csv, read_yaml
from tosdsl.trees import facts as f
from tosdsl.trees import norms as n
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v

_BEFORE = 'policy table\n    default permit\n\nscenario "row"\n'
_LINE = "    expect "


def bind(file: str, work: Compilation) -> PolicySet | None:
    """The policy that a table belongs to, the table's rows its only scenarios.

    None if something is wrong, which is then among the mistakes of ``work``.
    """
    before = len(work.problems)
    made = _bound(file, work)
    found = work.problems[before:]
    here = [each for each in found if each.span.file == file]
    elsewhere = [each for each in found if each.span.file != file]
    work.problems[before:] = [*elsewhere, *discreet(file, here)]
    return made


def _bound(file: str, work: Compilation) -> PolicySet | None:
    text = read(TextFile(file), file, work.problems)
    if text is None:
        return None
    text = work.sources[file] = with_line_feeds(text)
    problems: list[Diagnostic] = []
    is_csv = file.endswith(".csv")
    table = Table(file) if is_csv else read_yaml(text, file, problems)
    policies = _policies(table, work, problems)
    if is_csv and policies:
        leaves = {leaf.path: leaf.type for leaf in policies[-1].vocabulary.leaves()}
        table = read_csv(text, file, leaves, problems)
    if policies and not table.rows and not problems:
        problems.append(mistake("TOS4036", Span(file, 1, 1, 1, 2)))
    made = None
    if policies and not work.has_errors():
        rows = _Rows(work, policies, problems)
        scenarios = tuple(each for row in table.rows if (each := rows.scenario(row)) is not None)
        bare = [evolve(each, scenarios=()) for each in policies[:-1]]
        asked = (*bare, evolve(policies[-1], scenarios=scenarios))
        made = PolicySet(work.choices([asked]), work.sources)
    work.problems += problems
    wrong = any(each.severity is Severity.ERROR for each in problems)
    return None if wrong else made


def _policies(table: Table, work: Compilation, problems: list[Diagnostic]) -> tuple[n.Policy, ...]:
    """The versions of the policy that a table names, or the one in the file beside it."""
    if table.policy is not None:
        id_, _, version = table.policy.partition("@")
        return work.versions(id_, version or None, table.policy_span or NOWHERE)
    if problems and not table.rows:  # it could not be read, and may have named one
        return ()
    top = Span(table.file, 1, 1, 1, 2)
    beside = policies_beside(table.file)
    if len(beside) != 1:
        which = "two files beside it have its name" if beside else "no file beside it has its name"
        problems.append(mistake("TOS6020", top, problem=which))
        return ()
    if beside[0] not in work.search.named:
        work.search.ask(beside[0])
    found = work.file_roots(beside)
    if len(found) > 1:
        several = f"{beside[0]} has {len(found)}, {' and '.join(each.name for each in found[:3])}"
        problems.append(mistake("TOS6020", top, problem=several))
        return ()
    return tuple(found)


def _read(policy: n.Policy) -> v.Vocabulary:
    """The vocabulary of a policy, with those of its definitions that the policy reads: the others have
    no value in its decisions."""
    read = tuple(each for each in policy.definitions if each.vocabulary is not None)
    return evolve(policy.vocabulary, definitions=read)


@define
class _Rows:
    """Rows to scenarios, by the names of one policy."""

    work: Compilation
    policies: Sequence[n.Policy]
    problems: list[Diagnostic]
    _titles: dict[str, int] = field(factory=dict)
    _read: dict[str, n.Expectation | None] = field(factory=dict)
    _elaborate: list[Callable[[s.Scenario, list[Diagnostic]], n.Scenario]] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        newest_first = [self.work.unit_of(each) for each in reversed(self.policies)]
        vocabularies = list(map(_read, reversed(self.policies)))
        self._elaborate += map(scenarios_of, newest_first, vocabularies)

    def scenario(self, row: Row) -> n.Scenario | None:
        """The scenario, or None if something of it is wrong (reported)."""
        title = f'"{row.title}"'
        line = self._titles.setdefault(row.title, row.span.line)
        if line != row.span.line:
            self.problems.append(mistake("TOS4034", row.span, title=title, line=line))
        if not row.wanted:
            self.problems.append(mistake("TOS4033", row.span, what=f"The case {title}"))
        expected = [self._expectation(each) for each in row.wanted]
        return n.Scenario(
            row.title,
            None,
            self._day("as_of", row),
            row.facts,
            tuple(each for each in expected if each is not None),
            standard=self._standard(row),
            span=row.span,
            known_at=self._day("known_at", row),
        )

    def _day(self, name: str, row: Row) -> date | None:
        if name not in row.about:
            return None
        node, read = row.about[name], Reader(v.Vocabulary(""), self.problems)
        found: date | None = day_or_moment(node, read, name)
        return found

    def _standard(self, row: Row) -> f.Standard:
        node = row.about.get("standard")
        if node is None:
            return "confirmed"
        kind = v.Enum("standard", f.STANDARDS)
        value = Reader(v.Vocabulary(""), self.problems).value("standard", node, kind)
        return cast(f.Standard, value or "confirmed")

    def _expectation(self, wanted: Wanted) -> n.Expectation | None:
        words = " ".join(wanted.words.split("\n"))
        if not words:  # no text, which is reported
            return None
        if words not in self._read:
            found: list[Diagnostic] = []
            self._read[words] = self._elaborated(words, found)
            self.problems += [evolve(each, span=_in_table(each.span, wanted)) for each in found]
        made = self._read[words]
        return None if made is None else evolve(made, span=wanted.span, spans=())

    def _elaborated(self, words: str, problems: list[Diagnostic]) -> n.Expectation | None:
        """By the newest version that has what is named; what is wrong is said by the newest of all."""
        parsed = parse(f"{_BEFORE}{_LINE}{words}\n")
        problems += parsed.diagnostics
        items = [
            item for unit in parsed.file.units for item in unit.items if isinstance(item, s.Scenario)
        ]
        if problems or not items:
            return None
        for elaborate in self._elaborate:
            found: list[Diagnostic] = []
            made = elaborate(items[0], found)
            if not found and made.expectations:
                return made.expectations[0]
            problems += [] if problems else found
        return None


def _in_table(span: Span, wanted: Wanted) -> Span:
    """A place in the words of an expectation as a place in the table."""
    if not wanted.exact or span.line != _BEFORE.count("\n") + 1 or span.end_line != span.line:
        return wanted.span
    ahead = max(0, span.column - len(_LINE) - 1)
    start = wanted.span.column + ahead
    width = max(1, span.end_column - span.column)
    return Span(wanted.span.file, wanted.span.line, start, wanted.span.line, start + width)
