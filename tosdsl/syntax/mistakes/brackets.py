"""Brackets that stay open or are of another kind, and what stands between commas without any."""

from __future__ import annotations

import re

from tosdsl.diagnostics.model import mistake
from tosdsl.syntax.mistakes.slips import BEGINS_A_LINE
from tosdsl.syntax.mistakes.stumble import CLOSES, Edit, Refusal, Stumble, above
from tosdsl.syntax.source import indent_of

_FIRST_WORD = re.compile(r" *([A-Za-z_]+)")
_BARE_SET = re.compile(
    r"\b(?:(is +not|is)|in|overlaps|includes) +([A-Za-z_][\w.]*(?:, *[A-Za-z_][\w.]*)+)"
)


def bracket_left_open(here: Stumble) -> Refusal | None:
    """A bracket takes in the lines that follow, so the mistake shows far below it."""
    match = _FIRST_WORD.match(here.text)
    after_key = here.expected == {"COLON"} and match is not None and match[1] in BEGINS_A_LINE
    if not here.expected & {"RPAR", "RSQB", "RBRACE"} and not after_key:
        return None
    place = here.open_bracket()
    if place is None:
        return None
    line, at = place
    last = _before_next_line(here, line)
    if last is None:
        return None
    opener = here.lines[line][at]
    found = mistake("TOS1025", here.span(at, at + 1, line), open=opener, close=CLOSES[opener])
    edit = Edit(last, len(here.lines[last]), 0, CLOSES[opener])
    return Refusal(found, line, edit if len(here.lines[last].rstrip(",")) > at + 1 else None)


def _before_next_line(here: Stumble, line: int) -> int | None:
    """The line that ends before the first one, below the bracket's, that begins something else."""
    for index in range(line + 1, here.line + 1):
        match = _FIRST_WORD.match(here.lines[index])
        begins = match is not None and match[1] in BEGINS_A_LINE
        if begins or _stands_beside(here.lines[index], here.lines[line]):
            return above(here.lines, index)
    return here.line if here.at_end else None


def _stands_beside(line: str, bracket: str) -> bool:
    """Whether a line is not indented under that of the bracket, and does not close it."""
    return bool(line) and line.lstrip()[0] not in ")]}" and indent_of(line) <= indent_of(bracket)


def bracket_of_another_kind(here: Stumble) -> Refusal | None:
    """``in [a, b]`` in a condition, ``{a, b}`` as a list of facts."""
    if here.kind == "LSQB" and "LBRACE" in here.expected:
        match = re.match(r"\[([^\[\]]*)\]", here.rest)
        if match is not None and not match[1].strip():
            return None  # of an empty list there is more to say
        old, new = (match.end(), f"{{{match[1]}}}") if match else (1, "{")
        return here.mend("TOS1008", None, here.column, old, new, found="[", instead="`{`")
    if here.expected == {"COLON"} and here.kind in {"COMMA", "RBRACE"}:
        place = here.open_bracket()
        if place is not None:
            span = here.span(place[1], place[1] + 1, place[0])
            return here.refuse("TOS1008", span, found="{", instead="`[`")
    return None


def set_in_round_brackets(here: Stumble) -> Refusal | None:
    """``in (a, b)``"""
    if here.kind != "COMMA":
        return None
    for match in here.around(_ROUND_SET):
        start, end = match.span(1)
        words = {"found": match[1], "instead": f"`{{{match[2]}}}`"}
        span = here.span(start, end)
        return here.mend("TOS1008", span, start, end - start, f"{{{match[2]}}}", **words)
    return None


_ROUND_SET = re.compile(r"\b(?:in|overlaps|includes|is|not) +(\(([^(){}]*)\))")


def comma_between_conditions(here: Stumble) -> Refusal | None:
    """``when builds, sold``"""
    if here.kind != "COMMA" or "_NL" not in here.expected or not here.rest[1:].strip():
        return None
    if not _A_CONDITION.match(here.text):
        return None
    return here.refuse("TOS1008", found=",", instead="`and` or `or`, whichever is meant")


_A_CONDITION = re.compile(r" *(?:when|provided|must|where|applies +when|and|or)\b")


def bare_set(here: Stumble) -> Refusal | None:
    """``in a, b`` without the braces."""
    if here.kind != "COMMA" or "_NL" not in here.expected:
        return None
    for match in _BARE_SET.finditer(here.text):
        if match.start() <= here.column < match.end():
            equals, run = match[1], match[2]
            new = f"{{{run}}}"
            if equals:  # no fact is a set: it is one of its members
                new = f"{'in' if equals == 'is' else 'not in'} {new}"
            start, end = match.start(1 if equals else 2), match.end()
            words = {"found": here.text[start:end], "instead": f"`{new}`"}
            return here.mend("TOS1008", here.span(start, end), start, end - start, new, **words)
    return None
