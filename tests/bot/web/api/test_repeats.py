"""Idempotency-Key: a request that is sent twice happens once, and its answer is sealed."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.forgetting import forget_old_repeats
from bot.ground import Ground
from core import schema
from core.groups import Group
from core.invites import Invite
from core.repeats import Repeat
from tests.bot.web.api.conftest import Programs


async def test_the_same_request_again_hears_the_same_and_does_nothing(programs: Programs) -> None:
    cast = programs.cast
    first, again = [
        await programs.post(cast.alice, "/groups", {"name": "Owls"}, Idempotency_Key="1")
        for _ in range(2)
    ]
    assert (first.status, first.body) == (again.status, again.body)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(await cast.rows(Group)) == 2


async def test_many_at_once_are_one(programs_everywhere: Programs) -> None:
    programs, cast = programs_everywhere, programs_everywhere.cast
    key = await programs.key(cast.alice)
    path = f"/groups/{cast.tigers.id}/invites"
    heard = await asyncio.gather(
        *(programs.post(key, path, {}, Idempotency_Key="k") for _ in range(20))
    )
    assert {(one.status, one.body["token"]) for one in heard} == {(201, heard[0].body["token"])}
    assert len(await cast.rows(Invite)) == 1


@pytest.mark.parametrize("change", ["body", "path"])
async def test_another_request_with_the_same_key_is_refused(
    programs: Programs, change: str
) -> None:
    cast = programs.cast
    path, body = f"/groups/{cast.tigers.id}/invites", {"uses": 1}
    await programs.post(cast.alice, path, body, Idempotency_Key="k")
    other = ("/groups", {"name": "x"}) if change == "path" else (path, {"uses": 2})
    heard = await programs.post(cast.alice, *other, Idempotency_Key="k")
    assert (heard.status, heard.code) == (422, "repeat_differs")


async def test_the_keys_of_others_are_others(programs: Programs) -> None:
    for who in (programs.cast.alice, programs.cast.bob):
        heard = await programs.post(who, "/groups", {"name": "Owls"}, Idempotency_Key="k")
        assert "Idempotency-Replayed" not in heard.headers
    assert len(await programs.cast.rows(Group)) == 3


async def test_what_was_refused_may_be_tried_again(programs: Programs) -> None:
    cast = programs.cast
    path = f"/groups/{cast.tigers.id}/invites"
    refused = await programs.post(cast.alice, path, {"ttl_s": 1}, Idempotency_Key="k")
    assert refused.status == 400
    assert await cast.rows(Repeat) == []
    assert (await programs.post(cast.alice, path, {}, Idempotency_Key="k")).status == 201


@pytest.mark.attack(24)
async def test_no_token_can_be_read_from_what_is_kept(programs: Programs) -> None:
    cast = programs.cast
    path = f"/groups/{cast.tigers.id}/invites"
    made = await programs.post(cast.alice, path, {}, Idempotency_Key="k")
    tables = schema.Base.metadata.tables.values()
    kept = await cast.read(
        lambda s: repr([tuple(row) for one in tables for row in s.execute(select(one))])
    )
    assert made.body["token"] not in kept


async def test_after_a_day_the_key_is_free_again(programs: Programs) -> None:
    cast = programs.cast
    await programs.post(cast.alice, "/groups", {"name": "Owls"}, Idempotency_Key="k")
    cast.clock.advance(hours=24)
    heard = await programs.post(cast.alice, "/groups", {"name": "Lynxes"}, Idempotency_Key="k")
    assert (heard.status, heard.body["name"]) == (201, "Lynxes")


async def test_what_is_older_than_a_day_is_forgotten(programs: Programs) -> None:
    cast = programs.cast
    ground = Ground(cast.database, cast.clock)
    await programs.post(cast.alice, "/groups", {"name": "Owls"}, Idempotency_Key="k")
    await forget_old_repeats(ground)
    assert len(await cast.rows(Repeat)) == 1
    cast.clock.now += timedelta(hours=24)
    await forget_old_repeats(ground)
    assert await cast.rows(Repeat) == []


@pytest.mark.parametrize("chosen", ["", " ", "x" * 256, "schlüssel", "a b"])
async def test_a_key_that_is_none_is_refused(programs: Programs, chosen: str) -> None:
    heard = await programs.post(
        programs.cast.alice, "/groups", {"name": "Owls"}, Idempotency_Key=chosen
    )
    assert (heard.status, heard.code) == (400, "not_readable")
