"""Keys for programs: what they open is never more than their owner may at that moment."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core import schema
from core.access import MemberState, Permission, Role
from core.api_keys import ApiKey, create_key, revoke_key
from core.audit import AuditEntry
from core.groups.closing import delete_group, plan_deletion
from core.people import Person
from core.tokens import is_key, new_key
from tests.bot.web.api.conftest import Programs, Serving
from tests.cast import Cast, refused

INVITING = {Permission.INVITE, Permission.LIST_INVITES, Permission.VIEW}


async def code_of(programs: Programs, key: str | None, path: str = "") -> tuple[int, str]:
    heard = await programs.get(key, path or f"/groups/{programs.cast.tigers.id}")
    return heard.status, "" if heard.status < 400 else heard.code


def test_a_key_with_one_wrong_letter_is_no_key() -> None:
    key = new_key()
    assert is_key(key)
    other = "B" if key[10] == "A" else "A"
    assert not is_key(key[:10] + other + key[11:])
    assert not any(map(is_key, ("", "usk_", key + "x", key[4:], "ü" * 53)))


async def test_of_a_key_only_its_digest_is_kept(programs: Programs) -> None:
    key = await programs.key(programs.cast.alice)
    tables = schema.Base.metadata.tables.values()
    kept = await programs.cast.read(
        lambda s: repr([tuple(row) for one in tables for row in s.execute(select(one))])
    )
    assert key not in kept
    assert key[4:47] not in kept


@pytest.mark.attack(18)
@pytest.mark.parametrize("what", ["none", "unknown", "invite", "revoked", "expired", "erased"])
async def test_what_opens_nothing_looks_alike(programs: Programs, what: str) -> None:
    cast = programs.cast
    key: str | None = await programs.key(cast.alice)
    if what == "none":
        key = None
    elif what == "unknown":
        key = new_key()
    elif what == "invite":
        key = (await cast.invite()).token
    elif what == "revoked":
        [row] = await cast.rows(ApiKey)
        await cast.write(
            lambda s: revoke_key(s, cast.alice(s), public_id=row.public_id, now=cast.now)
        )
    elif what == "expired":
        cast.clock.advance(days=90)
    else:
        gone = update(Person).where(Person.id == cast.alice.id).values(erased_at=cast.now)
        await cast.write(lambda s: s.execute(gone))
    heard = await programs.get(key, f"/groups/{cast.tigers.id}")
    assert (heard.status, heard.code) == (401, "key_opens_nothing")
    assert heard.headers["WWW-Authenticate"].startswith("Bearer")


async def test_a_key_opens_what_its_owner_may_today(programs: Programs) -> None:
    cast = programs.cast
    key = await programs.key(cast.bob)
    assert (await code_of(programs, key))[0] == 200
    await cast.part(cast.bob, MemberState.REMOVED)
    assert await code_of(programs, key) == (404, "group_unknown")


@pytest.mark.attack(17)
async def test_a_key_for_one_group_opens_it_and_those_below_alone(programs: Programs) -> None:
    cast = programs.cast
    cubs, lions = await cast.group("Cubs", parent=cast.tigers), await cast.group("Lions")
    key = await programs.key(cast.alice, groups=[cast.tigers])
    opened = {one.id: await code_of(programs, key, f"/groups/{one.id}") for one in (cubs, lions)}
    assert opened == {cubs.id: (200, ""), lions.id: (404, "group_unknown")}
    listed = (await programs.get(key, "/groups")).items
    assert {one["id"] for one in listed} == {cast.tigers.id, cubs.id}


async def test_a_key_whose_groups_are_gone_opens_none(programs: Programs) -> None:
    cast = programs.cast
    lions = await cast.group("Lions")
    key = await programs.key(cast.alice, groups=[lions])

    def unit(s: Session) -> None:
        remains = plan_deletion(s, cast.alice(s), group=lions(s), now=cast.now)
        delete_group(s, cast.alice(s), remains=remains, now=cast.now)

    await cast.write(unit)
    assert (await programs.get(key, "/groups")).items == []
    assert (await code_of(programs, key))[0] == 404


async def test_a_key_does_only_what_it_is_made_for(programs: Programs) -> None:
    cast = programs.cast
    key = await programs.key(cast.alice, may={Permission.VIEW})
    assert await code_of(programs, key) == (200, "")
    path = f"/groups/{cast.tigers.id}/members"
    assert await code_of(programs, key, path) == (403, "key_too_narrow")


@pytest.mark.attack(13)
@pytest.mark.parametrize(("role", "status"), [("member", 201), ("admin", 403), ("owner", 403)])
async def test_a_limited_key_hands_out_no_wider_role(
    programs: Programs, role: str, status: int
) -> None:
    key = await programs.key(programs.cast.alice, may=INVITING)
    path = f"/groups/{programs.cast.tigers.id}/invites"
    heard = await programs.post(key, path, {"role": role})
    assert heard.status == status
    assert status == 201 or heard.code == "key_hands_out_less"


@pytest.mark.attack(13)
@pytest.mark.parametrize("limit", ["groups", "rights"])
async def test_a_limited_key_does_nothing_outside_of_groups(programs: Programs, limit: str) -> None:
    cast = programs.cast
    only = [cast.tigers] if limit == "groups" else None
    key = await programs.key(cast.alice, groups=only, may=None if only else set(Permission))
    heard = await programs.post(key, "/groups", {"name": "Mine"})
    assert (heard.status, heard.code) == (403, "key_is_limited")
    made = await cast.invite(by=cast.alice)
    heard = await programs.post(key, f"/invites/{made.token}/accept")
    assert (heard.status, heard.code) == (403, "key_is_limited")


async def test_a_limited_key_of_a_system_admin_rules_nothing(
    serving: Serving, sqlite_cast: Cast
) -> None:
    programs = await serving(sqlite_cast, system_admins=frozenset({"telegram:1003"}))
    whole = await programs.key(sqlite_cast.charlie)
    limited = await programs.key(sqlite_cast.charlie, may=set(Permission))
    assert (await code_of(programs, whole))[0] == 200
    assert (await code_of(programs, limited))[0] == 404


async def test_the_last_use_is_noted_once_a_minute(programs: Programs) -> None:
    cast = programs.cast
    key = await programs.key(cast.alice)
    noted = []
    for seconds in (0, 30, 31):
        cast.clock.advance(seconds=seconds)
        await programs.get(key, "/groups")
        [row] = await cast.rows(ApiKey)
        noted.append(row.last_used_at)
    start = cast.now.timestamp() - 61
    assert [one.timestamp() - start for one in noted if one] == [0, 0, 61]


async def test_who_becomes_one_person_keeps_the_keys_of_both(programs: Programs) -> None:
    cast = programs.cast
    key = await programs.key(cast.bob)
    moved = update(ApiKey).values(person_id=cast.alice.id)
    await cast.write(lambda s: s.execute(moved))
    heard = await programs.get(key, f"/groups/{cast.tigers.id}")
    assert heard.body["role"] == "owner"


async def test_there_are_no_more_than_twenty_keys(sqlite_cast: Cast) -> None:
    cast = sqlite_cast

    async def make() -> None:
        await cast.write(lambda s: create_key(s, cast.bob(s), name="x", now=cast.now))

    for _ in range(20):
        await make()
    assert (await refused(make())).code == "too_many_keys"


async def test_a_key_is_limited_to_groups_of_its_owner(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    made = cast.write(
        lambda s: create_key(s, cast.charlie(s), name="x", groups=[cast.tigers(s)], now=cast.now)
    )
    assert (await refused(made)).code == "group_unknown"


async def test_making_and_revoking_are_in_the_log(programs: Programs) -> None:
    cast = programs.cast
    await programs.key(cast.bob)
    [row] = await cast.rows(ApiKey)
    for _ in range(2):
        await cast.write(
            lambda s: revoke_key(s, cast.bob(s), public_id=row.public_id, now=cast.now)
        )
    done = [(one.action, one.subject) for one in await cast.rows(AuditEntry)]
    assert done[1:] == [("key.made", row.public_id), ("key.revoked", row.public_id)]


async def test_charlie_revokes_no_key_of_others(programs: Programs) -> None:
    cast = programs.cast
    await programs.key(cast.bob)
    [row] = await cast.rows(ApiKey)
    tried = cast.write(
        lambda s: revoke_key(s, cast.charlie(s), public_id=row.public_id, now=cast.now)
    )
    assert (await refused(tried)).code == "no_such_key"


@pytest.mark.attack(60)
async def test_a_key_is_in_no_log_line_and_no_answer(
    programs: Programs, capsys: pytest.CaptureFixture[str]
) -> None:
    cast = programs.cast
    key = await programs.key(cast.alice)
    bodies = [
        (await programs.get(key, path)).body for path in ("/groups", "/groups/9", "/groups/x")
    ]
    told = capsys.readouterr()
    assert not re.search(r"usk_\w", told.out + told.err + repr(bodies))
    assert await cast.role_of(cast.alice) is Role.OWNER
