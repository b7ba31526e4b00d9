"""How many invites may be made: by one inviter, to one group, for one recipient, from lists."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Role
from core.errors import CoreError, Forbidden, Invalid, NotFound
from core.invites import Invite, Offer, new_invite
from core.invites.direct import Outcome
from core.invites.issuing import issue_invite
from core.invites.limits import Allowance, allowance_of, set_allowance
from tests.cast import Cast, Place, Somebody, refused
from tests.core.inviting import direct
from tests.core.test_bulk import commit, draft


async def issue(cast: Cast, *, by: Somebody | None = None, group: Place | None = None) -> int:
    def unit(s: Session) -> int:
        place = (group or cast.tigers)(s)
        actor = (by or cast.alice)(s)
        return issue_invite(s, actor, group=place, offer=Offer(), now=cast.now)[0].id

    return await cast.write(unit)


async def allow(cast: Cast, by: Somebody, **numbers: int) -> None:
    def unit(s: Session) -> None:
        wanted = Allowance(**numbers)
        set_allowance(s, by(s), group=cast.tigers(s), allowance=wanted, now=cast.now)

    await cast.write(unit)


@pytest.fixture
async def narrow(cast: Cast) -> Cast:
    """Three within ten minutes, five within a day, four from lists."""
    await allow(cast, replace(cast.charlie, system_admin=True), short=3, daily=5, listed=4)
    return cast


async def make(cast: Cast, many: int) -> None:
    """Invites of alice's from just now, without asking for the limits."""

    def unit(s: Session) -> None:
        actor, group = cast.alice(s), cast.tigers(s)
        rows = (new_invite(actor, group=group, offer=Offer(), now=cast.now) for _ in range(many))
        s.add_all(rows)

    await cast.write(unit)


@pytest.mark.attack(30)
async def test_thirty_within_ten_minutes_and_two_hundred_a_day(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await make(cast, 29)
    await issue(cast)
    assert (await refused(issue(cast))).code == "too_many_by_you"
    cast.clock.advance(minutes=11)
    await make(cast, 169)
    cast.clock.advance(minutes=11)
    await issue(cast)
    assert (await refused(issue(cast))).fields["most"] == 200
    cast.clock.advance(days=1)
    await issue(cast)


@pytest.mark.attack(30)
async def test_one_inviter_is_limited_in_all_groups_together(narrow: Cast) -> None:
    lions = await narrow.group("Lions")
    for _ in range(3):
        await issue(narrow, group=lions)
    assert (await refused(issue(narrow))).code == "too_many_by_you"
    await issue(narrow, group=lions)


@pytest.mark.attack(30)
async def test_all_inviters_of_a_group_are_limited_together(narrow: Cast) -> None:
    await narrow.join(narrow.bob, Role.ADMIN)
    for by in (narrow.alice, narrow.bob, narrow.alice):
        await issue(narrow, by=by)
    refusal = await refused(issue(narrow, by=narrow.bob))
    assert (refusal.code, refusal.fields["group"]) == ("too_many_to_group", "Tigers")


@pytest.mark.attack(30)
async def test_nobody_is_invited_by_everybody_at_once(narrow: Cast) -> None:
    bob = narrow.bob
    for name in ("Lions", "Bears", "Owls"):
        await direct(narrow, "@dana", group=await narrow.group(name, owner=bob), by=bob)
    assert (await refused(direct(narrow, "@dana"))).code == "invited_too_often"
    assert (await direct(narrow, "@omer")).outcome is Outcome.HANDED


@pytest.mark.attack(30)
async def test_of_many_at_once_as_many_as_allowed_are_made(narrow: Cast) -> None:
    await narrow.join(narrow.bob, Role.ADMIN)
    tries = (issue(narrow, by=by) for by in [narrow.alice, narrow.bob] * 4)
    made = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, int) for one in made) == 3
    assert all(isinstance(one, int | CoreError) for one in made)
    assert len(await narrow.rows(Invite)) == 3


@pytest.mark.attack(30)
async def test_lists_have_a_limit_of_their_own(narrow: Cast) -> None:
    await commit(narrow, await draft(narrow, "@a\n@b\n@c"))
    await issue(narrow)
    too_many = await draft(narrow, "@d\n@e")
    assert (await refused(commit(narrow, too_many))).code == "too_many_by_you"
    assert len(await narrow.rows(Invite)) == 4, "all or nobody"
    await commit(narrow, await draft(narrow, "@d"))


async def test_a_system_admin_is_not_limited(narrow: Cast) -> None:
    root = replace(narrow.charlie, system_admin=True)
    for _ in range(5):
        await issue(narrow, by=root)


async def test_only_system_admins_change_a_limit_and_within_bounds(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    for who, kind in ((cast.alice, Forbidden), (cast.bob, Forbidden), (cast.charlie, NotFound)):
        assert type(await refused(allow(cast, who, short=99))) is kind
    root = replace(cast.charlie, system_admin=True)
    for number in (-1, 100_001):
        assert type(await refused(allow(cast, root, short=number))) is Invalid
    await allow(cast, root, short=99)
    assert await cast.read(lambda s: allowance_of(s, cast.tigers(s)).short) == 99


async def test_a_stranger_is_told_nothing_of_limits(narrow: Cast) -> None:
    for _ in range(3):
        await issue(narrow)
    assert (await refused(issue(narrow, by=narrow.charlie))).code == "group_unknown"
    assert (await refused(issue(narrow, by=narrow.bob))).code == "not_allowed"


async def test_invites_of_before_the_limits_count_as_made_by_hand(sqlite_cast: Cast) -> None:
    await sqlite_cast.invite()
    assert await sqlite_cast.read(lambda s: s.scalars(select(Invite.listed)).all()) == [False]
