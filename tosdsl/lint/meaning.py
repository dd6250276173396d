"""What only all uses show: each check is a question to the analysis, answered by a use or by a proof.

A finding is made only of an answer. What could be neither shown nor proved is listed in ``unsettled``.
Every use that is shown has been put to the documents. The work is bounded by steps and questions, not
by a clock, so that a run can be repeated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import combinations

from attrs import define, evolve, field

from tosdsl.analysis import claims as c
from tosdsl.analysis.claims import Claim
from tosdsl.analysis.engine import Analysis, Answer, Proof, Unknown, Witness
from tosdsl.analysis.sides import Side
from tosdsl.analysis.solver.terms import GIVE_A_DAY
from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.engine.presuming import said_by
from tosdsl.facts.read import read_facts
from tosdsl.lint.deciding import MOST_STEPS, force_of, in_force, less, local, shown
from tosdsl.lint.dividing import divisions, left_open, of_an_item
from tosdsl.lint.model import Finding, Open, Shown
from tosdsl.lint.opening import openings
from tosdsl.lint.written import Written, expressions
from tosdsl.lower.nodes import Node, Table
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees import surface as s
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Facts
from tosdsl.trees.moments import DAY_OF_USE, day_of
from tosdsl.trees.versions import in_force as in_force_on
from tosdsl.trees.walk import parts
from tosdsl.trees.wording import words

MOST_QUESTIONS = 20_000
"""Questions about one policy; what is asked after them is unsettled."""

MOST_USES = 5
"""Uses that show conflicts of one permission; all that a use shows are named."""


@define
class Meaning:
    """The checks of one policy, the first of the documents. ``stated``: ids of sections that state a
    default of their own."""

    linked: n.Linked
    stated: frozenset[str] = frozenset()
    found: list[Finding] = field(factory=list)
    unsettled: dict[Open, None] = field(factory=dict)
    asked: int = 0
    analysis: Analysis = field(init=False)
    _hopeless: set[int] = field(factory=set)
    """Conditions, by identity, that are told of already as never true."""
    _told: set[int] = field(factory=set)
    """Conditions, by identity, in which something is told of already."""
    _idle: set[str] = field(factory=set)
    """Exceptions, by full id, that are told of already: so are their provisos."""
    _alive: set[str] = field(factory=set)
    """Exceptions, by local id, that can apply to some clause, if not to all that have them."""

    def __attrs_post_init__(self) -> None:
        self.analysis = Analysis.of(self.linked, most=MOST_STEPS)

    @property
    def policy(self) -> n.Policy:
        return self.linked.documents[0].policy

    @property
    def side(self) -> Side:
        return self.analysis.sides[0]

    def run(self) -> list[Finding]:
        """All checks. What a cause explains is not told of again."""
        for each in expressions(self.policy):
            if each.kind != "deadline" and not _has_parameters(self.policy, each):
                self._condition(each, each.expr)
            self._divisions(each)
        dead: set[n.NormKey] = set()
        for table in self.side.nodes.tables:
            if table.document == 0:
                self._section(table, (), dead)
        self._incorporations()
        for key, node in self.side.nodes.norms.items():
            if key[0] == 0 and node.binds and key not in dead and self._clause(node):
                self._exceptions(node, node)
                self._provisos(node)
        self._conflicts()
        self._openings()
        alive = {f"{self.policy.id}#{each}" for each in self._alive}
        self.found = [f for f in self.found if f.code != "TOS7003" or f.subject not in alive]
        return self.found

    # --- conditions -----------------------------------------------------------------------------

    def _condition(self, of: Written, expr: ex.Expr) -> None:
        """The outermost condition that facts cannot make false, or cannot make true."""
        if not _is_made_of_conditions(expr):
            for each in _cases(expr):
                self._condition(of, each)
            return
        part = self.side.condition(expr)
        whole = isinstance(expr, ex.Compare)
        if isinstance(expr, ex.Not):  # `a is not b` is one condition
            whole = expr.item.span == expr.span
        if whole or not isinstance(expr, ex.Not):
            if self._proved(of.subject, "TOS7009", expr.span, c.is_false(part)):
                self._told.add(id(of.expr))
                self._tell(of.subject, mistake("TOS7009", expr.span))
                return
            if self._proved(of.subject, "TOS7010", expr.span, c.is_true(part)):
                self._hopeless.add(id(expr))
                self._told.add(id(of.expr))
                self._tell(of.subject, mistake("TOS7010", expr.span))
                return
        for each in _cases(expr) if whole else ex.children(expr):
            self._condition(of, each)

    def _divisions(self, of: Written) -> None:
        """Each division by what may be zero, with a use that shows what it leaves open."""
        inside = _has_parameters(self.policy, of)
        for each in divisions(of.expr):
            problem = mistake("TOS7021", each.span, text=words(each), divisor=words(each.right))
            if inside or of_an_item(each):
                self._tell(of.subject, problem)
                continue
            answer = self._ask(problem, of.subject, left_open(self.side, of.expr, each))
            if isinstance(answer, Witness):
                title = f"{of.subject} divides by zero"
                self._tell(of.subject, problem, shown(self.linked, answer, title))

    def _openings(self) -> None:
        """What is presumed, or has to be shown, and makes an open question a permission."""
        governing = in_force_on(self.linked, None, None)
        for each in openings(self.linked, governing, self.analysis, self._scenarios):
            said = f"`{each.what}` is presumed"
            if each.is_burden:
                said = f"What `{each.what}` needs is not met unless it is shown"
            use = shown(self.linked, Witness(each.facts, False, ("permitted",)), f"{each.what} opens")
            self._tell(each.what, mistake("TOS7022", each.span, what=said), use)

    # --- sections ---------------------------------------------------------------------------------

    def _section(self, table: Table, around: tuple[int, ...], dead: set[n.NormKey]) -> None:
        scopes = (*around, table.scope)
        scope = self.analysis.space.every(scopes)
        section = table.section
        name = f"`{section.id}`" if section.id else "this policy"
        never = c.is_true(scope)
        if section.scope is not None and self._proved(section.id, "TOS7006", section.span, never):
            if id(section.scope) not in self._hopeless:
                self._tell(section.id, mistake("TOS7006", section.span, name=name))
            dead |= {(table.document, norm.id) for norm in section.all_norms()}
            return
        norms = [*table.forbids, *table.permits]
        if norms and table.stance is not None and (not section.id or section.id in self.stated):
            some = self.side.section_part(norms)
            default = c.both(c.is_true(scope), c.is_false(some))
            if self._proved(section.id, "TOS7007", section.span, default):
                self._tell(section.id, mistake("TOS7007", section.span, name=name))
        for inner in table.tables:
            self._section(inner, scopes, dead)

    def _incorporations(self) -> None:
        """Each incorporation whose condition never holds together with the scopes around it, and with
        that of the document that it brings in."""
        whole, *others = self.side.nodes.tables
        for table in others:
            document = self.linked.documents[table.document]
            if document.within != 0 or document.by is None or document.part == n.NOTHING:
                continue
            item = self.policy.incorporations[document.by]
            told = item.when is None or id(item.when) in self._hopeless
            if told or not self._proved(item.policy, "TOS7006", item.span, c.is_true(table.scope)):
                continue
            if self._proved("", "TOS7006", self.policy.span, c.is_true(whole.scope)):
                return  # nothing in this policy ever applies, of which is told already
            name = f"the incorporation of `{item.policy}`"
            self._tell(item.policy, mistake("TOS7006", item.span, name=name))

    # --- clauses and exceptions -------------------------------------------------------------------

    def _clause(self, node: Node) -> bool:
        """Whether the clause can be in force."""
        if not self._never_in_force(node):
            return True
        if not self._explained(node):
            self._tell(local(node), self._never(node))
        return False

    def _never_in_force(self, node: Node) -> bool:
        return self._proved_of(node, _never_code(node), c.is_true(self.side.in_scope(node)))

    def _never(self, node: Node) -> Diagnostic:
        """Says whether its own conditions or what stands against it keep a node from having force."""
        space = self.analysis.space
        holds = space.every((node.scope, node.when, *node.provisos))
        alone = space.every((node.scope, force_of(self.analysis, evolve(node, above=()))))
        code = _never_code(node)
        if self._proved_of(node, code, c.is_true(holds)):
            why = "its conditions and its scope never hold together"
        elif node.above and not self._proved_of(node, code, c.is_true(alone)):
            why = "wherever its conditions hold, a clause that prevails over it is in force"
        else:
            why = "wherever its conditions hold, an exception applies"
        if node.kind != "except":
            return mistake("TOS7002", node.written.span, name=local(node), why=why)
        return mistake("TOS7003", node.written.span, name=local(node), why=why)

    def _explained(self, node: Node) -> bool:
        """Whether one of its own conditions is told of as never true."""
        own = [node.written.when, *node.written.provisos]
        return any(id(each) in self._hopeless for each in own if each is not None)

    def _exceptions(self, clause: Node, node: Node) -> None:
        force = self.side.in_scope(clause)
        live = []
        for each in node.exceptions:
            if self._never_in_force(each):
                self._idle |= {inner.id for inner in each.walk()}
                if not self._explained(each):
                    self._tell(local(each), self._never(each))
                continue
            live.append(each)
            self._alive.add(local(each))
            without = force_of(self.analysis, less(clause, each))
            without = self.analysis.space.every((clause.scope, without))
            if self._same(each, "TOS7004", each.written.span, force, without):
                self._idle |= {inner.id for inner in each.walk()}
                self._changes_nothing(clause, each)
                continue
            self._exceptions(clause, each)
        for one, other in combinations(live, 2):
            self._overlap(clause, one, other)
            self._overlap(clause, other, one)

    def _changes_nothing(self, clause: Node, each: Node) -> None:
        problem = mistake("TOS7004", each.written.span, name=local(each), clause=local(clause))
        answer = self._ask(problem, local(each), c.is_true(self.side.in_scope(each)))
        use = None
        if isinstance(answer, Witness):
            use = shown(self.linked, answer, f"{local(each)} changes nothing", in_force(each))
        self._tell(local(each), problem, use)

    def _overlap(self, clause: Node, one: Node, other: Node) -> None:
        """An exception that applies where another would, whose proviso fails."""
        written = other.written
        new = [part for part in other.provisos if part not in one.provisos and part != one.when]
        if not new or not isinstance(written, n.ExceptionNode):
            return
        fails = c.some(c.is_false(part) for part in new)
        applies = self.analysis.space.every((clause.scope, clause.when, *clause.provisos))
        claim = c.every((c.is_true(applies), c.is_true(one.force), c.is_true(other.when), fails))
        problem = mistake("TOS7008", one.written.span, name=_last(one), other=_last(other))
        subject = f"{local(one)} {_last(other)}"
        answer = self._ask(problem, subject, claim)
        if isinstance(answer, Witness):
            title = f"{local(one)} excuses what fails the proviso of {_last(other)}"
            self._tell(subject, problem, shown(self.linked, answer, title, in_force(one)))

    def _provisos(self, clause: Node) -> None:
        """Each proviso of the clause and of its exceptions."""
        force = self.side.in_scope(clause)
        for node in clause.walk():
            for at, expr in enumerate(node.written.provisos):
                if id(expr) in self._told or node.id in self._idle:
                    continue
                rest = node.provisos[:at] + node.provisos[at + 1 :]
                rest_of_it = _swapped(clause, node, evolve(node, provisos=rest))
                without = force_of(self.analysis, rest_of_it)
                without = self.analysis.space.every((clause.scope, without))
                if self._same(node, "TOS7005", expr.span, force, without):
                    self._tell(local(node), mistake("TOS7005", expr.span, name=local(clause)))

    # --- conflicts --------------------------------------------------------------------------------

    def _conflicts(self) -> None:
        """Pairs that can be in force together, of which one stands in this document."""
        bound = list(self.side.bound())
        forbids = [node for node in bound if node.kind == "forbid"]
        for permit in (node for node in bound if node.kind == "permit"):
            left = [each for each in forbids if 0 in {permit.key[0], each.key[0]}]
            mine = c.is_true(self.side.in_scope(permit))
            for _ in range(MOST_USES):
                theirs = c.some(c.is_true(self.side.in_scope(each)) for each in left)
                answer = self._asked(
                    Open(self._name(permit), "TOS7001", permit.written.span),
                    c.both(mine, theirs),
                    replayed=True,
                )
                if not isinstance(answer, Witness):
                    break
                met = self._met(left, answer)
                for each in met:
                    self._conflict(permit, each, answer)
                left = [each for each in left if each not in met]
                if not met:
                    break

    def _met(self, forbids: Iterable[Node], witness: Witness) -> list[Node]:
        """The prohibitions in force in a use, which has been put to the documents already."""
        several = list(forbids)
        claims = [c.is_true(self.side.in_scope(each)) for each in several]
        met = self.analysis.met(claims, witness.facts)
        return [each for each, true in zip(several, met, strict=True) if true]

    def _conflict(self, permit: Node, forbid: Node, witness: Witness) -> None:
        at = permit if permit.key[0] == 0 else forbid
        name, other = self._name(permit), self._name(forbid)
        problem = mistake("TOS7001", at.written.span, name=name, other=other)
        title = f"{name} and {other} conflict"
        expected = s.ExpectConflict(self._ref(forbid), self._ref(permit))
        subject = f"{permit.id} {forbid.id}"
        self._tell(subject, problem, shown(self.linked, witness, title, expected))

    # --- questions --------------------------------------------------------------------------------

    def _proved(self, subject: str, code: str, span: Span, claim: Claim) -> bool:
        """Whether it is proved that no use meets the claim, for the finding of this code."""
        return isinstance(self._asked(Open(subject, code, span), claim, replayed=False), Proof)

    def _proved_of(self, node: Node, code: str, claim: Claim) -> bool:
        return self._proved(local(node), code, node.written.span, claim)

    def _same(self, node: Node, code: str, span: Span, one: int, other: int) -> bool:
        """Whether two formulas never differ."""
        return one == other or self._proved(local(node), code, span, c.differs(one, other))

    def _ask(self, problem: Diagnostic, subject: str, claim: Claim) -> Answer:
        return self._asked(Open(subject, problem.code, problem.span), claim, replayed=True)

    def _asked(self, question: Open, claim: Claim, *, replayed: bool) -> Answer:
        if claim == c.NEVER:
            return Proof("tables")
        self.asked += 1
        if self.asked > MOST_QUESTIONS:
            answer: Answer = Unknown("more questions than one policy is given")
        else:
            answer = self.analysis.find(claim, replayed=replayed)
            if isinstance(answer, Unknown) and not replayed:  # a use that meets it settles it as well
                answer = self._by_scenario(claim) or self.analysis.find(claim)
        if isinstance(answer, Unknown):
            why = answer.why.replace(GIVE_A_DAY, "")  # what is said of a text is said of every day
            self.unsettled[evolve(question, why=why)] = None
        return answer

    def _by_scenario(self, claim: Claim) -> Witness | None:
        """A use of the policy's own scenarios that meets a claim: what was shown is not open."""
        for facts in self._scenarios:
            if self.analysis.met((claim,), facts)[0]:
                return Witness(facts, smallest=False)
        return None

    @cached_property
    def _scenarios(self) -> list[Facts]:
        """The facts of scenarios with their days, each also with what is presumed besides."""
        linked = self.linked
        presumed = said_by(linked, in_force_on(linked, None, None))
        known = {leaf: each.value for leaf, each in presumed.items() if each is not None}
        given = []
        for each in self.policy.scenarios:
            facts = read_facts(each.given, linked.vocabulary, [])
            day = day_of(each.as_of)
            given.append(facts if day is None else {**facts, DAY_OF_USE: day})
        return [facts for one in given for facts in (one, {**known, **one})]

    # --- what is told -----------------------------------------------------------------------------

    def _tell(self, subject: str, problem: Diagnostic, use: Shown | None = None) -> None:
        self.found.append(Finding(problem, f"{self.policy.id}#{subject}", use))

    def _name(self, node: Node) -> str:
        return local(node) if node.key[0] == 0 else node.id

    def _ref(self, node: Node) -> s.Ref:
        document, _, id_ = node.id.partition("#")
        return s.Ref(None if node.key[0] == 0 else document, None, id_)


