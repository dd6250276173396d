"""The studio, built once and used once in headless Chromium: what was seen, for each test."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tosdsl.studio.building import Built, build, kept_folder
from tosdsl.studio.serving import HOST, server

DRIVE = Path(__file__).with_name("drive.mjs")
PACKAGES = ["playwright-core@1.65.1", "axe-core@4.14.1"]
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, dict[str, Any]]:
    """The studio of this checkout, and what was seen of it. It is built and used once for all processes
    of a run: whoever comes second waits for the first."""
    if os.environ.get("STUDIO") not in {"1", "all"}:
        pytest.skip("STUDIO=1 is not set: it takes a minute, and npm's registry once")
    if shutil.which("npm") is None or CHROMIUM is None:
        pytest.skip("it needs Node.js with npm, and chromium (`apt-get install nodejs npm chromium`)")
    import fcntl  # where it is not, there is no Chromium of that name either

    root = tmp_path_factory.getbasetemp()
    shared = (root.parent if "PYTEST_XDIST_WORKER" in os.environ else root) / "studio"
    shared.mkdir(exist_ok=True)
    kept = shared / "seen.pickle"
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            made = build(shared / "site")
            kept.write_bytes(pickle.dumps((made, used(made.folder))))
    found: tuple[Built, dict[str, Any]] = pickle.loads(kept.read_bytes())
    return found


@pytest.fixture(scope="session")
def built(studio: tuple[Built, dict[str, Any]]) -> Built:
    return studio[0]


@pytest.fixture(scope="session")
def seen(studio: tuple[Built, dict[str, Any]]) -> dict[str, Any]:
    return studio[1]


def used(site: Path, pictures: Path | None = None, *, everything: bool = False) -> dict[str, Any]:
    """What ``drive.mjs`` sees of a studio; ``everything`` decides every shipped scenario there."""
    assert CHROMIUM is not None
    with tools() as driving, server(site, 0) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        address = f"http://{HOST}:{serving.server_address[1]}/"
        words = ["node", str(DRIVE), address, str(driving), CHROMIUM]
        ran = subprocess.run(
            [*words, *([] if pictures is None else [str(pictures)])],
            env={**os.environ, "EVERYTHING": "1" if everything else "0"},
            stdout=subprocess.PIPE,
            encoding="utf-8",
            timeout=600,
            check=True,
        )
        serving.shutdown()
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


class tools:  # noqa: N801 # used as a function is
    """A folder with what drives the browser, kept for the next time where there is a cache."""

    def __enter__(self) -> Path:
        kept = kept_folder("tools", " ".join(PACKAGES).encode())
        self._made = None if kept is not None else tempfile.mkdtemp()
        folder = kept or Path(str(self._made))
        if not (folder / "node_modules" / "axe-core").exists():
            (folder / "package.json").write_text("{}", encoding="utf-8")
            quiet = [
                "--no-audit",
                "--no-fund",
                "--ignore-scripts",
                "--no-package-lock",
                "--loglevel=error",
            ]
            subprocess.run(
                ["npm", "install", *quiet, *PACKAGES], cwd=folder, check=True, stdout=subprocess.DEVNULL
            )
        return folder

    def __exit__(self, *_: object) -> None:
        if self._made is not None:
            shutil.rmtree(self._made)


@pytest.fixture
def quiet_port() -> Iterator[int]:
    """A port that somebody else listens on."""
    with server(Path(tempfile.gettempdir()), 0) as taken:
        yield int(taken.server_address[1])
