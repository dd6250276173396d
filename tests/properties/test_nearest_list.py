"""The nearest list of which something is so: laws."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tosdsl.analysis.nearest import distance, nearest_list

ITEMS = st.lists(st.integers(0, 4), max_size=6).map(tuple)


@given(now=ITEMS, then=ITEMS, most=st.integers(0, 12), few=st.integers(0, 3))
def test_it_is_so_and_it_is_no_further_than_what_was_found(
    now: tuple[int, ...], then: tuple[int, ...], most: int, few: int
) -> None:
    def good(items: tuple[int, ...]) -> bool:
        return sorted(items) == sorted(then) or (sum(items) <= most and items.count(0) >= few)

    found = nearest_list(now, then, good)
    assert good(found)
    assert distance(now, found) <= distance(now, then)


@given(now=ITEMS, most=st.integers(0, 12))
def test_where_fewer_items_do_as_well_nothing_can_be_put_back(now: tuple[int, ...], most: int) -> None:
    found = nearest_list(now, (), lambda items: sum(items) <= most)
    gone = [each for each in set(now) if now.count(each) > found.count(each)]
    assert all(sum(found) + each > most for each in gone)


def test_what_was_taken_for_another_list_keeps_all_that_need_not_go() -> None:
    sales = (11, 12, 13, 3, 4)
    found = nearest_list(sales, (1, 11), lambda items: sum(each > 10 for each in items) <= 2)
    assert found == (11, 12, 3, 4)
