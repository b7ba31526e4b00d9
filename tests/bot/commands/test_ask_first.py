"""Invites that ask first: an acceptance becomes a request, and an approval uses the invite."""

from __future__ import annotations

import pytest

from core.access import MemberState, Role
from core.chats.requests import JoinRequest, RequestState
from core.invites import Invite
from core.invites.redemptions import Redemption
from tests.bot.commands.talk import Talk, words
from tests.cast import Somebody
from tests.core.door import ROOM, knock, reach, the_request
from tests.core.test_requests import told


async def link_of(talk: Talk, who: Somebody | None = None, more: str = "") -> tuple[str, str]:
    """A link that asks first: its token and public id."""
    heard = await talk.say(who or talk.cast.alice, f"/invite ask=yes {more}")
    invite = (await talk.cast.rows(Invite))[-1]
    return heard.text.partition("j_")[2].split()[0], invite.public_id


async def uses(talk: Talk) -> list[int]:
    return [invite.uses for invite in await talk.cast.rows(Invite)]


async def test_the_inviter_and_the_invitee_are_told_that_it_asks(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/invite ask=yes")
    assert "An admin is asked about whoever accepts" in heard.text
    assert "An admin is asked" in (await talk.say(talk.cast.alice, "/invites")).text
    token = heard.text.partition("j_")[2].split()[0]
    card = await talk.say(talk.cast.charlie, f"/start j_{token}")
    assert "You ask first: an admin answers you." in card.text
    assert card.labels[0] == "Ask to join"


@pytest.mark.attack(19)
async def test_accepting_lets_nobody_in_but_asks_the_admins(talk: Talk) -> None:
    await reach(talk.cast, talk.cast.alice)
    token, _ = await link_of(talk)
    heard = await talk.say(talk.cast.charlie, f"/accept {token}")
    assert heard.text == "I have asked the admins of Tigers. The answer comes to you here."
    assert await talk.cast.role_of(talk.cast.charlie) is None
    assert await uses(talk) == [0]
    assert ("request_card", talk.cast.alice.sender.address) in await told(talk.cast)


async def test_a_second_tap_asks_nobody_again(talk: Talk) -> None:
    token, _ = await link_of(talk)
    for _ in range(2):
        await talk.say(talk.cast.charlie, f"/accept {token}")
    assert len(await talk.cast.rows(JoinRequest)) == 1


async def test_an_approval_uses_the_invite_and_gives_its_role(talk: Talk) -> None:
    token, code = await link_of(talk, more="role=editor")
    await talk.say(talk.cast.charlie, f"/accept {token}")
    listed = await talk.say(talk.cast.alice, "/requests")
    assert f"They come by the invite {code}, from Alice, which asks you first." in listed.text
    assert "Approve makes them editor." in listed.text
    await talk.tap(talk.cast.alice, listed.lines[0])
    assert await talk.cast.role_of(talk.cast.charlie) is Role.EDITOR
    assert await uses(talk) == [1]
    (redemption,) = await talk.cast.rows(Redemption)
    assert redemption.person_id == talk.cast.charlie.id


async def test_who_is_declined_hears_when_to_ask_again(talk: Talk) -> None:
    token, _ = await link_of(talk)
    await talk.say(talk.cast.charlie, f"/accept {token}")
    request = await the_request(talk.cast)
    await talk.tap(talk.cast.alice, f"/requests decline {request.public_id}")
    heard = await talk.say(talk.cast.charlie, f"/accept {token}")
    assert heard.text.endswith("You can ask again tomorrow.")
    assert await uses(talk) == [0]


@pytest.mark.attack(10)
async def test_an_admin_can_t_approve_a_role_above_their_own(talk: Talk) -> None:
    dana = await talk.cast.somebody(role=Role.ADMIN)
    token, _ = await link_of(talk, more="role=admin")
    await talk.say(talk.cast.charlie, f"/accept {token}")
    request = await the_request(talk.cast)
    heard = await talk.tap(dana, f"/requests approve {request.public_id}")
    assert "You can't hand out the role admin" in heard.text
    assert (await the_request(talk.cast)).state is RequestState.OPEN
    await talk.tap(talk.cast.alice, f"/requests approve {request.public_id}")
    assert await talk.cast.role_of(talk.cast.charlie) is Role.ADMIN


@pytest.mark.attack(14)
async def test_after_the_invite_has_ended_an_approval_makes_a_member_and_no_more(
    talk: Talk,
) -> None:
    token, code = await link_of(talk, more="role=admin")
    await talk.say(talk.cast.charlie, f"/accept {token}")
    await talk.say(talk.cast.alice, f"/revoke {code}")
    request = await the_request(talk.cast)
    await talk.tap(talk.cast.alice, f"/requests approve {request.public_id}")
    assert await talk.cast.role_of(talk.cast.charlie) is Role.MEMBER
    assert await uses(talk) == [0]


@pytest.mark.attack(2)
async def test_of_more_who_ask_than_there_are_uses_all_can_be_approved_as_members(
    talk: Talk,
) -> None:
    token, _ = await link_of(talk, more="role=editor uses=1")
    dana = await talk.cast.somebody()
    for who in (talk.cast.charlie, dana):
        await talk.say(who, f"/accept {token}")
    for request in await talk.cast.rows(JoinRequest):
        await talk.tap(talk.cast.alice, f"/requests approve {request.public_id}")
    assert await uses(talk) == [1]
    assert await talk.cast.role_of(talk.cast.charlie) is Role.EDITOR
    assert await talk.cast.role_of(dana) is Role.MEMBER


async def test_the_room_s_own_link_of_such_an_invite_asks_as_well(talk: Talk) -> None:
    await talk.cast.bind(ROOM)
    _, code = await link_of(talk)
    await knock(talk.cast, talk.cast.charlie, link=code)
    assert (await the_request(talk.cast)).state is RequestState.OPEN
    assert await talk.cast.role_of(talk.cast.charlie) is None


async def test_the_banned_can_t_be_approved(talk: Talk) -> None:
    token, _ = await link_of(talk)
    await talk.say(talk.cast.charlie, f"/accept {token}")
    await talk.cast.join(talk.cast.charlie, Role.MEMBER)
    await talk.cast.part(talk.cast.charlie, MemberState.BANNED)
    request = await the_request(talk.cast)
    heard = await talk.tap(talk.cast.alice, f"/requests approve {request.public_id}")
    assert heard.refused
    assert await uses(talk) == [0]


async def test_whom_one_names_need_not_be_asked_about(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/invite @dana ask=yes")
    assert heard.text == words("asks_by_link_only")
    assert await talk.cast.rows(Invite) == []


async def test_ask_takes_yes_or_no(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/invite ask=perhaps")
    assert heard.text == words("not_yes_or_no", option="ask")
    await talk.say(talk.cast.alice, "/invite ask=No")
    assert [invite.asks for invite in await talk.cast.rows(Invite)] == [False]
