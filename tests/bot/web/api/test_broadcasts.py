"""Broadcasts over REST: weighed, confirmed by their number, and words to one guest."""

from __future__ import annotations

import pytest

from core.access import Permission, Role
from core.broadcasts import Broadcast, BroadcastState
from core.deliveries import Delivery
from tests.bot.web.api.conftest import Programs
from tests.bot.web.api.test_guests import event, put
from tests.cast import Place
from tests.core.door import reach


async def test_a_dry_run_says_whom_it_would_reach_and_keeps_nothing(programs: Programs) -> None:
    path = await event(programs)
    await put(programs, path, email="dana@example.org")
    body = {"text": "Bring water", "dry_run": True}
    heard = await programs.post(programs.cast.alice, f"{path}/broadcast", body)
    assert (heard.status, heard.body["id"]) == (200, None)
    assert heard.body["reach"]["out_of_reach"] == 1, "no e-mail can be sent here"
    assert await programs.cast.rows(Broadcast) == []


async def test_a_guest_is_written_to_and_a_broadcast_is_confirmed(programs: Programs) -> None:
    cast = programs.cast
    path = await event(programs, parent_id=cast.tigers.id)
    await reach(cast, cast.bob)
    guests = (await programs.get(cast.alice, f"{path}/guests")).items
    [bob] = [one for one in guests if one["person_id"] == cast.bob.id]
    body = {"text": "See you at six"}
    heard = await programs.post(cast.alice, f"{path}/guests/{bob['id']}/message", body)
    assert (heard.status, heard.body["by_channel"]) == (200, {"telegram": 1})
    assert [row.kind for row in await cast.rows(Delivery)][-1] == "announcement"
    sent = await programs.post(cast.alice, f"{path}/broadcast", body)
    assert (sent.status, sent.body["reach"]["reached"]) == (200, 1)
    states = [row.state for row in await cast.rows(Broadcast)]
    assert states[-1] is BroadcastState.WAITING


async def test_to_nobody_is_refused_in_the_words_of_chat(programs: Programs) -> None:
    path = await event(programs)
    heard = await programs.post(programs.cast.alice, f"{path}/broadcast", {"text": "Hello"})
    assert (heard.status, heard.code) == (409, "broadcast_to_nobody")


async def test_a_viewer_may_write_to_one_and_not_to_all(programs: Programs) -> None:
    cast = programs.cast
    path = await event(programs)
    await put(programs, path)
    await cast.join(cast.bob, Role.VIEWER, group=Place(int(path.rpartition("/")[2])))
    heard = await programs.post(cast.bob, f"{path}/broadcast", {"text": "Hello", "dry_run": True})
    assert heard.status == 403
    charlie = await programs.post(cast.charlie, f"{path}/broadcast", {"text": "Hello"})
    assert charlie.status == 404


@pytest.mark.attack(13)
async def test_a_key_that_may_only_look_writes_to_nobody(programs: Programs) -> None:
    cast = programs.cast
    path = await event(programs)
    dana = (await put(programs, path, email="dana@example.org")).body["id"]
    looking = await programs.key(cast.alice, may={Permission.LIST_GUESTS})
    for deed in ("broadcast", f"guests/{dana}/message"):
        heard = await programs.post(looking, f"{path}/{deed}", {"text": "Hello"})
        assert (heard.status, heard.code) == (403, "key_too_narrow")
    writing = await programs.key(cast.alice, may={Permission.LIST_GUESTS, Permission.BROADCAST})
    heard = await programs.post(writing, f"{path}/broadcast", {"text": "Hello", "dry_run": True})
    assert heard.status == 200
