"""Invented uses by the million, near what the conditions of policies compare with, and their mapping.

For trying things out, and for measuring: nothing about them is as in real tables, except their types.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tosdsl.auditing.silent import silent
from tosdsl.auditing.singles import SQL
from tosdsl.compiled import Predicates
from tosdsl.trees import core
from tosdsl.trees import vocabulary as v
from tosdsl.trees.quantities import ABSENT, COUNTED_IN, NAMED_FOR, Duration, Money
from tosdsl.values.representatives import to_try

_POOL = 64
"""Values that one fact has, at most."""
_ITEMS = 4
_GROUP = 250_000
"""Rows of a row group of the file."""
_TEAMS = 12
_NUMBER = pa.decimal128(18, 4)
_PLAIN: dict[type, pa.DataType] = {
    v.Boolean: pa.bool_(),
    v.Integer: pa.int64(),
    v.Number: _NUMBER,
    v.Money: _NUMBER,
    v.Duration: pa.int64(),
    v.Text: pa.string(),
    v.Party: pa.string(),
    v.Enum: pa.string(),
    v.Date: pa.date32(),
    v.Instant: pa.timestamp("us", "UTC"),
}


def write(predicates: Predicates, rows: int, file: str, unknown: float, seed: int) -> None:
    """A file of Parquet with so many rows, of which each fact is unknown with this probability."""
    random = Random(seed)
    pools = {f"p{at}": pool for at, pool in enumerate(_pools(predicates, random).values())}
    leaves = [leaf.path for leaf in _leaves(predicates)]
    own = _own(predicates)
    with silent() as connection:
        connection.execute("SET threads = 1")  # so that a seed gives the same rows again
        connection.execute(f"SELECT setseed({random.random()})").fetchall()
        lists = {
            name: pa.array([pool.to_pylist()], pa.list_(pool.type)) for name, pool in pools.items()
        }
        connection.register("pools", pa.table(lists))
        told = [
            f"'u' || (i + 1) AS {own[0]}",
            f"'team ' || CAST(1 + floor(random() * {_TEAMS}) AS INTEGER) AS {own[1]}",
            f"DATE '2024-01-01' + CAST(floor(random() * 730) AS INTEGER) AS {own[2]}",
        ]
        for (name, pool), path in zip(pools.items(), leaves, strict=True):
            one = f"{name}[1 + CAST(floor(random() * {len(pool)}) AS INTEGER)]"
            told.append(f"CASE WHEN random() >= {unknown} THEN {one} END AS {SQL.ident(path)}")
        made = connection.sql(f"SELECT {', '.join(told)} FROM range({rows}) t(i), pools")
        reader = made.to_arrow_reader(_GROUP)
        with pq.ParquetWriter(file, reader.schema) as writer:
            for batch in reader:
                writer.write_batch(batch)


def mapping(predicates: Predicates) -> str:
    """The mapping of such a file. Facts stand in columns of their own names."""
    row, by, day = _own(predicates)
    lines = [f"row: {row}", f"by: {by}", f"as_of: {day}"]
    facts = [*_optional(predicates)]
    return "\n".join([*lines, *(["facts:", *facts] if facts else []), ""])


def _own(predicates: Predicates) -> list[str]:
    """The names of the columns that are no facts: no fact's name, in whatever letters."""
    taken = {leaf.path.lower() for leaf in _leaves(predicates)}
    return [f"row_{name}" if name in taken else name for name in ("id", "team", "used_on")]


def _optional(predicates: Predicates) -> Iterator[str]:
    for leaf in _leaves(predicates):
        if isinstance(leaf.type, v.OptionalOf):
            yield f"  {leaf.path}: {{missing: none, column: {leaf.path}}}"
        elif isinstance(leaf.type, v.ListOf) and isinstance(leaf.type.item, v.Record):
            fields = v.Vocabulary("", facts=leaf.type.item.fields).leaves()
            several = [each.path for each in fields if isinstance(each.type, v.OptionalOf)]
            if several:
                inner = ", ".join(f"{each}: {{missing: none}}" for each in several)
                yield f"  {leaf.path}: {{column: {leaf.path}, fields: {{{inner}}}}}"


