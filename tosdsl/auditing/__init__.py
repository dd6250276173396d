"""Tables of uses: every row is judged where the data are, and what that needs."""

from __future__ import annotations

from typing import Any


def audit(policies: Any, table: Any, mapping: Any = None, *, against: Any = None) -> Any:
    """The verdict on each row of a table of uses.

    ``policies`` is a ``PolicySet``, or what ``load`` takes. ``table`` is a table of Arrow, a frame of
    Polars or pandas, a relation of DuckDB, a frame of Spark (which is judged there), or the name of a
    file (Parquet, CSV, JSON Lines, Arrow).
    The same kind of table comes back, of a file one of Arrow. ``mapping`` says which column is which
    fact: a mapping, or the name of a file; columns that have the name of a fact need none. ``against``
    are policies that each row is judged by as well.

    What comes back has a row for each row: ``verdict`` (NULL where ``wrong`` says what is wrong with
    the row, and ``mistakes`` has all of that as a list of texts);
    ``possible``, ``basis``, ``needs``, ``conditions``, ``defeated``, ``duties`` and
    ``judgements`` as lists of texts; and ``kind``: rows of one kind got one decision. Raises
    TosdslError.
    """
    checked()
    from tosdsl.auditing.frames import like
    from tosdsl.auditing.whole import prepared

    return like(table, prepared(policies, table, mapping, against))


def checked(*, on_spark: bool = False) -> None:
    """Raises TosdslError if what an audit needs is not installed."""
    needed = {"duckdb": "audit", "pyarrow": "audit"} | ({"pyspark": "spark"} if on_spark else {})
    for name, extra in needed.items():
        try:
            __import__(name)
        except ImportError:
            from tosdsl.diagnostics.model import mistake
            from tosdsl.errors import TosdslError

            words = {"what": "An audit", "package": name, "extra": extra}
            raise TosdslError((mistake("TOS6007", None, None, **words),), {}) from None
