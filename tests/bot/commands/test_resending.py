"""/resend and /qr: an invite once more."""

from __future__ import annotations

import pytest

from bot.texts import Verbatim
from core.access import MemberState, Role
from core.audit import AuditEntry
from core.invites import InviteToken
from core.outbox import OutboxEvent
from core.tokens import digest
from tests.bot.commands.talk import Heard, Talk, words
from tests.core.door import reach


def _token(heard: Heard) -> str:
    return heard.text.partition("?start=j_")[2].split()[0]


async def test_a_link_sent_again_is_shown_with_its_picture(talk: Talk) -> None:
    made = await talk.cast.invite()
    talk.cast.clock.advance(days=4)
    heard = await talk.say(talk.cast.alice, f"/resend {made.public_id}")
    assert "runs anew. Its older links work too" in heard.text
    assert "Expires: 27 Nov 2026, 18:30 UTC" in heard.text
    assert heard.answer.reply.picture is not None
    kept = await talk.cast.rows(InviteToken)
    assert [row.digest for row in kept] == [digest(made.token), digest(_token(heard))]


async def test_who_can_be_reached_gets_the_card_and_no_link_is_shown(talk: Talk) -> None:
    made = await talk.cast.invite(to=talk.cast.charlie)
    await reach(talk.cast, talk.cast.charlie)
    heard = await talk.say(talk.cast.alice, f"/resend {made.public_id}")
    assert heard.text.startswith("I have sent Charlie the invite to Tigers again.")
    assert "start=j_" not in heard.text
    assert [event.event_type for event in await talk.cast.rows(OutboxEvent)] == ["person.invited"]


async def test_for_who_has_not_started_there_is_a_link_to_hand_on(talk: Talk) -> None:
    made = await talk.cast.invite(to=talk.cast.charlie)
    heard = await talk.say(talk.cast.alice, f"/resend {made.public_id}")
    assert "Charlie has not started a chat with me yet." in heard.text
    refused = await talk.say(talk.cast.bob, f"/start j_{_token(heard)}")
    assert refused.text == words("invite_for_somebody_else", inviter="Alice")


async def test_qr_shows_another_link_that_opens_the_same_invite(talk: Talk) -> None:
    made = await talk.cast.invite()
    heard = await talk.say(talk.cast.alice, f"/qr {made.public_id}")
    assert heard.answer.reply.picture is not None
    card = await talk.say(talk.cast.charlie, f"/start j_{_token(heard)}")
    assert card.lines == [f"/accept {made.public_id}", f"/decline {made.public_id}"]


@pytest.mark.parametrize("command", ["resend", "qr"])
async def test_for_a_revoked_one_a_new_one_is_offered(talk: Talk, command: str) -> None:
    made = await talk.cast.invite()
    await talk.cast.revoke(talk.cast.alice, made.public_id)
    heard = await talk.say(talk.cast.alice, f"/{command} {made.public_id}")
    assert "was revoked" in heard.text
    assert heard.lines == [f"/invite group={talk.cast.tigers.id}"]
    again = await talk.tap(talk.cast.alice, heard.lines[0])
    assert not (await talk.cast.accept(talk.cast.charlie, _token(again))).already_member


@pytest.mark.parametrize("command", ["resend", "qr"])
async def test_without_an_id_the_usage_is_told(talk: Talk, command: str) -> None:
    heard = await talk.say(talk.cast.alice, f"/{command}")
    assert heard.text == words("which_invite", usage=Verbatim(f"/{command} inv_…"))


@pytest.mark.attack(22, 24, 60)
async def test_no_token_is_in_any_list_or_entry(talk: Talk) -> None:
    made = await talk.cast.invite(max_uses=2)
    resent = _token(await talk.say(talk.cast.alice, f"/resend {made.public_id}"))
    shown = _token(await talk.say(talk.cast.alice, f"/qr {made.public_id}"))
    listed = await talk.say(talk.cast.alice, "/invites")
    entries = [(row.action, row.subject, row.details) for row in await talk.cast.rows(AuditEntry)]
    seen = repr((listed.answer, entries, await talk.everything()))
    assert [token for token in (made.token, resent, shown) if token in seen] == []


async def test_what_is_void_can_be_made_one_s_own_with_a_tap(talk: Talk) -> None:
    dana = await talk.cast.somebody(role=Role.ADMIN)
    made = await talk.cast.invite(by=dana)
    await talk.cast.part(dana, MemberState.LEFT)
    heard = await talk.say(talk.cast.alice, f"/resend {made.public_id}")
    assert heard.text == words("resend_void", invite=made.public_id, inviter="Dana")
    assert heard.labels == ["Make it mine", "Make a new invite"]
    await talk.tap(talk.cast.alice, heard.lines[0])
    assert "runs anew" in (await talk.say(talk.cast.alice, f"/resend {made.public_id}")).text
