"""The least, the greatest, the average of a list: what says the same of its items.

``min`` and ``max`` compare single values, and ``highest(…)`` is a total over a stretch of time. Neither
is the greatest item, so none of them is put in the place of one that was meant.
"""

from __future__ import annotations

import re

from tosdsl.diagnostics.wordings import ONE_OR_ALL
from tosdsl.syntax.mistakes.phrase import NAME, PATH
from tosdsl.syntax.mistakes.stumble import Refusal, Stumble

_LEAST = r"min|minimum|lowest|smallest|least|earliest|first|oldest"
_GREATEST = r"max|maximum|greatest|largest|latest|last|newest|peak|biggest|highest"
_MEAN = r"avg|average|mean"
_OTHER = r"median"
_WHAT = rf"\b(?P<what>(?P<least>{_LEAST})|(?P<greatest>{_GREATEST})|(?P<mean>{_MEAN})|{_OTHER})"
_EACH = (
    rf"(?P<value>[^(), ][^(),]*?) ++(?:for|of) ++(?:each ++)?(?P<item>{NAME}) +in ++(?P<list>{PATH})"
)
_WHERE = r"(?P<where> ++(?:where|if|when) ++[^(),]*[^(), ])?"
_UNITS = (
    r"business +days?|(?:microsecond|millisecond|second|minute|hour|day|week|month|year)s?"
    r"|thousand|million|billion"
)
_OTHER_SIDE = rf"(?:-?[0-9][\w.:+-]*(?: +(?:{_UNITS}|[A-Z]{{3}}))*|[A-Za-z_][\w.]*)"
_COMPARED = rf"(?: *(?P<op><=|>=|<|>) *(?P<other>{_OTHER_SIDE})(?! *[-+*/(]))?"
_A_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_OVER_ITEMS = (
    re.compile(rf"(?P<bad>{_WHAT} *+\( *+{_EACH}{_WHERE} *+\){_COMPARED})"),
    re.compile(rf"(?P<bad>{_WHAT} ++of ++\(?+ *+{_EACH}(?: *\))?{_COMPARED})"),
)
_OF_VALUES = re.compile(
    rf"(?P<bad>\b(?:(?P<least>{_LEAST})|(?P<greatest>{_GREATEST})) +of +[{{(\[]? *"
    rf"(?P<values>{PATH}(?:(?: *, *(?:and +)?| +and +){PATH})+)(?: *[}})\]])?)(?=\W|\Z)"
)
_OF_A_LIST = re.compile(
    rf"(?P<bad>\b(?P<what>{_LEAST}|{_GREATEST}|{_MEAN}|{_OTHER}) +of +(?P<list>{PATH}))"
)
_COUNT = re.compile(rf"(?P<bad>\bcount *\( *{_EACH}(?P<where> +where\b[^()]*)? *\))")
_SUM = re.compile(rf"(?P<bad>\bsum *\( *(?P<item>{NAME}) +in +(?P<list>{PATH})\b[^()]*\)?)")
_RIGHT = re.compile(r"(?:earliest|latest|lowest|highest) +of *\(")
"""What begins the least or the greatest of a list as it is written: something else is wrong."""

_NO_BRACKETS = re.compile(
    r"(?P<bad>\b(?P<what>earliest|latest|lowest|highest) +of +"
    rf"(?P<inner>[^()]+? +for +{NAME} +in +{PATH}(?: +where +[^()]+?)?)) *\Z"
)
_WINDOW = re.compile(r"\bin +any\b")


def over_a_list(here: Stumble) -> Refusal | None:
    """``min(n.on for n in notices)``, ``latest of a and b``, ``count(n.on for n in notices)``"""
    for match in here.around(_NO_BRACKETS):
        if not here.quoted(match.start()):
            return _instead(here, match, f"{match['what']} of ({match['inner'].rstrip()})")
    for pattern in _OVER_ITEMS:
        for match in here.around(pattern):
            if _RIGHT.match(here.text, match.start()):
                continue
            windowed = _WINDOW.search(here.text) or here.text.startswith("highest", match.start())
            if not here.quoted(match.start()) and (not windowed or " of " in match[0]):
                return _compared(here, match)
    for match in here.around(_OF_VALUES):
        if not here.quoted(match.start()) and " in " not in here.text[match.start() : match.end()]:
            values = re.split(r"(?: *, *(?:and +)?| +and +)", match["values"])
            new = f"{'min' if match['least'] else 'max'}({', '.join(values)})"
            return _instead(here, match, new)
    for match in here.around(_OF_A_LIST):
        if not here.quoted(match.start()):
            mend = ONE_OR_ALL.format(list=match["list"])
            return here.refuse("TOS1047", here.span(*match.span("bad")), name=match["what"], mend=mend)
    for match in here.around(_COUNT):
        if not here.quoted(match.start()):
            new = f"count({match['item']} in {match['list']}{match['where'] or ''})"
            return _instead(here, match, new)
    for match in here.around(_SUM):
        if not here.quoted(match.start()):
            item, over = match["item"], match["list"]
            instead = (
                f"`sum({item}.FIELD for {item} in {over})` with the field that is added up, or "
                f"`count({item} in {over})` for how many there are"
            )
            span = here.span(*match.span("bad"))
            return here.refuse("TOS1008", span, found=match["bad"], instead=instead)
    return None


def _instead(here: Stumble, match: re.Match[str], new: str) -> Refusal:
    start, end = match.span("bad")
    words = {"found": match["bad"], "instead": f"`{new}`"}
    return here.mend("TOS1008", here.span(start, end), start, end - start, new, **words)


def _compared(here: Stumble, match: re.Match[str]) -> Refusal:
    """What says of the items what was to be said of the least, the greatest or the average."""
    start, end = match.span("bad")
    span, name = here.span(start, end), match["what"]
    new = _of_items(match)
    if new is None:
        mend = ONE_OR_ALL.format(list=match["list"])
        if match["mean"] and not _is_of_days(match):
            mend = "Compare the sum with a number of times the count: `sum(…) > 3 * count(…)`."
        return here.refuse("TOS1047", span, name=name, mend=mend)
    return here.mend("TOS1047", span, start, end - start, new, name=name, mend=f"Write `{new}`.")


def _of_items(match: re.Match[str]) -> str | None:
    """The comparison, said of the items; an empty list has no least and no greatest."""
    op, item, over = match["op"], match["item"], match["list"]
    if op is None or match.groupdict().get("where"):
        return None
    value, other = match["value"].strip(), match["other"]
    some = f"count({item} in {over}) > 0"
    if match["mean"]:
        if _is_of_days(match):
            return None
        return f"({some} and sum({value} for {item} in {over}) {op} {other} * count({item} in {over}))"
    if not match["least"] and not match["greatest"]:
        return None
    condition = f"{item} in {over} satisfies {value} {op} {other}"
    if (op[0] == "<") == (match["least"] is not None):
        return f"some {condition}"
    return f"({some} and every {condition})"


def _is_of_days(match: re.Match[str]) -> bool:
    """Whether days or moments are compared: these are not added up."""
    return match["op"] is not None and _A_DAY.match(match["other"]) is not None
