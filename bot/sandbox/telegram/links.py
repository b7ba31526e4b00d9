"""Invite links and requests to join."""

import secrets
from dataclasses import dataclass


@dataclass
class InviteLink:
    """One invite link of one chat; `expire_date` is in Unix seconds, `used` counts joins."""

    url: str
    chat_id: int
    creator_id: int
    name: str | None = None
    expire_date: int | None = None
    member_limit: int | None = None
    creates_join_request: bool = False
    is_primary: bool = False
    is_revoked: bool = False
    used: int = 0

    def refusal(self, now: float) -> str | None:
        """Why nobody can join by it any more; None while it works."""
        if self.is_revoked:
            return "This invite link was revoked."
        if self.expire_date is not None and now >= self.expire_date:
            return "This invite link has expired."
        if self.member_limit is not None and self.used >= self.member_limit:
            return "This invite link is used up."
        return None


@dataclass(frozen=True)
class JoinRequest:
    """Somebody waits at the door since `date` (Unix seconds)."""

    user_id: int
    date: float
    link: InviteLink | None


def new_link_url() -> str:
    """A fresh address of the kind that Telegram gives out."""
    return f"https://t.me/+{secrets.token_urlsafe(12)}"


def hidden(url: str) -> str:
    """A link as administrators see those of others: the tail is cut off."""
    return f"{url[: len(url) - 8]}…"
