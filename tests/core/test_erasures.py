"""To be forgotten: asked twice, cancelled until it is done, and then nothing tells of them."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import schema
from core.access import Member, MemberState, Role
from core.audit import AuditEntry
from core.deliveries import Delivery, DeliveryStatus
from core.errors import Conflict
from core.inbox import Arrival, InboxRow, InboxStatus, keep
from core.invites import Invite, InviteState
from core.invites.redemptions import Redemption
from core.outbox import OutboxEvent
from core.people import Identity, Person
from core.people.erasures import Erasure, ask_erasure, cancel_erasure, confirm_erasure
from core.people.forgetting import NOBODY, erase_next
from tests.cast import Cast, Somebody, refused
from tests.core.linking import link, offer, on_groupme


async def ask(cast: Cast, who: Somebody) -> None:
    await cast.write(lambda s: ask_erasure(s, who(s), now=cast.now))


async def confirm(cast: Cast, who: Somebody) -> datetime:
    return await cast.write(lambda s: confirm_erasure(s, who(s), now=cast.now))


async def cancel(cast: Cast, who: Somebody) -> bool:
    return await cast.write(lambda s: cancel_erasure(s, who(s), now=cast.now))


async def run(cast: Cast) -> bool:
    return await cast.write(lambda s: erase_next(s, now=cast.now))


async def forget(cast: Cast, who: Somebody) -> None:
    await ask(cast, who)
    await confirm(cast, who)
    cast.clock.advance(hours=12)
    assert await run(cast)


async def everything(cast: Cast) -> str:
    """All that is in the database, as one text."""

    def unit(s: Session) -> list[Any]:
        tables = schema.Base.metadata.tables.values()
        return [tuple(row) for table in tables for row in s.execute(select(table))]

    return repr(await cast.read(unit))


async def test_it_is_done_within_a_day_and_not_at_once(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await ask(cast, cast.bob)
    due_at = await confirm(cast, cast.bob)
    assert (due_at - cast.now).total_seconds() < 24 * 3600
    assert not await run(cast)
    cast.clock.now = due_at
    assert await run(cast)
    assert not await run(cast)


async def test_the_first_yes_alone_erases_nothing(sqlite_cast: Cast) -> None:
    await ask(sqlite_cast, sqlite_cast.bob)
    sqlite_cast.clock.advance(days=2)
    assert not await run(sqlite_cast)


@pytest.mark.parametrize("minutes", [None, 10])
async def test_the_second_yes_needs_a_fresh_first(sqlite_cast: Cast, minutes: int | None) -> None:
    if minutes is not None:
        await ask(sqlite_cast, sqlite_cast.bob)
        sqlite_cast.clock.advance(minutes=minutes)
    refusal = await refused(confirm(sqlite_cast, sqlite_cast.bob))
    assert (type(refusal), refusal.code) == (Conflict, "forget_expired")


async def test_a_second_yes_said_twice_does_not_put_it_off(sqlite_cast: Cast) -> None:
    await ask(sqlite_cast, sqlite_cast.bob)
    first = await confirm(sqlite_cast, sqlite_cast.bob)
    sqlite_cast.clock.advance(hours=2)
    await ask(sqlite_cast, sqlite_cast.bob)
    assert await confirm(sqlite_cast, sqlite_cast.bob) == first


async def test_it_can_be_cancelled_until_it_is_done(cast: Cast) -> None:
    await ask(cast, cast.bob)
    await confirm(cast, cast.bob)
    cast.clock.advance(hours=12)
    assert await cancel(cast, cast.bob)
    assert not await run(cast)
    assert not await cancel(cast, cast.bob)
    assert await cast.role_of(cast.bob) is Role.MEMBER


@pytest.mark.attack(27)
async def test_the_last_owner_cannot_be_forgotten(cast: Cast) -> None:
    for step in (ask, confirm):
        refusal = await refused(step(cast, cast.alice))
        assert (type(refusal), refusal.code) == (Conflict, "forget_last_owner")
    await cast.join(cast.bob, Role.OWNER)
    await forget(cast, cast.alice)
    assert await cast.role_of(cast.alice) is None


@pytest.mark.attack(27)
async def test_of_two_last_owners_who_are_due_at_once_one_stays(cast: Cast) -> None:
    await cast.join(cast.bob, Role.OWNER)
    for who in (cast.alice, cast.bob):
        await ask(cast, who)
        await confirm(cast, who)
    cast.clock.advance(hours=12)
    await asyncio.gather(run(cast), run(cast))
    owners = [m for m in await cast.rows(Member) if m.state is MemberState.ACTIVE]
    assert len(owners) == 1
    [waiting] = await cast.rows(Erasure)
    assert (waiting.due_at or cast.now) > cast.now


async def test_nothing_is_left_that_tells_of_the_person(cast: Cast) -> None:
    dana = await cast.somebody("Zebulon", role=Role.ADMIN)
    address = dana.sender.address
    await leave_traces(cast, dana)
    assert {"Zebulon", address} <= {word for word in ("Zebulon", address) if word in
                                   await everything(cast)}  # fmt: skip
    await forget(cast, dana)
    left = await everything(cast)
    assert "Zebulon" not in left
    assert f"'{address}'" not in left
    assert "secret words" not in left


async def test_counts_and_the_audit_stay_without_the_name(cast: Cast) -> None:
    dana = await cast.somebody("Zebulon")
    made = await cast.invite()
    await cast.accept(dana, made.token)
    before = [(row.id, row.action) for row in await cast.rows(AuditEntry)]
    await forget(cast, dana)
    assert [(row.id, row.action) for row in await cast.rows(AuditEntry)][: len(before)] == before
    assert (len(await cast.rows(Redemption)), (await cast.rows(Invite))[0].uses) == (1, 1)
    person = await cast.read(lambda s: s.get_one(Person, dana.id))
    assert (person.name, person.erased_at) == (NOBODY, cast.now)


async def test_memberships_and_open_invites_end(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    dana = await cast.somebody(role=Role.ADMIN)
    made = await cast.invite(by=dana)
    await forget(cast, dana)
    [member] = [m for m in await cast.rows(Member) if m.person_id == dana.id]
    assert member.state is MemberState.LEFT
    [invite] = [i for i in await cast.rows(Invite) if i.id == made.id]
    assert (invite.state, invite.note) == (InviteState.REVOKED, None)


async def test_all_accounts_of_a_linked_person_are_forgotten(cast: Cast) -> None:
    bobby = await on_groupme(cast, "Zebulon")
    await link(cast, cast.bob, bobby)
    await forget(cast, cast.bob)
    assert {row.person_id for row in await cast.rows(Identity)} == {cast.alice.id, cast.charlie.id}
    assert "Zebulon" not in await everything(cast)


async def test_nobody_is_linked_who_is_about_to_be_forgotten(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await ask(cast, cast.bob)
    await confirm(cast, cast.bob)
    assert (await refused(link(cast, cast.charlie, cast.bob))).code == "link_while_leaving"


async def test_what_waited_for_the_person_is_neither_sent_nor_handled(cast: Cast) -> None:
    await leave_traces(cast, cast.bob)
    await forget(cast, cast.bob)
    [delivery] = await cast.rows(Delivery)
    assert (delivery.status, delivery.address) == (
        DeliveryStatus.CANCELLED,
        f"erased:{delivery.id}",
    )
    [row] = await cast.rows(InboxRow)
    assert (row.payload, row.sender, row.lane, row.status) == ({}, None, "", InboxStatus.HANDLED)


async def leave_traces(cast: Cast, who: Somebody) -> None:
    """An update from them, a message to them, an invite with words of theirs, an unused code."""
    platform, address = who.sender.platform, who.sender.address
    arrival = Arrival(platform, "1", address, {"text": "secret words"}, address)

    def unit(s: Session) -> None:
        keep(s, [arrival], now=cast.now)
        event = OutboxEvent(event_type="x", payload={}, created_at=cast.now)
        s.add(event)
        s.flush()
        s.add(
            Delivery(
                outbox_id=event.id, channel=platform, address=address, kind="x", due_at=cast.now
            )
        )

    await cast.write(unit)
    await offer(cast, who)
