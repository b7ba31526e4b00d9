"""Who comes and goes, and what the bot hears and sees of it."""

from typing import Any

import pytest

from bot.sandbox.telegram.world import World
from tests.bot.sandbox.client import BOB, CAROL, DANA, ROOM, TOKEN, Client
from tests.bot.sandbox.conftest import Clock

ALL = ["message", "edited_message", "callback_query", "my_chat_member", "chat_member"]
BOT = 1000000001


@pytest.fixture
async def watching(started: Client) -> Client:
    """The bot has asked for membership updates."""
    await started.updates(allowed_updates=ALL)
    return started


def _change(update: dict[str, Any]) -> tuple[int, int, str, str]:
    body = update.get("chat_member") or update["my_chat_member"]
    old, new = body["old_chat_member"], body["new_chat_member"]
    return body["from"]["id"], new["user"]["id"], old["status"], new["status"]


def test_the_first_world_is_as_promised() -> None:
    world = World(TOKEN, Clock())
    assert [(one.first_name, one.label) for one in world.people.values()] == [
        ("Dana", "coach"),
        ("Bob", "parent"),
        ("Carol", "parent"),
    ]
    room = world.room(ROOM)
    assert [(one.user_id, one.status) for one in room.members.values()] == [
        (DANA, "creator"),
        (BOT, "administrator"),
    ]
    assert not any(one.started for one in world.people.values())


async def test_the_bot_hears_how_it_came_in(client: Client) -> None:
    first, second = await client.updates()
    assert _change(first) == (DANA, BOT, "left", "administrator")
    assert first["my_chat_member"]["new_chat_member"]["can_invite_users"] is True
    assert second["message"]["new_chat_members"][0]["id"] == BOT


async def test_an_added_member_is_reported_twice(watching: Client) -> None:
    watching.sandbox.telegram.add_member(ROOM, BOB)
    change, service = await watching.updates()
    assert _change(change) == (DANA, BOB, "left", "member")
    assert service["message"]["new_chat_members"][0]["id"] == BOB


async def test_leaving_and_being_removed_differ_in_the_actor(watching: Client) -> None:
    world = watching.sandbox.telegram
    for user_id, by in ((BOB, None), (CAROL, DANA)):
        world.add_member(ROOM, user_id)
        await watching.updates()
        world.remove_member(ROOM, user_id, by=by)
        service, change = await watching.updates()
        assert _change(change) == (by or user_id, user_id, "member", "left")
        assert service["message"]["left_chat_member"]["id"] == user_id


async def test_a_promotion_is_reported_without_a_service_message(watching: Client) -> None:
    watching.sandbox.telegram.add_member(ROOM, BOB)
    await watching.updates()
    watching.sandbox.telegram.add_member(ROOM, BOB, "administrator")
    [change] = await watching.updates()
    assert _change(change) == (DANA, BOB, "member", "administrator")


async def test_without_being_an_administrator_it_hears_no_changes(watching: Client) -> None:
    watching.sandbox.telegram.set_bot_status(ROOM, "member")
    await watching.updates()
    watching.sandbox.telegram.add_member(ROOM, BOB)
    [service] = await watching.updates()
    assert "new_chat_members" in service["message"]


@pytest.mark.fault(37)
async def test_blocking_is_reported(watching: Client) -> None:
    world = watching.sandbox.telegram
    world.block(DANA)
    world.press_start(DANA)
    blocked, unblocked, start = await watching.updates()
    assert _change(blocked) == (DANA, BOT, "member", "kicked")
    assert _change(unblocked) == (DANA, BOT, "kicked", "member")
    assert start["message"]["text"] == "/start"


async def test_being_thrown_out_is_reported(watching: Client) -> None:
    watching.sandbox.telegram.set_bot_status(ROOM, "kicked")
    [change] = await watching.updates()
    assert _change(change) == (DANA, BOT, "administrator", "kicked")


PRIVACY = [
    ("hello", False),
    ("/start", True),
    ("/start@usher_sandbox_bot", True),
    ("/start@another_bot", False),
    ("say /start", False),
    ("@usher_sandbox_bot hello", False),
]


@pytest.mark.parametrize(("text", "seen"), PRIVACY)
async def test_privacy_mode_hides_ordinary_text(watching: Client, text: str, seen: bool) -> None:
    world = watching.sandbox.telegram
    world.set_bot_status(ROOM, "member")
    await watching.updates()
    world.say(DANA, ROOM, text)
    assert bool(await watching.updates()) is seen


