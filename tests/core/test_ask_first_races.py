"""Approvals of those who had to ask first, at the same moment as something else."""

from __future__ import annotations

import asyncio

import pytest

from core.access import MemberState, Role
from core.chats.requests import JoinRequest
from core.errors import CoreError
from core.invites.redemptions import Redemption
from tests.cast import Cast, Somebody
from tests.core.door import decide
from tests.core.joining import uses

ROUNDS = 3


async def asking(cast: Cast, token: str, size: int) -> list[tuple[Somebody, str]]:
    """People who accepted, and their requests."""
    people = await cast.crowd(size)
    for one in people:
        await cast.accept(one, token)
    codes = [row.public_id for row in await cast.rows(JoinRequest)][-size:]
    return list(zip(people, codes, strict=True))


@pytest.mark.attack(2)
async def test_approvals_at_once_use_the_invite_no_more_often_than_it_may_be(cast: Cast) -> None:
    made = await cast.invite(role=Role.EDITOR, max_uses=2, asks=True)
    asked = await asking(cast, made.token, 6)
    await asyncio.gather(*(decide(cast, cast.alice, code) for _, code in asked))
    roles = [await cast.role_of(one) for one, _ in asked]
    assert (roles.count(Role.EDITOR), roles.count(Role.MEMBER)) == (2, 4)
    assert (await uses(cast), len(await cast.rows(Redemption))) == (2, 2)


@pytest.mark.attack(1)
async def test_two_admins_who_approve_at_once_let_in_once(cast: Cast) -> None:
    made = await cast.invite(max_uses=5, asks=True)
    [(_, code)] = await asking(cast, made.token, 1)
    dana = await cast.somebody(role=Role.ADMIN)
    firsts = await asyncio.gather(*(decide(cast, by, code) for by in (cast.alice, dana)))
    assert sorted(firsts) == [False, True]
    assert await uses(cast) == 1


@pytest.mark.attack(3)
async def test_an_approval_meets_a_revocation(cast: Cast) -> None:
    for _ in range(ROUNDS):
        made = await cast.invite(role=Role.EDITOR, asks=True)
        [(one, code)] = await asking(cast, made.token, 1)
        await asyncio.gather(
            decide(cast, cast.alice, code), cast.revoke(cast.alice, made.public_id)
        )
        redeemed = any(row.person_id == one.id for row in await cast.rows(Redemption))
        assert await cast.role_of(one) is (Role.EDITOR if redeemed else Role.MEMBER)


@pytest.mark.attack(14)
async def test_an_approval_meets_the_fall_of_the_inviter(cast: Cast) -> None:
    dana = await cast.somebody(role=Role.ADMIN)
    made = await cast.invite(by=dana, role=Role.EDITOR, asks=True)
    [(one, code)] = await asking(cast, made.token, 1)
    outcome = await asyncio.gather(
        decide(cast, cast.alice, code),
        cast.part(dana, MemberState.REMOVED),
        return_exceptions=True,
    )
    assert not [what for what in outcome if isinstance(what, CoreError)]
    redeemed = await uses(cast) == 1
    assert await cast.role_of(one) is (Role.EDITOR if redeemed else Role.MEMBER)
