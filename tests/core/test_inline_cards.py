"""Cards in other chats: nothing is made by looking, one invite by tapping, one use a person."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import update

from core.access import MemberState, Role
from core.audit import AuditEntry
from core.errors import Conflict, CoreError, NotFound
from core.groups.closing import archive_group
from core.invites import Invite
from core.invites.inline_cards import MOST_USES, join_by_card
from core.invites.inline_offers import InlineOffer, offer_groups
from core.invites.limits import Allowance, set_allowance
from core.tokens import digest
from tests.cast import Cast, Somebody, refused


async def offered(cast: Cast, who: Somebody, text: str = "") -> dict[str, str]:
    """The names of the groups that `who` is offered, with the codes of their cards."""
    found = await cast.write(lambda s: offer_groups(s, who(s), text=text, now=cast.now))
    return {one.group.name: code for code, one in found}


async def come(cast: Cast, who: Somebody, code: str) -> str:
    """What the tap brings: joined, member, or the code of a refusal."""
    try:
        answer = await cast.write(lambda s: join_by_card(s, who(s), code=code, now=cast.now))
    except CoreError as refusal:
        return refusal.code
    return "member" if answer.already_member else "joined"


async def test_looking_makes_no_invite(cast: Cast) -> None:
    code = (await offered(cast, cast.alice))["Tigers"]
    assert await cast.rows(Invite) == []
    (kept,) = await cast.rows(InlineOffer)
    assert kept.digest == digest(code)


async def test_the_first_tap_makes_the_invite_in_the_name_of_who_posted(cast: Cast) -> None:
    code = (await offered(cast, cast.alice))["Tigers"]
    assert await come(cast, cast.charlie, code) == "joined"
    assert await come(cast, cast.charlie, code) == "member"
    (invite,) = await cast.rows(Invite)
    assert (invite.inviter_id, invite.uses, invite.max_uses) == (cast.alice.id, 1, MOST_USES)
    assert await cast.role_of(cast.charlie) is Role.MEMBER
    made = next(e for e in await cast.rows(AuditEntry) if e.action == "invite.created")
    assert made.actor_id == cast.alice.id


@pytest.mark.attack(1, 2)
async def test_many_first_taps_at_once_make_one_invite_and_keep_its_limit(cast: Cast) -> None:
    code = (await offered(cast, cast.alice))["Tigers"]
    first, *others = await cast.crowd(21)
    assert await come(cast, first, code) == "joined"
    await cast.write(lambda s: s.execute(update(Invite).values(max_uses=6)).close())
    outcomes = Counter(await asyncio.gather(*(come(cast, who, code) for who in others)))
    assert outcomes == {"joined": 5, "invite_used_up": 15}


@pytest.mark.attack(1)
async def test_twenty_who_tap_a_fresh_card_share_one_invite(cast: Cast) -> None:
    code = (await offered(cast, cast.alice))["Tigers"]
    people = await cast.crowd(20)
    outcomes = Counter(await asyncio.gather(*(come(cast, who, code) for who in people)))
    assert outcomes == {"joined": 20}
    (invite,) = await cast.rows(Invite)
    assert invite.uses == 20


@pytest.mark.attack(22)
async def test_only_groups_that_one_may_invite_to_are_offered(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await cast.group("Lions", owner=cast.bob)
    assert await offered(cast, cast.charlie) == {}
    assert set(await offered(cast, cast.bob)) == {"Lions"}
    await cast.join(cast.bob, Role.ADMIN)
    assert set(await offered(cast, cast.bob)) == {"Lions", "Tigers"}


@pytest.mark.parametrize(("text", "found"), [("t", 1), ("under", 1), ("igers", 0), ("TIG", 1)])
async def test_a_group_is_found_by_the_beginning_of_a_word(
    sqlite_cast: Cast, text: str, found: int
) -> None:
    await sqlite_cast.group("Lions Under 12")
    assert len(await offered(sqlite_cast, sqlite_cast.alice, text)) == found


async def test_an_archived_group_is_not_offered_and_its_card_is_dead(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    code = (await offered(cast, cast.alice))["Tigers"]
    await cast.write(lambda s: archive_group(s, cast.alice(s), group=cast.tigers(s), now=cast.now))
    assert await offered(cast, cast.alice) == {}
    assert await come(cast, cast.charlie, code) == "invite_void"


@pytest.mark.attack(14)
@pytest.mark.parametrize("tapped_before", [True, False])
async def test_the_card_of_a_demoted_inviter_is_void(
    sqlite_cast: Cast, tapped_before: bool
) -> None:
    cast = sqlite_cast
    await cast.join(cast.bob, Role.ADMIN)
    code = (await offered(cast, cast.bob))["Tigers"]
    if tapped_before:
        assert await come(cast, await cast.somebody(), code) == "joined"
    await cast.join(cast.bob, Role.MEMBER)
    assert await come(cast, cast.charlie, code) == "invite_void"


@pytest.mark.attack(16)
async def test_who_is_banned_stays_out_and_a_revoked_card_is_closed(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    code = (await offered(cast, cast.alice))["Tigers"]
    await cast.part(cast.bob, MemberState.BANNED)
    assert await come(cast, cast.bob, code) == "banned"
    assert await come(cast, cast.charlie, code) == "joined"
    (invite,) = await cast.rows(Invite)
    await cast.revoke(cast.alice, invite.public_id)
    assert await come(cast, await cast.somebody(), code) == "invite_revoked"


async def test_a_card_that_nobody_touched_for_three_days_is_over(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    code = (await offered(cast, cast.alice))["Tigers"]
    cast.clock.advance(hours=72)
    assert await come(cast, cast.charlie, code) == "invite_expired"
    await offered(cast, cast.alice, "nothing of that name")
    assert await cast.rows(InlineOffer) == []


@pytest.mark.attack(23, 40)
@pytest.mark.parametrize("code", ["", "x", "A" * 22, "\x00", "' OR 1=1 --"])
async def test_a_code_that_was_never_offered_opens_nothing_and_is_counted(
    sqlite_cast: Cast, code: str
) -> None:
    cast = sqlite_cast
    for _ in range(10):
        assert await come(cast, cast.charlie, code) == "invite_unknown"
    assert await come(cast, cast.charlie, code) == "too_many_guesses"
    root = replace(cast.charlie, system_admin=True)
    refusal = await refused(cast.write(lambda s: join_by_card(s, root(s), code=code, now=cast.now)))
    assert not isinstance(refusal, Conflict | NotFound)


@pytest.mark.attack(30)
async def test_cards_count_against_the_limits_of_who_posted_them(cast: Cast) -> None:
    few = Allowance(short=1)
    admin = replace(cast.charlie, system_admin=True)
    await cast.write(
        lambda s: set_allowance(s, admin(s), group=cast.tigers(s), allowance=few, now=cast.now)
    )
    codes = [(await offered(cast, cast.alice))["Tigers"] for _ in range(2)]
    dana = await cast.somebody()
    assert [await come(cast, dana, code) for code in codes] == ["joined", "card_waits"]
    cast.clock.advance(minutes=10)
    assert await come(cast, dana, codes[1]) == "member"
