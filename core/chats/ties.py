"""Tying rooms that were found, and keeping up with what their platform says of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import AuditEntry
from core.chats import TITLE_LIMIT, URL_LIMIT, Chat
from core.chats.provisioning import RemoteRoom, holdings_of
from core.groups import Group
from core.model import insert_new
from core.names import display_name


def tie_rooms(
    session: Session,
    actor: Actor | None,
    *,
    platform: str,
    ties: Sequence[tuple[int, RemoteRoom]],
    now: datetime,
) -> list[str]:
    """Rooms become those of the groups with these ids; the titles of those that are new.

    The right to tie is asked for again, since the plan is from a moment ago. The statements are
    the same few, however many ties there are.
    """
    theirs = {group.id: group for group in holdings_of(session, actor, platform=platform).groups}
    rows = [
        {
            "group_id": group_id,
            "platform": platform,
            "address": room.address,
            "title": _title(room),
            "share_url": _link(room),
            "bound_at": now,
        }
        for group_id, room in ties
        if group_id in theirs
    ]
    made = insert_new(session, Chat, rows, key=("platform", "address"))
    chats = list(session.scalars(select(Chat).where(Chat.id.in_(made)).order_by(Chat.id)))
    for chat in chats:
        _note(session, actor, theirs[chat.group_id], platform, now)
    return [chat.title for chat in chats]


def refresh_rooms(session: Session, *, platform: str, rooms: Sequence[RemoteRoom]) -> list[str]:
    """Take over new names and share links; the titles of the rooms that changed."""
    seen = {room.address: room for room in rooms}
    ours = select(Chat).where(Chat.platform == platform, Chat.address.in_(seen))
    changed = []
    for chat in session.scalars(ours):
        fresh = _title(seen[chat.address]), _link(seen[chat.address])
        if (chat.title, chat.share_url) != fresh:
            chat.title, chat.share_url = fresh
            changed.append(chat.title)
    return changed


def _title(room: RemoteRoom) -> str:
    return display_name(room.title, fallback=room.address, limit=TITLE_LIMIT)


def _link(room: RemoteRoom) -> str | None:
    url = room.share_url
    return url if url is not None and len(url) <= URL_LIMIT else None


def _note(
    session: Session, actor: Actor | None, group: Group, platform: str, now: datetime
) -> None:
    session.add(
        AuditEntry(
            group_id=group.id,
            actor_id=actor.person.id if actor else None,
            action="chat.bound",
            details={"group": group.name, "platform": platform},
            via=actor.via if actor else "operator",
            created_at=now,
        )
    )
