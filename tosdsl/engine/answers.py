"""Answers about one choice of documents, of which the same are in force.

    Use -> weighed, once for each reading -> values of the program's nodes -> Decision

Everything is made of the core. The reference is not asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Any

from attrs import define, field

from tosdsl.backends.python.findings import Findings as Evaluate
from tosdsl.backends.python.findings import findings as compiled
from tosdsl.base import limits
from tosdsl.base.growing import growing
from tosdsl.base.verdict import Verdict
from tosdsl.decision.assemble import Assembly
from tosdsl.decision.model import LATER, Decision, changed
from tosdsl.decision.readings import combine
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.diagnostics.render import sentences
from tosdsl.engine import interpreted
from tosdsl.engine.completions import Completed, Completions
from tosdsl.engine.conditions import Conditions
from tosdsl.engine.examples import ONE, Examples
from tosdsl.engine.ladder import Breaches, open_rungs, rungs
from tosdsl.engine.signatures import Signatures
from tosdsl.engine.steps import Counter, longest
from tosdsl.errors import FactError
from tosdsl.facts.evidence import under_each_reading, weigh, weigh_allegations_first
from tosdsl.lower.core import program as lowered
from tosdsl.trees import core
from tosdsl.trees import norms as n
from tosdsl.trees.expressions import Expr
from tosdsl.trees.facts import Standard, Use
from tosdsl.trees.findings import Findings, OpenRung
from tosdsl.trees.hanging import Hanging
from tosdsl.trees.vocabulary import Interpretation, Type
from tosdsl.trees.wording import words

Values = tuple[Any, ...]
Met = tuple[int, int, str]
"""A limit that was met: the numbers of the block and of the node that grew past it, and its name."""


@define(eq=False)
class Answers:
    """Answers about some documents. Safe to share between threads."""

    linked: n.Linked
    in_force: tuple[bool, ...]
    program: core.Program = field(init=False)
    _evaluate: Evaluate = field(init=False)
    _counter: Counter = field(init=False)
    _has_ladder: bool = field(init=False)
    _reads_moments: bool = field(init=False)
    """Whether a node reads the moment of the use, or its day in a zone."""
    _texts: tuple[Interpretation, ...] = field(init=False)
    _completions: Completions | None = None
    _conditions: Conditions | None = None
    _made: Assembly | None = None
    _shown: Examples | None = None
    _signatures_made: Signatures | None = None

    def __attrs_post_init__(self) -> None:
        with growing():
            self.program = lowered(self.linked, self.in_force)
            self._evaluate = compiled(self.program)
        self._counter = Counter.of(self.linked)
        self._has_ladder = bool(rungs(self.linked))
        blocks = (self.program.body, *(function.body for function in self.program.functions))
        self._reads_moments = any(
            node == core.MOMENT or (node[0] == "as of" and node != core.DAY)
            for block in blocks
            for node in block.nodes
        )
        self._texts = interpreted.interpretations(self.linked)

    @property
    def _assembly(self) -> Assembly:
        """What makes decisions; a verdict does without."""
        if self._made is None:
            self._made = Assembly(self.program, self._complete, self._inside)
        return self._made

    @property
    def _signatures(self) -> Signatures:
        if self._signatures_made is None:
            self._signatures_made = Signatures(self.program)
        return self._signatures_made

    def _inside(self, index: int, expr: Expr, kinds: Mapping[str, Type]) -> Callable[..., Any]:
        """What evaluates an expression in a list, for an explanation: the program's nodes have no
        values for single items."""
        if self._conditions is None:
            self._conditions = Conditions(self.linked)
        return self._conditions.inside(index, expr, kinds)

    def _complete(self, values: Values, use: Use, targets: Sequence[core.Index]) -> Completed:
        """What may become of open nodes."""
        if self._completions is None:
            self._completions = Completions(self.program)
        return self._completions.of(values, use.readable, targets)

    def decide(self, use: Use) -> Decision:
        """The decision on a use. Raises FactError if it would take too many steps."""
        return self._read(use)[0]

    def decide_but_ladder(self, use: Use) -> Decision:
        """The same of a use that says no more than facts and days, where nobody asks which rungs of a
        ladder are open. It is not kept either: for many uses, of which few are alike."""
        if use.assertions or use.readings or self._texts:
            return self.decide(use)
        self.affordable((use,))
        met: list[Met] = []
        return self._decision(use, _no_ladder, self._values(use, met), met)

    def _read(self, use: Use) -> tuple[Decision, Use]:
        """The decision on a use, and the use with each way to read the texts that matters to it."""
        several = self._texts
        if not several:
            return self._decide(use), use
        use = interpreted.chosen_here(use, several)
        made = self._decide(use)
        full = interpreted.each_way(use, several, interpreted.asked_by(made))
        made = made if full is use else self._decide(full)
        return interpreted.told(made, full, several), full

    def _decide(self, use: Use) -> Decision:
        """The same where what is not said of a text is as a fact that is not known."""
        if use.readings:
            return self._decide_readings(use)
        weighed = weigh(use) if use.assertions else use
        self.affordable((weighed,))
        met: list[Met] = []
        values = self._values(weighed, met)
        if use.assertions:
            return self._decision(weighed, partial(self._ladder, use), values, met)
        signature = None if met else self._signatures.of(values, use)
        if signature is None:
            return self._anew(use, values, met)
        made = self._signatures.get(signature, use, self._rest)
        if made is None:
            made = self._anew(use, values, met)
            self._signatures.keep(signature, made)
        return made

    def _anew(self, use: Use, values: Values, met: list[Met]) -> Decision:
        """The decision on a use without evidence, of the values of the program's nodes."""

        def ladder() -> tuple[OpenRung, ...]:
            found = Breaches(self.program, values, partial(self._complete, values, use))
            return open_rungs(self.program, [found])

        return self._decision(use, ladder if self._has_ladder else _no_ladder, values, met)

    def _rest(self, name: str, told: tuple[dict[str, Any], Use]) -> Any:
        """A field of the decision on a use that had one which was kept without it. What is kept has it
        from now on."""
        kept, use = told
        if name in kept:
            return kept[name]
        made = self._anew(use, self._values(use, []), [])
        if name == "_explain":
            return made.explanation
        kept.update({each: getattr(made, each) for each in LATER})
        return kept[name]

    def answer(self, use: Use) -> tuple[Decision, Findings]:
        """The decision on a use, and what was found of it.

        Where readings agree, this is the first one's; where they split, that of the use in which what
        they supply is unknown.
        """
        made, use = self._read(use)
        one = under_each_reading(use)[0] if made.agree else use
        weighed = weigh(one)
        return made, self.findings(weighed)

    def verdict(self, use: Use) -> int:
        """The verdict as a bit. Where it is open, several bits, each of a verdict that is possible: not
        always all of them."""
        uses = [weigh(one) for one in under_each_reading(use)]
        self.affordable(uses)
        found = 0
        for one in uses:
            found |= self._verdict(one)
            if found not in ONE:
                break
        return found

    def _verdict(self, use: Use) -> int:
        """The same of a use whose evidence is weighed."""
        by_day = use.moment is None or not self._reads_zones  # ways that are kept know no moment
        told = self.examples.verdict(use.facts, use.day) if by_day else None
        if told is not None:
            return told
        top = self.program.possible
        completed = self._complete(self._values(use, []), use, (top,))
        possible = completed.possible(top)
        if possible not in ONE and by_day:
            self.examples.learn(use.facts, use.day, completed.examples(top))
        return possible

    @cached_property
    def _reads_zones(self) -> bool:
        """Whether a document reads the day of the use in a named zone, or a verdict its moment."""
        if any(node[0] == "as of" and node != core.DAY for node in self.program.body.nodes):
            return True
        asked = core.met(self.program.body, self.program.functions, self.program.possible)
        return any(node == core.MOMENT for _, _, node in asked)

    @property
    def examples(self) -> Examples:
        if self._shown is None:
            with growing():
                self._shown = Examples(self.program, self._evaluate)
        return self._shown

    def findings(self, use: Use) -> Findings:
        """What is found of a use whose evidence is weighed."""
        asked = self._assembly.asked(self._values(use, []), use)
        asked.decision()
        return asked.findings()

    def values(self, use: Use) -> Values:
        """The values of the program's nodes for a use whose evidence is weighed."""
        return self._values(use, [])

    def where(self, conditions: Sequence[core.Index], values: Values, use: Use) -> int:
        """The verdicts that are possible where some nodes hold, as bits. ``values`` are those of the
        nodes, of a use whose evidence is weighed."""
        top = self.program.possible
        return self._complete(values, use, (*conditions, top)).where(conditions, top)

    def affordable(self, uses: Iterable[Use]) -> None:
        """Raises FactError if the lists and texts of a use are too long for what is asked of them."""
        if not self._counter:
            return
        uses = [*uses]
        if len(uses) == 1 and longest(uses[0].facts) <= self._counter.short:
            return
        taken = sum(self._counter.steps(use.facts.get) for use in uses)
        if taken > limits.MAX_STEPS:
            wrong = mistake("TOS5027", None, size=taken, limit=limits.MAX_STEPS)
            raise FactError((wrong,), {})

    def _values(self, use: Use, met: list[Any]) -> Values:
        facts = use.readable if self._reads_moments else use.facts
        return self._evaluate(facts.get, use.day, met)

    def _decision(
        self, use: Use, ladder: Callable[[], tuple[OpenRung, ...]], values: Values, met: list[Met]
    ) -> Decision:
        """The decision on a use whose evidence is weighed, of the values of the program's nodes."""
        made = self._assembly.decision(values, use, ladder)
        told = said(self._hanging(met, made, values)) if met else ()
        if not told:
            return made
        before = len(use.warnings)
        return changed(made, warnings=(*use.warnings, *told, *made.warnings[before:]))

    def _hanging(
        self, met: Iterable[Met], made: Decision, values: Values
    ) -> Iterator[tuple[str, Expr]]:
        """The limits that were met by what is open, each with what came to more."""
        program, conditions = self.program, self.program.conditions

        def in_force(key: n.NormKey) -> bool | None:
            nodes = program.norms[key]
            both = values[nodes.scope], values[nodes.force]
            return False if False in both else None if None in both else True

        def value(index: int, expr: Expr) -> Any:
            at = conditions.get((index, id(expr)))
            return None if at is None else values[at]

        open_ = {each.clause for each in made.duties if each.state == "undetermined"}
        undetermined = made.verdict is Verdict.UNDETERMINED
        hanging = Hanging(program.linked, undetermined, open_, in_force, value)
        several = {each for _, each in hanging.expressions()}
        names = {(block, node): limit for block, node, limit in met}
        for block, node, expr in program.growing:
            if (block, node) in names and id(expr) in several:
                yield names[block, node], expr

    def _decide_readings(self, use: Use) -> Decision:
        uses = [weigh(one) for one in under_each_reading(use)]
        self.affordable(uses)
        ladder = self._ladder(use)

        def decision(one: Use) -> Decision:
            met: list[Met] = []
            return self._decision(one, lambda: ladder, self._values(one, met), met)

        each = [decision(one) for one in uses]
        return combine(decision(weigh(use)), use.readings, each)

    def _ladder(self, use: Use) -> tuple[OpenRung, ...]:
        """What is open does not hang on the standard that was asked for: both are looked at."""
        if not self._has_ladder:
            return ()
        readings = under_each_reading(use)

        def breaches(uses: Iterable[Use]) -> list[Breaches]:
            found = ((one, self._values(one, [])) for one in uses)
            return [
                Breaches(self.program, values, partial(self._complete, values, one))
                for one, values in found
            ]

        def of(standard: Standard) -> list[Breaches]:
            return breaches(weigh(one, standard) for one in readings)

        confirmed = of("confirmed")
        if not use.assertions:
            return open_rungs(self.program, confirmed)
        supposed = breaches(weigh_allegations_first(one) for one in readings)
        return open_rungs(self.program, confirmed, of("alleged"), supposed)


def _no_ladder() -> tuple[OpenRung, ...]:
    """What documents without a ladder have open."""
    return ()


def said(met: Iterable[tuple[str, Expr]]) -> tuple[str, ...]:
    """A sentence for each value that grew past a limit or has none, in the order of the text."""
    found = sorted((_unknown(limit, expr) for limit, expr in met), key=_place)
    return tuple(dict.fromkeys(f"{each.code}: {sentences(each)}" for each in found))


def _unknown(limit: str, expr: Expr) -> Diagnostic:
    """Why a value that was worked out is not known."""
    match limit:
        case "CALENDAR":
            return mistake("TOS5029", expr.span, text=words(expr))
        case "ZERO":
            return mistake("TOS5031", expr.span, text=words(expr))
        case _:
            most = limits.MAX_DIGITS_WORKED_OUT
            return mistake("TOS5028", expr.span, text=words(expr), limit=most)


def _place(each: Diagnostic) -> tuple[Any, ...]:
    span = each.span
    return span.file, span.line, span.column, span.end_line, span.end_column, sentences(each)
