"""The way into a team's room, as it is told to those who are to come: by link, or by a button."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from core.chats import Chat, list_chats
from core.groups import Group
from core.rosters.players import TEAMLESS

# Where a room has no address of its own, but the platform makes a way in for who asks.
DOORS = frozenset({"telegram"})


@dataclass(frozen=True, slots=True)
class WayIn:
    """`url` opens the room for whoever has it; `door` is the address of a room that the reader's
    platform opens for them.
    """

    url: str | None = None
    door: str | None = None


def way_into(session: Session, team: Group | None) -> WayIn | None:
    """Of the team's rooms the one on GroupMe, else any with a link, else the one on Telegram."""
    if team is None or team.kind in TEAMLESS:
        return None
    chats = [chat for chat in list_chats(session, team.id) if chat.lost_reason is None]
    linked = sorted((chat for chat in chats if chat.share_url), key=_is_elsewhere)
    if linked:
        return WayIn(url=linked[0].share_url)
    doors = [chat.address for chat in chats if chat.platform in DOORS]
    return WayIn(door=doors[0]) if doors else None


def has_way_in(session: Session, team: Group) -> bool:
    return way_into(session, team) is not None


def with_way_in(session: Session, groups: Collection[Group]) -> set[int]:
    """The ids of those groups whose rooms can be shown to people."""
    teams = [group.id for group in groups if group.kind not in TEAMLESS]
    query = select(Chat.group_id).where(Chat.group_id.in_(teams), _IS_OPEN)
    return set(session.scalars(query.distinct()))


def _is_elsewhere(chat: Chat) -> bool:
    return chat.platform != "groupme"


_IS_OPEN: ColumnElement[bool] = Chat.lost_reason.is_(None) & or_(
    Chat.share_url.is_not(None), Chat.platform.in_(DOORS)
)


def has_open_room(group_id: ColumnElement[int]) -> ColumnElement[bool]:
    """That the group with that id has a room which can be shown to people."""
    return exists().where(Chat.group_id == group_id, _IS_OPEN)
