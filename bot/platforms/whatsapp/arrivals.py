"""A webhook of Meta's -> Arrivals: each message and each status by itself, once and in order."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.inbound import Webhook
from bot.json_object import read_object
from bot.platforms.whatsapp.signature import greeting, signed_with
from bot.whatsapp_api import PLATFORM
from core.inbox import Arrival

MESSAGE, STATUS = "message", "status"
LARGEST = 3 * 1024 * 1024  # Graph API, webhooks: payloads can be up to 3 MB
# Digits alone, as WhatsApp names an account by its number.
NUMBER = re.compile(r"[0-9]{5,15}")
# A business-scoped id, such as US.13491208655302741918 or US.ENT.…
SCOPED = re.compile(r"[A-Z]{2}(?:\.[A-Z]{2,8})?\.[A-Za-z0-9]{1,160}")
KEPT_TEXT = 4096
LANE_LIMIT = 64
# Of a message nothing else is read later.
KEPT = ("id", "from", "from_user_id", "group_id", "timestamp", "type", "text", "button", "location")
MOST_CONTACTS = 500
KEPT_STATUS = ("id", "status", "timestamp", "biz_opaque_callback_data", "errors")


def whatsapp_webhook(app_secret: str, verify_token: str, phone_number_id: str) -> Webhook:
    """Meta signs what it posts, and first asks whether we are there."""
    return Webhook(
        PLATFORM,
        lambda headers: True,  # noqa: ARG005 - what counts is the signature, and that needs the body
        lambda body: read_webhook(body, phone_number_id),
        is_signed=signed_with(app_secret),
        greet=greeting(verify_token),
        largest=LARGEST,
    )


def read_webhook(body: bytes, phone_number_id: str) -> Sequence[Arrival]:
    """What concerns our number, as it is kept. Raises ValueError for what is no webhook."""
    posted = read_object(body)
    if posted.get("object") != "whatsapp_business_account":
        raise ValueError("not of a WhatsApp Business Account")
    found: dict[str, Arrival] = {}
    for value in _values(posted):
        about = value.get("metadata")
        if isinstance(about, dict) and str(about.get("phone_number_id")) == phone_number_id:
            for arrival in (*_messages(value), *_statuses(value)):
                found.setdefault(arrival.external_id, arrival)
    return list(found.values())


def address_of(number: object, scoped: object) -> str | None:
    """Where somebody is written to: their number in E.164, or else the id that we know them by."""
    if NUMBER.fullmatch(str(number)):
        return f"+{number}"
    return str(scoped) if SCOPED.fullmatch(str(scoped)) else None


def _values(posted: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for entry in _objects(posted.get("entry")):
        for change in _objects(entry.get("changes")):
            if change.get("field") == "messages" and isinstance(change.get("value"), dict):
                yield change["value"]


def _messages(value: Mapping[str, Any]) -> Iterator[Arrival]:
    contacts = _objects(value.get("contacts"))
    for message in _objects(value.get("messages")):
        contact = _contact_of(message, contacts)
        scoped = message.get("from_user_id") or contact.get("user_id")
        address = address_of(message.get("from") or contact.get("wa_id"), scoped)
        if address is None or not message.get("id"):
            continue
        kept = {
            **_kept(message, KEPT),
            "interactive": _reply_in(message.get("interactive")),
            "shared": [_shared(one) for one in _objects(message.get("contacts"))[:MOST_CONTACTS]],
            "address": address,
            "scoped": str(scoped) if SCOPED.fullmatch(str(scoped)) else None,
            "name": _text_in(contact.get("profile"), "name"),
            "username": _text_in(contact.get("profile"), "username"),
        }
        yield _arrival(MESSAGE, str(message["id"]), address, kept, address)


def _statuses(value: Mapping[str, Any]) -> Iterator[Arrival]:
    """Each in a lane of its message: a receipt may have to wait, and holds up nobody's words."""
    for status in _objects(value.get("statuses")):
        key = f"{status.get('id')} {status.get('status')}"
        address = address_of(status.get("recipient_id"), status.get("recipient_user_id"))
        lane = f"of {_digest(STATUS, str(status.get('id')))[:32]}"
        yield _arrival(STATUS, key, lane, _kept(status, KEPT_STATUS), address)


def _arrival(kind: str, key: str, lane: str, kept: dict[str, Any], sender: str | None) -> Arrival:
    return Arrival(PLATFORM, _digest(kind, key), lane[:LANE_LIMIT], {kind: kept}, sender)


def _digest(kind: str, key: str) -> str:
    """Message ids are longer than what the inbox keeps of an id."""
    return hashlib.sha256(f"{kind} {key}".encode("utf-8", "surrogatepass")).hexdigest()


def _contact_of(message: Mapping[str, Any], contacts: list[dict[str, Any]]) -> dict[str, Any]:
    """Whose message it is, among all that came in one post."""
    own = {message.get("from"), message.get("from_user_id")} - {None}
    for one in contacts:
        if own & {one.get("wa_id"), one.get("user_id")}:
            return one
    return contacts[0] if len(contacts) == 1 and not own else {}


def _shared(contact: Mapping[str, Any]) -> dict[str, str]:
    """Somebody of the writer's address book: WhatsApp's own number of theirs is the surest."""
    phones, emails = _objects(contact.get("phones")), _objects(contact.get("emails"))
    known = next((one for one in phones if _text_in(one, "wa_id").isdigit()), None)
    first = _text_in(next(iter(phones), None), "phone")
    return {
        "name": _text_in(contact.get("name"), "formatted_name"),
        "phone": f"+{_text_in(known, 'wa_id')}" if known else first,
        "email": _text_in(next(iter(emails), None), "email"),
    }


def _reply_in(interactive: object) -> dict[str, str]:
    """What was tapped: a button of ours, or a row of a list."""
    if not isinstance(interactive, dict):
        return {}
    reply = interactive.get("button_reply") or interactive.get("list_reply")
    return {"id": _text_in(reply, "id")} if isinstance(reply, dict) else {}


def _text_in(found: object, name: str) -> str:
    return str(_storable(found.get(name) or "")) if isinstance(found, dict) else ""


def _kept(found: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: _storable(found[name]) for name in names if name in found}


def _storable(value: Any) -> Any:
    """Without what PostgreSQL does not take: NUL and lone surrogates."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()[:KEPT_TEXT]
    if isinstance(value, dict):
        return {str(_storable(name)): _storable(one) for name, one in value.items()}
    return [_storable(one) for one in value] if isinstance(value, list) else value


def _objects(found: object) -> list[dict[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
