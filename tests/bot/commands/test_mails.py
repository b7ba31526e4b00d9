"""/mails: which e-mails somebody got."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from core.access import Role
from core.deliveries import Delivery, DeliveryStatus
from core.facts import InviteMailed
from core.invites.whom import EMAIL
from core.outbox import OutboxEvent, record
from core.people import Identity
from tests.bot.commands.talk import Talk
from tests.cast import NOW, Somebody

ERIN = "erin@example.org"


async def mailed(
    talk: Talk,
    address: str = ERIN,
    kind: str = "invite",
    status: DeliveryStatus = DeliveryStatus.SENT,
    reason: str | None = None,
) -> None:
    """An e-mail of the Tigers' that went there."""

    def unit(s: Session) -> None:
        record(s, InviteMailed(group_id=talk.cast.tigers.id, invite_id=1), now=NOW)
        s.flush()
        event = s.query(OutboxEvent).order_by(OutboxEvent.id.desc()).first()
        assert event is not None
        row = Delivery(outbox_id=event.id, channel=EMAIL, address=address, kind=kind, due_at=NOW)
        row.status, row.last_error = status, reason
        s.add(row)

    await talk.cast.write(unit)


async def known_by(talk: Talk, who: Somebody, address: str) -> None:
    identity = Identity(platform=EMAIL, address=address, person_id=who.id, created_at=NOW)
    await talk.cast.write(lambda s: s.add(identity))


async def test_it_lists_what_was_sent_and_what_became_of_it(talk: Talk) -> None:
    await mailed(talk)
    await mailed(talk, "gus@example.org", status=DeliveryStatus.FAILED, reason="550 5.1.1 Nobody")
    heard = await talk.say(talk.cast.alice, "/mails")
    assert f"an invite by e-mail to {ERIN}: sent" in heard.text
    assert "an invite by e-mail to gus@example.org: not sent" in heard.text


async def test_of_one_address(talk: Talk) -> None:
    await mailed(talk)
    await mailed(talk, "gus@example.org")
    heard = await talk.say(talk.cast.alice, f"/mails {ERIN.upper()}")
    assert ERIN in heard.text
    assert "gus" not in heard.text


async def test_of_one_person_at_all_their_addresses(talk: Talk) -> None:
    await known_by(talk, talk.cast.bob, ERIN)
    await mailed(talk, kind="registration")
    await mailed(talk, "gus@example.org")
    heard = await talk.say(talk.cast.alice, "/mails bob")
    assert "word by e-mail that somebody is in to Bob: sent" in heard.text
    assert "gus" not in heard.text


async def test_what_other_groups_sent_is_not_shown(talk: Talk) -> None:
    await mailed(talk)
    await talk.cast.group("Lions", owner=talk.cast.charlie)
    heard = await talk.say(talk.cast.charlie, f"/mails {ERIN}")
    assert "No e-mail of that kind" in heard.text


@pytest.mark.attack(22)
async def test_a_member_is_not_told(talk: Talk) -> None:
    await mailed(talk)
    dana = await talk.cast.somebody(role=Role.MEMBER)
    heard = await talk.say(dana, f"/mails group={talk.cast.tigers.id}")
    assert heard.refused
    assert ERIN not in heard.text
