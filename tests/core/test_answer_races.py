"""An answer that meets something else at the same moment: one story, on either database."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from core.access import MemberState, Role
from core.chats.asking import ask_for_invite
from core.chats.requests import JoinRequest, RequestState
from core.invites import Invite, add_token
from core.invites.adopting import adopt_invite
from core.invites.redemptions import Redemption
from core.members.changes import change_role, remove_member
from core.outbox import OutboxEvent
from core.people import Identity
from tests.cast import Cast, Made, refused
from tests.core.door import decide
from tests.core.joining import race, uses

ROUNDS = 3


async def joins(cast: Cast) -> int:
    return [row.event_type for row in await cast.rows(OutboxEvent)].count("member.joined")


@pytest.mark.attack(14)
@pytest.mark.parametrize("how", ["demote", "remove"])
async def test_accept_meets_the_fall_of_the_inviter(cast: Cast, how: str) -> None:
    for _ in range(ROUNDS):
        dana, guest = await cast.somebody(role=Role.ADMIN), await cast.somebody()
        made = await cast.invite(by=dana)

        def fall(s: Session, whom: int = dana.id) -> None:
            actor, group = cast.alice(s), cast.tigers(s)
            if how == "demote":
                change_role(s, actor, group=group, person_id=whom, role=Role.MEMBER, now=cast.now)
            else:
                remove_member(s, actor, group=group, person_id=whom, now=cast.now)

        outcome, _ = await asyncio.gather(race(cast, [guest], made.token), cast.write(fall))
        joined = await cast.role_of(guest) is Role.MEMBER
        assert outcome == {"joined" if joined else "invite_void": 1}
        assert (await refused(cast.accept(cast.charlie, made.token))).code in (
            "invite_void",
            "invite_used_up",
        )


@pytest.mark.attack(3)
async def test_accept_meets_a_resend_and_both_links_are_one_invite(cast: Cast) -> None:
    made = await cast.invite()
    again = asyncio.create_task(
        cast.write(lambda s: add_token(s, s.get_one(Invite, made.id), now=cast.now))
    )
    first = await race(cast, [cast.charlie], made.token)
    outcome = first + await race(cast, [await cast.somebody()], await again)
    assert outcome == {"joined": 1, "invite_used_up": 1}
    assert await uses(cast) == 1


@pytest.mark.attack(4)
async def test_two_devices_of_one_person_use_one(cast: Cast) -> None:
    made = await cast.invite(max_uses=5)
    phone = await cast.somebody()
    merged = update(Identity).where(Identity.person_id == phone.id)
    await cast.write(lambda s: s.execute(merged.values(person_id=cast.charlie.id)).close())
    outcome = await race(cast, [cast.charlie] * 4, made.token)
    assert outcome == {"joined": 1, "member": 3}
    assert (await uses(cast), await joins(cast)) == (1, 1)


@pytest.mark.attack(14)
async def test_accept_meets_adoption(cast: Cast) -> None:
    dana = await cast.somebody(role=Role.ADMIN)
    made = await cast.invite(by=dana, max_uses=2)
    await cast.part(dana, MemberState.REMOVED)
    adopted = cast.write(
        lambda s: adopt_invite(s, cast.alice(s), public_id=made.public_id, now=cast.now)
    )
    outcome, invite = await asyncio.gather(race(cast, [cast.charlie], made.token), adopted)
    assert invite.inviter_id == cast.alice.id
    assert set(outcome) <= {"joined", "invite_void"}
    assert await race(cast, [await cast.somebody()], made.token) == {"joined": 1}


async def ask(cast: Cast, made: Made) -> str:
    """Charlie asks; the request's public id."""
    return await cast.write(
        lambda s: (
            ask_for_invite(s, cast.charlie(s), public_id=made.public_id, now=cast.now)[0].public_id
        )
    )


async def refused_invite(cast: Cast) -> Made:
    made = await cast.invite()
    cast.clock.advance(hours=73)
    await refused(cast.open(cast.charlie, made.token))
    return made


async def test_five_taps_on_ask_at_once_ask_once(cast: Cast) -> None:
    made = await refused_invite(cast)
    asked = await asyncio.gather(*(ask(cast, made) for _ in range(5)))
    assert len(set(asked)) == len(await cast.rows(JoinRequest)) == 1


async def test_an_approval_meets_an_accept_and_they_join_once(cast: Cast) -> None:
    asked = await ask(cast, await refused_invite(cast))
    fresh = await cast.invite()
    await asyncio.gather(decide(cast, cast.alice, asked), race(cast, [cast.charlie], fresh.token))
    (request,) = await cast.rows(JoinRequest)
    assert request.state is not RequestState.OPEN
    assert await joins(cast) == 1
    assert len(await cast.rows(Redemption)) in (0, 1)
    assert await cast.role_of(cast.charlie) is Role.MEMBER
