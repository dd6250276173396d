"""Codes of what is wrong with a gate: 8xxx, its mapping, its stores, its bundles."""

from __future__ import annotations

from tosdsl.diagnostics.entry import Entry

OF_GATES = (
    Entry("TOS8001", "There is no key `{key}` in {where}.", "The keys there are {keys}."),
    Entry("TOS8002", "`{path}` must be {expected}, and {found} is given.", "Write {expected}."),
    Entry("TOS8003", "There is no `{key}` in {where}.", "Write `{write}`."),
    Entry("TOS8004", "`{source}` is no source of facts.", "A source is one of {sources}."),
    Entry("TOS8005", "`{source}` cannot give `{path}`, which is {type}.", "{how}."),
    Entry(
        "TOS8006",
        "`{path}` has a source of its own, and comes with `{record}` as well.",
        "Keep one of the two, or give the fields of `{record}` one by one.",
    ),
    Entry(
        "TOS8007",
        "No source is given for what can decide: {facts}.",
        "Say under `facts` where the answer is, or leave it open under `unknown`.",
        warning=True,
    ),
    Entry(
        "TOS8008",
        "`{name}` {how} on {day}: what is asked about later days is not applicable.",
        "{next}.",
        warning=True,
    ),
    Entry(
        "TOS8009",
        "The {what} `{name}` cannot be read: {problem}.",
        "Mend it; until then the facts from it are unknown.",
    ),
    Entry(
        "TOS8010",
        "`{source}` needs a {kind}, and this gate has none that is called `{name}`.",
        "{how}.",
    ),
    Entry(
        "TOS8011",
        "The policies have the digest {actual}, and the mapping expects {said}.",
        "Find out which of them was changed; `policies.digest` says what was approved.",
    ),
    Entry(
        "TOS8012",
        "The day of the use would come from `{source}`, where the caller could write any day.",
        "Use `as_of: clock`, or add `trust: verified` if somebody else fills it in.",
    ),
    Entry(
        "TOS8013",
        "A gate at {host} can be asked by everybody who reaches it, and no key is set.",
        "Set {variable}, or `--key-file`, or `--client-ca`; or say `--no-key` if that is meant.",
    ),
    Entry(
        "TOS8014",
        "The bundle `{file}` is refused: {problem}.",
        "Use one that was built and signed by whom you trust; what is at work stays.",
    ),
    Entry(
        "TOS8015",
        "No fact has a source yet: every request is {verdict}, whatever is in it.",
        "Begin with the question “{question}”: write `{path}: {source}` below `facts`, or where else a "
        "request or a register has the answer, and take `{path}` out of `unknown`. "
        "`tosdsl gate facts` lists the other questions.",
        warning=True,
    ),
    Entry(
        "TOS8016",
        "No row of `{name}` has `{key}`: facts that are read from it are unknown for everybody.",
        "Write it in the rows, or read what they have.",
        warning=True,
    ),
    Entry(
        "TOS8017",
        "The mapping gives `{path}` the party `{name}`, and no text here knows it.",
        "No condition is about it. The texts know {known}. Write `another` if it is none of them.",
        warning=True,
    ),
    Entry(
        "TOS8018",
        "`{source}` gives `{path}`, a party, whatever word the caller writes.",
        "A word that no text knows is another party, about which no condition is. Give it a `table` of "
        "the words that you know: any other is then not known, and opens nothing.",
        warning=True,
    ),
    Entry(
        "TOS8019",
        "The scenario “{title}” of `{policy}` does not hold: it expects {expected}, and {found} comes.",
        "Mend the policy or the scenario: a gate puts no policies to work whose own scenarios fail.",
    ),
    Entry(
        "TOS8020",
        "The gate cannot listen at {where}: {problem}.",
        "Choose another address or port, or end what listens there.",
    ),
    Entry(
        "TOS8021",
        "The log `{log}` has no decision `{id}`.",
        "Give the id that `x-tosdsl-decision-id` or a refusal's `instance` has; lines from before a "
        "rotation stand in `{log}.1`.",
    ),
    Entry(
        "TOS8022",
        "`{name}` says that in some uses another document governs, and this gate does not ask it: "
        "{others}.",
        "Nothing to mend if such uses are to be refused. If not, ask it too: name it in `policies`.",
        warning=True,
    ),
)
