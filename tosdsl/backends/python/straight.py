"""A formula judged part by part, where its decision tree would be too large."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tosdsl.runtime.indexed import Body
from tosdsl.trees.rules import Formula

Truth = bool | None


def straight(
    shape: Formula,
    test: Callable[[str, str, int | None], Body],
    beyond: Callable[[int], Callable[[object], Truth]],
) -> Body:
    """The formula as a function; ``test`` gives that of one test, ``beyond`` that of a condition."""
    tests: dict[int, Body] = {}
    conditions: dict[int, Callable[[object], Truth]] = {}
    for at, node in enumerate(shape):
        if node[0] == "test":
            tests[at] = test(node[1], node[2], node[3])
        elif node[0] == "beyond":
            conditions[at] = beyond(node[1])

    def body(facts: Any, constants: tuple[Any, ...]) -> Truth:
        found: list[Truth] = []
        for at, node in enumerate(shape):
            match node[0]:
                case "truth":
                    found.append(node[1])
                case "test":
                    found.append(tests[at](facts, constants))
                case "beyond":
                    found.append(conditions[at](facts))
                case "not":
                    truth = found[node[1]]
                    found.append(None if truth is None else not truth)
                case kind:
                    settles = kind == "or"
                    several = [found[each] for each in node[1]]
                    open_ = None in several
                    found.append(settles if settles in several else None if open_ else not settles)
        return found[-1]

    return body
