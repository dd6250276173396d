"""The facts that policies read as a mapping of a table to begin with: which column is which fact.

Every line that maps something is a comment: nothing is said of a table that nobody has written.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tosdsl.facade import PolicySet
from tosdsl.interview.forms import form, meanings
from tosdsl.interview.reads import Asked, facts_read
from tosdsl.interview.template import comment, name_of, named_clauses
from tosdsl.trees import vocabulary as v

_HEAD = """\
# A mapping for {asked}, which asks {count} of each row.
# Write the name of a column of your table in the place of COLUMN, what stands in its cells in the place
# of TEXT, and take the # away. What no line says is not known. What is so of every row is said by `is`.
# row: COLUMN  # the name of the row, for whoever reads the report
# as_of: COLUMN  # the day of the use; without it the newest version of each document answers
# by: COLUMN  # what the report counts by
# keep: [COLUMN]  # columns to be told again beside the verdict
"""


def map_template(
    policies: PolicySet,
    part: str | None = None,
    *,
    as_of: date | None = None,
    known_at: date | None = None,
) -> str:
    """A mapping with a line for each fact that policies read, or a clause or section of them.

    ``part`` and the days are as for ``facts_read``. Raises PolicyError.
    """
    found = facts_read(policies, part, as_of=as_of, known_at=known_at)
    count = f"{len(found)} fact{'' if len(found) == 1 else 's'}"
    head = _HEAD.format(asked=name_of(policies, part), count=count)
    lines = [head + ("facts:" if found else "facts: {}")]
    parties = [each.name for each in policies.vocabulary.parties]
    for each in found:
        lines += _fact(each, parties)
    return "\n".join(lines) + "\n"


def _fact(asked: Asked, parties: list[str]) -> Iterator[str]:
    leaf = asked.leaf
    yield ""
    yield from comment(leaf.question, "  ")
    # No capital in front: a name of a party or a member is to be written as it stands.
    yield from comment(f"What it can be: {form(leaf.type, parties)}.", "  ")
    for member, text in meanings(leaf.type):
        if text is not None:
            yield from comment(f"{member}: {text}", "  ", "  ")
    if leaf.judged:
        yield from comment("A judgement: somebody has to decide it.", "  ")
    yield from comment(f"Asked by {named_clauses(asked.clauses)}.", "  ")
    yield f"  # {leaf.path}: {{{', '.join(('column: COLUMN', *_more(leaf.type, parties)))}}}"
    said = _example(leaf.type, parties)
    if said:
        yield f"  # {leaf.path}: {{is: {said}}}"


def _more(kind: v.Type, parties: list[str]) -> Iterator[str]:
    """The keys that a column of texts is likely to need."""
    bare = v.bare(kind)
    if bare is not kind:
        yield "missing: none"
    if isinstance(bare, v.ListOf) and not isinstance(bare.item, v.Record):
        yield 'split: ";"'
        bare = bare.item
    word = _member(bare, parties)
    if word:
        yield f"values: {{TEXT: {word}}}"


def _member(kind: v.Type, parties: list[str]) -> str:
    """One value that a text of the table may stand for."""
    match kind:
        case v.Enum(members=members):
            return members[0]
        case v.Boolean():
            return "yes"
        case v.Party():
            return parties[0] if parties else "NAME"
    return ""


def _example(kind: v.Type, parties: list[str]) -> str:
    """A value for all rows, if it is short to write."""
    bare = v.bare(kind)
    if isinstance(bare, v.ListOf):
        return "[]"
    if bare is not kind:
        return "none"
    return "no" if isinstance(bare, v.Boolean) else _member(bare, parties)
