"""Statuses as they come by webhook: late, early, twice, and of messages that nobody knows."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.channels.whatsapp import WhatsAppChannel
from bot.inbound import PlatformSilent
from bot.notices import Notice
from bot.sandbox.whatsapp.errors import Refusal
from bot.sandbox.whatsapp.things import Message
from bot.texts import Reader, say
from core.deliveries import Delivery, DeliveryStatus
from core.facts import MemberJoined
from core.outbox import OutboxEvent
from core.people import Identity
from tests.bot.platforms.whatsapp.rig import WhatsAppRig
from tests.cast import Clock, rows

READER = Reader("en", "UTC")


async def notified(rig: WhatsAppRig) -> Message:
    """Bob is sent a notice; it is not written down yet."""
    await rig.say(rig.bob, "/start")
    channel = WhatsAppChannel(rig.voice, rig.ground)
    await channel.send(rig.bob.address, Notice(say("Hello")), READER)
    return rig.world.sent_to(rig.account(rig.bob).number)[-1]


async def write_down(rig: WhatsAppRig, message: Message) -> None:
    now = rig.ground.clock()
    fact = MemberJoined(group_id=1, person_id=1, invite_id=None)
    event = OutboxEvent(event_type=fact.event_type, payload=fact.model_dump(), created_at=now)
    delivery = Delivery(
        event=event,
        channel="whatsapp",
        address=rig.bob.address,
        kind="welcome",
        status=DeliveryStatus.SENT,
        attempts=1,
        due_at=now,
        provider_id=message.id,
    )
    await rig.ground.database.write(lambda s: s.add(delivery))


async def status(rig: WhatsAppRig) -> str:
    [delivery] = await rows(rig.ground.database, Delivery)
    return delivery.status.value


@pytest.mark.fault(55)
async def test_a_status_before_the_reply_waits_until_the_message_is_written_down(
    rig: WhatsAppRig,
) -> None:
    message = await notified(rig)
    rig.world.report(message, "read")
    [row] = await rig.receive()
    with pytest.raises(PlatformSilent):
        await rig.platform.handle(row)
    await write_down(rig, message)
    assert await rig.platform.handle(row)
    assert await status(rig) == "read"


@pytest.mark.fault(55)
async def test_what_nobody_writes_down_is_not_waited_for_for_ever(
    rig: WhatsAppRig, clock: Clock
) -> None:
    rig.world.report(await notified(rig), "sent")
    [row] = await rig.receive()
    clock.now += timedelta(minutes=3)
    assert await rig.platform.handle(row) is False


async def test_what_became_of_an_answer_is_no_news(rig: WhatsAppRig) -> None:
    await rig.say(rig.bob, "/start")
    rig.world.report(rig.world.sent_to(rig.account(rig.bob).number)[-1], "read")
    assert await rig.work_off() == [False]


@pytest.mark.fault(55)
async def test_read_before_delivered_stays_read(rig: WhatsAppRig) -> None:
    message = await notified(rig)
    await write_down(rig, message)
    for kind in ("read", "delivered", "sent"):
        rig.world.report(message, kind)
    await rig.work_off()
    assert await status(rig) == "read"


@pytest.mark.fault(55)
async def test_two_statuses_at_once_end_as_the_further_one(rig: WhatsAppRig) -> None:
    message = await notified(rig)
    await write_down(rig, message)
    for kind in ("delivered", "read"):
        rig.world.report(message, kind)
    await asyncio.gather(*(rig.platform.handle(row) for row in await rig.receive()))
    assert await status(rig) == "read"


@pytest.mark.fault(54)
@pytest.mark.fault(55)
async def test_accepted_and_failed_marks_who_is_gone(rig: WhatsAppRig) -> None:
    message = await notified(rig)
    await write_down(rig, message)
    rig.world.report(message, "failed", Refusal(131026))
    await rig.work_off()
    assert await status(rig) == "failed"
    numbered = [row for row in await rows(rig.ground.database, Identity) if row.address[0] == "+"]
    assert [(row.reachable, row.unreachable_reason) for row in numbered] == [
        (False, "131026 Message undeliverable")
    ]


@pytest.mark.fault(54)
async def test_a_late_131047_sends_it_again_by_a_template(rig: WhatsAppRig) -> None:
    message = await notified(rig)
    await write_down(rig, message)
    rig.world.report(message, "failed", Refusal(131047))
    await rig.work_off()
    assert await status(rig) == "pending"
    numbered = [row for row in await rows(rig.ground.database, Identity) if row.address[0] == "+"]
    assert [row.heard_at for row in numbered] == [None]
