"""A token that cannot stand where it is: rules from the most telling slip to the most general."""

from __future__ import annotations

import re
from collections.abc import Iterable

from attrs import evolve

from tosdsl.diagnostics.near import nearest
from tosdsl.syntax.mistakes.amounts import other_amount
from tosdsl.syntax.mistakes.brackets import (
    bare_set,
    bracket_left_open,
    bracket_of_another_kind,
    comma_between_conditions,
    set_in_round_brackets,
)
from tosdsl.syntax.mistakes.by_cases import CASES
from tosdsl.syntax.mistakes.characters import (
    comment,
    odd_name,
    plain_name,
    type_line,
    unquoted,
    why_no_name,
)
from tosdsl.syntax.mistakes.conditional import BEFORE_LAYOUT, BEFORE_WORDS
from tosdsl.syntax.mistakes.dates import (
    day_in_words,
    day_of_the_use,
    loose_date,
    moment_for_a_day,
    quoted_date,
)
from tosdsl.syntax.mistakes.deadlines import other_deadline
from tosdsl.syntax.mistakes.expected import listed, phrases, words_of
from tosdsl.syntax.mistakes.extremes import over_a_list
from tosdsl.syntax.mistakes.members import member
from tosdsl.syntax.mistakes.misplaced import (
    INDENT_IT,
    OF_A_HEADER,
    beside_its_clause,
    default_in_other_words,
    default_with_condition,
    ends_in_and,
    expected_of_evidence,
    header_of_vocabulary,
    not_before_operator,
    verdict_in_other_words,
)
from tosdsl.syntax.mistakes.names import at_missing, name_of_several_words, quoted_reference
from tosdsl.syntax.mistakes.parts_of_days import other_part_of_day
from tosdsl.syntax.mistakes.phrases import other_phrase
from tosdsl.syntax.mistakes.rounding import other_rounding
from tosdsl.syntax.mistakes.slips import BEGINS_A_LINE, BELONGS_UNDER, IN_ENGLISH, IN_OTHER_WORDS, WORDS
from tosdsl.syntax.mistakes.strays import item_under_a_type, too_far_in_a_case, unless_of_a_clause
from tosdsl.syntax.mistakes.stumble import Refusal, Stumble, last_beside
from tosdsl.syntax.mistakes.tables import row_of_table
from tosdsl.syntax.source import indent_of

_BEFORE_OF = ("list", "all", "any", "none", "one")
_VERDICTS = ("permitted", "forbidden", "undetermined", "not_applicable")
_FIRST_WORD = re.compile(r" *([A-Za-z_]+)")
_LAST_WORD = re.compile(r"([A-Za-z_][\w.]*) *\Z")
_NAMELESS = re.compile(
    r" *(except|exception|forbid|permit|require|section|define) +(when|if|where|unless) "
)
_BLOCK_OPENED = re.compile(r"\b(?:all|any|none|one) of\s*\Z")
_PUNCTUATION = frozenset(
    ("COLON", "COMMA", "MINUS", "RPAR", "RSQB", "RBRACE", "LPAR", "LSQB", "LBRACE", "ORDER")
)
_MOST_MISSING = 4
"""Phrases that one sentence can say to be missing."""


def explain_token(here: Stumble) -> Refusal:
    """What the parser stumbled over."""
    for rule in _RULES:
        found = rule(here)
        if found is not None:
            return found
    shown = listed(phrases(here.expected - _not_of_this_clause(here)))
    return here.refuse("TOS1001", found=here.found, expected=shown)


def _commented_out(here: Stumble) -> Refusal | None:
    return comment(here) if here.kind in {"DIVIDED", "TIMES"} else None


def _not_of_this_clause(here: Stumble) -> frozenset[str]:
    """What the grammar would take on this line, and a prohibition or a permission has not."""
    above = here.lines[: here.line] if here.opens_line else []
    indent = indent_of(here.text)
    owner = next((line for line in reversed(above) if line and indent_of(line) < indent), "")
    return _OBLIGATION if _NO_OBLIGATION.match(owner) else frozenset()


_OBLIGATION = frozenset(("MUST", "WITHIN", "BEFORE", "BY", "BEARER"))
_NO_OBLIGATION = re.compile(r" *(?:forbid|permit) ")


# --- layout ---------------------------------------------------------------------------------------


