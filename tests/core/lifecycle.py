"""What the tests of an invite's life have in common."""

from __future__ import annotations

from datetime import timedelta

from core.audit import AuditEntry
from core.deliveries import Delivery
from core.invites import Invite
from core.invites.expiry import expire_invites, remind_of_invites
from core.invites.links import show_link
from core.invites.resending import resend_invite
from core.outbox import OutboxEvent
from core.routing import fan_out
from tests.cast import Cast, Somebody

LONG = timedelta(days=4)


async def tick(cast: Cast) -> None:
    """The scheduled job looks at the clock."""
    await cast.write(lambda s: expire_invites(s, now=cast.now))
    await cast.write(lambda s: remind_of_invites(s, now=cast.now))


async def resend(cast: Cast, who: Somebody, public_id: str) -> str:
    """The new token."""
    return await cast.write(
        lambda s: resend_invite(s, who(s), public_id=public_id, now=cast.now).token
    )


async def link(cast: Cast, who: Somebody, public_id: str) -> str:
    """One more token."""
    return await cast.write(lambda s: show_link(s, who(s), public_id=public_id, now=cast.now)[1])


async def facts(cast: Cast) -> list[str]:
    return [event.event_type for event in await cast.rows(OutboxEvent)]


async def actions(cast: Cast) -> list[str]:
    return [entry.action for entry in await cast.rows(AuditEntry)]


async def told(cast: Cast) -> list[tuple[str, str]]:
    """Which notice goes where, once the facts are fanned out."""
    await cast.database.write(lambda s: fan_out(s, now=cast.now, limit=100))
    return [(row.kind, row.address) for row in await cast.rows(Delivery)]


async def the_invite(cast: Cast) -> Invite:
    (invite,) = await cast.rows(Invite)
    return invite
