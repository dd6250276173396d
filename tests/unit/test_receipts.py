"""Receipts: canonical JSON, files of receipts, texts found by digest, what differs, PROV."""

from __future__ import annotations

import json
import struct
import subprocess
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from attrs import evolve
from prov.model import ProvActivity, ProvDocument, ProvEntity
from prov.serializers.provjsonld import load_vendored_context
from rdflib import RDF, Graph, Namespace, URIRef

import tosdsl
from tests.conftest import ROOT
from tests.unit.conftest import Run
from tests.unit.many_receipts import not_seen
from tests.unit.many_receipts import run as run_many
from tosdsl.base import limits
from tosdsl.receipts import replay as replaying
from tosdsl.receipts.canonical import canonical
from tosdsl.receipts.find import Texts
from tosdsl.receipts.model import sealed
from tosdsl.receipts.provenance import provenance
from tosdsl.trees.quantities import ABSENT, Money

BUSINESS = "openai.business_terms"
SEED = ROOT / "policies" / "uses" / "project_seed.yaml"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def codes(raised: pytest.ExceptionInfo[tosdsl.TosdslError]) -> list[str]:
    return [each.code for each in raised.value.diagnostics]


def shop_receipt(shop: Path, **facts: Any) -> tosdsl.Receipt:
    return tosdsl.receipt(tosdsl.load(str(shop)), tosdsl.Use(facts, as_of=date(2024, 3, 1)))


# --- canonical JSON, by the RFC's own examples --------------------------------------------------------


def test_the_example_of_rfc_8785() -> None:
    """Section 3.2.2 and 3.2.4: the data, and the bytes that come of it."""
    data = json.loads(
        r"""{
          "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
          "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
          "literals": [null, true, false]
        }"""
    )
    expected = (
        r'{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        r'"string":"€$\u000f\nA' + "'" + r'B\"\\\\\"/"}'
    )
    assert canonical(data) == expected.encode()


def test_keys_are_sorted_as_rfc_8785_sorts_them() -> None:
    """Section 3.2.3: by UTF-16, so an emoji stands before U+FB33."""
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    in_order = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(json.loads(canonical(dict.fromkeys(keys, 0)))) == in_order


