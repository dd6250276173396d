"""A decision as lines: plain when piped, styled by whoever draws them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import field, frozen

from tosdsl.base.verdict import Verdict
from tosdsl.base.visible import visible
from tosdsl.decision.evidence import by_whom
from tosdsl.decision.model import (
    Basis,
    Decision,
    Defeated,
    Governs,
    Measure,
    OpenMeasure,
    Presumed,
    Why,
)
from tosdsl.trees.vocabulary import MOMENT_OF_USE, name_in_text
from tosdsl.trees.wording import value_words

_MARKS = {"true": "✓", "false": "✗", "unknown": "?"}
_WIDEST = 62
"""Columns up to which notes are lined up; a longer text has its note right after it."""
_MOST_NAMED = 8
"""Clauses that are named beside a fact that is needed; of more it says how many there are."""


def _visible(parts: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Without characters that would steer a terminal: titles and names come from outside."""
    return tuple((visible(text), style) for text, style in parts)


@frozen
class Line:
    """One line: stretches of text, each with a style's name (empty for none)."""

    parts: tuple[tuple[str, str], ...] = field(converter=_visible)

    @property
    def plain(self) -> str:
        return "".join(text for text, _ in self.parts).rstrip()


def _line(*parts: tuple[str, str]) -> Line:
    return Line(parts)


def decision_lines(decision: Decision) -> list[Line]:
    """The whole answer, as the command line prints it."""
    lines = [*_head(decision)]
    if decision.warnings:
        lines += [_line(), _line(("Mind", "title"))]
        lines += [_line(("  ! ", "unknown"), (each, "")) for each in decision.warnings]
    lines += [_line(), *_tree(decision)]
    for title, body in (
        ("Readings", _readings(decision)),
        ("How the text is read", interpretation_lines(decision)),
        ("Presumed", _presumed(decision)),
        ("Still needed", _needs(decision)),
        ("Duties", _duties(decision)),
        ("Contested", _contested(decision)),
        (_relied(decision), _conditions(decision)),
        ("In conflict", _conflicts(decision)),
        ("Rests on judgement", _judgements(decision)),
        ("Enforcement", _enforcement(decision)),
    ):
        if body:
            lines += [_line(), _line((title, "title")), *body]
    return lines


def compliance_lines(decision: Decision) -> Iterator[Line]:
    """What the verdict does not say: that a duty is breached, or may be."""
    breached = [duty.clause for duty in decision.duties if duty.state == "breached"]
    open_duties = [duty.clause for duty in decision.duties if duty.state == "undetermined"]
    if breached:
        yield _line(("  Not compliant", "forbidden"), (f": breached {', '.join(breached)}.", ""))
    elif open_duties and decision.compliant is None:
        several = [duty for duty in decision.duties if duty.state == "undetermined"]
        day = ""
        if decision.as_of is None and any(duty.due for duty in several):
            day = ", and no day of the use is given (`as_of`)"
        elif any(duty.due and MOMENT_OF_USE in duty.needs for duty in several):
            day = ", and it is not known at which hour the question is asked (`as_of`)"
        told = f": it depends on {', '.join(open_duties)}{day}."
        yield _line(("  Compliance is open", "unknown"), (told, ""))


