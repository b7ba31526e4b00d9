"""Groups over REST: the same verbs and rights, and nobody overwrites what they did not see."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from core.audit import AuditEntry
from core.groups import Group
from tests.bot.web.api.conftest import Programs, Serving
from tests.cast import Cast


async def test_whoever_founds_a_group_owns_it(programs: Programs) -> None:
    heard = await programs.post(programs.cast.charlie, "/groups", {"name": "Owls", "kind": "band"})
    assert heard.status == 201
    assert (heard.body["name"], heard.body["kind"], heard.body["role"]) == ("Owls", "band", "owner")


async def test_a_group_stands_under_one_that_its_founder_runs(programs: Programs) -> None:
    tigers = programs.cast.tigers.id
    heard = await programs.post(programs.cast.alice, "/groups", {"name": "A", "parent_id": tigers})
    assert heard.body["parent_id"] == tigers
    heard = await programs.post(programs.cast.bob, "/groups", {"name": "B", "parent_id": tigers})
    assert (heard.status, heard.code) == (403, "not_allowed")


async def test_the_list_goes_on_page_by_page_with_the_role_in_each(programs: Programs) -> None:
    cast = programs.cast
    cubs = await cast.group("Cubs", owner=cast.bob, parent=cast.tigers)
    first = await programs.get(cast.alice, "/groups?limit=1")
    assert [(one["id"], one["role"]) for one in first.items] == [(cast.tigers.id, "owner")]
    second = await programs.get(cast.alice, f"/groups?limit=1&cursor={first.body['next_cursor']}")
    assert [one["id"] for one in second.items] == [cubs.id]
    assert second.body["next_cursor"] is None


async def test_a_group_of_others_looks_like_none(programs: Programs) -> None:
    theirs = await programs.get(programs.cast.charlie, f"/groups/{programs.cast.tigers.id}")
    none = await programs.get(programs.cast.charlie, "/groups/999999")
    for heard in (theirs, none):
        heard.body.pop("request_id")
    assert (theirs.status, theirs.body) == (none.status, none.body)


async def test_what_is_changed_is_named_in_the_log_as_done_by_a_program(programs: Programs) -> None:
    cast, path = programs.cast, f"/groups/{programs.cast.tigers.id}"
    heard = await programs.ask(
        cast.alice, "PATCH", path, {"name": "Lynxes", "timezone": "Europe/Berlin", "archived": True}
    )
    assert (heard.status, heard.body["name"], heard.body["timezone"]) == (
        200,
        "Lynxes",
        "Europe/Berlin",
    )
    assert heard.body["archived_at"] is not None
    entries = await cast.rows(AuditEntry)
    done = [(one.action, one.via) for one in entries if one.action.startswith("group.")]
    assert done[1:] == [
        ("group.renamed", "api"),
        ("group.zone_set", "api"),
        ("group.archived", "api"),
    ]


async def test_of_a_change_that_is_refused_in_one_part_nothing_is_kept(programs: Programs) -> None:
    cast, path = programs.cast, f"/groups/{programs.cast.tigers.id}"
    heard = await programs.ask(cast.alice, "PATCH", path, {"name": "X", "timezone": "Mars/Base"})
    assert (heard.status, heard.code) == (400, "no_such_zone")
    assert (await programs.get(cast.alice, path)).body["name"] == "Tigers"


async def test_who_saw_an_older_version_overwrites_nothing(programs: Programs) -> None:
    cast, path = programs.cast, f"/groups/{programs.cast.tigers.id}"
    seen = (await programs.get(cast.alice, path)).headers["ETag"]
    first = await programs.ask(cast.alice, "PATCH", path, {"name": "A"}, If_Match=seen)
    late = await programs.ask(cast.alice, "PATCH", path, {"name": "B"}, If_Match=seen)
    assert (first.status, late.status, late.code) == (200, 412, "changed_meanwhile")
    again = first.headers["ETag"]
    last = await programs.ask(cast.alice, "PATCH", path, {"name": "B"}, If_Match=f'"x", {again}')
    assert last.status == 200


async def test_of_two_who_saw_the_same_at_once_one_comes_late(
    programs_everywhere: Programs,
) -> None:
    programs, cast = programs_everywhere, programs_everywhere.cast
    path = f"/groups/{cast.tigers.id}"
    seen = (await programs.get(cast.alice, path)).headers["ETag"]
    heard = await asyncio.gather(
        *(
            programs.ask(cast.alice, "PATCH", path, {"name": name}, If_Match=seen)
            for name in ("A", "B", "C", "D")
        )
    )
    assert sorted(one.status for one in heard) == [200, 412, 412, 412]


async def test_a_deleted_group_is_gone(programs: Programs) -> None:
    cast, path = programs.cast, f"/groups/{programs.cast.tigers.id}"
    assert (await programs.ask(cast.bob, "DELETE", path)).status == 403
    assert (await programs.ask(cast.alice, "DELETE", path)).status == 204
    assert await cast.read(lambda s: s.scalars(select(Group)).all()) == []


async def test_a_group_is_moved_to_where_one_may_arrange(programs: Programs) -> None:
    cast = programs.cast
    cubs = await cast.group("Cubs")
    heard = await programs.ask(
        cast.alice, "PATCH", f"/groups/{cubs.id}", {"parent_id": cast.tigers.id}
    )
    assert heard.body["parent_id"] == cast.tigers.id
    heard = await programs.ask(cast.alice, "PATCH", f"/groups/{cubs.id}", {"parent_id": None})
    assert heard.body["parent_id"] is None


@pytest.mark.attack(29)
async def test_a_group_is_not_put_under_itself(programs: Programs) -> None:
    path = f"/groups/{programs.cast.tigers.id}"
    heard = await programs.ask(
        programs.cast.alice, "PATCH", path, {"parent_id": programs.cast.tigers.id}
    )
    assert (heard.status, heard.code) == (409, "move_cycle")


async def test_a_system_admin_lists_every_group_and_others_their_own(
    serving: Serving, sqlite_cast: Cast
) -> None:
    programs = await serving(sqlite_cast, system_admins=frozenset({"telegram:1003"}))
    await sqlite_cast.group("Lions", owner=sqlite_cast.alice)
    asked = {name: getattr(sqlite_cast, name) for name in ("alice", "bob", "charlie")}
    listed = {name: (await programs.get(who, "/groups")).items for name, who in asked.items()}
    assert {name: len(items) for name, items in listed.items()} == {
        "alice": 2,
        "bob": 1,
        "charlie": 2,
    }
