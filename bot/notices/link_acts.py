"""Acts at a room's door: the platform makes a link, or ends one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LinkOrder:
    """The platform is to make a link that asks us about whoever comes by it. `name` tells whose
    it is. What was made is kept for the `link_id`; made twice, the later one counts.
    """

    link_id: int
    name: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class LinkEnd:
    """The platform is to end a link of ours."""

    url: str
