"""A sandbox in this process, bots in others."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.sandbox.server import Sandbox
from tests.faults.rig import Processes, Team, sandbox_at, team


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    async with sandbox_at(tmp_path / "ledger.jsonl") as sandbox:
        yield sandbox


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    """Starts bots, ends them, and finds no token in any of their logs."""
    running = Processes(tmp_path)
    yield running
    running.end()


@pytest.fixture
async def tigers(sqlite_database_url: str, sandbox: Sandbox) -> AsyncIterator[Team]:
    async with team(sqlite_database_url, sandbox) as tigers:
        yield tigers
