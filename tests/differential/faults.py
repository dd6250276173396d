"""Planted faults: one in each rule by which the core and its Python are made. The run sees each.

    python -m tests.differential.faults            all of them, with the seconds that each took
    python -m tests.differential.faults NAME ...   these alone

A fault is a change of the source of one module. It is planted in a process of its own, in which the
differential run of CI (the same seed, the same policies and uses) goes on until something differs. The
exit status is 1 if a fault was not seen within ``SECONDS`` of processor time.
"""

from __future__ import annotations

import argparse
import importlib.abc
import importlib.util
import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from time import process_time
from types import ModuleType
from typing import Any

from attrs import frozen

from tests.conftest import ROOT

SECONDS = 60.0
SEED = "ci"
"""That of ``test_long``."""

_FINDINGS = "tosdsl.backends.python.findings"
_CORE = ("tosdsl.lower.block", "tosdsl.lower.expressions", "tosdsl.lower.core")


@frozen
class Fault:
    """``right`` stands once in the module, and is replaced by ``wrong``."""

    name: str
    module: str
    right: str
    wrong: str

    @property
    def path(self) -> Path:
        return ROOT / f"{self.module.replace('.', '/')}.py"

    def planted(self) -> str:
        """The source of the module with the fault in it."""
        source = self.path.read_text(encoding="utf-8")
        if source.count(self.right) != 1:
            raise ValueError(f"{self.name}: {self.right!r} stands {source.count(self.right)} times")
        return source.replace(self.right, self.wrong)


def _findings(name: str, right: str, wrong: str) -> Fault:
    return Fault(name, _FINDINGS, right, wrong)


def _core(name: str, right: str, wrong: str) -> Fault:
    """A fault in the first module of these in which the rule stands."""
    several = [Fault(name, module, right, wrong) for module in _CORE]
    return next((each for each in several if right in each.path.read_text("utf-8")), several[0])


def _kept(name: str, right: str, wrong: str) -> Fault:
    return Fault(name, "tosdsl.engine.signatures", right, wrong)


