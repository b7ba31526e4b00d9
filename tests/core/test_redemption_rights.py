"""Who may not come in by an invite: guessers, the removed, the banned, and guests of the fallen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.access import MemberState, Role
from core.errors import Conflict, Forbidden, NotFound
from core.invites import Invite, add_token
from core.tokens import new_token
from tests.cast import Cast, refused
from tests.core.joining import ended, uses


@pytest.mark.attack(41, 47, 58)
@pytest.mark.parametrize(
    "code",
    ["", "a" * 43, "j_" + "a" * 43, "a" * 65, "\x00", "\ud83d", "inv_%", "' OR 1=1 --", "é" * 43],
)
async def test_what_opens_nothing_is_unknown_on_either_database(cast: Cast, code: str) -> None:
    refusal = await refused(cast.open(cast.charlie, code))
    assert (type(refusal), refusal.code, refusal.fields) == (NotFound, "invite_unknown", {})


@pytest.mark.attack(23)
async def test_guessing_ends_after_ten_a_minute_and_goes_on_after_it(cast: Cast) -> None:
    made = await cast.invite()
    codes = [(await refused(cast.open(cast.charlie, new_token()))).code for _ in range(10)]
    assert set(codes) == {"invite_unknown"}
    limited = await refused(cast.open(cast.charlie, made.token))
    assert (limited.code, limited.fields) == ("too_many_guesses", {"retry_after_s": 60})
    cast.clock.advance(seconds=60)
    await cast.accept(cast.charlie, made.token)


@pytest.mark.attack(23)
async def test_who_guesses_cannot_tell_absent_from_over(cast: Cast) -> None:
    over = [await ended(cast, why) for why in ("expired", "revoked", "used_up")]
    for _ in range(3):
        await refused(cast.open(cast.charlie, new_token()))
    told = [await refused(cast.open(cast.charlie, code)) for code in
            (new_token(), *(made.token for made in over))]  # fmt: skip
    assert {(type(t), t.code, str(t.fields)) for t in told} == {(NotFound, "invite_unknown", "{}")}


@pytest.mark.attack(23)
async def test_one_who_guesses_slows_down_nobody_else(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    made = await cast.invite()
    dana = await cast.somebody()
    for _ in range(11):
        await refused(cast.open(dana, new_token()))
    await cast.accept(cast.charlie, made.token)


@pytest.mark.attack(14)
@pytest.mark.parametrize(
    "lost", [Role.EDITOR, Role.VIEWER, MemberState.LEFT, MemberState.REMOVED, MemberState.BANNED]
)
async def test_an_invite_is_void_when_its_inviter_lost_the_right(
    cast: Cast, lost: Role | MemberState
) -> None:
    dana = await cast.somebody(role=Role.ADMIN)
    made = await cast.invite(by=dana)
    await (cast.join(dana, lost) if isinstance(lost, Role) else cast.part(dana, lost))
    refusal = await refused(cast.accept(cast.charlie, made.token))
    assert (type(refusal), refusal.code) == (Conflict, "invite_void")
    assert await uses(cast) == 0


@pytest.mark.attack(14)
async def test_an_owner_s_admin_link_is_void_once_they_are_admin_only(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    made = await cast.invite(role=Role.ADMIN)
    await cast.join(cast.alice, Role.ADMIN)
    assert (await refused(cast.accept(cast.charlie, made.token))).code == "invite_role_void"


async def test_a_system_admin_s_invite_needs_no_membership(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    root = replace(await cast.somebody("Root"), system_admin=True)
    made = await cast.invite(by=root, role=Role.OWNER, max_uses=0)
    invited = replace(cast.charlie, system_admins=frozenset({root.sender.key()}))
    await cast.accept(invited, made.token)
    assert await cast.role_of(cast.charlie) is Role.OWNER


@pytest.mark.attack(14)
async def test_an_invite_of_who_is_system_admin_no_more_is_void(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    root = replace(await cast.somebody("Root"), system_admin=True)
    made = await cast.invite(by=root, role=Role.OWNER)
    assert (await refused(cast.accept(cast.charlie, made.token))).code == "invite_void"


@pytest.mark.attack(16)
async def test_who_was_removed_does_not_return_by_a_link_from_before(cast: Cast) -> None:
    old = await cast.invite(max_uses=0)
    cast.clock.advance(hours=1)
    await cast.part(cast.bob, MemberState.REMOVED)
    assert (await refused(cast.accept(cast.bob, old.token))).code == "invite_outdated"
    resent = await cast.write(lambda s: add_token(s, s.get_one(Invite, old.id), now=cast.now))
    assert (await refused(cast.accept(cast.bob, resent))).code == "invite_outdated"
    cast.clock.advance(seconds=1)
    await cast.accept(cast.bob, (await cast.invite()).token)
    assert await cast.role_of(cast.bob) is Role.MEMBER


async def test_who_was_removed_does_not_return_by_a_link_of_that_very_moment(cast: Cast) -> None:
    made = await cast.invite(max_uses=0)
    await cast.part(cast.bob, MemberState.REMOVED)
    assert (await refused(cast.accept(cast.bob, made.token))).code == "invite_outdated"


async def test_who_left_returns_by_the_same_link_and_with_its_role(cast: Cast) -> None:
    made = await cast.invite(max_uses=0, role=Role.VIEWER)
    await cast.part(cast.bob, MemberState.LEFT)
    assert not (await cast.accept(cast.bob, made.token)).already_member
    assert await cast.role_of(cast.bob) is Role.VIEWER


async def test_who_leaves_and_returns_by_one_link_uses_one(cast: Cast) -> None:
    made = await cast.invite(max_uses=2)
    for _ in range(3):
        await cast.accept(cast.charlie, made.token)
        await cast.part(cast.charlie, MemberState.LEFT)
    assert await uses(cast) == 1


@pytest.mark.attack(16)
@pytest.mark.parametrize("verb", ["open", "accept", "decline"])
async def test_who_is_banned_comes_in_by_no_link(sqlite_cast: Cast, verb: str) -> None:
    cast = sqlite_cast
    await cast.part(cast.bob, MemberState.BANNED)
    cast.clock.advance(hours=1)
    made = await cast.invite(to=cast.bob)
    refusal = await refused(getattr(cast, verb)(cast.bob, made.token))
    assert (type(refusal), refusal.code) == (Forbidden, "banned")


@pytest.mark.attack(21)
async def test_a_resend_leaves_the_older_link_alive_and_a_revocation_ends_both(cast: Cast) -> None:
    made = await cast.invite(max_uses=0)
    second = await cast.write(lambda s: add_token(s, s.get_one(Invite, made.id), now=cast.now))
    people = await cast.crowd(4)
    await cast.accept(people[0], made.token)
    await cast.accept(people[1], second)
    await cast.revoke(cast.alice, made.public_id)
    assert (await refused(cast.accept(people[2], made.token))).code == "invite_revoked"
    assert (await refused(cast.accept(people[3], second))).code == "invite_revoked"
