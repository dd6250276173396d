"""The judge itself: each way in which a decision can miss what is expected of it is seen."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from attrs import evolve

from tests.cases import __main__ as command
from tests.cases.judge import Judged, Status, compared, judge, scenarios
from tests.cases.model import Outcome, documents
from tests.cases.report import passes
from tests.conftest import ROOT
from tosdsl import Decision, loads

SHOP = """\
vocabulary words
fact sold: boolean
fact lent: boolean
fact friend: boolean
policy shop
    default permit
use words
forbid sale
    when sold
    except for_friends
        when friend
scenario "C01-a: sold"
    given
        sold: yes
        friend: no
    expect permitted
scenario "C01-b: nobody knows to whom"
    given
        sold: yes
    expect permitted
scenario "C01-b, resolved: a friend, and not the case"
    given
        sold: no
    expect permitted
scenario "C01-c sold to a friend"
    given
        sold: yes
        friend: yes
    expect forbidden
"""
QUESTION = {"question": "Is it a friend?", "yes": "permitted", "no": "forbidden"}
OPEN = [
    {"given": {"friend": True}, "verdict": "permitted"},
    {"given": {"friend": False}, "verdict": "forbidden"},
]


def cases(*several: dict[str, Any]) -> str:
    """``cases.yaml`` with one document, its cases firm unless they say so themselves."""
    filled = [{"confidence": "firm", "why": "So it is.", **case} for case in several]
    return yaml.safe_dump([{"document": "C01", "title": "Shop", "cases": filled}])


def judged(folder: Path, *several: dict[str, Any]) -> list[Judged]:
    (folder / "shop.tos").write_text(SHOP, encoding="utf-8")
    by_id = scenarios(folder / "shop.tos")
    ids = {case["id"] for case in several}
    return judge(documents(cases(*several)), {id_: by_id[id_] for id_ in by_id.keys() & ids})


@pytest.mark.parametrize(
    ("letter", "expect", "reason"),
    [
        ("a", {"verdict": "forbidden", "basis": ["shop#sale"]}, None),
        ("a", {"verdict": "permitted"}, "expected permitted, came forbidden"),
        (
            "a",
            {"verdict": "forbidden", "basis": ["shop#loan"]},
            "expected to rest on shop#loan, rests on shop#sale",
        ),
        ("c", {"verdict": "permitted", "defeated": {"shop#sale": "shop#sale.for_friends"}}, None),
        (
            "c",
            {"verdict": "permitted", "defeated": {"shop#sale": "shop#other"}},
            "expected shop#sale defeated by shop#other, defeated by shop#sale.for_friends",
        ),
        ("b", {"verdict": "undetermined", "asks": QUESTION, "open": OPEN}, None),
        ("b", {"verdict": "forbidden"}, "expected forbidden, came undetermined"),
        (
            "b",
            {"verdict": "undetermined", "asks": {**QUESTION, "no": "not_applicable"}},
            "not_applicable is not possible any more; possible: permitted, forbidden",
        ),
        (
            "b",
            {
                "verdict": "undetermined",
                "asks": QUESTION,
                "open": [{"given": {"friend": True, "lent": True}, "verdict": "permitted"}, OPEN[1]],
            },
            "expected to need friend, lent, needs friend",
        ),
        (
            "b",
            {
                "verdict": "undetermined",
                "asks": QUESTION,
                "open": [{**OPEN[0], "verdict": "forbidden"}, {**OPEN[1], "verdict": "permitted"}],
            },
            "with friend: yes expected forbidden, came permitted",
        ),
        (
            "b",
            {
                "verdict": "undetermined",
                "asks": QUESTION,
                "open": [{"given": {"friend": "often"}, "verdict": "permitted"}, OPEN[1]],
            },
            "with friend: often: `friend` must be",
        ),
        (
            "b",
            {
                "verdict": "undetermined",
                "asks": QUESTION,
                "readings": {"wide": "permitted", "narrow": "forbidden"},
            },
            "expected the readings narrow forbidden, wide permitted, came nothing",
        ),
    ],
)
def test_a_decision_is_held_against_the_outcome(
    tmp_path: Path, letter: str, expect: dict[str, Any], reason: str | None
) -> None:
    (one,) = judged(tmp_path, {"id": f"C01-{letter}", "expect": expect})
    if reason is None:
        assert (one.status, one.reasons, one.unchecked) == (Status.RIGHT, (), ())
    else:
        assert one.status is Status.WRONG
        assert one.reasons[0].startswith(reason)


def test_an_open_fact_that_is_not_named_yet_is_said_to_be_unchecked(tmp_path: Path) -> None:
    (one,) = judged(tmp_path, {"id": "C01-b", "expect": {"verdict": "undetermined", "asks": QUESTION}})
    assert one.status is Status.RIGHT
    assert one.unchecked == ("open fact not checked: Is it a friend?",)


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"opposite": {"expect": {"verdict": "forbidden"}, "reason": "Read so."}}, Status.OPPOSITE),
        ({"opposite": {"expect": {"verdict": "not_applicable"}, "reason": "Read so."}}, Status.WRONG),
        ({}, Status.WRONG),
    ],
    ids=["the other outcome", "a third outcome", "no reason"],
)
def test_an_arguable_case_may_be_read_otherwise_with_a_reason(
    tmp_path: Path, more: dict[str, Any], status: Status
) -> None:
    case = {"id": "C01-a", "confidence": "arguable", "expect": {"verdict": "permitted"}, **more}
    (one,) = judged(tmp_path, case)
    assert one.status is status
    assert passes([one]) is (status is Status.OPPOSITE)


def test_a_reason_that_nothing_needs_any_more_is_wrong(tmp_path: Path) -> None:
    opposite = {"expect": {"verdict": "permitted"}, "reason": "Read so."}
    case = {"id": "C01-a", "confidence": "arguable", "expect": {"verdict": "forbidden"}}
    stale = {"id": "C01-c", "expect": {"verdict": "permitted"}, "not_expressible": "No friends."}
    several = judged(tmp_path, {**case, "opposite": opposite}, stale)
    assert [one.status for one in several] == [Status.WRONG, Status.WRONG]


@pytest.mark.parametrize(
    ("confidence", "more", "status", "passing"),
    [
        ("firm", {}, Status.MISSING, False),
        ("arguable", {}, Status.MISSING, True),
        ("firm", {"not_expressible": "There are no moons."}, Status.INEXPRESSIBLE, True),
    ],
)
def test_a_case_without_a_scenario(
    tmp_path: Path, confidence: str, more: dict[str, str], status: Status, passing: bool
) -> None:
    expect = {"verdict": "permitted"}
    (one,) = judged(tmp_path, {"id": "C01-z", "confidence": confidence, "expect": expect, **more})
    assert (one.status, passes([one])) == (status, passing)


# --- what a decision may carry besides its verdict -------------------------------------------------


def decided(*, duties: Iterable[tuple[str, str]] = (), governs: Iterable[tuple[str, str]] = ()) -> Any:
    """A decision with duties (clause, state) and governing texts (document, version)."""
    made = loads(SHOP).decide({"sold": False})
    owed = tuple(SimpleNamespace(clause=clause, state=state) for clause, state in duties)
    texts = tuple(SimpleNamespace(document=id_, version=version) for id_, version in governs)
    return _With(evolve(made, duties=owed), texts)


class _With:
    """A decision that says what governs and how readings come out, whether or not decisions do."""

    def __init__(self, decision: Decision, governs: tuple[Any, ...], readings: Any = ()) -> None:
        self._decision = decision
        self.governs = governs
        self.readings = readings

    def __getattr__(self, name: str) -> Any:
        return getattr(self._decision, name)


def outcome(**expect: Any) -> Outcome:
    return documents(cases({"id": "C01-a", "expect": expect}))[0].cases[0].outcome


def duty(state: str | list[str], clause: str | None = None) -> list[dict[str, Any]]:
    return [{"act": "tell", "state": state, **({"clause": clause} if clause else {})}]


@pytest.mark.parametrize(
    ("expected", "duties", "right"),
    [
        (duty("breached", "p#tell"), [("p#tell", "breached"), ("p#name", "pending")], True),
        (duty("breached", "p#tell"), [("p#tell", "pending"), ("p#name", "breached")], False),
        (duty("breached", "p#tell"), [], False),
        (duty("breached"), [("p#tell", "pending"), ("p#name", "breached")], True),
        (duty("breached"), [("p#tell", "pending")], False),
        (duty(["pending", "undetermined"]), [("p#tell", "undetermined")], True),
        (duty(["pending", "undetermined"]), [], False),
        (duty("not_triggered"), [("p#tell", "not_triggered")], True),
        (duty("not_triggered"), [("p#tell", "not_triggered"), ("p#name", "pending")], False),
        (duty("not_triggered", "p#tell"), [("p#tell", "not_triggered"), ("p#name", "pending")], True),
        (duty("not_triggered", "p#tell"), [], False),
    ],
)
def test_duties(expected: list[dict[str, Any]], duties: list[tuple[str, str]], right: bool) -> None:
    found = compared(outcome(duties=expected), decided(duties=duties))
    assert (found.mistakes == ()) is right
    assert bool(found.unchecked) is ("clause" not in expected[0])


@pytest.mark.parametrize(
    ("expected", "duties", "right"),
    [
        (duty("not_triggered", "p#tell"), [], True),
        (duty("not_triggered", "p#tell"), [("p#tell", "pending")], False),
        (duty("not_triggered", "p#tall"), [], False),
        (duty("not_triggered"), [("p#tell", "pending")], False),
        (duty("breached", "p#tell"), [], False),
    ],
)
def test_a_duty_that_is_not_listed_is_not_triggered_if_there_is_such_an_obligation(
    expected: list[dict[str, Any]], duties: list[tuple[str, str]], right: bool
) -> None:
    obligations = frozenset({"p#tell", "p#name"})
    found = compared(outcome(duties=expected), decided(duties=duties), obligations)
    assert (found.mistakes == ()) is right


@pytest.mark.parametrize(("state", "right"), [("breached", False), ("pending", True)])
def test_no_duty_is_breached(state: str, right: bool) -> None:
    wanted = outcome(verdict="permitted", none_breached=True)
    assert (compared(wanted, decided(duties=[("p#tell", state)])).mistakes == ()) is right


@pytest.mark.parametrize(
    ("came", "right"),
    [
        ({"wide": "permitted", "narrow": "forbidden"}, True),
        ({"wide": "forbidden", "narrow": "permitted"}, False),
        ({"wide": "permitted"}, False),
    ],
)
@pytest.mark.parametrize("named", [True, False])
def test_readings(came: dict[str, str], right: bool, named: bool) -> None:
    """Where no names are expected yet, it is enough that some readings split."""
    wanted = {"wide": "permitted", "narrow": "forbidden"} if named else {}
    expected = outcome(verdict="undetermined", asks=QUESTION, readings=wanted)
    split = evolve(loads(SHOP).decide({"sold": True}), needs=())
    readings = tuple(SimpleNamespace(name=name, verdict=word) for name, word in came.items())
    found = compared(expected, _With(split, (), readings))  # type: ignore[arg-type]  # it has what is read
    assert (found.mistakes == ()) is (right if named else len(came) > 1)
    assert bool(found.unchecked) is not named


def test_a_question_of_versions_is_put_to_the_document() -> None:
    one = scenarios(ROOT / "policies")["C05-e"][0]
    assert "@" in one.policy
    assert {used.id for used in one.routed().policies} == {"openai.terms_of_use"}
    assert one.routed().as_of == one.use.as_of


@pytest.mark.parametrize(
    ("expected", "governs", "right"),
    [
        ({"document": "p", "version": "2"}, [("p", "2")], True),
        ({"document": "p", "version": "2"}, [("p", "1")], False),
        ({"document": "p"}, [("p", "1")], True),
        ({"document": "p"}, [("p", "1"), ("q", "1")], False),
        ({"document": "p"}, [], False),
        ({"text": "another text"}, [("q", "1")], True),
        ({"text": "another text"}, [("shop", "1")], False),
    ],
)
def test_governing_texts(expected: dict[str, str], governs: list[tuple[str, str]], right: bool) -> None:
    found = compared(outcome(governs=[expected]), decided(governs=governs))
    assert (found.mistakes == ()) is right
    assert bool(found.unchecked) is ("text" in expected)


def test_a_decision_that_does_not_say_what_governs_is_wrong() -> None:
    wanted = outcome(governs=[{"document": "shop"}])
    found = compared(wanted, evolve(loads(SHOP).decide({}), governs=()))
    assert found.mistakes == ("expected shop to govern, governing: nothing",)


# --- reading the cases, and the command ------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "says"),
    [
        ({"id": "C02-a", "expect": {"verdict": "permitted"}}, "is no case of C01"),
        ({"id": "C01-a", "expect": {}}, "expects nothing"),
        (
            {"id": "C01-a", "expect": {"verdict": "permitted", "because": "x"}},
            "no key is called because",
        ),
        ({"id": "C01-a", "expect": {"verdict": "undetermined"}}, "asks something"),
        ({"id": "C01-a", "expect": {"verdict": "permitted", "open": OPEN}}, "has open facts"),
        (
            {"id": "C01-a", "expect": {"verdict": "undetermined", "asks": QUESTION, "open": OPEN[:1]}},
            "both answers",
        ),
        ({"id": "C01-a", "expect": {"duties": duty("late")}}, "the state of a duty"),
        ({"id": "C01-a", "expect": {"governs": [{"version": "1"}]}}, "what governs"),
        (
            {"id": "C01-a", "expect": {"verdict": "permitted"}, "confidence": "doubtful"},
            "a doubtful case is undetermined",
        ),
        (
            {
                "id": "C01-a",
                "expect": {"verdict": "permitted"},
                "opposite": {"expect": {"verdict": "forbidden"}, "reason": "Read so."},
            },
            "only an arguable case",
        ),
    ],
)
def test_a_case_that_is_not_written_right_is_refused(case: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        documents(cases(case))


def test_the_command_prints_the_table_and_what_is_not_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "shop.tos").write_text(SHOP, encoding="utf-8")
    assert command.main([str(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    (row,) = [line for line in lines if line.startswith("C01")]
    assert row.split()[-5:] == ["✗✗✓·······", "10", "1", "2", "7"]
    assert "    expected to rest on openai.business_terms#competing_models, rests on shop#sale" in lines
    assert "  C02  a b c d e f g h  (8 firm)" in lines
    assert lines[-1] == "1 of 113 right: 1 of 92 firm, 0 of 15 arguable, 0 of 6 doubtful"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("policy p\nforbid a\n", "TOS1017"),
        (
            'policy p\n    default permit\nscenario "C99-a"\n    expect permitted\n',
            "no case is called C99-a",
        ),
    ],
)
def test_the_command_says_what_it_cannot_judge(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, says: str
) -> None:
    (tmp_path / "p.tos").write_text(text, encoding="utf-8")
    assert command.main([str(tmp_path)]) == 1
    assert says in capsys.readouterr().err
