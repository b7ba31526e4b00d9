"""Invite links, requests to join, deep links."""

from typing import Any

import pytest

from tests.bot.sandbox.client import BOB, CAROL, DANA, ROOM, Client
from tests.bot.sandbox.conftest import Clock

ALL = ["message", "chat_member", "chat_join_request"]


@pytest.fixture
async def watching(started: Client) -> Client:
    await started.updates(allowed_updates=ALL)
    return started


async def _link(client: Client, **terms: Any) -> dict[str, Any]:
    found: dict[str, Any] = await client.call("createChatInviteLink", chat_id=ROOM, **terms)
    return found


async def test_a_link_lets_people_in(watching: Client) -> None:
    link = await _link(watching, name="Parents")
    opened = watching.sandbox.telegram.open_link(BOB, link["invite_link"])
    assert opened == {"opened": "joined", "chat_id": ROOM}
    change, service = await watching.updates()
    assert change["chat_member"]["invite_link"]["name"] == "Parents"
    assert service["message"]["from"]["id"] == BOB


async def test_a_foreign_link_is_cut_off(watching: Client) -> None:
    world = watching.sandbox.telegram
    link = world.add_link(ROOM, DANA, name="Dana's")
    world.open_link(BOB, link.url)
    change = (await watching.updates())[0]["chat_member"]["invite_link"]
    assert (change["name"], change["creator"]["id"]) == ("Dana's", DANA)
    assert change["invite_link"].endswith("…")
    assert change["invite_link"] != link.url


async def test_a_link_ends_with_its_uses(watching: Client) -> None:
    world, link = watching.sandbox.telegram, await _link(watching, member_limit=1)
    assert world.open_link(BOB, link["invite_link"])["opened"] == "joined"
    refused = world.open_link(CAROL, link["invite_link"])
    assert refused["reason"] == "This invite link is used up."


async def test_a_link_ends_with_its_time(watching: Client, clock: Clock) -> None:
    link = await _link(watching, expire_date=int(clock()) + 60)
    clock.advance(60)
    refused = watching.sandbox.telegram.open_link(BOB, link["invite_link"])
    assert refused["reason"] == "This invite link has expired."


async def test_a_revoked_link_is_dead(watching: Client) -> None:
    link = await _link(watching)
    place = {"chat_id": ROOM, "invite_link": link["invite_link"]}
    revoked = await watching.call("revokeChatInviteLink", **place)
    assert revoked["is_revoked"] is True
    assert watching.sandbox.telegram.open_link(BOB, link["invite_link"])["opened"] == "refused"
    for method in ("revokeChatInviteLink", "editChatInviteLink"):
        assert await watching.refusal(method, **place) == "Bad Request: INVITE_HASH_EXPIRED"


async def test_a_link_can_be_edited(watching: Client) -> None:
    link = await _link(watching, name="old", member_limit=3)
    edited = await watching.call(
        "editChatInviteLink",
        chat_id=ROOM,
        invite_link=link["invite_link"],
        creates_join_request=True,
    )
    assert edited["creates_join_request"] is True
    assert {"name", "member_limit"}.isdisjoint(edited)


async def test_the_primary_link_is_followed_by_another(watching: Client) -> None:
    first = await watching.call("exportChatInviteLink", chat_id=ROOM)
    second = await watching.call("exportChatInviteLink", chat_id=ROOM)
    assert watching.sandbox.telegram.open_link(BOB, first)["opened"] == "refused"
    place = {"chat_id": ROOM, "invite_link": second}
    found = await watching.refusal("editChatInviteLink", **place)
    assert found == "Bad Request: INVITE_PRIMARY_IMMUTABLE"
    third = await watching.call("revokeChatInviteLink", **place)
    assert (await watching.call("getChat", chat_id=ROOM))["invite_link"] == third["invite_link"]


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        ({"name": "x" * 33}, "INVITE_LINK_NAME_TOO_LONG"),
        ({"member_limit": 100_000}, "USAGE_LIMIT_INVALID"),
        ({"member_limit": -1}, "USAGE_LIMIT_INVALID"),
        ({"expire_date": 1}, "EXPIRE_DATE_INVALID"),
        (
            {"member_limit": 1, "creates_join_request": True},
            "member limit can't be specified for links requiring administrator approval",
        ),
    ],
)
async def test_terms_have_bounds(watching: Client, terms: dict[str, Any], reason: str) -> None:
    found = await watching.refusal("createChatInviteLink", chat_id=ROOM, **terms)
    assert found == f"Bad Request: {reason}"


