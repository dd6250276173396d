"""Properties searched: uses of which ``where`` is true, and what is claimed of each.

In: policies. Out: for each property a result. A use against which a property fails is found by chance
that is directed (``strategies/aimed.py``), made small, and put to the whole meaning again as the
scenario as which it prints. Needs hypothesis, which is imported with the first search.

A prover may be handed in: what it settles is not searched. That is the one place where proof joins.
``tosdsl.analysis.proving.Proofs`` is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING
from typing import Literal as OneOf

from attrs import define, evolve, field, frozen

from tosdsl.backends.python.findings import Truth
from tosdsl.decision.model import Decision
from tosdsl.diagnostics.model import mistake
from tosdsl.engine.answers import Answers
from tosdsl.engine.conditions import Conditions
from tosdsl.errors import PolicyError
from tosdsl.facade import PolicySet
from tosdsl.syntax.format import format_item
from tosdsl.testing.scenarios import force_of, state_of
from tosdsl.trees import norms as n
from tosdsl.trees import surface as s
from tosdsl.trees.facts import Facts, Use
from tosdsl.trees.findings import Findings
from tosdsl.trees.moments import day_of
from tosdsl.trees.uses import given, read_as, when
from tosdsl.trees.versions import in_force

if TYPE_CHECKING:
    from tosdsl.testing.strategies.aimed import Aim

EXAMPLES = 400
"""Uses that are tried for one property, unless it is said otherwise."""

Outcome = OneOf["proved", "refuted", "searched", "unmet"]
"""``searched``: tried, and nothing found. ``unmet``: no use that was tried fits ``where``."""

Prover = Callable[[n.Linked, n.Property], "bool | Facts | str | None"]
"""True: it holds of all uses. False: no use fits ``where``. Facts: of these it does not hold. A
sentence, or None: that could not be settled, and why."""

_FORCES = {"true": "in force", "false": "not in force", "unknown": "undetermined"}


@frozen
class Counterexample:
    """A use against which a claim fails: what came instead, and the scenario that shows it."""

    claim: n.Claim
    use: Use
    came: str
    scenario: str
    decision: Decision = field(repr=False)


@frozen
class Property:
    """A property of a policy, and the documents that it speaks of. ``name`` is the policy's."""

    name: str
    policy: n.Policy
    item: n.Property
    linked: n.Linked
    others: tuple[n.Linked, ...] = ()
    """The same with other versions, where nothing says which of them governs."""


@frozen
class Result:
    """A property tried: by how many ``uses``, and how many of them fit ``where`` (``met``)."""

    policy: str
    item: n.Property
    outcome: Outcome
    uses: int = 0
    met: int = 0
    counterexample: Counterexample | None = None
    unproved: str = ""
    """Why there is no proof, where one was looked for."""

    @property
    def held(self) -> bool:
        return self.outcome in {"proved", "searched"}

    @property
    def summary(self) -> str:
        """What was done and what came of it, in words."""
        match self.outcome:
            case "proved":
                return "proved for every use"
            case "unmet":
                tried = f"of {self.uses} uses tried, none fits `where`"
                return tried if self.uses else "no use fits `where`, proved"
            case "searched":
                found = f"searched {self.met} uses, none found"
                return f"{found}; not proved: {self.unproved}" if self.unproved else found
            case _:
                return f"refuted by use {self.met}" if self.met else "refuted"


def properties(sets: Iterable[PolicySet]) -> Iterator[Property]:
    """The properties of the policies asked about, each with the documents of its own set."""
    for policies in sets:
        for policy in (each for versions in policies.choices.asked for each in versions):
            for item in policy.properties:
                linked, *others = policies.alternatives(item.as_of, item.known_at)
                yield Property(policy.name, policy, item, linked, tuple(others))


def run(
    sets: Iterable[PolicySet],
    *,
    examples: int = EXAMPLES,
    seed: int = 0,
    prover: Prover | None = None,
) -> list[Result]:
    """Every property of the policies asked about. Raises PolicyError without hypothesis."""
    return [settle(each, examples=examples, seed=seed, prover=prover) for each in properties(sets)]


def settle(
    of: Property, *, examples: int = EXAMPLES, seed: int = 0, prover: Prover | None = None
) -> Result:
    """A property proved or refuted, or else searched. Facts of a prover count if the meaning agrees.

    Where it is open which version governs, it has to hold whichever does.
    """
    each = [evolve(of, linked=linked, others=()) for linked in (of.linked, *of.others)]
    results = [_settle(one, examples, seed, prover) for one in each]
    return min(results, key=lambda result: _WEAKEST.index(result.outcome))


