"""Conditions and values: names resolved, types checked.

A name is looked up by the type that is expected where it stands: a member of an enumeration, a
party, a definition, a fact. A mistake yields None in place of the node, and nothing above it is
reported on its account.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import assert_never
from unicodedata import normalize

from attrs import define, evolve, field

from tosdsl.diagnostics.model import Diagnostic, enough, mistake
from tosdsl.trees import norms as n
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v
from tosdsl.trees.span import Span

_BOOLEAN = v.Boolean()
_PARTY = v.Party()
_ORDER = ("<", "<=", ">", ">=")
_TRUTHS = ("yes", "no", "true", "false")

Typed = n.Expr | None


def article(kind: v.Type) -> str:
    """A type in a sentence."""
    if isinstance(kind, v.Enum):
        return f"a member of {kind.name}"
    return f"{'an' if str(kind)[0] in 'aeiou' else 'a'} {kind}"


_BRIEF = 60
"""Characters of an expression that a sentence repeats."""


def _compared(kind: v.Type) -> str:
    """How a value of the type becomes a condition."""
    if isinstance(kind, v.ListOf):
        return "`includes` or `overlaps`"
    return "`is` or `<`" if isinstance(kind, v.ORDERED) else "`is` or `in`"


def brief(expr: s.Expr) -> str:
    """A written expression, shortened, for a sentence."""
    text = _written(expr)
    return text if len(text) <= _BRIEF else text[: _BRIEF - 1] + "…"


def _written(expr: s.Expr) -> str:
    match expr:
        case s.Name(text=text):
            return text
        case s.Text(value=value):
            return f'"{value}"'
        case s.BooleanLiteral(value=value):
            return "yes" if value else "no"
        case s.IntegerLiteral(value=value) | s.DateLiteral(value=value):
            return str(value)
        case s.SetOf(items=items):
            return "{" + ", ".join(map(brief, items[:_BRIEF])) + "}"
        case s.Compare(op=op, left=left, right=right):
            return f"{brief(left)} {op} {brief(right)}"
        case s.Not(item=item):
            return f"not {brief(item)}"
        case s.And(items=items):
            return " and ".join(map(brief, items[:_BRIEF]))
        case s.Or(items=items):
            return " or ".join(map(brief, items[:_BRIEF]))
        case s.Block(kind=kind):
            return f"{kind} of …"
    assert_never(expr)


@define
class Typer:
    """Types expressions against one document's vocabulary, definitions and provider."""

    vocabulary: v.Vocabulary
    provider: str | None
    lost: frozenset[str]
    problems: list[Diagnostic]
    definitions: dict[str, v.Type | None] = field(factory=dict)
    pending: set[str] = field(factory=set)
    """Definitions that exist and are not typed yet."""
    awaited: dict[str, None] = field(factory=dict)
    """Those of them that were met: what was typed meanwhile has to be typed again."""
    _facts: Mapping[str, v.Field] = field(init=False)
    _parties: frozenset[str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._facts = {fact.name: fact for fact in self.vocabulary.facts}
        names = {party.name for party in self.vocabulary.parties}
        self._parties = frozenset(names | ({self.provider} if self.provider else set()))

    # --- conditions ---------------------------------------------------------------------------

    def condition(self, expr: s.Expr) -> Typed:
        """The expression as something true, false or unknown."""
        match expr:
            case s.Block(kind=kind, items=items):
                made = self._conditions(items)
                if made is None:
                    return None
                joined: n.Expr = (
                    n.And(made, span=expr.span) if kind == "all" else n.Or(made, span=expr.span)
                )
                return n.Not(joined, span=expr.span) if kind == "none" else joined
            case s.And(items=items):
                made = self._conditions(items)
                return None if made is None else n.And(made, span=expr.span)
            case s.Or(items=items):
                made = self._conditions(items)
                return None if made is None else n.Or(made, span=expr.span)
            case s.Not(item=item):
                inner = self.condition(item)
                return None if inner is None else n.Not(inner, span=expr.span)
            case s.Compare():
                return self._compare(expr)
            case _:
                value = self.infer(expr)
                if value is not None and (kind_ := type_of(value)) != _BOOLEAN:
                    kind_words, hint = article(kind_), _compared(kind_)
                    self._report("TOS2007", expr.span, text=brief(expr), type=kind_words, hint=hint)
                    return None
                return value

    def _conditions(self, items: tuple[s.Expr, ...]) -> tuple[n.Expr, ...] | None:
        made = [self.condition(item) for item in items]
        good = tuple(item for item in made if item is not None)
        return good if len(good) == len(made) else None

    # --- comparisons --------------------------------------------------------------------------

    def _compare(self, expr: s.Compare) -> Typed:
        negated = expr.op in {"is not", "not in"}
        op = {"is not": "is", "not in": "in"}.get(expr.op, expr.op)
        pair = self._operands(op, expr)
        if pair is None:
            return None
        made = n.Compare(op, *pair, span=expr.span)
        return n.Not(made, span=expr.span) if negated else made

    def _operands(self, op: str, expr: s.Compare) -> tuple[n.Expr, n.Expr] | None:
        """Both sides, the one whose type is known first: it tells how to read the other."""
        left_first = self._speaks(expr.left) or not self._speaks(expr.right)
        first, second = (expr.left, expr.right) if left_first else (expr.right, expr.left)
        one = self.infer(first)
        if one is None:
            if self._speaks(second):
                self.infer(second)
            return None
        wanted = self._counterpart(op, type_of(one), left_first, expr)
        if wanted is None:
            return None
        other = self.check(second, wanted, brief(first))
        if other is None:
            return None
        return (one, other) if left_first else (other, one)

    def _counterpart(self, op: str, kind: v.Type, is_left: bool, expr: s.Compare) -> v.Type | None:
        """The type of the other side, or None with a report if the operator does not take this one."""
        listed = isinstance(kind, v.ListOf)
        takes_list = op == "overlaps" or ((op == "includes") == is_left and op in {"includes", "in"})
        hint = ""
        if op in _ORDER and not isinstance(kind, v.ORDERED):
            hint = "Only numbers and dates compare by order."
        elif op in {"is", *_ORDER} and listed:
            hint = "A list is compared with `includes`, `overlaps` or `in`."
        elif takes_list and not listed:
            hint = "`is` compares one value with one value, `in` one value with several."
        elif op in {"includes", "in"} and not takes_list and listed:
            hint = "`overlaps` compares several values with several."
        if hint:
            self._report("TOS2008", expr.span, op=expr.op, type=article(kind), hint=hint)
            return None
        if op in {"includes", "in"}:
            return kind.item if isinstance(kind, v.ListOf) else v.ListOf(kind)
        return kind

    def _speaks(self, expr: s.Expr) -> bool:
        """Whether the expression has a type by itself, with nothing expected of it."""
        match expr:
            case s.Name(text=text):
                known = text in self.definitions or text in self.pending
                return known or text.split(".")[0] in self._facts
            case s.SetOf():
                return False
            case _:
                return True

    # --- values -------------------------------------------------------------------------------

    def infer(self, expr: s.Expr) -> Typed:
        """The expression by itself, with nothing expected of it."""
        match expr:
            case s.Name():
                return self._name(expr)
            case s.SetOf():
                return self._set_by_itself(expr)
            case s.Text(value=value):
                return n.Literal(normalize("NFC", value), v.Text(), span=expr.span)
            case s.BooleanLiteral(value=flag):
                return n.Literal(flag, _BOOLEAN, span=expr.span)
            case s.IntegerLiteral(value=number):
                return n.Literal(number, v.Integer(), span=expr.span)
            case s.DateLiteral(value=day):
                return n.Literal(day, v.Date(), span=expr.span)
            case s.Compare() | s.Not() | s.And() | s.Or() | s.Block():
                return self.condition(expr)
        assert_never(expr)

    def check(self, expr: s.Expr, wanted: v.Type, against: str) -> Typed:
        """The expression where a type is expected; ``against`` is what it is compared with."""
        if isinstance(expr, s.SetOf) and isinstance(wanted, v.ListOf):
            made = [self.check(item, wanted.item, against) for item in expr.items]
            good = tuple(item for item in made if item is not None)
            return n.SetOf(good, wanted, span=expr.span) if len(good) == len(made) else None
        if isinstance(expr, s.Name) and isinstance(wanted, v.Enum) and expr.text in wanted.members:
            return n.Literal(expr.text, wanted, span=expr.span)
        if isinstance(expr, s.Name) and not self._speaks(expr):
            return self._constant(expr, wanted, against)
        if isinstance(expr, s.Text) and wanted == _PARTY:
            return n.Literal(normalize("NFC", expr.value), _PARTY, span=expr.span)
        if isinstance(expr, s.SetOf):
            words = {"left": brief(expr), "left_type": "a set", "right": against}
            self._report("TOS2006", expr.span, None, **words, right_type=article(wanted))
            return None
        return self._of_type(expr, self.infer(expr), wanted, against)

    def _of_type(self, expr: s.Expr, value: Typed, wanted: v.Type, against: str) -> Typed:
        """The value if it has the type that is wanted; else None, and a report."""
        if value is None or type_of(value) == wanted:
            return value
        self._report(
            "TOS2006",
            expr.span,
            left=brief(expr),
            left_type=article(type_of(value)),
            right=against,
            right_type=article(wanted),
        )
        return None

    def _constant(self, name: s.Name, wanted: v.Type, against: str) -> Typed:
        """A name that is no fact and no definition: a party, or a slip."""
        if wanted == _PARTY:
            return self._party(name)
        if isinstance(wanted, v.Enum):
            if name.text not in self.lost:
                near = (name.text, chain(wanted.members, self.definitions))
                members = ", ".join(wanted.members)
                self._report("TOS2009", name.span, near, name=name.text, type=wanted, members=members)
            return None
        return self._of_type(name, self._name(name), wanted, against)

    def _party(self, name: s.Name) -> Typed:
        if name.text == "provider":
            return self._provider(name.span)
        if name.text in self._parties:
            return n.Literal(name.text, _PARTY, span=name.span)
        if name.text not in self.lost:
            near = (name.text, chain(self._parties, ("provider",), self._facts, self.definitions))
            self._report("TOS2010", name.span, near, name=name.text)
        return None

    def _provider(self, span: Span) -> Typed:
        if self.provider is None:
            if "provider" not in self.lost:
                self._report("TOS2015", span)
            return None
        return n.Literal(self.provider, _PARTY, span=span)

    def _name(self, name: s.Name) -> Typed:
        if name.text in self.pending:
            self.awaited[name.text] = None
            return None
        if name.text in self.definitions:
            kind = self.definitions[name.text]
            return n.DefinitionRef(name.text, kind, span=name.span) if kind else None
        first, *rest = name.text.split(".")
        if first in self._facts:
            return self._path(name, self._facts[first], rest)
        if name.text == "provider":
            return self._provider(name.span)
        if name.text in self._parties:
            return n.Literal(name.text, _PARTY, span=name.span)
        if not self.lost.intersection((name.text, first)):
            leaves = (leaf.path for leaf in self.vocabulary.leaves())
            near = (name.text, chain(leaves, self.definitions, self.pending, self._parties, _TRUTHS))
            self._report("TOS2001", name.span, near, name=name.text)
        return None

    def _path(self, name: s.Name, fact: v.Field, rest: list[str]) -> Typed:
        kind, judged, read = fact.type, fact.judged, fact.name
        for step in rest:
            fields = {field.name: field for field in kind.fields} if isinstance(kind, v.Record) else {}
            if step not in fields:
                if step not in self.lost:
                    self._no_field(kind, step, fields, read, name.span)
                return None
            kind, judged = fields[step].type, judged or fields[step].judged
            read += f".{step}"
        if isinstance(kind, v.Record):
            listed = ", ".join(f"{name.text}.{field.name}" for field in kind.fields)
            self._report("TOS2013", name.span, name=name.text, type=kind, fields=listed)
            return None
        return n.FactRef(name.text, kind, judged, span=name.span)

    def _no_field(
        self, kind: v.Type, step: str, fields: Mapping[str, v.Field], read: str, span: Span
    ) -> None:
        start = span.column + len(read) + 1
        place = evolve(span, column=start, end_column=start + len(step))
        if isinstance(kind, v.Record):
            hint = f"Its fields are {', '.join(fields)}."
            self._report("TOS2002", place, (step, fields), type=f"`{kind}`", name=step, hint=hint)
        else:
            words = article(kind)
            hint = f"Write `{read}` by itself."
            self._report("TOS2002", place, type=words[0].upper() + words[1:], name=step, hint=hint)

    def _set_by_itself(self, expr: s.SetOf) -> Typed:
        """A set that nothing gives a type: the one enumeration with all its members, if any."""
        names = {item.text for item in expr.items if isinstance(item, s.Name)}
        kinds = [k for k in self.vocabulary.types if isinstance(k, v.Enum) and names <= set(k.members)]
        if len(names) == len(expr.items) and len(kinds) == 1:
            return self.check(expr, v.ListOf(kinds[0]), "")
        for item in expr.items:
            if self._speaks(item) or names <= self._parties | {"provider"}:
                first = self.infer(item)
                if first is None:
                    return None
                return self.check(expr, v.ListOf(type_of(first)), brief(item))
        self._report("TOS2014", expr.span, what=f"`{brief(expr)}`")
        return None

    def _report(
        self, code: str, span: Span, near: tuple[str, Iterable[str]] | None = None, **words: object
    ) -> None:
        self.problems.append(mistake(code, span, None if enough(self.problems) else near, **words))


def type_of(expr: n.Expr) -> v.Type:
    """The type of a typed expression."""
    match expr:
        case n.Literal() | n.FactRef() | n.DefinitionRef() | n.SetOf():
            return expr.type
        case n.Compare() | n.Not() | n.And() | n.Or():
            return _BOOLEAN
    assert_never(expr)


def facts_of(expr: s.Expr) -> list[s.Name]:
    """Every name in an expression as written, in order."""
    match expr:
        case s.Name():
            return [expr]
        case s.SetOf(items=items) | s.And(items=items) | s.Or(items=items) | s.Block(items=items):
            return [name for item in items for name in facts_of(item)]
        case s.Compare(left=left, right=right):
            return [*facts_of(left), *facts_of(right)]
        case s.Not(item=item):
            return facts_of(item)
        case s.Text() | s.BooleanLiteral() | s.IntegerLiteral() | s.DateLiteral():
            return []
    assert_never(expr)
