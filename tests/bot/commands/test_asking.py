"""/ask and /adopt: no refusal at the door is a dead end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from core.access import MemberState, Role
from core.chats import Chat
from core.chats.requests import JoinRequest, RequestState
from core.deliveries import Delivery
from core.groups.closing import archive_group
from tests.bot.commands.talk import Talk, words
from tests.cast import Cast, Made, Somebody
from tests.core.door import reach
from tests.core.test_requests import told


async def refused_card(talk: Talk, who: Somebody, made: Made) -> Any:
    return await talk.say(who, f"/start j_{made.token}")


async def expired(talk: Talk, **offer: Any) -> Made:
    """An invite that charlie opened too late."""
    made = await talk.cast.invite(**offer)
    talk.cast.clock.advance(hours=73)
    await refused_card(talk, talk.cast.charlie, made)
    return made


@pytest.mark.parametrize(
    "why", ["expired", "revoked", "used_up", "declined", "banned", "archived", "void", "role_void"]
)
async def test_each_refusal_has_its_words_the_inviter_and_a_way_on(talk: Talk, why: str) -> None:
    made = await refusing(talk, why)
    heard = await refused_card(talk, talk.cast.charlie, made)
    code = why if why == "banned" else f"invite_{why}"
    assert heard.text == words(code, group="Tigers", inviter="Bob", invite=made.public_id)
    assert heard.refused
    assert "Bob" in heard.text
    assert heard.lines == [f"/ask {made.public_id}"]
    asked = await talk.tap(talk.cast.charlie, heard.lines[0])
    assert asked.text == "I have asked the admins of Tigers. The answer comes to you here."
    (request,) = await talk.cast.rows(JoinRequest)
    assert (request.state, request.chat_id) == (RequestState.OPEN, None)


async def refusing(talk: Talk, why: str) -> Made:
    """Bob's invite to charlie, which came to nothing."""
    cast = talk.cast
    await cast.join(cast.bob, Role.OWNER)
    to = cast.charlie if why == "declined" else None
    role = Role.ADMIN if why == "role_void" else Role.MEMBER
    made = await cast.invite(by=cast.bob, to=to, role=role)
    await END[why](cast, made)
    return made


async def expire(cast: Cast, made: Made) -> None:
    cast.clock.advance(hours=73)


async def ban(cast: Cast, made: Made) -> None:
    await cast.join(cast.charlie, Role.MEMBER)
    await cast.part(cast.charlie, MemberState.BANNED)


async def use_up(cast: Cast, made: Made) -> None:
    await cast.accept(await cast.somebody(), made.token)


async def archive(cast: Cast, made: Made) -> None:
    await cast.write(lambda s: archive_group(s, cast.alice(s), group=cast.tigers(s), now=cast.now))


END: dict[str, Callable[[Cast, Made], Awaitable[object]]] = {
    "expired": expire,
    "revoked": lambda cast, made: cast.revoke(cast.alice, made.public_id),
    "used_up": use_up,
    "declined": lambda cast, made: cast.decline(cast.charlie, made.public_id),
    "banned": ban,
    "archived": archive,
    "void": lambda cast, _: cast.part(cast.bob, MemberState.REMOVED),
    "role_void": lambda cast, _: cast.join(cast.bob, Role.ADMIN),
}


async def test_the_wrong_person_asks_for_an_invite_of_their_own(talk: Talk) -> None:
    made = await talk.cast.invite(to=await talk.cast.somebody())
    heard = await refused_card(talk, talk.cast.charlie, made)
    assert heard.lines == [f"/ask {made.public_id}"]
    await talk.tap(talk.cast.charlie, heard.lines[0])
    assert (await talk.cast.rows(JoinRequest))[0].invite_id == made.id


async def test_who_was_removed_asks_as_well(talk: Talk) -> None:
    made = await talk.cast.invite(max_uses=0)
    talk.cast.clock.advance(seconds=1)
    await talk.cast.part(talk.cast.bob, MemberState.REMOVED)
    heard = await refused_card(talk, talk.cast.bob, made)
    assert heard.text == words("invite_outdated", group="Tigers", inviter="Alice")
    assert heard.lines == [f"/ask {made.public_id}"]


async def test_an_admin_s_tap_makes_them_a_member_and_they_hear_of_it(talk: Talk) -> None:
    await reach(talk.cast, talk.cast.alice, talk.cast.charlie)
    made = await expired(talk)
    await talk.say(talk.cast.charlie, f"/ask {made.public_id}")
    assert await told(talk.cast) == [("request_card", talk.cast.alice.sender.address)]
    listed = await talk.say(talk.cast.alice, "/requests")
    assert f"Their invite {made.public_id}, from Alice, did not open." in listed.text
    heard = await talk.tap(talk.cast.alice, listed.lines[0])
    assert heard.text == "Alice let Charlie into Tigers."
    assert await talk.cast.role_of(talk.cast.charlie) is Role.MEMBER
    kinds = {(row.kind, row.address) for row in await _deliveries(talk)}
    assert ("request_outcome", talk.cast.charlie.sender.address) in kinds


async def _deliveries(talk: Talk) -> list[Delivery]:
    await told(talk.cast)
    return await talk.cast.rows(Delivery)


@pytest.mark.attack(19)
@pytest.mark.parametrize(
    ("offered", "given"), [(Role.ADMIN, Role.MEMBER), (Role.VIEWER, Role.VIEWER)]
)
async def test_a_wish_never_hands_out_more_than_membership(
    talk: Talk, offered: Role, given: Role
) -> None:
    made = await expired(talk, role=offered)
    await talk.say(talk.cast.charlie, f"/ask {made.public_id}")
    (request,) = await talk.cast.rows(JoinRequest)
    await talk.tap(talk.cast.alice, f"/requests approve {request.public_id}")
    assert await talk.cast.role_of(talk.cast.charlie) is given


