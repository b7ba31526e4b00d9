"""GroupMe's emulation with Dana, who made a group, Bob, who is in it, and our bot."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.ground import Ground
from core.database import Database
from tests.bot.platforms.groupme.rig import GroupMeRig, groupme_rig
from tests.cast import Clock


@pytest.fixture
def ground(sqlite_database: Database, clock: Clock) -> Ground:
    return Ground(sqlite_database, clock)


@pytest.fixture
async def rig(ground: Ground) -> AsyncIterator[GroupMeRig]:
    async with groupme_rig(ground) as running:
        yield running
