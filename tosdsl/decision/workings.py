"""How a condition came out, down to the bottom: the facts, the values that were worked out of them, the
items of lists that made it so, and the exceptions of definitions.

A part of ``explain``. What is shown of lists is bounded: of items that count alike, ``_MOST_ITEMS``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from attrs import define, field, frozen

from tosdsl.decision.evidence import beside
from tosdsl.decision.model import Why
from tosdsl.decision.outcomes import exception_outcome
from tosdsl.decision.reads import Reads
from tosdsl.decision.totals import Item, of_how_many, telling
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import vocabulary as v
from tosdsl.trees.duties import deadline_words
from tosdsl.trees.findings import ExceptionFinding, Findings
from tosdsl.trees.items import in_fact
from tosdsl.trees.quantities import ABSENT
from tosdsl.trees.states import state_name
from tosdsl.trees.walk import parts
from tosdsl.trees.wording import value_words, words
from tosdsl.trees.zones import day_in

Truth = bool | None

WORDS = {True: "true", False: "false", None: "unknown"}

_MOST_ITEMS = 3
"""Items that one condition shows; of more it says how many there are."""

_TOLD_BY_THEIR_DUTY = (" is fulfilled", " is pending", " is breached")

_SHORT = 80
"""Characters of a formula that stands beside the value that it came to."""

_FORMULAS = (ex.Arithmetic, ex.Aggregate, ex.Extreme, ex.Rounded, ex.Convert)


@frozen
class AtHand:
    """What names stand for inside a list or a definition that takes values, with their types."""

    values: Mapping[str, Any] = field(factory=dict)
    kinds: Mapping[str, v.Type] = field(factory=dict)

    def with_(self, name: str, value: Any, kind: v.Type) -> AtHand:
        return AtHand({**self.values, name: value}, {**self.kinds, name: kind})


NOTHING = AtHand()


def _of(found: n.Definition) -> str:
    """Where a definition stands, if that is not the document itself."""
    return "" if found.vocabulary is None else f"of the vocabulary {found.vocabulary}"


@define
class Workings:
    """Explains conditions. ``reads`` tells which facts they read."""

    findings: Findings
    reads: Reads = field(init=False)
    _judged: frozenset[str] = field(init=False)
    """The leaves that are judgements."""
    _shown: set[str] = field(factory=set)

    def __attrs_post_init__(self) -> None:
        self.reads = Reads(self.findings.linked)
        leaves = self.findings.linked.vocabulary.leaves()
        self._judged = frozenset(leaf.path for leaf in leaves if leaf.judged)

    def truth(self, index: int, expr: ex.Expr, at: AtHand = NOTHING) -> Any:
        """The value of an expression of a document; None if it is not known."""
        of = self.findings.truths[index]
        return of(expr, at.values, at.kinds) if at.values else of(expr)

    # --- exceptions and provisos ------------------------------------------------------------------

    def exceptions(
        self,
        index: int,
        nodes: tuple[n.ExceptionNode, ...],
        found: tuple[ExceptionFinding, ...],
        at: AtHand = NOTHING,
    ) -> Iterator[Why]:
        document = self.findings.linked.documents[index]
        for node, its in zip(nodes, found, strict=True):
            only = False if its.applies is False else None
            nested = self.exceptions(index, node.exceptions, its.exceptions, at)
            yield Why(
                "exception",
                node.id.rsplit(".", 1)[-1],
                WORDS[its.force],
                exception_outcome(node, its),
                node.at,
                document.qualified(node.id),
                node.description,
                (
                    *self.conditions(index, node.when, only, at),
                    *(self.provisos(index, node.provisos, at) if its.applies is not False else ()),
                    *(nested if its.applies is not False else ()),
                ),
            )

    def _excepted(
        self, index: int, nodes: tuple[n.ExceptionNode, ...], at: AtHand
    ) -> tuple[ExceptionFinding, ...]:
        """The exceptions of a definition that takes values, for the values that it was given."""
        made = []
        for node in nodes:
            when = self.truth(index, node.when, at)
            provisos = tuple(self.truth(index, each, at) for each in node.provisos)
            nested = self._excepted(index, node.exceptions, at)
            against = [None if each.force is None else not each.force for each in nested]
            all_ = (when, *provisos, *against)
            force = False if False in all_ else None if None in all_ else True
            made.append(ExceptionFinding(when, provisos, force, nested))
        return tuple(made)

    def provisos(self, index: int, provisos: Iterable[ex.Expr], at: AtHand = NOTHING) -> Iterator[Why]:
        for proviso in provisos:
            made = self.condition(index, proviso, at)
            yield Why("proviso", made.text, made.truth, made.note, children=made.children)

    # --- conditions -------------------------------------------------------------------------------

    def conditions(
        self, index: int, expr: ex.Expr | None, only: Truth = None, at: AtHand = NOTHING
    ) -> Iterator[Why]:
        """The parts of a condition, one each; only those with the truth ``only``, if it is given."""
        if expr is None:
            return
        for part in expr.items if isinstance(expr, ex.And) else (expr,):
            # What is left out is not worked out: a definition is told where it is met first.
            if only is None or self.truth(index, part, at) is only:
                yield self.condition(index, part, at)

    def condition(self, index: int, expr: ex.Expr, at: AtHand = NOTHING) -> Why:
        truth = WORDS[self.truth(index, expr, at)]
        match expr:
            case ex.Shown(item=item):
                made = self.condition(index, item, at)
                note = "it is not shown" if made.truth == WORDS[None] else ""
                told = "; ".join(each for each in (note, made.note) if each)
                return Why("condition", words(expr), truth, told, children=made.children)
            case ex.And():
                return Why("condition", "all of", truth, children=self._each(index, expr, at))
            case ex.Or():
                return Why("condition", "any of", truth, children=self._each(index, expr, at))
            case ex.Not(item=ex.Or() as inner):
                return Why("condition", "none of", truth, children=self._each(index, inner, at))
            case ex.Not(item=ex.And() as inner):
                return Why("condition", "not all of", truth, children=self._each(index, inner, at))
            case ex.Not(item=ex.DefinitionRef() | ex.Call() | ex.Quantified() as inner):
                turned = self.condition(index, inner, at)
                return Why("condition", words(expr), truth, children=(turned,))
            case ex.Conditional(condition=test, then=then, otherwise=otherwise):
                holds = self.truth(index, test, at)
                arms = {True: (then,), False: (otherwise,), None: (then, otherwise)}[holds]
                several = tuple(self.condition(index, each, at) for each in (test, *arms))
                return Why("condition", words(expr), truth, children=several)
            case ex.DefinitionRef(name=name):
                return self._definition(index, name, truth)
            case ex.Call():
                return self._called(index, expr, truth, at)
            case ex.Quantified():
                note, below = self._over_items(index, expr, at)
                return Why("condition", words(expr), truth, note, children=below)
            case _:
                test = expr.item if isinstance(expr, ex.Not) else expr  # `a is not b` is one line
                below = tuple(self.values(index, ex.children(test), at))
                note = self.facts(index, expr, at)
                return Why("condition", words(expr), truth, note, children=below)

    def _each(self, index: int, expr: ex.And | ex.Or, at: AtHand) -> tuple[Why, ...]:
        """The parts; of a settled condition that one part settles, those that do."""
        settles = isinstance(expr, ex.Or)
        settled = self.truth(index, expr, at) is settles
        return tuple(
            self.condition(index, item, at)
            for item in expr.items
            if not settled or self.truth(index, item, at) is settles
        )

    def _found(self, index: int, name: str) -> n.Definition:
        policy = self.findings.linked.documents[index].policy
        return next(each for each in policy.definitions if each.name == name)

    def _definition(self, index: int, name: str, truth: str) -> Why:
        """A definition, and what it says the first time it is met."""
        found = self._found(index, name)
        children: tuple[Why, ...] = ()
        if self._first(index, name):
            children = tuple(self._meaning(index, found))
        said, note = found.description, _of(found)
        if found.duty is not None and name.endswith((" is pending", " is breached")):
            due = self.findings.duties[index, found.duty].due
            note = "" if due is None else f"due {value_words(due)}"
        return Why("definition", name, truth, note, None, None, said, children)

    def _meaning(self, index: int, found: n.Definition) -> Iterator[Why]:
        """What a definition says. The state of an obligation is told as the obligation itself is."""
        norm = self._obligation(index, found)
        if norm is None:
            yield from self.conditions(index, found.core or found.body)
            if found.exceptions:
                excepted = self.findings.definitions[index, found.name]
                yield from self.exceptions(index, found.exceptions, excepted)
            return
        owed = self._found(index, state_name(norm.id, "triggered"))
        if not isinstance(owed.body, ex.Literal):
            yield self._definition(index, owed.name, WORDS[self.truth(index, owed.body)])
        yield from self.duty(index, norm)

    def _obligation(self, index: int, found: n.Definition) -> n.Norm | None:
        """That of which a definition is the state, if it is more than being owed."""
        if found.duty is None or not found.name.endswith(
            (" is fulfilled", " is pending", " is breached")
        ):
            return None
        clauses = self.findings.linked.documents[index].policy.root.all_norms()
        return next(each for each in clauses if each.id == found.duty)

    def _first(self, index: int, name: str) -> bool:
        """Whether a definition is met for the first time."""
        key = f"{self.findings.linked.documents[index].policy.name}#{name}"
        first = key not in self._shown
        self._shown.add(key)
        return first

    def _called(self, index: int, expr: ex.Call, truth: str, at: AtHand) -> Why:
        """A definition that takes values, for those that it was given here."""
        found, inner = self._given(index, expr, at)
        children = tuple(self.conditions(index, found.core or found.body, None, inner))
        if found.exceptions:
            excepted = self._excepted(index, found.exceptions, inner)
            children += tuple(self.exceptions(index, found.exceptions, excepted, inner))
        said = found.description
        return Why("definition", words(expr), truth, _of(found), None, None, said, children)

    def _given(self, index: int, expr: ex.Call, at: AtHand) -> tuple[n.Definition, AtHand]:
        found, inner = self._found(index, expr.name), NOTHING
        for (name, kind), argument in zip(found.parameters, expr.arguments, strict=True):
            inner = inner.with_(name, self.truth(index, argument, at), kind)
        return found, inner

    # --- obligations ------------------------------------------------------------------------------

    def duty(self, index: int, norm: n.Norm) -> Iterator[Why]:
        """What an obligation asks, and until when."""
        if norm.on is not None:
            yield self._named(index, norm)
        elif norm.must is not None:
            made = self.condition(index, norm.must)
            yield Why("must", made.text, made.truth, made.note, children=made.children)
        if norm.deadline is not None and norm.deadline.kind == "every":
            yield self._recurring(index, norm, norm.deadline)
        elif norm.deadline is not None and norm.deadline.judged is not None:
            yield self._promptly(index, norm.deadline, self.findings.duties[index, norm.id].late)
        elif norm.deadline is not None:
            its = self.findings.duties[index, norm.id]
            text = deadline_words(norm.deadline)
            kind = getattr(norm.deadline.moment, "type", None)
            last = "moment" if kind is not None and isinstance(v.bare(kind), v.Instant) else "day"
            known = f"the last {last} is {value_words(its.due)}"
            note = known if its.due else f"its {last} is not known"
            facts = self.facts(index, norm.deadline.moment)
            note = f"{note}; {facts}" if facts else note
            late = False if norm.on is not None and its.done else its.late
            in_time = {True: "false", False: "true", None: "unknown"}[late]
            below = tuple(self.values(index, (norm.deadline.moment,)))
            below = below[0].children if below else ()  # what it comes to is told
            yield Why("deadline", text, in_time, note, children=below)

    def _named(self, index: int, norm: n.Norm) -> Why:
        """A day that `must` names: what it is, and whether it is in time."""
        assert norm.on is not None
        assert norm.must is not None
        done, day = self.truth(index, norm.must), self.truth(index, norm.on)
        note = self.facts(index, norm.on)
        if done is False and day is not ABSENT and not isinstance(day, tuple):
            note = f"{note}; that is too late" if note else "that is too late"
        below = tuple(self.values(index, (norm.on,)))
        return Why("must", words(norm.on), WORDS[done], note, children=below)

    def _recurring(self, index: int, norm: n.Norm, item: n.Deadline) -> Why:
        """What is owed in each of several periods: which one it is missing from first."""
        assert isinstance(item.moment, ex.PeriodEnd)
        assert isinstance(norm.must, ex.Compare)
        its, at_hand = self.findings.duties[index, norm.id], self.truth(index, norm.must.right)
        notes = [f"the first period without it ends on {value_words(its.due)}"] if its.due else []
        if isinstance(at_hand, date):
            notes.append(f"the present one on {value_words(at_hand)}")
        notes = notes or ["when a period ends is not known"]
        notes += filter(None, (self.facts(index, item.moment.start),))
        late = False if its.done else its.late
        in_time = {True: "false", False: "true", None: "unknown"}[late]
        below = tuple(self.values(index, (item.moment.start,)))
        return Why("deadline", deadline_words(item), in_time, "; ".join(notes), children=below)

    def _promptly(self, index: int, item: n.Deadline, late: bool | None) -> Why:
        """What is owed without a last day: since when, and how it is judged."""
        assert item.judged is not None
        since = self.truth(index, item.moment)
        facts = self.facts(index, item.moment)
        note = "it never begins" if since is ABSENT else "there is no last day"
        note = f"{note}; {facts}" if facts else note
        below = (*self.values(index, (item.moment,)), self.condition(index, item.judged))
        in_time = {True: "false", False: "true", None: "unknown"}[late]
        return Why("deadline", f"promptly after {words(item.moment)}", in_time, note, children=below)

    # --- lists ------------------------------------------------------------------------------------

    def _over_items(self, index: int, expr: ex.Quantified, at: AtHand) -> tuple[str, tuple[Why, ...]]:
        """How many items make it so, and the first of them: those that make `some` true or `every`
        false; where it is open, those of which it is not known."""
        listed = self.truth(index, expr.over, at)
        if listed is None:
            return self.facts(index, expr.over, at), ()
        inner = [at.with_(expr.variable, item, _item(expr.over)) for item in listed]
        truths = [self.truth(index, expr.body, each) for each in inner]
        settles = expr.kind == "some"
        telling = settles if settles in truths else None if None in truths else not settles
        chosen = [place for place, truth in enumerate(truths) if truth is telling]
        if (
            telling is not settles
            and telling is not None
            and len(listed) not in range(1, _MOST_ITEMS + 1)
        ):
            return _of_all(expr.kind, len(listed)), ()  # each of them is alike
        made = []
        for place in chosen[:_MOST_ITEMS]:
            below = tuple(self.conditions(index, expr.body, telling, inner[place]))
            text = f"item {place + 1} of {len(listed)} of {words(expr.over)}"
            made.append(Why("item", text, WORDS[telling], value_words(listed[place]), children=below))
        more = len(chosen) - len(made)
        return f"{more} more like these" if more > 0 else "", tuple(made)

    # --- values -----------------------------------------------------------------------------------

    def values(self, index: int, several: Iterable[ex.Expr], at: AtHand = NOTHING) -> Iterator[Why]:
        """What was worked out for each of several values, with what it was worked out of."""
        for expr in several:
            yield from self._value(index, expr, at)

    def _value(self, index: int, expr: ex.Expr, at: AtHand) -> Iterator[Why]:
        match expr:
            case ex.Literal() | ex.FactRef() | ex.DayOfUse() | ex.Variable():
                return
            case ex.SetOf(items=items):
                yield from self.values(index, items, at)
                return
            case ex.Compare() | ex.Not() | ex.And() | ex.Or() | ex.Quantified() | ex.Shown():
                yield self.condition(index, expr, at)
                return
        value = self.truth(index, expr, at)
        said = "is not known" if value is None else f"is {value_words(value)}"
        more, below = self._made_of(index, expr, at)
        yield Why(
            "value", words(expr), "unknown" if value is None else "true", said + more, children=below
        )

    def _made_of(self, index: int, expr: ex.Expr, at: AtHand) -> tuple[str, tuple[Why, ...]]:
        """What a value was worked out of: how, in words that follow the value, and the parts."""
        match expr:
            case ex.DefinitionRef(name=name):
                if not self._first(index, name):
                    return "", ()
                return self._defined(index, self._found(index, name).body, NOTHING)
            case ex.Call():
                found, inner = self._given(index, expr, at)
                return self._defined(index, found.body, inner)
            case ex.Conditional(condition=test, then=then, otherwise=otherwise):
                holds = self.truth(index, test, at)
                arms = {True: (then,), False: (otherwise,), None: (then, otherwise)}[holds]
                return "", (self.condition(index, test, at), *self.values(index, arms, at))
            case ex.Aggregate():
                return self._totalled(index, expr, at)
            case ex.InZone(ex.Arithmetic() as moved, keeps=True):
                return "", tuple(self.values(index, ex.children(moved), at))
            case ex.Compare() | ex.Not() | ex.And() | ex.Or() | ex.Quantified() | ex.Shown():
                return "", self.condition(index, expr, at).children
        return "", tuple(self.values(index, ex.children(expr), at))

    def _defined(self, index: int, body: ex.Expr, at: AtHand) -> tuple[str, tuple[Why, ...]]:
        """What the value of a definition was worked out of, and by which formula, if it is short."""
        more, below = self._made_of(index, body, at)
        formula = words(body) if isinstance(body, _FORMULAS) else ""
        return f"{more}: {formula}" if 0 < len(formula) <= _SHORT else more, below

    def _totalled(self, index: int, expr: ex.Aggregate, at: AtHand) -> tuple[str, tuple[Why, ...]]:
        """Of how many items a sum, a count or the greatest is made, and the first of them; where it is
        open, those of which it is not known."""
        listed = self.truth(index, expr.over, at)
        if listed is None:
            return "", tuple(self.values(index, (expr.over,), at))
        kind = _item(expr.over)
        inner = [at.with_(expr.variable, each, kind) for each in listed]
        items = []
        for each in inner:
            counts = True if expr.where is None else self.truth(index, expr.where, each)
            read = (expr.value, expr.by, expr.per) if counts else (None, None, None)
            found = (None if one is None else self.truth(index, one, each) for one in read)
            items.append(Item(counts, *found))
        chosen = telling(expr, items, self.truth(index, expr, at))
        made = []
        for place in chosen[:_MOST_ITEMS]:
            counts = items[place].counts
            text = f"item {place + 1} of {len(listed)} of {words(expr.over)}"
            below = (
                tuple(self.values(index, filter(None, (expr.value,)), inner[place]))
                if counts
                else tuple(self.conditions(index, expr.where, None, inner[place]))
            )
            note = value_words(listed[place])
            made.append(Why("item", text, WORDS[counts], note, children=below))
        return of_how_many(items, chosen, len(chosen) - len(made)), tuple(made)

    # --- facts ------------------------------------------------------------------------------------

    def facts(self, index: int, expr: ex.Expr, at: AtHand = NOTHING) -> str:
        use = self.findings.use
        known, zone = use.facts, self.findings.linked.documents[index].policy.zone
        notes = []
        fields = self.reads.judged(index, (expr,)) if not at.values else frozenset[str]()
        for path in sorted(self.reads.of(index, (expr,))):
            value: Any = known.get(path) if path != v.DAY_OF_USE else day_in(use.as_of, zone)
            said = "is not known" if value is None else f"is {value_words(value)}"
            mine = path in self._judged or any(in_fact(path, each) for each in fields)
            note = " (a judgement)" if mine else ""
            note += " (presumed)" if path in self.findings.use.presumed else ""
            if name := v.name_in_text(path):
                notes.append(_read(name, value))
                continue
            whose = beside(path, self.findings.use.weighed)
            notes.append(f"{path} {said}{note}{whose}")
        for each in dict.fromkeys(part for part in parts(expr) if isinstance(part, ex.Variable)):
            if each.name in at.values and not isinstance(v.bare(each.type), v.Record | v.ListOf):
                value = self.truth(index, each, at)
                said = "is not known" if value is None else f"is {value_words(value)}"
                note = " (a judgement)" if _is_judged(at.kinds.get(each.name), each.field) else ""
                notes.append(f"{words(each)} {said}{note}")
        return "; ".join(notes)


def _read(name: str, reading: str | None) -> str:
    """How a text is read."""
    return f"it is open how {name} is read" if reading is None else f"{name} is read as {reading}"


def _item(over: ex.Expr) -> v.Type:
    kind = v.bare(getattr(over, "type", v.Boolean()))
    return kind.item if isinstance(kind, v.ListOf) else kind


def _is_judged(kind: v.Type | None, path: str) -> bool:
    """Whether a field of a record is judged."""
    if not isinstance(kind, v.Record):
        return False
    leaves = v.Vocabulary("", facts=kind.fields).leaves()
    return any(leaf.judged and in_fact(leaf.path, path) for leaf in leaves)


def _items(count: int) -> str:
    return "1 item" if count == 1 else f"{count} items"


def _of_all(kind: str, count: int) -> str:
    if not count:
        return "the list is empty"
    return f"{'none' if kind == 'some' else 'all'} of {_items(count)}"
