"""Interpretations, presumptions and expectations of scenarios in other words."""

from __future__ import annotations

import re

from tosdsl.syntax.mistakes.phrase import NAME, PATH, Phrase

_STATE = r"(?:not +triggered|fulfilled|pending|breached|undetermined)"

_GIVEN = "`given` on a line of its own, and `{}` on the next one, indented by four spaces more"

OF_CASES = (
    Phrase(
        re.compile(rf"^ +(?P<bad>given +(?P<what>{PATH} *:.*))"),
        _GIVEN.format(r"\g<what>"),
    ),
    Phrase(
        re.compile(r"^interpretation +[^{}]*\bis +one +of +(?P<bad>\w+(?: *, *\w+)+) *\Z"),
        r"`{\g<bad>}`",
        r"{\g<bad>}",
    ),
    Phrase(
        re.compile(rf"^interpretation +{NAME}[^{{}}]*\b(?P<bad>is +one +of) *\Z"),
        "the readings in braces on this line: `is one of {FIRST, SECOND}`. What each of them means"
        " stands in the conditions that read it",
    ),
    Phrase(
        re.compile(r"^interpretation +(?P<bad>is) +one +of\b"),
        "a name before it, as in `interpretation NAME is one of …`",
    ),
    Phrase(
        re.compile(rf"^presume +{NAME} +is +[^\"]*?\S +(?P<bad>(?:when|if|where|unless|provided)\b.*)"),
        "what is presumed without a condition. What holds on one is a definition: `define NAME as if …"
        " then … else …`",
    ),
    Phrase(
        re.compile(
            r"^ *provided +(?P<shown>it +is +shown +that +)?"
            r"(?P<bad>at +\"[^\"]*\") *(?P<what>\S.*)"
        ),
        r"`provided \g<shown>\g<what>`: a proviso has no place of its own. A condition to be cited is a"
        " clause: a prohibition, or an `except`",
    ),
    Phrase(
        re.compile(rf"^ *expect +duty +{NAME} +(?P<bad>due\b(?! +[0-9]).*)"),
        "`due` and a day or a moment, as in `due 2024-03-02`; or a state, such as `pending`",
    ),
    Phrase(
        re.compile(
            rf"^ *expect +duty +(?P<duty>{NAME}) +{_STATE} *,?"
            r"(?P<bad>(?: +and)? +due +(?P<day>[0-9]\S*))"
        ),
        r"`expect duty \g<duty> due \g<day>` on a line of its own",
    ),
)

FACT_OF_A_CASE = Phrase(
    re.compile(
        r"^ {4}(?P<bad>(?!(?:alleged|confirmed|as|known|given|standard|reading|expect|about)\b)"
        rf"(?P<what>{PATH})(?: *: *|(?: +is +))(?P<value>\S.*))"
    ),
    _GIVEN.format(r"\g<what>: \g<value>"),
    under="scenario ",
)
"""Asked last: a line of a scenario that is meant for another is told of before."""
