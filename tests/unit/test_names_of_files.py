"""Names of files are any bytes: no format breaks by one, and nothing that is printed obeys one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.unit.conftest import SHOP, Run
from tosdsl.base.visible import visible, visible_lines

LATIN = os.fsdecode(b"caf\xe9")
STEERS = "a\x1b[2K\rall held\n\x9b31m\u202egnp"
NAMES = {"not UTF-8": LATIN, "steers a terminal": STEERS, "other line ends": "a\u2028b\u0085c\x0b"}
FAILS = (
    SHOP.replace("expect permitted", "expect forbidden")
    + "\nforbid never\n    when sold and not sold\n"
)
"""A scenario that fails, and a clause that never counts."""

COMMANDS = (
    *(f"test {{}} --format {each}" for each in ("text", "json", "junit")),
    "test {} --verbose",
    "test {} --annotations github",
    *(f"lint {{}} --format {each}" for each in ("text", "json", "sarif")),
    *(f"coverage {{}} --format {each}" for each in ("text", "json", "html")),
    *(f"check {{}} --facts {{}} --format {each}" for each in ("text", "json")),
    *(f"diff {{}} {{}} --format {each}" for each in ("text", "json", "markdown")),
    *(f"mutate {{}} --format {each}" for each in ("text", "json")),
    "fmt --check {}",
    "fmt {}",
    "compile {}",
    "check {}",
    "explain {}",
    "check shop.tos --facts gone-{}",
    "test gone-{}",
    "fmt gone-{}",
    "check REV:{} --facts x",
    "diff REV:{} {}",
    "diff {}:x {}",
    "check x --facts y --{}",
    "check x --facts y --as-of {}",
    "coverage {} --output gone/{}",
)


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A policy whose file has such a name, in the folder at hand."""
    monkeypatch.chdir(tmp_path)
    file = f"{NAMES[request.param]}.tos"
    try:
        Path(file).write_text(FAILS, encoding="utf-8")
    except (OSError, ValueError):
        pytest.skip("this file system takes no such name")
    return file


@pytest.mark.parametrize("command", COMMANDS)
def test_no_name_steers_what_is_printed(run: Run, name: str, command: str) -> None:
    done = run(*(word.replace("{}", name) for word in command.split()))
    assert done.status in range(5)
    told = done.out + done.err
    assert visible_lines(told) == told
    assert "all held\n" not in told.replace("\\", "")
    told.encode("ascii" if name.isascii() else "utf-8")


@pytest.mark.parametrize(
    "command", ["test {} --format json", "lint {} --format json", "lint {} --format sarif"]
)
def test_json_can_be_decoded_by_any_reader(run: Run, name: str, command: str) -> None:
    """A lone surrogate is refused by many."""
    text = run(*(word.replace("{}", name) for word in command.split())).out
    json.loads(text)
    json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8")


def test_a_uri_has_the_bytes_of_a_name(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        Path(f"{LATIN}.tos").write_text(FAILS, encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes no such name")
    for word, uri in (
        (f"{LATIN}.tos", "caf%E9.tos"),
        (tmp_path / f"{LATIN}.tos", f"file://{tmp_path}/caf%E9.tos"),
    ):
        (found,) = json.loads(run("lint", word, "--format", "sarif").out)["runs"]
        assert found["artifacts"][0]["location"]["uri"] == uri
        assert found["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_junit_is_xml_with_any_name_and_any_title(run: Run, name: str) -> None:
    table = Path(name).with_suffix(".cases.csv")
    table.write_text("case,sold,expect\n\x01\x1b[31mred\ufffe,no,forbidden\n", encoding="utf-8")
    root = ElementTree.fromstring(run("test", name, "--format", "junit").out)
    assert {each.get("file") for each in root.iter("testcase")} == {visible(name), visible(str(table))}


@pytest.mark.parametrize("form", ["text", "json", "html"])
def test_a_report_is_written_with_any_name(run: Run, name: str, form: str) -> None:
    run("coverage", name, "--format", form, "--output", "report")
    text = Path("report").read_text(encoding="utf-8")
    assert visible_lines(text) == text


@pytest.mark.parametrize("command", ["mutate {}", "diff old.tos {}"])
def test_scenarios_are_written_with_any_name(run: Run, name: str, command: str) -> None:
    Path("old.tos").write_text(SHOP.replace("when sold", "when not sold"), encoding="utf-8")
    Path(name).write_text(SHOP, encoding="utf-8")
    words = [word.replace("{}", name) for word in command.split()]
    done = run(*words, "--emit-scenarios", "made")
    assert "Traceback" not in done.err
    Path("made").read_text(encoding="utf-8")


def test_a_name_in_markdown_is_no_markup(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    odd = "<img src=x>`*b*`[a](b).tos"
    Path(odd).write_text(SHOP, encoding="utf-8")
    head = run("diff", odd, odd, "--format", "markdown").out.partition("\n")[0]
    shown = "&lt;img src=x&gt;&#96;&#42;b&#42;&#96;&#91;a&#93;(b).tos"
    assert head.endswith(f"{shown} → {shown}")


def test_pytest_shows_no_name_raw(name: str) -> None:
    Path(name).with_suffix(".cases.csv").write_text(
        "case,sold,expect\nx\x1b[31mred,no,forbidden\n", encoding="utf-8"
    )
    words = [
        "-p",
        "tosdsl.testing.plugin",
        "-p",
        "no:cacheprovider",
        "--no-header",
        "-q",
        "--tb=short",
        ".",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words],
        env={
            **{key: its for key, its in os.environ.items() if key != "PYTEST_ADDOPTS"},
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "TOSDSL_CACHE": "off",
            "NO_COLOR": "1",
        },
        capture_output=True,
        check=False,
    )
    told = (
        done.stdout.decode("utf-8", "surrogateescape")
        .split("= FAILURES =")[-1]
        .split("short test summary")[0]
    )
    assert "expected forbidden" in told
    assert "\x1b" not in told


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("terms/café, 条款.tos", "terms/café, 条款.tos"),
        ("\x1b[31m", r"\u001b[31m"),
        ("a\nb\tc", r"a\u000ab\u0009c"),
        (LATIN, r"caf\xe9"),
        ("\u202e\u2066\u200b\u00ad", r"\u202e\u2066\u200b\u00ad"),
        ("\U000e0001", r"\U000e0001"),
        ("\ud800", r"\ud800"),
    ],
)
def test_what_cannot_be_seen_is_named(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert visible(shown) == shown
    assert visible_lines(f"{text}\n").replace("\\u000a", "\n").replace("\\u0009", "\t")
