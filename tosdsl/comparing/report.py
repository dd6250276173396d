"""A comparison as JSON-ready data and as lines, and the words that the page has in common with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from attrs import asdict

from tosdsl.base.verdict import Verdict
from tosdsl.comparing.compare import Absent, Compared, Comparison, Stated
from tosdsl.decision.model import Basis
from tosdsl.decision.text import Line
from tosdsl.trees.norms import Policy
from tosdsl.trees.wording import value_words

_MOST = 3
"""Clauses and questions of one document that are shown as text; JSON and the page have all."""

Group = tuple[str, str, tuple[Compared, ...]]
"""Documents of one kind: a verdict's word, a heading, and the documents."""


def groups(found: Comparison) -> Iterator[Group]:
    """The documents by verdict; apart those to which none of the facts can matter."""
    for matters in (True, False):
        for verdict, several in found.by_verdict().items():
            some = tuple(each for each in several if bool(each.matters) is matters)
            if some:
                more = "" if matters else ", and not about these facts"
                yield verdict.value, f"{verdict.value.replace('_', ' ')}{more}", some


def name_of(policy: Policy) -> str:
    """A document's title and version, as people call it."""
    name = policy.title or policy.id
    return f"{name}, version {policy.version}" if policy.version else name


def effect_of(basis: Basis) -> str:
    """What a clause does to the use."""
    verb = {"forbid": "forbids", "permit": "permits"}[basis.effect]
    return verb if basis.force == "true" else f"may {verb[:-1]}"


def clause_of(basis: Basis) -> str:
    """A clause by its place, and its id if it has none."""
    if basis.by_default:
        return "by default"
    return basis.at or basis.clause.rpartition("#")[2]


def term_of(policy: Policy) -> str:
    """From when to when a version is in force."""
    begins = f"from {policy.effective_from}" if policy.effective_from else ""
    ends = f"until {policy.effective_until}" if policy.effective_until else ""
    return " ".join(filter(None, (begins, ends))) or "on no day that is said"


def recorded_of(policy: Policy) -> str:
    """When a version could be read, if that is said."""
    return f", recorded {policy.recorded}" if policy.recorded else ""


def day_of(found: Comparison) -> str:
    """The days and the standard of the question, as words."""
    day = f"on {found.as_of}" if found.as_of else "today's versions, as no day is given"
    known = f", as known on {found.known_at}" if found.known_at else ""
    return f"{day}{known}{', allegations counted' if found.standard == 'alleged' else ''}"


def stated_words(each: Stated) -> str:
    """Whose word a fact is, and whether it counts."""
    return f"{each.status}: {each.source}{'' if each.counts else ' (does not count)'}"


def counted(several: Sequence[object], noun: str = "document") -> str:
    """A number of things, with their name."""
    return f"{len(several)} {noun}{'' if len(several) == 1 else 's'}"


# --- lines ------------------------------------------------------------------------------------------


def lines(found: Comparison) -> Iterator[Line]:
    """The comparison for a terminal."""
    yield Line(((found.title or "this use", "use"), (f"  {day_of(found)}", "note")))
    for path, value in found.facts.items():
        yield Line(((f"  {path}: ", "path"), (value, "")))
    for each in found.stated:
        note = (f"  {stated_words(each)}", "note")
        yield Line(((f"  {each.fact}: ", "path"), (each.value, ""), note))
    for verdict, heading, several in groups(found):
        yield Line(())
        yield Line(((heading.upper(), verdict), (f"  {counted(several)}", "note")))
        for one in several:
            yield from _document(one, dated=found.as_of is not None)
    if found.absent:
        yield Line(())
        yield Line((("Not in force then", "title"), (f"  {counted(found.absent)}", "note")))
        for absent in found.absent:
            yield Line(((f"  {absent.versions[0].title or absent.versions[0].id}", ""),))
            terms = "; ".join(f"{term_of(each)}{recorded_of(each)}" for each in absent.versions)
            yield Line(((f"      {terms}", "note"),))


def _document(each: Compared, *, dated: bool) -> Iterator[Line]:
    decision, until = each.decision, each.policy.effective_until
    about = f"  {each.policy.id}{'' if dated or until is None else f', in force until {until}'}"
    yield Line(((f"  {name_of(each.policy)}", "document"), (about, "note")))
    for basis in decision.basis[:_MOST]:
        words = f"  {basis.text}" if basis.text else ""
        yield Line(
            (
                (f"      {effect_of(basis)} ", decision.verdict.value),
                (clause_of(basis), "clause"),
                (words, ""),
            )
        )
    yield from _more(len(decision.basis), "clause")
    if each.matters:
        for need in decision.needs[:_MOST]:
            yield Line((("      ? ", "unknown"), (f"{need.fact}  ", "path"), (need.question, "")))
        yield from _more(len(decision.needs), "question")
    elif decision.needs:
        yield Line(((f"      {counted(decision.needs, 'question')} open", "note"),))
    for warning in decision.warnings:
        yield Line((("      ! ", "unknown"), (warning, "")))
    if each.unknown and each.matters:
        yield Line(((f"      not asked about there: {', '.join(each.unknown)}", "note"),))
    for one in each.unfit:
        yield Line(((f"      not told of {one.fact}: {one.why}", "note"),))


def _more(count: int, noun: str) -> Iterator[Line]:
    if count > _MOST:
        yield Line(((f"      and {counted(range(count - _MOST), f'more {noun}')}", "note"),))


# --- JSON -------------------------------------------------------------------------------------------


def as_json(found: Comparison) -> dict[str, Any]:
    """The whole comparison, each decision in it without its explanation."""
    return {
        "schema": "tosdsl.comparison/1",
        "use": found.title,
        "as_of": value_words(found.as_of) if found.as_of else None,
        "known_at": value_words(found.known_at) if found.known_at else None,
        "standard": found.standard,
        "facts": dict(found.facts),
        "stated": [asdict(each) for each in found.stated],
        "documents": [_compared(each) for each in found.documents],
        "not_in_force": [_absent(each) for each in found.absent],
    }


def _head(policy: Policy) -> dict[str, Any]:
    return {"id": policy.id, "title": policy.title, "provider": policy.provider}


def _compared(each: Compared) -> dict[str, Any]:
    return {
        **_head(each.policy),
        "version": each.policy.version,
        "verdict": each.decision.verdict.value,
        "known": list(each.shared.known),
        "matters": list(each.matters),
        "unknown": list(each.unknown),
        "unfit": [{"fact": one.fact, "why": one.why} for one in each.unfit],
        "decision": each.decision.to_json(explain=False),
    }


def _absent(each: Absent) -> dict[str, Any]:
    days = ("effective_from", "effective_until", "recorded")
    return {
        **_head(each.versions[0]),
        "versions": [
            {
                "version": policy.version,
                **{day: str(getattr(policy, day)) if getattr(policy, day) else None for day in days},
            }
            for policy in each.versions
        ],
    }


def verdicts(found: Comparison) -> dict[Verdict, int]:
    """How many documents give each verdict."""
    return {verdict: len(several) for verdict, several in found.by_verdict().items()}
