"""Single values of a column: its types, how each is read, and what makes a value wrong.

the type of a column, SQL -> SQL of the value, then Wrong for each mistake
"""

from __future__ import annotations

from typing import Any

from attrs import frozen

from tosdsl.backends.sql.duckdb import DuckDB
from tosdsl.base import limits
from tosdsl.mapping.model import Source
from tosdsl.trees.facts import Node, Numeral, Scalar
from tosdsl.trees.quantities import COUNTED_IN, NAMED_FOR, UNITS

SQL = DuckDB()

WHOLE = frozenset(
    [
        "tinyint",
        "smallint",
        "integer",
        "bigint",
        "utinyint",
        "usmallint",
        "uinteger",
        "ubigint",
        "hugeint",
        "uhugeint",
    ]
)
FLOATS = frozenset(("float", "double"))
EMPTY = frozenset(("null", '"null"', "sqlnull"))
"""Types of a column that has nothing but NULL."""
TEXTS = frozenset(("varchar", "enum"))
MOMENTS = frozenset(("timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns"))
ZONED = frozenset(("timestamp with time zone", "timestamptz_ns", "timestamp_ns with time zone"))
NO_TEXT = "CAST(NULL AS VARCHAR)"
_SHOWN = 60
"""Characters of a wrong value that are shown."""


class MisfitError(Exception):
    """A column that cannot hold values of a fact.

    ``mend`` says what would: ``sql`` is an expression, with ``{}`` in the place of the column, and
    ``add`` what stands beside it, or beside the column, in the mapping.
    """

    def __init__(self, mend: str, *, add: str = "", sql: str = "") -> None:
        super().__init__(mend)
        self.mend = mend
        self.add = add
        self.sql = sql


@frozen
class Wrong:
    """A condition under which a value is wrong, and the code of the mistake. ``value`` is SQL of what
    stands there then, as a text; ``path`` is the fact, or the field of its items."""

    when: str
    code: str
    value: str = ""
    path: str = ""


def as_text(x: str) -> str:
    """SQL of a value as a text that a line can show."""
    text = f"CAST({x} AS VARCHAR)"
    return f"CASE WHEN length({text}) > {_SHOWN} THEN left({text}, {_SHOWN - 1}) || '…' ELSE {text} END"


def type_id(type_: Any) -> str:
    return type_ if isinstance(type_, str) else str(type_.id)


def only_text(type_: Any) -> None:
    if type_id(type_) not in TEXTS:
        raise MisfitError("It needs texts. To write its values as texts", sql="CAST({} AS VARCHAR)")


def boolean(type_: Any, x: str) -> list[Any]:
    if type_id(type_) == "boolean":
        return [x]
    if type_id(type_) in WHOLE | FLOATS:  # any number but 0 would be cast to true
        one, zero = ("1", "0") if type_id(type_) in WHOLE else ("'1.0'", "'0.0'")
        raise MisfitError(
            "Numbers are no truth values. If 1 is yes and 0 is no",
            sql="CAST({} AS VARCHAR)",
            add=f"values: {{{one}: yes, {zero}: no}}",
        )
    only_text(type_)
    cases = "WHEN 'true' THEN TRUE WHEN 'yes' THEN TRUE WHEN 'false' THEN FALSE WHEN 'no' THEN FALSE"
    made = f"(CASE lower({x}) {cases} END)"
    return [made, Wrong(f"{x} IS NOT NULL AND {made} IS NULL", "TOS4003")]


def written(x: str, places: int, currency: str, *, whole: bool = False) -> list[Any]:
    """A number that is written out, perhaps with its currency behind it; or a whole one."""
    plain, ten = f"CAST({x} AS VARCHAR)", 10**places
    if currency:
        plain = f"regexp_replace({plain}, ' +{currency}$', '')"
    digits = 18 - places
    part = f"([.][0-9]{{1,{places}}}0*)?" if places else "([.]0+)?"
    fits = f"regexp_full_match({plain}, '-?[0-9]{{1,{digits}}}{part}')"
    number = f"regexp_full_match({plain}, '-?[0-9]+([.][0-9]+)?')"
    read = f"TRY_CAST({plain} AS DECIMAL(18,{places})) * CAST({ten} AS DECIMAL({places + 1},0))"
    made = f"(CASE WHEN {fits} THEN TRY_CAST({read} AS BIGINT) END)"
    right = f"regexp_full_match({plain}, '-?[0-9]+{part}')" if whole else number
    return [
        made,
        Wrong(f"{x} IS NOT NULL AND NOT {right}", "TOS4003"),
        Wrong(f"{right} AND {made} IS NULL", "TOS4110"),
    ]


