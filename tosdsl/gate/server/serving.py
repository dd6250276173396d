"""Runs a gate under uvicorn until it is told to stop."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from tosdsl.diagnostics.model import mistake
from tosdsl.errors import PolicyError
from tosdsl.gate.live import Live
from tosdsl.gate.server.app import App

KEY = "TOSDSL_GATE_KEY"
"""The variable of the environment that holds the key."""


def serve(
    file: str,
    host: str,
    port: int,
    *,
    key_file: str | None = None,
    no_key: bool = False,
    cert: str | None = None,
    cert_key: str | None = None,
    client_ca: str | None = None,
    grpc: str | None = None,
    bundle_keys: Sequence[str] = (),
) -> None:
    """Serve a gate. Raises PolicyError if it is wrong, or would be open to everybody by mistake."""
    try:
        import uvicorn

        from tosdsl.gate.server.protocol import bounded
    except ImportError as error:
        words = {"what": "Serving a gate", "package": error.name or "uvicorn", "extra": "gate"}
        raise PolicyError((mistake("TOS6007", None, None, **words),), {}) from None
    key = _key(key_file)
    if grpc is not None and not _is_loopback(grpc.rpartition(":")[0]) and not no_key:
        raise PolicyError((mistake("TOS8013", None, host=grpc, variable=KEY),), {})
    if key is None and not no_key and not _is_loopback(host) and client_ca is None:
        raise PolicyError((mistake("TOS8013", None, host=host, variable=KEY),), {})
    keys = [Path(each).read_text(encoding="utf-8") for each in bundle_keys]
    live = Live(file, keys=keys or None)
    limits = live.plan.limits
    options: dict[str, Any] = {}
    if cert is not None:
        options |= {"ssl_certfile": cert, "ssl_keyfile": cert_key}
    if client_ca is not None:
        import ssl

        options |= {"ssl_ca_certs": client_ca, "ssl_cert_reqs": ssl.CERT_REQUIRED}
    config = uvicorn.Config(
        App(live, key),
        host=host,
        port=port,
        http=bounded(limits["deadline"], int(limits["header"]) + 65536),
        ws="none",
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=False,
        proxy_headers=False,
        limit_concurrency=int(limits["connections"]),
        backlog=4096,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=10,
        **options,
    )
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, lambda *_: live.hurry())
    beside = None
    if grpc is not None:
        try:
            from tosdsl.gate.doors import envoy_grpc

            beside, _ = envoy_grpc.serve(live, grpc)
        except ImportError as error:
            words = {"what": "Envoy's gRPC", "package": error.name or "grpcio", "extra": "envoy"}
            raise PolicyError((mistake("TOS6007", None, None, **words),), {}) from None
    try:
        uvicorn.Server(config).run()
    finally:
        if beside is not None:
            beside.stop(1).wait(2)


def _key(key_file: str | None) -> str | None:
    if key_file is not None:
        return Path(key_file).read_text(encoding="utf-8").strip() or None
    return os.environ.get(KEY, "").strip() or None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
