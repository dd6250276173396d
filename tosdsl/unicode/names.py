"""Names that can be taken for others (Unicode's UTS 39).

A name is in one script, or in a mixture that UTS 39 calls highly restrictive: Latin letters beside
those of Japanese, Chinese or Korean. And no name looks like another one that is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from unicodedata import category, normalize

from attrs import frozen

from tosdsl.unicode.properties import looks, scripts
from tosdsl.unicode.shown import named, odd_characters

_ANY = frozenset({"Zyyy", "Zinh"})
_WITH = {
    "Hani": ("Hanb", "Jpan", "Kore"),
    "Hira": ("Jpan",),
    "Kana": ("Jpan",),
    "Hang": ("Kore",),
    "Bopo": ("Hanb",),
}
"""What writes with several scripts at once."""

_EAST = frozenset({"Hanb", "Jpan", "Kore"})
"""What Latin letters may stand beside."""

_SCRIPTS = {
    "Arab": "Arabic",
    "Armn": "Armenian",
    "Cher": "Cherokee",
    "Copt": "Coptic",
    "Cyrl": "Cyrillic",
    "Deva": "Devanagari",
    "Geor": "Georgian",
    "Grek": "Greek",
    "Hang": "Korean",
    "Hani": "Chinese",
    "Hebr": "Hebrew",
    "Hira": "Japanese",
    "Kana": "Japanese",
    "Latn": "Latin",
    "Thai": "Thai",
}
_LOWEST = 0x20

_SIGNS = {point: None for point in range(128) if not chr(point).isalnum()}
"""For ``str.translate``: takes out of a text of ASCII what is no letter and no digit."""


_LONGEST_END = 4
"""How many capitals a name ends with at most, if it has small letters before them."""

OWN = "provider"
"""What every policy calls the party that it is about; so nobody's name."""

NOT_KNOWN = frozenset(("unknown", "null", "nil", "undefined", "unclear", "tbd", "n/a"))
"""Words that say that a value is not known; so nobody's name."""
_NOBODY = frozenset(("na", "nan", "none", "notknown", "noone", "nobody", *NOT_KNOWN))
"""The same without signs, and other words that tables have where there is nobody."""
_TRUTHS = frozenset(("yes", "no", "true", "false", "y", "n", "1", "0"))
"""Truths, as tables and registers write them; so nobody's name. A column that says whether there is a
party names none, and would be somebody whom no condition is about."""


@frozen
class Hidden:
    """A character of a name that nobody sees."""

    character: str


@frozen
class Own:
    """The name is ``provider``."""


@frozen
class NotKnown:
    """The name is a word for what is not known."""


@frozen
class Truth:
    """The name is a word for a truth."""


@frozen
class Lettered:
    """The name is a known one in other letter case, or with other signs."""

    known: str


@frozen
class TakenFor:
    """The name looks like a known one. ``why``: the first character that is another, for a message."""

    known: str
    why: str


@frozen
class Mixed:
    """A character of a name that is in another script than those before it, and both scripts."""

    character: str
    script: str
    other: str


def mistaken(
    name: str, known: frozenset[str]
) -> Hidden | Own | NotKnown | Truth | Lettered | TakenFor | Mixed | None:
    """Why a name that is none of the known ones can be taken for another; None if it cannot."""
    if hidden := hidden_in(name):
        return Hidden(named(hidden))
    own = letters(name)
    if own == OWN:
        return Own()
    if own in _NOBODY:
        return NotKnown()
    if own in _TRUTHS:
        return Truth()
    forms = _forms(known)
    if own in forms.lettered:
        return Lettered(forms.lettered[own])
    for each in (name, name.casefold()):
        if found := forms.shown.get(_shown(each)):
            return TakenFor(found, _other_letter(name))
    mixed = None if name.isascii() else mixed_in(name)
    return mixed and Mixed(
        f"`{mixed.character}` is {named(mixed.character)}", mixed.script, mixed.other
    )


def letters(name: str) -> str:
    """A name without case, width, spaces and signs: ``Open AI`` and ``openai`` are the same letters."""
    if name.isascii():
        return name.lower().translate(_SIGNS)
    return "".join(each for each in normalize("NFKC", name).casefold() if each.isalnum())


def hidden_in(name: str) -> str | None:
    """The first character of a name that nobody sees, or that no name has."""
    if name.isascii() and name.isprintable():
        return None
    for character in name:
        kind = category(character)
        unknown = not scripts()[ord(character)]
        if kind in {"Cc", "Cs", "Co", "Zl", "Zp"} or (unknown and ord(character) >= _LOWEST):
            return character
    return next((character for _, character in odd_characters(name, in_name=True)), None)


def mixed_in(name: str) -> Mixed | None:
    """Where a name goes over into another script, if it may not."""
    used: list[tuple[str, frozenset[str]]] = []
    for character in normalize("NFKC", name):
        own = frozenset(scripts()[ord(character)].split())
        if own and not own & _ANY:
            used.append((character, own.union(*(_WITH.get(each, ()) for each in own))))
    east = [own & _EAST for _, own in used if "Latn" not in own]
    if not used or frozenset.intersection(*(own for _, own in used)) or _meet(east):
        return None
    common = used[0][1]
    for character, several in used:
        if not common & several:
            return Mixed(character, _said(several), _said(common))
        common &= several
    return None


def _meet(several: list[frozenset[str]]) -> bool:
    return bool(several) and bool(frozenset.intersection(*several))


def _said(several: frozenset[str]) -> str:
    """The name of a script; its four letters where it has none here."""
    known = sorted(_SCRIPTS[each] for each in several if each in _SCRIPTS)
    return known[0] if known else min(several)


@frozen
class _Forms:
    """Known names, by their letters, and by what they look like in each way of writing them."""

    lettered: dict[str, str]
    shown: dict[str, str]


@lru_cache(64)
def _forms(known: frozenset[str]) -> _Forms:
    made = _Forms({}, {})
    for each in sorted(known):
        made.lettered.setdefault(letters(each), each)
        for form in _ways_to_write(each):
            made.shown.setdefault(_shown(form), each)
    return made


def _ways_to_write(name: str) -> Iterator[str]:
    """A name in small letters, in capitals, and with capitals at its end, as ``OpenAI`` has them."""
    yield from (name, name.lower(), name.upper(), name.capitalize(), name.title())
    for at in range(max(1, len(name) - _LONGEST_END), len(name) - 1):
        yield name[:at].lower() + name[at:].upper()
        yield name[:at].capitalize() + name[at:].upper()


def _other_letter(name: str) -> str:
    """The first character that is no letter of ASCII, for a message."""
    odd = next((each for each in name if not each.isascii() and each.isalpha()), None)
    return f": `{odd}` is {named(odd)}" if odd else ""


@cache
def _ascii_looks() -> dict[int, str]:
    """For ``str.translate``: what each character of ASCII looks like, nothing for a sign."""
    seen = ((point, looks().get(point, chr(point))) for point in range(128))
    return {point: "".join(each for each in made if each.isalnum()) for point, made in seen}


def _shown(name: str) -> str:
    """What a name looks like, in letters and digits of ASCII where it looks like those."""
    if name.isascii():
        return name.translate(_ascii_looks())
    letters = looks()
    made = "".join(letters.get(ord(each), each) for each in normalize("NFKC", name))
    return "".join(each for each in made if each.isalnum())
