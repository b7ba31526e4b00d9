"""What we ask of WhatsApp: each call by name, its answer read into what we need of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.whatsapp_api import WhatsAppApi, WhatsAppError
from core.message_templates import Listed
from core.people.accounts import is_number

ID = re.compile(r"[0-9]{1,24}")
PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
PER_PAGE = 100
MOST_PAGES = 50
TEMPLATE_FIELDS = "name,language,status,category,parameter_format,components"
# By this we recognise in a status that the message was one of the outbox.
NOTICE_MARK = "usher:notice"


@dataclass(frozen=True, slots=True)
class Number:
    """Our own phone number. `business_id` is the WhatsApp Business Account that it belongs to."""

    name: str
    shown: str
    business_id: str | None


class WhatsApp:
    """Speaks as one phone number. Raises WhatsAppError, also for answers of another form."""

    def __init__(self, api: WhatsAppApi, phone_number_id: str) -> None:
        self._api = api
        self._path = f"/{phone_number_id}"

    async def close(self) -> None:
        await self._api.close()

    async def send(
        self, address: str, message: Mapping[str, Any], *, is_notice: bool = False
    ) -> str:
        """Send to a number or to a business-scoped id; the message's id."""
        # Digits alone are the safest form of a number; `recipient` is for ids.
        to = {"to": address.removeprefix("+")} if is_number(address) else {"recipient": address}
        mark = {"biz_opaque_callback_data": NOTICE_MARK} if is_notice else {}
        body = {"messaging_product": "whatsapp", "recipient_type": "individual", **to, **mark}
        answer = await self._api.post(f"{self._path}/messages", {**body, **message})
        return _message_id(answer)

    async def upload(self, content: bytes, filename: str, kind: str) -> str:
        """The id by which a file can be sent."""
        answer = await self._api.upload(f"{self._path}/media", content, filename, kind)
        return str(answer.get("id") or "")

    async def number(self) -> Number:
        """What our number is called, and whose it is."""
        fields = "verified_name,display_phone_number,health_status"
        found = await self._api.get(self._path, fields=fields)
        name, shown = found.get("verified_name"), found.get("display_phone_number")
        return Number(str(name or ""), str(shown or ""), _business_in(found.get("health_status")))

    async def templates(self, business_id: str) -> list[Listed]:
        """All templates of the account, in all languages and states."""
        if not ID.fullmatch(business_id):
            raise WhatsAppError("that is no id", status=404, sent=False)
        found: list[Listed] = []
        query: dict[str, str | int] = {"fields": TEMPLATE_FIELDS, "limit": PER_PAGE}
        for _ in range(MOST_PAGES):
            page = await self._api.get(f"/{business_id}/message_templates", **query)
            found += [template_in(one) for one in _objects(page.get("data"))]
            after = _after(page)
            if after is None:
                break
            query["after"] = after
        return found


def template_in(found: Mapping[str, Any]) -> Listed:
    """A template as the API lists it."""
    parts = {str(one.get("type")).upper(): one for one in _objects(found.get("components"))}
    body = str(parts.get("BODY", {}).get("text") or "")
    buttons = _objects(parts.get("BUTTONS", {}).get("buttons"))
    quick = [one for one in buttons if str(one.get("type")).upper() == "QUICK_REPLY"]
    named = str(found.get("parameter_format")).upper() == "NAMED"
    return Listed(
        name=str(found.get("name") or ""),
        language=str(found.get("language") or "")[:16],
        status=str(found.get("status") or "")[:32].upper(),
        category=str(found.get("category") or "")[:32].upper(),
        body=body,
        fields=tuple(_places(body, named=named)),
        is_named=named,
        buttons=len(quick),
        needs=_needs(parts.get("HEADER", {}), buttons),
    )


def _places(body: str, *, named: bool) -> list[str]:
    """What is to be filled in, in the order in which it is sent: by number, or as it appears."""
    found = list(dict.fromkeys(PLACE.findall(body)))
    return found if named else sorted(found, key=lambda one: int(one) if one.isdigit() else 0)


def _needs(header: Mapping[str, Any], buttons: list[dict[str, Any]]) -> str:
    """What we can't provide."""
    kind = str(header.get("format") or "TEXT").upper()
    if kind != "TEXT":
        return kind.lower()
    if PLACE.search(str(header.get("text") or "")):
        return "header text"
    links = (str(one.get("url") or "") for one in buttons)
    return "link" if any(PLACE.search(url) for url in links) else ""


def _business_in(health: object) -> str | None:
    """The WhatsApp Business Account among what the number's health depends on."""
    entities = health.get("entities") if isinstance(health, dict) else None
    ids = (str(one.get("id")) for one in _objects(entities) if one.get("entity_type") == "WABA")
    return next((one for one in ids if ID.fullmatch(one)), None)


def _message_id(answer: Mapping[str, Any]) -> str:
    sent = next(iter(_objects(answer.get("messages"))), {})
    if not isinstance(sent.get("id"), str):
        raise WhatsAppError("the answer names no message")
    return str(sent["id"])


def _after(page: Mapping[str, Any]) -> str | None:
    """Where the next page begins, if there is one."""
    paging = page.get("paging")
    if not isinstance(paging, dict) or "next" not in paging:
        return None
    cursors = paging.get("cursors")
    return str(cursors["after"]) if isinstance(cursors, dict) and "after" in cursors else None


def _objects(found: object) -> list[dict[str, Any]]:
    return list(_each(found))


def _each(found: object) -> Iterator[dict[str, Any]]:
    for one in found if isinstance(found, list) else []:
        if isinstance(one, dict):
            yield one
