"""A difference in words: lines for a terminal, Markdown for a pull request, JSON, scenarios."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tosdsl.analysis.changes import KINDS, VERDICT_KINDS, Change, Class, Difference
from tosdsl.analysis.engine import Witness
from tosdsl.analysis.facts import BEFORE
from tosdsl.analysis.listed import fact_lines
from tosdsl.analysis.markdown import code, plain
from tosdsl.analysis.ranges import Range
from tosdsl.decision.text import Line
from tosdsl.trees import vocabulary as v
from tosdsl.trees.uses import quoted, value_json, value_text
from tosdsl.trees.wording import value_words

_STYLE = {
    "loosened": "permitted",
    "tightened": "forbidden",
    "newly undetermined": "undetermined",
    "newly settled": "not_applicable",
}
_FORCE = {"true": "in force", "false": "not in force", "unknown": "perhaps in force"}
_VERDICT = {"not_applicable": "not applicable"}


def sentence(made: Class, governs: tuple[bool, bool] = (True, True)) -> str:
    """What a class is, in a sentence. ``governs``: whether each side is in force."""
    if made.clause is None and governs[0] != governs[1]:
        return f"the {'old' if governs[1] else 'new'} text is not in force on that day"
    if made.clause is None:
        return "no clause decides it: a default changed, or where the document or a section applies"
    was, is_ = made.clause
    name = _local(is_ or was or "")
    if was and is_ and _local(was) != _local(is_):
        name = f"{_local(was)}, now {name}"
    if made.old == "triggered":
        terms = "; ".join(f"{one} → {other}" for one, other in made.terms)
        return f"{name} asks for something else{': ' if terms else ''}{terms}"
    if was is None:
        told = f"{name} is new: {_FORCE[made.new or 'false']}"
    elif is_ is None:
        told = f"{name} is gone: it was {_FORCE[made.old or 'false']}"
    else:
        told = f"{name} was {_FORCE[made.old or 'false']}, and is {_FORCE[made.new or 'false']}"
    return told + _by(made)


def _by(made: Class) -> str:
    if made.by is None:
        return ""
    was, is_ = made.by
    name = _local(is_ or was or "")
    clause = _local((made.clause and (made.clause[1] or made.clause[0])) or "")
    above = not name.startswith(f"{clause}.")  # a clause that prevails, and no exception
    if was is None:
        return f", by {name}, which {'prevails now' if above else 'is new'}"
    if is_ is None:
        return f", as {name} {'prevails no longer' if above else 'is gone'}"
    return f", by {name}, which changed"


def _local(id_: str) -> str:
    return id_.partition("#")[2] or id_


def move(made: Class) -> str:
    """The verdicts on both sides."""
    if made.duty:
        return ""
    before, after = (_VERDICT.get(each, each) for each in (made.before, made.after))
    return before if before == after else f"{before} → {after}"


def conclusion(found: Difference) -> str:
    """The last word: what is proved, and what is not."""
    if found.unsettled:
        several = _count(len(found.unsettled), "class", "classes")
        return f"Not proved: of {several} it is not known whether a use is in it."
    day = f" as of {found.as_of}" if found.as_of else ""
    only = _more(found)
    only += _ONE_DAY.format("that day" if day else "no particular day") if _days_differ(found) else ""
    if found.equal:
        return f"Equal{day}, proved: every use has the same verdict, for the same reasons.{only}"
    verdicts = sum(each.of.kind in VERDICT_KINDS for each in found.changes)
    if not verdicts:
        return f"No verdict changes{day}, proved.{only}"
    several = _count(verdicts, "class", "classes")
    return f"{several} of uses with another verdict{day}; there is no other, proved.{only}"


def _more(found: Difference) -> str:
    told = ""
    if found.presumed:
        told += " Something else is presumed: `check` may decide otherwise on a use that leaves it out."
    if found.declared:
        told += " Facts are declared otherwise: a use that says them may be refused on one side."
    if found.omitted:
        told += " Other versions differ too: `tosdsl diff --as-of` asks about a day of one of them."
    if found.together > 1:
        told += _TOGETHER.format(found.together)
    return told


_TOGETHER = (
    " {} documents are asked as one here: what one of them forbids is forbidden, whatever another one "
    "changes. To compare one document, name its file on both sides."
)


_ONE_DAY = (
    " They are in force on different days, and this is about {}: `tosdsl diff --as-of` asks about a "
    "day on which one of them is not."
)


def _days_differ(found: Difference) -> bool:
    return any(each.startswith(("first day: ", "last day: ")) for each in found.besides)


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def use_words(witness: Witness, kinds: Mapping[str, v.Type]) -> list[str]:
    """A line or more for each fact, with what other values would do."""
    return [
        line
        for path, value in witness.facts.items()
        for line in fact_lines(path, value, kinds[path], range_words(witness.ranges.get(path)))
    ]


def range_words(several: Range | None) -> str:
    """What follows a value: `` (any above 5 up to 10)``."""
    if several is None:
        return ""
    words = []
    if several.low is not None:
        words.append(f"{'from' if several.with_low else 'above'} {value_words(several.low)}")
    if several.high is not None:
        words.append(f"{'up to' if several.with_high else 'below'} {value_words(several.high)}")
    return f"  (any {' '.join(words)})"


def _kinds(found: Difference) -> Iterator[tuple[str, list[Change]]]:
    for kind in KINDS:
        several = [each for each in found.changes if each.of.kind == kind]
        if several:
            yield kind, several


def diff_lines(found: Difference, kinds: Mapping[str, v.Type], names: tuple[str, str]) -> list[Line]:
    """The whole difference as lines."""
    lines = [Line((("", ""), (f"{names[0]} → {names[1]}", "use")))]
    for kind, several in _kinds(found):
        lines += [Line(()), Line(((f"{kind.capitalize()}", _STYLE.get(kind, "title")),))]
        for change in several:
            told = move(change.of)
            lines.append(
                Line(
                    (
                        ("  ", ""),
                        (told, "bold"),
                        (": " if told else "", ""),
                        (sentence(change.of, found.governs), ""),
                    )
                )
            )
            words = use_words(change.witness, kinds) or ["nothing is known"]
            lines += [Line((("      ", ""), (each, "path"))) for each in words]
    for title, body in _rest(found):
        lines += [Line(()), Line(((title, "title"),))]
        lines += [Line((("  ", ""), (each, ""))) for each in body]
    style = "bad" if found.unsettled else "good"
    return [*lines, Line(()), Line(((conclusion(found), style),))]


def _rest(found: Difference) -> Iterator[tuple[str, list[str]]]:
    if found.enforcement:
        yield "Enforcement changed", list(found.enforcement)
    if found.leads:
        yield "Other documents", list(found.leads)
    if found.presumed:
        yield "Presumptions changed", list(found.presumed)
    if found.omitted:
        yield "Versions that differ and were not compared", list(found.omitted)
    if found.declared:
        yield "Facts that are declared otherwise", list(found.declared)
    if found.renamed:
        yield "Facts that have another name", [f"{old} → {new}" for old, new in found.renamed.items()]
    reasons: dict[str, list[str]] = {}
    for each, why in found.unsettled:
        told = ": ".join(filter(None, (each.kind, move(each), sentence(each, found.governs))))
        reasons.setdefault(why, []).append(told)
    for why, several in reasons.items():  # a reason that many share is said once
        if len(several) == 1:
            yield "Not known", [f"{several[0]} ({why})"]
        else:
            yield f"Not known: {why}", several
    if found.besides:
        yield "The documents also differ in", list(found.besides)


def diff_markdown(found: Difference, kinds: Mapping[str, v.Type], names: tuple[str, str]) -> str:
    """For a pull request: a table a kind, the uses in it; what else there is to say, folded away."""
    lines = [f"### {plain(names[0])} → {plain(names[1])}", "", f"**{plain(conclusion(found))}**"]
    for kind, several in _kinds(found):
        lines += ["", f"#### {kind.capitalize()}", ""]
        lines += ["| verdict | what changed | a use |", "|---|---|---|"]
        for change in several:
            words = "<br>".join(map(code, use_words(change.witness, kinds)))
            told = plain(sentence(change.of, found.governs))
            lines.append(f"| {plain(move(change.of))} | {told} | {words or 'nothing is known'} |")
    for title, body in _rest(found):
        lines += [
            "",
            f"<details><summary>{plain(title)}</summary>",
            "",
            *(f"* {plain(each)}" for each in body),
        ]
        lines += ["", "</details>"]
    return "\n".join(lines) + "\n"


def diff_json(found: Difference, kinds: Mapping[str, v.Type], names: tuple[str, str]) -> dict[str, Any]:
    """One object; ``proved`` is false where something is not known."""
    return {
        "schema": "tosdsl.diff/1",
        "old": names[0],
        "new": names[1],
        "equal": found.equal,
        "proved": not found.unsettled,
        "changes": [
            {**_class(each.of, found.governs), "use": _use(each, kinds)} for each in found.changes
        ],
        "unsettled": [{**_class(each, found.governs), "why": why} for each, why in found.unsettled],
        "enforcement": list(found.enforcement),
        "leads": list(found.leads),
        "presumed": list(found.presumed),
        "declared": list(found.declared),
        "not_compared": list(found.omitted),
        "renamed": dict(found.renamed),
        "besides": list(found.besides),
        "conclusion": conclusion(found),
    }


def _class(made: Class, governs: tuple[bool, bool]) -> dict[str, Any]:
    return {
        "kind": made.kind,
        "before": made.before or None,
        "after": made.after or None,
        "clause": None if made.clause is None else {"old": made.clause[0], "new": made.clause[1]},
        "force": {"old": made.old, "new": made.new},
        "by": None if made.by is None else {"old": made.by[0], "new": made.by[1]},
        "words": sentence(made, governs),
    }


def _use(change: Change, kinds: Mapping[str, v.Type]) -> dict[str, Any]:
    facts = {path: value_json(value, kinds[path]) for path, value in change.witness.facts.items()}
    ranges = {path: range_json(each) for path, each in change.witness.ranges.items()}
    return {"facts": facts, "ranges": ranges, "smallest": change.witness.smallest}


def range_json(several: Range) -> dict[str, str]:
    """The ends by their names: ``from``, ``above``, ``to``, ``below``."""
    made = {}
    if several.low is not None:
        made["from" if several.with_low else "above"] = value_words(several.low)
    if several.high is not None:
        made["to" if several.with_high else "below"] = value_words(several.high)
    return made


def scenarios(found: Difference, kinds: Mapping[str, v.Type], policy: str) -> str:
    """A scenario for each class whose verdict changes: what the new policy comes to."""
    days = [
        f"    {word} {day}"
        for word, day in (("as of", found.as_of), ("known at", found.known_at))
        if day
    ]
    made = [f"# To be put below the policy {policy}.\n"]
    for number, change in enumerate(found.changes, 1):
        if change.of.kind not in VERDICT_KINDS:
            continue
        title = f"{change.of.kind} {number}: {sentence(change.of, found.governs)}"
        lines = [
            f"scenario {quoted(title)}",
            f'    "Was {_VERDICT.get(change.of.before, change.of.before)}."',
            *days,
        ]
        facts = {
            path: value
            for path, value in change.witness.facts.items()
            if not path.endswith(BEFORE)  # the new text does not know it
        }
        if facts:
            given = (f"{path}: {value_text(value, kinds[path])}" for path, value in facts.items())
            lines += ["    given", *(f"        {each}" for each in given)]
        lines.append(f"    expect {change.of.after}")
        made.append("\n".join(lines) + "\n")
    return "\n".join(made)
