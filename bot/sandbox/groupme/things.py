"""What there is in the emulated GroupMe: accounts, groups, messages, bots."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

SYSTEM = "system"


@dataclass
class Account:
    """A user. `started`: has written to the club's account; `blocks`: no longer hears of it."""

    id: str
    name: str
    blocks: bool = False


@dataclass
class Membership:
    """Somebody in a group; `id` is the membership's own, by which they are removed."""

    id: str
    user_id: str
    nickname: str
    roles: list[str] = field(default_factory=lambda: ["user"])


@dataclass
class Post:
    """A message in a group. `user_id` is an account's, a bot's, or `system`."""

    id: str
    group_id: str
    user_id: str
    sender_type: str
    name: str
    text: str | None
    created_at: int
    source_guid: str
    attachments: list[dict[str, Any]] = field(default_factory=list)
    event: dict[str, Any] | None = None


@dataclass
class DirectMessage:
    """A message between two accounts."""

    id: str
    sender_id: str
    recipient_id: str
    name: str
    text: str | None
    created_at: int
    source_guid: str
    attachments: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Bot:
    """Posts into one group, and is called back for each message there."""

    bot_id: str
    group_id: str
    name: str
    callback_url: str


@dataclass
class Group:
    """`share_token` is there while the group is shared by link."""

    id: str
    name: str
    creator_id: str
    created_at: int
    share_token: str | None = None
    description: str = ""
    members: dict[str, Membership] = field(default_factory=dict)
    posts: list[Post] = field(default_factory=list)

    @property
    def share_url(self) -> str | None:
        if self.share_token is None:
            return None
        return f"https://groupme.com/join_group/{self.id}/{self.share_token}"
