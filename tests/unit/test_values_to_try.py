"""Values that stand for all there are, where conditions compare with constants."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tosdsl.trees import vocabulary as v
from tosdsl.values.representatives import to_try


@pytest.mark.parametrize("constants", [(5, False, 0), (False, 5, 0), (0, 5, False)])
def test_zero_is_tried_beside_no(constants: tuple[object, ...]) -> None:
    """To Python the two are one key of a set."""
    assert {-1, 0, 1, 4, 5, 6} <= {*to_try(v.Integer(), constants)}


def test_a_whole_number_is_tried_that_stands_as_a_fraction() -> None:
    tried = {*to_try(v.Integer(), (Fraction(9), Fraction(7, 2)))}
    assert {2, 3, 4, 5, 8, 9, 10} <= tried
