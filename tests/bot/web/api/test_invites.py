"""Invites over REST: made, listed, shown, accepted, revoked and sent again."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from core.access import MemberState, Role
from core.invites import Invite
from core.invites.guesses import Guess
from core.outbox import OutboxEvent
from core.tokens import new_token
from tests.bot.web.api.conftest import PUBLIC_URL, Heard, Programs
from tests.cast import Somebody


def path_of(programs: Programs) -> str:
    return f"/groups/{programs.cast.tigers.id}/invites"


def told(heard: Heard) -> object:
    """The answer, but for what differs each time."""
    return heard.status, {k: v for k, v in heard.body.items() if k != "request_id"}


async def test_a_link_is_made_and_told_once(programs: Programs) -> None:
    alice = programs.cast.alice
    body = {"role": "coach", "uses": 3, "ttl_s": 7200, "title": "North gate", "note": "Hi"}
    heard = await programs.post(alice, path_of(programs), body)
    assert heard.status == 201
    assert heard.body["link"] == f"{PUBLIC_URL}/i/{heard.body['token']}"
    shown = heard.body["invite"]
    assert (shown["role"], shown["label"], shown["max_uses"]) == ("admin", "coach", 3)
    [listed] = (await programs.get(alice, path_of(programs))).items
    assert listed == shown


@pytest.mark.attack(22)
async def test_a_list_never_shows_a_token_and_only_admins_see_it(programs: Programs) -> None:
    made = await programs.cast.invite()
    heard = await programs.get(programs.cast.alice, path_of(programs))
    assert made.token not in str(heard.body)
    assert (await programs.get(programs.cast.bob, path_of(programs))).status == 403
    assert (await programs.get(programs.cast.charlie, path_of(programs))).status == 404


async def test_the_list_says_how_many_there_are_and_how_many_are_open(programs: Programs) -> None:
    cast = programs.cast
    made = [await cast.invite() for _ in range(3)]
    await cast.revoke(cast.alice, made[0].public_id)
    await cast.invite(ttl=timedelta(hours=1))
    cast.clock.advance(hours=2)
    heard = await programs.get(cast.alice, f"{path_of(programs)}?limit=1&status=pending")
    assert (len(heard.items), heard.body["total"], heard.body["pending"]) == (1, 4, 2)


async def test_whom_usher_may_write_to_hears_of_it(programs: Programs) -> None:
    cast = programs.cast
    lions = await cast.group("Lions")
    dana = await cast.somebody("Dana", role=Role.MEMBER, group=lions)
    body = {"person_id": dana.id}
    heard = await programs.post(cast.alice, path_of(programs), body)
    # Who never wrote to us gets the link by hand.
    assert (heard.status, heard.body["sent"]) == (201, False)
    assert heard.body["invite"]["invitee_id"] == dana.id
    again = await programs.post(cast.alice, path_of(programs), body)
    assert (again.status, again.code) == (409, "invitee_is_invited")
    assert heard.body["invite"]["id"] in again.body["detail"]


@pytest.mark.parametrize("state", [MemberState.ACTIVE, MemberState.BANNED])
async def test_who_is_in_or_banned_is_not_invited(programs: Programs, state: MemberState) -> None:
    cast = programs.cast
    if state is MemberState.BANNED:
        await cast.group("Lions", owner=cast.alice)
        await cast.part(cast.bob, state)
    heard = await programs.post(cast.alice, path_of(programs), {"to": "@bob"})
    code = "invitee_is_member" if state is MemberState.ACTIVE else None
    assert heard.status == (409 if code else 201)
    assert code is None or heard.code == code


@pytest.mark.attack(17)
@pytest.mark.attack(22)
async def test_the_id_of_an_invite_of_others_looks_like_none(programs: Programs) -> None:
    cast = programs.cast
    made = await cast.invite()
    await cast.group("Lions", owner=cast.charlie)
    for method, end in (("DELETE", ""), ("POST", "/resend")):
        theirs, none = [
            await programs.ask(cast.charlie, method, f"/invites/{id_}{end}")
            for id_ in (made.public_id, "inv_aaaaaaaa")
        ]
        assert (theirs.status, theirs.code) == (none.status, none.code) == (404, "no_such_invite")


async def test_a_revoked_invite_is_over_for_its_holder(programs: Programs) -> None:
    cast = programs.cast
    made = await cast.invite()
    for _ in range(2):
        assert (
            await programs.ask(cast.alice, "DELETE", f"/invites/{made.public_id}")
        ).status == 204
    heard = await programs.get(None, f"/invites/{made.token}/info")
    assert (heard.status, heard.code) == (410, "invite_revoked")


async def test_an_invite_that_is_sent_again_has_a_second_link(programs: Programs) -> None:
    cast = programs.cast
    made = await cast.invite()
    heard = await programs.post(cast.alice, f"/invites/{made.public_id}/resend")
    assert heard.status == 200
    for token in (made.token, heard.body["token"]):
        assert (await programs.get(None, f"/invites/{token}/info")).status == 200


@pytest.mark.attack(5)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
async def test_looking_uses_nothing_up(programs: Programs, method: str) -> None:
    made = await programs.cast.invite()
    before = await programs.cast.rows(Invite)
    for end in ("info", "accept"):
        await programs.client.request(method, f"/api/v1/invites/{made.token}/{end}")
    [after] = await programs.cast.rows(Invite)
    assert (after.uses, after.state) == (before[0].uses, before[0].state)


async def test_info_shows_what_is_offered_and_by_whom(programs: Programs) -> None:
    made = await programs.cast.invite(role=Role.EDITOR)
    heard = await programs.get(None, f"/invites/{made.token}/info")
    assert (heard.body["group"], heard.body["role"], heard.body["inviter"]) == (
        "Tigers",
        "editor",
        "Alice",
    )
    assert heard.headers["Cache-Control"] == "no-store"


@pytest.mark.attack(23)
async def test_whoever_guesses_learns_nothing_and_is_slowed_down(programs: Programs) -> None:
    cast = programs.cast
    expired = await cast.invite(ttl=timedelta(hours=1))
    cast.clock.advance(hours=2)
    for _ in range(3):
        unknown = await programs.get(None, f"/invites/{new_token()}/info")
    spent = await programs.get(None, f"/invites/{expired.token}/info")
    assert told(spent) == told(unknown)
    for _ in range(6):
        await programs.get(None, f"/invites/{new_token()}/info")
    heard = await programs.get(None, f"/invites/{new_token()}/info")
    assert (heard.status, heard.code) == (429, "too_many_guesses")
    assert heard.headers["Retry-After"] == "60"
    assert len(await cast.rows(Guess)) == 10


@pytest.mark.attack(14)
async def test_the_invite_of_somebody_who_may_not_invite_any_more_is_over(
    programs: Programs,
) -> None:
    cast = programs.cast
    dana = await cast.somebody(role=Role.ADMIN)
    made = await cast.invite(by=dana)
    await cast.join(dana, Role.MEMBER)
    heard = await programs.get(None, f"/invites/{made.token}/info")
    assert (heard.status, heard.code) == (409, "invite_void")


async def test_who_accepts_is_in_and_the_group_hears_of_it(programs: Programs) -> None:
    cast = programs.cast
    made = await cast.invite()
    heard = await programs.post(cast.charlie, f"/invites/{made.token}/accept")
    assert heard.body == {
        "group_id": cast.tigers.id,
        "role": "member",
        "already_member": False,
        "request": None,
    }
    assert [one.event_type for one in await cast.rows(OutboxEvent)] == ["member.joined"]
    again = await programs.post(cast.charlie, f"/invites/{made.token}/accept")
    assert again.body["already_member"] is True


@pytest.mark.attack(7)
async def test_an_invite_for_somebody_else_is_refused(programs: Programs) -> None:
    cast = programs.cast
    dana = await cast.somebody()
    made = await cast.invite(to=dana)
    heard = await programs.post(cast.charlie, f"/invites/{made.token}/accept")
    assert (heard.status, heard.code) == (403, "invite_for_somebody_else")
    told_of = [one.event_type for one in await cast.rows(OutboxEvent)]
    assert told_of == ["invite.opened_by_other"]


@pytest.mark.attack(8)
@pytest.mark.attack(9)
async def test_an_address_that_was_not_proven_opens_nothing(programs: Programs) -> None:
    cast = programs.cast
    made = await programs.post(cast.alice, path_of(programs), {"to": "dana@example.org"})
    heard = await programs.post(cast.charlie, f"/invites/{made.body['token']}/accept")
    assert (heard.status, heard.code) == (403, "claim_waits")
    assert await cast.role_of(cast.charlie) is None


@pytest.mark.attack(18)
@pytest.mark.attack(19)
async def test_a_token_opens_nothing_but_its_invite(programs: Programs) -> None:
    made = await programs.cast.invite(role=Role.ADMIN)
    heard = await programs.get(made.token, f"/groups/{programs.cast.tigers.id}")
    assert heard.status == 401


@pytest.mark.attack(1)
async def test_of_many_at_once_one_uses_a_link_for_one(programs_everywhere: Programs) -> None:
    programs, cast = programs_everywhere, programs_everywhere.cast
    made = await cast.invite()
    keys = [await programs.key(one) for one in await cast.crowd(12)]
    heard = await asyncio.gather(
        *(programs.post(key, f"/invites/{made.token}/accept") for key in keys)
    )
    assert sorted(one.status for one in heard) == [200, *[410] * 11]


async def test_who_accepted_reads_in_the_same_second(programs_everywhere: Programs) -> None:
    programs, cast = programs_everywhere, programs_everywhere.cast
    made = await cast.invite(max_uses=0)
    people: list[Somebody] = [cast.charlie, await cast.somebody("Dana")]
    for who in people:
        assert (await programs.post(who, f"/invites/{made.token}/accept")).status == 200
        heard = await programs.get(who, f"/groups/{cast.tigers.id}/members")
        assert who.sender.name in [one["name"] for one in heard.items]


@pytest.mark.attack(19)
async def test_an_invite_that_asks_first_lets_nobody_in_by_itself(programs: Programs) -> None:
    cast = programs.cast
    made = await programs.post(cast.alice, path_of(programs), {"asks": True})
    assert (await programs.get(None, f"/invites/{made.body['token']}/info")).body["asks"] is True
    heard = await programs.post(cast.charlie, f"/invites/{made.body['token']}/accept")
    assert (heard.status, heard.body["role"]) == (200, None)
    assert heard.body["request"].startswith("req_")
    assert await cast.role_of(cast.charlie) is None
