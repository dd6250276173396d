"""Phrases of what became of an obligation, as one says them in English."""

from __future__ import annotations

import re

from tosdsl.syntax.mistakes.phrase import PATH, Phrase
from tosdsl.trees.states import STATES

_STATE = rf"(?P<state>{'|'.join(STATES)})"
_NAME = rf"(?P<name>{PATH})"

OF_STATES = (
    Phrase(
        re.compile(rf"\b(?P<bad>(?:in +)?breach +of +{_NAME})(?![\w.])"),
        r"`\g<name> is breached`",
        r"\g<name> is breached",
    ),
    Phrase(
        re.compile(rf"\b(?P<bad>{_NAME} +is +in +(?:breach|default))(?![\w.])"),
        r"`\g<name> is breached`",
        r"\g<name> is breached",
    ),
    Phrase(
        re.compile(rf"\b(?P<bad>{_NAME} +(?:was|were|has +been|have +been) +not +{_STATE})\b"),
        r"`\g<name> is not \g<state>`",
        r"\g<name> is not \g<state>",
    ),
    Phrase(
        re.compile(rf"\b(?P<bad>{_NAME} +(?:was|were|has +been|have +been) +{_STATE})\b"),
        r"`\g<name> is \g<state>`",
        r"\g<name> is \g<state>",
    ),
    Phrase(
        re.compile(
            rf"(?:\b(?:when|provided|must|and|or)|\() +(?P<bad>(?!not\b){_NAME} +{_STATE})"
            r"(?= *(?:\Z|\)|and\b|or\b))"
        ),
        r"`\g<name> is \g<state>`",
        r"\g<name> is \g<state>",
    ),
)
