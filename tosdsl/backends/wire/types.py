"""The facts of a vocabulary as msgspec's types: what its decoder takes needs no second look.

It is in C, and an extra (``tosdsl[json]``). What a type here cannot say exactly stays raw, and is
left to the full reading; so is whatever the decoder refuses.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Any, Literal, Union

from attrs import define, field

from tosdsl.backends.code.names import Names
from tosdsl.backends.code.nodes import attribute, call, name
from tosdsl.trees import vocabulary as v

_MOST_FIELDS = 2_000
"""Facts, with the fields of their records, for which types are made."""


@define
class Types:
    """The decoder of uses for one vocabulary, and where in what it makes each fact is."""

    decode: Callable[[bytes], Any]
    unset: object
    """What stands where a key is not given; None stands where it is null."""
    names: dict[str, str] = field(factory=dict)
    """The attribute of each fact and each field, by its path."""
    records: dict[str, type] = field(factory=dict)
    """The class of each record, by its path; that of the facts under ``""``."""
    lists: set[str] = field(factory=set)
    """The paths of lists."""

    def told(self, paths: Iterable[str]) -> Callable[[Any], tuple[Any, ...]]:
        """What gives the values of leaves that are known; it may raise where one is not."""
        body = ast.Tuple([self._known(path) for path in paths], ast.Load())
        arguments = ast.arguments([], [ast.arg("use")], None, [], [], None, [])
        tree = ast.fix_missing_locations(ast.Expression(ast.Lambda(arguments, body)))
        made: Callable[[Any], tuple[Any, ...]] = eval(compile(tree, "<leaves told>", "eval"))
        return made

    def _known(self, path: str) -> ast.expr:
        at, value = "", attribute(name("use"), "facts")
        for step in path.split("."):
            at = f"{at}.{step}" if at else step
            value = attribute(value, self.names[at])
        return call(name("tuple"), value) if path in self.lists else value

    def value(self, use: Any, path: str) -> Any:
        """A leaf's value in a decoded use, None if it is not known; a list as a tuple."""
        at, value = "", use.facts
        for step in path.split("."):
            at = f"{at}.{step}" if at else step
            value = getattr(value, self.names[at])
            if value is None or value is self.unset:
                return None
        return tuple(value) if type(value) is list else value


def types(vocabulary: v.Vocabulary) -> Types | None:
    """The types of a vocabulary; None without msgspec, or if there are too many facts."""
    try:
        import msgspec
    except ImportError:
        return None
    if _many(vocabulary.facts) > _MOST_FIELDS:
        return None
    work = _Types(msgspec, Types(_undecoded, msgspec.UNSET))
    facts = work.record("", "Facts", vocabulary.facts)
    day = work.perhaps(str)
    fields = [("facts", facts), *((key, day, msgspec.UNSET) for key in ("as_of", "known_at", "use"))]
    use = work.struct("Use", fields, {})
    work.made.decode = msgspec.json.Decoder(use).decode
    return work.made


def _undecoded(data: bytes) -> Any:
    raise TypeError  # INVARIANT: replaced before anyone has it


def _many(fields: tuple[v.Field, ...]) -> int:
    inner = (each.type.fields for each in fields if isinstance(each.type, v.Record))
    return len(fields) + sum(map(_many, inner))


@define
class _Types:
    msgspec: Any
    made: Types

    def struct(self, title: str, fields: list[Any], renamed: dict[str, str]) -> type:
        made: type = self.msgspec.defstruct(
            title, fields, rename=renamed, forbid_unknown_fields=True, gc=False
        )
        return made

    def perhaps(self, kind: Any) -> Any:
        return Union[kind, None, self.msgspec.UnsetType]  # noqa: UP007  # made of what is not known yet

    def record(self, path: str, title: str, fields: tuple[v.Field, ...]) -> type:
        names, made, renamed = Names(), [], {}
        for each in fields:
            inner = f"{path}.{each.name}" if path else each.name
            word = self.made.names[inner] = names.fresh(each.name)
            renamed[word] = each.name
            made.append((word, self.perhaps(self._type(inner, each.type)), self.msgspec.UNSET))
        self.made.records[path] = struct = self.struct(title, made, renamed)
        return struct

    def _type(self, path: str, kind: v.Type) -> Any:
        match kind:
            case v.Record(name=title, fields=fields):
                return self.record(path, title, fields)
            case v.ListOf(item=v.Enum() | v.Party() | v.Text() as item):
                self.made.lists.add(path)
                return list[self._type(path, item)]  # type: ignore[misc]  # a type that is computed
            case v.Boolean():
                return bool
            case v.Integer():
                return int
            case v.Enum(members=members):
                return Literal[members]
            case v.Party() | v.Text() | v.Date():
                return str
            case _:
                return self.msgspec.Raw
