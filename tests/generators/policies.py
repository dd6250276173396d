"""Libraries that pass elaboration: one vocabulary, and one to three policies that use it.

Out: surface trees, one file each, the vocabulary first. No mistake is in them, and warnings are the
only diagnostics. What keeps orders of clauses free of circles: a later clause prevails over an
earlier one, and a later document over an earlier one. ``subject to everything else`` goes the other
way, and so stands only where nothing else could close a circle.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import define, evolve, field, frozen
from hypothesis import strategies as st

from tests.generators.conditions import Scope, copied, worlds
from tests.generators.drawing import one_of
from tests.generators.facts import BOUNDS, DAYS, PARTIES, ZONES
from tests.generators.states import reading_states
from tests.generators.themes import THEMES, leaves_of, scoped, windows
from tosdsl.diagnostics.model import Diagnostic
from tosdsl.elaborate.policy import vocabulary_with_definitions
from tosdsl.elaborate.vocabulary import elaborate_vocabulary
from tosdsl.trees import surface as s
from tosdsl.trees.states import STATES
from tosdsl.trees.uses import when

_MOST_NORMS = 4
_DEEPEST_EXCEPTION = 3
_ELSE = s.EverythingElse()
_CONTRARY = {"forbid": "permit", "permit": "forbid", "require": "permit"}
"""What each kind of clause is ordered against."""


@st.composite
def libraries(draw: st.DrawFn, simple: bool = False, small: bool = False) -> list[s.File]:
    """A vocabulary and one to three policies.

    ``simple``: each condition is logic over tests of single leaves against constants, and no
    obligation has a deadline; what structure there is, is as in other libraries.

    ``small``: one policy of one clause, which leans on one construct; see ``themes``.
    """
    if small:
        return draw(_alone())
    vocabulary, leaves = draw(worlds(simple))
    common = Scope(draw, dict(leaves), exceptions_left=1, simple=simple)
    for index in range(one_of(draw, (0, 0, 0, 1, 2))):
        made = copied(common)
        whole = _holding(vocabulary, [made.definition(f"v{index}")])
        vocabulary, common = (whole, made) if _is_shared(whole) else (vocabulary, common)
    policies: list[_Made] = []
    for index in range(one_of(draw, (1, 1, 1, 2, 3))):
        provider = one_of(draw, (None, None, None, *PARTIES))
        scope = copied(common, provider=provider is not None, exceptions_left=2)
        policies.append(_Author(scope, index, provider, tuple(policies)).policy())
    written = reading_states(draw, vocabulary, [made.policy for made in policies])
    return [s.File((vocabulary,)), *(s.File((each,)) for each in written)]


def _holding(vocabulary: s.Vocabulary, defines: Sequence[s.Define]) -> s.Vocabulary:
    """The vocabulary with definitions in it."""
    return evolve(vocabulary, items=(*vocabulary.items, *defines))


def _is_shared(vocabulary: s.Vocabulary) -> bool:
    """Whether its definitions read nothing that is another in each document."""
    problems: list[Diagnostic] = []
    facts = elaborate_vocabulary(vocabulary, (), frozenset(), problems)
    vocabulary_with_definitions(vocabulary, facts, frozenset(), problems)
    return all(each.code != "TOS2150" for each in problems)


@st.composite
def _alone(draw: st.DrawFn) -> list[s.File]:
    """A policy with a prohibition or an obligation, what that reads, and nothing around it."""
    theme = one_of(draw, [*THEMES, windows])  # of which few come out otherwise
    vocabulary, leaves = draw(worlds(first=leaves_of(theme, lambda some: one_of(draw, some))))
    scope = Scope(draw, dict(leaves), exceptions_left=0)
    defines, condition = theme(scope)
    if scope.sometimes() and _is_shared(whole := _holding(vocabulary, defines)):
        vocabulary, defines = whole, []
    modality = scope.one(("forbid", "require"))
    owed = scope.owed() if modality == "require" else {}
    norm = s.Norm(modality, s.Name("n1"), when=condition, **owed)
    items: tuple[s.PolicyItem, ...] = (s.Use(s.Name("world")), *defines, scoped(norm, scope))
    if modality == "require" and scope.one((True, False)):
        state = s.Compare("is", s.Name("n1"), s.Name(scope.one((*STATES, "breached"))))
        items = (*items, s.Norm("forbid", s.Name("n2"), when=state))
    policy = s.Policy(s.Name("p0"), s.Header(default=s.Stance("permit")), items)
    return [s.File((vocabulary,)), s.File((policy,))]


@frozen
class _Plan:
    """A clause or a section, before it says anything. ``modality`` is empty for a section."""

    name: str
    modality: str = ""
    inner: tuple[_Plan, ...] = ()

    def norms(self) -> list[_Plan]:
        if self.modality:
            return [self]
        return [norm for plan in self.inner for norm in plan.norms()]

    def sections(self) -> list[_Plan]:
        below = [section for plan in self.inner for section in plan.sections()]
        return below if self.modality else [self, *below]


@frozen
class _Made:
    policy: s.Policy
    plan: _Plan


@define
class _Author:
    """Writes one policy. ``earlier`` are those that it can incorporate and prevail over."""

    scope: Scope
    index: int
    provider: str | None
    earlier: tuple[_Made, ...]
    name: str = field(init=False)
    plan: _Plan = field(init=False)
    abroad: tuple[s.Incorporate | s.PrevailsOver, ...] = ()
    shared: dict[str, list[str]] = field(factory=dict)
    """For each clause, the stand-alone exceptions that are attached to it."""
    _count: int = 0

    def policy(self) -> _Made:
        one = self.scope.one
        self.name = one(("p", "acme.p")) + str(self.index)
        inner = tuple(self._plan(0) for _ in range(one((1, 1, 2, 3))))
        self.plan = _Plan("", "", (*inner, self._norm_plan()))
        self.abroad = self._abroad()
        tabled = not self.scope.simple and one((False, False, True))
        tables: list[s.PolicyItem] = [self.scope.table("t0")] if tabled else []
        defines = [self.scope.definition(f"d{index}") for index in range(one((0, 1, 2, 3, 3)))]
        standalone = self._standalone()
        provisions: list[s.PolicyItem] = [self._provision(plan) for plan in self.plan.inner]
        for item in standalone:
            self._put(item, provisions)
        use = s.Use(s.Name("world"))
        ladder = self._ladder()
        defined = self.scope.draw(st.permutations([*tables, *defines]))
        items = (use, *self.abroad, *self._routes(), *defined, *provisions, *ladder)
        return _Made(s.Policy(s.Name(self.name), self._header(), items), self.plan)

    def _header(self) -> s.Header:
        one = self.scope.one
        start = one((None, None, None, DAYS[0], DAYS[2], *BOUNDS[:2]))
        end = one((None, None, DAYS[3], BOUNDS[2])) if start else None
        recorded = one((None, None, None, DAYS[0], BOUNDS[0]))
        return s.Header(
            provider=s.Name(self.provider) if self.provider else None,
            version=one((None, s.Text("1"), s.Text("2024-01"))),
            effective_from=when(start),
            effective_until=when(end),
            recorded=when(recorded),
            default=s.Stance(one(("permit", "permit", "forbid", "not_applicable"))),
            zone=s.Name(one(ZONES)) if one((False, False, True)) else None,
            scope=self.scope.condition() if one((False, False, False, False, True)) else None,
        )

    # --- the outline ----------------------------------------------------------------------------

    def _plan(self, depth: int) -> _Plan:
        if depth == 2 or self._count >= _MOST_NORMS or self.scope.one((True, False)):
            return self._norm_plan()
        self._count += 1
        name = f"s{self._count}"
        return _Plan(
            name, "", tuple(self._plan(depth + 1) for _ in range(self.scope.one((0, 1, 2, 2))))
        )

    def _norm_plan(self) -> _Plan:
        self._count += 1
        return _Plan(f"n{self._count}", self.scope.one(("forbid", "forbid", "permit", "require")))

    def _provision(self, plan: _Plan) -> s.Norm | s.Section:
        if plan.modality:
            return self._norm(plan)
        one = self.scope.one
        default = one((None, None, *map(s.Stance, ("permit", "forbid", "not_applicable"))))
        return s.Section(
            s.Name(plan.name),
            one((None, "2")),
            one((None, "What the section is about.")),
            self.scope.condition() if one((True, False)) else None,
            default,
            tuple(self._provision(inner) for inner in plan.inner),
            self._bearer(),
        )

    # --- clauses and exceptions -------------------------------------------------------------------

    def _norm(self, plan: _Plan) -> s.Norm:
        one = self.scope.one
        refs = tuple(s.ExceptionRef(s.Name(name)) for name in self.shared.get(plan.name, ()))
        own = self._exceptions(1)
        subject_to, notwithstanding = self._ranks(plan)
        return s.Norm(
            plan.modality,
            s.Name(plan.name),
            one((None, "2(a)")),
            one((None, "What the clause says.")),
            self.scope.condition() if one((True, True, True, True, False)) else None,
            self._provisos(),
            subject_to,
            notwithstanding,
            one(((*refs, *own), (*own, *refs))),
            bearer=self._bearer(),
            **(self.scope.owed() if plan.modality == "require" else {}),
        )

    def _bearer(self) -> s.Name | None:
        bearer = self.scope.one((None, None, "customer", "provider", *PARTIES))
        return s.Name(bearer) if bearer else None

    def _provisos(self) -> tuple[s.Expr, ...]:
        return tuple(self.scope.condition() for _ in range(self.scope.one((0, 0, 0, 1, 2))))

    def _exceptions(self, depth: int) -> tuple[s.ExceptionNode, ...]:
        if depth > _DEEPEST_EXCEPTION:
            return ()
        count = self.scope.one((0, 0, 0, 1, 2) if depth == 1 else (0, 0, 1))
        return tuple(self._exception(f"e{index}", depth) for index in range(count))

    def _exception(self, name: str, depth: int) -> s.ExceptionNode:
        one = self.scope.one
        return s.ExceptionNode(
            s.Name(name),
            one((None, "2(a)(i)")),
            one((None, "What is excepted.")),
            self.scope.condition(),
            self._provisos(),
            self._exceptions(depth + 1),
        )

    def _standalone(self) -> list[s.Standalone]:
        """Exceptions on their own, each attached to a clause or to several, the last to another too."""
        norms = [plan.name for plan in self.plan.norms()]
        names = [f"x{index}" for index in range(self.scope.one((0, 0, 1, 2)))]
        made = []
        for name in names:
            users = st.lists(st.sampled_from(norms), min_size=1, max_size=3, unique=True)
            for user in self.scope.draw(users):
                self.shared.setdefault(user, []).append(name)
            node = self._exception(name, 2)
            if name != names[-1] and self.scope.one((False, True)):
                nested = s.ExceptionRef(s.Name(names[-1]))
                node = evolve(node, exceptions=(*node.exceptions, nested))
            made.append(s.Standalone(node))
        return made

    def _put(self, item: s.Standalone, among: list[Any]) -> None:
        """Among these, or in a section among them."""
        sections = [at for at, each in enumerate(among) if isinstance(each, s.Section)]
        if not sections or self.scope.one((True, False)):
            among.insert(self.scope.one(range(len(among) + 1)), item)
            return
        at = self.scope.one(sections)
        section = among[at]
        assert isinstance(section, s.Section)
        inner = list(section.items)
        self._put(item, inner)
        among[at] = evolve(section, items=tuple(inner))

    # --- precedence -------------------------------------------------------------------------------

    def _ranks(self, plan: _Plan) -> tuple[tuple[s.Target, ...], tuple[s.Target, ...]]:
        """What a clause is subject to, and what it stands notwithstanding."""
        norms = self.plan.norms()
        place = norms.index(plan)
        if plan.modality == "require":
            return self._some(
                self._named(plan, {norm.name for norm in norms if norm.modality == "permit"})
            ), ()
        above = {norm.name for norm in norms[place:] if norm.modality == _CONTRARY[plan.modality]}
        below = {norm.name for norm in norms[:place] if norm.modality == _CONTRARY[plan.modality]}
        orders = [item for item in self.abroad if isinstance(item, s.PrevailsOver)]
        over_documents, yields = bool(orders), any(item.yields for item in orders)
        if not below and not over_documents and self.scope.one((False, False, False, True)):
            return (*self._some(self._named(plan, above)), _ELSE), ()
        others = self._named(plan, below) + self._of_earlier(plan, yields)
        notwithstanding = self._some(others)
        if not above and not yields and self.scope.one((False, False, False, True)):
            notwithstanding += (_ELSE,)
        return self._some(self._named(plan, above)), notwithstanding

    def _named(self, plan: _Plan, names: set[str]) -> list[s.Target]:
        """The clauses of that name, and the sections in which every contrary clause is one of them."""
        own = self.scope.one((None, None, self.name))
        found = sorted(names)
        for section in self.plan.sections()[1:]:
            modality = _CONTRARY[plan.modality]
            contrary = {norm.name for norm in section.norms() if norm.modality == modality}
            if contrary and contrary <= names:
                found.append(section.name)
        return [s.Ref(own, None, name) for name in found]

    def _of_earlier(self, plan: _Plan, yields: bool) -> list[s.Target]:
        """Clauses of other documents that this one comes after.

        Of a document to which this one yields, the first clause, for the last clause here: nothing
        here prevails over the one, and the other prevails over nothing there, so no circle closes.
        """
        last = plan == self.plan.norms()[-1]
        return [
            s.Ref(made.policy.name.text, None, norm.name)
            for made in self.earlier
            for norm in made.plan.norms()[: 1 if yields else None]
            if norm.modality == _CONTRARY[plan.modality] and (last or not yields)
        ]

    def _some(self, targets: list[s.Target]) -> tuple[s.Target, ...]:
        if not targets or self.scope.one((True, True, False)):
            return ()
        some = st.lists(st.sampled_from(targets), min_size=1, max_size=2, unique_by=str)
        return tuple(self.scope.draw(some))

    # --- enforcement ------------------------------------------------------------------------------

    def _ladder(self) -> tuple[s.Enforcement, ...]:
        """Every finding, of the document and of one clause or section of it; or no ladder."""
        one = self.scope.one
        if one((True, False)):
            return ()
        forbid = [plan.name for plan in self.plan.norms() if plan.modality == "forbid"]
        about = [*forbid, *(plan.name for plan in self.plan.sections()[1:])]
        of = s.Ref(None, None, one(about)) if about else None
        return (
            s.Enforcement(
                rungs=tuple(
                    s.Rung(finding, each, (s.Measure(one(s.MEASURES)),))
                    for finding in s.FINDINGS
                    for each in dict.fromkeys((None, of))
                )
            ),
        )

    def _routes(self) -> tuple[s.GovernedBy, ...]:
        """Sometimes another document governs, one that is not at hand."""
        if not self.scope.sometimes():
            return ()
        target = s.Ref(None, None, "elsewhere")
        at, text = self.scope.one((None, "9")), self.scope.one((None, "Who governs."))
        return (s.GovernedBy(target, at, text, self.scope.condition()),)

    # --- other documents --------------------------------------------------------------------------

    def _abroad(self) -> tuple[s.Incorporate | s.PrevailsOver, ...]:
        one = self.scope.one
        items: list[s.Incorporate | s.PrevailsOver] = []
        for made in self.earlier:
            policy = made.policy.name.text
            version = made.policy.header.version
            fixed = one((None, version.value)) if version else None
            whole = s.Ref(policy, fixed, None) if fixed else s.Ref(None, None, policy)
            parts = [plan.name for plan in made.plan.norms() + made.plan.sections()[1:]]
            part = s.Ref(policy, fixed, one(parts))
            target = one((None, whole, whole, part))
            for each in (target, one((None, None, whole, part)) if target else None):
                if each is not None:  # sometimes it comes in twice, each time under a condition or none
                    when = self.scope.condition() if one((True, False)) else None
                    items.append(s.Incorporate(each, one((None, "7")), one((None, "Flow-down.")), when))
            if self.scope.sometimes():
                # Of the first two documents alone, so that no circle comes of it.
                yields = len(self.earlier) == 1 and self.scope.sometimes()
                items.append(s.PrevailsOver(whole, one((None, "8")), yields=yields))
        return tuple(items)