FAULTS = (
    # generated Python: logic
    _findings("not", 'f"not {self.value(item)}", item', 'f"{self.value(item)}", item'),
    _findings(
        "and: false does not settle it",
        '_joined(items, "False", "True")',
        '_joined(items, "None", "True")',
    ),
    _findings(
        "or: true does not settle it",
        '_joined(items, "True", "False")',
        '_joined(items, "None", "False")',
    ),
    _findings(
        "or: unknown is false",
        'return f"{settles} if {settled} else None if {unknown} else {otherwise}"',
        'return f"{settles} if {settled} else {otherwise}"',
    ),
    _findings("unknown is not looked for", "if unknown else test", "if False else test"),
    _findings("a field of an item", '.get({path!r})"', '.get({path[:-1]!r})"'),
    # comparisons
    _findings("is", '{one} == {other}", left, right', '{one} != {other}", left, right'),
    _findings(
        "an instant has a zone",
        "if not (self._is_instant(left) or self._is_instant(right)):",
        "if True:",
    ),
    _findings(
        "none given to a definition", "return None if self._given(at) else", "return None if False else"
    ),
    _findings("< of numbers", 'f"{sides[0]} {op} {sides[1]}"', 'f"{sides[1]} {op} {sides[0]}"'),
    _findings("<= is <", "{sides[0]} {op} {sides[1]}", "{sides[0]} {op[:1]} {sides[1]}"),
    _findings("none has no order", "if absent else test", "if False else test"),
    _findings("the order of members", "in enumerate(scale)}", "in enumerate(sorted(scale))}"),
    _findings("in", '{one} in {among}", left', '{one} not in {among}", left'),
    _findings(
        "includes: what is unknown in a list",
        '{other} in {one} else None if None in {one} else False"',
        '{other} in {one} else False"',
    ),
    _findings(
        "overlaps: what is unknown in a list",
        '"True if not {apart} else None if None in {read} else False"',
        '"not {apart}"',
    ),
    _findings("overlaps", "if not {apart} else None", "if {apart} else None"),
    _findings(
        "other comparisons",
        'return f"compare({op!r}, {one}, {other},',
        'return f"compare({op!r}, {other}, {one},',
    ),
    # what is worked out
    _findings("+ and - of numbers", '{one} {op} {other}", left', '{other} {op} {one}", left'),
    _findings(
        "arithmetic of money and days",
        "arithmetic({op!r}, {one}, {other}, {holidays})",
        "arithmetic({op!r}, {one}, {one}, {holidays})",
    ),
    _findings("holidays", '"()" if days is None else self.value(days)', '"()"'),
    _findings("min and max", 'return f"extreme({kind!r},', "return f\"extreme('min',"),
    _findings("as", 'return f"converted({self.value(value)}', 'return f"converted({self.value(rate)}'),
    _findings(
        "a list that is written out",
        "{self.value(each)}, ' for each in items)})\"",
        "{self.value(each)}, ' for each in items[1:])})\"",
    ),
    _findings(
        "rounding", "rounded({self.value(value)}, {way!r}", "rounded({self.value(value)}, 'down'"
    ),
    _findings(
        "parts of days",
        'return f"part_of_day({part!r}, {self.value(day)})"',
        "return f\"part_of_day('end of month of', {self.value(day)})\"",
    ),
    _findings("the day of the use in a zone", "or today, {node[1]!r})", "and today, {node[1]!r})"),
    _findings("clocks of zones", "{self.value(moment)}, {zone!r}", "{self.value(moment)}, 'UTC'"),
    _findings(
        "a value by cases that is open",
        "else agreed({one}, {other})",
        "else {other}",
    ),
    _findings(
        "a call",
        "for place in range(len(function.parameters))]",
        "for place in reversed(range(len(function.parameters)))]",
    ),
    _findings(
        "what a function reads outside",
        'given += [f"o{each}" for each in self.outer[number]]',
        'given += [f"o{each}" for each in reversed(self.outer[number])]',
    ),
    # lists
    _findings(
        "some", '("True", "False") if kind == "some" else ("False", "True")', '("True", "False")'
    ),
    _findings(
        "every, of what is unknown",
        'yield f"{inner}if {found} is None:"\n            yield f"{inner}    n{at} = None"',
        'yield f"{inner}if False:"\n            yield f"{inner}    n{at} = None"',
    ),
    _findings(
        "a list that is unknown",
        '        yield f"{pad}    n{at} = None"\n'
        '        yield f"{pad}else:"\n'
        '        yield f"{pad}    n{at} = {otherwise}"',
        '        yield f"{pad}    n{at} = {otherwise}"\n'
        '        yield f"{pad}else:"\n'
        '        yield f"{pad}    n{at} = {otherwise}"',
    ),
    _findings("count and sum: where", 'yield f"{inner}elif {chosen}:"', 'yield f"{inner}elif True:"'),
    _findings(
        "count and sum: an item that may count",
        'yield f"{inner}if {chosen} is None:"',
        'yield f"{inner}if False:"',
    ),
    _findings(
        "sum: an amount that is unknown",
        "if unknown := self._unknown(*read):",
        "if False and (unknown := self._unknown(*read)):",
    ),
    _findings(
        "highest", "highest(a{at}, d{at}, g{at}, {length}", "highest(a{at}, d{at}, d{at}, {length}"
    ),
    _findings(
        "values that grow past a limit", "if n{at} is not None and limit_met(n{at}):", "if False:"
    ),
    # duties and verdicts
    _findings("the last good day", 'return f"last_good({kind!r},', "return f\"last_good('by',"),
    _findings("late", 'return f"late({kind!r},', "return f\"late('by',"),
    _findings("moment", "for each in (moment, today, now)", "for each in (moment, today)"),
    _findings(
        "the state of a duty",
        "state({self.value(owed)}, {self.value(done)}",
        "state({self.value(done)}, {self.value(owed)}",
    ),
    _findings(
        "the table of a section",
        "[{self.value(forbids)}, {self.value(permits)}]",
        "[{self.value(permits)}, {self.value(forbids)}]",
    ),
    _findings(
        "a section that does not apply",
        '"{none} if {at} is False else {within} if {at} else {within} | {none}"',
        '"{within} if {at} is not None else {within} | {none}"',
    ),
    _findings("a section that may apply", "if {at} else {within} | {none}", "if {at} else {within}"),
    _findings("several sections", "JOIN[{made}][{each}]", "JOIN[{made}][{made}]"),
    # the core: logic, and nodes that are one
    _core("the opposite of what is settled", "self.truth(not value)", "self.truth(value)"),
    _core("the opposite of an opposite", "return int(inner)", "return item"),
    _core(
        "the day of the use",
        "self.policy.shared.block.node(day, kind)",
        'self.policy.shared.block.node(("literal", None), kind)',
    ),
    _core("and, or: what settles them", "if value is not nothing:", "if value is nothing:"),
    _core(
        "equal values of two types",
        "return (*made, type(value), type(kind) if isinstance(value, str) else None)",
        "return made",
    ),
    _core("what stands in a list", "free &= ~bound", "free &= ~0"),
    # documents
    _core(
        "a document that is not in force",
        "self.block.every((self.block.truth(self.in_force[index]), self._wholes[index]))",
        "self._wholes[index]",
    ),
    _core(
        "the table of a clause that came in alone",
        "index, document.policy.root, inside, inside, document.part is None",
        "index, document.policy.root, inside, inside, True",
    ),
    _core(
        "routes",
        "(index, number): self.condition(index, route.when)",
        "(index, number): self.condition(index, None)",
    ),
    _core("values of definitions", "(index, name): node\n", "(index, name): 0\n"),
    _core(
        "exceptions of definitions",
        "tuple(self._exceptions(index, definition.exceptions))",
        "tuple(self._exceptions(index, definition.exceptions[1:]))",
    ),
    _core("verdicts of several documents", '("join", tuple(masks))', '("join", tuple(masks[-1:]))'),
    _core(
        "a document within another",
        "around = [] if document.within is None else [",
        "around = [] if True else [",
    ),
    _core(
        "the condition of an incorporation",
        "around.append(self.condition(*incorporated))",
        "around.append(self.block.truth(True))",
    ),
    _core(
        "a section within another",
        "self._below(index, inner, self.block.every((scope, own)))",
        "self._below(index, inner, own)",
    ),
    # clauses
    _core(
        "when",
        "force = block.every((when, *provisos, block.opposite(defeated)))\n        force =",
        "force = block.every((*provisos, block.opposite(defeated)))\n        force =",
    ),
    _core(
        "provided",
        "force = block.every((when, *provisos, block.opposite(defeated)))\n        force =",
        "force = block.every((when, block.opposite(defeated)))\n        force =",
    ),
    _core(
        "defeat",
        "force = block.every((when, *provisos, block.opposite(defeated)))\n        force =",
        "force = block.every((when, *provisos))\n        force =",
    ),
    _core(
        "except",
        "[*(each.force for each in exceptions), *(force for _, force in above)]",
        "[force for _, force in above]",
    ),
    _core(
        "subject to",
        "[*(each.force for each in exceptions), *(force for _, force in above)]",
        "[each.force for each in exceptions]",
    ),
    _core(
        "the scope of a clause that prevails",
        "block.every((self._scopes[other], self.norms[other].force))",
        "self.norms[other].force",
    ),
    _core("the scope of a clause", "key, self._scopes[key], when", "key, block.truth(True), when"),
    _core(
        "except: provided",
        "force = block.every((when, *provisos, block.opposite(defeated)))\n            force =",
        "force = block.every((when, block.opposite(defeated)))\n            force =",
    ),
    _core(
        "except under except",
        "force = block.every((when, *provisos, block.opposite(defeated)))\n            force =",
        "force = block.every((when, *provisos))\n            force =",
    ),
    _core(
        "an exception to be shown",
        "force = block.shown(force) if each.shown else force",
        "force = force if each.shown else force",
    ),
    _core(
        "a proviso to be shown",
        "return block.shown(self.of(item, names, level))",
        "return self.of(item, names, level)",
    ),
    # duties
    _core(
        "a duty outside its section",
        "owed = block.every((nodes.scope, nodes.force))",
        "owed = nodes.force",
    ),
    _core(
        "must", "done = self.condition(key[0], norm.must)", "done = self.condition(key[0], norm.when)"
    ),
    _core(
        "a duty without a deadline",
        "due, late = None, block.truth(True)",
        "due, late = None, block.truth(False)",
    ),
    _core("within", 'past = ("late", kind,', 'past = ("late", "before",'),
    _core(
        "done too late, and no day is said",
        "late = block.some((late, block.every((block.opposite(said), done_late))))",
        "late = block.some((late, block.every((said, done_late))))",
    ),
    _core(
        "promptly: who judges",
        "late = block.every((late, self.condition(index, besides)))",
        "late = block.some((late, self.condition(index, besides)))",
    ),
    _core(
        "nothing is late in a first period",
        "for besides in (item.judged, item.first_over):",
        "for besides in (item.judged,):",
    ),
    _core(
        "the period at hand",
        "parts = (self.of(start, names, level), self.of(days, names, level))",
        "parts = (self.of(start, names, level), self.of(start, names, level))",
    ),
    _findings("a period", 'return f"period_end({which!r},', "return f\"period_end({'at hand'!r},"),
    # sections
    _core(
        "the scope of a section's table",
        "inner.append(self._table(index, each, own, block.every((whole, own)), binds))",
        "inner.append(self._table(index, each, block.truth(True), block.every((whole, own)), binds))",
    ),
    _core(
        "sections that came in alone", "binds = binds or section.id == part", "binds = binds or False"
    ),
    _core(
        "forbid and permit",
        'forbidding, permitting = of("forbid"), of("permit")',
        'permitting, forbidding = of("forbid"), of("permit")',
    ),
    _core(
        "several prohibitions",
        "self._one_of(forbidding), self._one_of(permitting)",
        "self._one_of(forbidding[:1]), self._one_of(permitting)",
    ),
    _core("default", "default = section.default if binds else None", "default = section.default"),
    _core(
        "sections within",
        "stance, [mask for _, mask in inner])",
        "stance, [mask for _, mask in inner[:1]])",
    ),
    # expressions
    _core(
        "definitions with exceptions",
        "self.expression(definition.body)\n",
        "self.expression(definition.core or definition.body)\n",
    ),
    _core(
        "parameters",
        "for place, (name, kind) in enumerate(definition.parameters)",
        "for place, (name, kind) in enumerate(definition.parameters[::-1])",
    ),
    _core(
        "literals",
        'return block.node(("literal", value), kind)',
        'return block.node(("literal", abs(value) if type(value) is int else value), kind)',
    ),
    _core(
        "facts",
        'return block.node(("fact", path), self',
        'return block.node(("fact", path.rpartition(".")[2]), self',
    ),
    _core(
        "definitions in functions",
        """at = self.policy.values[name]
                return block.node(("outer", at), kind) if self.number else at""",
        """at = self.policy.values[name]
                return block.node(("outer", 0), kind) if self.number else at""",
    ),
    _core("fields", 'block.node(("field", at, path), kind, (at,)) if path else at', "at"),
    _core(
        "the sides of a comparison",
        "one, other = self.of(left, names, level), self.of(right, names, level)",
        "other, one = self.of(left, names, level), self.of(right, names, level)",
    ),
    _core(
        "the order of a comparison",
        '("compare", op, one, other, scale)',
        '("compare", op, one, other, scale[::-1])',
    ),
    _core(
        "not in a condition",
        "return block.opposite(self.of(item, names, level))",
        "return self.of(item, names, level)",
    ),
    _core(
        "and",
        "return block.every([self.of(item, names, level) for item in items])",
        "return block.some([self.of(item, names, level) for item in items])",
    ),
    _core(
        "or",
        "return block.some([self.of(item, names, level) for item in items])",
        "return block.every([self.of(item, names, level) for item in items])",
    ),
    _core(
        "call",
        "self.policy.called(name), given), kind, given)",
        "self.policy.called(name), given[::-1]), kind, given)",
    ),
    _core(
        "arithmetic",
        "parts = (self.of(left, names, level), self.of(right, names, level))",
        "parts = (self.of(right, names, level), self.of(left, names, level))",
    ),
    _core(
        "excluding",
        "days = None if excluding is None else self.of(excluding, names, level)",
        "days = None",
    ),
    _core(
        "min, max",
        '("extreme", expr.kind, several, scale)',
        '("extreme", expr.kind, several[:1], scale)',
    ),
    _core(
        "conversion",
        "amount, at = self.of(value, names, level), self.of(rate, names, level)",
        "amount, at = self.of(value, names, level), self.of(value, names, level)",
    ),
    _core(
        "rounding",
        '("rounded", number, way, step.value)',
        '("rounded", number, "up", step.value)',
    ),
    _core(
        "parts of days",
        '("part of day", at, part)',
        '("part of day", at, "year of")',
    ),
    _core(
        "a value by cases",
        "parts = (condition, then, otherwise)",
        "parts = (condition, otherwise, then)",
    ),
    _core(
        "a condition by cases",
        "cases = ((condition, then), (block.opposite(condition), otherwise), (then, otherwise))",
        "cases = ((condition, then), (block.opposite(condition), otherwise))",
    ),
    _core(
        "lists in lists",
        "inside = self.of(body, {**names, expr.variable: at_hand}, level + 1)",
        "inside = self.of(body, {expr.variable: at_hand, **names}, level)",
    ),
    _core(
        "some and every",
        "node = (which, at_hand, listed, inside)",
        'node = ("some", at_hand, listed, inside)',
    ),
    _core("where", "where, value, by, per = of(expr.where)", "where, value, by, per = of(None)"),
    _core("sum", "of(expr.where), of(expr.value)", "of(expr.where), of(None)"),
    _core(
        "windows",
        "window = expr.window if expr.by is not None else None",
        "window = expr.by and type(expr.window)(1, expr.window.unit)",
    ),
    _core("per", "of(expr.by), of(expr.per)", "of(expr.by), of(None)"),
    _core(
        "lists of literals", "tuple(node[1] for node in nodes)", "tuple(node[1] for node in nodes[1:])"
    ),
    # decisions that are kept
    _kept(
        "what is judged and kept",
        "more += path, said if said is True or said is False else value_words(said)",
        "pass",
    ),
    _kept("ends of deadlines, kept", 'or body.nodes[at][0] == "due"', 'or body.nodes[at][0] == "no"'),
    _kept("truths that are kept", "_picking(told)", "_picking(told[::2])"),
    _kept("lists with judged fields, kept", "for path in self._judged_inside", "for path in ()"),
)

