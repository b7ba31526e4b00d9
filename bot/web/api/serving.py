"""Serving: what came over HTTP is handed to an operation, and what came of it is answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler as AiohttpHandler

from bot.texts import Reader
from bot.web.api.callers import Credential, bucket_of, read_credential
from bot.web.api.operation import ROOT, Operation
from bot.web.api.rates import Allowance, Rates
from bot.web.api.reading import read_request
from bot.web.api.refusing import (
    Unauthorized,
    Unreadable,
    refusal,
    unauthorized,
    unavailable,
    unreadable,
)
from bot.web.api.repeating import read_repeating
from bot.web.api.working import Api, Outcome, Work
from bot.web.middlewares import REQUEST_ID
from bot.web.visitors import address_of, reader_of
from core.errors import DatabaseUnavailable, Limited

# What waits beyond this would wait longer than its asker does.
MOST_AT_ONCE = 500
ALLOWANCE = web.RequestKey("allowance", Allowance)


def mount(service: web.Application, api: Api, operations: Sequence[Operation]) -> None:
    """Serve the operations."""
    traffic = Traffic(api, Rates(api.rate, api.monotonic))
    service.middlewares.append(traffic.count_what_is_unknown)
    service.on_response_prepare.append(tell_allowance)
    for one in operations:
        service.router.add_route(one.method, one.route, Handler(api, one, traffic).handle)


async def tell_allowance(request: web.Request, response: web.StreamResponse) -> None:
    """Set on preparation, which whatever was raised comes by too."""
    if ALLOWANCE in request:
        response.headers.update(request[ALLOWANCE].headers())


@dataclass(slots=True)
class Traffic:
    """Who has asked how much, and how many requests are in work."""

    api: Api
    rates: Rates
    busy: int = 0

    def take(self, request: web.Request, credential: Credential | None) -> Allowance:
        """Count a request, whose answer says from then on how many may still follow."""
        allowance = request[ALLOWANCE] = self.rates.take(bucket_of(credential, request))
        return allowance

    @web.middleware
    async def count_what_is_unknown(
        self, request: web.Request, handler: AiohttpHandler
    ) -> web.StreamResponse:
        """Asking for what there is not counts like everything else."""
        ours = request.path.startswith(f"{ROOT}/")
        if ours and request.match_info.http_exception is not None:
            allowance = self.take(request, read_credential(request, self.api.readings))
            if allowance.wait_s:
                return limited(self.api, request, allowance)
        return await handler(request)


def limited(api: Api, request: web.Request, allowance: Allowance) -> web.Response:
    error = Limited("too_many_requests", retry_after_s=allowance.wait_s)
    return refusal(error, asker(api, request), request_id=request[REQUEST_ID])


def asker(api: Api, request: web.Request) -> Reader:
    """By the header alone: whoever asks is a program, or has not shown yet who they are."""
    return reader_of(request, Reader(api.defaults.locale, api.defaults.timezone))


@dataclass(frozen=True, slots=True)
class Handler:
    """Serves one operation."""

    api: Api
    operation: Operation
    traffic: Traffic

    async def handle(self, request: web.Request) -> web.Response:
        public = self.operation.public
        credential = None if public else read_credential(request, self.api.readings)
        allowance = self.traffic.take(request, credential)
        if allowance.wait_s:
            return limited(self.api, request, allowance)
        if self.api.stopping.is_set() or self.traffic.busy >= MOST_AT_ONCE:
            return unavailable(request[REQUEST_ID])
        self.traffic.busy += 1
        try:
            return await self._answer(request, credential)
        finally:
            self.traffic.busy -= 1

    async def _answer(self, request: web.Request, credential: Credential | None) -> web.Response:
        request_id, reader = request[REQUEST_ID], asker(self.api, request)
        try:
            outcome = await self._work(request, credential)
        except Unauthorized:
            allowance = self.traffic.rates.take(f"address:{address_of(request)}")
            if allowance.wait_s:
                return limited(self.api, request, allowance)
            return unauthorized(reader, request_id=request_id)
        except Unreadable as error:
            return unreadable(error, request_id=request_id)
        except DatabaseUnavailable:
            return unavailable(request_id)
        if outcome.refused is not None:
            return refusal(outcome.refused, reader, request_id=request_id)
        return _respond(outcome)

    async def _work(self, request: web.Request, credential: Credential | None) -> Outcome:
        if credential is None and not self.operation.public:
            raise Unauthorized
        found, body = await read_request(request, self.operation)
        work = Work(
            api=self.api,
            operation=self.operation,
            credential=credential,
            found=found,
            address=address_of(request),
            if_match=request.headers.get(hdrs.IF_MATCH),
            repeating=read_repeating(request, credential.secret if credential else None, body),
        )
        return await (work.read() if self.operation.reads else work.write())


def _respond(outcome: Outcome) -> web.Response:
    answer = web.Response(status=outcome.status)
    if outcome.status != 204:
        answer.content_type = "application/json"
        answer.body = outcome.body
    if outcome.etag is not None:
        answer.headers[hdrs.ETAG] = outcome.etag
    if outcome.repeated:
        answer.headers["Idempotency-Replayed"] = "true"
    return answer
