"""How the values of a fact are written, in words for whoever fills them in."""

from __future__ import annotations

from collections.abc import Sequence

from tosdsl.trees import vocabulary as v

_MOST_MEMBERS = 12

_FORMS: dict[type, str] = {
    v.Boolean: "yes or no",
    v.Integer: "a whole number",
    v.Number: "a number, such as 0.25",
    v.Text: "a text",
    v.Date: "a day, such as 2024-01-31",
    v.Instant: "a moment with its zone, such as 2024-01-31T18:30Z",
    v.Party: "a name",
}


def form(kind: v.Type, parties: Sequence[str] = ()) -> str:
    """What can be written for a value of the type; ``parties`` are those that are known by name."""
    match kind:
        case v.Party() if parties:
            shown = [*parties[:_MOST_MEMBERS], "another name"]
            return f"one of {', '.join(shown[:-1])} or {shown[-1]}"  # a sentence may begin with it
        case v.OptionalOf(item=item):
            return f"{form(item, parties)}; or none"
        case v.ListOf(item=v.Record()):
            return "a list, each with the fields below; [] for none"
        case v.ListOf(item=item):
            return f"a list in square brackets, [] for none; each is {form(item, parties)}"
        case v.Enum(members=members) if len(members) <= _MOST_MEMBERS:
            return f"one of {', '.join(members)}"
        case v.Enum(members=members):
            return (
                f"one of {', '.join(members[:_MOST_MEMBERS])} and {len(members) - _MOST_MEMBERS} more"
            )
        case v.Money(currency=currency):
            return f"an amount, such as 250 {currency}"
        case v.Duration(kind=counted):
            return f"a time, such as 30 {counted}"
        case v.Record():
            return "with the fields below"
    return _FORMS[type(kind)]


def meanings(kind: v.Type) -> tuple[tuple[str, str | None], ...]:
    """The members of an enumeration, each with what the vocabulary says of it; nothing for others."""
    plain = v.bare(kind)
    plain = plain.item if isinstance(plain, v.ListOf) else plain
    if not isinstance(plain, v.Enum):
        return ()
    texts = dict(zip(plain.members, plain.texts, strict=False))
    return tuple((member, texts.get(member)) for member in plain.members)
