"""/decline: no to an invite, and why."""

from __future__ import annotations

import pytest

from core.invites.views import InviteView
from core.outbox import OutboxEvent
from tests.bot.commands.talk import Talk, words
from tests.cast import Made
from tests.core.door import reach
from tests.core.test_requests import told


async def declined(talk: Talk, *, direct: bool = True) -> Made:
    made = await talk.cast.invite(to=talk.cast.charlie if direct else None)
    await talk.say(talk.cast.charlie, f"/start j_{made.token}")
    await talk.tap(talk.cast.charlie, f"/decline {made.public_id}")
    return made


async def events(talk: Talk) -> list[str]:
    return [event.event_type for event in await talk.cast.rows(OutboxEvent)]


async def reason(talk: Talk) -> str | None:
    (view,) = await talk.cast.rows(InviteView)
    return view.reason


async def test_common_reasons_are_a_tap_away(talk: Talk) -> None:
    made = await talk.cast.invite(to=talk.cast.charlie)
    heard = await talk.tap(talk.cast.charlie, f"/decline {made.public_id}")
    assert heard.labels == ["no time", "maybe later", "you mean somebody else"]
    heard = await talk.tap(talk.cast.charlie, heard.lines[0])
    assert heard.text.endswith("Thank you. I tell Alice.")
    assert heard.replaces
    assert await reason(talk) == "busy"


async def test_the_inviter_hears_of_a_personal_no_and_then_of_its_reason(talk: Talk) -> None:
    await reach(talk.cast, talk.cast.alice)
    made = await declined(talk)
    assert await events(talk) == ["invite.declined"]
    await talk.say(talk.cast.charlie, f"/decline {made.public_id} I moved to Leeds")
    assert await reason(talk) is None
    await talk.tap(talk.cast.charlie, f"/decline {made.public_id} I moved to Leeds")
    assert await reason(talk) == "I moved to Leeds"
    assert await told(talk.cast) == [("invite_declined", talk.cast.alice.sender.address)] * 2


async def test_a_no_to_a_link_is_told_only_with_a_reason(talk: Talk) -> None:
    made = await declined(talk, direct=False)
    assert await events(talk) == []
    await talk.say(talk.cast.charlie, f"/decline {made.public_id} too far away")
    assert await events(talk) == ["invite.declined"]


async def test_a_reason_is_given_once(talk: Talk) -> None:
    made = await declined(talk, direct=False)
    for words_ in ("busy", "something else"):
        await talk.tap(talk.cast.charlie, f"/decline {made.public_id} {words_}")
    assert (await reason(talk), await events(talk)) == ("busy", ["invite.declined"])


async def test_a_second_no_says_nothing_new(talk: Talk) -> None:
    made = await declined(talk, direct=False)
    before = await talk.everything()
    await talk.tap(talk.cast.charlie, f"/decline {made.public_id}")
    assert await talk.everything() == before


async def test_a_reason_needs_a_no_first(talk: Talk) -> None:
    made = await talk.cast.invite()
    await talk.say(talk.cast.charlie, f"/start j_{made.token}")
    heard = await talk.tap(talk.cast.charlie, f"/decline {made.public_id} busy")
    assert heard.text == words("not_declined")


async def test_a_reason_has_bounds(talk: Talk) -> None:
    made = await declined(talk, direct=False)
    heard = await talk.tap(talk.cast.charlie, f"/decline {made.public_id} {'x' * 201}")
    assert heard.text == words("note_too_long", limit=200)


@pytest.mark.attack(39)
async def test_nobody_gives_a_reason_for_somebody_else(talk: Talk) -> None:
    made = await declined(talk, direct=False)
    dana = await talk.cast.somebody()
    heard = await talk.tap(dana, f"/decline {made.public_id} busy")
    assert heard.text == words("invite_unknown")
    assert await reason(talk) is None
