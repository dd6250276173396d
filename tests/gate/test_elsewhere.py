"""A use that falls under a document that a gate does not ask passes none of the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gate.conftest import DAY
from tosdsl.facade import load
from tosdsl.gate.deciding import make
from tosdsl.gate.elsewhere import unasked
from tosdsl.gate.model import Request
from tosdsl.gate.reading import read_plan

WORDS = """\
vocabulary words

type Release is one of
    old
    new
    other

fact release: Release "Which release is used?"
fact sold: boolean "Is it sold?"
"""
SERVICE = "policy a.service\n    default permit\n\nuse words\n\nforbid sale\n    when sold\n"
OLD = """\
policy b.old
    default permit

use words

governed by b.new
    when release is new

forbid others
    when release is other
"""
NEW = "policy b.new\n    default permit\n\nuse words\n\nforbid sale\n    when release is new and sold\n"
GATE = """\
policies: {active: ACTIVE}
facts:
  release: header.x-release
  sold: {const: false}
as_of: 2026-06-01
"""


TEXTS = {"service": SERVICE, "old": OLD, "new": NEW}


def written(folder: Path, active: str) -> Path:
    """The terms of a gate, in a folder."""
    terms = folder / "terms"
    terms.mkdir()
    (terms / "words.tos").write_text(WORDS)
    for name in active.split():
        (terms / f"{name}.tos").write_text(TEXTS[name])
    return terms


def asked(folder: Path, gate: str, release: str | None) -> tuple[str, str]:
    """What comes of a request, and what the caller is told."""
    (folder / "gate.yaml").write_text(gate)
    decider = make(*read_plan(folder / "gate.yaml"), clock=lambda: DAY)
    headers = () if release is None else (("x-release", release),)
    made = decider.decide(Request("GET", "/", headers=headers))
    return made.kind, (made.problem or {}).get("detail", "")


@pytest.mark.parametrize(
    ("active", "release", "kind", "words"),
    [
        ("service old", "old", "permitted", ""),
        ("service old", "new", "undetermined", "b.new"),
        ("service old", None, "undetermined", "release"),
        ("service old", "other", "forbidden", "b.old"),
        ("old service", "new", "undetermined", "b.new"),
        ("service old new", "new", "permitted", ""),
        ("service", "new", "permitted", ""),
        ("old", "old", "permitted", ""),
        ("old", "new", "not_applicable", ""),
    ],
)
def test_nothing_opens_where_another_document_governs_that_nobody_asks(
    tmp_path: Path, active: str, release: str | None, kind: str, words: str
) -> None:
    written(tmp_path, active)
    found, detail = asked(tmp_path, GATE.replace("ACTIVE", "terms"), release)
    assert found == kind
    assert words in detail


def test_check_names_the_documents_that_are_not_asked(tmp_path: Path) -> None:
    terms = written(tmp_path, "service old")
    (tmp_path / "gate.yaml").write_text(GATE.replace("ACTIVE", "terms"))
    plan, _ = read_plan(tmp_path / "gate.yaml")
    [found] = unasked(plan, load(terms))
    assert (found.code, "`b.old`" in found.message, "`b.new`" in found.message) == (
        "TOS8022",
        True,
        True,
    )
    (terms / "new.tos").write_text(NEW)
    assert not [*unasked(plan, load(terms))]