async def test_privacy_mode_lets_replies_to_the_bot_pass(watching: Client) -> None:
    world = watching.sandbox.telegram
    world.set_bot_status(ROOM, "member")
    sent = await watching.call("sendMessage", chat_id=ROOM, text="who comes?")
    await watching.updates()
    world.say(DANA, ROOM, "me", reply_to=sent["message_id"])
    [update] = await watching.updates()
    assert update["message"]["reply_to_message"]["text"] == "who comes?"


async def test_an_administrator_sees_everything(watching: Client) -> None:
    watching.sandbox.telegram.say(DANA, ROOM, "/start@another_bot")
    assert len(await watching.updates()) == 1


@pytest.mark.fault(36)
async def test_a_migration_moves_the_chat(watching: Client) -> None:
    world = watching.sandbox.telegram
    old = world.add_room("Small", owner_id=DANA, kind="group", with_bot=True)
    await watching.updates()
    new = world.migrate(old.id)
    first, second = await watching.updates()
    assert (first["message"]["chat"]["id"], first["message"]["migrate_to_chat_id"]) == (
        old.id,
        new.id,
    )
    assert second["message"]["migrate_from_chat_id"] == old.id
    assert (await watching.call("getChat", chat_id=new.id))["type"] == "supergroup"


@pytest.mark.fault(36)
async def test_the_old_chat_names_the_new_one(watching: Client) -> None:
    world = watching.sandbox.telegram
    old = world.add_room("Small", owner_id=DANA, kind="group", with_bot=True)
    new = world.migrate(old.id)
    url = f"{watching.sandbox.url}/bot{TOKEN}/sendMessage"
    async with watching.http.post(url, json={"chat_id": old.id, "text": "x"}) as answer:
        body = await answer.json()
    assert body["parameters"] == {"migrate_to_chat_id": new.id}
    assert body["description"] == ("Bad Request: group chat was upgraded to a supergroup chat")


@pytest.mark.attack(38)
async def test_an_anonymous_administrator_has_no_face(watching: Client) -> None:
    watching.sandbox.telegram.say_anonymously(ROOM, "/invite")
    [update] = await watching.updates()
    message = update["message"]
    assert (message["from"]["id"], message["sender_chat"]["id"]) == (1087968824, ROOM)


@pytest.mark.attack(42)
async def test_edits_and_forwards_are_marked_as_such(watching: Client) -> None:
    world = watching.sandbox.telegram
    said = world.say(DANA, DANA, "/invit")
    world.edit(DANA, DANA, said.message_id, "/invite")
    world.forward(DANA, DANA, said.message_id, ROOM)
    _, edited, forwarded = await watching.updates()
    assert edited["edited_message"]["text"] == "/invite"
    assert forwarded["message"]["forward_origin"]["sender_user"]["id"] == DANA


async def test_message_numbers_are_per_supergroup(watching: Client) -> None:
    world = watching.sandbox.telegram
    other = world.add_room("Other", owner_id=DANA)
    assert [one.message_id for one in world.messages(other.id)] == [1]
    numbers = [world.say(DANA, DANA, "x").message_id, world.press_start(BOB).message_id]
    assert numbers[1] == numbers[0] + 1


async def test_the_administrators_are_listed(watching: Client) -> None:
    watching.sandbox.telegram.add_member(ROOM, BOB, "administrator")
    watching.sandbox.telegram.add_member(ROOM, CAROL)
    found = await watching.call("getChatAdministrators", chat_id=ROOM)
    assert [(one["user"]["id"], one["status"]) for one in found] == [
        (DANA, "creator"),
        (BOT, "administrator"),
        (BOB, "administrator"),
    ]
    assert await watching.call("getChatMemberCount", chat_id=ROOM) == 4


@pytest.mark.parametrize(
    ("chat_id", "user_id", "status"),
    [
        (ROOM, DANA, "creator"),
        (ROOM, CAROL, "left"),
        (ROOM, BOT, "administrator"),
        (ROOM, 1087968824, "left"),
        (DANA, DANA, "member"),
    ],
)
async def test_a_members_standing_is_told(
    watching: Client, chat_id: int, user_id: int, status: str
) -> None:
    found = await watching.call("getChatMember", chat_id=chat_id, user_id=user_id)
    assert found["status"] == status


async def test_a_restricted_member_is_described(watching: Client) -> None:
    watching.sandbox.telegram.add_member(ROOM, BOB, "restricted", rights={"is_member": True})
    found = await watching.call("getChatMember", chat_id=ROOM, user_id=BOB)
    assert (found["is_member"], found["can_send_messages"]) == (True, False)


async def test_banning_keeps_people_out_until_unbanned(watching: Client) -> None:
    world = watching.sandbox.telegram
    world.set_bot_status(ROOM, "administrator")
    world.add_member(ROOM, BOB)
    link = world.add_link(ROOM, DANA)
    who = {"chat_id": ROOM, "user_id": BOB}
    await watching.call("banChatMember", **who)
    assert world.open_link(BOB, link.url)["opened"] == "refused"
    await watching.call("unbanChatMember", **who)
    assert world.open_link(BOB, link.url)["opened"] == "joined"


