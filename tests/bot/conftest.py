"""The emulated services in this process, and a team that plays in them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.sandbox.server import Sandbox
from tests.faults.rig import Team, sandbox_at, team


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with sandbox_at() as sandbox:
        yield sandbox


@pytest.fixture
async def tigers(sqlite_database_url: str, sandbox: Sandbox) -> AsyncIterator[Team]:
    async with team(sqlite_database_url, sandbox) as tigers:
        yield tigers
