"""The roster over REST, and the contract that is signed there."""

from __future__ import annotations

import pytest

from core.access import Permission
from core.outbox import OutboxEvent
from tests.bot.web.api.conftest import Heard, Programs


async def add(programs: Programs, **body: object) -> Heard:
    path = f"/groups/{programs.cast.tigers.id}/players"
    return await programs.post(programs.cast.alice, path, {"name": "Noa Levi", **body})


async def test_a_player_stands_on_the_roster_with_guardians(programs: Programs) -> None:
    made = await add(programs, guardians=["Dana Levi, dana@example.org, +1 202 555 0143"])
    assert (made.status, made.body["contract"]) == (201, "unsigned")
    assert made.body["guardians"] == [
        {
            "name": "Dana Levi",
            "email": "dana@example.org",
            "phone": "+12025550143",
            "handle": None,
            "person_id": None,
        }
    ]
    path = f"/groups/{programs.cast.tigers.id}/players?q=levi"
    assert (await programs.get(programs.cast.alice, path)).items == [made.body]
    assert (await programs.get(programs.cast.bob, path)).status == 403


async def test_a_contract_is_signed_once_and_the_fact_is_recorded(programs: Programs) -> None:
    cast = programs.cast
    made = await add(programs)
    path = f"/players/{made.body['id']}/contract"
    first, again = [await programs.post(cast.alice, path, {"name": "Dana"}) for _ in range(2)]
    assert (first.status, first.body["first"], first.body["capacity"]) == (200, True, "club")
    assert again.body == {**first.body, "first": False}
    facts = [one.event_type for one in await cast.rows(OutboxEvent)]
    assert facts.count("contract.signed") == 1


@pytest.mark.attack(17)
async def test_charlie_finds_no_player_of_others(programs: Programs) -> None:
    made = await add(programs)
    theirs, none = [
        await programs.post(programs.cast.charlie, f"/players/{id_}/contract", {})
        for id_ in (made.body["id"], "ply_aaaaaaaa")
    ]
    assert (theirs.status, theirs.code) == (none.status, none.code) == (404, "player_unknown")


@pytest.mark.attack(13)
async def test_a_limited_key_signs_for_nobody_s_child(programs: Programs) -> None:
    made = await add(programs)
    key = await programs.key(programs.cast.alice, may={Permission.VIEW})
    path = f"/players/{made.body['id']}/contract"
    for body in ({}, {"terms_id": 1}):
        assert (await programs.post(key, path, body)).status == 403
