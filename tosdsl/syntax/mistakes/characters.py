"""A character that begins no token: an open text, a foreign sign, an odd letter in a name."""

from __future__ import annotations

import re
from unicodedata import category, normalize

from tosdsl.diagnostics.days import written_right
from tosdsl.syntax.mistakes.amounts import other_amount
from tosdsl.syntax.mistakes.conditional import BEFORE_LAYOUT, BEFORE_WORDS
from tosdsl.syntax.mistakes.dates import day_in_words, day_of_the_use, moment_for_a_day
from tosdsl.syntax.mistakes.deadlines import other_deadline
from tosdsl.syntax.mistakes.extremes import over_a_list
from tosdsl.syntax.mistakes.members import member
from tosdsl.syntax.mistakes.phrase import PATH
from tosdsl.syntax.mistakes.phrases import other_phrase
from tosdsl.syntax.mistakes.slips import BEGINS_A_LINE, BELONGS_UNDER, QUOTES, SIGNS
from tosdsl.syntax.mistakes.stumble import Edit, Refusal, Stumble
from tosdsl.unicode.properties import looks, scripts
from tosdsl.unicode.shown import named

_QUOTED = re.compile(r"[“”„«»'‘’]([^“”„«»'‘’\"\\]*)[“”„«»'‘’](?!\w)")
_SYMBOLS = re.compile(r"[^\w\s\"(){}\[\],:<>=!&|;#]+")
_TYPE_LINE = re.compile(r" *type +[\w.]+ +(\S.*)")
_RUN = re.compile(r"[^\s\"(){}\[\],:;<>=!&|]+")
_DAY_FIRST = re.compile(r"\d{1,2}\.\d{1,2}\.(?:\d\d)?\d\d")
_DECIMAL = re.compile(r"[0-9][0-9_]*(?:\.[0-9_]+)+(?![\w.])")
_NUMBER = re.compile(r"[0-9][\w.]*")
_MOST_LINES = 40
"""Lines over which a text may run on."""


def explain_character(here: Stumble) -> Refusal:
    """What the lexer stumbled over."""
    for rule in _RULES:
        found = rule(here)
        if found is not None:
            return found
    character = here.rest[:1]
    if character in {".", ";"} and "_NL" in here.expected:
        return here.mend("TOS1026", None, here.column, 1, " ", found=character)
    run = _SYMBOLS.match(here.rest)
    width = max(1, run.end()) if run else 1
    how = "Leave it out; in a text in double quotes it may stay."
    if category(character or " ") in {"Zs", "Cf", "Zl", "Zp"}:
        how = "Write a plain space in its place."
    words = {"found": _named(character), "mend": how}
    return here.mend("TOS1002", None, here.column, width, " ", **words)


def _named(character: str) -> str:
    """The character in a sentence."""
    if character.isprintable() and character:
        return f"`{character}`"
    return named(character or " ")


def unquoted(here: Stumble) -> Refusal | None:
    """``title The Terms``"""
    if here.at_end or here.expected - {"_NL"} != {"STRING"}:
        return None
    run = here.rest.split(" at ")[0].rstrip()
    if here.before.rstrip().endswith(" at"):
        run = here.rest.split(" ")[0]
    if '"' in run or "\\" in run:
        return None
    word = run.split(" ")[0]
    if here.opens_line and word in {*BEGINS_A_LINE, *BELONGS_UNDER, "and", "or"}:
        return None  # quoted, a provision would become a description
    span = here.span(here.column, here.column + len(run))
    return here.mend("TOS1022", span, here.column, len(run), f'"{run}"', found=run)


def type_line(here: Stumble) -> Refusal | None:
    """``type Colour = red | green``"""
    match = _TYPE_LINE.match(here.text)
    if here.at_end or match is None or not here.expected <= {"IS", "HAS", "ONE", "OF"}:
        return None
    words = {"found": match[1], "instead": "`is one of`, and each member on a line of its own below"}
    return here.refuse("TOS1008", here.span(match.start(1), len(here.text)), **words)