async def test_who_is_approved_is_shown_into_the_rooms(talk: Talk) -> None:
    await talk.cast.bind()
    made = await expired(talk)
    await talk.say(talk.cast.charlie, f"/ask {made.public_id}")
    (request,) = await talk.cast.rows(JoinRequest)
    await talk.tap(talk.cast.alice, f"/requests approve {request.public_id}")
    (chat,) = await talk.cast.rows(Chat)
    assert ("room_link", chat.address) in await told(talk.cast)


async def test_nobody_asks_twice_while_it_waits_nor_again_within_a_day(talk: Talk) -> None:
    made = await expired(talk)
    for _ in range(2):
        await talk.say(talk.cast.charlie, f"/ask {made.public_id}")
    (request,) = await talk.cast.rows(JoinRequest)
    await talk.tap(talk.cast.alice, f"/requests decline {request.public_id}")
    heard = await talk.say(talk.cast.charlie, f"/ask {made.public_id}")
    assert heard.text.endswith("You can ask again tomorrow.")
    talk.cast.clock.advance(days=1, seconds=1)
    await talk.say(talk.cast.charlie, f"/ask {made.public_id}")
    assert len(await talk.cast.rows(JoinRequest)) == 2


async def test_who_comes_in_meanwhile_asks_no_more(talk: Talk) -> None:
    made = await expired(talk)
    await talk.say(talk.cast.charlie, f"/ask {made.public_id}")
    await talk.cast.accept(talk.cast.charlie, (await talk.cast.invite()).token)
    (request,) = await talk.cast.rows(JoinRequest)
    assert request.state is RequestState.ELSEWHERE
    heard = await talk.tap(talk.cast.alice, f"/requests approve {request.public_id}")
    assert heard.text == "Charlie has come into Tigers by an invite meanwhile."


async def test_to_ask_for_what_works_is_answered_with_it(talk: Talk) -> None:
    made = await talk.cast.invite()
    await talk.say(talk.cast.charlie, f"/start j_{made.token}")
    heard = await talk.say(talk.cast.charlie, f"/ask {made.public_id}")
    assert heard.text == words("ask_needless", invite=made.public_id)
    await talk.say(talk.cast.charlie, f"/accept {made.public_id}")
    heard = await talk.say(talk.cast.charlie, f"/ask {made.public_id}")
    assert heard.text == words("ask_member", group="Tigers")


@pytest.mark.attack(23)
@pytest.mark.attack(40)
async def test_an_invite_that_was_never_shown_can_t_be_asked_for(talk: Talk) -> None:
    made = await talk.cast.invite()
    talk.cast.clock.advance(hours=73)
    seen = [await talk.say(talk.cast.charlie, f"/ask {code}") for code in
            (made.public_id, "inv_aaaaaaaa", "x", made.token)]  # fmt: skip
    assert {heard.text for heard in seen} == {words("invite_unknown")}
    assert not any(heard.lines for heard in seen)
    assert await talk.cast.rows(JoinRequest) == []


@pytest.mark.attack(14)
async def test_an_admin_adopts_the_invite_of_who_fell(talk: Talk) -> None:
    made = await refusing(talk, "void")
    heard = await talk.say(talk.cast.alice, f"/adopt {made.public_id}")
    assert heard.text.startswith(f"{made.public_id} is yours now: its links work again.")
    await talk.say(talk.cast.charlie, f"/accept {made.token}")
    assert await talk.cast.role_of(talk.cast.charlie) is Role.MEMBER


@pytest.mark.parametrize("why", ["expired", "revoked", "used_up"])
async def test_what_is_over_can_t_be_adopted(talk: Talk, why: str) -> None:
    made = await refusing(talk, why)
    await talk.cast.part(talk.cast.bob, MemberState.REMOVED)
    heard = await talk.say(talk.cast.alice, f"/adopt {made.public_id}")
    assert heard.text == words("adopt_over", invite=made.public_id)


async def test_what_still_stands_is_left_to_its_inviter(talk: Talk) -> None:
    made = await talk.cast.invite()
    heard = await talk.say(talk.cast.alice, f"/adopt {made.public_id}")
    assert heard.text == words("adopt_needless", invite=made.public_id)


@pytest.mark.attack(10)
async def test_nobody_adopts_an_invite_to_a_role_above_their_own(talk: Talk) -> None:
    made = await refusing(talk, "role_void")
    dana = await talk.cast.somebody(role=Role.ADMIN)
    heard = await talk.say(dana, f"/adopt {made.public_id}")
    assert "You can't hand out the role admin" in heard.text


@pytest.mark.parametrize(("who", "code"), [("charlie", "no_such_invite"), ("dana", "not_allowed")])
async def test_adopting_is_for_admins(talk: Talk, who: str, code: str) -> None:
    made = await refusing(talk, "void")
    dana = await talk.cast.somebody(role=Role.EDITOR)
    before = await talk.everything()
    heard = await talk.say(dana if who == "dana" else talk.cast.charlie, f"/adopt {made.public_id}")
    assert heard.refused
    assert code != "no_such_invite" or heard.text == words(code, invite=made.public_id)
    assert await talk.everything() == before


@pytest.mark.parametrize("command", ["ask", "adopt"])
async def test_without_a_code_it_shows_how_it_is_written(talk: Talk, command: str) -> None:
    heard = await talk.say(talk.cast.alice, f"/{command}")
    assert heard.text.endswith(f"/{command} inv_…")
