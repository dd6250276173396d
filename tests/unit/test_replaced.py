"""Texts in the place of others of the same name, and the same text by several paths."""

from __future__ import annotations

import json
import os
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

import tosdsl
from tests.conftest import ROOT
from tests.unit.conftest import Run
from tosdsl.library import files as library

GATE = "policy my.gate\n    default permit\n\nuse ai_services\n\nincorporate openai.business_terms\n"
TERMS = (
    'policy openai.business_terms\n    version "2023-11-14"\n    default permit\n\nuse ai_services\n'
)
WORDS = "vocabulary ai_services\n\nfact train: boolean\nparty openai\n"
USE = "facts: {activities: [train]}\n"
SHIPPED = ROOT / "policies"
BUSINESS = SHIPPED / "openai" / "business_terms-2023-11-14.tos"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(file: str, text: str) -> None:
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    Path(file).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("beside", ["mine/zz.tos", "zz.tos", "mine/lib/zz.tos", "mine/zz.tos.md"])
def test_a_file_in_the_place_of_a_shipped_document_is_said(run: Run, beside: str) -> None:
    write("mine/mine.tos", GATE)
    write(beside, f"```tos\n{TERMS}```\n" if beside.endswith(".md") else TERMS)
    write("use.yaml", USE)
    said = (
        f"The policy `openai.business_terms` is that of `{beside}`, in the place of the one that comes"
    )
    words = ("check", "mine/mine.tos", "--facts", "use.yaml")
    for _ in range(2):  # from the texts, and from the cache
        done = run(*words, "--strict")
        assert (done.status, f"  ! {said}" in done.out, f"  {said}" in done.err) == (4, True, True)
    (warning,) = json.loads(run(*words, "--format", "json").out)["warnings"]
    assert warning.startswith(said)
    done = run("lint", "mine/mine.tos")
    assert (done.status, "warning[TOS6015]" in done.out, said in done.out) == (3, True, True)
    found = json.loads(run("lint", "mine", "--format", "json").out)["findings"]
    assert [each["code"] for each in found].count("TOS6015") == 1


def test_every_way_of_asking_says_it() -> None:
    write("mine.tos", GATE)
    write("zz.tos", TERMS)
    policies = tosdsl.load("mine.tos")
    facts = {"activities": ["train"]}
    decided = policies.decide(facts)
    (use, _) = policies.read_use(json.dumps({"facts": facts}))
    assert len(decided.warnings) == 1
    assert not decided.passes
    assert policies.decide_use(use).warnings == decided.warnings
    made = json.loads(policies.decide_json(json.dumps({"facts": facts}).encode()))
    assert made["warnings"] == list(decided.warnings)


def test_a_vocabulary_in_the_place_of_a_shipped_one_is_said() -> None:
    write("mine.tos", GATE.replace("incorporate openai.business_terms", ""))
    write("words.tos", WORDS)
    warnings = tosdsl.load("mine.tos").decide({}).warnings
    assert [each[:34] for each in warnings] == ["The vocabulary `ai_services` is th"]


def test_an_old_version_that_hides_the_newer_ones_is_said() -> None:
    text = (SHIPPED / "openai" / "services_agreement-2025-05-31.tos").read_text(encoding="utf-8")
    write("mine.tos", GATE.replace("business_terms", "services_agreement"))
    write("old.tos", text)
    assert "openai.services_agreement" in tosdsl.load("mine.tos").decide({}).warnings[0]
    assert tosdsl.load("old.tos").warnings == ()  # it was asked for, and is what is shipped


def test_a_copy_of_what_is_shipped_is_not_in_its_place(run: Run) -> None:
    write("mine.tos", GATE)
    write("copy.tos", BUSINESS.read_text(encoding="utf-8"))
    assert tosdsl.load("mine.tos").decide({}).warnings == ()
    assert "TOS6015" not in run("lint", ".").out


def test_a_copy_that_is_edited_is_in_its_place_from_then_on(tmp_path: Path) -> None:
    """Also where but a clause of it was edited, and the rest is in the cache."""
    text = BUSINESS.read_text(encoding="utf-8")
    write("copy.tos", text)
    assert tosdsl.load("copy.tos").warnings == ()
    assert tosdsl.load("copy.tos").warnings == ()
    edited = text.replace("forbid ", "permit ", 1) if "forbid " in text else text
    write("copy.tos", edited)
    assert [each.code for each in tosdsl.load("copy.tos").warnings].count("TOS6015") == 1
    write("copy.tos", text)
    assert tosdsl.load("copy.tos").warnings == ()