def _open_text(here: Stumble) -> Refusal | None:
    if not here.rest.startswith('"'):
        return None
    line, end = here.line, len(here.text)
    closing = '"'
    if len(here.text) - len(here.text.rstrip("\\")) & 1:  # a backslash would take the mark with it
        closing = ' "'
    edit = Edit(line, end, 0, closing)
    found = here.refuse("TOS1003", here.span(here.column, end)).diagnostic
    return Refusal(found, line, edit, _runs_on(here.lines, line))


def _runs_on(lines: list[str], line: int) -> int | None:
    """The last line of a text that runs over several; None if the next are lines of their own."""
    for index in range(line + 1, min(len(lines), line + _MOST_LINES)):
        text = lines[index].strip()
        if '"' in text:
            closes = text.endswith('"') and text.count('"') == 1 and len(text) > 1
            return index if closes or text == '"' else None
    return None


_STATE_ELSEWHERE = re.compile(rf"(?P<found>{PATH}(?:@[\w.-]+)?#[\w.]+) +is\b")
_OWN_STATE = "the name of an obligation of this document: the state of another's is not read"


def comment(here: Stumble) -> Refusal | None:
    """``// …``, ``/* …``, and a ``#`` with no space before it."""
    state = _STATE_ELSEWHERE.search(here.text)
    if state is not None and here.text.startswith("#", here.column):
        found = state["found"]
        words = {"found": found, "instead": _OWN_STATE}
        return here.refuse("TOS1008", here.span(*state.span("found")), **words)
    start = here.column - here.before.endswith("/")  # the first of two signs reads as a division
    for sign in ("//", "/*", "#"):
        if here.text.startswith(sign, start):
            found = here.text[start:]
            words = {"found": found, "instead": "a comment with a space and `#` before it"}
            return here.mend(
                "TOS1008", here.span(start, len(here.text)), start, len(found), "", **words
            )
    return None


def _number(here: Stumble) -> Refusal | None:
    """``1.5.2``, ``18x``"""
    if here.rest.startswith("."):
        start = here.column
        while start and (here.text[start - 1].isdigit() or here.text[start - 1] == "_"):
            start -= 1
        match = _DECIMAL.match(here.text, start)
        if match is None:
            return None
        span = here.span(start, match.end())
        if _DAY_FIRST.fullmatch(match[0]):  # ``01.03.2024``
            return here.refuse("TOS1011", span, found=match[0], mend=written_right(match[0]))
        return here.mend("TOS1029", span, here.column, match.end() - here.column, "", found=match[0])
    match = _NUMBER.match(here.rest)
    if match is None:
        return None
    return here.refuse("TOS1029", here.span(here.column, here.column + match.end()), found=match[0])


def _odd_name(here: Stumble) -> Refusal | None:
    """``café``, ``terms$of$use``: a name with a character that no name has."""
    character, following = here.rest[:1], here.rest[1:2]
    if not character.isalnum() and not (following.isalnum() and here.before[-1:].isalnum()):
        return None
    return odd_name(here)


def odd_name(here: Stumble) -> Refusal | None:
    """The name around this place, with one that could stand in its stead."""
    for match in _RUN.finditer(here.text):
        if match.start() <= here.column < match.end():
            plain = plain_name(match[0])
            span = here.span(match.start(), match.end())
            instead = f": `{plain}`" if plain else ""
            if match.start() == here.column and "NAME" not in here.expected:
                return None  # no name can stand here, however it is written
            words = {"found": match[0], "why": why_no_name(match[0]), "instead": instead}
            if not plain:
                return here.refuse("TOS1027", span, **words)
            return here.mend("TOS1027", span, match.start(), len(match[0]), plain, **words)
    return None


