"""Incoming -> unit of work -> Reply: who is answered, once, in which words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.command import Call, Command, Doubt, Incoming, Place, Reply, Room
from bot.command import Outside as AnyOutside
from bot.commands import COMMANDS
from bot.dispatch import Defaults, Dispatcher
from bot.texts import say
from core.errors import Conflict
from core.groups import Group
from core.inbox import Arrival, InboxRow, InboxStatus, keep
from core.people import Identity, Person, Sender
from tests.bot.commands.talk import OTHER_ROOM, TEAM_ROOM, Heard, Outside, Talk, words
from tests.cast import Cast, Somebody


@pytest.fixture
def talk(sqlite_cast: Cast) -> Talk:
    return Talk(sqlite_cast)


async def _kept(talk: Talk) -> int:
    """An update that waits in the inbox."""
    arrival = Arrival("telegram", "7", "1001", {"update_id": 7})
    await talk.cast.write(lambda s: keep(s, [arrival], now=talk.cast.now))
    [row] = await talk.cast.rows(InboxRow)
    return row.id


def _dispatcher(talk: Talk, *commands: Command, defaults: Defaults | None = None) -> Dispatcher:
    return Dispatcher(talk.cast.database, commands, clock=talk.cast.clock, defaults=defaults)


@pytest.mark.fault(43)
async def test_the_same_update_is_brought_about_once(talk: Talk) -> None:
    incoming = replace(
        talk.incoming(talk.cast.charlie, "/newgroup Lions"), inbox_id=await _kept(talk)
    )
    assert await talk.hand_in(incoming) is not None
    assert await talk.hand_in(incoming) is None
    assert [group.name for group in await talk.cast.rows(Group)] == ["Tigers", "Lions"]


async def test_an_update_is_claimed_even_when_it_is_refused(talk: Talk) -> None:
    incoming = replace(talk.incoming(talk.cast.charlie, "/nonsense"), inbox_id=await _kept(talk))
    await talk.hand_in(incoming)
    [row] = await talk.cast.rows(InboxRow)
    assert row.status is InboxStatus.HANDLED


@pytest.mark.fault(4)
async def test_a_bug_in_a_command_leaves_neither_change_nor_claim(talk: Talk) -> None:
    def broken(call: Call) -> Reply:
        call.actor.person.name = "Changed"
        raise RuntimeError("a bug")

    command = Command("break", say("break"), broken)
    incoming = replace(talk.incoming(talk.cast.alice, "/break"), inbox_id=await _kept(talk))
    with pytest.raises(RuntimeError, match="a bug"):
        await _dispatcher(talk, command).handle(incoming, talk.outside)
    [row] = await talk.cast.rows(InboxRow)
    assert row.status is InboxStatus.PENDING
    assert (await talk.cast.rows(Person))[0].name == "Alice"


async def test_a_refusal_undoes_what_the_command_did_before(talk: Talk) -> None:
    def half(call: Call) -> Reply:
        call.actor.person.timezone = "Europe/Berlin"
        call.session.flush()
        raise Conflict("room_taken")

    dispatcher = _dispatcher(talk, Command("half", say("half"), half))
    answer = await dispatcher.handle(talk.incoming(talk.cast.alice, "/half"), talk.outside)
    assert answer is not None
    assert Heard(answer).text == words("room_taken")
    assert (await talk.cast.rows(Person))[0].timezone is None


async def test_the_apology_blames_us_and_asks_to_try_again(talk: Talk) -> None:
    incoming = talk.incoming(talk.cast.alice, "/help")
    heard = Heard(_dispatcher(talk).apologise(incoming))
    assert heard.text == words("busy")
    assert "Traceback" not in heard.html


@pytest.mark.parametrize("line", ["hello", "see /help", "", "/frobnicate", "🎉", "/help-me"])
async def test_what_people_say_to_each_other_in_a_room_is_left_alone(talk: Talk, line: str) -> None:
    assert await talk.is_ignored(talk.cast.charlie, line, TEAM_ROOM)


async def test_an_unknown_command_to_us_by_name_is_answered_in_a_room(talk: Talk) -> None:
    heard = await talk.say(talk.cast.bob, "/frobnicate@usher_bot", TEAM_ROOM, addressed=True)
    assert heard.text == "I don't know /frobnicate. /help shows what you can do."


@pytest.mark.parametrize("line", ["/help", "/help@usher_bot", "/HELP", "/help me now"])
async def test_a_command_is_answered_in_rooms_and_in_private(talk: Talk, line: str) -> None:
    assert not (await talk.say(talk.cast.bob, line)).refused
    assert not (await talk.say(talk.cast.bob, line, OTHER_ROOM)).refused


@pytest.mark.attack(42)
@pytest.mark.attack(38)
@pytest.mark.parametrize("doubt", Doubt)
@pytest.mark.parametrize("room", [None, TEAM_ROOM])
async def test_a_doubtful_command_is_answered_but_never_carried_out(
    talk: Talk, doubt: Doubt, room: Room | None
) -> None:
    before = await talk.everything(but=frozenset())
    heard = await talk.say(talk.cast.alice, "/newgroup Lions", room, doubt=doubt)
    assert heard.text == words(doubt.value)
    assert await talk.everything(but=frozenset()) == before


@pytest.mark.attack(38)
async def test_an_anonymous_admin_binds_nothing_and_is_not_looked_up(talk: Talk) -> None:
    class Closed(Outside):
        async def runs_room(self, room: Room, sender: Sender) -> bool:
            raise AssertionError("somebody asked")

    talk.outside = Closed()
    heard = await talk.say(talk.cast.alice, "/bind", TEAM_ROOM, doubt=Doubt.ANONYMOUS)
    assert heard.text == words("anonymous")


async def test_correcting_a_typing_mistake_is_nobody_s_business(talk: Talk) -> None:
    assert await talk.is_ignored(talk.cast.bob, "hello there", doubt=Doubt.EDITED)
    assert await talk.is_ignored(talk.cast.bob, "hello there", TEAM_ROOM, doubt=Doubt.FORWARDED)


async def test_a_newcomer_is_met_with_their_first_word(talk: Talk) -> None:
    dana = Somebody(0, replace(talk.cast.charlie.sender, address="9", name="Da\u202ena"))
    await talk.say(dana, "/start")
    assert [one.name for one in await talk.cast.rows(Person)][-1] == "Dana"
    assert (await talk.cast.rows(Identity))[-1].reachable


async def test_a_word_in_a_room_does_not_mean_that_we_may_write_in_private(talk: Talk) -> None:
    dana = Somebody(0, replace(talk.cast.charlie.sender, address="9", name="Dana"))
    await talk.say(dana, "/help", TEAM_ROOM)
    assert not (await talk.cast.rows(Identity))[-1].reachable


@pytest.mark.attack(47)
@pytest.mark.parametrize("name", ["\ud800", "\0", "\u202e", "", " \u200b "])
async def test_a_name_that_cannot_be_shown_is_replaced(talk_everywhere: Talk, name: str) -> None:
    talk = talk_everywhere
    nobody = Somebody(0, replace(talk.cast.charlie.sender, address="9", name=name, username=None))
    heard = await talk.say(nobody, "/start")
    assert heard.text.startswith("Hello telegram 9!")


@pytest.fixture
def talk_everywhere(cast: Cast) -> Talk:
    return Talk(cast)


async def test_times_are_told_in_the_default_zone_until_one_is_chosen(talk: Talk) -> None:
    talk.defaults = Defaults("en", "America/New_York")
    heard = await talk.say(talk.cast.alice, "/invite")
    assert "13:30 America/New_York" in heard.text


async def test_an_unknown_language_reads_the_default_one(talk: Talk) -> None:
    dana = Somebody(0, replace(talk.cast.charlie.sender, address="9", locale="tlh-Latn-x-q"))
    heard = await talk.say(dana, "/start")
    assert heard.answer.reader.locale == "en"


async def test_a_system_admin_is_known_by_the_settings_alone(talk: Talk) -> None:
    made = await talk.cast.invite()
    line = f"/revoke {made.public_id}"
    assert (await talk.say(talk.cast.charlie, line)).refused
    talk.system_admins.add("telegram:1003")
    assert not (await talk.say(talk.cast.charlie, line)).refused


async def test_prepare_asks_the_outside_before_the_unit_of_work(talk: Talk) -> None:
    async def look(outside: AnyOutside, incoming: Incoming) -> object:
        return incoming.sender.name

    def tell(call: Call) -> Reply:
        return Reply(say("Hello {name}! I bring people into groups.", name=str(call.prepared)))

    dispatcher = _dispatcher(talk, Command("who", say("who"), tell, prepare=look))
    answer = await dispatcher.handle(talk.incoming(talk.cast.bob, "/who"), talk.outside)
    assert answer is not None
    assert "Bob" in Heard(answer).text


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_command_fits_into_telegram_s_menu(command: Command) -> None:
    assert 1 <= len(command.name) <= 32
    assert 1 <= len(command.summary.msgid) <= 256
    assert command.places <= set(Place)


def test_no_two_commands_have_one_name() -> None:
    names = [command.name for command in COMMANDS]
    assert len(set(names)) == len(names)
