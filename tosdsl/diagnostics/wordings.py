"""Ways out that several passes offer for one mistake."""

from __future__ import annotations

DAY_INSTEAD = (
    "Declare a fact, such as `fact used_on: date`, and read `used_on` here. Nothing fills it in: "
    "whoever "
    "asks gives it, with the day that `as_of` says."
)
"""Where a condition was to read the day of the use."""

ONE_OR_ALL = (
    "Say which items must meet the condition: `some x in {list} satisfies …` if one is enough, "
    "`every x in {list} satisfies …` if all must. Where the value itself is needed, declare a fact "
    "for it."
)
"""Where the least or the greatest of a list was to be worked out, and nothing says what for."""

ONE_CLAUSE = (
    "Nothing is asked of one clause by itself yet: ask about `{meant}`, and look for `{part}` in "
    "what is "
    "said of it."
)
"""Where a command was given a clause or a section of a document."""

ANY_POLICY = "Give a path, or an id such as `openai.business_terms`."
"""Where nothing tells which policy was meant."""
