"""Ways out that several passes offer for one mistake."""

from __future__ import annotations

DAY_INSTEAD = "Write `day of use`, which is the day that `as_of` says."
"""Where a condition was to read the day of the use."""

DECLARE = "Declare it in the vocabulary (`fact {name}: …`) or with `define`."
"""Where a word is no fact and no definition."""

USE_SOME = (
    "The policy uses no vocabulary, so that it has no facts. Add a line `use NAME` below its header "
    "(`use ai_services` for services of AI), or `define {name} as …`."
)
"""The same, of a policy in which no word can be a fact."""

KNOWN_INSTEAD = (
    "Declare a fact, such as `fact read_on: date`, and read `read_on` here: what somebody could know "
    "chooses among the versions of a document, and nothing else."
)
"""Where a condition was to read the day of knowledge."""

ONE_OR_ALL = (
    "Say which items must meet the condition: `some x in {list} satisfies …` if one is enough, "
    "`every x in {list} satisfies …` if all must. Where the value itself is needed, write "
    "`latest of (x.FIELD for x in {list})`."
)
"""Where the least or the greatest of a list was to be worked out, and nothing says what for."""

ONE_CLAUSE = (
    "Nothing is asked of one clause by itself yet: ask about `{meant}`, and look for `{part}` in "
    "what is "
    "said of it."
)
"""Where a command was given a clause or a section of a document."""

ANY_POLICY = "Give a path, or an id such as `openai.business_terms`: `tosdsl policies` lists them."
"""Where nothing tells which policy was meant."""

NO_DAY = (
    "Give the definition a parameter, `(today: date)`, and let each document call it with "
    "`day of use`, which it counts in its own zone."
)
"""Where a definition of a vocabulary was to read the day of the use."""

NO_PROVIDER = (
    "Give the definition a parameter, `(who: party)`, and let each document call it with `provider`."
)
"""The same, of the party named in a policy's header."""

NO_ZONE = (
    "Name the zone: `day of MOMENT in Europe/Paris` is a day, and days are counted from it. Each "
    "document that uses the vocabulary may count in another zone."
)
"""The same, of what hangs on the zone of a policy."""

NO_WINDOW = (
    "Give the records a `date`, and count by that; or write the condition into the documents, each of "
    "which counts in its own zone."
)
"""The same, of the days of a stretch."""

NO_EXCEPTION = (
    "Write the exception here, with a `when` below it: one that stands alone is a document's."
)
"""The same, of an exception that is declared somewhere else."""
