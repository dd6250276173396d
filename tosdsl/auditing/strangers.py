"""Names of parties that no policy knows: counted, as no condition is about them.

the rows of a piece in columns of facts -> rows by fact and name
"""

from __future__ import annotations

from collections import Counter

from tosdsl.auditing.database import Database
from tosdsl.auditing.fitting import ROW, WRONG, Fitted, written_names
from tosdsl.auditing.parties import places
from tosdsl.trees import vocabulary as v

_MOST = 1_000
"""Names of one fact that are counted in a piece: those of the most rows."""


def strangers(
    database: Database, vocabulary: v.Vocabulary, fitted: Fitted, base: str
) -> Counter[tuple[str, str]]:
    """Rows of a table that are right, by fact and name. Names that the mapping writes itself are not
    counted: whoever wrote it knows of them."""
    found: Counter[tuple[str, str]] = Counter()
    ident, text = database.dialect.ident, database.dialect.text
    for leaf in vocabulary.leaves():
        source = fitted.sources.get(leaf.path)
        for listed, field, path in () if source is None else places(leaf):
            own = source if field is None else source and source.fields.get(field)
            written = set() if own is None else set(written_names(own))
            known = ", ".join(map(text, sorted(fitted.parties | written)))
            other = f"name NOT IN ({known})" if known else "name IS NOT NULL"
            column = ident(leaf.path)
            names = database.fields(column, field) if listed else column
            alike = f"SELECT {names} AS names, min({ident(ROW)}) AS row, count(*) AS n FROM {base} "
            alike += f"WHERE {ident(WRONG)} IS NULL GROUP BY ALL"  # few of the rows' lists differ
            each = f"SELECT row, n, {database.items('names') if listed else 'names'} AS name"
            rows = database.rows(
                f"SELECT name, CAST(sum(n) AS BIGINT) AS n FROM "
                f"(SELECT DISTINCT row, n, name FROM ({each} FROM ({alike}) a) b) c "
                f"WHERE {other} GROUP BY name ORDER BY n DESC, name LIMIT {_MOST}"
            )
            for name, count in rows:
                found[path, name] += count
    return found
