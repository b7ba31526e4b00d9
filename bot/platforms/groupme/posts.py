"""Post: a message on GroupMe, in a room or in private, whichever way we came to know of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.arguments import command_of
from bot.command import Incoming, Place, Room
from bot.groupme_api import PLATFORM
from bot.groupme_calls import ID, room_address
from core.people import Sender

SYSTEM = "system"
# "2", "reply 2", "/2", "2."
NUMBER = re.compile(r"\s*(?:reply\s+|/|#)?([0-9]{1,2})\s*[.)!]?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Whence:
    """Where something was said and by whom: the way back. `group_id` is None in private."""

    group_id: str | None
    user_id: str

    @property
    def address(self) -> str:
        """As rooms and people are addressed."""
        return self.user_id if self.group_id is None else room_address(self.group_id)

    def packed(self) -> dict[str, int | str | None]:
        """In words of JSON."""
        return {"group_id": self.group_id, "user_id": self.user_id}


@dataclass(frozen=True, slots=True)
class Post:
    """`group_id` is None in private. `event` is there only when GroupMe was asked for the post."""

    id: str
    group_id: str | None
    user_id: str
    name: str
    text: str
    sender_type: str
    at: datetime
    source_guid: str = ""
    event: Mapping[str, Any] = field(default_factory=dict)

    @property
    def whence(self) -> Whence:
        return Whence(self.group_id, self.user_id)

    @property
    def is_system(self) -> bool:
        return self.sender_type == SYSTEM

    @property
    def number(self) -> int | None:
        """What it says, where that is a bare number."""
        found = NUMBER.fullmatch(self.text)
        return int(found[1]) if found else None

    @property
    def is_command(self) -> bool:
        return command_of(self.text) is not None

    @property
    def sender(self) -> Sender:
        return Sender(PLATFORM, self.user_id, self.name)

    def agrees_with(self, told: Post) -> bool:
        """Whether what was told is what GroupMe says: sender, group and words."""
        mine = (self.id, self.group_id, self.user_id, self.text, self.is_system)
        return mine == (told.id, told.group_id, told.user_id, told.text, told.is_system)

    def incoming(self, line: str, *, title: str, inbox_id: int | None, pressed: bool) -> Incoming:
        """As the commands know what is said to us."""
        place = Place.PRIVATE if self.group_id is None else Place.ROOM
        name = title if self.group_id is not None else self.name or self.user_id
        return Incoming(
            self.sender,
            Room(PLATFORM, self.whence.address, name, place),
            line,
            inbox_id=inbox_id,
            pressed=pressed,
            back=self.whence.packed(),
        )


def read_post(found: Mapping[str, Any], *, private: bool = False) -> Post:
    """Raises ValueError for what is no message. Ids may come as numbers."""
    user_id = str(found.get("user_id") or found.get("sender_id") or "")
    system = found.get("system") is True or found.get("sender_type") == SYSTEM
    post = Post(
        id=str(found.get("id")),
        group_id=None if private else str(found.get("group_id")),
        user_id=user_id,
        name=str(found.get("name") or ""),
        text=str(found.get("text") or ""),
        at=_time(found.get("created_at")),
        sender_type=SYSTEM if system else str(found.get("sender_type") or "user"),
        source_guid=str(found.get("source_guid") or ""),
        event=found["event"] if isinstance(found.get("event"), dict) else {},
    )
    ids = [post.id, post.group_id or "0", "0" if system else post.user_id]
    if not all(ID.fullmatch(one) for one in ids):
        raise ValueError("a message without usable ids")
    return post


def _time(seconds: object) -> datetime:
    """Unix seconds. What is beyond a calendar is the beginning of time."""
    try:
        return datetime.fromtimestamp(int(str(seconds)), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)
