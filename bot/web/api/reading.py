"""Reads a request into the models that an operation takes, strictly."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ValidationError

from bot.json_object import read_object
from bot.web.api.operation import Operation
from bot.web.api.refusing import Unreadable

READ_PATIENCE_S = 20.0


async def read_request(
    request: web.Request, operation: Operation
) -> tuple[dict[str, BaseModel], bytes]:
    """What `run` takes by name, and the body as it came. Raises Unreadable."""
    takes = operation.takes
    found: dict[str, BaseModel] = {}
    if "path" in takes:
        found["path"] = _from_text(takes["path"], dict(request.match_info), "path", status=404)
    found_query = _read_query(request, takes.get("query"))
    if found_query is not None:
        found["query"] = found_query
    body = b""
    if operation.method != "GET":
        body = await _read_body(request)
    if "body" in takes:
        found["body"] = _from_json(takes["body"], request, body)
    elif body:
        raise Unreadable(400, [{"where": "body", "what": "nothing is taken here"}])
    return found, body


def _read_query(request: web.Request, model: type[BaseModel] | None) -> BaseModel | None:
    if len(set(request.query)) != len(request.query):
        raise Unreadable(400, [{"where": "query", "what": "a parameter stands there twice"}])
    if model is None:
        if request.query:
            raise Unreadable(400, [{"where": "query", "what": "nothing is taken here"}])
        return None
    return _from_text(model, dict(request.query), "query", status=400)


def _from_text(
    model: type[BaseModel], values: dict[str, str], where: str, *, status: int
) -> BaseModel:
    try:
        return model.model_validate_strings(values)
    except ValidationError as error:
        raise Unreadable.of(error, where=where, status=status) from None


async def _read_body(request: web.Request) -> bytes:
    try:
        async with asyncio.timeout(READ_PATIENCE_S):
            return await request.read()
    except TimeoutError:
        raise Unreadable(408, []) from None


def _from_json(model: type[BaseModel], request: web.Request, body: bytes) -> BaseModel:
    if request.content_type != "application/json":
        raise Unreadable(415, [])
    try:
        value: dict[str, Any] = read_object(body)
        # From JSON again, so that what JSON can't say, such as a number for a text, is refused.
        return model.model_validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        raise Unreadable.of(error, where="body") from None
    except ValueError as error:
        raise Unreadable(400, [{"where": "body", "what": str(error)}]) from None
