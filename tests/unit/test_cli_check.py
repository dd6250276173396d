"""``tosdsl check``: statuses, facts, days, and what goes where."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.conftest import Run

MODEL = "model: {purpose: generate, competes_with: [openai]}"
SEED = ("azure.openai_service", "--facts", "project_seed")


@pytest.mark.parametrize(
    ("words", "status", "verdict"),
    [
        (("openai.business_terms", "--facts", "ticket_classifier"), 0, "PERMITTED"),
        (("openai.business_terms", "--facts", "fine_tune"), 0, "PERMITTED"),
        (("azure.openai_service", "--facts", "project_seed"), 3, "FORBIDDEN"),
        (("openai.business_terms@2023-11-14", "--facts", "published_classifier"), 4, "UNDETERMINED"),
        (
            ("openai.terms_of_use", "--facts", "project_seed", "--as-of", "2022-01-01"),
            0,
            "NOT APPLICABLE",
        ),
    ],
)
def test_the_status_tells_the_verdict(
    run: Run, words: tuple[str, ...], status: int, verdict: str
) -> None:
    ran = run("check", *words)
    assert (ran.status, ran.err) == (status, "")
    assert ran.out.startswith(verdict)


@pytest.mark.parametrize(
    ("policy", "facts", "code"),
    [
        ("shop.tos", "{facts: {sould: yes}}", "TOS4002"),
        ("shop.tos", "{facts: {sold: maybe}}", "TOS4003"),
        ("shop.tos", "{facts: {medium: letter}}", "TOS4004"),
        ("shop.tos", "{facts: {sold: yes}, sold: yes}", "TOS4007"),
        ("shop.tos", "[]", "TOS4006"),
        ("shop.tos", "", "TOS4006"),
        ("shop.tos", "{facts: {sold: yes", "TOS4001"),
        ("shop.tos", b"facts: {sold: \xff}", "TOS1015"),
        ("shop.tos", None, "TOS6002"),
        ("broken.tos", "{facts: {}}", "TOS1017"),
        ("nothing.tos", "{facts: {}}", "TOS6001"),
        ("openai.busines_terms", "{facts: {}}", "TOS6001"),
        ("openai.business_terms@1999", "{facts: {}}", "TOS6005"),
        ("empty", "{facts: {}}", "TOS6004"),
    ],
)
def test_what_is_wrong_is_1_with_a_code_on_standard_error(
    run: Run, shop: Path, policy: str, facts: str | bytes | None, code: str
) -> None:
    folder = shop.parent
    (folder / "empty").mkdir()
    (folder / "broken.tos").write_text("policy broken\n", encoding="utf-8")
    use = folder / "use.yaml"
    if facts is not None:
        use.write_bytes(facts if isinstance(facts, bytes) else facts.encode())
    asked = folder / policy if (folder / policy).exists() else policy
    ran = run("check", asked, "--facts", use)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith(f"error[{code}]")
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("name", ["a" * 5000, "a/" * 3000])
def test_no_name_is_too_long_to_be_reported(run: Run, shop: Path, name: str) -> None:
    assert run("check", shop, "--facts", name).status == 1
    assert run("check", name, "--facts", "project_seed").status == 1
    assert run("fmt", name).status == 1


def test_a_folder_is_no_facts(run: Run, shop: Path) -> None:
    ran = run("check", shop, "--facts", shop.parent)
    assert (ran.status, ran.out) == (1, "")
    assert "folder" in ran.err


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("chekc",),
        ("check",),
        ("check", "openai.business_terms"),
        ("check", *SEED, "--format", "xml"),
        ("check", *SEED, "--as-of", "2023-02-30"),
        ("check", *SEED, "--known-at", "yesterday"),
        ("schema",),
        ("test", "--what"),
    ],
)
def test_a_wrong_command_line_is_2(run: Run, words: tuple[str, ...]) -> None:
    ran = run(*words)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("usage: tosdsl")


def test_facts_come_from_standard_input(run: Run, shop: Path) -> None:
    assert run("check", shop, "--facts", "-", stdin=b"facts: {sold: yes}").status == 3
    assert (
        run("check", shop, "--facts", "-", stdin=b'\xef\xbb\xbf{"facts": {"sold": false}}').status == 0
    )
    ran = run("check", shop, "--facts", "-", stdin=b"facts:\n  sold: perhaps\n")
    assert ran.status == 1
    assert "<stdin>:2:9" in ran.err
    assert run("check", shop, "--facts", "-", stdin=b"facts: \xff").err.startswith("error[TOS1015]")
    assert "MAX_FACTS_BYTES" in run("check", shop, "--facts", "-", stdin=b" " * 2**22 + b"{}").err


def test_several_policies_are_one_question(run: Run) -> None:
    ran = run(
        "check",
        "openai.business_terms",
        "azure.openai_service",
        "--facts",
        "project_seed",
        "--format",
        "json",
    )
    assert {each["id"] for each in json.loads(ran.out)["policies"]} == {
        "openai.business_terms",
        "azure.openai_service",
    }


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ((), 3),
        (("--as-of", "2023-12-31"), 0),
        (("--as-of", "2024-01-01"), 3),
        (("--as-of", "2025-01-01"), 0),
        (("--known-at", "2024-01-31"), 0),
        (("--known-at", "2024-02-01"), 3),
    ],
)
def test_days_select_the_documents(run: Run, shop: Path, words: tuple[str, ...], status: int) -> None:
    assert run("check", shop, "--facts", "-", *words, stdin=b"facts: {sold: yes}").status == status


def test_days_of_the_command_line_prevail_over_those_of_the_use(run: Run, shop: Path) -> None:
    use = b"{as_of: 2023-01-01, known_at: 2023-01-01, facts: {sold: yes}}"
    words = ("--as-of", "2024-06-01", "--known-at", "2024-06-02", "--format", "json")
    ran = run("check", shop, "--facts", "-", *words, stdin=use)
    assert ran.status == 3
    made = json.loads(ran.out)
    assert (made["as_of"], made["known_at"]) == ("2024-06-01", "2024-06-02")


def test_json_is_one_document_and_nothing_else(run: Run) -> None:
    ran = run("check", *SEED, "--format", "json")
    assert (ran.status, ran.err) == (3, "")
    made = json.loads(ran.out)
    assert (made["schema"], made["verdict"]) == ("tosdsl.decision/1", "forbidden")


@pytest.mark.parametrize(
    "words",
    [
        ("check", "no.such", "--facts", "project_seed"),
        ("check", "openai.business_terms", "--facts", "no_such_use"),
        ("test", "no.such"),
    ],
)
def test_json_is_one_document_on_errors_too(run: Run, words: tuple[str, ...]) -> None:
    ran = run(*words, "--format", "json")
    assert (ran.status, ran.err) == (1, "")
    made = json.loads(ran.out)
    assert made["schema"] == "tosdsl.diagnostics/1"
    (found,) = made["diagnostics"]
    assert found["severity"] == "error"
    assert found.keys() == {
        *("code", "severity", "message", "mend", "near", "path"),
        *("file", "line", "column", "end_line", "end_column"),
    }


def test_a_warning_is_not_lost(run: Run) -> None:
    use = b"facts: {output_of: [opnai]}"
    ran = run("check", "openai.business_terms", "--facts", "-", stdin=use)
    assert ran.err.startswith("warning[TOS4009] <stdin>:1:21")
    assert "openai" in ran.err
    ran = run("check", "openai.business_terms", "--facts", "-", "--format", "json", stdin=use)
    assert ran.err == ""
    (warning,) = json.loads(ran.out)["warnings"]
    assert "`openai`" in warning


def test_a_warning_of_the_policy_is_not_lost_either(run: Run, tmp_path: Path) -> None:
    (tmp_path / "p.tos").write_text("policy p\n    default forbid\n", encoding="utf-8")
    words = (tmp_path, "--facts", "-")
    assert "warning[TOS3010]" in run("check", *words, stdin=b"facts:").err
    ran = run("check", *words, "--format", "json", stdin=b"facts:")
    assert (ran.status, ran.err) == (3, "")
    assert ["`p` forbids by default" in each for each in json.loads(ran.out)["warnings"]] == [True]


def test_of_a_list_that_was_given_the_missing_field_is_asked_for(run: Run, tmp_path: Path) -> None:
    policy, facts = tmp_path / "p.tos", tmp_path / "f.yaml"
    policy.write_text(
        'vocabulary v\n\ntype Who has\n    near: boolean\n    told: boolean  "Was it told?"\n\n'
        'fact who: list of Who  "With whom?"\n\npolicy p\n    default permit\n\nuse v\n\n'
        "forbid f\n    when some x in who satisfies not x.told\n",
        encoding="utf-8",
    )
    facts.write_text("facts: {who: [{told: yes}, {near: yes}]}", encoding="utf-8")
    done = run("check", policy, "--facts", facts)
    assert done.status == 4
    assert "? who  Of item 2, told: Was it told?" in done.out
    duty = "require d\n    must every x in who satisfies x.told\n"
    policy.write_text(
        policy.read_text(encoding="utf-8").partition("forbid")[0] + duty, encoding="utf-8"
    )
    done = run("check", policy, "--facts", facts)
    assert done.status == 0
    assert "? who  Of item 2, told: Was it told?" in done.out


def test_an_exception_that_may_apply_is_not_said_to(run: Run, tmp_path: Path) -> None:
    policy, facts = tmp_path / "p.tos", tmp_path / "f.yaml"
    policy.write_text(
        "vocabulary v\n\nfact paid: boolean\nfact press: boolean\nfact person: boolean\n\n"
        "policy p\n    default permit\n\nuse v\n\nforbid sale\n    when paid\n    except reports\n"
        "        when press\n        except portraits\n            when person\n",
        encoding="utf-8",
    )
    facts.write_text("facts: {paid: yes, person: yes}", encoding="utf-8")
    told = run("check", policy, "--facts", facts).out
    assert "exception reports does not help: it would be defeated by portraits, if it applied" in told
    facts.write_text("facts: {paid: yes, person: yes, press: yes}", encoding="utf-8")
    told = run("check", policy, "--facts", facts).out
    assert "exception reports would apply, but is defeated by portraits" in told


@pytest.mark.parametrize(
    ("facts", "day", "plain", "strict"),
    [
        ("{activities: [train], output_of: [anthropic]}", "2023-12-15", 0, 0),
        ("{activities: [train], output_of: [anthropic]}", "2026-01-01", 0, 4),  # not in force
        ("{activities: [train], output_of: [opnai]}", "2023-12-15", 0, 4),  # nearly a known name
        ("{activities: [train], output_of: [openai]}", "2023-12-15", 4, 4),
        ("{activities: [train], output_of: [openai], " + MODEL + "}", "2023-12-15", 3, 3),
    ],
)
def test_a_strict_check_is_a_gate(
    run: Run, tmp_path: Path, facts: str, day: str, plain: int, strict: int
) -> None:
    use = tmp_path / "use.yaml"
    use.write_text(f"facts: {facts}\n", encoding="utf-8")
    asked = ("check", "openai.business_terms", "--facts", str(use), "--as-of", day)
    assert run(*asked).status == plain
    assert run(*asked, "--strict").status == strict


def test_what_could_be_read_is_told_by_a_day_or_a_moment(run: Run) -> None:
    ran = run("check", *SEED, "--known-at", "2024-02-26T18:30Z")
    assert "as known at 2024-02-26T18:30Z" in ran.out
    ran = run("check", *SEED, "--known-at", "2024-02-26T18:30")
    assert "Write a moment with its zone: 2023-11-14T18:30Z." in ran.err
