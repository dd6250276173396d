"""Well-typed conditions over a few shared names, and the vocabularies that declare them.

``worlds`` draws a vocabulary; ``Scope`` draws conditions and values over its leaves and over the
definitions that were added to it. Nothing here knows of norms, see ``policies``.
"""

from __future__ import annotations

from typing import Any

from attrs import define, evolve, field
from hypothesis import strategies as st

from tests.generators.drawing import one_of
from tests.generators.facts import PARTIES, WORDS
from tests.generators.terms import Terms
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v

_PURPOSE = v.Enum("Purpose", ("classify", "generate", "sort", "rank"))
_STEP = v.Enum("Step", ("collect", "label", "ship"))
_LEVEL = v.Enum("Level", ("low", "middle", "high"), (), True)
_DOLLARS, _EUROS = v.Money("USD"), v.Money("EUR")
_LENGTHS: tuple[v.Type, ...] = tuple(map(v.Duration, ("days", "months", "hours", "business days")))
SALE = v.Record(
    "Sale",
    (
        v.Field("amount", _DOLLARS),
        v.Field("pieces", v.Integer()),
        v.Field("on", v.Date()),
        v.Field("at", v.Instant()),
        v.Field("buyer", v.Party()),
        v.Field("returned", v.Boolean()),
        v.Field("refund", v.OptionalOf(_DOLLARS)),
        v.Field("closed", v.OptionalOf(v.Date())),
    ),
)
"""What lists of records are of; one field of each kind that lists do something of their own with."""

_PLAIN: tuple[v.Type, ...] = (v.Integer(), v.Date(), v.Text(), v.Party(), _PURPOSE, _STEP, _LEVEL)
_COUNTED: tuple[v.Type, ...] = (v.Number(), _DOLLARS, _EUROS, v.Instant(), v.WEEKDAY, *_LENGTHS)
_SCALARS = (*_PLAIN, *_COUNTED)
_LISTED = (_PURPOSE, _STEP, v.Party(), v.Integer(), v.Text(), v.Date(), v.OptionalOf(_LEVEL))
_LISTS = tuple(v.ListOf(item) for item in _LISTED)
_OPTIONALS = tuple(map(v.OptionalOf, (*_SCALARS, v.Boolean())))
_KINDS: tuple[v.Type, ...] = (
    *(v.Boolean(),) * 6,
    *(v.Text(),) * 3,
    *_PLAIN * 2,
    *_LISTS,
    *_COUNTED,
    *_OPTIONALS,
    *(v.ListOf(SALE),) * 5,
)

_SIMPLE: tuple[v.Type, ...] = (
    *(v.Boolean(),) * 6,
    *_PLAIN,
    *(v.ListOf(item) for item in (_PURPOSE, _STEP, v.Party(), v.Text())),
)
"""Types of which each comparison with a constant is a test of one leaf."""

_PLACES = ("", "", "model.", "model.origin.")
"""Where a leaf is: a fact, a field of a record, a field of a record in it."""


# --- vocabularies ---------------------------------------------------------------------------------


@st.composite
def worlds(
    draw: st.DrawFn, simple: bool = False, first: tuple[v.Type, ...] = ()
) -> tuple[s.Vocabulary, dict[str, v.Type]]:
    """A vocabulary of three to seven leaves besides the ``first``, and the types of all by path."""
    among = _SIMPLE if simple else _KINDS
    kinds = [*first, *draw(st.lists(st.sampled_from(among), min_size=3, max_size=7))]
    leaves = {f"{one_of(draw, _PLACES)}{_stem(kind)}_{index}": kind for index, kind in enumerate(kinds)}
    inner = [_field(draw, path, kind) for path, kind in leaves.items() if path.count(".") == 2]
    outer = [_field(draw, path, kind) for path, kind in leaves.items() if path.count(".") == 1]
    items: list[s.VocabularyItem] = [_enumeration(draw, kind) for kind in (_PURPOSE, _STEP, _LEVEL)]
    sale = tuple(_field(draw, each.name, each.type) for each in SALE.fields)
    items.append(s.RecordType(s.Name(SALE.name), sale))
    if inner:
        items.append(s.RecordType(s.Name("Origin"), tuple(inner)))
        outer.append(_record_field(draw, "origin", "Origin"))
    if outer:
        items.append(s.RecordType(s.Name("Model"), tuple(outer)))
        items.append(s.Fact(_record_field(draw, "model", "Model")))
    items += (s.Fact(_field(draw, path, kind)) for path, kind in leaves.items() if "." not in path)
    items += (s.Party(s.Name(name), _text(draw)) for name in PARTIES)
    return s.Vocabulary(s.Name("world"), _text(draw), tuple(draw(st.permutations(items)))), leaves


