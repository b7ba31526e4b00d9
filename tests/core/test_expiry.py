"""Invites that run out: noted once, reminded of once, and nobody waits for the clock."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from core.access import MemberState
from core.groups.closing import archive_group, restore_group
from core.invites import InviteStatus
from core.invites.blocks import block_all
from core.invites.expiry import expire_invites, remind_of_invites
from tests.cast import Cast, refused
from tests.core.door import reach
from tests.core.lifecycle import LONG, actions, facts, resend, the_invite, tick, told


@pytest.fixture
async def asked(sqlite_cast: Cast) -> Cast:
    """Alice and charlie can be written to, and he was asked for four days."""
    await reach(sqlite_cast, sqlite_cast.alice, sqlite_cast.charlie)
    await sqlite_cast.invite(to=sqlite_cast.charlie, ttl=LONG)
    return sqlite_cast


async def test_what_runs_out_is_written_down_and_told_once(asked: Cast) -> None:
    await tick(asked)
    asked.clock.advance(days=4)
    await tick(asked)
    await tick(asked)
    assert (await actions(asked)).count("invite.expired") == 1
    assert (await facts(asked)).count("invite.expired") == 1
    assert ("invite_expired", "1001") in await told(asked)


async def test_an_invite_is_over_when_its_time_is_not_when_the_job_looks(asked: Cast) -> None:
    invite = await the_invite(asked)
    asked.clock.advance(days=4)
    assert (await refused(asked.accept(asked.charlie, invite.public_id))).code == "invite_expired"
    assert invite.status(asked.now) is InviteStatus.EXPIRED


async def test_the_invitee_is_reminded_once_a_day_before_the_end(asked: Cast) -> None:
    asked.clock.advance(days=3, seconds=-1)
    await tick(asked)
    assert await facts(asked) == []
    asked.clock.advance(seconds=1)
    await tick(asked)
    await tick(asked)
    assert await facts(asked) == ["invite.ending"]
    assert await told(asked) == [("invite_ending", "1003")]


async def test_who_was_asked_for_less_than_four_days_is_left_in_peace(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await cast.invite(to=cast.charlie, ttl=LONG - timedelta(seconds=1))
    cast.clock.advance(days=3.5)
    await tick(cast)
    assert await facts(cast) == []


async def test_of_a_link_those_hear_who_have_looked_and_not_answered(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    made = await cast.invite(ttl=LONG, max_uses=0)
    looked, declined, joined, banned = await cast.crowd(4)
    for who in (looked, declined, joined, banned):
        await cast.open(who, made.token)
    await cast.decline(declined, made.token)
    for who, state in ((joined, MemberState.ACTIVE), (banned, MemberState.BANNED)):
        await cast.accept(who, made.token)
        await cast.part(who, state)
    await reach(cast, looked, declined, joined, banned)
    cast.clock.advance(days=3.5)
    await tick(cast)
    reminded = [address for kind, address in await told(cast) if kind == "invite_ending"]
    assert reminded == [looked.sender.address]


@pytest.mark.parametrize("end", ["revoke", "accept", "decline"])
async def test_nobody_is_reminded_of_what_is_over(asked: Cast, end: str) -> None:
    invite = await the_invite(asked)
    if end == "revoke":
        await asked.revoke(asked.alice, invite.public_id)
    else:
        await getattr(asked, end)(asked.charlie, invite.public_id)
    asked.clock.advance(days=5)
    await tick(asked)
    assert {"invite.ending", "invite.expired"} & set(await facts(asked)) == set()


async def test_an_archived_group_reminds_nobody(asked: Cast) -> None:
    await asked.write(
        lambda s: archive_group(s, asked.alice(s), group=asked.tigers(s), now=asked.now)
    )
    asked.clock.advance(days=3.5)
    await tick(asked)
    assert await facts(asked) == []
    await asked.write(
        lambda s: restore_group(s, asked.alice(s), group=asked.tigers(s), now=asked.now)
    )
    await tick(asked)
    assert await facts(asked) == []


async def test_what_is_sent_again_runs_out_again(asked: Cast) -> None:
    invite = await the_invite(asked)
    for _ in range(2):
        asked.clock.advance(days=3.5)
        await tick(asked)
        asked.clock.advance(days=0.5)
        await tick(asked)
        await resend(asked, asked.alice, invite.public_id)
    assert (await facts(asked)).count("invite.ending") == 2
    assert (await facts(asked)).count("invite.expired") == 2


async def test_one_for_ever_never_runs_out(sqlite_cast: Cast) -> None:
    await sqlite_cast.invite(ttl=None)
    sqlite_cast.clock.advance(days=5000)
    await tick(sqlite_cast)
    assert await facts(sqlite_cast) == []


@pytest.mark.fault(6)
async def test_several_processes_note_each_end_once(cast: Cast) -> None:
    for _ in range(30):
        await cast.invite(ttl=LONG)
    cast.clock.advance(days=3.5)
    jobs = [lambda s: remind_of_invites(s, now=cast.now, limit=10) for _ in range(6)]
    await asyncio.gather(*(cast.write(job) for job in jobs))
    cast.clock.advance(days=1)
    jobs = [lambda s: expire_invites(s, now=cast.now, limit=10) for _ in range(6)]
    await asyncio.gather(*(cast.write(job) for job in jobs))
    await tick(cast)
    assert (await facts(cast)).count("invite.expired") == 30
    assert (await facts(cast)).count("invite.ending") == 30


async def test_who_does_not_want_to_be_asked_is_not_reminded(asked: Cast) -> None:
    await asked.write(lambda s: block_all(s, asked.charlie(s), now=asked.now))
    asked.clock.advance(days=3.5)
    await tick(asked)
    assert await told(asked) == []
