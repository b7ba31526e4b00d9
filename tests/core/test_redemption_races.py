"""Many who accept at once: the last use goes to one, and each story is told once."""

from __future__ import annotations

import asyncio

import pytest

from core.access import Role
from core.invites import Invite, InviteState
from core.outbox import OutboxEvent
from tests.cast import Cast
from tests.core.joining import race, uses


@pytest.mark.attack(4)
async def test_ten_taps_at_once_by_one_person_use_one(cast: Cast) -> None:
    made = await cast.invite(max_uses=5)
    assert await race(cast, [cast.charlie] * 10, made.token) == {"joined": 1, "member": 9}
    assert await uses(cast) == 1


@pytest.mark.attack(4)
async def test_one_person_with_two_links_joins_once(cast: Cast) -> None:
    links = [await cast.invite(), await cast.invite()]
    outcomes = await asyncio.gather(*(cast.accept(cast.charlie, made.token) for made in links))
    assert sorted(answer.already_member for answer in outcomes) == [False, True]
    assert sum(invite.uses for invite in await cast.rows(Invite)) == 1


@pytest.mark.attack(1)
async def test_of_a_hundred_at_once_exactly_one_gets_the_last_use(cast: Cast) -> None:
    made = await cast.invite()
    people = await cast.crowd(100)
    assert await race(cast, people, made.token) == {"joined": 1, "invite_used_up": 99}
    assert await uses(cast) == 1
    assert len(await cast.rows(OutboxEvent)) == 1


@pytest.mark.attack(2)
async def test_a_link_for_five_admits_exactly_five_of_fifty(cast: Cast) -> None:
    made = await cast.invite(max_uses=5)
    people = await cast.crowd(50)
    assert await race(cast, people, made.token) == {"joined": 5, "invite_used_up": 45}
    assert await uses(cast) == 5


async def test_a_link_without_a_limit_admits_everybody(cast: Cast) -> None:
    made = await cast.invite(max_uses=0)
    assert await race(cast, await cast.crowd(20), made.token) == {"joined": 20}
    assert await uses(cast) == 20


@pytest.mark.attack(3)
@pytest.mark.parametrize("revoke_first", [True, False])
async def test_accept_and_revoke_at_once_leave_one_story(cast: Cast, revoke_first: bool) -> None:
    made = await cast.invite()
    accept, revoke = race(cast, [cast.charlie], made.token), cast.revoke(cast.alice, made.public_id)
    await asyncio.gather(*([revoke, accept] if revoke_first else [accept, revoke]))
    (invite,) = await cast.rows(Invite)
    assert invite.state is InviteState.REVOKED
    assert await cast.role_of(cast.charlie) is (Role.MEMBER if invite.uses else None)
    told = sorted(event.event_type for event in await cast.rows(OutboxEvent))
    assert told == ["invite.revoked", *["member.joined"] * invite.uses]


@pytest.mark.attack(3)
@pytest.mark.parametrize("decline_first", [True, False])
async def test_accept_and_decline_at_once_leave_one_story(cast: Cast, decline_first: bool) -> None:
    made = await cast.invite(to=cast.charlie)
    accept = race(cast, [cast.charlie], made.token)
    decline = cast.decline(cast.charlie, made.token)
    await asyncio.gather(*([decline, accept] if decline_first else [accept, decline]))
    (invite,) = await cast.rows(Invite)
    joined = await cast.role_of(cast.charlie) is Role.MEMBER
    assert (invite.state, invite.uses) == (
        (InviteState.OPEN, 1) if joined else (InviteState.DECLINED, 0)
    )