def _stem(kind: v.Type) -> str:
    words = str(kind).lower().replace("list of ", "all_").replace("optional ", "perhaps_")
    return words.replace("duration in ", "").replace("money in ", "").replace(" ", "_")


def _text(draw: st.DrawFn) -> str | None:
    return one_of(draw, (None, None, "What is it?", "Which of them?"))


def type_expr(kind: v.Type) -> s.TypeExpr:
    """A type as it is written."""
    item = kind.item if isinstance(kind, v.ListOf) else kind
    plain = v.bare(item)
    name, unit = str(plain), None
    if isinstance(plain, v.Money | v.Duration):
        name, unit = name.split(" in ")
    return s.TypeExpr(name, int(kind != item), item != plain, unit)


def _field(draw: st.DrawFn, path: str, kind: v.Type) -> s.FieldDecl:
    judged = one_of(draw, range(5)) == 0
    return s.FieldDecl(s.Name(path.split(".")[-1]), type_expr(kind), judged, _text(draw))


def _record_field(draw: st.DrawFn, name: str, record: str) -> s.FieldDecl:
    return s.FieldDecl(s.Name(name), s.TypeExpr(record), one_of(draw, range(10)) == 0, _text(draw))


def _enumeration(draw: st.DrawFn, kind: v.Enum) -> s.EnumType:
    members = (s.Member(s.Name(member), _text(draw)) for member in kind.members)
    return s.EnumType(s.Name(kind.name), tuple(members), kind.rising)


# --- conditions and values ------------------------------------------------------------------------

_VALUES: tuple[v.Type, ...] = (v.Integer(), v.Number(), v.Date(), v.Instant(), _DOLLARS, *_LENGTHS)
"""Types of values that are worked out."""

_MOMENTS: tuple[v.Type, ...] = (v.Date(), v.Date(), v.Instant())
_ADDED_UP: tuple[v.Type, ...] = (v.Integer(), _DOLLARS)

_PARAMETERS: tuple[v.Type, ...] = (*_SCALARS, v.Boolean(), SALE, SALE, v.OptionalOf(v.Date()))


