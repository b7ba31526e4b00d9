"""An invite for an e-mail address is sent there, where this Usher sends e-mail."""

from __future__ import annotations

from functools import partial

import pytest

from core.deliveries import Delivery
from core.invites import Invite
from core.invites.whom import EMAIL
from core.mail.mailboxes import open_mailbox, unsubscribe
from core.mail.mailing import SENDER_NOTE
from core.outbox import OutboxEvent
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


async def told(talk: Talk) -> list[tuple[str, str, str]]:
    """Channel, address and kind of all that is to be sent."""
    await talk.cast.write(partial(fan_out, now=NOW, limit=100))
    return [(one.channel, one.address, one.kind) for one in await talk.cast.rows(Delivery)]


async def test_the_invite_is_sent_to_the_address(mailing: Talk) -> None:
    heard = await mailing.say(mailing.cast.alice, f"/invite {ERIN}")
    assert f"{ERIN} gets an e-mail with a link of their own." in heard.text
    [made] = await mailing.cast.rows(Invite)
    assert heard.lines == [f"/qr {made.public_id}"]
    assert await told(mailing) == [(EMAIL, ERIN, "invite")]


async def test_no_link_is_kept_in_the_outbox(mailing: Talk) -> None:
    await mailing.say(mailing.cast.alice, f"/invite {ERIN}")
    [event] = await mailing.cast.rows(OutboxEvent)
    assert set(event.payload) == {"group_id", "invite_id"}


async def test_without_e_mail_the_link_is_handed_over(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, f"/invite {ERIN}")
    assert "t.me/usher_bot?start=j_" in heard.text
    assert await told(talk) == []


async def test_who_wants_no_e_mail_gets_none(mailing: Talk) -> None:
    token = await mailing.cast.write(lambda s: open_mailbox(s, ERIN, now=NOW).token)
    await mailing.cast.write(lambda s: unsubscribe(s, token=token, now=NOW))
    heard = await mailing.say(mailing.cast.alice, f"/invite {ERIN}")
    assert "t.me/usher_bot?start=j_" in heard.text
    assert await told(mailing) == []


async def test_it_is_sent_again_on_demand(mailing: Talk) -> None:
    await mailing.say(mailing.cast.alice, f"/invite {ERIN}")
    [made] = await mailing.cast.rows(Invite)
    heard = await mailing.say(mailing.cast.alice, f"/resend {made.public_id}")
    assert f"I have sent {ERIN} the invite to Tigers again." in heard.text
    assert await told(mailing) == [(EMAIL, ERIN, "invite")] * 2


async def test_an_admin_sees_where_it_went(mailing: Talk) -> None:
    await mailing.say(mailing.cast.alice, f"/invite {ERIN}")
    await told(mailing)
    heard = await mailing.say(mailing.cast.alice, "/outbox waiting")
    assert f"an invite by e-mail to {ERIN}" in heard.text
