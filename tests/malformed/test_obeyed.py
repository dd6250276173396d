"""Whoever does what a message says gets on: what is written reads, and means what was meant."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.fuzz.mutate import run
from tests.malformed import corpus
from tests.malformed.obey import obey
from tosdsl.base.verdict import Verdict
from tosdsl.diagnostics.model import Diagnostic
from tosdsl.facade import load
from tosdsl.syntax.parser import parse
from tosdsl.trees import surface as s

_POLICIES = [
    pytest.param(text, id=f"{name}-{text.name}")
    for name, several in corpus.policies()
    for text in several
]

# --- laws ---------------------------------------------------------------------------------------

_OF_SOMETHING_ELSE = {"TOS1012", "TOS1032"}
"""That a line stands there twice or too far left is said of a line that can be read."""


@pytest.mark.parametrize("text", _POLICIES)
def test_what_a_message_offers_reads_where_it_is_put(text: corpus.Text) -> None:
    for found in parse(text.text, text.name).diagnostics:
        made = obey(text.text, found)
        if made is None:
            continue
        assert made.text != text.text, found.mend
        width = max(1, len(made.new))
        for each in parse(made.text, text.name).diagnostics:
            within = each.span.line - 1 == made.line and 0 <= each.span.column - 1 - made.start < width
            assert not within or not made.new or each.code in _OF_SOMETHING_ELSE, (found, each)


@pytest.mark.parametrize(
    "name", ["type_among_members", "when_beside_its_exception_with_a_place", "expect_too_far_in"]
)
def test_lines_at_a_wrong_depth_are_right_once_every_message_is_obeyed(
    name: str, tmp_path: Path
) -> None:
    file = tmp_path / "terms.tos"
    now = corpus.read(corpus.HERE / "policies" / f"{name}.tos").text
    for _ in range(3):
        found = parse(now, "terms.tos").diagnostics
        if found:
            made = obey(now, found[0])
            assert made is not None
            now = made.text
    file.write_text(now, encoding="utf-8")
    assert not load(file).warnings


@pytest.mark.parametrize("seed", [11, 12])
def test_no_message_offers_what_stands_there_or_what_cannot(seed: int) -> None:
    """Texts damaged at random: around what is put in, something else may be wrong as well."""
    offered = 0
    for number in range(250):
        chosen, text = run(number, seed)
        if not chosen.is_policy:
            continue
        for found in parse(text, chosen.name).diagnostics:
            made = obey(text, found)
            if made is None or not made.new:
                continue
            offered += 1
            assert made.text != text, found.mend
            for each in parse(made.text, chosen.name).diagnostics:
                here = each.span.line - 1 == made.line and each.span.column - 1 == made.start
                again = each.message == found.message
                refused = each.code == "TOS1001" and found.code != "TOS1027" and len(made.new) > 1
                assert not here or not (again or refused), (number, found, each)
    assert offered > 40


_IN_QUOTES = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_COMMENT = re.compile(r"(?:^|(?<= ))#.*", re.MULTILINE)
_MOST = 60
"""Mends of one text."""


def _said(text: str, names: set[str]) -> set[str]:
    """Those names that stand outside texts and comments."""
    return names & set(re.findall(r"[A-Za-z_]\w*", _COMMENT.sub("", _IN_QUOTES.sub('""', text))))


def _facts(text: corpus.Text) -> set[str]:
    """The facts that the text declares, or those of the vocabulary that most texts here use."""
    units = parse(text.text, text.name).file.units
    items = [item for unit in units for item in unit.items]
    return {item.decl.name.text for item in items if isinstance(item, s.Fact)} | {"model", "activities"}


@pytest.mark.parametrize("text", _POLICIES)
def test_no_condition_is_lost_by_doing_what_the_messages_say(text: corpus.Text) -> None:
    """A condition that became a description would leave what it guarded without one."""
    names = _facts(text)
    before, now = _said(text.text, names), text.text
    for _ in range(_MOST):
        mended = (obey(now, found) for found in parse(now, text.name).diagnostics)
        made = next((each for each in mended if each is not None and each.text != now), None)
        if made is None:
            break
        now = made.text
        assert _said(now, names) >= before, now


# --- meaning ------------------------------------------------------------------------------------

_WORDS = """
vocabulary words
type Notice has
    on: date
    size: integer
fact notices: list of Notice
fact a: boolean
fact b: boolean
fact signed_on: date
fact done_on: optional date
fact used_on: date
fact too_late: boolean judged "Is it too late?"
fact days_done: list of date
"""
_OTHER = """
policy other
    default {default}
use words
forbid other_a
    when b
permit other_b
    when not b
