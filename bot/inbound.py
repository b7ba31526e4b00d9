"""What the inbox knows of a platform: it handles one kept update at a time."""

from __future__ import annotations

from typing import Protocol

from core.inbox import InboxRow


class UnreadableUpdate(Exception):
    """The kept update is not of a form that its platform knows."""


class Platform(Protocol):
    """Where people talk to Usher, as far as the inbox is concerned."""

    async def handle(self, row: InboxRow) -> bool:
        """Bring about what the update says, and claim the row in the unit of work that does it.

        False when there was nothing to do, and so nothing was claimed.
        """

    async def apologise(self, row: InboxRow) -> None:
        """Tell the person that it failed by our fault."""
