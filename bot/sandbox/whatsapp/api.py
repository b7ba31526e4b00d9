"""The Cloud API over HTTP: token, latency, faults, checks, limits, act, ledger."""

from __future__ import annotations

import asyncio
import hmac
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.sandbox.faults import DEFAULT_STATUS, Fault, Faults
from bot.sandbox.ledger import Ledger
from bot.sandbox.whatsapp import wire
from bot.sandbox.whatsapp.checks import check_content, check_envelope
from bot.sandbox.whatsapp.errors import Refusal
from bot.sandbox.whatsapp.things import Account
from bot.sandbox.whatsapp.world import (
    BUSINESS_ID,
    PHONE_ID,
    SHOWN_NAME,
    SHOWN_NUMBER,
    World,
)

ROOT = "/whatsapp"
SEND, UPLOAD, NUMBER, TEMPLATES = "POST /messages", "POST /media", "GET /", "GET /templates"
HEALTH = {
    "can_send_message": "AVAILABLE",
    "entities": [
        {"entity_type": "PHONE_NUMBER", "id": PHONE_ID, "can_send_message": "AVAILABLE"},
        {"entity_type": "WABA", "id": BUSINESS_ID, "can_send_message": "AVAILABLE"},
    ],
}


@dataclass
class CloudApi:
    """`/whatsapp/<version>/<node>` over one world. `latency_s` comes before each answer. A fault is
    named by SEND and the like; `parameters` of one may hold Meta's `code`.
    """

    token: str
    world: World
    faults: Faults
    ledger: Ledger
    latency_s: float = 0.0
    calls: list[dict[str, Any]] = field(default_factory=list)

    def routes(self) -> list[web.RouteDef]:
        node = ROOT + r"/{version:v\d+\.\d+}/{node:\d+}"
        return [
            web.post(f"{node}/messages", self.send),
            web.post(f"{node}/media", self.upload),
            web.get(f"{node}/message_templates", self.list_templates),
            web.get(node, self.number),
            web.get("/play/whatsapp/files/{id}", self.show_file),
        ]

    async def send(self, request: web.Request) -> web.StreamResponse:
        return await self._answer(request, SEND, self._send)

    async def upload(self, request: web.Request) -> web.StreamResponse:
        return await self._answer(request, UPLOAD, self._upload)

    async def number(self, request: web.Request) -> web.StreamResponse:
        return await self._answer(request, NUMBER, self._number)

    async def list_templates(self, request: web.Request) -> web.StreamResponse:
        return await self._answer(request, TEMPLATES, self._templates)

    async def _answer(self, request: web.Request, name: str, act: Any) -> web.StreamResponse:
        await asyncio.sleep(self.latency_s)
        try:
            self._check_token(request)
            fault = self.faults.take(name, None)
            if fault is None:
                return web.json_response(await act(request))
            return await self._with_fault(request, fault, act)
        except Refusal as refusal:
            return web.json_response(refusal.envelope(), status=refusal.status)

    async def _with_fault(self, request: web.Request, fault: Fault, act: Any) -> web.StreamResponse:
        if fault.answers:
            await asyncio.sleep(fault.delay_s)
            return _scripted(fault)
        answer = web.Response() if fault.drop == "before" else web.json_response(await act(request))
        await asyncio.sleep(fault.delay_s)
        if fault.drop and request.transport is not None:
            request.transport.abort()
        return answer

    def _check_token(self, request: web.Request) -> None:
        given = request.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(given, f"Bearer {self.token}".encode()):
            raise Refusal(190, "Error validating access token")

    async def _send(self, request: web.Request) -> dict[str, Any]:
        _check_node(request, PHONE_ID)
        body = await _body(request)
        self.calls.append(body)
        kind = str(body.get("type", "text"))
        check_envelope(body)
        check_content(kind, body)
        account = self._recipient(body)
        message = self.world.deliver(account, kind, body)
        self.ledger.append(method=SEND, to=account.number, text=message.shown["text"])
        asyncio.get_running_loop().call_soon(self.world.progress, message)
        named = {"wa_id": account.number} if "to" in body else {"user_id": account.user_id}
        contact = {"input": str(body.get("to") or body.get("recipient")), **named}
        return {
            "messaging_product": "whatsapp",
            "contacts": [contact],
            "messages": [{"id": message.id, "message_status": "accepted"}],
        }

    def _recipient(self, body: dict[str, Any]) -> Account:
        """By number or by id. Nobody there is told at once here, and later elsewhere."""
        digits = "".join(filter(str.isdigit, str(body.get("to") or "")))
        found = self.world.accounts.get(digits) if digits else None
        if not digits:
            ids = {one.user_id: one for one in self.world.accounts.values()}
            found = ids.get(str(body["recipient"]))
        if found is None:
            raise Refusal(131026, "Message undeliverable")
        return found

    async def _upload(self, request: web.Request) -> dict[str, Any]:
        _check_node(request, PHONE_ID)
        form = await request.post()
        file = form.get("file")
        if form.get("messaging_product") != "whatsapp" or not isinstance(file, web.FileField):
            raise Refusal(100, "messaging_product and file are expected")
        number = self.world.next_id()
        self.world.files[number] = (file.content_type, file.file.read())
        return {"id": number}

    async def _number(self, request: web.Request) -> dict[str, Any]:
        _check_node(request, PHONE_ID)
        known = {
            "verified_name": SHOWN_NAME,
            "display_phone_number": SHOWN_NUMBER,
            "health_status": HEALTH,
        }
        wanted = request.query.get("fields", "verified_name,display_phone_number").split(",")
        return {"id": PHONE_ID} | {name: known[name] for name in wanted if name in known}

    async def _templates(self, request: web.Request) -> dict[str, Any]:
        """By pages, as the Graph API lists everything."""
        _check_node(request, BUSINESS_ID)
        size, first = int(request.query.get("limit", 25)), int(request.query.get("after", 0))
        listed = [wire.template(one, at) for at, one in enumerate(self.world.templates, 1)]
        shown, last = listed[first : first + size], first + size
        paging: dict[str, Any] = {"cursors": {"before": str(first), "after": str(last)}}
        if last < len(listed):
            paging["next"] = "https://graph.facebook.com/next"
        return {"data": shown, "paging": paging}

    async def show_file(self, request: web.Request) -> web.StreamResponse:
        """A picture that was sent, for the page."""
        kind, content = self.world.files.get(request.match_info["id"], ("", b""))
        if kind != "image/png":
            raise web.HTTPNotFound
        return web.Response(body=content, content_type=kind)


def _check_node(request: web.Request, wanted: str) -> None:
    if request.match_info["node"] != wanted:
        raise Refusal(100, "Object does not exist, or there is no permission for it")


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        given = json.loads(await request.read())
    except (ValueError, RecursionError):
        raise Refusal(100, "The body is not JSON") from None
    if not isinstance(given, dict):
        raise Refusal(100, "An object is expected")
    return given


def _scripted(fault: Fault) -> web.Response:
    if fault.body is not None:
        status = fault.status or 200
        return web.Response(text=fault.body, status=status, content_type="text/html")
    code = int((fault.parameters or {}).get("code", 131000))
    refusal = Refusal(code, fault.description or "", status=fault.status or DEFAULT_STATUS)
    return web.json_response(refusal.envelope(), status=refusal.status)
