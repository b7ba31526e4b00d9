"""Which of a group's rooms somebody can be shown the way into."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.chats import Chat, list_chats
from core.deliveries.reach import first_rungs


def rooms_to_offer(session: Session, *, group_id: int, person_id: int) -> list[Chat]:
    """The rooms that we can act in, on the platform by which the person hears of it: only that
    one can make a way in.
    """
    told = {one.platform for one in first_rungs(session, [person_id])}
    rooms = list_chats(session, group_id)
    return [room for room in rooms if room.lost_reason is None and room.platform in told]
