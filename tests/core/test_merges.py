"""What goes over when two persons become one, and what goes back."""

from __future__ import annotations

from functools import partial

import pytest

from core.access import MemberState, Permission, Role
from core.audit import AuditEntry
from core.errors import Conflict, NotFound
from core.invites import Invite
from core.invites.redemptions import Redemption
from core.invites.views import InviteView
from core.people import Person
from core.people.holdings import HOLDINGS
from core.people.merges import Merge
from core.people.who import Who, find_meant
from core.schema import Base
from tests.cast import Cast, Place, Somebody, refused
from tests.core.linking import addresses, link, on_groupme, stand, unlink
from tests.core.test_transfers import answer, offer

ACTIVE, LEFT, REMOVED, BANNED = MemberState
# Where a person is referred to, and a merge need not move the row.
STAY = {
    "people.merged_into_id": "it is the merge",
    "members.person_id": "combined one by one",
    "audit.actor_id": "stays with who acted; read through `selves_of`",
    "merges.survivor_id": "undone in turn, the latest first",
    "merges.merged_id": "says who was merged",
    "link_codes.person_id": "all are used up by a link",
    "picks.person_id": "a list that is open on a phone at that moment is asked for anew",
    "name_words.person_id": "the words of their own name, which nobody is found by any more",
    "erasures.person_id": "nobody is linked who is about to be forgotten",
}


def test_a_merge_thinks_of_every_column_that_refers_to_a_person() -> None:
    referring = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name == "people"
    }
    assert referring == {holding.name for holding in HOLDINGS} | set(STAY)


async def test_memberships_of_the_one_become_the_other_s(cast: Cast) -> None:
    lions = await cast.group("Lions", owner=cast.charlie)
    await link(cast, cast.bob, cast.charlie)
    assert await stand(cast, cast.bob, lions) == (Role.OWNER, ACTIVE)
    assert await stand(cast, cast.charlie, lions) is None


@pytest.mark.attack(11)
@pytest.mark.parametrize(
    ("one", "other", "merged"),
    [
        ((Role.MEMBER, ACTIVE), (Role.ADMIN, ACTIVE), (Role.ADMIN, ACTIVE)),
        ((Role.ADMIN, ACTIVE), (Role.MEMBER, ACTIVE), (Role.ADMIN, ACTIVE)),
        ((Role.MEMBER, ACTIVE), (Role.OWNER, LEFT), (Role.MEMBER, ACTIVE)),
        ((Role.OWNER, LEFT), (Role.VIEWER, ACTIVE), (Role.VIEWER, ACTIVE)),
        ((Role.ADMIN, ACTIVE), (Role.MEMBER, REMOVED), (Role.MEMBER, REMOVED)),
        ((Role.MEMBER, BANNED), (Role.ADMIN, ACTIVE), (Role.MEMBER, BANNED)),
        ((Role.MEMBER, REMOVED), (Role.VIEWER, BANNED), (Role.VIEWER, BANNED)),
    ],
)
async def test_the_higher_of_two_proven_roles_counts_and_a_ban_wins(
    sqlite_cast: Cast,
    one: tuple[Role, MemberState],
    other: tuple[Role, MemberState],
    merged: tuple[Role, MemberState],
) -> None:
    dana, erin = await two(sqlite_cast, one, other)
    await link(sqlite_cast, dana, erin)
    assert await stand(sqlite_cast, dana) == merged
    assert (await stand(sqlite_cast, erin) or (None, None))[1] is LEFT
    await unlink(sqlite_cast, dana)
    assert (await stand(sqlite_cast, dana), await stand(sqlite_cast, erin)) == (one, other)


async def test_a_group_never_loses_its_last_owner_by_a_link(cast: Cast) -> None:
    await cast.join(cast.charlie, Role.MEMBER)
    await cast.part(cast.charlie, BANNED)
    refusal = await refused(link(cast, cast.alice, cast.charlie))
    assert (type(refusal), refusal.code) == (Conflict, "link_last_owner")
    assert await cast.role_of(cast.alice) is Role.OWNER
    await cast.join(cast.bob, Role.OWNER)
    await link(cast, cast.alice, cast.charlie)
    assert await cast.role_of(cast.alice) is None


