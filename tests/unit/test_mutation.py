"""Mutants: which there are, what becomes of them, and the scenarios that would notice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tosdsl import load
from tosdsl.testing.mutation.mutants import mutants
from tosdsl.testing.mutation.run import run as run_mutants
from tosdsl.testing.mutation.run import subjects
from tosdsl.testing.mutation.swap import swapped

VOCABULARY = """


vocabulary v

type Kind is one of
    a
    b
    c

fact p: boolean
fact q: boolean
fact n: integer
fact kind: Kind
fact day: date
"""


def policy(tmp_path: Path, body: str) -> Path:
    file = tmp_path / "p.tos"
    file.write_text(f"policy p\n    default permit\n\nuse v\n\n{body}{VOCABULARY}", "utf-8")
    return file


KINDS = [
    ("forbid x\n    when p", {"default changed", "clause dropped", "condition flipped"}),
    ("forbid x\n    when p and q", {"condition dropped"}),
    ("forbid x\n    when n > 5", {"number shifted"}),
    ("forbid x\n    when day < 2024-03-01", {"number shifted"}),
    ("forbid x\n    when kind in {a, b}", {"member dropped"}),
    (
        "forbid x\n    when p\n    except e\n        when q\n        provided n > 1",
        {"exception dropped", "proviso dropped"},
    ),
    (
        "forbid x\n    when p\n\npermit y\n    when q\n    notwithstanding x",
        {"precedence swapped"},
    ),
    (
        "require r\n    when p\n    must q\n    by day\n\nforbid x\n    when r is breached",
        {"state swapped", "condition flipped"},
    ),
]


@pytest.mark.parametrize(("body", "wanted"), KINDS)
def test_kinds_of_mutants(tmp_path: Path, body: str, wanted: set[str]) -> None:
    ((made,),) = load(policy(tmp_path, body)).choices.asked
    found = list(mutants(made))
    assert wanted <= {each.kind for each in found}
    assert all(each.policy != made and each.span.line for each in found)


LENGTHS = """\
table steps of Step
    {above: 0, fee: 1 USD}
    {above: 9, fee: 2 USD}

define fee as
    highest of (s.fee for s in steps where s.above <= n)

forbid often
    when highest(1 for d in days, in any 90 days by d) >= 2

require audit
    must days
    every 3 months from 2025-12-31

scenario "a fee"
    given
        n: 9
    expect fee is 2 USD

scenario "a fee of few"
    given
        n: 8
    expect fee is 1 USD

scenario "two in ninety days"
    given
        days: [2026-01-01, 2026-03-31]
    expect forbidden

scenario "and the day after them"
    given
        days: [2026-01-01, 2026-04-01]
    expect permitted

scenario "on the last day"
    as of 2026-03-31
    given
        days: []
    expect duty audit pending

scenario "on the day after it"
    as of 2026-04-01
    given
        days: []
    expect duty audit breached


vocabulary lengths

type Step has
    above: integer
    fee: money in USD

