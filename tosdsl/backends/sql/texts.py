"""Tests of texts in SQL, as far as they have any: texts of printable characters of ASCII.

Words, and letters without regard to case, are Unicode's in ``tosdsl/unicode/words.py``; no database has
them. So a test is split: what SQL can tell, it tells, and Python is asked about the rest.
"""

from __future__ import annotations

from attrs import frozen

from tosdsl.backends.sql.dialect import Dialect
from tosdsl.unicode.words import folded, words

_IGNORING = " ignoring case"


@frozen
class Split:
    """``sql`` is the test with ``asked`` in the place of what Python says; ``when`` says where it is
    asked."""

    sql: str
    when: str


def split(dialect: Dialect, op: str, text: str, none: str | None, part: str, asked: str) -> Split:
    """A test of the text in a column against one of the policy."""
    test = op.removesuffix(_IGNORING)
    ignoring = test != op
    wanted = folded(part) if ignoring else part
    plain, as_compared = dialect.printable(text), dialect.lower(text) if ignoring else text
    if test == "contains word":
        found = words(part)
        first = max((folded(each) if ignoring else each for each in found), key=len, default="")
        if not first.isascii():
            cases, when = f"WHEN {plain} THEN FALSE", f"NOT {plain}"
        else:  # a text that does not have the letters of a word does not have the word
            has = dialect.has(as_compared, dialect.text(first))
            cases, when = f"WHEN {plain} AND NOT {has} THEN FALSE", f"(NOT {plain} OR {has})"
    else:
        sql = "FALSE"
        if wanted.isascii():
            form = dialect.starts if test == "starts with" else dialect.ends
            sql = form(as_compared, dialect.text(wanted))
        cases, when = f"WHEN {plain} THEN {sql}", f"NOT {plain}"
    first_case = "" if none is None else f"WHEN {none} THEN FALSE "
    return Split(f"(CASE {first_case}{cases} ELSE {asked} END)", when)
