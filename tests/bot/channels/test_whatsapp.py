"""A Notice on WhatsApp: free words within a day, else a template; each refusal in our terms."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.channels.whatsapp import WhatsAppChannel
from bot.command import Button
from bot.ground import Ground
from bot.notices import Admission, Notice, Rewrite, Template
from bot.sandbox.faults import Fault
from bot.sandbox.whatsapp.templates import FIRST
from bot.texts import Reader, Verbatim, lines, say
from core.database import Database
from core.deliveries.errors import DeliveryError
from core.people import Identity
from tests.bot.platforms.whatsapp.rig import WhatsAppRig, whatsapp_rig
from tests.cast import Clock, rows

READER = Reader("en", "UTC")
SEND = "POST /messages"
YES_NO = ((Button(say("Accept"), "/accept inv_a"), Button(say("Decline"), "/decline inv_a")),)
FIELDS = {"inviter": "Dana", "group": "Tigers", "role": "member"}
CARD = Notice(say("Dana invites you."), YES_NO, template=Template("usher_invite", FIELDS))
NEWS = Notice(lines(say("Training is off."), say("See you.")))


@pytest.fixture
async def rig(sqlite_database: Database, clock: Clock) -> AsyncIterator[WhatsAppRig]:
    async with whatsapp_rig(Ground(sqlite_database, clock)) as running:
        await running.catalogue.tick()
        yield running


@pytest.fixture
def channel(rig: WhatsAppRig) -> WhatsAppChannel:
    return WhatsAppChannel(rig.voice, rig.ground)


async def refusal(
    rig: WhatsAppRig, channel: WhatsAppChannel, notice: Notice = CARD
) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await channel.send(rig.bob.address, notice, READER)
    return caught.value


async def test_within_a_day_it_is_said_freely_with_buttons(
    rig: WhatsAppRig, channel: WhatsAppChannel
) -> None:
    await rig.say(rig.bob, "/start")
    sent_id = await channel.send(rig.bob.address, CARD, READER)
    last = rig.world.sent_to(rig.account(rig.bob).number)[-1]
    assert (last.id, last.type, last.shown["text"]) == (sent_id, "interactive", "Dana invites you.")
    assert rig.buttons(rig.bob) == ["/accept inv_a", "/decline inv_a"]


async def test_to_a_stranger_it_goes_by_its_template(
    rig: WhatsAppRig, channel: WhatsAppChannel
) -> None:
    await channel.send(rig.bob.address, CARD, READER)
    [text] = rig.heard(rig.bob)
    assert text.startswith(
        "\u2068Dana\u2069 invites you to \u2068Tigers\u2069, as \u2068member\u2069."
    )
    assert rig.buttons(rig.bob) == ["/accept inv_a", "/decline inv_a"]


async def test_a_day_after_their_last_word_the_window_is_shut(
    rig: WhatsAppRig, channel: WhatsAppChannel, clock: Clock
) -> None:
    await rig.say(rig.bob, "/start")
    clock.advance(hours=24)
    await channel.send(rig.bob.address, NEWS, READER)
    assert rig.heard(rig.bob)[-1].startswith("News from your groups: Training is off. See")


@pytest.mark.fault(54)
async def test_where_meta_says_that_the_window_is_shut_a_template_follows(
    rig: WhatsAppRig, channel: WhatsAppChannel
) -> None:
    await rig.say(rig.bob, "/start")
    rig.account(rig.bob).wrote_at = None
    await channel.send(rig.bob.address, CARD, READER)
    assert rig.world.sent_to(rig.account(rig.bob).number)[-1].shown["template"] == "usher_invite"
    assert [one.heard_at for one in await rows(rig.ground.database, Identity)] == [None, None]


async def test_without_an_approved_template_of_its_own_it_is_told_as_news(
    rig: WhatsAppRig, channel: WhatsAppChannel
) -> None:
    rig.world.templates = [one for one in FIRST if one.name != "usher_invite"]
    await rig.catalogue.tick()
    await channel.send(rig.bob.address, CARD, READER)
    assert "Dana invites you." in rig.heard(rig.bob)[-1]


async def test_without_any_template_another_channel_has_to_take_it(
    rig: WhatsAppRig, channel: WhatsAppChannel
) -> None:
    rig.world.templates = []
    await rig.catalogue.tick()
    error = await refusal(rig, channel)
    assert (error.permanent, error.elsewhere, error.unreachable) == (True, True, False)
    assert "usher_invite can't be used: template_unknown" in error.reason


async def test_a_field_is_one_line_without_many_blanks_and_never_empty(
    rig: WhatsAppRig, channel: WhatsAppChannel
) -> None:
    odd = {"person": Verbatim("a\n\tb      c"), "group": Verbatim("")}
    await channel.send(
        rig.bob.address, Notice(say("x"), template=Template("usher_welcome", odd)), READER
    )
    assert rig.heard(rig.bob) == ["Welcome a b c to –!"]


async def test_who_said_stop_hears_nothing(rig: WhatsAppRig, channel: WhatsAppChannel) -> None:
    await rig.say(rig.bob, "Stop.")
    error = await refusal(rig, channel)
    assert (error.permanent, error.elsewhere) == (True, True)
    await rig.say(rig.bob, "START")
    await channel.send(rig.bob.address, CARD, READER)
    assert rig.heard(rig.bob)[-1] == "Dana invites you."


@pytest.mark.fault(54)
@pytest.mark.parametrize(
    ("code", "rests"),
    [(190, True), (130429, True), (131048, True), (131056, False), (131049, False)],
)
async def test_what_every_message_would_meet_rests_the_channel(
    rig: WhatsAppRig, channel: WhatsAppChannel, code: int, *, rests: bool
) -> None:
    rig.sandbox.faults.add(Fault(SEND, status=400, parameters={"code": code}))
    assert (await refusal(rig, channel)).why == "wait"
    pacing = rig.ground.pacing
    assert (pacing.pacer("whatsapp").wait(pacing.ticks()) > 1) is rests


async def test_the_pair_limit_is_waited_for_longer_each_time(
    rig: WhatsAppRig, channel: WhatsAppChannel
) -> None:
    rig.sandbox.faults.add(Fault(SEND, times=3, status=400, parameters={"code": 131056}))
    waits = [(await refusal(rig, channel)).retry_after_s for _ in range(3)]
    assert waits == [1.0, 4.0, 16.0]
    await channel.send(rig.bob.address, CARD, READER)
    rig.sandbox.faults.add(Fault(SEND, status=400, parameters={"code": 131056}))
    assert (await refusal(rig, channel)).retry_after_s == 1.0


async def test_a_lost_answer_is_uncertain(rig: WhatsAppRig, channel: WhatsAppChannel) -> None:
    rig.sandbox.faults.add(Fault(SEND, drop="after"))
    assert (await refusal(rig, channel)).uncertain
    assert len(rig.heard(rig.bob)) == 1


@pytest.mark.attack(54)
async def test_a_number_is_written_to_as_it_was_given(
    rig: WhatsAppRig, channel: WhatsAppChannel
) -> None:
    rig.world.add_account("Ana", "5215512345678")
    await channel.send("+5215512345678", NEWS, READER)
    assert rig.sandbox.whatsapp_api.calls[-1]["to"] == "5215512345678"


async def test_a_room_elsewhere_is_shown_by_another_channel(
    rig: WhatsAppRig, channel: WhatsAppChannel
) -> None:
    error = await refusal(rig, channel, Notice(say("Come in:"), door="-100500"))
    assert (error.permanent, error.elsewhere) == (True, True)


async def test_what_was_said_stays_as_it_was_said(
    rig: WhatsAppRig, channel: WhatsAppChannel
) -> None:
    assert await channel.send(rig.bob.address, Rewrite(("1",), say("Gone")), READER) is None
    with pytest.raises(DeliveryError, match="no such act"):
        await channel.send(rig.bob.address, Admission("1", let_in=True), READER)
