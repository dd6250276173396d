"""A mend that is made by its edits does what it says: the mistake is gone, and none is new there."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.malformed import corpus
from tests.malformed.obey import obey
from tosdsl.diagnostics.model import Diagnostic
from tosdsl.language.check import check
from tosdsl.language.edits import applied, mends
from tosdsl.syntax.parser import parse

POLICIES = [
    pytest.param(text, id=f"{name}-{text.name}")
    for name, several in corpus.policies()
    for text in several
]


@pytest.mark.parametrize("text", POLICIES)
def test_the_edits_of_a_mistake_do_what_its_mend_says(text: corpus.Text) -> None:
    found = parse(text.text, text.name).diagnostics
    for each in found:
        if not each.edits:
            continue
        made = applied({text.name: text.text}, each.edits)[text.name]
        assert made != text.text, each
        obeyed = obey(text.text, each)
        if obeyed is not None:
            assert "".join(made.split()) == "".join(obeyed.text.split()), each
        after = parse(made, text.name).diagnostics
        assert len(after) < len(found) or _later(after, each), (each, made)


def _later(after: Sequence[Diagnostic], each: Diagnostic) -> bool:
    """Whether the same place has no mistake of the same kind any more."""
    return all((one.code, one.span) != (each.code, each.span) for one in after)


@pytest.mark.parametrize("text", POLICIES)
def test_a_name_that_is_near_is_found_in_its_place(text: corpus.Text) -> None:
    found = check({text.name: text.text}, [text.name]).diagnostics
    for each in found:
        if each.span.file != text.name:
            continue
        for mend in mends(each, text.text):
            made = applied({text.name: text.text}, mend.edits)
            after = check(made, [text.name]).diagnostics
            assert all((one.code, one.span) != (each.code, each.span) for one in after), (each, mend)


def test_most_mends_that_leave_nothing_to_decide_are_edits() -> None:
    said = edits = 0
    for _, several in corpus.policies():
        for text in several:
            for each in parse(text.text, text.name).diagnostics:
                if obey(text.text, each) is not None:
                    said += 1
                    edits += bool(each.edits)
    assert edits > said * 0.75
