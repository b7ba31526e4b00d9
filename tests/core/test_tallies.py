"""What happens to invites is counted once each, whoever counts, and outlives what it is about."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from sqlalchemy import delete

from core.access import MemberState, Role
from core.errors import Forbidden, NotFound
from core.invites import Invite
from core.invites.deeds import Deed, InviteDeed
from core.invites.stats import InviteNumbers, count_invites
from core.invites.stays import count_stays
from core.invites.tallies import InviteTally, fold_deeds
from core.people import Person
from tests.cast import Cast, Somebody, refused
from tests.core.joining import race
from tests.core.lifecycle import tick


async def numbers(cast: Cast, who: Somebody | None = None) -> InviteNumbers:
    actor = who or cast.alice
    return await cast.read(lambda s: count_invites(s, actor(s), group=cast.tigers(s), now=cast.now))


async def total(cast: Cast) -> dict[str, int]:
    found = (await numbers(cast)).total
    return {deed.value: amount for deed, amount in found.items() if amount}


async def fold(cast: Cast) -> int:
    return await cast.write(fold_deeds)


async def history(cast: Cast) -> dict[str, int]:
    """Two links and a direct invite with all that can become of them; what is to be counted."""
    link, direct = await cast.invite(max_uses=9), await cast.invite(to=cast.charlie)
    looked, declined, joined = await cast.crowd(3)
    for who in (looked, declined, joined, joined):
        await cast.open(who, link.token)
    for _ in range(2):
        await cast.decline(declined, link.token)
    await cast.accept(joined, link.token)
    await cast.accept(cast.charlie, direct.public_id)
    await cast.invite()
    cast.clock.advance(days=4)
    await tick(cast)
    return {"sent": 3, "seen": 4, "accepted": 2, "declined": 1, "expired": 2}


async def test_the_numbers_are_the_same_before_and_after_they_are_folded(cast: Cast) -> None:
    expected = await history(cast)
    assert await total(cast) == expected
    assert await fold(cast) == sum(expected.values())
    assert await total(cast) == expected
    assert await fold(cast) == 0
    assert await cast.rows(InviteDeed) == []
    await cast.invite()
    assert await total(cast) == expected | {"sent": 4}
    await fold(cast)
    assert await total(cast) == expected | {"sent": 4}


async def test_many_who_fold_at_once_count_each_deed_once(cast: Cast) -> None:
    made = await cast.invite(max_uses=0)
    assert await race(cast, await cast.crowd(20), made.token) == {"joined": 20}
    folds = [cast.write(lambda s: fold_deeds(s, limit=4)) for _ in range(8)]
    await asyncio.gather(*folds)
    await fold(cast)
    assert await total(cast) == {"sent": 1, "accepted": 20}
    assert (await numbers(cast)).by_invite[made.id] == Counter({Deed.SENT: 1, Deed.ACCEPTED: 20})


async def test_each_inviter_has_their_own_and_the_busiest_stands_first(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    dana = await cast.somebody(role=Role.ADMIN)
    await cast.invite()
    made = await cast.invite(by=dana)
    await cast.accept(cast.charlie, made.token)
    for _ in range(2):
        found = (await numbers(cast)).inviters
        assert [(one.name, one.counts[Deed.ACCEPTED]) for one in found] == [
            ("Dana", 1),
            ("Alice", 0),
        ]
        await fold(cast)


async def test_the_counts_outlive_revocation_invite_and_inviter(cast: Cast) -> None:
    expected = await history(cast)
    for invite in await cast.rows(Invite):
        await cast.revoke(cast.alice, invite.public_id)
    assert await total(cast) == expected
    await fold(cast)
    await cast.write(lambda s: s.execute(delete(Invite)).close())
    assert await total(cast) == expected
    root = Somebody(cast.bob.id, cast.bob.sender, system_admin=True)
    await cast.write(lambda s: s.execute(delete(Person).where(Person.id == cast.alice.id)).close())
    found = await numbers(cast, root)
    assert [one.name for one in found.inviters] == [None]
    assert {deed.value: amount for deed, amount in found.total.items() if amount} == expected


@pytest.mark.parametrize("stays", [True, False])
async def test_a_week_and_a_month_later_it_is_known_who_stayed(cast: Cast, stays: bool) -> None:
    made = await cast.invite()
    await cast.accept(cast.charlie, made.token)
    cast.clock.advance(days=7, seconds=-1)
    assert await cast.write(lambda s: count_stays(s, now=cast.now)) == 0
    cast.clock.advance(seconds=1)
    for _ in range(2):
        await cast.write(lambda s: count_stays(s, now=cast.now))
    if not stays:
        await cast.part(cast.charlie, MemberState.LEFT)
    cast.clock.advance(days=23)
    for _ in range(2):
        await cast.write(lambda s: count_stays(s, now=cast.now))
    counted = {"stayed_7": 1, "stayed_30" if stays else "gone_30": 1}
    assert await total(cast) == {"sent": 1, "accepted": 1} | counted


async def test_several_processes_look_after_each_once(cast: Cast) -> None:
    made = await cast.invite(max_uses=0)
    assert await race(cast, await cast.crowd(12), made.token) == {"joined": 12}
    cast.clock.advance(days=8)
    looks = [cast.write(lambda s: count_stays(s, now=cast.now, limit=3)) for _ in range(6)]
    await asyncio.gather(*looks)
    await cast.write(lambda s: count_stays(s, now=cast.now))
    assert (await total(cast))["stayed_7"] == 12


@pytest.mark.attack(22)
async def test_charlie_and_bob_see_no_numbers(sqlite_cast: Cast) -> None:
    assert type(await refused(numbers(sqlite_cast, sqlite_cast.charlie))) is NotFound
    assert type(await refused(numbers(sqlite_cast, sqlite_cast.bob))) is Forbidden


async def test_the_numbers_of_another_group_are_not_among_them(sqlite_cast: Cast) -> None:
    lions = await sqlite_cast.group("Lions")
    await sqlite_cast.invite(group=lions)
    for _ in range(2):
        assert await total(sqlite_cast) == {}
        await fold(sqlite_cast)
    assert len(await sqlite_cast.rows(InviteTally)) == 2
