"""Members over REST: who is in, who could be, and who may change that."""

from __future__ import annotations

import pytest

from core.access import MemberState, Role
from core.members import find_member
from tests.bot.web.api.conftest import Programs
from tests.cast import Somebody


def path_of(programs: Programs, who: Somebody) -> str:
    return f"/groups/{programs.cast.tigers.id}/members/{who.id}"


async def test_members_are_listed_page_by_page(programs: Programs) -> None:
    cast = programs.cast
    path = f"/groups/{cast.tigers.id}/members"
    first = await programs.get(cast.bob, f"{path}?limit=1")
    rest = await programs.get(cast.bob, f"{path}?limit=1&cursor={first.body['next_cursor']}")
    assert [(one["name"], one["role"]) for one in first.items + rest.items] == [
        ("Alice", "owner"),
        ("Bob", "member"),
    ]
    assert rest.body["next_cursor"] is None


async def test_members_are_found_by_the_beginning_of_their_names(programs: Programs) -> None:
    path = f"/groups/{programs.cast.tigers.id}/members?q=bo"
    assert [one["name"] for one in (await programs.get(programs.cast.bob, path)).items] == ["Bob"]


async def test_a_role_is_given_in_the_groups_own_words(programs: Programs) -> None:
    cast = programs.cast
    heard = await programs.ask(cast.alice, "PATCH", path_of(programs, cast.bob), {"role": "coach"})
    assert (heard.status, heard.body["role"], heard.body["label"]) == (200, "admin", "coach")
    assert await cast.role_of(cast.bob) is Role.ADMIN


async def test_who_saw_another_role_changes_nothing(programs: Programs) -> None:
    cast, path = programs.cast, path_of(programs, programs.cast.bob)
    seen = (await programs.get(cast.alice, path)).headers["ETag"]
    await cast.join(cast.bob, Role.EDITOR)
    heard = await programs.ask(cast.alice, "PATCH", path, {"role": "viewer"}, If_Match=seen)
    assert (heard.status, heard.code) == (412, "changed_meanwhile")
    assert await cast.role_of(cast.bob) is Role.EDITOR


@pytest.mark.attack(12)
async def test_a_role_in_the_body_gives_nobody_more_than_they_have(programs: Programs) -> None:
    cast = programs.cast
    heard = await programs.ask(cast.bob, "PATCH", path_of(programs, cast.bob), {"role": "owner"})
    assert heard.status == 403
    heard = await programs.post(
        cast.alice, f"/groups/{cast.tigers.id}/invites", {"role": "member", "state": "accepted"}
    )
    assert (heard.status, heard.code) == (400, "not_readable")
    assert await cast.role_of(cast.bob) is Role.MEMBER


async def test_a_member_is_removed_or_banned(programs: Programs) -> None:
    cast = programs.cast
    heard = await programs.ask(cast.alice, "DELETE", path_of(programs, cast.bob) + "?ban=true")
    assert heard.status == 204
    member = await cast.read(
        lambda s: find_member(s, person_id=cast.bob.id, group_id=cast.tigers.id)
    )
    assert member is not None
    assert member.state is MemberState.BANNED


async def test_whoever_removes_themselves_leaves(programs: Programs) -> None:
    cast = programs.cast
    assert (await programs.ask(cast.bob, "DELETE", path_of(programs, cast.bob))).status == 204
    heard = await programs.ask(cast.alice, "DELETE", path_of(programs, cast.alice))
    assert (heard.status, heard.code) == (409, "last_owner")


async def test_non_members_are_those_whom_one_may_know(programs: Programs) -> None:
    cast = programs.cast
    lions = await cast.group("Lions")
    await cast.somebody("Dana Levi", role=Role.MEMBER, group=lions)
    await cast.somebody("Dana Stranger")
    heard = await programs.get(cast.alice, f"/groups/{cast.tigers.id}/non-members?q=dana")
    assert [one["name"] for one in heard.items] == ["Dana Levi"]
    heard = await programs.get(cast.alice, f"/groups/{cast.tigers.id}/non-members")
    assert heard.status == 400


async def test_charlie_learns_nothing_of_who_is_in(programs: Programs) -> None:
    cast = programs.cast
    for path in ("members", f"members/{cast.bob.id}", "non-members?q=bob"):
        heard = await programs.get(cast.charlie, f"/groups/{cast.tigers.id}/{path}")
        assert (heard.status, heard.code) == (404, "group_unknown")
