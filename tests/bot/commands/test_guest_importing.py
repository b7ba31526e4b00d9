"""/import: looked through, shown, put in; run twice it changes nothing."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from bot.ground import Ground
from bot.guest_importing import carry_imports_on
from bot.notices import Notice, render
from bot.texts import Reader
from core.access import Role
from core.audit import AuditEntry
from core.facts import ImportDone
from core.guests import GuestStatus
from core.guests.imports import GuestImport, GuestImportRow
from core.guests.seats import seats_taken
from core.guests.weighing import AT_ONCE
from core.outbox import OutboxEvent
from tests.bot.commands.guest_talk import EventTalk, event_talk
from tests.bot.commands.talk import ISOLATES, Heard, words
from tests.cast import Cast
from tests.core.eventing import put_guest

LIST = (
    "Name,Phone,Side,RSVP,Shoe size\n"
    "Dana Levi,050-1111111,bride,yes,38\n"
    "Omer Levi,050-1111111,bride,,\n"
    "Noa,052-1111111,groom,no,\n"
    "dana levi,0501111111,,,\n"
    "Gil,12,,,\n"
)


@pytest.fixture
async def talk(cast: Cast) -> EventTalk:
    return await event_talk(cast, region="IL")


@pytest.fixture
async def lite(sqlite_cast: Cast) -> EventTalk:
    return await event_talk(sqlite_cast, region="IL")


async def put_in(talk: EventTalk, text: str) -> Heard:
    shown = await talk.say(talk.cast.alice, f"/import\n{text}")
    return await talk.tap(talk.cast.alice, shown.lines[0])


async def test_a_list_is_shown_before_anything_changes(talk: EventTalk) -> None:
    heard = await talk.say(talk.cast.alice, f"/import\n{LIST}")
    assert "New: 3\nMore than once on the list: 1\nNot readable: 1" in heard.text
    assert "Columns that I don't take: Shoe size" in heard.text
    assert "Line 6: Gil, 12 – no phone number that I can read" in heard.text
    assert heard.labels == ["Put in 3 guests", "Cancel"]
    document = heard.answer.reply.document
    assert document is not None
    rows = list(csv.reader(io.StringIO(document.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["5", "6"]
    assert await talk.guests() == []


@pytest.mark.attack(56)
async def test_a_tap_puts_them_in_and_the_same_list_again_changes_nothing(talk: EventTalk) -> None:
    assert "3 new guests" in (await put_in(talk, LIST)).text
    found = [(one.name, one.side, one.status.value) for one in await talk.guests()]
    assert found == [
        ("Dana Levi", "bride", "confirmed"),
        ("Omer Levi", "bride", "invited"),
        ("Noa", "groom", "declined"),
    ]
    again = await talk.say(talk.cast.alice, f"/import\n{LIST}")
    assert "As they are already: 3" in again.text
    assert "Nothing has changed." in again.text
    assert again.lines == []


@pytest.mark.attack(56)
async def test_a_button_pressed_twice_puts_in_once(lite: EventTalk) -> None:
    shown = await lite.say(lite.cast.alice, f"/import\n{LIST}")
    await lite.tap(lite.cast.alice, shown.lines[0])
    again = await lite.tap(lite.cast.alice, shown.lines[0])
    assert again.text == words("list_done", group="Cup final")
    assert len(await lite.guests()) == 3


async def test_what_is_otherwise_is_changed_and_nothing_else(talk: EventTalk) -> None:
    await put_in(talk, LIST)
    text = "Name;Phone;Table;Household\nDana;0501111111;4;The Levis\nNoa;0521111111;;\n"
    shown = await talk.say(talk.cast.alice, f"/import\n{text}")
    assert "Changed: 1\nAs they are already: 1" in shown.text
    await talk.tap(talk.cast.alice, shown.lines[0])
    dana = (await talk.guests())[0]
    assert (dana.name, dana.seating, dana.side) == ("Dana Levi", "4", "bride")
    assert dana.household_id is not None


async def test_who_has_answered_since_keeps_the_answer(lite: EventTalk) -> None:
    answered = {"status": GuestStatus.DECLINED, "phone_key": "+972501111111"}
    await put_guest(lite.cast, lite.event, "Dana Levi", **answered)
    heard = await lite.say(lite.cast.alice, "/import\nName,Phone,RSVP\nDana Levi,0501111111,yes")
    assert "Line 2: Dana Levi, 0501111111, yes – has answered otherwise" in heard.text


async def test_somebody_without_a_number_gets_the_one_of_the_list(lite: EventTalk) -> None:
    await put_guest(lite.cast, lite.event, "Dana Levi")
    await put_in(lite, "Name,Phone\nDana Lévi,0501111111\nDana Levi,0502222222\n")
    found = [(one.name, one.phone_key) for one in await lite.guests()]
    assert found == [("Dana Levi", "+972501111111"), ("Dana Levi", "+972502222222")]


async def test_seats_are_given_in_the_order_of_the_list(cast: Cast) -> None:
    talk = await event_talk(cast, capacity=3)
    await put_in(talk, "Name,RSVP,Plus one\nDana,yes,1\nOmer,yes,1\nNoa,yes,\n")
    found = [(one.name, one.status.value) for one in await talk.guests()]
    assert found == [("Dana", "confirmed"), ("Omer", "waitlisted"), ("Noa", "waitlisted")]
    again = await talk.say(talk.cast.alice, "/import\nName,RSVP,Plus one\nDana,yes,1\nOmer,yes,1\n")
    assert "As they are already: 2" in again.text


@pytest.mark.attack(56)
async def test_a_long_list_goes_on_where_it_stopped_and_tells_its_author(talk: EventTalk) -> None:
    rows = "\n".join(f"Guest {number},05{number:08d}" for number in range(AT_ONCE + 20))
    heard = await put_in(talk, f"Name,Phone\n{rows}")
    assert f"The first {AT_ONCE} are on the list of Cup final, 20 are to come." in heard.text
    assert len(await talk.guests()) == AT_ONCE
    await carry_imports_on(Ground(talk.cast.database, talk.cast.clock))
    assert len(await talk.guests()) == AT_ONCE + 20
    told = [one.event_type for one in await talk.cast.rows(OutboxEvent)]
    assert told == ["progress.begun", "guests.imported"]


@pytest.mark.attack(14)
async def test_who_loses_the_right_midway_puts_nobody_more_in(talk: EventTalk) -> None:
    editor = await talk.organiser(Role.EDITOR)
    rows = "\n".join(f"Guest {number},05{number:08d}" for number in range(AT_ONCE + 20))
    shown = await talk.say(editor, f"/import\nName,Phone\n{rows}")
    await talk.tap(editor, shown.lines[0])
    await talk.cast.join(editor, Role.VIEWER, group=talk.event)
    await carry_imports_on(Ground(talk.cast.database, talk.cast.clock))
    assert len(await talk.guests()) == AT_ONCE
    [draft] = await talk.cast.rows(GuestImport)
    assert draft.stopped == "not_allowed"
    done = ImportDone(group_id=talk.event.id, person_id=editor.id, import_id=draft.id)
    told = await talk.cast.read(lambda s: render(s, "guests_imported", done))
    assert isinstance(told, Notice)
    text = ISOLATES.sub("", Reader("en", "UTC").plain(told.text))
    assert "The list for Cup final was stopped" in text
    assert f"{AT_ONCE} new guests" in text
    [deed] = [one for one in await talk.cast.rows(AuditEntry) if one.action == "import.stopped"]
    assert deed.subject == draft.public_id


async def test_a_ruler_of_all_groups_needs_no_role_for_it(lite: EventTalk) -> None:
    lite.system_admins = {f"telegram:{lite.cast.charlie.sender.address}"}
    rows = "\n".join(f"Guest {number},05{number:08d}" for number in range(AT_ONCE + 20))
    line = f"/import group={lite.event.id}\nName,Phone\n{rows}"
    shown = await lite.say(lite.cast.charlie, line)
    await lite.tap(lite.cast.charlie, shown.lines[0])
    await carry_imports_on(Ground(lite.cast.database, lite.cast.clock), lite.system_admins)
    assert len(await lite.guests()) == AT_ONCE + 20


async def test_the_list_may_be_a_file_or_the_next_message(lite: EventTalk) -> None:
    asked = await lite.say(lite.cast.alice, "/import")
    assert "Whom shall I put on the list of Cup final?" in asked.text
    assert "New: 3" in (await lite.say(lite.cast.alice, LIST)).text
    assert "New: 3" in (await lite.hand_file(lite.cast.alice, LIST.encode(), "/import")).text
    card = b"BEGIN:VCARD\nFN:Dana\nEND:VCARD\n"
    assert "New: 1" in (await lite.hand_file(lite.cast.alice, card, "/bulkinvite")).text


@pytest.mark.attack(52)
async def test_a_file_that_cannot_be_had_or_read_is_refused(lite: EventTalk) -> None:
    for content, code in ((None, "file_not_had"), (b"PK\x03\x04", "file_no_text")):
        heard = await lite.hand_file(lite.cast.alice, content, "/import")
        assert heard.text == words(code, most=20 * 1024)


async def test_cancelling_forgets_the_list(lite: EventTalk) -> None:
    shown = await lite.say(lite.cast.alice, f"/import\n{LIST}")
    heard = await lite.tap(lite.cast.alice, shown.lines[1])
    assert heard.text.startswith("The list for Cup final is forgotten")
    assert await lite.cast.rows(GuestImport) == []
    assert await lite.cast.rows(GuestImportRow) == []


@pytest.mark.attack(17)
async def test_the_list_of_somebody_else_opens_nothing(lite: EventTalk) -> None:
    shown = await lite.say(lite.cast.alice, f"/import\n{LIST}")
    editor = await lite.organiser(Role.EDITOR)
    for who in (lite.cast.charlie, editor):
        assert (await lite.tap(who, shown.lines[0])).text == words("no_such_list")
    viewer = await lite.organiser(Role.VIEWER)
    assert (await lite.say(viewer, f"/import\n{LIST}")).refused
    assert await lite.guests() == []


@pytest.mark.attack(14)
async def test_who_is_no_editor_any_more_puts_nothing_in(lite: EventTalk) -> None:
    editor = await lite.organiser(Role.EDITOR)
    shown = await lite.say(editor, f"/import\n{LIST}")
    await lite.cast.join(editor, Role.VIEWER, group=lite.event)
    assert (await lite.tap(editor, shown.lines[0])).refused
    assert await lite.guests() == []


async def test_a_list_seats_whole_parties_also_where_it_only_says_that_they_come(
    sqlite_cast: Cast,
) -> None:
    talk = await event_talk(sqlite_cast, capacity=3, plus_ones=3)
    await put_guest(sqlite_cast, talk.event, "Zoe", plus_ones=3)
    await put_in(talk, "Name,Plus one,RSVP\nZoe,3,yes\nMax,,yes\n")
    zoe, found = (await talk.guests())[0], await seats_of(talk)
    assert (zoe.status, zoe.party) == (GuestStatus.WAITLISTED, 4)
    assert found <= 3


async def test_a_list_takes_no_more_seats_for_who_is_asked_again(sqlite_cast: Cast) -> None:
    """Another time keeps the seats of all who had said yes; their party is theirs to change."""
    talk = await event_talk(sqlite_cast, capacity=3, plus_ones=3)
    held = {"plus_ones": 1, "held_until": sqlite_cast.now + timedelta(hours=2)}
    await put_guest(sqlite_cast, talk.event, "Zoe", **held)
    await put_guest(sqlite_cast, talk.event, "Max", held_until=held["held_until"])
    assert await seats_of(talk) == 3
    shown = await talk.say(sqlite_cast.alice, "/import\nName,Plus one,Table\nZoe,3,4\n")
    await talk.tap(sqlite_cast.alice, shown.lines[0])
    zoe = (await talk.guests())[0]
    assert (zoe.plus_ones, zoe.seating, await seats_of(talk)) == (1, "4", 3)
    await put_in(talk, "Name,Plus one,RSVP\nZoe,3,yes\n")
    assert await seats_of(talk) <= 3


async def seats_of(talk: EventTalk) -> int:
    return await talk.cast.read(lambda s: seats_taken(s, talk.event.id))
