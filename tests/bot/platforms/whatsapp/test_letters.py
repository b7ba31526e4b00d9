"""What is said on WhatsApp: words, taps, numbers, the word STOP, and what says nothing."""

from __future__ import annotations

from typing import Any

import pytest

from bot.command import Button
from bot.platforms.whatsapp.letters import read_letter
from bot.texts import Reader, say
from core.chats.choices import Choice
from core.events.spots import Spot
from core.groups import Group
from core.invites import Invite
from core.people import Identity
from core.people.proofs import Proof
from tests.bot.platforms.whatsapp.rig import WhatsAppRig
from tests.cast import rows

READER = Reader("en", "UTC")
KEPT = {
    "address": "+12025550101",
    "scoped": "US.1349",
    "name": "Dana",
    "timestamp": "1790000000",
    "type": "text",
}


def read(**change: Any) -> Any:
    letter = read_letter(KEPT | change)
    return letter and (letter.text, letter.tap, letter.word, letter.number)


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ({"text": {"body": "/start"}}, ("/start", None, None, None)),
        ({"text": {"body": " Stop! "}}, (" Stop! ", None, "/stop", None)),
        ({"text": {"body": "start"}}, ("start", None, "/resume", None)),
        ({"text": {"body": "Reply 2"}}, ("Reply 2", None, None, 2)),
        (
            {"type": "interactive", "interactive": {"id": "/accept inv_a"}},
            ("", "/accept inv_a", None, None),
        ),
        ({"type": "interactive", "interactive": {"id": "v1:7"}}, ("", "", None, None)),
        (
            {"type": "button", "button": {"payload": "/decline inv_a", "text": "No"}},
            ("", "/decline inv_a", None, None),
        ),
        ({"type": "button", "button": {"text": "stop"}}, ("", "", None, None)),
        ({"type": "image"}, ("", None, None, None)),
        ({"type": "reaction"}, None),
        ({"type": "text", "group_id": "g1", "text": {"body": "/start"}}, None),
    ],
)
def test_each_kind_of_message_says_its_line(kept: dict[str, Any], said: Any) -> None:
    assert read(**kept) == said


def test_the_number_is_vouched_for_and_an_id_is_none() -> None:
    letter = read_letter(KEPT | {"text": {"body": "/phone"}})
    assert letter is not None
    assert letter.incoming("/phone", pressed=False, inbox_id=1).phone == "+12025550101"
    hidden = letter.at_address("US.1349")
    assert hidden.incoming("/phone", pressed=False, inbox_id=1).phone is None


def buttons(count: int) -> list[list[Button]]:
    label = "Show everybody of team number {number}"
    return [[Button(say(label, number=n), f"/help {n}")] for n in range(count)]


async def test_four_to_ten_buttons_are_a_list_whose_rows_are_tapped(rig: WhatsAppRig) -> None:
    await rig.say(rig.dana, "/start")
    await rig.voice.say(rig.dana.address, "Which?", buttons(10), READER)
    assert rig.world.messages[-1].shown["list"] == "Choose"
    row = rig.sandbox.whatsapp_api.calls[-1]["interactive"]["action"]["sections"][0]["rows"][7]
    assert row["description"] == "Show everybody of team number 7"
    rig.press(rig.dana, "/help 7")
    await rig.work_off()
    assert "What you can do here" in rig.heard(rig.dana)[-1]


async def test_more_than_ten_are_numbers_to_type(rig: WhatsAppRig) -> None:
    await rig.say(rig.dana, "/start")
    await rig.voice.say(rig.dana.address, "Which?", buttons(12), READER)
    assert "Reply 11 – Show everybody of team number 10" in rig.heard(rig.dana)[-1]
    assert "What you can do here" in await rig.say(rig.dana, "11")
    assert "This button no longer" in await rig.say(rig.dana, "13")


