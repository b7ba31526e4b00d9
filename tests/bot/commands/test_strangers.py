"""Charlie, the outsider, and whatever he tries: clear words, no data shown, no trace left."""

from __future__ import annotations

import pytest

from bot.commands import COMMANDS
from core.access import Role
from tests.bot.commands.talk import OTHER_ROOM, TEAM_ROOM, Talk, words

GUARDED = sorted(command.name for command in COMMANDS if command.permission)
NEEDS_A_GROUP = [
    "members",
    "leave",
    "invite",
    "invites",
    "invitestats",
    "archive",
    "restore",
    "deletegroup",
    "requests",
    "drift",
    "outbox",
    "drain",
    "limits",
    "log",
    "webhook",
    "brand",
    "mails",
    "mailroster",
    "remind",
    "guests",
    "stats",
    "roster",
    "terms",
]
NEEDS_MORE = {
    "rename": "rename Lions",
    "move": "move to root",
    "find": "find Bob",
    "role": "role Bob editor",
    "remove": "remove Bob",
    "transfer": "transfer Bob",
    "addguest": "addguest Omer",
    "addplayer": "addplayer Mia",
    "assign": "assign Mia",
    "guardian": "guardian Mia",
    "sign": "sign Mia",
    "sendcontract": "sendcontract Mia",
}
# About one invite, which they name.
NEEDS_AN_INVITE = ("revoke", "resend", "qr", "adopt")
# Tried where they are: /vouch in test_proving, /bulkinvite in test_bulk.
# In private only, so tried with the guests' own tests.
OF_GUESTS = ("guest", "broadcast", "write", "import", "export", "duplicates")
LISTS = ("bulkinvite", "importroster", *OF_GUESTS)
OTHERS = ("groupme", "whatsapp", "undo", "bind", "unbind", "vouch", *LISTS)
NEEDS_A_GROUP_TOO = [*NEEDS_A_GROUP, *NEEDS_MORE.values()]


def test_every_guarded_command_is_tried_below() -> None:
    assert set(GUARDED) == {*NEEDS_A_GROUP, *NEEDS_MORE, *NEEDS_AN_INVITE, *OTHERS}


@pytest.mark.parametrize("name", NEEDS_A_GROUP_TOO)
async def test_without_a_group_charlie_is_told_how_to_get_one(talk: Talk, name: str) -> None:
    before = await talk.everything()
    assert (await talk.say(talk.cast.charlie, f"/{name}")).text == words("no_group")
    assert await talk.everything() == before


@pytest.mark.attack(40)
@pytest.mark.parametrize("name", NEEDS_A_GROUP_TOO)
async def test_the_number_of_a_group_of_others_opens_nothing(talk: Talk, name: str) -> None:
    before = await talk.everything()
    forged = f"/{name} group={talk.cast.tigers.id}"
    missing = f"/{name} group=999999"
    assert (await talk.tap(talk.cast.charlie, forged)).text == words("group_unknown")
    assert (await talk.tap(talk.cast.charlie, missing)).text == words("group_unknown")
    assert await talk.everything() == before


@pytest.mark.attack(43)
@pytest.mark.parametrize("name", [*NEEDS_A_GROUP_TOO, "unbind"])
async def test_in_the_room_of_others_charlie_learns_nothing(talk: Talk, name: str) -> None:
    await talk.cast.bind()
    before = await talk.everything()
    heard = await talk.say(talk.cast.charlie, f"/{name}", TEAM_ROOM)
    assert heard.text == words("group_unknown")
    assert heard.refused
    assert await talk.everything() == before


@pytest.mark.attack(22)
@pytest.mark.parametrize(
    "name",
    [
        "invite",
        "invites",
        "invitestats",
        *(f"{name} inv_aaaaaaaa" for name in NEEDS_AN_INVITE),
        "unbind",
        "requests",
        "drift",
        "outbox",
        "drain",
        "log",
        "brand",
        "mails",
        "mailroster",
        "roster",
        "terms",
        *NEEDS_MORE.values(),
    ],
)
async def test_a_viewer_may_do_none_of_the_admins_things(talk: Talk, name: str) -> None:
    await talk.cast.bind()
    dana = await talk.cast.somebody(role=Role.VIEWER)
    before = await talk.everything()
    assert (await talk.say(dana, f"/{name}", TEAM_ROOM)).refused
    assert await talk.everything() == before


@pytest.mark.attack(22)
async def test_a_group_of_his_own_opens_no_other(talk: Talk) -> None:
    await talk.cast.group("Lions", owner=talk.cast.charlie)
    made = await talk.cast.invite()
    by_id = [f"/{name} {made.public_id}" for name in NEEDS_AN_INVITE]
    for line in (f"/invites group={talk.cast.tigers.id}", *by_id):
        heard = await talk.say(talk.cast.charlie, line)
        assert heard.refused
        assert "Tigers" not in heard.text


@pytest.mark.attack(22)
async def test_what_others_changed_can_be_undone_by_no_stranger(talk: Talk) -> None:
    changed = await talk.say(talk.cast.alice, "/role bob editor")
    before = await talk.everything()
    for line in (changed.lines[0], "/undo und_aaaaaaaa"):
        assert (await talk.tap(talk.cast.charlie, line)).text == words("undo_unknown")
    assert await talk.everything() == before


async def test_who_left_is_a_stranger_again(talk: Talk) -> None:
    await talk.say(talk.cast.bob, "/leave")
    heard = await talk.say(talk.cast.bob, f"/members group={talk.cast.tigers.id}")
    assert heard.text == words("group_unknown")


@pytest.mark.attack(43)
@pytest.mark.parametrize("who", ["alice", "bob", "charlie"])
@pytest.mark.parametrize("line", [*NEEDS_A_GROUP_TOO, "unbind"])
async def test_a_room_of_no_group_is_shown_nothing_whoever_asks(
    talk: Talk, line: str, who: str
) -> None:
    before = await talk.everything()
    heard = await talk.say(getattr(talk.cast, who), f"/{line}", OTHER_ROOM)
    assert heard.text == words("room_unbound")
    assert await talk.everything() == before


@pytest.mark.attack(43)
async def test_an_unknown_room_is_shown_no_data(talk: Talk) -> None:
    heard = await talk.say(talk.cast.charlie, "/help", OTHER_ROOM)
    assert "Tigers" not in heard.text.replace("/newgroup Tigers", "")
