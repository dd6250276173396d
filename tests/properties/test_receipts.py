"""Receipts: decided again they are the same bytes, and no byte of one can be altered unseen."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tosdsl
from tests.conftest import ROOT
from tests.properties.test_json_back import questions
from tosdsl.receipts.canonical import canonical, text_digest
from tosdsl.receipts.find import Texts
from tosdsl.receipts.replay import Replays


class Given(Texts):
    """Texts that are in no file."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__()
        self.by_digest = {text_digest(text): text for text in texts.values()}

    def find(self, digests: Any) -> Mapping[str, str]:
        return {each: self.by_digest[each] for each in digests}


@given(questions())
@settings(suppress_health_check=list(HealthCheck), max_examples=40)
def test_a_receipt_is_decided_again_to_the_same_bytes(
    question: tuple[tosdsl.PolicySet, tosdsl.Use],
) -> None:
    policies, use = question
    made = tosdsl.receipt(policies, use)
    again = tosdsl.Receipt.from_bytes(made.to_bytes())
    assert again == made
    assert again.content == made.content
    found = Replays(Given(policies.sources)).of(again)
    assert found.differences == ()
    assert found.again.to_bytes() == made.to_bytes()
    assert made.decision == policies.decide_use(use)


@cache
def some_receipts() -> tuple[bytes, ...]:
    business = tosdsl.load("openai.business_terms")
    found = []
    for file in sorted((ROOT / "policies" / "uses").iterdir()):
        use, _ = business.read_use(file.read_text(encoding="utf-8"))
        found.append(tosdsl.receipt(business, use).to_bytes())
    return tuple(found)


@st.composite
def altered(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """The bytes of a receipt, and the same with one byte more, less, or another."""
    whole = draw(st.sampled_from(some_receipts()))
    at = draw(st.integers(0, len(whole)))
    byte = bytes([draw(st.integers(0, 255))])
    way = draw(st.sampled_from(("more", "less", "other")))
    rest = at if way == "more" else at + 1
    return whole, whole[:at] + (b"" if way == "less" else byte) + whole[rest:]


@given(altered())
@settings(max_examples=600)
def test_a_receipt_with_one_byte_altered_is_refused(pair: tuple[bytes, bytes]) -> None:
    whole, changed = pair
    if changed == whole:
        return
    with pytest.raises(tosdsl.ReceiptError) as raised:
        tosdsl.Receipt.from_bytes(changed)
    (problem,) = raised.value.diagnostics
    assert problem.code in {"TOS4060", "TOS4061"}


Json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(st.sampled_from(("schema", "id", "asked", "use", "documents", "x")), Json) | Json
)
def test_whatever_json_is_given_it_is_a_receipt_or_refused(data: Any) -> None:
    if isinstance(data, dict):
        data["schema"] = "tosdsl.receipt/1"
    try:
        raw = canonical(data)
    except ValueError:  # half a character
        return
    with pytest.raises(tosdsl.ReceiptError):
        tosdsl.Receipt.from_bytes(raw)
