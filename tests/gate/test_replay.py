"""Logged decisions decided anew: the classes are those of deciding each by itself."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT, either
from tests.gate.conftest import DAY, GATE, POLICY, Folder, request
from tests.gate.replayed import POLICY as REPLAYED
from tests.gate.replayed import agrees
from tests.gate.replayed import run as run_replayed
from tests.unit.conftest import Run, run
from tosdsl.facade import loads
from tosdsl.gate.live import Live
from tosdsl.gate.log import read_lines
from tosdsl.gate.replaying import replay

__all__ = ["run"]

NEXT = POLICY.replace("amount > 1000", "amount > 5").replace("when sold", "when sold and amount > 1")

ASKED = st.lists(
    st.tuples(
        st.sampled_from(["acme", "seed", "new", "nobody"]),
        st.sampled_from(["true", "false", None]),
        st.sampled_from(["api", "web_page", "api,web_page", None]),
    ),
    min_size=1,
    max_size=12,
)


def logged(folder: Folder, asked: Any, values: str) -> Live:
    folder.write("gate.yaml", GATE + f"log: {{to: log.jsonl, values: [{values}], log_or_deny: true}}\n")
    (folder.path / "log.jsonl").unlink(missing_ok=True)
    live = Live(folder.path / "gate.yaml", clock=lambda: DAY)
    for subject, sold, media in asked:
        live.ask(request(subject, sold=sold, media=media), "test")
    return live


def test_replayed_by_what_decided_nothing_changes(folder: Folder) -> None:
    live = logged(
        folder, [("acme", "false", "api"), ("seed", "true", "api"), ("new", None, None)], "'*'"
    )
    with (folder.path / "log.jsonl").open("rb") as stream:
        report = replay(read_lines(stream), live.decider.policies)
    assert (report.decided, report.same, report.counts) == (3, 3, {})


@given(ASKED, st.booleans())
@settings(deadline=None, max_examples=either(8, 20))
def test_what_was_presumed_is_presumed_again(
    tmp_path_factory: Any, asked: Any, presuming: bool
) -> None:
    """And what failed or was said to be unknown is not."""
    folder = Folder(tmp_path_factory.mktemp("gate"))
    folder.write("shop.tos", POLICY.replace("sold: boolean ", "sold: boolean presumed no "))
    folder.write("background.yaml", "facts: {media: [api], amount: 1}\n")
    settled = f"assume: background.yaml\npresuming: {str(presuming).lower()}\n"
    folder.write(
        "gate.yaml", GATE + settled + "log: {to: log.jsonl, values: ['*'], log_or_deny: true}\n"
    )
    live = Live(folder.path / "gate.yaml", clock=lambda: DAY)
    for subject, sold, media in asked:
        live.ask(request(subject, sold=sold, media=media), "test")
        live.ask(request(subject, sold=sold, media=media, more=(("x-sold", "false"),)), "test")
    with (folder.path / "log.jsonl").open("rb") as stream:
        report = replay(read_lines(stream), live.decider.policies)
    assert (report.decided, report.same) == (2 * len(asked), 2 * len(asked))


@given(ASKED)
@settings(deadline=None, max_examples=either(16, 40))
def test_classes_are_those_of_deciding_each(tmp_path_factory: Any, asked: Any) -> None:
    folder = Folder(tmp_path_factory.mktemp("gate"))
    live = logged(folder, asked, "'*'")
    changed = loads(NEXT)
    with (folder.path / "log.jsonl").open("rb") as stream:
        report = replay(read_lines(stream), changed)
    expected: Counter[tuple[str, str]] = Counter()
    for subject, sold, media in asked:
        use = live.decider.compiled.use(request(subject, sold=sold, media=media))
        before = live.decider.policies.decide(use.facts, as_of=DAY)
        after = changed.decide(use.facts, as_of=DAY)
        if before.verdict is not after.verdict:
            expected[before.verdict.value, after.verdict.value] += 1
    found: Counter[tuple[str, str]] = Counter()
    for each, count in report.counts.items():
        found[each.before, each.after] += count
    assert found == expected
    assert report.decided == len(asked)


def test_a_hash_is_never_guessed(folder: Folder) -> None:
    logged(folder, [("acme", "false", "api"), ("acme", "true", "api")], "sold")
    with (folder.path / "log.jsonl").open("rb") as stream:
        report = replay(read_lines(stream), loads(POLICY))
    assert (report.decided, report.hashed) == (1, 1)  # what is sold is forbidden whatever the rest is


def test_the_command_groups_with_an_example(folder: Folder, run: Run) -> None:
    logged(folder, [("acme", "false", "api")] * 3, "'*'")
    with (folder.path / "log.jsonl").open("ab") as stream:
        stream.write(b'{"torn')
    folder.write("next.tos", NEXT)
    ran = run("gate", "replay", folder.path / "log.jsonl", "--with", folder.path / "next.tos")
    assert ran.status == 3
    assert "3 × permitted → forbidden, by shop.terms#volume" in ran.out
    assert "no whole line: 4" in ran.out
    ran = run(
        "gate",
        "replay",
        folder.path / "log.jsonl",
        "--with",
        folder.path / "shop.tos",
        "--format",
        "json",
    )
    assert ran.status == 0
    assert json.loads(ran.out)["same"] == 3


def test_a_changed_document_is_told_as_by_its_differences(tmp_path: Path) -> None:
    """What ``python -m tests.gate.replayed`` does with a hundred thousand."""
    found = run_replayed(tmp_path, 1_500, customers=200)
    assert agrees(found, 1_500), found


def test_what_a_warning_closes_is_told_with_the_warning(folder: Folder, run: Run) -> None:
    folder.write("shipped.tos", (ROOT / "policies" / REPLAYED).read_text(encoding="utf-8"))
    folder.write(
        "gate.yaml",
        "policies: {active: shipped.tos}\nfacts: {output_of: {from: header.x-of, split: ','}}\n"
        "as_of: 2023-12-15\nlog: {to: log.jsonl, values: ['*'], log_or_deny: true}\n",
    )
    live = Live(folder.path / "gate.yaml")
    live.ask(request(None, more=(("x-of", "mistral"),)), "test")
    text = (folder.path / "shipped.tos").read_text(encoding="utf-8")
    folder.write("next.tos", text.replace("model.purpose in {classify, ", "model.purpose in {"))
    ran = run("gate", "replay", folder.path / "log.jsonl", "--with", folder.path / "next.tos")
    assert ran.status == 3
    assert "1 permitted with a warning, so that the gate stays closed: The policy" in ran.out


def test_a_line_is_explained_by_what_decided_it(folder: Folder, run: Run) -> None:
    live = logged(folder, [("acme", "true", "api"), ("acme", "false", "api")], "sold")
    log = folder.path / "log.jsonl"
    forbidden, permitted = map(json.loads, log.read_text(encoding="utf-8").splitlines())
    words = ("--with", folder.path / "shop.tos")
    ran: Any = run("gate", "explain", log, f"urn:uuid:{forbidden['id']}", *words)
    assert ran.status == 0
    assert "forbidden" in ran.out.splitlines()[0].lower()
    assert "Selling what is made with it." in ran.out
    assert "In the log, at " in ran.out
    assert "other texts" not in ran.out
    assert "Hidden by hashes, and unknown here: amount, media, model." in ran.out
    ran = run("gate", "explain", log, permitted["id"], *words)
    assert ran.status == 1  # a hash hides what decides
    assert "amount" in ran.out
    ran = run("gate", "explain", log, "nobody", *words)
    assert (ran.status, "TOS8021" in ran.err) == (1, True)
    folder.write("shop.tos", NEXT)
    ran = run("gate", "explain", log, permitted["id"], *words)
    assert "These are other texts than those that decided then." in ran.out
    live.stop()
