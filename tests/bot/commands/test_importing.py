"""/importroster: pasted, attached or said next; shown first, taken over on a tap."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.command import Attachment
from bot.dispatch import Defaults
from bot.ground import Ground
from bot.importing import import_rosters
from bot.notices import Notice, render
from bot.texts import Reader
from core.facts import read_fact
from core.outbox import OutboxEvent
from core.rosters.players import Guardian, Player
from tests.bot.commands.talk import ISOLATES, Heard, Talk, words
from tests.bot.commands.test_bulk import FileOutside, table

LIST = "Player,Parent,Email,Signed\nMia Levi,Dana,dana@example.org,yes\nNoa\n=cmd(),Dana,dana@\n"
FILE = Attachment("file-1", "roster.csv", 99)


async def work(talk: Talk) -> None:
    """What the worker does once it is asked for."""
    await import_rosters(Ground(talk.cast.database, talk.cast.clock), ())


async def send(talk: Talk, caption: str) -> Heard:
    talk.outside = outside = FileOutside()
    outside.content = LIST.encode()
    incoming = replace(talk.incoming(talk.cast.alice, caption), attachment=FILE)
    answer = await talk.hand_in(incoming)
    assert answer is not None
    return Heard(answer)


@pytest.mark.attack(51)
async def test_a_list_is_shown_before_anything_changes(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, f"/importroster\n{LIST}")
    assert "New: 2\nNot taken: 1\nThe club signs 1 contract." in heard.text
    assert heard.labels == ["Take over 2 players", "Cancel"]
    assert table(heard)[1:] == [["4", "'=cmd(), Dana, dana@", "no e-mail address that I can read"]]
    assert await talk.cast.rows(Player) == []


async def test_a_tap_takes_it_over_and_the_author_hears_of_the_end(talk: Talk) -> None:
    shown = await talk.say(talk.cast.alice, f"/importroster\n{LIST}")
    begun = await talk.tap(talk.cast.alice, shown.lines[0])
    assert "Tigers: ░░░░░░░░░░ 0 of 2 rows are done." in begun.text
    await work(talk)
    done = "The list for Tigers is done: 2 rows.\nAdded: 2\nContracts signed: 1"
    assert (await talk.tap(talk.cast.alice, begun.lines[0])).text == done
    event = (await talk.cast.rows(OutboxEvent))[-1]
    fact = read_fact(event.event_type, event.payload)
    notice = await talk.cast.read(lambda s: render(s, "roster_imported", fact))
    assert isinstance(notice, Notice)
    assert ISOLATES.sub("", Reader("en", "UTC").plain(notice.text)) == done


@pytest.mark.attack(56)
async def test_the_same_list_again_has_nothing_to_do(talk: Talk) -> None:
    shown = await talk.say(talk.cast.alice, f"/importroster\n{LIST}")
    await talk.tap(talk.cast.alice, shown.lines[0])
    assert (await talk.tap(talk.cast.alice, shown.lines[0])).text == words(
        "roster_asked", group="Tigers"
    )
    await work(talk)
    again = await talk.say(talk.cast.alice, f"/importroster\n{LIST}")
    assert "Nothing on it is new." in again.text
    assert again.lines == []


@pytest.mark.parametrize("caption", ["/importroster", "/roster"])
async def test_the_list_may_be_a_file(talk: Talk, caption: str) -> None:
    assert "New: 2" in (await send(talk, caption)).text


async def test_the_list_may_be_the_next_message(talk: Talk) -> None:
    asked = await talk.say(talk.cast.alice, "/importroster")
    assert "Who is on the roster of Tigers?" in asked.text
    assert "New: 2" in (await talk.say(talk.cast.alice, LIST)).text
    assert (await talk.say(talk.cast.alice, "thanks")).text == words("no_command")


async def test_what_is_said_much_later_is_no_list(talk: Talk) -> None:
    await talk.say(talk.cast.alice, "/importroster")
    talk.cast.clock.advance(minutes=11)
    assert (await talk.say(talk.cast.alice, LIST)).text == words("no_command")


async def test_cancelling_forgets_the_list(talk: Talk) -> None:
    shown = await talk.say(talk.cast.alice, f"/importroster\n{LIST}")
    assert "is forgotten" in (await talk.tap(talk.cast.alice, shown.lines[1])).text
    assert (await talk.tap(talk.cast.alice, shown.lines[0])).text == words("no_such_roster")


async def test_columns_that_mean_nothing_are_named(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/importroster\nPlayer,Shoe size\nMia,36")
    assert "I took nothing from these columns: Shoe size" in heard.text


async def test_without_a_list_there_is_no_status(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/importroster status")
    assert "no list for Tigers yet" in heard.text


@pytest.mark.parametrize(
    "line", [f"/importroster\n{LIST}", "/importroster", "/importroster status"]
)
async def test_an_outsider_and_a_member_import_nothing(talk: Talk, line: str) -> None:
    for who in (talk.cast.charlie, talk.cast.bob):
        before = await talk.everything()
        assert (await talk.say(who, f"/importroster{line}")).refused
        assert await talk.everything() == before


async def test_an_outsider_acts_on_no_list_of_others(talk: Talk) -> None:
    shown = await talk.say(talk.cast.alice, f"/importroster\n{LIST}")
    for line in shown.lines:
        assert (await talk.tap(talk.cast.charlie, line)).text == words("no_such_roster")


async def test_a_file_without_a_word_is_the_list_that_was_asked_for(talk: Talk) -> None:
    await talk.say(talk.cast.alice, "/importroster")
    heard = await send(talk, "/bulkinvite")  # as a file is called that comes without a caption
    assert heard.labels == ["Take over 2 players", "Cancel"]


async def test_a_number_in_a_file_is_dialled_where_the_club_is(talk: Talk) -> None:
    talk.outside = outside = FileOutside()
    outside.content = b"Player,Parent,Phone\nMia,Dana,050-123 4567\n"
    talk.defaults = Defaults(region="IL")
    incoming = replace(talk.incoming(talk.cast.alice, "/importroster"), attachment=FILE)
    answer = await talk.hand_in(incoming)
    assert answer is not None
    await talk.tap(talk.cast.alice, Heard(answer).lines[0])
    await work(talk)
    assert [row.phone for row in await talk.cast.rows(Guardian)] == ["+972501234567"]


async def test_a_file_that_is_no_list_is_refused_with_its_reason(talk: Talk) -> None:
    talk.outside = outside = FileOutside()
    outside.content = b"BEGIN:VCARD\r\nFN:Dana\r\nEND:VCARD\r\n"
    incoming = replace(talk.incoming(talk.cast.alice, "/importroster"), attachment=FILE)
    answer = await talk.hand_in(incoming)
    assert answer is not None
    assert Heard(answer).text == words("roster_of_cards")
