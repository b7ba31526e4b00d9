"""/guests, /guest and /addguest: the list, its cards, changes with a way back, and who may."""

from __future__ import annotations

import pytest

from core.access import Role
from core.audit import AuditEntry
from core.guests import GuestStatus
from tests.bot.commands.guest_talk import EventTalk, event_talk
from tests.bot.commands.talk import TEAM_ROOM, Talk, words
from tests.cast import Cast
from tests.core.eventing import put_guest


@pytest.fixture
async def talk(sqlite_cast: Cast) -> EventTalk:
    return await event_talk(sqlite_cast, region="IL", plus_ones=2)


async def test_a_guest_is_added_as_people_write_them_down(talk: EventTalk) -> None:
    heard = await talk.say(
        talk.cast.alice, "/addguest Dana Levi, 050-1111111, dana@x.org, +1 side=bride table=4"
    )
    assert "Dana Levi is on the list." in heard.text
    assert "Phone: +972501111111" in heard.text
    [guest] = await talk.guests()
    assert (guest.first_name, guest.last_name, guest.phone_key) == ("Dana", "Levi", "+972501111111")
    assert (guest.side, guest.seating, guest.plus_ones) == ("bride", "4", 1)
    assert guest.added_by_id == talk.cast.alice.id


async def test_somebody_of_the_same_name_is_added_only_when_one_is_sure(talk: EventTalk) -> None:
    await talk.say(talk.cast.alice, "/addguest Dana Levi")
    again = await talk.say(talk.cast.alice, "/addguest dana lévi 0501111111")
    assert again.text == words("guest_exists", guest="Dana Levi", event="Cup final")
    assert not (await talk.say(talk.cast.alice, "/addguest dana levi sure=yes")).refused
    assert len(await talk.guests()) == 2


async def test_a_number_that_is_none_is_refused_with_its_reason(talk: EventTalk) -> None:
    heard = await talk.say(talk.cast.alice, "/addguest Dana phone=12")
    assert heard.text == words("phone_unreadable", phone="12")
    assert await talk.guests() == []


async def test_the_list_has_ten_a_page_and_a_button_for_each(talk: EventTalk) -> None:
    for number in range(12):
        await put_guest(talk.cast, talk.event, f"Guest {number}", plus_ones=number % 2)
    heard = await talk.say(talk.cast.alice, "/guests")
    assert heard.text.startswith("Cup final – 12 guests\n1. ○ Guest 0\n2. ○ Guest 1 +1\n")
    assert heard.labels[:10] == [str(n) for n in range(1, 11)]
    following = next(line for line in heard.lines if "after=" in line)
    assert "1. ○ Guest 10" in (await talk.tap(talk.cast.alice, following)).text


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("/guests status=yes", ["Omer"]),
        ("/guests status=pending", ["Dana", "Noa"]),
        ("/guests side=Bride", ["Dana", "Omer"]),
        ("/guests noa", ["Noa"]),
        ("/guests 0521", ["Noa"]),
        ("/guests by=alice", ["Omer"]),
        ("/guests by=me status=yes", ["Omer"]),
        ("/guests noa@", ["Noa"]),
    ],
)
async def test_the_list_is_narrowed(talk: EventTalk, line: str, found: list[str]) -> None:
    cast, event = talk.cast, talk.event
    await put_guest(cast, event, "Dana", side="bride")
    coming = {"status": GuestStatus.CONFIRMED, "added_by_id": cast.alice.id}
    await put_guest(cast, event, "Omer", side="bride", **coming)
    await put_guest(cast, event, "Noa", phone_key="+972521111111", email="noa@x.org")
    heard = await talk.say(cast.alice, line)
    rows = [row.split(" ")[2] for row in heard.text.splitlines() if row[:1].isdigit()]
    assert rows == found


@pytest.mark.attack(58)
@pytest.mark.parametrize("text", ["%", "_", "100%", "'; DROP TABLE guests", "%@"])
async def test_signs_of_sql_find_nobody_by_themselves(talk: EventTalk, text: str) -> None:
    await put_guest(talk.cast, talk.event, "Dana", email="dana@x.org")
    heard = await talk.say(talk.cast.alice, f'/guests "{text}" side=none')
    assert heard.text == "Nobody on the list of Cup final is like that."


