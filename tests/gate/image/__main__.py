"""Builds the image of deploy/ and runs it: ``python -m tests.gate.image FOLDER``.

Each line says what was looked at and what was seen. Status 1: a line is WRONG. Status 2: it cannot be
built here, and a line says what is missing. FOLDER keeps the base, so that the next run is shorter.

No registry of images is asked. The base that the Dockerfile names is made of Debian's packages, with
the same version of Python; all above it is the Dockerfile's own work. The build asks Debian and PyPI.
What is built then runs in a network of its own, which has the loopback address and the bridge of the
containers, and no way out or in.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.conftest import ROOT
from tests.gate.image import running
from tests.gate.image.tools import IMAGE, Failed, Tools, told

APT = "podman runc catatonit containernetworking-plugins iptables iproute2 mmdebstrap"
PROGRAMS = ("podman", "runc", "catatonit", "iptables", "ip", "mmdebstrap", "unshare")

SUITES = {"3.11": "bookworm", "3.13": "trixie"}
"""The release of Debian that has this version of Python."""

CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


def main(words: list[str]) -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.gate.image")
    asked.add_argument("folder", type=Path, help="what is made stays there, up to 2 GB")
    asked.add_argument("--within", action="store_true", help=argparse.SUPPRESS)
    given = asked.parse_args(words)
    if given.within:
        return running.run(Tools(given.folder))
    if os.geteuid() != 0:
        print("not run: it makes file systems of other users; run it as root")
        return 2
    if missing := [name for name in PROGRAMS if shutil.which(name) is None]:
        print(f"not run: no {', '.join(missing)}: apt-get install {APT}")
        return 2
    given.folder.mkdir(parents=True, exist_ok=True)
    tools = Tools(given.folder.resolve())
    tools.write()
    try:
        base(tools)
        build(tools)
    except Failed as failed:
        print(f"not run: {failed}")
        return 2
    here = [sys.executable, "-m", "tests.gate.image", str(tools.folder), "--within"]
    return subprocess.run(["unshare", "--net", *here], cwd=ROOT, check=False).returncode


def base(tools: Tools) -> None:
    """The image that the Dockerfile starts from, of Debian's packages."""
    text = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    names = set(re.findall(r"^FROM (\S+)", text, re.MULTILINE))
    if len(names) != 1:
        raise Failed(f"the Dockerfile starts from several images: {', '.join(sorted(names))}")
    name = names.pop()
    version = re.fullmatch(r"python:(\d+\.\d+)-slim-\w+", name)
    if version is None or version[1] not in SUITES:
        raise Failed(f"no release of Debian is known for {name}; add it to SUITES")
    suite = SUITES[version[1]]
    packed = tools.folder / f"{suite}.tar"
    if not packed.exists():
        began = time.monotonic()
        made = packed.with_suffix(".part.tar")
        hooks = ['chroot "$1" ln -s python3 /usr/bin/python']
        if CERTIFICATES.exists():  # who is behind a proxy has its certificate there
            hooks.append(f"upload {CERTIFICATES} {CERTIFICATES}")
        tools.run(
            "mmdebstrap",
            "--variant=minbase",
            "--include=python3,python3-venv,ca-certificates",
            *(f"--customize-hook={hook}" for hook in hooks),
            suite,
            str(made),
            patience=900,
        )
        made.rename(packed)
        told(True, "base packed", f"Debian {suite}, {time.monotonic() - began:.0f} s")
    path = "ENV=PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
    full = f"docker.io/library/{name}"
    if full not in tools.podman("images", "--format", "{{.Repository}}:{{.Tag}}").splitlines():
        tools.podman("import", "--quiet", "--change", path, str(packed), full)
    python = tools.podman("run", "--rm", "--network", "none", full, "python", "--version").strip()
    told(None, f"{name} itself", f"no registry is asked; in its place Debian {suite} with {python}")


def build(tools: Tools) -> None:
    """The Dockerfile as it is, each time from its first step."""
    words = ["build", "--format", "docker", "--network", "host", "--pull=never", "--layers=false"]
    words += ["--file", str(ROOT / "deploy" / "Dockerfile"), "--tag", IMAGE]
    began = time.monotonic()
    said = tools.podman(*words, str(ROOT), patience=900)
    steps = len(re.findall(r"^(?:\[\d/\d\] )?STEP ", said, re.MULTILINE))
    told(steps > 0, "build", f"{steps} steps of the Dockerfile, {time.monotonic() - began:.0f} s")
    warned = [line for line in said.splitlines() if "warning" in line.lower()]
    told(not warned, "build without warnings", "; ".join(warned) or "none")
    tools.podman("image", "prune", "--force")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
