"""Names made ready give what the plain comparison gives; so do the short ways of ASCII."""

from __future__ import annotations

from difflib import get_close_matches
from unicodedata import normalize

from hypothesis import given
from hypothesis import strategies as st

from tosdsl.diagnostics import near
from tosdsl.diagnostics.near import LIKENESS, MOST, Known, near_names, nearest
from tosdsl.unicode import names
from tosdsl.unicode.properties import looks

NAMES = st.text(st.sampled_from("abAB. é_İß1"), min_size=1, max_size=9) | st.sampled_from(
    [
        "openai",
        "OpenAI, L.L.C.",
        "api.openai.com",
        "opemai",
        "google",
        "meta",
        "x" * 81,
        "model.purpose",
    ]
)


@given(NAMES, st.lists(NAMES, max_size=8))
def test_known_names_made_ready(name: str, known: list[str]) -> None:
    assert Known(known).names(name) == near_names(name, known)


@given(NAMES, st.lists(NAMES, max_size=8))
def test_letters_pass_over_nothing_that_is_near(name: str, known: list[str]) -> None:
    if len(name) > near.LONGEST:
        assert nearest(name, known) == ()
        return
    several = sorted({*known} - {name})
    lower = {
        each.lower(): each
        for each in several
        if 2 * min(len(name), len(each)) >= LIKENESS * (len(name) + len(each))
    }
    close = [lower[each] for each in get_close_matches(name.lower(), lower, MOST, LIKENESS)]
    close += [each for each in several if each.rsplit(".", 1)[-1] == name.rsplit(".", 1)[-1]]
    assert nearest(name, known) == tuple(dict.fromkeys(close))[:MOST]


def test_more_names_than_are_compared() -> None:
    known = [f"party{at}" for at in range(near.MOST_COMPARED + 1)]
    assert Known(known).names("party") == near_names("party", frozenset(known)) != ()


@given(st.text(st.characters(max_codepoint=127), max_size=12))
def test_a_name_of_ascii_is_read_as_any_other(name: str) -> None:
    plain = normalize("NFKC", name)
    assert names.letters(name) == "".join(each for each in plain.casefold() if each.isalnum())
    seen = "".join(looks().get(ord(each), each) for each in plain)
    assert names._shown(name) == "".join(each for each in seen if each.isalnum())


def test_of_ascii_nobody_sees_the_control_characters_alone() -> None:
    hidden = {chr(point) for point in range(128) if names.hidden_in(f"a{chr(point)}b")}
    assert hidden == {chr(point) for point in (*range(32), 127)}
    assert all(names.scripts()[point] for point in range(32, 127))
