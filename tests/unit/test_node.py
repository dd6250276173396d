"""``node.frozen`` makes what ``attrs.frozen`` makes."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from tosdsl.base import node
from tosdsl.base.span import Span, place


def none(frozen: Callable[..., Any]) -> Any:
    @frozen
    class Made:
        pass

    return Made


def one(frozen: Callable[..., Any]) -> Any:
    @frozen
    class Made:
        a: object = 1

    return Made


def several(frozen: Callable[..., Any]) -> Any:
    @frozen(order=False)
    class Made:
        """Said."""

        a: object = 1
        b: object = attrs.field(default=2, eq=False)
        c: object = attrs.field(default=(3,), repr=False)
        span: Span = place()

        def double(self) -> object:
            return self.a, self.a

    return Made


def of_its_own(frozen: Callable[..., Any]) -> Any:
    @frozen
    class Made:
        a: object = 1

        def __repr__(self) -> str:
            return "mine"

    return Made


@pytest.mark.parametrize("make", [none, one, several, of_its_own])
def test_it_is_what_attrs_makes(make: Callable[[Any], Any]) -> None:
    ours, theirs = make(node.frozen), make(attrs.frozen)
    names = [each.name for each in attrs.fields(theirs)]
    assert [each.name for each in attrs.fields(ours)] == names
    assert set(vars(theirs)) - set(vars(ours)) <= {"__ne__"}
    assert (ours.__slots__, ours.__match_args__) == (theirs.__slots__, theirs.__match_args__)
    assert ours.__doc__ == theirs.__doc__
    changes: list[dict[str, Any]] = [{}]
    changes += [{name: value} for name in names for value in (7, (), "x", None, (1,), True)]
    for first in changes:
        one, other = ours(**first), theirs(**first)
        assert repr(one) == repr(other)
        for second in changes:
            assert (one == ours(**second)) is (other == theirs(**second)) or "nan" in repr(
                (one, second)
            )
            if one == ours(**second):
                assert hash(one) == hash(ours(**second))
        assert one != other
        assert one.__eq__(other) is NotImplemented
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            one.a = 1
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            one.unheard_of = 1


def test_what_cannot_be_hashed_is_refused_as_in_a_tuple() -> None:
    with pytest.raises(TypeError, match="unhashable type: 'list'"):
        hash(one(node.frozen)([]))


def test_nodes_are_copied_and_pickled() -> None:
    span = Span("f", 1, 2, 3, 4)
    for other in (copy.copy(span), copy.deepcopy(span), pickle.loads(pickle.dumps(span))):
        assert other == span
        assert hash(other) == hash(span)
    assert attrs.evolve(span, file="g") == Span("g", 1, 2, 3, 4)
    assert attrs.asdict(span)["end_column"] == 4
