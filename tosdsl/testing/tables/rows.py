"""A table as rows: what each gives, expects and is called, at its place. Types come later.

In CSV the first row names the columns: ``case``, ``as_of``, ``known_at``, ``expect``, ``expect WORDS``,
and facts with dots. In YAML a case is a mapping with the same keys, its facts nested or with dots.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import field, frozen

from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, mistake
from tosdsl.diagnostics.near import nearest
from tosdsl.facts.document import read_text
from tosdsl.facts.read import found_words
from tosdsl.testing.tables.cells import Cell, read_cells
from tosdsl.trees import facts as f
from tosdsl.trees import vocabulary as v

ABOUT = ("case", "as_of", "known_at", "standard", "expect")
"""Columns that are no facts. A fact of such a name is a column ``given.NAME``."""
DAYS = ("as_of", "known_at")
GIVEN = "given."
_KEYS = ("policy", "as_of", "known_at", "cases")


@frozen
class Wanted:
    """An expectation as written, without the word ``expect``, and where it begins.

    ``exact``: the words stand there just so, and a mistake in them has its own column.
    """

    words: str
    span: Span
    exact: bool = True


@frozen
class Row:
    """One case. ``about`` are its days and its standard, by name."""

    title: str
    span: Span
    facts: f.Entries
    about: Mapping[str, f.Node] = field(factory=dict)
    wanted: tuple[Wanted, ...] = ()


@frozen
class Table:
    """``policy`` is the id that the table names itself, if it does."""

    file: str
    rows: tuple[Row, ...] = ()
    policy: str | None = None
    policy_span: Span | None = None


# --- CSV ------------------------------------------------------------------------------------------


def read_csv(text: str, file: str, leaves: Mapping[str, v.Type], problems: list[Diagnostic]) -> Table:
    """The cases of a CSV text. ``leaves`` tells which facts are lists."""
    rows = read_cells(text, file, problems)
    header = next(rows, None)
    if header is None:
        return Table(file)
    _check_header(header, problems)
    if not any(_expects(column.text) for column in header):
        # Of the columns, the one that is most like a misspelt word is where the mistake is.
        words = [column.text for column in header]
        (slip, *_) = (*nearest("expect", words), header[0].text)
        column = header[words.index(slip)]
        problems.append(mistake("TOS4033", column.span, (slip, ["expect"]), what="This table"))
        return Table(file)
    made = []
    for cells in rows:
        if len(cells) != len(header):
            here = cells[0].span.to(cells[-1].span)
            problems.append(mistake("TOS4032", here, size=len(cells), columns=len(header)))
        else:
            made.append(_row(list(zip(header, cells, strict=True)), leaves))
    return Table(file, tuple(made))


def _check_header(header: list[Cell], problems: list[Diagnostic]) -> None:
    seen = set()
    for column in header:
        if not column.text:
            problems.append(mistake("TOS4012", column.span, found="nothing"))
        elif column.text in seen:
            problems.append(mistake("TOS4005", column.span, path=column.text))
        seen.add(column.text)


def _expects(column: str) -> bool:
    return column == "expect" or column.startswith("expect ")


def _row(cells: list[tuple[Cell, Cell]], leaves: Mapping[str, v.Type]) -> Row:
    first = cells[0][1].span
    title, place = f"line {first.line}", Span(first.file, first.line, 1, first.line, 2)
    facts, about, wanted = [], {}, []
    for column, cell in cells:
        name = column.text
        if name == "case":
            title, place = cell.text or title, cell.span
        elif _expects(name):
            wanted += _wanted(name.removeprefix("expect").strip(), cell)
        elif name in ABOUT and cell.text:
            about[name] = f.Scalar(cell.text, plain=True, span=cell.span)
        elif name and name not in ABOUT:
            path = name.removeprefix(GIVEN)
            facts.append(f.Entry(path, _node(cell, leaves.get(path)), span=column.span))
    return Row(title, place, f.Entries(tuple(facts), span=place), about, tuple(wanted))


def _wanted(prefix: str, cell: Cell) -> list[Wanted]:
    """Expectations of a cell. Under ``expect WORDS`` it holds what follows the words, as one."""
    if not cell.text:
        return []
    if prefix:
        words = ", ".join(_items(cell.text))
        return [Wanted(f"{prefix} {words}", cell.span, exact=False)]
    found, at = [], 0
    for part in cell.text.split(";"):
        if part.strip():
            ahead = at + len(part) - len(part.lstrip()) + cell.quoted
            exact = '"' not in cell.text and "\n" not in cell.text
            found.append(Wanted(part.strip(), _moved(cell.span, ahead) if exact else cell.span, exact))
        at += len(part) + 1
    return found


def _moved(span: Span, columns: int) -> Span:
    return Span(span.file, span.line, span.column + columns, span.line, span.column + columns + 1)


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(";") if item.strip()]


def _node(cell: Cell, kind: v.Type | None) -> f.Node:
    """A cell by the type of its fact: an empty one is unknown, ``[]`` a list with nothing in it."""
    if not cell.quoted and (not cell.text or cell.text in f.NULLS):
        return f.Scalar(None, span=cell.span)
    bare = None if kind is None else v.bare(kind)
    if isinstance(bare, v.ListOf) and cell.text not in {"none", f.UNKNOWN}:
        several = [] if cell.text in {"[]", ""} else _items(cell.text)
        return f.Items(tuple(_single(item, cell, bare.item) for item in several), span=cell.span)
    return _single(cell.text, cell, kind)


def _single(text: str, cell: Cell, kind: v.Type | None) -> f.Scalar:
    """One value of a cell. Quotes say that it is a text where texts are, and nothing elsewhere: many a
    program writes all cells in quotes."""
    is_text = cell.quoted and kind is not None and isinstance(v.bare(kind), v.Text)
    unsaid = text in f.NULLS and not cell.quoted
    return f.Scalar(None if unsaid else text, plain=not (is_text or unsaid), span=cell.span)


# --- YAML -----------------------------------------------------------------------------------------


def read_yaml(text: str, file: str, problems: list[Diagnostic]) -> Table:
    """The cases of a YAML document: a list, or a mapping with ``cases`` and what holds for all."""
    before = len(problems)
    root = read_text(text, file, problems)
    if root is None or len(problems) > before:
        return Table(file)
    top: dict[str, f.Node] = {}
    if isinstance(root, f.Entries):
        for entry in root.entries:
            if entry.key not in _KEYS:
                near = (entry.key, _KEYS)
                problems.append(
                    mistake("TOS4035", entry.span, near, key=entry.key, keys=", ".join(_KEYS))
                )
            elif entry.key in top:
                problems.append(mistake("TOS4005", entry.span, path=entry.key))
            else:
                top[entry.key] = entry.value
        root = top.get("cases", f.Scalar(None, span=root.span))
    if isinstance(root, f.Scalar) and root.value is None:
        return Table(file)
    if not isinstance(root, f.Items):
        problems.append(mistake("TOS4030", root.span, found=found_words(root)))
        return Table(file)
    common = {key: top[key] for key in DAYS if key in top}
    rows = [row for each in root.items if (row := _case(each, common, problems)) is not None]
    policy = top.get("policy")
    if policy is None:
        return Table(file, tuple(rows))
    name = policy.value if isinstance(policy, f.Scalar) else None
    if not isinstance(name, str):
        expected = "the id of a policy"
        problems.append(
            mistake("TOS4003", policy.span, path="policy", expected=expected, found=found_words(policy))
        )
        return Table(file, tuple(rows))
    return Table(file, tuple(rows), name, policy.span)


def _case(node: f.Node, common: Mapping[str, f.Node], problems: list[Diagnostic]) -> Row | None:
    if not isinstance(node, f.Entries):
        problems.append(mistake("TOS4030", node.span, found=f"a list with {found_words(node)} in it"))
        return None
    place = Span(node.span.file, node.span.line, node.span.column, node.span.line, node.span.column + 1)
    title = f"line {place.line}"
    facts: list[f.Entry] = []
    about, wanted = dict(common), list[Wanted]()
    for entry in node.entries:
        if entry.key == "case" and isinstance(entry.value, f.Scalar):
            title, place = _title(entry.value, problems) or title, entry.value.span
        elif entry.key == "given" and isinstance(entry.value, f.Entries):
            facts += entry.value.entries
        elif entry.key == "expect" or entry.key.startswith("expect "):
            prefix = entry.key.removeprefix("expect").strip()
            wanted += _wanted_nodes(prefix, entry.value, problems)
        elif entry.key in ABOUT:
            about[entry.key] = entry.value
        else:
            facts.append(entry)
    return Row(title, place, f.Entries(tuple(facts), span=place), about, tuple(wanted))


def _title(node: f.Scalar, problems: list[Diagnostic]) -> str:
    """The name of a case: a text, or a number as it is written."""
    value = node.value.text if isinstance(node.value, f.Numeral) else node.value
    if value is None or isinstance(value, str):
        return value or ""
    words = {"expected": "a text", "found": found_words(node)}
    problems.append(mistake("TOS4003", node.span, None, path="case", **words))
    return ""


def _wanted_nodes(prefix: str, node: f.Node, problems: list[Diagnostic]) -> Iterable[Wanted]:
    """A text or a list of texts; under ``expect WORDS`` a list is what follows them, as one."""
    several = node.items if isinstance(node, f.Items) else (node,)
    texts = [each for each in several if isinstance(each, f.Scalar) and isinstance(each.value, str)]
    if len(texts) < len(several):
        problems.append(
            mistake(
                "TOS4003",
                node.span,
                path="expect",
                expected="a text, or a list of texts",
                found=found_words(node),
            )
        )
        return [Wanted("", node.span)]
    if prefix:
        words = ", ".join(str(each.value) for each in texts)
        return [Wanted(f"{prefix} {words}", node.span, exact=False)]
    return [Wanted(str(each.value).strip(), each.span, each.plain) for each in texts]
