"""The play API, its events, and who may use it."""

import asyncio
import json
from typing import Any

import pytest

from bot.sandbox import stream
from bot.sandbox.server import Sandbox
from bot.sandbox.telegram import changes
from tests.bot.sandbox.client import BOB, CAROL, DANA, ROOM, TOKEN, Client


async def test_the_state_shows_the_whole_world(client: Client) -> None:
    state = await client.look("state")
    assert state["bot"]["username"] == "usher_sandbox_bot"
    assert [one["first_name"] for one in state["people"]] == ["Dana", "Bob", "Carol"]
    room, *private = state["chats"]
    assert (room["members"], room["bot_status"]) == (
        [{"user_id": DANA, "status": "creator"}],
        "administrator",
    )
    assert [one["title"] for one in private] == ["Dana", "Bob", "Carol"]
    assert state["limits"] is False


async def test_people_and_rooms_are_added(client: Client) -> None:
    noa = await client.play("people", first_name="Noa", username="noa", label="parent")
    room = await client.play("rooms", title="Lions", owner_id=noa["id"])
    assert room["bot_status"] == "member"
    alone = await client.play("rooms", title="Bears", owner_id=noa["id"], with_bot=False)
    assert alone["bot_status"] == "left"


async def test_members_come_and_go(client: Client) -> None:
    members = f"rooms/{ROOM}/members"
    await client.play(members, user_id=BOB)
    await client.play(members, user_id=CAROL, status="administrator", rights=["can_invite_users"])
    await client.play(f"{members}/{BOB}/remove", by=DANA)
    room = await client.play(f"{members}/{CAROL}/ban")
    standing = {one["user_id"]: one["status"] for one in room["members"]}
    assert standing == {DANA: "creator", BOB: "left", CAROL: "kicked"}


async def test_the_bot_is_promoted_and_the_room_migrates(client: Client) -> None:
    room = await client.play("rooms", title="Small", owner_id=DANA, kind="group")
    path = f"rooms/{room['id']}"
    room = await client.play(
        f"{path}/bot", status="administrator", rights={"can_invite_users": True}
    )
    assert room["bot_status"] == "administrator"
    assert (await client.play(f"{path}/migrate"))["type"] == "supergroup"


async def test_people_talk(client: Client) -> None:
    said = await client.play("messages", user_id=DANA, chat_id=ROOM, text="a <b> & t.me/x")
    assert said["html"] == 'a &lt;b&gt; &amp; <a href="https://t.me/x">t.me/x</a>'
    place = {"user_id": DANA, "chat_id": ROOM, "message_id": said["message_id"]}
    edited = await client.play("messages/edit", **place, text="b")
    assert (edited["text"], edited["edit_date"]) == ("b", edited["date"])
    reply = await client.play(
        "messages", user_id=DANA, chat_id=ROOM, text="c", reply_to=said["message_id"]
    )
    assert reply["reply_to"] == said["message_id"]
    anonymous = await client.play("anonymous", chat_id=ROOM, text="d")
    assert anonymous["sender_chat_id"] == ROOM


async def test_messages_are_passed_on(client: Client) -> None:
    said = await client.play("messages", user_id=DANA, chat_id=ROOM, text="hi")
    passed_on = await client.play(
        "messages/forward",
        user_id=DANA,
        from_chat_id=ROOM,
        message_id=said["message_id"],
        to_chat_id=DANA,
    )
    assert (passed_on["text"], passed_on["forwarded_from"]) == ("hi", DANA)


async def test_people_start_block_and_unblock(client: Client) -> None:
    assert (await client.play("start", user_id=BOB, payload="j_x"))["text"] == "/start j_x"
    assert (await client.play("block", user_id=BOB))["blocked"] is True
    assert (await client.play("unblock", user_id=BOB))["blocked"] is False
    opened = await client.play("links", user_id=CAROL, url="t.me/usher_sandbox_bot?start=j_y")
    assert opened == {"opened": "private", "chat_id": CAROL}


