"""Lists, deadlines and obligations in other words: whole phrases, and what is written in their place.

The rules here look at the line around the place where it stopped making sense, as a phrase often
goes wrong before the word that could not be read. What a phrase means for sure is put in its place,
so that the rest is read; of what it may mean, only the ways are named.
"""

from __future__ import annotations

import re

from tosdsl.syntax.mistakes.phrase import NAME, PATH, Phrase
from tosdsl.syntax.mistakes.phrases_of_cases import FACT_OF_A_CASE, OF_CASES
from tosdsl.syntax.mistakes.phrases_of_conditions import OF_CONDITIONS
from tosdsl.syntax.mistakes.phrases_of_states import OF_STATES
from tosdsl.syntax.mistakes.stumble import Refusal, Stumble

_LINE = r"^ *"
_TYPES = "boolean|integer|number|text|date|instant|party|money|duration"

_PROVIDED_THAT = (
    r"provided +that(?! *(?:[<>=.+*/)-]|\Z)| +(?:is|in|not +in|and|or|includes|overlaps|starts|ends)\b)"
)
"""Not where a fact is called `that`."""

_OTHERS = r"(?:provisions?|clauses?|terms?|sections?|rules?)"

_OF_PROVISIONS = (
    # --- facts
    Phrase(
        re.compile(rf"^ *(?:fact +)?{PATH} *: *(?P<bad>(?:yes|true) *(?:or|/|,) *(?:no|false))\b"),
        "`boolean`",
        "boolean",
    ),
    # --- precedence
    Phrase(
        re.compile(
            r"^ *(?:notwithstanding|subject +to) +(?P<bad>(?:(?:anything|everything|all|any)"
            rf"(?: +(?:else|other|provision|{_OTHERS}|to +the +contrary|in|herein|contained)\b)+.*))"
        ),
        "`everything else`",
        "everything else",
    ),
    Phrase(
        re.compile(
            r"^ *(?:notwithstanding|subject +to) +(?P<bad>(?:the|any|all)(?: +of)?(?: +the)?"
            rf" +(?:following|foregoing|above|preceding|below|remaining|rest|other|{_OTHERS})\b.*)"
        ),
        "the names of the clauses or sections that are meant, or `everything else`",
    ),
    # --- conditions in other words
    Phrase(
        re.compile(
            rf"^ *(?:forbid|permit|require|section) +{NAME} +(?P<bad>(?:if|where) +(?P<what>\S.*))"
        ),
        r"`when \g<what>` on the next line, indented by four spaces more than this one",
    ),
    Phrase(
        re.compile(r"(?P<bad>, *provided(?: +that)?(?: +if)? +(?P<what>\S.*))"),
        r"`provided \g<what>` on the next line, indented like this one",
        narrows=True,
    ),
    Phrase(
        re.compile(
            r"^ +(?P<bad>as +long +as|so +long +as|on +(?:the +)?condition +that"
            r"|only +(?:if|when|where)|providing(?: +that)?)\b *(?P<what>.*)"
        ),
        "`provided`",
        "provided",
        narrows=True,
    ),
    Phrase(
        re.compile(
            r"^ +(?P<bad>(?:save|other +than|except +(?:for|as|that|to +the +extent|insofar)"
            r"|apart +from|excepting|excluding)"
            r"(?: +(?:where|when|if|that|as|to +the +extent))? +(?P<what>\S.*))"
        ),
        r"`except NAME`, and `when \g<what>` on the next line, indented",
    ),
    Phrase(
        re.compile(
            r"[\w)}\"],? +(?P<bad>(?:as +long +as|so +long +as|on +(?:the +)?condition +that"
            r"|only +(?:if|when|where)) +(?P<what>\S.*))"
        ),
        r"`provided \g<what>` on the next line, or `and \g<what>`",
        narrows=True,
    ),
    Phrase(
        re.compile(r"[\w)}\"],? +(?P<bad>(?:except|save) +(?:if|when|where|that) +(?P<what>\S.*))"),
        r"`except NAME` below this line, and `when \g<what>` under that",
    ),
    Phrase(
        re.compile(
            rf"^define +{NAME}(?: *\([^()]*\))? +(?P<bad>(?:shall +)?means?|is|:=|equals)(?!\w)"
        ),
        "`as`",
        "as",
    ),
    Phrase(re.compile(rf"^define +{NAME}(?P<bad> *:)(?!=)"), "`as`", " as"),
    # --- provisos
    Phrase(
        re.compile(rf"^ *(?P<bad>{_PROVIDED_THAT}) +\S.*"),
        "`provided`",
        "provided",
    ),
    Phrase(re.compile(r"^ *provided +(?P<bad>no) +\S"), "`not`", "not"),
    # --- types
    Phrase(
        re.compile(
            r": *(?:(?:list of|optional) +)*(?P<bad>money *(?:of|as|[(,])? *(?P<code>[A-Z]{3})\b\)?)"
        ),
        r"`money in \g<code>`",
        r"money in \g<code>",
    ),
    Phrase(
        re.compile(
            r": *(?:(?:list of|optional) +)*(?P<bad>duration *(?:of|as|[(,])?"
            r" *(?P<unit>microseconds|milliseconds|seconds|minutes|hours|"
            r"days|weeks|months|years|business +days)\b\)?)"
        ),
        r"`duration in \g<unit>`",
        r"duration in \g<unit>",
    ),
    Phrase(
        re.compile(rf": *(?P<bad>optional +list +of +(?P<type>{NAME}))"),
        r"`list of \g<type>`; of a list that is empty, it is known that nothing is in it",
        r"list of \g<type>",
    ),
    Phrase(
        re.compile(rf": *(?P<bad>(?P<type>{NAME})(?:\?| *\| *(?:none|null)\b| +or +(?:none|null)\b))"),
        r"`optional \g<type>`",
        r"optional \g<type>",
    ),
    Phrase(
        re.compile(r"\bis one of(?P<bad>,? *(?:ascending|increasing|ordered|rising)) *\Z"),
        "`, rising`",
        ", rising",
    ),
    Phrase(
        re.compile(r"\bis one of(?P<bad>,? *(?:descending|decreasing|falling)) *\Z"),
        "`, rising`, and the lowest member first",
    ),
    Phrase(
        re.compile(r"\bis one of(?:, *rising)?(?P<bad> *:.*)"), "each member on a line of its own below"
    ),
    Phrase(
        re.compile(
            rf"^define +\w+ *\((?:[^()]*,)? *(?P<bad>(?P<type>{_TYPES}) +(?P<name>{NAME})) *[,)]"
        ),
        r"`\g<name>: \g<type>`",
        r"\g<name>: \g<type>",
    ),
    # --- scenarios
    Phrase(
        re.compile(r"^ *expect +(?P<bad>compliance|complies|compl[iy]ing)\b"),
        "`compliant`",
        "compliant",
    ),
    Phrase(
        re.compile(
            r"^ *expect +duty +\S+ +(?P<bad>done|met|satisfied|complete[d]?|performed|kept)\b *\Z"
        ),
        "`fulfilled`",
        "fulfilled",
    ),
    Phrase(
        re.compile(r"^ *expect +duty +\S+ +(?P<bad>overdue|late|violated|missed|broken|failed)\b"),
        "`breached`",
        "breached",
    ),
    Phrase(
        re.compile(r"^ *expect +duty +\S+ +(?P<bad>open|due|outstanding)\b"), "`pending`", "pending"
    ),
    # --- properties
    Phrase(
        re.compile(
            r"^ *expect +(?P<bad>(?P<verdict>permitted|forbidden|undetermined|not_applicable)) *\Z"
        ),
        r"`never \g<verdict>` or `always \g<verdict>`, as a property is about many uses",
        under="property",
    ),
    Phrase(
        re.compile(r"^ *expect +(?:never|always) +(?P<bad>allowed|legal|allow|permit) *\Z"),
        "`permitted`",
        "permitted",
    ),
    Phrase(
        re.compile(r"^ *expect +(?:never|always) +(?P<bad>denied|illegal|prohibited|deny|forbid) *\Z"),
        "`forbidden`",
        "forbidden",
    ),
    # --- deadlines
    Phrase(
        re.compile(rf"{_LINE}within +.*?\w +(?P<bad>of|from|since|following|upon)\b"),
        "`after`",
        "after",
    ),
    Phrase(
        re.compile(rf"{_LINE}(?P<bad>in|inside|(?:no|not) +later +than) +\d.*\b(?:after|of|from)\b"),
        "`within`",
        "within",
    ),
    Phrase(
        re.compile(rf"{_LINE}(?P<bad>(?:no|not) +later +than|on +or +before)\b"),
        "`by`",
        "by",
    ),
    Phrase(re.compile(rf"{_LINE}(?P<bad>prior +to|earlier +than)\b"), "`before`", "before"),
    # --- obligations
    Phrase(
        re.compile(
            r"^ *(?P<bad>(?:may|must|shall|can|should|do) +not|cannot|prohibition|never) +[a-z_]"
        ),
        "`forbid`",
        "forbid",
    ),
    Phrase(
        re.compile(
            r"^ *(?P<bad>shall|must|should|has +to|obligations?|obliges?|obligate|duty|requires|"
            r"required|ensure) +[a-z_]"
        ),
        "`require`",
        "require",
    ),
    Phrase(
        re.compile(r"^ *(?P<bad>may|can|permission|right|entitle|authorize) +[a-z_]"),
        "`permit`",
        "permit",
    ),
    Phrase(
        re.compile(r"^ +(?P<bad>(?:must|shall|should|may|can) +not|cannot) "), "`must not`", "must not"
    ),
    Phrase(
        re.compile(r"^ +(?P<bad>shall|should|has +to|needs +to|ensure|require[sd]?|do) "),
        "`must`",
        "must",
    ),
)

