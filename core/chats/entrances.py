"""Entrance: a room of their group that somebody is not in yet, and is to be shown into."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.orm import Session

from core.chats import Chat
from core.chats.doors import RoomLink
from core.chats.occupants import Occupant, Presence
from core.database.prepared import Prepared
from core.facts import RoomLinkMade, RoomLinkWanted
from core.outbox import record
from core.people import Identity
from core.tokens import new_public_id

# Who accepts in an invite's last minute needs a moment to come into the room.
SHORTEST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Entrance:
    """A room that somebody is not in yet; whether a way in follows in private."""

    room: str
    follows: bool


_IS_THEIRS = Identity.person_id == bindparam("person_id")
_ROOMS_WITHOUT = Prepared(
    select(Chat.id, Chat.title, Chat.share_url, Chat.lost_reason)
    .where(
        Chat.group_id == bindparam("group_id"),
        or_(
            Chat.share_url.is_not(None),
            exists().where(_IS_THEIRS, Identity.platform == Chat.platform),
        ),
        ~exists().where(
            _IS_THEIRS,
            Occupant.identity_id == Identity.id,
            Occupant.chat_id == Chat.id,
            Occupant.presence == Presence.IN,
        ),
    )
    .order_by(Chat.id)
)


def show_rooms(
    session: Session,
    *,
    person_id: int,
    group_id: int,
    invite: tuple[int, str] | None = None,
    expires_at: datetime | None = None,
    by_room: int | None = None,
    now: datetime,
) -> list[Entrance]:
    """Have a new member shown into each room of the group that they are not in, but for the one
    of the id `by_room`, at whose door they stand.

    `invite` is the id and public id of what brought them; their links end with it, at `expires_at`.
    Asks no permission: who calls has made them a member.
    """
    found = _ROOMS_WITHOUT.rows(session, {"person_id": person_id, "group_id": group_id})
    entrances = []
    for chat_id, title, share_url, lost_reason in found:
        if chat_id == by_room:
            continue
        follows = share_url is not None or lost_reason is None
        entrances.append(Entrance(title, follows))
        if share_url is not None:
            made = RoomLinkMade(group_id=group_id, chat_id=chat_id, person_id=person_id)
            record(session, made, now=now)
        elif follows:
            link_id = _want(session, chat_id, person_id, invite, expires_at, now)
            record(session, RoomLinkWanted(group_id=group_id, link_id=link_id), now=now)
    return entrances


def _want(
    session: Session,
    chat_id: int,
    person_id: int,
    invite: tuple[int, str] | None,
    expires_at: datetime | None,
    now: datetime,
) -> int:
    invite_id, prefix = invite or (None, "room")
    link = RoomLink(
        name=new_public_id(prefix),
        chat_id=chat_id,
        person_id=person_id,
        invite_id=invite_id,
        created_at=now,
        expires_at=max(expires_at, now + SHORTEST) if expires_at else None,
    )
    session.add(link)
    session.flush()
    return link.id
