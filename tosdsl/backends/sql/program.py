"""A program as one statement: the verdict of each row, and the clauses that are in force.

core.Program, a dialect, a layout -> Statement
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import define, field

from tosdsl.backends.sql import logic
from tosdsl.backends.sql.columns import Layout
from tosdsl.backends.sql.definitions import Asked, Definitions
from tosdsl.backends.sql.dialect import Dialect
from tosdsl.trees import core

_LOGIC = frozenset(("not", "and", "or", "shown"))


@define(eq=False)
class Statement:
    """The SQL of a program. ``atoms`` are its conditions that are no logic over others, in order."""

    program: core.Program
    dialect: Dialect
    layout: Layout = field(factory=Layout)
    definitions: Definitions = field(init=False)
    atoms: tuple[core.Index, ...] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.definitions = Definitions(self.program, self.dialect, self.layout)
        for at in self.roots():
            self.definitions.term(at)
        self.atoms = self.atoms_of(self.roots())

    def roots(self) -> Iterator[core.Index]:
        """The nodes that a decision tells of."""
        program = self.program
        for norm in program.norms.values():
            yield from (norm.scope, norm.when, *norm.provisos, norm.force)
            yield from _exceptions(norm.exceptions)
        for duty in program.duties.values():
            yield from (duty.done, duty.late, duty.state)
        yield from _sections(program.tables)
        yield from program.routes.values()
        yield from program.incorporated.values()
        yield program.possible

    def atoms_of(self, several: Iterable[core.Index]) -> tuple[core.Index, ...]:
        """The conditions under some nodes that are no logic over others, or compare others."""
        nodes = self.program.body.nodes
        reached: set[int] = set()
        todo = [*several]
        while todo:
            at = todo.pop()
            if at not in reached:
                reached.add(at)
                match nodes[at]:
                    case ("not" | "shown", item):
                        todo.append(item)
                    case ("and" | "or", items):
                        todo += items
                    case ("state", *parts):
                        todo += parts
                    case ("compare", *_):
                        todo += core.logic_over(self.program.body, at)
        logic_ = _LOGIC | {"literal", "state", "table", "join"}
        return tuple(at for at in sorted(reached) if nodes[at][0] not in logic_)

    @property
    def asked(self) -> tuple[Asked, ...]:
        """What Python is asked about."""
        return tuple(self.definitions.asked.values())

    def read(self) -> frozenset[str]:
        """The facts that are read; the day of the use is among them by the name of its column."""
        return frozenset().union(*map(self.definitions.facts, self.roots()))

    def verdict(self) -> str:
        """The verdict, as far as the conditions settle it one by one."""
        parts = self.definitions.term(self.program.possible).parts
        assert parts is not None
        return logic.verdict(logic.Verdicts(*(each.sql for each in parts)))

    def clauses(self) -> str:
        """A list with the ids of the prohibitions and permissions that are in force; of those that may
        be, with a question mark behind them."""
        dialect, told = self.dialect, []
        for section in _walk(self.program.tables):
            document = self.program.linked.documents[section.document]
            for key in (*section.forbidding, *section.permitting):
                nodes = self.program.norms[key]
                force = self.definitions.term(nodes.force).sql
                scope = self.definitions.term(nodes.scope).sql
                held = force if scope == "TRUE" else f"({scope} AND {force})"
                name = document.qualified(key[1])
                yes, perhaps = dialect.text(name), dialect.text(f"{name}?")
                told.append(f"CASE WHEN {held} THEN {yes} WHEN {held} IS NULL THEN {perhaps} END")
        return dialect.without_null(told)

    def select(self, source: str, kept: Iterable[str] = ()) -> str:
        """The whole statement over a table."""
        outputs = [("verdict", self.verdict()), ("clauses", self.clauses())]
        return self.definitions.statement(source, outputs, kept)


def _exceptions(several: Iterable[core.ExceptionNodes]) -> Iterator[core.Index]:
    for each in several:
        yield from (each.when, *each.provisos, each.force)
        yield from _exceptions(each.exceptions)


def _walk(sections: Iterable[core.SectionNodes]) -> Iterator[core.SectionNodes]:
    for each in sections:
        yield each
        yield from _walk(each.sections)


def _sections(sections: Iterable[core.SectionNodes]) -> Iterator[core.Index]:
    for each in _walk(sections):
        yield from (each.scope, each.whole, each.forbids, each.permits, each.verdicts)