_PHRASES = (*OF_CASES, *OF_STATES, *OF_CONDITIONS, *_OF_PROVISIONS, FACT_OF_A_CASE)


def other_phrase(here: Stumble) -> Refusal | None:
    """The phrase that this place belongs to, said otherwise than here."""
    for each in _PHRASES:
        for match in here.around(each.pattern):
            if here.quoted(match.start("bad")) or not _could_stand(each, here):
                continue
            start, end = match.span("bad")
            if each.new and match.expand(each.new) == match["bad"]:
                continue  # it is written that way, and cannot stand here for another reason
            around = " ,"
            if each.new in _JOINS or each.new.startswith(","):  # `, and` is wrong for its comma
                around = " "
            found = match["bad"].strip(around)
            begin = start + len(match["bad"]) - len(match["bad"].lstrip(around))
            words = {"found": found, "instead": match.expand(each.instead)}
            span = here.span(begin, end)
            if each.narrows and (permission := _permission(here)):
                words["instead"] = _NARROWED.format(name=permission, what=match["what"] or "…")
                return here.refuse("TOS1008", span, **words)
            if not each.new:
                return here.refuse("TOS1008", span, **words)
            return here.mend("TOS1008", span, start, end - start, match.expand(each.new), **words)
    return None


_NARROWED = (
    "`forbid {name}`, `except NAME` below it, and `when {what}` under that; where `default forbid` "
    "holds, a line `provided {what}` is enough"
)
"""Under `default permit` what a permission does not permit is permitted all the same."""

