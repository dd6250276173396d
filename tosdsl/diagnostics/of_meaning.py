"""Codes of what a policy says and may not mean: 7xxx. ``tosdsl lint`` finds them; none keeps a policy
from being used."""

from __future__ import annotations

from tosdsl.diagnostics.entry import Entry

OF_MEANING = (
    # --- 7xxx what a policy says and may not mean ----------------------------------------------
    Entry(
        "TOS7001",
        "`{name}` permits what `{other}` forbids: both can be in force at once, and neither prevails.",
        "Say which prevails, with `subject to` or `notwithstanding`, or narrow one of them; as it is, "
        "the prohibition decides.",
        warning=True,
    ),
    Entry(
        "TOS7002",
        "`{name}` can never be in force: {why}.",
        "Mend what rules it out, or remove the clause.",
        warning=True,
    ),
    Entry(
        "TOS7003",
        "The exception `{name}` can never apply: {why}.",
        "Mend what rules it out, or remove the exception.",
        warning=True,
    ),
    Entry(
        "TOS7004",
        "The exception `{name}` changes nothing: without it `{clause}` has the same force for every "
        "use.",
        "Mend its conditions, or remove it.",
        warning=True,
    ),
    Entry(
        "TOS7005",
        "This proviso changes nothing: without it `{name}` has the same force for every use.",
        "Mend it, or remove it.",
        warning=True,
    ),
    Entry(
        "TOS7006",
        "The scope of {name} can never hold, so nothing in it is ever in force.",
        "Mend the condition, or remove what it rules out.",
        warning=True,
    ),
    Entry(
        "TOS7007",
        "The default of {name} is never reached: there is no use for which none of its clauses has "
        "force.",
        "Check the clause that covers everything, or say why it is meant: `# lint: allow TOS7007 "
        "because …`.",
        warning=True,
    ),
    Entry(
        "TOS7008",
        "The exceptions `{name}` and `{other}` overlap: `{name}` excuses a use that fails a proviso of "
        "`{other}`.",
        "If the proviso is to count there as well, write it under `{name}` too, or narrow one of them.",
        warning=True,
        note=True,
    ),
    Entry(
        "TOS7009",
        "This condition can never be false: it is true once its facts are known, and unknown until "
        "then.",
        "Leave it out if it should always hold, as it keeps uses undetermined; or mend it.",
        warning=True,
    ),
    Entry(
        "TOS7010",
        "This condition can never be true: it is false once its facts are known, and unknown until "
        "then.",
        "Mend it; if it should never hold, remove what depends on it.",
        warning=True,
    ),
    Entry(
        "TOS7011",
        "No clause uses the definition `{name}`.",
        "Use it where it was meant to count, or remove it.",
        warning=True,
    ),
    Entry(
        "TOS7012",
        "No policy here reads the fact `{name}`.",
        "Read it where it was meant to count, or remove it.",
        warning=True,
    ),
    Entry(
        "TOS7013",
        "The fact `{name}` is judged, and nothing says what is to be judged.",
        'Put the question behind it: `fact {name}: … judged "…?"`.',
        warning=True,
    ),
    Entry(
        "TOS7014",
        "This policy was recorded on {recorded}, after its last day ({last}): while it was in force, "
        "nobody could read it.",
        "Check both days.",
        warning=True,
    ),
    Entry(
        "TOS7015",
        "Months are added here: from a day that the later month does not have, its last day counts.",
        "Check that the document means the last day (31 January and one month: 28 February), or count "
        "days.",
        warning=True,
        note=True,
    ),
    Entry(
        "TOS7016",
        "This comment allows {codes} and gives no reason.",
        "Say why it may stand: `# lint: allow {codes} because …`.",
        warning=True,
    ),
    Entry(
        "TOS7017",
        "This comment allows {allowed}, and there is no such finding here.",
        "Remove it, or put it above the line that the finding is about.",
        warning=True,
    ),
    Entry(
        "TOS7018",
        "`{text}` is not understood in a comment that begins with `lint:`.",
        "Write `# lint: allow CODE because …`, with a code such as TOS7001.",
        warning=True,
    ),
    Entry(
        "TOS7019",
        "The {kind} `{title}` shows nothing: {why}, so nothing in it counts.",
        "Write a day on which it is in force; or `{line}`, if that is what is to be shown.",
        warning=True,
    ),
    Entry(
        "TOS7020",
        "Nothing here reads `{name}`: what is presumed of it decides nothing.",
        "Presume a fact that is read (`tosdsl facts {policy}` lists them), or remove the line.",
        warning=True,
    ),
    Entry(
        "TOS7021",
        "`{divisor}` can be zero: then `{text}` is not known, and what hangs on it stays open.",
        "Say what holds at 0, with `if … then … else …` or in a condition of its own, or multiply: "
        "`a > 0.1 * b` instead of `a / b > 0.1`.",
        warning=True,
        note=True,
    ),
    Entry(
        "TOS7022",
        "{what}: so a use is permitted that is open or forbidden without it.",
        "If that is meant, say why above it: `# lint: allow TOS7022 because …`. A gate stays closed to "
        "such a use all the same.",
        warning=True,
        note=True,
    ),
    Entry(
        "TOS7023",
        "No judged fact is read here: nobody is asked whether it is too late.",
        'Ask one, `fact too_late: boolean judged "Is it too late?"`, or write the last day instead '
        "of `promptly`: `within 14 days after X`.",
        warning=True,
        note=True,
    ),
)
