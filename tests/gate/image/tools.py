"""Podman with all that it keeps in one folder, and the lines that are printed."""

from __future__ import annotations

import json
import os
import resource
import subprocess
from pathlib import Path
from typing import Any

from attrs import frozen

IMAGE = "tosdsl-gate"

wrong: list[str] = []
"""What was told to be wrong, in this process."""


class Failed(Exception):
    """A program ended with an error; the text is the end of what it said."""


def told(right: bool | None, what: str, seen: object) -> None:
    """One line. None: it was not run, and `seen` says why."""
    mark = {True: "ok     ", False: "WRONG  ", None: "not run"}[right]
    print(f"{mark} {what}: {seen}", flush=True)
    if right is False:
        wrong.append(what)


@frozen
class Tools:
    """The programs, and the folder in which they keep everything."""

    folder: Path

    @property
    def program(self) -> Path:
        return self.folder / "podman"

    def write(self) -> None:
        """Podman's settings, and a program that uses them: podman-compose calls it too."""
        # Podman asks for more than a machine may give, and runc then starts nothing.
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        settings = f"""
            [containers]
            default_ulimits = ["nofile={files}:{files}", "nproc=1024:1024"]
            [engine]
            cgroup_manager = "cgroupfs"
            events_logger = "file"
            [network]
            network_config_dir = "{self.folder / "networks"}"
        """
        (self.folder / "containers.conf").write_text(settings, encoding="utf-8")
        (self.folder / "networks").mkdir(exist_ok=True)
        words = f"--root {self.folder}/storage --runroot {self.folder}/run --storage-driver vfs"
        self.program.write_text(
            f"#!/bin/sh\nCONTAINERS_CONF={self.folder}/containers.conf; export CONTAINERS_CONF\n"
            f'exec /usr/bin/podman {words} --runtime runc "$@"\n',
            encoding="utf-8",
        )
        self.program.chmod(0o755)

    def run(self, *words: str, patience: float = 120, **environment: str) -> str:
        """What a program says, errors included. Raises Failed."""
        try:
            ran = subprocess.run(
                words,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                text=True,
                timeout=patience,
                check=False,
                env={**os.environ, **environment},
            )
        except subprocess.TimeoutExpired:
            raise Failed(f"{words[0]} was not done after {patience:.0f} s") from None
        # Without systemd, podman starts no timer for the health check, and says so each time.
        said = "\n".join(line for line in ran.stdout.splitlines() if "systemd" not in line)
        if ran.returncode:
            raise Failed(f"{Path(words[0]).name} {words[1]}: status {ran.returncode}\n{said[-1500:]}")
        return said

    def podman(self, *words: str, patience: float = 120) -> str:
        return self.run(str(self.program), *words, patience=patience)

    def inspect(self, *words: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.podman(*words))[0]
        return found
