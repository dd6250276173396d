"""The files of the cache: whole or not there, this user's or not read, and never a reason to fail."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tosdsl.cache import place
from tosdsl.cache.store import Store, key_of, open_store

KEY = "0123"
BODY = b"what was worked out" * 50


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "deep" / "cache"), os.geteuid())


def entry(store: Store, key: str = KEY) -> Path:
    return Path(store.path, f"{key}.image")


def test_what_was_put_is_got(store: Store) -> None:
    assert store.get(KEY) is None
    assert store.put(KEY, BODY)
    assert store.get(KEY) == BODY
    assert store.get("4567") is None
    assert store.put(KEY, b"")
    assert store.get(KEY) == b""


def test_folder_and_entry_are_this_users_alone(store: Store) -> None:
    store.put(KEY, BODY)
    assert Path(store.path).stat().st_mode & 0o777 == 0o700
    assert entry(store).stat().st_mode & 0o777 == 0o600


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda whole: b"",
    "its header torn": lambda whole: whole[:20],
    "its body torn": lambda whole: whole[:-1],
    "longer": lambda whole: whole + b"x",
    "one bit of the body": lambda whole: whole[:-1] + bytes([whole[-1] ^ 1]),
    "one bit of the length": lambda whole: whole[:13] + bytes([whole[13] ^ 1]) + whole[14:],
    "another program's": lambda whole: b"\x89PNG" + whole[4:],
    "nothing but zeros": lambda whole: bytes(len(whole)),
}


@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_entry_is_a_miss_and_can_be_put_again(store: Store, how: str) -> None:
    store.put(KEY, BODY)
    entry(store).write_bytes(DAMAGE[how](entry(store).read_bytes()))
    assert store.get(KEY) is None
    assert store.put(KEY, BODY)
    assert store.get(KEY) == BODY


def _writable_entry(store: Store) -> None:
    entry(store).chmod(0o620)


def _writable_folder(store: Store) -> None:
    Path(store.path).chmod(0o770)


def _link(store: Store) -> None:
    real = Path(store.path).parent / "elsewhere"
    entry(store).rename(real)
    entry(store).symlink_to(real)


def _linked_folder(store: Store) -> None:
    real = Path(store.path).parent / "elsewhere"
    Path(store.path).rename(real)
    Path(store.path).symlink_to(real)


def _pipe(store: Store) -> None:
    entry(store).unlink()
    os.mkfifo(entry(store))


def _another_user(store: Store) -> None:
    store.owner += 1


@pytest.mark.parametrize(
    "how", [_writable_entry, _writable_folder, _link, _linked_folder, _pipe, _another_user]
)
def test_what_others_could_have_written_is_not_read(store: Store, how: Callable[[Store], None]) -> None:
    store.put(KEY, BODY)
    assert store.get(KEY) == BODY
    how(store)
    assert store.get(KEY) is None


def test_a_folder_is_not_made_where_another_user_is_at_home(store: Store, tmp_path: Path) -> None:
    store.owner += 1
    assert not store.put(KEY, BODY)
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("in the way")
    store = Store(str(file / "cache"), os.geteuid())
    assert not store.put(KEY, BODY)
    assert store.get(KEY) is None
    assert not Store("/dev/null\0", os.geteuid()).put(KEY, BODY)
    assert Store("/dev/null\0", os.geteuid()).get(KEY) is None


def test_a_full_disk_leaves_nothing_behind(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put(KEY, BODY)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "rename", full)
    assert not store.put(KEY, b"other")
    assert [each.name for each in Path(store.path).iterdir()] == [f"{KEY}.image"]
    assert store.get(KEY) == BODY


def test_past_the_limit_the_oldest_go(store: Store) -> None:
    store.limit = 3 * (len(BODY) + 60)
    for age, key in enumerate("abcde"):
        store.put(key, BODY)
        os.utime(entry(store, key), (1_000_000 + age, 1_000_000 + age))
    store.put("new", BODY)
    left = {each.stem for each in Path(store.path).iterdir()}
    assert left == {"d", "e", "new"}
    assert not store.put("large", BODY * 4)


def test_an_entry_that_is_read_is_not_the_oldest(store: Store) -> None:
    store.limit = 2 * (len(BODY) + 60)
    for age, key in enumerate("ab"):
        store.put(key, BODY)
        os.utime(entry(store, key), (1_000_000 + age, 1_000_000 + age))
    assert store.get("a") == BODY
    store.put("c", BODY)
    assert {each.stem for each in Path(store.path).iterdir()} == {"a", "c"}


def test_what_a_process_left_behind_goes(store: Store) -> None:
    store.put(KEY, BODY)
    old, new = Path(store.path, "old.part"), Path(store.path, "new.part")
    for each in (old, new):
        each.write_bytes(b"")
    os.utime(old, (1_000_000, 1_000_000))
    store.put(KEY, BODY)
    assert (old.exists(), new.exists()) == (False, True)


RACE = """
import os, sys
from tosdsl.cache.store import Store
store = Store(sys.argv[1], os.geteuid())
bodies = {bytes([each]) * 200_000 for each in range(1, 5)}
mine = bytes([int(sys.argv[2])]) * 200_000
for _ in range(40):
    assert store.put("shared", mine)
    assert bytes(store.get("shared")) in bodies
