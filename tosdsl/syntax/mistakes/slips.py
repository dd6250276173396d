"""Words and signs of other languages, and of plain English, with what is written in their place."""

from __future__ import annotations

import re

SIGNS = {
    "===": "is",
    "!==": "is not",
    "==": "is",
    "!=": "is not",
    "<>": "is not",
    "=>": ">=",
    "=<": "<=",
    "&&": "and",
    "but": "and",
    "||": "or",
    "=": "is",
    "!": "not",
    "¬": "not",
    "∧": "and",
    "∨": "or",
    "∈": "in",
    "≠": "is not",
    "≤": "<=",
    "≥": ">=",
    "&": "and",
    "|": "or",
    ":=": "is",
    "–": "-",
    "−": "-",
    "—": "-",
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
    "'": '"',
    "‘": '"',
    "’": '"',
}
"""Signs that are no tokens at all; a longer one is tried before a shorter one."""

QUOTES = frozenset("“”„«»'‘’")

WORDS = {
    "if": "when",
    "where": "when",
    "deny": "forbid",
    "denies": "forbid",
    "prohibit": "forbid",
    "prohibits": "forbid",
    "disallow": "forbid",
    "ban": "forbid",
    "forbids": "forbid",
    "allow": "permit",
    "allows": "permit",
    "grant": "permit",
    "permits": "permit",
    "import": "use",
    "uses": "use",
    "include": "incorporate",
    "incorporates": "incorporate",
    "contains": "includes",
    "contain": "includes",
    "has": "includes",
    "have": "includes",
    "equals": "is",
    "equal": "is",
    "are": "is",
    "isnt": "is not",
    "let": "define",
    "def": "define",
    "const": "define",
    "test": "scenario",
    "assert": "expect",
    "then": "expect",
    "despite": "notwithstanding",
    "overrides": "notwithstanding",
}
"""Words, where the word in their place can stand."""

VERDICTS = {
    "allow": "permitted",
    "allowed": "permitted",
    "permit": "permitted",
    "permits": "permitted",
    "legal": "permitted",
    "deny": "forbidden",
    "denied": "forbidden",
    "forbid": "forbidden",
    "forbids": "forbidden",
    "prohibited": "forbidden",
    "disallowed": "forbidden",
    "illegal": "forbidden",
    "unknown": "undetermined",
    "unclear": "undetermined",
    "undecided": "undetermined",
}
"""What a scenario expects, in other words."""

IN_OTHER_WORDS = {
    "unless": "`except NAME`, and `when` with the condition on the next line, indented",
    "enum": "`type NAME is one of`",
    "record": "`type NAME has`",
    "struct": "`type NAME has`",
    "class": "`type NAME has`",
}
"""Words in whose place more than one word stands."""

IN_ENGLISH = (
    (re.compile(r"\bis (?:less|smaller|earlier|lower) than\b"), "<"),
    (re.compile(r"\bis (?:more|greater|bigger|later|higher) than\b"), ">"),
    (re.compile(r"\bis (?:at least|not less than)\b"), ">="),
    (re.compile(r"\bis (?:at most|not more than)\b"), "<="),
    (re.compile(r"\bis (?:equal to|the same as)\b"), "is"),
    (re.compile(r"\bis not (?:in|one of|any of)\b"), "not in"),
    (re.compile(r"\bis (?:in|one of|any of)\b"), "in"),
    (re.compile(r"\bincludes (?:any|one) of\b"), "overlaps"),
)
"""Comparisons as one would say them."""

BELONGS_UNDER = {
    "title": "the policy's name",
    "provider": "the policy's name",
    "version": "the policy's name",
    "effective": "the policy's name",
    "recorded": "the policy's name",
    "source": "the policy's name",
    "zone": "the policy's name",
    "default": "the policy's or a section's name",
    "applies": "a section",
    "when": "a clause",
    "must": "an obligation",
    "within": "an obligation",
    "before": "an obligation",
    "by": "an obligation",
    "promptly": "an obligation",
    "bearer": "a clause or a section",
    "provided": "a clause",
    "except": "a clause",
    "subject": "a clause",
    "notwithstanding": "a clause",
    "about": "a scenario",
    "as": "a scenario",
    "known": "a scenario",
    "given": "a scenario",
    "expect": "a scenario",
    "on": "`enforcement`",
    "alleged": "a scenario",
    "confirmed": "a scenario",
    "standard": "a scenario",
    "reading": "a scenario",
}
"""Words that begin a line, but never in the first column, and what such a line stands under."""

_ELSEWHERE_TOO = {
    *("about", "as", "known", "version", "source", "zone", "on", "alleged", "confirmed", "standard"),
    *("reading", "within", "by", "promptly", "bearer"),
}

BEGINS_A_LINE = frozenset(BELONGS_UNDER) - _ELSEWHERE_TOO | {
    "forbid",
    "permit",
    "require",
    "exception",
    "section",
    "define",
    "scenario",
    "incorporate",
    "prevails",
    "yields",
    "governed",
    "enforcement",
}
"""Words that never stand behind others on a line; in a ladder `require` does."""
