"""What the tests of accepting have in common."""

from __future__ import annotations

import asyncio
from collections import Counter

from sqlalchemy import update

from core.errors import CoreError
from core.invites import Invite, InviteState
from core.invites.redemptions import Redemption
from tests.cast import Cast, Made, Somebody


async def uses(cast: Cast) -> int:
    (invite,) = await cast.rows(Invite)
    assert invite.uses == len(await cast.rows(Redemption))
    return invite.uses


async def race(cast: Cast, people: list[Somebody], code: str) -> Counter[str]:
    """How many of them joined, and what the others were told."""

    async def one(person: Somebody) -> str:
        try:
            return "member" if (await cast.accept(person, code)).already_member else "joined"
        except CoreError as refusal:
            return refusal.code

    return Counter(await asyncio.gather(*map(one, people)))


async def ended(cast: Cast, why: str) -> Made:
    made = await cast.invite()
    values: dict[str, dict[str, object]] = {
        "expired": {"expires_at": cast.now},
        "revoked": {"state": InviteState.REVOKED},
        "used_up": {"uses": 1},
    }
    await cast.write(
        lambda s: s.execute(update(Invite).where(Invite.id == made.id).values(values[why])).close()
    )
    return made
