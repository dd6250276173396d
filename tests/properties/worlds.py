"""Generated libraries, compiled: what the laws are tested on."""

from __future__ import annotations

from datetime import date
from typing import Any

from attrs import frozen
from hypothesis import strategies as st

import tosdsl
from tests.generators import libraries, with_presumptions
from tests.generators.facts import DAYS
from tosdsl.syntax.format import format_file
from tosdsl.trees.norms import Linked
from tosdsl.trees.vocabulary import Type
from tosdsl.trees.walk import reads_day


@frozen
class World:
    """A library ready to be asked, and the types of its leaves by path."""

    policies: tosdsl.PolicySet
    texts: tuple[str, ...]

    @property
    def linked(self) -> Linked:
        return self.policies.linked

    @property
    def leaves(self) -> dict[str, Type]:
        return {leaf.path: leaf.type for leaf in self.policies.vocabulary.leaves()}

    @property
    def day(self) -> date | None:
        """A day of use, where a condition reads it: only then is everything known of a use."""
        reading = any(reads_day(each.policy) for each in self.linked.documents)
        return DAYS[1] if reading else None

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """The texts: a failing example that can be pasted into a file."""
        printer.text("\n" + "\n\n".join(self.texts))


@st.composite
def worlds(
    draw: st.DrawFn,
    simple: bool = False,
    small: bool = False,
    presuming: bool = False,
    burdened: bool = False,
) -> World:
    """A library that went all the way: formatted, parsed, elaborated, linked.

    ``presuming``: it may have presumptions and burdens, which others have not; ``burdened``: burdens.
    """
    files = draw(libraries(simple, small))
    if presuming or burdened:
        files = draw(with_presumptions(files, burdens_alone=not presuming))
    texts = tuple(map(format_file, files))
    return World(tosdsl.loads(*texts), texts)