def _indented(here: Stumble) -> Refusal | None:
    if here.kind != "_INDENT":
        return None
    start = indent_of(here.text)
    opener = here.lines[here.line_above()]
    if here.text.startswith("except ", start) and opener.startswith("define ") and " as " in opener:
        words = {"found": opener, "instead": "the condition below `as`, and its exceptions below that"}
        span = here.span(0, len(opener), here.line_above())
        found = here.refuse("TOS1008", span, **words)
    elif here.text.split()[0] in OF_A_HEADER and not here.lines[0].startswith("policy "):
        words = {"found": here.text.strip(), "instead": _ABOVE.format(opener.strip())}
        found = here.refuse("TOS1008", here.span(start, len(here.text)), **words)
    else:
        found = here.refuse("TOS1007", here.span(start, len(here.text)))
    return evolve(found, through=last_beside(here.lines, here.line, start))


def _nothing_under(here: Stumble) -> Refusal | None:
    if here.expected != {"_INDENT"}:
        return None
    text = here.text
    start = len(text) - len(text.lstrip())
    return here.refuse("TOS1006", here.span(start, len(text)), opener=f"`{text.strip()}`")


def _first_column(here: Stumble) -> Refusal | None:
    """A line that belongs under another stands in the first column, or the other way round."""
    if not here.opens_line or here.at_end:
        return None
    if here.line == 0 and here.column == 0 and "POLICY" in here.expected:
        if here.kind == "STRING":
            words = {"found": "A description", "owner": "what it describes", "mend": INDENT_IT}
            return here.refuse("TOS1028", None, **words)
        if here.word in BELONGS_UNDER and not here.rest.startswith("must not "):
            words = {"found": f"`{here.word}`", "owner": BELONGS_UNDER[here.word], "mend": INDENT_IT}
            return here.refuse("TOS1028", None, **words)
    if here.word == "prevails" and here.column and _IN_A_CLAUSE.match(here.lines[0]):
        words = {"found": here.rest, "instead": _NOTWITHSTANDING.format(here.rest.split()[-1])}
        return here.refuse("TOS1008", here.span(here.column, len(here.text)), **words)
    if here.column and here.kind in _ITEMS and here.kind not in here.expected:
        return here.refuse("TOS1031", found=here.word, more=_beside(here))
    return None


def _beside(here: Stumble) -> str:
    """What else to do with an item that is indented: what is left of a header goes above it."""
    below = [line for line in here.lines[here.line + 1 :] if line.split()[:1]]
    of_header = [line for line in below if line.split()[0] in OF_A_HEADER]
    if not here.lines[0].startswith("policy ") or not of_header:
        return ", and that of the lines beside it"
    return (
        f", and put it below the whole header of the policy, which ends with `{of_header[-1].strip()}`"
    )


_ABOVE = "it below the policy's name, indented, and above `{}`"


_IN_A_CLAUSE = re.compile(r"(?:section|forbid|permit|require|exception) ")
_NOTWITHSTANDING = (
    "`notwithstanding {}` under the clause that is to prevail; `prevails over` orders whole documents, "
    "and stands in the first column"
)

_ITEMS = frozenset(
    (
        *("POLICY", "VOCABULARY", "USE", "TYPE", "FACT", "PARTY", "DEFINE", "SECTION", "FORBID"),
        *("PERMIT", "REQUIRE", "EXCEPTION", "INCORPORATE", "PREVAILS", "GOVERNED"),
        *("ENFORCEMENT", "SCENARIO", "PROPERTY", "YIELDS", "INTERPRETATION", "PRESUME", "TABLE"),
    )
)
"""Words that begin an item in the first column."""


def _several_lines(here: Stumble) -> Refusal | None:
    """Two conditions and nothing that joins them; or two descriptions where one can stand."""
    if here.expected - {"EXCEPT"} != {"_DEDENT"}:  # a definition may have exceptions below it
        return None
    start = indent_of(here.text)
    span = here.span(start, len(here.text))
    if here.kind == "STRING":
        return here.refuse("TOS1012", span, what="A text", mend="Keep one of the two.")
    return evolve(here.refuse("TOS1013", span), through=last_beside(here.lines, here.line, start))


# --- words ----------------------------------------------------------------------------------------


def _nameless(here: Stumble) -> Refusal | None:
    """``except when …``, ``forbid if …``"""
    match = _NAMELESS.match(here.text)
    if match is None or here.column < match.end():
        return None
    start = match.start(1)
    span = here.span(start, start + len(match[1]))
    rest = "what follows"
    if match[1] in {"except", "exception"}:
        condition = here.text[match.end() :]
        rest = f"`unless {condition}`" if match[2] == "unless" else f"`when {condition}`"
    return here.refuse("TOS1030", span, word=match[1], rest=rest)


