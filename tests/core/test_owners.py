"""A group keeps an owner, whichever way the last one would go; one rule for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from core.access import Member, MemberState, Role
from core.errors import CoreError
from core.members import leave_group
from core.members.changes import change_role, remove_member
from core.people.erasures import ask_erasure, confirm_erasure
from core.people.forgetting import erase_next
from tests.cast import Cast, Somebody, refused
from tests.core.linking import link

Exit = Callable[[Cast, Somebody], Awaitable[object]]


async def leaves(cast: Cast, who: Somebody) -> None:
    await cast.write(lambda s: leave_group(s, who(s), group=cast.tigers(s), now=cast.now))


async def steps_down(cast: Cast, who: Somebody) -> None:
    await cast.write(
        lambda s: change_role(
            s, who(s), group=cast.tigers(s), person_id=who.id, role=Role.ADMIN, now=cast.now
        )
    )


async def is_banned(cast: Cast, who: Somebody) -> None:
    """By somebody who stands above everybody."""
    cast.charlie = type(who)(cast.charlie.id, cast.charlie.sender, system_admin=True)
    await cast.write(
        lambda s: remove_member(
            s, cast.charlie(s), group=cast.tigers(s), person_id=who.id, ban=True, now=cast.now
        )
    )


async def is_forgotten(cast: Cast, who: Somebody) -> None:
    await cast.write(lambda s: ask_erasure(s, who(s), now=cast.now))
    await cast.write(lambda s: confirm_erasure(s, who(s), now=cast.now))
    cast.clock.advance(hours=12)
    await cast.write(lambda s: erase_next(s, now=cast.now))


async def turns_out_to_be_banned(cast: Cast, who: Somebody) -> None:
    dana = await cast.somebody(role=Role.MEMBER)
    await cast.part(dana, MemberState.BANNED)
    await link(cast, who, dana)


EXITS = (leaves, steps_down, is_banned, is_forgotten, turns_out_to_be_banned)


@pytest.mark.attack(27)
@pytest.mark.parametrize("goes", EXITS)
async def test_the_last_owner_can_t_go(cast: Cast, goes: Exit) -> None:
    assert "last_owner" in (await refused(goes(cast, cast.alice))).code
    assert await cast.role_of(cast.alice) is Role.OWNER
    await cast.join(cast.bob, Role.OWNER)
    await goes(cast, cast.alice)
    assert await cast.role_of(cast.alice) is not Role.OWNER


@pytest.mark.attack(27)
@pytest.mark.parametrize("goes", EXITS)
async def test_of_two_owners_who_go_at_once_one_stays(cast: Cast, goes: Exit) -> None:
    await cast.join(cast.bob, Role.OWNER)
    await asyncio.gather(leaves(cast, cast.bob), goes(cast, cast.alice), return_exceptions=True)
    owners = [row for row in await cast.rows(Member) if row.role is Role.OWNER]
    assert [row.state for row in owners].count(MemberState.ACTIVE) == 1


async def test_what_is_refused_in_a_race_is_a_refusal_and_no_bug(cast: Cast) -> None:
    await cast.join(cast.bob, Role.OWNER)
    ends = await asyncio.gather(
        leaves(cast, cast.bob), is_forgotten(cast, cast.alice), return_exceptions=True
    )
    assert all(isinstance(end, CoreError) for end in ends if end is not None)
