"""Policies as a careful person writes them for tables, unknown facts in mind: in SQL, in Polars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

TERMS = """
WITH c AS (
  SELECT list_contains(output_of, 'openai')
     AND list_has_any(activities, ['train', 'annotate', 'distill', 'fine_tune', 'evaluate'])
     AND list_contains("model.competes_with", 'openai')
     AND NOT ("model.purpose" IN ('classify', 'categorize', 'organize')
              AND NOT "model.distributed" AND NOT "model.commercially_available"
              OR list_contains(activities, 'fine_tune') AND "model.base_offered_by" = 'openai')
     AS forbidden FROM uses)
SELECT CASE WHEN forbidden THEN 'forbidden' WHEN NOT forbidden THEN 'permitted' ELSE 'undetermined' END
       AS verdict, count(*) FROM c GROUP BY verdict
"""
"""OpenAI's Business Terms, over a table ``uses``."""


def polars_by_hand(table: Any) -> Callable[[], Counter[str]]:
    """The same, over a frame."""
    import polars as pl

    frame = pl.from_arrow(table)
    using = ["train", "annotate", "distill", "fine_tune", "evaluate"]
    internal = (
        pl.col("model.purpose").is_in(["classify", "categorize", "organize"])
        & ~pl.col("model.distributed")
        & ~pl.col("model.commercially_available")
    )
    tuned = pl.col("activities").list.contains("fine_tune") & (
        pl.col("model.base_offered_by") == "openai"
    )
    named = pl.any_horizontal(*(pl.col("activities").list.contains(each) for each in using))
    forbidden = (
        pl.col("output_of").list.contains("openai")
        & named
        & pl.col("model.competes_with").list.contains("openai")
        & ~(internal | tuned)
    )
    verdict = (
        pl.when(forbidden)
        .then(pl.lit("forbidden"))
        .when(~forbidden)
        .then(pl.lit("permitted"))
        .otherwise(pl.lit("undetermined"))
    )

    def counted() -> Counter[str]:
        found = frame.lazy().select(verdict=verdict).group_by("verdict").len().collect()
        return Counter(dict(found.iter_rows()))

    return counted


# --- many clauses ---------------------------------------------------------------------------------

_ACTIVITIES, _PRODUCTS = 40, 50


def _pairs() -> list[tuple[str, str]]:
    """A thousand of two thousand pairs. Each activity and each product stands in some."""
    return [(f"a{at % _ACTIVITIES}", f"p{at // _ACTIVITIES}") for at in range(2_000) if _is_named(at)]


def _is_named(at: int) -> bool:
    return (at % _ACTIVITIES + at // _ACTIVITIES) % 2 == 0


def many_clauses() -> str:
    """A thousand prohibitions, each of an activity with a product, unless it is approved."""
    lines = [
        "vocabulary crowd",
        "",
        "type Activity is one of",
        *(f"    a{at}" for at in range(_ACTIVITIES)),
        "",
        "type Product is one of",
        *(f"    p{at}" for at in range(_PRODUCTS)),
        "",
        'fact activity: Activity   "What is done?"',
        'fact product: Product     "With what?"',
        'fact approved: boolean    "Is it approved?"',
        "",
        "policy crowd.terms",
        "    default permit",
        "",
        "use crowd",
    ]
    for number, (activity, product) in enumerate(_pairs()):
        lines += [
            "",
            f"forbid c{number}",
            f"    when activity is {activity} and product is {product} and not approved",
        ]
    return "\n".join([*lines, ""])


def many_by_hand(database: Any) -> None:
    """The pairs, as the table ``clauses``."""
    database.execute("CREATE TABLE clauses (activity VARCHAR, product VARCHAR, id VARCHAR)")
    several = [(*pair, f"c{number}") for number, pair in enumerate(_pairs())]
    database.executemany("INSERT INTO clauses VALUES (?, ?, ?)", several)


CLAUSES = """
SELECT CASE WHEN approved OR known AND id IS NULL THEN 'permitted'
            WHEN known AND NOT approved THEN 'forbidden'
            ELSE 'undetermined' END AS verdict, count(*)
FROM (SELECT u.approved, c.id, u.activity IS NOT NULL AND u.product IS NOT NULL AS known
      FROM uses u LEFT JOIN clauses c ON u.activity = c.activity AND u.product = c.product)
GROUP BY verdict
"""
"""The same thousand clauses, by a join."""
