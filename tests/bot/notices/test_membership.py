"""What people hear about their membership, and what is done in the rooms, told at delivery."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from bot.notices import Deed, Notice, RoomBan, Telling, render
from bot.texts import Reader
from core.access import Member, MemberState, Role
from core.chats.drift import write_off
from core.deliveries import Delivery
from core.facts import Fact, MemberChanged, MemberExpelled, RoomBanLifted, TransferOffered
from core.members.transfers import Transfer, TransferState, offer_transfer
from core.outbox import OutboxEvent, record
from core.people import mark_reachable
from core.routing import fan_out
from tests.cast import Cast


async def told(cast: Cast, kind: str, fact: Fact) -> Telling | None:
    return await cast.read(lambda s: render(s, kind, fact))


def changed(cast: Cast) -> MemberChanged:
    return MemberChanged(group_id=cast.tigers.id, person_id=cast.bob.id, by_id=cast.alice.id)


async def plain(cast: Cast) -> str:
    notice = await told(cast, "membership", changed(cast))
    assert isinstance(notice, Notice)
    return Reader("en", "UTC").plain(notice.text).translate({0x2068: None, 0x2069: None})


async def test_bob_hears_how_he_stands_now(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await cast.join(cast.bob, Role.ADMIN, label="coach")
    assert (await plain(cast)).startswith("You are now coach in Tigers.\nAlice has changed that.")
    await cast.part(cast.bob, MemberState.BANNED)
    assert (await plain(cast)).startswith("You are no longer in Tigers.")


async def test_who_is_written_off_hears_of_it(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    [row] = [row for row in await cast.rows(Member) if row.person_id == cast.bob.id]
    await cast.write(lambda s: write_off(s, cast.alice(s), member_id=row.id, now=cast.now)[0].id)
    assert (await plain(cast)).startswith("You are no longer in Tigers.")
    assert MemberChanged.event_type in [event.event_type for event in await cast.rows(OutboxEvent)]


async def test_who_left_by_themselves_hears_nothing(sqlite_cast: Cast) -> None:
    await sqlite_cast.part(sqlite_cast.bob, MemberState.LEFT)
    assert await told(sqlite_cast, "membership", changed(sqlite_cast)) is None


@pytest.mark.parametrize(("ban", "deed"), [(True, Deed.BAN), (False, Deed.KICK)])
async def test_bob_is_put_out_of_the_room(sqlite_cast: Cast, ban: bool, deed: Deed) -> None:
    cast = sqlite_cast
    fact = MemberExpelled(group_id=cast.tigers.id, person_id=cast.bob.id, ban=ban)
    assert await told(cast, "expulsion", fact) is None, "a member again by now"
    await cast.part(cast.bob, MemberState.REMOVED)
    assert await told(cast, "expulsion", fact) == RoomBan(deed, (("telegram", "1002"),))


async def test_the_room_s_ban_is_not_lifted_from_who_is_banned_again(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    fact = RoomBanLifted(group_id=cast.tigers.id, person_id=cast.bob.id)
    assert await told(cast, "readmission", fact) == RoomBan(Deed.UNBAN, (("telegram", "1002"),))
    await cast.part(cast.bob, MemberState.BANNED)
    assert await told(cast, "readmission", fact) is None


async def test_each_goes_where_it_belongs(cast: Cast) -> None:
    await cast.bind()
    expelled = MemberExpelled(group_id=cast.tigers.id, person_id=cast.bob.id, ban=False)

    def unit(s: Session) -> None:
        mark_reachable(s, platform="telegram", address="1002")
        record(s, changed(cast), now=cast.now)
        record(s, expelled, now=cast.now)
        group = cast.tigers(s)
        offer_transfer(s, cast.alice(s), group=group, person_id=cast.bob.id, now=cast.now)
        s.flush()
        fan_out(s, now=cast.now, limit=10)

    await cast.write(unit)
    assert [(row.address, row.kind) for row in await cast.rows(Delivery)] == [
        ("1002", "membership"),
        ("-100500", "expulsion"),
        ("1002", "transfer_offer"),
    ]


async def test_who_cannot_be_written_to_is_not_written_to(sqlite_cast: Cast) -> None:
    cast = sqlite_cast

    def unit(s: Session) -> None:
        record(s, changed(cast), now=cast.now)
        s.flush()
        fan_out(s, now=cast.now, limit=10)

    await cast.write(unit)
    assert await cast.rows(Delivery) == []


async def test_an_offer_is_told_with_its_buttons_while_it_is_open(sqlite_cast: Cast) -> None:
    cast = sqlite_cast

    def unit(s: Session) -> Transfer:
        group = cast.tigers(s)
        return offer_transfer(s, cast.alice(s), group=group, person_id=cast.bob.id, now=cast.now)

    offer = await cast.write(unit)
    fact = TransferOffered(group_id=cast.tigers.id, transfer_id=offer.id)
    notice = await told(cast, "transfer_offer", fact)
    assert isinstance(notice, Notice)
    assert [button.line for row in notice.buttons for button in row] == [
        f"/transfer take={offer.public_id}",
        f"/transfer refuse={offer.public_id}",
    ]

    def end(s: Session) -> None:
        s.get_one(Transfer, offer.id).state = TransferState.WITHDRAWN

    await cast.write(end)
    assert await told(cast, "transfer_offer", fact) is None
