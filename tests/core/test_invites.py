"""Offers of a role in a group: made, listed, revoked."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Role
from core.audit import AuditEntry
from core.errors import CoreError, Forbidden, Invalid, NotFound
from core.invites import (
    MOST_USES,
    Invite,
    InviteState,
    InviteStatus,
    InviteToken,
    Offer,
    create_invite,
    status_at,
)
from core.invites.lists import list_invites
from core.pages import Cursor, Page
from core.schema import Base
from core.tokens import digest
from tests.cast import NOW, Cast, refused

HOUR = timedelta(hours=1)
OPEN, DECLINED, REVOKED = InviteState
STANDINGS = [
    (OPEN, 1, 0, NOW + HOUR, False, "pending"),
    (OPEN, 1, 0, None, False, "pending"),
    (OPEN, 0, 99, NOW + HOUR, False, "pending"),
    (OPEN, 0, 99, NOW, False, "expired"),
    (OPEN, 1, 0, NOW, False, "expired"),
    (OPEN, 1, 0, NOW - HOUR, True, "expired"),
    (OPEN, 5, 4, NOW - HOUR, False, "expired"),
    (OPEN, 1, 1, NOW + HOUR, False, "used_up"),
    (OPEN, 1, 1, NOW - HOUR, False, "used_up"),
    (OPEN, 5, 5, None, False, "used_up"),
    (OPEN, 1, 1, NOW + HOUR, True, "accepted"),
    (OPEN, 1, 1, NOW - HOUR, True, "accepted"),
    (DECLINED, 1, 0, NOW + HOUR, True, "declined"),
    (DECLINED, 1, 0, NOW - HOUR, True, "declined"),
    (REVOKED, 1, 0, NOW + HOUR, False, "revoked"),
    (REVOKED, 1, 1, NOW - HOUR, True, "revoked"),
]


async def listed(
    cast: Cast, *, status: InviteStatus | None = None, cursor: Cursor | None = None
) -> Page[Invite]:
    return await cast.read(
        lambda s: list_invites(
            s, cast.alice(s), group=cast.tigers(s), status=status, cursor=cursor, now=cast.now
        )
    )


@pytest.mark.parametrize(("state", "most", "uses", "expires", "direct", "status"), STANDINGS)
def test_an_invite_stands_as_its_facts_say(
    state: InviteState, most: int, uses: int, expires: object, direct: bool, status: str
) -> None:
    invite = Invite(
        state=state, max_uses=most, uses=uses, expires_at=expires, invitee_id=7 if direct else None
    )
    assert invite.status(NOW) == status


async def test_the_database_and_python_agree_on_each_standing(cast: Cast) -> None:
    await cast.write(lambda s: _add_standings(s, cast))
    query = select(Invite, status_at(NOW)).order_by(Invite.id)
    found = await cast.read(lambda s: s.execute(query).all())
    expected = [status for *_, status in STANDINGS]
    assert [in_sql for _, in_sql in found] == expected
    assert [invite.status(NOW).value for invite, _ in found] == expected


async def test_each_standing_can_be_asked_for(cast: Cast) -> None:
    await cast.write(lambda s: _add_standings(s, cast))
    for status in InviteStatus:
        page = await listed(cast, status=status)
        assert {invite.status(NOW) for invite in page.rows} == {status}
        assert len(page.rows) == [word for *_, word in STANDINGS].count(status)


async def test_an_invite_is_what_was_offered(cast: Cast) -> None:
    made = await cast.invite(role=Role.EDITOR, ttl=2 * HOUR, max_uses=7)
    (invite,) = await cast.rows(Invite)
    assert (invite.role, invite.max_uses, invite.uses) == (Role.EDITOR, 7, 0)
    assert (invite.expires_at, invite.created_at) == (NOW + 2 * HOUR, NOW)
    assert (invite.inviter_id, invite.group_id) == (cast.alice.id, cast.tigers.id)
    assert made.public_id == invite.public_id


@pytest.mark.attack(24)
async def test_a_token_is_nowhere_in_the_database(cast: Cast) -> None:
    made = await cast.invite(max_uses=5)
    await cast.open(cast.charlie, made.token)
    await cast.decline(cast.charlie, made.token)
    await cast.accept(cast.charlie, made.token)
    await cast.revoke(cast.alice, made.public_id)
    dump = await cast.read(_dump)
    assert digest(made.token).hex() in dump
    assert made.token not in dump
    assert urlsafe_b64decode(made.token + "=").hex() not in dump


@pytest.mark.attack(22)
async def test_a_list_holds_no_token_and_no_digest(cast: Cast) -> None:
    made = await cast.invite()
    (invite,) = (await listed(cast)).rows
    shown = repr(vars(invite))
    assert made.token not in shown
    assert not any(isinstance(value, bytes) for value in vars(invite).values())


@pytest.mark.attack(10, 22)
@pytest.mark.parametrize("role", [None, Role.VIEWER, Role.MEMBER, Role.EDITOR])
async def test_below_admin_nobody_makes_or_lists_or_revokes_invites(
    sqlite_cast: Cast, role: Role | None
) -> None:
    cast = sqlite_cast
    made = await cast.invite()
    dana = await cast.somebody(role=role)
    kind = NotFound if role is None else Forbidden

    def look(s: Session) -> object:
        return list_invites(s, dana(s), group=cast.tigers(s), now=cast.now)

    for verb in (cast.invite(by=dana), cast.revoke(dana, made.public_id), cast.read(look)):
        assert type(await refused(verb)) is kind


async def test_charlie_cannot_tell_a_foreign_invite_from_none(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    made = await cast.invite()
    real = await refused(cast.revoke(cast.charlie, made.public_id))
    absent = await refused(cast.revoke(cast.charlie, "inv_qqqqqqqq"))
    assert (type(real), real.code, set(real.fields)) == (NotFound, "no_such_invite", {"invite"})
    assert (type(absent), absent.code, set(absent.fields)) == (type(real), real.code, {"invite"})


@pytest.mark.attack(10)
@pytest.mark.parametrize("role", [Role.ADMIN, Role.OWNER])
async def test_an_admin_makes_no_link_to_their_own_rank(sqlite_cast: Cast, role: Role) -> None:
    cast = sqlite_cast
    await cast.join(cast.bob, Role.ADMIN)
    refusal = await refused(cast.invite(by=cast.bob, role=role))
    assert (type(refusal), refusal.code) == (Forbidden, "role_above_yours")
    await cast.invite(by=cast.alice, role=role)


@pytest.mark.parametrize(
    ("offer", "refusal"),
    [
        (Offer(ttl=timedelta(0)), Invalid("ttl_out_of_bounds")),
        (Offer(ttl=HOUR - timedelta(seconds=1)), Invalid("ttl_out_of_bounds")),
        (Offer(ttl=-HOUR), Invalid("ttl_out_of_bounds")),
        (Offer(ttl=timedelta(days=90, seconds=1)), Invalid("ttl_out_of_bounds")),
        (Offer(ttl=timedelta.max), Invalid("ttl_out_of_bounds")),
        (Offer(ttl=None), Forbidden("never_is_for_owners")),
        (Offer(max_uses=-1), Invalid("uses_out_of_bounds")),
        (Offer(max_uses=MOST_USES + 1), Invalid("uses_out_of_bounds")),
        (Offer(max_uses=2**63), Invalid("uses_out_of_bounds")),
        (Offer(note="x" * 201), Invalid("note_too_long")),
    ],
)
async def test_an_offer_out_of_bounds_is_refused_and_leaves_no_trace(
    sqlite_cast: Cast, offer: Offer, refusal: CoreError
) -> None:
    cast = sqlite_cast
    await cast.join(cast.bob, Role.ADMIN)

    def unit(s: Session) -> object:
        return create_invite(s, cast.bob(s), group=cast.tigers(s), offer=offer, now=cast.now)

    found = await refused(cast.write(unit))
    assert (type(found), found.code) == (type(refusal), refusal.code)
    assert await cast.rows(Invite) == []
    assert await cast.rows(InviteToken) == []


@pytest.mark.parametrize("ttl", [HOUR, timedelta(days=90), None])
@pytest.mark.parametrize("uses", [0, 1, MOST_USES])
async def test_an_owner_s_offer_within_bounds_is_made(
    sqlite_cast: Cast, ttl: timedelta | None, uses: int
) -> None:
    await sqlite_cast.invite(ttl=ttl, max_uses=uses)
    (invite,) = await sqlite_cast.rows(Invite)
    assert invite.expires_at == (NOW + ttl if ttl else None)


@pytest.mark.attack(31, 47)
@pytest.mark.parametrize(
    ("note", "kept"),
    [("  see\r\nyou\x00 \u202esoon ", "see you soon"), ("\u200b", None), ("", None)],
)
async def test_a_note_is_cleaned(cast: Cast, note: str, kept: str | None) -> None:
    offer = Offer(note=note)
    await cast.write(
        lambda s: create_invite(s, cast.alice(s), group=cast.tigers(s), offer=offer, now=cast.now)[
            1
        ]
    )
    assert [invite.note for invite in await cast.rows(Invite)] == [kept]


async def test_revoking_ends_an_invite_at_once_and_once(cast: Cast) -> None:
    made = await cast.invite()
    assert await cast.revoke(cast.alice, made.public_id)
    assert not await cast.revoke(cast.alice, made.public_id)
    assert (await refused(cast.accept(cast.charlie, made.token))).code == "invite_revoked"
    actions = [entry.action for entry in await cast.rows(AuditEntry)]
    assert actions.count("invite.revoked") == 1


async def test_who_joined_before_a_revocation_stays(cast: Cast) -> None:
    made = await cast.invite(max_uses=2)
    await cast.accept(cast.charlie, made.token)
    await cast.revoke(cast.alice, made.public_id)
    assert await cast.role_of(cast.charlie) is Role.MEMBER


async def test_a_system_admin_revokes_anywhere(sqlite_cast: Cast) -> None:
    made = await sqlite_cast.invite()
    root = replace(sqlite_cast.charlie, system_admin=True)
    assert await sqlite_cast.revoke(root, made.public_id)


@pytest.mark.attack(47, 58)
@pytest.mark.parametrize(
    "public_id", ["", "\x00", "\ud83d", "%", "inv_%", "' OR 1=1 --", "x" * 5000]
)
async def test_an_id_that_is_none_is_unknown_on_either_database(cast: Cast, public_id: str) -> None:
    refusal = await refused(cast.revoke(cast.alice, public_id))
    assert (type(refusal), refusal.code) == (NotFound, "no_such_invite")


async def test_a_list_pages_forward_and_back_newest_first(cast: Cast) -> None:
    made = [(await cast.invite()).id for _ in range(25)][::-1]
    first = await listed(cast)
    second = await listed(cast, cursor=first.next)
    third = await listed(cast, cursor=second.next)
    pages = [[invite.id for invite in page.rows] for page in (first, second, third)]
    assert pages == [made[:10], made[10:20], made[20:]]
    assert first.previous is None
    assert third.next is None
    for page, cursor in ((second, third.previous), (first, second.previous)):
        back = await listed(cast, cursor=cursor)
        assert [i.id for i in back.rows] == [i.id for i in page.rows]
        assert (back.previous, back.next) == (page.previous, page.next)


async def test_one_status_is_looked_for_stretch_by_stretch_and_none_is_missed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.invites.lists.STRETCH", 4)
    made = [await cast.invite() for _ in range(15)]
    wanted = [made[at].id for at in (14, 7, 1, 0)]
    for one in made:
        if one.id in wanted:
            await cast.revoke(cast.alice, one.public_id)
    page = await listed(cast, status=InviteStatus.REVOKED)
    found = [invite.id for invite in page.rows]
    while page.next is not None:
        page = await listed(cast, status=InviteStatus.REVOKED, cursor=page.next)
        found += [invite.id for invite in page.rows]
    assert found == wanted
    back = [invite.id for invite in page.rows]
    while page.previous is not None:
        page = await listed(cast, status=InviteStatus.REVOKED, cursor=page.previous)
        back = [invite.id for invite in page.rows] + back
    assert back == wanted


async def test_a_list_that_just_fills_its_page_has_no_other(sqlite_cast: Cast) -> None:
    for _ in range(10):
        await sqlite_cast.invite()
    page = await listed(sqlite_cast)
    assert (len(page.rows), page.previous, page.next) == (10, None, None)


async def test_a_list_shows_its_own_group_only(sqlite_cast: Cast) -> None:
    lions = await sqlite_cast.group("Lions")
    await sqlite_cast.invite(group=lions)
    assert (await listed(sqlite_cast)).rows == []


def _add_standings(session: Session, cast: Cast) -> None:
    for number, (state, most, uses, expires, direct, _) in enumerate(STANDINGS):
        session.add(
            Invite(
                public_id=f"inv_{number}",
                group_id=cast.tigers.id,
                inviter_id=cast.alice.id,
                invitee_id=cast.bob.id if direct else None,
                role=Role.MEMBER,
                by_system_admin=False,
                state=state,
                max_uses=most,
                uses=uses,
                created_at=NOW - 2 * HOUR,
                expires_at=expires,
            )
        )
        session.flush()


def _dump(session: Session) -> str:
    """Every row of every table as text, bytes as hexadecimal."""
    cells = [
        cell.hex() if isinstance(cell, bytes) else repr(cell)
        for table in Base.metadata.sorted_tables
        for row in session.execute(select(table))
        for cell in row
    ]
    return "\n".join(cells)
