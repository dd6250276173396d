"""What ``gate.yaml`` must get for each mistake, with its place; what commands say of a right one."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from tests.gate.conftest import DAY, GATE, Folder, request
from tests.unit.conftest import Run, run
from tosdsl.errors import PolicyError
from tosdsl.facade import load
from tosdsl.gate.checking import checked, ending, sourceless, successors
from tosdsl.gate.reading import read_plan
from tosdsl.gate.starting import skeleton
from tosdsl.gate.told import rows

__all__ = ["run"]


def facts(line: str) -> str:
    return f"policies: {{active: shop.tos}}\nfacts:\n  {line}\n"


@pytest.mark.parametrize(
    ("gate", "code", "place"),
    [
        ("policy: {active: shop.tos}\n" + GATE, "TOS8001", "1:1"),
        (facts("sold: {from: header.x, splt: a}"), "TOS8001", "3:26"),
        ("policies: {active: shop.tos}\non: {odd: 403}\n", "TOS8001", "2:6"),
        ("policies: {active: shop.tos}\non: {forbidden: 200}\n", "TOS8002", "2:17"),
        ("policies: {active: shop.tos}\non: {forbidden: 503}\n", "TOS8002", "2:17"),
        ("policies: {active: shop.tos}\non: {failure: 403}\n", "TOS8002", "2:15"),
        ("policies: {active: shop.tos}\non: {not_applicable: 200}\n", "TOS8002", "2:22"),
        ("policies: {active: shop.tos}\nas_of: tomorrow\n", "TOS8002", "2:8"),
        ("policies: {active: shop.tos, canary: 200%, shadow: a}\n", "TOS8002", "1:38"),
        ("policies: {active: shop.tos}\nlimits: {body: 1 MB}\n", "TOS8002", "2:16"),
        ("policies: {active: shop.tos}\nlimits: {deadline: long}\n", "TOS8002", "2:20"),
        ("policies: {active: shop.tos}\nlog: {to: a, rest: plain}\n", "TOS8002", "2:20"),
        (facts("sold: {from: header.x, trust: total}"), "TOS8002", "3:33"),
        (facts("sold: {from: header.x, trust: presumed}"), "TOS8002", "3:33"),
        ("[]\n", "TOS8003", "1:1"),
        ("facts: {}\n", "TOS8003", "1:1"),
        ("policies: {digest: a}\n", "TOS8003", "1:11"),
        ("policies: {active: shop.tos, canary: 5%}\n", "TOS8003", "1:38"),
        (facts("sold: {split: a}"), "TOS8003", "3:9"),
        ("policies: {active: shop.tos}\nregisters: {a: {file: b.yaml}}\n", "TOS8003", "2:16"),
        ("policies: {active: shop.tos}\ncounters: {a: {timeout: 1 s}}\n", "TOS8003", "2:15"),
        ("policies: {active: shop.tos}\ncounters: {a: {redis: 'redis://h'}}\n", "TOS8003", "2:15"),
        (facts("sold: header"), "TOS8004", "3:9"),
        (facts("sold: cookie.a"), "TOS8004", "3:9"),
        (facts("sold: client.name"), "TOS8004", "3:9"),
        (facts("sold: path.first"), "TOS8004", "3:9"),
        (facts("sold: const"), "TOS8004", "3:9"),
        (facts("media: header.x"), "TOS8005", "3:10"),
        (facts("model: header.x"), "TOS8005", "3:10"),
        (facts('sold: {from: header.x, split: ","}'), "TOS8005", "3:16"),
        (facts("model: {from: header.x, table: {a: b}}"), "TOS8005", "3:17"),
        (
            "policies: {active: shop.tos}\ncounters: {n: {file: a}}\nfacts:\n  sold: counter.n\n",
            "TOS8005",
            "4:9",
        ),
        (facts("model: body.m\n  model.size: body.s"), "TOS8006", "4:3"),
        (facts("sold: register.sold"), "TOS8010", "3:9"),
        (facts("sold: counter.sold"), "TOS8010", "3:9"),
        (facts("sold: {from: header.x-sold, const: no}"), "TOS8002", "3:9"),
        (facts("amount: {const: 5, table: {a: 6}}"), "TOS8002", "3:11"),
        (facts("sold: header.x sold"), "TOS8004", "3:9"),
        (facts("sold: path.0"), "TOS8004", "3:9"),
        (facts("sold: maybe"), "TOS8004", "3:9"),
        ("policies: shop.tos\n", "TOS8002", "1:11"),
        (facts("sold: header.x") + "log: {to: a.jsonl, values: [sold, amuont]}\n", "TOS4002", "4:35"),
        (
            facts("sold: header.x") + "subject: {from: header.a, register: {file: a, sqlite: b}}\n",
            "TOS8002",
            "4:37",
        ),
        (facts("sold: header.x") + "counters: {n: {file: a, http: b}}\n", "TOS8002", "4:15"),
        (
            "policies: {active: shop.tos}\nsubject: {from: header.a b, register: c.yaml}\n"
            "facts:\n  amount: register.amount\n",
            "TOS8004",
            "2:17",
        ),
        ("policies: {active: shop.tos, digest: 'sha256:0'}\n", "TOS8011", "0:0"),
        ("policies: {active: shop.tos}\nas_of: {from: header.x-day}\n", "TOS8012", "2:8"),
        (facts("slod: header.x"), "TOS4002", "3:3"),
        (facts("model.sise: header.x"), "TOS4002", "3:3"),
        (facts("sold: {const: maybe}"), "TOS4003", "3:17"),
        (facts("amount: {from: header.x, table: {a: many}}"), "TOS4003", "3:39"),
        (facts("media: {from: header.x, split: a, table: {a: radio}}"), "TOS4004", "3:48"),
        (facts("sold: header.x\n  sold: header.y"), "TOS4005", "4:3"),
        ("policies: {active: nobody.terms}\n", "TOS6001", "0:0"),
        ("policies: {active: shop.tos}\nassume: none.yaml\n", "TOS6002", "1:1"),
    ],
)
def test_mistakes_have_their_place(folder: Folder, gate: str, code: str, place: str) -> None:
    with pytest.raises(PolicyError) as raised:
        folder.decider(gate)
    found = [(each.code, f"{each.span.line}:{each.span.column}") for each in raised.value.diagnostics]
    assert found == [(code, place)]


def test_all_mistakes_are_told_at_once(folder: Folder) -> None:
    with pytest.raises(PolicyError) as raised:
        folder.decider("policies: {actve: shop.tos}\nfacts: {sold: cookie.a, amount: header}\nodd: 1\n")
    codes = [each.code for each in raised.value.diagnostics]
    assert codes == ["TOS8003", "TOS8001", "TOS8004", "TOS8004", "TOS8001"]


def test_what_can_decide_and_has_no_source_is_said(folder: Folder) -> None:
    decider = folder.decider(facts("sold: header.x").replace("facts", "unknown: [media]\nfacts"))
    found = list(sourceless(decider.plan, decider.policies, DAY))
    (told,) = found
    assert (told.code, told.span.line) == ("TOS8007", decider.plan.at("facts").line)
    assert re.findall(r"`(.*?)`", dict(told.words)["facts"]) == ["amount", "model.published"]


@pytest.mark.parametrize(
    ("active", "day", "said"),
    [
        ("openai.business_terms", date(2024, 5, 1), []),
        ("openai.business_terms", date(2025, 5, 1), ["ends"]),
        ("openai.business_terms", date(2026, 5, 1), ["ended"]),
        ("azure.openai_service", date(2026, 5, 1), ["ended"]),
        ("[openai.business_terms, openai.services_agreement]", date(2026, 5, 1), []),
        ("openai.services_agreement", date(2026, 5, 1), []),
    ],
)
def test_a_document_that_ends_is_named_with_the_next(
    folder: Folder, active: str, day: date, said: list[str]
) -> None:
    decider = folder.decider(f"policies: {{active: {active}}}\n")
    found = list(ending(decider.plan, decider.policies, day))
    assert [(each.code, dict(each.words)["how"]) for each in found] == [
        ("TOS8008", each) for each in said
    ]
    assert all("`openai.services_agreement`" in each.mend for each in found)


def test_a_document_without_an_end_has_no_successor() -> None:
    policy = load("openai.services_agreement@2025-12-01").choices.asked[0][0]
    assert successors(policy) == []


def test_the_skeleton_is_a_right_mapping_with_every_question(folder: Folder) -> None:
    policies = load(folder.path / "shop.tos")
    text = skeleton(["shop.tos"], policies, DAY)
    decider = folder.decider(text)
    found = list(sourceless(decider.plan, decider.policies, DAY))
    assert [each.code for each in found] == ["TOS8015"]
    for need in policies.decide({}, as_of=DAY).needs:
        assert need.question in text


def test_a_line_of_the_skeleton_is_a_source_once_its_mark_is_gone(folder: Folder) -> None:
    """Also the line that `check` gives to begin with."""
    text = skeleton(["shop.tos"], load(folder.path / "shop.tos"), DAY)
    filled = text.replace("  # sold: ", "  sold: ").replace("  # media: ", "  media: ")
    decider = folder.decider(filled)
    assert {each.path for each in decider.plan.facts} == {"sold", "media"}
    assert list(sourceless(decider.plan, decider.policies, DAY)) == []
    empty = folder.decider(text)
    mend = next(sourceless(empty.plan, empty.policies, DAY)).mend
    line = mend.split("`")[1]
    assert folder.decider(f"policies: {{active: shop.tos}}\nfacts:\n  {line}\n").plan.facts


def test_facts_are_told_with_what_matters_first(folder: Folder) -> None:
    decider = folder.decider()
    told = {row.fact: (row.matters, row.sources) for row in rows(decider.plan, decider.policies, DAY)}
    assert told == {
        "sold": (True, (("header.x-sold", "declared"),)),
        "amount": (True, (("register.subject.amount", "verified"),)),
        "media": (True, (("header.x-media", "declared"),)),
        "model.published": (True, (("register.subject.model", "verified"),)),
        "model.size": (False, (("register.subject.model", "verified"),)),
    }


@pytest.mark.parametrize(
    ("register", "status"), [("acme: {amount: 1}\n", 0), ("acme: {amount: one}\n", 1), ("{", 1)]
)
def test_check_looks_into_the_registers(folder: Folder, run: Run, register: str, status: int) -> None:
    folder.write("customers.yaml", register)
    ran: Any = run("gate", "check", folder.path / "gate.yaml", "--as-of", DAY)
    assert ran.status == status
    assert ("error" in ran.err) == (status == 1)


def test_commands_print_one_document_of_json(folder: Folder, run: Run) -> None:
    import json

    for command in ("check", "facts"):
        ran = run("gate", command, folder.path / "gate.yaml", "--format", "json", "--as-of", DAY)
        assert ran.status == 0
        assert json.loads(ran.out)["schema"] == f"tosdsl.gate.{command}/1"
    ran = run("gate", "init", folder.path / "shop.tos")
    assert ran.status == 0
    assert "Is it sold?" in ran.out


# --- names of parties, and tables of lists ------------------------------------------------------------

MAKERS = """\
vocabulary shop

