"""Census: a platform says who all is in a room, and what differs from what we believed is noted.

Platforms that list a room's members are asked for the list; others one by one, see
`core.chats.sweeps`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.chats import Chat, find_chat
from core.chats.knocks import Sighting, receive_sighting
from core.chats.occupants import Occupant, Presence, note_presence
from core.chats.sweeps import TOPIC
from core.database import announce
from core.model import change
from core.people import Identity, Sender

# Who came by a room's own link, that anybody may open: it brings nobody's invite along, but what
# they were offered in person is accepted by coming.
SHARE_LINK = "share"


def ask_for_census(session: Session, *, platform: str, address: str, now: datetime) -> None:
    """Somebody came or went, and the platform did not say who: compare the room at once."""
    idle = Chat.platform == platform, Chat.address == address, Chat.sweep_since.is_(None)
    if change(session, update(Chat).where(*idle).values(sweep_since=now, sweep_after=None)):
        announce(session, TOPIC)


def list_wanted(session: Session, *, platform: str) -> list[str]:
    """The addresses of the rooms that are to be compared."""
    wanted = select(Chat.address).where(Chat.platform == platform, Chat.sweep_since.is_not(None))
    return list(session.scalars(wanted.order_by(Chat.sweep_since, Chat.id)))


def take_census(
    session: Session,
    *,
    platform: str,
    address: str,
    present: Iterable[Sender],
    asked_at: datetime,
    now: datetime,
) -> tuple[int, int]:
    """Note who has come and who has gone; how many of each. Nothing for a room of nobody's.

    Only what is new costs a look: whoever was in the room and still is, is not written.
    """
    chat = find_chat(session, platform=platform, address=address)
    if chat is None:
        return 0, 0
    believed = _inside(session, chat)
    here = {sender.address: sender for sender in present}
    come = [sender for known, sender in here.items() if known not in believed]
    for sender in come:
        sighting = Sighting(platform, address, sender, Presence.IN, asked_at, link=SHARE_LINK)
        receive_sighting(session, sighting, now=now)
    gone = [identity_id for known, identity_id in believed.items() if known not in here]
    for identity_id in gone:
        note_presence(
            session,
            chat_id=chat.id,
            identity_id=identity_id,
            presence=Presence.OUT,
            seen_at=asked_at,
        )
    done = {"swept_at": asked_at, "sweep_since": None, "sweep_after": None}
    change(session, update(Chat).where(Chat.id == chat.id).values(done))
    return len(come), len(gone)


def call_off_census(session: Session, *, platform: str, address: str, now: datetime) -> None:
    """The room can't be asked about: it is tried again the next night."""
    room = update(Chat).where(Chat.platform == platform, Chat.address == address)
    change(session, room.values(swept_at=now, sweep_since=None, sweep_after=None))


def _inside(session: Session, chat: Chat) -> dict[str, int]:
    """Whom we believe to be in the room: address -> identity id."""
    query = (
        select(Identity.address, Identity.id)
        .join(Occupant, Occupant.identity_id == Identity.id)
        .where(Occupant.chat_id == chat.id, Occupant.presence == Presence.IN)
    )
    return {row.address: row.id for row in session.execute(query)}