def _head(decision: Decision) -> Iterator[Line]:
    word, style = _headline(decision)
    first = decision.basis[0] if decision.basis else None
    title = decision.explanation.text
    yield _line((word, style), ("  " + title, "use"))
    yield from _unless(decision)
    if decision.verdict is Verdict.UNDETERMINED:
        open_ = " or ".join(each.value.replace("_", " ") for each in decision.possible)
        split = ": the readings do not agree" if decision.agree is False else ""
        yield _line((f"  It can still come out {open_}{split}.", ""))
    yield from compliance_lines(decision)
    if decision.standard == "alleged":
        yield _line(("  What is alleged counts here, where nothing better is known.", "unknown"))
    routed = any(len(each.path) > 1 for each in decision.governs)
    if decision.verdict is Verdict.NOT_APPLICABLE and not routed:
        yield _line(("  Nothing that was asked about forbids or permits this use.", ""))
    chosen = any(each.versions > 1 for each in decision.policies if len(each.path) == 1)
    if routed or chosen or decision.known_at:
        for governing in decision.governs:
            yield from _governs(governing, decision)
    if decision.verdict is Verdict.PERMITTED:
        for defeated in decision.defeated:
            if defeated.effect == "forbid":
                yield _line()
                yield from _saved(defeated)
    last: Basis | None = None
    for entry in decision.basis:
        same = last is not None and _of(last) == _of(entry)
        if not same or entry.text:
            yield _line()
        yield from _basis(entry, decision.verdict, not same)
        last = entry
    if first is None and decision.as_of:
        yield _line((f"  Looked at as of {decision.as_of}.", "note"))


_OF_DUTIES = {
    "breached": ("BREACHED", "forbidden"),
    "undetermined": ("OPEN", "undetermined"),
    "pending": ("OWED", "undetermined"),
    "fulfilled": ("FULFILLED", "permitted"),
}
"""Headlines of what touches duties alone: the gravest state counts."""


def _headline(decision: Decision) -> tuple[str, str]:
    """The first word of an answer, with its style: the verdict's, or that of duties where there is
    nothing else."""
    if decision.verdict is Verdict.NOT_APPLICABLE:
        for state, (word, style) in _OF_DUTIES.items():
            found = [duty for duty in decision.duties if duty.state == state]
            due = [value_words(duty.due) for duty in found if duty.due is not None]
            if found:
                until = f" by {min(due)}" if due and state == "pending" else ""
                return f"{word}{until}", style
    return decision.verdict.value.replace("_", " ").upper(), decision.verdict.value


def _unless(decision: Decision) -> Iterator[Line]:
    """What the verdict would fall with, and what it is without everything that is presumed."""
    if decision.without is None:
        return
    deciding = [each for each in decision.presumed if each.decides]
    if deciding:
        shown = [_shown(each) for each in deciding[:_MOST_NAMED]]
        more = len(deciding) - len(shown)
        shown += [f"one of {more} more is not so"] if more else []
        yield _line((f"  Unless it is shown that {', or that '.join(shown)}.", "unknown"))
    bare = decision.without
    if bare.verdict is not decision.verdict:
        open_ = " or ".join(each.value.replace("_", " ") for each in bare.possible)
        yield _line((f"  With nothing presumed it could come out {open_}.", ""))
    elif bare.compliant is not decision.compliant:
        word = {None: "compliance is open", True: "it is compliant", False: "it is not compliant"}
        yield _line((f"  With nothing presumed, {word[bare.compliant]}.", ""))


def _shown(each: Presumed) -> str:
    """What would have to be shown against a presumption, or to meet a burden, and what comes of it."""
    if each.kind == "burden":
        shown = f"{each.clause}{_place(each.at)} applies"
    else:
        opposite = {"yes": "no", "no": "yes"}.get(each.value or "")
        shown = f"{each.fact} is {opposite}" if opposite else f"{each.fact} is not {each.value}"
    if each.otherwise is None:
        return shown
    comes = "open" if each.otherwise is Verdict.UNDETERMINED else each.otherwise.value.replace("_", " ")
    return f"{shown} (then {comes})"


def _presumed(decision: Decision) -> list[Line]:
    """Each presumption and burden that mattered, with where it is written and what settles it."""
    lines = []
    for each in decision.presumed:
        said = f", by {each.by}{_place(each.at)}"
        if each.kind == "burden":
            lines.append(_line((f"  {each.clause}", "clause"), (" is not shown", ""), (said, "note")))
            behind = ", ".join(each.facts)
            lines.append(_line((f"     not known: {behind}", "note")) if behind else _line())
        else:
            lines.append(_line((f"  {each.fact} is {each.value}", ""), (said, "note")))
        if each.text:
            lines.append(_line((f"     {each.text}", "note")))
    needs = decision.without.needs if decision.without is not None else ()
    if needs:
        names = ", ".join(need.fact for need in needs[:_MOST_NAMED])
        more = f" and {len(needs) - _MOST_NAMED} more" if len(needs) > _MOST_NAMED else ""
        lines.append(_line((f"  Settled for good by: {names}{more}", "")))
    return lines


