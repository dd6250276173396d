"""The laws of the meaning, over generated libraries and descriptions, unknowns included."""

from __future__ import annotations

from hypothesis import given, note

from tests.properties.laws import LAWS, Case, cases


@given(cases())
def test_every_law_holds(case: Case) -> None:
    """One draw serves all laws: drawing costs more than checking. The note names the one that broke."""
    for law in LAWS:
        try:
            law(case)
        except BaseException:
            note(f"broken: {law.__name__}")
            raise
