"""A crowd at one invite, round after round: exactly as many come in as it admits.

`USHER_TEST_ROUNDS` says how many: 10 if it is not set, 50 in `.ci/run`, 1000 for a night.
"""

from __future__ import annotations

import os

import pytest
from sqlalchemy import delete, func, select, update

from core.access import Member, MemberState, Origin
from core.invites import Invite
from core.invites.redemptions import Redemption
from core.outbox import OutboxEvent
from tests.cast import Cast
from tests.core.joining import race

ROUNDS = int(os.environ.get("USHER_TEST_ROUNDS", "10"))
CROWD = 100
LIMITS = (1, 1, 1, 10, 50)


@pytest.mark.attack(1)
@pytest.mark.attack(2)
@pytest.mark.timeout(120 + 6 * ROUNDS)
async def test_in_every_round_exactly_the_limit_comes_in(cast: Cast) -> None:
    people = await cast.crowd(CROWD)
    for number in range(ROUNDS):
        limit = LIMITS[number % len(LIMITS)]
        made = await cast.invite(max_uses=limit)
        outcome = await race(cast, people, made.token)
        assert outcome == {"joined": limit, "invite_used_up": CROWD - limit}
        assert await _counted(cast, made.id) == (limit, limit, limit)
        await _everybody_leaves(cast)


async def _counted(cast: Cast, invite_id: int) -> tuple[int, int, int]:
    """Uses by the invite's own count, redemptions, and members who came by an invite."""
    mine = Redemption.invite_id == invite_id
    came = Member.origin == Origin.INVITE, Member.state == MemberState.ACTIVE
    return await cast.read(
        lambda s: (
            s.get_one(Invite, invite_id).uses,
            s.scalars(select(func.count(Redemption.id)).where(mine)).one(),
            s.scalars(select(func.count(Member.id)).where(*came)).one(),
        )
    )


async def _everybody_leaves(cast: Cast) -> None:
    left = update(Member).where(Member.origin == Origin.INVITE)
    await cast.write(lambda s: s.execute(left.values(state=MemberState.LEFT)).close())
    await cast.write(lambda s: s.execute(delete(OutboxEvent)).close())
