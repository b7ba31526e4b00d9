"""The outbox and the audit over REST, for those whose they are."""

from __future__ import annotations

import pytest

from core.deliveries import Delivery, DeliveryStatus
from tests.bot.web.api.conftest import Programs, Serving
from tests.cast import Cast
from tests.core.dead import ROOM, lay


async def test_what_died_is_listed_with_its_reason_and_tried_again(programs: Programs) -> None:
    cast = programs.cast
    [dead] = await lay(cast, DeliveryStatus.DEAD, ROOM)
    path = f"/outbox?group_id={cast.tigers.id}&view=dead"
    heard = await programs.get(cast.alice, path)
    assert [(one["id"], one["reason"]) for one in heard.items] == [(dead, "Internal Server Error")]
    assert heard.body["counts"]["dead"] == 1
    retried = await programs.post(cast.alice, f"/outbox/{dead}/retry")
    assert retried.body == {"id": dead, "before": "dead"}
    [row] = await cast.rows(Delivery)
    assert row.status is DeliveryStatus.PENDING


async def test_what_waits_is_sent_now(programs: Programs) -> None:
    cast = programs.cast
    await lay(cast, DeliveryStatus.PENDING, ROOM, attempts=1)
    heard = await programs.post(cast.alice, "/outbox/drain", {"group_id": cast.tigers.id})
    assert heard.body == {"open": 1, "facts": 0}
    [row] = await cast.rows(Delivery)
    assert row.due_at == cast.now


@pytest.mark.attack(22)
async def test_a_message_of_others_looks_like_none(programs: Programs) -> None:
    cast = programs.cast
    [dead] = await lay(cast, DeliveryStatus.DEAD, ROOM)
    for who in (cast.bob, cast.charlie):
        heard = await programs.post(who, f"/outbox/{dead}/retry")
        assert (heard.status, heard.code) == (404, "no_such_message")


async def test_everything_is_for_system_admins(serving: Serving, sqlite_cast: Cast) -> None:
    programs = await serving(sqlite_cast, system_admins=frozenset({"telegram:1003"}))
    await lay(sqlite_cast, DeliveryStatus.DEAD, ROOM)
    assert (await programs.get(sqlite_cast.alice, "/outbox?view=dead")).status == 404
    assert len((await programs.get(sqlite_cast.charlie, "/outbox?view=dead")).items) == 1


async def test_the_audit_tells_who_did_what_by_which_front_end(programs: Programs) -> None:
    cast = programs.cast
    path = f"/groups/{cast.tigers.id}"
    await programs.ask(cast.alice, "PATCH", f"{path}/members/{cast.bob.id}", {"role": "editor"})
    heard = await programs.get(cast.alice, f"{path}/audit?limit=1")
    [deed] = heard.items
    assert (deed["actor"], deed["action"], deed["subject"], deed["via"]) == (
        "Alice",
        "member.role_changed",
        "Bob",
        "api",
    )
    older = await programs.get(cast.alice, f"{path}/audit?cursor={heard.body['next_cursor']}")
    assert [one["action"] for one in older.items] == ["group.created"]
