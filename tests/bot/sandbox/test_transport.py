"""How a call comes in, and in what envelope the answer goes out."""

import json
from typing import Any

import aiohttp
import pytest

from bot.sandbox.server import Sandbox
from tests.bot.sandbox.client import DANA, TOKEN, Client, Refused

ME = {"id": 1000000001, "is_bot": True, "first_name": "Usher", "username": "usher_sandbox_bot"}


@pytest.mark.parametrize("method", ["getMe", "GETME", "getme"])
async def test_method_names_may_be_written_in_any_case(client: Client, method: str) -> None:
    me = await client.call(method)
    assert ME.items() <= me.items()
    assert me["can_read_all_group_messages"] is False


async def _post(client: Client, method: str, **how: Any) -> Any:
    url = f"{client.sandbox.url}/bot{TOKEN}/{method}"
    async with client.http.post(url, **how) as answer:
        return await answer.json()


KEYBOARD = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
MESSAGE = {"chat_id": str(DANA), "text": "hi", "reply_markup": json.dumps(KEYBOARD)}


@pytest.mark.parametrize("how", ["query", "form", "multipart", "json", "json with strings"])
async def test_parameters_come_in_every_form(started: Client, how: str) -> None:
    forms: dict[str, dict[str, Any]] = {
        "query": {"params": MESSAGE},
        "form": {"data": MESSAGE},
        "multipart": {"data": _multipart(MESSAGE)},
        "json": {"json": {"chat_id": DANA, "text": "hi", "reply_markup": KEYBOARD}},
        "json with strings": {"json": MESSAGE},
    }
    sent = (await _post(started, "sendMessage", **forms[how]))["result"]
    assert (sent["text"], sent["reply_markup"]) == ("hi", KEYBOARD)


def _multipart(fields: dict[str, str]) -> aiohttp.FormData:
    form = aiohttp.FormData(default_to_multipart=True)
    for name, value in fields.items():
        form.add_field(name, value)
    return form


async def test_a_get_request_works_too(started: Client) -> None:
    url = f"{started.sandbox.url}/bot{TOKEN}/sendMessage"
    async with started.http.get(url, params={"chat_id": DANA, "text": "hi"}) as answer:
        assert (await answer.json())["result"]["text"] == "hi"


@pytest.mark.parametrize(
    ("path", "status", "description"),
    [
        (f"bot{TOKEN}x/getMe", 401, "Unauthorized"),
        ("botnonsense/getMe", 401, "Unauthorized: invalid token specified"),
        (f"bot{TOKEN}/getMoo", 404, "Not Found: method not found"),
        (f"bot{TOKEN}", 404, "Not Found"),
        (f"bot{TOKEN}/", 404, "Not Found"),
        (f"bot{TOKEN}/sendDice", 501, "Not Implemented: the sandbox does not emulate sendDice"),
        (f"file/bot{TOKEN}/photos/file_9.jpg", 404, "Not Found"),
        (f"file/bot{TOKEN}x/photos/file_1.jpg", 401, "Unauthorized"),
    ],
)
async def test_wrong_addresses_get_the_real_errors(
    client: Client, path: str, status: int, description: str
) -> None:
    async with client.http.get(f"{client.sandbox.url}/{path}") as answer:
        body = await answer.json()
    assert body == {"ok": False, "error_code": status, "description": description}
    assert answer.status == status


@pytest.mark.parametrize(
    ("body", "description"),
    [
        (b"{", "Bad Request: can't parse JSON object"),
        (b"[1]", "Bad Request: expected a JSON object"),
        (b"[" * 100_000, "Bad Request: can't parse JSON object"),
        (b'{"chat_id": 101, "text": "\\ud800"}', "Bad Request: strings must be encoded in UTF-8"),
        (b'{"chat_id": "", "text": "x"}', "Bad Request: chat_id is empty"),
        (b'{"chat_id": null, "text": "x"}', "Bad Request: chat_id is empty"),
        (
            b'{"chat_id": 101, "text": "x", "message_thread_id": "first"}',
            'Bad Request: field "message_thread_id" must be of type Number',
        ),
        (
            b'{"chat_id": 101, "text": "x", "message_thread_id": 99999999999999999999}',
            'Bad Request: field "message_thread_id" must be of type Number',
        ),
        (
            b'{"chat_id": 101, "text": "x", "protect_content": "maybe"}',
            'Bad Request: field "protect_content" must be of type Boolean',
        ),
        (
            b'{"chat_id": 101, "text": "x", "entities": {}}',
            'Bad Request: field "entities" must be of type Array',
        ),
        (
            b'{"chat_id": 101, "text": "x", "entities": "[" }',
            "Bad Request: can't parse entities JSON object",
        ),
    ],
)
async def test_malformed_bodies_are_refused(client: Client, body: bytes, description: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await _post(client, "sendMessage", data=body, headers=headers)
    assert answer["description"] == description


async def test_unknown_parameters_are_ignored(started: Client) -> None:
    sent = await started.call("sendMessage", chat_id=DANA, text="hi", adaptive_retry=True)
    assert sent["text"] == "hi"


async def test_a_body_past_the_bound_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.sandbox.server.LARGEST_BODY", 1000)
    small = Sandbox(TOKEN)
    await small.start()
    async with aiohttp.ClientSession() as http:
        found = await Client(small, http).refusal("sendMessage", chat_id=DANA, text="x" * 1000)
    await small.stop()
    assert found == "Request Entity Too Large"


async def test_the_status_of_a_refusal_is_its_code(client: Client) -> None:
    with pytest.raises(Refused) as caught:
        await client.call("sendMessage", chat_id=DANA, text="hi")
    assert (caught.value.status, caught.value.body["error_code"]) == (403, 403)
