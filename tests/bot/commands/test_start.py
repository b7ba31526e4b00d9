"""/start: the greeting and the invite card. /help: what the asker may do here, no more, no less."""

from __future__ import annotations

import re

import pytest

from bot.command import Place
from bot.commands import COMMANDS
from core.access import Role
from core.invites.views import InviteView
from tests.bot.commands.talk import OTHER_ROOM, TEAM_ROOM, Heard, Talk, words

ALL = {"start", "help", "newgroup", "groups", "group", "accept", "decline", "ask"}
ALL |= {"language", "timezone", "event", "rsvp"}
PRIVATE = {"email", "answer", "link", "unlink", "mydata", "forgetme", "phone", "blocked"}
PRIVATE |= {"apikey", "stop", "resume"}
PRIVATE |= {"signin"}
PRIVATE_ADMINS = {"bulkinvite"}
PRIVATE_ADMINS = {"bulkinvite", "importroster"}
MEMBERS = {"members", "leave"}
ADMINS = {
    "remind",
    "invite",
    "invites",
    "invitestats",
    "revoke",
    "resend",
    "qr",
    "rename",
    "archive",
    "restore",
}
ADMINS |= {"webhook"}
ADMINS |= {"find", "role", "remove", "undo"}
ADMINS |= {"requests", "drift", "log", "outbox", "drain"}
ADMINS |= {"vouch", "limits", "groupme", "whatsapp", "adopt", "brand"}
ADMINS |= {"mails", "mailroster"}
ADMINS |= {"roster", "addplayer", "assign", "guardian", "terms", "sendcontract", "sign"}
PRIVATE |= {"contracts"}
GUESTS = {"guests", "stats"}
PRIVATE_GUESTS = {"guest", "write"}
EDITORS = {"addguest"}
PRIVATE_EDITORS = {"import", "export", "duplicates", "broadcast"}
OWNERS = {"move", "deletegroup", "transfer"}


def _offered(heard: Heard) -> set[str]:
    return {found[1] for found in re.finditer(r"^/(\w+)", heard.text, re.MULTILINE)}


async def test_start_greets_by_name_and_says_how_to_go_on(talk: Talk) -> None:
    heard = await talk.say(talk.cast.charlie, "/start")
    assert heard.text.startswith("Hello Charlie!")
    assert all(step in heard.text for step in ("/newgroup Tigers", "/invite", "/help"))


async def test_start_shows_who_invites_where_as_what_and_until_when(talk: Talk) -> None:
    made = await talk.cast.invite(role=Role.EDITOR)
    heard = await talk.say(talk.cast.charlie, f"/start j_{made.token}")
    assert "Alice invites you to Tigers." in heard.text
    assert "team" in heard.text
    assert "editor" in heard.text
    assert "23 Nov 2026, 18:30 UTC" in heard.text


async def test_the_card_s_buttons_carry_the_public_id_and_never_the_token(talk: Talk) -> None:
    made = await talk.cast.invite()
    heard = await talk.say(talk.cast.charlie, f"/start j_{made.token}")
    assert heard.lines == [f"/accept {made.public_id}", f"/decline {made.public_id}"]
    assert heard.labels == ["Accept", "Decline"]
    assert made.token not in heard.text


async def test_looking_at_a_card_uses_nothing_and_joins_nobody(talk: Talk) -> None:
    made = await talk.cast.invite()
    await talk.say(talk.cast.charlie, f"/start j_{made.token}")
    assert await talk.cast.role_of(talk.cast.charlie) is None
    assert len(await talk.cast.rows(InviteView)) == 1


async def test_a_member_is_told_so_instead_of_being_asked(talk: Talk) -> None:
    made = await talk.cast.invite()
    heard = await talk.say(talk.cast.bob, f"/start j_{made.token}")
    assert heard.text == "You are already a member of Tigers."
    assert heard.lines == []


async def test_the_note_and_no_end_stand_on_the_card(talk: Talk) -> None:
    made = await talk.say(talk.cast.alice, '/invite ttl=never note="See you at six"')
    payload = made.text.partition("?start=")[2].split()[0]
    heard = await talk.say(talk.cast.charlie, f"/start {payload}")
    assert "Open for as long as you like" in heard.text
    assert "“See you at six”" in heard.text


