"""The place of an event, sent from a phone's map, and shown there again."""

from __future__ import annotations

import pytest

from core.events.spots import Spot, metres_between
from tests.bot.commands.guest_talk import EventTalk, event_talk
from tests.bot.commands.talk import TEAM_ROOM, Talk, words
from tests.cast import Cast
from tests.core.eventing import event_of, make_event, put_guest

HALL = Spot(32.0853, 34.7818, "Hall 3", "Main Street 5")
SENT = "/event place=here"


@pytest.fixture
async def cup(sqlite_cast: Cast) -> EventTalk:
    return await event_talk(sqlite_cast)


async def test_a_place_that_is_sent_is_the_events(cup: EventTalk) -> None:
    heard = await cup.say(cup.cast.alice, SENT, spot=HALL)
    event = await event_of(cup.cast, cup.event)
    assert (event.place, event.latitude, event.longitude) == (
        "Hall 3, Main Street 5",
        HALL.latitude,
        HALL.longitude,
    )
    assert "Where: Hall 3, Main Street 5" in heard.text
    assert f"/rsvp map group={event.id}" in heard.lines


async def test_a_mere_location_keeps_what_the_place_is_called(cup: EventTalk) -> None:
    await cup.say(cup.cast.alice, '/event place="Hall 3"')
    await cup.say(cup.cast.alice, SENT, spot=Spot(HALL.latitude, HALL.longitude))
    event = await event_of(cup.cast, cup.event)
    assert (event.place, event.latitude) == ("Hall 3", HALL.latitude)


async def test_a_new_event_takes_the_place_that_its_line_answers(talk: Talk) -> None:
    await talk.say(talk.cast.charlie, '/event Birthday at="sat 19:00"', spot=HALL)
    heard = await talk.say(talk.cast.charlie, "/rsvp map")
    assert "https://maps.google.com/?q=32.085300,34.781800" in heard.text
    spot = heard.answer.reply.spot
    assert spot == Spot(HALL.latitude, HALL.longitude, "Birthday", "Hall 3, Main Street 5")


async def test_without_a_current_event_it_is_the_only_one_that_they_run(talk: Talk) -> None:
    place = await make_event(talk.cast, alone=True, by=talk.cast.charlie)
    await talk.cast.write(lambda s: setattr(talk.cast.charlie(s).person, "current_group_id", None))
    await talk.say(talk.cast.charlie, SENT, spot=HALL)
    assert (await event_of(talk.cast, place)).latitude == HALL.latitude
    await make_event(talk.cast, "Another", alone=True, by=talk.cast.charlie)
    await talk.cast.write(lambda s: setattr(talk.cast.charlie(s).person, "current_group_id", None))
    assert (await talk.say(talk.cast.charlie, SENT, spot=HALL)).text == words("which_event")


async def test_without_a_place_it_says_how_to_send_one(cup: EventTalk) -> None:
    assert (await cup.say(cup.cast.alice, SENT)).text == words("no_spot")
    far = Spot(91.0, 0.0)
    assert (await cup.say(cup.cast.alice, SENT, spot=far)).text == words("no_spot")


async def test_who_does_not_run_it_changes_nothing(cup: EventTalk) -> None:
    await put_guest(cup.cast, cup.event, "Bob", person_id=cup.cast.bob.id)
    await cup.look_at(cup.cast.bob)
    assert (await cup.say(cup.cast.bob, SENT, spot=HALL)).refused
    await cup.look_at(cup.cast.charlie)
    assert (await cup.say(cup.cast.charlie, SENT, spot=HALL)).refused
    assert (await event_of(cup.cast, cup.event)).latitude is None


async def test_another_place_asks_again_and_another_entrance_does_not(cup: EventTalk) -> None:
    alice = cup.cast.alice
    await cup.say(alice, SENT, spot=HALL)
    await cup.say(alice, "/rsvp yes")
    near = Spot(HALL.latitude + 0.001, HALL.longitude, HALL.title, HALL.address)
    assert "asked again" not in (await cup.say(alice, SENT, spot=near)).text
    far = Spot(HALL.latitude + 0.01, HALL.longitude, HALL.title, HALL.address)
    assert "1 guest who had said yes is asked again" in (await cup.say(alice, SENT, spot=far)).text


async def test_another_name_leaves_the_map_and_a_typo_does_not(cup: EventTalk) -> None:
    await cup.say(cup.cast.alice, SENT, spot=HALL)
    await cup.say(cup.cast.alice, '/event place="Hall 3, Main Stret 5"')
    assert (await event_of(cup.cast, cup.event)).latitude is not None
    heard = await cup.say(cup.cast.alice, '/event place="The old mill"')
    assert (await event_of(cup.cast, cup.event)).latitude is None
    assert not any("map" in line for line in heard.lines)


async def test_in_a_room_the_map_is_shown_to_who_taps(sqlite_cast: Cast) -> None:
    talk = Talk(sqlite_cast)
    await sqlite_cast.bind()
    await talk.say(sqlite_cast.alice, '/event Cup at="sat 19:00" in=Tigers', spot=HALL)
    event = (await event_talk(sqlite_cast)).event
    heard = await talk.tap(sqlite_cast.bob, f"/rsvp map group={event.id - 1}", TEAM_ROOM)
    assert (heard.answer.reply.spot, heard.answer.reply.opens) == (None, f"m_{event.id - 1}")
    shown = await talk.say(sqlite_cast.bob, f"/start m_{event.id - 1}")
    assert shown.answer.reply.spot is not None
    assert (await talk.say(sqlite_cast.charlie, f"/start m_{event.id - 1}")).refused


async def test_where_nobody_put_it_on_a_map_it_says_so(cup: EventTalk) -> None:
    heard = await cup.say(cup.cast.alice, "/rsvp map")
    assert heard.text == words("no_map", event="Cup final")


def test_distances_are_right_also_where_the_date_changes() -> None:
    assert metres_between(Spot(0, 0), Spot(0, 1)) == pytest.approx(111_195, rel=0.01)
    assert metres_between(Spot(0, 179.9995), Spot(0, -179.9995)) == pytest.approx(111, rel=0.01)
