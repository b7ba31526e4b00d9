"""/rsvp link, /rsvp calendar and the payloads of links to an event."""

from __future__ import annotations

from core.guests import Guest
from core.guests.self_service import make_guest_link
from tests.bot.commands.talk import TEAM_ROOM, Talk, words
from tests.core.eventing import guests_of, make_event, put_guest, statuses_of


async def test_a_guests_link_is_told_once_and_in_private(talk: Talk) -> None:
    place = await make_event(talk.cast)
    heard = await talk.say(talk.cast.bob, f"/rsvp link group={place.id}")
    assert "/r/" in heard.text
    assert heard.answer.reply.secret
    await talk.cast.bind()
    in_room = await talk.say(talk.cast.bob, f"/rsvp link group={place.id}", TEAM_ROOM)
    assert "/r/" not in in_room.text


async def test_only_who_runs_the_event_has_the_links_of_others(talk: Talk) -> None:
    place = await make_event(talk.cast)
    zoe = await put_guest(talk.cast, place, "Zoe")
    line = f"/rsvp link guest={zoe} group={place.id}"
    assert "Zoe answers by this link" in (await talk.say(talk.cast.alice, line)).text
    assert (await talk.say(talk.cast.bob, line)).text == words("guest_unknown")
    assert (await talk.say(talk.cast.charlie, line)).text == words("event_unknown")


async def test_opened_in_chat_it_makes_them_the_guest(talk: Talk) -> None:
    place = await make_event(talk.cast)
    zoe = await put_guest(talk.cast, place, "Zoe")
    token = await talk.cast.write(
        lambda s: make_guest_link(s, s.get_one(Guest, zoe), now=talk.cast.now)
    )
    heard = await talk.say(talk.cast.charlie, f"/start r_{token}")
    assert "Cup final" in heard.text
    await talk.tap(talk.cast.charlie, heard.lines[0])
    assert (await statuses_of(talk.cast, place))["Zoe"] == "confirmed"
    assert (await guests_of(talk.cast, place))[-1].person_id == talk.cast.charlie.id


async def test_a_link_that_opens_nothing_says_so(talk: Talk) -> None:
    heard = await talk.say(talk.cast.charlie, f"/start r_{'x' * 43}")
    assert heard.text == words("rsvp_unknown")


async def test_the_calendar_comes_as_a_file(talk: Talk) -> None:
    place = await make_event(talk.cast)
    heard = await talk.say(talk.cast.bob, f"/rsvp calendar group={place.id}")
    document = heard.answer.reply.document
    assert document is not None
    assert b"SUMMARY:Cup final" in document.content
    assert ".ics" in heard.text
