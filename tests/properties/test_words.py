"""Where words end, against another implementation of UAX 29; and laws of comparing texts."""

from __future__ import annotations

from unicodedata import category, normalize

from hypothesis import given
from hypothesis import strategies as st
from uniseg.wordbreak import word_break
from uniseg.wordbreak import words as other_words

from tosdsl.unicode.words import folded, stretches, words
from tosdsl.values.texts import text_test

_APART = {"WSEGSPACE", "CR", "LF", "NEWLINE", "EXTENDNUMLET"}
"""Ends of words; the last is what we read otherwise: an underscore is no letter."""

_CHANGED = {
    0x70F,
    0x19DA,
    *range(0x600, 0x606),
    0x6DD,
    0x890,
    0x891,
    0x8E2,
    0x110BD,
    0x110CD,
    0xFE10,
    0xFE14,
}
"""What versions of Unicode after that of our tables read otherwise."""


def _of_each_kind() -> dict[str, list[str]]:
    """Characters by what they do to words; of spaces and ends of lines one, as they end a word."""
    found: dict[str, list[str]] = {"SPACE": [" "], "LINE": ["\n"]}
    for point in range(0x110000):
        character = chr(point)
        kind = str(word_break(character))
        if kind not in _APART and category(character) not in {"Cn", "Cs"} and point not in _CHANGED:
            found.setdefault(kind, []).append(character)
    return found


def _characters() -> st.SearchStrategy[str]:
    kinds = _of_each_kind()
    return st.sampled_from(sorted(kinds)).flatmap(lambda kind: st.sampled_from(kinds[kind]))


CHARACTERS = st.deferred(_characters)  # a million characters are looked through when the first is drawn
TEXTS = st.lists(CHARACTERS, max_size=12).map("".join)
CASED = st.text(st.sampled_from("iIıİ̇́sSßẞKÅåσςΣéÉ e\u0323_­a"), max_size=8)


def _shown(several: list[str]) -> list[str]:
    return [each for each in several if not each[0].isspace()]


@given(TEXTS)
def test_boundaries_are_those_of_another_implementation(text: str) -> None:
    assert "".join(stretches(text)) == text
    assert _shown(stretches(text)) == _shown(list(other_words(text)))


@given(TEXTS)
def test_a_text_contains_each_of_its_words_and_all_of_them(text: str) -> None:
    for each in (*words(text), text):
        assert text_test("contains word", text, each)
        assert (
            text_test("contains word ignoring case", text.upper(), each.lower()) or not each.isascii()
        )


@given(st.text(st.characters(codec="ascii"), max_size=20))
def test_the_short_way_for_ascii_is_the_long_one(text: str) -> None:
    accent = "\u0301"  # what makes a text take the long way, as a word of no letters
    assert words(text) == [each for each in words(f"{text}\n{accent}") if each != accent]


@given(CASED, CASED)
def test_ignoring_case_works_in_both_directions(one: str, other: str) -> None:
    for test in ("starts with", "ends with", "contains word"):
        op = f"{test} ignoring case"
        said = [
            text_test(op, normalize("NFC", a), normalize("NFC", b))
            for a in (one, normalize("NFD", one), one.swapcase())
            for b in (other, normalize("NFD", other))
        ]
        assert len(set(said[:4])) == 1
    assert folded(folded(one)) == folded(one)
    assert folded(normalize("NFD", one)) == folded(normalize("NFC", one))
    assert folded(one.upper()) == folded(one.lower()) == folded(one)