@pytest.mark.parametrize(
    ("bits", "text"),
    [
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("8000000000000001", "-5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("c340000000000000", "-9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("44b52d02c7e14af7", "1.0000000000000001e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"),
        ("444b1ae4d6e2ef4f", "999999999999999900000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("41b3de4355555554", "333333333.33333325"),
        ("41b3de4355555557", "333333333.33333343"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_numbers_of_appendix_b(bits: str, text: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical(number) == text.encode()


@pytest.mark.parametrize("data", [float("nan"), float("inf"), 2**53, "\ud800", {"\ud800": 1}, {1: 2}])
def test_what_no_json_says_is_refused(data: Any) -> None:
    with pytest.raises(ValueError, match=r"JSON|JCS|UTF-8|codec|strings"):
        canonical(data)


# --- on the command line ------------------------------------------------------------------------------


def test_check_writes_a_receipt_and_replay_decides_it_again(run: Run) -> None:
    asked = ("check", BUSINESS, "--facts", "project_seed", "--receipt", "seed.receipt")
    assert run(*asked).status == 3
    ran = run("replay", "seed.receipt")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("THE SAME  seed.receipt:1  sha256:")
    assert "forbidden, decided by tosdsl" in ran.out
    raw = Path("seed.receipt").read_bytes()
    assert run("replay", "-", stdin=raw).status == 0
    assert json.loads(raw)["decision"]["verdict"] == "forbidden"


def test_receipts_are_put_below_those_that_are_there(run: Run) -> None:
    for use in ("project_seed", "ticket_classifier", "published_classifier"):
        run("check", BUSINESS, "--facts", use, "--receipt", "log")
    ran = run("replay", "log")
    assert (ran.status, ran.out) == (0, "3 receipts: 3 the same\n")
    ran = run("replay", "log", "--format", "json")
    data = json.loads(ran.out)
    assert [(each["line"], each["outcome"], each["verdict"]) for each in data["receipts"]] == [
        (1, "same", "forbidden"),
        (2, "same", "permitted"),
        (3, "same", "undetermined"),
    ]


@pytest.mark.parametrize("content", ["policy p\n    default permit\n", '{"asked":[[0]]'])
def test_a_receipt_is_put_into_no_other_file(run: Run, content: str) -> None:
    Path("mine").write_text(content, encoding="utf-8")
    ran = run("check", BUSINESS, "--facts", "project_seed", "--receipt", "mine")
    assert ran.status == 1
    assert "TOS6023" in ran.err
    assert Path("mine").read_text(encoding="utf-8") == content


def test_each_alteration_of_a_file_is_told_with_its_line(run: Run) -> None:
    for use in ("project_seed", "ticket_classifier"):
        run("check", BUSINESS, "--facts", use, "--receipt", "log")
    raw = Path("log").read_bytes()
    first, second = raw.splitlines()
    cases: list[tuple[bytes, str, str]] = [
        (raw.replace(b'"verdict":"forbidden"', b'"verdict":"permitted"'), "TOS4061", "log:1:1"),
        (first + b"\n" + second, "TOS4061", "log:2:1"),
        (first + b"\n\n" + second + b"\n", "TOS4060", "log:2:1"),
        (first + b"\r\n" + second + b"\n", "TOS4061", "log:1:1"),
        (first + b" " + second + b"\n", "TOS4060", "log:1:1"),
        (raw + b"\xff\n", "TOS4060", "log:3:1"),
        (b"", "TOS4060", "log:1:1"),
    ]
    for content, code, place in cases:
        Path("log").write_bytes(content)
        ran = run("replay", "log")
        assert ran.status == 1
        assert f"error[{code}] {place}" in ran.err, content[:80]
        assert run("provenance", "log").status == 1


def test_any_byte_of_a_file_that_is_altered_is_found(run: Run) -> None:
    run("check", BUSINESS, "--facts", "ticket_classifier", "--receipt", "log")
    raw = Path("log").read_bytes()
    for at in (0, 1, len(raw) // 3, len(raw) // 2, len(raw) - 2, len(raw) - 1):
        Path("log").write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
        assert run("replay", "log").status == 1, at


def test_a_line_that_is_too_long_is_passed_over(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("check", BUSINESS, "--facts", "ticket_classifier", "--receipt", "log")
    raw = Path("log").read_bytes()
    monkeypatch.setattr(limits, "MAX_RECEIPT_BYTES", len(raw))
    Path("log").write_bytes(b"x" * (3 * len(raw)) + b"\n" + raw)
    ran = run("replay", "log", "--format", "json")
    first, second = json.loads(ran.out)["receipts"]
    assert [each["code"] for each in first["diagnostics"]] == ["TOS5044"]
    assert (second["line"], second["outcome"]) == (2, "same")


@pytest.mark.parametrize("name", ["nowhere", "."])
def test_a_file_that_cannot_be_read_is_a_mistake(run: Run, name: str) -> None:
    ran = run("replay", name)
    assert ran.status == 1
    assert "TOS6002" in ran.err


# --- texts by their digests ---------------------------------------------------------------------------


def git(*words: str) -> None:
    settings = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *settings, *words], check=True, capture_output=True)


def test_a_policy_that_got_a_newer_version_is_found_in_git(run: Run, shop: Path) -> None:
    made = shop_receipt(shop, sold=True)
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "one")
    text = shop.read_text(encoding="utf-8")
    shop.write_text(
        text.replace('version "1"', 'version "2"').replace("forbid", "permit"), encoding="utf-8"
    )
    git("commit", "-qam", "two")
    assert tosdsl.replay(made).same
    with pytest.raises(tosdsl.ReceiptError) as raised:
        tosdsl.replay(made, git=False)
    assert codes(raised) == ["TOS4062"]
    assert "shop.terms@1" in str(raised.value)
    Path("log").write_bytes(made.to_bytes() + b"\n")
    assert run("replay", "log").status == 0
    ran = run("replay", "log", "--no-git")
    assert (ran.status, "TOS4062" in ran.err) == (1, True)


def test_a_text_in_a_folder_on_another_branch_is_found(shop: Path, tmp_path: Path) -> None:
    made = shop_receipt(shop, sold=True)
    git("init", "-q", "-b", "main")
    Path("README").write_text("Ours.", encoding="utf-8")
    git("add", "README")
    git("commit", "-qm", "none yet")
    git("checkout", "-qb", "terms")
    (tmp_path / "terms" / "old").mkdir(parents=True)
    shop.rename(tmp_path / "terms" / "old" / "shop.tos")
    git("add", "terms")
    git("commit", "-qm", "the terms")
    git("checkout", "-q", "main")
    assert not (tmp_path / "terms").exists()
    (tmp_path / "inside").mkdir()
    assert tosdsl.replay(made, tmp_path / "inside").same


def test_a_text_that_a_merge_alone_made_is_found(shop: Path) -> None:
    git("init", "-q", "-b", "main")
    text = shop.read_text(encoding="utf-8")
    shop.write_text(text + "\n# one\n", encoding="utf-8")
    git("add", ".")
    git("commit", "-qm", "one")
    git("checkout", "-qb", "other")
    shop.write_text(text + "\n# two\n", encoding="utf-8")
    git("commit", "-qam", "two")
    git("checkout", "-q", "main")
    git("merge", "-q", "--no-ff", "--no-commit", "other")
    shop.write_text(text + "\n# both\n", encoding="utf-8")
    made = shop_receipt(shop, sold=True)
    git("commit", "-qam", "merged")
    shop.write_text(text + "\n# later\n", encoding="utf-8")
    git("commit", "-qam", "later")
    assert tosdsl.replay(made).same


def test_what_was_rewritten_in_git_is_found_as_long_as_git_has_it(shop: Path) -> None:
    made = shop_receipt(shop, sold=False)
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "one")
    shop.write_text(shop.read_text(encoding="utf-8").replace("selling", "sale"), encoding="utf-8")
    git("commit", "-qa", "--amend", "-m", "one, again")
    assert tosdsl.replay(made).same


def test_a_text_is_found_by_its_content_whatever_its_name(tmp_path: Path, shop: Path) -> None:
    made = shop_receipt(shop, sold=True)
    (tmp_path / "kept").mkdir()
    text = shop.read_bytes()
    shop.unlink()
    with pytest.raises(tosdsl.ReceiptError):
        tosdsl.replay(made)
    (tmp_path / "kept" / "other.tos").write_bytes(b"\xef\xbb\xbf" + text)
    assert tosdsl.replay(made).same
    assert tosdsl.replay(made, tmp_path / "kept" / "other.tos").same


def test_newer_versions_beside_the_old_ones_change_nothing(shop: Path) -> None:
    made = shop_receipt(shop, sold=True)
    text = shop.read_text(encoding="utf-8").partition("policy shop.terms")[2]
    newer = "policy shop.terms" + text.replace('"1"', '"2"', 1).replace("2024-01-01", "2024-02-01")
    shop.with_name("newer.tos").write_text(newer, encoding="utf-8")
    assert tosdsl.replay(made).same
    both = tosdsl.receipt(tosdsl.load("."), tosdsl.Use({"sold": True}, as_of=date(2024, 3, 1)))
    assert both.content["decision"]["policies"][0]["versions"] == 2
    assert tosdsl.replay(both).same


def test_of_a_file_with_two_policies_the_one_that_was_asked_about_is_asked(shop: Path) -> None:
    more = '\npolicy shop.other\n    version "1"\n    default forbid\n\nuse shop\n'
    shop.write_text(shop.read_text(encoding="utf-8") + more, encoding="utf-8")
    policies = next(each for each in tosdsl.load_each(str(shop)) if "terms" in repr(each))
    made = tosdsl.receipt(policies, tosdsl.Use({"sold": False}))
    assert made.verdict is tosdsl.Verdict.PERMITTED
    assert tosdsl.replay(made).same


def test_a_text_in_the_place_of_a_shipped_one_is_remarked_on_again(tmp_path: Path) -> None:
    shipped = (ROOT / "policies" / "openai" / "business_terms-2023-11-14.tos").read_text(
        encoding="utf-8"
    )
    mine = tmp_path / "mine.tos"
    mine.write_text(shipped + "\n# mine\n", encoding="utf-8")
    policies = tosdsl.load(".")
    made = tosdsl.receipt(policies, policies.read_use(SEED.read_bytes())[0])
    assert any("in the place of" in each for each in made.content["decision"]["warnings"])
    mine.rename(tmp_path / "moved.tos")
    assert tosdsl.replay(made).same


@pytest.mark.parametrize(
    "name",
    [
        BUSINESS,
        "azure.openai_service",
        "deepseek.terms_of_use",
        "elastic.license",
        "openai.terms_of_use@2023-11-14",
    ],
)
def test_shipped_documents_are_found_where_they_are_installed(name: str) -> None:
    policies = tosdsl.load(name)
    made = tosdsl.receipt(policies, tosdsl.Use({}, as_of=date(2024, 3, 1)))
    assert tosdsl.replay(made, git=False).again.to_bytes() == made.to_bytes()


def test_policies_that_travelled_to_another_process_write_the_same_receipt(shop: Path) -> None:
    import pickle

    policies = pickle.loads(pickle.dumps(tosdsl.load(str(shop))))
    assert tosdsl.receipt(policies, tosdsl.Use({"sold": True}, as_of=date(2024, 3, 1))) == shop_receipt(
        shop, sold=True
    )


def test_what_is_kept_in_the_cache_writes_the_same_receipt(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = shop_receipt(shop, sold=True)
    monkeypatch.setenv("TOSDSL_CACHE", str(tmp_path / "cache"))
    (tmp_path / "cache").mkdir(mode=0o700)
    assert shop_receipt(shop, sold=True) == made
    assert any((tmp_path / "cache").rglob("*"))
    assert shop_receipt(shop, sold=True) == made
    text = shop.read_text(encoding="utf-8")
    shop.write_text(text.replace("when sold", "when sold and amount > 3"), encoding="utf-8")
    edited = shop_receipt(shop, sold=True)
    monkeypatch.setenv("TOSDSL_CACHE", "off")
    assert shop_receipt(shop, sold=True) == edited != made
    assert tosdsl.replay(edited).same


# --- values that JSON has no word for -----------------------------------------------------------------

ODD = """\
vocabulary odd
fact count: integer
fact part: number
fact price: money in USD
fact name: optional text
fact tags: list of text

policy odd.terms
    default permit

use odd

forbid many at "1"
    when part > 1
"""


@pytest.mark.parametrize(
    "facts",
    [
        {"count": 2**53},
        {"count": -(10**60)},
        {"part": Fraction(1, 3)},
        {"part": Fraction(12345678901234567890123, 10**9)},
        {"part": Fraction(1, 10)},
        {"price": Money(Fraction(1, 3), "USD")},
        {"name": ABSENT},
        {"name": "none", "tags": ("$number", "\U0001f600", "\r\n")},
    ],
)
def test_each_value_that_a_fact_can_have_is_kept_exactly(facts: dict[str, Any]) -> None:
    Path("odd.tos").write_text(ODD, encoding="utf-8")
    policies = tosdsl.load("odd.tos")
    made = tosdsl.receipt(policies, tosdsl.Use(facts))
    found = tosdsl.replay(tosdsl.Receipt.from_bytes(made.to_bytes()))
    assert found.again.to_bytes() == made.to_bytes()


def test_half_a_character_is_refused(shop: Path) -> None:
    policies = tosdsl.load(str(shop))
    with pytest.raises(tosdsl.FactError) as raised:
        tosdsl.receipt(policies, tosdsl.Use({"sold": True}, title="\ud800"))
    assert codes(raised) == ["TOS4022"]


# --- what differs -------------------------------------------------------------------------------------


def forged(made: tosdsl.Receipt, change: Callable[[dict[str, Any]], object]) -> tosdsl.Receipt:
    """A receipt with other content, and the right digest of it: whoever can write can do so."""
    content = json.loads(made.to_bytes())
    del content["id"]
    change(content)
    return sealed(content)


def test_another_verdict_is_found_though_its_digest_is_right(run: Run, shop: Path) -> None:
    made = forged(shop_receipt(shop, sold=True), lambda it: it["decision"].update(verdict="permitted"))
    found = tosdsl.replay(made)
    assert [(each.path, each.was, each.now) for each in found.differences] == [
        ("decision.verdict", '"permitted"', '"forbidden"')
    ]
    Path("log").write_bytes(made.to_bytes() + b"\n")
    ran = run("replay", "log")
    assert ran.status == 3
    assert "DECIDED OTHERWISE  log:1" in ran.out
    assert 'was "permitted", is "forbidden"' in ran.out


@pytest.mark.parametrize(
    "change",
    [
        lambda it: it["decision"].update(compliant=None),
        lambda it: it["decision"]["basis"][0].update(at="9"),
        lambda it: it["decision"]["basis"].append({}),
        lambda it: it["decision"].pop("duties"),
        lambda it: it["decision"].update(more=1),
        lambda it: it["documents"][0].update(digest="sha256:" + "0" * 64),
        lambda it: it["use"]["facts"].update(sold=False),
        lambda it: it["use"].update(as_of="2030-01-01"),
        lambda it: it["remarks"].append("something odd"),
    ],
)
def test_whatever_is_forged_comes_out_otherwise(
    shop: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    made = shop_receipt(shop, sold=True)
    assert tosdsl.replay(made).same
    assert tosdsl.replay(forged(made, change)).differences


@pytest.mark.parametrize(
    "change",
    [
        lambda it: it["use"]["facts"].update(sold="perhaps"),
        lambda it: it["use"]["facts"].update(sold={"$number": "1/0"}),
        lambda it: it["use"]["facts"].update(amount={"$number": "9" * 5000}),
        lambda it: it["use"].update(known="2024-01-01"),
        lambda it: it["documents"][0].update(id="shop.others"),
        lambda it: it["documents"][0].update(version="3"),
        lambda it: [each.update(literate=True) for each in it["documents"][0]["texts"]],
    ],
)
def test_what_is_no_question_any_more_is_told(
    shop: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    with pytest.raises(tosdsl.ReceiptError) as raised:
        tosdsl.replay(forged(shop_receipt(shop, sold=True), change))
    assert codes(raised) == ["TOS4063"]


@pytest.mark.parametrize(
    "change",
    [
        lambda it: it.pop("use"),
        lambda it: it.update(more=1),
        lambda it: it.update(mapping="sha256:1"),
        lambda it: it.update(mapping=7),
        lambda it: it.update(asked=[]),
        lambda it: it.update(asked=[[]]),
        lambda it: it.update(asked=[[1]]),
        lambda it: it.update(asked=[[True]]),
        lambda it: it.update(asked=[0]),
        lambda it: it.update(documents=[1]),
        lambda it: it["documents"][0].update(texts=[]),
        lambda it: it["documents"][0].update(texts=[{"digest": "x", "literate": False}]),
        lambda it: it["documents"][0].update(remarks=[1]),
        lambda it: it["documents"][0].pop("id"),
        lambda it: it.update(engine={"name": "tosdsl"}),
        lambda it: it.update(engine={"name": "tosdsl", "version": {}}),
        lambda it: it.update(remarks=[None]),
        lambda it: it["use"].update(as_of=1),
        lambda it: it["decision"].update(verdict="fine"),
        lambda it: it["decision"].update(policies=[{}]),
    ],
)
def test_a_forged_receipt_of_another_shape_is_none(
    shop: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    made = forged(shop_receipt(shop, sold=True), change)
    with pytest.raises(tosdsl.ReceiptError) as raised:
        tosdsl.Receipt.from_bytes(made.to_bytes())
    assert codes(raised) == ["TOS4060"]


@pytest.mark.parametrize(
    "raw", [b"[" * 100_000, b'{"a":' * 5_000, b"9" * 5_000, b"1e999", b"null", b"", b"\xff"]
)
def test_hostile_bytes_are_no_receipt(raw: bytes) -> None:
    with pytest.raises(tosdsl.ReceiptError) as raised:
        tosdsl.Receipt.from_bytes(raw)
    assert codes(raised) == ["TOS4060"]


def test_nested_deeply_a_forged_receipt_is_refused(shop: Path) -> None:
    deep: Any = {}
    for _ in range(400):
        deep = {"a": deep}
    made = shop_receipt(shop, sold=True)
    with pytest.raises(tosdsl.ReceiptError):
        tosdsl.replay(forged(made, lambda it: it["use"]["facts"].update(model=deep)))
    assert tosdsl.replay(forged(made, lambda it: it["decision"].update(model=deep))).differences


def test_what_a_newer_version_says_besides_is_no_difference(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def older(it: dict[str, Any]) -> None:
        it["engine"]["version"] = "0.0.9"
        del it["decision"]["readings"]
        del it["decision"]["basis"][0]["path"]

    found = tosdsl.replay(forged(shop_receipt(shop, sold=True), older))
    assert found.same
    assert found.added == ("decision.basis[0].path", "decision.readings")
    here = tosdsl.replay(
        forged(shop_receipt(shop, sold=True), lambda it: it["decision"].pop("readings"))
    )
    assert [(each.path, each.was) for each in here.differences] == [("decision.readings", "")]


def test_a_mapping_is_named_by_its_digest(shop: Path) -> None:
    policies, use = tosdsl.load(str(shop)), tosdsl.Use({"sold": True})
    made = tosdsl.receipt(policies, use, mapping="sha256:" + "0" * 64)
    assert tosdsl.replay(made).same
    assert made != tosdsl.receipt(policies, use)
    with pytest.raises(ValueError, match="no digest"):
        tosdsl.receipt(policies, use, mapping="mapping.yaml")


def test_a_decision_that_was_made_before_is_taken_at_its_word(shop: Path) -> None:
    policies, use = tosdsl.load(str(shop)), tosdsl.Use({"sold": True}, as_of=date(2024, 3, 1))
    decision = policies.decide_use(use)
    assert tosdsl.receipt(policies, use, decision) == tosdsl.receipt(policies, use)
    wrong = evolve(decision, compliant=True)
    assert not tosdsl.replay(tosdsl.receipt(policies, use, wrong)).same


def test_policies_are_kept_in_bounds(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_RECEIPT_TEXTS", 1)
    replays = replaying.Replays(Texts())
    one = shop_receipt(shop, sold=True)
    other = tosdsl.receipt(tosdsl.load(BUSINESS), tosdsl.Use({}))
    assert all(replays.of(each).same for each in (one, other, one))


# --- W3C PROV -----------------------------------------------------------------------------------------

PROV = Namespace("http://www.w3.org/ns/prov#")


def exported(run: Run) -> dict[str, Any]:
    for use in ("project_seed", "ticket_classifier"):
        run("check", BUSINESS, "--facts", use, "--receipt", "log")
    ran = run("provenance", "log")
    assert ran.status == 0
    data: dict[str, Any] = json.loads(ran.out)
    return data


def test_the_export_is_read_by_prov(run: Run) -> None:
    found = ProvDocument.deserialize(content=json.dumps(exported(run)), format="jsonld")
    ids = [json.loads(line)["id"] for line in Path("log").read_text(encoding="utf-8").splitlines()]
    entities = {str(each.identifier) for each in found.get_records(ProvEntity)}
    assert set(ids) <= entities
    assert len(list(found.get_records(ProvActivity))) == 2
    again = ProvDocument.deserialize(content=found.serialize(format="json"), format="json")
    assert again == found


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib's own
def test_the_export_is_rdf_of_prov_o(run: Run) -> None:
    data = exported(run)
    data["@context"][1] = load_vendored_context()  # its address is not reached here
    graph = Graph().parse(data=json.dumps(data), format="json-ld")
    assert graph.query("ASK { ?one a ?kind FILTER(isLiteral(?kind)) }").askAnswer is False
    ids = [json.loads(line)["id"] for line in Path("log").read_text(encoding="utf-8").splitlines()]
    for each in ids:
        receipt = URIRef("urn:tosdsl:" + each)
        assert (receipt, RDF.type, PROV.Entity) in graph
        (generation,) = graph.objects(receipt, PROV.qualifiedGeneration)
        (deciding,) = graph.objects(generation, PROV.activity)
        assert (deciding, RDF.type, PROV.Activity) in graph
        (association,) = graph.objects(deciding, PROV.qualifiedAssociation)
        (agent,) = graph.objects(association, PROV.agent)
        assert (agent, RDF.type, PROV.SoftwareAgent) in graph
        assert list(graph.objects(association, PROV.hadPlan))
        assert len(list(graph.objects(deciding, PROV.qualifiedUsage))) == 2  # the use, the document


def test_what_several_receipts_speak_of_is_told_once(shop: Path) -> None:
    several = [shop_receipt(shop, sold=each) for each in (True, False)]
    once = [json.dumps(each) for each in provenance(several)["@graph"]]
    assert len(once) == len(set(once))
    assert len(once) < 2 * len(provenance(several[:1])["@graph"])


def test_many_receipts_are_decided_again_in_another_process_from_git(tmp_path: Path) -> None:
    found = run_many(tmp_path / "many", 120)
    assert found["outcomes"] == {"same": 120}
    assert found["different"] == 120
    assert set(found["verdicts"]) == {"forbidden", "not_applicable", "permitted", "undetermined"}
    log = (tmp_path / "many" / "elsewhere" / "log").read_bytes()
    assert sum(not_seen(line, 2, Random(0)) for line in log.splitlines()) == 0
