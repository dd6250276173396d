"""What can stand at a place, in words: a phrase for each kind of terminal."""

from __future__ import annotations

from collections.abc import Iterable

_QUANTITIES = ("INTEGER", "NUMBER", "MONEY", "DURATION", "INSTANT", "MINUS")
_LITERAL = frozenset(("STRING", "DATE", "YES", "NO", "TRUE", "FALSE", "NONE", *_QUANTITIES))
_VALUE = _LITERAL | {"NAME", "LBRACE", "LSQB"}
_OVER_LISTS = frozenset(
    ("SOME", "EVERY", "COUNT", "SUM", "HIGHEST", "EXTREME_OF", "PART_OF_DAY", "PART_OF_MOMENT")
)
_CONDITION = _VALUE - {"LSQB"} | _OVER_LISTS | {"NOT", "LPAR", "IF"}
_BLOCKS = ("ALL", "ANY", "NONE")
_COMPARISONS = frozenset(("IS", "IN", "NOT", "INCLUDES", "OVERLAPS", "ORDER"))
_OPERATIONS = frozenset(("TEXT_TEST", "ROUNDED", "PLUS", "MINUS_SIGN", "TIMES", "DIVIDED", "AS"))

_PHRASES = {
    "NAME": "a name",
    "STRING": "a text in double quotes",
    "DATE": "a date such as 2023-11-14",
    "INTEGER": "a number",
    "NUMBER": "a number such as 0.25",
    "MONEY": "an amount such as 250 USD",
    "DURATION": "a duration such as `30 days`",
    "INSTANT": "an instant such as 2023-11-14T18:30Z",
    "DUTY_STATE": "`fulfilled`, `pending`, `breached`, `not triggered`",
    "COMPLIANT": "`compliant`",
    "TEXT_TEST": "`starts with`",
    "IGNORING_CASE": "`ignoring case`",
    "EXTREME_OF": "`lowest of (`",
    "ROUNDED": "`rounded to`",
    "PART_OF_DAY": "`month of`",
    "PART_OF_MOMENT": "`hour of`",
    "ZONE": "a time zone such as Europe/Dublin",
    "HALF_EVEN": "`half even`",
    "BUSINESS_DAYS": "`business days`",
    "PLUS": "`+`",
    "MINUS_SIGN": "`-`",
    "TIMES": "`*`",
    "DIVIDED": "`/`",
    "NOT_APPLICABLE": "`not_applicable`",
    "VERDICT": "`permitted`, `forbidden`, `undetermined` or `not_applicable`",
    "REF": "a reference such as `policy#clause`",
    "FORCE": "`in force`, `not in force`",
    "OPEN": "`undetermined`",
    "DEFEATED_BY": "`defeated by`",
    "CONFLICTS_WITH": "`conflicts with`",
    "MEASURE": "`measure` with a measure's name",
    "CLAIM_VERDICT": "`never forbidden`, `always permitted`",
    "CLAIM_FORCE": "`never in force`, `always in force`",
    "CLAIM_DUTY": "`never breached`, `always fulfilled`",
    "CLAIM_OPEN": "`never undetermined`",
    "READINGS": "`readings agree` or `readings split`",
    "TERM_OF_DAYS": "a time such as `30 days`",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "LSQB": "`[`",
    "RSQB": "`]`",
    "LBRACE": "`{`",
    "RBRACE": "`}`",
    "COMMA": "`,`",
    "COLON": "`:`",
    "MINUS": "a number",
    "_INDENT": "a line that is indented",
    "_DEDENT": "a line that is indented less",
    "_NL": "the end of the line",
    "$END": "the end of the text",
}

_LAYOUT = frozenset(("_INDENT", "_DEDENT", "$END"))
"""Kinds that one says only if there is nothing else."""

_ORDER = (
    *(
        "policy",
        "vocabulary",
        "use",
        "title",
        "provider",
        "version",
        "effective",
        "recorded",
        "source",
        "zone",
    ),
    *(
        "default",
        "type",
        "fact",
        "party",
        "define",
        "section",
        "applies",
        "forbid",
        "permit",
        "require",
    ),
    *(
        "exception",
        "except",
        "when",
        "provided",
        "must",
        "within",
        "before",
        "by",
        "promptly",
        "bearer",
        "subject",
        "notwithstanding",
        "incorporate",
    ),
    *(
        "prevails",
        "yields",
        "governed",
        "enforcement",
        "on",
        "alleged",
        "confirmed",
        "cleared",
        "breach",
        "of",
    ),
    *("warn", "suspend", "changes", "within", "terminate", "reinstate", "else"),
    *("scenario", "as", "known", "given", "standard", "reading", "expect", "from", "until"),
    *("property", "where"),
)
"""Words in the order in which one meets them in a policy."""


def phrases(expected: Iterable[str]) -> list[str]:
    """Names of terminals as phrases, the likeliest first."""
    left = set(expected)
    shown: list[str] = []
    if left >= {"NOT", "LPAR", "STRING"}:
        blocks = [f"`{word.lower()} of`" for word in _BLOCKS if "ALL" in left]
        shown += ["a condition", *blocks]
        left -= _CONDITION | {*_BLOCKS, "_NL"}
    elif left >= {"YES", "STRING"}:
        shown.append("a value")
        left -= _VALUE | _CONDITION
    elif left >= {"NAME", "REF"}:
        shown.append("the name of a clause")
        left -= {"NAME", "REF"}
    elif left >= {"NAME", "LIST"}:
        shown.append("a type")
        left -= {"NAME", "LIST", "OPTIONAL"}
    if left >= _COMPARISONS:
        shown += ["`is`", "`in`", "`includes`", "`overlaps`", "`<`"]
        left -= _COMPARISONS | _OPERATIONS | {"LPAR"}
    words = {name.lower() for name in left if name.isalpha() and name not in _PHRASES}
    shown += [f"`{word}`" for word in sorted(words, key=_rank)]
    shown += [phrase for name, phrase in _PHRASES.items() if name in left - _LAYOUT]
    return shown or [phrase for name, phrase in _PHRASES.items() if name in left]


def words_of(expected: Iterable[str]) -> list[str]:
    """The words of the language among the terminals."""
    return sorted({name.lower() for name in expected if name.isalpha() and name not in _PHRASES})


def _rank(word: str) -> tuple[int, str]:
    return (_ORDER.index(word) if word in _ORDER else len(_ORDER), word)


def listed(several: list[str]) -> str:
    """Phrases in a sentence."""
    if len(several) < 2:
        return "".join(several) or "nothing"
    return ", ".join(several[:-1]) + " or " + several[-1]
