"""/mailroster: the roster as a file, to one's own address."""

from __future__ import annotations

from functools import partial

import pytest

from bot.notices import Notice, render
from core.access import MemberState
from core.deliveries import Delivery
from core.facts import read_fact
from core.invites.whom import EMAIL
from core.mail.mailing import SENDER_NOTE
from core.outbox import OutboxEvent
from core.people import Identity
from core.platform_notes import replace_notes
from core.routing import fan_out
from tests.bot.commands.talk import Talk
from tests.cast import NOW

ALICE = "alice@example.org"


@pytest.fixture
async def mailing(talk: Talk) -> Talk:
    """Alice has shown an address to be her own."""
    notes = {SENDER_NOTE: "usher@club.example"}
    await talk.cast.write(lambda s: replace_notes(s, platform=EMAIL, notes=notes, now=NOW))
    own = Identity(platform=EMAIL, address=ALICE, reachable=True, created_at=NOW)
    own.person_id = talk.cast.alice.id
    await talk.cast.write(lambda s: s.add(own))
    return talk


async def notice(talk: Talk) -> Notice | None:
    event = (await talk.cast.rows(OutboxEvent))[-1]
    fact = read_fact(event.event_type, event.payload)
    told = await talk.cast.read(lambda s: render(s, "roster_export", fact))
    assert told is None or isinstance(told, Notice)
    return told


async def test_it_goes_to_the_address_of_who_asked(mailing: Talk) -> None:
    await mailing.say(mailing.cast.alice, "/addplayer -Mia Levi")
    heard = await mailing.say(mailing.cast.alice, "/mailroster")
    assert ALICE in heard.text
    await mailing.cast.write(partial(fan_out, now=NOW, limit=9))
    sent = [one for one in await mailing.cast.rows(Delivery) if one.kind == "roster_export"]
    assert [(one.channel, one.address) for one in sent] == [(EMAIL, ALICE)]
    told = await notice(mailing)
    assert told is not None
    [file] = told.enclosures
    assert file.filename == "roster.csv"
    assert "'-Mia Levi" in file.content.decode()


async def test_without_an_address_it_says_where_to_look_instead(mailing: Talk) -> None:
    await mailing.cast.write(lambda s: s.query(Identity).filter_by(address=ALICE).delete())
    heard = await mailing.say(mailing.cast.alice, "/mailroster")
    assert heard.refused
    assert "/roster" in heard.text


async def test_who_may_not_see_it_any_more_gets_nothing(mailing: Talk) -> None:
    await mailing.say(mailing.cast.alice, "/mailroster")
    await mailing.cast.part(mailing.cast.alice, MemberState.LEFT)
    assert await notice(mailing) is None


@pytest.mark.attack(22)
async def test_a_member_gets_none(mailing: Talk) -> None:
    assert (await mailing.say(mailing.cast.bob, "/mailroster")).refused