async def test_links_of_others_cannot_be_managed(watching: Client) -> None:
    link = watching.sandbox.telegram.add_link(ROOM, DANA)
    place = {"chat_id": ROOM, "invite_link": link.url}
    found = await watching.refusal("revokeChatInviteLink", **place)
    assert found == "Bad Request: INVITE_HASH_INVALID"


async def test_links_and_requests_need_the_right(watching: Client) -> None:
    watching.sandbox.telegram.set_bot_status(ROOM, "administrator", {"can_change_info": True})
    link = await watching.refusal("createChatInviteLink", chat_id=ROOM)
    request = await watching.refusal("approveChatJoinRequest", chat_id=ROOM, user_id=BOB)
    assert link == "Bad Request: not enough rights to manage chat invite link"
    assert request == "Bad Request: not enough rights to manage chat join requests"


async def _ask(client: Client) -> dict[str, Any]:
    """Bob asks to join by a link; the bot's update."""
    link = await _link(client, creates_join_request=True)
    client.sandbox.telegram.open_link(BOB, link["invite_link"])
    [update] = await client.updates()
    found: dict[str, Any] = update["chat_join_request"]
    return found


async def test_a_request_is_reported_and_counted(watching: Client) -> None:
    request = await _ask(watching)
    assert (request["from"]["id"], request["user_chat_id"]) == (BOB, BOB)
    assert request["invite_link"]["pending_join_request_count"] == 1


async def test_an_approved_request_lets_in(watching: Client) -> None:
    await _ask(watching)
    who = {"chat_id": ROOM, "user_id": BOB}
    assert await watching.call("approveChatJoinRequest", **who) is True
    change, _ = await watching.updates()
    assert change["chat_member"]["new_chat_member"]["status"] == "member"
    again = await watching.refusal("approveChatJoinRequest", **who)
    assert again == "Bad Request: USER_ALREADY_PARTICIPANT"


async def test_a_declined_request_is_gone(watching: Client) -> None:
    await _ask(watching)
    who = {"chat_id": ROOM, "user_id": BOB}
    assert await watching.call("declineChatJoinRequest", **who) is True
    again = await watching.refusal("declineChatJoinRequest", **who)
    assert again == "Bad Request: HIDE_REQUESTER_MISSING"


async def test_a_request_without_a_link_says_so(watching: Client) -> None:
    world = watching.sandbox.telegram
    world.request_to_join(world.room(ROOM), world.person(BOB), None)
    [update] = await watching.updates()
    assert "invite_link" not in update["chat_join_request"]
    await watching.call("approveChatJoinRequest", chat_id=ROOM, user_id=BOB)
    change, _ = await watching.updates()
    assert change["chat_member"]["via_join_request"] is True


async def test_a_request_opens_the_private_chat_for_five_minutes(
    watching: Client, clock: Clock
) -> None:
    await _ask(watching)
    clock.advance(300)
    sent = await watching.call("sendMessage", chat_id=BOB, text="who are you?")
    assert sent["chat"]["id"] == BOB
    clock.advance(1)
    found = await watching.refusal("sendMessage", chat_id=BOB, text="who are you?")
    assert found == "Forbidden: bot can't initiate conversation with a user"


async def test_those_inside_are_refused(watching: Client) -> None:
    link = await _link(watching)
    refused = watching.sandbox.telegram.open_link(DANA, link["invite_link"])
    assert refused["reason"] == "Dana is already in Tigers room."


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://t.me/usher_sandbox_bot?start=j_abc-1", "/start j_abc-1"),
        ("t.me/Usher_Sandbox_Bot", "/start"),
    ],
)
async def test_a_deep_link_starts_the_bot(watching: Client, url: str, text: str) -> None:
    opened = watching.sandbox.telegram.open_link(BOB, url)
    assert opened == {"opened": "private", "chat_id": BOB}
    [update] = await watching.updates()
    assert update["message"]["text"] == text


@pytest.mark.attack(41)
@pytest.mark.parametrize("payload", ["x" * 65, "a%3Db", "%D7%A9", "'%3B--"])
async def test_a_bad_payload_opens_nothing(watching: Client, payload: str) -> None:
    url = f"https://t.me/usher_sandbox_bot?start={payload}"
    assert watching.sandbox.telegram.open_link(BOB, url)["opened"] == "refused"
    assert await watching.updates() == []


@pytest.mark.parametrize("url", ["https://t.me/nobody", "https://t.me/+unknown"])
async def test_unknown_addresses_are_refused(watching: Client, url: str) -> None:
    assert watching.sandbox.telegram.open_link(BOB, url)["opened"] == "refused"
