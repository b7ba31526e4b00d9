"""Reading a Bot API request: query, form, multipart or JSON."""

import json
from typing import Any

from aiohttp import web

from bot.sandbox.telegram.errors import ApiError, bad_request
from bot.sandbox.telegram.methods.call import Upload

LARGEST_BODY = 52 * 1024 * 1024


async def read_request(request: web.Request) -> tuple[dict[str, str], dict[str, Upload]]:
    """Parameters as strings, as the Bot API server keeps them, and the files beside them."""
    raw = dict(request.query)
    uploads: dict[str, Upload] = {}
    if request.method == "POST":
        try:
            await _read_body(request, raw, uploads)
        except web.HTTPRequestEntityTooLarge:
            raise ApiError(413, "Request Entity Too Large") from None
    if any(_is_broken(value) for value in raw.values()):
        raise bad_request("strings must be encoded in UTF-8")
    return raw, uploads


def _is_broken(text: str) -> bool:
    """Whether half a surrogate pair is in it."""
    return any(0xD800 <= ord(character) < 0xE000 for character in text)


async def _read_body(request: web.Request, raw: dict[str, str], uploads: dict[str, Upload]) -> None:
    if request.content_type == "application/json":
        raw |= _from_json(await request.read())
    elif request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                data = value.file.read()
                uploads[name] = Upload(value.filename, value.content_type, data)
            else:
                raw[name] = str(value)


def _from_json(body: bytes) -> dict[str, str]:
    if not body.strip():
        return {}
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise bad_request("can't parse JSON object") from None
    if not isinstance(given, dict):
        raise bad_request("expected a JSON object")
    return {name: _as_text(value) for name, value in given.items() if value is not None}


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
