"""The Bot API over HTTP: token, method, faults, limits, act, ledger, answer."""

import asyncio
import hmac
import http.client
import inspect
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any

from aiohttp import web

from bot.sandbox.faults import DEFAULT_STATUS, Fault, Faults
from bot.sandbox.ledger import Ledger
from bot.sandbox.limits import Limits
from bot.sandbox.telegram.errors import ApiError, too_many_requests
from bot.sandbox.telegram.methods import CALLED, METHODS
from bot.sandbox.telegram.methods.call import Call, Method, read_arguments
from bot.sandbox.telegram.methods.names import ALL_METHODS
from bot.sandbox.telegram.request import read_request
from bot.sandbox.telegram.world import World


@dataclass
class BotApi:
    """`/bot<token>/<method>` and `/file/bot<token>/<path>` over one world."""

    token: str
    world: World
    limits: Limits
    faults: Faults
    ledger: Ledger

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        try:
            self._check_token(request.match_info["token"])
            name, method = _find(request.match_info["method"])
            raw, uploads = await read_request(request)
            fault = self.faults.take(name, _chat_of(raw))
            act = partial(self._act, name, method, raw, uploads)
            if fault is not None:
                return await _with_fault(request, fault, act)
            return _success(await act())
        except ApiError as error:
            return _failure(error)

    def _check_token(self, given: str) -> None:
        if not re.fullmatch(r"\d{1,16}:[\w-]+", given):
            raise ApiError(HTTPStatus.UNAUTHORIZED, "Unauthorized: invalid token specified")
        if not hmac.compare_digest(given.encode(), self.token.encode()):
            raise ApiError(HTTPStatus.UNAUTHORIZED, "Unauthorized")

    async def _act(
        self, name: str, method: Method, raw: dict[str, str], uploads: dict[str, Any]
    ) -> Any:
        call = Call(self.world, read_arguments(method, raw), uploads)
        if method.sends:
            self._check_limits(call)
        result = method.act(call)
        if inspect.isawaitable(result):
            result = await result
        if method.changes:
            self._record(name, call, result)
        return result

    def _check_limits(self, call: Call) -> None:
        chat_id = call.args.get("chat_id")
        if isinstance(chat_id, int):
            purse = self.world.purse if call.flag("allow_paid_broadcast") else None
            wait = self.limits.refuse_for(chat_id, purse)
            if wait is not None:
                raise too_many_requests(wait)

    def _record(self, name: str, call: Call, result: Any) -> None:
        text = call.args.get("text", call.args.get("caption"))
        message_id = result.get("message_id") if isinstance(result, dict) else None
        self.ledger.append(
            method=name,
            chat_id=call.args.get("chat_id"),
            text=text,
            message_id=message_id or call.args.get("message_id"),
            at=self.world.now(),
        )
        self.world.changes.ring()

    async def unknown(self, _request: web.Request) -> web.StreamResponse:
        """An address without a method."""
        return _failure(ApiError(HTTPStatus.NOT_FOUND, "Not Found"))

    async def download(self, request: web.Request) -> web.StreamResponse:
        """The bytes of a file that getFile told the path of."""
        try:
            self._check_token(request.match_info["token"])
            found = self.world.files.at(request.match_info["path"])
            if found is None:
                raise ApiError(HTTPStatus.NOT_FOUND, "Not Found")
        except ApiError as error:
            return _failure(error)
        return web.Response(body=found.data, content_type="application/octet-stream")


def _find(given: str) -> tuple[str, Method]:
    name = given.lower()
    if name in METHODS:
        return CALLED[name], METHODS[name]
    if name in ALL_METHODS:
        raise ApiError(
            HTTPStatus.NOT_IMPLEMENTED, f"Not Implemented: the sandbox does not emulate {given}"
        )
    raise ApiError(HTTPStatus.NOT_FOUND, "Not Found: method not found")


def _chat_of(raw: dict[str, str]) -> int | str | None:
    given = raw.get("chat_id")
    if given is None:
        return None
    return int(given) if given.lstrip("-").isdigit() else given


def _success(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _failure(error: ApiError) -> web.Response:
    wait = (error.parameters or {}).get("retry_after")
    headers = {} if wait is None else {"Retry-After": str(wait)}
    return web.json_response(error.envelope(), status=error.code, headers=headers)


async def _with_fault(
    request: web.Request, fault: Fault, act: Callable[[], Awaitable[Any]]
) -> web.StreamResponse:
    if fault.drop == "before":
        return await _dropped(request, fault)
    if fault.answers:
        await asyncio.sleep(fault.delay_s)
        return _scripted(fault)
    answer = _success(await act())
    if fault.drop == "after":
        return await _dropped(request, fault)
    await asyncio.sleep(fault.delay_s)
    return answer


def _scripted(fault: Fault) -> web.Response:
    status = fault.status or (HTTPStatus.OK if fault.body is not None else DEFAULT_STATUS)
    if fault.body is not None:
        return web.Response(text=fault.body, status=status, content_type="text/html")
    reason = fault.description or http.client.responses.get(status, "Unknown")
    return _failure(ApiError(status, reason, fault.parameters))


async def _dropped(request: web.Request, fault: Fault) -> web.Response:
    await asyncio.sleep(fault.delay_s)
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
