"""A value of a table's column as a value of a fact: SQL for DuckDB, by the types of both.

    the type of the fact, the type of the column, SQL -> SQL as ``backends/sql/columns.py`` has it

What a value must not be is told by conditions, each with the code of the mistake. Nothing is guessed: a
float is no exact number unless the mapping rounds it, a moment without a zone is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from attrs import define, evolve, field

from tosdsl.auditing.singles import (
    EMPTY,
    FLOATS,
    MOMENTS,
    NO_TEXT,
    SQL,
    TEXTS,
    WHOLE,
    ZONED,
    MisfitError,
    Wrong,
    as_text,
    boolean,
    constant,
    date,
    duration,
    only_text,
    type_id,
    written,
    zone_of,
)
from tosdsl.backends.sql.columns import NONE, ZONE
from tosdsl.base import limits
from tosdsl.mapping.model import Source
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import UNKNOWN

_PLACES = 4
_MOST = 10**18
_INSTANT = (
    "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_EMPTY = "[]"
"""In a cell, a list that is known to have no items."""
_RECORDS = (
    "Its items have fields: it needs a list of records (of Parquet, Arrow or JSON Lines), or a "
    "table of its own under `tables`."
)


@define
class Converted:
    """The columns of a fact (name and SQL), what makes a value wrong, and what the layout says."""

    columns: list[tuple[str, str]]
    wrong: list[Wrong]
    places: dict[str, int] = field(factory=dict)
    zoned: set[str] = field(factory=set)
    unknown: str = ""
    """Whether a cell says, by a word of the mapping, that the fact is not known; empty if none can."""


def converted(
    name: str, kind: v.Type, type_: Any, x: str, source: Source, parties: Iterable[str] = ()
) -> Converted:
    """The columns of a fact, or of a field of a record, ``source`` being where it comes from;
    ``parties`` are the names that the policies know."""
    if type_id(type_) in EMPTY:
        x, type_ = f"CAST({x} AS VARCHAR)", "varchar"
    work = _Converter({}, set(), frozenset(parties))
    wrong: list[Wrong] = []
    columns = [*work.columns(name, kind, type_, x, source, source.path, wrong)]
    unknown = _says_unknown(source, type_, x, dict(columns), name)
    return Converted(columns, wrong, work.places, work.zoned, unknown)


def _says_unknown(source: Source, type_: Any, x: str, columns: dict[str, str], name: str) -> str:
    """SQL of whether a cell says, by a word of the mapping, that the fact is not known; empty if no
    word does."""
    if source.others == UNKNOWN:
        blank = f" AND trim({x}) <> ''" if source.split and type_id(type_) in TEXTS else ""
        absent = f" AND NOT coalesce({columns[name + NONE]}, FALSE)" if name + NONE in columns else ""
        return f"({x} IS NOT NULL{blank} AND {columns[name]} IS NULL{absent})"
    words = ", ".join(SQL.text(each) for each, meant in source.values.items() if meant == UNKNOWN)
    if not words:
        return ""
    if type_id(type_) == "list":
        return f"coalesce(len({x}) = 1 AND CAST({x}[1] AS VARCHAR) IN ({words}), FALSE)"
    return f"coalesce(trim(CAST({x} AS VARCHAR)) IN ({words}), FALSE)"


@define
class _Converter:
    places: dict[str, int]
    zoned: set[str]
    parties: frozenset[str]
    _aliases: int = 0

    def columns(
        self, name: str, kind: v.Type, type_: Any, x: str, source: Source, path: str, wrong: list[Wrong]
    ) -> Iterator[tuple[str, str]]:
        """The columns of a fact; where the mapping says so, with a value in the place of NULL."""
        made = [*self._columns(name, kind, type_, x, source, path, wrong)]
        if source.instead is None:
            yield from made
            return
        value, its_type = constant(source.instead)
        plain = Source(path, constant=source.instead, missing="unknown", decimals=self.places.get(path))
        among: list[Wrong] = []
        instead = dict(self._columns(name, kind, its_type, value, plain, path, among))
        wrong += [evolve(each, when=f"({x} IS NULL AND ({each.when}))") for each in among]
        for each, sql in made:
            yield each, f"(CASE WHEN {x} IS NULL THEN {instead[each]} ELSE {sql} END)"

    def _columns(
        self, name: str, kind: v.Type, type_: Any, x: str, source: Source, path: str, wrong: list[Wrong]
    ) -> Iterator[tuple[str, str]]:
        bare = v.bare(kind)
        texts = type_id(type_) in TEXTS
        if isinstance(kind, v.OptionalOf):
            said = texts and not isinstance(bare, v.Text)
            absent = f"({x} IS NULL)" if source.missing == "none" else "FALSE"
            if said:
                absent = f"({absent} OR coalesce({x} = 'none', FALSE))"
                value = self._value(bare, type_, f"nullif({x}, 'none')", source, path, wrong)
            else:
                value = self._value(bare, type_, x, source, path, wrong)
            yield name, value
            # A text that stands for what is not known does not say that there is a value.
            silent = UNKNOWN in source.values.values() or source.others is not None
            there = value if silent else x
            known = f"WHEN {there} IS NOT NULL THEN FALSE"
            yield name + NONE, f"(CASE WHEN {absent} THEN TRUE {known} END)"
        else:
            yield name, self._value(bare, type_, x, source, path, wrong)
        if isinstance(bare, v.Instant) and path in self.zoned:
            yield name + ZONE, zone_of(type_, x, source)

    def _value(
        self, kind: v.Type, type_: Any, x: str, source: Source, path: str, wrong: list[Wrong]
    ) -> str:
        if isinstance(kind, v.ListOf):
            return self._list(kind, type_, x, source, path, wrong)
        if isinstance(kind, v.Record):
            raise MisfitError("Map the fields of the record one by one.")
        raw = x
        if source.values and type_id(type_) in TEXTS | WHOLE | {"boolean"}:
            text = f"CAST({x} AS VARCHAR)"
            cases = " ".join(f"WHEN {SQL.text(a)} THEN {_said(b)}" for a, b in source.values.items())
            x, type_ = f"(CASE {text} {cases} ELSE {text} END)", "varchar"
            made, *conditions = self._single(kind, type_, x, source, path)
            if source.others == UNKNOWN:
                other = self._other(kind, text, made, conditions, source)
                made = f"(CASE WHEN NOT coalesce({other}, FALSE) THEN {made} END)"
                listed = f" AND NOT coalesce({other}, FALSE)"
                conditions = [evolve(each, when=f"({each.when}){listed}") for each in conditions]
        else:
            made, *conditions = self._single(kind, type_, x, source, path)
        # DuckDB ends itself where it writes out a moment of seconds that is far beyond the calendar.
        shown = f"TRY_CAST({raw} AS TIMESTAMP)" if type_id(type_) in MOMENTS else raw
        wrong += [evolve(each, value=as_text(shown), path=path) for each in conditions]
        return str(made)

    def _other(self, kind: v.Type, text: str, made: str, wrong: list[Wrong], source: Source) -> str:
        """SQL of whether a text is none that ``values`` lists, and no value that the policies know."""
        other = f"{text} NOT IN ({', '.join(map(SQL.text, source.values))})"
        if isinstance(kind, v.Text):
            return other
        if isinstance(kind, v.Party):
            known = ", ".join(map(SQL.text, sorted(self.parties | {*source.values.values()})))
            return f"{other} AND {made} NOT IN ({known})"
        several = " OR ".join(f"coalesce({each.when}, FALSE)" for each in wrong)
        return f"{other} AND ({several or 'FALSE'})"

    def _list(
        self, kind: v.ListOf, type_: Any, x: str, source: Source, path: str, wrong: list[Wrong]
    ) -> str:
        item = kind.item
        is_text = type_id(type_) in TEXTS or str(type_).lower() == "varchar[]"
        whole = as_text(x) if is_text else ""
        if isinstance(item, v.ListOf | v.OptionalOf):
            raise MisfitError("A list of lists, or of what may be `none`, cannot be read from a table.")
        if type_id(type_) in TEXTS and source.split and not isinstance(item, v.Record):
            parted = f"string_split({x}, {SQL.text(source.split)})"
            trimmed = f"list_transform({parted}, lambda {SQL.item(0)}: trim({SQL.item(0)}))"
            # A blank cell says nothing. That a list is known to be empty has to be written.
            nothing = [_EMPTY, *(each for each, meant in source.values.items() if meant == _EMPTY)]
            empty = f"trim({x}) IN ({', '.join(map(SQL.text, nothing))})"
            x = f"CASE WHEN trim({x}) = '' THEN NULL WHEN {empty} THEN [] ELSE {trimmed} END"
            inner: Any = "varchar"
        elif type_id(type_) == "list":
            inner = type_.child if hasattr(type_, "child") else dict(type_.children)["child"]
        else:
            if isinstance(item, v.Record):
                raise MisfitError(_RECORDS)
            if type_id(type_) in TEXTS:
                raise MisfitError("It needs a list. If `;` parts the items", add='split: ";"')
            raise MisfitError("It needs a list. If each row has one item", sql="[{}]")
        unknown = [SQL.text(each) for each, meant in source.values.items() if meant == UNKNOWN]
        if unknown and not isinstance(item, v.Record):
            # An item by itself says it of the list. Among others it would be NULL, and passed over.
            texts = f"list_transform({x}, lambda {SQL.item(0)}: CAST({SQL.item(0)} AS VARCHAR))"
            said = f"list_has_any({texts}, {SQL.array(unknown)})"
            wrong.append(Wrong(f"len({x}) > 1 AND {said}", "TOS4008", whole, path))
            x = f"CASE WHEN NOT {said} THEN {x} END"
        self._aliases += 1
        alias = SQL.item(self._aliases)
        each: list[Wrong] = []
        if isinstance(item, v.Record):
            made = self._record(item, inner, alias, source, path, each)
        else:
            made = self._value(item, inner, alias, source, path, each)
        items = f"({x})"
        wrong.append(Wrong(f"len({items}) <> list_count({items})", "TOS4008", whole, path))
        wrong.append(Wrong(f"len({items}) > {limits.MAX_LIST}", "TOS5007", whole, path))
        if isinstance(item, v.Enum) and type_id(inner) == "varchar" and not source.values:
            among = SQL.array([SQL.text(member) for member in item.members])
            first = as_text(
                f"list_filter({items}, lambda {alias}: NOT list_contains({among}, {alias}))[1]"
            )
            members = ", ".join(SQL.text(member) for member in item.members)
            known = f"list_transform({items}, lambda {alias}: {alias} IN ({members}))"
            wrong.append(Wrong(f"list_contains({known}, FALSE)", "TOS4004", first, path))
            return items
        for one in each:
            test = f"lambda {alias}: coalesce({one.when}, FALSE)"
            found = f"list_filter({items}, {test})"
            first = f"list_transform({found}, lambda {alias}: {one.value or NO_TEXT})[1]"
            any_ = f"list_bool_or(list_transform({items}, {test}))"
            wrong.append(Wrong(any_, one.code, first, one.path))
        items_made = f"list_transform({items}, lambda {alias}: {made})"
        if source.others == UNKNOWN and not isinstance(item, v.Record):
            # Beside others, an item that is not known would be passed over: the list is not known.
            open_ = f"list_transform({items}, lambda {alias}: {alias} IS NOT NULL AND {made} IS NULL)"
            return f"(CASE WHEN NOT coalesce(list_bool_or({open_}), FALSE) THEN {items_made} END)"
        return items_made

    def _record(
        self, kind: v.Record, type_: Any, x: str, source: Source, path: str, wrong: list[Wrong]
    ) -> str:
        if type_id(type_) != "struct":
            raise MisfitError(_RECORDS)
        packed = []
        for leaf in v.Vocabulary("", facts=kind.fields).leaves():
            inner = f"{path}.{leaf.path}"
            own = source.fields.get(leaf.path) or Source(inner, column=leaf.path)
            found = within(type_, x, own.column or leaf.path)
            if found is None:
                sql, kind_ = "CAST(NULL AS VARCHAR)", "varchar"
            else:
                sql, kind_ = found
            if type_id(kind_) in EMPTY:
                sql, kind_ = f"CAST({sql} AS VARCHAR)", "varchar"
            silent = own.missing is None and own.instead is None
            if isinstance(leaf.type, v.OptionalOf) and silent and found is not None:
                add = f"fields: {{{leaf.path}: {{missing: unknown}}}}"
                raise MisfitError(f"`{leaf.path}` may be `none`. If NULL is not known", add=add)
            for name, made in self.columns(leaf.path, leaf.type, kind_, sql, own, inner, wrong):
                packed.append(f"{SQL.ident(name)} := {made}")
        return f"struct_pack({', '.join(packed)})"

    # --- single values --------------------------------------------------------------------------------

    def _single(self, kind: v.Type, type_: Any, x: str, source: Source, path: str) -> list[Any]:
        """The SQL of a value, and then what makes it wrong."""
        match kind:
            case v.Boolean():
                return boolean(type_, x)
            case v.Integer():
                if type_id(type_) in TEXTS:
                    return written(x, 0, "", whole=True)
                return self._number(type_, x, source, 0, "")
            case v.Number():
                return self._exact(type_, x, source, path, "")
            case v.Money(currency=currency):
                return self._exact(type_, x, source, path, currency)
            case v.Duration(kind=unit):
                return duration(unit, type_, x)
            case v.Text() | v.Party():
                only_text(type_)
                return [f"nfc_normalize(CAST({x} AS VARCHAR))"]
            case v.Enum(members=members):
                if type_id(type_) not in TEXTS | {"boolean"} | WHOLE:
                    only_text(type_)
                text = f"CAST({x} AS VARCHAR)"
                among = ", ".join(map(SQL.text, members))
                made = f"(CASE WHEN {text} IN ({among}) THEN {text} END)"
                return [made, Wrong(f"{x} IS NOT NULL AND {made} IS NULL", "TOS4004")]
            case v.Date():
                return date(type_, x)
            case v.Instant():
                return self._instant(type_, x, source, path)
        raise AssertionError(kind)

    def _exact(self, type_: Any, x: str, source: Source, path: str, currency: str) -> list[Any]:
        kind = type_id(type_)
        places = _PLACES if source.decimals is None else source.decimals
        if kind == "decimal":
            places = dict(type_.children)["scale"]
        elif kind in WHOLE:
            places = 0
        self.places[path] = places
        return self._number(type_, x, source, places, currency)

    def _number(self, type_: Any, x: str, source: Source, places: int, currency: str) -> list[Any]:
        kind, ten = type_id(type_), 10**places
        if kind in WHOLE:
            made = f"TRY_CAST({x} AS BIGINT)"
            large = f"{x} IS NOT NULL AND ({made} IS NULL OR {made} NOT BETWEEN -{_MOST} AND {_MOST})"
            return (
                [made]
                if kind in ("tinyint", "smallint", "integer")
                else [made, Wrong(large, "TOS4110")]
            )
        if kind in FLOATS:
            if source.decimals is None:
                raise MisfitError(
                    "Floats are not exact. To round them to two places", add="decimals: 2"
                )
            made = f"TRY_CAST(round({x} * {ten}) AS BIGINT)"
            large = f"({made} IS NULL OR {made} NOT BETWEEN -{_MOST} AND {_MOST})"
            return [
                made,
                Wrong(f"{x} IS NOT NULL AND NOT isfinite({x})", "TOS4003"),
                Wrong(f"isfinite({x}) AND {large}", "TOS4110"),
            ]
        if kind == "decimal":
            narrow = f"TRY_CAST({x} AS DECIMAL(18,{places}))"
            whole = f"TRY_CAST({narrow} * CAST({ten} AS DECIMAL({places + 1},0)) AS BIGINT)"
            return [whole, Wrong(f"{x} IS NOT NULL AND {whole} IS NULL", "TOS4110")]
        if kind in TEXTS:
            return written(x, places, currency)
        raise MisfitError("It needs whole numbers, decimals, or numbers as text.")

    def _instant(self, type_: Any, x: str, source: Source, path: str) -> list[Any]:
        kind = type_id(type_)
        first, last = SQL.ends_of_time()
        inside = f"BETWEEN {first} AND {last}"
        if kind in TEXTS:
            self.zoned.add(path)
            whole = f"regexp_full_match({x}, '{_INSTANT}')"
            read = f"CASE WHEN {whole} THEN TRY_CAST({x} AS TIMESTAMPTZ) END"
            plain = f"CAST(timezone('UTC', {read}) AS TIMESTAMP)"
        elif kind in ZONED:
            plain = f"CAST(timezone('UTC', TRY_CAST({x} AS TIMESTAMPTZ)) AS TIMESTAMP)"
        elif kind in MOMENTS:
            if source.zone is None:
                raise MisfitError("Say the zone of these moments. If it is UTC", add="zone: UTC")
            if source.zone:
                self.zoned.add(path)
            plain = f"(TRY_CAST({x} AS TIMESTAMP) - to_minutes({source.zone}))"
        else:
            raise MisfitError("It needs moments, or texts such as `2024-01-31T10:00+02:00`.")
        made = f"(CASE WHEN {plain} {inside} THEN {plain} END)"
        return [made, Wrong(f"{x} IS NOT NULL AND {made} IS NULL", "TOS4003")]


def within(type_: Any, x: str, path: str) -> tuple[str, Any] | None:
    """A field of a struct, or of one inside it, by its path with dots: SQL and type."""
    fields = dict(type_.children)
    if path in fields:
        return SQL.field(x, path), fields[path]
    for name, inner in fields.items():
        if path.startswith(f"{name}.") and type_id(inner) == "struct":
            return within(inner, SQL.field(x, name), path[len(name) + 1 :])
    return None


def _said(value: str) -> str:
    """What a text stands for: a value, or that it is not known."""
    return "NULL" if value == UNKNOWN else SQL.text(value)
