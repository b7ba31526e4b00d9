"""/roster, /addplayer, /assign and /guardian: players as those see them who run the club."""

from __future__ import annotations

import pytest

from core.access import Role
from core.rosters.players import Guardian, Player
from tests.bot.commands.talk import TEAM_ROOM, Heard, Talk, words
from tests.core.rostering import add, set_terms, sign, told

MIA = '/addplayer Mia Levi guardian="Dana Levi, dana@example.org"'


async def code_of(talk: Talk, name: str = "Mia Levi") -> str:
    return next(one.public_id for one in await talk.cast.rows(Player) if one.name == name)


async def card(talk: Talk, name: str = "Mia Levi") -> Heard:
    return await talk.say(talk.cast.alice, f"/roster {await code_of(talk, name)}")


async def test_a_player_is_added_with_their_guardians(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, f'{MIA} second="Omer, +1 202 555 0143"')
    assert "Mia Levi is on the roster." in heard.text
    assert "1. Dana Levi – dana@example.org" in heard.text
    assert "2. Omer – +12025550143" in heard.text


async def test_the_roster_lists_ten_a_page_with_their_contracts(talk: Talk) -> None:
    for number in range(11):
        await add(talk.cast, f"Player {number:02}")
    await sign(talk.cast, await code_of(talk, "Player 00"))
    heard = await talk.say(talk.cast.alice, "/roster")
    assert "10 not signed\n1 signed" in heard.text
    assert "• Player 00 – Tigers – signed …" in heard.text
    assert "Player 10" not in heard.text
    assert "Player 10" in (await talk.tap(talk.cast.alice, heard.lines[-1])).text


async def test_a_part_of_a_name_finds_them(talk: Talk) -> None:
    await add(talk.cast, "Mia Levi")
    await add(talk.cast, "Noa Cohen")
    heard = await talk.say(talk.cast.alice, "/roster LEV")
    assert ("Mia" in heard.text, "Noa" in heard.text) == (True, False)
    assert "called Zoe" in (await talk.say(talk.cast.alice, "/roster Zoe")).text


async def test_an_empty_roster_says_how_to_fill_it(talk: Talk) -> None:
    assert "/addplayer Mia Levi" in (await talk.say(talk.cast.alice, "/roster")).text


async def test_in_a_room_no_address_is_shown(talk: Talk) -> None:
    await talk.cast.bind()
    await talk.say(talk.cast.alice, MIA.replace("dana@", "mum@"), TEAM_ROOM)
    heard = await talk.say(talk.cast.alice, f"/roster {await code_of(talk)}", TEAM_ROOM)
    assert ("Dana Levi" in heard.text, "mum@" in heard.text) == (True, False)


async def test_the_same_name_twice_needs_an_initial(talk: Talk) -> None:
    await talk.say(talk.cast.alice, "/addplayer Mia Levi")
    heard = await talk.say(talk.cast.alice, "/addplayer mia  LEVI")
    assert heard.text == words("player_there", player="mia LEVI", group="Tigers")


async def test_the_card_offers_what_can_be_done_now(talk: Talk) -> None:
    await add(talk.cast)
    before = await card(talk)
    assert before.labels == ["Send the contract", "Sign for the club", "Team…", "Take them off"]
    await talk.tap(talk.cast.alice, before.lines[1])
    assert (await card(talk)).labels == ["Welcome again", "Team…", "Void the contract"]


async def test_a_contract_is_sent_from_the_card(talk: Talk) -> None:
    await set_terms(talk.cast)
    await talk.say(talk.cast.alice, MIA)
    heard = await talk.tap(talk.cast.alice, (await card(talk)).lines[0])
    assert "Mia Levi’s guardians get the contract to sign." in heard.text
    await told(talk.cast)
    told_of = "• a contract to sign by e-mail dana@example.org: waits"
    assert told_of in (await card(talk)).text


async def test_to_void_and_to_take_off_are_asked_about_first(talk: Talk) -> None:
    await add(talk.cast)
    await sign(talk.cast, await code_of(talk))
    asked = await talk.tap(talk.cast.alice, (await card(talk)).lines[-1])
    assert asked.labels == ["Void it", "Leave it"]
    assert "is void." in (await talk.tap(talk.cast.alice, asked.lines[0])).text
    asked = await talk.tap(talk.cast.alice, (await card(talk)).lines[-1])
    await talk.tap(talk.cast.alice, asked.lines[0])
    assert await talk.cast.rows(Player) == []


