"""What concerns many people at once: the jobs that work it off, and by which channels they hear."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from bot.broadcasting import carry_broadcasts_on
from bot.clockwork import Clockwork
from bot.config import Settings
from bot.event_counting import count_events
from bot.ground import Ground
from bot.guest_importing import carry_imports_on

EVERY_S = 1


def work_off_crowds(clockwork: Clockwork, ground: Ground, rulers: Collection[str]) -> None:
    """Guest lists and broadcasts go on where they stopped. `rulers` are the system admins."""
    clockwork.every(EVERY_S, partial(carry_broadcasts_on, ground, rulers), name="broadcasts")
    clockwork.every(EVERY_S, partial(carry_imports_on, ground, rulers), name="guest lists")
    clockwork.every(EVERY_S, partial(count_events, ground), name="counts")


def channels_of(settings: Settings) -> frozenset[str]:
    """By what people can be written to in private, as this process is set up."""
    found = {"telegram"}
    if settings.whatsapp_token is not None:
        found.add("whatsapp")
    if settings.smtp_url is not None:
        found.add("email")
    return frozenset(found)
