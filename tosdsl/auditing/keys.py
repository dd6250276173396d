"""Kinds of rows: two rows of one kind get one decision, but for values that it repeats.

    Statement -> the columns of the key, as SQL over its layers

What a decision says of clauses follows from how their parts come out (``roles.py``). Where something
is needed, it follows from the conditions under parts that are open as well: how each came out, which of
the facts are known, of lists which fields of their items, and the values that open conditions compare
with. Which judgements it rests on follows from all conditions of parts that have judged facts. All of
that is in the key.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import define

from tosdsl.auditing.roles import Roles, is_judged
from tosdsl.backends.sql.columns import DAY, NONE
from tosdsl.backends.sql.definitions import Definitions
from tosdsl.backends.sql.dialect import Dialect
from tosdsl.backends.sql.program import Statement
from tosdsl.backends.sql.terms import NoSqlError
from tosdsl.trees import core
from tosdsl.trees import vocabulary as v
from tosdsl.trees.core import parts

_DIGITS = 31
"""Digits of two bits that one column has."""
_BITS = 62
_MASKS = 40
"""Parts that a condition stands in; one of more is in the key of every row."""
_OPENED = frozenset(("compare", "list", "and", "or", "not", "shown", "if", "late"))
"""Nodes of which the values inside tell what is possible, and not only their own: what ``decide`` does
not take to come out either way (``engine.open``)."""


@define(eq=False)
class Key:
    """The columns of a key, by name. ``plain`` are those that are never NULL."""

    plain: dict[str, str]
    nullable: dict[str, str]


def key_of(statement: Statement, prefix: str) -> Key:
    """The key of a program. ``prefix`` begins the names of its columns."""
    return _Making(statement, prefix).key()


@define(eq=False)
class _Making:
    statement: Statement
    prefix: str

    @property
    def definitions(self) -> Definitions:
        return self.statement.definitions

    @property
    def dialect(self) -> Dialect:
        return self.statement.dialect

    def _ident(self, name: str) -> str:
        return self.dialect.ident(name)

    def key(self) -> Key:
        open_ = self.definitions.last("open", self._is_open())
        seen = Roles(self.statement)
        digits = [self._masked(each.mask, each.node) for each in seen.roles]
        masks = self._masks(seen, open_)
        digits += [self._masked(" OR ".join(several), at) for at, several in masks.items()]
        always = {at for at, several in masks.items() if "TRUE" in several}
        bits = [*dict.fromkeys(self._bits(open_, always))]
        plain = {
            **self._packed("d", [*dict.fromkeys(digits)], _DIGITS, 2),
            **self._packed("b", [f"CAST({each} AS BIGINT)" for each in bits], _BITS, 1),
        }
        values = [*dict.fromkeys(each for at in self.statement.atoms for each in self._values(at))]
        nullable = {
            f"{self.prefix}v{number}": f"CASE WHEN {open_} THEN {sql} END"
            for number, sql in enumerate(values)
        }
        return Key(plain, nullable)

    def _is_open(self) -> str:
        """Whether something is needed: the verdict is open, or the state of an obligation is."""
        tests = [f"{self.statement.verdict()} = 'undetermined'"]
        for duty in self.statement.program.duties.values():
            state = self.definitions.term(duty.state).sql
            tests.append(f"{state} IN ('undetermined', 'pending')")
        return " OR ".join(tests)

    def _masks(self, seen: Roles, open_: str) -> dict[core.Index, dict[str, None]]:
        """Conditions without logic, and where a decision can tell apart how they come out: under a part
        that is open, or that has judged facts."""
        masks: dict[core.Index, dict[str, None]] = {}
        for role in seen.roles:
            unknown = f"{self.definitions.term(role.node).sql} IS NULL"
            mask = role.mask if role.judged else _every(role.mask, open_, unknown)
            for at in self.statement.atoms_of((role.node,)):
                masks.setdefault(at, {})[mask] = None
        everywhere = {"TRUE": None}
        return {
            at: everywhere if len(several) > _MASKS or "TRUE" in several else several
            for at, several in masks.items()
        }

    def _masked(self, mask: str, at: core.Index) -> str:
        digit = f"coalesce(CAST({self.definitions.term(at).sql} AS BIGINT), 2)"
        return digit if mask == "TRUE" else f"(CASE WHEN {mask} THEN {digit} ELSE 3 END)"

    def _packed(self, letter: str, digits: list[str], each: int, size: int) -> dict[str, str]:
        """Small numbers in as few columns as hold them."""
        found = {}
        for start in range(0, len(digits), each):
            several = digits[start : start + each]
            summed = " + ".join(
                f"{digit} * {1 << size * place}" if place else digit
                for place, digit in enumerate(several)
            )
            found[f"{self.prefix}{letter}{start // each}"] = summed
        return found

    # --- what is known --------------------------------------------------------------------------------

    def _bits(self, open_: str, always: set[core.Index]) -> Iterator[str]:
        """Which facts are known; ``always`` are the conditions whose outcome is in every row's key."""
        vocabulary = self.statement.program.linked.vocabulary
        read = self.statement.read()
        settled = {path for at in always if (path := self._simple(at)) is not None}
        asked = {
            path
            for at in self.statement.atoms
            if self._simple(at) is None
            for path in self.definitions.facts(at)
        }
        if DAY in asked:
            yield f"({open_} AND {self._ident(DAY)} IS NOT NULL)"
        for leaf in vocabulary.leaves():
            if leaf.path not in read:
                continue
            several = [*self._items(leaf.path, v.bare(leaf.type))]
            if leaf.path in asked - settled:
                several.append(self._known(leaf.path, leaf.type))
            if leaf.path not in asked:
                continue
            told = is_judged(leaf)
            yield from (each if told else f"({open_} AND {each})" for each in several)

    def _known(self, path: str, kind: v.Type) -> str:
        name = path + NONE if isinstance(kind, v.OptionalOf) else path
        return f"({self._ident(name)} IS NOT NULL)"

    def _items(self, path: str, kind: v.Type) -> Iterator[str]:
        """Of the items of a list: whether one lacks a field, and whether one has it."""
        if not isinstance(kind, v.ListOf) or not isinstance(kind.item, v.Record):
            return
        item = self.dialect.item(0)
        column = next(self.statement.layout.columns("", kind.item, path))
        for leaf in v.Vocabulary("", facts=kind.item.fields).leaves():
            name = leaf.path + NONE if isinstance(leaf.type, v.OptionalOf) else leaf.path
            known = f"({self.dialect.field(item, name)} IS NOT NULL)"
            for test in (f"(NOT {known})", known) if leaf.judged else (f"(NOT {known})",):
                yield f"coalesce({self.dialect.some(self._ident(path), item, test, column)}, FALSE)"

    # --- values that are compared ---------------------------------------------------------------------

    def _simple(self, at: core.Index) -> str | None:
        """The one fact of a condition that is open just where that fact is not known."""
        nodes = self.statement.program.body.nodes
        match nodes[at]:
            case ("fact", path):
                return str(path)
            case ("compare", _, left, right, _):
                for one, other in ((left, right), (right, left)):
                    if nodes[one][0] == "fact" and nodes[other][0] == "literal":
                        path = str(nodes[one][1])
                        return None if self._has_records(nodes[one], one) else path
        return None

    def _has_records(self, node: core.Node, at: core.Index) -> bool:
        kind = self.statement.program.body.types[at]
        kind = None if kind is None else v.bare(kind)
        return isinstance(kind, v.ListOf) and isinstance(kind.item, v.Record | v.ListOf | v.OptionalOf)

    def _values(self, at: core.Index) -> Iterator[str]:
        """The values that an open condition compares with."""
        node = self.statement.program.body.nodes[at]
        if node[0] not in _OPENED or self._simple(at) is not None:
            yield from self._deep_lists(at)
            return
        open_ = f"{self.definitions.term(at).sql} IS NULL"
        for sql in self._compared(at):
            yield f"CASE WHEN {open_} THEN {sql} END"

    def _deep_lists(self, at: core.Index) -> Iterator[str]:
        """Lists whose records have lists: what their items lack is told by the whole value."""
        columns = self.statement.layout.of_leaves(self.statement.program.linked.vocabulary)
        for path in self.definitions.facts(at):
            if any(inner.listed for column in columns.get(path, ()) for inner in column.inner):
                yield f"CASE WHEN {self.definitions.term(at).sql} IS NULL THEN {self._ident(path)} END"

    def _compared(self, at: core.Index) -> Iterator[str]:
        nodes = self.statement.program.body.nodes
        if nodes[at][0] == "late":
            yield from self._moment(at)
            return
        for each in parts(nodes[at]):
            if nodes[each][0] == "literal":
                continue
            if nodes[each][0] in _OPENED:
                yield from self._compared(each)
                continue
            yield from self._value(each)

    def _value(self, at: core.Index) -> Iterator[str]:
        try:
            term = self.definitions.term(at)
            yield term.sql
            if term.none is not None:
                yield term.none
        except NoSqlError:
            for path in sorted(self.definitions.facts(at)):
                yield from self._columns(path)

    def _moment(self, at: core.Index) -> Iterator[str]:
        """The moment at which a deadline ends, where it ends within the day of the use: of two that are
        open, the later one is missed only if the other is."""
        _, _, moment, _, now = self.statement.program.body.nodes[at]
        known = f"{self._ident(DAY)} IS NOT NULL"
        for sql in self._value(moment) if now is not None else ():
            yield f"CASE WHEN {known} THEN {sql} END"

    def _columns(self, path: str) -> Iterator[str]:
        columns = self.statement.layout.of_leaves(self.statement.program.linked.vocabulary)
        several = columns.get(path, ())
        yield from (self._ident(each.name) for each in several)
        if not several:
            yield self._ident(path)  # the day of the use


def _every(*several: str) -> str:
    kept = [each for each in dict.fromkeys(several) if each != "TRUE"]
    return f"({' AND '.join(kept)})" if kept else "TRUE"
