"""The names nearest to one that was not found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import islice

MOST = 2
LIKENESS = 0.66

LONGEST = 80
"""A longer name is no slip of the pen, and comparing it would take long."""

MOST_COMPARED = 5_000

_LONGEST_TITLE = 1_000
_SHORTEST = 3
_WORD = re.compile(r"[^\W_]+")


def nearest(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """At most two of the known names that resemble ``name``, best first; the same last part counts."""
    if len(name) > LONGEST:
        return ()
    names = sorted(set(islice(known, MOST_COMPARED)) - {name})
    lower = name.lower()
    letters = [(each, lower.count(each)) for each in set(lower)]
    alike = {
        other: each
        for each in names
        if _could_match(len(name), len(each)) and _shares(letters, len(lower), other := each.lower())
    }
    close = [alike[match] for match in get_close_matches(lower, alike, MOST, LIKENESS)]
    tail = name.rsplit(".", 1)[-1]
    close += [candidate for candidate in names if candidate.rsplit(".", 1)[-1] == tail]
    return tuple(dict.fromkeys(close))[:MOST]


def near_names(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known names of somebody that may be meant: the nearest, or one that is a word of the name.

    `openai` is one of `OpenAI, L.L.C.` and of `api.openai.com`.
    """
    several = set(known)
    words = set(_WORD.findall(name[:_LONGEST_TITLE].lower()))
    within = sorted(each for each in several if len(each) >= _SHORTEST and each.lower() in words)
    return nearest(name, several) or tuple(within[:MOST])


class Known:
    """Known names, made ready to be compared with many others.

    ``names(name)`` gives what ``near_names`` gives. Names that share too few letters with
    ``name`` are passed over first: each letter of a name, counted as often as it occurs, is a bit, and
    the bits that two names share are the most that the measure of likeness can find.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)
        self._bits: dict[str, list[int]] = {}
        self._letters: list[tuple[int, int, str]] = []
        self._tails: dict[str, list[str]] = {}
        self._words: dict[str, list[str]] = {}
        bit = 1
        for each in self._names:
            lower = each.lower()
            letters = 0
            for letter in set(lower):
                bits = self._bits.setdefault(letter, [0])
                while len(bits) <= lower.count(letter):
                    bits.append(bits[-1] | bit)
                    bit <<= 1
                letters |= bits[lower.count(letter)]
            self._letters.append((letters, len(lower), each))
            self._tails.setdefault(each.rsplit(".", 1)[-1], []).append(each)
            self._words.setdefault(lower, []).append(each)

    def names(self, name: str) -> tuple[str, ...]:
        """The known names that may be meant."""
        if len(self._names) > MOST_COMPARED:
            return near_names(name, self._names)
        words = _WORD.findall(name[:_LONGEST_TITLE].lower())
        close = [each for word in words for each in self._words.get(word, ())]
        if len(name) <= LONGEST:
            close += self._tails.get(name.rsplit(".", 1)[-1], ())
            close += self._sharing(name.lower())
        return near_names(name, close) if close else ()

    def _sharing(self, lower: str) -> Iterator[str]:
        """The known names that share enough letters."""
        own, known = 0, self._bits
        for letter in set(lower):
            if letter in known:
                bits = known[letter]
                count = lower.count(letter)
                own |= bits[count] if count < len(bits) else bits[-1]
        size = len(lower)
        for letters, length, each in self._letters:
            if 2.0 * (own & letters).bit_count() / (size + length) >= LIKENESS:
                yield each


def _shares(letters: list[tuple[str, int]], length: int, other: str) -> bool:
    """Whether two names share so many letters that the measure of likeness may find them alike."""
    shared = 0
    for letter, count in letters:
        there = other.count(letter)
        shared += count if count < there else there
    return 2.0 * shared / (length + len(other)) >= LIKENESS


def _could_match(one: int, other: int) -> bool:
    """What the measure of likeness can reach at best for two names of these lengths."""
    return 2 * min(one, other) >= LIKENESS * (one + other)
