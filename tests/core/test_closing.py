"""How a group ends: archived and restored, or deleted with all that belongs to it."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy.orm import Session

from core.access import Member, Role
from core.audit import AuditEntry
from core.chats import Chat
from core.deliveries import Delivery
from core.errors import CoreError
from core.groups import Group
from core.groups.closing import Remains, archive_group, delete_group, plan_deletion, restore_group
from core.invites import Invite, InviteToken
from core.invites.redemptions import Redemption
from core.invites.views import InviteView
from core.outbox import OutboxEvent
from core.people import Person
from core.routing import fan_out
from tests.cast import Cast, Place, Somebody, refused


async def _archive(cast: Cast, who: Somebody, place: Place | None = None) -> None:
    group = place or cast.tigers
    await cast.write(lambda s: archive_group(s, who(s), group=group(s), now=cast.now))


async def _restore(cast: Cast, who: Somebody, place: Place | None = None) -> None:
    group = place or cast.tigers
    await cast.write(lambda s: restore_group(s, who(s), group=group(s), now=cast.now))


async def _plan(cast: Cast, who: Somebody) -> Remains:
    return await cast.write(lambda s: plan_deletion(s, who(s), group=cast.tigers(s), now=cast.now))


async def _delete(cast: Cast, who: Somebody) -> None:
    def unit(s: Session) -> None:
        remains = plan_deletion(s, who(s), group=cast.tigers(s), now=cast.now)
        delete_group(s, who(s), remains=remains, now=cast.now)

    await cast.write(unit)


async def _furnish(cast: Cast) -> Place:
    """The Tigers with a room, a group below, a used and an open invite, a welcome that waits."""
    await cast.bind()
    cubs = await cast.group("Cubs", parent=cast.tigers)
    await cast.accept(cast.charlie, (await cast.invite()).token)
    await cast.invite(group=cubs)
    await cast.write(lambda s: fan_out(s, now=cast.now, limit=10))
    return cubs


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN])
async def test_an_admin_archives_and_restores(cast: Cast, role: Role) -> None:
    dana = await cast.somebody(role=role)
    await _archive(cast, dana)
    assert (await cast.read(cast.tigers)).archived_at == cast.now
    await _restore(cast, dana)
    assert (await cast.read(cast.tigers)).archived_at is None
    actions = [entry.action for entry in await cast.rows(AuditEntry)]
    assert actions[-2:] == ["group.archived", "group.restored"]


@pytest.mark.parametrize(("who", "code"), [("bob", "not_allowed"), ("charlie", "group_unknown")])
async def test_bob_and_charlie_end_nothing(sqlite_cast: Cast, who: str, code: str) -> None:
    cast = sqlite_cast
    somebody = getattr(cast, who)
    assert (await refused(_archive(cast, somebody))).code == code
    assert (await refused(_restore(cast, somebody))).code == code
    assert (await refused(_delete(cast, somebody))).code == code


async def test_archiving_twice_and_restoring_twice_are_refused(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    assert (await refused(_restore(cast, cast.alice))).code == "not_archived"
    await _archive(cast, cast.alice)
    assert (await refused(_archive(cast, cast.alice))).code == "group_archived"


async def test_an_admin_deletes_nothing(sqlite_cast: Cast) -> None:
    dana = await sqlite_cast.somebody(role=Role.ADMIN)
    assert (await refused(_delete(sqlite_cast, dana))).code == "not_allowed"


@pytest.mark.attack(15)
async def test_an_invite_opens_nothing_while_its_group_is_archived(cast: Cast) -> None:
    made = await cast.invite()
    await _archive(cast, cast.alice)
    for verb in (cast.open, cast.accept):
        refusal = await refused(verb(cast.charlie, made.token))
        assert (refusal.code, refusal.fields["group"]) == ("invite_archived", "Tigers")
    [invite] = await cast.rows(Invite)
    assert (invite.uses, await cast.role_of(cast.charlie)) == (0, None)


@pytest.mark.attack(15)
async def test_an_archive_above_covers_the_invites_below(cast: Cast) -> None:
    cubs = await cast.group("Cubs", parent=cast.tigers)
    made = await cast.invite(group=cubs)
    await _archive(cast, cast.alice)
    assert (await refused(cast.accept(cast.charlie, made.token))).code == "invite_archived"


async def test_invites_count_again_after_restoring(cast: Cast) -> None:
    made = await cast.invite()
    await _archive(cast, cast.alice)
    await _restore(cast, cast.alice)
    await cast.accept(cast.charlie, made.token)
    assert await cast.role_of(cast.charlie) is Role.MEMBER


async def test_no_invite_is_made_and_no_room_tied_in_an_archive(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await _archive(cast, cast.alice)
    assert (await refused(cast.invite())).code == "group_archived"
    assert (await refused(cast.bind())).code == "group_archived"


async def test_a_stranger_with_a_revoked_link_hears_of_the_link_and_not_of_the_archive(
    sqlite_cast: Cast,
) -> None:
    cast = sqlite_cast
    made = await cast.invite()
    await cast.revoke(cast.alice, made.public_id)
    await _archive(cast, cast.alice)
    assert (await refused(cast.open(cast.charlie, made.token))).code == "invite_revoked"


async def test_the_plan_counts_what_goes(cast: Cast) -> None:
    await _furnish(cast)
    remains = await _plan(cast, cast.alice)
    assert (remains.subgroups, remains.named) == (1, ("Cubs",))
    assert (remains.members, remains.chats, remains.invites) == (3, 1, 1)


async def test_all_that_belongs_to_a_group_goes_with_it_and_the_rest_stays(cast: Cast) -> None:
    """By the foreign keys alone, on both databases."""
    await _furnish(cast)
    lions = await cast.group("Lions", owner=cast.bob)
    await _delete(cast, cast.alice)
    for kind in (Chat, Invite, InviteToken, InviteView, Redemption, OutboxEvent, Delivery):
        assert await cast.rows(kind) == [], kind
    assert [group.id for group in await cast.rows(Group)] == [lions.id]
    assert [member.group_id for member in await cast.rows(Member)] == [lions.id]
    assert len(await cast.rows(Person)) == 3


async def test_nobody_s_current_group_is_one_that_is_gone(cast: Cast) -> None:
    await _furnish(cast)
    await _delete(cast, cast.alice)
    assert {person.current_group_id for person in await cast.rows(Person)} == {None}


async def test_the_audit_outlives_the_group_and_names_it(cast: Cast) -> None:
    await _furnish(cast)
    before = await cast.rows(AuditEntry)
    await _delete(cast, cast.alice)
    after = await cast.rows(AuditEntry)
    assert [entry.id for entry in after[:-1]] == [entry.id for entry in before]
    assert {entry.group_id for entry in after} == {None}
    assert {entry.details["group"] for entry in after} == {"Tigers", "Cubs"}
    last = after[-1]
    assert (last.action, last.subject) == ("group.deleted", f"group:{cast.tigers.id}")
    assert last.details == {"group": "Tigers", "subgroups": 1, "named": ["Cubs"], "members": 3}


async def test_an_archived_group_can_be_deleted(sqlite_cast: Cast) -> None:
    await _archive(sqlite_cast, sqlite_cast.alice)
    await _delete(sqlite_cast, sqlite_cast.alice)
    assert await sqlite_cast.rows(Group) == []


@pytest.mark.attack(3)
async def test_whoever_accepts_while_the_group_is_deleted_is_in_or_refused(cast: Cast) -> None:
    """And nobody sees the database's own words."""
    made = await cast.invite(max_uses=0)
    fans = await cast.crowd(5)
    results = await asyncio.gather(
        *(cast.accept(fan, made.token) for fan in fans[:3]),
        _delete(cast, cast.alice),
        *(cast.accept(fan, made.token) for fan in fans[3:]),
        return_exceptions=True,
    )
    errors = [result for result in results if isinstance(result, BaseException)]
    assert all(isinstance(error, CoreError) for error in errors), errors
    assert await cast.rows(Member) == []


async def test_the_rooms_of_all_that_is_archived_hear_of_it(cast: Cast) -> None:
    await cast.bind()
    cubs = await cast.group("Cubs", parent=cast.tigers)
    await cast.group("Lions", parent=cast.tigers)
    await cast.bind("-100600", group=cubs)
    await _archive(cast, cast.alice)
    await _restore(cast, cast.alice)
    told = [(row.event_type, row.group_id) for row in await cast.rows(OutboxEvent)]
    assert told == [
        (event, group)
        for event in ("group.archived", "group.restored")
        for group in (cast.tigers.id, cubs.id)
    ]
