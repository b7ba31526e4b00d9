"""A room of the Tigers with a door: people come, go, knock, and admins decide."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.chats.deciding import decide_request
from core.chats.knocks import Knock, Sighting, receive_knock, receive_sighting
from core.chats.occupants import Presence
from core.chats.requests import JoinRequest
from core.people import mark_reachable
from tests.cast import Cast, Somebody

ROOM = "-100500"


async def knock(cast: Cast, who: Somebody, *, link: str | None = None, room: str = ROOM) -> str:
    """`who` asks to come in; the request's public id, or nothing where nobody minds the door."""
    asked = Knock("telegram", room, who.sender, who.sender.address, cast.now, link)

    def unit(s: Session) -> str:
        request = receive_knock(s, asked, now=cast.now)
        return request.public_id if request else ""

    return await cast.write(unit)


async def see(
    cast: Cast,
    who: Somebody,
    presence: Presence = Presence.IN,
    *,
    at: datetime | None = None,
    by: Somebody | None = None,
    link: str | None = None,
    room: str = ROOM,
) -> None:
    """The platform says that `who` is in the room, or out of it, since `at`."""
    seen = Sighting(
        platform="telegram",
        room=room,
        sender=who.sender,
        presence=presence,
        seen_at=at or cast.now,
        by=by.sender.address if by else None,
        link=link,
    )
    await cast.write(lambda s: receive_sighting(s, seen, now=cast.now))


async def decide(cast: Cast, who: Somebody, public_id: str, *, let_in: bool = True) -> bool:
    """Whether this decision was the first."""
    return await cast.write(
        lambda s: decide_request(s, who(s), public_id=public_id, let_in=let_in, now=cast.now)[1]
    )


async def reach(cast: Cast, *people: Somebody) -> None:
    """They have pressed Start."""

    def unit(s: Session) -> None:
        for who in people:
            mark_reachable(s, platform=who.sender.platform, address=who.sender.address)

    await cast.write(unit)


async def the_request(cast: Cast) -> JoinRequest:
    (request,) = await cast.rows(JoinRequest)
    return request


def later(cast: Cast, **by: float) -> datetime:
    return cast.now + timedelta(**by)
