"""The site with the studio, built once and used once in headless Chromium: what was seen of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from tests.studio.conftest import CHROMIUM, tools
from tosdsl.studio.serving import HOST, server
from website.examples import Example
from website.pages import address

DRIVE = Path(__file__).with_name("drive.mjs")


@frozen
class Used:
    """``seen`` is what ``drive.mjs`` prints; its ``shown`` are in the order of ``examples``."""

    examples: tuple[Example, ...]
    seen: dict[str, Any]


@pytest.fixture(scope="session")
def used(tmp_path_factory: pytest.TempPathFactory) -> Used:
    """The site of this checkout, with each of its examples opened."""
    if os.environ.get("STUDIO") != "all":
        pytest.skip("STUDIO=all is not set: it takes some minutes, and npm's registry once")
    if shutil.which("npm") is None or CHROMIUM is None:
        pytest.skip("it needs Node.js with npm, and chromium (`apt-get install nodejs npm chromium`)")
    return using(tmp_path_factory.mktemp("website"))


def using(folder: Path, pictures: Path | None = None) -> Used:
    """Build the site in a folder, and see what comes of it in a browser."""
    from website.build import build

    assert CHROMIUM is not None
    built = build(folder / "site")
    assert built.broken == ()
    listed = folder / "examples.json"
    rows = [
        {
            "page": address(each.page),
            "fragment": each.fragment,
            "view": each.view,
            "lint": bool(each.lint),
        }
        for each in built.tried
    ]
    listed.write_text(json.dumps(rows), encoding="utf-8")
    with tools() as found, server(built.folder, 0) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        where = f"http://{HOST}:{serving.server_address[1]}/"
        words = ["node", str(DRIVE), where, str(found), CHROMIUM, str(listed)]
        ran = subprocess.run(
            [*words, *([] if pictures is None else [str(pictures)])],
            stdout=subprocess.PIPE,
            encoding="utf-8",
            timeout=1500,
            check=True,
        )
        serving.shutdown()
    return Used(built.tried, json.loads(ran.stdout))
