"""The example is run as its page says, and each call answers what stands below it.

``python -m tests.gate.test_example`` writes the answers anew.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.conftest import ROOT
from tests.gate.rig import free_port, process

EXAMPLE = ROOT / "examples" / "ai-proxy"
PAGE = EXAMPLE / "README.md"

_CALL = re.compile(r"^\$ (curl (?:.*\\\n)*.*)\n((?:(?!\$ |```).*\n)*)", re.MULTILINE)
_ID = re.compile(r"urn:uuid:[0-9a-f-]{36}")


def played(page: str, folder: Path) -> str:
    """The page with the answers that the calls get now."""
    shutil.copytree(EXAMPLE, folder, dirs_exist_ok=True)
    port = free_port()
    words = (sys.executable, str(folder / "run.py"), str(port))
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TOSDSL_CACHE": "off", "NO_PROXY": "*"}

    def call(match: re.Match[str]) -> str:
        line = match[1].replace("\\\n", " ").replace(":8000", f":{port}")
        ran = subprocess.run(
            shlex.split(line), capture_output=True, env=environment, timeout=20, check=True
        )
        answer = _ID.sub("urn:uuid:…", ran.stdout.decode())
        return f"$ {match[1]}\n{answer}"

    with process(*words, port=port, log=folder / "run.log", env=environment):
        return _CALL.sub(call, page)


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
def test_each_call_answers_what_the_page_says(tmp_path: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page.count("$ curl") == len(_CALL.findall(page)) >= 6
    assert played(page, tmp_path) == page


def _write(play: Callable[[str, Path], str]) -> None:
    with TemporaryDirectory() as folder:
        PAGE.write_text(play(PAGE.read_text(encoding="utf-8"), Path(folder)), encoding="utf-8")


if __name__ == "__main__":
    _write(played)
