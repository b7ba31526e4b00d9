"""Who hears of it when two accounts become one, and how it is undone from there."""

from __future__ import annotations

from functools import partial

import pytest

from bot.notices import Notice, render
from bot.texts import Reader
from core.deliveries import Delivery
from core.facts import PersonLinked, read_fact
from core.outbox import OutboxEvent
from core.people import mark_reachable
from core.routing import fan_out
from tests.cast import Cast, Somebody
from tests.core.linking import link, unlink


async def reach(cast: Cast, *people: Somebody) -> None:
    for one in people:
        await cast.write(partial(mark_reachable, platform="telegram", address=one.sender.address))


async def told(cast: Cast) -> Notice | None:
    [event] = [row for row in await cast.rows(OutboxEvent) if row.event_type == "person.linked"]
    fact = read_fact(event.event_type, event.payload)
    assert isinstance(fact, PersonLinked)
    notice = await cast.read(lambda s: render(s, "account_linked", fact))
    assert notice is None or isinstance(notice, Notice)
    return notice


@pytest.mark.attack(9)
async def test_whose_code_was_said_hears_of_it_and_not_who_said_it(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await reach(cast, cast.bob, cast.charlie)
    await link(cast, cast.bob, cast.charlie)
    await cast.write(lambda s: fan_out(s, now=cast.now, limit=10))
    [delivery] = await cast.rows(Delivery)
    assert (delivery.kind, delivery.address) == ("account_linked", cast.bob.sender.address)


@pytest.mark.attack(9)
async def test_the_speaker_s_other_account_on_the_same_platform_hears_of_it_too(
    sqlite_cast: Cast,
) -> None:
    cast = sqlite_cast
    spare = await cast.somebody()
    await link(cast, cast.charlie, spare)
    speaker = Somebody(cast.charlie.id, spare.sender)
    await reach(cast, cast.charlie, spare)
    await link(cast, cast.bob, speaker)
    await cast.write(lambda s: fan_out(s, now=cast.now, limit=10))
    told = [row.address for row in await cast.rows(Delivery) if row.kind == "account_linked"]
    assert told.count(cast.charlie.sender.address) == 2
    assert spare.sender.address not in told


async def test_it_names_both_and_offers_the_way_back(sqlite_cast: Cast) -> None:
    await link(sqlite_cast, sqlite_cast.bob, sqlite_cast.charlie)
    notice = await told(sqlite_cast)
    assert notice is not None
    text = Reader("en", "UTC").plain(notice.text)
    assert ("Bob" in text, "Charlie" in text) == (True, True)
    assert notice.buttons[0][0].line == "/unlink yes"


async def test_what_is_undone_by_then_is_not_told(sqlite_cast: Cast) -> None:
    await link(sqlite_cast, sqlite_cast.bob, sqlite_cast.charlie)
    await unlink(sqlite_cast, sqlite_cast.bob)
    assert await told(sqlite_cast) is None