party openai
party meta

fact makers: list of party "Who made it?"
fact seller: party "Who sells it?"

policy shop.terms
    default permit

use shop

forbid openai at "1"
    when makers includes openai or seller is openai
"""


def warned(folder: Folder, line: str) -> list[tuple[str, str, str]]:
    folder.write("shop.tos", MAKERS)
    plan, _ = read_plan(folder.write("gate.yaml", facts(line)))
    _, found = checked(plan, load(folder.path / "shop.tos"))
    return [(each.code, f"{each.span.line}:{each.span.column}", each.mend) for each in found]


@pytest.mark.parametrize(
    ("line", "code", "place"),
    [
        ('seller: {from: body.model, table: {"gpt-*": opanai}}', "TOS8017", "3:47"),
        ('seller: {from: body.model, table: {"gpt-*": gpt}}', "TOS8017", "3:47"),
        ('makers: {from: body.m, list: true, table: {"a": [openai, gpt]}}', "TOS8017", "3:60"),
        ("seller: {const: gpt}", "TOS8017", "3:19"),
        ("seller: body.seller", "TOS8018", "3:11"),
        ('makers: {from: header.x, split: ","}', "TOS8018", "3:18"),
    ],
)
def test_names_of_parties_that_no_text_knows_are_told(
    folder: Folder, line: str, code: str, place: str
) -> None:
    [(found, at, mend)] = warned(folder, line)
    assert (found, at) == (code, place)
    assert ("Did you mean `openai`?" in mend) == ("opanai" in line)


@pytest.mark.parametrize(
    "line",
    [
        'seller: {from: body.model, table: {"gpt-*": openai, "*": another}}',
        'makers: {from: body.m, list: true, table: {"own-*": [], "gpt-*": openai, "x": null}}',
        "seller: {from: header.x, trust: verified}",
        "makers: {const: [meta]}",
    ],
)
def test_names_that_are_meant_so_are_not(folder: Folder, line: str) -> None:
    assert warned(folder, line) == []


def test_check_prints_its_warnings_of_names(folder: Folder, run: Run) -> None:
    warned(folder, 'seller: {from: body.model, table: {"gpt-*": gpt}}')
    ran: Any = run("gate", "check", folder.path / "gate.yaml", "--as-of", DAY)
    assert ran.status == 0
    assert "TOS8017" in ran.err


TABLE = '{"gpt-*": openai, "llama*": [meta], "mix": [openai, meta], "own-*": [], "odd": null}'
LISTS = TABLE.replace(": openai", ": [openai]")


@pytest.mark.parametrize(
    "line",
    [
        f"{{from: body.m, list: true, table: {TABLE}}}",
        f"{{from: body.m, table: {LISTS}}}",
        f"{{from: register.m, list: true, table: {TABLE}}}",
    ],
)
@pytest.mark.parametrize(
    ("given", "made"),
    [
        ('"gpt-4o"', ["openai"]),
        ('"own-1"', []),
        ('"mix"', ["openai", "meta"]),
        ('["llama", "own-1", "gpt-4o"]', ["meta", "openai"]),
        ("[]", []),
        ('["llama", "odd"]', None),
        ('["llama", "other"]', None),
        ('"other"', None),
    ],
)
def test_a_table_of_a_list_gives_what_stands_for_each_item(
    folder: Folder, line: str, given: str, made: Any
) -> None:
    folder.write("shop.tos", MAKERS)
    folder.write("customers.yaml", f"acme: {{m: {given}}}\n")
    head = GATE[: GATE.index("facts:")]
    decider = folder.decider(f"{head}facts:\n  makers: {line}\n  seller: {{const: meta}}\n")
    json_of = (("content-type", "application/json"),)
    asked = request(body=f'{{"m": {given}}}'.encode(), more=json_of)
    use = decider.compiled.use(asked)
    found = use.facts["makers"]
    assert (found if found is None else list(found)) == made
    kind = "undetermined" if made is None else "forbidden" if "openai" in made else "permitted"
    assert decider.decide(asked).kind == kind


@pytest.mark.parametrize("of", ["body.m", "header.m", "path.1"])
def test_a_table_of_a_list_wants_list_beside_it(folder: Folder, of: str) -> None:
    """That is the way to mend it, and it works."""
    folder.write("shop.tos", MAKERS)
    with pytest.raises(PolicyError) as raised:
        folder.decider(facts(f'makers: {{from: {of}, table: {{"gpt-*": openai}}}}'))
    [found] = raised.value.diagnostics
    assert found.code == "TOS8005"
    assert "`list: true`" in found.mend
    folder.decider(facts(f'makers: {{from: {of}, list: true, table: {{"gpt-*": openai}}}}'))
