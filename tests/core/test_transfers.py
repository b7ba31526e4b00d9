"""Handing a group over: only by the receiver's own tap, and only while it still holds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from core.access import Actor, Member, MemberState, Role
from core.audit import AuditEntry
from core.errors import CoreError
from core.facts import TransferAnswered, TransferOffered, read_fact
from core.members.transfers import (
    OFFER_TTL,
    Transfer,
    TransferState,
    offer_transfer,
    refuse_transfer,
    take_transfer,
    withdraw_transfer,
)
from core.outbox import OutboxEvent
from tests.cast import Cast, Somebody, refused

Answer = Callable[..., Transfer]


async def offer(cast: Cast, by: Somebody, to: Somebody) -> str:
    def unit(s: Session) -> str:
        group = cast.tigers(s)
        return offer_transfer(s, by(s), group=group, person_id=to.id, now=cast.now).public_id

    return await cast.write(unit)


async def answer(cast: Cast, who: Somebody, public_id: str, verb: Answer = take_transfer) -> None:
    def unit(s: Session) -> None:
        actor: Actor = who(s)
        now: datetime = cast.now
        verb(s, actor, public_id=public_id, now=now)

    await cast.write(unit)


async def roles(cast: Cast, *people: Somebody) -> list[Role | None]:
    return [await cast.role_of(one) for one in people]


async def test_the_receiver_s_tap_makes_an_owner_and_the_giver_steps_down(cast: Cast) -> None:
    made = await offer(cast, cast.alice, cast.bob)
    assert await roles(cast, cast.alice, cast.bob) == [Role.OWNER, Role.MEMBER]
    await answer(cast, cast.bob, made)
    assert await roles(cast, cast.alice, cast.bob) == [Role.ADMIN, Role.OWNER]
    assert [entry.action for entry in await cast.rows(AuditEntry)][-2:] == [
        "transfer.offered",
        "transfer.taken",
    ]


async def test_both_hear_of_it(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await answer(cast, cast.bob, await offer(cast, cast.alice, cast.bob))
    (row,) = await cast.rows(Transfer)
    told = [read_fact(event.event_type, event.payload) for event in await cast.rows(OutboxEvent)]
    about = {"group_id": cast.tigers.id, "transfer_id": row.id}
    assert told == [TransferOffered(**about), TransferAnswered(**about)]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.EDITOR, Role.MEMBER, Role.VIEWER])
async def test_only_an_owner_offers_the_group(sqlite_cast: Cast, role: Role) -> None:
    await sqlite_cast.join(sqlite_cast.bob, role)
    refusal = await refused(offer(sqlite_cast, sqlite_cast.bob, sqlite_cast.alice))
    assert refusal.code == "not_allowed"


async def test_charlie_neither_offers_nor_is_offered_the_group(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    assert (await refused(offer(cast, cast.charlie, cast.bob))).code == "group_unknown"
    assert (await refused(offer(cast, cast.alice, cast.charlie))).code == "who_not_here"


async def test_an_offer_to_oneself_or_an_owner_is_none(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    assert (await refused(offer(cast, cast.alice, cast.alice))).code == "transfer_to_yourself"
    await cast.join(cast.bob, Role.OWNER)
    assert (await refused(offer(cast, cast.alice, cast.bob))).code == "owner_already"


@pytest.mark.attack(39)
@pytest.mark.parametrize("verb", [take_transfer, refuse_transfer])
async def test_nobody_else_answers_the_offer(sqlite_cast: Cast, verb: Answer) -> None:
    cast = sqlite_cast
    made = await offer(cast, cast.alice, cast.bob)
    dana = await cast.somebody(role=Role.ADMIN)
    assert (await refused(answer(cast, dana, made, verb))).code == "transfer_for_somebody_else"
    assert (await refused(answer(cast, cast.charlie, made, verb))).code == "transfer_unknown"
    assert await roles(cast, cast.alice, dana) == [Role.OWNER, Role.ADMIN]


async def test_an_offer_expires(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    made = await offer(cast, cast.alice, cast.bob)
    cast.clock.now += OFFER_TTL
    assert (await refused(answer(cast, cast.bob, made))).code == "transfer_expired"


async def test_a_declined_offer_is_over(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    made = await offer(cast, cast.alice, cast.bob)
    await answer(cast, cast.bob, made, refuse_transfer)
    assert (await refused(answer(cast, cast.bob, made))).code == "transfer_refused"


async def test_an_offer_is_taken_back_by_an_owner_only(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    made = await offer(cast, cast.alice, cast.bob)
    assert (await refused(answer(cast, cast.bob, made, withdraw_transfer))).code == "not_allowed"
    await answer(cast, cast.alice, made, withdraw_transfer)
    assert (await refused(answer(cast, cast.bob, made))).code == "transfer_withdrawn"


async def test_a_new_offer_ends_the_one_before(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    dana = await cast.somebody(role=Role.MEMBER)
    first = await offer(cast, cast.alice, cast.bob)
    await answer(cast, dana, await offer(cast, cast.alice, dana))
    assert (await refused(answer(cast, cast.bob, first))).code == "transfer_withdrawn"


@pytest.mark.attack(14)
async def test_the_offer_of_somebody_who_is_no_owner_any_more_is_void(cast: Cast) -> None:
    made = await offer(cast, cast.alice, cast.bob)
    await cast.join(await cast.somebody(), Role.OWNER)
    await cast.join(cast.alice, Role.ADMIN)
    assert (await refused(answer(cast, cast.bob, made))).code == "transfer_void"


@pytest.mark.attack(16)
@pytest.mark.parametrize("state", [MemberState.LEFT, MemberState.REMOVED, MemberState.BANNED])
async def test_who_has_gone_meanwhile_takes_nothing(sqlite_cast: Cast, state: MemberState) -> None:
    cast = sqlite_cast
    made = await offer(cast, cast.alice, cast.bob)
    await cast.part(cast.bob, state)
    assert (await refused(answer(cast, cast.bob, made))).code == "transfer_unknown"
    assert await cast.role_of(cast.bob) is None


async def test_an_owner_from_above_hands_on_what_they_keep_themselves(cast: Cast) -> None:
    cubs = await cast.group("Cubs", owner=cast.charlie, parent=cast.tigers)
    await cast.join(cast.bob, Role.MEMBER, group=cubs)

    def unit(s: Session) -> str:
        found = offer_transfer(s, cast.alice(s), group=cubs(s), person_id=cast.bob.id, now=cast.now)
        return found.public_id

    await answer(cast, cast.bob, await cast.write(unit))
    rows = [(m.person_id, m.role) for m in await cast.rows(Member) if m.group_id == cubs.id]
    assert rows == [(cast.charlie.id, Role.OWNER), (cast.bob.id, Role.OWNER)]


async def test_a_system_admin_hands_over_a_group_that_they_are_not_in(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    root = replace(cast.charlie, system_admin=True)
    await answer(cast, cast.bob, await offer(cast, root, cast.bob))
    assert await roles(cast, cast.alice, cast.bob) == [Role.OWNER, Role.OWNER]


async def test_two_taps_at_once_make_one_transfer(cast: Cast) -> None:
    made = await offer(cast, cast.alice, cast.bob)

    async def tap(verb: Answer) -> str:
        try:
            await answer(cast, cast.bob, made, verb)
        except CoreError as refusal:
            return refusal.code
        return "done"

    outcomes = await asyncio.gather(tap(take_transfer), tap(refuse_transfer))
    assert outcomes.count("done") == 1
    (row,) = await cast.rows(Transfer)
    assert row.state in (TransferState.TAKEN, TransferState.REFUSED)