async def test_who_has_signed_is_not_taken_off(talk: Talk) -> None:
    await add(talk.cast)
    await sign(talk.cast, await code_of(talk))
    line = f"/roster remove {await code_of(talk)} sure=yes"
    heard = await talk.tap(talk.cast.alice, line)
    assert heard.text == words("contract_counts", player="Mia Levi")


async def test_the_welcome_can_be_sent_again(talk: Talk) -> None:
    await talk.say(talk.cast.alice, MIA)
    await sign(talk.cast, await code_of(talk))
    heard = await talk.tap(talk.cast.alice, (await card(talk)).lines[0])
    assert "get the welcome once more" in heard.text
    assert [row[0] for row in await told(talk.cast)] == ["contract_signed", "contract_signed"]


async def test_a_team_is_chosen_by_a_button(talk: Talk) -> None:
    await add(talk.cast)
    lions = await talk.cast.group("Lions")
    asked = await talk.say(talk.cast.alice, f"/assign {await code_of(talk)}")
    assert asked.labels == ["Lions"]
    heard = await talk.tap(talk.cast.alice, asked.lines[0])
    assert "Mia Levi is in Lions now." in heard.text
    assert [row.group_id for row in await talk.cast.rows(Player)] == [lions.id]


async def test_a_team_may_be_typed(talk: Talk) -> None:
    await add(talk.cast)
    await talk.cast.group("Lions")
    await talk.say(talk.cast.alice, "/group Tigers")
    assert "is in Lions now" in (await talk.say(talk.cast.alice, "/assign Mia to Lions")).text
    again = await talk.say(talk.cast.alice, f"/assign {await code_of(talk)} to Lions")
    assert "is in Lions already" in again.text


async def test_a_player_may_be_added_to_a_team_by_its_name(talk: Talk) -> None:
    lions = await talk.cast.group("Lions")
    await talk.say(talk.cast.alice, "/addplayer Mia Levi team=Lions")
    assert [row.group_id for row in await talk.cast.rows(Player)] == [lions.id]


async def test_a_guardian_is_written_down_changed_and_taken_off(talk: Talk) -> None:
    await add(talk.cast)
    alice = talk.cast.alice
    await talk.say(alice, '/guardian "Mia Levi" Dana, dana@example.org')
    await talk.say(alice, f"/guardian {await code_of(talk)} 2 Omer, omer@example.org")
    await talk.say(alice, f"/guardian {await code_of(talk)} 1 Dana, new@example.org")
    rows = await talk.cast.rows(Guardian)
    assert [(row.place, row.email) for row in rows] == [
        (1, "new@example.org"),
        (2, "omer@example.org"),
    ]
    await talk.say(alice, f"/guardian {await code_of(talk)} 2 remove")
    assert len(await talk.cast.rows(Guardian)) == 1


async def test_several_of_that_name_are_told_apart_by_their_team(talk: Talk) -> None:
    cubs = await talk.cast.group("Cubs", parent=talk.cast.tigers)
    await add(talk.cast, "Mia Levi")
    await add(talk.cast, "Mia Levi", group=cubs)
    await talk.say(talk.cast.alice, "/group Tigers")
    asked = await talk.say(talk.cast.alice, "/sign Mia Levi")
    assert asked.labels == ["Mia Levi – Tigers", "Mia Levi – Cubs"]
    assert "is signed" in (await talk.tap(talk.cast.alice, asked.lines[1])).text


@pytest.mark.parametrize(
    "line",
    [
        "/roster {code}",
        "/roster send {code}",
        "/roster void {code} sure=yes",
        "/roster remove {code} sure=yes",
        "/roster welcome {code}",
        "/assign {code} to Tigers",
        "/guardian {code} Charlie, @charlie",
        "/sign {code}",
        "/sendcontract {code}",
    ],
)
async def test_an_outsider_finds_no_player_by_their_id(talk: Talk, line: str) -> None:
    await set_terms(talk.cast)
    await add(talk.cast)
    before = await talk.everything()
    heard = await talk.tap(talk.cast.charlie, line.format(code=await code_of(talk)))
    assert heard.text == words("player_unknown")
    assert await talk.everything() == before


@pytest.mark.parametrize("role", [Role.MEMBER, Role.EDITOR])
async def test_the_roster_is_for_those_who_run_the_group(talk: Talk, role: Role) -> None:
    await add(talk.cast)
    dana = await talk.cast.somebody(role=role)
    for line in ("/roster", f"/roster {await code_of(talk)}", "/sign Mia", "/terms Be fair"):
        heard = await talk.say(dana, line)
        assert (heard.refused, "Levi" in heard.text) == (True, False)
