"""/event, /rsvp and /remind, as they are said and heard."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.access import Role
from core.events import Event
from core.facts.events import EventCancelled, EventReminded, RsvpAsked
from core.groups import Group, Kind
from core.outbox import OutboxEvent
from tests.bot.commands.talk import OTHER_ROOM, TEAM_ROOM, Talk, words
from tests.cast import Place
from tests.core.eventing import (
    event_of,
    guests_of,
    make_event,
    make_household,
    put_guest,
    statuses_of,
)
from tests.core.test_rsvp import answer

CUP = '/event "Cup final" at="sat 19:00" place="Hall 3" seats=30 plus=2 until=1h zone=Europe/Berlin'


async def last_event(talk: Talk) -> Event:
    return (await talk.cast.rows(Event))[-1]


async def told(talk: Talk, kind: str) -> int:
    return [row.event_type for row in await talk.cast.rows(OutboxEvent)].count(kind)


async def test_an_event_is_planned_in_one_line(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/event Cup final at=\"sat 19:00\" place='Hall 3'")
    assert "Cup final is set up" in heard.text
    assert "When: Sat 21 Nov 2026, 19:00 UTC" in heard.text
    assert "2 members of Tigers are asked." in heard.text
    event = await last_event(talk)
    group = (await talk.cast.rows(Group))[-1]
    assert (group.kind, group.name, event.place) == (Kind.EVENT, "Cup final", "Hall 3")


async def test_all_that_can_be_said_of_it_is_kept(talk: Talk) -> None:
    await talk.say(
        talk.cast.alice,
        f'{CUP} end=2h map=https://maps.example.org/x note="Bring water" sides="home, away"'
        " names=no offer=24h region=de broadcast=admin",
    )
    event = await last_event(talk)
    assert (event.capacity, event.plus_ones, event.timezone) == (30, 2, "Europe/Berlin")
    assert (event.sides, event.list_visible, event.region) == (["home", "away"], False, "DE")
    assert (event.offer_hours, event.broadcast_role) == (24, Role.ADMIN)
    assert event.starts_at is not None
    assert event.ends_at == event.starts_at + timedelta(hours=2)
    assert event.deadline == event.starts_at - timedelta(hours=1)


@pytest.mark.parametrize(
    ("line", "code", "fields"),
    [
        ("/event Cup at=whenever", "when_unreadable", {"when": "whenever"}),
        ("/event Cup at=sat", "when_without_hour", {}),
        ('/event Cup at="12/5 18:30"', "when_ambiguous", {"when": "12/5"}),
        ("/event Cup end=2h", "event_without_start", {}),
        ("/event Cup plus=11", "event_number", {"option": "plus", "fewest": 0, "most": 10}),
        ("/event Cup seats=many", "not_a_number", {"option": "seats"}),
        ("/event Cup zone=Mars", "no_such_zone", {"zone": "Mars"}),
        ("/event Cup every=week", "event_without_start", {}),
        ('/event Cup at="sat 19:00" every=often', "rule_unreadable", {"rule": "often"}),
        ("/event Cup region=Europe", "region_unreadable", {"region": "Europe"}),
    ],
)
async def test_what_is_unclear_is_refused_and_nothing_is_made(
    talk: Talk, line: str, code: str, fields: dict[str, object]
) -> None:
    before = await talk.everything()
    assert (await talk.say(talk.cast.alice, line)).text == words(code, **fields)
    assert await talk.everything() == before


async def test_who_runs_no_group_plans_an_event_of_their_own(talk: Talk) -> None:
    heard = await talk.say(talk.cast.charlie, '/event Birthday at="sat 19:00"')
    assert "Birthday is set up, and you run it." in heard.text
    assert await guests_of(talk.cast, Place((await last_event(talk)).id)) == []


async def test_in_the_teams_room_only_its_admins_plan(talk: Talk) -> None:
    await talk.cast.bind()
    assert (await talk.say(talk.cast.bob, "/event Cup", TEAM_ROOM)).refused
    assert (await talk.say(talk.cast.charlie, "/event Cup", TEAM_ROOM)).text == words(
        "group_unknown"
    )
    assert not (await talk.say(talk.cast.alice, "/event Cup", TEAM_ROOM)).refused


async def test_it_is_changed_by_the_same_options(talk: Talk) -> None:
    await talk.say(talk.cast.alice, CUP)
    heard = await talk.say(talk.cast.alice, '/event seats=12 place="Hall 4" until=none')
    assert "Changed." in heard.text
    event = await last_event(talk)
    assert (event.capacity, event.place, event.deadline) == (12, "Hall 4", None)


async def test_another_hour_takes_the_end_and_the_deadline_along(talk: Talk) -> None:
    await talk.say(talk.cast.alice, f"{CUP} end=2h")
    await talk.say(talk.cast.alice, '/event at="sun 10:00"')
    event = await last_event(talk)
    assert event.starts_at is not None
    assert event.ends_at == event.starts_at + timedelta(hours=2)
    assert event.deadline == event.starts_at - timedelta(hours=1)


async def test_a_series_is_planned_and_changed_as_one(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, '/event Practice at="tue 19:00" every=week')
    assert "7 more are planned" in heard.text
    first = (await talk.cast.rows(Event))[0]
    await talk.say(talk.cast.alice, f'/event place="Hall 9" all=yes group={first.id}')
    assert {event.place for event in await talk.cast.rows(Event)} == {"Hall 9"}


async def test_who_had_said_yes_is_asked_again(talk: Talk) -> None:
    await talk.say(talk.cast.alice, CUP)
    event = await last_event(talk)
    await talk.say(talk.cast.bob, f"/rsvp yes group={event.id}")
    heard = await talk.say(talk.cast.alice, '/event at="sun 19:00"')
    assert "1 guest who had said yes is asked again." in heard.text


async def test_cancelling_asks_first_and_tells_once(talk: Talk) -> None:
    await talk.say(talk.cast.alice, CUP)
    asked = await talk.say(talk.cast.alice, "/event cancel")
    assert await told(talk, EventCancelled.event_type) == 0
    for _ in range(2):
        heard = await talk.tap(talk.cast.alice, asked.lines[0])
        assert "is cancelled" in heard.text
    assert await told(talk, EventCancelled.event_type) == 1


async def test_what_is_coming_is_shown_to_those_who_may_come(talk: Talk) -> None:
    await make_event(talk.cast)
    assert "Cup final" in (await talk.say(talk.cast.bob, "/event")).text
    assert "Cup final" not in (await talk.say(talk.cast.charlie, "/event")).text


async def test_a_stranger_learns_of_no_event(talk: Talk) -> None:
    place = await make_event(talk.cast)
    before = await talk.everything()
    for line in ("/rsvp yes", "/rsvp", "/rsvp list", "/rsvp others", "/rsvp plus"):
        for number in (place.id, 999_999):
            heard = await talk.tap(talk.cast.charlie, f"{line} group={number}")
            assert heard.text == words("event_unknown")
    for line in ("/event show", "/event cancel", "/event seats=9"):
        heard = await talk.say(talk.cast.charlie, f"{line} group={place.id}")
        assert heard.refused
        assert "Cup final" not in heard.text
    assert await talk.everything() == before


async def test_the_card_is_shown_in_the_room_once(talk: Talk) -> None:
    await make_event(talk.cast)
    await talk.cast.bind()
    heard = await talk.say(talk.cast.bob, "/rsvp", TEAM_ROOM)
    assert heard.text == "Here comes the card of Cup final."
    heard = await talk.say(talk.cast.bob, "/rsvp", TEAM_ROOM)
    assert heard.text == "The card of Cup final was shown just now."
    assert await told(talk, RsvpAsked.event_type) == 1


async def test_a_tap_in_the_room_is_answered_in_passing(talk: Talk) -> None:
    place = await make_event(talk.cast)
    await talk.cast.bind()
    heard = await talk.tap(talk.cast.charlie, f"/rsvp yes group={place.id}", TEAM_ROOM)
    assert (heard.text, heard.answer.reply.brief) == ("Charlie comes to Cup final.", True)
    assert (await statuses_of(talk.cast, place))["Charlie"] == "confirmed"


async def test_in_another_room_the_same_tap_does_nothing(talk: Talk) -> None:
    place = await make_event(talk.cast)
    heard = await talk.tap(talk.cast.charlie, f"/rsvp yes group={place.id}", OTHER_ROOM)
    assert heard.text == words("event_unknown")


async def test_one_more_each_time_until_no_more_may_come(talk: Talk) -> None:
    place = await make_event(talk.cast, plus_ones=2)
    for more in (1, 2):
        await talk.tap(talk.cast.bob, f"/rsvp plus group={place.id}")
        assert (await guests_of(talk.cast, place))[1].plus_ones == more
    heard = await talk.tap(talk.cast.bob, f"/rsvp plus group={place.id}")
    assert heard.text == words("no_more_companions", count=2, event="Cup final")
    await talk.say(talk.cast.bob, f"/rsvp yes plus=0 group={place.id}")
    assert (await guests_of(talk.cast, place))[1].plus_ones == 0


async def test_where_nobody_may_come_along_it_says_so(talk: Talk) -> None:
    place = await make_event(talk.cast)
    heard = await talk.tap(talk.cast.bob, f"/rsvp plus group={place.id}")
    assert heard.text == words("no_companions", event="Cup final")


async def test_old_taps_are_answered_politely(talk: Talk) -> None:
    place = await make_event(talk.cast)
    talk.cast.clock.advance(days=11)
    heard = await talk.tap(talk.cast.bob, f"/rsvp yes group={place.id}")
    assert heard.text == words("event_begun", event="Cup final")


async def test_for_whom_goes_on_in_private_and_shows_a_row_each(talk: Talk) -> None:
    place = await make_event(talk.cast)
    await talk.cast.bind()
    family = await make_household(talk.cast, place, talk.cast.bob)
    ben = await put_guest(talk.cast, place, "Ben", household_id=family, is_child=True)
    line = f"/rsvp others group={place.id}"
    in_room = await talk.tap(talk.cast.bob, line, TEAM_ROOM)
    assert in_room.answer.reply.opens == f"e_{place.id}"
    assert "Ben" not in in_room.text
    heard = await talk.say(talk.cast.bob, f"/start e_{place.id}")
    assert heard.lines[0] == f"/rsvp yes group={place.id} guest={ben}"
    after = await talk.tap(talk.cast.bob, heard.lines[0])
    assert "Ben comes to Cup final." in after.text
    assert (await statuses_of(talk.cast, place))["Bob"] == "invited"


async def test_a_payload_that_is_no_number_opens_nothing(talk: Talk) -> None:
    for payload in ("e_", "e_x", "e_-1", "e_\u0661", "e_" + "9" * 40):
        heard = await talk.say(talk.cast.bob, f"/start {payload}")
        assert heard.refused


@pytest.mark.attack(44)
@pytest.mark.attack(45)
async def test_what_organisers_write_can_neither_mark_up_nor_turn_round_a_card(talk: Talk) -> None:
    nasty = "<b>Hall</b> \u202e3"
    place = await make_event(talk.cast, name="A & <i>B</i>", place=nasty, note=nasty)
    heard = await talk.say(talk.cast.bob, f"/rsvp group={place.id}")
    assert "Where: <b>Hall</b> 3" in heard.text
    assert "\u202e" not in heard.html


async def test_a_hidden_list_is_shown_to_no_guest(talk: Talk) -> None:
    place = await make_event(talk.cast, list_visible=False)
    await answer(talk.cast, talk.cast.alice, place)
    heard = await talk.say(talk.cast.bob, f"/rsvp group={place.id}")
    assert "Alice" not in heard.text
    assert (await talk.tap(talk.cast.bob, f"/rsvp list group={place.id}")).refused


@pytest.mark.attack(49)
@pytest.mark.parametrize("guests", [50, 51, 1000])
async def test_a_card_never_overflows(talk: Talk, guests: int) -> None:
    place = await make_event(
        talk.cast,
        name="N" * 64,
        place="P" * 200,
        note="n" * 500,
        map_link="https://x.example/" + "m" * 400,
    )
    for number in range(guests):
        name = f"{'Maximiliana ' * 3}{number}"
        await put_guest(talk.cast, place, name, status="confirmed", answered_at=talk.cast.now)
    heard = await talk.say(talk.cast.bob, f"/rsvp group={place.id}")
    assert len(heard.answer.reader.plain(heard.answer.reply.text).encode("utf-16-le")) // 2 <= 4096
    assert f"/rsvp list group={place.id}" in heard.lines
    page = await talk.tap(talk.cast.bob, f"/rsvp list group={place.id}")
    assert len(page.answer.reader.plain(page.answer.reply.text).encode("utf-16-le")) // 2 <= 4096


async def test_reminding_shows_whom_first_and_goes_out_once(talk: Talk) -> None:
    place = await make_event(talk.cast)
    await talk.say(talk.cast.bob, "/help")
    await talk.say(talk.cast.alice, f"/rsvp no group={place.id}")
    shown = await talk.say(talk.cast.alice, f"/remind group={place.id}")
    assert "1 guest has not answered" in shown.text
    assert "• Bob" in shown.text
    assert "Alice" not in shown.text
    assert await told(talk, EventReminded.event_type) == 0
    await talk.tap(talk.cast.alice, shown.lines[0])
    assert await told(talk, EventReminded.event_type) == 1
    again = await talk.tap(talk.cast.alice, shown.lines[0])
    assert again.text == words("reminded_lately", event="Cup final")


async def test_when_all_have_answered_nobody_is_reminded(talk: Talk) -> None:
    place = await make_event(talk.cast)
    for who in (talk.cast.alice, talk.cast.bob):
        await talk.say(who, f"/rsvp maybe group={place.id}")
    heard = await talk.say(talk.cast.alice, f"/remind group={place.id}")
    assert heard.text == words("all_answered", event="Cup final")


async def test_a_mere_group_is_no_event_to_remind_of(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, f"/remind group={talk.cast.tigers.id}")
    assert heard.text == words("not_an_event", group="Tigers")


async def test_a_group_that_was_founded_as_an_event_becomes_one(talk: Talk) -> None:
    await talk.say(talk.cast.alice, "/newgroup event Gala")
    await talk.say(talk.cast.alice, '/event at="sat 19:00" seats=5')
    event = await last_event(talk)
    assert (await event_of(talk.cast, Place(event.id))).capacity == 5


@pytest.mark.parametrize(
    ("line", "name", "when"),
    [
        ("/event Cup final sat 19:00", "Cup final", "Sat 21 Nov 2026, 19:00"),
        ("/event Cup final on 5 dec at 6:30pm", "Cup final", "Sat 5 Dec 2026, 18:30"),
        ('/event "Season 2027" tomorrow 20:00 in Tigers', "Season 2027", "Sat 21 Nov 2026, 20:00"),
        ("/event Dance 2027", "Dance 2027", "not decided yet"),
        ('/event "Party sat 19:00"', "Party sat 19:00", "not decided yet"),
    ],
)
async def test_when_it_is_may_stand_behind_its_name(
    talk: Talk, line: str, name: str, when: str
) -> None:
    heard = await talk.say(talk.cast.alice, line)
    assert f"When: {when}" in heard.text
    assert (await talk.cast.rows(Group))[-1].name == name
