"""A value of a table's column as a value of a fact: SQL for DuckDB, by the types of both.

    the type of the fact, the type of the column, SQL -> SQL as ``backends/sql/columns.py`` has it

What a value must not be is told by conditions, each with the code of the mistake. Nothing is guessed: a
float is no exact number unless the mapping rounds it, a moment without a zone is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import define, field, frozen

from tosdsl.backends.sql.columns import NONE, ZONE
from tosdsl.backends.sql.duckdb import DuckDB
from tosdsl.base import limits
from tosdsl.mapping.model import Source
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import UNKNOWN
from tosdsl.trees.quantities import COUNTED_IN, NAMED_FOR, UNITS

SQL = DuckDB()

_WHOLE = frozenset(
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
_FLOATS = frozenset(("float", "double"))
_EMPTY = frozenset(("null", '"null"', "sqlnull"))
"""Types of a column that has nothing but NULL."""
_TEXTS = frozenset(("varchar", "enum"))
_MOMENTS = frozenset(("timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns"))
_ZONED = frozenset(("timestamp with time zone", "timestamptz_ns", "timestamp_ns with time zone"))
_PLACES = 4
_MOST = 10**18
_INSTANT = (
    "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
)


class MisfitError(Exception):
    """A column that cannot hold values of a fact; ``mend`` says what would."""

    def __init__(self, mend: str) -> None:
        super().__init__(mend)
        self.mend = mend


@frozen
class Wrong:
    """A condition under which a value is wrong, and the code of the mistake."""

    when: str
    code: str


@define
class Converted:
    """The columns of a fact (name and SQL), what makes a value wrong, and what the layout says."""

    columns: list[tuple[str, str]]
    wrong: list[Wrong]
    places: dict[str, int] = field(factory=dict)
    zoned: set[str] = field(factory=set)


def converted(name: str, kind: v.Type, type_: Any, x: str, source: Source) -> Converted:
    """The columns of a fact, or of a field of a record, ``source`` being where it comes from."""
    if _id(type_) in _EMPTY:
        x, type_ = f"CAST({x} AS VARCHAR)", "varchar"
    work = _Converter({}, set())
    wrong: list[Wrong] = []
    columns = [*work.columns(name, kind, type_, x, source, source.path, wrong)]
    return Converted(columns, wrong, work.places, work.zoned)


@define
class _Converter:
    places: dict[str, int]
    zoned: set[str]
    _aliases: int = 0

    def columns(
        self, name: str, kind: v.Type, type_: Any, x: str, source: Source, path: str, wrong: list[Wrong]
    ) -> Iterator[tuple[str, str]]:
        bare = v.bare(kind)
        texts = _id(type_) in _TEXTS
        if isinstance(kind, v.OptionalOf):
            said = texts and not isinstance(bare, v.Text)
            absent = f"({x} IS NULL)" if source.missing == "none" else "FALSE"
            if said:
                absent = f"({absent} OR coalesce({x} = 'none', FALSE))"
                yield name, self._value(bare, type_, f"nullif({x}, 'none')", source, path, wrong)
            else:
                yield name, self._value(bare, type_, x, source, path, wrong)
            known = f"WHEN {x} IS NOT NULL THEN FALSE"
            yield name + NONE, f"(CASE WHEN {absent} THEN TRUE {known} END)"
        else:
            yield name, self._value(bare, type_, x, source, path, wrong)
        if isinstance(bare, v.Instant) and path in self.zoned:
            yield name + ZONE, _zone_of(type_, x, source)

    def _value(
        self, kind: v.Type, type_: Any, x: str, source: Source, path: str, wrong: list[Wrong]
    ) -> str:
        if isinstance(kind, v.ListOf):
            return self._list(kind, type_, x, source, path, wrong)
        if isinstance(kind, v.Record):
            raise MisfitError("Map the fields of the record one by one.")
        if source.values and _id(type_) in _TEXTS | _WHOLE | {"boolean"}:
            text = f"CAST({x} AS VARCHAR)"
            cases = " ".join(f"WHEN {SQL.text(a)} THEN {_said(b)}" for a, b in source.values.items())
            x, type_ = f"(CASE {text} {cases} ELSE {text} END)", "varchar"
        made, *conditions = self._single(kind, type_, x, source, path)
        wrong += conditions
        return str(made)

    def _list(
        self, kind: v.ListOf, type_: Any, x: str, source: Source, path: str, wrong: list[Wrong]
    ) -> str:
        item = kind.item
        if isinstance(item, v.ListOf | v.OptionalOf):
            raise MisfitError("A list of lists, or of what may be `none`, cannot be read from a table.")
        if _id(type_) in _TEXTS and source.split:
            parted = f"string_split({x}, {SQL.text(source.split)})"
            trimmed = f"list_transform({parted}, lambda {SQL.item(0)}: trim({SQL.item(0)}))"
            x = f"CASE WHEN trim({x}) = '' THEN [] ELSE {trimmed} END"
            inner: Any = "varchar"
        elif _id(type_) == "list":
            inner = type_.child if hasattr(type_, "child") else dict(type_.children)["child"]
        else:
            raise MisfitError(
                'It needs a list (of Parquet, Arrow or JSON Lines), or `split: ";"` under the fact.'
            )
        unknown = [SQL.text(each) for each, meant in source.values.items() if meant == UNKNOWN]
        if unknown and not isinstance(item, v.Record):
            # An item by itself says it of the list. Among others it would be NULL, and passed over.
            texts = f"list_transform({x}, lambda {SQL.item(0)}: CAST({SQL.item(0)} AS VARCHAR))"
            said = f"list_has_any({texts}, {SQL.array(unknown)})"
            wrong.append(Wrong(f"len({x}) > 1 AND {said}", "TOS4008"))
            x = f"CASE WHEN NOT {said} THEN {x} END"
        self._aliases += 1
        alias = SQL.item(self._aliases)
        each: list[Wrong] = []
        if isinstance(item, v.Record):
            made = self._record(item, inner, alias, source, path, each)
        else:
            made = self._value(item, inner, alias, source, path, each)
        items = f"({x})"
        wrong.append(Wrong(f"len({items}) <> list_count({items})", "TOS4008"))
        wrong.append(Wrong(f"len({items}) > {limits.MAX_LIST}", "TOS5007"))
        if isinstance(item, v.Enum) and _id(inner) == "varchar" and not source.values:
            among = SQL.array([SQL.text(member) for member in item.members])
            wrong.append(Wrong(f"NOT list_has_all({among}, {items})", "TOS4004"))
            return items
        for one in each:
            test = f"list_transform({items}, lambda {alias}: coalesce({one.when}, FALSE))"
            wrong.append(Wrong(f"list_bool_or({test})", one.code))
        return f"list_transform({items}, lambda {alias}: {made})"

    def _record(
        self, kind: v.Record, type_: Any, x: str, source: Source, path: str, wrong: list[Wrong]
    ) -> str:
        if _id(type_) != "struct":
            raise MisfitError(
                "Its items need fields: a list of records of Parquet, Arrow or JSON Lines."
            )
        packed = []
        for leaf in v.Vocabulary("", facts=kind.fields).leaves():
            inner = f"{path}.{leaf.path}"
            own = source.fields.get(leaf.path) or Source(inner, column=leaf.path)
            found = within(type_, x, own.column or leaf.path)
            if found is None:
                sql, kind_ = "CAST(NULL AS VARCHAR)", "varchar"
            else:
                sql, kind_ = found
            if _id(kind_) in _EMPTY:
                sql, kind_ = f"CAST({sql} AS VARCHAR)", "varchar"
            if isinstance(leaf.type, v.OptionalOf) and own.missing is None and found is not None:
                said = f"`fields: {{{leaf.path}: {{missing: unknown}}}}`"
                raise MisfitError(f"Say what NULL means for `{leaf.path}`: {said}.")
            for name, made in self.columns(leaf.path, leaf.type, kind_, sql, own, inner, wrong):
                packed.append(f"{SQL.ident(name)} := {made}")
        return f"struct_pack({', '.join(packed)})"

    # --- single values --------------------------------------------------------------------------------

    def _single(self, kind: v.Type, type_: Any, x: str, source: Source, path: str) -> list[Any]:
        """The SQL of a value, and then what makes it wrong."""
        match kind:
            case v.Boolean():
                return _boolean(type_, x)
            case v.Integer():
                return self._number(type_, x, source, 0, "")
            case v.Number():
                return self._exact(type_, x, source, path, "")
            case v.Money(currency=currency):
                return self._exact(type_, x, source, path, currency)
            case v.Duration(kind=unit):
                return _duration(unit, type_, x)
            case v.Text() | v.Party():
                _only_text(type_)
                return [f"nfc_normalize(CAST({x} AS VARCHAR))"]
            case v.Enum(members=members):
                if _id(type_) not in _TEXTS | {"boolean"} | _WHOLE:
                    _only_text(type_)
                text = f"CAST({x} AS VARCHAR)"
                among = ", ".join(map(SQL.text, members))
                made = f"(CASE WHEN {text} IN ({among}) THEN {text} END)"
                return [made, Wrong(f"{x} IS NOT NULL AND {made} IS NULL", "TOS4004")]
            case v.Date():
                return _date(type_, x)
            case v.Instant():
                return self._instant(type_, x, source, path)
        raise AssertionError(kind)

    def _exact(self, type_: Any, x: str, source: Source, path: str, currency: str) -> list[Any]:
        kind = _id(type_)
        places = _PLACES if source.decimals is None else source.decimals
        if kind == "decimal":
            places = dict(type_.children)["scale"]
        elif kind in _WHOLE:
            places = 0
        self.places[path] = places
        return self._number(type_, x, source, places, currency)

    def _number(self, type_: Any, x: str, source: Source, places: int, currency: str) -> list[Any]:
        kind, ten = _id(type_), 10**places
        if kind in _WHOLE:
            made = f"TRY_CAST({x} AS BIGINT)"
            large = f"{x} IS NOT NULL AND ({made} IS NULL OR {made} NOT BETWEEN -{_MOST} AND {_MOST})"
            return (
                [made]
                if kind in ("tinyint", "smallint", "integer")
                else [made, Wrong(large, "TOS4110")]
            )
        if kind in _FLOATS:
            if source.decimals is None:
                raise MisfitError(
                    "Give exact decimals, or round on purpose: `decimals: 2` under the fact."
                )
            made = f"TRY_CAST(round({x} * {ten}) AS BIGINT)"
            large = f"({made} IS NULL OR {made} NOT BETWEEN -{_MOST} AND {_MOST})"
            return [
                made,
                Wrong(f"{x} IS NOT NULL AND NOT isfinite({x})", "TOS4003"),
                Wrong(f"{x} IS NOT NULL AND {large}", "TOS4110"),
            ]
        if kind == "decimal":
            narrow = f"TRY_CAST({x} AS DECIMAL(18,{places}))"
            whole = f"TRY_CAST({narrow} * CAST({ten} AS DECIMAL({places + 1},0)) AS BIGINT)"
            return [whole, Wrong(f"{x} IS NOT NULL AND {whole} IS NULL", "TOS4110")]
        if kind in _TEXTS:
            return _written(x, places, currency)
        raise MisfitError("It needs whole numbers, decimals, or numbers as text.")

    def _instant(self, type_: Any, x: str, source: Source, path: str) -> list[Any]:
        kind = _id(type_)
        first, last = SQL.ends_of_time()
        inside = f"BETWEEN {first} AND {last}"
        if kind in _TEXTS:
            self.zoned.add(path)
            whole = f"regexp_full_match({x}, '{_INSTANT}')"
            read = f"CASE WHEN {whole} THEN TRY_CAST({x} AS TIMESTAMPTZ) END"
            plain = f"CAST(timezone('UTC', {read}) AS TIMESTAMP)"
        elif kind in _ZONED:
            plain = f"CAST(timezone('UTC', TRY_CAST({x} AS TIMESTAMPTZ)) AS TIMESTAMP)"
        elif kind in _MOMENTS:
            if source.zone is None:
                raise MisfitError("Say the zone of these moments: `zone: UTC` under the fact.")
            if source.zone:
                self.zoned.add(path)
            plain = f"(TRY_CAST({x} AS TIMESTAMP) - to_minutes({source.zone}))"
        else:
            raise MisfitError("It needs moments with a zone, or `zone: UTC` under the fact.")
        made = f"(CASE WHEN {plain} {inside} THEN {plain} END)"
        return [made, Wrong(f"{x} IS NOT NULL AND {made} IS NULL", "TOS4003")]


def _id(type_: Any) -> str:
    return type_ if isinstance(type_, str) else str(type_.id)


def within(type_: Any, x: str, path: str) -> tuple[str, Any] | None:
    """A field of a struct, or of one inside it, by its path with dots: SQL and type."""
    fields = dict(type_.children)
    if path in fields:
        return SQL.field(x, path), fields[path]
    for name, inner in fields.items():
        if path.startswith(f"{name}.") and _id(inner) == "struct":
            return within(inner, SQL.field(x, name), path[len(name) + 1 :])
    return None


def _only_text(type_: Any) -> None:
    if _id(type_) not in _TEXTS:
        raise MisfitError("It needs a column of texts; `values:` under the fact translates them.")


def _boolean(type_: Any, x: str) -> list[Any]:
    if _id(type_) == "boolean":
        return [x]
    _only_text(type_)
    cases = "WHEN 'true' THEN TRUE WHEN 'yes' THEN TRUE WHEN 'false' THEN FALSE WHEN 'no' THEN FALSE"
    made = f"(CASE lower({x}) {cases} END)"
    return [made, Wrong(f"{x} IS NOT NULL AND {made} IS NULL", "TOS4003")]


def _written(x: str, places: int, currency: str) -> list[Any]:
    """A number that is written out, perhaps with its currency behind it."""
    plain, ten = f"CAST({x} AS VARCHAR)", 10**places
    if currency:
        plain = f"regexp_replace({plain}, ' +{currency}$', '')"
    digits = 18 - places
    part = f"([.][0-9]{{1,{places}}}0*)?" if places else "([.]0+)?"
    fits = f"regexp_full_match({plain}, '-?[0-9]{{1,{digits}}}{part}')"
    number = f"regexp_full_match({plain}, '-?[0-9]+([.][0-9]+)?')"
    read = f"TRY_CAST({plain} AS DECIMAL(18,{places})) * CAST({ten} AS DECIMAL({places + 1},0))"
    made = f"(CASE WHEN {fits} THEN TRY_CAST({read} AS BIGINT) END)"
    return [
        made,
        Wrong(f"{x} IS NOT NULL AND NOT {number}", "TOS4003"),
        Wrong(f"{x} IS NOT NULL AND {made} IS NULL", "TOS4110"),
    ]


def _duration(unit: str, type_: Any, x: str) -> list[Any]:
    counted = COUNTED_IN[unit]
    size, most = NAMED_FOR[counted], limits.MAX_DURATION * NAMED_FOR[counted]
    if _id(type_) in _WHOLE:
        named = f"BETWEEN -{limits.MAX_DURATION} AND {limits.MAX_DURATION}"
        made = f"(CASE WHEN {x} {named} THEN CAST({x} AS BIGINT) * {size} END)"
    elif _id(type_) in _TEXTS:
        cases = (
            f"WHEN regexp_full_match({x}, '-?[0-9]{{1,9}} +{word.replace(' ', ' +')}s?') "
            f"THEN TRY_CAST(regexp_extract({x}, '-?[0-9]+') AS BIGINT) * {times}"
            for word, (of, times) in UNITS.items()
            if of == counted
        )
        made = f"(CASE {' '.join(cases)} END)"
    else:
        raise MisfitError(f"It needs whole numbers of {unit}, or texts such as `30 {unit}`.")
    wrong = f"{x} IS NOT NULL AND ({made} IS NULL OR {made} NOT BETWEEN -{most} AND {most})"
    return [made, Wrong(wrong, "TOS4003")]


def _date(type_: Any, x: str) -> list[Any]:
    if _id(type_) == "date":
        read = x
    elif _id(type_) in _TEXTS:
        whole = f"regexp_full_match({x}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}')"
        read = f"(CASE WHEN {whole} THEN TRY_CAST({x} AS DATE) END)"
    else:
        raise MisfitError("It needs dates, or texts such as `2024-01-31`.")
    made = SQL.within(read, moment=False)
    return [made, Wrong(f"{x} IS NOT NULL AND {made} IS NULL", "TOS4003")]


def _zone_of(type_: Any, x: str, source: Source) -> str:
    """Minutes that the zone of a moment is east of UTC."""
    if _id(type_) not in _TEXTS:
        return f"(CASE WHEN {x} IS NOT NULL THEN {source.zone} END)"
    sign = f"CASE WHEN {x}[-6] = '-' THEN -1 ELSE 1 END"
    hours, minutes = (f"TRY_CAST({x}[{part}] AS BIGINT)" for part in ("-5:-4", "-2:-1"))
    offset = f"({sign}) * ({hours} * 60 + {minutes})"
    return f"(CASE WHEN {x} LIKE '%Z' THEN 0 WHEN {x} IS NOT NULL THEN {offset} END)"


def _said(value: str) -> str:
    """What a text stands for: a value, or that it is not known."""
    return "NULL" if value == UNKNOWN else SQL.text(value)
