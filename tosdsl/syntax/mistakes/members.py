"""The members of an enumeration, written as the items of a list are elsewhere."""

from __future__ import annotations

import re

from tosdsl.syntax.mistakes.stumble import Edit, Refusal, Stumble


def member(here: Stumble) -> Refusal | None:
    """Members with commas between them, in quotation marks, or behind dashes."""
    if not _ENUMERATION.match(here.lines[0]) or here.line == 0 or here.at_end:
        return None
    for pattern, instead in _NOT_A_MEMBER:
        match = pattern.match(here.text)
        if match is None or not match.start("bad") <= here.column <= match.end("bad"):
            continue
        edits = [
            edit for index in range(here.line, len(here.lines)) if (edit := _edit(here, pattern, index))
        ]
        if not edits:
            return here.refuse("TOS1008", found=match["bad"].strip(), instead=match.expand(instead))
        span = here.span(*match.span("bad"))
        found = here.refuse("TOS1008", span, found=match["bad"].strip(), instead=match.expand(instead))
        return Refusal(found.diagnostic, here.line, edits[0], more=tuple(edits[1:]))
    return None


_ENUMERATION = re.compile(r"type +[\w.]+ +is +one +of\b")
_NOT_A_MEMBER = (
    (
        re.compile(r"^ +\w+ *(?P<bad>[,;])(?P<new>)(?= *(?:\"|\Z))"),
        "each member on a line of its own, without commas",
    ),
    (
        re.compile(r"^ +\w+ *(?P<bad>[,;] *)(?P<more>\w.*)"),
        "each member on a line of its own, without commas",
    ),
    (
        re.compile(r"^ +(?P<bad>[“”„«»'‘’\"](?P<new>[A-Za-z_]\w*)[“”„«»'‘’\"])"),
        r"the members without quotation marks: `\g<new>`",
    ),
    (re.compile(r"^ +(?P<bad>[-*•·–—] *)(?P<new>)\w"), "the members alone, one a line"),
)


def _edit(here: Stumble, pattern: re.Pattern[str], index: int) -> Edit | None:
    """The same slip in a line of the list, mended; so it is said once for them all."""
    match = pattern.match(here.lines[index])
    if match is None or "new" not in pattern.groupindex:
        return None
    return Edit(index, match.start("bad"), len(match["bad"]), match["new"])
