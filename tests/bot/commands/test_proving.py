"""/phone, /vouch and /start: who it is for shows it, and the card follows."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from bot.notices import Notice, render
from bot.texts import Reader
from core.access import Role
from core.facts import ClaimRaised, Fact, PersonInvited, StrangerOpened
from core.invites import Invite
from tests.bot.commands.talk import ISOLATES, TEAM_ROOM, Talk, words
from tests.core.inviting import direct, facts

NUMBER = "+12025550143"


async def notice(talk: Talk, kind: str, fact: type[Fact]) -> tuple[str, list[str]]:
    """What the last fact of that kind sounds like, and what its buttons say."""
    told = (await facts(talk.cast, fact))[-1]

    def unit(s: Session) -> tuple[str, list[str]]:
        said = render(s, kind, told)
        assert isinstance(said, Notice)
        text = ISOLATES.sub("", Reader("en", "UTC").plain(said.text))
        return text, [button.line for row in said.buttons for button in row]

    return await talk.cast.read(unit)


async def test_who_opens_an_invite_for_a_number_is_asked_to_show_theirs(talk: Talk) -> None:
    token = (await direct(talk.cast, NUMBER)).token
    heard = await talk.say(talk.cast.charlie, f"/start j_{token}")
    assert heard.answer.reply.asks_phone
    assert "Alice" not in heard.text
    card = await talk.say(talk.cast.charlie, "/phone", phone=NUMBER)
    assert "Alice invites you to Tigers." in card.text
    assert "You are in Tigers" in (await talk.tap(talk.cast.charlie, card.lines[0])).text


@pytest.mark.attack(8, 12)
async def test_a_number_that_is_typed_proves_nothing(talk: Talk) -> None:
    token = (await direct(talk.cast, NUMBER)).token
    heard = await talk.say(talk.cast.charlie, f"/phone {NUMBER}")
    assert heard.answer.reply.asks_phone
    refused = await talk.say(talk.cast.charlie, f"/accept {token}")
    assert refused.text == words("phone_proof_needed", inviter="Alice")
    assert await talk.cast.role_of(talk.cast.charlie) is None


async def test_another_number_says_that_nothing_waits(talk: Talk) -> None:
    heard = await talk.say(talk.cast.charlie, "/phone", phone="+12025550199")
    assert heard.text.startswith("No invite waits for +12025550199.")


async def test_a_number_is_shown_in_private_only(talk: Talk) -> None:
    heard = await talk.say(talk.cast.charlie, "/phone", TEAM_ROOM)
    assert heard.text == words("only_in_private")


async def test_several_invites_for_a_number_are_chosen_from(talk: Talk) -> None:
    lions = await talk.cast.group("Lions")
    for group in (talk.cast.tigers, lions):
        await direct(talk.cast, NUMBER, group=group)
    heard = await talk.say(talk.cast.charlie, "/phone", phone=NUMBER)
    assert heard.labels == ["Invite to Tigers", "Invite to Lions"]
    assert "invites you to Lions" in (await talk.tap(talk.cast.charlie, heard.lines[1])).text


async def test_starting_a_chat_shows_what_waits_for_the_username(talk: Talk) -> None:
    await direct(talk.cast, "@charlie")
    heard = await talk.say(talk.cast.charlie, "/start")
    assert heard.labels == ["Invite to Tigers"]
    card = await talk.tap(talk.cast.charlie, heard.lines[0])
    assert "Alice invites you to Tigers." in card.text
    assert (await talk.say(talk.cast.bob, "/start")).labels == []


async def test_the_id_of_somebody_else_s_invite_shows_nothing(talk: Talk) -> None:
    result = await direct(talk.cast, "@charlie")
    assert result.invite
    heard = await talk.say(talk.cast.bob, f"/start {result.invite.public_id}")
    assert heard.text == words("invite_unknown")


async def test_the_inviter_says_who_it_was_and_the_card_goes_out(talk: Talk) -> None:
    token = (await direct(talk.cast, "dana@example.org")).token
    waits = await talk.say(talk.cast.charlie, f"/start j_{token}")
    assert waits.text == words("claim_waits", inviter="Alice")
    text, lines = await notice(talk, "claim_raised", ClaimRaised)
    assert text.startswith("Charlie opened your invite for dana@example.org to Tigers. Is it them?")
    vouched = await talk.tap(talk.cast.alice, lines[0])
    assert vouched.text == "Charlie has the invite to Tigers now, with Accept and Decline."
    card, answers = await notice(talk, "invite_card", PersonInvited)
    assert card.startswith("Alice invites you to Tigers.")
    await talk.tap(talk.cast.charlie, answers[0])
    assert await talk.cast.role_of(talk.cast.charlie) is Role.MEMBER


async def test_the_inviter_says_no(talk: Talk) -> None:
    token = (await direct(talk.cast, "dana@example.org")).token
    await talk.say(talk.cast.charlie, f"/start j_{token}")
    _, lines = await notice(talk, "claim_raised", ClaimRaised)
    heard = await talk.tap(talk.cast.alice, lines[1])
    assert heard.text.startswith("Charlie stays out of Tigers.")
    assert [row.invitee_id for row in await talk.cast.rows(Invite)] == [None]


@pytest.mark.parametrize("line", ["/vouch", "/vouch inv_aaaaaaaa", "/vouch inv_aaaaaaaa maybe"])
async def test_a_vouching_that_says_nothing_is_refused(talk: Talk, line: str) -> None:
    assert (await talk.say(talk.cast.alice, line)).text == words("button_unknown")


@pytest.mark.attack(7)
async def test_the_inviter_hears_who_opened_it(talk: Talk) -> None:
    token = (await direct(talk.cast, "@dana")).token
    await talk.say(talk.cast.charlie, f"/start j_{token}")
    text, _ = await notice(talk, "stranger_opened", StrangerOpened)
    assert text.startswith("Charlie opened your invite for @dana to Tigers.")