"""
_FLAGS = [{"a": a, "b": b} for a in (True, False) for b in (True, False)]


def _verdicts(tmp_path: Path, *texts: str) -> list[Verdict]:
    """The verdicts on ``p`` of every use of two facts, and of those of which one is not known."""
    (tmp_path / "p.tos").write_text("\n".join(texts) + _WORDS, encoding="utf-8")
    policies = load(tmp_path / "p.tos")
    return [policies.decide(facts).verdict for facts in [*_FLAGS, {"a": True}, {"b": True}, {}]]


def _refused(tmp_path: Path, text: str) -> list[Diagnostic]:
    (tmp_path / "refused.tos").write_text(text + _WORDS, encoding="utf-8")
    return list(parse(text + _WORDS, "refused.tos").diagnostics)


F, P, N, U = Verdict.FORBIDDEN, Verdict.PERMITTED, Verdict.NOT_APPLICABLE, Verdict.UNDETERMINED


@pytest.mark.parametrize("default", ["permit", "forbid"])
@pytest.mark.parametrize(
    ("refused", "mended"),
    [("\n    provided a\n", "when a"), (" only if a\n", "when a"), (" unless b\n", "when not b")],
)
def test_the_condition_of_an_incorporation_is_a_line(
    refused: str, mended: str, default: str, tmp_path: Path
) -> None:
    """The clauses of the other document bind where the condition holds, and nowhere else."""
    head = "policy p\n    default permit\nuse words\nincorporate other"
    (found,) = _refused(tmp_path, head + refused)
    assert found.code == "TOS1043"
    assert f"`{mended}` below it" in found.mend
    (tmp_path / "other.tos").write_text(_OTHER.format(default=default), encoding="utf-8")
    made = _verdicts(tmp_path, head, f"    {mended}\n")
    assert made == ([F, P, P, P, U, U, U] if mended == "when a" else [P] * 7)


def test_a_document_with_a_scope_is_routed_elsewhere_outside_it(tmp_path: Path) -> None:
    head = "policy p\n    default permit\nuse words\n"
    clause = "forbid x\n    when b\n"
    (found,) = _refused(tmp_path, f"{head}applies when a\n{clause}")
    assert found.code == "TOS1044"
    assert "`when not a` below it" in found.mend
    assert "`applies when a` below" in found.mend
    routed = _verdicts(tmp_path, head, "governed by elsewhere\n    when not a\n", clause)
    assert routed == [F, P, N, N, U, U, U]
    inside = "section s\n    applies when a\n    forbid x\n        when b\n"
    assert _verdicts(tmp_path, head, inside) == [F, P, P, P, U, U, U]


def test_a_conditional_precedence_is_written_as_two_clauses(tmp_path: Path) -> None:
    """``notwithstanding x when a``: it prevails where `a` holds, and nowhere else."""
    head = "policy p\n    default permit\nuse words\nforbid x\n    when b\n"
    refused = "permit y\n    when b\n    notwithstanding x when a\n"
    (found,) = _refused(tmp_path, head + refused)
    assert found.code == "TOS1049"
    assert "`and a`, with this line" in found.mend
    assert "`and not a`, without" in found.mend
    two = "permit y1\n    when b and a\n    notwithstanding x\npermit y2\n    when b and not a\n"
    found_ = _verdicts(tmp_path, head, two)
    assert found_[:4] == [P, P, F, P]
    assert F not in found_[4:]


@pytest.mark.parametrize("default", ["permit", "forbid"])
@pytest.mark.parametrize(
    "clause",
    [
        "permit x only if a",
        "permit x\n    only when a",
        "permit x\n    as long as a",
        "permit x\n    when b, provided that a",
        "permit x\n    when b on condition that a",
        "permit x\n    when b\n    providing that a",
    ],
)
def test_what_is_permitted_on_a_condition_alone_is_not_permitted_without_it(
    clause: str, default: str, tmp_path: Path
) -> None:
    """A proviso says so under `default forbid` alone; elsewhere what is not permitted is permitted."""
    head = f"policy p\n    default {default}\nuse words\n"
    (found,) = _refused(tmp_path, f"{head}{clause}\n")
    assert found.code == "TOS1008"
    opener, _, when, proviso = re.findall("`([^`]+)`", found.mend.replace("`default forbid` ", ""))
    of_b = "    when b\n" if "when b" in clause else ""
    if default == "permit":
        written = f"{opener}\n{of_b}    except e\n        {when}\n"
    else:
        written = f"permit x\n{of_b}    {proviso}\n"
    (tmp_path / "p.tos").write_text(head + written + _WORDS, encoding="utf-8")
    policies = load(tmp_path / "p.tos")
    assert policies.decide({"a": False, "b": True}).verdict is F
    assert policies.decide({"a": True, "b": True}).verdict is P
    assert policies.decide({"b": True}).verdict is U


def test_of_a_prohibition_a_condition_alone_is_a_proviso(tmp_path: Path) -> None:
    head = "policy p\n    default permit\nuse words\n"
    (found,) = _refused(tmp_path, f"{head}forbid x\n    when b\n    only if a\n")
    assert found.mend == "Write `provided`."


_ITEMS = [
    [],
    [{"on": "2024-01-01", "size": 2}],
    [{"on": "2024-03-01", "size": 4}],
    [{"on": "2024-01-01", "size": 2}, {"on": "2024-03-01", "size": 4}],
    [{"on": "2024-03-01", "size": 5}, {"on": "2024-03-02", "size": 1}],
]


@pytest.mark.parametrize("what", ["min", "max", "average"])
@pytest.mark.parametrize("op", ["<", "<=", ">", ">="])
def test_what_is_written_for_the_least_the_greatest_and_the_average_is_that(
    what: str, op: str, tmp_path: Path
) -> None:
    """An empty list has none of them, and what is compared with them is not so."""
    clause = f"forbid x\n    when {what}(i.size for i in notices) {op} 3\n"
    text = f"policy p\n    default permit\nuse words\n{clause}"
    (found,) = _refused(tmp_path, text)
    made = obey(text + _WORDS, found)
    assert found.code == "TOS1047"
    assert made is not None
    (tmp_path / "p.tos").write_text(made.text, encoding="utf-8")
    policies = load(tmp_path / "p.tos")
    for items in _ITEMS:
        sizes = [each["size"] for each in items]
        of = {"min": min, "max": max, "average": lambda them: sum(them) / len(them)}[what]
        wanted = bool(sizes) and {"<": of(sizes) < 3, "<=": of(sizes) <= 3, ">": of(sizes) > 3}.get(
            op, of(sizes) >= 3
        )
        got = policies.decide({"notices": items}).verdict
        assert got is (F if wanted else P), (items, found.mend)
    assert policies.decide({}).verdict is U


_DUTY = "policy p\n    default permit\nuse words\nrequire told\n    when a\n    must {must}\n{line}"


@pytest.mark.parametrize(
    ("written", "mended", "states"),
    [
        # 30 days: the last good day is 2024-01-31
        (
            "before 30 days after signed_on",
            "before signed_on + 30 days",
            ["pending", "breached", "breached"],
        ),
        ("by 30 days after signed_on", "by signed_on + 30 days", ["pending", "pending", "breached"]),
        ("at least 30 days before used_on", "by used_on - 30 days", ["pending", "pending", "breached"]),
    ],
)
def test_a_deadline_in_other_words_has_the_day_that_was_meant(
    written: str, mended: str, states: list[str], tmp_path: Path
) -> None:
    text = _DUTY.format(must="b", line=f"    {written}\n")
    (found,) = _refused(tmp_path, text)
    made = obey(text + _WORDS, found)
    assert made is not None
    assert made.new == mended
    (tmp_path / "p.tos").write_text(made.text, encoding="utf-8")
    policies = load(tmp_path / "p.tos")
    facts = {"a": True, "b": False, "signed_on": "2024-01-01", "used_on": "2024-03-01"}
    days = ("2024-01-30", "2024-01-31", "2024-02-01")
    got = [policies.decide(facts, as_of=day).duties[0].state for day in days]
    assert [str(getattr(each, "value", each)) for each in got] == states


@pytest.mark.parametrize(
    ("line", "offered", "facts", "state"),
    [
        (
            "    as soon as possible after signed_on\n",
            "    promptly after signed_on\n",
            {"too_late": False, "signed_on": "2024-01-01"},
            "pending",
        ),
        (
            "    without delay from signed_on\n",
            "    promptly after signed_on\n",
            {"too_late": True, "signed_on": "2024-01-01"},
            "breached",
        ),
        (
            "    every 30 days after signed_on\n",
            "    every 30 days from signed_on\n",
            {"signed_on": "2024-01-15"},
            "pending",
        ),
        (
            "    every calendar quarter\n",
            "    every 3 months from 2025-12-31\n",
            {},
            "pending",
        ),
        (
            "    monthly from signed_on\n",
            "    every 1 month from signed_on\n",
            {"signed_on": "2023-12-01"},
            "breached",
        ),
    ],
)
def test_a_deadline_that_cannot_be_written_yet_has_a_way_out(
    line: str, offered: str, facts: dict[str, str], state: str, tmp_path: Path
) -> None:
    (found,) = _refused(tmp_path, _DUTY.format(must="b", line=line))
    assert found.code == "TOS1046"
    assert f"`{offered.strip()}`" in found.mend
    if "too_late" in facts:
        offered += "    late when too_late\n"
        assert "`late when too_late`" in found.mend
    must = "days_done" if "every" in offered else "b"
    (tmp_path / "p.tos").write_text(_DUTY.format(must=must, line=offered) + _WORDS, encoding="utf-8")
    given = {"a": True, "b": False, "days_done": [], **facts}
    duty = load(tmp_path / "p.tos").decide(given, as_of="2024-02-01").duties[0]
    assert str(getattr(duty.state, "value", duty.state)) == state


def test_a_first_day_and_an_end_are_no_deadlines(tmp_path: Path) -> None:
    """Read as a deadline, `until` and `after` would say the contrary."""
    for line in ("until signed_on", "after 30 days from signed_on", "not before signed_on"):
        (found,) = _refused(tmp_path, _DUTY.format(must="b", line=f"    {line}\n"))
        assert found.code == "TOS1046"
        assert obey(_DUTY.format(must="b", line=f"    {line}\n"), found) is None
