"""The statement of a program, to be read: with the columns that it needs, and what they hold."""

from __future__ import annotations

from collections.abc import Iterator

from tosdsl.backends.sql.columns import DAY, Column
from tosdsl.backends.sql.program import Statement
from tosdsl.trees import vocabulary as v
from tosdsl.trees.quantities import COUNTED_IN
from tosdsl.trees.wording import words

SOURCE = "uses"


def listing(statement: Statement) -> str:
    """The statement over a table ``uses``, below comments about its columns."""
    lines = [
        f"-- The verdict on each row of the table {statement.dialect.ident(SOURCE)}, whose columns are"
    ]
    lines += [f"--   {each}" for each in _columns(statement)]
    if statement.asked:
        lines.append("-- These have no exact SQL. Python works them out (`tosdsl audit` does so):")
        lines += [f"--   {each}" for each in _asked(statement)]
    lines.append("-- NULL is not known. A clause with a question mark may be in force.")
    return "\n".join([*lines, statement.select(statement.dialect.ident(SOURCE))]) + "\n"


def _columns(statement: Statement) -> Iterator[str]:
    vocabulary = statement.program.linked.vocabulary
    read = statement.read()
    dialect = statement.dialect
    if DAY in read:
        yield f"{dialect.ident(DAY)} {dialect.type(Column(DAY, 'date'))}, the day of the use"
    columns = statement.layout.of_leaves(vocabulary)
    for leaf in vocabulary.leaves():
        if leaf.path in read:
            for column in columns[leaf.path]:
                name, kind = dialect.ident(column.name), dialect.type(column)
                more = _said(statement, leaf) if column.name == leaf.path else ""
                yield f"{name} {kind}{more}"


def _said(statement: Statement, leaf: v.Leaf) -> str:
    """What a number counts, where its type does not say it."""
    match v.bare(leaf.type):
        case v.Number():
            return f", in units of {_unit(statement, leaf)}"
        case v.Money(currency=currency):
            return f", in units of {_unit(statement, leaf)} {currency}"
        case v.Duration(kind=kind):
            return f", in {COUNTED_IN[kind]}"
        case v.Instant():
            return ", in UTC"
    return ""


def _unit(statement: Statement, leaf: v.Leaf) -> str:
    places = statement.layout.places_of(leaf.path, v.bare(leaf.type))
    return f"0.{'1':0>{places}}" if places else "1"


def _asked(statement: Statement) -> Iterator[str]:
    for each in statement.asked:
        written = statement.program.written.get(each.node)
        text = f": {words(written[1])}" if written else ""
        yield f"{statement.dialect.ident(each.name)} BOOLEAN{text}"
