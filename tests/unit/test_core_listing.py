"""The core as ``tosdsl compile --to core`` prints it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve, fields, has
from hypothesis import Phase, given, settings

import tosdsl
from tests.conftest import ROOT
from tests.differential.test_libraries import conformance
from tests.properties.worlds import World, worlds
from tests.unit.conftest import Run
from tosdsl.backends.core.listing import listing
from tosdsl.trees import core

SHIPPED = [
    str(file)
    for file in sorted((ROOT / "policies").rglob("*.tos*"))
    if re.search("^policy ", file.read_text(encoding="utf-8"), re.MULTILINE)
]
MARK = "a_marker"


def programs(policies: tosdsl.PolicySet) -> list[core.Program]:
    return [each.program for each in policies.predicates.answers(None, None)]


def indexes(part: Any) -> Iterator[int]:
    """The nodes of roles: whole numbers in what stands beside the nodes."""
    if isinstance(part, int) and not isinstance(part, bool):
        yield part
    elif isinstance(part, tuple):
        for each in part:
            yield from indexes(each)
    elif has(type(part)):
        for each in fields(type(part)):
            if each.name not in {"document", "key", "above", "forbidding", "permitting"}:
                yield from indexes(getattr(part, each.name))


def read(program: core.Program) -> set[int]:
    """The nodes that a role or a function reads, or a node that is read."""
    sides: list[Any] = [*program.norms.values(), *program.duties.values(), *program.tables]
    sides += [
        *program.routes.values(),
        *program.incorporated.values(),
        *program.values.values(),
        *program.excepted.values(),
    ]
    todo = [*indexes(tuple(sides)), program.possible]
    todo += [node for each in program.norms.values() for _, node in each.above]
    todo += [at for each in program.functions for kind, at, *_ in outer(each) if kind == "outer"]
    found: set[int] = set()
    while todo:
        at = todo.pop()
        if at not in found:
            found.add(at)
            todo += core.parts(program.body.nodes[at])
    return found


def outer(function: core.Function) -> Iterator[core.Node]:
    return (node for node in function.body.nodes if len(node) > 1)


def marked(block: core.Block, at: int) -> core.Block:
    """The block with a text in the place of a node."""
    nodes = (*block.nodes[:at], ("literal", MARK), *block.nodes[at + 1 :])
    return evolve(block, nodes=nodes)


def shown(program: core.Program) -> None:
    """Each node appears: whatever stands in its place is printed."""
    for at in read(program):
        assert MARK in listing(evolve(program, body=marked(program.body, at))), program.body.nodes[at]
    for number, function in enumerate(program.functions):
        block = function.body
        parts = {part for node in block.nodes for part in core.parts(node)} | {function.result}
        for at in parts:
            changed = evolve(function, body=marked(block, at))
            functions = (*program.functions[:number], changed, *program.functions[number + 1 :])
            assert MARK in listing(evolve(program, functions=functions)), block.nodes[at]


def in_order(text: str) -> None:
    """Every definition has a type and a name of its own, and reads definitions above it only."""
    above: set[str] = set()
    for head, body in definitions(text):
        name, kind = head.split(": ", 1) if ": " in head else (head, "")
        assert kind
        assert name not in above, name
        read = re.findall(r"\b(?:[a-z]+\[[^\]]*\](?:~\d+)?|n\d+\b)", re.sub(r'"[^"]*"', "", body))
        assert {*read} <= above, (name, read)
        above.add(name)


def definitions(text: str) -> Iterator[tuple[str, str]]:
    """Head and body of every definition without parameters."""
    for part in re.split(r"\n(?=\S)", text):
        line = " ".join(part.split())
        if line and not line.startswith("#") and " = " in line and "(" not in line.split(" = ")[0]:
            head, body = line.split(" = ", 1)
            yield head, body


@pytest.mark.parametrize("where", [*SHIPPED, *conformance()])
def test_each_node_appears_once_it_is_defined(where: str) -> None:
    for program, again in zip(programs(tosdsl.load(where)), programs(tosdsl.load(where)), strict=True):
        in_order(listing(program))
        if len(program.body.nodes) < 100:
            shown(program)
        assert program == again
        assert listing(program) == listing(again)


@settings(max_examples=25, phases=(Phase.generate,), deadline=None, derandomize=True)
@given(worlds())
def test_each_node_of_a_generated_program_appears(world: World) -> None:
    for program in programs(world.policies):
        in_order(listing(program))
        if len(program.body.nodes) < 150:
            shown(program)


@pytest.mark.parametrize("where", SHIPPED)
def test_the_command_prints_it_for_every_shipped_policy(run: Run, where: str) -> None:
    status, out, err = run("compile", where, "--to", "core")
    assert (status, err) == (0, "")
    assert out == "\n".join(map(listing, programs(tosdsl.load(where))))
    assert all(len(line) <= 100 or " = " not in line for line in out.splitlines())


def test_where_several_versions_may_govern_each_has_a_core(run: Run, tmp_path: Path) -> None:
    text = "vocabulary words\n\nfact one: boolean\n"
    for version, day in ("1", "2024-01-01"), ("2", "2024-01-01"):
        (tmp_path / f"p-{version}.tos").write_text(
            f'policy p\n    version "{version}"\n    effective from {day}\n    default permit\n\n'
            f"use words\n\nforbid clause{version}\n    when one\n",
            encoding="utf-8",
        )
    (tmp_path / "words.tos").write_text(text, encoding="utf-8")
    status, out, _ = run("compile", str(tmp_path), "--to", "core")
    assert status == 0
    heads = sorted(line for line in out.splitlines() if line.startswith("# The core of"))
    assert heads == ["# The core of p@1: 5 nodes.", "# The core of p@2: 5 nodes."]
    assert "force[clause1]: boolean = one\n" in out
    assert "force[clause2]: boolean = one\n" in out


EVERYTHING = """\
vocabulary words