async def test_a_card_changes_what_its_buttons_say_and_takes_it_back(talk: EventTalk) -> None:
    await talk.say(talk.cast.alice, "/addguest Dana")
    [guest] = await talk.guests()
    card = await talk.say(talk.cast.alice, f"/guest {guest.id}")
    changed = await talk.tap(talk.cast.alice, card.lines[0])
    assert changed.text.startswith("Dana – coming")
    undo = next(line for line in changed.lines if line.startswith("/undo"))
    assert "1 guest of Cup final is as before" in (await talk.tap(talk.cast.alice, undo)).text
    assert [one.status for one in await talk.guests()] == [GuestStatus.INVITED]
    assert (await talk.tap(talk.cast.alice, undo)).text == words("undo_done")


async def test_fields_are_set_by_name_and_emptied_by_a_dash(talk: EventTalk) -> None:
    await talk.say(talk.cast.alice, "/addguest Dana Levi notes=shy")
    [guest] = await talk.guests()
    line = f'/guest {guest.id} last=Cohen household="The Cohens" notes=- phone=0501111111'
    heard = await talk.say(talk.cast.alice, line)
    assert "Dana Cohen" in heard.text
    assert "Household: The Cohens" in heard.text
    [guest] = await talk.guests()
    assert (guest.name, guest.notes, guest.phone) == ("Dana Cohen", None, "+972501111111")


async def test_a_removed_guest_comes_back_on_undo(talk: EventTalk) -> None:
    await talk.say(talk.cast.alice, "/addguest Dana")
    [guest] = await talk.guests()
    heard = await talk.say(talk.cast.alice, f"/guest {guest.id} off")
    assert heard.text == "Dana is off the list of Cup final."
    assert await talk.guests() == []
    await talk.tap(talk.cast.alice, heard.lines[0])
    assert [one.name for one in await talk.guests()] == ["Dana"]


async def test_undo_is_over_after_ten_minutes(talk: EventTalk) -> None:
    await talk.say(talk.cast.alice, "/addguest Dana")
    [guest] = await talk.guests()
    heard = await talk.say(talk.cast.alice, f"/guest {guest.id} off")
    talk.cast.clock.advance(minutes=11)
    assert (await talk.tap(talk.cast.alice, heard.lines[0])).refused


async def test_many_are_changed_at_once_and_those_changed_since_stay(talk: EventTalk) -> None:
    for name in ("Dana", "Omer", "Noa"):
        await put_guest(talk.cast, talk.event, name, side="groom" if name == "Noa" else "bride")
    heard = await talk.say(talk.cast.alice, '/guests side=bride set="table=4"')
    assert heard.text == "2 guests are changed."
    assert [one.seating for one in await talk.guests()] == ["4", "4", None]
    dana = (await talk.guests())[0]
    await talk.say(talk.cast.alice, f"/guest {dana.id} table=5")
    undone = await talk.tap(talk.cast.alice, heard.lines[0])
    assert "1 was changed since and stays as it is." in undone.text
    assert [one.seating for one in await talk.guests()] == ["5", None, None]


async def test_a_crowd_is_changed_only_when_one_is_sure(talk: EventTalk) -> None:
    for number in range(51):
        await put_guest(talk.cast, talk.event, f"Guest {number}")
    heard = await talk.say(talk.cast.alice, "/guests set=removed")
    assert heard.text == words("guests_too_many_unsure", count=51)
    heard = await talk.say(talk.cast.alice, "/guests set=removed sure=yes")
    assert heard.text == "51 guests are off the list."
    await talk.tap(talk.cast.alice, heard.lines[0])
    assert len(await talk.guests()) == 51