def _odd_new_name(here: Stumble) -> Refusal | None:
    """``forbid "resale"``, ``forbid 4_1``"""
    if "NAME" not in here.expected or not _DECLARED.match(here.before):
        return None
    match = _QUOTED_NAME.match(here.rest) if here.kind == "STRING" else _NUMBERED.match(here.rest)
    if match is None:
        return None
    plain = plain_name(match[1])
    span = here.span(here.column, here.column + match.end())
    if not plain or here.kind != "STRING":
        return here.refuse("TOS1027", span, found=match[0], why="", instead=", a letter first")
    words = {"found": match[0], "why": why_no_name(match[0]), "instead": f": `{plain}`"}
    return here.mend("TOS1027", span, here.column, match.end(), plain, **words)


_DECLARED = re.compile(
    r" *(?:forbid|permit|require|except|exception|section|fact|type|define|party) *\Z"
)
_QUOTED_NAME = re.compile(r'"([^"]*)"')
_NUMBERED = re.compile(r"(\d[\w.]*)")


def _in_english(here: Stumble) -> Refusal | None:
    """``is less than``"""
    if here.text.lstrip().startswith("type "):
        return None
    for pattern, instead in IN_ENGLISH:
        for match in pattern.finditer(here.text):
            if match.start() <= here.column <= match.end() + 1:
                span = here.span(match.start(), match.end())
                words = {"found": match[0], "instead": f"`{instead}`"}
                if "…" in instead:
                    return here.refuse("TOS1008", span, **words)
                return here.mend("TOS1008", span, match.start(), len(match[0]), instead, **words)
    return None


def _foreign_word(here: Stumble) -> Refusal | None:
    if not here.is_word:
        return None
    word = here.word.lower()
    if here.word == "when" and "APPLIES" in here.expected and here.opens_line:
        words = {"found": "when", "instead": "`applies when`"}
        return here.mend("TOS1008", None, here.column, len(word), "applies when", **words)
    if word in IN_OTHER_WORDS and here.expected & {"EXCEPT", "TYPE"}:
        return here.refuse("TOS1008", found=here.word, instead=IN_OTHER_WORDS[word])
    instead = WORDS.get(word)
    if instead is None or not here.accepts(instead):
        return None
    words = {"found": here.word, "instead": f"`{instead}`"}
    return here.mend("TOS1008", None, here.column, len(here.word), instead, **words)


def _misspelt_word(here: Stumble) -> Refusal | None:
    if not here.is_word:
        return None
    if here.word == "expect" and here.opens_line:
        return None  # it is a word, and no slip for `except`
    not_here = _not_of_this_clause(here)
    phrase = {"DEFEATED_BY": "defeated", "CONFLICTS_WITH": "conflicts"}
    words = [*words_of(here.expected), *(phrase[kind] for kind in here.expected & phrase.keys())]
    near = nearest(here.word, [word for word in words if word.upper() not in not_here])
    if not near or len(here.word) > len(near[0]) + 1:  # `work` is no slip for `or`
        return None
    return here.mend(
        "TOS1021", None, here.column, len(here.word), near[0], found=here.word, instead=near[0]
    )


def _run_together(here: Stumble) -> Refusal | None:
    """``useai_services``"""
    if not here.is_word:
        return None
    begun = [word for word in words_of(here.expected) if here.word.startswith(word) and len(word) > 2]
    if not begun:
        return None
    end = here.column + max(map(len, begun))
    where = f"after `{max(begun, key=len)}`"
    return here.mend("TOS1024", None, end, 0, " ", missing="A space", where=where)


def _counted_thing(here: Stumble) -> Refusal | None:
    """``requests > 10 million requests``"""
    match = _NUMBER_BEFORE.search(here.before)
    if here.kind != "NAME" or match is None or len(here.word) < _SHORTEST_THING:
        return None
    if not _ENDS_OR_JOINS.match(here.rest, len(here.word)) or _A_UNIT.match(here.word):
        return None
    span = here.span(match.start(1), here.column + len(here.word))
    found, instead = f"{match[1]} {here.word}", f"`{match[1]}`, without what is counted"
    return here.mend("TOS1008", span, here.column, len(here.word), "", found=found, instead=instead)