async def test_unbanning_removes_somebody_who_is_there(watching: Client) -> None:
    world = watching.sandbox.telegram
    world.set_bot_status(ROOM, "administrator")
    world.add_member(ROOM, BOB)
    who = {"chat_id": ROOM, "user_id": BOB}
    await watching.call("unbanChatMember", **who, only_if_banned=True)
    assert world.room(ROOM).member(BOB).inside
    await watching.call("unbanChatMember", **who)
    assert not world.room(ROOM).member(BOB).inside


@pytest.mark.parametrize(("until", "kept"), [(0, 0), (29, 0), (3600, 3600), (367 * 24 * 3600, 0)])
async def test_a_ban_is_for_ever_outside_its_bounds(
    watching: Client, clock: Clock, until: int, kept: int
) -> None:
    watching.sandbox.telegram.set_bot_status(ROOM, "administrator")
    moment = int(clock()) + until if until else 0
    await watching.call("banChatMember", chat_id=ROOM, user_id=BOB, until_date=moment)
    found = await watching.call("getChatMember", chat_id=ROOM, user_id=BOB)
    assert found["until_date"] == (int(clock()) + kept if kept else 0)


@pytest.mark.parametrize(
    ("user_id", "reason"),
    [
        (DANA, "can't remove chat owner"),
        (CAROL, "user is an administrator of the chat"),
        (BOT, "can't restrict self"),
    ],
)
async def test_some_cannot_be_banned(watching: Client, user_id: int, reason: str) -> None:
    watching.sandbox.telegram.set_bot_status(ROOM, "administrator")
    watching.sandbox.telegram.add_member(ROOM, CAROL, "administrator")
    found = await watching.refusal("banChatMember", chat_id=ROOM, user_id=user_id)
    assert found == f"Bad Request: {reason}"


async def test_banning_needs_the_right(watching: Client) -> None:
    found = await watching.refusal("banChatMember", chat_id=ROOM, user_id=BOB)
    assert found == "Bad Request: not enough rights to restrict/unrestrict chat member"


async def test_the_bot_can_leave(watching: Client) -> None:
    await watching.call("leaveChat", chat_id=ROOM)
    [change] = await watching.updates()
    assert _change(change) == (BOT, BOT, "administrator", "left")


async def test_get_chat_describes_people_and_rooms(watching: Client) -> None:
    dana = await watching.call("getChat", chat_id=DANA)
    room = await watching.call("getChat", chat_id=ROOM)
    assert (dana["active_usernames"], room["title"]) == (["dana"], "Tigers room")


NONSENSE: list[tuple[str, tuple[Any, ...], str]] = [
    ("say", (BOB, ROOM, "x"), "Bob is not in Tigers room."),
    ("say", (DANA, BOB, "x"), "has the id of its own person"),
    ("say", (DANA, DANA, " "), "needs some text"),
    ("say", (DANA, DANA, "x" * 4097), "at most 4096"),
    ("say", (7, 7, "x"), "no person with the id 7"),
    ("say", (DANA, -7, "x"), "no room with the id -7"),
    ("say", (DANA, DANA, "x", 7), "no message 7"),
    ("edit", (BOB, ROOM, 1, "x"), "only edit text of their own"),
    ("add_member", (ROOM, BOB, "creator"), "status is member"),
    ("remove_member", (ROOM, BOB), "Bob is not in"),
    ("ban_member", (ROOM, DANA), "owner"),
    ("migrate", (ROOM,), "Only a basic group"),
    ("unblock", (DANA,), "has not blocked"),
    ("press_start", (DANA, "a=b"), "1 to 64 letters"),
    ("press_start", (DANA, "x" * 65), "1 to 64 letters"),
    ("open_link", (DANA, "https://example.com"), "Only t.me"),
    ("set_bot_status", (ROOM, "creator"), "can't be creator"),
    ("set_bot_status", (ROOM, "administrator", {"can_fly": True}), "can_fly"),
    ("add_person", (" ",), "first name"),
    ("answers", ("7",), "no tap"),
]


@pytest.mark.parametrize(("verb", "arguments", "sentence"), NONSENSE)
def test_nonsense_is_refused_in_a_sentence(
    verb: str, arguments: tuple[Any, ...], sentence: str
) -> None:
    world = World(TOKEN, Clock())
    world.open_link(DANA, "t.me/usher_sandbox_bot")
    with pytest.raises(ValueError, match=sentence):
        getattr(world, verb)(*arguments)
