"""The numbers of a long list: kept, said when they were counted, and counted anew by a job."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.event_counting import count_events
from bot.ground import Ground
from core.errors import NotFound
from core.events import counts as event_counts
from core.events import get_event
from core.events.counts import EventCount, dump, load, look_at_count
from core.guests import GuestStatus
from core.guests.stats import count_event
from tests.bot.commands.guest_talk import EventTalk, event_talk
from tests.cast import Cast, refused
from tests.core.eventing import put_guest


@pytest.fixture
async def talk(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> EventTalk:
    """Three guests are a long list here."""
    monkeypatch.setattr(event_counts, "LARGE", 2)
    talk = await event_talk(cast, capacity=9)
    await put_guest(cast, talk.event, "Dana", side="bride", status=GuestStatus.CONFIRMED)
    await put_guest(cast, talk.event, "Omer", children=2)
    await put_guest(cast, talk.event, "Noa", side="groom", added_by_id=cast.alice.id, seating="4")
    return talk


async def numbers(talk: EventTalk) -> str:
    return (await talk.say(talk.cast.alice, "/stats")).text


async def kept_counts(talk: EventTalk) -> list[EventCount]:
    return await talk.cast.read(lambda s: list(s.scalars(select(EventCount))))


async def test_what_was_kept_reads_back_as_it_was_counted(talk: EventTalk) -> None:
    def unit(s: Session) -> None:
        event = get_event(s, talk.event.id)
        counted = count_event(s, talk.cast.alice(s), event=event, now=talk.cast.now)
        assert load(dump(counted), event) == counted

    await talk.cast.read(unit)


async def test_a_long_list_is_counted_anew_when_somebody_looks(talk: EventTalk) -> None:
    ground, clock = Ground(talk.cast.database, talk.cast.clock), talk.cast.clock
    assert "As of" not in await numbers(talk)
    await put_guest(talk.cast, talk.event, "Gil", status=GuestStatus.CONFIRMED)
    clock.advance(minutes=2)
    old = await numbers(talk)
    assert "As of 20 Nov 2026, 18:30 UTC" in old
    assert "coming: 1" in old
    await count_events(ground)
    assert "coming: 2" in await numbers(talk)
    assert [one.wanted_at for one in await kept_counts(talk)] == [None]


async def test_nobody_who_looks_has_nothing_counted(talk: EventTalk) -> None:
    await numbers(talk)
    talk.cast.clock.advance(hours=1)
    await count_events(Ground(talk.cast.database, talk.cast.clock))
    [kept] = await kept_counts(talk)
    assert kept.counted_at < talk.cast.now


async def test_a_short_list_is_always_counted(cast: Cast) -> None:
    talk = await event_talk(cast)
    await put_guest(cast, talk.event, "Dana")
    await numbers(talk)
    assert await kept_counts(talk) == []


@pytest.mark.attack(17)
async def test_strangers_see_no_numbers(talk: EventTalk) -> None:
    def unit(s: Session) -> None:
        event = get_event(s, talk.event.id)
        look_at_count(s, talk.cast.charlie(s), event=event, now=talk.cast.now)

    assert isinstance(await refused(talk.cast.write(unit)), NotFound)
