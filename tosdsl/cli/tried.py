"""Properties that were tried, as lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from tosdsl.decision.text import Line
from tosdsl.testing.properties import Result, claim_words


def property_lines(results: Sequence[Result]) -> Iterator[Line]:
    """Each property with what came of it; against one that fails, the scenario to paste."""
    for policy, mine in groupby(results, key=lambda result: result.policy):
        yield Line(((policy, "document"), (": properties", "note")))
        for result in mine:
            mark = ("  ✓ ", "true") if result.held else ("  ✗ ", "false")
            yield Line((mark, (result.item.title, ""), (f"  {result.summary}", "note")))
            found = result.counterexample
            if found is None:
                continue
            span, id_ = found.claim.span, policy.partition("@")[0]
            yield Line((("      expected ", "note"), (claim_words(found.claim, id_), "clause")))
            place = (f"  {span.file}:{span.line}", "note")
            yield Line((("      came     ", "note"), (found.came, "false"), place))
            yield Line(())
            for text in found.scenario.rstrip("\n").split("\n"):
                yield Line((("      " + text, ""),))
        yield Line(())
    failed = sum(not result.held for result in results)
    count = "1 property" if len(results) == 1 else f"{len(results)} properties"
    style = ("all held", "good") if not failed else (f"{failed} failed", "bad")
    yield Line(((f"{count}: ", ""), style))
