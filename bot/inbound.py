"""What the inbox knows of a platform: how its posts are read, and who handles what was kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from core.inbox import Arrival, InboxRow

LARGEST_BODY = 1024 * 1024


class UnreadableUpdate(Exception):
    """The kept update is not of a form that its platform knows."""


class PlatformSilent(Exception):
    """The platform can't be asked just now what the update needs: it waits for its turn again."""


class Platform(Protocol):
    """Where people talk to Usher, as far as the inbox is concerned."""

    async def handle(self, row: InboxRow) -> bool:
        """Bring about what the update says, and claim the row in the unit of work that does it.

        False when there was nothing to do, and so nothing was claimed. Raises UnreadableUpdate,
        PlatformSilent, or whatever went wrong.
        """

    async def apologise(self, row: InboxRow) -> None:
        """Tell the person that it failed by our fault."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """How one platform's posts are told from forged ones, and read.

    `verify` sees the headers before the body is read. `read` turns a body into what is kept; it
    raises ValueError, with a reason that may be logged, for what no repetition would make readable.
    With `secret` the path ends in it, for platforms that sign nothing. `is_signed` sees the raw
    bytes too. `greet` answers a platform that first asks, by GET, whether we are there: it sees the
    query, and returns None for who is not the platform. `largest` is in bytes.
    """

    platform: str
    verify: Callable[[Mapping[str, str]], bool]
    read: Callable[[bytes], Sequence[Arrival]]
    secret: str | None = None
    is_signed: Callable[[Mapping[str, str], bytes], bool] | None = None
    greet: Callable[[Mapping[str, str]], str | None] | None = None
    largest: int = LARGEST_BODY

    @property
    def path(self) -> str:
        """Where it is posted to, as aiohttp writes routes."""
        return f"/webhooks/{self.platform}" + ("/{secret}" if self.secret is not None else "")