async def test_service_messages_read_as_in_the_apps(client: Client) -> None:
    world = client.sandbox.telegram
    world.open_link(BOB, world.add_link(ROOM, DANA).url)
    world.remove_member(ROOM, BOB)
    world.add_member(ROOM, CAROL)
    world.remove_member(ROOM, CAROL, by=DANA)
    shown = (await client.look("state"))["messages"][str(ROOM)]
    assert [one["service"] for one in shown] == [
        "Dana created the group",
        "Dana added Usher",
        "Bob joined the group",
        "Bob left the group",
        "Dana added Carol",
        "Dana removed Carol",
    ]


async def test_a_reset_brings_the_first_world_back(started: Client) -> None:
    await started.play("people", first_name="Noa")
    await started.play("faults", method="getMe", status=500)
    state = await started.play("reset")
    assert [one["first_name"] for one in state["people"]] == ["Dana", "Bob", "Carol"]
    assert [chat["title"] for chat in state["chats"] if chat["type"] != "private"] == [
        "Tigers room"
    ]
    assert (await started.call("getMe"))["id"] == 1000000001


async def test_nobody_gets_the_number_of_somebody_from_before(started: Client) -> None:
    before = await started.look("state")
    after = await started.play("reset")
    for kind in ("people", "chats"):
        assert {one["id"] for one in before[kind]}.isdisjoint(one["id"] for one in after[kind])


async def test_another_era_has_other_numbers() -> None:
    first, second = Sandbox(TOKEN), Sandbox(TOKEN, era=1000)
    assert first.telegram.people.keys().isdisjoint(second.telegram.people)
    assert first.telegram.rooms.keys().isdisjoint(second.telegram.rooms)


BAD = [
    ("people", b"{", "The body must be JSON."),
    ("people", b"[]", "The body must be a JSON object."),
    ("people", b"{}", "first_name is missing."),
    ("people", b'{"first_name": 1}', "first_name must be a string."),
    ("people", b'{"first_name": "D", "username": "dana"}', "The username @dana is taken."),
    ("rooms", b'{"title": "X", "owner_id": true}', "owner_id must be a whole number."),
    ("rooms", b'{"title": "X", "owner_id": 7}', "There is no person with the id 7."),
    ("start", b"{}", "user_id is missing."),
    ("limits", b'{"enabled": "yes"}', "enabled must be true or false."),
    (
        f"rooms/{ROOM}/bot",
        b'{"status": "member", "rights": 1}',
        "rights must be an object or a list.",
    ),
    ("rooms/-5/migrate", b"", "There is no room with the id -5."),
]


@pytest.mark.parametrize(("path", "body", "sentence"), BAD)
async def test_nonsense_gets_a_sentence(
    client: Client, path: str, body: bytes, sentence: str
) -> None:
    async with client.http.post(f"{client.sandbox.url}/play/{path}", data=body) as answer:
        assert (answer.status, await answer.json()) == (400, {"error": sentence})


async def _events(client: Client, count: int, **headers: str) -> list[dict[str, Any]]:
    """The next events of the stream, checked for their ids."""
    found: list[dict[str, Any]] = []
    url = f"{client.sandbox.url}/play/events?since=0"
    async with client.http.get(url, headers=headers) as answer:
        assert answer.content_type == "text/event-stream"
        number = ""
        while len(found) < count:
            line = (await answer.content.readline()).decode().strip()
            if line.startswith("id: "):
                number = line.removeprefix("id: ")
            if line.startswith("data: "):
                found.append(json.loads(line.removeprefix("data: ")))
                assert found[-1]["seq"] == int(number)
    return found


async def test_the_stream_tells_what_was_and_what_comes(client: Client) -> None:
    seq = client.sandbox.telegram.changes.seq
    reading = asyncio.create_task(_events(client, seq + 2))
    client.sandbox.telegram.press_start(DANA)
    events = await reading
    assert [event["seq"] for event in events] == list(range(1, seq + 3))
    assert (events[-2]["type"], events[-1]["type"]) == ("person", "message")
    assert events[-1]["html"] == "/start"


async def test_a_reconnected_stream_goes_on(client: Client) -> None:
    seq = client.sandbox.telegram.changes.seq
    client.sandbox.telegram.press_start(DANA)
    [event] = await _events(client, 1, **{"Last-Event-ID": str(seq)})
    assert (event["seq"], event["type"]) == (seq + 1, "person")


