"""A mapping from its document: shapes and names are checked, by the vocabulary of the policies.

nodes with places, a vocabulary -> Mapped, diagnostics
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from attrs import define, evolve

from tosdsl.base.span import Span
from tosdsl.diagnostics.model import Diagnostic, Severity, mistake
from tosdsl.facts.read import Reader, found_words
from tosdsl.mapping.model import Child, Mapped, Missing, Others, Source
from tosdsl.trees import vocabulary as v
from tosdsl.trees.facts import Entries, Entry, Items, Node, Numeral, Scalar

_KEYS = ("facts", "row", "as_of", "known_at", "by", "keep", "tables", "where")
_OF_A_FACT = (
    "column",
    "sql",
    "is",
    "missing",
    "values",
    "others",
    "decimals",
    "zone",
    "split",
    "fields",
)
_OF_A_FIELD = ("field", "missing", "values", "others", "decimals", "zone")
_OF_A_TABLE = ("file", "key")
_ZONE = re.compile(r"(?:UTC|Z|([+-])([0-9]{2}):([0-9]{2}))\Z")
_MOST_DECIMALS = 12
_LISTED = v.Party | v.Enum | v.Boolean
"""Types whose values are names and words, and written alike everywhere."""


def read_mapping(root: Node | None, vocabulary: v.Vocabulary) -> tuple[Mapped, list[Diagnostic]]:
    """The mapping of a document; no document maps nothing by itself."""
    work = _Reading({leaf.path: leaf for leaf in vocabulary.leaves()}, vocabulary, [])
    return work.whole(root), work.problems


@define
class _Reading:
    leaves: Mapping[str, v.Leaf]
    vocabulary: v.Vocabulary
    problems: list[Diagnostic]

    def whole(self, root: Node | None) -> Mapped:
        if root is None:
            return Mapped()
        given = dict(self._entries("the mapping", root, _KEYS))
        facts = given.get("facts")
        tables = given.get("tables")
        return Mapped(
            {path: each for path, each in self._facts(facts) if each is not None},
            self._text("row", given.get("row")),
            self._day("as_of", given.get("as_of")),
            self._day("known_at", given.get("known_at")),
            self._text("by", given.get("by")),
            self._texts("keep", given.get("keep")),
            {} if tables is None else dict(self._tables(tables)),
            self._where(given.get("where")),
            span=root.span,
        )

    # --- shapes ---------------------------------------------------------------------------------------

    def _wrong(self, path: str, expected: str, node: Node) -> None:
        found = found_words(node)
        self.problems.append(mistake("TOS4101", node.span, path=path, expected=expected, found=found))

    def _entries(
        self, path: str, node: Node, keys: tuple[str, ...] | None
    ) -> Iterator[tuple[str, Node]]:
        """The entries of a mapping, each key once; ``keys`` are those that it can have."""
        if not isinstance(node, Entries):
            if not (isinstance(node, Scalar) and node.value is None):
                self._wrong(path, "a mapping", node)
            return
        seen: set[str] = set()
        for each in node.entries:
            if keys is not None and each.key not in keys:
                self._no_key(each, keys)
            elif each.key in seen:
                self.problems.append(mistake("TOS4005", each.span, path=each.key))
            else:
                seen.add(each.key)
                yield each.key, each.value

    def _no_key(self, entry: Entry, keys: tuple[str, ...]) -> None:
        near = (entry.key, keys)
        words = {"key": entry.key, "keys": ", ".join(keys)}
        self.problems.append(mistake("TOS4102", entry.span, near, **words))

    def _text(self, path: str, node: Node | None) -> str | None:
        if node is None:
            return None
        if isinstance(node, Scalar) and isinstance(node.value, str) and node.value:
            return node.value
        self._wrong(path, "a name", node)
        return None

    def _texts(self, path: str, node: Node | None) -> tuple[str, ...]:
        if node is None:
            return ()
        if isinstance(node, Items):
            several = (self._text(path, each) for each in node.items)
            return tuple(each for each in several if each)
        one = self._text(path, node)
        return () if one is None else (one,)

    # --- days and tables ------------------------------------------------------------------------------

    def _day(self, path: str, node: Node | None) -> Source | None:
        """A column with days, or one day for all rows."""
        if node is None:
            return None
        if isinstance(node, Entries):
            return self._source(path, v.Date(), node, _OF_A_FACT[:4])
        text = self._text(path, node)
        if text is None:
            return None
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return Source(path, constant=node, span=node.span)
        return Source(path, column=text, span=node.span)

    def _where(self, node: Node | None) -> Source | None:
        """Which rows are read: a condition in SQL."""
        sql = self._text("where", node)
        return None if node is None or sql is None else Source("where", sql=sql, span=node.span)

    def _tables(self, node: Node) -> Iterator[tuple[str, Child]]:
        for path, given in self._entries("tables", node, None):
            if not self._is_fact(path, given.span):
                continue
            parts = dict(self._entries(path, given, _OF_A_TABLE))
            file, key = (self._text(f"{path}.{each}", parts.get(each)) for each in _OF_A_TABLE)
            if file is None or key is None:
                self._wrong(path, "a mapping with `file` and `key`", given)
            else:
                yield path, Child(path, file, key, span=given.span)

    # --- facts ----------------------------------------------------------------------------------------

    def _is_fact(self, path: str, span: Span) -> bool:
        if path in self.leaves:
            return True
        near = (path, tuple(self.leaves))
        self.problems.append(mistake("TOS4002", span, near, path=path))
        return False

    def _facts(self, node: Node | None) -> Iterator[tuple[str, Source | None]]:
        if node is None:
            return
        if not isinstance(node, Entries):
            self._wrong("facts", "a mapping from facts to columns", node)
            return
        for path, given in self._flat("", node):
            if self._is_fact(path, given.span):
                yield path, self._fact(self.leaves[path], given)

    def _flat(self, prefix: str, node: Entries) -> Iterator[tuple[str, Node]]:
        """Facts by their paths: a record may be written as a mapping of its fields."""
        for key, value in self._entries(prefix or "facts", node, None):
            path = f"{prefix}{key}"
            inner = any(each.startswith(f"{path}.") for each in self.leaves)
            if isinstance(value, Entries) and inner and path not in self.leaves:
                yield from self._flat(f"{path}.", value)
            else:
                yield path, value

    def _fact(self, leaf: v.Leaf, node: Node) -> Source | None:
        if isinstance(node, Entries):
            return self._source(leaf.path, leaf.type, node, _OF_A_FACT)
        column = self._text(leaf.path, node)
        made = None if column is None else Source(leaf.path, column=column, span=node.span)
        return made and self._said(made, leaf.type)

    def _source(self, path: str, kind: v.Type, node: Entries, keys: tuple[str, ...]) -> Source | None:
        given = dict(self._entries(path, node, keys))
        names = [each for each in ("column", "field", "sql", "is") if each in given]
        if len(names) > 1:
            self._wrong(path, f"one of {' and '.join(f'`{each}`' for each in names)}", node)
            return None
        constant = given.get("is")
        if constant is not None and isinstance(constant, Entries):
            self._wrong(f"{path}.is", "a value", constant)
            return None
        if constant is not None and not self._is_value(path, kind, constant, given):
            return None
        column = given.get("column") or given.get("field")
        made = Source(
            path,
            self._text(f"{path}.column", column) if column is not None else None,
            self._text(f"{path}.sql", given.get("sql")),
            constant,
            *self._missing(path, kind, given.get("missing")),
            self._translations(path, kind, given.get("values")),
            self._others(path, kind, given),
            self._decimals(path, given.get("decimals")),
            self._zone(path, given.get("zone")),
            self._text(f"{path}.split", given.get("split")),
            self._fields(path, kind, given.get("fields")),
            span=node.span,
        )
        if not names and made.fields:
            return made
        if not names:
            made = evolve(made, column=path.rpartition(".")[2])
        return self._said(made, kind)

    def _is_value(self, path: str, kind: v.Type, node: Node, given: Mapping[str, Node]) -> bool:
        """Whether the value for all rows is one; if not, that is one mistake, not one of each row."""
        bare = v.bare(kind)
        item = bare.item if isinstance(bare, v.ListOf) else bare
        if "values" in given or isinstance(item, v.Text | v.Money | v.Record):
            return True  # it is translated, or an amount has no currency: the rows are looked at
        found = self._of_value(path, "is", _plain(node), kind)
        word = node.value if isinstance(node, Scalar) else None
        if word == "unknown":
            self._wrong(f"{path}.is", "a value; leave the fact out if it is not known", node)
            return False
        if found and word == "none" and isinstance(bare, v.Party):
            then = "a party's name; where there is none, one that no policy knows, such as `another`"
            self._wrong(f"{path}.is", then, node)
            return False
        self.problems += found
        return not found

    def _of_value(self, path: str, key: str, node: Node, kind: v.Type) -> list[Diagnostic]:
        """What is wrong with a value that the mapping itself says. That a name is near a known one is
        only a warning elsewhere; in a table no row that has it is judged."""
        found: list[Diagnostic] = []
        Reader(self.vocabulary, found).value(path, node, kind)
        return [
            self._near(f"{path}.{key}", each) if each.code == "TOS4009" else each
            for each in found
            if each.severity is Severity.ERROR or (each.code == "TOS4009" and each.near)
        ]

    @staticmethod
    def _near(path: str, warned: Diagnostic) -> Diagnostic:
        known = " or ".join(f"`{each}`" for each in warned.near)
        expected = f"{known}, or a name that is not as near to it"
        found = f"`{dict(warned.words)['found']}`"
        return mistake("TOS4101", warned.span, path=path, expected=expected, found=found)

    def _said(self, source: Source, kind: v.Type) -> Source | None:
        """The same if it says what NULL means, where that can be two things."""
        said = (source.missing, source.instead, source.constant)
        if isinstance(kind, v.OptionalOf) and all(each is None for each in said):
            self.problems.append(mistake("TOS4104", source.span, path=source.path))
            return None
        return source

    def _fields(self, path: str, kind: v.Type, node: Node | None) -> dict[str, Source]:
        if node is None:
            return {}
        item = kind.item if isinstance(kind, v.ListOf) else kind
        if not isinstance(item, v.Record):
            self._wrong(f"{path}.fields", "left out: the items have no fields", node)
            return {}
        leaves = {each.path: each for each in v.Vocabulary("", facts=item.fields).leaves()}
        found: dict[str, Source] = {}
        for name, given in self._entries(f"{path}.fields", node, tuple(leaves)):
            inner = f"{path}.{name}"
            if isinstance(given, Entries):
                made = self._source(inner, leaves[name].type, given, _OF_A_FIELD)
            else:
                column = self._text(inner, given)
                made = None if column is None else Source(inner, column=column, span=given.span)
                made = made and self._said(made, leaves[name].type)
            if made is not None:
                found[name] = made
        return found

    # --- what is made of a value ----------------------------------------------------------------------

    def _missing(
        self, path: str, kind: v.Type, node: Node | None
    ) -> tuple[Missing | None, Node | None]:
        """What NULL means: that it is unknown, that there is none, or a value."""
        word = node.value if isinstance(node, Scalar) else None
        optional = isinstance(kind, v.OptionalOf)
        if node is None or word == "unknown":
            return (None, None) if node is None else ("unknown", None)
        if optional and word == "none":
            return "none", None
        bare = v.bare(kind)
        item = bare.item if isinstance(bare, v.ListOf) else bare
        if word == "none" or (word is None and not isinstance(node, Items)) or _is_moment(item):
            value = "" if _is_moment(item) else ", or the value that NULL stands for"
            self._wrong(f"{path}.missing", f"`unknown`{' or `none`' if optional else ''}{value}", node)
            return None, None
        found = self._of_value(path, "missing", node, bare)
        self.problems += found
        return None, None if found else node

    def _translations(self, path: str, kind: v.Type, node: Node | None) -> dict[str, str]:
        """What texts stand for. What none of them can be is one mistake here, not one of each row."""
        if node is None:
            return {}
        bare = v.bare(kind)
        item = v.bare(bare.item) if isinstance(bare, v.ListOf) else bare
        words = {"unknown", "none"} if isinstance(kind, v.OptionalOf) else {"unknown"}
        found: dict[str, str] = {}
        for key, value in self._entries(f"{path}.values", node, None):
            nothing = isinstance(value, Items) and not value.items
            text = "[]" if nothing else self._text(f"{path}.values.{key}", value)
            if text is None:
                continue
            found[key] = text
            if not nothing and text not in words and isinstance(item, _LISTED):
                self.problems += self._of_value(path, f"values.{key}", _plain(value), item)
        return found

    def _others(self, path: str, kind: v.Type, given: Mapping[str, Node]) -> Others | None:
        """What texts are that ``values`` does not list. Names are open; of other types, what is no
        value is wrong or not known."""
        node = given.get("others")
        if node is None:
            return None
        if "values" not in given:
            self._wrong(f"{path}.others", "beside `values`, as what those do not list", node)
            return None
        bare = v.bare(kind)
        item = bare.item if isinstance(bare, v.ListOf) else bare
        open_ = isinstance(item, v.Party | v.Text)
        word = node.value if isinstance(node, Scalar) else None
        if word == "unknown":
            return "unknown"
        if word == "as they are" and open_:
            return "as they are"
        self._wrong(f"{path}.others", f"`unknown`{' or `as they are`' if open_ else ''}", node)
        return None

    def _decimals(self, path: str, node: Node | None) -> int | None:
        return self._made(
            f"{path}.decimals",
            node,
            f"a whole number up to {_MOST_DECIMALS}",
            lambda text: int(text) if text.isdigit() and int(text) <= _MOST_DECIMALS else None,
        )

    def _zone(self, path: str, node: Node | None) -> int | None:
        return self._made(f"{path}.zone", node, "`UTC` or a distance such as `+02:00`", _minutes)

    def _made(
        self, path: str, node: Node | None, expected: str, make: Callable[[str], int | None]
    ) -> int | None:
        if node is None:
            return None
        value = node.value if isinstance(node, Scalar) else None
        text = value.text if isinstance(value, Numeral) else str(value)
        made = None if value is None else make(text)
        if made is None:
            self._wrong(path, expected, node)
        return made


def _plain(node: Node) -> Node:
    """The same without quotes, as a cell of a table has none."""
    if isinstance(node, Items):
        return evolve(node, items=tuple(map(_plain, node.items)))
    return evolve(node, plain=True) if isinstance(node, Scalar) else node


def _is_moment(kind: v.Type) -> bool:
    return isinstance(kind, v.Instant | v.Record)


def _minutes(text: str) -> int | None:
    found = _ZONE.match(text)
    if found is None:
        return None
    if found[1] is None:
        return 0
    minutes = int(found[2]) * 60 + int(found[3])
    return -minutes if found[1] == "-" else minutes
