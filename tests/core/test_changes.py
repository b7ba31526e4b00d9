"""Changing roles, removing, banning, undoing: who may, on whom, and what it leaves behind."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from itertools import product

import pytest
from sqlalchemy.orm import Session

from core.access import Member, MemberState, Role
from core.audit import AuditEntry
from core.chats.expulsion import expel_from_rooms
from core.errors import CoreError
from core.facts import MemberChanged, MemberExpelled, RoomBanLifted, read_fact
from core.members import find_member, leave_group
from core.members.changes import MemberChange, Sanction, change_role, lift_ban, remove_member
from core.members.undo import undo_change
from core.outbox import OutboxEvent
from tests.cast import Cast, Place, Somebody, refused
from tests.core.linking import link

OWNER, ADMIN, EDITOR, MEMBER, VIEWER = Role
DONE = {"done"}
DENIED = {"not_allowed", "rank_too_high", "role_above_yours"}


async def give(
    cast: Cast, by: Somebody, whom: Somebody, role: Role, *, group: Place | None = None
) -> str:
    """The public id of the change, or "" when there was none."""

    def unit(s: Session) -> str:
        place = (group or cast.tigers)(s)
        made = change_role(s, by(s), group=place, person_id=whom.id, role=role, now=cast.now)
        return made.public_id if made else ""

    return await cast.write(unit)


async def remove(
    cast: Cast, by: Somebody, whom: Somebody, *, ban: bool = False, group: Place | None = None
) -> str:
    def unit(s: Session) -> str:
        place = (group or cast.tigers)(s)
        made = remove_member(s, by(s), group=place, person_id=whom.id, ban=ban, now=cast.now)
        return made.public_id

    return await cast.write(unit)


async def unban(cast: Cast, by: Somebody, whom: Somebody) -> str:
    def unit(s: Session) -> str:
        group = cast.tigers(s)
        return lift_ban(s, by(s), group=group, person_id=whom.id, now=cast.now).public_id

    return await cast.write(unit)


async def expel(cast: Cast, by: Somebody, whom: Somebody, sanction: Sanction) -> None:
    def unit(s: Session) -> None:
        expel_from_rooms(
            s,
            by(s),
            group=cast.tigers(s),
            person_id=whom.id,
            sanction=sanction,
            now=cast.now,
        )

    await cast.write(unit)


async def undo(cast: Cast, by: Somebody, public_id: str) -> None:
    def unit(s: Session) -> None:
        undo_change(s, by(s), public_id=public_id, now=cast.now)

    await cast.write(unit)


async def leave(cast: Cast, who: Somebody) -> None:
    await cast.write(lambda s: leave_group(s, who(s), group=cast.tigers(s), now=cast.now))


async def outcome(verb: Awaitable[object]) -> str:
    """ "done", or the code of the refusal."""
    try:
        await verb
    except CoreError as refusal:
        return refusal.code
    return "done"


async def row(cast: Cast, who: Somebody) -> Member:
    member = await cast.read(lambda s: find_member(s, person_id=who.id, group_id=cast.tigers.id))
    assert member is not None
    return member


async def facts(cast: Cast) -> list[object]:
    return [read_fact(one.event_type, one.payload) for one in await cast.rows(OutboxEvent)]


async def test_an_owner_makes_bob_an_editor_and_bob_hears_of_it(cast: Cast) -> None:
    assert await give(cast, cast.alice, cast.bob, EDITOR)
    assert await cast.role_of(cast.bob) is EDITOR
    assert await facts(cast) == [
        MemberChanged(group_id=cast.tigers.id, person_id=cast.bob.id, by_id=cast.alice.id)
    ]
    entry = (await cast.rows(AuditEntry))[-1]
    assert (entry.action, entry.subject) == ("member.role_changed", f"person:{cast.bob.id}")
    assert entry.details == {"group": "Tigers", "role": "editor", "state": "active"}


async def test_the_same_role_again_changes_nothing(sqlite_cast: Cast) -> None:
    assert not await give(sqlite_cast, sqlite_cast.alice, sqlite_cast.bob, MEMBER)
    assert await sqlite_cast.rows(MemberChange) == []


@pytest.mark.attack(10)
@pytest.mark.attack(28)
@pytest.mark.parametrize("actor", Role)
async def test_both_the_target_s_rank_and_the_new_role_are_checked(
    sqlite_cast: Cast, actor: Role
) -> None:
    cast = sqlite_cast
    by, whom = await cast.somebody(role=actor), await cast.somebody("Eve")
    for target, new in product(Role, Role):
        await cast.join(whom, target)
        may = actor is OWNER or (actor is ADMIN and {target, new} <= {EDITOR, MEMBER, VIEWER})
        assert await outcome(give(cast, by, whom, new)) in (DONE if may else DENIED)
        assert await cast.role_of(whom) is (new if may else target)


@pytest.mark.attack(28)
@pytest.mark.parametrize("actor", Role)
async def test_nobody_removes_at_or_above_their_own_rank(sqlite_cast: Cast, actor: Role) -> None:
    cast = sqlite_cast
    by, whom = await cast.somebody(role=actor), await cast.somebody("Eve")
    for target, ban in product(Role, (True, False)):
        await cast.join(whom, target)
        may = actor is OWNER or (actor is ADMIN and target in (EDITOR, MEMBER, VIEWER))
        assert await outcome(remove(cast, by, whom, ban=ban)) in (DONE if may else DENIED)
        assert await cast.role_of(whom) is (None if may else target)


@pytest.mark.attack(28)
async def test_a_role_from_above_protects_like_one_s_own(cast: Cast) -> None:
    cubs = await cast.group("Cubs", parent=cast.tigers)
    await cast.join(cast.bob, ADMIN)
    await cast.join(cast.bob, VIEWER, group=cubs)
    await cast.join(cast.charlie, ADMIN, group=cubs)
    refusal = await refused(give(cast, cast.charlie, cast.bob, MEMBER, group=cubs))
    assert refusal.code == "rank_too_high"
    assert (await refused(remove(cast, cast.charlie, cast.bob, group=cubs))).code == "rank_too_high"


async def test_charlie_may_change_nobody_and_learns_nothing(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    for verb in (give(cast, cast.charlie, cast.bob, EDITOR), remove(cast, cast.charlie, cast.bob)):
        refusal = await refused(verb)
        assert (refusal.code, refusal.fields) == ("group_unknown", {})


@pytest.mark.attack(17)
async def test_an_owner_elsewhere_changes_nobody_here(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    lions = await cast.group("Lions", owner=cast.charlie)
    assert (await refused(give(cast, cast.charlie, cast.bob, ADMIN))).code == "group_unknown"
    refusal = await refused(give(cast, cast.charlie, cast.bob, ADMIN, group=lions))
    assert refusal.code == "who_not_here"


async def test_the_last_owner_stays_whatever_is_tried(cast: Cast) -> None:
    root = replace(cast.charlie, system_admin=True)
    assert (await refused(give(cast, cast.alice, cast.alice, ADMIN))).code == "last_owner"
    assert (await refused(leave(cast, cast.alice))).code == "last_owner"
    assert (await refused(give(cast, root, cast.alice, ADMIN))).code == "last_owner_other"
    assert (await refused(remove(cast, root, cast.alice))).code == "last_owner_other"
    assert (await refused(remove(cast, root, cast.alice, ban=True))).code == "last_owner_other"
    assert await cast.role_of(cast.alice) is OWNER


async def test_one_of_two_owners_may_step_down(sqlite_cast: Cast) -> None:
    await sqlite_cast.join(sqlite_cast.bob, OWNER)
    await give(sqlite_cast, sqlite_cast.alice, sqlite_cast.alice, ADMIN)
    assert await sqlite_cast.role_of(sqlite_cast.alice) is ADMIN


@pytest.mark.attack(27)
@pytest.mark.parametrize("first", ["demote", "remove", "ban", "leave"])
@pytest.mark.parametrize("second", ["demote", "remove", "ban", "leave"])
async def test_of_two_last_owners_at_once_one_stays(cast: Cast, first: str, second: str) -> None:
    await cast.join(cast.bob, OWNER)

    def strike(how: str, by: Somebody, whom: Somebody) -> Awaitable[object]:
        if how == "leave":
            return leave(cast, by)
        if how == "demote":
            return give(cast, by, whom, MEMBER)
        return remove(cast, by, whom, ban=how == "ban")

    outcomes = await asyncio.gather(
        outcome(strike(first, cast.alice, cast.bob)), outcome(strike(second, cast.bob, cast.alice))
    )
    owners = [
        member
        for member in await cast.rows(Member)
        if member.role is OWNER and member.state is MemberState.ACTIVE
    ]
    assert len(owners) == 1
    # A demotion and a leaving of the same owner may both take place.
    assert "done" in outcomes
    assert outcomes.count("done") == 1 or (first == "leave") != (second == "leave")


async def test_nobody_removes_themselves(sqlite_cast: Cast) -> None:
    await sqlite_cast.join(sqlite_cast.bob, OWNER)
    refusal = await refused(remove(sqlite_cast, sqlite_cast.bob, sqlite_cast.bob))
    assert refusal.code == "remove_yourself"


async def test_the_row_stays_and_coming_back_restores_it(cast: Cast) -> None:
    before = await row(cast, cast.bob)
    await remove(cast, cast.alice, cast.bob)
    removed = await row(cast, cast.bob)
    assert (removed.id, removed.state, removed.ended_at) == (
        before.id,
        MemberState.REMOVED,
        cast.now,
    )
    cast.clock.advance(minutes=1)
    await cast.accept(cast.bob, (await cast.invite(role=EDITOR)).token)
    again = await row(cast, cast.bob)
    assert (again.id, again.role, again.state, again.ended_at) == (
        before.id,
        EDITOR,
        MemberState.ACTIVE,
        None,
    )


@pytest.mark.attack(16)
async def test_somebody_removed_does_not_come_back_by_a_link_from_before(cast: Cast) -> None:
    made = await cast.invite(max_uses=0)
    await remove(cast, cast.alice, cast.bob)
    assert (await refused(cast.accept(cast.bob, made.token))).code == "invite_outdated"


@pytest.mark.attack(14)
@pytest.mark.parametrize("fate", ["demoted", "removed", "banned", "left"])
async def test_an_invite_is_void_when_its_inviter_has_fallen(cast: Cast, fate: str) -> None:
    await cast.join(cast.bob, ADMIN)
    made = await cast.invite(by=cast.bob)
    match fate:
        case "demoted":
            await give(cast, cast.alice, cast.bob, EDITOR)
        case "left":
            await leave(cast, cast.bob)
        case _:
            await remove(cast, cast.alice, cast.bob, ban=fate == "banned")
    assert (await refused(cast.accept(cast.charlie, made.token))).code == "invite_void"


async def test_somebody_banned_comes_back_only_after_the_ban(cast: Cast) -> None:
    await remove(cast, cast.alice, cast.bob, ban=True)
    made = await cast.invite()
    assert (await refused(cast.accept(cast.bob, made.token))).code == "banned"
    cast.clock.advance(minutes=1)
    await unban(cast, cast.alice, cast.bob)
    assert (await refused(cast.accept(cast.bob, made.token))).code == "invite_outdated"
    cast.clock.advance(minutes=1)
    await cast.accept(cast.bob, (await cast.invite()).token)
    assert await cast.role_of(cast.bob) is MEMBER


async def test_somebody_who_left_can_still_be_banned(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await leave(cast, cast.bob)
    assert (await refused(remove(cast, cast.alice, cast.bob))).code == "who_not_here"
    await remove(cast, cast.alice, cast.bob, ban=True)
    assert (await row(cast, cast.bob)).state is MemberState.BANNED


@pytest.mark.attack(28)
async def test_an_admin_does_not_lift_the_ban_of_a_former_owner(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await cast.join(cast.bob, OWNER)
    await cast.join(cast.charlie, ADMIN)
    await remove(cast, cast.alice, cast.bob, ban=True)
    assert (await refused(unban(cast, cast.charlie, cast.bob))).code == "rank_too_high"


async def test_undo_restores_the_role(cast: Cast) -> None:
    made = await give(cast, cast.alice, cast.bob, EDITOR)
    cast.clock.advance(minutes=10)
    await undo(cast, cast.alice, made)
    assert await cast.role_of(cast.bob) is MEMBER
    assert (await cast.rows(AuditEntry))[-1].action == "member.change_undone"


@pytest.mark.parametrize("ban", [True, False])
async def test_undo_takes_somebody_back_as_they_were(cast: Cast, ban: bool) -> None:
    await cast.join(cast.bob, EDITOR)
    before = await row(cast, cast.bob)
    made = await remove(cast, cast.alice, cast.bob, ban=ban)
    await undo(cast, cast.alice, made)
    after = await row(cast, cast.bob)
    assert (after.role, after.state, after.joined_at, after.ended_at) == (
        EDITOR,
        MemberState.ACTIVE,
        before.joined_at,
        None,
    )


async def test_undo_is_too_late_after_ten_minutes(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    made = await give(cast, cast.alice, cast.bob, EDITOR)
    cast.clock.advance(minutes=10, seconds=1)
    assert (await refused(undo(cast, cast.alice, made))).code == "undo_too_late"


async def test_undo_works_once(cast: Cast) -> None:
    made = await give(cast, cast.alice, cast.bob, EDITOR)

    pressed = (undo(cast, cast.alice, made) for _ in range(2))
    assert sorted(await asyncio.gather(*map(outcome, pressed))) == ["done", "undo_done"]


async def test_undo_is_refused_when_the_role_changed_meanwhile_even_back(cast: Cast) -> None:
    made = await give(cast, cast.alice, cast.bob, EDITOR)
    await give(cast, cast.alice, cast.bob, VIEWER)
    assert (await refused(undo(cast, cast.alice, made))).code == "undo_overtaken"
    await give(cast, cast.alice, cast.bob, EDITOR)
    assert (await refused(undo(cast, cast.alice, made))).code == "undo_overtaken"


async def test_undo_is_refused_when_they_left_or_came_back_meanwhile(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    made = await give(cast, cast.alice, cast.bob, EDITOR)
    await leave(cast, cast.bob)
    assert (await refused(undo(cast, cast.alice, made))).code == "undo_overtaken"
    cast.clock.advance(minutes=1)
    await cast.join(cast.bob, EDITOR)
    assert (await refused(undo(cast, cast.alice, made))).code == "undo_overtaken"


@pytest.mark.attack(39)
async def test_only_who_did_it_or_an_owner_undoes(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    dana, eve = await cast.somebody(role=ADMIN), await cast.somebody("Eve", role=ADMIN)
    made = await give(cast, dana, cast.bob, EDITOR)
    assert (await refused(undo(cast, eve, made))).code == "undo_not_yours"
    assert (await refused(undo(cast, cast.bob, made))).code == "not_allowed"
    assert (await refused(undo(cast, cast.charlie, made))).code == "undo_unknown"
    await undo(cast, cast.alice, made)
    assert await cast.role_of(cast.bob) is MEMBER


@pytest.mark.attack(39)
async def test_undo_needs_the_right_at_the_time_it_is_pressed(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    dana = await cast.somebody(role=ADMIN)
    made = await remove(cast, dana, cast.bob)
    await give(cast, cast.alice, dana, EDITOR)
    assert (await refused(undo(cast, dana, made))).code == "not_allowed"


@pytest.mark.attack(10)
async def test_who_stepped_down_does_not_undo_themselves_up_again(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await cast.join(cast.bob, OWNER)
    made = await give(cast, cast.bob, cast.bob, ADMIN)
    assert (await refused(undo(cast, cast.bob, made))).code == "rank_too_high"


async def test_undo_leaves_an_owner(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    root = replace(cast.charlie, system_admin=True)
    made = await give(cast, cast.alice, cast.bob, OWNER)
    await leave(cast, cast.alice)
    assert (await refused(undo(cast, root, made))).code == "last_owner_other"


async def test_putting_out_of_the_rooms_is_a_fact_for_the_outbox(cast: Cast) -> None:
    await remove(cast, cast.alice, cast.bob)
    await expel(cast, cast.alice, cast.bob, Sanction.KICK)
    assert (await facts(cast))[-1] == MemberExpelled(
        group_id=cast.tigers.id, person_id=cast.bob.id, ban=False, by_id=cast.alice.id
    )


async def test_a_member_is_not_put_out_of_the_rooms(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    refusal = await refused(expel(cast, cast.alice, cast.bob, Sanction.BAN))
    assert refusal.code == "expel_member"


async def test_charlie_puts_nobody_out_of_the_rooms(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await remove(cast, cast.alice, cast.bob)
    refusal = await refused(expel(cast, cast.charlie, cast.bob, Sanction.BAN))
    assert refusal.code == "group_unknown"


@pytest.mark.parametrize("way", ["undo", "unban"])
async def test_the_ban_in_the_rooms_is_lifted_with_the_ban(sqlite_cast: Cast, way: str) -> None:
    cast = sqlite_cast
    made = await remove(cast, cast.alice, cast.bob, ban=True)
    await expel(cast, cast.alice, cast.bob, Sanction.BAN)
    await (undo(cast, cast.alice, made) if way == "undo" else unban(cast, cast.alice, cast.bob))
    lifted = RoomBanLifted(group_id=cast.tigers.id, person_id=cast.bob.id)
    assert lifted in await facts(cast)


async def test_a_ban_laid_on_an_account_that_was_merged_is_lifted_in_the_rooms_once(
    sqlite_cast: Cast,
) -> None:
    cast = sqlite_cast
    spare = await cast.somebody(role=Role.MEMBER)
    await remove(cast, cast.alice, spare, ban=True)
    await expel(cast, cast.alice, spare, Sanction.BAN)
    await link(cast, cast.bob, spare)
    for _ in range(2):
        await unban(cast, cast.alice, cast.bob)
        await remove(cast, cast.alice, cast.bob, ban=True)
    lifted = RoomBanLifted(group_id=cast.tigers.id, person_id=cast.bob.id)
    assert (await facts(cast)).count(lifted) == 1


async def test_a_room_ban_that_usher_did_not_set_is_left_alone(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await remove(cast, cast.alice, cast.bob, ban=True)
    await unban(cast, cast.alice, cast.bob)
    assert not any(isinstance(fact, RoomBanLifted) for fact in await facts(cast))
