"""One server for each module: its process takes most of a second to start."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.editors.talk import CONFIG, POLICIES, Talk


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory: object) -> AsyncIterator[Talk]:
    """A conversation about the shipped library and an empty folder."""
    async for each in conversation([POLICIES]):
        yield each


async def conversation(folders: list[Path], encodings: tuple[str, ...] = ()) -> AsyncIterator[Talk]:
    client = await CONFIG.start()
    made = Talk(client)
    await made.begin(folders, encodings)
    yield made
    await client.shutdown_session()
    await client.stop()
