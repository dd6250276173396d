"""What must hold of the story's clause, whatever else is true."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import tosdsl
from tests.generators.facts import values
from tosdsl.reference.decide import find
from tosdsl.testing.scenarios import force_of
from tosdsl.trees.facts import Use
from tosdsl.trees.vocabulary import ListOf, Party, Type

CLAUSE = "openai.business_terms#competing_models"
SORTING = ("classify", "categorize", "organize")
PARTIES = st.sampled_from(("openai", "microsoft", "another firm"))


@cache
def terms() -> tosdsl.PolicySet:
    return tosdsl.load("openai.business_terms")


def _values(kind: Type) -> st.SearchStrategy[Any]:
    if kind == Party():
        return PARTIES
    if kind == ListOf(Party()):
        return st.lists(PARTIES, max_size=2).map(tuple)
    return values(kind)


@st.composite
def descriptions(draw: st.DrawFn) -> dict[str, Any]:
    """Anything at all, unknowns included."""
    leaves = list(terms().vocabulary.leaves())
    return {leaf.path: draw(_values(leaf.type)) for leaf in leaves if draw(st.integers(0, 3))}


def force(facts: Mapping[str, Any]) -> str:
    return force_of(CLAUSE, find(terms().linked, Use(facts)))


@given(descriptions(), st.sampled_from(SORTING))
def test_a_classifier_kept_in_house_is_never_forbidden_as_a_competing_model(
    facts: dict[str, Any], purpose: str
) -> None:
    kept = {"model.purpose": purpose, "model.distributed": False, "model.commercially_available": False}
    assert force({**facts, **kept}) == "false"
    assert terms().verdict({**facts, **kept}) is tosdsl.Verdict.PERMITTED


@given(
    descriptions(),
    st.sampled_from(SORTING),
    st.sampled_from(("train", "annotate", "distill", "evaluate")),
    st.sampled_from(((True, False), (False, True), (True, True), (True, None), (None, True))),
)
def test_it_stops_being_safe_the_moment_it_is_distributed_or_sold(
    facts: dict[str, Any], purpose: str, activity: str, released: tuple[bool | None, bool | None]
) -> None:
    distributed, sold = released
    competing = {
        **facts,
        "activities": (activity,),
        "output_of": ("openai",),
        "model.purpose": purpose,
        "model.competes_with": ("openai",),
    }
    kept = {**competing, "model.distributed": False, "model.commercially_available": False}
    let_go = {**competing, "model.distributed": distributed, "model.commercially_available": sold}
    known = {path: value for path, value in let_go.items() if value is not None}
    assert force(kept) == "false"
    assert force(known) == "true"
    assert terms().verdict(known) is tosdsl.Verdict.FORBIDDEN


@given(descriptions())
def test_fine_tuning_the_providers_own_model_is_never_forbidden(facts: dict[str, Any]) -> None:
    own = {"activities": ("fine_tune",), "model.base_offered_by": "openai"}
    assert force({**facts, **own}) == "false"


@given(descriptions(), st.sampled_from(SORTING))
def test_an_unknown_proviso_leaves_the_exception_open(facts: dict[str, Any], purpose: str) -> None:
    """Never open because a fact was missing: without the proviso's fact the use is not permitted."""
    competing = {
        **facts,
        "activities": ("train",),
        "output_of": ("openai",),
        "model.purpose": purpose,
        "model.competes_with": ("openai",),
        "model.commercially_available": False,
    }
    competing.pop("model.distributed", None)
    decision = terms().decide(_nested(competing))
    assert decision.verdict is tosdsl.Verdict.UNDETERMINED
    assert [need.fact for need in decision.needs] == ["model.distributed"]


@given(descriptions())
def test_incorporated_by_azure_it_forbids_and_permits_the_same(facts: dict[str, Any]) -> None:
    azure = tosdsl.load("azure.openai_service") if not _azure else _azure[0]
    _azure[:] = [azure]
    assert azure.verdict(_nested(facts)) is terms().verdict(_nested(facts))


_azure: list[tosdsl.PolicySet] = []


def _nested(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {path: list(value) if isinstance(value, tuple) else value for path, value in facts.items()}