def _governs(entry: Governs, decision: Decision) -> Iterator[Line]:
    """What governs, or what does in place of the document asked about."""
    version = f", version {entry.version}" if entry.version else ""
    which = (f"{entry.document}{version}", "clause")
    if len(entry.path) == 1:
        day = f" on {decision.as_of}" if decision.as_of else ""
        known = f", as known at {decision.known_at}" if decision.known_at else ""
        yield _line((f"  Governs{day}{known}: ", ""), which)
        return
    yield _line(("  It falls under ", ""), which, (f", by {entry.path[0]}{_place(entry.at)}.", ""))
    if entry.text:
        yield _line((f"     {entry.text}", ""))


def _of(entry: Basis) -> tuple[object, ...]:
    """The text that a clause stands in, and how it came in."""
    return entry.document, entry.version, entry.path, entry.incorporated_when


def _place(at: str | None) -> str:
    """A place in the document, as a policy writes it."""
    return f' at "{at}"' if at else ""


def _saved(defeated: Defeated) -> Iterator[Line]:
    """A prohibition that would have applied, and what takes the use out of it."""
    place, by_place = _place(defeated.at), _place(defeated.by_at)
    yield _line((f"  {defeated.clause}{place}", "clause"), (" would forbid it", ""))
    yield _line(("     but for ", ""), (f"{defeated.by}{by_place}", "clause"))


def default_words(entry: Basis) -> str:
    """What a default that decides says, and which it is."""
    stance = "permits what it does not forbid" if entry.effect == "permit" else None
    return f"{entry.clause} {stance or 'forbids what it does not permit'}"


def _basis(entry: Basis, verdict: Verdict, name_document: bool) -> Iterator[Line]:
    if entry.by_default:
        lead = f"by default: {default_words(entry)}"
    elif verdict is Verdict.UNDETERMINED:
        lead = f"depends on {entry.clause}"
    else:
        lead = f"by {entry.clause}"
    if verdict is not Verdict.UNDETERMINED and entry.force == "unknown":
        lead = f"whichever of these it is: {lead}"
    yield _line(("  " + lead + _place(entry.at), "clause"))
    if entry.text and not entry.by_default:
        yield _line(("     " + entry.text, ""))
    if not name_document:
        return
    version = f", version {entry.version}" if entry.version else ""
    source = f", {entry.source}" if entry.source else ""
    yield _line((f"     {entry.title or entry.document}{version}{source}", "note"))
    if len(entry.path) > 1:
        when = f", incorporated when {' and '.join(entry.incorporated_when)}"
        way = " → ".join(entry.path) + (when if entry.incorporated_when else "")
        yield _line((f"     came in by {way}", "path"))


# --- the tree -------------------------------------------------------------------------------------


def _tree(decision: Decision) -> Iterator[Line]:
    yield _line(("Why", "title"))
    for document in decision.explanation.children:
        note = f"  {document.note}" if document.note else ""
        yield _line((f"  {document.text}", "document"), (note, "note"))
        if not document.children and not document.note:
            yield _line(("    nothing in it speaks to this use", "note"))
        yield from node_lines(document.children, 2)


