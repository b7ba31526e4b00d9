"""What is told or done at a destination: a Notice is said there, an Act is done there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.command import Button
from bot.texts import Prose


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to one destination. Buttons are command lines, as on a Reply."""

    text: Prose
    buttons: tuple[tuple[Button, ...], ...] = ()


class Deed(StrEnum):
    """What can be done to somebody in a room."""

    KICK = "kick"
    BAN = "ban"
    UNBAN = "unban"


@dataclass(frozen=True, slots=True)
class Act:
    """Something to be done in a room, not said: it goes through the outbox like a message, so that
    it outlives an outage. Doing it twice changes nothing. `people` are (platform, address).
    """

    deed: Deed
    people: tuple[tuple[str, str], ...]