@define
class Scope(Terms):
    """Conditions and definitions over the names that are known."""

    exceptions_left: int = 2
    """Definitions that may have exceptions; each costs as much as a clause."""
    conditions: list[str] = field(factory=list)
    """The definitions so far that are conditions and take nothing."""

    def written(self, kind: v.Type) -> s.TypeExpr:
        """A type as it is written."""
        return type_expr(kind)

    def condition(self) -> s.Expr:
        """One to four comparisons, on a line or as blocks."""
        first, *others = atoms = tuple(self._atom() for _ in range(self.one((1, 1, 1, 1, 2, 2, 3))))
        if not others:
            alone: list[s.Expr] = [first, first, s.Not(first), s.Block("none", (_below(first),))]
            return self.one((*alone, _below(first)))
        kind = self.one(("all", "any", "none"))
        rest = others[0] if len(others) == 1 else s.Or(tuple(others))
        below = others[0] if len(others) == 1 else s.Block("any", tuple(others))
        shapes: list[s.Expr] = [s.And(atoms), s.Or(atoms), s.Block(kind, atoms)]
        if not self.simple:
            shapes.append(s.Conditional(first, others[0], atoms[-2]))
        shapes += (
            s.And((first, rest)),
            s.Not(s.And((first, rest))),
            s.Block(kind, (_below(first), below)),
        )
        return self.one(shapes)

    def definition(self, name: str) -> s.Define:
        """A condition, or a value: another name for a leaf, a constant, a set. Known from here on."""
        shapes = ["condition", "condition", "alias", "constant", "set", "set"]
        shapes += ["value", "function", "function"]
        if self.conditions:
            shapes.append("function")  # it may lean on one
        shape = self.one(shapes[:6] if self.simple else shapes)
        if shape == "function":
            return self._function(name)
        kind: v.Type = v.Boolean()
        body: s.Expr
        exceptions: tuple[s.ExceptionNode, ...] = ()
        match shape:
            case "condition":
                body = self.condition()
                exceptions = self._exceptions()
            case "alias":
                alias = self.one(tuple(self.terms))
                kind, body = self.terms[alias], s.Name(alias)
            case "constant":
                kind = self.one(self.self_evident)
                body = self.constant(kind)
            case "value":
                kind = self.one(_VALUES)
                body = self.value(kind)
            case _:
                item = self.one(_SCALARS)
                kind, body = v.ListOf(item), self.set_of(item)
        self.terms[name] = kind
        if self.may_be_a_part(body):
            self.parts.add(name)
        if kind == v.Boolean():
            self.conditions.append(name)
        return s.Define(s.Name(name), body, _text(self.draw), self.one((None, "1")), (), exceptions)

    def table(self, name: str) -> s.Table:
        """Rows of constants, which are read as a list that is given. Known from here on."""
        rows = tuple(
            s.RecordValue(tuple((s.Name(each.name), self._cell(each.type)) for each in SALE.fields))
            for _ in range(self.one((1, 2, 3)))
        )
        self.terms[name] = v.ListOf(SALE)
        return s.Table(s.Name(name), s.Name(SALE.name), rows, self.one((None, "1")), _text(self.draw))

    def _cell(self, kind: v.Type) -> s.Value:
        if isinstance(kind, v.OptionalOf) and self.half():
            return s.Name("none")
        made = self.constant(v.bare(kind))
        assert isinstance(made, (s.Name, *s.LITERALS))
        return made

    def _function(self, name: str) -> s.Define:
        """A definition that takes one or two values."""
        parameters = {
            f"{name}_{each}": self.one(_PARAMETERS) for each in self.one((("p",), ("p", "q")))
        }
        kind = self.one((*[v.Boolean()] * 4, *_VALUES))
        exceptions: tuple[s.ExceptionNode, ...] = ()
        self.deepest = 0
        with self.known(parameters):
            first = next(iter(parameters))
            body = self._about(first, parameters[first]) if kind == v.Boolean() else self.value(kind)
            if kind == v.Boolean():
                exceptions = self._exceptions()
                if self.conditions and not self.sometimes():
                    body = s.And((body, s.Name(self.one(self.conditions))))
        self.functions[name] = (tuple(parameters.values()), kind, self.deepest)
        if self.may_be_a_part(body):
            self.parts.add(name)
        given = tuple(
            s.Parameter(s.Name(each), type_expr(wanted)) for each, wanted in parameters.items()
        )
        return s.Define(s.Name(name), body, _text(self.draw), self.one((None, "1")), given, exceptions)

    def _exceptions(self) -> tuple[s.ExceptionNode, ...]:
        """Of a definition: sometimes one, sometimes with a proviso and one nested in it."""
        if self.exceptions_left == 0 or not self.sometimes():
            return ()
        self.exceptions_left -= 1
        nested: tuple[s.ExceptionNode, ...] = ()
        if self.sometimes():
            nested = (s.ExceptionNode(s.Name("inner"), None, None, self._atom()),)
        provisos = (self._atom(),) if self.sometimes() else ()
        return (s.ExceptionNode(s.Name("outer"), None, None, self._atom(), provisos, nested),)

    def owed(self) -> dict[str, Any]:
        """What an obligation asks: a condition or a day, and its deadline, if it has one."""
        lists = self.named(v.ListOf(v.Date()))
        if lists and not self.simple and self.half():
            unit = self.one(("day", "week", "month", "year"))
            length = s.DurationLiteral(self.one((1, 2, 13)), unit)
            every = s.Deadline("every", self.value(v.Date()), length)
            return {"must": s.Name(self.one(lists)), "deadline": every}
        kinds = (None, None, None, "by", "before", "within", "within", "promptly")
        kind = None if self.simple else self.one(kinds)
        if kind is None:
            return {"must": self.condition()}
        of = self.one(_MOMENTS)
        must = self._day(of) if self.half() else self.condition()
        late = self.condition() if kind == "promptly" else None
        return {"must": must, "deadline": self._deadline(kind, of), "late": late}

    def _day(self, due: v.Type) -> s.Expr:
        """A day or a moment that can be in time: known by name, if there is one, and perhaps `none`."""
        kind = due if due == v.Instant() else self.one(_MOMENTS)
        named = self.named(kind) + self.named(v.OptionalOf(kind))
        return s.Name(self.one(named)) if named and self.half() else self.value(kind)

    def _deadline(self, kind: str, of: v.Type) -> s.Deadline:
        """By, before, within or promptly."""
        if kind != "within":
            return s.Deadline(kind, self.value(of))
        length = self.one(_LENGTHS[:2] if of == v.Date() else _LENGTHS)
        if self.half():
            length = v.Duration("business days")
        by = self.whole(self.value(length), length)
        return s.Deadline(kind, self.value(of), by, self.holidays(length))

    # --- comparisons --------------------------------------------------------------------------

    def _atom(self) -> s.Expr:
        choices = ("name", "name", "name", "name", "name", "value", "call", "call")
        choice = "name" if self.simple else self.one(choices)
        called = self.callable(v.Boolean())
        if choice == "call" and called:
            return self.call(self.one(called))
        if choice == "value" and self.sometimes():
            return self._weekday()
        if choice == "value":
            kind = self.one(_VALUES)
            return self._compared(self.value(kind), kind)
        path = self.one(tuple(self.terms))
        return self._about(path, self.terms[path])

    def _about(self, path: str, kind: v.Type) -> s.Expr:
        """A condition that reads a name."""
        name = s.Name(path)
        if isinstance(kind, v.OptionalOf) and self.half():
            absent: s.Expr = s.Name("none")
            if not self.simple and self.sometimes():
                absent = s.Conditional(self.test(), absent, self.constant(v.bare(kind)))
            return s.Compare(self.one(("is", "is not")), name, absent)
        match kind:
            case v.Boolean():
                compared = s.Compare(self.one(("is", "is not")), name, self.constant(kind))
                shapes: list[s.Expr] = [name, name, name, s.Not(name), compared]
                return self.one(shapes)
            case v.ListOf(item=item):
                return self._of_list(name, item)
            case v.Record(fields=fields):
                chosen = self.one(fields)
                return self._about(f"{path}.{chosen.name}", chosen.type)
            case _:
                return self._of_scalar(name, v.bare(kind))

    def _of_list(self, name: s.Name, item: v.Type) -> s.Expr:
        if (
            not self.simple
            and self.depth < self.most
            and (isinstance(item, v.Record) or self.sometimes())
        ):
            return self._each(name, item)
        if isinstance(item, v.Record):
            return self._compared(self.constant(v.Integer()), v.Integer())
        item = v.bare(item)
        one = self.term(item, name) or self.constant(item)
        ops = ("includes", "includes", "overlaps", "overlaps", "in", "not in")
        match self.one(ops[:4] if self.simple else ops):
            case "includes":
                return s.Compare("includes", name, one)
            case "overlaps":
                return s.Compare("overlaps", name, self.term(v.ListOf(item), name) or self.set_of(item))
            case op:
                return s.Compare(op, one, name)

    def _each(self, name: s.Name, item: v.Type) -> s.Expr:
        """Some or every item, or what they amount to."""
        if isinstance(item, v.Record) and self.half():
            kind = self.one(_ADDED_UP)
            return self._compared(self.over_items(name, item, kind), kind)
        over = self.listed(name)
        with self.item(item) as variable:
            body = self._about(variable, item)
            if self.sometimes():
                both = (body, self._atom())
                joined: list[s.Expr] = [s.And(both), s.Or(both)]
                body = self.one(joined)
            return s.Quantified(self.one(("some", "every")), s.Name(variable), over, body)

    def _of_scalar(self, name: s.Name, kind: v.Type) -> s.Expr:
        ordered = ("<", "<=", ">", ">=") if v.ordered(kind) else ()
        tests = s.OPERATORS[-6:] if kind == v.Text() else ()
        if self.simple:
            tests = tuple(each for each in tests if each in {"starts with", "ends with"})
        op = self.one(("is", "is", "is not", "in", "not in", *ordered, *tests))
        if op in {"in", "not in"}:
            return s.Compare(op, name, self.term(v.ListOf(kind), name) or self.set_of(kind))
        if op in tests:
            return s.Compare(op, name, s.Text(self.one((*WORDS, "two", "RED", ""))))
        if kind in _VALUES and not self.simple and self.sometimes():
            return self._compared(name, kind)
        other = self.term(kind, name) or self.constant(kind)
        if not self.simple and self.sometimes():
            other = s.Conditional(
                self.test(), *self.one(((other, self.constant(kind)), (other, other)))
            )
        if isinstance(kind, v.Party) and self.sometimes():
            return s.Compare(op, name, s.Text(self.one(PARTIES)))
        return self.one((s.Compare(op, name, other), s.Compare(op, other, name)))

    def _weekday(self) -> s.Expr:
        """Of a day of the week that is worked out: what it is, or where it stands in the week."""
        op = self.one(("is", "is not", "in", "not in", "<", ">="))
        if op in {"in", "not in"}:
            return s.Compare(op, self.weekday(), self.set_of(v.WEEKDAY))
        named = self.named(v.WEEKDAY)
        other = s.Name(self.one(named)) if named and self.half() else self.constant(v.WEEKDAY)
        return s.Compare(op, self.weekday(), other)

    def _compared(self, left: s.Expr, kind: v.Type) -> s.Expr:
        """With something that is worked out, or a constant."""
        op = self.one(("<", "<=", ">", ">=", "is", "is not"))
        return s.Compare(op, left, self.value(kind) if self.sometimes() else self.constant(kind))


def _below(expr: s.Expr) -> s.Expr:
    """What is said of each item of a list, in a block below it: for lines of their own."""
    match expr:
        case s.Quantified(body=s.And(items=items) | s.Or(items=items) as body):
            return evolve(expr, body=s.Block("all" if isinstance(body, s.And) else "any", items))
        case _:
            return expr


def copied(scope: Scope, **others: Any) -> Scope:
    """What knows the same names, and goes on by itself."""
    known: dict[str, Any] = {"terms": {**scope.terms}, "functions": {**scope.functions}}
    return evolve(scope, **known, parts={*scope.parts}, conditions=[*scope.conditions], **others)
