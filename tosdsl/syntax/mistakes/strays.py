"""Lines that an indentation has put under another than they were written for, and ``unless`` where an
exception says when it applies.

The general rules would take the line for one of those around it, and their advice, followed, would make
it one.
"""

from __future__ import annotations

import re

from attrs import evolve

from tosdsl.syntax.mistakes.stumble import Refusal, Stumble, last_beside
from tosdsl.syntax.source import indent_of

_TYPE = re.compile(r"type +[\w.]+ +(?:is +one +of|has)\b")
_ITEM = re.compile(
    r" +(?P<word>type +\w+ +(?:is|has)\b|fact +\w+ *:|party +\w|define +\w+ +as\b"
    r"|(?:policy|vocabulary|use|forbid|permit|require|section|exception|scenario|property) +[\w\"])"
)


def item_under_a_type(here: Stumble) -> Refusal | None:
    """``type Other is one of`` indented like the members of the enumeration above it."""
    match = _ITEM.match(here.text) if here.line and _TYPE.match(here.lines[0]) else None
    if match is None or here.column > match.end():
        return None
    word = match["word"].split()[0]
    start = match.start("word")
    found = here.refuse("TOS1031", here.span(start, start + len(word)), found=word, more="")
    return evolve(found, through=last_beside(here.lines, here.line, start))


_CASES = re.compile(r"(?:scenario|property) ")
_OF_A_CASE = re.compile(r" +(?P<word>expect|given|as of|known at|standard)\b(?! *:)")


def too_far_in_a_case(here: Stumble) -> Refusal | None:
    """``expect`` as far in as the facts under ``given``, or farther."""
    match = _OF_A_CASE.match(here.text) if here.line and _CASES.match(here.lines[0]) else None
    own = next((indent_of(line) for line in here.lines[1:] if line), 0)
    if match is None or indent_of(here.text) <= own or here.column > match.end() + 1:
        return None
    start, word = match.start("word"), match["word"]
    kind = here.lines[0].split()[0]
    words = {"found": word, "kind": kind, "spaces": own}
    return here.mend("TOS1070", here.span(start, start + len(word)), 0, start, " " * own, **words)


_OPENER = re.compile(r" *(?:except|exception|forbid|permit|require) +[\w.]+(?: +at +\"[^\"]*\")? *")
_UNLESS = re.compile(r" *(?P<bad>unless +(?P<what>\S.*?)) *\Z")
_PATH = re.compile(r"[A-Za-z_][\w.]*\Z")
_EXCEPTION = re.compile(r" *(?:except|exception) ")


def unless_of_a_clause(here: Stumble) -> Refusal | None:
    """``unless`` behind the name of a clause or an exception, or where an exception has no ``when``."""
    opener = _OPENER.match(here.text)
    behind = _UNLESS.match(here.text, opener.end()) if opener else None
    if behind is not None and here.column == behind.start("bad"):
        below = "on the next line, indented by four spaces more than this one"
        words = {"found": behind["bad"], "instead": f"`{_negated(behind['what'])}` {below}"}
        return here.refuse("TOS1008", here.span(*behind.span("bad")), **words)
    match = _UNLESS.match(here.text)
    if match is None or here.line == 0 or here.column > match.start("bad"):
        return None
    start, above = match.start("bad"), here.lines[here.line_above()]
    span, words = here.span(*match.span("bad")), {"found": match["bad"]}
    if here.kind == "_INDENT":
        below = f"below it `when {match['what']}`, indented by four spaces more"
        words["instead"] = f"`except NAME` in line with the line above, and {below}"
        return here.refuse("TOS1008", span, **words)
    negated = _negated(match["what"])
    if _EXCEPTION.match(above) and indent_of(above) == start and _OPENER.fullmatch(above):
        words["instead"] = f"`{negated}`, indented by four spaces more"
        new = f"{' ' * (start + 4)}{negated}"
        return here.mend("TOS1008", span, 0, len(here.text), new, **words)
    if _has_no_when(here, start):
        words["instead"] = f"`{negated}`"
        return here.mend("TOS1008", span, start, len(match["bad"]), negated, **words)
    return None


def _negated(condition: str) -> str:
    return f"when not {condition}" if _PATH.match(condition) else f"when not ({condition})"


def _has_no_when(here: Stumble, indent: int) -> bool:
    """Whether the line stands under an exception of which nothing above says when it applies."""
    for line in reversed(here.lines[: here.line]):
        if line and indent_of(line) < indent:
            return _EXCEPTION.match(line) is not None
        if line.strip().startswith("when"):
            return False
    return False
