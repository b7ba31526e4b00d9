"""Opening, accepting and declining what one was offered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.access import Role
from core.audit import AuditEntry
from core.errors import Conflict, Forbidden, NotFound
from core.facts import MemberJoined, read_fact
from core.invites.offered import find_offered
from core.invites.redemptions import Redemption, accept_invite, redeem
from core.invites.views import InviteView
from core.outbox import OutboxEvent
from core.people import Person
from tests.cast import NOW, Cast, refused
from tests.core.joining import ended, uses

HOUR = timedelta(hours=1)


async def test_accepting_makes_a_member_and_tells_it_in_one_go(cast: Cast) -> None:
    made = await cast.invite(role=Role.EDITOR)
    answer = await cast.accept(cast.charlie, made.token)
    assert (answer.already_member, answer.invite.group.name) == (False, "Tigers")
    assert await cast.role_of(cast.charlie) is Role.EDITOR
    (event,) = await cast.rows(OutboxEvent)
    assert read_fact(event.event_type, event.payload) == MemberJoined(
        group_id=cast.tigers.id, person_id=cast.charlie.id, invite_id=made.id
    )
    assert (await cast.rows(AuditEntry))[-1].action == "invite.accepted"


async def test_the_first_group_becomes_the_current_one_and_the_second_does_not(cast: Cast) -> None:
    lions = await cast.group("Lions")
    for group in (None, lions):
        await cast.accept(cast.charlie, (await cast.invite(group=group)).token)
    charlie = await cast.read(lambda s: s.get_one(Person, cast.charlie.id))
    assert charlie.current_group_id == cast.tigers.id


@pytest.mark.attack(5)
async def test_opening_uses_nothing_up_however_often(cast: Cast) -> None:
    made = await cast.invite()
    for _ in range(3):
        answer = await cast.open(cast.charlie, made.token)
        assert not answer.already_member
        assert answer.invite.inviter.name == "Alice"
    assert await uses(cast) == 0
    assert len(await cast.rows(InviteView)) == 1
    assert await cast.rows(OutboxEvent) == []


@pytest.mark.attack(4)
async def test_the_same_person_twice_uses_one(cast: Cast) -> None:
    made = await cast.invite(max_uses=5)
    await cast.accept(cast.charlie, made.token)
    assert (await cast.accept(cast.charlie, made.token)).already_member
    assert (await cast.open(cast.charlie, made.token)).already_member
    assert await uses(cast) == 1
    assert len(await cast.rows(OutboxEvent)) == 1


@pytest.mark.attack(4)
@pytest.mark.fault(33)
async def test_a_second_tap_after_the_last_use_still_says_member(cast: Cast) -> None:
    made = await cast.invite()
    await cast.accept(cast.charlie, made.token)
    assert (await cast.accept(cast.charlie, made.token)).already_member
    await cast.revoke(cast.alice, made.public_id)
    assert (await cast.accept(cast.charlie, made.token)).already_member


@pytest.mark.parametrize("verb", ["open", "accept", "decline"])
@pytest.mark.parametrize("why", ["expired", "revoked", "used_up"])
async def test_an_invite_that_is_over_says_how_and_whom_to_ask(
    sqlite_cast: Cast, verb: str, why: str
) -> None:
    cast = sqlite_cast
    made = await ended(cast, why)
    refusal = await refused(getattr(cast, verb)(cast.charlie, made.token))
    assert (type(refusal), refusal.code) == (Conflict, f"invite_{why}")
    assert refusal.fields == {"inviter": "Alice", "group": "Tigers", "invite": made.public_id}


@pytest.mark.parametrize("why", ["expired", "revoked", "used_up"])
async def test_whoever_forgets_to_ask_can_t_use_an_invite_that_is_over(
    cast: Cast, why: str
) -> None:
    made = await ended(cast, why)

    def unit(s: Session) -> None:
        charlie = cast.charlie(s)
        invite = find_offered(s, charlie, code=made.token, now=cast.now)
        redeem(s, charlie, invite, None, now=cast.now)

    assert (await refused(cast.write(unit))).code == f"invite_{why}"
    assert await cast.role_of(cast.charlie) is None
    assert await cast.rows(Redemption) == []


@pytest.mark.parametrize("verb", ["open", "accept", "decline"])
async def test_a_declined_invite_says_so(sqlite_cast: Cast, verb: str) -> None:
    cast = sqlite_cast
    made = await cast.invite(to=cast.charlie)
    await cast.decline(cast.charlie, made.public_id)
    refusal = await refused(getattr(cast, verb)(cast.charlie, made.public_id))
    assert (type(refusal), refusal.code) == (Conflict, "invite_declined")


async def test_an_invite_ends_at_its_hour_and_not_before(cast: Cast) -> None:
    made = await cast.invite(ttl=HOUR)
    cast.clock.advance(seconds=3599.999)
    await cast.open(cast.charlie, made.token)
    cast.clock.advance(seconds=0.001)
    assert (await refused(cast.accept(cast.charlie, made.token))).code == "invite_expired"


@pytest.mark.attack(7)
@pytest.mark.parametrize("verb", ["open", "accept", "decline"])
async def test_a_direct_invite_is_for_its_person_alone(cast: Cast, verb: str) -> None:
    made = await cast.invite(to=cast.charlie)
    dana = await cast.somebody()
    refusal = await refused(getattr(cast, verb)(dana, made.token))
    assert (type(refusal), refusal.code) == (Forbidden, "invite_for_somebody_else")
    assert refusal.fields == {"inviter": "Alice", "group": "Tigers", "invite": made.public_id}
    await cast.accept(cast.charlie, made.public_id)
    assert await cast.role_of(cast.charlie) is Role.MEMBER


async def test_declining_a_link_leaves_it_open_for_a_change_of_mind(cast: Cast) -> None:
    made = await cast.invite()
    await cast.open(cast.charlie, made.token)
    await cast.decline(cast.charlie, made.public_id)
    (view,) = await cast.rows(InviteView)
    assert view.declined_at == NOW
    assert not (await cast.accept(cast.charlie, made.public_id)).already_member


async def test_a_link_that_is_declined_again_is_declined_once(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    made = await cast.invite()
    for _ in range(2):
        await cast.decline(cast.charlie, made.token)
        cast.clock.advance(minutes=1)
    entries = [row.action for row in await cast.rows(AuditEntry)]
    assert entries.count("invite.declined") == 1
    (view,) = await cast.rows(InviteView)
    assert view.declined_at == NOW


async def test_a_member_who_declines_stays_a_member(sqlite_cast: Cast) -> None:
    made = await sqlite_cast.invite()
    assert (await sqlite_cast.decline(sqlite_cast.bob, made.token)).already_member
    assert await sqlite_cast.role_of(sqlite_cast.bob) is Role.MEMBER


@pytest.mark.attack(12)
async def test_a_member_s_role_is_not_changed_by_another_link(sqlite_cast: Cast) -> None:
    made = await sqlite_cast.invite(role=Role.ADMIN)
    assert (await sqlite_cast.accept(sqlite_cast.bob, made.token)).already_member
    assert await sqlite_cast.role_of(sqlite_cast.bob) is Role.MEMBER


@pytest.mark.attack(39, 40)
@pytest.mark.parametrize("verb", ["open", "accept", "decline"])
async def test_a_public_id_opens_nothing_for_who_was_not_shown_it(cast: Cast, verb: str) -> None:
    made = await cast.invite()
    await cast.open(cast.charlie, made.token)
    dana = await cast.somebody()
    refusal = await refused(getattr(cast, verb)(dana, made.public_id))
    assert (type(refusal), refusal.code, refusal.fields) == (NotFound, "invite_unknown", {})


@pytest.mark.attack(39)
async def test_a_button_from_before_the_revocation_does_nothing(cast: Cast) -> None:
    made = await cast.invite()
    await cast.open(cast.charlie, made.token)
    await cast.revoke(cast.alice, made.public_id)
    assert (await refused(cast.accept(cast.charlie, made.public_id))).code == "invite_revoked"
    assert await cast.role_of(cast.charlie) is None


@pytest.mark.fault(4)
async def test_an_accept_that_dies_half_way_leaves_nothing(cast: Cast) -> None:
    made = await cast.invite()

    def unit(s: Session) -> None:
        accept_invite(s, cast.charlie(s), code=made.token, now=cast.now)
        s.flush()
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        await cast.database.write(unit)
    assert (await uses(cast), await cast.role_of(cast.charlie)) == (0, None)
    assert await cast.rows(OutboxEvent) == []


async def test_the_last_use_of_a_link_is_written_down(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    made = await cast.invite(max_uses=2)
    for who in (cast.charlie, await cast.somebody()):
        await cast.accept(who, made.token)
    deeds = [(entry.action, entry.subject) for entry in await cast.rows(AuditEntry)]
    assert deeds[-3:] == [
        ("invite.accepted", made.public_id),
        ("invite.used_up", made.public_id),
        ("invite.accepted", made.public_id),
    ]
