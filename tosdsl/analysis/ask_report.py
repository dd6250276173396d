"""An answer of ``ask`` as lines and as JSON-ready data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tosdsl.analysis.ask import Answer
from tosdsl.analysis.listed import change_lines, fact_lines
from tosdsl.analysis.ranges import Range
from tosdsl.analysis.report import range_json, range_words
from tosdsl.decision.text import Line
from tosdsl.engine.presuming import Presuming
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Use
from tosdsl.trees.uses import value_json
from tosdsl.trees.wording import value_words


def ask_lines(found: Answer, kinds: Mapping[str, v.Type]) -> Iterator[Line]:
    """The answer for a terminal; the first line is the verdict."""
    yield Line(((found.verdict.replace("_", " "), found.verdict),))
    if found.settling:
        yield Line(())
        yield Line((("What would settle it", "title"),))
    for each in found.settling:
        words = "" if each.smallest else "  (fewer facts might do)"
        yield Line((("  ", ""), (each.verdict.replace("_", " "), each.verdict), (words, "note")))
        for path, value in each.facts.items():
            ending = range_words(each.ranges.get(path))
            yield from _lines(fact_lines(path, value, kinds[path], ending))
    if found.nearest:
        yield Line(())
        yield Line((("The nearest permitted uses", "title"),))
    for number, near in enumerate(found.nearest, 1):
        yield Line(((f"  {number}.", "note"),))
        for path, (now, then) in near.changed.items():
            ending = range_words(near.ranges.get(path))
            yield from _lines(change_lines(path, now, then, kinds[path], ending))
        for path, value in near.added.items():
            ending = range_words(near.ranges.get(path))
            yield from _lines(fact_lines(path, value, kinds[path], ending, "not known → "))
    yield from _ending(found)


def _lines(several: Iterable[str]) -> Iterator[Line]:
    for each in several:
        yield Line((("      ", ""), (each, "path")))


def _ending(found: Answer) -> Iterator[Line]:
    if found.verdict == "permitted" or found.nearest:
        told = f"Not everything was looked through: {found.open}." if found.open else ""
    elif found.never:
        told = "No use is permitted by these documents on the day that is asked about, proved."
    else:
        told = f"No permitted use was found: {found.open or 'none of these facts leads to one'}."
    if told:
        yield Line(())
        yield Line(((told, "note"),))


def presumed_by(several: Iterable[Presuming], use: Use) -> dict[str, Any]:
    """What every text that may govern presumes of a use, by fact."""
    first, *others = ({each.fact: each.value for each in one.presumed(use)} for one in several)
    return {
        fact: value
        for fact, value in first.items()
        if all(fact in each and each[fact] == value for each in others)
    }


def presuming_lines(presumed: Mapping[str, Any], presuming: bool) -> Iterator[Line]:
    """What was presumed; or, where nothing was, what a check would presume."""
    if presumed:
        words = ", ".join(f"{path} is {value_words(value)}" for path, value in presumed.items())
        said = "Presumed" if presuming else "Not presumed here, as a check would"
        yield Line(((f"  {said}: {words}.", "note"),))


def ask_json(
    found: Answer, kinds: Mapping[str, v.Type], presumed: Mapping[str, Any], presuming: bool = False
) -> dict[str, Any]:
    """The answer as JSON-ready data, with what is presumed and whether it was taken for given."""

    def plain(facts: Mapping[str, Any]) -> dict[str, Any]:
        return {path: value_json(value, kinds[path]) for path, value in facts.items()}

    def ranges(several: Mapping[str, Range]) -> dict[str, dict[str, str]]:
        return {path: range_json(each) for path, each in several.items()}

    return {
        "schema": "tosdsl.ask/1",
        "verdict": found.verdict,
        "settling": [
            {
                "verdict": each.verdict,
                "facts": plain(each.facts),
                "ranges": ranges(each.ranges),
                "smallest": each.smallest,
            }
            for each in found.settling
        ],
        "nearest": [
            {
                "changed": {
                    path: {
                        "now": value_json(now, kinds[path]),
                        "then": value_json(then, kinds[path]),
                    }
                    for path, (now, then) in each.changed.items()
                },
                "added": plain(each.added),
                "ranges": ranges(each.ranges),
            }
            for each in found.nearest
        ],
        "never_permitted": found.never,
        "open": found.open or None,
        "presuming": presuming,
        "presumptions": plain(presumed),
    }
