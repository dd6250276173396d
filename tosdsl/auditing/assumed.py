"""What a mapping says of all rows, and what it makes of empty cells: no column says so."""

from __future__ import annotations

from collections.abc import Iterator

from tosdsl.auditing.run import Run, Side
from tosdsl.auditing.wording import line
from tosdsl.decision.text import Line
from tosdsl.trees.facts import Entries, Items, Node, Numeral

TITLE = "Said of all rows, by the mapping alone"


def facts_read(side: Side) -> set[str]:
    """The facts that a side reads."""
    several = side.predicates.answers(None, None)
    answers = [judge.answers for judge in side.judges.values()] or [several]
    return {
        node[1]
        for group in answers
        for each in group
        for node in each.program.body.nodes
        if node[0] == "fact"
    }


def assumed(run: Run) -> list[tuple[str, str, bool]]:
    """Each fact that is read with its value, and whether it is said of empty cells only."""
    mapped, found = run.mapped, list[tuple[str, str, bool]]()
    read = {path for side in run.sides() for path in facts_read(side)}
    days = (mapped.as_of, mapped.known_at)
    facts = (each for path, each in mapped.facts.items() if path in read)
    for each in (*filter(None, days), *facts):
        if each.constant is not None:
            found.append((each.path, _written(each.constant), False))
        elif each.instead is not None:
            found.append((each.path, _written(each.instead), True))
        elif each.missing == "none":
            found.append((each.path, "none", True))
    return found


def assumed_words(value: str, empty: bool) -> str:
    return f"{value}, where the cell is empty" if empty else value


def assumed_lines(run: Run) -> Iterator[Line]:
    """The same in lines."""
    found = assumed(run)
    if found:
        yield line(f"{TITLE}:")
    for path, value, empty in found:
        yield line(f"  {path}: {assumed_words(value, empty)}")


def _written(node: Node) -> str:
    """A value as a mapping has it."""
    if isinstance(node, Items):
        return f"[{', '.join(map(_written, node.items))}]"
    if isinstance(node, Entries):
        several = (f"{each.key}: {_written(each.value)}" for each in node.entries)
        return f"{{{', '.join(several)}}}"
    match node.value:
        case bool():
            return "yes" if node.value else "no"
        case Numeral(text=text):
            return text
        case None:
            return "unknown"
    return str(node.value)
