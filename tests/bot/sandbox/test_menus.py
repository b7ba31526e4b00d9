"""The command menu by scope and language, and the menu button."""

from typing import Any

import pytest

from tests.bot.sandbox.client import BOB, DANA, ROOM, Client


def _list(*names: str) -> list[dict[str, str]]:
    return [{"command": name, "description": f"does {name}"} for name in names]


async def _set(client: Client, *names: str, language: str = "", **scope: Any) -> None:
    where: dict[str, Any] = {"language_code": language} | ({"scope": scope} if scope else {})
    assert await client.call("setMyCommands", commands=_list(*names), **where) is True


async def _seen(client: Client, user_id: int, chat_id: int) -> list[str]:
    menus = (await client.look("state"))["commands"]
    return [one["command"] for one in menus[f"{user_id}:{chat_id}"]]


async def test_the_narrowest_scope_wins(started: Client) -> None:
    started.sandbox.telegram.add_member(ROOM, BOB)
    scopes: list[tuple[str, dict[str, Any]]] = [
        ("a", {"type": "default"}),
        ("b", {"type": "all_group_chats"}),
        ("c", {"type": "all_chat_administrators"}),
        ("d", {"type": "chat", "chat_id": ROOM}),
        ("e", {"type": "chat_administrators", "chat_id": ROOM}),
        ("f", {"type": "chat_member", "chat_id": ROOM, "user_id": DANA}),
    ]
    seen = []
    for name, scope in scopes:
        await _set(started, name, **scope)
        seen.append((await _seen(started, DANA, ROOM))[0] + (await _seen(started, BOB, ROOM))[0])
    assert seen == ["aa", "bb", "cb", "dd", "ed", "fd"]


async def test_private_chats_have_their_own(started: Client) -> None:
    await _set(started, "a", type="all_private_chats")
    await _set(started, "b", type="chat", chat_id=DANA)
    assert (await _seen(started, DANA, DANA), await _seen(started, BOB, BOB)) == (["b"], ["a"])


async def test_the_persons_language_comes_first(started: Client) -> None:
    await _set(started, "plain")
    await _set(started, "hebrew", language="he")
    world = started.sandbox.telegram
    noa = world.add_person("Noa", language_code="he")
    assert await _seen(started, noa.id, noa.id) == ["hebrew"]
    assert await _seen(started, DANA, DANA) == ["plain"]


async def test_what_was_set_can_be_read_and_deleted(started: Client) -> None:
    scope = {"type": "all_group_chats"}
    await _set(started, "invite", **scope)
    assert await started.call("getMyCommands", scope=scope) == _list("invite")
    assert await started.call("getMyCommands") == []
    await started.call("deleteMyCommands", scope=scope)
    assert await started.call("getMyCommands", scope=scope) == []


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"commands": _list("Invite")}, "BOT_COMMAND_INVALID"),
        ({"commands": _list("x" * 33)}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "a", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        (
            {"commands": [{"command": "a", "description": "x" * 257}]},
            "BOT_COMMAND_DESCRIPTION_INVALID",
        ),
        (
            {"commands": [{"command": "a"}]},
            "can't parse BotCommand: command and description must be Strings",
        ),
        ({"commands": ["a"]}, "expected an Object as BotCommand"),
        ({"commands": _list("a") * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ({"language_code": "eng"}, "invalid language code specified"),
        (
            {"scope": {"type": "moon"}},
            "can't parse BotCommandScope: Unsupported type specified",
        ),
        ({"scope": {"type": "chat", "chat_id": 999}}, "chat not found"),
        ({"scope": {"type": "chat"}}, "chat_id is empty"),
        (
            {"scope": {"type": "chat_administrators", "chat_id": DANA}},
            "chat can't be a private chat for this scope",
        ),
        (
            {"scope": {"type": "chat_member", "chat_id": ROOM, "user_id": "x"}},
            "invalid user_id specified",
        ),
    ],
)
async def test_bad_commands_are_refused(
    started: Client, params: dict[str, Any], reason: str
) -> None:
    found = await started.refusal("setMyCommands", **({"commands": _list("a")} | params))
    assert found == f"Bad Request: {reason}"


async def test_the_menu_button_is_kept_per_chat(started: Client) -> None:
    app = {"type": "web_app", "text": "Open", "web_app": {"url": "https://example.com/"}}
    await started.call("setChatMenuButton", chat_id=DANA, menu_button=app)
    assert await started.call("getChatMenuButton", chat_id=DANA) == app
    assert await started.call("getChatMenuButton", chat_id=BOB) == {"type": "default"}
    assert await started.call("getChatMenuButton") == {"type": "commands"}


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ({"type": "moon"}, "can't parse menu button: Unsupported type specified"),
        ({"type": "web_app", "text": "A", "web_app": {"url": "http://a.b"}}, "BUTTON_URL_INVALID"),
    ],
)
async def test_bad_menu_buttons_are_refused(
    started: Client, button: dict[str, Any], reason: str
) -> None:
    found = await started.refusal("setChatMenuButton", menu_button=button)
    assert found == f"Bad Request: {reason}"