"""


def test_many_processes_at_once_read_whole_entries(store: Store) -> None:
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{RACE}"
    command = [sys.executable, "-c", code, store.path]
    running = [subprocess.Popen([*command, str(number)]) for number in range(1, 5)]
    assert [each.wait() for each in running] == [0, 0, 0, 0]
    assert [each.name for each in Path(store.path).iterdir()] == ["shared.image"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"TOSDSL_CACHE": "off"}, None),
        ({"TOSDSL_CACHE": "OFF", "XDG_CACHE_HOME": "/x"}, None),
        ({"TOSDSL_CACHE": "/here"}, "/here"),
        ({"XDG_CACHE_HOME": "/x"}, "/x/tosdsl"),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/h"}, "/h/.cache/tosdsl"),
        ({"HOME": "/h"}, "/h/.cache/tosdsl"),
    ],
)
def test_where_it_is(
    monkeypatch: pytest.MonkeyPatch, said: dict[str, str], expected: str | None
) -> None:
    for name in ("TOSDSL_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    assert place.folder() == expected
    store = open_store()
    assert (store.path if store else None) == expected


def test_where_users_cannot_be_told_apart_there_is_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOSDSL_CACHE", "/here")
    acting = os.geteuid()
    monkeypatch.setattr(os, "getuid", lambda: acting + 1)
    assert open_store() is None
    monkeypatch.delattr(os, "geteuid")
    assert open_store() is None


def test_a_key_is_of_its_parts_and_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {key_of("a", "bc"), key_of("ab", "c"), key_of("a", "b", "c"), key_of("a", "bc", "")}
    assert len(keys) == 4
    assert key_of("a") == key_of("a")
    before = key_of("a")
    monkeypatch.setattr(place, "program", lambda: b"another version")
    assert key_of("a") != before


def test_the_program_is_known_by_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "tosdsl"
    (package / "inner").mkdir(parents=True)
    (package / "inner" / "module.py").write_text("x = 1")
    (tmp_path / "grammars").mkdir()
    (tmp_path / "grammars" / "tos.lark").write_text("start:")
    monkeypatch.setattr(place, "_PACKAGE", str(package))

    def program() -> bytes:
        place._KNOWN.clear()
        return place.program()

    made = [program()]
    assert program() == made[0]
    (package / "inner" / "module.py").write_text("x = 10")
    made.append(program())
    (tmp_path / "grammars" / "tos.lark").write_text("start: x")
    made.append(program())
    (package / "new.py").write_text("")
    made.append(program())
    place._KNOWN.clear()
    assert len(set(made)) == 4
