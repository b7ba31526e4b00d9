"""Photos and documents."""

import struct
from base64 import b64encode
from io import BytesIO
from typing import Any

import aiohttp
import pytest

from bot.sandbox.telegram.pictures import dimensions
from tests.bot.sandbox.client import DANA, PNG, TOKEN, Client
from tests.bot.sandbox.schema import problems


async def _upload(client: Client, method: str, data: bytes, **fields: str) -> dict[str, Any]:
    form = aiohttp.FormData({"chat_id": str(DANA)} | fields)
    kind = "document" if method == "sendDocument" else "photo"
    form.add_field(kind, BytesIO(data), filename="tiger.png", content_type="image/png")
    url = f"{client.sandbox.url}/bot{TOKEN}/{method}"
    async with client.http.post(url, data=form) as answer:
        body: dict[str, Any] = await answer.json()
    return body


def _png(width: int, height: int) -> bytes:
    return PNG[:16] + struct.pack(">II", width, height) + PNG[24:]


async def test_a_photo_is_stored_and_served(started: Client) -> None:
    sent = (await _upload(started, "sendPhoto", PNG, caption="hi"))["result"]
    [size] = sent["photo"]
    assert (sent["caption"], size["width"], size["file_size"]) == ("hi", 2, len(PNG))
    path = (await started.call("getFile", file_id=size["file_id"]))["file_path"]
    async with started.http.get(f"{started.sandbox.url}/file/bot{TOKEN}/{path}") as answer:
        assert await answer.read() == PNG


async def test_a_photo_is_sent_again_by_its_id(started: Client) -> None:
    first = (await _upload(started, "sendPhoto", PNG))["result"]["photo"]
    again = await started.call("sendPhoto", chat_id=DANA, photo=first[0]["file_id"])
    assert again["photo"] == first


async def test_the_page_may_show_it(started: Client) -> None:
    await _upload(started, "sendPhoto", PNG, caption="<b>x</b>", parse_mode="HTML")
    shown = (await started.look("state"))["messages"][str(DANA)][-1]
    assert (shown["caption_html"], shown["text"]) == ("<b>x</b>", None)
    async with started.http.get(started.sandbox.url + shown["photo"]) as answer:
        assert (answer.content_type, await answer.read()) == ("image/png", PNG)


async def test_a_document_is_offered_for_saving(started: Client) -> None:
    sent = (await _upload(started, "sendDocument", b"<script>"))["result"]
    assert sent["document"]["file_name"] == "tiger.png"
    shown = started.sandbox.telegram.files.get(sent["document"]["file_id"])
    assert shown is not None
    url = f"{started.sandbox.url}/play/files/{shown.unique_id}"
    async with started.http.get(url) as answer:
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_a_caption_can_be_edited(started: Client) -> None:
    sent = (await _upload(started, "sendPhoto", PNG, caption="old"))["result"]
    place = {"chat_id": DANA, "message_id": sent["message_id"]}
    assert (await started.call("editMessageCaption", **place, caption="new"))["caption"] == "new"
    found = await started.refusal("editMessageText", **place, text="x")
    assert found == "Bad Request: there is no text in the message to edit"


REFUSED = [
    (b"", {}, "file must be non-empty"),
    (b"not a picture", {}, "IMAGE_PROCESS_FAILED"),
    (_png(9000, 1001), {}, "PHOTO_INVALID_DIMENSIONS"),
    (_png(210, 10), {}, "PHOTO_INVALID_DIMENSIONS"),
    (_png(0, 0), {}, "PHOTO_INVALID_DIMENSIONS"),
    (PNG, {"caption": "x" * 1025}, "message caption is too long"),
    (
        PNG + bytes(10 * 1024 * 1024),
        {},
        "file is too big for a photo; the maximum size is 10485760 bytes",
    ),
]


@pytest.mark.parametrize(("data", "fields", "reason"), REFUSED, ids=[one[2] for one in REFUSED])
async def test_bad_photos_are_refused(
    started: Client, data: bytes, fields: dict[str, str], reason: str
) -> None:
    answer = await _upload(started, "sendPhoto", data, **fields)
    assert answer["description"] == f"Bad Request: {reason}"


@pytest.mark.parametrize(
    ("photo", "reason"),
    [
        (None, "there is no photo in the request"),
        ("https://example.com/x.png", "failed to get HTTP URL content"),
        ("AgACnonsense", "wrong file identifier/HTTP URL specified"),
        ("attach://missing", "wrong file identifier/HTTP URL specified"),
    ],
)
async def test_a_photo_must_exist(started: Client, photo: str | None, reason: str) -> None:
    found = await started.refusal("sendPhoto", chat_id=DANA, photo=photo)
    assert found == f"Bad Request: {reason}"


async def test_a_document_is_no_photo(started: Client) -> None:
    sent = (await _upload(started, "sendDocument", PNG))["result"]
    found = await started.refusal("sendPhoto", chat_id=DANA, photo=sent["document"]["file_id"])
    assert found == "Bad Request: type of file mismatch"


JPEG = b"\xff\xd8\xff\xe0\0\x04xx\xff\xc0\0\x0b\x08" + struct.pack(">HH", 3, 5) + b"\x01" * 6
WEBP = b"RIFF\0\0\0\0WEBP"


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (PNG, (2, 2)),
        (b"GIF89a" + struct.pack("<HH", 5, 3) + b"\0", (5, 3)),
        (JPEG, (5, 3)),
        (b"\xff\xd8\xff\xd9", None),
        (WEBP + b"VP8X" + bytes(8) + b"\x04\0\0\x02\0\0", (5, 3)),
        (WEBP + b"VP8L" + bytes(4) + b"\x2f" + struct.pack("<I", 4 | 2 << 14), (5, 3)),
        (WEBP + b"VP8 " + bytes(10) + struct.pack("<HH", 5, 3), (5, 3)),
        (WEBP + b"ABCD", None),
    ],
)
def test_the_size_of_a_picture_is_read(data: bytes, size: tuple[int, int] | None) -> None:
    assert dimensions(data) == size


async def test_a_person_s_file_comes_as_the_schema_has_it_and_can_be_fetched(
    started: Client,
) -> None:
    content = b64encode(b"Dana,@dana").decode()
    fields = {"user_id": DANA, "chat_id": DANA, "file_name": "list.csv", "content": content}
    await started.play("documents", **fields, caption="/bulkinvite")
    message = (await started.updates())[-1]["message"]
    assert problems("Message", message, "message") == []
    assert (message["caption"], message["document"]["mime_type"]) == ("/bulkinvite", "text/csv")
    path = (await started.call("getFile", file_id=message["document"]["file_id"]))["file_path"]
    async with started.http.get(f"{started.sandbox.url}/file/bot{TOKEN}/{path}") as answer:
        assert await answer.read() == b"Dana,@dana"
