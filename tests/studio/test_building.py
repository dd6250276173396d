"""Building and serving: what is refused, and what a server gives."""

from __future__ import annotations

import http.client
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
import zipfile
from pathlib import Path

import pytest

from tosdsl.base.shipped import shipped
from tosdsl.errors import PolicyError
from tosdsl.studio import building, solver
from tosdsl.studio.building import MARK, build, kept_folder, state
from tosdsl.studio.serving import HOST, server


def code_of(caught: pytest.ExceptionInfo[PolicyError]) -> str:
    return caught.value.diagnostics[0].code


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        build(tmp_path)
    assert code_of(caught) == "TOS6023"
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.txt"]


def test_without_npm_it_says_what_is_missing_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PolicyError) as caught:
        build(tmp_path / "site")
    assert code_of(caught) == "TOS6040"
    assert not (tmp_path / "site").exists()


def test_what_npm_cannot_do_is_told_in_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("npm", "node"):
        program = tmp_path / name
        program.write_text(
            "#!/bin/sh\necho npm error network is unreachable >&2\nexit 1\n", encoding="utf-8"
        )
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("TOSDSL_CACHE", "off")
    with pytest.raises(PolicyError) as caught:
        build(tmp_path / "site")
    assert code_of(caught) == "TOS6041"
    assert "`npm install` says npm error network is unreachable." in caught.value.diagnostics[0].message


def test_without_pip_the_page_does_without_a_solver(tmp_path: Path) -> None:
    def fails(command: list[str], folder: Path) -> None:
        assert command[1:4] == ["-m", "pip", "download"]
        raise PolicyError((), {})

    source = Path(str(shipped("studio", "studio")))
    assert solver.wheel(source, tmp_path, fails) is None


def test_of_the_solver_the_page_gets_what_python_reads_and_the_library_once(tmp_path: Path) -> None:
    given, made = tmp_path / "z3.whl", tmp_path / "z3.zip"
    with zipfile.ZipFile(given, "w") as wheel:
        for name in ("z3/z3.py", "z3/lib/libz3.so", "z3/lib/libz3.so.5", "z3/include/z3.h"):
            wheel.writestr(name, name)
    solver.write(given, made)
    with zipfile.ZipFile(made) as found:
        assert found.namelist() == ["z3/lib/libz3.so", "z3/z3.py"]


def test_a_port_that_is_taken_is_told(quiet_port: int, tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as caught:
        server(tmp_path, quiet_port)
    assert code_of(caught) == "TOS6042"


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/", 200, "text/html"),
        ("/engine.wasm", 200, "application/wasm"),
        ("/page.mjs", 200, "text/javascript"),
        ("/inner/", 404, None),
        ("/../../etc/passwd", 404, None),
        ("/nothing", 404, None),
    ],
)
def test_it_serves_the_files_of_its_folder_and_no_other(
    tmp_path: Path, path: str, status: int, kind: str | None
) -> None:
    (tmp_path / "inner").mkdir()
    for name in ("index.html", "engine.wasm", "page.mjs", MARK):
        (tmp_path / name).write_text("x", encoding="utf-8")
    with server(tmp_path, 0) as serving:
        assert serving.server_address[0] == HOST == "127.0.0.1"
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        asked = http.client.HTTPConnection(HOST, serving.server_address[1], timeout=10)
        asked.request("GET", path)
        answer = asked.getresponse()
        answer.read()
        asked.close()
        serving.shutdown()
    assert answer.status == status
    assert kind is None or answer.getheader("Content-Type") == kind


def test_the_command_shows_a_studio_that_was_built_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOSDSL_CACHE", str(tmp_path / "cache"))
    kept = kept_folder("site", state())
    assert kept is not None
    (kept / MARK).write_text("{}", encoding="utf-8")
    (kept / "index.html").write_text("the page", encoding="utf-8")
    words = [sys.executable, "-m", "tosdsl", "studio", "--port", str(_free())]
    with subprocess.Popen(words, stdout=subprocess.PIPE, encoding="utf-8") as shown:
        try:
            assert shown.stdout is not None
            line = shown.stdout.readline()
            address = re.search(r"http://127\.0\.0\.1:\d+/", line)
            assert address is not None, line
            assert urllib.request.urlopen(address[0], timeout=10).read() == b"the page"
            shown.send_signal(signal.SIGINT)
            assert shown.wait(10) == 130
        finally:
            shown.kill()  # a run in the background may have told its processes to ignore Ctrl-C


def _free() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


def test_the_engine_brings_the_clocks_of_the_world(tmp_path: Path) -> None:
    """A browser has no zone data that Python reads."""
    archive = tmp_path / "engine.zip"
    building._engine(archive)
    asked = (
        f"import sys; sys.path.insert(0, {str(archive)!r}); sys.modules.pop('tzdata', None); "
        "import zoneinfo; zoneinfo.reset_tzpath([]); import tosdsl; from tosdsl.trees import zones; "
        "print(tosdsl.__file__, len(zones.names()), zones.zone_called('Europe/Dublin'))"
    )
    command = [sys.executable, "-I", "-S", "-c", asked]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    where, count, zone = ran.stdout.split()
    assert (where.startswith(str(archive)), zone) == (True, "Europe/Dublin")
    assert int(count) > 400