def duration(unit: str, type_: Any, x: str) -> list[Any]:
    counted = COUNTED_IN[unit]
    size, most = NAMED_FOR[counted], limits.MAX_DURATION * NAMED_FOR[counted]
    if type_id(type_) in WHOLE:
        named = f"BETWEEN -{limits.MAX_DURATION} AND {limits.MAX_DURATION}"
        made = f"(CASE WHEN {x} {named} THEN CAST({x} AS BIGINT) * {size} END)"
    elif type_id(type_) in TEXTS:
        cases = (
            f"WHEN regexp_full_match({x}, '-?0*[0-9]{{1,{len(str(most // times))}}} +'"
            f" || '{word.replace(' ', ' +')}s?') "
            f"THEN TRY_CAST(regexp_extract({x}, '-?[0-9]+') AS BIGINT) * {times}"
            for word, (of, times) in UNITS.items()
            if of == counted
        )
        made = f"(CASE {' '.join(cases)} END)"
    else:
        mend = f"It needs whole numbers of {unit}, or texts such as `30 {unit}`."
        if type_id(type_) in FLOATS | {"decimal"}:
            raise MisfitError(f"{mend} To round them", sql="CAST({} AS BIGINT)")
        raise MisfitError(mend)
    wrong = f"{x} IS NOT NULL AND ({made} IS NULL OR {made} NOT BETWEEN -{most} AND {most})"
    return [made, Wrong(wrong, "TOS4003")]


def date(type_: Any, x: str) -> list[Any]:
    if type_id(type_) == "date":
        read = x
    elif type_id(type_) in TEXTS:
        whole = f"regexp_full_match({x}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}')"
        read = f"(CASE WHEN {whole} THEN TRY_CAST({x} AS DATE) END)"
    else:
        mend = "It needs dates, or texts such as `2024-01-31`."
        if type_id(type_) in MOMENTS | ZONED:
            raise MisfitError(f"{mend} For the day of these moments", sql="CAST({} AS DATE)")
        raise MisfitError(mend)
    made = SQL.within(read, moment=False)
    return [made, Wrong(f"{x} IS NOT NULL AND {made} IS NULL", "TOS4003")]


def zone_of(type_: Any, x: str, source: Source) -> str:
    """Minutes that the zone of a moment is east of UTC."""
    if type_id(type_) not in TEXTS:
        return f"(CASE WHEN {x} IS NOT NULL THEN {source.zone} END)"
    sign = f"CASE WHEN {x}[-6] = '-' THEN -1 ELSE 1 END"
    hours, minutes = (f"TRY_CAST({x}[{part}] AS BIGINT)" for part in ("-5:-4", "-2:-1"))
    offset = f"({sign}) * ({hours} * 60 + {minutes})"
    return f"(CASE WHEN {x} LIKE '%Z' THEN 0 WHEN {x} IS NOT NULL THEN {offset} END)"


def constant(node: Node) -> tuple[str, Any]:
    """A value of the mapping, in SQL, and its type."""
    value = node.value if isinstance(node, Scalar) else None
    match value:
        case bool():
            return SQL.truth(value), "boolean"
        case Numeral(text=text):
            return SQL.text(text), "varchar"
        case None:
            items = getattr(node, "items", ())
            texts = ", ".join(SQL.text(str(getattr(each, "value", ""))) for each in items)
            return f"CAST([{texts}] AS VARCHAR[])", _TextsType()
        case _:
            return SQL.text(str(value)), "varchar"


class _TextsType:
    """The type of a list of texts that stands in a mapping."""

    id = "list"
    child = "varchar"
