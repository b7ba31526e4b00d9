"""The OpenAPI 3.1 document, made of the operations themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter

from bot.web.api.operation import Operation

Json = dict[str, Any]
REF = "#/components/schemas/{model}"
RATE_HEADERS = {
    "RateLimit-Limit": "How many requests fit at once.",
    "RateLimit-Remaining": "How many of them are left.",
    "RateLimit-Reset": "Seconds until all are back.",
}
CREDENTIALS: Json = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key that `/apikey` makes in chat.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-usher",
        "description": "Of a browser that is signed in; `usher` without https. What changes"
        " something needs the header `X-CSRF-Token` too, which `GET /me/csrf` tells.",
    },
    "miniApp": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "`tma` and a blank before Telegram's init data, ten minutes old at most.",
    },
}
ABOUT = (
    "Everything that chat can do, under the same rules: rights are those of the person whose key"
    " it is, as they are at the moment of the request. Make a key in chat with /apikey, and send it"
    " as `Authorization: Bearer usk_…`; a browser's session and a Mini App's init data open the"
    " same. Lists take `limit` and `cursor`. A POST with an"
    " `Idempotency-Key` can be sent again for 24 hours and happens once. A PATCH with `If-Match`"
    " changes only what you saw."
)


class Wrong(BaseModel):
    """One thing that is wrong with a request."""

    where: str
    what: str


class Problem(BaseModel):
    """An error (RFC 9457). `code` is for programs, `detail` for people, in the language that
    `Accept-Language` asks for.
    """

    model_config = ConfigDict(extra="allow")

    type: Literal["about:blank"]
    title: str
    status: int
    code: str
    detail: str | None = None
    request_id: str
    errors: list[Wrong] | None = None


def openapi(operations: Sequence[Operation], *, server: str) -> Json:
    """The whole document."""
    schemas, components = _schemas(operations)
    paths: dict[str, Json] = {}
    for one in operations:
        paths.setdefault(one.route, {})[one.method.lower()] = _described(one, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Usher", "version": "1", "description": ABOUT},
        "servers": [{"url": server}],
        "tags": [{"name": tag} for tag in dict.fromkeys(one.tag for one in operations)],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": CREDENTIALS,
        },
    }


def _schemas(operations: Iterable[Operation]) -> tuple[dict[Any, Json], Json]:
    """The schema of each model, and the components that they refer to, without two of one name."""
    taken = {model for one in operations for model in one.takes.values()}
    given = {one.gives for one in operations if one.gives is not None} | {Problem}
    inputs: list[tuple[Any, Any, TypeAdapter[Any]]] = [
        *((model, "validation", TypeAdapter(model)) for model in taken),
        *((model, "serialization", TypeAdapter(model)) for model in given),
    ]
    inputs.sort(key=lambda one: one[0].__name__)
    found, definitions = TypeAdapter.json_schemas(inputs, ref_template=REF)
    return {model: schema for (model, _), schema in found.items()}, definitions.get("$defs", {})


def _described(one: Operation, schemas: dict[Any, Json]) -> Json:
    described: Json = {
        "operationId": one.name,
        "summary": one.summary,
        "description": _description(one),
        "tags": [one.tag],
        "parameters": _parameters(one),
        "responses": _responses(one, schemas),
        "security": [] if one.public else [{name: []} for name in CREDENTIALS],
    }
    if "body" in one.takes:
        content = {"application/json": {"schema": schemas[one.takes["body"]]}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _description(one: Operation) -> str:
    needs = f"Takes the right to {one.permission.value}." if one.permission else ""
    return " ".join(filter(None, (one.description, needs)))


def _parameters(one: Operation) -> list[Json]:
    found = [
        parameter
        for place in ("path", "query")
        if place in one.takes
        for parameter in _of_model(one.takes[place], place)
    ]
    if one.method == "POST" and not one.public:
        found.append(_header("Idempotency-Key", "Of your choice: the same request happens once."))
    if one.method == "PATCH":
        found.append(_header("If-Match", "The ETag of what you saw."))
    return found


def _of_model(model: type[BaseModel], place: str) -> Iterable[Json]:
    schema = TypeAdapter(model).json_schema()
    required = schema.get("required", [])
    for name, shape in schema["properties"].items():
        yield {
            "name": name,
            "in": place,
            "required": place == "path" or name in required,
            "schema": _inlined(shape, schema.get("$defs", {})),
            "description": shape.get("description", ""),
        }


def _inlined(shape: Json, definitions: Json) -> Json:
    """Without references, and without null, which a parameter says by being absent."""
    options = [one for one in shape.get("anyOf", []) if one.get("type") != "null"]
    chosen = options[0] if options else shape
    if "$ref" in chosen:
        chosen = definitions[chosen["$ref"].rpartition("/")[2]]
    dropped = {"default", "description", "title"}
    return {name: value for name, value in chosen.items() if name not in dropped}


def _header(name: str, description: str) -> Json:
    form = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}
    shape = form if name == "Idempotency-Key" else {"type": "string"}
    return {
        "name": name,
        "in": "header",
        "required": False,
        "schema": shape,
        "description": description,
    }


def _responses(one: Operation, schemas: dict[Any, Json]) -> Json:
    answers = {str(one.status): _success(one, schemas)}
    for status in _failures(one):
        answers[str(status)] = _failure(status, schemas)
    return answers


def _success(one: Operation, schemas: dict[Any, Json]) -> Json:
    headers = {
        name: {"description": text, "schema": {"type": "integer"}}
        for name, text in RATE_HEADERS.items()
    }
    if one.tagged:
        headers["ETag"] = {"description": "Of what is shown.", "schema": {"type": "string"}}
    answer: Json = {"description": one.summary, "headers": headers}
    if one.gives is not None:
        answer["content"] = {"application/json": {"schema": schemas[one.gives]}}
    return answer


def _failures(one: Operation) -> list[int]:
    found = {400, 404, 429, 500, 503}
    if not one.public:
        found |= {401, 403}
    if one.over:
        found |= {409, 410}
    if not one.reads:
        found |= {408, 409, 413}
    if "body" in one.takes:
        found |= {415}
    if one.method == "POST":
        found |= {422}
    if one.method == "PATCH":
        found |= {412}
    return sorted(found)


def _failure(status: int, schemas: dict[Any, Json]) -> Json:
    content = {"application/problem+json": {"schema": schemas[Problem]}}
    return {"description": HTTPStatus(status).phrase, "content": content}
