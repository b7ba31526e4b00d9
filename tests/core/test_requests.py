"""Requests to join: who is let in at once, who decides about the others, and who was first."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy.orm import Session

from core.access import Actor, MemberState, Role
from core.audit import AuditEntry
from core.chats import Loss
from core.chats.deciding import decide_request
from core.chats.occupants import Presence
from core.chats.questions import answer_question, question_requester
from core.chats.reminders import remind_of_requests
from core.chats.requests import (
    JoinRequest,
    RequestState,
    list_requests,
)
from core.chats.standings import lose_room
from core.deliveries import Delivery, DeliveryStatus
from core.deliveries.fanning import NOBODY
from core.errors import Conflict, Forbidden, NotFound
from core.invites.redemptions import Redemption
from core.outbox import OutboxEvent
from core.people import mark_unreachable
from core.routing import fan_out
from tests.cast import Cast, Somebody, refused
from tests.core.door import ROOM, decide, knock, reach, see, the_request

OPEN, APPROVED, DECLINED, ELSEWHERE = RequestState


async def facts(cast: Cast) -> list[str]:
    return [event.event_type for event in await cast.rows(OutboxEvent)]


async def told(cast: Cast) -> list[tuple[str, str]]:
    """Which notice goes where, once the facts are fanned out."""
    await cast.database.write(lambda s: fan_out(s, now=cast.now, limit=100))
    return [(row.kind, row.address) for row in await cast.rows(Delivery)]


@pytest.fixture
async def door(sqlite_cast: Cast) -> Cast:
    await sqlite_cast.bind(ROOM)
    return sqlite_cast


@pytest.fixture
async def door_everywhere(cast: Cast) -> Cast:
    await cast.bind(ROOM)
    return cast


async def test_a_stranger_s_request_waits_for_an_admin(door: Cast) -> None:
    await knock(door, door.charlie)
    assert (await the_request(door)).state is OPEN
    assert await facts(door) == ["request.made"]
    assert await door.role_of(door.charlie) is None


async def test_the_same_request_again_asks_nobody_again(door: Cast) -> None:
    assert await knock(door, door.charlie) == await knock(door, door.charlie)
    assert await facts(door) == ["request.made"]


async def test_a_room_of_no_group_has_no_door(sqlite_cast: Cast) -> None:
    assert await knock(sqlite_cast, sqlite_cast.charlie) == ""
    assert await sqlite_cast.rows(JoinRequest) == []


async def test_a_member_is_let_into_the_room_at_once(door: Cast) -> None:
    await knock(door, door.bob)
    request = await the_request(door)
    assert (request.state, request.decided_by_id) == (APPROVED, None)
    assert await told(door) == [("admission", ROOM)]


async def test_who_leads_a_group_above_is_let_in_at_once(door: Cast) -> None:
    class_ = await door.group("5b", parent=door.tigers)
    await door.bind("-100600", group=class_)
    await knock(door, door.alice, room="-100600")
    assert (await the_request(door)).state is APPROVED


async def test_a_direct_invite_lets_in_and_is_used(door: Cast) -> None:
    await door.invite(to=door.charlie, role=Role.EDITOR)
    await knock(door, door.charlie)
    assert (await the_request(door)).state is APPROVED
    assert await door.role_of(door.charlie) is Role.EDITOR
    assert await facts(door) == ["member.joined", "request.decided"]


async def test_an_invite_s_own_link_lets_in_and_is_used(door: Cast) -> None:
    made = await door.invite()
    await knock(door, door.charlie, link=made.public_id)
    assert await door.role_of(door.charlie) is Role.MEMBER
    assert len(await door.rows(Redemption)) == 1


@pytest.mark.attack(17)
async def test_a_link_to_another_group_opens_nothing_here(door: Cast) -> None:
    lions = await door.group("Lions")
    made = await door.invite(group=lions)
    await knock(door, door.charlie, link=made.public_id)
    assert (await the_request(door)).state is OPEN
    assert await door.rows(Redemption) == []


@pytest.mark.attack(16)
async def test_who_was_removed_does_not_come_back_by_an_older_link(door: Cast) -> None:
    made = await door.invite(max_uses=0)
    await door.part(door.bob, MemberState.REMOVED)
    await knock(door, door.bob, link=made.public_id)
    assert (await the_request(door)).state is OPEN


async def test_an_expired_invite_leaves_the_decision_to_an_admin(door: Cast) -> None:
    made = await door.invite()
    door.clock.advance(days=4)
    await knock(door, door.charlie, link=made.public_id)
    assert (await the_request(door)).state is OPEN


async def test_who_is_banned_is_turned_away_with_the_reason_in_the_audit(door: Cast) -> None:
    await door.part(door.bob, MemberState.BANNED)
    made = await door.invite()
    await knock(door, door.bob, link=made.public_id)
    assert (await the_request(door)).state is DECLINED
    entry = (await door.rows(AuditEntry))[-1]
    assert (entry.action, entry.details["reason"]) == ("request.declined", "banned")
    assert await told(door) == [("admission", ROOM)]


async def test_approving_makes_a_member_and_opens_the_door_before_the_welcome(door: Cast) -> None:
    await decide(door, door.alice, await knock(door, door.charlie))
    assert await door.role_of(door.charlie) is Role.MEMBER
    kinds = [kind for kind, address in await told(door) if address == ROOM]
    assert kinds.index("admission") < kinds.index("welcome")


async def test_declining_makes_no_member(door: Cast) -> None:
    await decide(door, door.alice, await knock(door, door.charlie), let_in=False)
    assert await door.role_of(door.charlie) is None
    assert "request.decided" in await facts(door)


async def test_approving_restores_who_was_removed(door: Cast) -> None:
    await door.part(door.bob, MemberState.REMOVED)
    await decide(door, door.alice, await knock(door, door.bob))
    assert await door.role_of(door.bob) is Role.MEMBER


async def test_a_ban_after_the_request_stops_the_approval(door: Cast) -> None:
    await door.part(door.bob, MemberState.LEFT)
    public_id = await knock(door, door.bob)
    await door.part(door.bob, MemberState.BANNED)
    refusal = await refused(decide(door, door.alice, public_id))
    assert (type(refusal), refusal.code) == (Conflict, "person_banned")


@pytest.mark.parametrize("first", [True, False])
async def test_the_first_decision_stands(door: Cast, first: bool) -> None:
    await door.join(door.bob, Role.ADMIN)
    public_id = await knock(door, door.charlie)
    assert await decide(door, door.bob, public_id, let_in=first)
    assert not await decide(door, door.alice, public_id, let_in=not first)
    assert (await the_request(door)).decided_by_id == door.bob.id
    assert (await door.role_of(door.charlie) is not None) == first


async def test_of_two_admins_at_once_one_decides(door_everywhere: Cast) -> None:
    cast = door_everywhere
    await cast.join(cast.bob, Role.ADMIN)
    public_id = await knock(cast, cast.charlie)
    firsts = await asyncio.gather(
        decide(cast, cast.alice, public_id), decide(cast, cast.bob, public_id, let_in=False)
    )
    assert sorted(firsts) == [False, True]
    assert (await facts(cast)).count("request.decided") == 1
    let_in = (await the_request(cast)).state is APPROVED
    assert (await cast.role_of(cast.charlie) is not None) == let_in


async def test_a_request_races_an_accept_and_both_end_well(door_everywhere: Cast) -> None:
    cast = door_everywhere
    made = await cast.invite(to=cast.charlie)
    await asyncio.gather(knock(cast, cast.charlie), cast.accept(cast.charlie, made.token))
    assert await cast.role_of(cast.charlie) is Role.MEMBER
    assert (await the_request(cast)).state is APPROVED
    assert (await facts(cast)).count("member.joined") == 1


async def test_two_knocks_at_once_are_one_request(door_everywhere: Cast) -> None:
    cast = door_everywhere
    await asyncio.gather(knock(cast, cast.charlie), knock(cast, cast.charlie))
    assert (await facts(cast)).count("request.made") == 1


@pytest.mark.attack(39)
async def test_charlie_learns_nothing_of_a_request(door: Cast) -> None:
    public_id = await knock(door, await door.somebody())
    refusal = await refused(decide(door, door.charlie, public_id))
    absent = await refused(decide(door, door.charlie, "req_aaaaaaaa"))
    assert (type(refusal), refusal.code) == (type(absent), absent.code)
    assert refusal.code == "no_such_request"


@pytest.mark.parametrize("code", ["", "\0", "req_", "req_AAAAAAAA", "1 OR 1=1"])
@pytest.mark.attack(40)
async def test_a_code_of_another_form_is_no_request(door: Cast, code: str) -> None:
    assert isinstance(await refused(decide(door, door.alice, code)), NotFound)


async def test_a_mere_member_may_not_decide_or_look(door: Cast) -> None:
    public_id = await knock(door, door.charlie)
    assert isinstance(await refused(decide(door, door.bob, public_id)), Forbidden)
    look = door.read(lambda s: list_requests(s, door.bob(s), group=door.tigers(s)))
    assert isinstance(await refused(look), Forbidden)


async def test_who_was_answered_is_on_the_list_no_more(door: Cast) -> None:
    await knock(door, door.charlie)
    await decide(door, door.alice, (await the_request(door)).public_id)
    page = await door.read(lambda s: list_requests(s, door.alice(s), group=door.tigers(s)))
    assert page.rows == []


async def test_charlie_may_not_list_requests(door: Cast) -> None:
    look = door.read(lambda s: list_requests(s, door.charlie(s), group=door.tigers(s)))
    assert isinstance(await refused(look), NotFound)


async def test_requests_are_listed_ten_a_page(door: Cast) -> None:
    for fan in await door.crowd(11):
        await knock(door, fan)
    page = await door.read(lambda s: list_requests(s, door.alice(s), group=door.tigers(s)))
    rest = await door.read(
        lambda s: list_requests(s, door.alice(s), group=door.tigers(s), cursor=page.next)
    )
    assert (len(page.rows), len(rest.rows)) == (10, 1)


async def test_every_reachable_admin_is_asked_in_private(door: Cast) -> None:
    await door.join(door.bob, Role.ADMIN)
    await reach(door, door.alice, door.bob)
    await knock(door, door.charlie)
    assert await told(door) == [("request_card", "1001"), ("request_card", "1002")]


async def test_where_no_own_admin_can_be_reached_those_above_are_asked(door: Cast) -> None:
    lions = await door.group("Lions", owner=door.charlie, parent=door.tigers)
    await door.bind("-100600", group=lions)
    await reach(door, door.alice)
    await knock(door, await door.somebody(), room="-100600")
    assert await told(door) == [("request_card", "1001")]


async def test_where_nobody_can_be_reached_the_room_is_asked(door: Cast) -> None:
    await knock(door, door.charlie)
    assert await told(door) == [("request_card", ROOM)]


async def test_a_decision_goes_to_everybody_who_was_asked(door: Cast) -> None:
    await door.join(door.bob, Role.ADMIN)
    await reach(door, door.alice, door.bob)
    public_id = await knock(door, door.charlie)
    await told(door)
    await decide(door, door.alice, public_id, let_in=False)
    settled = [address for kind, address in await told(door) if kind == "request_settled"]
    assert sorted(settled) == ["1001", "1002"]


async def test_admins_are_reminded_once_after_a_day(door: Cast) -> None:
    await knock(door, door.charlie)

    async def remind() -> int:
        return await door.write(lambda s: remind_of_requests(s, now=door.now))

    door.clock.advance(hours=23, minutes=59)
    assert await remind() == 0
    door.clock.advance(minutes=1)
    assert [await remind(), await remind()] == [1, 0]
    assert (await facts(door)).count("request.waits") == 1


@pytest.mark.parametrize("shut", ["tigers", "org"])
async def test_nobody_is_reminded_of_an_archived_group(door: Cast, shut: str) -> None:
    places = {"tigers": door.tigers, "org": await door.group("Club")}
    await door.write(lambda s: setattr(door.tigers(s), "parent_id", places["org"].id))
    await knock(door, door.charlie)
    door.clock.advance(hours=25)
    await door.write(lambda s: setattr(places[shut](s), "archived_at", door.now))
    assert await door.write(lambda s: remind_of_requests(s, now=door.now)) == 0
    await door.write(lambda s: setattr(places[shut](s), "archived_at", None))
    assert await door.write(lambda s: remind_of_requests(s, now=door.now)) == 1


async def test_two_workers_remind_once(door_everywhere: Cast) -> None:
    cast = door_everywhere
    await knock(cast, cast.charlie)
    cast.clock.advance(days=2)

    async def remind() -> int:
        return await cast.write(lambda s: remind_of_requests(s, now=cast.now))

    assert sum(await asyncio.gather(remind(), remind())) == 1


async def test_a_decision_in_the_platform_s_own_window_settles_it(door: Cast) -> None:
    await knock(door, door.charlie)
    await see(door, door.charlie, by=door.alice)
    request = await the_request(door)
    assert (request.state, request.decided_by_id) == (ELSEWHERE, door.alice.id)
    assert await door.role_of(door.charlie) is None


async def test_a_ban_in_the_room_settles_it_too(door: Cast) -> None:
    await knock(door, door.charlie)
    await see(door, door.charlie, Presence.BANNED)
    assert (await the_request(door)).state is ELSEWHERE


async def ask(cast: Cast, who: Somebody, public_id: str) -> bool:
    return await cast.write(
        lambda s: question_requester(s, who(s), public_id=public_id, now=cast.now)[1]
    )


async def say(cast: Cast, who: Somebody, text: str) -> str:
    return await cast.write(lambda s: answer_question(s, who(s), text=text, now=cast.now).public_id)


async def test_a_question_reaches_who_asked_within_five_minutes(door: Cast) -> None:
    public_id = await knock(door, door.charlie)
    assert await ask(door, door.alice, public_id)
    assert not await ask(door, door.alice, public_id)
    assert ("request_question", "1003") in await told(door)


async def test_a_question_comes_too_late_for_somebody_out_of_reach(door: Cast) -> None:
    public_id = await knock(door, door.charlie)
    door.clock.advance(minutes=5)
    assert (await refused(ask(door, door.alice, public_id))).code == "too_late_to_ask"
    await reach(door, door.charlie)
    assert await ask(door, door.alice, public_id)


async def test_the_answer_goes_to_the_admins_once_for_each_question(door: Cast) -> None:
    public_id = await knock(door, door.charlie)
    assert (await refused(say(door, door.charlie, "me"))).code == "nothing_asked"
    await ask(door, door.alice, public_id)
    assert await say(door, door.charlie, "  Bob's\u202e father ") == public_id
    assert (await the_request(door)).answer == "Bob's father"
    assert (await refused(say(door, door.charlie, "again"))).code == "nothing_asked"
    assert (await facts(door)).count("request.answered") == 1


async def test_charlie_may_not_ask_or_answer_for_others(door: Cast) -> None:
    dana = await door.somebody()
    public_id = await knock(door, dana)
    assert (await refused(ask(door, door.charlie, public_id))).code == "no_such_request"
    await ask(door, door.alice, public_id)
    assert (await refused(say(door, door.charlie, "me"))).code == "nothing_asked"


async def test_where_nobody_can_be_told_the_fact_is_done_and_says_so(door: Cast) -> None:
    await reach(door, door.alice)
    await door.write(
        lambda s: lose_room(
            s, platform="telegram", address=ROOM, loss=Loss.REMOVED, reason="out", now=door.now
        )
    )
    await door.write(
        lambda s: mark_unreachable(s, platform="telegram", address="1001", reason="blocked")
    )
    assert await told(door) == []
    (lost,) = await door.rows(OutboxEvent)
    assert (lost.event_type, lost.status, lost.last_error) == ("room.lost", "done", NOBODY)


async def test_a_system_admin_may_decide(door: Cast) -> None:
    public_id = await knock(door, await door.somebody())

    def unit(s: Session) -> bool:
        actor = Actor(door.charlie(s).person, "telegram", system_admin=True)
        return decide_request(s, actor, public_id=public_id, let_in=True, now=door.now)[1]

    assert await door.write(unit)


async def test_requests_waiting_in_a_silent_room_are_kept_for_the_trail(door: Cast) -> None:
    public_id = await knock(door, door.charlie)
    await door.write(
        lambda s: lose_room(
            s, platform="telegram", address=ROOM, loss=Loss.REMOVED, reason="out", now=door.now
        )
    )
    await decide(door, door.alice, public_id)
    await told(door)
    held = [row for row in await door.rows(Delivery) if row.kind in ("admission", "welcome")]
    assert {row.status for row in held} == {DeliveryStatus.CANCELLED}
    assert {row.last_error for row in held} == {"we can't speak in this room: removed"}
