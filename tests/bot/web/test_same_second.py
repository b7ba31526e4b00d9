"""Rights are read when they are needed: who was let in a moment ago reads by every front end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

import pytest
from sqlalchemy.orm import Session

from bot.ground import Ground
from bot.web.api.callers import READINGS, Reading
from bot.web.api.working import Api
from bot.web.credentials import readings_of
from core.access import Actor
from core.api_keys import create_key
from core.groups import Group
from core.people import find_identity
from tests.bot.commands.talk import Talk
from tests.bot.platforms.rigs import RIGS, Rig
from tests.bot.web.conftest import Client, Serve
from tests.bot.web.opened import open_page, send
from tests.bot.web.test_app_page import front_with_telegram, handed
from tests.bot.web.test_invite_answers import sign_in
from tests.cast import Cast, Clock, rows

WAYS = ("chat", "rest", "page", "app")


@dataclass
class Charlie:
    """Somebody who is known and in no group, with a phone, a browser, a program and a Mini App."""

    cast: Cast
    client: Client
    headers: dict[str, Mapping[str, str]] = field(default_factory=dict)

    async def accept(self, token: str, way: str) -> None:
        if way == "chat":
            assert not (await Talk(self.cast).say(self.cast.charlie, f"/accept {token}")).refused
        elif way == "page":
            page = await open_page(self.client, f"/i/{token}")
            assert (await send(self.client, page.form("Accept as Charlie"))).status == 200
        else:
            path = f"/api/v1/invites/{token}/accept"
            async with self.client.post(path, headers=self.headers[way]) as answer:
                assert answer.status == 200

    async def read(self, way: str) -> str:
        """What shows one's own groups, or the members of the Tigers."""
        if way == "chat":
            line = f"/members group={self.cast.tigers.id}"
            return (await Talk(self.cast).say(self.cast.charlie, line)).text
        if way == "page":
            return (await open_page(self.client, "/me")).text
        path = f"/api/v1/groups/{self.cast.tigers.id}"
        async with self.client.get(path, headers=self.headers[way]) as answer:
            return await answer.text()


@pytest.fixture
async def charlie(serve: Serve, sqlite_cast: Cast) -> Charlie:
    cast, front = sqlite_cast, front_with_telegram(sqlite_cast)
    client = await serve(cast.database, front=front, api=_api(cast, *readings_of(front)))
    await sign_in(client, cast, cast.charlie)
    key = await cast.write(lambda s: create_key(s, cast.charlie(s), name="x", now=cast.now)[1])
    known = {"id": int(cast.charlie.sender.address), "first_name": "Charlie"}
    keys = {"rest": f"Bearer {key}", "app": f"tma {handed(cast, known)}"}
    return Charlie(cast, client, {way: {"Authorization": one} for way, one in keys.items()})


def _api(where: Cast | Ground, *readings: Reading) -> Api:
    return Api(
        database=where.database,
        now=where.clock,
        stopping=asyncio.Event(),
        monotonic=time.monotonic,
        public_url="http://127.0.0.1",
        readings=(*READINGS, *readings),
    )


@pytest.mark.parametrize("reads", WAYS)
@pytest.mark.parametrize("accepts", WAYS)
async def test_who_was_just_let_in_reads_at_once(
    charlie: Charlie, accepts: str, reads: str
) -> None:
    assert "Tigers" not in await charlie.read(reads)
    made = await charlie.cast.invite()
    await charlie.accept(made.token, accepts)
    assert "Tigers" in await charlie.read(reads)


@pytest.fixture
def ground(sqlite_cast: Cast, clock: Clock) -> Ground:
    return Ground(sqlite_cast.database, clock)


@pytest.fixture(params=sorted(RIGS))
async def rig(request: pytest.FixtureRequest, ground: Ground) -> AsyncIterator[Rig]:
    async with RIGS[request.param](ground) as running:
        yield running


async def said(rig: Rig, line: str) -> str:
    """What Bob hears when he writes that in private."""
    rig.write(rig.bob, line)
    for row in await rig.receive():
        await rig.platform.handle(row)
    return rig.heard(rig.bob)[-1]


async def members_by_rest(client: Client, key: str, group_id: int) -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {key}"}
    async with client.get(f"/api/v1/groups/{group_id}/members", headers=headers) as answer:
        return answer.status, await answer.text()


async def key_of_bob(ground: Ground, rig: Rig) -> str:
    def unit(session: Session) -> str:
        bob = find_identity(session, platform=rig.bob.platform, address=rig.bob.address)
        assert bob is not None
        return create_key(session, Actor(bob.person, "test"), name="x", now=ground.clock())[1]

    return await ground.database.write(unit)


async def test_who_joins_on_a_platform_reads_there_and_by_rest_at_once(
    rig: Rig, ground: Ground, serve: Serve, sqlite_cast: Cast
) -> None:
    client = await serve(ground.database, api=_api(ground))
    [tigers] = [one.id for one in await rows(ground.database, Group)]
    await said(rig, "/start")
    key = await key_of_bob(ground, rig)
    assert (await members_by_rest(client, key, tigers))[0] == 404
    made = await sqlite_cast.invite()
    assert "You are in" in await said(rig, f"/accept {made.token}")
    assert "Alice" in await said(rig, f"/members group={tigers}")
    assert "Alice" in (await members_by_rest(client, key, tigers))[1]


async def test_who_joins_by_rest_reads_on_the_platform_at_once(
    rig: Rig, ground: Ground, serve: Serve, sqlite_cast: Cast
) -> None:
    client = await serve(ground.database, api=_api(ground))
    tigers = sqlite_cast.tigers.id
    assert "Alice" not in await said(rig, f"/members group={tigers}")
    headers = {"Authorization": f"Bearer {await key_of_bob(ground, rig)}"}
    made = await sqlite_cast.invite()
    async with client.post(f"/api/v1/invites/{made.token}/accept", headers=headers) as answer:
        assert answer.status == 200
    assert "Alice" in await said(rig, f"/members group={tigers}")
