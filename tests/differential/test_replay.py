"""Rows under two versions of terms: an audit counts the classes that ``diff`` tells of, exactly."""

from __future__ import annotations

import pytest

import tosdsl
from tests.differential.replay import PAIRS, Pair, differences, pair

WORLD = """vocabulary shop

fact a: boolean
fact b: boolean
fact c: boolean
fact size: integer
fact used: list of text
fact told_on: optional date


policy shop.terms
    default permit

use shop

"""
EDITS = {
    "an exception comes": (
        "forbid f\n    when a\n",
        "forbid f\n    when a\n    except e\n        when b\n",
    ),
    "a proviso goes": (
        "forbid f\n    when a\n    except e\n        when b\n        provided c\n",
        "forbid f\n    when a\n    except e\n        when b\n",
    ),
    "an exception of an exception": (
        "forbid f\n    when a\n    except e\n        when b\n",
        "forbid f\n    when a\n    except e\n        when b\n        except d\n            when c\n",
    ),
    "a number": ("forbid f\n    when size > 5\n", "forbid f\n    when size > 7 and a\n"),
    "what prevails": (
        "forbid f\n    when a\n\npermit p\n    when b\n",
        "forbid f\n    when a\n    subject to p\n\npermit p\n    when b\n",
    ),
    "a scope": (
        "section s\n    applies when a\n    forbid f\n        when b\n",
        "section s\n    applies when c\n    forbid f\n        when b\n",
    ),
    "all cases agree": (
        "forbid f\n    when a\n",
        "forbid f\n    when a and b\n\nforbid g\n    when a and not b\n",
    ),
    "a duty": (
        "require r\n    when a\n    must b\n",
        "require r\n    when a and c\n    must told_on is not none\n",
    ),
}


def edited(old: str, new: str) -> Pair:
    return Pair(tosdsl.loads(WORLD + old), tosdsl.loads(WORLD + new), None)


def held(compared: Pair, rows: int) -> None:
    columns = compared.columns(rows, 1)
    assert differences(compared, compared.audited(columns), compared.one_by_one(columns)) == []


@pytest.mark.parametrize("name", PAIRS)
def test_each_class_of_shipped_versions_is_counted(name: str) -> None:
    held(pair(*PAIRS[name]), 600)


@pytest.mark.parametrize("name", EDITS)
def test_each_class_of_an_edit_is_counted(name: str) -> None:
    compared = edited(*EDITS[name])
    assert compared.shown
    held(compared, 400)
    held(edited(*reversed(EDITS[name])), 400)
