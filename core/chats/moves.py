"""A room that got a new address: what is known of it follows."""

from __future__ import annotations

from sqlalchemy import exists, update
from sqlalchemy.orm import Session, aliased

from core.chats import Chat, find_chat, move_chat
from core.chats.occupants import Occupant
from core.chats.requests import JoinRequest, RequestState
from core.model import change


def move_room(session: Session, *, platform: str, old: str, new: str) -> None:
    """The platform says that the room `old` is `new` now. It may say so several times.

    Where the new address was tied to the same group before we heard of the move, who is in the
    room and who waits at its door go over to that tie.
    """
    gone = find_chat(session, platform=platform, address=old)
    kept = find_chat(session, platform=platform, address=new)
    if gone is not None and kept is not None and gone.group_id == kept.group_id:
        _hand_over_occupants(session, gone, kept)
        _hand_over_requests(session, gone, kept)
    move_chat(session, platform=platform, old=old, new=new)


def _hand_over_occupants(session: Session, gone: Chat, kept: Chat) -> None:
    twin = aliased(Occupant)
    known = exists().where(twin.chat_id == kept.id, twin.identity_id == Occupant.identity_id)
    moving = update(Occupant).where(Occupant.chat_id == gone.id, ~known)
    change(session, moving.values(chat_id=kept.id))


def _hand_over_requests(session: Session, gone: Chat, kept: Chat) -> None:
    twin = aliased(JoinRequest)
    asked_again = exists().where(
        twin.chat_id == kept.id,
        twin.identity_id == JoinRequest.identity_id,
        twin.state == RequestState.OPEN,
    )
    moving = update(JoinRequest).where(JoinRequest.chat_id == gone.id, ~asked_again)
    change(session, moving.values(chat_id=kept.id))
