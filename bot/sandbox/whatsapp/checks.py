"""What the Cloud API takes: each message checked as strictly as it is described.

Limits are those of the Cloud API's reference (messages). Each check raises Refusal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.sandbox.whatsapp.errors import Refusal

Fields = Mapping[str, Any]
DIGITS = re.compile(r"\+?[0-9 ()-]{5,24}")
SCOPED = re.compile(r"[A-Z]{2}(\.[A-Z]+)?\.[A-Za-z0-9]+")


def check_envelope(body: Fields) -> None:
    """What every message has. Whom it goes to is decided by `to` where both are given."""
    if body.get("messaging_product") != "whatsapp":
        raise Refusal(100, "messaging_product must be whatsapp")
    if body.get("recipient_type", "individual") != "individual":
        raise Refusal(100, "recipient_type is not one that is emulated")
    if not DIGITS.fullmatch(str(body.get("to", ""))) and "to" in body:
        raise Refusal(100, "to is no phone number")
    if "to" not in body and not SCOPED.fullmatch(str(body.get("recipient", ""))):
        raise Refusal(131008, "to")
    if len(str(body.get("biz_opaque_callback_data", ""))) > 512:
        raise Refusal(100, "biz_opaque_callback_data is too long")


def check_content(kind: str, body: Fields) -> None:
    """What stands under the name of its type."""
    if kind not in CHECKS:
        raise Refusal(131051 if kind else 131008, f"type {kind}")
    found = body.get(kind)
    if not isinstance(found, Mapping):
        raise Refusal(131008, kind)
    CHECKS[kind](found)


def _text(content: Fields) -> None:
    _words(content, "body", 4096)


def _interactive(content: Fields) -> None:
    _words(_part(content, "body"), "text", 1024)
    action = _part(content, "action")
    match content.get("type"):
        case "button":
            _buttons(_many(action, "buttons", 3))
        case "list":
            _words(action, "button", 20)
            _rows(_many(action, "sections", 10))
        case other:
            raise Refusal(131009, f"interactive {other}")


def _buttons(buttons: list[Fields]) -> None:
    replies = [_part(button, "reply") for button in buttons]
    for button, reply in zip(buttons, replies, strict=True):
        if button.get("type") != "reply":
            raise Refusal(131009, "a button of another type")
        _words(reply, "title", 20)
        _words(reply, "id", 256)
    _each_once([str(reply["id"]) for reply in replies], "id")
    _each_once([str(reply["title"]) for reply in replies], "title")


def _rows(sections: list[Fields]) -> None:
    rows = [row for section in sections for row in _many(section, "rows", 10)]
    if len(rows) > 10:
        raise Refusal(131009, "more than 10 rows")
    for section in sections:
        _words(section, "title", 24)
    for row in rows:
        _words(row, "id", 200)
        _words(row, "title", 24)
        if "description" in row:
            _words(row, "description", 72)
    _each_once([str(row["id"]) for row in rows], "id")


def _media(content: Fields) -> None:
    if not content.get("id") and not content.get("link"):
        raise Refusal(131008, "id or link")
    if "caption" in content:
        _words(content, "caption", 1024)


def _template(content: Fields) -> None:
    _words(content, "name", 512)
    _words(_part(content, "language"), "code", 16)


def _location(content: Fields) -> None:
    for name, most in (("latitude", 90), ("longitude", 180)):
        degrees = content.get(name)
        if not isinstance(degrees, int | float) or abs(degrees) > most:
            raise Refusal(131009 if name in content else 131008, name)


CHECKS: dict[str, Callable[[Fields], None]] = {
    "text": _text,
    "interactive": _interactive,
    "image": _media,
    "document": _media,
    "template": _template,
    "location": _location,
}


def _words(found: Fields, name: str, most: int) -> None:
    given = found.get(name)
    if not isinstance(given, str) or not given.strip():
        raise Refusal(131008, name)
    if len(given) > most:
        raise Refusal(131009, f"{name} is longer than {most} characters")


def _part(found: Fields, name: str) -> Fields:
    part = found.get(name)
    if not isinstance(part, Mapping):
        raise Refusal(131008, name)
    return part


def _many(found: Fields, name: str, most: int) -> list[Fields]:
    many = found.get(name)
    if not isinstance(many, list) or not many or not all(isinstance(m, Mapping) for m in many):
        raise Refusal(131008, name)
    if len(many) > most:
        raise Refusal(131009, f"more than {most} {name}")
    return many


def _each_once(values: list[str], name: str) -> None:
    if len(set(values)) < len(values):
        raise Refusal(131009, f"{name} must be unique")
