"""The decision log: its schema, what it holds back, and what becomes of it when writing fails."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.conftest import ROOT
from tests.gate.conftest import DAY, GATE, Folder, request
from tosdsl.gate.live import Live
from tosdsl.gate.log import Log, Torn, hashed, read_lines, simple_text
from tosdsl.gate.log_schema import log_schema
from tosdsl.gate.plan import LogPlan


def live(folder: Folder, log: str, more: str = "") -> Live:
    folder.write(
        "gate.yaml", GATE.replace("active: shop.tos", f"active: shop.tos{more}") + f"log: {log}\n"
    )
    return Live(folder.path / "gate.yaml", clock=lambda: DAY)


def lines(folder: Folder) -> list[Any]:
    return list(read_lines((folder.path / "log.jsonl").read_bytes().splitlines()))


ASKED = [
    request(),
    request(sold="true"),
    request("nobody"),
    request(sold="perhaps"),
    request(None, media="radio"),
]


def test_every_line_is_valid_and_the_schema_is_that_of_the_book(folder: Folder) -> None:
    folder.write("next.tos", (folder.path / "shop.tos").read_text().replace("> 1000", "> 5"))
    made = live(folder, "{to: log.jsonl, values: ['*']}", ", shadow: next.tos, canary: 50%")
    for asked in ASKED:
        made.ask(asked, "test")
    made.stop()
    schema = log_schema()
    assert schema == json.loads((ROOT / "docs" / "gate" / "log.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    found = lines(folder)
    assert len(found) == len(ASKED)
    for line in found:
        Draft202012Validator(schema).validate(line)


@pytest.mark.parametrize("values", ["[]", "['*']", "[media]"])
def test_a_line_is_compact_json_and_its_hashes_are_those_of_the_book(
    folder: Folder, values: str
) -> None:
    """Lines are written piece by piece, and readers may search them as text."""
    odd = request("seed", media='api,"x\\\t\x7f\u2028')
    made = live(folder, f"{{to: log.jsonl, values: {values}, salt: pepper}}")
    for asked in (*ASKED, odd):
        made.ask(asked, 'a "door"')
    made.stop()
    raw = (folder.path / "log.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(raw) == len(ASKED) + 1
    for text in raw:
        line = json.loads(text)
        assert text == json.dumps(line, ensure_ascii=False, separators=(",", ":"))
        assert line["door"] == 'a "door"'
    said = {each["fact"]: each for each in json.loads(raw[0])["facts"]}
    assert said["sold"].get("value", False) is False
    assert said["sold"].get("hash") in {None, hashed(False, b"pepper")}
    assert said["media"].get("hash") in {None, hashed(["api"], b"pepper")}
    assert ("hash" in said["sold"]) is (values != "['*']")


def test_values_are_hashed_unless_they_are_named(folder: Folder) -> None:
    made = live(folder, "{to: log.jsonl, values: [media], salt: a}")
    for asked in (request(), request(), request("seed")):
        made.ask(asked, "test")
    made.stop()
    one, same, other = ({each["fact"]: each for each in line["facts"]} for line in lines(folder))
    assert one["media"]["value"] == ["api"]
    assert one["amount"]["hash"] == same["amount"]["hash"] != other["amount"]["hash"]
    text = (folder.path / "log.jsonl").read_text()
    assert "5000" not in text
    assert "acme" not in text


def log_of(tmp_path: Path, **more: Any) -> Log:
    return Log(LogPlan("log.jsonl", **more), str(tmp_path))


LINE = {"schema": "tosdsl.gate.log/1", "id": "a"}
TEXT = json.dumps(LINE)


_TEXTS = st.text(max_size=4) | st.sampled_from(['"', "\\", "é", "\ud800", "\x00", "\u2028", "/"])
_VALUES = st.none() | st.booleans() | st.integers() | st.floats() | _TEXTS
_RECORDS = st.dictionaries(_TEXTS, st.booleans() | _TEXTS, max_size=20) | st.dictionaries(
    _TEXTS, _VALUES
)


@given(_VALUES | _RECORDS | st.lists(_VALUES))
def test_what_is_written_without_the_encoder_is_what_the_encoder_writes(value: Any) -> None:
    text = simple_text(value)
    assert text is None or text == json.dumps(value, sort_keys=True, ensure_ascii=False)


def test_most_facts_are_written_without_the_encoder() -> None:
    assert simple_text({"b": "no", "a": True}) == '{"a": true, "b": "no"}'
    assert simple_text("yes") == '"yes"'
    assert simple_text({"a": 1}) is None


def test_a_queue_that_is_full_drops_and_counts(tmp_path: Path) -> None:
    log = log_of(tmp_path, queue=3)
    log._thread = object()  # type: ignore[assignment]  # nobody writes
    assert [log.add(TEXT) for _ in range(5)] == [True, True, True, False, False]
    assert log.dropped == 2
    log._thread = None
    log.close()
    assert log.written == 3


def test_a_torn_line_is_told_and_harms_no_other(tmp_path: Path) -> None:
    log = log_of(tmp_path, must=True)
    assert log.add(TEXT)
    with (tmp_path / "log.jsonl").open("ab") as stream:
        stream.write(b'{"schema": "tosdsl.gate.l')
    assert log.add(TEXT)
    found = list(read_lines((tmp_path / "log.jsonl").read_bytes().splitlines()))
    assert found == [LINE, Torn(2), LINE]


def test_what_a_full_disk_leaves_of_a_line_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = log_of(tmp_path, must=True)
    assert log.add(TEXT)
    write = os.write
    monkeypatch.setattr(
        os, "write", lambda handle, data: write(handle, data[:7]) if len(data) > 7 else full()
    )
    assert not log.add(TEXT)
    assert log.failure == "No space left on device"
    monkeypatch.undo()
    assert log.add(TEXT)
    assert list(read_lines((tmp_path / "log.jsonl").read_bytes().splitlines())) == [LINE, LINE]


def full() -> int:
    raise OSError(28, "No space left on device")


def test_it_rotates(tmp_path: Path) -> None:
    log = log_of(tmp_path, must=True, rotate=4096)
    for _ in range(200):
        assert log.add(TEXT)
    assert (tmp_path / "log.jsonl").stat().st_size < 4096 + 100
    assert (tmp_path / "log.jsonl.1").exists()


def test_the_shadow_is_logged_and_counted_and_a_canary_keeps_its_subjects(folder: Folder) -> None:
    folder.write("next.tos", (folder.path / "shop.tos").read_text().replace("> 1000", "> 5"))
    made = live(folder, "{to: log.jsonl}", ", shadow: next.tos")
    assert made.ask(request(), "test").allow
    text = made.metrics.text(made).decode()
    assert 'active="permitted",clause="shop.terms#volume",shadow="forbidden"} 1.0' in text
    made.stop()
    assert lines(folder)[0]["shadow"]["outcome"] == "forbidden"
    whole = live(folder, "{to: log.jsonl}", ", shadow: next.tos, canary: 100%")
    assert whole.ask(request(), "test").kind == "forbidden"
    some = live(folder, "{to: log.jsonl}", ", shadow: next.tos, canary: 50%")
    folder.write(
        "customers.yaml", "".join(f"c{n}: {{amount: 10, model.published: false}}\n" for n in range(60))
    )
    some.decider.compiled.refresh()
    assert some.shadow is not None
    some.shadow.compiled.refresh()
    found = [{some.ask(request(f"c{n}"), "test").kind for _ in range(3)} for n in range(60)]
    assert all(len(each) == 1 for each in found)
    assert {"permitted", "forbidden"} == set().union(*found)


def test_a_process_that_ends_loses_no_line(folder: Folder) -> None:
    """Also one that is no server, and ends right after the decision."""
    folder.write("gate.yaml", GATE + "log: {to: log.jsonl}\n")
    code = """
import sys
from tosdsl.gate.live import Live
from tosdsl.gate.model import Request
live = Live("gate.yaml")
sys.setswitchinterval(1000)  # whoever writes comes to it late
for _ in range(300):
    live.ask(Request("GET", "/"), "test")
"""
    subprocess.run([sys.executable, "-c", code], cwd=folder.path, check=True, timeout=60)
    assert len((folder.path / "log.jsonl").read_text(encoding="utf-8").splitlines()) == 300
