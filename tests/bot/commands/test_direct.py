"""/invite with people: a line and a way on for each."""

from __future__ import annotations

import re

import pytest

from core.access import Role
from core.facts import PersonInvited
from core.invites import Invite
from tests.bot.commands.talk import TEAM_ROOM, Heard, Talk, words
from tests.bot.commands.test_picks import STRANGER, asked, picks
from tests.cast import CHARLIE
from tests.core.door import reach
from tests.core.inviting import facts

LINK = re.compile(r"start=j_([A-Za-z0-9_-]{43})")


def _tokens(heard: Heard) -> list[str]:
    return LINK.findall(heard.text)


async def test_whom_i_know_and_can_reach_needs_no_link(talk: Talk) -> None:
    await talk.cast.group("Lions")
    await reach(talk.cast, talk.cast.bob)
    heard = await talk.say(talk.cast.alice, '/invite @Bob role=coach note="See you"')
    assert "• Bob has the invite, with Accept and Decline." in heard.text
    assert _tokens(heard) == []
    assert heard.answer.reply.picture is None
    assert [row.note for row in await talk.cast.rows(Invite)] == ["See you"]


async def test_whom_i_know_and_cannot_reach_gets_a_link_alone(talk: Talk) -> None:
    await talk.cast.group("Lions")
    heard = await talk.say(talk.cast.alice, "/invite Bob")
    assert "• Bob has not started a chat with me yet." in heard.text
    [token] = _tokens(heard)
    assert heard.answer.reply.picture is not None
    other = await talk.say(talk.cast.charlie, f"/start j_{token}")
    assert other.text == words("invite_for_somebody_else", inviter="Alice")
    assert (
        "Alice invites you to Lions." in (await talk.say(talk.cast.bob, f"/start j_{token}")).text
    )


async def test_people_of_other_groups_look_like_nobody(talk: Talk) -> None:
    await reach(talk.cast, talk.cast.charlie)
    told = [
        (await talk.say(talk.cast.alice, f"/invite {who}")).text for who in ("@charlie", "@nobody")
    ]
    blanked = [re.sub(r"@\w+|j_\S+", "…", text) for text in told]
    assert blanked[0] == blanked[1]
    assert "I can’t write to … myself." in blanked[0]


async def test_several_people_get_a_line_each_whatever_became_of_the_others(talk: Talk) -> None:
    line = "/invite @dana, Nobody, 12345678, x@y, +12025550143, noa@example.org, @bob"
    heard = await talk.say(talk.cast.alice, line)
    told = [text for text in heard.text.splitlines() if text.startswith("•")]
    assert [re.split(r"[ :]", text)[1] for text in told] == [
        "I",
        "Nobody",
        "12345678",
        "x@y",
        "+12025550143",
        "noa@example.org",
        "Bob",
    ]
    assert len(_tokens(heard)) == 3
    assert not heard.refused


async def test_one_who_cannot_be_read_is_a_refusal(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/invite x@y")
    assert (heard.text, heard.refused) == (words("email_unreadable", email="x@y"), True)


async def test_in_answer_to_a_message_its_writer_is_invited(talk: Talk) -> None:
    await talk.cast.bind()
    await reach(talk.cast, talk.cast.charlie)
    heard = await talk.say(talk.cast.alice, "/invite", TEAM_ROOM, about=CHARLIE)
    assert "• Charlie has the invite" in heard.text
    assert len(await facts(talk.cast, PersonInvited)) == 1


async def test_people_are_chosen_in_the_platform_s_own_list(talk: Talk) -> None:
    await reach(talk.cast, talk.cast.charlie)
    line = (await talk.say(talk.cast.alice, "/invite")).lines[-1]
    again = asked(await talk.tap(talk.cast.alice, line))
    heard = await picks(talk, talk.cast.alice, CHARLIE, STRANGER, line=again)
    assert "• Charlie has the invite" in heard.text
    assert "• Zoe has not started a chat with me yet." in heard.text
    refused = await picks(talk, talk.cast.bob, CHARLIE, line=again)
    assert refused.text == words("pick_over")


async def test_a_member_is_offered_the_other_role(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/invite @bob role=coach")
    assert "• Bob is a member already." in heard.text
    assert heard.labels == ["Make Bob coach"]
    assert "Bob is now coach" in (await talk.tap(talk.cast.alice, heard.lines[0])).text


async def test_of_namesakes_one_is_chosen_by_a_tap(talk: Talk) -> None:
    lions = await talk.cast.group("Lions")
    for name in ("Dana Levi", "Dana Katz"):
        await talk.cast.somebody(name, role=Role.MEMBER, group=lions)
    line = f"/invite dana role=editor group={talk.cast.tigers.id}"
    heard = await talk.say(talk.cast.alice, line)
    assert "• dana: whom do you mean?" in heard.text
    assert heard.labels == ["Dana Levi", "Dana Katz"]
    chosen = await talk.tap(talk.cast.alice, heard.lines[1])
    assert "• Dana Katz has not started" in chosen.text
    assert [row.role for row in await talk.cast.rows(Invite)] == [Role.EDITOR]


async def test_who_is_invited_already_is_said_to_be(talk: Talk) -> None:
    await talk.say(talk.cast.alice, "/invite @dana")
    heard = await talk.say(talk.cast.alice, "/invite @Dana")
    assert "• @Dana is invited already, as member, until 23 Nov 2026, 18:30 UTC." in heard.text
    assert _tokens(heard) == []


async def test_numbers_are_read_as_they_are_dialled_here(talk: Talk) -> None:
    await talk.say(talk.cast.alice, "/invite (202) 555-0143")
    assert [row.claim for row in await talk.cast.rows(Invite)] == ["phone:+12025550143"]


async def test_a_stranger_is_told_the_same_whomever_they_name(talk: Talk) -> None:
    heard = await talk.say(talk.cast.charlie, f"/invite @bob group={talk.cast.tigers.id}")
    assert heard.text == words("group_unknown")
    member = await talk.say(talk.cast.bob, "/invite @charlie")
    assert "may invite people. Ask one of them." in member.text
    assert await talk.cast.rows(Invite) == []


async def test_a_link_can_be_shared_and_copied(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, '/invite label="Spring flyer" uses=0')
    [token] = _tokens(heard)
    row, _ = heard.answer.reply.buttons
    link = f"https://t.me/usher_bot?start=j_{token}"
    assert (row[0].share, row[1].copy) == (link, link)
    assert "Label: Spring flyer" in heard.text
    assert [made.title for made in await talk.cast.rows(Invite)] == ["Spring flyer"]


@pytest.mark.attack(45)
async def test_a_label_is_cleaned_and_never_blank(talk: Talk) -> None:
    assert (await talk.say(talk.cast.alice, '/invite label="\u202e"')).text == words("name_blank")
    await talk.say(talk.cast.alice, '/invite label="a\u202eb"')
    assert [made.title for made in await talk.cast.rows(Invite)] == ["ab"]
