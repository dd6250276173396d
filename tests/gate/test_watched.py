"""What a running gate sees of its files: changes while it starts, and files that are half written."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from tests.gate.conftest import CUSTOMERS, DAY, GATE, POLICY, Folder, request
from tests.unit.conftest import Run, run
from tosdsl.errors import PolicyError
from tosdsl.gate import live as module
from tosdsl.gate.live import Live
from tosdsl.gate.server.serving import settle

__all__ = ["run"]

STRICT = POLICY.replace("amount > 1000", "amount > 5")


def started(folder: Folder) -> Live:
    return Live(folder.path / "gate.yaml", clock=lambda: DAY)


def wait_until(true: Any, seconds: float = 10) -> None:
    """Until something is so, or an assertion fails."""
    end = monotonic() + seconds
    while not true():
        assert monotonic() < end
        sleep(0.01)


def looks(live: Live, number: int = 3) -> None:
    for _ in range(number):
        live.refresh()


@pytest.fixture
def while_it_starts(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Calls a function once, when everything was read and nothing is at work yet."""

    def put(change: Any) -> None:
        real, todo = module.tried, [change]

        def tried(*words: Any) -> Any:
            for each in todo[:]:
                todo.remove(each)
                each()
            return real(*words)

        monkeypatch.setattr(module, "tried", tried)

    return put


@pytest.mark.parametrize("active", ["shop.tos", "terms", "./terms/"])
def test_a_text_that_changes_while_the_gate_starts_is_seen(
    folder: Folder, while_it_starts: Any, active: str
) -> None:
    name = "shop.tos" if active == "shop.tos" else "terms/shop.tos"
    (folder.path / "terms").mkdir()
    folder.write(name, POLICY)
    folder.write("gate.yaml", GATE.replace("shop.tos", active))
    while_it_starts(lambda: folder.write(name, STRICT))
    live = started(folder)
    assert live.ask(request(), "test").allow
    looks(live)
    assert live.ask(request(), "test").kind == "forbidden"
    assert live.reload_failure is None


def test_a_text_that_comes_while_the_gate_starts_is_seen(folder: Folder, while_it_starts: Any) -> None:
    (folder.path / "terms").mkdir()
    folder.write("terms/shop.tos", POLICY)
    folder.write("gate.yaml", GATE.replace("shop.tos", "terms"))
    more = "policy shop.more\n    default permit\n\nuse shop\n\nforbid little\n    when amount > 5\n"
    while_it_starts(lambda: folder.write("terms/more.tos", more))
    live = started(folder)
    looks(live)
    assert live.ask(request(), "test").kind == "forbidden"


def test_a_mapping_that_changes_while_the_gate_starts_is_seen(
    folder: Folder, while_it_starts: Any
) -> None:
    while_it_starts(lambda: folder.write("gate.yaml", GATE.replace("register.amount", "{const: 2000}")))
    live = started(folder)
    looks(live)
    assert live.ask(request(), "test").kind == "forbidden"


def test_a_presumption_that_changes_while_the_gate_starts_is_seen(
    folder: Folder, while_it_starts: Any
) -> None:
    folder.write(
        "gate.yaml", GATE.replace("  amount: register.amount\n", "") + "assume: background.yaml\n"
    )
    folder.write("background.yaml", "facts: {amount: 1}\n")
    while_it_starts(lambda: folder.write("background.yaml", "facts: {amount: 2000}\n"))
    live = started(folder)
    looks(live)
    assert live.ask(request(), "test").kind == "forbidden"


def test_a_register_that_changes_while_the_gate_starts_is_seen(
    folder: Folder, while_it_starts: Any
) -> None:
    while_it_starts(
        lambda: folder.write("customers.yaml", CUSTOMERS.replace("amount: 10", "amount: 5000"))
    )
    live = started(folder)
    live.decider.compiled.refresh()
    assert live.ask(request(), "test").kind == "forbidden"


