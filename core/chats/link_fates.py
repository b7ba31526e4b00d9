"""What becomes of a link into a room: the platform made it, refused to, or is to end it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session, joinedload

from core.chats import Chat
from core.chats.doors import RoomLink, get_link
from core.facts import RoomLinkEnded, RoomLinkFailed, RoomLinkMade
from core.outbox import record


def keep_link(session: Session, *, link_id: int, url: str, now: datetime) -> None:
    """The platform has made the link: its person hears of it. Made too late, it ends at once."""
    link = get_link(session, link_id)
    if link is None:
        return
    link.url = url
    if link.ended_at is not None:
        _tell_end(session, link, now)
        return
    made = RoomLinkMade(group_id=link.chat.group_id, chat_id=link.chat_id, person_id=link.person_id)
    record(session, made, now=now)


def fail_link(session: Session, *, link_id: int, now: datetime) -> None:
    """The platform refused for good to make it: its person hears whom to ask instead."""
    link = get_link(session, link_id)
    if link is None or link.ended_at is not None:
        return
    link.ended_at = now
    record(session, RoomLinkFailed(group_id=link.chat.group_id, link_id=link.id), now=now)


def end_links_of_invite(session: Session, invite_id: int, *, now: datetime) -> int:
    """What the invite brought about ends with it; how many links did."""
    query = select(RoomLink).where(RoomLink.invite_id == invite_id)
    return _end(session, session.scalars(_with_room(query)).all(), now)


def end_links_of_person(
    session: Session, person_id: int, *, group_id: int, chat_id: int | None = None, now: datetime
) -> int:
    """They are no member any more, or have come into the room `chat_id`; how many links ended."""
    where = and_(RoomLink.person_id == person_id, Chat.group_id == group_id)
    if chat_id is not None:
        where = and_(where, RoomLink.chat_id == chat_id)
    query = select(RoomLink).join(RoomLink.chat).where(where)
    return _end(session, session.scalars(_with_room(query)).all(), now)


def _with_room(query: Select[RoomLink]) -> Select[RoomLink]:
    return query.where(RoomLink.ended_at.is_(None)).options(
        joinedload(RoomLink.chat, innerjoin=True)
    )


def _end(session: Session, links: Sequence[RoomLink], now: datetime) -> int:
    for link in links:
        link.ended_at = now
        if link.url is not None:
            _tell_end(session, link, now)
    return len(links)


def _tell_end(session: Session, link: RoomLink, now: datetime) -> None:
    record(session, RoomLinkEnded(group_id=link.chat.group_id, link_id=link.id), now=now)
