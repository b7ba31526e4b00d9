"""/blocked and /limits: who does not want to be asked, and how often one may ask."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from bot.notices import Notice, render
from core.audit import AuditEntry
from core.facts import PersonInvited
from core.invites import Invite
from core.invites.blocks import InviteBlock
from tests.bot.commands.talk import Talk, words
from tests.cast import CHARLIE
from tests.core.door import reach
from tests.core.inviting import direct, facts


async def cards(talk: Talk) -> list[list[str]]:
    """What the buttons of the cards say that are sent for the invites so far."""
    told = await facts(talk.cast, PersonInvited)

    def unit(s: Session) -> list[list[str]]:
        said = [render(s, "invite_card", one) for one in told]
        notices = [one for one in said if isinstance(one, Notice)]
        return [[button.line for row in one.buttons for button in row] for one in notices]

    return await talk.cast.read(unit)


async def blocking(talk: Talk) -> str:
    """Charlie is invited; the line of the card's button by which he wants no more."""
    await reach(talk.cast, talk.cast.charlie)
    await direct(talk.cast, about=CHARLIE)
    [[_, _, line]] = await cards(talk)
    return line


async def test_the_card_s_button_ends_it_for_the_group(talk: Talk) -> None:
    heard = await talk.tap(talk.cast.charlie, await blocking(talk))
    assert heard.text.startswith("You get no invites from:\n• Tigers")
    assert heard.labels == ["Allow Tigers", "No invites from anybody"]
    assert await cards(talk) == []
    lions = await talk.cast.group("Lions")
    await direct(talk.cast, about=CHARLIE, group=lions)
    assert len(await cards(talk)) == 1


async def test_the_inviter_sees_what_they_see_of_anybody(talk: Talk) -> None:
    for who in (talk.cast.bob, talk.cast.charlie):
        await reach(talk.cast, who)
    lions = await talk.cast.group("Lions")
    line = f"/invite @bob group={lions.id}"
    free = await talk.say(talk.cast.alice, line)
    await talk.say(talk.cast.alice, f"/revoke {(await talk.cast.rows(Invite))[-1].public_id}")
    await talk.say(talk.cast.bob, "/blocked all")
    before = len(await talk.cast.rows(AuditEntry))
    assert (await talk.say(talk.cast.alice, line)).text == free.text
    assert len(await talk.cast.rows(AuditEntry)) == before + 1, "the invite, and no word of a block"
    listed = await talk.say(talk.cast.alice, f"/invites group={lions.id}")
    assert "member, pending" in listed.text


async def test_a_link_that_is_opened_works_all_the_same(talk: Talk) -> None:
    await talk.say(talk.cast.charlie, "/blocked all")
    made = await talk.cast.invite()
    card = await talk.say(talk.cast.charlie, f"/start j_{made.token}")
    assert "Alice invites you to Tigers." in card.text


async def test_it_can_be_taken_back(talk: Talk) -> None:
    await talk.tap(talk.cast.charlie, await blocking(talk))
    heard = await talk.say(talk.cast.charlie, "/blocked all")
    assert heard.labels == ["Allow Tigers", "Allow anybody"]
    for line in heard.lines:
        heard = await talk.tap(talk.cast.charlie, line)
    assert heard.text == "Anybody who knows you may send you invites."
    assert len(await cards(talk)) == 1


async def test_blocking_twice_is_blocking_once(talk_everywhere: Talk) -> None:
    talk = talk_everywhere
    line = await blocking(talk)
    for word in (line, line, "/blocked all", "/blocked all"):
        await talk.say(talk.cast.charlie, word)
    assert len(await talk.cast.rows(InviteBlock)) == 2


@pytest.mark.attack(39, 40)
async def test_nobody_blocks_by_or_unblocks_what_is_another_s(talk: Talk) -> None:
    line = await blocking(talk)
    assert (await talk.tap(talk.cast.bob, line)).refused
    await talk.tap(talk.cast.charlie, line)
    [kept] = await talk.cast.rows(InviteBlock)
    for word in (f"undo {kept.id}", "undo 99", "undo x", "add inv_aaaaaaaa", "nonsense"):
        assert (await talk.say(talk.cast.bob, f"/blocked {word}")).refused
    assert len(await talk.cast.rows(InviteBlock)) == 1


@pytest.mark.attack(31, 44)
async def test_in_a_card_nobody_asked_for_nothing_can_be_tapped(talk: Talk) -> None:
    await reach(talk.cast, talk.cast.charlie)
    line = '/invite note="win at evil.example or ask @evil, +1 202 555 0143"'
    incoming = talk.incoming(talk.cast.alice, line, about=CHARLIE)
    assert await talk.hand_in(incoming)
    [told] = await facts(talk.cast, PersonInvited)
    notice = await talk.cast.read(lambda s: render(s, "invite_card", told))
    assert isinstance(notice, Notice)
    assert "win at evil example or ask evil, …" in str(notice.text)


async def test_limits_are_shown_to_admins_and_changed_by_system_admins(talk: Talk) -> None:
    shown = await talk.say(talk.cast.alice, "/limits")
    assert "Within ten minutes: 30" in shown.text
    refused = await talk.say(talk.cast.alice, "/limits short=99")
    assert refused.text == words("limits_by_system_admins")
    talk.system_admins.add(talk.cast.charlie.sender.key())
    line = f"/limits short=99 group={talk.cast.tigers.id}"
    assert "Within ten minutes: 99" in (await talk.say(talk.cast.charlie, line)).text
    assert "Within ten minutes: 99" in (await talk.say(talk.cast.alice, "/limits")).text


@pytest.mark.attack(30)
async def test_the_limit_is_told_with_what_to_do(talk: Talk) -> None:
    for _ in range(30):
        assert not (await talk.say(talk.cast.alice, "/invite")).refused
    heard = await talk.say(talk.cast.alice, "/invite")
    assert heard.text.startswith("You have reached the limit of 30 invites within 10 minutes.")