@pytest.mark.attack(41)
@pytest.mark.parametrize(
    "payload",
    ["x" * 65, "a=b", "ünï✓", "'; DROP TABLE people; --", "q_abc", "%00", "<b>", "group"],
)
async def test_a_payload_that_is_not_ours_gets_friendly_words(talk: Talk, payload: str) -> None:
    before = await talk.everything()
    heard = await talk.say(talk.cast.charlie, f"/start {payload}")
    assert heard.text == words("payload_unknown")
    assert await talk.everything() == before


@pytest.mark.attack(41)
@pytest.mark.parametrize("rest", ["", "x" * 63, "x" * 43, "inv_aaaaaaaa", "ü" * 43])
async def test_an_invite_link_that_opens_nothing_says_whom_to_ask(talk: Talk, rest: str) -> None:
    heard = await talk.say(talk.cast.charlie, f"/start j_{rest}")
    assert heard.text == words("invite_unknown")


async def test_help_shows_a_stranger_how_to_begin_and_nothing_else(talk: Talk) -> None:
    assert _offered(await talk.say(talk.cast.charlie, "/help all")) == ALL | PRIVATE


async def test_help_shows_an_owner_everything_that_works_in_private(talk: Talk) -> None:
    everything = ALL | PRIVATE | MEMBERS | ADMINS | PRIVATE_ADMINS | OWNERS
    everything |= GUESTS | PRIVATE_GUESTS | EDITORS | PRIVATE_EDITORS
    assert _offered(await talk.say(talk.cast.alice, "/help all")) == everything


@pytest.mark.parametrize(
    ("role", "more"),
    [
        (Role.ADMIN, MEMBERS | ADMINS | PRIVATE_ADMINS | EDITORS | PRIVATE_EDITORS),
        (Role.EDITOR, MEMBERS | EDITORS | PRIVATE_EDITORS),
        (Role.MEMBER, MEMBERS),
        (Role.VIEWER, {"leave"}),
    ],
)
async def test_help_follows_the_role(talk: Talk, role: Role, more: set[str]) -> None:
    dana = await talk.cast.somebody(role=role)
    assert (
        _offered(await talk.say(dana, "/help all"))
        == ALL | PRIVATE | GUESTS | PRIVATE_GUESTS | more
    )


async def test_help_in_a_room_tells_of_the_room_s_group(talk: Talk) -> None:
    await talk.cast.bind()
    alice = _offered(await talk.say(talk.cast.alice, "/help all", TEAM_ROOM))
    bob = _offered(await talk.say(talk.cast.bob, "/help all", TEAM_ROOM))
    here = [one for one in COMMANDS if Place.ROOM in one.places]
    assert alice == {one.name for one in here if not one.for_system_admins}
    assert bob == ALL | MEMBERS | GUESTS
    assert _offered(await talk.say(talk.cast.charlie, "/help all", TEAM_ROOM)) == ALL


async def test_a_role_elsewhere_counts_for_nothing_in_a_room_but_for_binding_it(talk: Talk) -> None:
    await talk.cast.group("Lions", owner=talk.cast.charlie)
    await talk.cast.bind()
    assert _offered(await talk.say(talk.cast.charlie, "/help all", TEAM_ROOM)) == ALL | {"bind"}


async def test_help_in_a_room_without_a_group_offers_to_bind_it(talk: Talk) -> None:
    assert _offered(await talk.say(talk.cast.alice, "/help all", OTHER_ROOM)) == ALL | {"bind"}
    assert _offered(await talk.say(talk.cast.bob, "/help all", OTHER_ROOM)) == ALL


async def test_a_system_admin_is_shown_all_of_it(talk: Talk) -> None:
    talk.system_admins.add(talk.cast.charlie.sender.key())
    await talk.cast.bind()
    heard = await talk.say(talk.cast.charlie, "/help all", TEAM_ROOM)
    assert _offered(heard) == {one.name for one in COMMANDS if Place.ROOM in one.places}


async def test_nothing_that_help_offers_is_refused_for_want_of_rights(talk: Talk) -> None:
    await talk.cast.bind()
    talk.runs(talk.cast.bob)
    want = words("not_allowed", group="Tigers", least="admin", permission="").split("may")[0]
    for name in _offered(await talk.say(talk.cast.bob, "/help all", TEAM_ROOM)):
        assert not (await talk.say(talk.cast.bob, f"/{name}", TEAM_ROOM)).text.startswith(want)
