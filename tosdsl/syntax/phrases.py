"""Lists, deadlines and obligations in other words: whole phrases, and what is written in their place.

The rules here look at the line around the place where it stopped making sense, as a phrase often
goes wrong before the word that could not be read. What a phrase means for sure is put in its place,
so that the rest is read; of what it may mean, only the ways are named.
"""

from __future__ import annotations

import re

from attrs import frozen

from tosdsl.syntax.stumble import Refusal, Stumble


@frozen
class _Phrase:
    """``bad`` in the pattern is what is wrong; unless ``new`` is given, nothing is put in its place.
    ``under``: it is so only below a line that begins with this.

    Both ``new`` and ``instead`` may hold groups of the pattern, as ``\\g<name>``.
    """

    pattern: re.Pattern[str]
    instead: str
    new: str = ""
    under: str = ""


_NAME = r"[A-Za-z_]\w*"
_PATH = rf"{_NAME}(?:\.{_NAME})*"
_LIST = rf"(?P<list>{_PATH})"
_LINE = r"^ *"
_TYPES = "boolean|integer|number|text|date|instant|party|money|duration"

_PHRASES = (
    # --- provisos
    _Phrase(re.compile(r"^ *(?P<bad>provided +that) +\S.*"), "`provided`", "provided"),
    _Phrase(re.compile(r"^ *provided +(?P<bad>no) +\S"), "`not`", "not"),
    # --- lists
    _Phrase(
        re.compile(rf"\b(?P<bad>{_LIST} +is +not +(?:\[ *\]|\{{ *\}}|empty\b))"),
        r"`count(x in \g<list>) > 0`",
        r"count(x in \g<list>) > 0",
    ),
    _Phrase(
        re.compile(rf"\b(?P<bad>{_LIST} +is +(?:\[ *\]|\{{ *\}}|empty\b))"),
        r"`count(x in \g<list>) is 0`",
        r"count(x in \g<list>) is 0",
    ),
    _Phrase(
        re.compile(rf"\b(?P<bad>count *\( *{_LIST} *\))"),
        r"`count(x in \g<list>)`",
        r"count(x in \g<list>)",
    ),
    _Phrase(
        re.compile(rf"\b(?P<bad>count *\( *{_LIST} +(?:where|if|when|with)\b)"),
        r"`count(x in \g<list> where …)`",
    ),
    _Phrase(
        re.compile(rf"\b(?P<bad>sum *\( *{_LIST}\.(?P<field>{_NAME}) *\))"),
        r"`sum(x.\g<field> for x in \g<list>)`",
        r"sum(x.\g<field> for x in \g<list>)",
    ),
    _Phrase(
        re.compile(rf"\b(?P<bad>(?P<what>sum|highest) *\( *{_LIST}) *[,)]"),
        r"`\g<what>(x.FIELD for x in \g<list>)`, with the field that is added up",
    ),
    _Phrase(
        re.compile(r"\bhighest *\([^()]* for [^(),]*(?P<bad>\))"),
        "`, in any 30 days by x.FIELD)`, with the length of the stretch and the date that it goes by",
    ),
    _Phrase(
        re.compile(
            rf"\b(?P<bad>(?:for +all|for +every|for +each|forall|foreach|each|all)"
            rf" +(?P<item>{_NAME}) +(?:in|of|from)) +{_PATH}"
        ),
        r"`every \g<item> in`",
        r"every \g<item> in",
    ),
    _Phrase(
        re.compile(
            rf"\b(?P<bad>(?:exists|there +(?:is|exists)|for +some|for +any|any)(?: +(?:a|an|some))?"
            rf" +(?P<item>{_NAME}) +(?:in|of|from)) +{_PATH}"
        ),
        r"`some \g<item> in`",
        r"some \g<item> in",
    ),
    _Phrase(
        re.compile(
            rf"\b(?:some|every) +{_NAME} +in +{_PATH}"
            r"(?P<bad>,? +(?:where|such +that|so +that|with|having|has|satisfy|meets|when|if)\b|:| *\|)"
        ),
        "`satisfies`",
        " satisfies",
    ),
    _Phrase(
        re.compile(rf"\b(?P<bad>(?P<what>some|every) +{_LIST} +satisf(?:ies|y)\b)"),
        r"`\g<what> x in \g<list> satisfies`",
    ),
    _Phrase(
        re.compile(
            rf"\b(?:some|every) +{_NAME} +in +{_PATH} +satisfies +(?P<bad>(?:any|all|none) +of +\S.*)"
        ),
        "each condition on a line of its own, below `satisfies all of`",
    ),
    _Phrase(
        re.compile(r"\b(?P<bad>(?:at +least|at +most|exactly|any) +(?:\d+|one|two|three|four) +of)\b"),
        "the combinations out with `any of`, and `all of` below it; conditions are not counted",
    ),
    _Phrase(
        re.compile(rf"(?P<bad>\b(?P<name>{_NAME})\( *\))"),
        r"`\g<name>(…)` with a value in the brackets,"
        r" or `\g<name>` without brackets if it takes none",
    ),
    _Phrase(
        re.compile(
            rf"\b(?:count|sum|highest) *\([^()]*\bin +{_PATH} +"
            r"(?P<bad>if|when|such +that|with|having|satisfies|provided)\b"
        ),
        "`where`",
        "where",
    ),
    _Phrase(
        re.compile(rf"\b(?P<bad>total|add|sum_of|summed) *\([^()]*? for +{_NAME} +in\b"), "`sum`", "sum"
    ),
    _Phrase(
        re.compile(rf"\b(?P<bad>max|maximum|peak) *\([^()]*? for +{_NAME} +in\b"),
        "`highest`",
        "highest",
    ),
    _Phrase(
        re.compile(r"\bin +any +(?P<bad>(?P<unit>year|month|week|day|hour))\b"),
        r"`1 \g<unit>`",
        r"1 \g<unit>",
    ),
    # --- comparisons and sums
    _Phrase(
        re.compile(
            r"\b(?P<bad>(?:does|do) +not +exceed|(?:is +)?(?:at +most|(?:no|not) +more +than)) +[\w(]"
        ),
        "`<=`",
        "<=",
    ),
    _Phrase(
        re.compile(r"\b(?P<bad>(?:is +)?(?:at +least|(?:no|not) +(?:less|fewer) +than)) +[\w(]"),
        "`>=`",
        ">=",
    ),
    _Phrase(re.compile(r"\b(?P<bad>exceeds|is +(?:above|over)|(?<!is )more +than)\b"), "`>`", ">"),
    _Phrase(re.compile(r"\b(?P<bad>is +(?:below|under)|(?<!is )(?:less|fewer) +than)\b"), "`<`", "<"),
    _Phrase(re.compile(r"(?P<bad>\bis +(?:below|under)\b)"), "`<`", "<"),
    _Phrase(re.compile(r"(?P<bad>\bis +on +or +before\b|\bis +no +later +than\b)"), "`<=`", "<="),
    _Phrase(re.compile(r"(?P<bad>\bis +on +or +after\b|\bis +no +earlier +than\b)"), "`>=`", ">="),
    _Phrase(re.compile(r"(?P<bad>\bis +(?:before|prior +to))\b"), "`<`", "<"),
    _Phrase(re.compile(r"(?P<bad>\bis +after)\b"), "`>`", ">"),
    _Phrase(
        re.compile(r"(?P<bad>\b(?:is +)?(?:not +)?between\b.*)"), "two comparisons: `a >= 1 and a <= 5`"
    ),
    _Phrase(re.compile(r"[\w)] +(?P<bad>plus)\b"), "`+`", "+"),
    _Phrase(re.compile(r"[\w)] +(?P<bad>minus)\b"), "`-`", "-"),
    _Phrase(re.compile(r"[\w)] +(?P<bad>times|multiplied +by|×|·)(?!\w)"), "`*`", "*"),
    _Phrase(re.compile(r"[\w)] +(?P<bad>divided +by|÷)(?!\w)"), "`/`", "/"),
    _Phrase(re.compile(r"[\w)] +(?P<bad>begins +with)\b"), "`starts with`", "starts with"),
    _Phrase(
        re.compile(r"(?P<bad>\b(?:contains|includes) +the +word)\b"), "`contains word`", "contains word"
    ),
    _Phrase(
        re.compile(r"[\w)] +(?P<bad>(?P<end>start|end)s?[-_]?with)\b"),
        r"`\g<end>s with`",
        r"\g<end>s with",
    ),
    _Phrase(
        re.compile(r"[\w)] +(?P<bad>matches|match|like|resembles)\b"),
        "`starts with`, `ends with` or `contains word`; there are no patterns",
    ),
    _Phrase(
        re.compile(
            r"\" +(?P<bad>(?:ignore|in +any) +case|case[- ]+insensitive(?:ly)?|ignoring[-_]case)\b"
        ),
        "`ignoring case`",
        "ignoring case",
    ),
    _Phrase(
        re.compile(
            r"(?P<bad>\b(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})(?: +|T)"
            r"(?P<time>[0-9]{2}:[0-9]{2})[\w:.+-]*(?: +UTC)?)"
        ),
        r"`\g<day>T\g<time>Z`, with `Z` for UTC or how far the clock is from it, as in `+02:00`",
    ),
    # --- types
    _Phrase(
        re.compile(
            r": *(?:(?:list of|optional) +)*(?P<bad>money *(?:of|as|[(,])? *(?P<code>[A-Z]{3})\b\)?)"
        ),
        r"`money in \g<code>`",
        r"money in \g<code>",
    ),
    _Phrase(
        re.compile(
            r": *(?:(?:list of|optional) +)*(?P<bad>duration *(?:of|as|[(,])?"
            r" *(?P<unit>minutes|hours|days|weeks|months|years|business +days)\b\)?)"
        ),
        r"`duration in \g<unit>`",
        r"duration in \g<unit>",
    ),
    _Phrase(
        re.compile(rf": *(?P<bad>optional +list +of +(?P<type>{_NAME}))"),
        r"`list of \g<type>`; of a list that is empty, it is known that nothing is in it",
        r"list of \g<type>",
    ),
    _Phrase(
        re.compile(rf": *(?P<bad>(?P<type>{_NAME})(?:\?| *\| *(?:none|null)\b| +or +(?:none|null)\b))"),
        r"`optional \g<type>`",
        r"optional \g<type>",
    ),
    _Phrase(
        re.compile(r"\bis one of(?P<bad>,? *(?:ascending|increasing|ordered|rising)) *\Z"),
        "`, rising`",
        ", rising",
    ),
    _Phrase(
        re.compile(r"\bis one of(?P<bad>,? *(?:descending|decreasing|falling)) *\Z"),
        "`, rising`, and the lowest member first",
    ),
    _Phrase(
        re.compile(r"\bis one of(?:, *rising)?(?P<bad> *:.*)"), "each member on a line of its own below"
    ),
    _Phrase(
        re.compile(
            rf"^define +\w+ *\((?:[^()]*,)? *(?P<bad>(?P<type>{_TYPES}) +(?P<name>{_NAME})) *[,)]"
        ),
        r"`\g<name>: \g<type>`",
        r"\g<name>: \g<type>",
    ),
    # --- scenarios
    _Phrase(
        re.compile(r"^ *expect +(?P<bad>compliance|complies|compl[iy]ing)\b"),
        "`compliant`",
        "compliant",
    ),
    _Phrase(
        re.compile(
            r"^ *expect +duty +\S+ +(?P<bad>done|met|satisfied|complete[d]?|performed|kept)\b *\Z"
        ),
        "`fulfilled`",
        "fulfilled",
    ),
    _Phrase(
        re.compile(r"^ *expect +duty +\S+ +(?P<bad>overdue|late|violated|missed|broken|failed)\b"),
        "`breached`",
        "breached",
    ),
    _Phrase(
        re.compile(r"^ *expect +duty +\S+ +(?P<bad>open|due|outstanding)\b"), "`pending`", "pending"
    ),
    # --- properties
    _Phrase(
        re.compile(
            r"^ *expect +(?P<bad>(?P<verdict>permitted|forbidden|undetermined|not_applicable)) *\Z"
        ),
        r"`never \g<verdict>` or `always \g<verdict>`, as a property is about many uses",
        under="property",
    ),
    _Phrase(
        re.compile(r"^ *expect +(?:never|always) +(?P<bad>allowed|legal|allow|permit) *\Z"),
        "`permitted`",
        "permitted",
    ),
    _Phrase(
        re.compile(r"^ *expect +(?:never|always) +(?P<bad>denied|illegal|prohibited|deny|forbid) *\Z"),
        "`forbidden`",
        "forbidden",
    ),
    # --- deadlines
    _Phrase(
        re.compile(rf"{_LINE}within +.*?\w +(?P<bad>of|from|since|following|upon)\b"),
        "`after`",
        "after",
    ),
    _Phrase(
        re.compile(rf"{_LINE}(?P<bad>(?:no|not) +later +than|on +or +before|until|till|up +to)\b"),
        "`by`",
        "by",
    ),
    _Phrase(re.compile(rf"{_LINE}(?P<bad>prior +to|earlier +than)\b"), "`before`", "before"),
    _Phrase(
        re.compile(rf"{_LINE}(?P<bad>in|inside|not +later +than|after) +\d.*\b(?:after|of|from)\b"),
        "`within`",
        "within",
    ),
    # --- obligations
    _Phrase(
        re.compile(
            r"^ *(?P<bad>(?:may|must|shall|can|should|do) +not|cannot|prohibition|never) +[a-z_]"
        ),
        "`forbid`",
        "forbid",
    ),
    _Phrase(
        re.compile(
            r"^ *(?P<bad>shall|must|should|has +to|obligations?|obliges?|obligate|duty|requires|"
            r"required|ensure) +[a-z_]"
        ),
        "`require`",
        "require",
    ),
    _Phrase(
        re.compile(r"^ *(?P<bad>may|can|permission|right|entitle|authorize) +[a-z_]"),
        "`permit`",
        "permit",
    ),
    _Phrase(
        re.compile(r"^ +(?P<bad>(?:must|shall|should|may|can) +not|cannot) "), "`must not`", "must not"
    ),
    _Phrase(
        re.compile(r"^ +(?P<bad>shall|should|has +to|needs +to|ensure|require[sd]?|do) "),
        "`must`",
        "must",
    ),
)


