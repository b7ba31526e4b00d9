"""Invites for one person: sent to whom one may know, a link of their own for anybody else."""

from __future__ import annotations

import asyncio

import pytest

from core.access import MemberState, Role
from core.errors import Forbidden, NotFound
from core.facts import PersonInvited
from core.invites import Invite, Offer
from core.invites.direct import Outcome
from tests.cast import BOB, CHARLIE, Cast, refused
from tests.core.door import reach
from tests.core.inviting import direct, facts


async def test_a_known_and_reachable_person_hears_of_it_at_once(cast: Cast) -> None:
    lions = await cast.group("Lions")
    await reach(cast, cast.bob)
    result = await direct(cast, "@Bob", group=lions)
    assert (result.outcome, result.name, result.token) == (Outcome.SENT, "Bob", None)
    (invite,) = await cast.rows(Invite)
    assert (invite.invitee_id, invite.claim, invite.max_uses) == (cast.bob.id, None, 1)
    (fact,) = await facts(cast, PersonInvited)
    assert fact.model_dump() == {
        "group_id": lions.id,
        "invite_id": invite.id,
        "person_id": cast.bob.id,
    }


async def test_a_known_person_who_cannot_be_reached_gets_a_link_of_their_own(cast: Cast) -> None:
    lions = await cast.group("Lions")
    result = await direct(cast, "@bob", group=lions)
    assert (result.outcome, result.name) == (Outcome.HANDED, "Bob")
    assert await facts(cast, PersonInvited) == []
    assert result.token is not None
    assert (await refused(cast.open(cast.charlie, result.token))).code == "invite_for_somebody_else"
    assert not (await cast.accept(cast.bob, result.token)).already_member


async def test_whom_one_may_not_know_looks_like_nobody(cast: Cast) -> None:
    await reach(cast, cast.charlie)
    known_elsewhere = await direct(cast, "@charlie")
    unheard_of = await direct(cast, "@nobody")
    for result in (known_elsewhere, unheard_of):
        assert (result.outcome, result.person) == (Outcome.HANDED, None)
    assert await facts(cast, PersonInvited) == []
    assert [row.invitee_id for row in await cast.rows(Invite)] == [None, None]


async def test_whose_message_is_answered_is_reached(cast: Cast) -> None:
    await reach(cast, cast.charlie)
    result = await direct(cast, about=CHARLIE)
    assert (result.outcome, result.name) == (Outcome.SENT, "Charlie")


async def test_people_are_found_by_name_among_one_s_own(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    lions = await cast.group("Lions")
    await cast.somebody("Dana Levi", role=Role.MEMBER, group=lions)
    assert (await direct(cast, "dana levi")).name == "Dana Levi"
    assert (await refused(direct(cast, "Charlie"))).code == "who_not_known"


async def test_of_two_namesakes_nobody_is_invited_yet(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    lions = await cast.group("Lions")
    for name in ("Dana Levi", "Dana Katz"):
        await cast.somebody(name, role=Role.MEMBER, group=lions)
    result = await direct(cast, "dana")
    assert result.outcome is Outcome.UNSURE
    assert [one.name for one in result.candidates] == ["Dana Levi", "Dana Katz"]
    assert (await direct(cast, "Dana Levy")).outcome is Outcome.UNSURE, "only spelt alike"
    assert await cast.rows(Invite) == []


async def test_who_is_in_or_banned_is_not_invited(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    assert (await direct(cast, "@bob", offer=Offer(role=Role.ADMIN))).outcome is Outcome.MEMBER
    assert (await direct(cast, "Bob")).outcome is Outcome.MEMBER
    await cast.part(cast.bob, MemberState.BANNED)
    assert (await direct(cast, about=BOB)).outcome is Outcome.BANNED
    assert await cast.rows(Invite) == []


async def test_a_second_invite_to_the_same_person_finds_the_first(cast: Cast) -> None:
    for said in ("@dana", "+1 202 555 0143", "dana@example.org"):
        first = await direct(cast, said)
        again = await direct(cast, said)
        assert (again.outcome, again.token) == (Outcome.INVITED, None)
        assert first.invite
        assert again.invite
        assert again.invite.id == first.invite.id


async def test_an_invite_that_is_over_blocks_no_new_one(cast: Cast) -> None:
    first = await direct(cast, "@dana")
    assert first.invite
    await cast.revoke(cast.alice, first.invite.public_id)
    second = await direct(cast, "@dana")
    cast.clock.advance(hours=73)
    third = await direct(cast, "@dana")
    assert [one.outcome for one in (first, second, third)] == [Outcome.HANDED] * 3


async def test_two_admins_at_once_invite_somebody_once(cast: Cast) -> None:
    await cast.join(cast.bob, Role.ADMIN)
    both = await asyncio.gather(*(direct(cast, "@dana", by=by) for by in (cast.alice, cast.bob)))
    assert {one.outcome for one in both} == {Outcome.HANDED, Outcome.INVITED}
    assert len(await cast.rows(Invite)) == 1


@pytest.mark.attack(10)
async def test_only_who_may_invite_does(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    assert type(await refused(direct(cast, "@dana", by=cast.bob))) is Forbidden
    assert type(await refused(direct(cast, "@dana", by=cast.charlie))) is NotFound
    await cast.join(cast.bob, Role.ADMIN)
    above = direct(cast, "@dana", by=cast.bob, offer=Offer(role=Role.ADMIN))
    assert (await refused(above)).code == "role_above_yours"
    assert await cast.rows(Invite) == []