async def test_what_is_secret_has_no_numbers_that_would_be_kept(rig: WhatsAppRig) -> None:
    await rig.say(rig.dana, "/start")
    await rig.voice.say(rig.dana.address, "Which?", buttons(12), READER, secret=True)
    assert "/help 11" in rig.heard(rig.dana)[-1]
    assert await rows(rig.ground.database, Choice) == []


async def test_a_long_text_is_told_before_what_can_be_tapped(rig: WhatsAppRig) -> None:
    await rig.say(rig.dana, "/start")
    await rig.voice.say(rig.dana.address, "word " * 1500, buttons(2), READER)
    assert len(rig.heard(rig.dana)) == 4
    assert rig.heard(rig.dana)[-1] == "Tap what you want to do:"


async def test_who_writes_has_proven_their_number(rig: WhatsAppRig) -> None:
    await rig.say(rig.bob, "/start")
    [proof] = await rows(rig.ground.database, Proof)
    assert (proof.kind, proof.address) == ("phone", rig.bob.address)


async def test_an_invite_for_a_number_opens_for_who_writes_from_it(rig: WhatsAppRig) -> None:
    await rig.say(rig.dana, "/newgroup Lions")
    await rig.say(rig.dana, f"/invite {rig.bob.address}")
    [invite] = await rows(rig.ground.database, Invite)
    assert invite.claim == f"phone:{rig.bob.address}"
    assert "You are in" in await rig.say(rig.bob, f"/accept {invite.public_id}")


async def test_an_invite_for_a_number_is_refused_to_another(rig: WhatsAppRig) -> None:
    await rig.say(rig.dana, "/newgroup Lions")
    await rig.say(rig.dana, "/invite +12025550177")
    [invite] = await rows(rig.ground.database, Invite)
    assert "You are in" not in await rig.say(rig.bob, f"/accept {invite.public_id}")


async def test_who_hides_their_number_is_the_same_person(rig: WhatsAppRig) -> None:
    await rig.say(rig.bob, "/newgroup Lions")
    rig.account(rig.bob).hides_number = True
    assert "Lions" in await rig.say(rig.bob, "/groups")
    assert len(await rows(rig.ground.database, Group)) == 1


async def test_who_never_showed_a_number_is_answered_by_their_id(rig: WhatsAppRig) -> None:
    bob = rig.account(rig.bob)
    bob.hides_number = True
    assert "Hello" in await rig.say(rig.bob, "/start")
    assert rig.sandbox.whatsapp_api.calls[-1]["recipient"] == bob.user_id
    assert [row.address for row in await rows(rig.ground.database, Identity)] == [bob.user_id]
    assert await rows(rig.ground.database, Proof) == []


async def test_a_file_is_handed_over_as_a_document(rig: WhatsAppRig) -> None:
    await rig.say(rig.dana, "/mydata")
    sent = rig.world.sent_to(rig.account(rig.dana).number)
    assert [one.shown["file"] for one in sent if one.type == "document"] != []


def test_a_place_on_the_map_is_that_of_an_event() -> None:
    degrees = {"latitude": 32.0853, "longitude": 34.7818}
    place = {"type": "location", "location": {**degrees, "name": "Hall 3", "address": "Main 5"}}
    letter = read_letter(KEPT | place)
    assert letter is not None
    assert letter.text == "/event place=here"
    assert letter.incoming(letter.text, pressed=False, inbox_id=1).spot == Spot(
        32.0853, 34.7818, "Hall 3", "Main 5"
    )


async def test_the_map_comes_as_a_place(rig: WhatsAppRig) -> None:
    rig.write(rig.dana, '/event Cup at="sat 19:00"')
    place = {"location": {"latitude": 32.0853, "longitude": 34.7818, "name": "Hall 3"}}
    await rig.work_off()
    rig.world.hear(rig.account(rig.dana).number, "location", place, {"text": "📍"})
    await rig.work_off()
    assert "Where: \u2068Hall 3\u2069" in rig.heard(rig.dana)[-1]
    shown = await rig.say(rig.dana, "/rsvp map")
    assert shown.splitlines() == ["📍", "Cup", "Hall 3", "32.0853, 34.7818"]