def _leaves(predicates: Predicates) -> list[v.Leaf]:
    """The facts that the policies read, as far as a column can hold them."""
    read = {
        node[1]
        for each in predicates.answers(None, None)
        for node in each.program.body.nodes
        if node[0] == "fact"
    }
    every = predicates.choices.vocabulary.leaves()
    return [leaf for leaf in every if leaf.path in read and _type(leaf.type) is not None]


def _type(kind: v.Type) -> pa.DataType | None:
    match v.bare(kind):
        case v.ListOf(item=v.ListOf() | v.OptionalOf()):
            return None
        case v.ListOf(item=item):
            inner = _type(item)
            return None if inner is None else pa.list_(inner)
        case v.Record(fields=fields):
            leaves = list(v.Vocabulary("", facts=fields).leaves())
            types = [_type(leaf.type) for leaf in leaves]
            pairs = [(leaf.path, of) for leaf, of in zip(leaves, types, strict=True) if of is not None]
            return pa.struct(pairs)
        case bare:
            return _PLAIN[type(bare)]


# --- values -------------------------------------------------------------------------------------------


def _pools(predicates: Predicates, random: Random) -> dict[str, pa.Array]:
    constants = [*_constants(predicates)]
    return {
        leaf.path: pa.array(_pool(leaf.type, constants, random), _type(leaf.type))
        for leaf in _leaves(predicates)
    }


def _constants(predicates: Predicates) -> Iterator[tuple[type[v.Type], Any]]:
    """The values that conditions compare with, each with the kind of its type."""
    for each in predicates.answers(None, None):
        blocks = (each.program.body, *(function.body for function in each.program.functions))
        for block in blocks:
            yield from _literals(block)


def _literals(block: core.Block) -> Iterator[tuple[type[v.Type], Any]]:
    for node, kind in zip(block.nodes, block.types, strict=True):
        if node[0] == "literal" and kind is not None:
            bare = v.bare(kind)
            of = type(v.bare(bare.item) if isinstance(bare, v.ListOf) else bare)
            several = node[1] if isinstance(node[1], tuple) else (node[1],)
            yield from ((of, each) for each in several)


def _pool(kind: v.Type, constants: list[tuple[type[v.Type], Any]], random: Random) -> list[Any]:
    """Values of a type as Arrow has them."""
    bare = v.bare(kind)
    made: list[Any]
    match bare:
        case v.ListOf(item=item):
            items = _pool(item, constants, random)
            sizes = (random.randrange(_ITEMS) for _ in range(_POOL))
            made = [[random.choice(items) for _ in range(size)] for size in sizes]
        case v.Record(fields=fields):
            leaves = v.Vocabulary("", facts=fields).leaves()
            pools = {leaf.path: _pool(leaf.type, constants, random) for leaf in leaves}
            made = [{name: random.choice(pool) for name, pool in pools.items()} for _ in range(_POOL)]
        case _:
            near = [each for of, each in constants if not isinstance(each, str) or of is type(bare)]
            several = (_natural(bare, each) for each in to_try(bare, near))
            known = [each for each in several if each is not None]
            made = random.sample(known, min(len(known), _POOL))
    return [*made, None] if isinstance(kind, v.OptionalOf) else made


def _natural(kind: v.Type, value: Any) -> Any:
    """A value as a table has it; None if it has no room for it."""
    match value:
        case _ if value is ABSENT:
            return None
        case Money(amount=amount):
            return _decimal(amount)
        case Duration(count=count):
            size = NAMED_FOR[COUNTED_IN[kind.kind]] if isinstance(kind, v.Duration) else 1
            return count // size if count % size == 0 else None
        case str():
            return value.replace("\0", "")  # what stands for a text that no policy mentions
        case bool():
            return value
        case int() | Fraction() if isinstance(kind, v.Number):
            return _decimal(Fraction(value))
        case int():
            return value if abs(value) < 10**12 else None
    return value


def _decimal(number: Fraction) -> Decimal | None:
    scaled = number * 10**4
    fits = scaled.denominator == 1 and abs(scaled) < 10**18
    return Decimal(int(scaled)).scaleb(-4) if fits else None