def _has_parameters(policy: n.Policy, of: Written) -> bool:
    """Whether it speaks of values that only a call gives."""
    takes = {each.name for each in policy.definitions if each.parameters}
    return of.subject.partition(".")[0] in takes and any(
        isinstance(each, ex.Variable) for each in parts(of.expr)
    )


def _never_code(node: Node) -> str:
    return "TOS7003" if node.kind == "except" else "TOS7002"


def _last(node: Node) -> str:
    return local(node).rpartition(".")[2]


def _swapped(node: Node, old: Node, new: Node) -> Node:
    """The node with another in the place of one in it."""
    if node is old:
        return new
    return evolve(node, exceptions=tuple(_swapped(each, old, new) for each in node.exceptions))


def stated_defaults(unit: s.Policy) -> frozenset[str]:
    """The ids of the sections that state a default of their own."""
    return frozenset(_stated(unit.items, ""))


def _stated(items: Iterable[object], prefix: str) -> Iterator[str]:
    for each in items:
        if isinstance(each, s.Section):
            id_ = f"{prefix}{each.name.text}"
            if each.default is not None:
                yield id_
            yield from _stated(each.items, f"{id_}.")


def _is_made_of_conditions(expr: ex.Expr) -> bool:
    if isinstance(expr, ex.Conditional):
        return isinstance(expr.type, v.Boolean)
    return isinstance(expr, ex.And | ex.Or | ex.Not | ex.Compare)


def _cases(expr: ex.Expr) -> Iterator[ex.Expr]:
    """The conditions on which values hang in a comparison, outside of lists."""
    if isinstance(expr, ex.Conditional):
        yield expr.condition
    if not isinstance(expr, ex.Quantified | ex.Aggregate):
        for each in ex.children(expr):
            yield from _cases(each)
