"""Players come onto a roster and their contracts are signed, in short calls."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.deliveries import Delivery
from core.outbox import OutboxEvent
from core.rosters import add_player, get_player
from core.rosters.guardians import read_guardian
from core.rosters.player_changes import assign_team, set_guardian
from core.rosters.players import Player
from core.rosters.signing import Signing, sign_contract
from core.rosters.terms import set_terms as set_terms_of
from core.routing import fan_out
from tests.cast import Cast, Place, Somebody

DANA = "Dana Levi, dana@example.org, +1 202 555 0143"


async def add(
    cast: Cast, name: str = "Mia Levi", *guardians: str, group: Place | None = None
) -> str:
    """The public id of a player whom alice puts on the roster."""
    contacts = [read_guardian(text, platform="telegram", region="US") for text in guardians]
    place = group or cast.tigers
    return await cast.write(
        lambda s: (
            add_player(
                s, cast.alice(s), group=place(s), name=name, contacts=contacts, now=cast.now
            ).public_id
        )
    )


async def set_terms(cast: Cast, text: str = "Be fair.\nBe kind.") -> int:
    """The id of a new version of what the Tigers' guardians sign."""
    return await cast.write(
        lambda s: set_terms_of(s, cast.alice(s), group=cast.tigers(s), text=text, now=cast.now).id
    )


async def sign(
    cast: Cast,
    public_id: str,
    by: Somebody | None = None,
    *,
    seen: int | None = None,
    name: str | None = None,
) -> Signing:
    who = by or cast.alice
    return await cast.write(
        lambda s: sign_contract(s, who(s), public_id=public_id, seen=seen, name=name, now=cast.now)
    )


async def assign(cast: Cast, public_id: str, team: Place, by: Somebody | None = None) -> bool:
    actor = by or cast.alice
    return await cast.write(
        lambda s: assign_team(
            s,
            actor(s),
            player=get_player(s, actor(s), public_id=public_id),
            team=team(s),
            now=cast.now,
        )
    )


async def guard(cast: Cast, public_id: str, text: str, place: int = 1) -> None:
    contact = read_guardian(text, platform="telegram", region="US")

    def unit(s: Session) -> None:
        player = get_player(s, cast.alice(s), public_id=public_id)
        set_guardian(s, cast.alice(s), player=player, place=place, contact=contact, now=cast.now)

    await cast.write(unit)


async def player(cast: Cast, public_id: str) -> Player:
    [found] = [one for one in await cast.rows(Player) if one.public_id == public_id]
    return found


async def told(cast: Cast) -> list[tuple[str, str, str, str]]:
    """Facts become deliveries: kind, channel, address and status of all, in order."""
    await cast.write(lambda s: fan_out(s, now=cast.now, limit=1000))
    rows = await cast.rows(Delivery)
    return [(row.kind, row.channel, row.address, row.status.value) for row in rows]


async def events(cast: Cast) -> list[str]:
    """What was recorded about players, in order."""
    query = select(OutboxEvent.event_type).where(OutboxEvent.subject.like("player:%"))
    return await cast.read(lambda s: list(s.scalars(query.order_by(OutboxEvent.id))))
