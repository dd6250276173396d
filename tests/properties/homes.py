"""Documents full of words about who prevails, and wrappers that take a part of one of them.

The conditions are single facts: what is tried here is which clause counts against which. Circles of
precedence come out of it too; whoever draws throws them away.
"""

from __future__ import annotations

from attrs import frozen
from hypothesis import strategies as st

FACTS = ("a", "b", "c", "d")
GATE = "gate"
"""A further fact, which no document reads but the one that takes the part in."""
_VOCABULARY = "vocabulary words\n\n" + "".join(f"fact {name}: boolean\n" for name in (*FACTS, GATE))
_NAMES = ("p.home", "p.one", "p.two")
"""The document at home, and two that may come in by it or by one another."""

_CONTRARY = {"forbid": "permit", "permit": "forbid", "require": "permit"}


@frozen
class Home:
    """Texts of documents, by id. ``part`` is a clause or a section of ``p.home``."""

    documents: tuple[tuple[str, str], ...]
    part: str
    clauses: tuple[str, ...]
    """The clauses that the part is made of."""

    def texts(self, wrapped: bool, when: str = "") -> dict[str, str]:
        """With ``w``, which takes in the part, and ``around``, which takes in ``w``; or without them.

        ``when`` is the condition under which ``w`` does.
        """
        found = {"words": _VOCABULARY, **dict(self.documents)}
        if wrapped:
            condition = [f"    when {when}"] if when else []
            found["w"] = _document("w", "permit", [f"incorporate p.home#{self.part}", *condition])
            found["around"] = _document("around", "forbid", ["incorporate w"])
        return found


@frozen
class _Clause:
    name: str
    modality: str
    section: str


@st.composite
def homes(draw: st.DrawFn, *, whole: bool = False) -> Home:
    """Three documents. What each says of another, and what it takes in of it, is drawn.

    ``whole``: the one at home takes in both of the others, so that all that is named has come in.
    """
    outlines = {name: draw(_outlines(name.removeprefix("p."))) for name in _NAMES}
    documents = tuple(
        (name, draw(_texts(name, outlines, whole=whole and name == _NAMES[0]))) for name in _NAMES
    )
    own = outlines["p.home"]
    sections = sorted({each.section for each in own} - {""})
    part = draw(st.sampled_from([*(each.name for each in own), *sections]))
    clauses = tuple(each.name for each in own if part in {each.name, each.section})
    return Home(documents, part, clauses)


@st.composite
def _outlines(draw: st.DrawFn, prefix: str) -> list[_Clause]:
    """The clauses of a document, each in a section or in none."""
    kinds = draw(
        st.lists(st.sampled_from(("forbid", "permit", "permit", "require")), min_size=2, max_size=4)
    )
    return [
        _Clause(f"{prefix}{at}", kind, draw(st.sampled_from(("", "", f"{prefix}_s"))))
        for at, kind in enumerate(kinds)
    ]


@st.composite
def _texts(draw: st.DrawFn, name: str, outlines: dict[str, list[_Clause]], *, whole: bool) -> str:
    own = outlines[name]
    lines: list[str] = []
    later = _NAMES[_NAMES.index(name) + 1 :]
    for other in later:  # one way, or documents would take one another in
        ways = ("whole",) if whole else ("no", "whole", "whole", "clause", "section")
        match draw(st.sampled_from(ways)):
            case "whole":
                lines.append(f"incorporate {other}")
            case "clause":
                lines.append(f"incorporate {other}#{draw(st.sampled_from(outlines[other])).name}")
            case "section" if any(each.section for each in outlines[other]):
                section = next(each.section for each in outlines[other] if each.section)
                lines.append(f"incorporate {other}#{section}")
            case _:
                continue
        if draw(st.sampled_from((whole, False, True))):
            lines.append(f"    when {draw(st.sampled_from((*FACTS, 'wanted')))}")
    for other in (each for each in _NAMES if each != name):
        if draw(st.sampled_from((False, False, False, True))):
            lines.append(f"{draw(st.sampled_from(('prevails over', 'yields to')))} {other}")
    lines += ["define wanted as", f"    {draw(st.sampled_from(FACTS))}"]
    if draw(st.booleans()):
        lines += ["    except not_wanted", f"        when {draw(st.sampled_from(FACTS))}"]
    lines += ["exception shared", f"    when {draw(st.sampled_from(FACTS))}"]
    attached = draw(st.sampled_from(own)).name
    for each in (each for each in own if not each.section):
        lines += draw(_clauses(name, each, outlines, attached))
    inside = [
        line for each in own if each.section for line in draw(_clauses(name, each, outlines, attached))
    ]
    if inside:
        lines.append(f"section {next(each.section for each in own if each.section)}")
        head = []
        if draw(st.booleans()):
            head.append(f"applies when {draw(st.sampled_from((*FACTS, 'wanted')))}")
        if draw(st.booleans()):
            head.append(f"default {draw(st.sampled_from(('permit', 'forbid')))}")
        lines += [f"    {line}" for line in (*head, *inside)]
    return _document(name, draw(st.sampled_from(("permit", "forbid"))), lines)


@st.composite
def _clauses(
    draw: st.DrawFn, name: str, clause: _Clause, outlines: dict[str, list[_Clause]], attached: str
) -> list[str]:
    lines = [f"{clause.modality} {clause.name}"]
    if draw(st.booleans()):
        lines.append(f"    when {draw(st.sampled_from((*FACTS, 'wanted')))}")
    if clause.modality == "require":
        lines.append(f"    must {draw(st.sampled_from(FACTS))}")
    words = ["subject to"] if clause.modality == "require" else ["subject to", "notwithstanding"]
    for word in words:
        targets = [
            f"{'' if other == name else other + '#'}{target}"
            for other, outline in outlines.items()
            for each in outline
            if each.modality == _CONTRARY[clause.modality]
            for target in ((each.name, each.section) if each.section else (each.name,))
        ]
        if clause.modality != "require":
            targets += ["everything else"] * 2
        if targets and draw(st.sampled_from((False, False, True))):
            lines.append(f"    {word} {draw(st.sampled_from(targets))}")
    if clause.name == attached:
        lines.append("    except shared")
    if draw(st.sampled_from((False, False, True))):
        lines += ["    except own", f"        when {draw(st.sampled_from(FACTS))}"]
    return lines


def _document(name: str, default: str, lines: list[str]) -> str:
    return "\n".join([f"policy {name}", f"    default {default}", "", "use words", "", *lines, ""])