async def test_whoever_an_organiser_says_comes_waits_when_all_seats_are_taken(
    sqlite_cast: Cast,
) -> None:
    talk = await event_talk(sqlite_cast, capacity=1)
    await talk.say(talk.cast.alice, "/addguest Dana status=yes")
    await talk.say(talk.cast.alice, "/addguest Omer")
    omer = (await talk.guests())[1]
    heard = await talk.say(talk.cast.alice, f"/guest {omer.id} status=yes")
    assert "All seats are taken, so they are on the waitlist." in heard.text
    assert [one.status.value for one in await talk.guests()] == ["confirmed", "waitlisted"]


async def test_a_viewer_sees_and_an_editor_edits(talk: EventTalk) -> None:
    await talk.say(talk.cast.alice, "/addguest Dana")
    [guest] = await talk.guests()
    viewer, editor = await talk.organiser(Role.VIEWER), await talk.organiser(Role.EDITOR)
    for line in ("/guests", f"/guest {guest.id}"):
        assert "Dana" in (await talk.say(viewer, line)).text
    edits = (f"/guest {guest.id} table=1", f"/guest {guest.id} off", '/guests set="table=2"')
    for line in (*edits, "/addguest Omer"):
        heard = await talk.say(viewer, line)
        assert "needs the role editor" in heard.text or heard.refused
    assert not (await talk.say(editor, edits[0])).refused


@pytest.mark.attack(17)
@pytest.mark.parametrize("line", ["/guests", "/guest {id}", "/guest {id} off", "/addguest Omer"])
async def test_charlie_learns_nothing_of_the_list(talk: EventTalk, line: str) -> None:
    await talk.say(talk.cast.alice, "/addguest Dana")
    [guest] = await talk.guests()
    before = await talk.everything()
    asked = f"{line.format(id=guest.id)} group={talk.event.id}"
    assert (await talk.say(talk.cast.charlie, asked)).text == words("group_unknown")
    assert await talk.everything() == before


@pytest.mark.attack(17)
async def test_a_guest_of_another_event_is_nobody_here(talk: EventTalk) -> None:
    other = await event_talk(talk.cast)
    number = await put_guest(talk.cast, other.event, "Dana")
    for tail in ("", " table=3", " off"):
        line = f"/guest {number}{tail} group={talk.event.id}"
        assert (await talk.say(talk.cast.alice, line)).text == words("guest_unknown")


@pytest.mark.attack(44)
@pytest.mark.attack(45)
async def test_a_name_neither_marks_up_nor_turns_the_list_round(talk: EventTalk) -> None:
    await talk.say(talk.cast.alice, "/addguest <b>Da\u202ena</b>")
    heard = await talk.say(talk.cast.alice, "/guests")
    assert "&lt;b&gt;Dana&lt;/b&gt;" in heard.html
    assert "\u202e" not in heard.text


async def test_a_teams_room_speaks_of_its_event(sqlite_cast: Cast) -> None:
    talk = await event_talk(sqlite_cast)
    await talk.cast.bind()
    assert (await talk.say(talk.cast.alice, "/guests", TEAM_ROOM)).text == words(
        "no_event", group="Tigers"
    )
    await talk.cast.write(lambda s: setattr(talk.event(s), "parent_id", talk.cast.tigers.id))
    assert "Nobody is on the list" in (await talk.say(talk.cast.alice, "/guests", TEAM_ROOM)).text


async def test_each_change_is_written_down(talk: EventTalk) -> None:
    await talk.say(talk.cast.alice, "/addguest Dana")
    [guest] = await talk.guests()
    await talk.say(talk.cast.alice, f"/guest {guest.id} table=1")
    await talk.say(talk.cast.alice, f"/guest {guest.id} off")
    deeds = [one.action for one in await talk.cast.rows(AuditEntry) if one.action[:5] == "guest"]
    assert deeds == ["guest.added", "guest.edited", "guest.removed"]


async def test_an_event_that_was_founded_as_a_group_has_a_list(sqlite_cast: Cast) -> None:
    talk = Talk(sqlite_cast)
    await talk.say(sqlite_cast.alice, "/newgroup event Wedding")
    added = await talk.say(sqlite_cast.alice, "/addguest Dana Levi")
    assert added.text.startswith("Dana Levi is on the list.")
    assert "Wedding – 1 guest" in (await talk.say(sqlite_cast.alice, "/guests")).text