_NUMBER_BEFORE = re.compile(
    r"(?<![\w.])([0-9][0-9_]*(?:\.[0-9]+)?(?: +(?:thousand|million|billion))?) +\Z"
)
_A_UNIT = re.compile(r"(?:business|microsecond|millisecond|second|minute|hour|day|week|month|year)s?\Z")
"""What is counted in these is a duration, which cannot stand there for another reason."""
_ENDS_OR_JOINS = re.compile(r" *(?:\Z|\)|(?:and|or)\b)")
_SHORTEST_THING = 3
"""What is shorter may be a unit: `3 m`."""


def _two_words(here: Stumble) -> Refusal | None:
    """``when scientific work``"""
    match = _LAST_WORD.search(here.before)
    if here.kind != "NAME" or match is None or not _CONDITION.match(here.text):
        return None
    more = _TO_THE_END.match(here.rest, len(here.word))
    word = here.rest[: more.end()].rstrip() if more else here.word
    span = here.span(match.start(1), here.column + len(word))
    found = f"{match[1]} {word}"
    if "." in found:
        return None
    plain = plain_name(found)
    words = {"found": found, "why": "", "instead": f": `{plain}`"}
    return here.refuse("TOS1027", span, **words) if plain else None


_TO_THE_END = re.compile(r"(?: +(?!and\b|or\b)[A-Za-z_]\w*)+ *\Z")
"""Further words, where the line ends with them: the name may have them all."""
_CONDITION = re.compile(r" *(?:when|provided|must|where|applies +when) +\S")


def _misspelt_before(here: Stumble) -> Refusal | None:
    """The word before this one is misspelt, and was taken for a name."""
    match = _LAST_WORD.search(here.before)
    if match is None:
        return None
    if "FORCE" in here.expected and match[1] in _VERDICTS:
        rest = here.span(here.column, len(here.text))
        return here.mend("TOS1026", rest, here.column, len(here.rest), "", found=here.rest)
    meant: Iterable[str] = _BEFORE_OF if here.kind == "OF" else ()
    if "FORCE" in here.expected:
        meant = _VERDICTS
    elif "CLAIM_FORCE" in here.expected:
        meant = ("never", "always")
    near = nearest(match[1], meant)
    if not near:
        return None
    span = here.span(match.start(1), match.end(1))
    return here.mend(
        "TOS1021", span, match.start(1), len(match[1]), near[0], found=match[1], instead=near[0]
    )


_OF_AN_OBLIGATION = frozenset(("must", "within", "before", "by", "promptly", "every", "bearer"))
_RUNG = re.compile(r" *on +(?:alleged|confirmed|cleared)\b")


def _line_of_its_own(here: Stumble) -> Refusal | None:
    if not here.at_end and _BLOCK_OPENED.search(here.before):
        return here.refuse("TOS1023", found=here.word, where=_BELOW)
    if here.kind == "STRING" and not here.opens_line and "_NL" in here.expected:
        return here.refuse("TOS1023", found=here.word, where=_where(here))
    begins = here.word in BEGINS_A_LINE or here.word in _OF_AN_OBLIGATION
    if begins and not here.opens_line and "_NL" in here.expected and not _RUNG.match(here.text):
        return here.refuse("TOS1023", found=here.word, where=_where(here))
    return None


_BELOW = "indented by four spaces more than this one"
_BESIDE = "indented like this one"
_TAKES_LINES = re.compile(
    r" *(?:forbid|permit|require|except|exception|section|governed|incorporate)\b"
)


def _where(here: Stumble) -> str:
    """Where the next line has to begin, so that it belongs to what it was written behind."""
    if here.word in _ALWAYS_FIRST or (here.kind in _ITEMS and not here.lines[0].startswith("section ")):
        return "in the first column"
    return _BELOW if _TAKES_LINES.match(here.text) else _BESIDE


_ALWAYS_FIRST = frozenset(
    ("define", "scenario", "incorporate", "prevails", "yields", "governed", "enforcement")
)


# --- values ---------------------------------------------------------------------------------------


def _hyphenated(here: Stumble) -> Refusal | None:
    glued = here.before[-1:].isalnum() and here.rest[1:2].isalnum()
    return odd_name(here) if here.kind == "MINUS" and glued else None


# --- too little, too much -------------------------------------------------------------------------


