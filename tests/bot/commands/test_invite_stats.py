"""/invitestats: the numbers in words and as a picture."""

from __future__ import annotations

import csv
import io

import pytest

from bot.charts import Chart, draw
from core.invites import Invite
from core.invites.stays import count_stays
from tests.bot.commands.talk import TEAM_ROOM, Heard, Talk, words


async def test_nothing_yet_is_told_in_numbers_too(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/invitestats")
    assert "sent 0, seen 0, accepted 0, declined 0, expired 0" in heard.text
    assert "After 7 days: nobody is in for so long yet" in heard.text
    assert "By inviter" not in heard.text


async def test_it_tells_of_all_of_each_inviter_and_of_each_invite(talk: Talk) -> None:
    made = await talk.cast.invite(max_uses=2)
    await talk.cast.open(talk.cast.charlie, made.token)
    await talk.cast.accept(talk.cast.charlie, made.token)
    talk.cast.clock.advance(days=8)
    await talk.cast.write(lambda s: count_stays(s, now=talk.cast.now))
    heard = await talk.say(talk.cast.alice, "/invitestats")
    assert "sent 1, seen 1, accepted 1, declined 0, expired 0\n" in heard.text
    assert "After 7 days: 1 of 1 are still there" in heard.text
    assert "Alice: sent 1, seen 1, accepted 1" in heard.text
    assert f"{made.public_id}: seen 1, accepted 1, declined 0" in heard.text


async def test_the_picture_is_a_funnel_and_comes_with_the_first_page_only(talk: Talk) -> None:
    for _ in range(11):
        await talk.cast.invite()
    heard = await talk.say(talk.cast.alice, "/invitestats")
    chart = heard.answer.reply.picture
    assert isinstance(chart, Chart)
    assert [bar.value for bar in chart.bars] == [11, 0, 0, 0, 0]
    assert draw(chart, heard.answer.reader).startswith(b"\x89PNG")
    second = await talk.tap(talk.cast.alice, heard.lines[-2])
    assert second.text.count("inv_") == 1
    assert second.answer.reply.picture is None


async def test_a_link_is_told_by_its_label(talk: Talk) -> None:
    await talk.say(talk.cast.alice, "/invite label=Flyer")
    (made,) = await talk.cast.rows(Invite)
    heard = await talk.say(talk.cast.alice, "/invitestats")
    assert f"Flyer ({made.public_id}): seen 0, accepted 0, declined 0" in heard.text


def table(heard: Heard) -> list[list[str]]:
    """The file, read as a spreadsheet program reads it."""
    document = heard.answer.reply.document
    assert document is not None
    return list(csv.reader(io.StringIO(document.content.decode("utf-8-sig"))))


async def test_the_table_has_a_row_for_each_inviter_and_each_invite(talk: Talk) -> None:
    made = await talk.cast.invite(max_uses=2)
    await talk.cast.open(talk.cast.charlie, made.token)
    await talk.cast.accept(talk.cast.charlie, made.token)
    button = (await talk.say(talk.cast.alice, "/invitestats")).lines[-1]
    header, inviter, invite = table(await talk.tap(talk.cast.alice, button))
    assert header[:4] == ["row", "invite", "for", "inviter"]
    assert inviter[3] == "Alice"
    assert dict(zip(header, inviter, strict=True))["accepted"] == "1"
    told = dict(zip(header, invite, strict=True))
    assert (told["invite"], told["status"], told["used"]) == (made.public_id, "pending", "1")
    assert (told["sent"], told["seen"], told["accepted"]) == ("1", "1", "1")


@pytest.mark.attack(51)
async def test_no_label_or_name_in_the_table_is_a_formula(talk: Talk) -> None:
    await talk.say(talk.cast.alice, '/invite label="=1+2"')
    heard = await talk.say(talk.cast.alice, "/invitestats csv")
    assert "'=1+2" in table(heard)[-1]


@pytest.mark.attack(22)
async def test_the_table_is_for_admins_in_private_and_holds_no_token(talk: Talk) -> None:
    made = await talk.cast.invite()
    heard = await talk.say(talk.cast.alice, "/invitestats csv")
    document = heard.answer.reply.document
    assert document is not None
    assert made.token.encode() not in document.content
    await talk.cast.bind()
    in_room = await talk.say(talk.cast.alice, "/invitestats csv", TEAM_ROOM)
    assert in_room.text == words("only_in_private")
    refusal = await talk.say(talk.cast.charlie, f"/invitestats csv group={talk.cast.tigers.id}")
    assert refusal.refused
    assert refusal.answer.reply.document is None


async def test_it_shows_no_token(talk: Talk) -> None:
    made = await talk.cast.invite()
    assert made.token not in (await talk.say(talk.cast.alice, "/invitestats")).html