_WEAKEST = ("refuted", "searched", "proved", "unmet")
"""What can become of a property; the first of several counts."""


def _settle(of: Property, examples: int, seed: int, prover: Prover | None) -> Result:
    proof = prover(of.linked, of.item) if prover is not None else None
    if isinstance(proof, bool):
        return Result(of.name, of.item, "proved" if proof else "unmet")
    if isinstance(proof, Mapping):
        asked = _Asked.of(of)
        failing = asked.failing(proof)
        if failing is not None:
            found = asked.counterexample(failing, proof)
            return Result(of.name, of.item, "refuted", counterexample=found)
    searched = search(of, examples=examples, seed=seed)
    return evolve(searched, unproved=proof) if isinstance(proof, str) else searched


# --- the search -----------------------------------------------------------------------------------


def search(of: Property, *, examples: int = EXAMPLES, seed: int = 0) -> Result:
    """Uses drawn until one is found against which the property fails. The same seed draws the same."""
    try:
        from tosdsl.testing.strategies.aimed import Field, Target, first
        from tosdsl.testing.strategies.near import Near
    except ImportError:
        words = {"what": "Searching a property", "package": "hypothesis", "extra": "testing"}
        raise PolicyError((mistake("TOS6007", of.item.span, None, **words),), {}) from None

    where = of.item.where
    asked = _Asked.of(of)
    index = asked.index
    aims: list[Aim] = [(index, where, True)] if where is not None else []
    near = Near.of(
        of.linked, [where] if where else [], (day_of(of.item.as_of), day_of(of.item.known_at))
    )
    world = Field.of(of.linked, near, [(index, where)] if where else [])
    uses = met = 0
    refuted = False

    def fails(facts: Facts) -> bool:
        nonlocal uses, met, refuted
        holds = asked.fits(facts)
        failing = asked.failing(facts) if holds else None
        if not refuted:  # what comes after is the same use made smaller
            uses, met = uses + 1, met + holds
            refuted = failing is not None
        return failing is not None

    strategy = world.uses(aims, Target(tuple(_ways(of))))
    found = first(strategy, fails, examples, seed)
    if found is None:
        return Result(of.name, of.item, "searched" if met else "unmet", uses, met)
    facts = asked.fewer(found)
    failing = asked.failing(facts)
    assert failing is not None  # it was kept for that
    shown = asked.counterexample(failing, facts)
    return Result(of.name, of.item, "refuted", uses, met, shown)


@define
class _Asked:
    """A property, and what answers about its documents. ``index`` is that of its own document;
    ``where`` tells whether facts fit."""

    property: Property
    index: int
    answers: Answers
    where: Truth | None

    @classmethod
    def of(cls, of: Property) -> _Asked:
        item, documents = of.item, enumerate(of.linked.documents)
        index = next(
            at for at, each in documents if len(each.path) == 1 and each.policy.id == of.policy.id
        )
        where = None if item.where is None else Conditions(of.linked).of(index, item.where)
        governing = in_force(of.linked, item.as_of, item.known_at)
        return cls(of, index, Answers(of.linked, governing), where)

    def use(self, facts: Facts, title: str | None = None) -> Use:
        """The use of these facts, on the days of the property."""
        item = self.property.item
        return Use(dict(facts), title, item.as_of, item.known_at)

    def fits(self, facts: Facts) -> bool:
        """Whether ``where`` is true, and not merely possible."""
        use = self.use(facts)
        return self.where is None or self.where(use.readable.get, use.day) is True

    def failing(self, facts: Facts) -> tuple[n.Claim, str] | None:
        """The first claim that fails, and what came."""
        if not self.fits(facts):
            return None
        findings = self.answers.findings(self.use(facts))
        for claim in self.property.item.claims:
            came = _came(claim.of, findings)
            if (came == claim.of.words[-1]) != claim.always:
                return claim, came
        return None

    def fewer(self, facts: Facts) -> Facts:
        """The facts without those that are not needed for a claim to fail."""
        known = dict(facts)
        for path in sorted(facts):
            fewer = {other: value for other, value in known.items() if other != path}
            if self.failing(fewer) is not None:
                known = fewer
        return known

    def counterexample(self, failing: tuple[n.Claim, str], facts: Facts) -> Counterexample:
        """The use as a scenario, put to the whole meaning once more."""
        (claim, came), of = failing, self.property
        item = of.item
        use = self.use(facts, f"counterexample: {item.title}")
        made, findings = self.answers.answer(use)
        again = _came(claim.of, findings)
        assert again == came, (again, came)  # one meaning, asked twice
        parties = {each.name for each in of.linked.vocabulary.parties} | {of.policy.provider}
        scenario = s.Scenario(
            s.Text(use.title or ""),
            as_of=when(item.as_of),
            given=given(facts, of.linked.vocabulary, parties),
            readings=read_as(facts),
            expectations=(_expected(claim.of, came, of.policy.id, made),),
            known_at=when(item.known_at),
        )
        return Counterexample(claim, use, _worded(claim.of, came), format_item(scenario), made)


