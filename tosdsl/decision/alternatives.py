"""One decision of several: the same question, where it is open which version of a document governs."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain
from typing import TypeVar

from attrs import evolve

from tosdsl.base.verdict import Verdict
from tosdsl.decision.explain import LAPSED
from tosdsl.decision.model import Decision, Duty, Need, PolicyUsed, Why, Without
from tosdsl.decision.readings import all_needs
from tosdsl.trees.standings import Open
from tosdsl.trees.vocabulary import MOMENT

T = TypeVar("T", bound=Hashable)

_ALIKE = Open()


def either(several: Sequence[Decision], open_: Open = _ALIKE) -> Decision:
    """The decision that holds whichever of these does: what they agree on, and what each may add.

    A verdict on which they do not agree is undetermined, and a warning says why: ``open_`` has the
    documents of which a moment would tell which version is in force. What counts against
    the asker or is told for a reason is listed if any has it; a document governs, and a measure is
    open, if that is so in all.
    """
    first, *others = several
    if not others:
        return first
    asked = _moment(open_)
    verdicts = {each.verdict for each in several}
    verdict = first.verdict if len(verdicts) == 1 else Verdict.UNDETERMINED
    found = {each for made in several for each in made.possible}
    compliant = {each.compliant for each in several}
    settled = verdict is not Verdict.UNDETERMINED and len(compliant - {None}) == len(compliant) == 1
    return evolve(
        first,
        verdict=verdict,
        possible=tuple(each for each in Verdict if each in found),
        compliant=compliant.pop() if len(compliant) == 1 else None,
        basis=_all(each.basis for each in several),
        defeated=_all(each.defeated for each in several),
        conditions=_all(each.conditions for each in several),
        duties=tuple(_duties(several, asked)),
        needs=_needs(several, verdict, asked),
        conflicts=_all(each.conflicts for each in several),
        judgements=_all(each.judgements for each in several),
        policies=_all(each.policies for each in several),
        governs=_common(several, lambda each: each.governs),
        warnings=(*_warnings(several), *_open(several, open_, settled)),
        evidence=_all(each.evidence for each in several),
        allegations=_all(each.allegations for each in several),
        contested=_all(each.contested for each in several),
        enforcement=_common(several, lambda each: each.enforcement),
        exact=all(each.exact for each in several),
        presumed=_all(each.presumed for each in several),
        without=_without(several, asked),
        interpretations=_all(each.interpretations for each in several),
        explain=cache(lambda: _explained(several, verdict)),
    )


def _all(several: Iterable[Iterable[T]]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(several)))


def _common(several: Sequence[Decision], part: Callable[[Decision], tuple[T, ...]]) -> tuple[T, ...]:
    first, *others = (part(each) for each in several)
    return tuple(each for each in first if all(each in other for other in others))


def _moment(open_: Open) -> tuple[Need, ...]:
    """What to ask for where the hour of the use tells which version is in force."""
    leaf = MOMENT
    return (Need(leaf.path, leaf.question, leaf.judged, open_.by_hour),) if open_.by_hour else ()


def _needs(
    several: Sequence[Decision | Without], verdict: Verdict, asked: tuple[Need, ...]
) -> tuple[Need, ...]:
    """What any of them needs, and what tells which of them holds."""
    needs = all_needs(several)
    return (*needs, *asked) if verdict is Verdict.UNDETERMINED else needs


def _warnings(several: Sequence[Decision]) -> tuple[str, ...]:
    """What is said of all, and what is odd in any: but not that a document is not in force."""
    return tuple(
        text
        for text in _all(each.warnings for each in several)
        if LAPSED not in text or all(text in each.warnings for each in several)
    )


def _duties(several: Sequence[Decision], asked: tuple[Need, ...]) -> Iterator[Duty]:
    """Each duty once; one that is not in the same state in all of them is open."""
    for duty in _all(each.duties for each in several):
        same = [
            next((d for d in made.duties if (d.clause, d.path) == (duty.clause, duty.path)), None)
            for made in several
        ]
        if all(each == duty for each in same):
            yield duty
        elif next(each for each in same if each is not None) == duty:  # once for all of them
            needs = dict(zip(duty.needs, duty.questions, strict=True))
            needs |= {need.fact: need.question for need in asked}
            yield evolve(
                duty,
                state="undetermined",
                due=None,
                needs=tuple(sorted(needs)),
                questions=tuple(needs[each] for each in sorted(needs)),
            )


def _without(several: Sequence[Decision], asked: tuple[Need, ...]) -> Without | None:
    """What comes with nothing presumed: of one where nothing mattered, what it comes to as it is."""
    if all(each.without is None for each in several):
        return None
    found = [each.without or each for each in several]
    verdicts, compliant = {each.verdict for each in found}, {each.compliant for each in found}
    possible = {verdict for each in found for verdict in each.possible}
    verdict = verdicts.pop() if len(verdicts) == 1 else Verdict.UNDETERMINED
    return Without(
        verdict,
        tuple(each for each in Verdict if each in possible),
        compliant.pop() if len(compliant) == 1 else None,
        _needs(found, verdict, asked),
        all(each.exact for each in found),
    )


def _open(several: Sequence[Decision], open_: Open, settled: bool) -> Iterator[str]:
    """A sentence for each document of which it is open which version governs. That a day is divided is
    nothing to mind where the answer is ``settled``."""
    versions: dict[str, dict[PolicyUsed, None]] = {each: {} for each in _why(open_)}
    for used in _all(each.policies for each in several):
        if not all(used in each.policies for each in several):
            versions.setdefault(used.id, {})[used] = None
    for id_, used_ in versions.items():
        if settled and id_ in open_.by_hour:
            continue
        named = (each.version or "one without a version" for each in used_)
        names = " or ".join(dict.fromkeys(sorted(named)))
        which = f"which version governs, {names}" if names else "whether it is in force"
        why = _why(open_).get(id_, "nothing tells them apart on that day")
        yield f"{id_}: it is open {which}: {why}."


def _why(open_: Open) -> dict[str, str]:
    """By document, why it is open which version is in force."""
    hour = "that changes within that day, and no moment of the use is said (`as_of`)"
    recorded = "no hour of its recording is said, and `known_at` is a moment of that day"
    return dict.fromkeys(open_.by_recording, recorded) | dict.fromkeys(open_.by_hour, hour)


def _explained(several: Sequence[Decision], verdict: Verdict) -> Why:
    """What every one explains. A document that takes part in all of them stands there once, unless
    what is said of it differs: then it stands there for each version that may govern, and says so."""
    trees = [_by_document(each) for each in several]
    children: dict[Why, None] = {}
    for made, tree in zip(several, trees, strict=True):
        for used, why in tree.items():
            if not all(used in other for other in trees):
                children[evolve(why, text=_named(used, why.text))] = None
                continue
            parts = _all(other[used].children for other in trees)
            places = {(part.kind, part.text, part.clause) for part in parts}
            if len(places) == len(parts) and len({(t[used].truth, t[used].note) for t in trees}) == 1:
                children[evolve(why, children=parts)] = None
            else:
                children[evolve(why, text=f"{why.text}, {_if(made, several)}")] = None
    return evolve(several[0].explanation, truth=verdict.value, children=tuple(children))


def _by_document(made: Decision) -> dict[PolicyUsed, Why]:
    """The tree of each document that binds. These come first among those that take part, in one order;
    a document of which several parts came in by one way has one tree."""
    return dict(zip(dict.fromkeys(made.policies), made.explanation.children, strict=False))


def _named(used: PolicyUsed, text: str) -> str:
    """A document's name, with its version."""
    return f"{text}, version {used.version}" if used.version else f"{text}, without a version"


def _if(made: Decision, several: Sequence[Decision]) -> str:
    """What is so where this decision holds: which versions govern, or which documents are in force."""
    own = [used for used in made.policies if not all(used in each.policies for each in several)]
    named = dict.fromkeys(f"{each.id} has version {each.version or '(none)'}" for each in own)
    lapsed = [
        {used.id for used, why in _by_document(each).items() if LAPSED in why.note} for each in several
    ]
    some = set[str]().union(*lapsed) - set[str].intersection(*lapsed) - {each.id for each in own}
    here = lapsed[next(at for at, each in enumerate(several) if each is made)]
    named |= {f"{each} is {'not ' if each in here else ''}in force": None for each in sorted(some)}
    return f"if {' and '.join(named)}"
