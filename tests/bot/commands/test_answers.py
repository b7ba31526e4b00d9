"""/accept and /decline: what the buttons of the card do."""

from __future__ import annotations

from typing import Any

import pytest

from core.access import MemberState, Role
from core.invites import Invite, InviteState
from core.invites.guesses import Guess
from core.invites.redemptions import Redemption
from core.invites.views import InviteView
from core.outbox import OutboxEvent
from tests.bot.commands.talk import TEAM_ROOM, Talk, words
from tests.cast import Made, Somebody


async def _shown(talk: Talk, who: Somebody, **offer: Any) -> Made:
    made = await talk.cast.invite(**offer)
    await talk.say(who, f"/start j_{made.token}")
    return made


async def test_accept_joins_and_changes_the_card(talk_everywhere: Talk) -> None:
    talk = talk_everywhere
    made = await _shown(talk, talk.cast.charlie)
    heard = await talk.tap(talk.cast.charlie, f"/accept {made.public_id}")
    assert heard.text.startswith("You are in Tigers, as member. Welcome!")
    assert heard.replaces
    assert heard.lines == []
    assert await talk.cast.role_of(talk.cast.charlie) is Role.MEMBER


async def test_accept_records_the_fact_and_the_use_together(talk: Talk) -> None:
    made = await _shown(talk, talk.cast.charlie)
    await talk.tap(talk.cast.charlie, f"/accept {made.public_id}")
    [event] = await talk.cast.rows(OutboxEvent)
    [use] = await talk.cast.rows(Redemption)
    assert (event.event_type, use.person_id) == ("member.joined", talk.cast.charlie.id)


@pytest.mark.attack(4)
async def test_a_second_tap_says_so_and_uses_nothing(talk: Talk) -> None:
    made = await _shown(talk, talk.cast.charlie, max_uses=5)
    await talk.tap(talk.cast.charlie, f"/accept {made.public_id}")
    before = await talk.everything()
    heard = await talk.tap(talk.cast.charlie, f"/accept {made.public_id}")
    assert heard.text == "You are already a member of Tigers."
    assert heard.replaces
    assert await talk.everything() == before


@pytest.mark.parametrize("form", ["{token}", "j_{token}"])
async def test_the_token_itself_may_be_typed(talk: Talk, form: str) -> None:
    made = await talk.cast.invite()
    await talk.say(talk.cast.charlie, f"/accept {form.format(token=made.token)}")
    assert await talk.cast.role_of(talk.cast.charlie) is Role.MEMBER


@pytest.mark.attack(40)
async def test_a_public_id_opens_nothing_to_who_was_never_shown_it(talk: Talk) -> None:
    made = await talk.cast.invite()
    heard = await talk.tap(talk.cast.charlie, f"/accept {made.public_id}")
    assert heard.text == words("invite_unknown")
    assert await talk.cast.role_of(talk.cast.charlie) is None


@pytest.mark.attack(39)
async def test_a_card_s_button_pressed_by_another_joins_nobody(talk: Talk) -> None:
    made = await _shown(talk, talk.cast.charlie)
    dana = await talk.cast.somebody("Dana")
    heard = await talk.tap(dana, f"/accept {made.public_id}", TEAM_ROOM)
    assert heard.refused
    assert await talk.cast.role_of(dana) is None


async def test_an_expired_invite_names_group_inviter_and_next_step(talk: Talk) -> None:
    made = await _shown(talk, talk.cast.charlie)
    talk.cast.clock.advance(hours=73)
    heard = await talk.tap(talk.cast.charlie, f"/accept {made.public_id}")
    assert heard.text == "This invite to Tigers has expired. Ask Alice for a new one."


@pytest.mark.attack(39)
async def test_a_button_replayed_after_the_revoke_is_refused(talk: Talk) -> None:
    made = await _shown(talk, talk.cast.charlie)
    await talk.say(talk.cast.alice, f"/revoke {made.public_id}")
    heard = await talk.tap(talk.cast.charlie, f"/accept {made.public_id}")
    assert heard.text == words("invite_revoked", group="Tigers", inviter="Alice")
    assert await talk.cast.role_of(talk.cast.charlie) is None


async def test_a_used_up_invite_says_so(talk: Talk) -> None:
    made = await _shown(talk, talk.cast.charlie)
    dana = await talk.cast.somebody("Dana")
    await talk.cast.accept(dana, made.token)
    heard = await talk.tap(talk.cast.charlie, f"/accept {made.public_id}")
    assert heard.text == words("invite_used_up", group="Tigers", inviter="Alice")