async def test_what_the_one_used_saw_and_made_goes_along_and_comes_back(cast: Cast) -> None:
    dana, lions = await traveller(cast)
    before = await owners(cast)
    await link(cast, cast.charlie, dana)
    assert set(await owners(cast)) == {cast.charlie.id, cast.alice.id}
    assert await cast.read(lambda s: s.get_one(Person, cast.charlie.id).current_group_id) == (
        lions.id
    )
    await unlink(cast, cast.charlie)
    assert await owners(cast) == before
    assert await addresses(cast, dana) == [f"telegram:{dana.sender.address}"]


async def test_what_both_saw_is_kept_once_each(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    made = await cast.invite(max_uses=0)
    await cast.accept(cast.charlie, made.token)
    dana = await cast.somebody()
    await cast.accept(dana, made.token)
    await link(cast, cast.charlie, dana)
    assert sorted(row.person_id for row in await cast.rows(Redemption)) == [
        cast.charlie.id,
        dana.id,
    ]


async def test_the_audit_is_left_as_it_was_and_says_who_was_linked(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await cast.group("Lions", owner=cast.charlie)
    before = [(row.id, row.actor_id) for row in await cast.rows(AuditEntry)]
    await link(cast, cast.bob, cast.charlie)
    rows = await cast.rows(AuditEntry)
    assert [(row.id, row.actor_id) for row in rows[: len(before)]] == before
    assert {(row.action, row.subject) for row in rows[len(before) :]} == {
        ("person.linked", f"person:{cast.charlie.id}")
    }


async def test_what_was_done_since_stays_with_who_stayed(cast: Cast) -> None:
    bobby = await on_groupme(cast)
    await link(cast, cast.bob, bobby)
    lions = await cast.group("Lions", owner=cast.bob)
    cast.clock.advance(days=29)
    await unlink(cast, cast.bob)
    assert await stand(cast, cast.bob, lions) == (Role.OWNER, ACTIVE)
    assert await addresses(cast, bobby) == ["groupme:77"]


@pytest.mark.parametrize(
    ("since", "one", "other"),
    [
        ((Role.OWNER, ACTIVE), (Role.OWNER, ACTIVE), (Role.ADMIN, ACTIVE)),
        ((Role.VIEWER, ACTIVE), (Role.VIEWER, ACTIVE), (Role.VIEWER, ACTIVE)),
        ((Role.ADMIN, REMOVED), (Role.ADMIN, REMOVED), (Role.ADMIN, REMOVED)),
        ((Role.ADMIN, BANNED), (Role.ADMIN, BANNED), (Role.ADMIN, BANNED)),
    ],
)
async def test_an_undo_neither_takes_what_was_given_nor_gives_back_what_was_taken(
    sqlite_cast: Cast,
    since: tuple[Role, MemberState],
    one: tuple[Role, MemberState],
    other: tuple[Role, MemberState],
) -> None:
    cast = sqlite_cast
    dana, erin = await two(cast, (Role.MEMBER, ACTIVE), (Role.ADMIN, ACTIVE))
    await link(cast, dana, erin)
    await put(cast, dana, since)
    await unlink(cast, dana)
    assert (await stand(cast, dana), await stand(cast, erin)) == (one, other)


async def test_who_was_removed_came_back_and_was_removed_again_stays_out(
    sqlite_cast: Cast,
) -> None:
    cast = sqlite_cast
    dana, erin = await two(cast, (Role.MEMBER, ACTIVE), (Role.MEMBER, REMOVED))
    await link(cast, dana, erin)
    cast.clock.advance(days=1)
    await put(cast, dana, (Role.MEMBER, REMOVED))
    await unlink(cast, dana)
    assert await stand(cast, dana) == (Role.MEMBER, REMOVED)


async def test_who_was_forgiven_since_is_not_banned_again(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    dana, erin = await two(cast, (Role.MEMBER, ACTIVE), (Role.MEMBER, BANNED))
    await link(cast, dana, erin)
    await put(cast, dana, (Role.MEMBER, ACTIVE))
    await unlink(cast, dana)
    assert await stand(cast, dana) == (Role.MEMBER, ACTIVE)
    assert await stand(cast, erin) == (Role.MEMBER, LEFT)


@pytest.mark.attack(27)
async def test_an_offer_of_a_group_between_the_two_ends_with_them(cast: Cast) -> None:
    offered = await offer(cast, cast.alice, cast.bob)
    await link(cast, cast.alice, cast.bob)
    assert (await refused(answer(cast, cast.alice, offered))).code == "transfer_withdrawn"
    assert await cast.role_of(cast.alice) is Role.OWNER


async def test_an_offer_to_the_one_is_taken_by_the_other(cast: Cast) -> None:
    offered = await offer(cast, cast.alice, cast.bob)
    bobby = await on_groupme(cast)
    await link(cast, cast.bob, bobby)
    await answer(cast, cast.bob, offered)
    assert await cast.role_of(cast.bob) is Role.OWNER


async def test_nobody_is_found_by_the_name_of_somebody_who_is_another_now(cast: Cast) -> None:
    dana = await cast.somebody("Zebulon", role=Role.MEMBER)
    await link(cast, cast.bob, dana)
    everybody = partial(
        find_meant, who=Who(text="Zebulon"), permission=Permission.VIEW, states=tuple(MemberState)
    )
    meant = cast.read(lambda s: everybody(s, cast.alice(s), group=cast.tigers(s)))
    assert (await refused(meant)).code == "who_not_here"


async def test_after_thirty_days_there_is_nothing_to_undo(sqlite_cast: Cast) -> None:
    await link(sqlite_cast, sqlite_cast.bob, sqlite_cast.charlie)
    sqlite_cast.clock.advance(days=30)
    refusal = await refused(unlink(sqlite_cast, sqlite_cast.bob))
    assert (type(refusal), refusal.code) == (NotFound, "nothing_to_unlink")


async def test_a_merge_is_undone_once(cast: Cast) -> None:
    await link(cast, cast.bob, cast.charlie)
    await unlink(cast, cast.bob)
    assert (await refused(unlink(cast, cast.bob))).code == "nothing_to_unlink"
    await link(cast, cast.bob, cast.charlie)
    assert len(await cast.rows(Merge)) == 2


async def test_merges_are_undone_the_latest_first(cast: Cast) -> None:
    dana = await cast.somebody()
    await link(cast, cast.charlie, dana)
    await link(cast, cast.bob, cast.charlie)
    assert len(await addresses(cast, cast.bob)) == 3
    await unlink(cast, cast.bob)
    assert len(await addresses(cast, cast.charlie)) == 2
    await unlink(cast, cast.charlie)
    assert len(await addresses(cast, dana)) == 1


async def two(
    cast: Cast, one: tuple[Role, MemberState], other: tuple[Role, MemberState]
) -> tuple[Somebody, Somebody]:
    dana, erin = await cast.somebody("Dana"), await cast.somebody("Erin")
    for who, how in ((dana, one), (erin, other)):
        await put(cast, who, how)
    return dana, erin


async def put(cast: Cast, who: Somebody, how: tuple[Role, MemberState]) -> None:
    await cast.join(who, how[0])
    if how[1] is not ACTIVE:
        await cast.part(who, how[1])


async def traveller(cast: Cast) -> tuple[Somebody, Place]:
    """Somebody who saw, used and made an invite and was offered one."""
    dana = await cast.somebody()
    lions = await cast.group("Lions", owner=dana)
    made = await cast.invite()
    await cast.open(dana, made.token)
    await cast.accept(dana, made.token)
    await cast.invite(to=dana)
    await cast.invite(by=dana, group=lions)
    return dana, lions


async def owners(cast: Cast) -> list[int]:
    invites = await cast.rows(Invite)
    return [
        *(row.inviter_id for row in invites),
        *(row.invitee_id for row in invites if row.invitee_id),
        *(row.person_id for row in await cast.rows(InviteView)),
        *(row.person_id for row in await cast.rows(Redemption)),
    ]
