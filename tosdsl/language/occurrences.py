"""Where each symbol stands, and how: every segment of every name of the texts that were read.

What the layout of a text tells by itself is read off its tree; what a name in a condition stands for is
read off the typed tree, whose nodes have the places of the names that they were made of. What has a
mistake in it has no typed tree, and its names are left out.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator
from typing import Any

from attrs import evolve, fields, has

from tosdsl.base.span import NOWHERE, Span
from tosdsl.elaborate.policy import elaborate_policy
from tosdsl.language.check import Checked
from tosdsl.language.symbols import Declared, Kind, Occurrence, Role, Symbol, defines, ids
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v

_BOUND = (s.Quantified, s.Aggregate)


def occurrences(checked: Checked) -> tuple[Occurrence, ...]:
    """By file and place, each once. A name whose text is not what it stands for is left out."""
    declared = Declared.of(checked.work)
    lines = {file: text.split("\n") for file, text in checked.sources.items()}
    found: dict[Span, Occurrence] = {}
    for file in checked.sources:
        for unit in checked.work.units_in(file):
            work, policy = _Unit(declared, unit, lines), None
            if isinstance(unit, s.Policy):
                policy = checked.work.elaborated(unit)
            else:
                work.reads(checked.work.vocabulary_of(unit))
            for each in work.all(policy):
                if _text(lines, each.span) == each.symbol.word:
                    found.setdefault(each.span, each)
    return tuple(sorted(found.values(), key=lambda each: _place(each.span)))


def at(found: Iterable[Occurrence], file: str, line: int, column: int) -> Occurrence | None:
    """What stands at a place, or ends there; lines and columns count from 1."""
    for each in found:
        span = each.span
        if (span.file, span.line) == (file, line) and span.column <= column <= span.end_column:
            return each
    return None


def _place(span: Span) -> tuple[str, int, int]:
    return span.file, span.line, span.column


def _text(lines: dict[str, list[str]], span: Span) -> str:
    several = lines.get(span.file, [])
    if not 0 < span.line <= len(several) or span.line != span.end_line:
        return ""
    return several[span.line - 1][span.column - 1 : span.end_column - 1]


class _Unit:
    """The names of one vocabulary or policy."""

    def __init__(self, declared: Declared, unit: s.Unit, lines: dict[str, list[str]]) -> None:
        self.declared = declared
        self.unit = unit
        self.lines = lines
        self.id = unit.name.text
        self.facts: dict[str, v.Field] = {}
        self.interpretations: dict[str, v.Interpretation] = {}
        self.definitions: dict[str, v.Type] = {}
        self.vocabulary = v.Vocabulary("")
        self.owners: dict[str, str] = {}
        """Of each definition of a vocabulary, its vocabulary."""

    def reads(self, vocabulary: v.Vocabulary) -> None:
        """Know what a vocabulary declares."""
        self.vocabulary = vocabulary
        self.facts = {fact.name: fact for fact in vocabulary.facts}
        shared = vocabulary.definitions
        self.owners = {each.name: each.vocabulary for each in shared if each.vocabulary is not None}
        self.definitions = {each.name: each.type for each in shared}

    def all(self, policy: n.Policy | None) -> Iterator[Occurrence]:
        for item in self.unit.items:
            if isinstance(item, s.Use):
                yield self._whole("vocabulary", "", item.name, "reference")
        if isinstance(self.unit, s.Vocabulary):
            yield self._whole("vocabulary", "", self.unit.name, "declaration")
            yield from self._vocabulary(self.unit)
            return
        yield self._whole("document", "", self.unit.name, "declaration")
        if policy is not None:
            self.reads(policy.vocabulary)
            several = policy.vocabulary.interpretations
            self.interpretations = {each.name: each for each in several}
            yield from self._typed(policy)
        yield from self._policy(self.unit)

    # --- by the layout ------------------------------------------------------------------------------

    def _whole(self, kind: Kind, owner: str, name: s.Name, role: Role) -> Occurrence:
        return Occurrence(Symbol(kind, owner, name.text), name.span, role)

    def _vocabulary(self, unit: s.Vocabulary) -> Iterator[Occurrence]:
        for item in unit.items:
            match item:
                case s.EnumType(name=name, members=members):
                    yield self._whole("type", self.id, name, "declaration")
                    for each in members:
                        symbol = Symbol("member", self.id, f"{name.text}.{each.name.text}")
                        yield Occurrence(symbol, each.name.span, "declaration")
                case s.RecordType(name=name, fields=inner):
                    yield self._whole("type", self.id, name, "declaration")
                    for decl in inner:
                        symbol = Symbol("field", self.id, f"{name.text}.{decl.name.text}")
                        yield Occurrence(symbol, decl.name.span, "declaration")
                        yield from self._type(decl.type)
                case s.Fact(decl=decl):
                    yield self._whole("fact", self.id, decl.name, "declaration")
                    yield from self._type(decl.type)
                case s.Party(name=name):
                    yield self._whole("party", self.id, name, "declaration")
        for id_, kind, name in ids(defines(unit)):
            yield Occurrence(Symbol(kind, self.id, id_), name.span, "declaration")
        yield from self._items(defines(unit))
        own = (each for each in self.vocabulary.definitions if each.vocabulary == self.id)
        yield from self._defined(own, _bound_in(self.unit))

    def _type(self, written: s.TypeExpr) -> Iterator[Occurrence]:
        """The name of a type; ``list of`` and the like stand before it."""
        owner = self._type_owner(written.name)
        if not owner:
            return
        text = _text(self.lines, written.span)
        for match in re.finditer(rf"\b{re.escape(written.name)}\b", text):
            start = written.span.column + match.start()
            span = evolve(written.span, column=start, end_column=start + len(written.name))
            yield Occurrence(Symbol("type", owner, written.name), span, "reference")

    def _type_owner(self, name: str) -> str:
        kinds = (s.EnumType, s.RecordType)
        return next(filter(None, (self.declared.owner(self.unit, name, kind) for kind in kinds)), "")

    def _party(self, name: s.Name | None) -> Iterator[Occurrence]:
        if name is not None and (owner := self.declared.owner(self.unit, name.text, s.Party)):
            yield self._whole("party", owner, name, "reference")

    def _policy(self, unit: s.Policy) -> Iterator[Occurrence]:
        yield from self._party(unit.header.provider)
        for id_, kind, name in ids(unit.items):
            yield Occurrence(Symbol(kind, self.id, id_), name.span, "declaration")
        yield from self._items(unit.items)

    def _items(self, items: Iterable[Any]) -> Iterator[Occurrence]:
        for item in items:
            match item:
                case s.Section():
                    yield from self._party(item.bearer)
                    yield from self._items(item.items)
                case s.Norm():
                    yield from self._party(item.bearer)
                    for target in (*item.subject_to, *item.notwithstanding):
                        yield from self._ref(target)
                    yield from self._exceptions(item.exceptions)
                case s.Standalone(node=node):
                    yield from self._exceptions((node,))
                case s.Define():
                    for each in item.parameters:
                        symbol = Symbol("parameter", self.id, f"{item.name.text}.{each.name.text}")
                        yield Occurrence(symbol, each.name.span, "declaration")
                        yield from self._type(each.type)
                    yield from self._exceptions(item.exceptions)
                case s.Incorporate() | s.PrevailsOver() | s.GovernedBy():
                    yield from self._document(item.target)
                case s.Presume():
                    fact = yield from self._path(item.path)
                    if fact is not None:
                        yield from self._value(item.value, fact)
                case s.Table():
                    yield from self._table(item)
                case s.Interpretation(name=name, readings=readings):
                    yield self._whole("interpretation", self.id, name, "declaration")
                    for reading in readings:
                        symbol = Symbol("member", self.id, f"{name.text}.{reading.text}")
                        yield Occurrence(symbol, reading.span, "declaration")
                case s.Enforcement():
                    for rung in item.rungs:
                        yield from self._ref(rung.of)
                case s.Scenario() | s.Property():
                    yield from self._case(item)

    def _table(self, item: s.Table) -> Iterator[Occurrence]:
        """The type of its rows, and what their cells name."""
        yield from self._type(s.TypeExpr(item.record.text, span=item.record.span))
        kind = self.definitions.get(item.name.text)
        if isinstance(kind, v.ListOf):
            for row in item.rows:
                yield from self._value(row, kind.item)

    def _exceptions(
        self, exceptions: Iterable[s.ExceptionNode | s.ExceptionRef]
    ) -> Iterator[Occurrence]:
        for each in exceptions:
            if isinstance(each, s.ExceptionRef):
                yield Occurrence(
                    Symbol("exception", self.id, each.name.text), each.name.span, "reference"
                )
            else:
                yield from self._exceptions(each.exceptions)

    def _document(self, ref: s.Ref) -> Iterator[Occurrence]:
        """A document by its name alone, or a clause of it."""
        if ref.policy is None:
            name = ref.clause or ""
            end = ref.span.column + len(name)
            yield Occurrence(
                Symbol("document", "", name), evolve(ref.span, end_column=end), "reference"
            )
        else:
            yield from self._ref(ref)

    def _ref(self, ref: Any, owner: str = "", home: str = "") -> Iterator[Occurrence]:
        """A clause, here or elsewhere; ``owner`` is the clause of an exception that is named alone, and
        ``home`` the document that both are in, if not this one."""
        if not isinstance(ref, s.Ref):
            return
        policy = ref.policy or home or self.id
        if ref.policy is not None:
            end = ref.span.column + len(ref.policy)
            span = evolve(ref.span, end_column=end)
            yield Occurrence(Symbol("document", "", ref.policy), span, "reference")
        if ref.clause is None:
            return
        kinds = self.declared.clauses(policy)
        vocabulary = self.owners.get(ref.clause.split(".")[0])
        if policy == self.id and vocabulary is not None and not owner:
            kinds, policy = self.declared.defined(vocabulary), vocabulary
        column = ref.span.end_column - len(ref.clause)
        whole = owner
        for segment in ref.clause.split("."):
            whole = f"{whole}.{segment}" if whole else segment
            span = evolve(ref.span, column=column, end_column=column + len(segment))
            yield Occurrence(Symbol(kinds.get(whole, "clause"), policy, whole), span, "reference")
            column += len(segment) + 1

    # --- scenarios ----------------------------------------------------------------------------------

    def _case(self, item: s.Scenario | s.Property) -> Iterator[Occurrence]:
        kind: Kind = "scenario" if isinstance(item, s.Scenario) else "property"
        inner = evolve(
            item.title.span,
            column=item.title.span.column + 1,
            end_column=item.title.span.end_column - 1,
        )
        yield Occurrence(Symbol(kind, self.id, item.title.value), inner, "declaration")
        if isinstance(item, s.Property):
            for claim in item.claims:
                yield from self._expected(claim.of)
            return
        if item.about is not None:
            yield from self._ref(item.about)
        said = [given for each in item.said for given in each.facts]
        read = [given for each in item.readings for given in each.facts]
        for given in (*item.given, *said, *read):
            fact = yield from self._path(given.path)
            if fact is not None:
                yield from self._value(given.value, fact)
        for each in item.expectations:
            yield from self._expected(each)

    def _expected(self, each: s.Expectation) -> Iterator[Occurrence]:
        match each:
            case s.ExpectForce(clause=ref) | s.ExpectDuty(clause=ref) | s.ExpectDue(clause=ref):
                yield from self._ref(ref)
            case s.ExpectDefeated(clause=clause, by=by):
                yield from self._ref(clause)
                yield from self._ref(by, *self._home(clause, by))
            case s.ExpectConflict(first=first, second=second):
                yield from self._ref(first)
                yield from self._ref(second)
            case s.ExpectGoverns(document=ref):
                yield from self._document(ref)
            case s.ExpectNeeds(facts=facts, duty=duty):
                if duty is not None:
                    yield from self._ref(duty)
                for name in facts:
                    yield from self._path(name)
            case s.ExpectPresumed(names=several):
                for mattered in several:
                    yield from self._presumed(mattered)
            case s.ExpectValue(definition=ref, value=value):
                yield from self._ref(ref)
                kind = self.definitions.get(ref.clause or "")
                if kind is not None and value is not None:
                    yield from self._value(value, kind)

    def _presumed(self, name: s.Name | s.Ref) -> Iterator[Occurrence]:
        """A clause or an exception, of this policy by its name; or a fact."""
        if isinstance(name, s.Ref):
            yield from self._ref(name)
        elif name.text in self.declared.clauses(self.id):
            yield from self._ref(s.Ref(None, None, name.text, span=name.span))
        else:
            yield from self._path(name)

    def _home(self, clause: s.Ref, by: s.Ref) -> tuple[str, str]:
        """The clause, and its document, of an exception that is named by its short name, as elaborating
        reads it."""
        owner, name = clause.clause or "", by.clause or ""
        here = self.declared.clauses(self.id)
        if by.policy is None and clause.policy is None and f"{owner}.{name}" in here:
            return owner, self.id
        if by.policy is None and clause.policy not in {None, self.id} and name not in here:
            return owner, clause.policy or ""
        return "", ""

    def _path(self, name: s.Name) -> Generator[Occurrence, None, v.Type | None]:
        """A fact with its fields. Returns the type of the last."""
        first, *rest = name.text.split(".")
        read = self.interpretations.get(name.text.removeprefix(f"{self.id}#"))
        if read is not None and first not in self.facts:
            yield Occurrence(Symbol("interpretation", self.id, read.name), name.span, "reference")
            return read.type
        fact = self.facts.get(first)
        if fact is None:
            return None
        owner = self.declared.owner(self.unit, first, s.Fact)
        span = evolve(name.span, end_column=name.span.column + len(first))
        yield Occurrence(Symbol("fact", owner, first), span, "reference")
        return (yield from self._fields(rest, fact.type, name.span, len(first) + 1))

    def _fields(
        self, steps: list[str], kind: v.Type, span: Span, offset: int
    ) -> Generator[Occurrence, None, v.Type | None]:
        """Fields in a row, ``offset`` characters into a name. Returns the type of the last."""
        for step in steps:
            kind = v.bare(kind)
            inner = {each.name: each for each in kind.fields} if isinstance(kind, v.Record) else {}
            if step not in inner:
                return None
            column = span.column + offset
            place = evolve(span, column=column, end_column=column + len(step))
            yield Occurrence(self._field(kind, step), place, "reference")
            kind, offset = inner[step].type, offset + len(step) + 1
        return kind

    def _field(self, kind: Any, name: str) -> Symbol:
        return Symbol("field", self._type_owner(kind.name), f"{kind.name}.{name}")

    def _value(self, value: s.Value, kind: v.Type) -> Iterator[Occurrence]:
        kind = v.bare(kind)
        match value, kind:
            case s.ListValue(items=items), v.ListOf(item=inner):
                for each in items:
                    yield from self._value(each, inner)
            case s.RecordValue(entries=entries), v.Record():
                for name, each in entries:
                    found = yield from self._fields(name.text.split("."), kind, name.span, 0)
                    if found is not None:
                        yield from self._value(each, found)
            case s.Name(text=text, span=span), v.Enum() if text in kind.members:
                yield self._member(kind, text, span)
            case s.Name() as name, v.Party():
                yield from self._party(name)
            case s.Text(value=text, span=span), v.Party():
                yield from self._party(s.Name(text, span=_within(span)))

    def _member(self, kind: v.Enum, name: str, span: Span) -> Occurrence:
        if text := v.name_in_text(kind.name):  # a reading of an interpretation
            symbol = Symbol("member", self.id, f"{text}.{name}")
            return Occurrence(symbol, span, "reference")
        owner = self._type_owner(kind.name)
        return Occurrence(Symbol("member", owner, f"{kind.name}.{name}"), span, "reference")

    # --- conditions ---------------------------------------------------------------------------------

    def _typed(self, policy: n.Policy) -> Iterator[Occurrence]:
        self.definitions |= {each.name: each.type for each in policy.definitions}
        bound = _bound_in(self.unit)
        own = (each for each in policy.written if each.vocabulary is None)
        yield from self._defined(own, bound)
        incorporated = tuple(each.when for each in policy.incorporations)
        named = (policy.root, policy.routes, incorporated, policy.properties)
        rest = (*named, *_unnamed(self.unit, policy))
        yield from self._expr(rest, {}, bound)

    def _defined(
        self, definitions: Iterable[n.Definition], bound: dict[Span, s.Name]
    ) -> Iterator[Occurrence]:
        """What stands in definitions of this text."""
        for definition in definitions:
            given = {
                name: (Symbol("parameter", self.id, f"{definition.name}.{name}"), kind)
                for name, kind in definition.parameters
            }
            for part in (definition.core or definition.body, definition.exceptions):
                yield from self._expr(part, given, bound)

    def _definition(self, name: str, span: Span) -> Occurrence:
        symbol = Symbol("definition", self.owners.get(name, self.id), name)
        return Occurrence(symbol, span, "reference")

    def _expr(
        self, tree: Any, names: dict[str, tuple[Symbol, v.Type]], bound: dict[Span, s.Name]
    ) -> Iterator[Occurrence]:
        match tree:
            case ex.FactRef(path=path, span=span):
                yield from self._path(s.Name(path, span=span))
            case ex.Variable(name=name, field=inner, span=span) if name in names:
                symbol, kind = names[name]
                place = evolve(span, end_column=span.column + len(name))
                yield Occurrence(symbol, place, "reference")
                if inner:
                    yield from self._fields(inner.split("."), kind, span, len(name) + 1)
            case ex.DefinitionRef(name=name, span=span) if " is " in name:  # the state of an obligation
                duty = name.partition(" is ")[0]
                yield from self._ref(s.Ref(None, None, duty, span=_first(span, duty)))
            case ex.DefinitionRef(name=name, span=span):
                yield self._definition(name, span)
            case ex.Literal(value=value, type=v.Enum() as kind, span=span):
                yield self._member(kind, str(value), span)
            case ex.Literal(value=value, type=v.Party(), span=span):
                quoted = _text(self.lines, span)[:1] == '"'
                yield from self._party(s.Name(str(value), span=_within(span) if quoted else span))
            case ex.Call(name=name, arguments=arguments, span=span):
                yield self._definition(name, _first(span, name))
                yield from self._expr(arguments, names, bound)
            case ex.Quantified() | ex.Aggregate():
                yield from self._bound(tree, names, bound)
            case tuple() | list():
                for each in tree:
                    yield from self._expr(each, names, bound)
            case _ if has(type(tree)) and not isinstance(tree, Span) and not _is_type(tree):
                for each in fields(type(tree)):
                    if each.name not in _NO_EXPRESSIONS:
                        yield from self._expr(getattr(tree, each.name), names, bound)
            case _ if not isinstance(tree, str) and hasattr(tree, "nodes"):
                yield from self._expr(tuple(tree), names, bound)

    def _bound(
        self,
        tree: ex.Quantified | ex.Aggregate,
        names: dict[str, tuple[Symbol, v.Type]],
        bound: dict[Span, s.Name],
    ) -> Iterator[Occurrence]:
        """What goes through a list: its variable is declared in it."""
        yield from self._expr(tree.over, names, bound)
        variable = bound.get(tree.span)
        inner = dict(names)
        listed = v.bare(getattr(tree.over, "type", None))  # type: ignore[arg-type]  # a list has one
        if variable is not None and isinstance(listed, v.ListOf):
            place = f"{variable.span.line}:{variable.span.column}"
            symbol = Symbol("item", self.id, f"{variable.text}@{variable.span.file}:{place}")
            inner[variable.text] = symbol, listed.item
            yield Occurrence(symbol, variable.span, "declaration")
        for each in ex.children(tree):
            if each is not tree.over:
                yield from self._expr(each, inner, bound)


_NO_EXPRESSIONS = frozenset({"span", "spans", "type", "scale", "vocabulary", "precedences"})


def _bound_in(unit: s.Unit) -> dict[Span, s.Name]:
    """The names of the items of all lists that a text goes through, by the place of the whole."""
    return {each.span: each.variable for each in _inside(unit) if isinstance(each, _BOUND)}


def _is_type(tree: Any) -> bool:
    return type(tree).__module__ == v.__name__


def _first(span: Span, word: str) -> Span:
    """The word with which a place begins."""
    return Span(span.file, span.line, span.column, span.line, span.column + len(word))


def _within(span: Span) -> Span:
    """What stands between the quotation marks."""
    return evolve(span, column=span.column + 1, end_column=span.end_column - 1)


def _inside(tree: Any) -> Iterator[Any]:
    """A written tree and all in it."""
    if isinstance(tree, tuple):
        for each in tree:
            yield from _inside(each)
    elif has(type(tree)) and not isinstance(tree, Span):
        yield tree
        for each in fields(type(tree)):
            yield from _inside(getattr(tree, each.name))


def _unnamed(unit: s.Unit, policy: n.Policy) -> Iterator[Any]:
    """The exceptions that stand alone and that nothing names: typed as if a clause named them."""
    assert isinstance(unit, s.Policy)
    alone = {name.text for id_, kind, name in ids(unit.items) if kind == "exception" and "." not in id_}
    if not alone:
        return
    everything = tuple(s.ExceptionRef(s.Name(each), span=NOWHERE) for each in sorted(alone))
    clause = s.Norm("permit", s.Name("#every exception"), exceptions=everything)
    whole = evolve(unit, items=(*unit.items, clause))
    made = elaborate_policy(whole, policy.vocabulary, frozenset(), [])
    yield from (norm.exceptions for norm in made.root.norms if norm.id == clause.name.text)
