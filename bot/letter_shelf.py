"""LetterShelf: what the letters that are rendered together have in common, asked for once."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.broadcasts import Broadcast, BroadcastRecipient
from core.events import Event, find_event
from core.groups import Group, get_group
from core.guests import Guest
from core.people import Identity, Person

Place = tuple[int, str, str]


class LetterShelf:
    """It lives as long as one unit of work, and keeps what it read from being forgotten."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._broadcasts: dict[int, Broadcast | None] = {}
        self._events: dict[int, Event | None] = {}
        self._groups: dict[int, Group] = {}
        self._authors: dict[int, str] = {}
        self._recipients: dict[Place, BroadcastRecipient] = {}
        self._people: list[Guest | Person] = []

    def lay_out(self, broadcast_id: int, channel: str, addresses: Iterable[str]) -> None:
        """These addresses are about to be asked for."""
        wanted = list(addresses)
        given = {"broadcast": broadcast_id, "channel": channel, "addresses": wanted}
        for one in self._session.scalars(_AT, given):
            self._recipients[broadcast_id, channel, one.address or ""] = one
        here = [self._recipients.get((broadcast_id, channel, one)) for one in wanted]
        people = [one.person_id for one in here if one and one.person_id]
        guests = [one.guest_id for one in here if one and one.guest_id]
        self._people += self._session.scalars(_PEOPLE, {"ids": people}) if people else ()
        self._people += self._session.scalars(_GUESTS, {"ids": guests}) if guests else ()

    def broadcast(self, broadcast_id: int) -> Broadcast | None:
        if broadcast_id not in self._broadcasts:
            self._broadcasts[broadcast_id] = self._session.get(Broadcast, broadcast_id)
        return self._broadcasts[broadcast_id]

    def event(self, found: Broadcast) -> Event | None:
        """The group of the broadcast, where it is an event."""
        if found.group_id not in self._events:
            self._events[found.group_id] = find_event(self._session, found.group_id)
        return self._events[found.group_id]

    def group(self, found: Broadcast) -> Group:
        if found.group_id not in self._groups:
            self._groups[found.group_id] = get_group(self._session, found.group_id)
        return self._groups[found.group_id]

    def author(self, found: Broadcast) -> str:
        """Their name; nothing when they are forgotten."""
        if found.author_id not in self._authors:
            author = self._session.get(Person, found.author_id)
            self._authors[found.author_id] = author.name if author is not None else ""
        return self._authors[found.author_id]

    def recipient(self, found: Broadcast, channel: str, address: str) -> BroadcastRecipient | None:
        """Whose letter goes there: by the address, or by whose other address refused."""
        place = (found.id, channel, address)
        if place not in self._recipients:
            self.lay_out(found.id, channel, [address])
        given = {"broadcast": found.id, "channel": channel, "address": address}
        return self._recipients.get(place) or self._session.scalar(_TOOK_OVER, given)


_BROADCAST = BroadcastRecipient.broadcast_id == bindparam("broadcast")
# Of several at one address the first counts: it is looked at last.
_AT = (
    select(BroadcastRecipient)
    .where(
        _BROADCAST,
        BroadcastRecipient.channel == bindparam("channel"),
        BroadcastRecipient.address.in_(bindparam("addresses", expanding=True)),
    )
    .order_by(BroadcastRecipient.id.desc())
)
_OWNER = select(Identity.person_id).where(
    Identity.platform == bindparam("channel"), Identity.address == bindparam("address")
)
_TOOK_OVER = (
    select(BroadcastRecipient)
    .where(_BROADCAST, BroadcastRecipient.person_id.in_(_OWNER))
    .order_by(BroadcastRecipient.id)
    .limit(1)
)
_PEOPLE = select(Person).where(Person.id.in_(bindparam("ids", expanding=True)))
_GUESTS = select(Guest).where(Guest.id.in_(bindparam("ids", expanding=True)))
