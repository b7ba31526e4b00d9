"""The document is valid, and no answer to any credential is outside of it."""

from __future__ import annotations

import asyncio
import random
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bot.metrics import Metrics
from bot.progress import Progress
from bot.web.api.document import openapi
from bot.web.api.operations import OPERATIONS
from bot.web.api.rates import Rate
from bot.web.api.working import Api
from bot.web.site import create_service
from core.access import Permission, Role
from core.api_keys import create_key
from tests.bot.web.api.test_authorization import plan_something
from tests.cast import Cast, Clock, meet
from tests.conftest import opened, sqlite_url

DOCUMENT = openapi(OPERATIONS, server="http://usher.test")
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
CREDENTIALS = (
    "none",
    "wrong",
    "owner",
    "admin",
    "member",
    "viewer",
    "outsider",
    "ruler",
    "limited",
)
# Most of what there is to be shown is shown to owners.
ASKING = (*CREDENTIALS, *["owner"] * 6, "ruler")
EXAMPLES = 40


def test_the_document_is_valid() -> None:
    assert list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()) == []


@dataclass
class Served:
    """A service on a port of its own, in a thread of its own, and a key for each credential."""

    url: str = ""
    keys: dict[str, str | None] = field(default_factory=dict)
    known: dict[str, list[Any]] = field(default_factory=dict)

    def headers(self, credential: str) -> dict[str, str]:
        key = self.keys[credential]
        return {"Authorization": f"Bearer {key}"} if key is not None else {}


@pytest.fixture
def served(sqlite_template: Path, tmp_path: Path) -> Iterator[Served]:
    url = sqlite_url(Path(shutil.copy(sqlite_template, tmp_path / "usher.db")))
    served, ready, loop = Served(), threading.Event(), asyncio.new_event_loop()
    stop = asyncio.Event()

    async def run() -> None:
        async with opened(url) as database:
            cast = await meet(database, Clock())
            await _furnish(served, cast)
            runner = web.AppRunner(_service(cast), access_log=None)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            served.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            ready.set()
            await stop.wait()
            await runner.cleanup()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    assert ready.wait(60)
    yield served
    loop.call_soon_threadsafe(stop.set)
    thread.join(30)
    loop.close()


def _service(cast: Cast) -> web.Application:
    api = Api(
        database=cast.database,
        now=cast.clock,
        stopping=asyncio.Event(),
        monotonic=lambda: 0.0,
        public_url="http://usher.test",
        system_admins=frozenset({"telegram:9"}),
        rate=Rate(burst=100_000),
    )
    return create_service(
        database=cast.database,
        progress=Progress(),
        metrics=Metrics(),
        now=cast.clock,
        stopping=api.stopping,
        api=api,
    )


async def _furnish(served: Served, cast: Cast) -> None:
    people = {
        "owner": cast.alice,
        "admin": await cast.somebody("Ada", role=Role.ADMIN),
        "member": cast.bob,
        "viewer": await cast.somebody("Vera", role=Role.VIEWER),
        "outsider": cast.charlie,
    }
    made = [await cast.invite(max_uses=0), await cast.invite(to=cast.charlie)]
    may = {Permission.VIEW, Permission.LIST_MEMBERS}

    def key(s: Any, who: Any, **limits: Any) -> str:
        return create_key(s, who(s), name="x", now=cast.now, **limits)[1]

    for name, who in people.items():
        served.keys[name] = await cast.write(lambda s, who=who: key(s, who))  # type: ignore[misc]
    ruler = await cast.somebody("Rula")
    match, player, guest = await cast.write(lambda s: plan_something(s, cast))
    served.keys |= {
        "none": None,
        "wrong": "usk_wrong",
        "ruler": await cast.write(lambda s: key(s, ruler)),
        "limited": await cast.write(
            lambda s: key(s, cast.alice, permissions=may, groups=[cast.tigers(s)])
        ),
    }
    served.known = {
        "id": [cast.tigers.id, match, made[0].public_id, made[1].public_id, player],
        "guest_id": [guest],
        "token": [one.token for one in made],
        "person_id": [who.id for who in people.values()],
    }


@pytest.mark.attack(58)
@pytest.mark.attack(59)
@pytest.mark.parametrize("name", [one.name for one in OPERATIONS])
def test_no_answer_is_outside_of_the_document(served: Served, name: str) -> None:
    operation = SCHEMA.find_operation_by_id(name)
    answered: set[int] = set()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(), st.sampled_from(ASKING), st.randoms())
    def probe(case: schemathesis.Case[Any], credential: str, chance: random.Random) -> None:
        for parameter in case.path_parameters:
            if chance.random() < 0.8:  # an address of nothing tells little
                case.path_parameters[parameter] = chance.choice(served.known[parameter])
        if "group_id" in case.query and chance.random() < 0.8:
            case.query["group_id"] = served.known["id"][0]
        if chance.random() < 0.7:
            case.headers.pop("If-Match", None)
        headers = served.headers(credential)
        response = case.call(base_url=served.url, headers=headers)
        case.validate_response(response, checks=CHECKS, headers=headers)
        answered.add(response.status_code)

    probe()
    assert answered & {200, 201, 204, 400, 403, 404, 410}, answered
