"""``if C then A else B`` in the words of other languages, or without its brackets."""

from __future__ import annotations

import re

from tosdsl.syntax.mistakes.stumble import Refusal, Stumble

_OTHER_WORDS = {
    "otherwise": ("else", "ELSE"),
    "elif": ("else if", "ELSE"),
    "elseif": ("else if", "ELSE"),
    "elsif": ("else if", "ELSE"),
}
_MARK = re.compile(r"[,:] *(?P<word>then|else)?(?![\w.])")
_VALUE_FIRST = re.compile(
    r"(?<![\w.])(?P<then>(?!as\b|case\b)[\w.]+(?: [A-Z]{3})?) +(?P<bad>if|when)"
    r" +(?P<test>(?!\S+ then\b)[^()\[\]{},\"]+?) +(?:else|otherwise)"
    r" +(?P<otherwise>[^()\[\]{},\"]+?) *(?=\Z|\))"
)
_BARE = re.compile(r"(?:[<>=+*/-]|\b(?:is|not|in|includes|overlaps|and|or)) +(?P<if>if) +\Z")
_ALONE = re.compile(r" *(?P<bad>(?P<word>when|provided|must|where) +if)\b(?!.*\b(?:then|else)\b)")
_A_CLAUSE = re.compile(r" *(?:forbid|permit|require|section|exception|except)\b")


def other_words(here: Stumble) -> Refusal | None:
    """``otherwise``, ``elif``; a comma or a colon before ``then`` and ``else``."""
    if here.word in _OTHER_WORDS:
        new, kind = _OTHER_WORDS[here.word]
        if kind in here.expected:
            words = {"found": here.word, "instead": f"`{new}`"}
            return here.mend("TOS1008", None, here.column, len(here.word), new, **words)
    if here.kind not in {"COMMA", "COLON"} or not here.expected & {"THEN", "ELSE"}:
        return None
    match = _MARK.match(here.rest)
    if match is None:
        return None
    if match["word"] is not None:
        return here.mend("TOS1026", None, here.column, 1, "", found=here.word)
    if here.kind == "COLON" and here.rest[1:].strip():
        new = "then" if "THEN" in here.expected else "else"
        words = {"found": here.word, "instead": f"`{new}`"}
        return here.mend("TOS1008", None, here.column, 1, f" {new}", **words)
    return None


def value_first(here: Stumble) -> Refusal | None:
    """``5 if large else 3``"""
    if _A_CLAUSE.match(here.text):
        return None
    for match in here.around(_VALUE_FIRST):
        if here.quoted(match.start()) or not match.start("bad") <= here.column < match.end():
            continue
        new = f"if {match['test']} then {match['then']} else {match['otherwise']}"
        start, end = match.start(), match.end("otherwise")
        words = {"found": here.text[start:end], "instead": f"`{new}`"}
        return here.mend("TOS1008", here.span(start, end), start, end - start, new, **words)
    return None


def without_brackets(here: Stumble) -> Refusal | None:
    """``fee > if large then 5 else 3``"""
    match = _BARE.search(here.before)
    if match is None or not re.search(r"\bthen\b", here.rest):
        return None
    missing = "A pair of brackets"
    where = "around all that begins with this `if`: `(if … then … else …)`"
    return here.refuse("TOS1024", here.span(*match.span("if")), missing=missing, where=where)


def condition_alone(here: Stumble) -> Refusal | None:
    """``provided if sold``: no case follows, so the word is one too many."""
    match = _ALONE.match(here.text) if here.at_end and "THEN" in here.expected else None
    if match is None:
        return None
    start, end = match.span("bad")
    words = {"found": match["bad"], "instead": f"`{match['word']}`"}
    return here.mend("TOS1008", here.span(start, end), start, end - start, match["word"], **words)


CASES = (other_words, value_first, without_brackets, condition_alone)