type Level is one of, rising
    low
    high

type Sale has
    on: date
    price: money in USD
    kind: Level

fact sales: list of Sale

fact rate: number

fact note: text

fact level: Level

fact day: optional date

policy p
    default permit

use words

define dear(s: Sale) as
    s.price > 5 USD and s.kind >= high

forbid a
    when sum(s.price as EUR at (rate + 2 * (rate - 1)) for s in sales where dear(s)) > 10 EUR
    except b
        when note starts with "x and, or \\" y" ignoring case

require c
    when some s in sales satisfies (dear(s) and s.on is not day)
    must level >= high
    within 3 days after day
"""


PRINTED = """\
# The core of p: 46 nodes.
# Each definition is made of facts, literals and definitions above it.

# facts
sales: list of Sale
rate: number
note: text
level: Level
day: optional date

# define dear, <text 1>:27
dear(s: Sale): boolean = s.price > 5 USD and s.kind >= high

# except a.b, <text 1>:32
force[a.b]: boolean = note starts with "x and, or \\" y" ignoring case

# forbid a, <text 1>:30
force[a]: boolean
    = sum(item.price as EUR at (rate + 2 * (rate - 1)) for item in sales where dear(item)) > 10 EUR
      and not force[a.b]

# require c, <text 1>:35
force[c]: boolean = some item in sales satisfies (dear(item) and item.on is not day)
n31: optional date = day + 3 days
due[c]: optional date = due(within: n31)
late[c]: boolean = late(within: n31, on: as_of)
state[c]: state = state(owed: force[c], done: level >= high, late: late[c])

# document p, <text 1>:22
verdicts[p]: verdicts = section(forbids: force[a]; default: permit)

# the whole question
possible: verdicts = all(verdicts[p])
"""


def test_conditions_are_written_as_in_a_policy() -> None:
    [program] = programs(tosdsl.loads(EVERYTHING))
    assert listing(program) == PRINTED