fact days: list of date
"""


def test_rows_stretches_and_periods_are_shifted_and_scenarios_at_their_bounds_notice(
    tmp_path: Path,
) -> None:
    file = policy(tmp_path, LENGTHS)
    file.write_text(file.read_text("utf-8").replace("use v\n", "use v\nuse lengths\n", 1), "utf-8")
    results = {each.what: each.outcome for each in run_mutants(subjects([str(file)]))}
    wanted = {
        "above 8 instead of 9 in a row": "killed",
        "above 10 instead of 9 in a row": "killed",
        "fee 1.99 USD instead of 2 USD in a row": "killed",
        "any 89 days instead of any 90 days": "killed",
        "any 91 days instead of any 90 days": "killed",
        "deadline: every 2 months instead of every 3 months": "killed",
        "deadline: every 4 months instead of every 3 months": "killed",
        "deadline: 2026-01-01 instead of 2025-12-31": "killed",
    }
    assert {what: results.get(what) for what in wanted} == wanted


def test_without_scenarios_all_survive_and_the_emitted_scenarios_kill_them(tmp_path: Path) -> None:
    body = KINDS[5][0]
    file = policy(tmp_path, body)
    results = run_mutants(subjects([str(file)]))
    assert {each.outcome for each in results} == {"survived"}
    emitted = [each.apart.scenario for each in results if each.apart is not None]
    assert len(emitted) == len(results)
    policy(tmp_path, body + "\n\n" + "\n".join(dict.fromkeys(emitted)))
    again = run_mutants(subjects([str(file)]))
    assert {each.outcome for each in again} == {"killed"}


def test_a_state_taken_for_another_is_shown_on_the_days_of_scenarios(tmp_path: Path) -> None:
    """Where the duty is done, on whatever day, it is neither pending nor breached."""
    body = KINDS[7][0] + (
        '\n\nscenario "paid"\n    as of 2024-03-03\n'
        "    given\n        p: yes\n        q: yes\n        day: 2024-03-02\n    expect permitted\n"
    )
    swapped = [
        each for each in run_mutants(subjects([str(policy(tmp_path, body))])) if "swapped" in each.kind
    ]
    assert [each.what for each in swapped] == ["`pending` instead of `breached`"]
    assert swapped[0].outcome == "unsettled"
    assert "a scenario with `as of`" in swapped[0].why
    late = body.replace("q: yes", "q: no").replace("permitted", "duty r breached")
    file = policy(tmp_path, late)  # which tells nothing of the clause
    swapped = [each for each in run_mutants(subjects([str(file)])) if "swapped" in each.kind]
    assert [each.outcome for each in swapped] == ["survived"]
    assert swapped[0].apart is not None
    assert swapped[0].apart.before != swapped[0].apart.after


def test_what_changes_nothing_is_equivalent(tmp_path: Path) -> None:
    """q is asked for twice: either can go."""
    body = "forbid x\n    when p\n    except e\n        when q\n        provided q\n"
    results = run_mutants(subjects([str(policy(tmp_path, body))]))
    equal = [each.what for each in results if each.outcome == "equivalent"]
    assert equal == ["a proviso dropped"]


def test_processes_find_the_same(tmp_path: Path) -> None:
    found = subjects([str(policy(tmp_path, KINDS[6][0]))])
    assert run_mutants(found, jobs=1) == run_mutants(found, jobs=2)


def test_the_command(run: Any, tmp_path: Path) -> None:
    file, out = policy(tmp_path, KINDS[1][0]), tmp_path / "out.tos"
    assert run("mutate", file).status == 0
    ran = run("mutate", file, "--format", "json", "--fail-under", "50", "--emit-scenarios", out)
    assert ran.status == 3
    found = json.loads(ran.out)
    assert found["score"] == 0.0
    assert found["survived"] == len(found["mutants"]) == 6
    assert out.read_text("utf-8").count("scenario ") <= 6
    assert 'scenario "' in out.read_text("utf-8")


def test_the_scenarios_of_a_shipped_policy_notice_every_slip() -> None:
    results = run_mutants(subjects(["policies/openai/business_terms-2023-11-14.tos"]), jobs=1)
    assert len(results) > 30
    assert [each.what for each in results if each.outcome != "killed"] == []


def test_a_test_that_fails_anyway_notices_nothing(run: Any, tmp_path: Path) -> None:
    body = 'forbid a\n    when p\n\nscenario "s"\n    given\n        p: yes\n    expect permitted\n'
    done = run("mutate", policy(tmp_path, body))
    assert (done.status, done.out) == (1, "")
    assert "error[TOS6022]" in done.err


def test_what_would_become_of_a_use_is_that_of_the_use_that_is_shown(tmp_path: Path) -> None:
    body = (
        "forbid a\n    when p\n    except e\n        when q\n        provided n < 5\n\n"
        "forbid b\n    when q and kind is b\n"
    )
    (subject,) = subjects([str(policy(tmp_path, body))])
    for mutant, result in zip(subject.mutants, run_mutants([subject], 1), strict=True):
        if result.apart is None or result.apart.expected.__class__.__name__ != "ExpectVerdict":
            continue
        changed = swapped(subject.policies, subject.policy, mutant)
        assert changed is not None
        assert changed.decide_use(result.apart.use).verdict.value == result.apart.after
