"""Callers that send slowly, or too much."""

from __future__ import annotations

import asyncio
import resource
import time
from threading import Thread

import httpx

from tests.gate.faults.rig import GOOD, PATH, Seen, memory, served, status
from tests.gate.rig import client


def slow_connections() -> Seen:
    """Connections that send a byte a second. Others have to get their answers meanwhile."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    wanted = min(10_000, hard - 500)
    with served() as (_, base, process):
        port = int(base.rpartition(":")[2])
        before = memory(process)
        ended: list[float] = []
        opened = [0]

        async def one() -> None:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            opened[0] += 1
            began = time.monotonic()
            try:
                for byte in b"GET /envoy/check/v1/items HTTP/1.1\r\nX-A: " + b"a" * 60:
                    writer.write(bytes([byte]))
                    await writer.drain()
                    if await _ended(reader, 1):
                        break
            except OSError:
                pass
            ended.append(time.monotonic() - began)
            writer.close()

        async def _ended(reader: asyncio.StreamReader, seconds: float) -> bool:
            try:
                return await asyncio.wait_for(reader.read(1), seconds) == b""
            except TimeoutError:
                return False

        async def all_of_them() -> None:
            running = []
            for number in range(wanted):
                running.append(asyncio.create_task(one()))
                if number % 200 == 0:
                    await asyncio.sleep(0.01)
            await asyncio.gather(*running, return_exceptions=True)

        asking = Thread(target=lambda: asyncio.run(all_of_them()))
        asking.start()
        times: list[float] = []
        wrong = 0
        with client(base) as asked:
            while asking.is_alive():
                began = time.monotonic()
                wrong += asked.get(PATH, headers=GOOD).status_code != 200
                times.append(time.monotonic() - began)
                time.sleep(0.05)
        asking.join()
        most = memory(process, "VmHWM")
        times.sort()
        said = (
            f"{opened[0]:,} connections, each ended by the gate after {max(ended):.1f} s at most; "
            f"beside them {len(times)} others asked, {wrong} not answered, "
            f"median {times[len(times) // 2] * 1000:.0f} ms, "
            f"slowest {times[-1] * 1000:.0f} ms; memory {before:.0f} → {most:.0f} MB"
        )
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        right = opened[0] == len(ended) == wanted and wrong == 0 and most < before + 400
        return Seen(said, right and max(ended) < 30)


def large_body() -> Seen:
    size = 50 * 1024 * 1024
    told = []
    right = True
    with served() as (_, base, process):
        before = memory(process, "VmHWM")
        for way in ("by its length", "in chunks"):
            pieces = (b"a" * 65536 for _ in range(size // 65536))
            headers = {**GOOD, "content-type": "application/json"}
            if way == "by its length":
                headers["content-length"] = str(size)
            try:
                with client(base) as asked:
                    answer = str(asked.post(PATH, headers=headers, content=pieces).status_code)
            except httpx.HTTPError as error:
                answer = f"the connection ends ({type(error).__name__})"
            right = right and (answer == "413" or "ends" in answer)
            told.append(f"{way}: {answer}")
        most = memory(process, "VmHWM")
        right = right and status(base) == 200 and most < before + 20
    return Seen(
        f"{'; '.join(told)}; memory {before:.0f} → {most:.0f} MB; the next caller gets 200", right
    )