@pytest.mark.attack(7)
async def test_a_direct_invite_opens_to_its_person_alone(talk: Talk) -> None:
    dana = await talk.cast.somebody("Dana")
    made = await talk.cast.invite(to=dana)
    heard = await talk.say(talk.cast.charlie, f"/accept {made.token}")
    assert heard.text == words("invite_for_somebody_else", inviter="Alice")
    assert not (await talk.say(dana, f"/accept {made.public_id}")).refused
    assert await talk.cast.role_of(dana) is Role.MEMBER


@pytest.mark.attack(14)
async def test_an_invite_of_a_demoted_inviter_is_void(talk: Talk) -> None:
    await talk.cast.join(talk.cast.bob, Role.ADMIN)
    made = await talk.cast.invite(by=talk.cast.bob)
    await talk.cast.join(talk.cast.bob, Role.MEMBER)
    heard = await talk.say(talk.cast.charlie, f"/start j_{made.token}")
    assert heard.text == words("invite_void", group="Tigers", inviter="Bob")


async def test_who_is_banned_is_told_whom_to_speak_to(talk: Talk) -> None:
    await talk.cast.part(talk.cast.bob, MemberState.BANNED)
    made = await talk.cast.invite()
    heard = await talk.say(talk.cast.bob, f"/accept {made.token}")
    assert heard.text == words("banned", group="Tigers", inviter="Alice")
    assert await talk.cast.role_of(talk.cast.bob) is None


@pytest.mark.attack(12)
async def test_a_role_in_the_line_changes_nothing(talk: Talk) -> None:
    made = await _shown(talk, talk.cast.charlie)
    await talk.tap(talk.cast.charlie, f"/accept {made.public_id} role=owner")
    assert await talk.cast.role_of(talk.cast.charlie) is None
    await talk.tap(talk.cast.charlie, f"/accept {made.public_id} group=99")
    assert await talk.cast.role_of(talk.cast.charlie) is Role.MEMBER


async def test_declining_a_link_leaves_it_open(talk: Talk) -> None:
    made = await _shown(talk, talk.cast.charlie)
    heard = await talk.tap(talk.cast.charlie, f"/decline {made.public_id}")
    [view] = await talk.cast.rows(InviteView)
    assert "The link stays open if you change your mind." in heard.text
    assert heard.replaces
    assert view.declined_at == talk.cast.now
    assert not (await talk.say(talk.cast.charlie, f"/accept {made.public_id}")).refused


async def test_declining_a_direct_invite_ends_it(talk: Talk) -> None:
    made = await talk.cast.invite(to=talk.cast.charlie)
    heard = await talk.say(talk.cast.charlie, f"/decline {made.public_id}")
    [invite] = await talk.cast.rows(Invite)
    assert "If you change your mind, ask Alice." in heard.text
    assert invite.state is InviteState.DECLINED
    again = await talk.say(talk.cast.charlie, f"/accept {made.public_id}")
    assert again.text == words("invite_declined", group="Tigers", inviter="Alice")


async def test_declining_after_joining_leaves_the_membership(talk: Talk) -> None:
    made = await _shown(talk, talk.cast.charlie)
    await talk.tap(talk.cast.charlie, f"/accept {made.public_id}")
    heard = await talk.tap(talk.cast.charlie, f"/decline {made.public_id}")
    assert heard.text == "You are already a member of Tigers."
    assert await talk.cast.role_of(talk.cast.charlie) is Role.MEMBER


@pytest.mark.parametrize("command", ["accept", "decline"])
async def test_without_a_code_it_shows_how_it_is_written(talk: Talk, command: str) -> None:
    heard = await talk.say(talk.cast.charlie, f"/{command}")
    assert heard.text.endswith(f"/{command} inv_…")


@pytest.mark.attack(23)
async def test_guessing_is_counted_and_then_stopped(talk_everywhere: Talk) -> None:
    talk = talk_everywhere
    for _ in range(10):
        heard = await talk.say(talk.cast.charlie, "/accept inv_aaaaaaaa")
        assert heard.text == words("invite_unknown")
    heard = await talk.say(talk.cast.charlie, "/accept inv_aaaaaaaa")
    assert heard.text == words("too_many_guesses")
    assert len(await talk.cast.rows(Guess)) == 10


@pytest.mark.attack(23)
async def test_who_guesses_cannot_tell_expired_from_unknown(talk: Talk) -> None:
    made = await talk.cast.invite()
    talk.cast.clock.advance(hours=73)
    for _ in range(3):
        await talk.say(talk.cast.charlie, "/accept inv_aaaaaaaa")
    heard = await talk.say(talk.cast.charlie, f"/accept {made.token}")
    assert heard.text == words("invite_unknown")