_CLAUSE = re.compile(
    r" *(?:(?P<word>permit)|forbid|require|except|define|section|property) +(?P<name>\w+)"
)


def _permission(here: Stumble) -> str:
    """The name of the permission whose own line this is; nothing if it is of something else."""
    margin = len(here.text) + 1
    for line in (here.text, *reversed(here.lines[: here.line])):
        indent = len(line) - len(line.lstrip(" "))
        if not line.strip() or indent >= margin:
            continue
        margin = indent
        if match := _CLAUSE.match(line):
            return match["name"] if match["word"] else ""
    return ""


_NEEDED = {
    "provided": "PROVIDED",
    "must": "MUST",
    "must not": "MUST",
    "by": "BY",
    "before": "BEFORE",
    "within": "WITHIN",
}
_JOINS = frozenset((" and", " or"))
_STANDS = re.compile(rf" *{_PROVIDED_THAT} +\S")
_OPENS = frozenset(("forbid", "require", "permit"))


def _could_stand(phrase: Phrase, here: Stumble) -> bool:
    """Whether a line can begin here with the words that are put in; most phrases stand elsewhere."""
    if phrase.under:
        above = (line for line in reversed(here.lines[: here.line]) if line and line[0] != " ")
        return next(above, "").startswith(phrase.under)
    if phrase.new in _OPENS:
        return "REQUIRE" in here.expected
    if phrase.new in _JOINS:
        return here.kind == "COMMA" or "AND" in here.expected
    if _STANDS.match(here.text):
        return True  # what could not be read is behind it
    needed = _NEEDED.get(phrase.new)
    return needed is None or needed in here.expected
