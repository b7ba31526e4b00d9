"""People are invited by name: one by one, as their inviter writes them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.facts import Fact, read_fact
from core.invites import Invite, Offer
from core.invites.direct import Result, invite_person
from core.invites.vouching import answer_claim
from core.invites.waiting import prove_phone
from core.invites.whom import Whom, read_whom
from core.outbox import OutboxEvent
from core.people import Sender
from tests.cast import Cast, Place, Somebody


async def direct(
    cast: Cast,
    said: str = "",
    *,
    by: Somebody | None = None,
    group: Place | None = None,
    about: Sender | None = None,
    offer: Offer | None = None,
) -> Result:
    """Alice, or `by`, invites whom they write, or whom the platform points at."""
    whom = Whom(said, about=about) if about else read_whom(said, platform="telegram", region="US")

    def unit(s: Session) -> Result:
        return invite_person(
            s,
            (by or cast.alice)(s),
            group=(group or cast.tigers)(s),
            whom=whom,
            offer=offer or Offer(),
            now=cast.now,
        )

    return await cast.write(unit)


async def show_phone(cast: Cast, who: Somebody, number: str) -> list[Invite]:
    """The platform says that the number is theirs; the invites that they now have."""
    return await cast.write(lambda s: prove_phone(s, who(s), number=number, now=cast.now))


async def vouch(
    cast: Cast, by: Somebody, public_id: str, who: Somebody, *, is_theirs: bool
) -> None:
    await cast.write(
        lambda s: answer_claim(
            s, by(s), public_id=public_id, person_id=who.id, is_theirs=is_theirs, now=cast.now
        )
    )


async def facts(cast: Cast, kind: type[Fact]) -> list[Fact]:
    """What was recorded of that kind, in order."""
    rows = await cast.rows(OutboxEvent)
    return [
        read_fact(row.event_type, row.payload) for row in rows if row.event_type == kind.event_type
    ]