def test_what_changes_while_the_gate_reloads_is_seen(folder: Folder, while_it_starts: Any) -> None:
    live = started(folder)
    folder.write("shop.tos", POLICY + "\n# the same\n")
    while_it_starts(lambda: folder.write("shop.tos", STRICT))
    looks(live, 6)
    assert live.ask(request(), "test").kind == "forbidden"


def test_what_stays_as_it_is_is_loaded_once(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also a text with a byte order mark, and line ends of another system."""
    raw = b"\xef\xbb\xbf" + POLICY.replace("\n", "\r\n").encode()
    (folder.path / "shop.tos").write_bytes(raw)
    live = started(folder)
    monkeypatch.setattr(live, "reload", lambda: pytest.fail("nothing has changed"))
    looks(live)


# --- files that are half written ----------------------------------------------------------------------


def half(text: str) -> str:
    """A text whose last clause is not there yet: right by itself, and it forbids less."""
    return text[: text.index("forbid volume")]


def test_a_text_counts_once_it_has_stood_still(folder: Folder) -> None:
    live = started(folder)
    assert live.ask(request("seed"), "test").kind == "forbidden"
    for end in range(1, 4):
        folder.write("shop.tos", half(POLICY) + "\n" * end)
        looks(live, 1)
        assert live.ask(request("seed"), "test").kind == "forbidden"
    folder.write("shop.tos", STRICT)
    looks(live, 1)
    assert live.ask(request(), "test").allow
    looks(live, 1)
    assert live.ask(request(), "test").kind == "forbidden"


def test_a_text_that_changes_as_it_is_put_to_work_is_not(folder: Folder, while_it_starts: Any) -> None:
    live = started(folder)
    folder.write("shop.tos", half(POLICY))
    while_it_starts(lambda: folder.write("shop.tos", POLICY))
    looks(live, 2)
    assert live.ask(request("seed"), "test").kind == "forbidden"
    looks(live, 3)
    assert live.ask(request("seed"), "test").kind == "forbidden"
    assert live.reload_failure is None


def test_whoever_says_now_is_not_kept_waiting(folder: Folder) -> None:
    live = started(folder)
    folder.write("shop.tos", STRICT)
    live.hurry()
    looks(live, 1)
    assert live.ask(request(), "test").kind == "forbidden"


def test_a_register_counts_once_it_has_stood_still(folder: Folder) -> None:
    """The last number of a table may be cut off."""
    register = "{file: customers.csv, column: key, refresh: 0 s}"
    folder.write("gate.yaml", GATE.replace("customers.yaml", register))
    head = "key,model.size,model.published,amount\n"
    folder.write("customers.csv", f"{head}acme,3,false,5000\n")
    live = started(folder)
    assert live.ask(request(), "test").kind == "forbidden"
    looks(live)
    for cut in ("5", "50", "500"):
        folder.write("customers.csv", f"{head}acme,3,false,{cut}")
        looks(live, 1)
        assert live.ask(request(), "test").kind == "forbidden"
    folder.write("customers.csv", f"{head}acme,3,false,10\n")
    looks(live, 2)
    assert live.ask(request(), "test").allow


def test_a_register_that_never_stands_still_is_read_nevertheless(folder: Folder) -> None:
    folder.write("gate.yaml", GATE.replace("customers.yaml", "{file: customers.yaml, refresh: 0 s}"))
    live = started(folder)
    for number in range(10):
        folder.write("customers.yaml", CUSTOMERS.replace("amount: 10", f"amount: {5000 + 10**number}"))
        looks(live, 1)
    assert live.ask(request(), "test").kind == "forbidden"


def test_a_register_that_is_gone_is_not_waited_for(folder: Folder) -> None:
    folder.write("gate.yaml", GATE.replace("customers.yaml", "{file: customers.yaml, refresh: 0 s}"))
    live = started(folder)
    Path(folder.path, "customers.yaml").unlink()
    looks(live, 1)
    assert live.ask(request(), "test").kind == "failure"


# --- what a change names, and is wrong or not there yet ----------------------------------------------

WRONG = POLICY + "\nforbid nonsense when\n"


def moved(folder: Folder, word: str, into: str) -> None:
    """The mapping names other texts from now on."""
    folder.write("gate.yaml", GATE.replace(word, into))


@pytest.mark.parametrize("active", ["new.tos", "next", "next/"])
@pytest.mark.parametrize("first", [WRONG, None], ids=["wrong", "not there"])
def test_a_text_that_a_change_names_is_seen_once_it_is_right(
    folder: Folder, active: str, first: str | None
) -> None:
    name = active if active.endswith(".tos") else "next/new.tos"
    live = started(folder)
    if first is not None:
        (folder.path / name).parent.mkdir(exist_ok=True)
        folder.write(name, first)
    moved(folder, "shop.tos", active)
    looks(live)
    assert live.ask(request(), "test").allow
    assert live.reload_failure is not None
    (folder.path / name).parent.mkdir(exist_ok=True)
    folder.write(name, STRICT)
    looks(live)
    assert live.ask(request(), "test").kind == "forbidden"
    assert live.reload_failure is None


def test_a_text_that_comes_into_a_folder_that_a_change_names_is_seen(folder: Folder) -> None:
    (folder.path / "next").mkdir()
    folder.write("next/new.tos", STRICT + "\nuse words\n")
    live = started(folder)
    moved(folder, "shop.tos", "next")
    looks(live)
    assert live.reload_failure is not None
    folder.write("next/words.tos", "vocabulary words\n\nfact other: boolean\n")
    looks(live)
    assert live.reload_failure is None
    assert live.ask(request(), "test").kind == "forbidden"


def test_so_is_a_shadow_and_what_is_presumed(folder: Folder) -> None:
    live = started(folder)
    folder.write("next.tos", UNTRUE)
    moved(folder, "{active: shop.tos}", "{active: shop.tos, shadow: next.tos}")
    looks(live)
    assert live.shadow is None
    folder.write("next.tos", STRICT)
    looks(live)
    assert live.shadow is not None
    folder.write("background.yaml", "facts: {amuont: 2000}\n")
    without = GATE.replace("  amount: register.amount\n", "")
    folder.write("gate.yaml", f"{without}assume: background.yaml\n")
    looks(live)
    assert live.reload_failure is not None
    folder.write("background.yaml", "facts: {amount: 2000}\n")
    looks(live)
    assert live.ask(request(), "test").kind == "forbidden"


def test_so_is_a_register_that_a_change_names_before_it_is_there(folder: Folder) -> None:
    live = started(folder)
    moved(folder, "customers.yaml", "others.yaml")
    looks(live)
    folder.write("others.yaml", CUSTOMERS.replace("amount: 10", "amount: 5000"))
    looks(live)
    live.decider.compiled.refresh()
    assert live.ask(request(), "test").kind == "forbidden"


def test_a_name_that_becomes_a_file_is_seen(folder: Folder) -> None:
    """Of a shipped document, too: what stands beside a mapping comes before what is shipped."""
    live = started(folder)
    moved(folder, "shop.tos", "[shop.tos, elastic.license]")
    looks(live)
    folder.write("elastic.license", STRICT.replace("shop.terms", "elastic.license"))
    before = live.decider.identity
    looks(live)
    assert live.decider.identity != before or live.reload_failure is not None


def test_what_stays_wrong_is_tried_once(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    live = started(folder)
    folder.write("new.tos", WRONG)
    moved(folder, "shop.tos", "new.tos")
    looks(live)
    assert live.reload_failure is not None
    folder.write("new.tos", WRONG + "\n")
    folder.write("gate.yaml", "policies: {")
    looks(live)
    monkeypatch.setattr(live, "reload", lambda *_: pytest.fail("nothing has changed"))
    looks(live)


# --- what whoever runs it hears -----------------------------------------------------------------------

UNTRUE = f'{POLICY}\nscenario "wrong"\n    given\n        sold: yes\n    expect permitted\n'


def test_check_runs_the_scenarios_and_nothing_starts_without_them(folder: Folder, run: Run) -> None:
    file = folder.write("shop.tos", UNTRUE)
    ran: Any = run("gate", "check", folder.path / "gate.yaml", "--as-of", DAY)
    assert ran.status == 1
    assert "TOS8019" in ran.err
    assert "“wrong”" in ran.err
    assert f"shop.tos:{UNTRUE.count(chr(10))}:" in ran.err
    ran = run("gate", "serve", folder.path / "gate.yaml", "--port", "1")
    assert (ran.status, "TOS8019" in ran.err, "Traceback" in ran.err) == (1, True, False)
    folder.write("shop.tos", POLICY)
    live = started(folder)
    folder.write("shop.tos", UNTRUE)
    looks(live)
    assert str(file) in (live.reload_failure or "")
    assert "“wrong”" in (live.reload_failure or "")
    assert "_Refused" not in (live.reload_failure or "")


def test_what_is_wrong_has_its_place_and_what_is_mended_is_said(
    folder: Folder, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "tosdsl.gate")
    live = started(folder)
    text = folder.write("shop.tos", POLICY + "\nforbid nonsense when\n")
    folder.write("customers.yaml", CUSTOMERS.replace("amount: 10", "amount: ten"))
    live.decider.compiled.refresh()
    looks(live)
    row, change = caplog.messages
    assert "customers.yaml:1:16: " in row
    assert f"{text}:{POLICY.count(chr(10)) + 2}:" in change
    health = live.health()
    assert health["wrong_rows"] == ["customers.yaml:1:16: TOS4003"]  # no value: whoever asks has no key
    folder.write("shop.tos", STRICT)
    folder.write("customers.yaml", CUSTOMERS)
    live.decider.compiled.refresh()
    looks(live)
    rows, at_work, changes = caplog.messages[2:]
    assert "a change is at work, digest sha256:" in at_work
    assert "no longer so: register subject" in rows
    assert "no longer so: the last change" in changes
    assert live.health()["wrong_rows"] == []


def test_the_collector_passes_over_what_stands_and_what_a_change_replaced_is_given_back(
    folder: Folder,
) -> None:
    try:
        live = Live(folder.path / "gate.yaml", clock=lambda: DAY, changed=settle)
        assert live.ask(request(), "test").allow
        replaced = weakref.ref(live.decider)
        live.decider.ring = live.decider  # type: ignore[attr-defined]  # for the collector alone
        assert gc.get_freeze_count() > 0
        assert not any(each is live.decider for each in gc.get_objects())
        folder.write("shop.tos", STRICT)
        looks(live)
        assert live.ask(request(), "test").kind == "forbidden"
        assert replaced() is None
        assert not any(each is live.decider for each in gc.get_objects())
    finally:
        gc.unfreeze()


def test_a_log_that_cannot_be_written_is_said_and_one_without_a_folder_starts_no_gate(
    folder: Folder, caplog: pytest.LogCaptureFixture, run: Run
) -> None:
    folder.write("gate.yaml", GATE + "log: {to: logs/decisions.jsonl}\n")
    with pytest.raises(PolicyError, match="TOS6010"):
        started(folder)
    ran: Any = run("gate", "check", folder.path / "gate.yaml", "--as-of", DAY)
    assert (ran.status, "does not start" in ran.out) == (0, True)
    (folder.path / "logs").mkdir()
    caplog.set_level("INFO", "tosdsl.gate")
    live = started(folder)
    (folder.path / "logs").rmdir()
    assert live.ask(request(), "test").allow
    wait_until(lambda: live.log is not None and live.log.dropped == 1)
    looks(live, 2)
    assert [each for each in caplog.messages if "lines are lost" in each] == caplog.messages
    assert len(caplog.messages) == 1
    (folder.path / "logs").mkdir()
    assert live.ask(request(), "test").allow
    wait_until(lambda: live.log is not None and live.log.written == 1)
    looks(live, 1)
    assert "no longer so" in caplog.messages[-1]
    live.stop()
