"""The emulated WhatsApp as its API and its webhooks show it."""

from __future__ import annotations

from typing import Any

from bot.sandbox.whatsapp.errors import Refusal
from bot.sandbox.whatsapp.things import Account, Message, Template

Fields = dict[str, Any]


def template(one: Template, number: int) -> Fields:
    """As `GET /{business}/message_templates` lists it."""
    parts: list[Fields] = [{"type": "BODY", "text": one.body}]
    if one.buttons:
        buttons = [{"type": "QUICK_REPLY", "text": text} for text in one.buttons]
        parts.append({"type": "BUTTONS", "buttons": buttons})
    return {
        "id": str(number),
        "name": one.name,
        "language": one.language,
        "status": one.status,
        "category": one.category,
        "parameter_format": "NAMED" if one.is_named else "POSITIONAL",
        "components": parts,
    }


def contact(one: Account) -> Fields:
    told: Fields = {"profile": {"name": one.name}, "user_id": one.user_id}
    return told if one.hides_number else {**told, "wa_id": one.number}


def said(one: Message, by: Account) -> Fields:
    """A message as a webhook tells it."""
    told: Fields = {"id": one.id, "timestamp": str(one.at), "type": one.type, **one.content}
    told["from_user_id"] = by.user_id
    return told if by.hides_number else {**told, "from": by.number}


def status(one: Message, kind: str, at: int, of: Account, failure: Refusal | None) -> Fields:
    """What became of a message."""
    told: Fields = {"id": one.id, "status": kind, "timestamp": str(at)}
    told["recipient_id"] = of.number
    if one.opaque is not None:
        told["biz_opaque_callback_data"] = one.opaque
    return told if failure is None else {**told, "errors": [failure.in_status()]}


def envelope(business_id: str, phone_id: str, shown: str, **value: Any) -> Fields:
    """One post of a webhook."""
    about = {"display_phone_number": shown, "phone_number_id": phone_id}
    told = {"messaging_product": "whatsapp", "metadata": about, **value}
    change = {"field": "messages", "value": told}
    entry = {"id": business_id, "changes": [change]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def shown_message(one: Message) -> Fields:
    """For the page: words, and what can be tapped."""
    return {
        "id": one.id,
        "number": one.number,
        "mine": one.from_business,
        "text": one.shown.get("text", ""),
        "buttons": one.shown.get("buttons", []),
        "list": one.shown.get("list", ""),
        "template": one.shown.get("template", ""),
        "file": one.shown.get("file", ""),
        "picture": one.shown.get("picture", ""),
        "status": one.status,
        "date": one.at,
    }


def shown_account(one: Account) -> Fields:
    return {
        "id": one.number,
        "name": one.name,
        "hides_number": one.hides_number,
        "gone": one.gone,
    }