def other_phrase(here: Stumble) -> Refusal | None:
    """The phrase that this place belongs to, said otherwise than here."""
    for each in _PHRASES:
        for match in here.around(each.pattern):
            if here.quoted(match.start("bad")) or not _could_stand(each, here):
                continue
            start, end = match.span("bad")
            found = match["bad"].strip(" ,")
            begin = start + len(match["bad"]) - len(match["bad"].lstrip(" ,"))
            words = {"found": found, "instead": match.expand(each.instead)}
            span = here.span(begin, end)
            if not each.new:
                return here.refuse("TOS1008", span, **words)
            return here.mend("TOS1008", span, start, end - start, match.expand(each.new), **words)
    return None


_NEEDED = {"must": "MUST", "must not": "MUST", "by": "BY", "before": "BEFORE", "within": "WITHIN"}
_OPENS = frozenset(("forbid", "require", "permit"))


def _could_stand(phrase: _Phrase, here: Stumble) -> bool:
    """Whether a line can begin here with the words that are put in; most phrases stand elsewhere."""
    if phrase.under:
        above = (line for line in reversed(here.lines[: here.line]) if line and line[0] != " ")
        return next(above, "").startswith(phrase.under)
    if phrase.new in _OPENS:
        return "REQUIRE" in here.expected
    needed = _NEEDED.get(phrase.new)
    return needed is None or needed in here.expected
