"""Bound before they are known: who opens it has to be them, and the inviter hears of others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.access import Role
from core.errors import Forbidden, NotFound
from core.facts import ClaimRaised, PersonInvited, StrangerOpened
from core.invites import Invite
from core.invites.bindings import MOST_TOLD_A_DAY
from core.people import recognise
from tests.cast import Cast, Somebody, refused
from tests.core.inviting import direct, facts, show_phone, vouch

NUMBER = "+12025550143"


async def token_for(cast: Cast, said: str) -> str:
    token = (await direct(cast, said)).token
    assert token is not None
    return token


async def code_of(cast: Cast, who: Somebody, token: str) -> str:
    refusal = await refused(cast.open(who, token))
    assert type(refusal) is Forbidden
    return refusal.code


async def rename(cast: Cast, who: Somebody, username: str | None) -> None:
    sender = replace(who.sender, username=username)
    await cast.write(lambda s: recognise(s, sender=sender, now=cast.now).id)


async def test_who_has_the_username_now_opens_the_invite(cast: Cast) -> None:
    token = await token_for(cast, "@CHARLIE")
    await cast.open(cast.charlie, token)
    await cast.accept(cast.charlie, token)
    assert await cast.role_of(cast.charlie) is Role.MEMBER
    (invite,) = await cast.rows(Invite)
    assert (invite.invitee_id, invite.status(cast.now).value) == (cast.charlie.id, "accepted")


@pytest.mark.attack(7)
async def test_an_invite_handed_on_is_refused_and_its_inviter_told_once(cast: Cast) -> None:
    token = await token_for(cast, "@dana")
    for verb in (cast.open, cast.accept, cast.decline, cast.open):
        assert (await refused(verb(cast.charlie, token))).code == "invite_for_somebody_else"
    (fact,) = await facts(cast, StrangerOpened)
    assert fact.model_dump()["person_id"] == cast.charlie.id
    assert await cast.role_of(cast.charlie) is None


@pytest.mark.attack(9)
async def test_a_username_that_was_given_up_opens_nothing(cast: Cast) -> None:
    token = await token_for(cast, "@charlie")
    await rename(cast, cast.charlie, "charles")
    assert await code_of(cast, cast.charlie, token) == "invite_for_somebody_else"


@pytest.mark.attack(7)
async def test_an_inviter_hears_of_a_few_strangers_a_day(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    token = await token_for(cast, "@dana")
    for one in await cast.crowd(MOST_TOLD_A_DAY + 3):
        await code_of(cast, one, token)
    assert len(await facts(cast, StrangerOpened)) == MOST_TOLD_A_DAY


@pytest.mark.attack(8, 9)
async def test_a_number_is_proven_by_the_platform_alone(cast: Cast) -> None:
    token = await token_for(cast, NUMBER)
    assert await code_of(cast, cast.charlie, token) == "phone_proof_needed"
    assert await show_phone(cast, cast.charlie, "+12025550199") == []
    assert await code_of(cast, cast.charlie, token) == "phone_proof_needed"
    (invite,) = await show_phone(cast, cast.bob, NUMBER)
    assert invite.invitee_id == cast.bob.id
    assert await code_of(cast, cast.charlie, token) == "invite_for_somebody_else"


async def test_who_shows_another_number_is_told_of_as_a_stranger(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    token = await token_for(cast, NUMBER)
    await code_of(cast, cast.charlie, token)
    assert await facts(cast, StrangerOpened) == []
    for _ in range(2):
        await show_phone(cast, cast.charlie, "+12025550199")
    assert len(await facts(cast, StrangerOpened)) == 1


@pytest.mark.attack(54)
async def test_a_number_has_one_holder_the_last_who_showed_it(cast: Cast) -> None:
    lions = await cast.group("Lions")
    for who in (cast.charlie, cast.bob):
        await show_phone(cast, who, NUMBER)
    assert (await direct(cast, NUMBER, group=lions)).name == "Bob"


@pytest.mark.attack(8)
async def test_an_address_is_vouched_for_by_the_inviter(cast: Cast) -> None:
    result = await direct(cast, "dana@example.org")
    assert result.token
    assert result.invite
    for _ in range(2):
        assert await code_of(cast, cast.charlie, result.token) == "claim_waits"
    (asked,) = await facts(cast, ClaimRaised)
    assert asked.model_dump()["person_id"] == cast.charlie.id
    await vouch(cast, cast.alice, result.invite.public_id, cast.charlie, is_theirs=True)
    (told,) = await facts(cast, PersonInvited)
    assert told.model_dump()["person_id"] == cast.charlie.id
    await cast.accept(cast.charlie, result.invite.public_id)
    assert await cast.role_of(cast.charlie) is Role.MEMBER


@pytest.mark.attack(8)
async def test_a_no_keeps_the_link_for_whom_it_was_meant(cast: Cast) -> None:
    result = await direct(cast, "dana@example.org")
    assert result.token
    assert result.invite
    await code_of(cast, cast.charlie, result.token)
    await vouch(cast, cast.alice, result.invite.public_id, cast.charlie, is_theirs=False)
    assert await code_of(cast, cast.charlie, result.token) == "invite_for_somebody_else"
    assert await code_of(cast, cast.bob, result.token) == "claim_waits"


@pytest.mark.attack(39)
async def test_nobody_vouches_for_themselves_or_twice(cast: Cast) -> None:
    result = await direct(cast, "dana@example.org")
    assert result.token
    assert result.invite
    code = result.invite.public_id
    await code_of(cast, cast.charlie, result.token)
    await code_of(cast, cast.bob, result.token)
    for by, kind in ((cast.charlie, NotFound), (cast.bob, Forbidden)):
        assert type(await refused(vouch(cast, by, code, cast.charlie, is_theirs=True))) is kind
    await vouch(cast, cast.alice, code, cast.charlie, is_theirs=True)
    late = await refused(vouch(cast, cast.alice, code, cast.bob, is_theirs=True))
    assert late.code == "nobody_claims"
    assert [row.invitee_id for row in await cast.rows(Invite)] == [cast.charlie.id]
