"""The doors of the table: each a real program in front of an upstream, on the loopback address.

A rig is a context: inside it, ``base`` is where a caller sends requests, and the program asks the gate.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from secrets import token_hex

from tests.conftest import ROOT
from tests.gate.doors.programs import (
    Missing,
    caddy_program,
    envoy_program,
    litellm_python,
    nginx_program,
    portkey_programs,
    traefik_program,
)
from tests.gate.rig import free_port, process

__all__ = ["Missing", "envoy_program"]

DEPLOY = ROOT / "deploy"


Rig = Callable[[Path, int, int, int], object]
"""Folder, port of the gate, of its gRPC, of the upstream: a context that gives the port to ask."""


def _config(name: str, folder: Path, ports: dict[str, int]) -> Path:
    """The configuration that is shipped, with ports of this run."""
    text = (DEPLOY / name).read_text(encoding="utf-8")
    for written, port in ports.items():
        assert written in text, (name, written)
        text = text.replace(written, str(port))
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


@contextmanager
def _envoy(name: str, asked: str, folder: Path, gate: int, upstream: int) -> Iterator[int]:
    port = free_port()
    file = _config(name, folder, {"8000": port, asked: gate, "8080": upstream})
    words = (envoy_program(), "-c", str(file), "--concurrency", "1", "--use-dynamic-base-id")
    with process(*words, "--log-level", "warn", port=port, log=folder / "envoy.log"):
        yield port


@contextmanager
def envoy_http(folder: Path, gate: int, grpc: int, upstream: int) -> Iterator[int]:
    with _envoy("envoy-http.yaml", "8181", folder, gate, upstream) as port:
        yield port


@contextmanager
def envoy_grpc(folder: Path, gate: int, grpc: int, upstream: int) -> Iterator[int]:
    with _envoy("envoy-grpc.yaml", "9191", folder, grpc, upstream) as port:
        yield port


@contextmanager
def nginx(folder: Path, gate: int, grpc: int, upstream: int) -> Iterator[int]:
    program = nginx_program()
    port = free_port()
    file = _config("nginx.conf", folder, {"8000": port, "8181": gate, "8080": upstream})
    if os.geteuid() == 0:
        file.write_text("user root;\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    words = (program, "-p", str(folder), "-c", str(file))
    with process(*words, port=port, log=folder / "nginx.log"):
        yield port


@contextmanager
def caddy(folder: Path, gate: int, grpc: int, upstream: int) -> Iterator[int]:
    program = caddy_program()
    port = free_port()
    file = _config("Caddyfile", folder, {"8000": port, "8181": gate, "8080": upstream})
    words = (program, "run", "--config", str(file), "--adapter", "caddyfile")
    home = {
        **os.environ,
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }
    with process(*words, port=port, log=folder / "caddy.log", env=home):
        yield port


@contextmanager
def authzen(folder: Path, gate: int, grpc: int, upstream: int) -> Iterator[int]:
    """No program stands between: the caller asks, and obeys."""
    yield gate


def _served(name: str) -> Rig:
    @contextmanager
    def rig(folder: Path, gate: int, grpc: int, upstream: int) -> Iterator[int]:
        """An application of this framework, with the gate in its own process."""
        port = free_port()
        words = [sys.executable, "-m", "tests.gate.doors.application", name, str(port)]
        more = {"env": {**os.environ, "TOSDSL_CACHE": "off"}, "cwd": ROOT}
        words += [str(folder / "gate.yaml"), str(upstream)]
        with process(*words, port=port, log=folder / f"{name}.log", **more):
            yield port

    return rig


LITELLM_KEY = f"sk-{token_hex(32)}"
"""Without a key LiteLLM's proxy does not start."""


_LITELLM_MORE = "router_settings: {disable_cooldowns: true, num_retries: 0}\n"
"""A model stays there after calls that fail, so that a row does not hang on the one before."""


def _litellm(
    name: str, asked: dict[str, int], folder: Path, upstream: int
) -> tuple[AbstractContextManager[object], int]:
    """LiteLLM's proxy in a Python of its own, which ``LITELLM_PYTHON`` names."""
    python = litellm_python()
    port = free_port()
    file = _config(name, folder, {**asked, "8080": upstream})
    file.write_text(file.read_text(encoding="utf-8") + _LITELLM_MORE, encoding="utf-8")
    more = {
        **os.environ,
        "OPENAI_API_KEY": "sk-none",
        "OPENAI_API_BASE": f"http://127.0.0.1:{upstream}",
        "LITELLM_MASTER_KEY": LITELLM_KEY,
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "LITELLM_LOG": "ERROR",
        "NO_PROXY": "127.0.0.1",
        "TOSDSL_CACHE": "off",
    }
    words = (python, "-m", "litellm.proxy.proxy_cli", "--config", str(file), "--host", "127.0.0.1")
    log = folder / "litellm.log"
    made = process(*words, "--port", str(port), port=port, log=log, patience=400, env=more, cwd=folder)
    return made, port


@contextmanager
def litellm(folder: Path, gate: int, grpc: int, upstream: int) -> Iterator[int]:
    running, port = _litellm("litellm.yaml", {}, folder, upstream)
    with running:
        yield port


@contextmanager
def litellm_webhook(folder: Path, gate: int, grpc: int, upstream: int) -> Iterator[int]:
    running, port = _litellm("litellm-webhook.yaml", {"8181": gate}, folder, upstream)
    with running:
        yield port


@contextmanager
def portkey(folder: Path, gate: int, grpc: int, upstream: int) -> Iterator[int]:
    """Portkey's gateway; ``PORTKEY`` names the folder of its npm package."""
    node, program = portkey_programs()
    port = free_port()
    _config("portkey.json", folder, {"8181": gate, "8080": upstream})
    words = (node, str(program / "build" / "start-server.js"), f"--port={port}", "--headless")
    with process(*words, port=port, log=folder / "portkey.log", patience=60, cwd=folder):
        yield port


@contextmanager
def traefik(folder: Path, gate: int, grpc: int, upstream: int) -> Iterator[int]:
    """Traefik asks at the door that nginx and Caddy ask at."""
    program = traefik_program()
    port = free_port()
    ports = {"8000": port, "8181": gate, "8080": upstream}
    _config("traefik-routes.yaml", folder, {key: ports[key] for key in ("8181", "8080")})
    file = _config("traefik.yaml", folder, {"8000": port})
    with process(program, f"--configfile={file}", port=port, log=folder / "traefik.log", cwd=folder):
        yield port


IN_PROCESS = ("asgi", "fastapi", "wsgi", "django", "MCP", "LiteLLM")
RIGS: dict[str, Rig] = {
    "AuthZEN": authzen,
    "Envoy HTTP": envoy_http,
    "Envoy gRPC": envoy_grpc,
    "nginx": nginx,
    "Caddy": caddy,
    "Traefik": traefik,
    **{name: _served(name.lower()) for name in IN_PROCESS if name != "LiteLLM"},
    "LiteLLM": litellm,
    "LiteLLM webhook": litellm_webhook,
    "Portkey": portkey,
}
