"""WhatsApp's emulation with Dana and Bob, who both have it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.ground import Ground
from core.database import Database
from tests.bot.platforms.whatsapp.rig import WhatsAppRig, whatsapp_rig
from tests.cast import Clock


@pytest.fixture
def ground(sqlite_database: Database, clock: Clock) -> Ground:
    return Ground(sqlite_database, clock)


@pytest.fixture
async def rig(ground: Ground) -> AsyncIterator[WhatsAppRig]:
    async with whatsapp_rig(ground) as running:
        yield running