async def test_a_tap_and_its_answer_are_events(started: Client) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
    sent = await started.call("sendMessage", chat_id=DANA, text="?", reply_markup=keyboard)
    tapped = await started.play(
        "taps", user_id=DANA, chat_id=DANA, message_id=sent["message_id"], data="y"
    )
    seq = started.sandbox.telegram.changes.seq
    number = tapped["callback_query_id"]
    await started.call("answerCallbackQuery", callback_query_id=number, text="thanks")
    [event] = await _events(started, 1, **{"Last-Event-ID": str(seq)})
    assert (event["type"], event["text"], event["user_id"]) == ("answer", "thanks", DANA)


async def test_deletions_and_menus_are_events(started: Client) -> None:
    sent = await started.call("sendMessage", chat_id=DANA, text="x")
    seq = started.sandbox.telegram.changes.seq
    await started.call("deleteMessage", chat_id=DANA, message_id=sent["message_id"])
    commands = [{"command": "a", "description": "b"}]
    await started.call("setMyCommands", commands=commands)
    deleted, menus = await _events(started, 2, **{"Last-Event-ID": str(seq)})
    assert (deleted["type"], deleted["message_id"]) == ("message_deleted", sent["message_id"])
    assert menus["commands"]["101:101"] == commands


async def test_forgotten_events_ask_for_a_reload(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "REMEMBERED", 3)
    log = changes.Changes()
    for n in range(5):
        log.publish("message", number=n)
    assert [event["type"] for event in log.since(1)] == ["reset"]
    assert [event["seq"] for event in log.since(2)] == [3, 4, 5]


async def test_a_quiet_stream_has_a_heartbeat(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_S", 0.01)
    async with client.http.get(f"{client.sandbox.url}/play/events") as answer:
        assert await answer.content.readuntil(b"still here\n\n")


@pytest.mark.parametrize("path", ["play/state", f"bot{TOKEN}/getMe", ""])
@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Origin", "https://evil.example"),
        ("Origin", "null"),
        ("Origin", "http://127.0.0.1:1"),
        ("Host", "evil.example"),
    ],
)
async def test_foreign_pages_are_kept_out(
    client: Client, path: str, header: str, value: str
) -> None:
    url = f"{client.sandbox.url}/{path}"
    async with client.http.get(url, headers={header: value}) as answer:
        assert answer.status == 403


async def test_its_own_page_may_play(client: Client) -> None:
    headers = {"Origin": client.sandbox.url}
    url = f"{client.sandbox.url}/play/start"
    async with client.http.post(url, json={"user_id": DANA}, headers=headers) as answer:
        assert answer.status == 200


async def test_the_page_is_served_under_a_strict_policy(client: Client) -> None:
    async with client.http.get(client.sandbox.url + "/") as answer:
        assert answer.content_type == "text/html"
        assert answer.headers["Content-Security-Policy"] == (
            "default-src 'none'; script-src 'self'; style-src 'self'; "
            "img-src 'self' data:; connect-src 'self'; frame-src 'self'"
        )


@pytest.mark.parametrize("path", ["page/nothing.js", "page/..%2Fserver.py", "page/.hidden"])
async def test_nothing_else_is_served(client: Client, path: str) -> None:
    async with client.http.get(f"{client.sandbox.url}/{path}") as answer:
        assert answer.status == 404


async def test_a_taken_port_is_an_os_error(client: Client) -> None:
    port = int(client.sandbox.url.rpartition(":")[2])
    second = Sandbox(TOKEN)
    with pytest.raises(OSError, match="in use"):
        await second.start(port=port)


async def test_stopping_ends_streams_and_polls_at_once(client: Client) -> None:
    polling = asyncio.create_task(client.call("getUpdates", offset=-1, timeout=50))
    async with client.http.get(f"{client.sandbox.url}/play/events") as answer:
        await answer.content.readline()
        begun = asyncio.get_running_loop().time()
        await client.sandbox.stop()
        assert asyncio.get_running_loop().time() - begun < 5
    await asyncio.gather(polling, return_exceptions=True)


async def test_waiting_gives_up_in_time(client: Client) -> None:
    with pytest.raises(TimeoutError):
        await client.sandbox.telegram.wait_for(lambda: False, timeout=0.01)
