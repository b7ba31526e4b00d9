"""Invites taken back, one and all, and who came by them put out and taken back."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.access import MemberState, Role
from core.errors import Forbidden, NotFound
from core.invites import Invite, InviteState
from core.invites.revoking import count_open, revoke_all
from core.invites.turning_out import Outcome, remove_newcomers, restore_newcomers
from tests.cast import Cast, Made, Somebody, refused
from tests.core.joining import ended
from tests.core.lifecycle import actions, facts


async def everything(cast: Cast, who: Somebody) -> int:
    return await cast.write(lambda s: revoke_all(s, who(s), group=cast.tigers(s), now=cast.now))


async def put_out(cast: Cast, who: Somebody, made: Made) -> Outcome:
    def unit(s: Session) -> Outcome:
        return remove_newcomers(s, who(s), public_id=made.public_id, now=cast.now)[1]

    return await cast.write(unit)


async def take_back(cast: Cast, who: Somebody, made: Made) -> Outcome:
    def unit(s: Session) -> Outcome:
        return restore_newcomers(s, who(s), public_id=made.public_id, now=cast.now)[1]

    return await cast.write(unit)


def codes(outcome: Outcome) -> set[str]:
    return {refusal.code for _, refusal in outcome.refused}


async def test_a_revocation_is_told_once_however_often_it_is_tried(cast: Cast) -> None:
    made = await cast.invite()
    tries = await asyncio.gather(*(cast.revoke(cast.alice, made.public_id) for _ in range(5)))
    assert sorted(tries) == [False, False, False, False, True]
    assert await facts(cast) == ["invite.revoked"]
    assert (await actions(cast)).count("invite.revoked") == 1


async def test_all_that_are_open_are_revoked_and_no_others(cast: Cast) -> None:
    lions = await cast.group("Lions")
    await cast.invite(group=lions)
    for why in ("expired", "revoked", "used_up"):
        await ended(cast, why)
    still_open = [await cast.invite(), await cast.invite(ttl=None)]
    assert await everything(cast, cast.alice) == 2
    assert await everything(cast, cast.alice) == 0
    found = {one.id: one.state for one in await cast.rows(Invite)}
    assert {found[one.id] for one in still_open} == {InviteState.REVOKED}
    assert list(found.values()).count(InviteState.REVOKED) == 3
    assert await facts(cast) == ["invite.revoked"] * 2


@pytest.mark.attack(22)
async def test_charlie_and_bob_revoke_none(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    made = await cast.invite()
    for who, kind in ((cast.charlie, NotFound), (cast.bob, Forbidden)):
        assert type(await refused(everything(cast, who))) is kind
        assert type(await refused(put_out(cast, who, made))) is kind
        assert type(await refused(take_back(cast, who, made))) is kind
        count = cast.read(
            lambda s, who=who: count_open(  # type: ignore[misc]
                s, who(s), group=cast.tigers(s), now=cast.now
            )
        )
        assert type(await refused(count)) is kind
    assert await everything(cast, cast.alice) == 1


async def test_who_came_by_it_goes_and_comes_back(cast: Cast) -> None:
    made = await cast.invite(max_uses=3)
    fans = await cast.crowd(3)
    for fan in fans:
        await cast.accept(fan, made.token)
    await cast.part(fans[2], MemberState.LEFT)
    assert len((await put_out(cast, cast.alice, made)).done) == 2
    assert [await cast.role_of(fan) for fan in fans] == [None, None, None]
    assert len((await take_back(cast, cast.alice, made)).done) == 2
    assert [await cast.role_of(fan) for fan in fans] == [Role.MEMBER, Role.MEMBER, None]


async def test_who_came_again_by_another_invite_stays(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    first, second = await cast.invite(), await cast.invite()
    await cast.accept(cast.charlie, first.token)
    await cast.part(cast.charlie, MemberState.LEFT)
    await cast.accept(cast.charlie, second.token)
    assert await put_out(cast, cast.alice, first) == Outcome((), ())
    assert await cast.role_of(cast.charlie) is Role.MEMBER


@pytest.mark.attack(28)
async def test_who_stands_too_high_stays_and_the_reason_is_told(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await cast.join(cast.bob, Role.ADMIN)
    made = await cast.invite(max_uses=2)
    risen, low = await cast.crowd(2)
    for fan in (risen, low):
        await cast.accept(fan, made.token)
    await cast.join(risen, Role.ADMIN)
    outcome = await put_out(cast, cast.bob, made)
    assert (len(outcome.done), codes(outcome)) == (1, {"rank_too_high"})
    assert [await cast.role_of(one) for one in (risen, low)] == [Role.ADMIN, None]


@pytest.mark.attack(27)
async def test_neither_oneself_nor_the_last_owner_goes_with_it(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    made = await cast.invite(role=Role.OWNER)
    await cast.accept(cast.charlie, made.token)
    assert codes(await put_out(cast, cast.charlie, made)) == {"remove_yourself"}
    await cast.join(cast.alice, Role.MEMBER)
    root = Somebody(cast.bob.id, cast.bob.sender, system_admin=True)
    assert codes(await put_out(cast, root, made)) == {"last_owner_other"}
    assert await cast.role_of(cast.charlie) is Role.OWNER


async def test_after_ten_minutes_nobody_is_taken_back(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    made = await cast.invite()
    await cast.accept(cast.charlie, made.token)
    await put_out(cast, cast.alice, made)
    cast.clock.now += timedelta(minutes=10, seconds=1)
    assert await take_back(cast, cast.alice, made) == Outcome((), ())
    assert await cast.role_of(cast.charlie) is None
