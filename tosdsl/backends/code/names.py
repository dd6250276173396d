"""What a generated module holds besides its functions: names, constants, things given to it."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable
from datetime import date
from keyword import kwlist
from typing import Any

from attrs import define, field

from tosdsl.backends.code.nodes import call, name
from tosdsl.trees.facts import DAYS

_TAKEN = frozenset(("facts", *DAYS, "c", "date", "key", "rest", *kwlist, *dir(builtins)))


@define
class Names:
    """Names and constants of one module. Equal sets of constants have one name."""

    constants: dict[str, ast.expr] = field(factory=dict)
    given: dict[str, object] = field(factory=dict)
    """Functions and values of the engine, by the name that the generated code calls them."""
    _taken: set[str] = field(factory=lambda: set(_TAKEN))
    _sets: dict[frozenset[Any], str] = field(factory=dict, alias="sets")

    def fresh(self, wish: str) -> str:
        """The name that was wished for, or that with a number."""
        word = "".join(each if each.isascii() and each.isalnum() else "_" for each in wish)
        word = unique = word if word[:1].isalpha() else f"_{word}"
        number = 1
        while unique in self._taken:
            number += 1
            unique = f"{word}_{number}"
        self._taken.add(unique)
        return unique

    def without_locals(self) -> Names:
        """The same constants and given things, for a function of its own."""
        made = Names(self.constants, self.given, sets=self._sets)
        made._taken |= self.constants.keys() | self.given.keys()
        return made

    def give(self, wish: str, value: object) -> str:
        """The name under which the generated code finds a thing of the engine."""
        for word, known in self.given.items():
            if known is value:
                return word
        word = self.fresh(wish)
        self.given[word] = value
        return word

    def one_of(self, wish: str, values: Iterable[Any]) -> ast.expr:
        """A set of constants, by its name at the head of the module."""
        members = frozenset(values)
        if members not in self._sets:
            items = [literal(each) for each in sorted(members)]
            word = self._sets[members] = self.fresh(wish.upper())
            several = ast.Set(items) if items else ast.Tuple([], ast.Load())
            self.constants[word] = call(name("frozenset"), several)
        return name(self._sets[members])


def literal(value: object) -> ast.expr:
    """A constant of a policy, as an expression."""
    if type(value) is date:
        return call(name("date"), *map(ast.Constant, (value.year, value.month, value.day)))
    if isinstance(value, str | int):
        return ast.Constant(value)
    raise TypeError(value)  # INVARIANT: tests have no other constants
