"""What the tests of linking have in common."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.access import Member, MemberState, Role
from core.members import find_member
from core.people import Identity, Sender, recognise
from core.people.links import accept_link, offer_link
from core.people.partings import undo_merge
from tests.cast import Cast, Place, Somebody


async def offer(cast: Cast, who: Somebody) -> str:
    return await cast.write(lambda s: offer_link(s, who(s), now=cast.now))


async def accept(cast: Cast, who: Somebody, code: str) -> int:
    """The id of the person who stays."""

    def unit(s: Session) -> int:
        said_by = who.sender.address
        return accept_link(s, who(s), code=code, address=said_by, now=cast.now).survivor_id

    return await cast.write(unit)


async def link(cast: Cast, one: Somebody, other: Somebody) -> Somebody:
    """Make them one; who that is."""
    kept = await accept(cast, other, await offer(cast, one))
    return one if one.id == kept else other


async def unlink(cast: Cast, who: Somebody) -> None:
    await cast.write(lambda s: undo_merge(s, who(s), now=cast.now).id)


async def on_groupme(cast: Cast, name: str = "Bobby") -> Somebody:
    """Somebody who writes from another platform."""
    sender = Sender(platform="groupme", address="77", name=name)

    def unit(s: Session) -> Somebody:
        identity = recognise(s, sender=sender, now=cast.now)
        s.flush()
        return Somebody(identity.person_id, sender)

    return await cast.write(unit)


async def member(cast: Cast, who: Somebody, group: Place | None = None) -> Member | None:
    place = group or cast.tigers
    return await cast.read(lambda s: find_member(s, person_id=who.id, group_id=place.id))


async def stand(
    cast: Cast, who: Somebody, group: Place | None = None
) -> tuple[Role, MemberState] | None:
    """Role and state of `who`, or None."""
    row = await member(cast, who, group)
    return (row.role, row.state) if row else None


async def addresses(cast: Cast, who: Somebody) -> list[str]:
    """Where the person is known."""
    rows = await cast.rows(Identity)
    return [f"{one.platform}:{one.address}" for one in rows if one.person_id == who.id]
