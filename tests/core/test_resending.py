"""The same invite once more: new link, older ones alive, and only by who could have made it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from core.access import MemberState, Role
from core.errors import Conflict, CoreError, Forbidden, Limited, NotFound
from core.invites import InviteStatus, InviteToken
from core.invites.adopting import adopt_invite
from tests.cast import NOW, Cast, Somebody, refused
from tests.core.door import reach
from tests.core.joining import ended
from tests.core.lifecycle import actions, facts, link, resend, the_invite


@pytest.mark.attack(21)
async def test_a_resend_starts_the_time_anew_and_older_links_work(cast: Cast) -> None:
    made = await cast.invite(max_uses=3)
    cast.clock.advance(days=5)
    token = await resend(cast, cast.alice, made.public_id)
    invite = await the_invite(cast)
    assert (invite.id, invite.expires_at) == (made.id, cast.now + timedelta(hours=72))
    for who, code in zip(await cast.crowd(2), (made.token, token), strict=True):
        assert not (await cast.accept(who, code)).already_member
    assert await actions(cast) == [
        *("group.created", "invite.created", "invite.resent"),
        *("invite.accepted", "invite.accepted"),
    ]


@pytest.mark.attack(21)
async def test_revoking_closes_the_older_and_the_newer_links(cast: Cast) -> None:
    made = await cast.invite(max_uses=3)
    codes = [
        made.token,
        await resend(cast, cast.alice, made.public_id),
        await link(cast, cast.alice, made.public_id),
    ]
    await cast.revoke(cast.alice, made.public_id)
    for who, code in zip(await cast.crowd(3), codes, strict=True):
        assert (await refused(cast.accept(who, code))).code == "invite_revoked"


async def test_three_resends_within_a_day_are_enough(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    made = await cast.invite()
    for _ in range(3):
        await resend(cast, cast.alice, made.public_id)
        cast.clock.advance(hours=7)
    assert type(await refused(resend(cast, cast.alice, made.public_id))) is Limited
    cast.clock.advance(hours=3)
    await resend(cast, cast.alice, made.public_id)


async def test_of_ten_resends_at_once_three_go_out(cast: Cast) -> None:
    made = await cast.invite()

    async def one() -> str:
        try:
            return "sent" if await resend(cast, cast.alice, made.public_id) else ""
        except CoreError as refusal:
            return refusal.code

    done = Counter(await asyncio.gather(*(one() for _ in range(10))))
    assert done == {"sent": 3, "resent_too_often": 7}
    assert len(await cast.rows(InviteToken)) == 4


@pytest.mark.parametrize("why", ["revoked", "used_up"])
async def test_what_is_over_is_not_sent_again_and_blocks_no_new_one(
    sqlite_cast: Cast, why: str
) -> None:
    made = await ended(sqlite_cast, why)
    for verb, code in ((resend, f"resend_{why}"), (link, f"link_{why}")):
        refusal = await refused(verb(sqlite_cast, sqlite_cast.alice, made.public_id))
        assert (type(refusal), refusal.code) == (Conflict, code)
    again = await sqlite_cast.invite()
    assert not (await sqlite_cast.accept(sqlite_cast.charlie, again.token)).already_member


@pytest.mark.attack(21)
async def test_a_declined_invite_stays_declined_and_a_new_one_goes_out(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    made = await cast.invite(to=cast.charlie)
    await cast.decline(cast.charlie, made.token)
    refusal = await refused(resend(cast, cast.alice, made.public_id))
    assert refusal.code == "resend_declined"
    again = await cast.invite(to=cast.charlie)
    assert not (await cast.accept(cast.charlie, again.token)).already_member


async def test_a_direct_invite_s_card_goes_out_again_to_who_can_be_reached(
    sqlite_cast: Cast,
) -> None:
    cast = sqlite_cast
    made = await cast.invite(to=cast.charlie)
    await resend(cast, cast.alice, made.public_id)
    assert await facts(cast) == []
    await reach(cast, cast.charlie)
    await resend(cast, cast.alice, made.public_id)
    assert await facts(cast) == ["person.invited"]


async def test_who_is_in_by_now_is_not_asked_again(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    made = await cast.invite(to=cast.charlie)
    await cast.join(cast.charlie, Role.MEMBER)
    assert (await refused(resend(cast, cast.alice, made.public_id))).code == "resend_member"
    await cast.part(cast.charlie, MemberState.LEFT)
    await resend(cast, cast.alice, made.public_id)


@pytest.mark.attack(10, 28)
async def test_an_admin_gets_no_link_to_a_role_that_they_can_t_give(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await cast.join(cast.bob, Role.ADMIN)
    made = await cast.invite(role=Role.ADMIN)
    for verb in (resend, link):
        refusal = await refused(verb(cast, cast.bob, made.public_id))
        assert (type(refusal), refusal.code) == (Forbidden, "role_above_yours")
    assert len(await cast.rows(InviteToken)) == 1


@pytest.mark.attack(22)
async def test_charlie_and_bob_get_no_link(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    made = await cast.invite()
    for verb in (resend, link):
        assert type(await refused(verb(cast, cast.charlie, made.public_id))) is NotFound
        assert type(await refused(verb(cast, cast.bob, made.public_id))) is Forbidden
    assert len(await cast.rows(InviteToken)) == 1


async def test_another_link_leaves_the_invite_as_it_is_and_twenty_a_day_are_enough(
    sqlite_cast: Cast,
) -> None:
    cast = sqlite_cast
    made = await cast.invite()
    cast.clock.advance(hours=1)
    for _ in range(19):
        await link(cast, cast.alice, made.public_id)
    assert (await refused(link(cast, cast.alice, made.public_id))).code == "too_many_links"
    invite = await the_invite(cast)
    assert (invite.expires_at, invite.status(cast.now)) == (
        NOW + timedelta(hours=72),
        InviteStatus.PENDING,
    )


@pytest.mark.attack(3)
async def test_a_resend_and_an_accept_at_once_use_one(cast: Cast) -> None:
    made = await cast.invite()
    accepted = cast.accept(cast.charlie, made.token)
    sent = resend(cast, cast.alice, made.public_id)
    outcomes = await asyncio.gather(accepted, sent, return_exceptions=True)
    refusals = [one.code for one in outcomes if isinstance(one, CoreError)]
    assert refusals in ([], ["resend_used_up"])
    assert (await the_invite(cast)).uses == 1
    assert (await refused(resend(cast, cast.alice, made.public_id))).code == "resend_used_up"


@pytest.mark.attack(14)
@pytest.mark.parametrize("again", [resend, link])
async def test_what_its_inviter_may_not_give_any_more_is_adopted_before_it_is_sent(
    sqlite_cast: Cast, again: Callable[[Cast, Somebody, str], Awaitable[str]]
) -> None:
    cast = sqlite_cast
    dana = await cast.somebody(role=Role.ADMIN)
    made = await cast.invite(by=dana)
    await cast.part(dana, MemberState.REMOVED)
    refusal = await refused(again(cast, cast.alice, made.public_id))
    assert (refusal.code, refusal.fields["inviter"]) == ("resend_void", "Dana")
    await cast.write(
        lambda s: adopt_invite(s, cast.alice(s), public_id=made.public_id, now=cast.now)
    )
    await cast.accept(cast.charlie, await again(cast, cast.alice, made.public_id))
