"""Asking for rooms to be compared: by whom, once at a time, and what may be tapped afterwards."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from core.access import Role
from core.chats import Chat
from core.chats.reconciliations import (
    ACCOUNT_NOTE,
    LEASE,
    Near,
    Reconciliation,
    Report,
    ask_to_reconcile,
    claim_next,
    find_last,
    finish,
    tie_suggested,
)
from core.errors import Conflict, Forbidden, NotFound
from core.outbox import OutboxEvent
from core.platform_notes import remember
from tests.cast import Cast, Somebody, refused

PLATFORM = "groupme"


@pytest.fixture
async def club(cast: Cast) -> Cast:
    """GroupMe is set up."""
    await cast.write(
        lambda s: remember(s, platform=PLATFORM, name=ACCOUNT_NOTE, value="Club", now=cast.now)
    )
    return cast


async def ask(cast: Cast, who: Somebody) -> int:
    now = cast.now
    return await cast.write(lambda s: ask_to_reconcile(s, who(s), platform=PLATFORM, now=now).id)


async def claim(cast: Cast) -> int | None:
    def unit(s: Session) -> int | None:
        found = claim_next(s, platform=PLATFORM, now=cast.now)
        return found.id if found else None

    return await cast.write(unit)


async def done(cast: Cast, asked: int, *near: Near) -> None:
    await cast.write(lambda s: finish(s, asked, Report(near=list(near)), now=cast.now))


def near(cast: Cast, address: str = "group:7") -> Near:
    return Near(
        group_id=cast.tigers.id,
        group="Tigers",
        address=address,
        room="The Tigers",
        share_url="https://groupme.com/join_group/7/x",
    )


async def tie(cast: Cast, who: Somebody, address: str = "group:7") -> None:
    await cast.write(
        lambda s: tie_suggested(
            s, who(s), platform=PLATFORM, address=address, group_id=cast.tigers.id, now=cast.now
        )
    )


async def test_without_the_platform_nobody_waits_for_ever(cast: Cast) -> None:
    assert isinstance(await refused(ask(cast, cast.alice)), Conflict)


@pytest.mark.parametrize("name", ["bob", "charlie"])
async def test_who_may_tie_no_room_compares_nothing(club: Cast, name: str) -> None:
    who: Somebody = getattr(club, name)
    assert isinstance(await refused(ask(club, who)), Forbidden)
    look = club.read(lambda s: find_last(s, who(s), platform=PLATFORM))
    assert isinstance(await refused(look), Forbidden)


async def test_asked_twice_it_is_done_once(club: Cast) -> None:
    assert await ask(club, club.alice) == await ask(club, club.alice)
    assert len(await club.rows(Reconciliation)) == 1


async def test_one_worker_takes_it_and_another_when_that_one_died(club: Cast) -> None:
    asked = await ask(club, club.alice)
    assert [await claim(club), await claim(club)] == [asked, None]
    club.clock.advance(seconds=LEASE.total_seconds() + 1)
    assert await claim(club) == asked


async def test_what_came_of_it_is_told_once(club: Cast) -> None:
    asked = await ask(club, club.alice)
    for _ in range(2):
        await done(club, asked)
    [told] = await club.rows(OutboxEvent)
    assert (told.event_type, told.payload["person_id"]) == ("rooms.reconciled", club.alice.id)


async def test_a_suggestion_is_tied_at_a_tap_and_compared_anew(club: Cast) -> None:
    await done(club, await ask(club, club.alice), near(club))
    await tie(club, club.alice)
    [chat] = await club.rows(Chat)
    assert (chat.address, chat.group_id) == ("group:7", club.tigers.id)
    assert len(await club.rows(Reconciliation)) == 2


@pytest.mark.attack(40)
async def test_what_was_not_suggested_is_not_tied(club: Cast) -> None:
    await done(club, await ask(club, club.alice), near(club))
    assert isinstance(await refused(tie(club, club.alice, "group:8")), NotFound)
    assert await club.rows(Chat) == []


@pytest.mark.attack(39)
async def test_a_suggestion_to_somebody_else_is_none(club: Cast) -> None:
    await done(club, await ask(club, club.alice), near(club))
    for who in (club.bob, club.charlie):
        assert isinstance(await refused(tie(club, who)), NotFound)
    assert await club.rows(Chat) == []


@pytest.mark.attack(14)
async def test_a_suggestion_ends_with_the_right(club: Cast) -> None:
    dana = await club.somebody(role=Role.ADMIN)
    await done(club, await ask(club, dana), near(club))
    await club.join(dana, Role.MEMBER)
    assert isinstance(await refused(tie(club, dana)), Forbidden)
    assert await club.rows(Chat) == []
