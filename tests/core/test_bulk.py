"""Lists of people: who is ready and why others are not, and everybody at once or nobody."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy.orm import Session

from core.access import MemberState, Role
from core.audit import AuditEntry
from core.contacts.lists import read_contacts
from core.errors import Conflict, Forbidden, NotFound
from core.facts import PersonInvited
from core.invites import Invite, InviteToken, Offer
from core.invites.bulk import Committed, commit_bulk
from core.invites.bulk_drafts import (
    BulkDraft,
    BulkRow,
    Preview,
    await_list,
    fill_list,
    forget_drafts,
)
from core.invites.weighing import Verdict, read_candidates
from core.tokens import digest
from tests.cast import Cast, Somebody, refused
from tests.core.door import reach
from tests.core.inviting import direct, facts

LIST = (
    "Dana,@dana\nOmer,+12025550143\nNoa,noa@example.org\nBob,@bob\nDana again,@Dana\nNobody,123456"
)


async def draft(
    cast: Cast, text: str, *, by: Somebody | None = None, offer: Offer | None = None
) -> Preview:
    candidates = read_candidates(read_contacts(text), platform="telegram", region="US")

    def unit(s: Session) -> Preview:
        actor, group = (by or cast.alice)(s), cast.tigers(s)
        kept = await_list(s, actor, group=group, offer=offer or Offer(), now=cast.now)
        return fill_list(s, actor, draft=kept, candidates=candidates, now=cast.now)

    return await cast.write(unit)


async def commit(cast: Cast, preview: Preview, *, by: Somebody | None = None) -> Committed:
    code = preview.draft.public_id
    return await cast.write(
        lambda s: commit_bulk(s, (by or cast.alice)(s), public_id=code, now=cast.now)
    )


async def test_each_row_stands_for_itself(cast: Cast) -> None:
    await direct(cast, "noa@example.org")
    preview = await draft(cast, LIST)
    assert [(row.line, row.verdict.value, row.reason) for row in preview.rows] == [
        (1, "ready", None),
        (2, "ready", None),
        (3, "invited", None),
        (4, "member", None),
        (5, "duplicate", None),
        (6, "malformed", "phone_unreadable"),
    ]
    assert len(await cast.rows(Invite)) == 1, "a look invites nobody"


async def test_a_name_alone_has_to_be_one_s_own(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    lions = await cast.group("Lions")
    for name in ("Eve Levi", "Dana Levi", "Dana Katz"):
        await cast.somebody(name, role=Role.MEMBER, group=lions)
    preview = await draft(cast, "Eve Levi\nDana\nCharlie")
    found = [(row.verdict.value, row.reason) for row in preview.rows]
    assert found == [
        ("ready", None),
        ("malformed", "who_is_unsure"),
        ("malformed", "who_not_known"),
    ]


async def test_an_address_that_cannot_be_read_gives_way_to_the_next(sqlite_cast: Cast) -> None:
    preview = await draft(sqlite_cast, "Dana,12345678901234,dana@example.org\nOmer,x@y")
    assert [row.claim for row in preview.rows] == ["email:dana@example.org", None]
    assert [row.reason for row in preview.rows] == [None, "email_unreadable"]


async def test_only_who_is_ready_is_invited_and_each_has_their_own(cast: Cast) -> None:
    lions = await cast.group("Lions")
    for who in (cast.bob, cast.charlie):
        await cast.join(who, Role.MEMBER, group=lions)
    await reach(cast, cast.charlie)
    done = await commit(cast, await draft(cast, LIST + "\nCharlie,@charlie"))
    assert (done.sent, [one.said for one in done.handouts]) == (1, ["Dana", "Omer", "Noa"])
    rows = await cast.rows(Invite)
    assert [row.claim for row in rows] == [
        "telegram:@dana",
        "phone:+12025550143",
        "email:noa@example.org",
        None,
    ]
    assert [row.title for row in rows] == ["Dana", "Omer", "Noa", None]
    kept = {row.digest for row in await cast.rows(InviteToken)}
    assert {digest(one.token) for one in done.handouts} < kept
    assert len(await facts(cast, PersonInvited)) == 1


@pytest.mark.attack(56)
async def test_the_same_list_again_invites_nobody(cast: Cast) -> None:
    await commit(cast, await draft(cast, LIST))
    again = await draft(cast, LIST)
    assert again.count(Verdict.READY) == 0
    done = await commit(cast, again)
    assert (done.sent, list(done.handouts)) == (0, [])
    assert len(await cast.rows(Invite)) == 3


@pytest.mark.attack(56)
async def test_two_taps_at_once_invite_everybody_once(cast: Cast) -> None:
    preview = await draft(cast, LIST)
    outcomes = await asyncio.gather(
        commit(cast, preview), commit(cast, preview), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["Committed", "Conflict"]
    assert len(await cast.rows(Invite)) == 3


@pytest.mark.attack(56)
async def test_two_lists_at_once_invite_everybody_once(cast: Cast) -> None:
    await cast.join(cast.bob, Role.ADMIN)
    both = [await draft(cast, LIST), await draft(cast, LIST, by=cast.bob)]
    await asyncio.gather(commit(cast, both[0]), commit(cast, both[1], by=cast.bob))
    assert len(await cast.rows(Invite)) == 3


async def test_what_changed_since_the_look_counts(cast: Cast) -> None:
    preview = await draft(cast, LIST)
    await direct(cast, "@dana")
    assert [one.said for one in (await commit(cast, preview)).handouts] == ["Omer", "Noa"]


@pytest.mark.attack(39, 56)
async def test_only_its_author_acts_on_a_list_and_for_a_day(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    preview = await draft(cast, LIST)
    await cast.join(cast.bob, Role.ADMIN)
    for who in (cast.bob, cast.charlie):
        assert (await refused(commit(cast, preview, by=who))).code == "no_such_list"
    cast.clock.advance(hours=25)
    assert type(await refused(commit(cast, preview))) is NotFound
    await cast.write(lambda s: forget_drafts(s, now=cast.now))
    assert await cast.rows(BulkDraft) == []
    assert await cast.rows(BulkRow) == []


@pytest.mark.attack(14)
async def test_who_lost_the_right_since_invites_nobody(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await cast.join(cast.bob, Role.ADMIN)
    preview = await draft(cast, LIST, by=cast.bob)
    await cast.join(cast.bob, Role.MEMBER)
    assert type(await refused(commit(cast, preview, by=cast.bob))) is Forbidden
    assert await cast.rows(Invite) == []


async def test_who_may_not_invite_cannot_even_look(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    assert type(await refused(draft(cast, LIST, by=cast.bob))) is Forbidden
    assert type(await refused(draft(cast, LIST, by=cast.charlie))) is NotFound
    await cast.join(cast.bob, Role.ADMIN)
    owners = draft(cast, LIST, by=cast.bob, offer=Offer(role=Role.OWNER))
    assert (await refused(owners)).code == "role_above_yours"


async def test_banned_people_are_left_out(sqlite_cast: Cast) -> None:
    await sqlite_cast.part(sqlite_cast.bob, MemberState.BANNED)
    lions = await sqlite_cast.group("Lions")
    await sqlite_cast.join(sqlite_cast.bob, Role.MEMBER, group=lions)
    assert [row.verdict for row in (await draft(sqlite_cast, "@bob")).rows] == [Verdict.BANNED]


async def test_each_invite_is_in_the_log(sqlite_cast: Cast) -> None:
    done = await commit(sqlite_cast, await draft(sqlite_cast, LIST))
    entries = [(row.action, row.subject) for row in await sqlite_cast.rows(AuditEntry)][-4:]
    assert entries[0] == ("bulk.committed", done.draft.public_id)
    assert entries[1:] == [("invite.created", one.invite.public_id) for one in done.handouts]


async def test_a_second_commit_says_that_it_is_done(sqlite_cast: Cast) -> None:
    preview = await draft(sqlite_cast, LIST)
    await commit(sqlite_cast, preview)
    refusal = await refused(commit(sqlite_cast, preview))
    assert (type(refusal), refusal.code) == (Conflict, "list_done")
