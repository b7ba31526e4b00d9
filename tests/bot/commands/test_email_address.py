"""/email: one's own address, proven by six digits."""

from __future__ import annotations

from functools import partial

import pytest

from bot.notices import Notice, render
from bot.texts import Reader
from core.deliveries import Delivery
from core.facts import read_fact
from core.invites.whom import EMAIL
from core.mail.mailing import SENDER_NOTE
from core.outbox import OutboxEvent
from core.people import Identity, find_identity
from core.people.email_codes import EmailCode
from core.people.proofs import Proof
from core.platform_notes import replace_notes
from core.routing import fan_out
from tests.bot.commands.talk import Talk
from tests.cast import NOW

ERIN = "erin@example.org"


@pytest.fixture
async def mailing(talk: Talk) -> Talk:
    notes = {SENDER_NOTE: "usher@club.example"}
    await talk.cast.write(lambda s: replace_notes(s, platform=EMAIL, notes=notes, now=NOW))
    return talk


async def code(talk: Talk) -> str:
    return (await talk.cast.rows(EmailCode))[-1].code


async def test_the_digits_that_were_sent_make_it_one_s_own(mailing: Talk) -> None:
    heard = await mailing.say(mailing.cast.bob, f"/email {ERIN}")
    assert "/email 123456" in heard.text
    heard = await mailing.say(mailing.cast.bob, f"/email {await code(mailing)}")
    assert f"{ERIN} is yours" in heard.text
    known = await mailing.cast.read(lambda s: find_identity(s, platform=EMAIL, address=ERIN))
    assert known is not None
    assert (known.person_id, known.reachable) == (mailing.cast.bob.id, True)
    assert [one.person_id for one in await mailing.cast.rows(Proof)] == [mailing.cast.bob.id]


async def test_the_digits_go_by_e_mail_alone(mailing: Talk) -> None:
    await mailing.say(mailing.cast.bob, f"/email {ERIN}")
    await mailing.cast.write(partial(fan_out, now=NOW, limit=9))
    [delivery] = await mailing.cast.rows(Delivery)
    assert (delivery.channel, delivery.address) == (EMAIL, ERIN)
    [event] = await mailing.cast.rows(OutboxEvent)
    fact = read_fact(event.event_type, event.payload)
    notice = await mailing.cast.read(lambda s: render(s, delivery.kind, fact))
    assert isinstance(notice, Notice)
    assert notice.is_asked_for
    assert await code(mailing) in Reader("en", "UTC").plain(notice.text)


@pytest.mark.attack(8)
async def test_wrong_digits_prove_nothing_and_run_out(mailing: Talk) -> None:
    await mailing.say(mailing.cast.charlie, f"/email {ERIN}")
    right = await code(mailing)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for _ in range(5):
        assert (await mailing.say(mailing.cast.charlie, f"/email {wrong}")).refused
    assert (await mailing.say(mailing.cast.charlie, f"/email {right}")).refused
    assert await mailing.cast.rows(Proof) == []


@pytest.mark.attack(8)
async def test_digits_of_somebody_else_prove_nothing(mailing: Talk) -> None:
    await mailing.say(mailing.cast.bob, f"/email {ERIN}")
    heard = await mailing.say(mailing.cast.charlie, f"/email {await code(mailing)}")
    assert heard.refused
    assert await mailing.cast.rows(Proof) == []


async def test_an_address_of_another_account_stays_theirs(mailing: Talk) -> None:
    theirs = Identity(platform=EMAIL, address=ERIN, person_id=mailing.cast.alice.id, created_at=NOW)
    await mailing.cast.write(lambda s: s.add(theirs))
    await mailing.say(mailing.cast.bob, f"/email {ERIN}")
    heard = await mailing.say(mailing.cast.bob, f"/email {await code(mailing)}")
    assert heard.refused
    assert await mailing.cast.rows(Proof) == []


async def test_without_e_mail_it_says_so(talk: Talk) -> None:
    assert (await talk.say(talk.cast.bob, f"/email {ERIN}")).refused
    assert await talk.cast.rows(EmailCode) == []


async def test_alone_it_says_what_is_known(mailing: Talk) -> None:
    assert "/email you@example.org" in (await mailing.say(mailing.cast.bob, "/email")).text
