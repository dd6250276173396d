"""Parts of days in other words: `weekday of d`, `day of the week of d`, one part of another."""

from __future__ import annotations

import re

from tosdsl.syntax.mistakes.stumble import Refusal, Stumble

_PART = r"(?:day +of +(?:week|month)|month|year|(?:start|end) +of +(?:month|year)) +of"
_NESTED = re.compile(
    rf"(?<![\w.])(?P<outer>{_PART}) +(?P<inner>{_PART}|(?:start|end) +of +year)(?![\w.])"
)
_OTHER = re.compile(
    r"(?<![\w.])(?P<bad>(?:the +)?(?:(?P<week>week_?day|day +of +(?:the +)?week)"
    r"|(?P<number>day +of +(?:the +)?month)"
    r"|(?P<end>start|beginning|first +day|end|last +day) +of +(?:the +)?(?P<unit>month|year)"
    r"|(?P<plain>month|year)) +of) +(?=[\w(])"
)
_STARTS = frozenset({"start", "beginning", "first day"})


_OF_MOMENT = re.compile(r"(?<![\w.])(?P<part>(?:day|hour|minute) +of) +(?P<moment>[A-Za-z_][\w.]*) *\Z")
_IN_ZONE = re.compile(
    rf"(?<![\w.])(?P<part>{_PART}) +(?P<moment>[A-Za-z_][\w.]*) +in +"
    r"(?P<zone>[A-Z]\w*/[\w/+-]+|UTC)(?![\w.])"
)


def other_part_of_day(here: Stumble) -> Refusal | None:
    """A part of a day that is said in words that are none of the language, or of another part; a part
    of a moment without its zone, or one that only a day has."""
    for match in here.around(_IN_ZONE):
        start, end = match.span()
        part, moment, zone = " ".join(match["part"].split()), match["moment"], match["zone"]
        new = f"{part} (day of {moment} in {zone})"
        words = {"found": match[0], "instead": f"`{new}`"}
        return here.mend("TOS1008", here.span(start, end), start, end - start, new, **words)
    for match in here.around(_NESTED):
        outer, inner = (" ".join(match[name].split()) for name in ("outer", "inner"))
        span = here.span(match.start("inner"), match.end("inner"))
        return here.refuse("TOS1060", span, outer=outer, inner=inner)
    for match in here.around(_OTHER):
        start, end = match.span("bad")
        new, bad = _right(match), " ".join(match["bad"].split())
        if new != bad:
            words = {"found": bad, "instead": f"`{new}`"}
            return here.mend("TOS1008", here.span(start, end), start, end - start, new, **words)
    bare = _OF_MOMENT.search(here.before)
    if bare and "IN" in here.expected:
        said = " ".join(bare["part"].split())
        where = f"behind the moment, with a time zone: `{said} {bare['moment']} in Europe/Dublin`"
        return here.refuse("TOS1024", here.span(*bare.span()), missing="The zone", where=where)
    return None


def _right(match: re.Match[str]) -> str:
    if match["week"]:
        return "day of week of"
    if match["number"]:
        return "day of month of"
    if match["plain"]:
        return f"{match['plain']} of"
    end = "start" if " ".join(match["end"].split()) in _STARTS else "end"
    return f"{end} of {match['unit']} of"
