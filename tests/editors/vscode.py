"""Visual Studio Code itself: the extension is built, installed, and used in a browser.

``python -m tests.editors.vscode FOLDER`` needs Node.js with npm, Debian's packages ``chromium``,
``libkrb5-dev``, ``libx11-dev``, ``libxkbfile-dev`` and ``libsecret-1-dev``, 600 MB and some minutes.
It leaves pictures in ``FOLDER/pictures``, to be looked at; what it installs there is used again.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.editors.test_real_editors import EDITORS, environment

PACKAGES = ["node@24", "code-server@4.139.1", "playwright-core@1.65.1"]

SETTINGS = {
    "security.workspace.trust.enabled": False,
    "workbench.startupEditor": "none",
    "telemetry.telemetryLevel": "off",
    "extensions.autoUpdate": False,
    "update.mode": "none",
    "workbench.tips.enabled": False,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "chat.disableAIFeatures": True,
    "git.enabled": False,
    "editor.minimap.enabled": False,
    "workbench.colorTheme": "Default Light Modern",
    "tosdsl.command": [sys.executable, "-m", "tosdsl"],
}

SEEN = [
    "diagnostic: `lagre` is not one of Size. Did you mean `large`?",
    "after the quick fix: no mistake",
    "hover: forbid carrying at 1.2",
    "lenses: 1 scenario reaches this clause",
    "completion: research",
    "definition: vocabulary.tos",
    "renamed:     when bulk is large",
    "run: 2 of 2 hold",
    "literate: 1 mistake",
]
"""How each line of what was seen has to begin."""


def main(folder: Path) -> int:
    """0 if all was seen."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures, texts = folder / "pictures", folder / "texts" / "shop"
    for each in (pictures, texts):
        each.mkdir(parents=True, exist_ok=True)
    environment(texts)  # writes the texts
    modules = folder / "node_modules"
    node = str(modules / "node" / "bin" / "node")
    path = {**os.environ, "PATH": f"{modules / 'node' / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    install = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder)]
    if not (modules / "code-server").exists():
        _run([*install, PACKAGES[0]], folder)
        _run([*install, *PACKAGES[1:]], folder, path)  # it asks for this Node.js while it is installed
    _run(["npm", "install", "--no-audit", "--no-fund"], EDITORS / "vscode")
    _run(["npm", "run", "package"], EDITORS / "vscode")
    entry = str(modules / "code-server" / "out" / "node" / "entry.js")
    places = ["--user-data-dir", str(folder / "user"), "--extensions-dir", str(folder / "extensions")]
    vsix = str(EDITORS / "vscode" / "tosdsl.vsix")
    _run([node, entry, *places, "--install-extension", vsix, "--force"], folder, path)
    shutil.rmtree(folder / "user", ignore_errors=True)  # what an earlier run has left open
    settings = folder / "user" / "User" / "settings.json"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(json.dumps(SETTINGS), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--auth", "none", "--bind-addr", f"127.0.0.1:{port}", "--disable-telemetry"]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [node, entry, *places, *options, "--disable-update-check"], stdout=log, stderr=log, env=path
        )
        try:
            _wait(port)
            drive = str(Path(__file__).with_name("vscode_drive.mjs"))
            seen = subprocess.run(
                [node, drive, str(folder), str(port), str(texts), str(pictures)],
                stdout=subprocess.PIPE,
                encoding="utf-8",
                timeout=600,
                check=False,
            ).stdout
        finally:
            server.terminate()
            server.wait()
    print(seen, end="")
    found = seen.splitlines()
    missing = [each for each in SEEN if not any(line.startswith(each) for line in found)]
    print("not seen:", *missing, sep="\n  ") if missing else print(f"all seen; pictures in {pictures}")
    return 1 if missing else 0


def _run(command: list[str], folder: Path, path: dict[str, str] | None = None) -> None:
    subprocess.run(command, cwd=folder, env=path, check=True, stdout=subprocess.DEVNULL)


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise SystemExit("the server of Visual Studio Code does not answer")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    sys.exit(main(Path(sys.argv[1]).resolve()))
