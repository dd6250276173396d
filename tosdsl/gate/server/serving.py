"""Runs a gate under uvicorn until it is told to stop."""

from __future__ import annotations

import gc
import logging
import os
import signal
import socket
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from tosdsl.diagnostics.model import mistake
from tosdsl.errors import PolicyError
from tosdsl.gate.live import Live
from tosdsl.gate.server.app import App

_LOGGER = logging.getLogger("tosdsl.gate")

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
    _tell()
    live = Live(file, keys=keys or None, changed=settle)
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
        except RuntimeError:  # what grpc raises of an address, whatever is wrong with it
            words = {"where": grpc, "problem": "nothing can be bound there"}
            raise PolicyError((mistake("TOS8020", None, None, **words),), {}) from None
        except ImportError as error:
            words = {"what": "Envoy's gRPC", "package": error.name or "grpcio", "extra": "envoy"}
            raise PolicyError((mistake("TOS6007", None, None, **words),), {}) from None
    try:
        bound = _bound(host, port)
        scheme = "https" if cert is not None else "http"
        name = f"[{host}]" if ":" in host else host
        where = f"{scheme}://{name}:{bound.getsockname()[1]}"

        class Told(uvicorn.Server):
            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets)
                if self.started:
                    digest = live.decider.identity
                    _LOGGER.info("%s: listens at %s, digest %s", file, where, digest)

        Told(config).run(sockets=[bound])
    finally:
        if beside is not None:
            beside.stop(1).wait(2)


def settle() -> None:
    """Let the collector pass over what stands until the next change: all that policies are made of.

    A pass over it holds every request up (58 ms for the services agreement, 5 ms without), and finds
    nothing. What the last change replaced is collected first. For a process that is a gate's own.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _bound(host: str, port: int) -> socket.socket:
    """A socket at an address, before anything takes time. Raises PolicyError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
    except (OSError, OverflowError) as error:
        made.close()
        problem = getattr(error, "strerror", None) or str(error)
        words = {"where": f"{host}:{port}", "problem": problem}
        raise PolicyError((mistake("TOS8020", None, None, **words),), {}) from None
    return made


def _tell() -> None:
    """What the gate says of itself goes to the standard error output, each line with its moment."""
    told = logging.StreamHandler()
    told.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    _LOGGER.addHandler(told)
    _LOGGER.setLevel(logging.INFO)
    _LOGGER.propagate = False


def _key(key_file: str | None) -> str | None:
    if key_file is not None:
        return Path(key_file).read_text(encoding="utf-8").strip() or None
    return os.environ.get(KEY, "").strip() or None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