def node_lines(nodes: tuple[Why, ...], depth: int) -> Iterator[Line]:
    """Nodes of an explanation with all that is under them; ``depth`` is how far they are indented."""
    indent = "  " * depth
    widths = [len(_lead(node)) for node in nodes if node.note and node.kind in _LEAVES]
    column = min(max(widths, default=0), _WIDEST)
    for node in nodes:
        lead = _lead(node)
        mark = _MARKS[node.truth]
        if node.kind in _LEAVES:
            gap = " " * max(2, column - len(lead) + 2)
            note = gap + node.note if node.note and node.note != node.text else ""
            yield _line((f"{indent}{mark} ", node.truth), (lead, ""), (note, "note"))
        elif node.kind in _REMARKS:
            note = f": {node.note}" if node.note else ""
            place = _place(node.at) if node.kind == "incorporation" else ""
            yield _line((f"{indent}· {lead}{place}", ""), (note, "note"))
        else:
            yield _line(
                (f"{indent}{node.kind} ", "note"),
                (f"{node.text}{_place(node.at)}", "clause"),
                (f" {node.note}", f"{node.kind}-{node.truth}"),
            )
            if node.description:
                yield _line((f"{indent}  “{node.description}”", "note"))
        yield from node_lines(node.children, depth + 1)


_REMARKS = {"default", "rebuttal", "others", "incorporation"}
_LEAVES = {"condition", "proviso", "definition", "must", "deadline", "item", "value"}


def _lead(node: Why) -> str:
    match node.kind:
        case "proviso" | "must":
            return f"{'provided' if node.kind == 'proviso' else 'must'} {node.text}"
        case "definition" if not node.children:
            return f"{node.text} (as above)"
        case "definition" if node.description:
            return f"{node.text}, “{node.description}”:"
        case "definition":
            return f"{node.text}, which means:"
        case _:
            return node.text


# --- what follows ---------------------------------------------------------------------------------


def _needs(decision: Decision) -> list[Line]:
    lines = []
    contested = {each.fact for each in decision.contested}
    supplied = {given.fact for reading in decision.readings for given in reading.facts}
    for need in decision.needs:
        judged = " (a judgement)" if need.judged else ""
        if need.fact in contested:
            judged += " (contested)"
        if decision.agree is False and need.fact in supplied:
            judged += " (read in different ways)"
        lines.append(
            _line(("  ? ", "unknown"), (need.fact, "clause"), (f"  {need.question}{judged}", ""))
        )
        for said in decision.allegations:
            if said.fact == need.fact:
                lines.append(_line((f"      {said.value} is {by_whom(said)}", "unknown")))
        lines.append(_line((f"      asked by {_some(need.clauses)}", "note")))
    return lines


