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

from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, enough, mistake
from tosdsl.diagnostics.wordings import (
    DAY_INSTEAD,
    DECLARE,
    KNOWN_INSTEAD,
    NO_DAY,
    NO_PROVIDER,
    USE_SOME,
)
from tosdsl.elaborate import conditionals, days, quantities, states
from tosdsl.elaborate.brief import brief
from tosdsl.elaborate.mistaken import CLOCK, members_alone
from tosdsl.elaborate.types import BOOLEAN, article, comparable, comparing_hint, type_of
from tosdsl.elaborate.whole import IN_A_LIST, is_whole
from tosdsl.trees import expressions as ex
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v
from tosdsl.trees.quantities import ABSENT, Money, duration
from tosdsl.unicode.names import Hidden, Mixed, NotKnown, TakenFor, Truth, mistaken

_PARTY = v.Party()
_ORDER = ("<", "<=", ">", ">=")
_TRUTHS = ("yes", "no", "true", "false")
_NONE_ELSEWHERE = frozenset(("null", "nil", "nothing", "empty", "missing", "unknown", "undefined"))
_NONE_ELSEWHERE_INSTEAD = (
    "`none` for what is known to be absent; whether a fact is known is no condition: what depends on "
    "one that is not is undetermined by itself"
)

_NOBODY_INSTEAD = (
    "the party's name: this word says that it is not known, and what depends on a fact that is not "
    "known is undetermined by itself"
)

_NO_TRUTH = "the party's name: this word is a truth, and a fact that has it is refused"

Typed = ex.Expr | None
Nested = tuple[int, tuple[str, ...]]
"""How many lists are gone through inside one another, and the definitions that call each other so."""


def _compared(kind: v.Type) -> str:
    """How a value of the type becomes a condition."""
    if isinstance(kind, v.ListOf):
        return "`includes` or `overlaps`"
    return "`is` or `<`" if v.ordered(v.bare(kind)) else "`is` or `in`"


def is_none(expr: s.Expr) -> bool:
    return isinstance(expr, s.Name) and expr.text == "none"


def may_be_none(kind: v.Type) -> bool:
    """Whether `none` stands for something among values of the type."""
    plain = v.bare(kind)
    return kind != plain or (isinstance(plain, v.Enum) and "none" in plain.members)