def _came(of: n.Expectation, findings: Findings) -> str:
    """What a scenario would have to expect."""
    match of.kind, of.words:
        case "verdict", _:
            possible = findings.possible
            return next(iter(possible)) if len(possible) == 1 else "undetermined"
        case "force", (clause, _):
            return force_of(clause, findings)
        case "duty", (clause, _):
            return state_of(clause, findings)
    raise AssertionError(of.kind)


# --- where to look --------------------------------------------------------------------------------


def _ways(of: Property) -> Iterator[list[Aim]]:
    """Conditions under which a claim might fail, each way by itself."""
    for claim in of.item.claims:
        kind, words = claim.of.kind, claim.of.words
        for key, norm in of.linked.norms():
            full = of.linked.documents[key[0]].qualified(norm.id)
            if kind == "verdict":
                hit = {"forbidden": "forbid", "permitted": "permit"}.get(words[0])
                if norm.modality == hit or claim.always:
                    yield from _in_force(of, key, norm, norm.modality == hit and not claim.always)
            elif words[0] == full and kind == "duty":
                for way in _in_force(of, key, norm, True):
                    yield [*way, *([(key[0], norm.must, False)] if norm.must is not None else [])]
            elif words[0].startswith(full):
                wanted = (words[1] == "true") != claim.always
                yield from _in_force(of, key, norm, wanted, words[0].removeprefix(f"{full}."))


def _in_force(
    of: Property, key: n.NormKey, norm: n.Norm, wanted: bool, exception: str = ""
) -> Iterator[list[Aim]]:
    """A clause that applies and is not excepted; or one that is, by each of its exceptions."""
    at = key[0]
    scopes = [
        (at, section.scope, True)
        for section in of.linked.documents[at].policy.root.walk()
        if section.scope is not None and norm in section.all_norms()
    ]
    incorporated = map(of.linked.incorporated_when, of.linked.around(at))
    scopes += [(outer, when, True) for outer, when in filter(None, incorporated)]
    applies = [(at, expr, True) for expr in (norm.when, *norm.provisos) if expr is not None]
    excepted = [
        (node.id, [(at, node.when, True), *((at, each, True) for each in node.provisos)])
        for node in _all_exceptions(norm.exceptions)
    ]
    if wanted:
        own = [(at, node.when, False) for node in norm.exceptions]
        yield [*scopes, *applies]
        yield [*scopes, *applies, *own]
    for id_, way in excepted:
        if not wanted or id_.endswith(exception or id_):
            yield [*scopes, *applies, *way]
    if not wanted:
        yield from ([(index, expr, False)] for index, expr, _ in [*scopes, *applies])


def _all_exceptions(nodes: Iterable[n.ExceptionNode]) -> Iterator[n.ExceptionNode]:
    for node in nodes:
        yield node
        yield from _all_exceptions(node.exceptions)


# --- as a scenario --------------------------------------------------------------------------------


def _worded(of: n.Expectation, came: str) -> str:
    return _FORCES.get(came, came) if of.kind == "force" else came.replace("_", " ")


def _expected(of: n.Expectation, came: str, policy: str, made: Decision) -> s.Expectation:
    """The line of a scenario that expects what came.

    Of a clause that the version in force does not have none can expect anything: then the verdict.
    """
    match of.kind:
        case "force" if came in _FORCES:
            return s.ExpectForce(_ref(of.words[0], policy), _FORCES[came])
        case "duty":
            return s.ExpectDuty(_ref(of.words[0], policy), came.replace("_", " "))
        case _:
            return s.ExpectVerdict(made.verdict.value)


def _ref(clause: str, policy: str) -> s.Ref:
    document, _, id_ = clause.partition("#")
    return s.Ref(None if document == policy else document, None, id_)


def claim_words(claim: n.Claim, policy: str) -> str:
    """A claim as it is written."""
    how = "always" if claim.always else "never"
    words = claim.of.words
    if claim.of.kind == "verdict":
        return f"{how} {words[0]}"  # as it is written: `not_applicable` is one word
    ref = _ref(words[0], policy)
    name = f"{ref.policy}#{ref.clause}" if ref.policy else ref.clause
    duty = "duty " if claim.of.kind == "duty" else ""
    return f"{duty}{name} {how} {_worded(claim.of, words[1])}"
