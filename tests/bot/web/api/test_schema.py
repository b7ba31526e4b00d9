"""The document is valid, and no answer to any credential is outside of it."""

from __future__ import annotations

import asyncio
import random
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

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
from sqlalchemy.orm import Session

from bot.metrics import Metrics
from bot.progress import Progress
from bot.web.api.callers import READINGS
from bot.web.api.document import openapi
from bot.web.api.operations import OPERATIONS
from bot.web.api.rates import Rate
from bot.web.api.working import Api
from bot.web.cookies import CSRF_FOR, SESSION, VISIT, Visit
from bot.web.credentials import CSRF_HEADER, readings_of
from bot.web.site import create_service
from core.access import Permission, Role
from core.api_keys import create_key, revoke_key
from core.people.web_sessions import Beginning, begin_session
from core.tokens import new_token
from tests.bot.web.api.test_authorization import plan_something
from tests.bot.web.test_app_page import ALICE, front_with_telegram, handed
from tests.bot.web.test_init_data import signed
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
    "narrow",
    "expired",
    "revoked",
    "session",
    "session, unproven",
    "mini app",
    "mini app, stale",
)
# Most of what there is to be shown is shown to owners.
ASKING = (*CREDENTIALS, *["owner"] * 8, "ruler", "session", "mini app")
EXAMPLES = 50


def test_the_document_is_valid() -> None:
    assert list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()) == []


@dataclass
class Served:
    """A service on a port of its own, in a thread of its own, with every kind of credential."""

    url: str = ""
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    known: dict[str, list[Any]] = field(default_factory=dict)

    def keep(self, credential: str, key: str) -> None:
        self.headers[credential] = {"Authorization": f"Bearer {key}"}


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
    front = front_with_telegram(cast)
    api = Api(
        database=cast.database,
        now=cast.clock,
        stopping=asyncio.Event(),
        monotonic=lambda: 0.0,
        public_url="http://usher.test",
        system_admins=frozenset({"telegram:9"}),
        rate=Rate(burst=100_000),
        readings=(*READINGS, *readings_of(front)),
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
        served.keep(name, await cast.write(lambda s, who=who: key(s, who)))  # type: ignore[misc]
    ruler = await cast.somebody("Rula")
    match, player, guest = await cast.write(lambda s: plan_something(s, cast))
    served.keep("wrong", "usk_wrong")
    served.keep("ruler", await cast.write(lambda s: key(s, ruler)))
    served.keep(
        "narrow",
        await cast.write(lambda s: key(s, cast.alice, permissions=may, groups=[cast.tigers(s)])),
    )
    await _furnish_others(served, cast)
    served.known = {
        "id": [cast.tigers.id, match, made[0].public_id, made[1].public_id, player],
        "guest_id": [guest],
        "token": [one.token for one in made],
        "person_id": [who.id for who in people.values()],
    }


async def _furnish_others(served: Served, cast: Cast) -> None:
    """What opens nothing any more, and what browsers and Mini Apps show, all of them Alice's."""

    def keys(s: Session) -> tuple[str, str, str]:
        alice = cast.alice(s)
        ended, gone = (create_key(s, alice, name="x", now=cast.now) for _ in "ab")
        ended[0].expires_at = cast.now
        revoke_key(s, alice, public_id=gone[0].public_id, now=cast.now)
        begun = begin_session(s, alice, beginning=Beginning.LINK, device="test", now=cast.now)
        return ended[1], gone[1], begun[1]

    expired, revoked, session = await cast.write(keys)
    served.keep("expired", expired)
    served.keep("revoked", revoked)
    visit = Visit(new_token(), is_new=False, signed_in_by=session)
    cookie = {"Cookie": f"{SESSION}={session}; {VISIT}={visit.secret}"}
    served.headers |= {
        "none": {},
        "session": {**cookie, CSRF_HEADER: visit.nonce(CSRF_FOR)},
        "session, unproven": cookie,
        "mini app": {"Authorization": f"tma {handed(cast)}"},
        "mini app, stale": {"Authorization": f"tma {_stale(cast)}"},
    }


def _stale(cast: Cast) -> str:
    return urlencode(signed(ALICE, at=cast.now - timedelta(hours=1)))


def test_every_kind_of_credential_opens_what_it_should(served: Served) -> None:
    def status(credential: str, name: str = "list_groups", **said: Any) -> int:
        case = SCHEMA.find_operation_by_id(name).Case(**said)
        answer = case.call(base_url=served.url, headers=served.headers[credential])
        return int(answer.status_code)

    body = {"body": {"name": "Owls"}, "media_type": "application/json"}
    shut = {"none", "wrong", "expired", "revoked", "mini app, stale"}
    assert {one for one in CREDENTIALS if status(one) == 401} == shut
    assert {one for one in CREDENTIALS if status(one) == 200} == set(CREDENTIALS) - shut
    founding = ("session, unproven", "session", "mini app")
    assert [status(one, "found_group", **body) for one in founding] == [403, 201, 201]


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
        headers = served.headers[credential]
        # Our own credential alone: those that the document would have made up open nothing.
        case.headers.pop("Authorization", None)
        case.cookies.clear()
        response = case.call(base_url=served.url, headers=headers)
        case.validate_response(response, checks=CHECKS, headers=headers)
        answered.add(response.status_code)

    probe()
    assert answered & {200, 201, 204, 400, 403, 404, 410}, answered
