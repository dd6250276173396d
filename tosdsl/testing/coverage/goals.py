"""What there is to be seen of a policy.

In: a policy. Out: goals, each with the place of its clause or condition, and words for the use that
would meet it. A goal that its clause's own words exclude (an unconditional clause seen out of force)
is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from attrs import define, evolve, field, frozen

from tosdsl.base.span import Span
from tosdsl.trees import expressions as ex
from tosdsl.trees import norms as n
from tosdsl.trees.vocabulary import Boolean
from tosdsl.trees.wording import words

Key: TypeAlias = tuple[object, ...]
"""What a goal is told by: the kind, what it is about, and what is to be seen of it."""

KINDS = ("clauses", "exceptions", "provisos", "conditions", "thresholds", "sections", "duties")
"""In the order in which they are reported."""

ORDER = frozenset(("<", "<=", ">", ">="))

_LONG = 70


@frozen
class Goal:
    """``subject`` is a clause's id or a condition's words; ``use`` says which use would meet it.

    ``vocabulary`` is the one in which it stands, None of what stands in the policy.
    """

    kind: str
    key: Key
    subject: str
    seen: str
    use: str
    span: Span = field(eq=False)
    vocabulary: str | None = field(default=None, eq=False)


def goals(policy: n.Policy, above: frozenset[str] = frozenset()) -> tuple[Goal, ...]:
    """Every goal, in the order of the text, and then those of definitions of its vocabularies.
    ``above`` are the norms over which another prevails."""
    work = _Goals(policy, above)
    found = [*work.definitions(), *work.routes(), *work.incorporations()]
    found += work.section(policy.root, ())
    once: dict[Key, Goal] = {}
    for goal in found:
        once.setdefault(goal.key, goal)
    return tuple(sorted(once.values(), key=_place))


def _place(goal: Goal) -> tuple[str, int, int]:
    return goal.vocabulary or "", goal.span.line, goal.span.column


@define
class _Goals:
    policy: n.Policy
    above: frozenset[str]

    # --- clauses ----------------------------------------------------------------------------------

    def section(self, section: n.Section, scopes: tuple[ex.Expr, ...]) -> Iterator[Goal]:
        own = section.scope if section.id else self.policy.scope
        if own is not None:
            for seen, said in (("in scope", "is"), ("out of scope", "is not")):
                use = f"a use of which `{short(own)}` {said} true"
                yield self._goal("sections", section.id, seen, use, section.span)
            yield from self.condition(own)
        scopes = (*scopes, section.scope) if section.scope is not None else scopes
        for norm in section.norms:
            yield from self.norm(norm, scopes)
        for inner in section.sections:
            yield from self.section(inner, scopes)

    def norm(self, norm: n.Norm, scopes: tuple[ex.Expr, ...]) -> Iterator[Goal]:
        own = [each for each in (norm.when, *norm.provisos) if each is not None]
        when = " and ".join(f"`{short(each)}`" for each in own) or "anything"
        yield self._goal("clauses", norm.id, "in force", f"a use with {when}", norm.span)
        if own or scopes or norm.exceptions or norm.id in self.above:
            use = "a use that it does not reach, or that something excepts"
            yield self._goal("clauses", norm.id, "not in force", use, norm.span)
            use = "a use of which a fact that it reads is not known"
            yield self._goal("clauses", norm.id, "undetermined", use, norm.span)
        yield from self.provisos(norm)
        for expr in own:
            yield from self.condition(expr)
        if norm.modality == "require":
            yield from self.duty(norm)
        for node in norm.exceptions:
            yield from self.exception(norm.id, node)

    def duty(self, norm: n.Norm) -> Iterator[Goal]:
        done = f"`{short(norm.must)}`" if norm.must is not None else "it"
        for state, use in (
            ("triggered", "a use on which the duty falls, done or not"),
            ("fulfilled", f"a use on which the duty falls, with {done} so"),
            ("breached", f"a use on which the duty falls, with {done} not so, and too late"),
        ):
            yield self._goal("duties", norm.id, state, use, norm.span)
        if norm.must is not None:
            yield from self.condition(norm.must)
        if norm.deadline is not None:
            for seen, use in (
                ("just met", "a use on the last good day (`as of`)"),
                ("just missed", "a use on the day after the last good one (`as of`)"),
            ):
                key, subject = self._key("deadline", norm.id, seen), f"deadline of {norm.id}"
                yield Goal("thresholds", key, subject, seen, use, norm.deadline.span)

    def exception(self, owner: str, node: n.ExceptionNode) -> Iterator[Goal]:
        use = f"a use that {owner} would reach, with `{short(node.when)}`"
        if node.provisos:
            use += " and its provisos kept"
        yield self._goal("exceptions", node.id, "deciding", use, node.span)
        use = f"a use that {owner} reaches, which this does not help"
        yield self._goal("exceptions", node.id, "not helping", use, node.span)
        yield from self.provisos(node)
        for expr in (node.when, *node.provisos):
            yield from self.condition(expr)
        for inner in node.exceptions:
            yield from self.exception(node.id, inner)

    def provisos(self, node: n.Norm | n.ExceptionNode) -> Iterator[Goal]:
        for expr in node.provisos:
            use = f"a use to which {node.id} would apply, and `{short(expr)}` is false"
            subject = f"{node.id} provided {short(expr)}"
            key = self._key("provisos", node.id, *place_of(expr.span))
            yield Goal("provisos", key, subject, "failing", use, expr.span)

    # --- conditions -------------------------------------------------------------------------------

    def definitions(self) -> Iterator[Goal]:
        for definition in self.policy.written:
            if definition.parameters:
                continue  # seen where it is called
            found = list(self.condition(core(definition)))
            for node in definition.exceptions:
                found += self.exception(definition.name, node)
            yield from (evolve(goal, vocabulary=definition.vocabulary) for goal in found)

    def routes(self) -> Iterator[Goal]:
        for route in self.policy.routes:
            yield from self.condition(route.when)

    def incorporations(self) -> Iterator[Goal]:
        for item in self.policy.incorporations:
            if item.when is not None:
                yield from self.condition(item.when)

    def condition(self, expr: ex.Expr) -> Iterator[Goal]:
        for leaf in leaves(expr):
            subject = short(leaf)
            for seen in ("true", "false"):
                use = f"a use of which `{subject}` is {seen}"
                yield Goal(
                    "conditions", leaf_key(self.policy, leaf, seen), subject, seen, use, leaf.span
                )
            if isinstance(leaf, ex.Compare) and leaf.op in ORDER:
                for seen, truth in (("just met", "true"), ("just missed", "false")):
                    use = f"a use of which `{subject}` is {truth} by the least that is possible"
                    key = leaf_key(self.policy, leaf, seen)
                    yield Goal("thresholds", key, subject, seen, use, leaf.span)

    def _key(self, *parts: object) -> Key:
        return (*policy_key(self.policy), *parts)

    def _goal(self, kind: str, id_: str, seen: str, use: str, span: Span) -> Goal:
        return Goal(kind, self._key(kind, id_, seen), id_, seen, use, span)


# --- what record and goals have in common ---------------------------------------------------------


def policy_key(policy: n.Policy) -> Key:
    """Tells policies apart; of one version there may be two texts, recorded on different days."""
    return (policy.name, str(policy.recorded))


def core(definition: n.Definition) -> ex.Expr:
    """What a definition says before its exceptions."""
    return definition.body if definition.core is None else definition.core


def leaves(expr: ex.Expr) -> Iterator[ex.Expr]:
    """The lines of a condition: what `and`, `or` and `not` join. A value and a constant are none."""
    match expr:
        case ex.And(items=items) | ex.Or(items=items):
            for item in items:
                yield from leaves(item)
        case ex.Not(item=item):
            yield from leaves(item)
        case ex.Conditional(type=Boolean()):
            for item in ex.children(expr):
                yield from leaves(item)
        case ex.Compare() | ex.Quantified():
            yield expr
        case ex.FactRef(type=kind) | ex.DefinitionRef(type=kind) | ex.Call(type=kind):
            if str(kind) == "boolean":
                yield expr


def leaf_key(policy: n.Policy, leaf: ex.Expr, seen: str) -> Key:
    return (*policy_key(policy), "condition", *place_of(leaf.span), seen)


def place_of(span: Span) -> tuple[str, int, int, int, int]:
    return (span.file, span.line, span.column, span.end_line, span.end_column)


def short(expr: ex.Expr) -> str:
    """A condition's words, cut where they are many."""
    text = words(expr)
    return text if len(text) <= _LONG else text[: _LONG - 1] + "…"
