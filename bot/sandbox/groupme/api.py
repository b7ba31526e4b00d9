"""GroupMe's API v3 over HTTP: token, route, latency, faults, limit, act, ledger, envelope."""

from __future__ import annotations

import asyncio
import hmac
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.sandbox.faults import DEFAULT_STATUS, Fault, Faults
from bot.sandbox.groupme.calls import ROUTES
from bot.sandbox.groupme.calls.call import Call, Done, Route
from bot.sandbox.groupme.errors import Refusal
from bot.sandbox.groupme.world import World
from bot.sandbox.ledger import Ledger

ROOT = "/groupme/v3"
OPEN_CALLS = ("POST /bots/post",)
RATE_LIMITED = 420


@dataclass
class GroupMeApi:
    """`/groupme/v3/<path>` over one world. `latency_s` comes before each answer; `most_at_once`
    is how many calls are let in side by side before the rest is told 420, 0 for any number.
    """

    token: str
    world: World
    faults: Faults
    ledger: Ledger
    latency_s: float = 0.0
    most_at_once: int = 0
    calls: list[str] = field(default_factory=list)
    _inside: int = 0

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post(f"{ROOT}/pictures", self.take_picture),
            web.get("/play/groupme/pictures/{id}", self.show_picture),
            web.route("*", f"{ROOT}/{{path:.*}}", self.handle),
        ]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        self._inside += 1
        try:
            await asyncio.sleep(self.latency_s)
            return await self._answer(request)
        except Refusal as refusal:
            return _failure(refusal)
        finally:
            self._inside -= 1

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        route, path = _find(request.method, "/" + request.match_info["path"])
        self.calls.append(route.name)
        if self.most_at_once and self._inside > self.most_at_once:
            raise Refusal(RATE_LIMITED, "too many requests")
        if route.name not in OPEN_CALLS:
            self._check_token(request)
        call = Call(self.world, self.world.club, path, request.query, await _body(request))
        fault = self.faults.take(route.name, None)
        if fault is not None:
            return await self._with_fault(request, fault, route, call)
        return _success(self._act(route, call))

    def _check_token(self, request: web.Request) -> None:
        given = request.headers.get("X-Access-Token") or request.query.get("token", "")
        if not hmac.compare_digest(given.encode(), self.token.encode()):
            raise Refusal(401, "unauthorized")

    def _act(self, route: Route, call: Call) -> Done:
        done = route.act(call)
        if route.changes:
            self.ledger.append(
                method=route.name,
                path=dict(call.path),
                text=_text_in(call.body),
                at=self.world.now(),
            )
            self.world.changes.ring()
        return done

    async def _with_fault(
        self, request: web.Request, fault: Fault, route: Route, call: Call
    ) -> web.StreamResponse:
        if fault.drop == "before":
            return await _dropped(request, fault)
        if fault.answers:
            await asyncio.sleep(fault.delay_s)
            return _scripted(fault)
        answer = _success(self._act(route, call))
        if fault.drop == "after":
            return await _dropped(request, fault)
        await asyncio.sleep(fault.delay_s)
        return answer

    async def take_picture(self, request: web.Request) -> web.StreamResponse:
        """The image service, which has an envelope of its own."""
        try:
            self._check_token(request)
        except Refusal as refusal:
            return _failure(refusal)
        if fault := self.faults.take("POST /pictures", None):
            return _scripted(fault)
        number = self.world.next_id()
        self.world.pictures[number] = await request.read()
        url = str(request.url.origin()) + f"/play/groupme/pictures/{number}"
        return web.json_response({"payload": {"url": url, "picture_url": url}})

    async def show_picture(self, request: web.Request) -> web.StreamResponse:
        found = self.world.pictures.get(request.match_info["id"])
        if found is None:
            raise web.HTTPNotFound
        return web.Response(body=found, content_type="image/png")


def _pattern(route: Route) -> re.Pattern[str]:
    return re.compile(re.sub(r":(\w+)", r"(?P<\1>[^/]+)", route.path))


PATTERNS = tuple((route, _pattern(route)) for route in ROUTES)


def _find(method: str, path: str) -> tuple[Route, dict[str, str]]:
    for route, pattern in PATTERNS:
        found = pattern.fullmatch(path)
        if found and route.method == method:
            return route, found.groupdict()
    raise Refusal(404, "not found")


async def _body(request: web.Request) -> dict[str, Any]:
    raw = await request.read()
    try:
        given = json.loads(raw) if raw else {}
    except (ValueError, RecursionError):
        raise Refusal(400, "invalid JSON") from None
    if not isinstance(given, dict):
        raise Refusal(400, "an object is expected")
    return given


def _text_in(body: Any) -> str | None:
    return next((one for one in _texts(body)), None)


def _texts(body: Any) -> Iterator[str]:
    if isinstance(body, dict):
        if isinstance(body.get("text"), str):
            yield body["text"]
        for value in body.values():
            yield from _texts(value)


def _success(done: Done) -> web.Response:
    if done.response is None:
        return web.Response(status=done.status)
    # The newer servers answer with five digits here: callers go by the HTTP status.
    meta = {"code": done.status * 100}
    return web.json_response({"response": done.response, "meta": meta}, status=done.status)


def _failure(refusal: Refusal) -> web.Response:
    meta = {"code": refusal.status, "errors": refusal.errors}
    return web.json_response({"meta": meta, "response": None}, status=refusal.status)


def _scripted(fault: Fault) -> web.Response:
    status = fault.status or (200 if fault.body is not None else DEFAULT_STATUS)
    headers = {name: str(value) for name, value in (fault.parameters or {}).items()}
    if fault.body is not None:
        return web.Response(text=fault.body, status=status, content_type="text/html")
    answer = _failure(Refusal(status, fault.description or "out of order"))
    answer.headers.update(headers)
    return answer


async def _dropped(request: web.Request, fault: Fault) -> web.Response:
    await asyncio.sleep(fault.delay_s)
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
