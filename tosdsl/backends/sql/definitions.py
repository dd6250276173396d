"""The nodes of a program as columns, in layers: each column reads those of earlier layers only.

A layer is a subquery. Columns that read others of the same subquery are expanded by databases as macros
are: a thousand clauses took a minute.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import define, evolve, field

from tosdsl.backends.sql.columns import NONE, Layout
from tosdsl.backends.sql.dialect import Dialect
from tosdsl.backends.sql.rules import LEAVES, NO_SQL, Frame, Rules
from tosdsl.backends.sql.terms import NoSqlError, Term
from tosdsl.backends.sql.texts import split
from tosdsl.base.node import frozen
from tosdsl.trees import core
from tosdsl.trees import vocabulary as v
from tosdsl.trees.core import parts

_LOGIC = frozenset(("not", "and", "or", "shown"))
_MASK = ("forbidden", "permitted", "not applicable")


@frozen
class Asked:
    """A condition that Python is asked about: a column ``name`` that the table must have.

    ``leaves`` are the facts that it reads, and ``when`` where it is read; None is everywhere. ``why``
    says what has no SQL.
    """

    node: core.Index
    name: str
    leaves: tuple[str, ...]
    when: str | None
    why: str


@define(eq=False)
class Definitions:
    """Columns for the nodes of a program, made as they are asked for."""

    program: core.Program
    dialect: Dialect
    layout: Layout
    asked: dict[core.Index, Asked] = field(factory=dict)
    columns: dict[str, tuple[int, str]] = field(factory=dict)
    """By name, the layer and the SQL."""
    _terms: dict[core.Index, Term | NoSqlError] = field(factory=dict)
    _reads: list[set[str]] = field(factory=list)
    """The columns that are read by what is being made."""
    _rules: Rules = field(init=False)
    _facts: dict[core.Index, frozenset[str]] = field(factory=dict)
    _functions: list[frozenset[str]] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        program = self.program
        self._rules = Rules(program.body, program.functions, self.dialect, self.layout, self.named)
        for function in program.functions:
            self._functions.append(self._read_by(function.body))

    # --- terms ----------------------------------------------------------------------------------------

    def term(self, at: core.Index) -> Term:
        """The term of a node. Raises NoSqlError."""
        return self._rules.of(Frame(self.program.body, is_own=True), at)

    def named(self, at: core.Index) -> Term:
        """The term of a node that has a column of its own. Raises NoSqlError."""
        if at not in self._terms:
            self._inner(at)
            self._terms[at] = self._made(at)
        made = self._terms[at]
        if isinstance(made, NoSqlError):
            raise made
        self._note(made)
        return made

    def _inner(self, at: core.Index) -> None:
        """Makes what a node is made of first, so that nothing calls itself as deep as a program is."""
        nodes, todo = self.program.body.nodes, [at]
        order: list[int] = []
        seen: set[int] = set()
        while todo:
            each = todo.pop()
            if each in seen or each in self._terms or self.program.body.free[each]:
                continue
            seen.add(each)
            order.append(each)
            todo += parts(nodes[each])
        for each in sorted(order):
            if each != at and nodes[each][0] not in LEAVES | NO_SQL:
                self._terms[each] = self._made(each)

    def _made(self, at: core.Index) -> Term | NoSqlError:
        self._reads.append(set())
        try:
            try:
                return self._kept(at, self._written_out(at))
            except NoSqlError as error:
                if not isinstance(self.program.body.types[at], v.Boolean):
                    return error
                if self.program.body.nodes[at][0] in _LOGIC:
                    raise AssertionError(self.program.body.nodes[at]) from error
                self._reads[-1].clear()
                return self._kept(at, Term(v.Boolean(), self._ask(at, None, str(error))))
        finally:
            self._reads.pop()

    def _written_out(self, at: core.Index) -> Term:
        nodes = self.program.body.nodes
        match nodes[at]:
            case ("compare", op, left, right, _) if " " in op and nodes[left][0] == "fact":
                text, part = self.term(left), self.term(right)
                if isinstance(part.constant, str):
                    name = self._column_of_asked(at)
                    made = split(self.dialect, op, text.sql, text.none, part.constant, name)
                    self._ask(at, made.when, f"a text that {op}, where it is not plain ASCII")
                    return Term(v.Boolean(), made.sql)
        return self._rules.made(Frame(self.program.body, is_own=True), at)

    def _kept(self, at: core.Index, term: Term) -> Term:
        """The term as columns, and how others read them."""
        if term.parts is not None:
            if term.sql:
                return term  # a list that is written out
            names = [
                self._keep(f"{at} {word}", each.sql)
                for word, each in zip(_MASK, term.parts, strict=True)
            ]
            return evolve(
                term, parts=tuple(evolve(p, sql=n) for p, n in zip(term.parts, names, strict=True))
            )
        none = None if term.none is None else self._keep(f"{at}{NONE}", term.none)
        return evolve(term, sql=self._keep(str(at), term.sql), none=none)

    def _keep(self, name: str, sql: str) -> str:
        if sql in ("TRUE", "FALSE") or sql.strip('"`') in self.columns:
            return sql  # nothing that would need a column
        layer = 1 + max((self.columns[each][0] for each in self._reads[-1]), default=0)
        self.columns[name] = layer, sql
        return self.dialect.ident(name)

    def last(self, name: str, sql: str) -> str:
        """A column of a layer after all others, and how it is read."""
        layer = 1 + max((each for each, _ in self.columns.values()), default=0)
        self.columns[name] = layer, sql
        return self.dialect.ident(name)

    def _note(self, term: Term) -> None:
        """That a column is read by what is being made."""
        if self._reads:
            read = [term.sql, term.none or "", *(each.sql for each in term.parts or ())]
            self._reads[-1].update(
                name for name in (each.strip('"`') for each in read) if name in self.columns
            )

    # --- what Python is asked about -----------------------------------------------------------------

    def _column_of_asked(self, at: core.Index) -> str:
        return self.dialect.ident(f"asked {at}")

    def _ask(self, at: core.Index, when: str | None, why: str) -> str:
        leaves = tuple(sorted(self.facts(at)))
        self.asked[at] = Asked(at, f"asked {at}", leaves, when, why)
        return self._column_of_asked(at)

    def facts(self, at: core.Index) -> frozenset[str]:
        """The facts under a node; ``as of`` is among them by the name of its column."""
        found = self._facts.get(at)
        if found is None:
            read: set[str] = set()
            todo, seen = [at], set[int]()
            while todo:
                each = todo.pop()
                if each in seen:
                    continue
                seen.add(each)
                node = self.program.body.nodes[each]
                read |= self._leaf(node)
                todo += parts(node)
            found = self._facts[at] = frozenset(read)
        return found

    def _leaf(self, node: core.Node) -> frozenset[str]:
        match node:
            case ("fact", path):
                return frozenset((path,))
            case ("as of", *_):  # a row says no more than a day
                return frozenset(("as of",))
            case ("call", number, _):
                return self._functions[number]
            case ("outer", at):
                return self.facts(at)
        return frozenset()

    def _read_by(self, block: core.Block) -> frozenset[str]:
        return frozenset().union(*map(self._leaf, block.nodes))

    # --- layers -------------------------------------------------------------------------------------

    def statement(
        self, source: str, outputs: Iterable[tuple[str, str]], kept: Iterable[str] = ()
    ) -> str:
        """A statement that gives outputs (name and SQL) and columns of the source that are kept."""
        ident = self.dialect.ident
        layers: dict[int, list[str]] = {}
        for name, (layer, sql) in self.columns.items():
            layers.setdefault(layer, []).append(f"{sql} AS {ident(name)}")
        made, below = [], source
        for layer in sorted(layers):
            columns = ",\n    ".join(layers[layer])
            made.append(
                self.dialect.layer(f"layer{layer}", f"\n  SELECT *,\n    {columns}\n  FROM {below}\n")
            )
            below = f"layer{layer}"
        told = [ident(each) for each in kept] + [f"{sql} AS {ident(name)}" for name, sql in outputs]
        body = ",\n  ".join(told)
        before = f"WITH {', '.join(made)}\n" if made else ""
        return f"{before}SELECT\n  {body}\nFROM {below}"