def _of_an_obligation(here: Stumble) -> Refusal | None:
    """A condition without `must`, a deadline that runs from nowhere or leaves nothing out."""
    if here.opens_line and "MUST" in here.expected and here.is_word and _REQUIRED.match(here.lines[0]):
        where = f"before `{here.text.strip()}`"
        if not _MUST.search("\n".join(here.lines)):
            return here.mend("TOS1024", None, here.column, 0, "must ", missing="`must`", where=where)
    if not _WITHIN.match(here.text):
        return None
    if here.at_end and "AFTER" in here.expected:
        where = "behind the duration, with the date from which it runs: `within 30 days after DATE`"
        return here.refuse("TOS1024", missing="`after`", where=where)
    if _EXCLUDING.search(here.before):
        where = "behind `excluding`: `excluding holidays after DATE`"
        missing = "The fact that lists the holidays"
        return here.refuse("TOS1024", missing=missing, where=where)
    return None


_REQUIRED = re.compile(r" *require ")
_MUST = re.compile(r"^ +must\b", re.MULTILINE)
_WITHIN = re.compile(r" +within\b")
_EXCLUDING = re.compile(r"\bexcluding +after *\Z")


def _untyped(here: Stumble) -> Refusal | None:
    """``define f(x) as …``"""
    match = _PARAMETER.search(here.before)
    if here.expected != {"COLON"} or match is None or here.at_end:
        return None
    span = here.span(match.start(1), match.end(1))
    missing = f"The type of `{match[1]}`"
    return here.refuse("TOS1024", span, missing=missing, where=f"behind a colon: `{match[1]}: integer`")


_PARAMETER = re.compile(r"^define +\w+ *\((?:[^()]*,)? *([A-Za-z_][\w.]*) *\Z")


_IN_A_ROW = ({"COMMA", "RBRACE"}, {"COMMA", "RSQB"}, {"COMMA", "RPAR", "IN"})
"""What can follow an item of a set, of a list and of parameters."""


def _missing(here: Stumble) -> Refusal | None:
    if here.at_end and "SATISFIES" in here.expected:
        where = "behind the list, with a condition for the item at hand"
        return here.refuse("TOS1024", missing="`satisfies`", where=where)
    if here.at_end:
        shown = phrases(here.expected - {"_NL", "$END", "_DEDENT", "_INDENT"})
        if not shown or len(shown) > _MOST_MISSING:
            return None
        where = "on the next line" if here.kind == "_DEDENT" else "at the end of the line"
        return here.refuse("TOS1024", missing=_capital(listed(shown)), where=where)
    if here.opens_line and here.word in BEGINS_A_LINE:
        return None  # what is missing is missing on a line above
    if here.expected in _IN_A_ROW and here.kind not in _PUNCTUATION:
        shown = ["`,`"]
    elif here.expected - {"AT", "LPAR"} == {"AS"}:
        shown = ["`as`"]
    else:
        shown = phrases(here.expected)
    if len(shown) != 1 or (shown[0] == "a name" and here.is_word):
        return None
    where = f"before `{here.word}`"
    if not shown[0].startswith("`"):
        if shown[0] != "a name":
            return None
        return here.refuse("TOS1024", missing="A name", where=where)
    new = shown[0].strip("`") + " "
    return here.mend("TOS1024", None, here.column, 0, new, missing=shown[0], where=where)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _superfluous(here: Stumble) -> Refusal | None:
    if here.kind in _PUNCTUATION and "_NL" in here.expected and here.kind != "ORDER":
        return here.mend("TOS1026", None, here.column, len(here.word), " ", found=here.word)
    return None


_RULES = (
    _commented_out,
    default_with_condition,
    item_under_a_type,
    too_far_in_a_case,
    unless_of_a_clause,
    *CASES,
    other_rounding,
    other_part_of_day,
    row_of_table,
    *BEFORE_LAYOUT,
    _indented,
    _nothing_under,
    bracket_left_open,
    bracket_of_another_kind,
    set_in_round_brackets,
    bare_set,
    _first_column,
    beside_its_clause,
    *BEFORE_WORDS,
    header_of_vocabulary,
    not_before_operator,
    default_in_other_words,
    verdict_in_other_words,
    expected_of_evidence,
    _nameless,
    member,
    name_of_several_words,
    quoted_reference,
    at_missing,
    _odd_new_name,
    moment_for_a_day,
    day_in_words,
    other_deadline,
    over_a_list,
    day_of_the_use,
    other_phrase,
    other_amount,
    _in_english,
    _foreign_word,
    _misspelt_word,
    _run_together,
    _counted_thing,
    _misspelt_before,
    type_line,
    _several_lines,
    _line_of_its_own,
    quoted_date,
    loose_date,
    _hyphenated,
    unquoted,
    comma_between_conditions,
    ends_in_and,
    _of_an_obligation,
    _untyped,
    _missing,
    _superfluous,
    _two_words,
)
