"""What we may do in a group's room, and that its owners hear of it when we no longer may."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import AuditEntry
from core.chats import Chat, Loss, find_chat
from core.deliveries import call_off
from core.facts import RoomLost, RoomNeedsRights
from core.model import change
from core.outbox import record
from core.people import Person


def note_standing(
    session: Session,
    *,
    platform: str,
    address: str,
    loss: Loss | None,
    by: Person | None,
    seen_at: datetime,
    now: datetime,
) -> None:
    """The platform said what we lack in the room; None is nothing.

    `seen_at` is the platform's own time: older news changes nothing. `by` is who did it, where
    that is somebody we know. A room of no group is nobody's business.
    """
    chat = find_chat(session, platform=platform, address=address)
    if chat is None:
        return
    newer = or_(Chat.standing_at.is_(None), Chat.standing_at <= seen_at)
    fresh = update(Chat).where(Chat.id == chat.id, newer).values(standing_at=seen_at)
    if change(session, fresh) and loss is not chat.lost_reason:
        _turn(session, chat, loss, by=by, now=now)


def check_room(
    session: Session, actor: Actor, chat: Chat, *, loss: Loss | None, now: datetime
) -> bool:
    """The actor has just tied the room, and the platform was asked what we lack there. Whether
    that is anything; if so they hear of it in private as well.
    """
    chat.lost_reason, chat.lost_at = loss, None if loss is None else now
    if loss is not None:
        needs = RoomNeedsRights(group_id=chat.group_id, chat_id=chat.id, person_id=actor.person.id)
        record(session, needs, now=now)
    return loss is not None


def lose_room(
    session: Session, *, platform: str, address: str, loss: Loss, reason: str, now: datetime
) -> None:
    """Something that we tried in the room was refused, because we are out or lack a right."""
    chat = find_chat(session, platform=platform, address=address)
    if chat is not None and chat.lost_reason not in (Loss.REMOVED, loss):
        _turn(session, chat, loss, by=None, now=now, reason=reason[:200])


def _turn(
    session: Session,
    chat: Chat,
    loss: Loss | None,
    *,
    by: Person | None,
    now: datetime,
    **details: str,
) -> None:
    lost_at = None if loss is None else now
    turned = update(Chat).where(Chat.id == chat.id, Chat.lost_reason.is_distinct_from(loss))
    if not change(session, turned.values(lost_reason=loss, lost_at=lost_at)):
        return
    session.refresh(chat, ["lost_reason", "lost_at"])
    if chat.is_silent:
        # A welcome that comes days later greets nobody, so it does not wait for our return.
        reason = f"we can't speak in this room: {chat.lost_reason}"
        call_off(session, channel=chat.platform, address=chat.address, reason=reason)
    if loss is not None:
        record(session, RoomLost(group_id=chat.group_id, chat_id=chat.id), now=now)
        details["loss"] = loss.value
    session.add(
        AuditEntry(
            group_id=chat.group_id,
            actor_id=by.id if by else None,
            action="room.regained" if loss is None else "room.lost",
            subject=f"chat:{chat.id}",
            details=dict(details),
            via=chat.platform,
            created_at=now,
        )
    )