FAULT = {each.name: each for each in FAULTS}


class _Planting(importlib.abc.MetaPathFinder):
    """Finds the module of a fault, with the fault in it."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault

    def find_spec(
        self, name: str, path: Any = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != self.fault.module:
            return None
        return importlib.util.spec_from_loader(name, _Loader(self.fault))


class _Loader(SourceFileLoader):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.module, str(fault.path))
        self.fault = fault

    def get_code(self, fullname: str) -> Any:  # never from a cache of compiled files
        return self.source_to_code(self.fault.planted().encode(), self.path)


def seen(fault: Fault, seconds: float = SECONDS) -> tuple[float, str]:
    """The processor time until the run saw a fault, and how it told of it; empty if it did not.

    To be called in a process in which no module of the package was imported."""
    sys.meta_path.insert(0, _Planting(fault))
    from tests.differential import long

    class Run(long.Run):
        def over(self) -> bool:
            return super().over() or bool(self.report.different)

    before = process_time()
    report = Run(f"{SEED}.0", sys.maxsize, seconds).whole()
    told = [line for line in "".join(report.different[:1]).splitlines() if line.startswith("    # ")]
    return process_time() - before, told[0].removeprefix("    # ") if told else ""


def plant(name: str, seconds: float = SECONDS) -> tuple[float, str]:
    """The same in a process of its own."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.differential.faults", "--here", name, "--seconds", str(seconds)],
        cwd=ROOT,
        env={**os.environ, "TOSDSL_CACHE": "off"},
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode not in {0, 1}:
        raise RuntimeError(run.stderr)
    taken, _, told = run.stdout.strip().partition(" ")
    return float(taken), told


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tests.differential.faults", description="Planted faults.")
    parser.add_argument("name", nargs="*", metavar="NAME", help="of a fault; all, if none is named")
    parser.add_argument("--here", action="store_true", help="in this process; of one name")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of processor time, each")
    options = parser.parse_args(arguments)
    if unknown := set(options.name) - FAULT.keys():
        parser.error(f"there is no fault {', '.join(sorted(unknown))}")
    if options.here:
        taken, told = seen(FAULT[options.name[0]], options.seconds)
        print(f"{taken:.1f} {told}")
        return 0 if told else 1
    missed = 0
    names = options.name or [*FAULT]
    for name in names:
        taken, told = plant(name, options.seconds)
        missed += not told
        module = FAULT[name].module.removeprefix("tosdsl.")
        print(f"{taken:6.1f} s  {module:24}  {name}: {told[:100] or 'NOT SEEN'}", flush=True)
    print(f"{len(names)} faults, {missed} not seen")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