@define
class Typer:
    """Types expressions against one document's vocabulary, definitions and provider."""

    vocabulary: v.Vocabulary
    provider: str | None
    lost: frozenset[str]
    problems: list[Diagnostic]
    definitions: dict[str, v.Type | None] = field(factory=dict)
    parameters: dict[str, tuple[tuple[str, v.Type], ...] | None] = field(factory=dict)
    """Of the definitions that take values, the parameters; None if they could not be read."""
    variables: dict[str, v.Type] = field(factory=dict)
    """Parameters and items at hand, where the expression stands."""
    left: dict[str, int] = field(factory=dict)
    """Items that were at hand further left, by name, with the line: there they are missed."""
    lists: int = 0
    """Lists that are gone through around the place where the expression stands."""
    nested: dict[str, Nested] = field(factory=dict)
    """Of the definitions that take values, how many lists they go through inside one another, and by
    which other definitions."""
    parts: set[str] = field(factory=set)
    """Definitions of durations that may be no whole number of what they are counted in."""
    pending: set[str] = field(factory=set)
    """Definitions that exist and are not typed yet."""
    awaited: dict[str, None] = field(factory=dict)
    """Those of them that were met: what was typed meanwhile has to be typed again."""
    zone: str | None = None
    """In which the document counts days from a moment."""
    shared: bool = False
    """Whether it types definitions of a vocabulary, which know nothing of the documents that use it."""
    states: states.States = field(factory=states.States)
    """The states of obligations that are read."""
    _enums: dict[int, tuple[v.Enum, frozenset[str]]] = field(factory=dict)
    """Enumerations by identity (each kept along, as its id is its key), with their members."""
    _facts: Mapping[str, v.Field] = field(init=False)
    _interpretations: Mapping[str, v.Interpretation] = field(init=False)
    parties: frozenset[str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._facts = {fact.name: fact for fact in self.vocabulary.facts}
        self._interpretations = {each.name: each for each in self.vocabulary.interpretations}
        names = {party.name for party in self.vocabulary.parties}
        self.parties = frozenset(names | ({self.provider} if self.provider else set()))

    # --- conditions ---------------------------------------------------------------------------

    def condition(self, expr: s.Expr) -> Typed:
        """The expression as something true, false or unknown."""
        match expr:
            case s.Block(kind=kind, items=items):
                made = self._conditions(items)
                if made is None:
                    return None
                joined: ex.Expr = (
                    ex.And(made, span=expr.span) if kind == "all" else ex.Or(made, span=expr.span)
                )
                return ex.Not(joined, span=expr.span) if kind == "none" else joined
            case s.And() | s.Or() if self._members_alone(expr):
                return None
            case s.And(items=items):
                made = self._conditions(items)
                return None if made is None else ex.And(made, span=expr.span)
            case s.Or(items=items):
                made = self._conditions(items)
                return None if made is None else ex.Or(made, span=expr.span)
            case s.Not(item=item):
                inner = self.condition(item)
                return None if inner is None else ex.Not(inner, span=expr.span)
            case s.Shown(item=item):
                inner = self.condition(item)
                return None if inner is None else ex.Shown(inner, span=expr.span)
            case s.Compare():
                return self._compare(expr)
            case s.Quantified():
                return quantities.quantified(self, expr)
            case s.Conditional():
                return conditionals.condition(self, expr)
            case _:
                value = self.infer(expr)
                if value is not None and (kind_ := type_of(value)) != BOOLEAN:
                    kind_words, hint = article(kind_), _compared(kind_)
                    self.report("TOS2007", expr.span, text=brief(expr), type=kind_words, hint=hint)
                    return None
                return value

    def _members_alone(self, expr: s.And | s.Or) -> bool:
        """Whether a member of an enumeration stands where a condition must, which is reported."""
        if not any(isinstance(item, s.Name) for item in expr.items[1:]):
            return False
        known = {*self._facts, *self.definitions, *self.pending, *self.parameters, *self.variables}
        found = members_alone(expr, self.vocabulary.types, known)
        if found is not None:
            self.problems.append(found)
        return found is not None

    def _conditions(self, items: tuple[s.Expr, ...]) -> tuple[ex.Expr, ...] | None:
        made = [self.condition(item) for item in items]
        good = tuple(item for item in made if item is not None)
        return good if len(good) == len(made) else None

    # --- comparisons --------------------------------------------------------------------------

    def _compare(self, expr: s.Compare) -> Typed:
        negated = expr.op in {"is not", "not in"}
        op = {"is not": "is", "not in": "in"}.get(expr.op, expr.op)
        if op.removesuffix(s.IGNORING_CASE) in s.TEXT_TESTS:
            return self._text_test(expr)
        if states.speaks_of_state(self, expr):
            return states.state(self, expr)
        pair = self._operands(op, expr)
        if pair is None:
            return None
        order = v.scale(type_of(pair[0])) if op in _ORDER else ()
        made = ex.Compare(op, *pair, order, span=expr.span)
        return ex.Not(made, span=expr.span) if negated else made

    def _text_test(self, expr: s.Compare) -> Typed:
        pair = [self.check(each, v.Text(), expr.op) for each in (expr.left, expr.right)]
        left, right = pair
        return ex.Compare(expr.op, left, right, span=expr.span) if left and right else None

    def _operands(self, op: str, expr: s.Compare) -> tuple[ex.Expr, ex.Expr] | None:
        """Both sides, the one whose type is known first: it tells how to read the other."""
        left_first = self.speaks(expr.left) or not self.speaks(expr.right)
        first, second = (expr.left, expr.right) if left_first else (expr.right, expr.left)
        one = self.infer(first)
        if one is None:
            if self.speaks(second):
                self.infer(second)
            return None
        wanted = self._counterpart(op, type_of(one), left_first, expr)
        if wanted is None:
            return None
        if is_none(second) and op == "is" and not may_be_none(wanted):
            words = {"text": brief(first), "type": article(type_of(one)), "type_name": type_of(one)}
            self.report("TOS2035", second.span, None, **words)
            return None
        other = self.check(second, wanted, brief(first))
        if other is None:
            return None
        return (one, other) if left_first else (other, one)

    def _counterpart(self, op: str, kind: v.Type, is_left: bool, expr: s.Compare) -> v.Type | None:
        """The type of the other side, or None with a report if the operator does not take this one."""
        kind = kind if op == "is" else v.bare(kind)
        listed = isinstance(v.bare(kind), v.ListOf)
        takes_list = op == "overlaps" or ((op == "includes") == is_left and op in {"includes", "in"})
        hint = ""
        if isinstance(v.bare(kind), v.Record):
            hint = "Compare its fields."
        elif isinstance(kind, v.ListOf) and isinstance(kind.item, v.Record):
            hint = "Say `some x in … satisfies`, and compare the fields of `x`."
        elif op in _ORDER and not v.ordered(kind):
            hint = "Numbers, dates, money and durations compare by order"
            hint += ", and an enumeration that is declared `is one of, rising`."
        elif op in {"is", *_ORDER} and listed:
            hint = "A list is compared with `includes`, `overlaps` or `in`."
        elif takes_list and not listed:
            hint = "`is` compares one value with one value, `in` one value with several."
        elif op in {"includes", "in"} and not takes_list and listed:
            hint = "`overlaps` compares several values with several."
        if hint:
            self.report("TOS2008", expr.span, op=expr.op, type=article(kind), hint=hint)
            return None
        if op in {"includes", "in"}:
            return kind.item if isinstance(kind, v.ListOf) else v.ListOf(kind)
        return kind

    def speaks(self, expr: s.Expr) -> bool:
        """Whether the expression has a type by itself, with nothing expected of it."""
        match expr:
            case s.Name(text=text):
                first = text.split(".")[0]
                known = text in self.definitions or text in self.pending
                known = known or text in self._interpretations
                return known or first in self._facts or first in self.variables
            case s.SetOf():
                return False
            case s.Conditional(then=then, otherwise=otherwise):
                return self.speaks(then) or self.speaks(otherwise)
            case _:
                return True

    # --- values -------------------------------------------------------------------------------

    def infer(self, expr: s.Expr) -> Typed:
        """The expression by itself, with nothing expected of it."""
        match expr:
            case s.Name():
                return self._name(expr)
            case s.DayOfUse():
                if self.shared:
                    return self.not_shared(expr.span, "read the day of the use", NO_DAY)
                return ex.DayOfUse(zone=self.zone, span=expr.span)
            case s.SetOf():
                return self._set_by_itself(expr)
            case s.Text(value=value):
                return ex.Literal(normalize("NFC", value), v.Text(), span=expr.span)
            case s.BooleanLiteral(value=flag):
                return ex.Literal(flag, BOOLEAN, span=expr.span)
            case s.IntegerLiteral(value=number):
                return ex.Literal(number, v.Integer(), span=expr.span)
            case s.DateLiteral(value=day):
                return ex.Literal(day, v.Date(), span=expr.span)
            case s.NumberLiteral(value=amount):
                return ex.Literal(amount, v.Number(), span=expr.span)
            case s.MoneyLiteral(amount=amount, currency=currency):
                return ex.Literal(Money(amount, currency), v.Money(currency), span=expr.span)
            case s.DurationLiteral(count=count, unit=unit):
                length = duration(count, unit)
                return ex.Literal(length, quantities.duration_type(length), span=expr.span)
            case s.InstantLiteral(value=moment):
                return ex.Literal(moment, v.Instant(), span=expr.span)
            case s.Arithmetic():
                return quantities.arithmetic(self, expr)
            case s.Call():
                return quantities.call(self, expr)
            case s.Convert():
                return quantities.convert(self, expr)
            case s.Aggregate():
                return quantities.aggregate(self, expr)
            case s.Rounded():
                return quantities.rounded(self, expr)
            case s.PartOfDay():
                return days.part_of_day(self, expr)
            case s.PartOfMoment():
                return days.part_of_moment(self, expr)
            case s.Conditional():
                return conditionals.value(self, expr)
            case s.Compare() | s.Not() | s.And() | s.Or() | s.Block() | s.Quantified() | s.Shown():
                return self.condition(expr)
        assert_never(expr)

    def check(self, expr: s.Expr, wanted: v.Type, against: str) -> Typed:
        """The expression where a type is expected; ``against`` is what it is compared with."""
        if isinstance(expr, s.Conditional):
            return conditionals.of_type(self, expr, wanted, against)
        if isinstance(expr, s.SetOf) and isinstance(wanted, v.ListOf):
            made = [self.check(item, wanted.item, against) for item in expr.items]
            good = tuple(item for item in made if item is not None)
            pairs = zip(good, expr.items, strict=False)
            if len(good) < len(made) or not all(is_whole(self, *each, IN_A_LIST) for each in pairs):
                return None
            return ex.SetOf(good, wanted, span=expr.span)
        plain = v.bare(wanted)
        if isinstance(expr, s.Name) and isinstance(plain, v.Enum) and expr.text in self._members(plain):
            return ex.Literal(expr.text, plain, span=expr.span)
        if is_none(expr) and isinstance(wanted, v.OptionalOf):
            return ex.Literal(ABSENT, wanted, span=expr.span)
        if isinstance(expr, s.Name) and not self.speaks(expr):
            return self._constant(expr, plain, against)
        if isinstance(expr, s.Text) and plain == _PARTY:
            return self._named_party(expr, against)
        if isinstance(expr, s.SetOf):
            words = {"left": brief(expr), "left_type": "a set", "right": against}
            words["hint"] = "Compare two things of one type."
            self.report("TOS2006", expr.span, None, **words, right_type=article(wanted))
            return None
        return self._of_type(expr, self.infer(expr), wanted, against)

    def _members(self, kind: v.Enum) -> frozenset[str]:
        """The members of an enumeration, to look names up in: there can be thousands of them."""
        known = self._enums.get(id(kind))
        if known is None:
            known = self._enums[id(kind)] = (kind, frozenset(kind.members))
        return known[1]

    def _of_type(self, expr: s.Expr, value: Typed, wanted: v.Type, against: str) -> Typed:
        """The value if it has the type that is wanted; else None, and a report."""
        if value is None or comparable(type_of(value), wanted):
            return value
        if quantities.differ(self, expr, type_of(value), wanted, against):
            return None
        self.report(
            "TOS2006",
            expr.span,
            left=brief(expr),
            left_type=article(type_of(value)),
            right=against,
            right_type=article(wanted),
            hint=comparing_hint(expr, type_of(value), wanted),
        )
        return None

    def _named_party(self, text: s.Text, against: str) -> Typed:
        """A party by a name in quotes: no name that is taken for another one."""
        name = normalize("NFC", text.value)
        match mistaken(name, self.parties) if name not in self.parties else None:
            case NotKnown():
                self.report("TOS1008", text.span, None, found=f'"{name}"', instead=_NOBODY_INSTEAD)
            case Truth():
                self.report("TOS1008", text.span, None, found=f'"{name}"', instead=_NO_TRUTH)
            case Hidden(character):
                self.report("TOS4042", text.span, None, path=against, character=character)
            case TakenFor(known, why):
                words = {"path": against, "found": name, "known": known, "why": why}
                self.report("TOS4044", text.span, None, **words)
            case Mixed(character, script, other):
                words = {"path": against, "found": name, "script": script, "other": other}
                self.report("TOS4043", text.span, None, **words, character=character)
            case _:
                return ex.Literal(name, _PARTY, span=text.span)
        return None

    def _constant(self, name: s.Name, wanted: v.Type, against: str) -> Typed:
        """A name that is no fact and no definition: a party, or a slip."""
        if wanted == _PARTY:
            return self._party(name)
        if isinstance(wanted, v.Enum):
            if name.text not in self.lost:
                near = (name.text, chain(wanted.members, self.definitions))
                members = ", ".join(wanted.members)
                self.report("TOS2009", name.span, near, name=name.text, type=wanted, members=members)
            return None
        if name.text.lower() in _NONE_ELSEWHERE - self.parties - self.lost:
            self.report("TOS1008", name.span, None, found=name.text, instead=_NONE_ELSEWHERE_INSTEAD)
            return None
        return self._of_type(name, self._name(name), wanted, against)

    def _party(self, name: s.Name) -> Typed:
        if name.text == "provider":
            return self._provider(name.span)
        if name.text in self.parties:
            return ex.Literal(name.text, _PARTY, span=name.span)
        if name.text not in self.lost:
            near = (name.text, chain(self.parties, ("provider",), self._facts, self.definitions))
            self.report("TOS2010", name.span, near, name=name.text)
        return None

    def not_shared(self, span: Span, what: str, mend: str) -> Typed:
        """None, with a report of what a definition of a vocabulary cannot do."""
        self.report("TOS2150", span, None, what=what, mend=mend)
        return None

    def _provider(self, span: Span) -> Typed:
        if self.shared:
            return self.not_shared(span, "name the provider", NO_PROVIDER)
        if self.provider is None:
            if "provider" not in self.lost:
                self.report("TOS2015", span)
            return None
        return ex.Literal(self.provider, _PARTY, span=span)

    def _name(self, name: s.Name) -> Typed:
        first, *rest = name.text.split(".")
        if first in self.variables:
            return self._variable(name, rest)
        if name.text in self.pending:
            self.awaited[name.text] = None
            return None
        if name.text in self.parameters:
            return quantities.without_values(self, name)
        if name.text in self.definitions:
            kind = self.definitions[name.text]
            return ex.DefinitionRef(name.text, kind, span=name.span) if kind else None
        if first in self._facts:
            return self._path(name, self._facts[first], rest)
        if name.text in self._interpretations:
            read = self._interpretations[name.text]
            return ex.FactRef(read.path, read.type, span=name.span)
        if name.text == "provider":
            return self._provider(name.span)
        if name.text in self.parties:
            return ex.Literal(name.text, _PARTY, span=name.span)
        if self.left.get(first) == name.span.line:
            missing = f"A pair of brackets around the conditions on `{first}`"
            where = "behind `satisfies`, which takes in one condition: `satisfies (… and …)`"
            self.report("TOS1024", name.span, missing=missing, where=where)
            return None
        if name.text.lower() in CLOCK - self.lost:
            known = name.text.lower() == "known_at"
            mend = KNOWN_INSTEAD if known else DAY_INSTEAD
            self.report("TOS1048", name.span, None, found=name.text, mend=mend)
            return None
        if self.states.kind(name.text) == states.OBLIGATION:
            self.report("TOS3064", name.span, None, name=name.text)
            return None
        if not self.lost.intersection((name.text, first)):
            leaves = (leaf.path for leaf in self.vocabulary.leaves())
            declared = chain(leaves, self._interpretations, self.definitions, self.pending)
            near = (name.text, chain(declared, self.parties, _TRUTHS))
            some = next(self.vocabulary.leaves(), None) is not None
            mend = (DECLARE if some else USE_SOME).format(name=first)
            self.report("TOS2001", name.span, near, name=name.text, mend=mend)
        return None

    def _variable(self, name: s.Name, rest: list[str]) -> Typed:
        """The item at hand, or a field of it."""
        first = name.text.split(".")[0]
        made = self._path(name, v.Field(first, self.variables[first]), rest, whole=True)
        if not isinstance(made, ex.FactRef):
            return made
        return ex.Variable(first, ".".join(rest), made.type, span=name.span)

    def fact_type(self, name: str) -> v.Type | None:
        """The type of a fact, if there is one of the name."""
        fact = self._facts.get(name)
        return fact.type if fact is not None else None

    def taken(self, name: str) -> str:
        """What a name stands for already where the expression stands; empty if nothing."""
        if name in self.variables:
            return "the name of an item at hand"
        if name in self._facts:
            return "a fact"
        if name in self._interpretations:
            return "an interpretation"
        known = {*self.definitions, *self.pending, *self.parameters}
        return "a definition" if name in known else ""

    def _path(self, name: s.Name, fact: v.Field, rest: list[str], *, whole: bool = False) -> Typed:
        """A field, by its path; ``whole``: a record by itself will do."""
        kind, judged, read = fact.type, fact.judged, fact.name
        for step in rest:
            fields = {field.name: field for field in kind.fields} if isinstance(kind, v.Record) else {}
            if step not in fields:
                if step not in self.lost:
                    self._no_field(kind, step, fields, read, name.span)
                return None
            kind, judged = fields[step].type, judged or fields[step].judged
            read += f".{step}"
        if isinstance(kind, v.Record) and not whole:
            listed = ", ".join(f"{name.text}.{field.name}" for field in kind.fields)
            self.report("TOS2013", name.span, name=name.text, type=kind, fields=listed)
            return None
        return ex.FactRef(name.text, kind, judged, span=name.span)

    def _no_field(
        self, kind: v.Type, step: str, fields: Mapping[str, v.Field], read: str, span: Span
    ) -> None:
        start = span.column + len(read) + 1
        place = evolve(span, column=start, end_column=start + len(step))
        if isinstance(kind, v.Record):
            hint = f"Its fields are {', '.join(fields)}."
            self.report("TOS2002", place, (step, fields), type=f"`{kind}`", name=step, hint=hint)
        else:
            words = article(kind)
            hint = f"Write `{read}` by itself."
            if v.bare(kind) == v.Date() and step in quantities.PARTS:
                hint = f"Write `{quantities.PARTS[step]} {read}`."
            if isinstance(kind, v.ListOf) and isinstance(kind.item, v.Record):
                hint = (
                    f"Speak of its items: `some x in {read} satisfies x.{step}`, or `every`; where an "
                    "item is at hand already, use its name."
                )
            self.report("TOS2002", place, type=words[0].upper() + words[1:], name=step, hint=hint)

    def _set_by_itself(self, expr: s.SetOf) -> Typed:
        """A set that nothing gives a type: the one enumeration with all its members, if any."""
        names = {item.text for item in expr.items if isinstance(item, s.Name)}
        kinds = [k for k in self.vocabulary.types if isinstance(k, v.Enum) and names <= set(k.members)]
        if not kinds and names <= set(v.WEEKDAY.members):
            kinds = [v.WEEKDAY]
        if len(names) == len(expr.items) and len(kinds) == 1:
            return self.check(expr, v.ListOf(kinds[0]), "")
        for item in expr.items:
            if self.speaks(item) or names <= self.parties | {"provider"}:
                first = self.infer(item)
                if first is None:
                    return None
                return self.check(expr, v.ListOf(type_of(first)), brief(item))
        self.report("TOS2014", expr.span, what=f"`{brief(expr)}`")
        return None

    def report(
        self, code: str, span: Span, near: tuple[str, Iterable[str]] | None = None, **words: object
    ) -> None:
        self.problems.append(mistake(code, span, None if enough(self.problems) else near, **words))


def facts_of(expr: s.Expr) -> list[s.Name]:
    """Every name in an expression as written, in order."""
    found: list[s.Name] = []
    stack = [
        expr
    ]  # a sum may have more terms than Python nests calls: it is refused later, with its place
    while stack:
        each = stack.pop()
        if isinstance(each, s.Name):
            found.append(each)
        elif isinstance(each, s.Call):
            found.append(each.name)
        stack += reversed(s.children(each))
    return found
