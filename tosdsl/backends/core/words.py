"""Nodes of the core as text.

    a node, and how the nodes that it is made of are called -> "model.purpose in {classify, organize}"

What the language has a phrase for is written as in a policy. What it has none for (the verdicts of a
section, the state of an obligation) is written as a call with named parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from attrs import define

from tosdsl.trees import core
from tosdsl.trees import vocabulary as v
from tosdsl.trees.uses import value_text
from tosdsl.trees.wording import before, rounding_words

ATOMS = frozenset({"literal", "fact", "as of", "moment of use", "item", "parameter", "outer", "field"})
"""Nodes that are written out wherever they are used: each is a word or two."""

_LOOSE = frozenset({"and", "or", "some", "every"})
"""Nodes that stand in brackets inside another condition."""
_BESIDE = frozenset({"arithmetic", "convert", "rounded", "part of day", "if", "compare", "not"})
"""The same behind `month of`."""
_SUMS = frozenset({"+", "-"})


def item_name(level: int) -> str:
    """How the item at hand is called, of the list that is gone through at a level."""
    return "item" if level == 1 else f"item{level}"


def literal(value: Any, kind: v.Type | None) -> str:
    """A literal as a policy writes it; a list of literals stands in braces."""
    kind = v.Text() if kind is None else kind
    if isinstance(value, tuple):
        item = kind.item if isinstance(kind, v.ListOf) else kind
        return _listed(value_text(each, item) for each in value)
    return value_text(value, kind)


def _listed(several: Iterable[str]) -> str:
    return f"{{{', '.join(several)}}}"


@define
class Words:
    """The words of one block's nodes.

    ``names`` has the nodes that are called by a name; others are written out where they are read.
    ``outer`` gives the words of a node of the program's own block, ``functions`` has their names.
    """

    block: core.Block
    names: dict[core.Index, str]
    parameters: Sequence[str]
    outer: Callable[[core.Index], str]
    functions: Sequence[str]

    def called(self, at: core.Index) -> str:
        """A node, as another refers to it."""
        return self.names.get(at) or self.of(at)

    def of(self, at: core.Index) -> str:
        """A node, written out."""
        called = self.called
        match self.block.nodes[at]:
            case ("literal", value):
                return literal(value, self.block.types[at])
            case ("fact", path):
                return str(path)
            case ("as of",):
                return "as_of"
            case ("as of", zone):
                return f"as_of({zone})"
            case ("moment of use",):
                return "moment"
            case ("item", level, _):
                return item_name(level)
            case ("parameter", number):
                return self.parameters[number]
            case ("outer", inner):
                return self.outer(inner)
            case ("field", item, path):
                return f"{called(item)}.{path}"
            case ("not", item):
                return self._opposite(item)
            case ("shown", item):
                return f"shown({called(item)})"
            case ("and" | "or" as op, items):
                return f" {op} ".join(map(self._bracketed, items))
            case ("compare", op, left, right, _):
                return self._compared(op, left, right)
            case ("list", items):
                return _listed(map(called, items))
            case ("arithmetic", op, left, right, days):
                less = "" if days is None else f" excluding {called(days)}"
                return f"{self._operand(op, left, False)} {op} {self._operand(op, right, True)}{less}"
            case ("extreme", kind, items, _):
                return f"{kind}({', '.join(map(called, items))})"
            case ("convert", value, currency, rate):
                amount, times = self._operand("*", value, False), self._operand("*", rate, True)
                return f"{amount} as {currency} at {times}"
            case ("rounded", value, way, step):
                before, after = rounding_words(way)
                by = literal(step, self.block.types[at])
                return f"{self._operand('*', value, True)} {before} {by}{after}"
            case ("part of day", day, part):
                loose = self._is(day, _LOOSE | _BESIDE)
                return f"{part} ({called(day)})" if loose else f"{part} {called(day)}"
            case ("in zone", moment, zone, keeps):
                return f"{'clock' if keeps else 'moment'}({called(moment)} in {zone})"
            case ("period end", which, start, days, length):
                return f"period_end({which}: {called(days)}, every {length} from {called(start)})"
            case ("if", condition, then, otherwise):
                one, two = self._side(condition), self._side(then)
                return f"if {one} then {two} else {called(otherwise)}"
            case ("some" | "every" as kind, item, listed, body):
                return f"{kind} {called(item)} in {called(listed)} satisfies {self._bracketed(body)}"
            case ("total", kind, item, listed, where, value, window, by, per):
                return self._total(kind, item, listed, where, value, window, by, per)
            case ("call", function, given):
                return f"{self.functions[function]}({', '.join(map(called, given))})"
            case ("due", kind, moment):
                return f"due({kind}: {called(moment)})"
            case ("late", kind, moment, today, now):
                inside = "" if now is None else f", at: {called(now)}"
                return f"late({kind}: {called(moment)}, on: {called(today)}{inside})"
            case ("state", owed, done, late):
                return f"state(owed: {called(owed)}, done: {called(done)}, late: {called(late)})"
            case ("table", scope, forbids, permits, default, tables):
                return self._table(scope, forbids, permits, default, tables)
            case ("join", tables):
                return f"all({', '.join(map(called, tables))})"
        raise AssertionError(self.block.nodes[at])

    def _is(self, at: core.Index, kinds: frozenset[str]) -> bool:
        """Whether a node of one of these kinds is written out where it is referred to."""
        return self.block.nodes[at][0] in kinds and at not in self.names

    def _bracketed(self, at: core.Index) -> str:
        return f"({self.called(at)})" if self._is(at, _LOOSE) else self.called(at)

    def _opposite(self, item: core.Index) -> str:
        node = self.block.nodes[item]
        if node[0] == "compare" and node[1] in {"is", "in"} and item not in self.names:
            return self._compared({"is": "is not", "in": "not in"}[node[1]], node[2], node[3])
        return f"not {self._bracketed(item)}"

    def _compared(self, op: str, left: core.Index, right: core.Index) -> str:
        test = op.removesuffix(" ignoring case")
        return f"{self._side(left)} {test} {self._side(right)}{op.removeprefix(test)}"

    def _side(self, at: core.Index) -> str:
        """A side of a comparison: a condition there stands in brackets."""
        loose = self._is(at, _LOOSE | {"compare", "not", "if"})
        return f"({self.called(at)})" if loose else self.called(at)

    def _operand(self, op: str, at: core.Index, last: bool) -> str:
        if self._is(at, frozenset({"rounded", "if"})):
            return f"({self.called(at)})"
        if not self._is(at, frozenset({"arithmetic", "convert"})):
            return self.called(at)
        node = self.block.nodes[at]
        if node[0] == "convert" or node[4] is not None:
            loose = True
        elif node[1] in _SUMS:
            loose = last or op not in _SUMS
        else:
            loose = last and op not in _SUMS
        return f"({self.called(at)})" if loose else self.called(at)

    def _total(
        self,
        kind: str,
        item: core.Index,
        listed: core.Index,
        where: core.Index | None,
        value: core.Index | None,
        window: Any,
        by: core.Index | None,
        per: core.Index | None,
    ) -> str:
        amount = "" if value is None else f"{self.called(value)} for "
        chosen = "" if where is None else f" where {self.called(where)}"
        length = "" if by is None else f", in any {window} by {self.called(by)}"
        group = "" if per is None else f", per {self.called(per)}"
        among = f"{self.called(item)} in {self.called(listed)}"
        return f"{before(kind)}({amount}{among}{chosen}{length}{group})"

    def _table(
        self,
        scope: core.Index,
        forbids: core.Index,
        permits: core.Index,
        default: str | None,
        tables: Sequence[core.Index],
    ) -> str:
        """The verdicts of a section. What is settled and changes nothing is left out."""
        said = [
            f"{name}: {self._forces(at)}"
            for name, at, usual in (
                ("where", scope, True),
                ("forbids", forbids, False),
                ("permits", permits, False),
            )
            if self.block.nodes[at] != ("literal", usual)
        ]
        said.append(f"default: {default or 'none'}")
        if tables:
            said.append(f"with: {', '.join(map(self.called, tables))}")
        return f"section({'; '.join(said)})"

    def _forces(self, at: core.Index) -> str:
        """Clauses one of which is in force. Where they defeat another as well, they are written out:
        what they do to that one does not matter here."""
        return self.of(at) if self.names.get(at, "").startswith("defeated[") else self.called(at)
