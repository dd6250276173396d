"""What is wrong with a row, as a person is told it: the field, its value, and what may be meant.

"TOS4004 purpose: clasify", a vocabulary, a mapping -> Mistake -> words
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import define, field, frozen

from tosdsl.auditing.counts import Counts, ranked
from tosdsl.auditing.parties import meant
from tosdsl.diagnostics.near import nearest
from tosdsl.facts.read import expected
from tosdsl.mapping.model import Source
from tosdsl.trees import vocabulary as v

_ROWS = 10
"""Rows that are shown with all their mistakes."""
_MEMBERS = 8
"""Members of an enumeration that one sentence names."""
_WORDS = {
    "TOS4008": "an item is not known: leave it out, or the whole list",
    "TOS4124": (
        "no policy knows this party, and `values` does not list it. List it there, or write "
        "`others: as they are` beside `values` if names that are not listed are other parties"
    ),
    "TOS4110": "more digits than are read, or more decimal places than `decimals` in the mapping says",
    "TOS5007": "more items than a list can have",
    "TOS5027": "its lists or texts are too long to be looked at",
}


@frozen
class Mistake:
    """One mistake of a row. ``value`` is what stands there, if that can be shown; ``near`` are values
    that may be meant; ``wanted`` says what is expected."""

    code: str
    fact: str
    value: str | None
    near: tuple[str, ...]
    wanted: str
    made: str | None = None
    """What the mapping makes of the value, if it translates it."""

    @property
    def words(self) -> str:
        """Value, suggestion and what is expected, in words."""
        value = "" if self.value is None else f"`{self.value}`"
        if self.made is not None:
            value += f", which `values` makes `{self.made}`"
        if self.near:
            names = " or ".join(f"`{each}`" for each in self.near)
            return f"{value}: did you mean {names}?"
        return ": ".join(each for each in (value, self.wanted) if each)

    def to_json(self) -> dict[str, object]:
        return {
            "code": self.code,
            "fact": self.fact or None,
            "value": self.value,
            "translated": self.made,
            "near": list(self.near),
            "expected": self.wanted or None,
        }


@frozen
class WrongRow:
    """A row that is wrong: its number from 1, its name if the mapping says which column has it, and its
    mistakes."""

    row: int
    name: str | None
    mistakes: tuple[Mistake, ...]

    @property
    def title(self) -> str:
        return f"row {self.row:,}" + ("" if self.name is None else f" ({self.name})")

    def to_json(self) -> dict[str, object]:
        return {
            "row": self.row,
            "name": self.name,
            "mistakes": [each.to_json() for each in self.mistakes],
        }


@define(eq=False)
class Mistakes:
    """Reads mistakes as SQL writes them."""

    vocabulary: v.Vocabulary
    sources: Mapping[str, Source]
    _kinds: dict[str, v.Type] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._kinds = {"as_of": v.Date(), "known_at": v.Date(), **dict(_kinds(self.vocabulary))}

    def rows(self, counts: Counts, most: int = _ROWS) -> list[WrongRow]:
        """Some rows that are wrong: one of each kind of mistake, then further ones."""
        ordered = [counts.examples.get(said, []) for said, _ in ranked(counts.wrong)]
        longest = max(map(len, ordered), default=0)
        picked = [several[at] for at in range(longest) for several in ordered if at < len(several)]
        return [
            self.row(*counts.details[str(row)], row=row)
            for row in sorted([*dict.fromkeys(picked)][:most])
        ]

    def example(self, counts: Counts, said: str) -> Mistake:
        """One mistake of those that are counted so, from a row that was kept if one has it."""
        several = (each for _, mistakes in counts.details.values() for each in mistakes)
        heads = ((each.partition(": ")[0], each) for each in several)
        met = (each for head, each in heads if head == said or head.startswith(f"{said}."))
        return self.read(next(met, said))

    def row(self, name: str | None, mistakes: Iterable[str], *, row: int) -> WrongRow:
        """A row with its mistakes."""
        return WrongRow(row, name, tuple(map(self.read, mistakes)))

    def read(self, said: str) -> Mistake:
        """One mistake."""
        head, colon, value = said.partition(": ")
        code, _, path = head.partition(" ")
        kind = self._kinds.get(path)
        shown = value if colon else None
        source = self.sources.get(path)
        made = None if source is None or shown is None else source.values.get(shown)
        near: tuple[str, ...] = ()
        wanted = _WORDS.get(code, "")
        if shown is not None and not wanted:
            near = self._near(path, kind, made or shown)
        if not wanted and kind is not None:
            wanted = f"it must be {self._expected(kind)}"
            if source is not None and source.values and made is None:
                wanted += f"; `values` lists {_listed(tuple(source.values))}"
        return Mistake(code, path, shown, near, wanted, made)

    def _near(self, path: str, kind: v.Type | None, value: str) -> tuple[str, ...]:
        source = self.sources.get(path)
        translated = () if source is None else tuple(source.values)
        match kind:
            case v.Enum(members=members):
                return nearest(value, (*members, *translated))
            case v.Boolean():
                return nearest(value, ("yes", "no", "true", "false", *translated))
            case v.Party():
                return meant(self.vocabulary, path, value) or nearest(value, translated)
        return ()

    def _expected(self, kind: v.Type) -> str:
        match kind:
            case v.Enum(members=members):
                return f"one of {_listed(members)}"
            case v.Boolean():
                return "yes, no, true or false"
            case v.Instant():
                return "a moment with its zone, such as 2023-11-14T18:30Z"
            case v.Number():
                return "a number such as 0.25"
        return expected(kind)


def _listed(several: Sequence[str]) -> str:
    return f"{', '.join(several[:_MEMBERS])}{', …' if len(several) > _MEMBERS else ''}"


def _kinds(vocabulary: v.Vocabulary) -> Iterator[tuple[str, v.Type]]:
    """The type of a single value of each fact, and of each field of the records in its list."""
    for leaf in vocabulary.leaves():
        kind = v.bare(leaf.type)
        item = kind.item if isinstance(kind, v.ListOf) else kind
        yield leaf.path, item
        if isinstance(item, v.Record):
            for path, inner in _kinds(v.Vocabulary("", facts=item.fields)):
                yield f"{leaf.path}.{path}", inner
