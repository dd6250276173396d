"""Phrases of conditions and values, as one says them in English or in another language."""

from __future__ import annotations

import re

from tosdsl.syntax.mistakes.phrase import NAME, PATH, Phrase

_LIST = rf"(?P<list>{PATH})"

_IS_NOT = r"(?:is|are|was|were|ai)(?:n['’]t|['’]nt)"
_VALUE = r"[\w.:+-]+(?: +(?!and\b|or\b)[A-Za-z]+){0,2}"
_NO_JOIN = r"(?<!\band)(?<!\bor)(?<!\bnot)(?<!\bwhen)(?<!\bprovided)(?<!\bmust)"
_HAS_NOT = r"(?:(?:is|are|was|were|has|have|had|does|do|did|wo|must|should)(?:n['’]t|['’]nt)|can['’]t)"
_UNITS = "(?:microsecond|millisecond|second|minute|hour|day|week|month|year)s?|business +days?"
_OPERAND = rf"(?:{PATH}|\d[\w.]*(?: +(?:thousand|million|billion))?(?: +(?:[A-Z]{{3}}|{_UNITS}))?)"
_SIDE = r"(?:\([^()]*\)|[^\s,()]+)"

OF_CONDITIONS = (
    # --- lists
    Phrase(
        re.compile(rf"\b(?P<bad>{_LIST} +(?:is +not|{_IS_NOT}) +(?:\[ *\]|\{{ *\}}|empty\b))"),
        r"`count(x in \g<list>) > 0`",
        r"count(x in \g<list>) > 0",
    ),
    Phrase(
        re.compile(rf"\b(?P<bad>{_LIST} +is +(?:\[ *\]|\{{ *\}}|empty\b))"),
        r"`count(x in \g<list>) is 0`",
        r"count(x in \g<list>) is 0",
    ),
    Phrase(
        re.compile(rf"\b(?P<bad>count *\( *{_LIST} *\))"),
        r"`count(x in \g<list>)`",
        r"count(x in \g<list>)",
    ),
    Phrase(
        re.compile(rf"\b(?P<bad>count *\( *{_LIST} +(?:where|if|when|with)\b)"),
        r"`count(x in \g<list> where …)`",
    ),
    Phrase(
        re.compile(rf"\b(?P<bad>sum *\( *{_LIST}\.(?P<field>{NAME}) *\))"),
        r"`sum(x.\g<field> for x in \g<list>)`",
        r"sum(x.\g<field> for x in \g<list>)",
    ),
    Phrase(
        re.compile(rf"\b(?P<bad>(?P<what>sum|highest) *\( *{_LIST}) *[,)]"),
        r"`\g<what>(x.FIELD for x in \g<list>)`, with the field that is added up",
    ),
    Phrase(
        re.compile(r"\bhighest *\([^()]* for [^(),]*(?P<bad>\))"),
        "`, in any 30 days by x.FIELD)` for the highest total over a stretch of time, with its "
        "length and "
        "the date that it goes by; of the greatest item, say `some x in … satisfies …`",
    ),
    Phrase(
        re.compile(
            rf"\b(?P<bad>(?:for +all|for +every|for +each|forall|foreach|each|all)"
            rf" +(?P<item>{NAME}) +(?:in|of|from)) +{PATH}"
        ),
        r"`every \g<item> in`",
        r"every \g<item> in",
    ),
    Phrase(
        re.compile(
            rf"\b(?P<bad>(?:exists|there +(?:is|exists)|for +some|for +any|any)(?: +(?:a|an|some))?"
            rf" +(?P<item>{NAME}) +(?:in|of|from)) +{PATH}"
        ),
        r"`some \g<item> in`",
        r"some \g<item> in",
    ),
    Phrase(
        re.compile(
            rf"\b(?:some|every) +{NAME} +in +{PATH}"
            r"(?P<bad>,? +(?:where|such +that|so +that|with|having|has|satisfy|meets|when|if)\b|:| *\|)"
        ),
        "`satisfies`",
        " satisfies",
    ),
    Phrase(
        re.compile(rf"\b(?P<bad>(?P<what>some|every) +{_LIST} +satisf(?:ies|y)\b)"),
        r"`\g<what> x in \g<list> satisfies`",
    ),
    Phrase(
        re.compile(
            rf"\b(?:some|every) +{NAME} +in +{PATH} +satisfies +(?P<bad>(?:any|all|none) +of +\S.*)"
        ),
        "each condition on a line of its own, below `satisfies all of`",
    ),
    Phrase(
        re.compile(r"\b(?P<bad>(?:at +least|at +most|exactly|any) +(?:\d+|one|two|three|four) +of)\b"),
        "the combinations out with `any of`, and `all of` below it; conditions are not counted",
    ),
    Phrase(
        re.compile(rf"(?P<bad>\b(?P<name>{NAME})\( *\))"),
        r"`\g<name>(…)` with a value in the brackets,"
        r" or `\g<name>` without brackets if it takes none",
    ),
    Phrase(
        re.compile(
            rf"\b(?:count|sum|highest) *\([^()]*\bin +{PATH} +"
            r"(?P<bad>if|when|such +that|with|having|satisfies|provided)\b"
        ),
        "`where`",
        "where",
    ),
    Phrase(
        re.compile(rf"\b(?P<bad>total|add|sum_of|summed) *\([^()]*? for +{NAME} +in\b"), "`sum`", "sum"
    ),
    Phrase(
        re.compile(rf"\b(?P<bad>max|maximum|peak) *\([^()]*? for +{NAME} +in\b(?=.*\bin +any\b)"),
        "`highest`",
        "highest",
    ),
    Phrase(
        re.compile(r"\bin +any +(?P<bad>(?P<unit>year|month|week|day|hour))\b"),
        r"`1 \g<unit>`",
        r"1 \g<unit>",
    ),
    # --- what is not so
    Phrase(
        re.compile(
            rf"\b(?P<bad>(?P<left>{PATH}) +(?:does|do|did)(?: +not|n['’]t)"
            r" +(?:include|contain|have)s?)\b"
        ),
        r"`not \g<left> includes`",
        r"not \g<left> includes",
    ),
    Phrase(
        re.compile(rf"\b(?P<bad>(?P<left>{PATH}) +(?:does|do|did)(?: +not|n['’]t) +overlaps?)\b"),
        r"`not \g<left> overlaps`",
        r"not \g<left> overlaps",
    ),
    Phrase(re.compile(rf"\b(?P<bad>{_IS_NOT} +(?:in|one +of|any +of))\b"), "`not in`", "not in"),
    Phrase(re.compile(rf"[\w)]{_NO_JOIN} +(?P<bad>{_IS_NOT})\b(?!['’])"), "`is not`", "is not"),
    Phrase(
        re.compile(rf"\b(?P<bad>{_HAS_NOT} +(?P<right>{PATH}))"),
        r"`not` before the condition that does not hold, as in `not \g<right>`",
    ),
    Phrase(
        re.compile(rf"\b(?P<bad>{_HAS_NOT})(?!\w)"), "`not` before the condition that does not hold"
    ),
    # --- what joins conditions
    Phrase(re.compile(r"[\w)}\"](?P<bad>,? +but)(?= +\w)"), "`and`", " and"),
    Phrase(re.compile(r"[\w)}\"](?P<bad>, *and)\b"), "`and`", " and"),
    Phrase(re.compile(r"[\w)}\"](?P<bad>, *or)\b"), "`or`", " or"),
    Phrase(  # `and` would bind to what stands behind the `or` alone
        re.compile(r"\bor\b.*[\w)}\"] *,? +(?P<bad>unless +(?P<what>.*))"),
        r"`except NAME` below this line, and under it `when \g<what>`",
    ),
    Phrase(
        re.compile(rf"[\w)}}\"] *,? +(?P<bad>unless +(?P<what>{_SIDE})) *\Z"),
        r"`and not \g<what>`; or, below this line, `except NAME` and under it `when \g<what>`",
    ),
    Phrase(
        re.compile(r"[\w)}\"] *,? +(?P<bad>unless +(?P<what>.*))"),
        r"`and not (\g<what>)`; or, below this line, `except NAME` and under it `when \g<what>`",
    ),
    Phrase(
        re.compile(
            rf"\b(?P<bad>neither +(?P<one>{PATH}) +nor +(?P<other>{PATH}))(?= *(?:\Z|\)|and\b))"
        ),
        r"`not \g<one> and not \g<other>`",
        r"not \g<one> and not \g<other>",
    ),
    Phrase(
        re.compile(r"\b(?P<bad>neither +\S.*? +nor) "),
        "`none of`, and each of the conditions on a line of its own below it",
    ),
    # --- a range
    Phrase(
        re.compile(
            rf"(?<![\w.])(?P<bad>(?P<low>{_OPERAND}) *(?P<least>[<>]=?) *(?P<what>{PATH})"
            rf" *(?P<most>[<>]=?) *(?P<high>{_OPERAND}))(?![\w.])"
        ),
        r"`\g<low> \g<least> \g<what> and \g<what> \g<most> \g<high>`",
        r"\g<low> \g<least> \g<what> and \g<what> \g<most> \g<high>",
    ),
    Phrase(
        re.compile(
            rf"\b(?P<bad>(?:either|whether) +(?P<one>{PATH}) +or +(?!not\b)(?P<other>{PATH}))\b"
        ),
        r"`\g<one> or \g<other>`",
        r"\g<one> or \g<other>",
    ),
    Phrase(
        re.compile(rf"\b(?P<bad>both +(?P<one>{PATH}) +and +(?!not\b)(?P<other>{PATH}))\b"),
        r"`\g<one> and \g<other>`",
        r"\g<one> and \g<other>",
    ),
    Phrase(
        re.compile(r"\b(?P<bad>(?:either|whether)) +.* or "),
        "the conditions without it, and `or` between them",
    ),
    Phrase(
        re.compile(r"\b(?P<bad>both) +.* and "), "the conditions without it, and `and` between them"
    ),
    Phrase(
        re.compile(r"^ *(?P<bad>(?P<word>when|provided|must) +(?:that +)?(?:if|when|where|that))\b"),
        r"`\g<word>`",
        r"\g<word>",
    ),
    # --- comparisons and sums
    Phrase(
        re.compile(
            r"\b(?P<bad>(?:does|do) +not +exceed|(?:is +)?(?:at +most|(?:no|not) +more +than)) +[\w(]"
        ),
        "`<=`",
        "<=",
    ),
    Phrase(
        re.compile(r"\b(?P<bad>(?:is +)?(?:at +least|(?:no|not) +(?:less|fewer) +than)) +[\w(]"),
        "`>=`",
        ">=",
    ),
    Phrase(re.compile(r"\b(?P<bad>exceeds|is +(?:above|over)|(?<!is )more +than)\b"), "`>`", ">"),
    Phrase(re.compile(r"\b(?P<bad>is +(?:below|under)|(?<!is )(?:less|fewer) +than)\b"), "`<`", "<"),
    Phrase(re.compile(r"(?P<bad>\bis +(?:below|under)\b)"), "`<`", "<"),
    Phrase(re.compile(r"(?P<bad>\bis +on +or +before\b|\bis +no +later +than\b)"), "`<=`", "<="),
    Phrase(re.compile(r"(?P<bad>\bis +on +or +after\b|\bis +no +earlier +than\b)"), "`>=`", ">="),
    Phrase(re.compile(r"(?P<bad>\bis +(?:before|prior +to))\b"), "`<`", "<"),
    Phrase(re.compile(r"(?P<bad>\bis +after)\b"), "`>`", ">"),
    Phrase(
        re.compile(
            rf"(?:\b(?:when|provided|must|where|and|or|satisfies)|^) +(?P<left>{PATH})"
            rf" +(?P<bad>(?:is +)?between +(?P<low>{_VALUE}) +and +(?P<high>{_VALUE}))"
            r"(?= *(?:\Z|and\b|or\b))"
        ),
        r"two comparisons, `\g<left> >= \g<low> and \g<left> <= \g<high>`, or with `>` and `<` if the "
        "two ends do not count",
    ),
    Phrase(
        re.compile(r"(?P<bad>\b(?:is +)?(?:not +)?between\b.*)"),
        "two comparisons, with `>=` and `<=`, and `and` between them",
    ),
    Phrase(re.compile(r"[\w)] +(?P<bad>plus)\b"), "`+`", "+"),
    Phrase(re.compile(r"[\w)] +(?P<bad>minus)\b"), "`-`", "-"),
    Phrase(re.compile(r"[\w)] +(?P<bad>times|multiplied +by|×|·)(?!\w)"), "`*`", "*"),
    Phrase(re.compile(r"[\w)] +(?P<bad>divided +by|÷)(?!\w)"), "`/`", "/"),
    Phrase(re.compile(r"[\w)] +(?P<bad>begins +with)\b"), "`starts with`", "starts with"),
    Phrase(
        re.compile(r"(?P<bad>\b(?:contains|includes) +the +word)\b"), "`contains word`", "contains word"
    ),
    Phrase(
        re.compile(r"[\w)] +(?P<bad>(?P<end>start|end)s?[-_]?with)\b"),
        r"`\g<end>s with`",
        r"\g<end>s with",
    ),
    Phrase(
        re.compile(r"[\w)] +(?P<bad>matches|match|like|resembles)\b"),
        "`starts with`, `ends with` or `contains word`; there are no patterns",
    ),
    Phrase(
        re.compile(
            r"\" +(?P<bad>(?:ignore|in +any) +case|case[- ]+insensitive(?:ly)?|ignoring[-_]case)\b"
        ),
        "`ignoring case`",
        "ignoring case",
    ),
    Phrase(
        re.compile(
            r"(?P<bad>\b(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})(?: +|T)"
            r"(?P<time>[0-9]{2}:[0-9]{2})[\w:.+-]*(?: +UTC)?)"
        ),
        r"`\g<day>T\g<time>Z`, with `Z` for UTC or how far the clock is from it, as in `+02:00`",
    ),
)
