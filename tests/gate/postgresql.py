"""A server of PostgreSQL on the loopback address, in a folder of its own, as a user without rights."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.gate.rig import free_port, process


def postgres() -> Path | None:
    """The folder of PostgreSQL's programs, as Debian lays them out."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return found[-1].parent if found else None


@contextmanager
def database(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    programs = postgres()
    assert programs is not None
    data = folder / "data"
    more: dict[str, Any] = {}
    if os.geteuid() == 0:  # it refuses to run as root
        import pwd

        user = pwd.getpwnam("postgres")
        data.mkdir()
        os.chown(data, user.pw_uid, user.pw_gid)
        for above in (folder, *folder.parents):
            if above.stat().st_uid == 0 and "pytest" in str(above):
                above.chmod(0o711)
        more = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    subprocess.run(
        [programs / "initdb", "-D", data, "-A", "trust", "-U", "gate", "--no-sync"],
        check=True,
        capture_output=True,
        cwd="/",
        **more,
    )
    port = free_port()
    words = (str(programs / "postgres"), "-D", str(data), "-p", str(port), "-k", "", "-h", "127.0.0.1")
    with process(*words, port=port, log=folder / "postgres.log", cwd="/", **more) as running:
        where = f"host=127.0.0.1 port={port} user=gate dbname=postgres"
        _wait_for(where)
        yield where, running


def _wait_for(where: str) -> None:
    """It listens before it takes anybody: until it has started up it refuses."""
    import psycopg

    for _ in range(200):
        try:
            psycopg.connect(where).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("PostgreSQL did not start up")
