"""Enforcement ladders: each rung with the clause or section that it is about.

In: the ladders of one document as written, and what its clause ids name. Out: their rungs, in the
order of the text. Whether a finding is there is not looked at here.
"""

from __future__ import annotations

from collections.abc import Mapping

from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.trees import norms as n
from tosdsl.trees import surface as s
from tosdsl.trees.lazy import only


def elaborate_ladder(
    unit: s.Policy, kinds: Mapping[str, str], lost: frozenset[str], problems: list[Diagnostic]
) -> tuple[n.Rung, ...]:
    """The rungs of all ladders of a policy; one that names nothing is left out."""
    rungs: list[n.Rung] = []
    lines: dict[tuple[str, str | None, str], int] = {}
    for item in only(unit.items, s.Enforcement):
        if not item.rungs and not lost:
            problems.append(mistake("TOS3035", item.span))
        for rung in item.rungs:
            of = rung.of.clause if rung.of is not None else None
            if rung.of is not None and not _is_there(rung.of, unit.name.text, kinds, lost, problems):
                continue
            first = rung.measures[0].kind
            line = lines.setdefault((rung.finding, of, first), rung.span.line)
            if line != rung.span.line:
                words = {"finding": f"on {rung.finding}", "measure": first, "line": line}
                problems.append(mistake("TOS3037", rung.span, None, **words))
            measures = tuple(map(_measure, rung.measures))
            rungs.append(n.Rung(rung.finding, of, measures, item.at, item.description, span=rung.span))
    return tuple(rungs)


def _measure(measure: s.Measure) -> n.Measure:
    term = measure.within
    within = f"{term.count} {term.unit}{'' if term.count == 1 else 's'}" if term else None
    return n.Measure(measure.kind, within, measure.text)


def _is_there(
    ref: s.Ref,
    policy: str,
    kinds: Mapping[str, str],
    lost: frozenset[str],
    problems: list[Diagnostic],
) -> bool:
    """Whether the reference names a prohibition or a section of this document."""
    name = ref.clause or ""
    if ref.policy not in {None, policy}:
        problems.append(mistake("TOS3036", ref.span, None, name=ref.policy))
        return False
    kind = kinds.get(name)
    if kind is None:
        if lost.isdisjoint(name.split(".")):
            near = (name, [key for key, each in kinds.items() if each in {"prohibition", "section"}])
            words = {"kind": "prohibition or section", "name": name, "policy": policy}
            problems.append(mistake("TOS3001", ref.span, near, **words))
        return False
    if kind not in {"prohibition", "section"}:
        actual = f"a{'n' if kind in {'exception', 'obligation'} else ''} {kind}"
        words = {"name": name, "actual": actual, "wanted": "a prohibition or a section"}
        problems.append(mistake("TOS3013", ref.span, None, **words))
        return False
    return True
