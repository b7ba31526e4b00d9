"""/broadcast and /write: previewed, confirmed, called back, sent once, and followed to its end."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.broadcast_letters import render_letter
from bot.broadcasting import carry_broadcasts_on
from bot.dispatch import Defaults
from bot.ground import Ground
from bot.notices import Notice
from bot.texts import Reader
from core.access import Role
from core.broadcasts import Broadcast, BroadcastState
from core.broadcasts import sending as broadcast_sending
from core.broadcasts.sending import expand_next
from core.deliveries import Delivery, DeliveryStatus
from core.events import Event
from core.facts.broadcasts import BroadcastSent
from core.guests import GuestStatus
from core.guests.links import GuestLink
from core.people import mark_unreachable
from tests.bot.commands.guest_talk import EventTalk, event_talk
from tests.bot.commands.talk import ISOLATES, Heard, words
from tests.cast import Cast
from tests.core.eventing import put_guest

ALL = frozenset({"telegram", "whatsapp", "email"})
BATCH = 60


@pytest.fixture
async def talk(cast: Cast) -> EventTalk:
    return await three_ways(cast)


@pytest.fixture
async def lite(sqlite_cast: Cast) -> EventTalk:
    return await three_ways(sqlite_cast)


async def three_ways(cast: Cast) -> EventTalk:
    """Bob on Telegram, Dana by phone, Noa by e-mail, and Gil, whom nothing reaches."""
    talk = await event_talk(cast, region="IL")
    talk.defaults = Defaults(channels=ALL, public_url="https://usher.example")
    await talk.say(cast.bob, "/start")
    coming = {"status": GuestStatus.CONFIRMED}
    await put_guest(cast, talk.event, "Bob", person_id=cast.bob.id, **coming)
    await put_guest(cast, talk.event, "Dana", last_name="Levi", phone="+972501111111", side="bride")
    await put_guest(cast, talk.event, "Noa", email="noa@x.org", **coming)
    await put_guest(cast, talk.event, "Gil")
    return talk


async def send(talk: EventTalk, line: str) -> Heard:
    shown = await talk.say(talk.cast.alice, line)
    return await talk.tap(talk.cast.alice, shown.lines[0])


async def pass_a_minute(talk: EventTalk) -> None:
    talk.cast.clock.advance(seconds=61)
    await carry_broadcasts_on(Ground(talk.cast.database, talk.cast.clock))


async def settle(talk: EventTalk, status: DeliveryStatus, **where: str) -> None:
    statement = update(Delivery).where(Delivery.kind == "announcement").values(status=status)
    await talk.cast.write(lambda s: s.execute(statement.filter_by(**where)))


async def places(talk: EventTalk) -> list[tuple[str, str]]:
    rows = [one for one in await talk.cast.rows(Delivery) if one.kind == "announcement"]
    return [(one.channel, one.address) for one in rows]


async def read_by(talk: EventTalk, channel: str, address: str) -> str:
    """The letter as it is sent there."""

    def unit(s: Session) -> Notice | None:
        found = s.scalars(select(Broadcast).order_by(Broadcast.id.desc())).first()
        assert found is not None
        fact = BroadcastSent(group_id=found.group_id, broadcast_id=found.id)
        return render_letter(s, fact, channel=channel, address=address, now=talk.cast.now)

    notice = await talk.cast.write(unit)
    assert notice is not None
    return ISOLATES.sub("", Reader("en", "UTC").plain(notice.text))


async def test_a_preview_says_to_how_many_by_which_channel(talk: EventTalk) -> None:
    heard = await talk.say(talk.cast.alice, "/broadcast to=all See you at six")
    assert "Cup final – Alice writes:\nSee you at six" in heard.text
    assert "Goes to 3 people: 1 Telegram, 1 WhatsApp, 1 e-mail\n1 can't be reached" in heard.text
    assert heard.labels == ["Send to 3 people", "Test to me", "Who?", "Cancel"]
    named = await talk.tap(talk.cast.alice, heard.lines[2])
    assert "• Dana Levi – WhatsApp" in named.text
    assert "• Gil – can't be reached" in named.text
    assert await places(talk) == []


@pytest.mark.parametrize(
    ("to", "count"),
    [("coming", 2), ("silent", 1), ("silent side=bride", 1), ("declined", 0), ("owner", 0)],
)
async def test_an_audience_is_chosen_by_answer_side_and_role(
    lite: EventTalk, to: str, count: int
) -> None:
    heard = await lite.say(lite.cast.alice, f"/broadcast to={to} Hello")
    told = "Goes to 1 person" if count == 1 else f"Goes to {count} people"
    assert told in heard.text


async def test_a_group_is_written_to_without_its_author_and_with_those_below(
    lite: EventTalk,
) -> None:
    cubs = await lite.cast.group("Cubs", parent=lite.cast.tigers)
    await lite.say(await lite.cast.somebody("Vera", role=Role.MEMBER, group=cubs), "/start")
    line = f"/broadcast to=all group={lite.cast.tigers.id} Hello"
    assert "Goes to 1 person: 1 Telegram" in (await lite.say(lite.cast.alice, line)).text
    heard = await lite.say(lite.cast.alice, f"{line} tree=yes")
    assert "Goes to 2 people: 2 Telegram" in heard.text


async def test_it_goes_out_after_a_minute_and_once(talk: EventTalk) -> None:
    heard = await send(talk, "/broadcast to=all Hello")
    assert "It goes out in 60 seconds." in heard.text
    assert await places(talk) == []
    await pass_a_minute(talk)
    await pass_a_minute(talk)
    told = [("telegram", "1002"), ("whatsapp", "+972501111111"), ("email", "noa@x.org")]
    assert await places(talk) == told


async def test_within_the_minute_it_can_be_called_back(talk: EventTalk) -> None:
    heard = await send(talk, "/broadcast to=all Hello")
    back = await talk.tap(talk.cast.alice, heard.lines[0])
    assert back.text == "Called back: nothing was sent."
    await pass_a_minute(talk)
    assert await places(talk) == []


async def test_what_is_not_sent_yet_is_stopped(lite: EventTalk) -> None:
    heard = await send(lite, "/broadcast to=all Hello")
    await pass_a_minute(lite)
    await settle(lite, DeliveryStatus.SENT, channel="telegram")
    stopped = await lite.tap(lite.cast.alice, heard.lines[0])
    assert stopped.text == "Stopped: 2 messages are not sent."
    assert (await lite.tap(lite.cast.alice, heard.lines[0])).text == words("broadcast_over")


async def test_a_crowd_is_written_to_only_when_the_number_is_typed(lite: EventTalk) -> None:
    for number in range(60):
        await put_guest(lite.cast, lite.event, f"Guest {number}", email=f"g{number}@x.org")
    shown = await lite.say(lite.cast.alice, "/broadcast to=all Hello")
    assert "That is a crowd." in shown.text
    code = shown.lines[0].split()[-1]
    heard = await lite.say(lite.cast.alice, f"/broadcast send {code}")
    assert heard.text == words("broadcast_unsure", count=63)
    assert not (await lite.say(lite.cast.alice, f"/broadcast send {code} 63")).refused


async def test_more_names_than_fit_are_in_a_file_and_the_lost_come_first(lite: EventTalk) -> None:
    for number in range(60):
        await put_guest(lite.cast, lite.event, f"Guest {number}", email=f"g{number}@x.org")
    shown = await lite.say(lite.cast.alice, "/broadcast to=all Hello")
    named = await lite.tap(lite.cast.alice, shown.lines[1])
    assert named.text.startswith("Whom it goes to\n• Gil – can't be reached\n• Bob – Telegram")
    assert named.text.endswith("and 14 more, in the file")
    document = named.answer.reply.document
    assert document is not None
    rows = list(csv.reader(io.StringIO(document.content.decode("utf-8-sig"))))
    assert rows[:2] == [["name", "channel"], ["Gil", "not reached"]]
    assert len(rows) == 65


async def test_each_reads_their_own_name_and_link(talk: EventTalk) -> None:
    await send(talk, "/broadcast to=all Dear {first} ({name}): {event}, {link}")
    await pass_a_minute(talk)
    dana = await read_by(talk, "whatsapp", "+972501111111")
    noa = await read_by(talk, "email", "noa@x.org")
    assert "Dear Dana (Dana Levi): Cup final, https://usher.example/r/" in dana
    assert dana.rpartition("/r/")[2] != noa.rpartition("/r/")[2]
    assert len(await talk.cast.rows(GuestLink)) == 2


@pytest.mark.attack(44)
async def test_a_text_marks_nothing_up(lite: EventTalk) -> None:
    heard = await lite.say(lite.cast.alice, "/broadcast to=all <b>Big</b> &amp; bold\u202e")
    assert "&lt;b&gt;Big&lt;/b&gt; &amp;amp; bold" in heard.html


async def test_what_came_of_it_is_told_and_tabled(talk: EventTalk) -> None:
    heard = await send(talk, "/broadcast to=all Hello")
    await pass_a_minute(talk)
    await settle(talk, DeliveryStatus.READ, channel="telegram")
    await settle(talk, DeliveryStatus.FAILED, channel="whatsapp")
    await settle(talk, DeliveryStatus.SENT, channel="email")
    await pass_a_minute(talk)
    [found] = await talk.cast.rows(Broadcast)
    assert found.state is BroadcastState.DONE
    shown = await talk.tap(talk.cast.alice, heard.lines[1])
    assert "To Cup final: done\nsent: 1\nread: 1\nrefused: 1\ncould not be reached: 1" in shown.text
    table = await talk.tap(talk.cast.alice, f"/broadcast table {found.public_id}")
    document = table.answer.reply.document
    assert document is not None
    rows = list(csv.reader(io.StringIO(document.content.decode("utf-8-sig"))))
    assert [row[:3] for row in rows[1:]] == [
        ["Bob", "telegram", "read"],
        ["Dana Levi", "whatsapp", "refused"],
        ["Noa", "email", "sent"],
        ["Gil", "", "not reached"],
    ]


async def test_whom_it_did_not_reach_is_tried_by_another_channel(talk: EventTalk) -> None:
    await talk.say(talk.cast.alice, "/guest 2 email=dana@x.org")
    await send(talk, "/broadcast to=all Hello")
    await pass_a_minute(talk)
    await settle(talk, DeliveryStatus.SENT)
    await settle(talk, DeliveryStatus.FAILED, channel="whatsapp")
    await pass_a_minute(talk)
    [found] = await talk.cast.rows(Broadcast)
    again = await talk.tap(talk.cast.alice, f"/broadcast retry {found.public_id}")
    assert "Goes to 1 person: 1 e-mail\n1 can't be reached" in again.text
    sent = await talk.tap(talk.cast.alice, again.lines[0])
    assert not sent.refused
    await pass_a_minute(talk)
    assert (await places(talk))[-1] == ("email", "dana@x.org")


async def test_who_blocked_us_is_written_to_elsewhere(lite: EventTalk) -> None:
    gone = {"platform": "telegram", "address": "1002", "reason": "blocked"}
    await lite.cast.write(lambda s: mark_unreachable(s, **gone))
    heard = await lite.say(lite.cast.alice, "/broadcast to=all Hello")
    assert "Goes to 2 people: 1 WhatsApp, 1 e-mail\n2 can't be reached" in heard.text


async def test_a_broadcast_that_stopped_midway_goes_on_and_repeats_nobody(
    talk: EventTalk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcast_sending, "AT_ONCE", BATCH)
    for number in range(BATCH):
        await put_guest(talk.cast, talk.event, f"Guest {number}", email=f"g{number}@x.org")
    shown = await talk.say(talk.cast.alice, "/broadcast to=all Hello")
    code = shown.lines[0].split()[-1]
    await talk.say(talk.cast.alice, f"/broadcast send {code} {BATCH + 3}")
    late = talk.cast.clock.advance(seconds=61)

    def die(s: Session) -> None:
        expand_next(s, spacing={}, now=late)
        raise RuntimeError("killed before the commit")

    await talk.cast.write(lambda s: expand_next(s, spacing={}, now=late))
    with pytest.raises(RuntimeError):
        await talk.cast.write(die)
    await pass_a_minute(talk)
    found = await places(talk)
    assert len(found) == len(set(found)) == BATCH + 3


async def test_one_guest_is_written_to_by_a_viewer(talk: EventTalk) -> None:
    viewer = await talk.organiser(Role.VIEWER)
    assert "To write to them: /write 2" in (await talk.say(viewer, "/guest 2")).text
    heard = await talk.say(viewer, "/write 2 Welcome!\nBring a friend")
    assert "Your words to Dana Levi are on their way." in heard.text
    assert await places(talk) == [("whatsapp", "+972501111111")]
    letter = await read_by(talk, "whatsapp", "+972501111111")
    assert letter == "Cup final – Vera writes:\nWelcome!\nBring a friend"
    assert (await talk.say(viewer, "/write 4 Hello")).text == words("guest_out_of_reach")


@pytest.mark.attack(17)
async def test_charlie_and_a_viewer_write_to_no_crowd(lite: EventTalk) -> None:
    shown = await lite.say(lite.cast.alice, "/broadcast to=all Hello")
    viewer, before = await lite.organiser(Role.VIEWER), await lite.everything()
    asked = f"/broadcast to=all group={lite.event.id} Hello"
    assert (await lite.say(lite.cast.charlie, asked)).text == words("group_unknown")
    assert (await lite.say(viewer, "/broadcast to=all Hello")).refused
    written = f"/write 2 Hello group={lite.event.id}"
    assert (await lite.say(lite.cast.charlie, written)).text == words("group_unknown")
    for who in (viewer, lite.cast.charlie):
        for line in (*shown.lines, shown.lines[0].replace("send", "table")):
            assert (await lite.tap(who, line)).text == words("broadcast_unknown")
    assert await lite.everything() == before


async def test_the_event_says_who_may_broadcast(lite: EventTalk) -> None:
    viewer = await lite.organiser(Role.VIEWER)
    statement = update(Event).values(broadcast_role=Role.VIEWER)
    await lite.cast.write(lambda s: s.execute(statement))
    assert not (await lite.say(viewer, "/broadcast to=all Hello")).refused


@pytest.mark.attack(14)
async def test_who_may_not_any_more_sends_nothing(lite: EventTalk) -> None:
    editor = await lite.organiser(Role.EDITOR)
    shown = await lite.say(editor, "/broadcast to=all Hello")
    await lite.cast.join(editor, Role.VIEWER, group=lite.event)
    assert (await lite.tap(editor, shown.lines[0])).refused


async def test_a_draft_is_forgotten_after_a_day(lite: EventTalk) -> None:
    shown = await lite.say(lite.cast.alice, "/broadcast to=all Hello")
    lite.cast.clock.advance(hours=25)
    assert (await lite.tap(lite.cast.alice, shown.lines[0])).text == words("broadcast_unknown")


async def test_whom_the_last_one_missed_is_written_to_anew(talk: EventTalk) -> None:
    await talk.say(talk.cast.alice, "/guest 2 email=dana@x.org")
    asked = "/broadcast to=undelivered Did you get it?"
    none_yet = await talk.say(talk.cast.alice, asked)
    assert none_yet.text == words("broadcast_none_yet", group="Cup final")
    await send(talk, "/broadcast to=all Hello")
    await pass_a_minute(talk)
    await settle(talk, DeliveryStatus.SENT)
    await settle(talk, DeliveryStatus.FAILED, channel="whatsapp")
    await pass_a_minute(talk)
    [first] = await talk.cast.rows(Broadcast)
    for line in (asked, f"{asked} of={first.public_id}"):
        again = await talk.say(talk.cast.alice, line)
        assert "To: those whom an earlier broadcast did not reach" in again.text
        assert "Goes to 1 person: 1 e-mail\n1 can't be reached" in again.text
    await talk.tap(talk.cast.alice, again.lines[0])
    await pass_a_minute(talk)
    assert (await places(talk))[-1] == ("email", "dana@x.org")


async def test_what_perhaps_arrived_or_was_called_back_is_told_apart(lite: EventTalk) -> None:
    heard = await send(lite, "/broadcast to=all Hello")
    await pass_a_minute(lite)
    await settle(lite, DeliveryStatus.UNCERTAIN, channel="telegram")
    await lite.tap(lite.cast.alice, heard.lines[0])
    again = await lite.say(lite.cast.alice, "/broadcast to=undelivered Hello again")
    assert "Goes to 2 people: 1 WhatsApp, 1 e-mail\n1 can't be reached" in again.text


@pytest.mark.attack(17)
async def test_the_broadcast_of_another_group_names_nobody_here(lite: EventTalk) -> None:
    await send(lite, "/broadcast to=all Hello")
    await pass_a_minute(lite)
    [first] = await lite.cast.rows(Broadcast)
    asked = f"/broadcast to=undelivered of={first.public_id} group={lite.cast.tigers.id} Hello"
    assert (await lite.say(lite.cast.alice, asked)).text == words("broadcast_unknown")


@pytest.mark.parametrize(
    ("to", "told"),
    [
        ("silent side=bride", "To: guests of Cup final, no answer yet, side bride"),
        ("coach group={tigers}", "To: whoever is admin in Tigers"),
        ("all tree=yes group={tigers}", "To: members of Tigers and in the groups below"),
    ],
)
async def test_the_preview_says_whom_it_understood(lite: EventTalk, to: str, told: str) -> None:
    line = f"/broadcast to={to.format(tigers=lite.cast.tigers.id)} Hello"
    assert told in (await lite.say(lite.cast.alice, line)).text
    assert "undelivered" in (await lite.say(lite.cast.alice, "/broadcast to=nobody Hello")).text


async def test_the_author_s_own_test_shows_where_the_link_will_be(lite: EventTalk) -> None:
    shown = await lite.say(lite.cast.alice, "/broadcast to=all Answer here: {link}")
    tested = await lite.tap(lite.cast.alice, shown.lines[1])
    assert tested.text.endswith("Answer here: https://usher.example/r/…")
    assert await lite.cast.rows(GuestLink) == []


@pytest.mark.attack(14)
async def test_who_loses_the_right_midway_writes_to_nobody_more(
    talk: EventTalk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcast_sending, "AT_ONCE", BATCH)
    for number in range(BATCH):
        await put_guest(talk.cast, talk.event, f"Guest {number}", email=f"g{number}@x.org")
    editor = await talk.organiser(Role.EDITOR)
    shown = await talk.say(editor, "/broadcast to=all Hello")
    await talk.say(editor, f"/broadcast send {shown.lines[0].split()[-1]} {BATCH + 3}")
    late = talk.cast.clock.advance(seconds=61)
    await talk.cast.write(lambda s: expand_next(s, spacing={}, now=late))
    await talk.cast.join(editor, Role.VIEWER, group=talk.event)
    await pass_a_minute(talk)
    [found] = await talk.cast.rows(Broadcast)
    assert (found.state, found.stopped) == (BroadcastState.CANCELLED, "not_allowed")
    rows = [one for one in await talk.cast.rows(Delivery) if one.kind == "announcement"]
    assert {one.status for one in rows} == {DeliveryStatus.CANCELLED}
    told = await talk.say(talk.cast.alice, f"/broadcast show {found.public_id}")
    assert "It was stopped, since you may not write to them any more." in told.text