def _some(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = len(names) - _MOST_NAMED
    return ", ".join(names) if more <= 1 else f"{', '.join(names[:_MOST_NAMED])} and {more:,} more"


def _contested(decision: Decision) -> list[Line]:
    lines = []
    for each in decision.contested:
        lines.append(_line(("  ? ", "unknown"), (each.fact, "clause"), (f"  {each.question}", "")))
        if each.given is not None:
            lines.append(_line((f"      {each.given}", ""), ("  given as a fact", "note")))
        for said in each.assertions:
            lines.append(_line((f"      {said.value}", ""), (f"  {by_whom(said)}", "note")))
    return lines


def _readings(decision: Decision) -> list[Line]:
    """Each reading with its verdict, what decides it, and what it takes for so."""
    width = max((len(each.name) for each in decision.readings), default=0)
    lines = []
    if decision.agree:
        first = decision.readings[0].name
        lines.append(_line((f"  They agree; why is shown for {first}.", "")))
    for each in decision.readings:
        verdict = each.verdict.value.replace("_", " ")
        lead = "  by default of " if each.by and each.by[0].by_default else "  by "
        if each.verdict is Verdict.UNDETERMINED:
            lead = "  depends on "
        by = lead + ", ".join(f"{one.clause}{_place(one.at)}" for one in each.by) if each.by else ""
        lines.append(
            _line((f"  {each.name:<{width}}  ", "clause"), (verdict, each.verdict.value), (by, ""))
        )
        for given in each.facts:
            if f"{name_in_text(given.fact)} is {given.value}" in each.name.split(", "):
                continue  # the name of the reading says it
            lines.append(_line((f"  {'':<{width}}  {given.fact} is {given.value}", "note")))
    return lines


def interpretation_lines(decision: Decision) -> list[Line]:
    """What of the texts can be read in several ways, and how it was read."""
    lines = []
    for each in decision.interpretations:
        policy, _, name = each.id.partition("#")
        way = f"read as {each.chosen}" if each.chosen else f"open: {' or '.join(each.readings)}"
        style = "" if each.chosen else "unknown"
        lines.append(_line((f"  {name}{_place(each.at)} of {policy}", "clause"), (f"  {way}", style)))
        lines.append(_line((f"    {each.question}", "note")))
        if not each.chosen:
            lines.append(_line((f"    Choose with --reading {name}={each.readings[0]}", "note")))
    return lines


def _enforcement(decision: Decision) -> list[Line]:
    lines = []
    for each in decision.enforcement:
        steps = [_measure(each), *(f"else {_measure(step)}" for step in each.else_)]
        lines.append(_line(("  " + ", ".join(steps), "clause")))
        of = f" of {each.clause}" if each.clause else ""
        said = f"said by {each.title or each.document}, enforcement{_place(each.at)}"
        lines.append(_line((f"      {_FOUND[each.finding].format(of=of)}, {said}", "note")))
    return lines


_FOUND = {
    "alleged breach": "on an alleged breach{of}",
    "confirmed breach": "on a confirmed breach{of}",
    "cleared": "as what is confirmed rules out the alleged breach{of}",
}


def _measure(step: OpenMeasure | Measure) -> str:
    within = f" within {step.within}" if step.within else ""
    text = f" “{step.text}”" if step.text else ""
    return f"{step.measure}{within}{text}"


def _relied(decision: Decision) -> str:
    """Whose conditions follow. A permission lasts with them; what is forbidden does not: there they
    are what an exception would need."""
    return "As long as" if decision.verdict is Verdict.PERMITTED else "What exceptions need"


def _conditions(decision: Decision) -> list[Line]:
    """What an answer hangs on; of an open verdict, only what holds: the rest is asked for above."""
    open_ = decision.verdict is Verdict.UNDETERMINED
    conditions = [each for each in decision.conditions if not open_ or each.holds == "true"]
    width = max((len(condition.text) for condition in conditions), default=0)
    lines = []
    for condition in conditions:
        mark = _MARKS[condition.holds]
        known = "" if condition.holds == "true" else "not known, "
        gap = " " * (
            min(width, _WIDEST) - len(condition.text) + 2 if len(condition.text) < _WIDEST else 2
        )
        asked = gap + known + " ".join(condition.questions)
        lines.append(_line((f"  {mark} ", condition.holds), (condition.text, ""), (asked, "")))
        lines.append(_line((f"      said by {condition.clause}", "note")))
    return lines


_DUTY_TRUTHS = {"fulfilled": "true", "breached": "false"}


def _duties(decision: Decision) -> list[Line]:
    lines = []
    for duty in decision.duties:
        truth = _DUTY_TRUTHS.get(duty.state, "unknown")
        due = f", due {value_words(duty.due)}" if duty.due else ""
        whom = "" if duty.bearer == "customer" else f" (binds {duty.bearer})"
        lines.append(
            _line(
                (f"  {_MARKS[truth]} ", truth),
                (f"{duty.clause}{_place(duty.at)}", "clause"),
                (f"  {duty.state}{due}{whom}", ""),
            )
        )
        lines.append(_line((f"      {duty.text or duty.must}", "note")))
        if duty.state == "undetermined":
            asked = zip(duty.needs, duty.questions, strict=True)
            lines += [
                _line(("      ? ", "unknown"), (fact, "clause"), (f"  {question}", ""))
                for fact, question in asked
            ]
    return lines


def _conflicts(decision: Decision) -> list[Line]:
    return [
        _line(
            (f"  {pair.prohibition} and {pair.permission} stand at equal rank: it stays forbidden", "")
        )
        for pair in decision.conflicts
    ]


def _judgements(decision: Decision) -> list[Line]:
    return [
        _line((f"  {each.fact} is {each.value}", ""), (f"  {each.question}", "note"))
        for each in decision.judgements
    ]