def plain_name(written: str) -> str:
    """The name in letters, digits, underscores and dots, or nothing if too little is left of it.

    A letter of another script that looks like one of ours becomes that; what looks like none has no
    name in ours, and nothing is left out of a word to make it one.
    """
    foreign = {each: looks().get(ord(each), "") for each in written if _is_foreign(each)}
    if not all(each.isascii() and each.isalnum() for each in foreign.values()):
        return ""
    latin = "".join(foreign.get(each, each) for each in written)
    folded = normalize("NFKD", latin.replace("ß", "ss")).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9_.]+", "_", folded).strip("_.")
    return plain if re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", plain) else ""


def _is_foreign(character: str) -> bool:
    """Whether it is a letter of another script than Latin."""
    return not character.isascii() and character.isalpha() and "Latn" not in scripts()[ord(character)]


def why_no_name(written: str) -> str:
    """The first letter that looks like another one, which nobody sees: for a message."""
    odd = next((each for each in written if _is_foreign(each) and ord(each) in looks()), None)
    return f": `{odd}` is {named(odd)}" if odd else ""


_MEMBER = re.compile(r"[A-Za-z_]\w*\Z")
_COMPARED = re.compile(r"\b(?:is|is +not|includes|(?:in|overlaps) +\{[^{}]*) *\Z")


def _quotes(here: Stumble) -> Refusal | None:
    if here.rest[:1] not in QUOTES:
        return None
    match = _QUOTED.match(here.rest)
    if match is None:
        instead = '`"`, and another one where the text ends'
        return here.refuse("TOS1008", found=here.rest[0], instead=instead)
    if _MEMBER.match(match[1]) and _COMPARED.search(here.before):
        found = match[0]
        instead = f'`{match[1]}`, or `"{match[1]}"` if it is compared with a text'
        return here.mend(
            "TOS1008", None, here.column, match.end(), match[1], found=found, instead=instead
        )
    new = f'"{match[1]}"'
    span = here.span(here.column, here.column + match.end())
    words = {"found": match[0], "instead": f"`{new}`"}
    return here.mend("TOS1008", span, here.column, match.end(), new, **words)


def _for_equals(here: Stumble) -> str:
    """``is`` in a condition, ``:`` behind a fact that is given, ``as`` behind a definition's name."""
    if here.accepts("is") or here.accepts(":"):
        return "is" if here.accepts("is") else ":"
    defined = here.accepts("as") and "PLUS" not in here.expected  # not the `as` of a currency
    return "as" if defined else "is"


def _dash(here: Stumble) -> Refusal:
    """A dash for a minus: with spaces around it between two values, without before a number."""
    new = " - " if "MINUS_SIGN" in here.expected else "-"
    found = here.rest[:1]
    return here.mend("TOS1008", None, here.column, 1, new, found=found, instead="`-`")


def _sign(here: Stumble) -> Refusal | None:
    for sign in sorted(SIGNS, key=len, reverse=True):
        if not here.rest.startswith(sign):
            continue
        instead = SIGNS[sign]
        if instead == "is":
            instead = _for_equals(here)
        if instead == "-" and here.expected & {"MINUS", "MINUS_SIGN"}:
            return _dash(here)
        span = here.span(here.column, here.column + len(sign))
        if not here.accepts(instead):
            return here.mend("TOS1026", span, here.column, len(sign), " ", found=sign)
        words = {"found": sign, "instead": f"`{instead}`"}
        return here.mend("TOS1008", span, here.column, len(sign), f" {instead} ", **words)
    return None


_RULES = (
    _open_text,
    *BEFORE_LAYOUT,
    *BEFORE_WORDS,
    member,
    moment_for_a_day,
    day_in_words,
    other_deadline,
    over_a_list,
    day_of_the_use,
    other_phrase,
    _quotes,
    unquoted,
    comment,
    other_amount,
    _number,
    _odd_name,
    type_line,
    _sign,
)
