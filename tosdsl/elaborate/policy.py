"""One document: its surface tree to typed provisions, every mistake in it noted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, cast

from attrs import define, evolve, field

from tosdsl.base import limits
from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, enough, mistake
from tosdsl.diagnostics.wordings import NO_EXCEPTION
from tosdsl.diagnostics.zones import misread_in_zone
from tosdsl.elaborate.definitions import elaborate_definitions, read_of_vocabularies
from tosdsl.elaborate.expressions import Typer
from tosdsl.elaborate.interpretations import interpretations_of
from tosdsl.elaborate.ladder import elaborate_ladder
from tosdsl.elaborate.memory import Asked, Declared, Memory, Provision, Provisions
from tosdsl.elaborate.obligations import owed
from tosdsl.elaborate.orders import Orders
from tosdsl.elaborate.others import (
    documents_over,
    incorporations,
    presumptions_of,
    routes_of,
    unless_routed,
)
from tosdsl.elaborate.properties import elaborate_property
from tosdsl.elaborate.scenarios import elaborate_scenario
from tosdsl.elaborate.states import States, with_read
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v
from tosdsl.trees.lazy import moved, only, sequence, shifted, with_lines
from tosdsl.trees.zones import misnamed

BEARERS = ("customer", "provider")


def elaborate_policy(
    unit: s.Policy,
    vocabulary: v.Vocabulary,
    lost: frozenset[str],
    problems: list[Diagnostic],
    known: Provisions | None = None,
) -> n.Policy:
    """The policy. ``lost`` holds the words of what could not be read: they are not missed.

    ``known`` is what was made of the clauses and sections of an earlier text. It is filled anew.
    """
    header = unit.header
    provider = header.provider.text if header.provider else None
    several = interpretations_of(unit, vocabulary, problems)
    vocabulary = evolve(vocabulary, interpretations=several) if several else vocabulary
    typer = Typer(vocabulary, provider, lost, problems, zone=_zone(header.zone, problems))
    work = _Elaboration(unit, typer, lost, problems, Memory(known))
    work.provider_is_known(vocabulary)
    work.scenarios_differ()
    before = len(problems)
    work.declare()
    work.memory.is_of_use = len(problems) == before
    definitions = elaborate_definitions(unit, typer, work.of_definition, problems)
    stance = header.default.value if header.default else None
    work.memory.begin(typer, (unit.name.text, stance))
    routes = tuple(routes_of(unit, typer, problems))
    root = unless_routed(work.root(), routes)
    work.unused_exceptions()
    made = n.Policy(
        unit.name.text,
        header.version.value if header.version else None,
        header.title.value if header.title else None,
        provider,
        header.effective_from.value if header.effective_from else None,
        header.effective_until.value if header.effective_until else None,
        header.recorded.value if header.recorded else None,
        header.source.value if header.source else None,
        tuple(note.value for note in header.notes),
        root,
        vocabulary,
        definitions,
        tuple(work.orders.made),
        incorporations(unit, typer),
        documents_over(unit, problems),
        tuple(work.cases(s.Scenario, elaborate_scenario)),
        elaborate_ladder(unit, work.kinds, lost, problems),
        span=unit.name.span,
        routes=routes,
        properties=tuple(work.cases(s.Property, elaborate_property)),
        presumptions=presumptions_of(unit),
        zone=typer.zone,
    )
    work.memory.done()
    if vocabulary.definitions:
        made = evolve(made, definitions=(*read_of_vocabularies(made), *definitions))
    return with_read(made, typer, problems)


def vocabulary_with_definitions(
    unit: s.Vocabulary, vocabulary: v.Vocabulary, lost: frozenset[str], problems: list[Diagnostic]
) -> v.Vocabulary:
    """The vocabulary with the definitions that stand in it, behind those of the ones that it uses.

    They are typed once, whoever uses them, so they read nothing that is of a document.
    """
    items = tuple(only(unit.items, s.Define))
    if not items:
        return vocabulary
    typer = Typer(vocabulary, None, lost, problems, shared=True)
    as_policy = s.Policy(unit.name, items=items, span=unit.span)
    work = _Elaboration(as_policy, typer, lost, problems, Memory(None))
    work.declare()
    made = elaborate_definitions(as_policy, typer, work.of_definition, problems)
    own = (evolve(each, vocabulary=unit.name.text) for each in made)
    return evolve(vocabulary, definitions=(*vocabulary.definitions, *own))


def scenarios_of(
    unit: s.Policy, vocabulary: v.Vocabulary
) -> Callable[[s.Scenario, list[Diagnostic]], n.Scenario]:
    """What elaborates scenarios that stand outside the policy's text, by the names of the policy.

    What is wrong with the policy itself is not said again.
    """
    of_policy: list[Diagnostic] = []
    several = interpretations_of(unit, vocabulary, of_policy)
    vocabulary = evolve(vocabulary, interpretations=several) if several else vocabulary
    provider = unit.header.provider
    typer = Typer(
        vocabulary,
        provider.text if provider else None,
        frozenset(),
        of_policy,
        zone=_zone(unit.header.zone, of_policy),
    )
    work = _Elaboration(unit, typer, frozenset(), of_policy, Memory(None))
    work.declare()
    elaborate_definitions(unit, typer, work.of_definition, of_policy)

    def elaborated(item: s.Scenario, problems: list[Diagnostic]) -> n.Scenario:
        of_policy.clear()
        made = elaborate_scenario(item, unit.name.text, work.kinds, typer, of_policy)
        problems += of_policy
        return made

    return elaborated


def _zone(name: s.Name | None, problems: list[Diagnostic]) -> str | None:
    """The zone that a header names; None, reported, if there is none such."""
    wrong = misnamed(name.text) if name is not None else None
    if name is None or wrong is None:
        return None if name is None else name.text
    words = (wrong.zone, wrong.clock, wrong.instead, wrong.near)
    problems.append(misread_in_zone(wrong.reason, name.span, *words))
    return None


@define
class _Elaboration:
    unit: s.Policy
    typer: Typer
    lost: frozenset[str]
    problems: list[Diagnostic]
    memory: Memory
    kinds: dict[str, str] = field(factory=dict)
    """Everything a clause id can name: section, prohibition, permission, exception."""
    _elsewhere: dict[str, Span] = field(factory=dict)
    """Of these, those of vocabularies' definitions, with their places."""
    orders: Orders = field(init=False)
    _standalone: dict[str, s.ExceptionNode] = field(factory=dict)
    _lies_in: dict[str, tuple[str, ...]] = field(factory=dict)
    """For each stand-alone exception, the sections with a scope around it, the outermost first."""
    _scopes: dict[str, s.Expr] = field(factory=dict)
    """Those of the sections in which stand-alone exceptions lie."""
    _around: tuple[str, ...] = ()
    """Of these, the sections around what is elaborated now."""
    _built: dict[tuple[str, tuple[str, ...]], n.ExceptionNode | None] = field(factory=dict)
    _open: list[str] = field(factory=list)
    _used: set[str] = field(factory=set)
    _depth: int = 0
    """Sections, and clauses, that are being made for the first time around the place."""
    _sizes: dict[str, int] = field(factory=dict)
    _declared: list[tuple[Declared, int]] = field(factory=list)
    """Of each item, the ids that it declares, and how many lines it has moved since it was read."""

    def __attrs_post_init__(self) -> None:
        self.orders = Orders(self.unit.name.text, self.kinds, self.lost, self.problems)
        self.typer.states = States(self.unit.name.text, self.kinds)

    def _report(self, code: str, span: Span, near: Any = None, **words: object) -> None:
        self.problems.append(mistake(code, span, None if enough(self.problems) else near, **words))

    # --- the header and the scenarios -------------------------------------------------------------

    def provider_is_known(self, vocabulary: v.Vocabulary) -> None:
        """A provider that is nearly a party of the vocabulary would match nobody's facts."""
        provider = self.unit.header.provider
        parties = [party.name for party in vocabulary.parties]
        if provider is None or provider.text in {*parties, *self.lost}:
            return
        found = mistake("TOS2020", provider.span, (provider.text, parties), name=provider.text)
        if found.near:
            self.problems.append(found)

    def scenarios_differ(self) -> None:
        """Report each scenario or property under a title that another has: one of the two is a copy."""
        first: dict[tuple[str, str], int] = {}
        for item, by in with_lines(self.unit.items):
            if isinstance(item, s.Scenario | s.Property):
                span = shifted(item.title.span, by)
                what = "scenario" if isinstance(item, s.Scenario) else "property"
                line = first.setdefault((what, item.title.value), span.line)
                if line != span.line:
                    title = f'"{item.title.value}"'
                    self._report("TOS2021", span, what=what, title=title, line=line)

    def cases(self, kind: type[s.Scenario | s.Property], make: Callable[..., Any]) -> Iterator[Any]:
        """Scenarios, or properties: those of before where they are as they were."""
        for item, by in with_lines(self.unit.items):
            if not isinstance(item, kind):
                continue
            found = self.memory.found(item, by, self.lost, self.kinds, {})
            if found is not None:
                self.typer.states.read |= found.states
                yield self.memory.here(found, by)
                continue
            asked, before = Asked(self.kinds), len(self.problems)
            with self.typer.states.noting(id(item)):
                made = make(moved(item, by), self.unit.name.text, asked, self.typer, self.problems)
            if len(self.problems) == before:
                states, kinds = self.typer.states.since(id(item))
                kinds = {**asked.answers, **kinds}
                self.memory.note(Provision(item, by, made, (), {}, kinds, self.lost, states))
            yield made

    # --- sections and norms -----------------------------------------------------------------------

    def declare(self) -> None:
        """Note what each id names, before anything refers to it."""
        for each in self.typer.vocabulary.definitions:
            if each.exceptions:
                self._elsewhere[each.name] = each.span
                self.kinds[each.name] = "definition"
                self._inherit(each.exceptions)
        for item, by in with_lines(self.unit.items):
            known = self.memory.declared(item)
            if known is not None and self.kinds.keys().isdisjoint(known.kinds):
                self.kinds.update(known.kinds)
                self._declared.append((known, by))
                continue
            found, before = Declared(item), len(self.problems)
            self._declared.append((found, by))
            self._declare((item,), {})
            self.kinds.update(found.kinds)
            if len(self.problems) == before:
                self.memory.note_declared(found)

    def _inherit(self, exceptions: tuple[n.ExceptionNode, ...]) -> None:
        """Note the exceptions of a definition of a vocabulary."""
        for each in exceptions:
            self._elsewhere[each.id] = each.span
            self.kinds[each.id] = "exception"
            self._inherit(each.exceptions)

    def of_definition(self, item: s.Define) -> tuple[n.ExceptionNode, ...]:
        """The exceptions of a definition. Built anew each time: what they read may have had to wait."""
        self._built.clear()
        return self._not_too_many(item.name, self._exceptions(item.name.text, item.exceptions))

    def root(self) -> n.Section:
        """The policy itself as the root section, with everything below it."""
        self._built.clear()
        header = self.unit.header
        stance = header.default
        if stance is None and not self.lost:
            self._report("TOS1017", self.unit.name.span)
        default = _modality(stance.value if stance else "permit")
        return self._section(
            "", None, None, header.scope, default, self.unit.items, self.unit.name.span
        )

    def _declare(self, items: tuple[s.PolicyItem, ...], around: Mapping[str, s.Expr]) -> None:
        for item in items:
            match item:
                case s.Section():
                    self._declare_one(item.name, "section")
                    own = {item.name.text: item.scope} if item.scope is not None else {}
                    self._declare(item.items, {**around, **own})
                case s.Define(exceptions=exceptions) if exceptions:
                    if self._declare_one(item.name, "definition"):
                        self._declare_exceptions(item.name.text, exceptions)
                case s.Norm():
                    kind = n.NOUNS[item.modality]
                    if self._declare_one(item.name, kind):
                        self._declare_exceptions(item.name.text, item.exceptions)
                case s.Standalone(node=node):
                    if self._declare_one(node.name, "exception"):
                        self._standalone[node.name.text] = node
                        self._lies_in[node.name.text] = tuple(around)
                        self._scopes |= around
                        self._declare_exceptions(node.name.text, node.exceptions)
                case _:
                    pass

    def _declare_one(self, name: s.Name, kind: str, id_: str | None = None) -> bool:
        key = id_ or name.text
        found, by = self._declared[-1]
        if (first := self._elsewhere.get(key)) is not None:
            file = f" of {first.file}" if first.file != name.span.file else ""
            words = {"name": key, "line": first.line, "file": file}
            self._report("TOS2004", shifted(name.span, by), None, **words)
            return False
        if key in self.kinds or key in found.kinds:
            line = next(each.lines[key] + more for each, more in self._declared if key in each.lines)
            self._report("TOS2004", shifted(name.span, by), name=key, line=line, file="")
            return False
        found.lines[key] = name.span.line
        found.kinds[key] = kind
        return True

    def _declare_exceptions(
        self, owner: str, exceptions: tuple[s.ExceptionNode | s.ExceptionRef, ...]
    ) -> None:
        for node in exceptions:
            id_ = f"{owner}.{node.name.text}"
            if isinstance(node, s.ExceptionNode) and self._declare_one(node.name, "exception", id_):
                self._declare_exceptions(id_, node.exceptions)

    def _section(
        self,
        id_: str,
        at: str | None,
        description: str | None,
        scope: s.Expr | None,
        default: n.Stance,
        items: tuple[s.PolicyItem, ...],
        span: Span,
        bearer: str = "customer",
    ) -> n.Section:
        typed = self.typer.condition(scope) if scope is not None else None
        around = self._around
        self._around += (id_,) if id_ in self._scopes else ()
        norms: list[n.Norm] = []
        lines: list[int] = []
        sections: list[n.Section] = []
        for item, by in with_lines(items):
            if isinstance(item, s.Norm):
                norm, moved_by = self._remembered(item, by, bearer, default)
                norms.append(norm)
                lines.append(moved_by)
            elif isinstance(item, s.Section):
                section, moved_by = self._remembered(item, by, bearer, default)
                sections.append(_section_moved(section, moved_by))
        self._around = around
        permits = any(norm.modality == "permit" for norm in norms)
        if default == "forbid" and not permits and not self.lost:
            self._report("TOS3010", span, name=id_ or self.unit.name.text)
        inner = sequence(norms, lines)
        return n.Section(id_, at, description, typed, default, inner, tuple(sections), span=span)

    def _remembered(self, item: Any, by: int, bearer: str, default: n.Stance) -> tuple[Any, int]:
        """What a clause or a section of the text comes to, and by how many lines it has moved since.

        What was made of it before is taken if nothing that it leans on is other than it was.
        """
        if self._depth:  # it stands in a section that is being made
            return self._made(item, bearer, default), 0
        found = self.memory.found(item, by, self.lost, self.kinds, self._standalone)
        if found is not None:
            self._used |= found.exceptions.keys()
            self.typer.states.read |= found.states
            self.orders.made += moved(found.precedences, by - found.by)
            return found.made, by - found.by
        before, first = len(self.problems), len(self.orders.made)
        used, self._used, self.orders.asked = self._used, set(), {}
        self._depth += 1
        with self.typer.states.noting(id(item)):
            made = self._made(moved(item, by), bearer, default)
        self._depth -= 1
        if len(self.problems) == before:
            exceptions = {each: self._standalone.get(each) for each in self._with_inner(self._used)}
            said = tuple(self.orders.made[first:])
            states, kinds = self.typer.states.since(id(item))
            kinds = {**self.orders.asked, **kinds}
            self.memory.note(Provision(item, by, made, said, exceptions, kinds, self.lost, states))
        self._used |= used
        return made, 0

    def _with_inner(self, names: Collection[str]) -> set[str]:
        """These exceptions that stand alone, and those that they name in turn."""
        found = set(names)
        todo: list[Any] = [self._standalone.get(name) for name in names]
        while todo:
            match todo.pop():
                case s.ExceptionNode(exceptions=exceptions):
                    todo += exceptions
                case s.ExceptionRef(name=name) if name.text not in found:
                    found.add(name.text)
                    todo.append(self._standalone.get(name.text))
        return found

    def _made(self, item: s.Norm | s.Section, bearer: str, default: n.Stance) -> Any:
        """A clause or a section, elaborated."""
        if isinstance(item, s.Norm):
            return self._norm(item, bearer)
        own = _modality(item.default.value) if item.default else default
        return self._section(
            item.name.text,
            item.at,
            item.description,
            item.scope,
            own,
            item.items,
            item.name.span,
            self._bearer(item.bearer) or bearer,
        )

    def _bearer(self, name: s.Name | None) -> str | None:
        """Whom a clause binds: a party, ``customer`` or ``provider``."""
        if name is None:
            return None
        if name.text in BEARERS:
            return name.text
        return name.text if self.typer.check(name, v.Party(), "`bearer`") else None

    def _norm(self, item: s.Norm, bearer: str) -> n.Norm:
        id_ = item.name.text
        if item.modality == "require" and item.must is None and not self.lost:
            self._report("TOS1042", item.name.span, name=id_)
        when = self.typer.condition(item.when) if item.when is not None else None
        self.orders.note(item)
        provisos = self._provisos(item.provisos)
        exceptions = self._not_too_many(item.name, self._exceptions(id_, item.exceptions))
        must, on, deadline = owed(item, self.typer)
        return n.Norm(
            _modality(item.modality),
            id_,
            item.at,
            item.description,
            when,
            provisos,
            exceptions,
            must,
            deadline,
            self._bearer(item.bearer) or bearer,
            span=item.name.span,
            shown=item.shown,
            on=on,
        )

    def _provisos(self, provisos: tuple[s.Expr, ...]) -> tuple[ex.Expr, ...]:
        made = (self.typer.condition(proviso) for proviso in provisos)
        return tuple(proviso for proviso in made if proviso is not None)

    # --- exceptions -------------------------------------------------------------------------------

    def _exceptions(
        self, owner: str, exceptions: tuple[s.ExceptionNode | s.ExceptionRef, ...]
    ) -> tuple[n.ExceptionNode, ...]:
        made: list[n.ExceptionNode] = []
        names: dict[str, int] = {}
        for node in exceptions:
            line = names.setdefault(node.name.text, node.name.span.line)
            if isinstance(node, s.ExceptionRef) and line != node.name.span.line:
                self._report("TOS2004", node.name.span, name=node.name.text, line=line, file="")
                continue
            built = (
                self._referenced(node)
                if isinstance(node, s.ExceptionRef)
                else self._exception(f"{owner}.{node.name.text}", node)
            )
            if built is not None:
                made.append(built)
        return tuple(made)

    def _referenced(self, ref: s.ExceptionRef) -> n.ExceptionNode | None:
        name = ref.name.text
        self._used.add(name)
        if name not in self._standalone:
            if self.typer.shared:
                what = f"name `{name}`, an exception that stands alone"
                self.typer.not_shared(ref.name.span, what, NO_EXCEPTION)
            elif name not in self.lost:
                self._report("TOS3002", ref.name.span, (name, self._standalone), name=name)
                self._used.update(self.problems[-1].near)  # it is one of these that was meant
            return None
        if name in self._open:
            cycle = [*self._open[self._open.index(name) :], name]
            self._report("TOS3007", ref.name.span, cycle=" → ".join(cycle))
            return None
        if len(self._open) >= limits.MAX_NESTING:
            self._report("TOS5002", ref.name.span, limit=limits.MAX_NESTING)
            return None
        key = name, self._around
        if key not in self._built:
            around = self._around
            beyond = tuple(each for each in self._lies_in[name] if each not in around)
            self._around += beyond
            self._open.append(name)
            with self.typer.states.noting(key):
                built = self._exception(name, self._standalone[name])
            self._built[key] = None if built is None else self._within(beyond, built)
            self._open.pop()
            self._around = around
        self.typer.states.again(key)
        found = self._built[key]
        return evolve(found, shown=True) if found is not None and ref.shown else found

    def _within(self, sections: tuple[str, ...], node: n.ExceptionNode) -> n.ExceptionNode:
        """The exception of a clause outside of these sections: their scopes are conditions too.

        What is wrong with a scope is reported at its section.
        """
        before = len(self.problems)
        scopes = [self.typer.condition(self._scopes[each]) for each in sections]
        del self.problems[before:]
        known = [each for each in scopes if each is not None]
        if not known:
            return node
        own = node.when.items if isinstance(node.when, ex.And) else (node.when,)
        return evolve(node, when=ex.And((*known, *own), span=node.when.span))

    def _not_too_many(
        self, name: s.Name, exceptions: tuple[n.ExceptionNode, ...]
    ) -> tuple[n.ExceptionNode, ...]:
        """The exceptions of a clause, none if there are too many: written out, sharing multiplies."""
        if sum(map(self._size, exceptions)) <= limits.MAX_EXCEPTIONS:
            return exceptions
        self._report("TOS5013", name.span, name=name.text, limit=limits.MAX_EXCEPTIONS)
        return ()

    def _size(self, node: n.ExceptionNode) -> int:
        """How many exceptions there are from this one down."""
        known = self._sizes.get(node.id)
        if known is None:
            known = self._sizes[node.id] = 1 + sum(map(self._size, node.exceptions))
        return known

    def _exception(self, id_: str, node: s.ExceptionNode) -> n.ExceptionNode | None:
        when = self.typer.condition(node.when) if node.when is not None else None
        if node.when is None and not self.lost:
            self._report("TOS3006", node.name.span, name=node.name.text)
        provisos = self._provisos(node.provisos)
        exceptions = self._exceptions(id_, node.exceptions)
        if when is None:
            return None
        return n.ExceptionNode(
            id_,
            node.at,
            node.description,
            when,
            provisos,
            exceptions,
            span=node.name.span,
            shown=node.shown,
        )

    def unused_exceptions(self) -> None:
        """Report each stand-alone exception that nothing refers to."""
        for name, node in self._standalone.items():
            if name not in self._used and not self.lost:
                self._report("TOS3003", node.name.span, name=name)


def _section_moved(section: n.Section, by: int) -> n.Section:
    """A section so many lines further down; its clauses are moved when they are touched."""
    if not by:
        return section
    return evolve(
        section,
        scope=moved(section.scope, by),
        norms=sequence(section.norms, [by] * len(section.norms)),
        sections=tuple(_section_moved(each, by) for each in section.sections),
        span=shifted(section.span, by),
    )


def _modality(word: str) -> Any:
    return cast(n.Modality, word)