def offered(monkeypatch: pytest.MonkeyPatch, **packages: str) -> None:
    """Packages that offer a text each."""
    points = []
    for name, text in packages.items():
        write(f"site/{name}/policies/terms.tos", text)
        write(f"site/{name}/policies/._terms.tos", "\x00\x05\x16\x07")  # what another system leaves
        write(f"site/{name}/__init__.py", "")
        points.append(EntryPoint(name=name, value=f"{name}.policies", group=library.GROUP))
    monkeypatch.syspath_prepend("site")
    monkeypatch.setattr(library, "entry_points", lambda group: points)


def test_a_package_cannot_take_a_shipped_id_silently(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    offered(monkeypatch, theirs=TERMS)
    (warning,) = tosdsl.load("openai.business_terms").decide({}).warnings
    assert "is that of `theirs/terms.tos`, in the place of the one that comes with tosdsl" in warning
    write("use.yaml", USE)
    assert run("check", "openai.business_terms", "--facts", "use.yaml", "--strict").status == 4


def test_of_two_packages_the_one_that_is_read_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "policy acme.terms\n    default permit\n"
    offered(monkeypatch, one=text, two=text.replace("permit", "forbid"))
    (warning,) = tosdsl.load("acme.terms").decide({}).warnings
    assert "is that of `one/terms.tos`, in the place of the one of the package two" in warning


@pytest.mark.parametrize("hidden", [".zz.tos", ".old/zz.tos", "lib/.zz.tos", "lib/.old/zz.tos"])
def test_hidden_files_and_folders_are_not_read(run: Run, hidden: str) -> None:
    write("mine.tos", GATE)
    write(hidden, TERMS)
    for word in ("mine.tos", "."):
        assert tosdsl.load(word).decide({}).warnings == ()
    assert "zz.tos" not in run("fmt", "--check", ".").out


# --- names that two texts have ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("policy a.terms\n    default permit\n", "policy a.terms\n    default permit\n# Mine.\n"),
        ("vocabulary words\nfact a: boolean\n", "vocabulary words\nfact a: boolean\nfact b: boolean\n"),
    ],
)
def test_which_of_two_texts_beside_a_policy_is_meant_is_not_guessed(one: str, other: str) -> None:
    asks = "incorporate a.terms" if "policy" in one else "use words"
    write("mine.tos", f"policy mine\n    default permit\n\n{asks}\n")
    write("one.tos", one)
    write("lib/other.tos", other)
    with pytest.raises(tosdsl.PolicyError) as raised:
        tosdsl.load("mine.tos")
    assert [each.code for each in raised.value.diagnostics] == ["TOS6003"]
    write("lib/other.tos", one)  # a copy
    assert tosdsl.load("mine.tos").warnings == ()


@pytest.mark.parametrize("kind", ["another spelling", "a link", "a second name"])
def test_one_file_by_two_paths_is_one_file(kind: str) -> None:
    write("lib/p.tos", "policy p\n    default permit\n")
    other = Path("lib/q.tos")
    if kind == "a link":
        other.symlink_to("p.tos")
    elif kind == "a second name":
        os.link("lib/p.tos", other)
    else:
        other = Path("lib/../lib/p.tos")
    assert len(tosdsl.load("lib/p.tos", str(other)).linked.documents) == 1
    assert len(tosdsl.load("lib").linked.documents) == 1
    assert len(tosdsl.load(str(Path("lib").resolve()), "lib/p.tos").linked.documents) == 1


@pytest.mark.parametrize("make", ["a file", "a folder", "a link that leads nowhere"])
def test_a_file_that_is_called_like_a_shipped_id_is_not_taken_for_it(run: Run, make: str) -> None:
    name = Path("openai.business_terms")
    if make == "a file":
        write(str(name), "policy another\n    default permit\n")
    elif make == "a folder":
        write(f"{name}/another.tos", "policy another\n    default permit\n")
    else:
        name.symlink_to("gone")
    write("use.yaml", USE)
    done = run("check", name, "--facts", "use.yaml")
    assert (done.status, done.err.startswith("error[TOS6016]")) == (1, True)
    done = run("check", f"./{name}", "--facts", "use.yaml")
    assert "TOS6016" not in done.err
    Path("elsewhere").mkdir()
    os.chdir("elsewhere")
    assert run("check", name, "--facts", "../use.yaml").status == 4


def test_a_file_that_is_called_like_a_shipped_use_is_not_taken_for_it(run: Run) -> None:
    write("project_seed", "facts: {}\n")
    done = run("check", "openai.business_terms", "--facts", "project_seed")
    assert (done.status, done.err.startswith("error[TOS6016]")) == (1, True)
    assert run("check", "openai.business_terms", "--facts", "./project_seed").status == 4


def test_a_finding_is_of_what_was_named_and_not_of_what_is_shipped(run: Run) -> None:
    """The names by which shipped files are shown begin with no folder of the machine."""
    write("mine.tos", "policy mine\n    default permit\n\nuse ai_services\n")
    assert "tosdsl/" not in run("lint", ".").out
